#include "daemon/canary.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace piiscrub::daemon {
namespace {

// A value that `rule` finds, with what stands around it in its record.
struct Canary {
  std::string_view rule;
  std::string_view before;
  std::string_view value;
  std::string_view after = " ok\n";
};

constexpr Canary kCanaries[] = {
    {"email", "mail from ", "canary.bird@example.com"},
    {"phone-international", "call ", "+44 20 7946 0958"},
    {"card-number-grouped", "card ", "4111 1111 1111 1111"},
    {"iban", "iban ", "DE89370400440532013000"},
    {"us-ssn", "ssn ", "536-90-4399"},
    {"ipv4", "login from ", "203.0.113.77"},
    {"url-password", "connected to postgresql://canary:", "FAKE-canary-2x", "@db.example.com:5432/app\n"},
    {"key-password", "password=", "FAKEcanary2x"},
};

// Whether findings of the rule are hidden, whatever they are.
bool always_hides(const Policy& policy, std::size_t index, const Rule& rule) {
  const Treatment treatment = policy.treatment(index);
  return treatment.enabled && !treatment.observed &&
         std::none_of(policy.allow.begin(), policy.allow.end(),
                      [&](const Allowance& allowance) { return allowance.covers(index, rule); });
}

bool comes_out(const std::shared_ptr<const RuleDatabase>& rules, const PipelineOptions& options,
               const std::string& record, std::string_view value) {
  Pipeline pipeline(rules, options);
  Output out;
  std::string text;
  pipeline.push(record, out);
  out.copy_to(text);
  out.clear();
  pipeline.finish(out);
  out.copy_to(text);
  return text.find(value) != std::string::npos;
}

}  // namespace

std::vector<std::string> escaped_canaries(const std::shared_ptr<const RuleDatabase>& rules,
                                          const PipelineOptions& options, std::span<const ServiceConfig::Text> own) {
  std::vector<std::string> escaped;
  const std::span<const Rule> all = rules->rules();
  for (const Canary& canary : kCanaries) {
    const auto rule = std::find_if(all.begin(), all.end(), [&](const Rule& other) { return other.id == canary.rule; });
    if (rule == all.end() || !always_hides(*options.policy, static_cast<std::size_t>(rule - all.begin()), *rule)) {
      continue;
    }
    const std::string record = fmt::format("{}{}{}", canary.before, canary.value, canary.after);
    if (comes_out(rules, options, record, canary.value)) escaped.push_back(fmt::format("rule {}", canary.rule));
  }
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (comes_out(rules, options, own[i].value + "\n", own[i].value)) {
      escaped.push_back(fmt::format("entry {} of canaries", i + 1));
    }
  }
  return escaped;
}

}  // namespace piiscrub::daemon
