// Detector: from hits in one record to findings.
//
// The only place where spans, validators, context words and allow-lists are looked at, and it is reached by records
// with a hit only. Linear in the record's length: every step is charged to a budget, and when that is used up the
// remaining hits' surroundings are handed back as unchecked instead of being skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/detector.h"

namespace piiscrub {

struct RulePlan;

/// A span of the record that a rule has found, or that could not be checked.
struct Finding {
  static constexpr std::uint16_t kUnchecked = UINT16_MAX;
  Span span;
  std::uint16_t rule;  ///< rule index, or kUnchecked
};

/// Reuse it: after warm-up it does not allocate.
struct Detection {
  std::vector<Finding> findings;  ///< sorted by span.begin, disjoint
  /// Hits outside of all findings that were turned down, offsets within the record: an edit beside one may change the
  /// verdict.
  std::vector<Hit> rejected_literals;
  std::vector<Hit> rejected_shapes;
};

/// One per thread.
class Detector {
 public:
  explicit Detector(std::shared_ptr<const RuleDatabase> rules) : rules_(std::move(rules)) {}

  /// Whether the shape hit at `hit.at` in `chunk` can be a finding of its record: a cheap first look, before the
  /// record's bounds are known. No shape reaches across a delimiter, so looking at the whole chunk makes no difference.
  [[nodiscard]] bool may_find(std::string_view chunk, Hit hit) const;

  /// Confirms the hits of `record`. Hit offsets count from `base` bytes before the record's first byte. `opaque` are
  /// the replacements already in the record, sorted: nothing is found in or across them.
  void detect(std::string_view record, std::size_t base, std::span<const Hit> literals, std::span<const Hit> shapes,
              std::span<const Span> opaque, Detection& detection);

 private:
  struct Look;  // one record being looked at

  void look_at_literal(Look& look, std::size_t end, std::uint16_t rule);
  static std::optional<Span> cut_token(Look& look, const RulePlan& plan, Span gap, std::size_t at);
  void look_at_literal_shape(Look& look, Span gap, std::size_t end, std::uint16_t rule);
  void look_at_shape(Look& look, std::size_t at, std::uint16_t trigger);
  void merge(std::vector<Finding>& findings) const;

  std::shared_ptr<const RuleDatabase> rules_;
};

}  // namespace piiscrub
