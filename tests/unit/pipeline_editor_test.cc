// Editor: what cannot be checked is masked, and state goes from chunk to chunk.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <string>
#include <string_view>

#include "piiscrub/pipeline.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

// An editor that is given scans as they are told, not as they are.
class EditorTest : public testing::Test {
 protected:
  std::string edit_unscanned(const Chunk& chunk) {
    ScanResult failed;
    failed.failed = true;
    return edit(chunk, failed, {});
  }
  std::string edit(const Chunk& chunk, const ScanResult& scan, EntryState state) {
    Output out;
    behind_ = editor_.edit(chunk, scan, state, out, stats_);
    std::string text;
    out.copy_to(text);
    return text;
  }
  std::string edit(std::string_view records, EntryState state) {
    ScanResult scan;
    scanner_.scan(records, scan);
    return edit(Chunk{.bytes = records}, scan, state);
  }

  Editor editor_{builtin_rules(), {.max_record_bytes = 16}};
  Scanner scanner_{builtin_rules()};
  EntryState behind_;
  Stats stats_;
};

TEST_F(EditorTest, RecordsWhoseScanFailedAreMasked) {
  EXPECT_EQ(edit_unscanned({.bytes = "alice@example.com\nx\r\n\n{\"a\":1}\nlast"}),
            "[piiscrub:masked scan-error 17]\n[piiscrub:masked scan-error 1]\r\n\n"
            "{\"piiscrub\":{\"masked\":\"scan-error\",\"bytes\":7}}\n[piiscrub:masked scan-error 4]");
  EXPECT_EQ(stats_.masked[static_cast<std::size_t>(MaskReason::scan_error)], 4U) << "the empty record hides nothing";
  EXPECT_EQ(stats_.records, 5U);
  EXPECT_TRUE(behind_.idle());
}

// What is behind them may be the rest of what was open in front of them.
TEST_F(EditorTest, RecordsWhoseScanFailedCloseNoKeyBlock) {
  EXPECT_EQ(edit("-----BEGIN RSA PRIVATE KEY-----\n", {}), "[PRIVATE_KEY]\n");
  ScanResult failed;
  failed.failed = true;
  const EntryState open = behind_;
  EXPECT_EQ(edit(Chunk{.bytes = "FAKEbase64line0123FAKEbase64line0123\n"}, failed, open),
            "[piiscrub:masked scan-error 36]\n");
  EXPECT_EQ(edit("FAKEbase64line4567FAKEbase64line4567\n", behind_), "[PRIVATE_KEY]\n");
  Chunk overlong{.kind = Chunk::Kind::overlong_head, .bytes = "an over-long record"};
  (void)edit(overlong, failed, open);
  EXPECT_EQ(edit("FAKEbase64line4567FAKEbase64line4567\n", behind_), "[PRIVATE_KEY]\n");
}

