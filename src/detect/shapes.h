// Shapes: sensitive data that no literal announces, found by a trigger and confirmed by a function.
//
// A shape is a row of one table: its name, as rules write it; the triggers that may give it away (triggers.h); its
// expression, which says what the function accepts and is the oracle of the differential test; and the function itself,
// which works out the exact span around a trigger. Check digits and number ranges are left to the rule's validator
// unless the span depends on them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/span.h"
#include "detect/triggers.h"

namespace piiscrub {

/// The span of the shape around the trigger byte `at`, or nothing. Looks at `text` only; any bytes; linear in the
/// length of the value. REQUIRES: a trigger of the shape fires at `at`, with its reach within `text`.
using FindShape = std::optional<Span> (*)(std::string_view text, std::size_t at) noexcept;

struct ShapeInfo {
  std::string_view name;        ///< [a-z0-9-]+
  std::string_view expression;  ///< PCRE2 syntax, with look-around; a superset of what `find` returns
  std::span<const Trigger> triggers;
  FindShape find;
  /// Expression of fixed texts that give the shape away instead of triggers; `at` is then the offset behind the text.
  std::string_view literal = {};
};

/// All shapes.
std::span<const ShapeInfo> shapes();

/// The shape called `name`, or nullptr.
const ShapeInfo* find_shape(std::string_view name);

}  // namespace piiscrub
