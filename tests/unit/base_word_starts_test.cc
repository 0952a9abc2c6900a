#include "base/word_starts.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace piiscrub {
namespace {

std::vector<std::size_t> all_starts(std::string_view text, std::size_t from) {
  std::vector<std::size_t> found;
  WordStarts starts(text, from);
  for (std::size_t at = starts.next(); at != WordStarts::kNone; at = starts.next()) found.push_back(at);
  return found;
}

std::vector<std::size_t> expected_starts(std::string_view text, std::size_t from) {
  std::vector<std::size_t> expected;
  for (std::size_t at = from; at < text.size(); ++at) {
    const bool held = at > from && (is_alpha(text[at - 1]) || text[at - 1] == '_');
    if (is_alpha(text[at]) && !held) expected.push_back(at);
  }
  return expected;
}

TEST(WordStartsTest, AreLettersBehindNoLetterAndNoUnderscore) {
  using Places = std::vector<std::size_t>;
  EXPECT_EQ(all_starts("", 0), Places());
  EXPECT_EQ(all_starts("a", 1), Places());
  EXPECT_EQ(all_starts("SELECT a_b, 2c FROM _t", 0), (Places{0, 7, 13, 15}));
  EXPECT_EQ(all_starts("SELECT", 3), Places{3});
  EXPECT_EQ(all_starts("a_______b", 0), Places{0});
  EXPECT_EQ(all_starts("\xc3\xa9t\xc3\xa9 @[`{", 0), Places{2});
}

TEST(WordStartsTest, EveryByteBesideEveryOtherAtEveryPlace) {
  constexpr std::string_view kBytes("@AZ[`az{_^/09:\\n \0\x7f\x80\xc1\xda\xe1\xfa\xff", 24);
  std::uint32_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 21; ++i) {
      state = state * 1664525 + 1013904223;
      text += kBytes[(state >> 16) % kBytes.size()];
    }
    const std::size_t from = (state >> 8) % text.size();
    ASSERT_EQ(all_starts(text, from), expected_starts(text, from)) << text;
  }
}

}  // namespace
}  // namespace piiscrub
