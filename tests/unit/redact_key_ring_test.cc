// A key ring takes good keys only, and gives the newest.
#include "piiscrub/key_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace piiscrub {
namespace {

const std::string kSecret(kMinKeyBytes, 'k');

TEST(KeyRingTest, TheLastKeyIsTheNewest) {
  KeyRing ring;
  EXPECT_EQ(ring.newest(), nullptr);
  EXPECT_TRUE(ring.add("k1", kSecret).has_value());
  EXPECT_TRUE(ring.add("2026q4", std::string(64, 'x')).has_value());
  ASSERT_NE(ring.newest(), nullptr);
  EXPECT_EQ(ring.newest()->id, "2026q4");
  ASSERT_NE(ring.find("k1"), nullptr);
  EXPECT_EQ(ring.find("k1")->secret, kSecret);
  EXPECT_EQ(ring.find("k2"), nullptr);
  EXPECT_EQ(ring.keys().size(), 2U);
}

TEST(KeyRingTest, BadKeysAreRefused) {
  KeyRing ring;
  for (const std::string id : {"", "K1", "k-1", "k_1", "k1 ", "123456789", "enc", "k\xc3\xbc"}) {
    const Result<bool> added = ring.add(id, kSecret);
    ASSERT_FALSE(added.has_value()) << id;
    EXPECT_EQ(added.error().message, "a key's id is malformed");
  }
  EXPECT_FALSE(ring.add("k1", kSecret.substr(1)).has_value());
  EXPECT_TRUE(ring.add("k1", kSecret).has_value());
  const Result<bool> twice = ring.add("k1", std::string(40, 'y'));
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().message, "the key id 'k1' is there twice");
  EXPECT_EQ(ring.find("k1")->secret, kSecret);
}

TEST(KeyRingTest, NoErrorHoldsASecret) {
  KeyRing ring;
  for (const auto& [id, secret] : {std::pair("k1", "hunter2"), std::pair("K", "hunter2hunter2hunter2hunter2hunter2")})
    EXPECT_EQ(ring.add(id, secret).error().text().find("hunter2"), std::string::npos);
}

TEST(KeyRingTest, AnEmptySaltMustBeAllowed) {
  KeyRing ring;
  EXPECT_EQ(ring.cockroach_salt(), nullptr);
  EXPECT_FALSE(ring.set_cockroach_salt("", false).has_value());
  EXPECT_EQ(ring.cockroach_salt(), nullptr);
  EXPECT_TRUE(ring.set_cockroach_salt("", true).has_value());
  ASSERT_NE(ring.cockroach_salt(), nullptr);
  EXPECT_EQ(*ring.cockroach_salt(), "");
  EXPECT_TRUE(ring.set_cockroach_salt("my-salt", false).has_value());
  EXPECT_EQ(*ring.cockroach_salt(), "my-salt");
}

TEST(KeyRingTest, MovingTakesEverything) {
  KeyRing from;
  ASSERT_TRUE(from.add("k1", kSecret).has_value());
  ASSERT_TRUE(from.set_cockroach_salt("my-salt", false).has_value());
  KeyRing to(std::move(from));
  EXPECT_EQ(from.newest(), nullptr);  // NOLINT(bugprone-use-after-move): what is left is empty
  EXPECT_EQ(from.cockroach_salt(), nullptr);
  KeyRing assigned;
  ASSERT_TRUE(assigned.add("old", kSecret).has_value());
  assigned = std::move(to);
  EXPECT_EQ(assigned.newest()->id, "k1");
  EXPECT_EQ(assigned.find("old"), nullptr);
  EXPECT_EQ(*assigned.cockroach_salt(), "my-salt");
}

}  // namespace
}  // namespace piiscrub
