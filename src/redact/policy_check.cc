#include "piiscrub/policy_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "detect/database_parts.h"
#include "redact/refusal.h"

namespace piiscrub {
namespace {

Error explain(Refusal refusal, Action action, const RuleTraits& rule) {
  switch (refusal) {
    case Refusal::guessable_secret:
      return {.message = fmt::format("the action '{}' is refused for '{}': it would let guesses at a secret be tested",
                                     name(action), rule.type.view()),
              .advice = "use redact, mask, encrypt or drop"};
    case Refusal::no_key:
      return {.message = fmt::format("the action '{}' for '{}' needs a key, and there is none", name(action),
                                     rule.type.view()),
              .advice = fmt::format("give a key file with {} random bytes: openssl rand -hex 32", kMinKeyBytes)};
    case Refusal::no_salt:
      return {
          .message = fmt::format("the action 'cockroach' for '{}' needs a salt, and there is none", rule.type.view()),
          .advice = "give the salt of CockroachDB's redaction.hashing, or set allow_unsalted = true"};
    case Refusal::none:
      break;
  }
  return {};
}

}  // namespace

std::vector<Error> check_policy(const Policy& policy, const RuleDatabase& rules) {
  std::vector<Error> errors;
  for (std::size_t i = 0; i < rules.parts().rules.size(); ++i) {
    const Treatment treatment = policy.treatment(i);
    const RuleTraits& rule = rules.parts().rules[i];
    const Refusal refusal = refusal_of(treatment.action, rule, policy.keys.get());
    if (!treatment.enabled || refusal == Refusal::none) continue;
    Error error = explain(refusal, treatment.action, rule);
    const bool known =
        std::any_of(errors.begin(), errors.end(), [&](const Error& one) { return one.message == error.message; });
    if (!known) errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace piiscrub
