// Tightening: the policy that hides whatever any of several policies hides, as well as the one that hides it best.
//
// Which policies hold for a record may depend on what the record says, and so on whoever could write it. That must
// never uncover anything, so what a record says only adds policies, and the policy made of them is their least upper
// bound in an order of what is left of each value, rule by rule:
//
//   off, observed < truncate, mask < cockroach < token < encrypt < redact < drop
//   a value is allowed to stay < it does not      markers: keep < scan < redact      sql.literals: off < sensitive <
//   all
//
// - A rule is on if it is on in any of them, and has the highest of their actions; of truncate and mask, which show
// other
//   parts of a value, redact.
// - A value stays only if each policy that would replace it lets it stay by an [[allow]] of its own.
// - Where findings overlap, the highest action counts (Policy::rank()), over all that they cover; where that would
// leave
//   a part of it, redact (Policy::shows_parts()).
// - Besides, what each of them finds in a record by itself is hidden, whatever else the others make of the record (the
//   editor asks the detector of each: pipeline/editor_find.cc). What earlier records say of it is as the policy made of
//   them has read those.
// So adding a policy moves each of these up or leaves it, whatever the policy is: what was hidden stays hidden, at
// least as well, and nothing that a record holds can take a policy away. tests/tighten_test.cc tries that with policies
// and records at random.
#pragma once

#include <memory>
#include <span>

#include "piiscrub/policy.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// Of `policies`, all for `rules`, none null, at least one. Where they are equally strict the first counts; tokens and
/// encrypted values are made with the keys of the first that has some.
std::shared_ptr<const Policy> tighten(std::span<const std::shared_ptr<const Policy>> policies,
                                      std::span<const Rule> rules);

}  // namespace piiscrub
