// Checkpoints: what is written is read; nothing else is believed.
#include "daemon/checkpoint.h"

#include <gtest/gtest.h>

#include <string>

namespace piiscrub::daemon {
namespace {

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.tails.push_back({"app", "/var/log/a b\t%\n.log", {{1, 2}, 300, 200, "00ff", 7}});
  checkpoint.tails.push_back({"app", "/var/log/a b\t%\n.log", {{1, 3}, 4, 4, "aa", 1'900'000'000'123'456'789}});
  checkpoint.sinks.push_back({"app", "/out", {{5, 6}, 18446744073709551615U}});
  return checkpoint;
}

TEST(CheckpointTest, IsReadAsItWasWritten) {
  const std::optional<Checkpoint> read = Checkpoint::parse(example().text());
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

TEST(CheckpointTest, BelievesNothingThatIsDamaged) {
  const std::string text = example().text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(Checkpoint::parse(flipped)) << i;
    EXPECT_FALSE(Checkpoint::parse(text.substr(0, i))) << i;
  }
  EXPECT_FALSE(Checkpoint::parse(text + "x"));
}

}  // namespace
}  // namespace piiscrub::daemon
