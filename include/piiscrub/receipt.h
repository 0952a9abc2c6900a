// Receipt: that something was found, where, and what was done with it; never what it was.
#pragma once

#include <cstdint>

#include "piiscrub/policy.h"

namespace piiscrub {

struct Receipt {
  std::uint64_t offset =
      0;  ///< in the input, of the value; of one that showed only beside a replacement, of its record
  std::uint16_t rule = 0;
  Action action = Action::redact;

  bool operator==(const Receipt&) const = default;
};

}  // namespace piiscrub
