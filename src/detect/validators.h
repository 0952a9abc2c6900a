// Validators: pure checks of a candidate's text (check digits, number ranges, allocated prefixes).
//
// A rule names one validator; a candidate that fails is no finding. Adding one is a function in validators_<region>.cc,
// declared in validators_internal.h, and a row in the registry (validators.cc).
//
// A validator says whether these characters can be such a number, not where the number ends: the rule's expression sees
// to boundaries and grouping. Case and separators (space, '-', '.', '/') do not matter but where a format fixes them.
// Check digits of one digit let one in ten random numbers pass, so rules for such ids need context words as well.
#pragma once

#include <span>
#include <string_view>

namespace piiscrub {

/// True if `candidate`, the span exactly as it stands in the record (separators included), is valid.
/// Never allocates, never throws, takes any bytes.
using Validate = bool (*)(std::string_view candidate) noexcept;

struct Validator {
  std::string_view name;  ///< as rules write it: [a-z0-9_]+
  std::string_view doc;   ///< one sentence: what is checked and after which document
  Validate check;
};

/// All validators, sorted by name.
std::span<const Validator> validators();

/// The validator called `name`, or nullptr.
const Validator* find_validator(std::string_view name);

}  // namespace piiscrub
