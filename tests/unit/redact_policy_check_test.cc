// A policy that cannot be carried out, or should not be, is refused before the first byte.
#include "piiscrub/policy_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "piiscrub/key_ring.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

std::shared_ptr<const RuleDatabase> rules() {
  static const auto database = test::rules_from(R"(
[[rule]]
id = "person"
title = "Person"
type = "person"
category = "contact"
severity = "low"
match = '''person_[a-z]{4}'''
examples = ["«person_abcd»"]
[[rule]]
id = "person-too"
title = "Person"
type = "person"
category = "contact"
severity = "low"
match = '''persona_[a-z]{4}'''
examples = ["«persona_abcd»"]
[[rule]]
id = "password"
title = "Password"
type = "password"
category = "credential"
severity = "high"
match = '''secret_[a-z]{4}'''
examples = ["«secret_abcd»"]
[[rule]]
id = "private-key"
title = "Key"
type = "private-key"
category = "key"
severity = "high"
match = '''keyis_[a-z]{4}'''
examples = ["«keyis_abcd»"]
[[rule]]
id = "cvv"
title = "Card verification value"
type = "cvv"
category = "payment"
severity = "high"
match = '''cvvis_[0-9]{3}'''
examples = ["«cvvis_123»"]
)");
  return database;
}

enum class With { nothing, key, salt, everything };

// The messages for a policy with `action` for every rule.
std::vector<std::string> refusals(Action action, With with, std::size_t only = SIZE_MAX) {
  Policy policy;
  auto ring = std::make_shared<KeyRing>();
  if (with == With::key || with == With::everything) {
    EXPECT_TRUE(ring->add("k1", std::string(32, 'k')).has_value());
  }
  if (with == With::salt || with == With::everything) {
    EXPECT_TRUE(ring->set_cockroach_salt("my-salt", false).has_value());
  }
  if (with != With::nothing) policy.keys = ring;
  for (std::size_t i = 0; i < rules()->rules().size(); ++i)
    policy.treatments.push_back({.action = only == SIZE_MAX || only == i ? action : Action::redact});
  std::vector<std::string> messages;
  for (const Error& error : check_policy(policy, *rules())) {
    EXPECT_NE(error.advice, "");
    messages.push_back(error.message);
  }
  return messages;
}

TEST(PolicyCheckTest, RedactMaskAndDropAreAlwaysFine) {
  EXPECT_TRUE(check_policy(Policy{}, *rules()).empty());
  for (const Action action : {Action::redact, Action::mask, Action::drop})
    EXPECT_TRUE(refusals(action, With::nothing).empty());
}

TEST(PolicyCheckTest, SecretsGetNoTokens) {
  for (const Action action : {Action::token, Action::cockroach}) {
    const std::string front = "the action '" + std::string(name(action)) + "' is refused for '";
    const std::string back = "': it would let guesses at a secret be tested";
    EXPECT_EQ(
        refusals(action, With::everything),
        (std::vector<std::string>{front + "password" + back, front + "private-key" + back, front + "cvv" + back}));
    EXPECT_TRUE(refusals(action, With::everything, 0).empty());
    EXPECT_EQ(refusals(action, With::everything, 4).size(), 1U);
  }
  EXPECT_TRUE(refusals(Action::encrypt, With::everything).empty());
}

TEST(PolicyCheckTest, TokensAndEncryptionNeedAKey) {
  for (const With with : {With::nothing, With::salt}) {
    EXPECT_EQ(refusals(Action::token, with, 0),
              std::vector<std::string>{"the action 'token' for 'person' needs a key, and there is none"});
    EXPECT_EQ(refusals(Action::encrypt, with).size(), 4U) << "once per type";
  }
}

TEST(PolicyCheckTest, CockroachNeedsASalt) {
  for (const With with : {With::nothing, With::key}) {
    EXPECT_EQ(refusals(Action::cockroach, with, 0),
              std::vector<std::string>{"the action 'cockroach' for 'person' needs a salt, and there is none"});
  }
  EXPECT_TRUE(refusals(Action::cockroach, With::salt, 0).empty());
}

TEST(PolicyCheckTest, RulesThatAreOffAreNotLookedAt) {
  Policy policy;
  for (std::size_t i = 0; i < rules()->rules().size(); ++i)
    policy.treatments.push_back({.action = Action::token, .enabled = false});
  EXPECT_TRUE(check_policy(policy, *rules()).empty());
}

}  // namespace
}  // namespace piiscrub
