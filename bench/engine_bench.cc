// piiscrub_bench: the engine's parts against raw Hyperscan, in one process and one run.
//
//   piiscrub_bench [--bytes N[K|M|G]] [--rounds N] [--corpus KIND]... [--no-ordinary] [--tsv]
//
// Answers are checked before anything is timed. Ratios are medians over interleaved rounds of processor time
// (measure.h). Not measured: reading, writing, processes, the worker pool; bench/run does these with the binary.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/allocations.h"
#include "bench/corpus.h"
#include "bench/measure.h"
#include "bench/raw_scan.h"
#include "detect/triggers.h"
#include "piiscrub/pipeline.h"

namespace piiscrub::bench {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::size_t kCheckedBytes = std::size_t{8} << 20;
constexpr std::size_t kOrdinaryBytes = std::size_t{8} << 20;  // the ordinary database is slow
constexpr double kDamageAllowed = 0.005;                      // of the lines without a planted value

struct Options {
  std::size_t bytes = std::size_t{128} << 20;
  std::size_t rounds = 7;
  std::vector<const CorpusInfo*> kinds;
  bool ordinary = true;
  bool tsv = false;
};

// --- answers ---------------------------------------------------------------------------------------------------------

std::string scrub(const std::shared_ptr<const RuleDatabase>& rules, std::string_view text) {
  Pipeline pipeline(rules);
  std::string scrubbed;
  Output out;
  for (const std::string_view chunk : cut_into_chunks(text)) {
    pipeline.push(chunk, out);
    out.copy_to(scrubbed);
    out.clear();
  }
  pipeline.finish(out);
  out.copy_to(scrubbed);
  return scrubbed;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t lf = text.find('\n');
  const std::string_view line = text.substr(0, lf == std::string_view::npos ? text.size() : lf + 1);
  text.remove_prefix(line.size());
  return line;
}

// Every planted value must be gone from its line, and nearly every line without one must have stayed as it was.
bool check_answers(const std::shared_ptr<const RuleDatabase>& rules, const CorpusInfo& info, std::size_t bytes) {
  const Corpus corpus = make_labelled_corpus(info.kind, std::min(bytes, kCheckedBytes), kSeed);
  const std::string scrubbed = scrub(rules, corpus.text);
  std::string_view in = corpus.text;
  std::string_view out = scrubbed;
  auto planted = corpus.planted.begin();
  std::size_t leaked = 0;
  std::size_t damaged = 0;
  std::size_t clean_lines = 0;
  while (!in.empty()) {
    const std::size_t offset = corpus.text.size() - in.size();
    const std::string_view before = take_line(in);
    const std::string_view after = take_line(out);
    bool has_value = false;
    for (; planted != corpus.planted.end() && planted->offset < offset + before.size(); ++planted) {
      has_value = true;
      if (after.find(std::string_view(corpus.text).substr(planted->offset, planted->length)) == std::string_view::npos)
        continue;
      if (leaked++ < 3) fmt::print(stderr, "{}: a planted {} is still there: {}", info.name, planted->type, after);
    }
    if (has_value) continue;
    ++clean_lines;
    if (before == after) continue;
    if (damaged++ < 3) fmt::print(stderr, "{}: a line without a planted value changed: {}", info.name, after);
  }
  const bool in_step = out.empty();
  if (!in_step) fmt::print(stderr, "{}: more lines came out than went in\n", info.name);
  const bool damage_allowed = static_cast<double>(damaged) <= kDamageAllowed * static_cast<double>(clean_lines);
  if (leaked > 0 || damaged > 0) {
    fmt::print(stderr, "{}: {} of {} planted values left, {} of {} other lines changed\n", info.name, leaked,
               corpus.planted.size(), damaged, clean_lines);
  }
  return in_step && leaked == 0 && damage_allowed;
}

// --- contests --------------------------------------------------------------------------------------------------------

class Report {
 public:
  explicit Report(bool tsv) : tsv_(tsv) {}

