#include "piiscrub/rule_cost.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "base/append_format.h"
#include "piiscrub/policy_loader.h"

namespace piiscrub {
namespace {

constexpr std::size_t kSampleBytes = std::size_t{256} << 10;
constexpr int kRounds = 3;

// Ordinary log lines without personal data, the same every time.
std::string ordinary_log() {
  std::string text;
  std::uint32_t state = 1;
  const auto number = [&state](std::uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
  };
  while (text.size() < kSampleBytes) {
    switch (number(6)) {
      case 0:
        append_format(
            text,
            "127.0.0.1 - - [10/Oct/2026:13:{:02}:{:02} +0000] \"GET /api/items/{}?page={} HTTP/1.1\" 200 {} \"-\" "
            "\"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/115.0\"\n",
            number(60), number(60), number(100000), number(50), number(100000));
        break;
      case 1:
        append_format(text, "2026-10-10 13:{:02}:{:02},{:03} INFO app.orders order ORD-2026-{:06} shipped in {} ms\n",
                      number(60), number(60), number(1000), number(1000000), number(900));
        break;
      case 2:
        append_format(text, "Oct 10 13:{:02}:{:02} web-{} systemd[1]: Started session {} of the cleanup service.\n",
                      number(60), number(60), number(20), number(9999));
        break;
      case 3:
        append_format(
            text,
            "{{\"time\": \"2026-10-10T13:{:02}:{:02}Z\", \"level\": \"debug\", \"msg\": \"cache miss\", \"key\": "
            "\"item:{}\", \"took_ms\": {}}}\n",
            number(60), number(60), number(100000), number(300));
        break;
      case 4:
        append_format(
            text,
            "DEBUG django.db.backends (0.00{}) SELECT \"shop_item\".\"id\", \"shop_item\".\"title\" FROM \"shop_item\" "
            "WHERE \"shop_item\".\"id\" = {} LIMIT 21; args=({},)\n",
            number(9), number(100000), number(100000));
        break;
      default:
        append_format(text, "  File \"/srv/app/shop/views.py\", line {}, in handle_{:08x}{:08x}\n", number(900),
                      number(UINT32_MAX), number(UINT32_MAX));
    }
  }
  return text;
}

struct Measured {
  double seconds;
  std::size_t hits;
};

Measured scan(const std::shared_ptr<const RuleDatabase>& rules, const std::string& sample) {
  using Clock = std::chrono::steady_clock;
  Scanner scanner(rules);
  ScanResult result;
  Measured best{1e9, 0};
  for (int round = 0; round < kRounds; ++round) {
    const Clock::time_point start = Clock::now();
    scanner.scan_literals(sample, result);
    best.seconds = std::min(best.seconds, std::chrono::duration<double>(Clock::now() - start).count());
  }
  best.hits = result.literals.size();
  return best;
}

}  // namespace

std::vector<RuleCost> measure_rules(const RuleDatabase& database, const std::shared_ptr<const RuleDatabase>& builtin) {
  const std::string sample = ordinary_log();
  const double all = scan(builtin, sample).seconds;
  const auto known = builtin->rules();
  std::vector<RuleCost> costs;
  for (std::size_t i = 0; i < database.rules().size(); ++i) {
    const Rule& rule = database.rules()[i];
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Rule& k) {
      return k.id == rule.id && k.match == rule.match && k.before == rule.before;
    });
    if (is_known || !rule.shape.empty() || rule.type == kTermType) continue;
    const Result<std::shared_ptr<const RuleDatabase>> alone =
        RuleDatabase::compile({.rules = {rule}}, OpenRules::separate, StructureWords::left_out);
    if (!alone) continue;  // it compiled among the others a moment ago
    const Measured measured = scan(*alone, sample);
    costs.push_back(
        {.rule = i,
         .slowdown = measured.seconds / all,
         .hits_per_mib = static_cast<double>(measured.hits) * (1 << 20) / static_cast<double>(sample.size()),
         .open = database.is_open(i)});
  }
  return costs;
}

double seconds_per_mib(const std::shared_ptr<const RuleDatabase>& database) {
  const std::string sample = ordinary_log();
  return scan(database, sample).seconds * (1 << 20) / static_cast<double>(sample.size());
}

Error describe(const RuleCost& cost, const RuleDatabase& database) {
  const Rule& rule = database.rules()[cost.rule];
  return {
      rule.where.file, rule.where.line, rule.where.column,
      fmt::format("rule {}: {}searching for it takes {:.2f} times as long as all built-in rules together, and it wants "
                  "to look at "
                  "{:.0f} places in a MiB of ordinary log",
                  rule.id, cost.open ? "it has no fixed text to search for; " : "", cost.slowdown, cost.hits_per_mib),
      cost.open ? "start it with fixed text of three bytes or more that ordinary logs do not hold, or use a shape"
                : "start it with text that ordinary logs do not hold"};
}

}  // namespace piiscrub
