#include "format/sql_words.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/ascii.h"

namespace piiscrub {
namespace {

SqlWord word_at(std::string_view text, std::size_t begin, std::size_t size) {
  return find_sql_word(text, {begin, begin + size});
}

TEST(SqlWordsTest, WordsOfEveryLengthInEitherCase) {
  EXPECT_EQ(find_sql_word("as", {0, 2}), SqlWord::as);
  EXPECT_EQ(find_sql_word("SeLeCt", {0, 6}), SqlWord::select);
  EXPECT_EQ(find_sql_word("DISTINCT", {0, 8}), SqlWord::distinct);
  EXPECT_EQ(find_sql_word("Intersect", {0, 9}), SqlWord::intersect);
  EXPECT_EQ(find_sql_word("returning", {0, 9}), SqlWord::returning);
  EXPECT_EQ(find_sql_word("", {0, 0}), SqlWord::none);
  EXPECT_EQ(find_sql_word("distincts", {0, 9}), SqlWord::none);
  EXPECT_EQ(find_sql_word("returnings", {0, 10}), SqlWord::none);
}

TEST(SqlWordsTest, WhatStandsBehindMakesNoDifference) {
  for (const std::string_view word : {"as", "set", "from", "where", "select", "between", "distinct", "returning"}) {
    const SqlWord wanted = find_sql_word(word, {0, word.size()});
    EXPECT_NE(wanted, SqlWord::none) << word;
    for (std::size_t behind = 0; behind < 10; ++behind) {
      const std::string text = std::string("x ").append(word) + std::string(behind, 's');
      EXPECT_EQ(word_at(text, 2, word.size()), wanted) << text;
    }
  }
}

// Of each byte only the letter of the other case is the same.
TEST(SqlWordsTest, OtherBytesAreNoLetters) {
  for (const std::string_view word : {"as", "select", "returning"}) {
    for (std::size_t at = 0; at < word.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(word);
        text[at] = static_cast<char>(byte);
        const bool same = to_lower(text[at]) == word[at];
        EXPECT_EQ(find_sql_word(text, {0, text.size()}) == find_sql_word(word, {0, word.size()}), same) << text;
        EXPECT_EQ(word_at(text + "        ", 0, text.size()) == find_sql_word(word, {0, word.size()}), same) << text;
      }
    }
  }
}

}  // namespace
}  // namespace piiscrub
