// LinearMatch: an expression that is nothing but byte sets one after the other, each repeated, matched by table.
//
// Most token rules are of this kind (`\bxox[abp]-[0-9]{10,13}-[A-Za-z0-9]{24,}`), or have optional groups at their end,
// or are a few such forms (`api[_-]?key(?:=|:|=>)[a-z]{16,}`). Where the bytes that may follow a repeat are not in its
// set, taking as much as possible is always right, so one walk without backtracking gives the span that a regex engine
// would, ten times as fast.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/span.h"
#include "detect/image.h"

namespace piiscrub {

/// One byte set, `min` to `max` times (UINT32_MAX: any number). Without padding, since it is saved as it is.
struct LinearStep {
  std::uint32_t set;  ///< index into the table of sets
  std::uint32_t min;
  std::uint32_t max;
  std::uint32_t optional;  ///< so many steps from this one on are there together or not at all; 0: it must be there
  std::uint32_t word_boundary;  ///< 1: demanded in front of it
};

/// The steps of one form of an expression. The span begins with step number `first`: what stands in front of it is
/// context.
struct LinearForm {
  std::vector<LinearStep> steps;
  std::uint32_t first = 0;
};

/// The same in an image.
struct StoredLinearForm {
  Slice<LinearStep> steps;
  std::uint32_t first;
};

/// Byte sets: `table[set][c]` says whether c is in it.
using ByteTable = std::vector<std::bitset<256>>;
/// The same to be looked up quickly.
using QuickByteSet = std::array<bool, 256>;

inline std::vector<QuickByteSet> quick(const ByteTable& table) {
  std::vector<QuickByteSet> sets(table.size());
  for (std::size_t set = 0; set < table.size(); ++set) {
    for (std::size_t c = 0; c < sets[set].size(); ++c) sets[set][c] = table[set][c];
  }
  return sets;
}

inline bool is_word_boundary(std::string_view text, std::size_t at) {
  const bool word_in_front = at > 0 && is_word(text[at - 1]);
  const bool word_behind = at < text.size() && is_word(text[at]);
  return word_in_front != word_behind;
}

/// Matches the steps of `form` from `at` on.
template <typename Form>
std::optional<Span> match_linear_form(const Form& form, std::span<const QuickByteSet> sets, std::string_view text,
                                      std::size_t at) {
  const std::span<const LinearStep> steps(form.steps.data(), form.steps.size());
  Span span{at, at};
  std::size_t group_end = 0;  // the step behind an optional group
  std::size_t without = 0;    // where to go on without the group
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == form.first) span.begin = at;
    const LinearStep& step = steps[i];
    if (step.optional > 0) {
      group_end = i + step.optional;
      without = at;
    }
    const QuickByteSet& set = sets[step.set];
    const std::size_t rest = text.size() - at;
    const std::size_t most = step.max < rest ? step.max : rest;
    std::size_t count = 0;
    while (count < most && set[static_cast<unsigned char>(text[at + count])]) ++count;
    if (count >= step.min && (step.word_boundary == 0 || is_word_boundary(text, at))) {
      at += count;
    } else if (i < group_end) {
      at = without;
      i = group_end - 1;
    } else {
      return std::nullopt;
    }
  }
  span.end = at;
  return span;
}

/// Matches the first of `forms`, which are LinearForm or StoredLinearForm, that can be matched.
template <typename Forms>
std::optional<Span> match_linear(const Forms& forms, std::span<const QuickByteSet> sets, std::string_view text,
                                 std::size_t at) {
  for (const auto& form : forms) {
    if (const std::optional<Span> span = match_linear_form(form, sets, text, at)) return span;
  }
  return std::nullopt;
}

}  // namespace piiscrub
