// Output: slices in order, long ones without a copy.
#include "piiscrub/output.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace piiscrub {
namespace {

std::string text_of(const Output& out) {
  std::string text = "kept ";
  out.copy_to(text);
  return text.substr(5);
}

std::string joined(Output& out) {
  std::string text;
  for (const std::string_view slice : out.slices()) {
    EXPECT_FALSE(slice.empty()) << "an empty slice is one system call too many";
    text += slice;
  }
  return text;
}

TEST(OutputTest, StartsEmpty) {
  Output out;
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(out.size(), 0U);
  EXPECT_TRUE(out.slices().empty());
}

TEST(OutputTest, NothingAddsNothing) {
  Output out;
  out.pass("");
  out.write("");
  out.append(Output());
  EXPECT_TRUE(out.empty());
  EXPECT_TRUE(out.slices().empty());
}

TEST(OutputTest, LongPassesAreViewsShortOnesCopies) {
  const std::string clean(1 << 16, 'c');
  std::string brief = "brief";
  Output out;
  out.pass(clean);
  out.pass(brief);
  brief = "other";
  ASSERT_EQ(out.slices().size(), 2U);
  EXPECT_EQ(static_cast<const void*>(out.slices()[0].data()), clean.data());
  EXPECT_EQ(out.slices()[1], "brief");
}

TEST(OutputTest, NeighbouringTextIsOneSlice) {
  Output out;
  out.write("a");
  out.write("b");
  out.pass("c");
  ASSERT_EQ(out.slices().size(), 1U);
  EXPECT_EQ(out.slices()[0], "abc");
}

TEST(OutputTest, AppendTakesViewsOverAndCopiesText) {
  const std::string clean(1 << 16, 'c');
  Output out;
  out.write("a");
  {
    Output other;
    other.write("b");
    other.pass(clean);
    other.write("d");
    out.append(other);
  }
  EXPECT_EQ(text_of(out), "ab" + clean + "d");
  ASSERT_EQ(out.slices().size(), 3U);
  EXPECT_EQ(static_cast<const void*>(out.slices()[1].data()), clean.data());
}

TEST(OutputTest, ClearForgetsEverything) {
  Output out;
  out.write("a");
  out.pass(std::string(1 << 16, 'c'));
  out.clear();
  EXPECT_TRUE(out.empty());
  out.write("b");
  EXPECT_EQ(joined(out), "b");
}

TEST(OutputTest, AnyMixIsTheBytesInOrder) {
  std::mt19937_64 random(1);
  const std::string source(10'000, 's');
  for (int round = 0; round < 50; ++round) {
    Output out;
    std::string wanted;
    for (int step = 0; step < 40; ++step) {
      const std::string_view bytes = std::string_view(source).substr(random() % 5000, random() % 5000);
      if (random() % 2 == 0) {
        out.pass(bytes);
      } else {
        out.write(bytes);
      }
      wanted += bytes;
    }
    ASSERT_EQ(out.size(), wanted.size());
    ASSERT_EQ(joined(out), wanted);
    ASSERT_EQ(text_of(out), wanted);
  }
}

}  // namespace
}  // namespace piiscrub
