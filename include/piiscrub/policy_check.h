// check_policy: whether a policy can be carried out, and whether it should be.
//
//   token, cockroach   refused for rules of the categories credential, key and web and for the type cvv: whoever can
//   log
//                      chosen values and read the output could test guesses against a secret
//   token, encrypt     need a key
//   cockroach          needs a salt, or allow_unsalted
//   redact, mask, drop are always fine
#pragma once

#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/policy.h"
#include "piiscrub/result.h"

namespace piiscrub {

/// The reasons to refuse `policy`, one per reason and type, in the order of the rules; empty if there is none. Rules
/// that are not enabled are not looked at.
std::vector<Error> check_policy(const Policy& policy, const RuleDatabase& rules);

}  // namespace piiscrub
