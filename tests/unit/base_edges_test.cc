// Edges: where a value can begin and end inside a text. `|` in a text marks the place that is asked about.
#include "base/edges.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

struct Place {
  std::string text;
  std::size_t at;
};

Place place(std::string_view marked) {
  const std::size_t at = marked.find('|');
  return {std::string(marked.substr(0, at)) + std::string(marked.substr(at + 1)), at};
}

TEST(EdgesTest, EscapeSequencesEndWhereTheyEnd) {
  const struct {
    std::string_view text;
    bool ends;
  } kCases[] = {
      {R"(|\n)", false},      {R"(\|n)", false},         {R"(\n|)", true},
      {R"(\n|x)", true},      {R"(\t|x)", true},         {R"(\r|x)", true},
      {R"(\0|x)", true},      {R"(\q|x)", false},        {R"(\x2|2)", false},
      {R"(\x22|)", true},     {R"(\xg2|)", false},       {R"(x22|)", false},
      {R"(\u0022|)", true},   {R"(\u002|2)", false},     {R"(\u00g2|)", false},
      {R"(u0022|)", false},   {R"(%22|)", true},         {R"(%2|2)", false},
      {R"(%g2|)", false},     {R"(22|)", false},         {R"(#012|)", true},
      {R"(#01|2)", false},    {R"(#018|)", false},       {R"(012|)", false},
      {"\x1b[31m|x", true},   {"\x1b[m|x", true},        {"\x1b[1;38;5;160m|", true},
      {"\x1b[31|m", false},   {"[31m|x", false},         {"m|x", false},
      {"\x1b[31x|m", false},  {R"(\u001b[31m|x)", true}, {R"(\x1b[31m|x)", true},
      {R"(\033|x)", false},   {"\x1b[|m", false},        {"|", false},
      {"\\\x1b[31m|x", true}, {"%a\\n|", true},          {"#0\\n|x", true},
      {R"(#411|)", false},    {R"(#177|)", true},
  };
  for (const auto& c : kCases) {
    const auto [text, at] = place(c.text);
    EXPECT_EQ(ends_with_escape(text, at), c.ends) << c.text;
  }
}

TEST(EdgesTest, NoPlaceInAnyTextIsTooEarly) {
  for (const std::string_view text : {"m", "nm", "%2", "\\", "\\n", "[m", "\x1b[m", "#01", "\\u002", "0m0m0m"}) {
    for (std::size_t at = 0; at <= text.size(); ++at) {
      (void)ends_with_escape(text, at);
      (void)begins_word(text, at);
      (void)ends_word(text, at);
      (void)begins_number(text, at);
      (void)ends_number(text, at);
      for (std::size_t end = at; end <= text.size(); ++end) {
        const std::size_t begin = skip_escape_tail(text, at, end);
        EXPECT_GE(begin, at);
        EXPECT_LE(begin, end);
      }
    }
  }
}

TEST(EdgesTest, WordsBeginBehindWhatIsNoWord) {
  const struct {
    std::string_view text;
    bool begins;
  } kCases[] = {
      {"|a", true},        {" |a", true},      {"a|a", false},      {"_|a", false},    {"9|a", false},
      {"-|a", true},       {"\n|a", true},     {"\xc3|a", true},    {R"(\n|a)", true}, {R"(n|a)", false},
      {R"(\x22|a)", true}, {R"(%22|a)", true}, {"[EMAIL]|a", true},
  };
  for (const auto& c : kCases) {
    const auto [text, at] = place(c.text);
    EXPECT_EQ(begins_word(text, at), c.begins) << c.text;
  }
}

TEST(EdgesTest, WordsEndInFrontOfWhatIsNoWord) {
  const struct {
    std::string_view text;
    bool ends;
  } kCases[] = {{"a|", true},   {"a| ", true}, {"a|a", false}, {"a|_", false},
                {"a|9", false}, {"a|-", true}, {"a|\\n", true}};
  for (const auto& c : kCases) {
    const auto [text, at] = place(c.text);
    EXPECT_EQ(ends_word(text, at), c.ends) << c.text;
  }
}

TEST(EdgesTest, ADashOrDotTiesANumberToAWord) {
  const struct {
    std::string_view text;
    bool begins;
  } kBegins[] = {
      {"|1", true},    {"-|1", true},  {".|1", true},   {" -|1", true},     {"a-|1", false}, {"a.|1", false},
      {"9-|1", false}, {"a|1", false}, {"a--|1", true}, {R"(\n-|1)", true}, {"a:|1", true},  {"a/|1", true},
  };
  for (const auto& c : kBegins) {
    const auto [text, at] = place(c.text);
    EXPECT_EQ(begins_number(text, at), c.begins) << c.text;
  }
  const struct {
    std::string_view text;
    bool ends;
  } kEnds[] = {
      {"1|", true},    {"1|-", true},  {"1|.", true},   {"1|. a", true}, {"1|-a", false}, {"1|.a", false},
      {"1|.9", false}, {"1|a", false}, {"1|--a", true}, {"1|/a", true},  {"1|,a", true},
  };
  for (const auto& c : kEnds) {
    const auto [text, at] = place(c.text);
    EXPECT_EQ(ends_number(text, at), c.ends) << c.text;
  }
}

// `|` marks where the word is taken to begin, `^` where it really begins; it ends with the text.
TEST(EdgesTest, WordsBeginBehindTheTailOfAnEscape) {
  for (const std::string_view marked : {
           "|^alice",
           R"(\|n^alice)",
           R"(\|x22^alice)",
           R"(\|u0022^alice)",
           R"(#|012^alice)",
           "\x1b[|31m^alice",
           "|%22^alice",
           "|a%22^alice",
           "|%22a%22^alice",
           "|^a%2",
           "|^nalice",
           "|^x22alice",
           R"(\|^qalice)",
           R"(\|n^nn)",
       }) {
    std::string text(marked);
    const std::size_t begin = text.find('|');
    text.erase(begin, 1);
    const std::size_t real = text.find('^');
    text.erase(real, 1);
    EXPECT_EQ(skip_escape_tail(text, begin, text.size()), real) << marked;
  }
}

}  // namespace
}  // namespace piiscrub
