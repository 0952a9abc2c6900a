// Stats: what one pipeline has counted.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "piiscrub/policy.h"

namespace piiscrub {

/// Why a record, or a part of one, could not be checked and was masked.
enum class MaskReason : std::uint8_t { overlong, scan_error, budget, unstable, cut };
inline constexpr std::string_view kMaskReasonNames[] = {"overlong", "scan-error", "budget", "unstable", "cut"};
inline constexpr std::size_t kMaskReasons = std::size(kMaskReasonNames);
constexpr std::string_view name(MaskReason reason) { return kMaskReasonNames[static_cast<std::size_t>(reason)]; }

/// Plain counters; add them up at leisure. Promise 7: bytes_in = bytes checked + bytes_discarded + pending, and of the
/// bytes checked bytes_dropped are those of dropped records.
struct Stats {
  std::uint64_t bytes_in = 0;         ///< bytes taken in
  std::uint64_t bytes_out = 0;        ///< bytes handed to the sink
  std::uint64_t bytes_checked = 0;    ///< bytes of records that were checked, delimiters included; of masked ones too
  std::uint64_t bytes_discarded = 0;  ///< bytes of over-long records that were not checked and did not leave
  std::uint64_t records = 0;          ///< records seen, the last unterminated one included
  std::uint64_t bytes_dropped = 0;   ///< bytes of dropped records, delimiters included; of over-long ones those checked
  std::uint64_t records_edited = 0;  ///< records that left changed
  std::uint64_t records_dropped = 0;                 ///< records that left nothing; over-long ones leave their mark
  std::uint64_t candidates = 0;                      ///< hits in records in which something was found
  std::array<std::uint64_t, kMaskReasons> masked{};  ///< records or regions masked, by MaskReason
  // By rule index of the RuleDatabase; a rule beyond the end has none.
  std::vector<std::uint64_t> findings;  ///< replaced
  std::vector<std::uint64_t> actions;   ///< the same by rule and action: at action_index()
  std::vector<std::uint64_t> observed;  ///< found by a rule that is only observed
  std::vector<std::uint64_t> allowed;   ///< exempted by an allowance; stayed

  static constexpr std::size_t action_index(std::size_t rule, Action action) {
    return rule * std::size(kActionNames) + static_cast<std::size_t>(action);
  }
  void count_finding(std::size_t rule, Action action) {
    count(findings, rule);
    count(actions, action_index(rule, action));
  }
  void count_observed(std::size_t rule) { count(observed, rule); }
  void count_allowed(std::size_t rule) { count(allowed, rule); }
  void count_mask(MaskReason reason) { ++masked[static_cast<std::size_t>(reason)]; }
  /// Adds `other`, growing the lists where needed.
  void add(const Stats& other);
  /// Zeroes every counter without giving memory back.
  void clear();

 private:
  static void count(std::vector<std::uint64_t>& by_rule, std::size_t rule) {
    if (rule >= by_rule.size()) by_rule.resize(rule + 1);
    ++by_rule[rule];
  }
};

}  // namespace piiscrub