  void row(std::string_view what, std::string_view corpus, double ratio, double bytes_per_second) const {
    const double rate = bytes_per_second / 1e9;
    if (tsv_) {
      fmt::print("{}\t{}\t{:.4f}\t{:.4f}\n", what, corpus, ratio, rate);
    } else {
      fmt::print("{:<44} {:<6} {:8.3f} {:10.3f}\n", what, corpus, ratio, rate);
    }
    std::fflush(stdout);
  }
  void head() const {
    if (!tsv_) fmt::print("{:<44} {:<6} {:>8} {:>10}\n", "what", "corpus", "ratio", "GB/s");
  }

 private:
  bool tsv_;
};

// A pipeline that goes through chunks again and again and throws its output away.
class Filter {
 public:
  explicit Filter(const std::shared_ptr<const RuleDatabase>& rules) : pipeline_(rules) {}

  void run(const std::vector<std::string_view>& chunks) {
    for (const std::string_view chunk : chunks) {
      pipeline_.push(chunk, out_);
      sink_ += out_.slices().size();
      out_.clear();
    }
  }

 private:
  Pipeline pipeline_;
  Output out_;
  std::size_t sink_ = 0;  // so that nothing is optimised away
};

class Triggers {
 public:
  void run(const std::vector<std::string_view>& chunks) {
    for (const std::string_view chunk : chunks) {
      find_triggers(chunk, seen_);
    }
  }

