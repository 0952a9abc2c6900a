// closest() suggests what was meant and stays quiet when it would guess.

#include "base/edit_distance.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace piiscrub {
namespace {

constexpr std::string_view kWords[] = {"id", "cwe", "match", "title", "category", "unless_context", "min_digits"};

TEST(ClosestTest, SuggestsTheNearestWord) {
  const struct {
    std::string_view what, word;
    std::optional<std::string_view> nearest;
  } kCases[] = {
      {"the word itself", "match", "match"},
      {"one replaced", "metch", "match"},
      {"one missing", "titl", "title"},
      {"one too many", "titlle", "title"},
      {"neighbours swapped count once", "cew", "cwe"},
      {"two edits in a long word", "catgory_", "category"},
      {"swap and replacement", "unless-contxet", "unless_context"},
      {"dash for underscore", "min-digits", "min_digits"},
      {"case does not count", "CATEGORY", "category"},
      {"more than a third of a short word", "ib", std::nullopt},
      {"two edits in five bytes", "mutsh", std::nullopt},
      {"three edits", "catexxxy", std::nullopt},
      {"nothing alike", "github", std::nullopt},
      {"empty", "", std::nullopt},
  };
  for (const auto& c : kCases) EXPECT_EQ(closest(c.word, kWords), c.nearest) << c.what;
}

TEST(ClosestTest, TheFirstOfEquallyNearWordsWins) {
  constexpr std::string_view kTwins[] = {"before", "befora"};
  EXPECT_EQ(closest("befor", kTwins), "before");
  EXPECT_EQ(closest("befora", kTwins), "befora");
}

TEST(ClosestTest, WordsOfAnyLengthAreTaken) {
  const std::string limit(64, 'a');
  const std::string_view words[] = {"", limit};
  EXPECT_EQ(closest(std::string(64, 'a'), words), limit);
  EXPECT_EQ(closest(std::string(63, 'a'), words), limit);
  EXPECT_EQ(closest(std::string(65, 'a'), words), std::nullopt);
  EXPECT_EQ(closest(std::string(1 << 20, 'a'), words), std::nullopt);
  EXPECT_EQ(closest("a", {}), std::nullopt);
}

}  // namespace
}  // namespace piiscrub
