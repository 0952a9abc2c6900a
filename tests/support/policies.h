// Policies for tests: one action for every rule that may have it.
#pragma once

#include <functional>
#include <memory>

#include "piiscrub/detector.h"
#include "piiscrub/key_ring.h"
#include "piiscrub/policy.h"

namespace piiscrub::test {

/// Key k1, the bytes 0 to 31, and the salt "my-salt".
std::shared_ptr<const KeyRing> some_keys();

/// A policy that treats each rule as `choose` says, or redacts it where check_policy() would refuse that.
std::shared_ptr<const Policy> policy_by_rule(const std::shared_ptr<const RuleDatabase>& rules,
                                             const std::function<Treatment(const Rule&)>& choose);
/// The same treatment for all rules.
std::shared_ptr<const Policy> policy_of(const std::shared_ptr<const RuleDatabase>& rules, Treatment treatment);

}  // namespace piiscrub::test
