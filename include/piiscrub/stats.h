// Stats: what one pipeline has counted.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace piiscrub {

/// Why a record, or a part of one, could not be checked and was masked.
enum class MaskReason : std::uint8_t { overlong, scan_error, budget, unstable };
inline constexpr std::string_view kMaskReasonNames[] = {"overlong", "scan-error", "budget", "unstable"};
inline constexpr std::size_t kMaskReasons = std::size(kMaskReasonNames);
constexpr std::string_view name(MaskReason reason) { return kMaskReasonNames[static_cast<std::size_t>(reason)]; }

/// Plain counters; add them up at leisure. Promise 7: bytes_in = bytes checked + bytes_discarded + pending.
struct Stats {
  std::uint64_t bytes_in = 0;         ///< bytes taken in
  std::uint64_t bytes_out = 0;        ///< bytes handed to the sink
  std::uint64_t bytes_discarded = 0;  ///< bytes of over-long records that were not checked and did not leave
  std::uint64_t records = 0;          ///< records seen, the last unterminated one included
  std::uint64_t records_edited = 0;   ///< records that left changed
  std::uint64_t candidates = 0;       ///< hits in records that left changed
  std::array<std::uint64_t, kMaskReasons> masked{};  ///< records or regions masked, by MaskReason
  std::vector<std::uint64_t> findings;               ///< by rule index of the RuleDatabase

  /// Counts one finding of rule `rule`.
  void count_finding(std::size_t rule) {
    if (rule >= findings.size()) findings.resize(rule + 1);
    ++findings[rule];
  }
  void count_mask(MaskReason reason) { ++masked[static_cast<std::size_t>(reason)]; }
  /// Adds `other`, growing `findings` where needed.
  void add(const Stats& other);
  /// Zeroes every counter without giving memory back.
  void clear();
};

}  // namespace piiscrub
