// Quotes as logs spell them: ' " ` with any number of backslashes in front, as \u0027 or as &#39;; CockroachDB's marks
// ‹ ›; and the quote that surrounds a stretch of a record.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "base/search.h"

namespace piiscrub {

inline constexpr std::string_view kMarkBegin = "\xe2\x80\xb9";  // ‹
inline constexpr std::string_view kMarkEnd = "\xe2\x80\xba";    // ›

/// A quote. Two are the same spelling if they are equal.
struct Quote {
  char mark = 0;           ///< ' " or `
  bool coded = false;      ///< \u0027, &#39;
  std::size_t run = 0;     ///< backslashes in front
  std::size_t length = 0;  ///< of all
  bool operator==(const Quote&) const = default;
};

/// How deep the string lies that a quote behind `run` backslashes begins or ends, where each level of strings within
/// strings doubles the backslashes: 0 for ", \\", 1 for \" and \\\\\", 2 for \\\".
constexpr int quote_level(std::size_t run) { return std::countr_one(run); }
/// The number of backslashes at `i`.
std::size_t backslashes_at(std::string_view text, std::size_t i);
/// Whether a quote stands at `i`.
bool quote_at(std::string_view text, std::size_t i, Quote& quote);
/// Whether a mark may begin with `c`.
constexpr bool may_be_mark(char c) { return c == kMarkBegin.front() || c == '\\'; }
/// The length of the mark at `i` that is written as \u2039 or as \u203a, behind any number of backslashes; 0 if there
/// is none.
std::size_t coded_mark_begin_at(std::string_view text, std::size_t i);
std::size_t coded_mark_end_at(std::string_view text, std::size_t i);
/// The length of the opening or closing mark at `i`, plain or coded; 0 if there is none.
inline std::size_t mark_begin_at(std::string_view text, std::size_t i) {
  if (has_at(text, i, kMarkBegin)) return kMarkBegin.size();
  return char_at(text, i) == '\\' ? coded_mark_begin_at(text, i) : 0;
}
inline std::size_t mark_end_at(std::string_view text, std::size_t i) {
  if (has_at(text, i, kMarkEnd)) return kMarkEnd.size();
  return char_at(text, i) == '\\' ? coded_mark_end_at(text, i) : 0;
}
/// Whether a literal may end in front of `i`, as what stands there goes.
bool goes_on_behind_literal(std::string_view text, std::size_t i);

/// The quote that the text at some place stands in.
struct Surrounding {
  char mark = 0;         ///< ' or "; 0: none is known
  std::size_t run = 0;   ///< backslashes in front of it
  std::size_t unit = 0;  ///< bytes that one backslash of the inner text is written with; 0: not known
  bool operator==(const Surrounding&) const = default;

  /// Whether a quote `mark` at `i` with `before` backslashes ends it.
  [[nodiscard]] bool ends_at(std::string_view text, std::size_t i, std::size_t before) const;
};
/// Looks back a little from `at`: for the quote of a JSON key's value, a logfmt field, a CSV column or a Python string.
Surrounding find_surrounding(std::string_view text, std::size_t at);

}  // namespace piiscrub
