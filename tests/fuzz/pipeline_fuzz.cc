// Fuzz target: the whole core with the built-in rules. The first two bytes choose limit, cuts and policy, the rest is
// the log.
//
// The oracles are the promises of pipeline.h, so no expected output is needed: chunk-blind, accounted, one record in is
// one record out, transparent where nothing was found, done; and one record in is one record out with flush(), too.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/key_ring.h"
#include "piiscrub/pipeline.h"

namespace {

// Says which promise was broken, since the stack of a release build does not.
void require(bool holds, int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "pipeline_fuzz.cc:%d: broken\n", line);
  std::abort();
}

struct Scrubbed {
  std::string text;
  piiscrub::Stats stats;
};

Scrubbed scrub(std::string_view log, piiscrub::PipelineOptions options, std::size_t step, bool flushes = false) {
  piiscrub::Pipeline pipeline(piiscrub::builtin_rules(), options);
  Scrubbed scrubbed;
  for (std::size_t at = 0; at < log.size(); at += step) {
    const std::vector<char> piece(log.begin() + static_cast<std::ptrdiff_t>(at),
                                  log.begin() + static_cast<std::ptrdiff_t>(std::min(at + step, log.size())));
    piiscrub::Output out;
    pipeline.push({piece.data(), piece.size()}, out);
    out.copy_to(scrubbed.text);
    if (!flushes) continue;
    piiscrub::Output flushed;
    pipeline.flush(flushed);
    flushed.copy_to(scrubbed.text);
  }
  piiscrub::Output out;
  pipeline.finish(out);
  out.copy_to(scrubbed.text);
  scrubbed.stats = pipeline.stats();
  require(pipeline.pending() == 0);
  require(scrubbed.stats.bytes_in == log.size() && scrubbed.stats.bytes_out == scrubbed.text.size());
  return scrubbed;
}

// Records, and the length of the longest one without its LF.
std::pair<std::size_t, std::size_t> measure(std::string_view text) {
  std::size_t records = 0;
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    ++records;
    longest = std::max(longest, size);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return {records, longest};
}

bool is_clean(const piiscrub::Stats& stats) {
  const auto none = [](std::uint64_t n) { return n == 0; };
  return std::all_of(stats.findings.begin(), stats.findings.end(), none) &&
         std::all_of(stats.masked.begin(), stats.masked.end(), none);
}

// None, masks, typed stand-ins, and everything else side by side. What an action may not be used for becomes its label.
std::shared_ptr<const piiscrub::Policy> policy_of(unsigned choice) {
  using piiscrub::Action;
  static const auto policies = [] {
    auto ring = std::make_shared<piiscrub::KeyRing>();
    require(ring->add("k1", std::string(piiscrub::kMinKeyBytes, 'k')) && ring->set_cockroach_salt("my-salt", false));
    std::array<std::shared_ptr<piiscrub::Policy>, 4> all;
    constexpr Action kMixed[] = {Action::token, Action::cockroach, Action::mask, Action::redact, Action::drop};
    for (std::size_t i = 1; i < all.size(); ++i) {
      all[i] = std::make_shared<piiscrub::Policy>();
      all[i]->keys = ring;
      for (const piiscrub::Rule& rule : piiscrub::builtin_rules()->rules()) {
        const Action mixed = kMixed[rule.id.size() % std::size(kMixed)];
        all[i]->treatments.push_back({.action = i == 1 ? Action::mask : (i == 2 ? Action::redact : mixed),
                                      .style = i == 2 ? piiscrub::Style::typed : piiscrub::Style::label});
      }
    }
    return all;
  }();
  return policies[choice];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const piiscrub::PipelineOptions options{
      .max_record_bytes = data[0] % 4 == 0 ? data[0] + std::size_t{1} : std::size_t{1} << 20,
      .policy = policy_of(data[1] / 64)};
  const std::size_t step = data[1] % 64 + 1;
  const std::string_view log(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Scrubbed whole = scrub(log, options, log.size() + 1);
  const Scrubbed cut = scrub(log, options, step);
  require(whole.text == cut.text);
  require(whole.stats.findings == cut.stats.findings && whole.stats.masked == cut.stats.masked);
  require(whole.stats.records == measure(log).first);
  require(scrub(log, options, step, true).stats.records == whole.stats.records);
  // A dropped record that is over-long leaves its mark.
  require(measure(whole.text).first <= whole.stats.records);
  require(measure(whole.text).first >= whole.stats.records - whole.stats.records_dropped);
  if (is_clean(whole.stats)) require(whole.text == log);
  if (measure(whole.text).second <= options.max_record_bytes) {
    require(scrub(whole.text, options, whole.text.size() + 1).text == whole.text);
  }
  return 0;
}
