// RegexSyntax: the expression language of rules, parsed once and printed for each engine.
//
// Rules are written in the subset that Hyperscan, RE2 and PCRE2 agree on, over bytes: literals, escapes, classes, '.',
// groups, alternation, greedy and lazy quantifiers, (?i), ^, $ and \b. Printing the parsed tree, rather than passing
// the text on, makes the three engines see the same language, and makes a rule newline-safe by construction: no class,
// negated or not, holds LF.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/result.h"

namespace piiscrub {

/// What the literal scan of one rule looks for: a necessary part of every match that starts where the match starts.
struct ScanPlan {
  std::string
      expression;  ///< for Hyperscan, byte mode; no assertion, no open tail; matches `min_width`..`max_width` bytes
  std::uint32_t min_width = 0;  ///< bytes from the start of the full match to the reported end, at least
  std::uint32_t max_width = 0;  ///< at most; finite
  std::uint32_t literal = 0;    ///< length of the longest run of single literal bytes (either case counts) in it
  std::uint32_t prefix = 0;     ///< bytes of fixed literal text (either case counts) at the very start
  std::bitset<256> first;       ///< bytes a full match can start with
};

/// A byte set, repeated; a step of an expression that needs no backtracking.
struct RepeatedSet {
  std::bitset<256> set;
  std::uint32_t min = 1;
  std::uint32_t max = 1;       ///< UINT32_MAX: any number
  std::uint32_t optional = 0;  ///< this step and those behind it, so many in all, are there together or not at all
  bool word_boundary = false;  ///< demanded in front of it
};

/// One of the forms that a match can have: steps, one after the other.
struct LinearSets {
  std::vector<RepeatedSet> steps;
  std::uint32_t first = 0;  ///< the step that the span begins with; what is in front of it is context
};

class RegexSyntax {
 public:
  struct Node;

  /// Parses `expression`. Errors have the column (1 = first byte of the expression) and advice; refused are back
  /// references, look-around, named and capturing-group-dependent constructs, possessive quantifiers, atomic groups,
  /// \p, \R, inline flags other than (?i) at the start or (?i:…), repeats above 1,000, nesting above 50, an explicit
  /// LF, and invalid syntax. Capturing groups are taken as plain groups. `max_bytes` is more for what no person wrote.
  static Result<RegexSyntax> parse(std::string_view expression, std::size_t max_bytes = 4096);

  /// The same language in the syntax all three engines share: non-capturing groups, classes and case folding spelled
  /// out as \xHH ranges. Safe to splice into a larger expression.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool can_be_empty() const;
  [[nodiscard]] std::uint64_t min_width() const;
  /// UINT64_MAX if unbounded.
  [[nodiscard]] std::uint64_t max_width() const;

  /// The forms of `before` (may be nullptr) directly followed by `match`, in the order in which an engine prefers them,
  /// if there are few, and each is only byte sets, greedy repeats of byte sets, word boundaries and, at the end,
  /// optional groups of these, and no repeat's set shares a byte with what may follow it: then the first form that
  /// matches, taking as much as possible at each step, is the match. Empty if not.
  static std::vector<LinearSets> linear(const RegexSyntax* before, const RegexSyntax& match);

  /// The scan plan for `before` directly followed by `match` (`before` may be nullptr). Assertions are dropped (they
  /// look at bytes outside of the match, and the scan must fire whatever stands around it). The expression is cut from
  /// the left-most part on: open tails ({10,}, +, *) are trimmed to their minimum, and once `tail_bytes` bytes have
  /// been kept behind the last literal run of at least three bytes the rest is left out, since confirmation will look
  /// at it anyway, and any letter or digit counts as a hexadecimal one. The widths are finite: an open repeat that
  /// is not the tail ({0,}, + in the middle) ends the plan in front of it if a literal run of at least three bytes has
  /// been seen, else it is limited to 64 repeats.
  static ScanPlan plan(const RegexSyntax* before, const RegexSyntax& match, std::uint32_t tail_bytes);

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace piiscrub
