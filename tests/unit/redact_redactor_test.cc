// What each action writes, through the whole pipeline, and that a second run leaves it.
#include "redact/redactor.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "piiscrub/pipeline.h"
#include "piiscrub/policy_check.h"
#include "piiscrub/token.h"
#include "support/policies.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

test::Scrubbed scrub(std::string_view log, std::shared_ptr<const Policy> policy, std::size_t limit = 1U << 20) {
  return test::scrub(builtin_rules(), log, {.max_record_bytes = limit, .policy = std::move(policy)});
}

std::string scrubbed(std::string_view log, Treatment treatment) {
  const auto policy = test::policy_of(builtin_rules(), treatment);
  const std::string once = scrub(log, policy).text;
  const test::Scrubbed twice = scrub(once, policy);
  EXPECT_EQ(twice.text, once) << "the second run";
  EXPECT_EQ(twice.stats.records_edited, 0U);
  for (const std::uint64_t count : twice.stats.findings) EXPECT_EQ(count, 0U);
  return once;
}

constexpr std::string_view kLog =
    "mail alice@example.com or bob@example.com\n"
    "ssn 536-90-4399, card 4111 1111 1111 1111\n"
    "from 192.0.2.17 and 2001:db8::17 at 02:42:ac:11:00:02\n"
    "call +44 20 7946 0958, pay DE89370400440532013000\n"
    "token ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG\n";

TEST(RedactorTest, Redact) {
  constexpr std::string_view kRedacted =
      "mail [EMAIL] or [EMAIL]\nssn [US_SSN], card [CARD]\nfrom [IPV4] and [IPV6] at [MAC]\n"
      "call [PHONE], pay [IBAN]\ntoken [GITHUB_TOKEN]\n";
  EXPECT_EQ(scrubbed(kLog, {}), kRedacted);
  EXPECT_EQ(scrub(kLog, nullptr).text, kRedacted) << "without a policy";
  EXPECT_EQ(scrub(kLog, std::make_shared<Policy>()).text, kRedacted) << "with an empty one";
}

TEST(RedactorTest, Typed) {
  EXPECT_EQ(scrubbed(kLog, {.style = Style::typed}),
            "mail redacted@redacted.invalid or redacted@redacted.invalid\nssn [US_SSN], card [CARD]\n"
            "from 0.0.0.0 and :: at 00:00:00:00:00:00\ncall [PHONE], pay [IBAN]\ntoken [GITHUB_TOKEN]\n");
}

TEST(RedactorTest, Mask) {
  EXPECT_EQ(scrubbed(kLog, {.action = Action::mask}),
            "mail al***e@example.com or ***@example.com\nssn ***-**-4399, card ************1111\n"
            "from 192.0.2.*** and 2001:db8:0:*** at 02:42:ac:***\ncall ***58, pay DE****************3000\n"
            "token ***\n");
}

TEST(RedactorTest, Token) {
  EXPECT_EQ(
      scrubbed("alice@example.com Alice@Example.COM alice%40example.com 536-90-4399\n", {.action = Action::token}),
      "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu] [EMAIL:k1:zco6mxn34idqef5e6tu773c7qu] "
      "[EMAIL:k1:avwd5nunw5zq6i2swaypexp2ni] [US_SSN:k1:aeowrot76zbl42i7x4tyvpyxse]\n");
  EXPECT_EQ(scrubbed("ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG", {.action = Action::token}), "[GITHUB_TOKEN]");
}

TEST(RedactorTest, ATokenMadeByHandIsTheSame) {
  EXPECT_EQ(scrubbed("4111 1111 1111 1111", {.action = Action::token}),
            *make_token(*test::some_keys(), "card", "4111111111111111"));
}

TEST(RedactorTest, Cockroach) {
  // hmac.digest(b"my-salt", b"alice@example.com", "sha256").hex()[:8] in Python
  EXPECT_EQ(scrubbed("to alice@example.com, 192.0.2.17", {.action = Action::cockroach}), "to ‹8e5db857›, ‹4a6111e6›");
  auto policy = std::make_shared<Policy>(*test::policy_of(builtin_rules(), {.action = Action::cockroach}));
  auto ring = std::make_shared<KeyRing>();
  ASSERT_TRUE(ring->set_cockroach_salt("", true).has_value());
  policy->keys = ring;
  EXPECT_EQ(scrub("to alice@example.com", policy).text, "to ‹ff8d9819›");
}

