// Counts as people and as Prometheus read them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "piiscrub/rule.h"
#include "piiscrub/stats.h"

namespace piiscrub::cli {

/// What a run has counted.
struct RunStats {
  Stats stats;
  std::uint64_t failed_scans = 0;
};

/// A table, its last line ended: totals, then what was masked and found, the most frequent first.
std::string stats_table(const RunStats& run, std::span<const Rule> rules, bool color);

/// The text exposition format of Prometheus. Every rule has its row, found or not, so that series do not come and go.
std::string prometheus_text(const RunStats& run, std::span<const Rule> rules);

/// `1.5 GB` and the like: three digits, powers of 1000.
std::string human_bytes(double bytes);

}  // namespace piiscrub::cli
