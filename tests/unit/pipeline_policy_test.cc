// Policies in the pipeline: what stays is counted once, and changes nothing else.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "piiscrub/pipeline.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

std::size_t index_of(std::string_view id) {
  const auto rules = builtin_rules()->rules();
  const auto at = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  EXPECT_NE(at, rules.end()) << id;
  return static_cast<std::size_t>(at - rules.begin());
}

Policy everything() {
  Policy policy;
  policy.treatments.resize(builtin_rules()->rules().size());
  return policy;
}

PipelineOptions with(Policy policy) { return {.policy = std::make_shared<const Policy>(std::move(policy))}; }

std::uint64_t count_of(const std::vector<std::uint64_t>& by_rule, std::string_view id) {
  const std::size_t index = index_of(id);
  return index < by_rule.size() ? by_rule[index] : 0;
}

Policy observing(std::string_view id) {
  Policy policy = everything();
  policy.treatments[index_of(id)].observed = true;
  return policy;
}

TEST(PipelinePolicyTest, NoPolicyIsTheSameAsOneThatSaysNothing) {
  const std::string_view text = "alice@example.com from 93.184.216.34\n";
  const test::Scrubbed without = test::scrub(builtin_rules(), text);
  const test::Scrubbed with_empty = test::scrub(builtin_rules(), text, with({}));
  EXPECT_EQ(with_empty.text, without.text);
  EXPECT_EQ(test::difference(with_empty.stats, without.stats), "");
}

TEST(PipelinePolicyTest, DisabledRulesFindNothing) {
  Policy policy = everything();
  for (const std::string_view id : {"ipv4", "github-ghp-token"}) policy.treatments[index_of(id)].enabled = false;
  const std::string token = std::string("ghp") + "_FAKE567890abcdefghijABCDEFGHIJ123456";
  const std::string text = "alice@example.com 93.184.216.34 " + token + "\n";
  const test::Scrubbed result = test::scrub(builtin_rules(), text, with(policy));
  EXPECT_EQ(result.text, "[EMAIL] 93.184.216.34 " + token + "\n");
  EXPECT_EQ(count_of(result.stats.findings, "ipv4"), 0U);
}

// Who reads the output sees the line behind a dropped one go on with what is in front of it.
TEST(PipelinePolicyTest, DroppedRecordsLeaveOpenWhatWasOpen) {
  Policy policy = everything();
  policy.treatments[index_of("email")].action = Action::drop;
  const std::string text =
      "INSERT INTO p (street_address) VALUES ('12 Main Street\nmail alice@example.com\n\tAthens')\n";
  const PipelineOptions options = with(policy);
  const test::Scrubbed once = test::scrub(builtin_rules(), text, options);
  EXPECT_EQ(once.text, "INSERT INTO p (street_address) VALUES ('[STREET_ADDRESS]\n\t[STREET_ADDRESS]')\n");
  EXPECT_EQ(once.stats.records_dropped, 1U);
  EXPECT_EQ(test::scrub(builtin_rules(), once.text, options).text, once.text);
  EXPECT_EQ(test::scrub_as_workers(builtin_rules(), text, options, {60, 83}).text, once.text);
  // What another record has closed stays closed.
  const std::string closed = "UPDATE p SET email = '\nVersion: 1\nmail alice@example.com\n\tAthens\n";
  EXPECT_EQ(test::scrub(builtin_rules(), closed, options).text, "UPDATE p SET email = '\nVersion: 1\n\tAthens\n");
}

TEST(PipelinePolicyTest, ObservedRulesCountAndNeverEdit) {
  const test::Scrubbed result = test::scrub(
      builtin_rules(), "93.184.216.34 93.184.216.35\nalice@example.com 93.184.216.36\n", with(observing("ipv4")));
  EXPECT_EQ(result.text, "93.184.216.34 93.184.216.35\n[EMAIL] 93.184.216.36\n");
  EXPECT_EQ(count_of(result.stats.observed, "ipv4"), 3U);
  EXPECT_EQ(count_of(result.stats.findings, "ipv4"), 0U);
  EXPECT_EQ(result.stats.records_edited, 1U);
}

TEST(PipelinePolicyTest, ObservedRulesTakeNoPartInOverlaps) {
  // The address is found inside the URL's password and the e-mail's domain.
  const std::string_view text = "amqp://app:s3cretPassw0rd@93.184.216.34:5672/ bob@example.com\n";
  Policy disabled = everything();
  disabled.treatments[index_of("email")].enabled = false;
  EXPECT_EQ(test::scrub(builtin_rules(), text, with(observing("email"))).text,
            test::scrub(builtin_rules(), text, with(disabled)).text);
}

TEST(PipelinePolicyTest, ObservedRulesLeaveTheBudgetToOthers) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "a@b.example.com,";
  text += " 93.184.216.34\n";
  Policy disabled = everything();
  disabled.treatments[index_of("email")].enabled = false;
  disabled.treatments[index_of("email-encoded")].enabled = false;
  Policy observed = disabled;
  observed.treatments[index_of("email")] = {.observed = true};
  EXPECT_EQ(test::scrub(builtin_rules(), text, with(observed)).text,
            test::scrub(builtin_rules(), text, with(disabled)).text);
}

