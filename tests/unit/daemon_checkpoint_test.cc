// Checkpoints: what is written is read; nothing else is believed.
#include "daemon/checkpoint.h"

#include <gtest/gtest.h>

#include <string>

#include "redact/crypto.h"

namespace piiscrub::daemon {
namespace {

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.tails.push_back({"app", "/var/log/a b\t%\n.log", {{1, 2}, 300, 200, "00ff", 7}});
  checkpoint.tails.push_back({"app", "/var/log/a b\t%\n.log", {{1, 3}, 4, 4, "aa", 1'900'000'000'123'456'789}});
  checkpoint.sinks.push_back({"app", "/out", {{5, 6}, 18446744073709551615U}});
  return checkpoint;
}

std::string with_checksum(const std::string& text) {
  std::string digits;
  const auto digest = sha256(text);
  for (const char c : view(digest)) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    digits += kDigits[static_cast<unsigned char>(c) >> 4U];
    digits += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text + "end\t" + digits + "\n";
}

TEST(CheckpointTest, IsReadAsItWasWritten) {
  const Checkpoint::Read result = Checkpoint::read(example().text());
  EXPECT_EQ(result.format, kCheckpointFormat);
  EXPECT_FALSE(result.by.empty());
  const std::optional<Checkpoint>& read = result.checkpoint;
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), example().text());
  const std::vector<io::FilePosition> tails = read->tails_of("app", "/var/log/a b\t%\n.log");
  ASSERT_EQ(tails.size(), 2U);
  EXPECT_EQ(tails[0].id, (io::FileId{1, 2}));
  EXPECT_EQ(tails[0].offset, 300U);
  EXPECT_EQ(tails[0].replay, 200U);
  EXPECT_EQ(tails[1].marker, "aa");
  EXPECT_EQ(tails[1].written, 1'900'000'000'123'456'789);
  ASSERT_TRUE(read->sink_of("app", "/out"));
  EXPECT_EQ(read->sink_of("app", "/out")->length, 18446744073709551615U);
  EXPECT_FALSE(read->sink_of("other", "/out"));
  EXPECT_TRUE(read->tails_of("other", "/out").empty());
}

TEST(CheckpointTest, SaysOfWhichFilesItHasBeenSaidThatTheyAreLost) {
  Checkpoint checkpoint = example();
  checkpoint.tails[0].position.lost = true;
  const Checkpoint::Read result = Checkpoint::read(checkpoint.text());
  ASSERT_TRUE(result.checkpoint);
  EXPECT_EQ(result.checkpoint->text(), checkpoint.text());
  const std::vector<io::FilePosition> tails = result.checkpoint->tails_of("app", "/var/log/a b\t%\n.log");
  ASSERT_EQ(tails.size(), 2U);
  EXPECT_TRUE(tails[0].lost);
  EXPECT_EQ(tails[0].marker, "00ff");
  EXPECT_FALSE(tails[1].lost);
}

TEST(CheckpointTest, BelievesNothingThatIsDamaged) {
  const std::string text = example().text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    for (const std::string& wrong : {flipped, text.substr(0, i)}) {
      EXPECT_FALSE(Checkpoint::read(wrong).checkpoint) << i;
      EXPECT_EQ(Checkpoint::read(wrong).format, 0U) << i;
    }
  }
  EXPECT_FALSE(Checkpoint::read(text + "x").checkpoint);
  EXPECT_FALSE(Checkpoint::read(with_checksum("piiscrub-checkpoint 2\nby 1\ntail\tapp\n")).checkpoint);
  EXPECT_FALSE(Checkpoint::read(with_checksum("piiscrub-checkpoint 2\n")).checkpoint);
  EXPECT_EQ(Checkpoint::read(with_checksum("piiscrub-checkpoint 0\nby 1\n")).format, 0U);
}

TEST(CheckpointTest, OfFormat1IsRead) {
  const Checkpoint::Read read = Checkpoint::read(
      with_checksum("piiscrub-checkpoint 1\ntail\tapp\t/a%20b\t1\t2\t300\t200\t00ff\t7\nsink\tapp\t/out\t5\t6\t77\n"));
  ASSERT_TRUE(read.checkpoint);
  EXPECT_EQ(read.format, 1U);
  EXPECT_EQ(read.by, "");
  ASSERT_EQ(read.checkpoint->tails_of("app", "/a b").size(), 1U);
  EXPECT_EQ(read.checkpoint->tails_of("app", "/a b").front().offset, 300U);
  ASSERT_TRUE(read.checkpoint->sink_of("app", "/out"));
  EXPECT_EQ(read.checkpoint->sink_of("app", "/out")->length, 77U);
  EXPECT_EQ(Checkpoint::read(read.checkpoint->text()).format, kCheckpointFormat);
}

TEST(CheckpointTest, OfALaterFormatIsToldFromADamagedOne) {
  const Checkpoint::Read read = Checkpoint::read(with_checksum("piiscrub-checkpoint 3\nby 9.1\nwhatever comes\n"));
  EXPECT_FALSE(read.checkpoint);
  EXPECT_EQ(read.format, 3U);
  EXPECT_EQ(read.by, "9.1");
}

}  // namespace
}  // namespace piiscrub::daemon