 private:
  Seen seen_;
};

struct Rules {
  std::shared_ptr<const RuleDatabase> shipped;
  std::optional<RawScan> literals;
  std::optional<RawScan> ordinary;
  std::shared_ptr<const RuleDatabase> doubled;  // nullptr if it could not be compiled
};

void bench_parts(const Rules& rules, const CorpusInfo& info, const Options& options, const Report& report) {
  const std::string text = make_corpus(info.kind, options.bytes, kSeed);
  const auto chunks = cut_into_chunks(text);
  const std::string_view few_bytes = std::string_view(text).substr(0, std::min(text.size(), kOrdinaryBytes));
  const auto few = cut_into_chunks(few_bytes);
  Filter filter(rules.shipped);
  Filter doubled(rules.doubled != nullptr ? rules.doubled : rules.shipped);
  Scanner scanner(rules.shipped);
  ScanResult scan;
  Triggers triggers;
  enum : std::size_t { kLiterals, kTriggersOnly, kScanner, kPipeline, kDoubled, kOrdinary };
  std::vector<Contestant> contestants = {{"raw hs_scan, literals", [&] { rules.literals->scan(chunks); }, text.size()},
                                         {"triggers", [&] { triggers.run(chunks); }, text.size()},
                                         {"scanner",
                                          [&] {
                                            for (const auto chunk : chunks) scanner.scan(chunk, scan);
                                          },
                                          text.size()},
                                         {"pipeline", [&] { filter.run(chunks); }, text.size()},
                                         {"pipeline, rules doubled", [&] { doubled.run(chunks); }, text.size()}};
  if (rules.ordinary) contestants.push_back({"ordinary", [&] { rules.ordinary->scan(few); }, few_bytes.size()});
  const Contest contest(contestants, options.rounds, Clock::thread_cpu);
  report.row("raw literal scan", info.name, 1, contest.rate(kLiterals));
  report.row("triggers / raw literal scan", info.name, contest.speed_ratio(kTriggersOnly, kLiterals),
             contest.rate(kTriggersOnly));
  report.row("scanner / raw literal scan", info.name, contest.speed_ratio(kScanner, kLiterals), contest.rate(kScanner));
  report.row("pipeline / raw literal scan", info.name, contest.speed_ratio(kPipeline, kLiterals),
             contest.rate(kPipeline));
  if (rules.ordinary) {
    report.row("pipeline / raw ordinary scan", info.name, contest.speed_ratio(kPipeline, kOrdinary),
               contest.rate(kOrdinary));
  }
  if (rules.doubled != nullptr) {
    report.row("rules doubled / pipeline", info.name, contest.speed_ratio(kDoubled, kPipeline), contest.rate(kDoubled));
  }
}

// The trigger kernel by instruction set. Hyperscan picks its own, which cannot be limited here.
void bench_targets(const Rules& rules, const CorpusInfo& info, const Options& options, const Report& report) {
  const std::string text = make_corpus(info.kind, options.bytes, kSeed);
  const auto chunks = cut_into_chunks(text);
  Filter filter(rules.shipped);
  Triggers triggers;
  std::vector<std::string> targets;
  std::vector<Contestant> contestants;
  for (const std::string_view name : trigger_targets()) targets.emplace_back(name);
  for (const std::string& target : targets) {
    contestants.push_back({target,
                           [&] {
                             limit_trigger_target(target);
                             triggers.run(chunks);
                           },
                           text.size()});
    contestants.push_back({target,
                           [&] {
                             limit_trigger_target(target);
                             filter.run(chunks);
                           },
                           text.size()});
  }
  const Contest contest(contestants, options.rounds, Clock::thread_cpu);
  limit_trigger_target("");
  for (std::size_t i = 1; i < targets.size(); ++i) {
    report.row(fmt::format("triggers {} / {}", targets[i], targets[0]), info.name, contest.speed_ratio(2 * i, 0),
               contest.rate(2 * i));
    report.row(fmt::format("pipeline {} / {}", targets[i], targets[0]), info.name, contest.speed_ratio(2 * i + 1, 1),
               contest.rate(2 * i + 1));
  }
}

void bench_density(const Rules& rules, const Options& options, const Report& report) {
  std::vector<std::string> texts;
  std::vector<std::vector<std::string_view>> chunks;
  for (const CorpusInfo& info : corpus_kinds()) {
    texts.push_back(make_corpus(info.kind, std::min(options.bytes, std::size_t{32} << 20), kSeed));
    chunks.push_back(cut_into_chunks(texts.back()));
  }
  Filter filter(rules.shipped);
  std::vector<Contestant> contestants;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    contestants.push_back({"pipeline", [&filter, &chunks, i] { filter.run(chunks[i]); }, texts[i].size()});
  }
  const Contest contest(contestants, options.rounds, Clock::thread_cpu);
  const auto plain = static_cast<std::size_t>(CorpusKind::plain);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    report.row("pipeline / pipeline on plain", corpus_kinds()[i].name, contest.speed_ratio(i, plain), contest.rate(i));
  }
}

bool check_allocations(const Rules& rules, const Options& options, const Report& report) {
  const std::string text = make_corpus(CorpusKind::clean, std::min(options.bytes, std::size_t{64} << 20), kSeed);
  const auto chunks = cut_into_chunks(text);
  Filter filter(rules.shipped);
  filter.run(chunks);
  const std::uint64_t before = allocations();
  filter.run(chunks);
  const std::uint64_t made = allocations() - before;
  report.row("allocations after warm-up", "clean", static_cast<double>(made), 0);
  return made == 0;
}

// --- rules -----------------------------------------------------------------------------------------------------------

// `expression` with every letter of its literal text replaced by the next one: as rare, as long, and different.
std::string with_other_letters(std::string_view expression) {
  std::string changed;
  bool in_class = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\') {
      const std::size_t length = expression.substr(i).starts_with("\\x") ? 4 : 2;
      changed.append(expression.substr(i, length));
      i += length - 1;
    } else if (expression.substr(i).starts_with("(?i)")) {
      changed += "(?i)";
      i += 3;
    } else if (expression.substr(i).starts_with("(?i:")) {
      changed += "(?i:";
      i += 3;
    } else {
      if (c == '[') in_class = true;
      if (c == ']') in_class = false;
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      const bool last = c == 'z' || c == 'Z';
      changed += letter && !in_class ? static_cast<char>(last ? c - 25 : c + 1) : c;
    }
  }
  return changed;
}