TEST(RedactorTest, Encrypt) {
  const std::string text =
      scrubbed("to alice@example.com, ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG.", {.action = Action::encrypt});
  const std::size_t comma = text.find(',');
  EXPECT_TRUE(text.starts_with("to [EMAIL:enc:k1:gAAAA")) << text;
  EXPECT_EQ(*reveal(*test::some_keys(), text.substr(3, comma - 3)), "alice@example.com");
  EXPECT_EQ(*reveal(*test::some_keys(), text.substr(comma + 1, text.size() - comma - 2)),
            "ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG");
}

// check_policy() refuses these; should one come here all the same, nothing leaves in clear.
TEST(RedactorTest, WhatCannotBeDoneIsRedacted) {
  for (const Action action : {Action::token, Action::cockroach, Action::encrypt}) {
    auto policy = std::make_shared<Policy>();
    policy->treatments.assign(builtin_rules()->rules().size(), {.action = action});
    EXPECT_FALSE(check_policy(*policy, *builtin_rules()).empty());
    EXPECT_EQ(scrub(kLog, policy).text, scrub(kLog, nullptr).text);
    policy->keys = std::make_shared<KeyRing>();
    EXPECT_EQ(scrub(kLog, policy).text, scrub(kLog, nullptr).text);
  }
}

TEST(RedactorTest, ActionsGoByRule) {
  const auto policy = test::policy_by_rule(builtin_rules(), [](const Rule& rule) {
    return Treatment{.action = rule.type == "email"  ? Action::mask
                               : rule.type == "card" ? Action::token
                                                     : Action::redact};
  });
  EXPECT_EQ(scrub("alice@example.com 4111111111111111 192.0.2.1", policy).text,
            "al***e@example.com [CARD:k1:jtf2noxhbpijpjo5qxfv4dmsmi] [IPV4]");
}

// --- forged replacements ---------------------------------------------------------------------------------------------

TEST(RedactorTest, ForgedReplacementsHideNothing) {
  const std::string token = "ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG";
  for (const Action action : {Action::redact, Action::mask, Action::token, Action::cockroach, Action::encrypt}) {
    const auto policy = test::policy_of(builtin_rules(), {.action = action});
    for (const std::string& text :
         {"[EMAIL:k1:" + token + "]", "[EMAIL:enc:k1:" + token + "]", "[EMAIL:enc:k1:gAAAA " + token + "]",
          "‹" + token + "›", "[US_SSN " + token, "[US_SSN:k1:" + token, "al***" + token, "***" + token + "***",
          "[GITHUB_TOKEN:k1:" + token + "]"}) {
      EXPECT_EQ(scrub(text, policy).text.find(token), std::string::npos) << name(action) << " " << text;
    }
  }
}

TEST(RedactorTest, ReplacementsOfOtherPoliciesAreText) {
  const auto masks = test::policy_of(builtin_rules(), {.action = Action::mask});
  const auto labels = test::policy_of(builtin_rules(), Treatment{});
  EXPECT_EQ(scrub("al***e@example.com", masks).text, "al***e@example.com");
  EXPECT_EQ(scrub("al***e@example.com", labels).text, "al***[EMAIL]");
  EXPECT_EQ(scrub("redacted@redacted.invalid", labels).text, "[EMAIL]");
}

TEST(RedactorTest, MasksBesideValuesSettle) {
  for (const std::string_view text :
       {"4111111111111111 1111 1111 1111", "alice@example.com4111111111111111",
        "\\nalice@example.com\\n4111111111111111", "alice@example.comalice@example.com",
        "alice@example.com,alice@example.com", "-alice@example.com.1.2.3.4", "***alice@example.com",
        "al***alice@example.com", "alice@al***e@example.com", "192.0.2.17:192.0.2.17", "2001:db8::1:192.0.2.17",
        "192.0.2.17/02:42:ac:11:00:02", "536-90-4399-536-90-4399", "o'alice@example.com",
        "https://alice@example.com:pw@192.0.2.1/", "redacted@redacted.invalid@example.com"}) {
    scrubbed(text, {.action = Action::mask});
    scrubbed(text, {.style = Style::typed});
  }
}

// --- drop ------------------------------------------------------------------------------------------------------------

