// check_examples: a rule must find what it says it finds, and nothing in its counter-examples.
#pragma once

#include <memory>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/result.h"

namespace piiscrub {

/// Runs every example and counter-example of every rule through the whole database. An example must give a finding of
/// its rule (or of another one of the same type) at each marked span; a counter-example must give none of its rule.
/// Returns an error for each that does not; messages name the rule and the number of the example, not its text.
std::vector<Error> check_examples(const std::shared_ptr<const RuleDatabase>& database);

}  // namespace piiscrub
