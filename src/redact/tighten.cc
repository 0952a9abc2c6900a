#include "redact/tighten.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "piiscrub/key_ring.h"
#include "redact/refusal.h"

namespace piiscrub {
namespace {

using Policies = std::span<const std::shared_ptr<const Policy>>;

// What `policy` really does: an action that it cannot carry out writes the label (redact/redactor.h).
Treatment treatment_by(const Policy& policy, std::size_t index, const Rule& rule) {
  Treatment treatment = policy.treatment(index);
  const bool is_address =
      std::find(std::begin(kAddressTypes), std::end(kAddressTypes), rule.type) != std::end(kAddressTypes);
  if (refusal_of(treatment.action, rule, policy.keys.get()) != Refusal::none ||
      (treatment.action == Action::truncate && !is_address)) {
    treatment.action = Action::redact;
    treatment.style = Style::label;
  }
  return treatment;
}

Treatment tightest(Policies policies, std::size_t index, const Rule& rule) {
  Treatment result{.enabled = false};
  bool masks = false;
  bool truncates = false;
  for (const std::shared_ptr<const Policy>& policy : policies) {
    const Treatment treatment = treatment_by(*policy, index, rule);
    if (!treatment.enabled) continue;
    if (!treatment.edits()) {
      if (!result.enabled) result = treatment;
      continue;
    }
    masks = masks || treatment.action == Action::mask;
    truncates = truncates || treatment.action == Action::truncate;
    if (!result.edits() || strictness(treatment.action) > strictness(result.action)) result = treatment;
  }
  if (result.action == Action::mask && masks && truncates) result.action = Action::redact;
  return result;
}

// Whether what CockroachDB has marked to be hashed may become a hash: nobody who looks at marks would hide it better.
bool may_hash(Policies policies) {
  return std::all_of(policies.begin(), policies.end(), [](const std::shared_ptr<const Policy>& policy) {
    const bool hashes = policy->keys != nullptr && policy->keys->cockroach_salt() != nullptr;
    return policy->markers == Markers::keep || (hashes && policy->hashes_marked);
  });
}

}  // namespace

std::shared_ptr<const Policy> tighten(Policies policies, std::span<const Rule> rules) {
  if (policies.size() == 1) return policies.front();
  Policy result;
  result.parts.assign(policies.begin(), policies.end());
  result.markers = Markers::keep;
  result.sql_literals = SqlLiterals::off;
  result.remember = Remember::off;
  for (std::size_t rule = 0; rule < rules.size(); ++rule) {
    result.treatments.push_back(tightest(policies, rule, rules[rule]));
  }
  for (const std::shared_ptr<const Policy>& policy : policies) {
    const auto is_stricter = [](Markers a, Markers b) {  // their order is that of their names
      constexpr int kOrder[] = {1, 2, 0};                // scan, redact, keep
      return kOrder[static_cast<std::size_t>(a)] > kOrder[static_cast<std::size_t>(b)];
    };
    const auto literals = [](SqlLiterals which) {
      return which == SqlLiterals::all ? 2 : which == SqlLiterals::sensitive ? 1 : 0;
    };
    if (is_stricter(policy->markers, result.markers)) result.markers = policy->markers;
    if (literals(policy->sql_literals) > literals(result.sql_literals)) result.sql_literals = policy->sql_literals;
    if (policy->remember == Remember::entry) result.remember = Remember::entry;
    if (result.keys == nullptr) result.keys = policy->keys;
  }
  result.hashes_marked = may_hash(policies);
  return std::make_shared<const Policy>(std::move(result));
}

}  // namespace piiscrub
