// Tokens by hand are those of the data path, and encrypted values come back, here and in Python.
#include "piiscrub/token.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "redact/crypto.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

std::string counted(int first, int last) {
  std::string secret;
  for (int i = first; i < last; ++i) secret += static_cast<char>(i);
  return secret;
}

KeyRing ring_of(int keys) {
  KeyRing ring;
  if (keys >= 1) {
    EXPECT_TRUE(ring.add("k1", counted(0, 32)).has_value());
  }
  if (keys >= 2) {
    EXPECT_TRUE(ring.add("k2", counted(100, 140)).has_value());
  }
  return ring;
}

// Computed without piiscrub, in Python:
//   b32encode(hmac.digest(bytes(range(32)), b"email\0alice@example.com", "sha256")[:16]).lower().rstrip(b"=")
struct Row {
  std::string_view type;
  std::string_view value;
  std::string_view token;
};
const Row kRows[] = {
    {"email", "alice@example.com", "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]"},
    {"email", " Alice@EXAMPLE.com\n", "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]"},
    {"phone", "+44 20 7946 0958", "[PHONE:k1:h2eqlmrg7yny4f6k4ql76sy264]"},
    {"phone", "0044 (0)20 7946 0958", "[PHONE:k1:h2eqlmrg7yny4f6k4ql76sy264]"},
    {"card", "4111 1111 1111 1111", "[CARD:k1:jtf2noxhbpijpjo5qxfv4dmsmi]"},
    {"us-ssn", "536-90-4399", "[US_SSN:k1:aeowrot76zbl42i7x4tyvpyxse]"},
    {"ipv4", "192.0.2.1", "[IPV4:k1:w6kvwvbexdkxmgf4gqwh4kfwnm]"},
    {"ipv6", "::ffff:192.0.2.1", "[IPV6:k1:w6kvwvbexdkxmgf4gqwh4kfwnm]"},
    {"ipv6", "2001:DB8:0::1", "[IPV6:k1:gh4y6tkascsf4klzjqryiy2iui]"},
    {"mac", "02-42-AC-11-00-02", "[MAC:k1:4hq6fs2kfxlud7y2rhmdftpbi4]"},
    {"iban", "DE89 3704 0044 0532 0130 00", "[IBAN:k1:khgspmebwptmsmshtqos232fe4]"},
    {"person-name", "j\xc3\xbcrgen  VAN der Berg", "[PERSON_NAME:k1:z7dtgyn27ujjwxfemilrgfs2e4]"},
};

TEST(TokenTest, GoldenTokens) {
  const KeyRing ring = ring_of(1);
  for (const Row& row : kRows) EXPECT_EQ(*make_token(ring, row.type, row.value), row.token) << row.type;
}

TEST(TokenTest, TheNewestKeyMakesTokens) {
  EXPECT_EQ(*make_token(ring_of(2), "email", "alice@example.com"), "[EMAIL:k2:lykbjvjpd4qglq2ptypnd3nqay]");
}

TEST(TokenTest, WhatCannotBeMadeIsAnError) {
  EXPECT_EQ(make_token(ring_of(0), "email", "a@example.com").error().message, "there is no key to make a token with");
  for (const std::string_view type : {"", "Email", "e mail", "email\n", "e:mail", "[email"})
    EXPECT_EQ(make_token(ring_of(1), type, "a@example.com").error().message, "the type is malformed");
  for (const std::string_view value : {"", " ", "\n"})
    EXPECT_EQ(make_token(ring_of(1), "email", value).error().message, "there is no value to make a token of");
}

std::string encrypted(std::string_view value, std::string_view id = "k1") {
  std::string text;
  EXPECT_TRUE(write_encrypted("EMAIL", *TokenKeys(ring_of(2)).find(id), value, text));
  return text;
}

TEST(RevealTest, EncryptedValuesComeBack) {
  const KeyRing ring = ring_of(2);
  for (const std::string& value :
       {std::string("alice@example.com"), std::string(), std::string("\0\xff\n", 3), std::string(70'000, 'v')}) {
    EXPECT_EQ(*reveal(ring, encrypted(value, "k1")), value);
    EXPECT_EQ(*reveal(ring, " " + encrypted(value, "k2") + "\r\n"), value);
  }
}

// Made with Python's cryptography, time included.
TEST(RevealTest, PythonsTokensComeBack) {
  EXPECT_EQ(*reveal(ring_of(1),
                    "[EMAIL:enc:k1:gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD_tHaGK1ImJrAUS7rd7kESliR-3mVDyYgZE-Lt-U8rTGlfNT"
                    "kgmBlNiT69nI1KmnOJkjB_PrbDtlzIFZpFp3jYE=]"),
            "alice@example.com");
}

TEST(RevealTest, WhatIsNotOursIsAnErrorWithoutPayload) {
  const KeyRing ring = ring_of(1);
  const std::string good = encrypted("hunter2");
  std::string changed = good;
  changed[60] = changed[60] == 'x' ? 'y' : 'x';
  const std::pair<std::string, std::string_view> kBad[] = {
      {"", "this is no encrypted value"},
      {"hunter2", "this is no encrypted value"},
      {"[EMAIL]", "this is no encrypted value"},
      {"[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]", "this is no encrypted value"},
      {good + " hunter2", "this is no encrypted value"},
      {good + good, "this is no encrypted value"},
      {good.substr(0, good.size() - 1), "this is no encrypted value"},
      {"[EMAIL:enc:hunter2:gAAA]", "the value was encrypted with a key that is not here"},
      {encrypted("hunter2", "k2"), "the value was encrypted with a key that is not here"},
      {changed, "the key 'k1' did not make this value, or it was changed since"},
      {"[EMAIL:enc:k1:gAAA]", "the key 'k1' did not make this value, or it was changed since"},
  };
  for (const auto& [text, message] : kBad) {
    const Result<std::string> value = reveal(ring, text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().message, message) << text;
    EXPECT_EQ(value.error().text().find("hunter2"), std::string::npos);
  }
}

// As fernet.h says to do it.
TEST(RevealTest, PythonDecryptsWhatWasEncrypted) {
  if (std::system("python3 -c 'import cryptography.fernet' 2>/dev/null") != 0)
    GTEST_SKIP() << "no python3-cryptography";
  const std::string text = encrypted("alice@example.com");
  const std::string script = fmt::format(
      "import base64, hmac\n"
      "from cryptography.fernet import Fernet\n"
      "key = base64.urlsafe_b64encode(hmac.digest(bytes(range(32)), b\"piiscrub/fernet/v1\", \"sha256\"))\n"
      "assert Fernet(key).decrypt(b\"{}\") == b\"alice@example.com\"\n",
      parse_encrypted(text)->token);
  EXPECT_EQ(std::system(("python3 -c '" + script + "'").c_str()), 0);
}

}  // namespace
}  // namespace piiscrub