// Offsets of hits have 32 bits.
TEST_F(EditorTest, WhatIsTooLongForOneScanCountsAsUnchecked) {
  constexpr std::size_t kBytes = (std::size_t{1} << 32) + 18;
  void* const bytes = ::mmap(nullptr, kBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(bytes, MAP_FAILED);
  ScanResult scan;
  scanner_.scan({static_cast<const char*>(bytes), kBytes}, scan);
  EXPECT_TRUE(scan.failed);
  ::munmap(bytes, kBytes);
}

// An expiry counts beside a card only, and a card number that fails its check is none: wherever the record stands.
TEST_F(EditorTest, NeighboursThatAreEditedChangeNothing) {
  const std::string record = R"({"card": "4111111111111110", "exp_month": 12})"
                             "\n";
  EXPECT_EQ(edit(record, {}), record);
  const std::string edited = "a@example.com\n";
  EXPECT_EQ(edit(edited + edited + edited + record, {}), "[EMAIL]\n[EMAIL]\n[EMAIL]\n" + record);
}

TEST_F(EditorTest, AnOverlongRecordWhoseScanFailedIsMasked) {
  const std::string record(40, 'x');
  std::string text = edit_unscanned({.kind = Chunk::Kind::overlong_head, .bytes = record});
  text += edit({.kind = Chunk::Kind::overlong_tail, .bytes = "\n", .record_bytes = 40}, {}, {});
  EXPECT_EQ(text, "[piiscrub:masked scan-error 16][piiscrub:masked overlong 24]\n");
  EXPECT_EQ(stats_.records, 1U);
  EXPECT_EQ(stats_.bytes_discarded, 24U);
}

TEST_F(EditorTest, OverlongJsonWhoseScanFailedIsMaskedAsJson) {
  const std::string record = "{" + std::string(39, 'x');
  std::string text = edit_unscanned({.kind = Chunk::Kind::overlong_head, .bytes = record, .json = true});
  text += edit({.kind = Chunk::Kind::overlong_tail, .bytes = "\n", .record_bytes = 40, .json = true}, {}, {});
  EXPECT_EQ(text, "{\"piiscrub\":{\"masked\":\"overlong\",\"bytes\":40}}\n");
}

TEST_F(EditorTest, AnOpenKeyBlockGoesOnInTheNextChunk) {
  EXPECT_EQ(edit("-----BEGIN RSA PRIVATE KEY-----\n", {}), "[PRIVATE_KEY]\n");
  EXPECT_FALSE(behind_.idle());
  const EntryState open = behind_;
  EXPECT_EQ(edit("FAKEbase64line0123\nordinary text\n", open), "[PRIVATE_KEY]\nordinary text\n");
  EXPECT_FALSE(behind_.idle());
  EXPECT_EQ(edit("-----END RSA PRIVATE KEY-----\nFAKEbase64line0123\n", behind_),
            "[PRIVATE_KEY]\nFAKEbase64line0123\n");
  EXPECT_TRUE(behind_.idle());
  // The same state gives the same again: an edit can be repeated.
  EXPECT_EQ(edit("FAKEbase64line0123\nordinary text\n", open), "[PRIVATE_KEY]\nordinary text\n");
  EXPECT_EQ(edit("FAKEbase64line0123\n", {}), "FAKEbase64line0123\n");
}

TEST_F(EditorTest, AnOverlongRecordCountsInABlock) {
  edit("-----BEGIN RSA PRIVATE KEY-----\n", {});
  const EntryState open = behind_;
  ScanResult scan;
  const std::string record(40, ' ');
  scanner_.scan(record, scan);
  edit({.kind = Chunk::Kind::overlong_head, .bytes = record}, scan, open);
  EXPECT_EQ(behind_.block_records_left, open.block_records_left - 1);
  edit({.kind = Chunk::Kind::overlong_tail, .bytes = "\n", .record_bytes = 40}, {}, behind_);
  EXPECT_EQ(behind_.block_records_left, open.block_records_left - 1);
}

// Each edit makes the next match's word boundary, so that one comes up in every round.
TEST(EditorRoundsTest, ARecordThatDoesNotSettleIsMasked) {
  const auto rules = test::rules_from(R"(
[[rule]]
id = "chain"
title = "A link of a chain"
type = "link"
category = "credential"
match = '\bzq[0-9]'
examples = ["«zq1»"]
counter_examples = ["azq1"]
)");
  const test::Scrubbed settles = test::scrub(rules, "zq1zq2zq3zq4\nplain\n");
  EXPECT_EQ(settles.text, "[LINK][LINK][LINK][LINK]\nplain\n");
  const std::string endless = "zq1zq2zq3zq4zq5zq6zq7zq8zq9zq1zq2zq3zq4zq5";
  const test::Scrubbed masked = test::scrub(rules, endless + "\nplain\n");
  EXPECT_EQ(masked.text, "[piiscrub:masked unstable 42]\nplain\n");
  EXPECT_EQ(masked.stats.masked[static_cast<std::size_t>(MaskReason::unstable)], 1U);
  EXPECT_EQ(test::scrub(rules, masked.text).text, masked.text);
}

}  // namespace
}  // namespace piiscrub
