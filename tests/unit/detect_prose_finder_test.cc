#include "detect/prose_finder.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/triggers.h"

namespace piiscrub {
namespace {

Rule rule_of(std::string id, std::string form, std::vector<std::string> phrases) {
  Rule rule;
  rule.id = std::move(id);
  rule.prose = std::move(form);
  rule.prose_keys = std::move(phrases);
  return rule;
}

class ProseFinderTest : public testing::Test {
 protected:
  // The rules whose phrases may name something in `text`, each with where its phrase begins, behind `in_front`.
  std::string found(const std::string& text, const std::string& in_front = {}) {
    Seen seen;
    find_triggers(in_front + text, seen);
    std::vector<Hit> hits;
    finder_.find(in_front + text, seen.named, hits);
    std::string all;
    for (const Hit& hit : hits) {
      if (!all.empty()) all += ", ";
      all += rules_[hit.source].id + '@' + std::to_string(hit.at - 1 - in_front.size());
    }
    return all.empty() ? "-" : all;
  }

 private:
  std::vector<Rule> rules_ = {
      rule_of("ssn", "id", {"ssn", "social security", "numéro fiscal"}),
      rule_of("licence", "id", {"driver licence"}),
      rule_of("cvv", "cvv", {"cvv2"}),
      rule_of("born", "date", {"born"}),
      rule_of("pay", "amount", {"salary"}),
      rule_of("person", "name", {"patient", "mr"}),
      rule_of("password", "secret", {"password"}),  // searched for by expressions
  };
  ProseFinder finder_{rules_};
};

TEST_F(ProseFinderTest, FindsPhrasesInFrontOfWhatMayBeAValue) {
  const struct {
    std::string text;
    std::string_view hits;
  } kRows[] = {
      {"Failed for SSN 536904399", "ssn@11"},
      {"ssn is 536904399", "ssn@0"},
      {"ssn no. 536904399", "ssn@0"},
      {"ssn number is: 536904399", "ssn@0"},
      {"ssn #536904399", "ssn@0"},
      {"ssn#536904399", "ssn@0"},
      {"ssn # 536904399", "ssn@0"},
      {"ssn (536904399)", "ssn@0"},
      {"ssn \"536904399\"", "ssn@0"},
      {"Social Security number 536904399", "ssn@0"},
      {"numéro fiscal 12345", "ssn@0"},
      {"the driver's licence X1234567", "licence@4"},
      {"drivers-licence X1234567", "licence@0"},
      {"cvv2 123", "cvv@0"},
      {"born on March 5, 1971", "born@0"},
      {"salary $85,000", "pay@0"},
      {"salary \xe2\x82\xac"
       "85",
       "pay@0"},
      {"a patient Jane Doe", "person@2"},
      {"Mr. Jane Doe", "person@0"},
      {"ssn 1 and ssn 2", "ssn@0, ssn@10"},
      // no value, no phrase, or no link
      {"ssn missing", "-"},
      {"ssn Missing", "-"},
      {"the ssn the number the code 5", "-"},
      {"ssn of every one 5", "-"},
      {"classn 5", "-"},
      {"emp_ssn 5", "-"},
      {"insecurity 5", "-"},
      {"social insecurity 5", "-"},
      {"mr Jane Doe", "-"},
      {"patient: Jane Doe", "-"},
      {"PATIENT Jane Doe", "-"},
      {"patient Id 12", "-"},
      {"password Hunter2", "-"},
      // of another record
      {"ssn\n5", "-"},
      {"social\nsecurity 5", "-"},
      {"patient Jane\nDoe", "-"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(found(row.text), row.hits) << row.text;
    // Places that have enough in front of them are sorted out first.
    EXPECT_EQ(found(row.text, "a record of some other kind, and with its end\n"), row.hits) << row.text;
    EXPECT_EQ(found(row.text, "2026-11-21 09:14:02 INFO "), row.hits) << row.text;
  }
}

// Sorting places out in advance loses none: near the start of a text nothing is sorted out.
TEST_F(ProseFinderTest, FindsBehindALongTextWhatItFindsBehindNone) {
  constexpr auto kWords = std::to_array<std::string_view>({"ssn",
                                                           "cvv2",
                                                           "born",
                                                           "salary",
                                                           "patient",
                                                           "Mr.",
                                                           "is",
                                                           "no.",
                                                           "number",
                                                           "of",
                                                           "the",
                                                           "for",
                                                           "on",
                                                           "SSN",
                                                           "Born",
                                                           "was:",
                                                           "is:",
                                                           "classn",
                                                           "a",
                                                           "identification",
                                                           "\xc3\xa9t\xc3\xa9"});
  constexpr auto kValues =
      std::to_array<std::string_view>({"5", "Jane Doe", "#7", "(8)", "\"9\"", "$10", "Id", "X1234567"});
  std::mt19937 random(1);
  const auto one_of = [&](std::span<const std::string_view> words) {
    return std::string(words[random() % words.size()]);
  };
  std::size_t hits = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    while (text.size() < 14) text += one_of(kWords) + ' ';
    text += one_of(kValues);
    const std::string here = found(text);
    ASSERT_EQ(found(text, std::string(64, 'x') + '\n'), here) << text;
    if (here != "-") ++hits;
  }
  EXPECT_GT(hits, 2'000U);
}

TEST_F(ProseFinderTest, LooksAtNothingInFrontOfTheText) {
  for (const std::string text : {" 5", ". 5", "n 5", "#5", "a#5", "is 5", "no. is 5"})
    EXPECT_EQ(found(text), "-") << text;
}

}  // namespace
}  // namespace piiscrub
