#include "detect/words.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace piiscrub {
namespace {

bool is_mark(std::string_view text, std::size_t at) { return text.substr(at).starts_with("\xE2\x80"); }

// What words.h says, byte by byte.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    Word word{.begin = static_cast<std::uint32_t>(at)};
    for (; at < text.size() && (is_word(text[at]) || is_high(text[at])) && !is_mark(text, at); ++at) {
      ++word.size;
      if (is_digit(text[at])) ++word.digits;
    }
    if (word.size > 0) words.push_back(word);
    if (at < text.size()) at += is_mark(text, at) ? std::size_t{3} : std::size_t{1};
  }
  return words;
}

TEST(WordsTest, NamesEndAtMarksAndSigns) {
  std::vector<Word> words;
  find_words("user_1=\xE2\x80\xB9m\xC3\xBCller2\xE2\x80\xBA, x", words);
  const std::vector<Word> wanted = {{0, 6, 1}, {10, 8, 1}, {23, 1, 0}};
  EXPECT_EQ(words, wanted);
  find_words("", words);
  EXPECT_TRUE(words.empty());
}

TEST(WordsTest, BlocksMakeNoDifference) {
  std::mt19937_64 random(11);
  const std::vector<std::string> parts = {"a", "Z9", "_", " ", "-", "0123", "\xC3\xA9", "\xE2\x80\xB9", "'", "name"};
  std::vector<Word> words;
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (std::size_t size = random() % 300; text.size() < size;) text += parts[random() % parts.size()];
    if (random() % 4 == 0) text.resize(text.size() / 64 * 64);
    find_words(text, words);
    ASSERT_EQ(words, words_of(text)) << text;
  }
}

}  // namespace
}  // namespace piiscrub
