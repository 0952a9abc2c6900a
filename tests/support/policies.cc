#include "support/policies.h"

#include <cstdlib>
#include <string>

#include "redact/refusal.h"

namespace piiscrub::test {

std::shared_ptr<const KeyRing> some_keys() {
  auto ring = std::make_shared<KeyRing>();
  std::string secret;
  for (int i = 0; i < 32; ++i) secret += static_cast<char>(i);
  if (!ring->add("k1", secret) || !ring->set_cockroach_salt("my-salt", false)) std::abort();
  return ring;
}

std::shared_ptr<const Policy> policy_by_rule(const std::shared_ptr<const RuleDatabase>& rules,
                                             const std::function<Treatment(const Rule&)>& choose) {
  auto policy = std::make_shared<Policy>();
  policy->keys = some_keys();
  for (const Rule& rule : rules->rules()) {
    const Treatment treatment = choose(rule);
    const bool fine = refusal_of(treatment.action, rule, policy->keys.get()) == Refusal::none;
    policy->treatments.push_back(fine ? treatment : Treatment{});
  }
  return policy;
}

std::shared_ptr<const Policy> policy_of(const std::shared_ptr<const RuleDatabase>& rules, Treatment treatment) {
  return policy_by_rule(rules, [&](const Rule&) { return treatment; });
}

}  // namespace piiscrub::test
