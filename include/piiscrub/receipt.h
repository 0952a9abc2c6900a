// Receipt: that something was found, or could not be checked, where, and what was done with it; never what it was.
#pragma once

#include <cstdint>
#include <optional>

#include "piiscrub/policy.h"
#include "piiscrub/stats.h"

namespace piiscrub {

struct Receipt {
  std::uint64_t offset =
      0;  ///< in the input, of what was replaced; of a value that showed only beside a replacement, of its record
  std::uint16_t rule = 0;
  Action action = Action::redact;
  std::optional<MaskReason> masked;  ///< why it could not be checked; then `rule` and `action` say nothing

  bool operator==(const Receipt&) const = default;
};

}  // namespace piiscrub
