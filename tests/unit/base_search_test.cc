#include "base/search.h"

#include <gtest/gtest.h>

#include <string>

namespace piiscrub {
namespace {

TEST(SearchTest, HasTextOnlyWhereAllOfItStands) {
  EXPECT_TRUE(has_at("abcd", 1, "bcd"));
  EXPECT_FALSE(has_at("abcd", 1, "bcde"));
  EXPECT_FALSE(has_at("abcd", 5, ""));
  EXPECT_TRUE(has_at("abcd", 4, ""));
  EXPECT_EQ(char_at("ab", 2), '\0');
}

TEST(SearchTest, FindsTheFirstOfSomeBytesAtEachPlace) {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char sign : {'"', '\\', '\xe2'}) {
        std::string text(size, 'x');
        text[at] = sign;
        for (std::size_t from = 0; from <= size; ++from) {
          const std::size_t expected = from <= at ? at : size;
          EXPECT_EQ((find_one_of<'"', '\\', '\xe2'>(text, from)), expected) << size << ' ' << at << ' ' << from;
        }
      }
    }
  }
}

// What lies above the lowest hit of a word may look like one: bytes that differ from a wanted one in their lowest bit.
TEST(SearchTest, TakesNoNeighbourOfAWantedByteForOne) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string text(24, c);
    const bool wanted = c == '"' || c == '#';
    EXPECT_EQ((find_one_of<'"', '#'>(text, 3)), wanted ? 3U : text.size()) << byte;
    const std::string behind = "!\"" + std::string(14, c);
    EXPECT_EQ((find_one_of<'"', '#'>(behind, 0)), 1U) << byte;
  }
}

}  // namespace
}  // namespace piiscrub