std::shared_ptr<const RuleDatabase> with_doubled_literals(const RuleDatabase& rules) {
  RulePack pack;
  pack.rules.assign(rules.rules().begin(), rules.rules().end());
  for (const Rule& rule : rules.rules()) {
    if (rule.match.empty()) continue;
    Rule other = rule;
    other.id += "-other";
    other.match = with_other_letters(rule.match);
    other.before = with_other_letters(rule.before);
    pack.rules.push_back(std::move(other));
  }
  auto compiled = RuleDatabase::compile(std::move(pack));
  if (compiled) return *std::move(compiled);
  fmt::print(stderr, "not measured, doubled rules: {}\n", compiled.error().text());
  return nullptr;
}

std::optional<RawScan> ordinary_scan(const RuleDatabase& rules) {
  std::vector<std::string> expressions = ordinary_expressions(rules);
  const std::vector<std::string> wanted = expressions;
  Result<RawScan> scan = RawScan::compile_most(expressions);
  if (!scan) {
    fmt::print(stderr, "not measured, ordinary database: {}\n", scan.error().text());
    return std::nullopt;
  }
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    if (expressions[i] != wanted[i]) fmt::print(stderr, "left out of the ordinary database: {}\n", rules.rules()[i].id);
  }
  return *std::move(scan);
}

int run(const Options& options) {
  const Report report(options.tsv);
  Rules rules{builtin_rules(), std::nullopt, std::nullopt, nullptr};
  bool right = true;
  for (const CorpusInfo& info : corpus_kinds()) right = check_answers(rules.shipped, info, options.bytes) && right;
  if (!right) {
    fmt::print(stderr, "piiscrub_bench: wrong answers: nothing is timed\n");
    return 1;
  }
  rules.literals = RawScan::of_literals(*rules.shipped);
  rules.doubled = with_doubled_literals(*rules.shipped);
  if (options.ordinary) rules.ordinary = ordinary_scan(*rules.shipped);
  if (!options.tsv) fmt::print("{} rules; {}\n\n", rules.shipped->rules().size(), engine_version());
  report.head();
  for (const CorpusInfo* info : options.kinds) bench_parts(rules, *info, options, report);
  bench_density(rules, options, report);
  bench_targets(rules, corpus_kinds()[0], options, report);
  return check_allocations(rules, options, report) ? 0 : 1;
}

int fail_usage() {
  fmt::print(stderr,
             "usage: piiscrub_bench [--bytes N[K|M|G]] [--rounds N] [--corpus KIND]... [--no-ordinary] [--tsv]\n");
  return 64;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    const bool has_value = i + 1 < argc;
    if (arg == "--tsv") {
      options.tsv = true;
    } else if (arg == "--no-ordinary") {
      options.ordinary = false;
    } else if (arg == "--bytes" && has_value) {
      options.bytes = parse_bytes(argv[++i]);
    } else if (arg == "--rounds" && has_value) {
      options.rounds = parse_bytes(argv[++i]);
    } else if (arg == "--corpus" && has_value) {
      options.kinds.push_back(find_corpus_kind(argv[++i]));
      if (options.kinds.back() == nullptr) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (options.bytes == 0 || options.rounds == 0) return std::nullopt;
  if (options.kinds.empty()) {
    for (const CorpusInfo& info : corpus_kinds()) options.kinds.push_back(&info);
  }
  return options;
}

}  // namespace
}  // namespace piiscrub::bench

int main(int argc, char** argv) {
  const auto options = piiscrub::bench::parse(argc, argv);
  return options ? piiscrub::bench::run(*options) : piiscrub::bench::fail_usage();
}
