// LinearMatch: an expression that is nothing but byte sets one after the other, each repeated, matched by table.
//
// Most token rules are of this kind (`xox[abp]-[0-9]{10,13}-[A-Za-z0-9]{24,}`). Where the bytes that may follow a
// repeat are not in its set, taking as much as possible is always right, so one walk without backtracking gives the
// span that a regex engine would, ten times as fast.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace piiscrub {

/// One byte set, `min` to `max` times (UINT32_MAX: any number).
struct LinearStep {
  std::uint16_t set;  ///< index into the table of sets
  std::uint32_t min;
  std::uint32_t max;
};

/// A byte set as a table: `set[c]` is not 0 if c is in it.
using ByteTable = std::vector<std::bitset<256>>;

/// Matches `steps` from `at` on. The span begins with step number `first`: what stands in front of it is context.
inline std::optional<Span> match_linear(const std::vector<LinearStep>& steps, std::uint32_t first,
                                        const ByteTable& sets, std::string_view text, std::size_t at) {
  Span span{at, at};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i == first) span.begin = at;
    const LinearStep& step = steps[i];
    const std::bitset<256>& set = sets[step.set];
    const std::size_t rest = text.size() - at;
    const std::size_t most = step.max < rest ? step.max : rest;
    std::size_t count = 0;
    while (count < most && set[static_cast<unsigned char>(text[at + count])]) ++count;
    if (count < step.min) return std::nullopt;
    at += count;
  }
  span.end = at;
  return span;
}

}  // namespace piiscrub
