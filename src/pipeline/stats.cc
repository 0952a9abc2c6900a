#include "piiscrub/stats.h"

#include <algorithm>

namespace piiscrub {

void Stats::add(const Stats& other) {
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  bytes_discarded += other.bytes_discarded;
  records += other.records;
  records_edited += other.records_edited;
  candidates += other.candidates;
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] += other.masked[i];
  findings.resize(std::max(findings.size(), other.findings.size()));
  for (std::size_t i = 0; i < other.findings.size(); ++i) findings[i] += other.findings[i];
}

void Stats::clear() {
  std::vector<std::uint64_t> kept = std::move(findings);
  std::fill(kept.begin(), kept.end(), 0);
  *this = Stats{};
  findings = std::move(kept);
}

}  // namespace piiscrub