std::shared_ptr<const Policy> drop_secrets() {
  return test::policy_by_rule(builtin_rules(), [](const Rule& rule) {
    const bool secret =
        rule.category == Category::key || rule.type == "us-ssn" || rule.category == Category::credential;
    return Treatment{.action = secret ? Action::drop : Action::redact};
  });
}

TEST(DropTest, TheRecordLeavesNothing) {
  const std::string log = "one alice@example.com\nssn 536-90-4399 alice@example.com\r\ntwo\n";
  const test::Scrubbed result = scrub(log, drop_secrets());
  EXPECT_EQ(result.text, "one [EMAIL]\ntwo\n");
  EXPECT_EQ(result.stats.records, 3U);
  EXPECT_EQ(result.stats.records_edited, 1U);
  EXPECT_EQ(result.stats.records_dropped, 1U);
  EXPECT_EQ(result.stats.bytes_dropped, 35U);
  EXPECT_EQ(result.stats.bytes_in, log.size());
  EXPECT_EQ(result.stats.bytes_out, result.text.size());
  std::uint64_t found = 0;
  for (const std::uint64_t count : result.stats.findings) found += count;
  EXPECT_EQ(found, 3U) << "what was found in the dropped record counts";
}

TEST(DropTest, EveryRecordMayGo) {
  const test::Scrubbed result = scrub("536-90-4399\n536-90-4399\n536-90-4399", drop_secrets());
  EXPECT_EQ(result.text, "");
  EXPECT_EQ(result.stats.records_dropped, 3U);
  EXPECT_EQ(result.stats.bytes_dropped, result.stats.bytes_in);
}

TEST(DropTest, WhatOnlyAnEditBringsToLightDropsToo) {
  // The number is no word's end until the address behind it is gone.
  const test::Scrubbed result = scrub("536-90-4399-192.0.2.1\n", drop_secrets());
  if (result.text.empty()) {
    EXPECT_EQ(result.stats.records_dropped, 1U);
    EXPECT_EQ(result.stats.records_edited, 0U);
  }
  EXPECT_EQ(result.text.find("536-90"), std::string::npos);
}

TEST(DropTest, TheLinesOfAKeyBlockGo) {
  const test::Scrubbed result = scrub(
      "before\n-----BEGIN RSA PRIVATE KEY-----\nFAKEbase64line0123FAKEbase64line0123\nordinary text\n"
      "FAKEbase64line0123\n-----END RSA PRIVATE KEY-----\nafter\n",
      drop_secrets());
  EXPECT_EQ(result.text, "before\nordinary text\nafter\n");
  EXPECT_EQ(result.stats.records_dropped, 4U);
}

TEST(DropTest, AnOverlongRecordLeavesItsMark) {
  const std::string text = "ssn 536-90-4399 " + std::string(100, 'x');
  const test::Scrubbed result = scrub("a\n" + text + "\nb\n", drop_secrets(), 40);
  EXPECT_EQ(result.text, "a\n[piiscrub:masked overlong 76]\nb\n");
  EXPECT_EQ(result.stats.bytes_discarded, 76U);
  EXPECT_EQ(result.stats.bytes_dropped, 40U);
  EXPECT_EQ(result.stats.records_dropped, 1U);
  const test::Scrubbed cut = scrub("ssn 536-90-4399 " + std::string(100, 'x') + "\n", drop_secrets(), 8);
  EXPECT_EQ(cut.text, "[piiscrub:masked overlong 108]\n");
  EXPECT_EQ(cut.stats.bytes_discarded + cut.stats.bytes_dropped, 116U) << "the limit cuts the finding";
  EXPECT_EQ(scrub(std::string(100, 'x') + " 536-90-4399\n", drop_secrets(), 40).stats.records_dropped, 0U)
      << "what is behind the limit is not looked at";
}

TEST(DropTest, WorkersDoWhatOneDoes) {
  const std::string log =
      "one\n536-90-4399\n-----BEGIN RSA PRIVATE KEY-----\nFAKEbase64line0123FAKEbase64line0123\ntwo\n";
  const PipelineOptions options{.policy = drop_secrets()};
  for (const test::NamedCuts& cuts : test::chunkings(log.size())) {
    EXPECT_EQ(test::scrub(builtin_rules(), log, options, cuts.cuts).text, "one\ntwo\n") << cuts.name;
    EXPECT_EQ(test::scrub_as_workers(builtin_rules(), log, options, cuts.cuts).text, "one\ntwo\n") << cuts.name;
  }
}

}  // namespace
}  // namespace piiscrub
