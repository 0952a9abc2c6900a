// Detector: from hits in one record to findings.
//
// The only place where spans, validators, context words and allow-lists are looked at, and it is reached by records
// with a hit only. Linear in the record's length: every step is charged to a budget, and when that is used up the
// remaining hits' surroundings are handed back as unchecked instead of being skipped.
//
// detector.cc goes through the hits and settles what becomes of findings; detector_rules.cc looks at what rules and
// shapes find, detector_names.cc at what keys and columns announce.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "detect/column_finder.h"
#include "detect/triggers.h"
#include "format/key_value.h"
#include "piiscrub/detector.h"
#include "piiscrub/policy.h"
#include "piiscrub/stats.h"

namespace piiscrub {

struct RulePlan;

/// A span of the record that a rule has found, or that could not be checked.
struct Finding {
  static constexpr std::uint16_t kUnchecked = UINT16_MAX;
  /// A value that goes on in another record (pipeline/split_lines.h) is replaced in its first part and cut out of the
  /// others.
  enum class Part : std::uint8_t { whole, first, rest };

  Span span;
  std::uint16_t rule;                      ///< rule index, or kUnchecked
  MaskReason reason = MaskReason::budget;  ///< of kUnchecked
  Part part = Part::whole;
  bool mixed = false;           ///< made of findings of several rules, or of one that went over a seam
  std::size_t value = 0;        ///< of `first`: which of SplitLines' values it stands for
  std::string_view quote = {};  ///< what the replacement must be put between; refers to the record or to static text
};

/// The hits of one record, each kind by `at`, ascending.
struct RecordHits {
  std::span<const Hit> literals;
  std::span<const Hit> shapes;
  std::span<const Hit> keys;
  std::span<const Hit> weak_keys;
  std::span<const Hit> sql;

  [[nodiscard]] std::size_t size() const { return literals.size() + shapes.size() + keys.size() + sql.size(); }
};

/// Reuse it: after warm-up it does not allocate.
struct Detection {
  std::vector<Finding> findings;  ///< sorted by span.begin, disjoint
  bool keeps_parts = false;       ///< whether `parts` is wanted
  std::vector<Finding> parts;     ///< what `findings` are made of, as they came up
  std::vector<Finding> observed;  ///< of observed rules, as they came up; they edit nothing
  std::vector<Finding> allowed;   ///< what an allowance exempts and no other finding overlaps, as they came up
  /// Hits outside of all findings that were turned down or whose findings stay, offsets within the record: an edit
  /// beside one may change the verdict.
  std::vector<Hit> rejected_literals;
  std::vector<Hit> rejected_shapes;
  /// Whether a key is left that says something else when it is looked at beside the replacements.
  bool has_open_keys = false;
};

/// One per thread.
class Detector {
 public:
  /// `policy` is for the rules of `rules`; nullptr: find everything.
  explicit Detector(std::shared_ptr<const RuleDatabase> rules, std::shared_ptr<const Policy> policy = nullptr);

  /// Whether the shape hit at `hit.at` in `chunk` can be a finding of its record, or an escape that hides one: a cheap
  /// first look, before the record's bounds are known. No shape reaches across a delimiter, so looking at the whole
  /// chunk makes no difference.
  [[nodiscard]] bool may_find(std::string_view chunk, Hit hit) const;
  /// The same for the words of SQL in `record`, none of which is behind an open statement.
  [[nodiscard]] bool may_find_columns(std::string_view record, std::size_t base, std::span<const Hit> sql);

  /// Confirms the hits of `record`. Hit offsets count from `base` bytes before the record's first byte. `opaque` are
  /// the replacements already in the record, sorted: nothing is found in or across them.
  /// `memory` is what earlier records say about parameters and rows in this one; it is taken behind the record.
  void detect(std::string_view record, std::size_t base, const RecordHits& hits, std::span<const Span> opaque,
              StatementMemory& memory, Detection& detection);

 private:
  struct Look;  // one record being looked at

  // What the policy says about a rule.
  struct Use {
    bool enabled = true;
    bool observed = false;
    // That cover it, of each policy that must let a finding stay; owned by policy_. Empty: nothing may stay.
    std::vector<std::vector<const Allowance*>> allowances;

    /// Whether a finding may stay.
    [[nodiscard]] bool may_keep() const { return observed || !allowances.empty(); }
  };

  void use_allowances(const Policy& policy, std::size_t rule);
  void file(Look& look, Finding finding) const;
  void look_at_literal(Look& look, std::size_t end, std::uint16_t rule);
  static std::optional<Span> cut_token(Look& look, const RulePlan& plan, Span gap, std::size_t at);
  void look_at_literal_in_front(Look& look, Span gap, std::size_t at, std::uint16_t rule) const;
  void look_at_literal_shape(Look& look, Span gap, std::size_t end, std::uint16_t rule);
  void look_at_display_name(Look& look, Span gap, Span address) const;
  void look_at_shape(Look& look, std::size_t at, std::uint16_t trigger);
  void look_at_columns(Look& look, std::size_t from, bool echo, StatementMemory& memory);
  void file_pieces(Look& look, Span value, std::uint16_t rule, std::string_view quote, bool in_context) const;
  bool look_at_key(Look& look, std::size_t at, std::uint16_t rule);
  void look_at_open_key(Look& look, std::uint16_t rule);
  void look_for_known(Look& look);
  void look_for(Look& look, std::string_view value, std::uint16_t rule, Span except) const;
  void look_for_remembered(Look& look, const std::vector<RememberedValue>& values) const;
  void learn(const Look& look, std::vector<RememberedValue>& learned) const;
  void merge(std::vector<Finding>& findings) const;

  std::shared_ptr<const RuleDatabase> rules_;
  std::vector<KeyedValue> values_;  // reused
  std::uint16_t memory_key_ = 0;    // of the record being looked at: StatementMemory::open_key behind it
  std::shared_ptr<const Policy> policy_;
  bool remembers_ = true;
  std::uint16_t display_name_rule_ = UINT16_MAX;                          // of the names in front of mail addresses
  std::vector<Use> uses_;                                                 // by rule
  std::array<std::vector<std::uint16_t>, kTriggers> rules_of_trigger_{};  // those that are enabled
  ColumnFinder column_finder_;
  std::vector<ColumnValue> column_values_;  // reused
};

}  // namespace piiscrub
