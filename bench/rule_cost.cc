// piiscrub-rule-cost: what each literal rule costs the scan, by taking it out (as Hyperscan's patbench does).
//
//   piiscrub-rule-cost [--bytes N] [--rounds N] [--corpus KIND] [RULES.toml|DIR …]     default: the built-in rules
//
// Taking out one rule after the other would compile the database hundreds of times, so groups are taken out first: only
// where a group is worth more than the threshold are its halves looked at. Costs do not add up: of two rules that both
// force Hyperscan into a slower engine, taking out one gains nothing. Therefore the dearest rule is taken out for good
// and the search starts again, until nothing is left that costs more than the threshold; a rule's cost is what taking
// it out gained at its turn. Not measured: confirmation, which hits bring about (see their number), and shapes.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/corpus.h"
#include "bench/measure.h"
#include "bench/raw_scan.h"
#include "piiscrub/detector.h"

namespace piiscrub::bench {
namespace {

constexpr double kSinker = 0.01;  // of the scan's time
constexpr std::uint64_t kSeed = 1;

struct Options {
  std::size_t bytes = std::size_t{8} << 20;
  std::size_t rounds = 15;
  std::string corpus = "plain";
  std::vector<std::string> rules;
};

using Group = std::vector<std::size_t>;  // rule indices

class CostSearch {
 public:
  CostSearch(std::vector<std::string> expressions, std::vector<std::string_view> chunks, std::size_t rounds)
      : active_(std::move(expressions)), chunks_(std::move(chunks)), rounds_(rounds), base_(compile_without({})) {}

  struct Cost {
    std::size_t rule;
    double share;  // of the scan's time before it was taken out
    double rate;   // bytes per second afterwards
  };

  /// Takes out the dearest rule that costs more than kSinker; nothing if there is none.
  std::optional<Cost> take_out_dearest() {
    // One search serves for several rules; a new one only for what they had hidden.
    std::optional<Cost> cost = take_out_first_suspect();
    if (!cost && changed_) {
      search();
      cost = take_out_first_suspect();
    }
    return cost;
  }

  [[nodiscard]] double rate_of_base() const {
    const Contest contest({{"base", [&] { base_.scan(chunks_); }, bytes()}}, rounds_, Clock::thread_cpu);
    return contest.rate(0);
  }

