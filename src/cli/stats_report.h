// Counts as people read them; for Prometheus see pipeline/metrics_text.h.
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

/// A table, its last line ended: totals, then what was masked, found (with its action), allowed and observed, the most
/// frequent first.
std::string stats_table(const RunStats& run, std::span<const Rule> rules, bool color);

/// `1.5 GB` and the like: three digits, powers of 1000.
std::string human_bytes(double bytes);

}  // namespace piiscrub::cli
