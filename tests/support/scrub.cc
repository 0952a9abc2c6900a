#include "support/scrub.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/append_format.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub::test {
namespace {

template <typename Push>
void push_pieces(std::string_view input, const Cuts& cuts, Push push) {
  std::size_t done = 0;
  for (const std::size_t cut : cuts) {
    push(input.substr(done, cut - done));
    done = cut;
  }
  push(input.substr(done));
}

[[noreturn]] void die(const std::string& message) {
  std::fputs((message + '\n').c_str(), stderr);
  std::abort();
}

}  // namespace

Scrubbed scrub(const std::shared_ptr<const RuleDatabase>& rules, std::string_view input, PipelineOptions options,
               const Cuts& cuts) {
  Pipeline pipeline(rules, options);
  Scrubbed result;
  push_pieces(input, cuts, [&](std::string_view piece) {
    const std::vector<char> own(piece.begin(), piece.end());
    Output out;
    pipeline.push({own.data(), own.size()}, out);
    out.copy_to(result.text);
  });
  Output out;
  pipeline.finish(out);
  out.copy_to(result.text);
  result.stats = pipeline.stats();
  if (pipeline.pending() != 0) die("bytes are pending after finish()");
  return result;
}

Scrubbed scrub_as_workers(const std::shared_ptr<const RuleDatabase>& rules, std::string_view input,
                          PipelineOptions options, const Cuts& cuts) {
  NewlineFramer framer(options.max_record_bytes);
  Scrubbed result;
  EntryState state;
  // Three workers take turns, so that nothing a worker keeps from its last chunk fits the next.
  struct Worker {
    Scanner scanner;
    Editor editor;
    ScanResult scan;
  };
  std::vector<Worker> workers;
  for (int i = 0; i < 3; ++i) workers.push_back({Scanner(rules), Editor(rules, options), {}});
  std::size_t turn = 0;
  const auto drain = [&] {
    while (const std::optional<Chunk> chunk = framer.next()) {
      Worker& worker = workers[turn++ % workers.size()];
      worker.scanner.scan(chunk->bytes, worker.scan);
      Output out;
      Stats stats;
      std::optional<EntryState> after =
          worker.editor.edit(*chunk, worker.scan, EntryState::assumed(), out, stats).behind(state);
      if (!after) {
        out.clear();
        stats.clear();
        after = workers[turn % workers.size()].editor.edit(*chunk, worker.scan, state, out, stats);
      }
      state = *after;
      result.stats.add(stats);
      out.copy_to(result.text);
    }
  };
  push_pieces(input, cuts, [&](std::string_view piece) {
    const std::vector<char> own(piece.begin(), piece.end());
    framer.push({own.data(), own.size()});
    drain();
  });
  framer.push({});
  framer.finish();
  drain();
  result.stats.bytes_in = input.size();
  result.stats.bytes_out = result.text.size();
  return result;
}

std::vector<NamedCuts> chunkings(std::size_t size, std::size_t most_splits, std::uint64_t seed) {
  std::vector<NamedCuts> all;
  all.push_back({"whole", {}});
  NamedCuts bytes{"byte by byte", {}};
  for (std::size_t at = 1; at < size; ++at) bytes.cuts.push_back(at);
  all.push_back(std::move(bytes));
  const std::size_t step = std::max<std::size_t>(1, size / most_splits);
  for (std::size_t at = 0; at <= size; at += step) all.push_back({fmt::format("split at {}", at), {at}});
  std::mt19937_64 random(seed);
  for (int round = 0; round < 8; ++round) {
    NamedCuts cuts{fmt::format("random cuts {}", round), {}};
    const std::size_t count = random() % 8 + 1;
    for (std::size_t i = 0; i < count; ++i) cuts.cuts.push_back(random() % (size + 1));
    std::sort(cuts.cuts.begin(), cuts.cuts.end());
    all.push_back(std::move(cuts));
  }
  return all;
}

std::string difference(const Stats& a, const Stats& b) {
  const auto differ = [](std::string_view what, std::uint64_t x, std::uint64_t y) {
    return x == y ? std::string() : fmt::format("{}: {} and {}", what, x, y);
  };
  for (std::string text :
       {differ("bytes_in", a.bytes_in, b.bytes_in), differ("bytes_out", a.bytes_out, b.bytes_out),
        differ("bytes_checked", a.bytes_checked, b.bytes_checked),
        differ("bytes_discarded", a.bytes_discarded, b.bytes_discarded), differ("records", a.records, b.records),
        differ("records_edited", a.records_edited, b.records_edited),
        differ("bytes_dropped", a.bytes_dropped, b.bytes_dropped),
        differ("records_dropped", a.records_dropped, b.records_dropped),
        differ("candidates", a.candidates, b.candidates)}) {
    if (!text.empty()) return text;
  }
  for (std::size_t i = 0; i < kMaskReasons; ++i) {
    if (a.masked[i] != b.masked[i]) return differ(kMaskReasonNames[i], a.masked[i], b.masked[i]);
  }
  const auto by_rule = [&](std::string_view what, const std::vector<std::uint64_t>& x,
                           const std::vector<std::uint64_t>& y) {
    for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
      const std::uint64_t of_x = i < x.size() ? x[i] : 0;
      const std::uint64_t of_y = i < y.size() ? y[i] : 0;
      if (of_x != of_y) return differ(fmt::format("{}[{}]", what, i), of_x, of_y);
    }
    return std::string();
  };
  for (std::string text : {by_rule("findings", a.findings, b.findings), by_rule("actions", a.actions, b.actions),
                           by_rule("observed", a.observed, b.observed), by_rule("allowed", a.allowed, b.allowed)}) {
    if (!text.empty()) return text;
  }
  return {};
}

std::vector<std::string_view> records_of(std::string_view text) {
  std::vector<std::string_view> records;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    records.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return records;
}

std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '\n') {
      text += "\\n\n";
    } else if (c >= ' ' && c < 0x7f) {
      text += c;
    } else {
      append_format(text, "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

bool has_record_above(std::string_view text, std::size_t limit) {
  const auto records = records_of(text);
  return std::any_of(records.begin(), records.end(),
                     [&](std::string_view record) { return record.size() - (record.ends_with('\n') ? 1 : 0) > limit; });
}

const std::shared_ptr<const RuleDatabase>& rules_of(const std::vector<std::string>& files) {
  static std::map<std::vector<std::string>, std::shared_ptr<const RuleDatabase>> known;
  std::shared_ptr<const RuleDatabase>& rules = known[files];
  if (rules == nullptr) {
    std::vector<std::string> paths;
    for (const std::string& file : files) paths.push_back(std::string(PIISCRUB_SOURCE_DIR "/") + file);
    Result<RulePack> pack = load_rule_files(paths);
    if (!pack) die(pack.error().text());
    auto compiled = RuleDatabase::compile(*std::move(pack));
    if (!compiled) die(compiled.error().text());
    rules = *std::move(compiled);
  }
  return rules;
}

std::shared_ptr<const RuleDatabase> rules_from(std::string_view toml) {
  Result<RulePack> pack = load_rules(toml, "test.toml");
  if (!pack) die(pack.error().text());
  auto compiled = RuleDatabase::compile(*std::move(pack));
  if (!compiled) die(compiled.error().text());
  return *std::move(compiled);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) die(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace piiscrub::test
