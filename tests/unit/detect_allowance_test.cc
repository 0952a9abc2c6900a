// Allowances: what is in doubt is not exempt.
#include "detect/allowance.h"

#include <gtest/gtest.h>

#include <string_view>

namespace piiscrub {
namespace {

TEST(AllowanceTest, FindsTheDomainOfAValue) {
  const struct {
    std::string_view value;
    std::string_view domain;
  } kCases[] = {
      {"alice@example.com", "example.com"},
      {"\"a@b\"@example.com", "example.com"},
      {"alice%40example.com", "example.com"},
      {"alice\\u0040example.com", "example.com"},
      {"https://example.com/x?y@z", "example.com"},
      {"https://user:pw@example.com:8443", "example.com"},
      {"https://example.com\\@evil.example", "example.com"},
      {"http://[2001:db8::1]/", ""},
      {"example.com", ""},
      {"", ""},
      {"@", ""},
  };
  for (const auto& [value, domain] : kCases) EXPECT_EQ(domain_of(value), domain) << value;
}

TEST(AllowanceTest, TakesDomainsWithTheirSubdomains) {
  const Allowance allowance{.domains = {"example.com"}};
  EXPECT_TRUE(exempts(allowance, "alice@example.com", ""));
  EXPECT_TRUE(exempts(allowance, "alice@Mail.EXAMPLE.com", ""));
  EXPECT_FALSE(exempts(allowance, "alice@notexample.com", ""));
  EXPECT_FALSE(exempts(allowance, "alice@example.com.evil.example", ""));
  EXPECT_FALSE(exempts(allowance, "example.com@evil.example", ""));
  EXPECT_FALSE(exempts(allowance, "4111 1111 1111 1111", ""));
}

TEST(AllowanceTest, TakesWholeValues) {
  const Allowance allowance{.values = {"bot@example.com", "x"}};
  EXPECT_TRUE(exempts(allowance, "bot@example.com", ""));
  EXPECT_FALSE(exempts(allowance, "robot@example.com", ""));
  EXPECT_FALSE(exempts(allowance, "BOT@example.com", ""));
}

TEST(AllowanceTest, TakesNetworks) {
  const Allowance allowance{.networks = {*parse_network("10.0.0.0/8"), *parse_network("fc00::/7")}};
  EXPECT_TRUE(exempts(allowance, "10.1.2.3", ""));
  EXPECT_TRUE(exempts(allowance, "fd00::1%eth0", ""));
  EXPECT_FALSE(exempts(allowance, "11.1.2.3", ""));
  EXPECT_FALSE(exempts(allowance, "alice@10.1.2.3", ""));
}

TEST(AllowanceTest, DemandsAllConditions) {
  const Allowance allowance{.values = {"a@example.com", "b@example.org"}, .domains = {"example.com"}};
  EXPECT_TRUE(exempts(allowance, "a@example.com", ""));
  EXPECT_FALSE(exempts(allowance, "b@example.org", ""));
  EXPECT_FALSE(exempts(allowance, "c@example.com", ""));
}

TEST(AllowanceTest, WithKeysWantsTheWholeKey) {
  EXPECT_TRUE(exempts(Allowance{.keys = {"contact"}}, "alice@example.com", "Contact"));
  EXPECT_FALSE(exempts(Allowance{.keys = {"contact"}}, "alice@example.com", "contact2"));
  EXPECT_FALSE(exempts(Allowance{.keys = {"contact"}}, "alice@example.com", ""));
}

TEST(AllowanceTest, CoversSecretsOnlyWhereItSaysSo) {
  Rule contact;
  contact.category = Category::contact;
  Rule secret;
  for (const Category category : {Category::credential, Category::key, Category::web}) {
    secret.category = category;
    EXPECT_FALSE(Allowance{}.covers(0, secret));
    EXPECT_FALSE((Allowance{.rules = {0}}).covers(0, secret));
    EXPECT_TRUE((Allowance{.secrets = true}).covers(0, secret));
  }
  EXPECT_TRUE(Allowance{}.covers(0, contact));
  EXPECT_TRUE((Allowance{.rules = {2, 5}}).covers(5, contact));
  EXPECT_FALSE((Allowance{.rules = {2, 5}}).covers(3, contact));
}

}  // namespace
}  // namespace piiscrub
