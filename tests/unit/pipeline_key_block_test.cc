// Key blocks: which records behind a BEGIN are hidden, and what ends the block.
#include "pipeline/key_block.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

constexpr std::string_view kBegin = "-----BEGIN RSA PRIVATE KEY-----";
constexpr std::string_view kBody = "FAKEq3Zt8LmN2vRk7Wd5Hb9cFAKEq3Zt8LmN2vRk7Wd5Hb9cFAKEq3Zt8LmN2vRk";

EntryState open(std::string_view record, std::string_view found) {
  const std::size_t at = record.find(found);
  return open_key_block(record, {at, at + found.size()}, 3);
}

// The hidden part of `record`, or "-".
std::string hidden_in(std::string_view record, EntryState state) {
  const KeyBlockLine line = continue_key_block(record, state);
  return line.hidden ? std::string(line.hidden->of(record)) : "-";
}

TEST(KeyBlockTest, BeginOpensABlock) {
  const EntryState state = open("2026-10-10 app: -----BEGIN RSA PRIVATE KEY-----", kBegin);
  EXPECT_FALSE(state.idle());
  EXPECT_EQ(state.block_rule, 3);
  EXPECT_EQ(state.block_records_left, kKeyBlockRecords);
  EXPECT_EQ(state.block_prefix_words, 2);
}

TEST(KeyBlockTest, AKeyThatEndsInItsRecordOpensNone) {
  const std::string record = std::string(kBegin) + "\\nFAKE\\n-----END RSA PRIVATE KEY-----";
  EXPECT_TRUE(open(record, record).idle());
}

TEST(KeyBlockTest, KeyMaterialIsHidden) {
  const EntryState state = open(kBegin, kBegin);
  for (const std::string_view record :
       {kBody, std::string_view("FAKE"), std::string_view("FAKEabcd"), std::string_view("q3Zt8A=="),
        std::string_view("=FAKE"), std::string_view("Proc-Type: 4,ENCRYPTED"),
        std::string_view("DEK-Info: AES-128-CBC,00"), std::string_view("Version: GnuPG v2"),
        std::string_view("Comment: any text")}) {
    EXPECT_EQ(hidden_in(record, state), record);
  }
}

TEST(KeyBlockTest, OrdinaryTextIsNot) {
  const EntryState state = open(kBegin, kBegin);
  for (const std::string_view record :
       {"", " ", "GET /x 200", "user alice", "abc", "abcde", "200", "a-b-c-d-e-f-g-h-i-j",
        "error: FAKEq3Zt8LmN2vRk7Wd5Hb9c", "-----", "-----BEGIN CERTIFICATE-----", "version: 1"}) {
    EXPECT_EQ(hidden_in(record, state), "-") << record;
  }
}

TEST(KeyBlockTest, QuotesAndLineEndsAroundKeyMaterialStay) {
  const EntryState state = open(kBegin, kBegin);
  for (const auto& [in_front, behind] :
       {std::pair("  ", ""), std::pair("\"", "\\n\""), std::pair("'", "',"), std::pair("\t", " \r")}) {
    EXPECT_EQ(hidden_in(std::string(in_front) + std::string(kBody) + behind, state), kBody)
        << in_front << "..." << behind;
  }
}

TEST(KeyBlockTest, ThePrefixOfTheBeginRecordIsSkipped) {
  const EntryState state = open("12:00:01 app[7]: -----BEGIN RSA PRIVATE KEY-----", kBegin);
  EXPECT_EQ(hidden_in("12:00:02 app[7]: " + std::string(kBody), state), kBody);
  EXPECT_EQ(hidden_in("12:00:02\tapp[7]:   " + std::string(kBody), state), kBody);
  EXPECT_EQ(hidden_in(kBody, state), kBody);
  EXPECT_EQ(hidden_in("app[7]: " + std::string(kBody), state), "-");
  EXPECT_EQ(hidden_in("12:00:02 app[7]: ready " + std::string(kBody), state), "-");
}

TEST(KeyBlockTest, EndClosesTheBlock) {
  const EntryState state = open(kBegin, kBegin);
  const std::string_view record = "x -----END RSA PRIVATE KEY----- y";
  const KeyBlockLine line = continue_key_block(record, state);
  ASSERT_TRUE(line.hidden);
  EXPECT_EQ(line.hidden->of(record), "-----END RSA PRIVATE KEY-----");
  EXPECT_TRUE(line.next.idle());
}

TEST(KeyBlockTest, AnEndWithoutItsDashesIsHiddenToTheEndOfTheRecord) {
  EXPECT_EQ(hidden_in("-----END RSA PRIVATE", open(kBegin, kBegin)), "-----END RSA PRIVATE");
}

TEST(KeyBlockTest, EveryRecordCountsUntilTheBlockCloses) {
  EntryState state = open(kBegin, kBegin);
  int records = 0;
  for (; !state.idle(); ++records) {
    state = continue_key_block(records % 2 == 0 ? "FAKEbase64line0123" : "ordinary text", state).next;
  }
  EXPECT_EQ(records, kKeyBlockRecords);
}

TEST(KeyBlockTest, WholeLinesOfTheBodyDoNotCount) {
  const std::string digest(64, 'a');
  EXPECT_EQ(continue_key_block(kBody, open(kBegin, kBegin)).next.block_records_left, kKeyBlockRecords);
  EXPECT_EQ(continue_key_block(digest, open(kBegin, kBegin)).next.block_records_left, kKeyBlockRecords - 1);
}

TEST(KeyBlockTest, AWrappedBlockEndsWithTheFirstRecordThatIsNoBase64) {
  const std::string_view begin = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t";
  EntryState state = open(begin, begin);
  EXPECT_TRUE(state.block_wrapped);
  const KeyBlockLine line = continue_key_block(kBody, state);
  EXPECT_TRUE(line.hidden);
  EXPECT_FALSE(line.next.idle());
  EXPECT_TRUE(continue_key_block("ordinary text", line.next).next.idle());
}

}  // namespace
}  // namespace piiscrub
