// check_examples: a rule must find what it says it finds, and nothing in its counter-examples.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/result.h"

namespace piiscrub {

/// How exactly marks and findings must agree.
enum class MarkCheck : std::uint8_t {
  exact,    ///< the same spans, each of the rule's type, and nothing else is found: for the built-in rules together
  covered,  ///< every mark lies in a finding: where other rules, unknown to the rule's author, may find more
};

/// Runs every example and counter-example of every rule through the whole database. A counter-example must give no
/// finding of its rule. Returns an error for each that fails; messages name the rule and the number of the example, not
/// its text.
std::vector<Error> check_examples(const std::shared_ptr<const RuleDatabase>& database, MarkCheck check);

}  // namespace piiscrub
