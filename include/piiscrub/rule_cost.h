// Rule cost: what a rule adds to the time that scanning takes.
//
// One bad expression makes everything slow, and its author cannot see it. So users' rules are timed on a piece of
// ordinary log text, each by itself, against the built-in rules together.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "piiscrub/detector.h"

namespace piiscrub {

struct RuleCost {
  std::size_t rule = 0;     ///< index in the database
  double slowdown = 0;      ///< time to search for it alone ÷ time to scan for all built-in rules
  double hits_per_mib = 0;  ///< places in a MiB of ordinary log text that it wants to look at more closely
  bool open = false;        ///< no literal text to search for: it is searched for separately

  /// Whether the rule is worth a word to its author.
  [[nodiscard]] bool is_high() const { return slowdown >= 0.25 || hits_per_mib >= 500; }
};

/// Measures those rules of `database` that `builtin` does not have and that people have written: no terms. Takes some
/// milliseconds each; timings are of this machine and this moment, so use them for advice only.
std::vector<RuleCost> measure_rules(const RuleDatabase& database, const std::shared_ptr<const RuleDatabase>& builtin);

/// Seconds that it takes to search a MiB of ordinary log text for the expressions of `database`.
double seconds_per_mib(const std::shared_ptr<const RuleDatabase>& database);

/// What a rule of high cost costs and what to do about it: one sentence, the rule's place in front.
Error describe(const RuleCost& cost, const RuleDatabase& database);

}  // namespace piiscrub