TEST(PipelinePolicyTest, AllowedValuesStayAndAreCounted) {
  Policy policy = everything();
  policy.allow.push_back({.domains = {"example.org"}});
  policy.allow.push_back(
      {.networks = {*parse_network("10.0.0.0/8")}, .rules = {static_cast<std::uint16_t>(index_of("ipv4"))}});
  const test::Scrubbed result = test::scrub(
      builtin_rules(), "alice@example.com alice@example.org 10.0.0.1 93.184.216.34\n10.0.0.2\n", with(policy));
  EXPECT_EQ(result.text, "[EMAIL] alice@example.org 10.0.0.1 [IPV4]\n10.0.0.2\n");
  EXPECT_EQ(count_of(result.stats.allowed, "email"), 1U);
  EXPECT_EQ(count_of(result.stats.allowed, "ipv4"), 2U);
  EXPECT_EQ(count_of(result.stats.findings, "ipv4"), 1U);
}

TEST(PipelinePolicyTest, SecretsStayOnlyWhereTheAllowanceSaysSo) {
  const std::string token = std::string("ghp") + "_FAKE567890abcdefghijABCDEFGHIJ123456";
  Policy policy = everything();
  policy.allow.push_back({.values = {token}});
  EXPECT_EQ(test::scrub(builtin_rules(), token + "\n", with(policy)).text, "[GITHUB_TOKEN]\n");
  policy.allow[0].secrets = true;
  EXPECT_EQ(test::scrub(builtin_rules(), token + "\n", with(policy)).text, token + "\n");
}

// What is left of a value once a secret within has been replaced is not what the allowance names.
TEST(PipelinePolicyTest, AllowedValuesGoAsAWholeIfWhatIsWithinDoesNotStay) {
  Policy policy = everything();
  policy.allow.push_back({.values = {"smtp://app:sw0rdfJshKQ@mail.example:25/x", "anna@mail.example"}});
  const test::Scrubbed result = test::scrub(
      builtin_rules(), "email=smtp://app:sw0rdfJshKQ@mail.example:25/x to=anna@mail.example\n", with(policy));
  EXPECT_EQ(result.text, "email=[EMAIL] to=anna@mail.example\n");
  EXPECT_EQ(count_of(result.stats.allowed, "email"), 1U);
}

// An allowance ends where something within the value does not stay; an observed rule that it covers edits nothing then.
TEST(PipelinePolicyTest, ObservedRulesEditNothingWhereAnAllowanceEnds) {
  Policy observed = observing("card-number-grouped");
  observed.allow.push_back({.values = {"4111 1111 1111 1111"}});
  Policy disabled = observed;
  disabled.treatments[index_of("card-number-grouped")] = {.enabled = false};
  for (const std::string_view text : {"UPDATE p SET email = '4111 1111 1111 1111", "bearer 4111 1111 1111 1111"}) {
    EXPECT_EQ(test::scrub(builtin_rules(), text, with(observed)).text,
              test::scrub(builtin_rules(), text, with(disabled)).text);
  }
}

// Promises 2 and 4 for texts in which some findings stay.
TEST(PipelinePolicyTest, CuttingAndWorkersChangeNeitherOutputNorCounts) {
  Policy policy = observing("phone-international");
  policy.treatments[index_of("mac-address")].enabled = false;
  policy.allow.push_back({.networks = {*parse_network("10.0.0.0/8")}});
  policy.allow.push_back({.domains = {"example.org"}});
  const PipelineOptions options = with(policy);
  const std::string text =
      "10.0.0.1\nalice@example.com 10.0.0.1 +41 44 668 18 00\n+41 44 668 18 00\nnothing\n"
      "bob@example.org 00:1a:2b:3c:4d:5e\n10.0.0.1,10.0.0.2,93.184.216.34\n[EMAIL]10.0.0.3 bob@example.org\n"
      "10.0.0.1@example.com x+41446681800@example.org\n\n10.0.0.9 card 4111 1111 1111 1111";
  const test::Scrubbed whole = test::scrub(builtin_rules(), text, options);
  EXPECT_EQ(count_of(whole.stats.observed, "phone-international"), 2U);
  EXPECT_EQ(count_of(whole.stats.allowed, "ipv4"), 6U);
  for (const auto& [name, cuts] : test::chunkings(text.size())) {
    for (const auto run : {&test::scrub, &test::scrub_as_workers}) {
      const test::Scrubbed cut = run(builtin_rules(), text, options, cuts);
      EXPECT_EQ(cut.text, whole.text) << name;
      EXPECT_EQ(test::difference(cut.stats, whole.stats), "") << name;
    }
  }
  EXPECT_EQ(test::scrub(builtin_rules(), whole.text, options).text, whole.text);
}

// What an edit cuts off a value that stays may be a finding of its own.
TEST(PipelinePolicyTest, ScrubbingAgainChangesNothingBesideWhatStays) {
  Policy policy = everything();
  policy.allow.push_back({.values = {"alice@example.com,bob@example.com", "x@example.com"}});
  policy.allow.push_back({.networks = {*parse_network("10.0.0.0/8")}});
  for (const std::string_view id : {"email", "phone-international", "card-number"}) {
    policy.treatments[index_of(id)].observed = true;
    for (const std::string_view text : {"10.0.0.1/4111111111111111@10.0.0.2 a@b.example.com:93.184.216.34",
                                        "x@example.com4111111111111111@example.com",
                                        "user:10.0.0.1@93.184.216.34 https://u:p4ssw0rd@10.0.0.1/x@example.com",
                                        "+41 44 668 18 00@example.com 10.0.0.1-1"}) {
      const std::string once = test::scrub(builtin_rules(), text, with(policy)).text;
      EXPECT_EQ(test::scrub(builtin_rules(), once, with(policy)).text, once);
    }
    policy.treatments[index_of(id)].observed = false;
  }
}

}  // namespace
}  // namespace piiscrub