 private:
  void search() {
    changed_ = false;
    Group all;
    for (std::size_t i = 0; i < active_.size(); ++i) {
      if (!active_[i].empty()) all.push_back(i);
    }
    suspects_.clear();
    explore(all);
    std::sort(suspects_.begin(), suspects_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  }

  std::optional<Cost> take_out_first_suspect() {
    while (!suspects_.empty()) {
      const auto [rule, first_share] = suspects_.back();
      suspects_.pop_back();
      const double share = std::min(first_share, gain({rule}));  // what does not show again is noise
      if (share < kSinker) continue;
      active_[rule].clear();
      base_ = compile_without({});
      changed_ = true;
      return Cost{rule, share, rate_of_base()};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const std::string_view chunk : chunks_) sum += chunk.size();
    return sum;
  }

  [[nodiscard]] RawScan compile_without(const Group& group) const {
    std::vector<std::string> rest = active_;
    for (const std::size_t rule : group) rest[rule].clear();
    Result<RawScan> scan = RawScan::compile(rest);
    if (!scan) {
      fmt::print(stderr, "piiscrub-rule-cost: {}\n", scan.error().text());
      std::exit(1);
    }
    return *std::move(scan);
  }

  // The share of the scan's time that goes away with `group`.
  [[nodiscard]] double gain(const Group& group) const {
    const RawScan without = compile_without(group);
    const Contest contest(
        {{"base", [&] { base_.scan(chunks_); }, bytes()}, {"without", [&] { without.scan(chunks_); }, bytes()}},
        rounds_, Clock::thread_cpu);
    return 1 - std::max(1 / contest.speed_ratio(1, 0), 1 / contest.best_speed_ratio(1, 0));
  }

  void explore(const Group& group) {
    if (group.empty()) return;
    const double share = gain(group);
    if (share < kSinker) return;
    if (group.size() == 1) {
      suspects_.emplace_back(group.front(), share);
      return;
    }
    const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
    explore(Group(group.begin(), middle));
    explore(Group(middle, group.end()));
  }

  std::vector<std::string> active_;  // empty: taken out, or a shape
  std::vector<std::string_view> chunks_;
  std::size_t rounds_;
  RawScan base_;
  std::vector<std::pair<std::size_t, double>> suspects_;  // rule and share, the dearest last
  bool changed_ = true;                                   // since the last search
};

std::string place(const Rule& rule) { return fmt::format("{}:{}", rule.where.file, rule.where.line); }

void print_costs(const RuleDatabase& rules, const std::vector<std::string>& expressions, const Options& options,
                 CorpusKind kind) {
  const std::string text = make_corpus(kind, options.bytes, kSeed);
  CostSearch search(expressions, cut_into_chunks(text), options.rounds);
  fmt::print("\n{} rules, {} of them literal, on {} ({} bytes): {:.3f} GB/s\n\n", expressions.size(),
             std::count_if(expressions.begin(), expressions.end(), [](const std::string& e) { return !e.empty(); }),
             options.corpus, text.size(), search.rate_of_base() / 1e9);
  fmt::print("sinkers: rules that cost more than {:.0f} % of the scan when their turn comes\n", kSinker * 100);
  fmt::print("{:>8}  {:>12}  {:<32} {}\n", "cost", "GB/s without", "rule", "place, what is searched");
  while (const auto cost = search.take_out_dearest()) {
    fmt::print("{:7.1f}%  {:12.3f}  {:<32} {}  {}\n", cost->share * 100, cost->rate / 1e9, rules.rules()[cost->rule].id,
               place(rules.rules()[cost->rule]), expressions[cost->rule]);
    std::fflush(stdout);
  }
}

// Hyperscan derives the stride of its literal matcher from the number of literals and the length of the shortest, and
// not always well: a literal that never occurs, added for its length alone, can make the same rules much faster.
void print_strides(std::vector<std::string> expressions, const Options& options, CorpusKind kind) {
  const std::string text = make_corpus(kind, options.bytes, kSeed);
  const auto chunks = cut_into_chunks(text);
  fmt::print("\nwith one more literal that never occurs: if this is faster, the matcher's stride is badly chosen\n");
  expressions.emplace_back();
  for (const std::string_view literal : {"", R"(\xFF\xFD)", R"(\xFF\xFD\xFC)", R"(\xFF\xFD\xFC\xFA)"}) {
    expressions.back() = literal;
    const Result<RawScan> scan = RawScan::compile(expressions);
    if (!scan) continue;
    const Contest contest({{"scan", [&] { scan->scan(chunks); }, text.size()}}, options.rounds, Clock::thread_cpu);
    fmt::print("{:8.3f} GB/s  {}\n", contest.rate(0) / 1e9, literal.empty() ? "none" : literal);
  }
}

void print_hits(const RuleDatabase& rules, const std::vector<std::string>& expressions, std::size_t bytes) {
  const Result<RawScan> scan = RawScan::compile(expressions);
  if (!scan) return;
  std::vector<std::vector<std::uint64_t>> hits;
  for (const CorpusInfo& info : corpus_kinds()) {
    const std::string text = make_corpus(info.kind, bytes, kSeed);
    hits.emplace_back(expressions.size());
    scan->count(cut_into_chunks(text), hits.back());
  }
  const auto clean = static_cast<std::size_t>(CorpusKind::clean);
  std::vector<std::size_t> order;
  for (std::size_t rule = 0; rule < expressions.size(); ++rule) {
    if (std::any_of(hits.begin(), hits.end(), [&](const auto& of_kind) { return of_kind[rule] != 0; }))
      order.push_back(rule);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (const auto& of_kind : {hits[clean], hits[0]}) {
      if (of_kind[a] != of_kind[b]) return of_kind[a] > of_kind[b];
    }
    return a < b;
  });
  fmt::print("hits per MiB: each is a place that confirmation has to look at\n");
  for (const CorpusInfo& info : corpus_kinds()) fmt::print("{:>8}", info.name);
  fmt::print("  rule\n");
  for (const std::size_t rule : order) {
    for (const auto& of_kind : hits) {
      fmt::print("{:8.1f}", static_cast<double>(of_kind[rule]) / (static_cast<double>(bytes) / (1 << 20)));
    }
    fmt::print("  {} ({})\n", rules.rules()[rule].id, place(rules.rules()[rule]));
  }
}

int run(const Options& options) {
  const CorpusInfo* info = find_corpus_kind(options.corpus);
  if (info == nullptr || options.bytes == 0 || options.rounds == 0) {
    fmt::print(stderr, "usage: piiscrub-rule-cost [--bytes N] [--rounds N] [--corpus KIND] [RULES.toml|DIR ...]\n");
    return 64;
  }
  std::shared_ptr<const RuleDatabase> rules;
  if (options.rules.empty()) {
    rules = builtin_rules();
  } else {
    auto compiled = RuleDatabase::compile(load_usable_rules(options.rules));
    if (!compiled) {
      fmt::print(stderr, "piiscrub-rule-cost: {}\n", compiled.error().text());
      return 1;
    }
    rules = *std::move(compiled);
  }
  const std::vector<std::string> expressions = literal_expressions(*rules);
  print_hits(*rules, expressions, options.bytes);
  print_strides(expressions, options, info->kind);
  print_costs(*rules, expressions, options, info->kind);  // last: takes a minute
  return 0;
}

}  // namespace
}  // namespace piiscrub::bench

int main(int argc, char** argv) {
  piiscrub::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const bool has_value = i + 1 < argc;
    if (arg == "--bytes" && has_value) {
      options.bytes = piiscrub::bench::parse_bytes(argv[++i]);
    } else if (arg == "--rounds" && has_value) {
      options.rounds = piiscrub::bench::parse_bytes(argv[++i]);
    } else if (arg == "--corpus" && has_value) {
      options.corpus = argv[++i];
    } else {
      options.rules.emplace_back(arg);
    }
  }
  return piiscrub::bench::run(options);
}
