#include "piiscrub/stats.h"

#include <algorithm>

namespace piiscrub {

namespace {

void add_by_rule(std::vector<std::uint64_t>& sum, const std::vector<std::uint64_t>& other) {
  sum.resize(std::max(sum.size(), other.size()));
  for (std::size_t i = 0; i < other.size(); ++i) sum[i] += other[i];
}

}  // namespace

void Stats::add(const Stats& other) {
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  bytes_checked += other.bytes_checked;
  bytes_discarded += other.bytes_discarded;
  bytes_dropped += other.bytes_dropped;
  records += other.records;
  records_edited += other.records_edited;
  records_dropped += other.records_dropped;
  candidates += other.candidates;
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] += other.masked[i];
  add_by_rule(findings, other.findings);
  add_by_rule(actions, other.actions);
  add_by_rule(observed, other.observed);
  add_by_rule(allowed, other.allowed);
}

void Stats::clear() {
  Stats zero;
  for (std::vector<std::uint64_t> Stats::*const list :
       {&Stats::findings, &Stats::actions, &Stats::observed, &Stats::allowed}) {
    std::fill((this->*list).begin(), (this->*list).end(), 0);
    (zero.*list).swap(this->*list);
  }
  *this = std::move(zero);
}

}  // namespace piiscrub
