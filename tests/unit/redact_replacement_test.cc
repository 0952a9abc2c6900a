// Replacements are recognised to the letter, and by nothing less.
#include "redact/replacement.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace piiscrub {
namespace {

const std::vector<std::string> kLabels = {"A", "EMAIL", "US_SSN", "X9"};  // sorted

// The replacements in `record`, joined by spaces.
std::string found_in(std::string_view record) {
  std::vector<Span> spans = {{1, 2}};  // of an earlier call
  std::string scratch;
  find_replacements(record, {.labels = kLabels}, spans, scratch);
  std::string found;
  std::size_t last = 0;
  for (const Span& span : spans) {
    EXPECT_GE(span.begin, last) << "in order and disjoint";
    last = span.end;
    found += (found.empty() ? "" : " ") + std::string(span.of(record));
  }
  return found;
}

TEST(ReplacementTest, KnownLabelsAreRecognised) {
  EXPECT_EQ(found_in("mail [EMAIL] ssn [US_SSN]"), "[EMAIL] [US_SSN]");
  EXPECT_EQ(found_in("[EMAIL][EMAIL][A]"), "[EMAIL] [EMAIL] [A]");
  EXPECT_EQ(found_in("[[EMAIL]]"), "[EMAIL]");
  EXPECT_EQ(found_in("[X9"), "");
  EXPECT_EQ(found_in("[X9]"), "[X9]");
}

TEST(ReplacementTest, AnythingElseInBracketsIsText) {
  for (const std::string_view text :
       {"", "[", "[]", "]", "[email]", "[NAME]", "[EMAIL", "EMAIL]", "[ EMAIL]", "[EMAIL ]", "[EMAIL:x]", "[EMAI]",
        "[EMAILS]", "(EMAIL)", "[US-SSN]", "[U\0S_SSN]", "[US_\nSSN]",
        "[AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA]"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
}

TEST(ReplacementTest, MaskMarksAreRecognisedAsTheyAreWritten) {
  for (std::size_t i = 0; i < kMaskReasons; ++i) {
    for (const std::uint64_t bytes : {0ULL, 1ULL, 1048576ULL, 999'999'999'999ULL}) {
      std::string mark;
      write_mask(static_cast<MaskReason>(i), bytes, mark);
      EXPECT_EQ(mark, fmt::format("[piiscrub:masked {} {}]", kMaskReasonNames[i], bytes));
      EXPECT_EQ(found_in("x " + mark + " y"), mark);
    }
  }
}

TEST(ReplacementTest, NothingButAMaskMarkIsOne) {
  for (const std::string_view text :
       {"[piiscrub:masked]", "[piiscrub:masked ]", "[piiscrub:masked overlong]", "[piiscrub:masked overlong ]",
        "[piiscrub:masked overlong x]", "[piiscrub:masked overlong 1", "[piiscrub:masked overlong 1 ]",
        "[piiscrub:masked nothing 1]", "[piiscrub:masked Overlong 1]", "[piiscrub:masked overlong -1]",
        "[piiscrub:masked  overlong 1]", "[piiscrub:Masked overlong 1]", "[piiscrub:masked overlong 1 1]",
        "[piiscrub:masked overlong 4111111111111111]"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
}

// --- what actions write ----------------------------------------------------------------------------------------------

class ActionReplacementTest : public testing::Test {
 protected:
  ActionReplacementTest() {
    KeyRing ring;
    std::string secret;
    for (int i = 0; i < 32; ++i) secret += static_cast<char>(i);
    EXPECT_TRUE(ring.add("k1", secret).has_value());
    EXPECT_TRUE(ring.add("k2", std::string(40, 'z')).has_value());
    keys_ = TokenKeys(ring);
    grammar_ = {.labels = kLabels,
                .token_labels = {"EMAIL", "X9"},
                .encrypt_labels = {"EMAIL", "US_SSN"},
                .keys = &keys_,
                .hashes = true,
                .email_masks = true};
    EXPECT_TRUE(write_encrypted("US_SSN", *keys_.find("k1"), "536-90-4399", encrypted_));
  }

  std::string found_in(std::string_view record) {
    std::vector<Span> spans;
    find_replacements(record, grammar_, spans, scratch_);
    std::string found;
    std::size_t last = 0;
    for (const Span& span : spans) {
      EXPECT_GE(span.begin, last) << "in order and disjoint";
      last = span.end;
      found += (found.empty() ? "" : " ") + std::string(span.of(record));
    }
    return found;
  }

  TokenKeys keys_;
  Grammar grammar_;
  std::string encrypted_;
  std::string scratch_;
};

TEST_F(ActionReplacementTest, WhatActionsWriteIsRecognised) {
  std::string all = "[EMAIL] ";
  write_token("EMAIL", *keys_.find("k1"), "email", "alice@example.com", all);
  EXPECT_EQ(all, "[EMAIL] [EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]");
  all += " al***e@example.com ";
  write_hash(nullptr, "alice", all);
  all += " " + encrypted_ + " [EMAIL:k2:aaaaaaaaaaaaaaaaaaaaaaaaaa]";
  EXPECT_EQ(found_in(all), all);
  EXPECT_EQ(found_in("<" + all + ">"), all);
}

TEST_F(ActionReplacementTest, HashesAreCockroachDBs) {
  const auto hash = [](std::string_view salt, std::string_view value) {
    std::string text;
    const HmacKey key(salt);
    write_hash(salt.empty() ? nullptr : &key, value, text);
    return text;
  };
  // hash_test.go of cockroachdb/redact
  EXPECT_EQ(hash("", "alice"), "‹2bd806c9›");
  EXPECT_EQ(hash("", "test"), "‹9f86d081›");
  EXPECT_EQ(hash("", ""), "‹e3b0c442›");
  EXPECT_EQ(hash("my-salt", "test"), "‹ac2fdbab›");
}

TEST_F(ActionReplacementTest, ForgedReplacementsAreText) {
  const std::string token = "zco6mxn34idqef5e6tu773c7qu";
  const std::string fernet = encrypted_.substr(15, encrypted_.size() - 16);
  ASSERT_EQ("[US_SSN:enc:k1:" + fernet + "]", encrypted_);
  std::string changed = encrypted_;
  changed[40] = changed[40] == 'A' ? 'B' : 'A';
  for (const std::string& text :
       {"[EMAIL:k1:" + token,
        "[EMAIL:k1:" + token + "a]",
        "[EMAIL:k1:" + token.substr(1) + "]",
        "[EMAIL:k3:" + token + "]",
        "[EMAIL:k:" + token + "]",
        "[EMAIL::" + token + "]",
        "[EMAIL:" + token + "]",
        "[EMAIL:K1:" + token + "]",
        "[EMAIL:123456789:" + token + "]",
        "[NAME:k1:" + token + "]",
        "[US_SSN:k1:" + token + "]",
        "[email:k1:" + token + "]",
        "[:k1:" + token + "]",
        "[EMAIL:k1:" + token + ":]",
        std::string("[EMAIL:k1:Zco6mxn34idqef5e6tu773c7qu]"),
        std::string("[EMAIL:k1:zco6mxn34idqef5e6tu773c7qv]"),
        std::string("[EMAIL:k1:zco6mxn34idqef5e6tu773c7q1]"),
        std::string("[EMAIL:k1:ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG]"),
        std::string("[EMAIL:k1:]"),
        std::string("[EMAIL:k1]"),
        std::string("[EMAIL:k1"),
        std::string("[EMAIL:"),
        "[EMAIL:enc:k2:" + fernet + "]",
        "[EMAIL:enc:k3:" + fernet + "]",
        "[EMAIL:enc:" + fernet + "]",
        "[X9:enc:k1:" + fernet + "]",
        "[US_SSN:enc:k1:" + fernet,
        "[US_SSN:enc:k1:" + fernet + "=]",
        "[US_SSN:enc:k1:" + fernet.substr(4) + "]",
        std::string("[US_SSN:enc:k1:]"),
        std::string("[US_SSN:enc:k1:gAAAAA==]"),
        std::string(
            "[US_SSN:enc:k1:gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR"
            "64jVmpU4IwqDA==]"),
        changed,
        std::string("[US_SSN"),
        std::string("‹2bd806c9"),
        std::string("2bd806c9›"),
        std::string("‹2BD806C9›"),
        std::string("‹2bd806c›"),
        std::string("‹2bd806c99›"),
        std::string("‹†bd806c9›"),
        std::string("‹×"),
        std::string("‹2bd806g9›"),
        std::string("‹"),
        std::string("‹›")}) {
    EXPECT_EQ(found_in(text), "") << text;
    EXPECT_EQ(found_in("x " + text + " [A]"), "[A]") << text;
  }
}

// The same text is a replacement under one policy and a value under another.
TEST_F(ActionReplacementTest, OnlyWhatThePolicyWritesIsRecognised) {
  const std::string all =
      "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu] " + encrypted_ + " ‹12345678› al***e@example.com [EMAIL]";
  EXPECT_EQ(found_in(all), all);
  grammar_.hashes = false;
  EXPECT_EQ(found_in("‹12345678›"), "");
  grammar_.email_masks = false;
  EXPECT_EQ(found_in("al***e@example.com"), "");
  grammar_.encrypt_labels.clear();
  EXPECT_EQ(found_in(encrypted_), "");
  grammar_.token_labels.clear();
  EXPECT_EQ(found_in(all), "[EMAIL]");
}

TEST_F(ActionReplacementTest, RecognisingIsLinear) {
  std::string text;
  while (text.size() < (1U << 20))
    text += "[US_SSN:enc:k1:gAAAAAAdwJ6wAAECAwQF***‹[EMAIL:k1:aaaaaaaaaaaaaaaaaaaaaaaaaaal***e@a.";
  text +=
      std::string(1U << 20, '*') + "[US_SSN:enc:k1:" + std::string(1U << 20, 'A') + "]" + std::string(1U << 20, '[');
  EXPECT_EQ(found_in(text), "");
}

TEST(ReplacementTest, AWholeRecordIsMaskedInItsOwnForm) {
  std::string text;
  write_record_mask(MaskReason::overlong, 12, false, text);
  EXPECT_EQ(text, "[piiscrub:masked overlong 12]");
  text.clear();
  write_record_mask(MaskReason::scan_error, 12, true, text);
  EXPECT_EQ(text, R"({"piiscrub":{"masked":"scan-error","bytes":12}})");
}

TEST(ReplacementTest, JsonIsRecognisedByItsStart) {
  for (const std::string_view json : {"{", "[", "{\"a\":1}", " {", "\t [1]"})
    EXPECT_TRUE(looks_like_json(json)) << json;
  for (const std::string_view text : {"", " ", "\t", "a{", "\"a\"", "1", "\r{"})
    EXPECT_FALSE(looks_like_json(text)) << text;
}

}  // namespace
}  // namespace piiscrub
