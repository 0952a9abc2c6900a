// Whether a policy exempts a value that a rule has found.
#pragma once

#include <string_view>

#include "piiscrub/policy.h"

namespace piiscrub {

/// Whether `value`, the span as it stands in the record under `key` (empty if it has none), meets all conditions of
/// `allowance` on values, domains, networks and keys. What is in doubt is not exempt. REQUIRES: the allowance covers()
/// the rule. Does not allocate.
bool exempts(const Allowance& allowance, std::string_view value, std::string_view key);

/// The domain of an e-mail address, also one with %40 or \u0040, or the host of a URL; empty if there is none.
std::string_view domain_of(std::string_view value);

}  // namespace piiscrub
