// DecodedView: what is decoded, and that every span of it leads back to whole escape sequences.
#include "format/decoded_view.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

std::string decode(std::string_view source, Encodings encodings = encoding::all) {
  DecodedView view;
  EXPECT_TRUE(view.decode(source, encodings, kPlenty));
  return std::string(view.text());
}

// What stands in the source for the first `found` in the decoded text.
std::string source_of(std::string_view source, std::string_view found, Encodings encodings = encoding::all) {
  DecodedView view;
  EXPECT_TRUE(view.decode(source, encodings, kPlenty));
  const std::size_t at = view.text().find(found);
  if (at == std::string_view::npos) return "not found in " + std::string(view.text());
  return std::string(view.source_of({at, at + found.size()}).of(source));
}

TEST(DecodedView, Decodes) {
  struct Row {
    std::string_view source;
    std::string_view decoded;
  };
  constexpr Row kRows[] = {
      {"", ""},
      {"alice%40example.com", "alice@example.com"},
      {"alice%2540example.com", "alice@example.com"},
      {"alice%25252540example.com", "alice@example.com"},
      {"100%25 sure, 5%", "100% sure, 5%"},
      {"%C3%A9%E9%e2%82%ac%C3", "\xc3\xa9\xc3\xa9\xe2\x82\xac\xc3\x83"},
      {"%0A%0d%00|", std::string_view("\\n\\r\0|", 6)},
      {R"(a\u0040b \\u0040 \\\\\\u0040 \x40 \U00000040 \u{40})", "a@b @ @ @ @ @"},
      {R"(\x5Cu0040 \x5C\x5Cu0040 \u005cu0040 \x5Cx40)", "@ @ @ @"},
      {R"(\x22a\x5C\x22b\x22)", R"("a\"b")"},
      {R"(\ud83d\ude00 \ud83d \ude00 \\ud83d\\ude00)", "\xf0\x9f\x98\x80 \\ud83d \\ude00 \xf0\x9f\x98\x80"},
      {R"(\xc3\xa4 \xe4 \xC3\xBC)", "\xc3\xa4 \xc3\xa4 \xc3\xbc"},
      {R"(http:\/\/x \n \" \\)", R"(http://x \n \" \\)"},
      {R"(\u00 \x4 \u{} \u{1234567} \U0000004 \xzz \)", R"(\u00 \x4 \u{} \u{1234567} \U0000004 \xzz \)"},
      {"&#64;&#x40;&commat;&amp;#64;&amp;amp;&#99999999;&#;&a", "@@@@&&#99999999;&#;&a"},
      {"#012#011#411#177", "\\n\t#411\x7f"},
      {"alice=40example.com", "alice@example.com"},
      {"ali=\\nce=40example.com", "alice@example.com"},
      {"=?utf-8?q?J=C3=B6rg_M?= x", "J\xc3\xb6rg M x"},
      {"=?UTF-8?B?SsO2cmc=?= x", "J\xc3\xb6rg x"},
      {"=?utf-8?b?***?= =?utf-8?x?a?= =?utf-8?q?a", "=?utf-8?b?***?= =?utf-8?x?a?= =?utf-8?q?a"},
      {"iban=FR76+3000+6604&x=a+b", "iban=FR76 3000 6604&x=a+b"},
      {"1+2", "1+2"},
      {"al\x1b[31mice\x1b[0m", "alice"},
      {"\\u001b[1malice", "alice"},
      {"a\xe2\x80\x8bl\xc2\xadice", "alice"},
      {"\xef\xbc\x95\xef\xbc\x93\xef\xbc\x96\xe2\x80\x91\xd9\xa9\xd9\xa0", "536-90"},
      {"a\xef\xbc\xa0"
       "b",
       "a@b"},
      {"\xff\xc2\xe2\x80", "\xff\xc2\xe2\x80"},
  };
  for (const Row& row : kRows) EXPECT_EQ(decode(row.source), row.decoded) << row.source;
}

TEST(DecodedView, OnlyWhatIsAskedFor) {
  EXPECT_EQ(decode("%40 \\u0040 &#64; =40", encoding::percent), "@ \\u0040 &#64; =40");
  EXPECT_EQ(decode("%40 \\u0040 &#64; =40", encoding::backslash | encoding::html), "%40 @ @ =40");
  EXPECT_EQ(decode("a=1+2", encoding::percent), "a=1+2");
}

TEST(DecodedView, LeadsBackToTheSource) {
  EXPECT_EQ(source_of("q=alice%40example.com&", "alice@example.com"), "alice%40example.com");
  EXPECT_EQ(source_of("q=%61lice%2540example.co%6d&", "alice@example.com"), "%61lice%2540example.co%6d");
  EXPECT_EQ(source_of("\x1b[1ma\x1b[31mb\x1b[0m c", "ab"), "a\x1b[31mb");
  EXPECT_EQ(source_of("=?utf-8?q?J=C3=B6rg?=", "J\xc3\xb6rg"), "J=C3=B6rg");
  EXPECT_EQ(source_of("x =?utf-8?b?SsO2cmc=?= y", "rg"), "=?utf-8?b?SsO2cmc=?=");
  EXPECT_EQ(source_of("%26%2364;x", "@"), "%26%2364;");
  EXPECT_EQ(source_of("%26%2364;x", "x"), "x");
  EXPECT_EQ(source_of("&#37;40&#37;41.", "A"), "&#37;41");
  EXPECT_EQ(source_of("&#37;40&#37;41.", "."), ".");
}

TEST(DecodedView, StopsAtTheLimit) {
  DecodedView view;
  const std::string source = "&#38;#38;#38;#38;#38;#38;#38;#38;#38;#38;#64;";
  EXPECT_TRUE(view.decode(source, encoding::all, kPlenty));
  EXPECT_EQ(view.text(), "@");
  EXPECT_FALSE(view.decode(source, encoding::all, 3 * source.size()));
  EXPECT_TRUE(view.text().ends_with("#64;"));
  EXPECT_TRUE(view.decode("plain", encoding::all, 5));
}

// --- on anything -----------------------------------------------------------------------------------------------------

const std::vector<std::string> kPieces = {
    "a",     "7",   "@",       "%40",      "%25",      "25",           "40",           "%",     "\\",
    "u0040", "x40", "x5C",     "\\u00e9",  "\\ud83d",  "\\ude00",      "&#64;",        "&amp;", "#64;",
    "amp;",  "&",   "#012",    "=3D",      "=\\n",     "=?utf-8?q?",   "?=",           "_",     "=?x?b?YUA=?=",
    "+",     "=",   "\x1b[1m", "\x1b",     "\xc2\xad", "\xe2\x80\x8b", "\xef\xbc\xa0", "\xc3",  "\xa9",
    " ",     "\\n", "%0A",     "%E2%80%8B"};

RC_GTEST_PROP(DecodedView, SpansHoldTogether, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces));
  std::string source;
  for (const std::string& piece : pieces) source += piece;
  DecodedView view;
  RC_ASSERT(view.decode(source, encoding::all, kPlenty));
  const std::string text(view.text());
  RC_ASSERT(text.size() <= source.size());
  if (!view.changed()) RC_ASSERT(text == source);
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Span one = view.source_of({at, at + 1});
    RC_ASSERT(one.size() > 0U);
    RC_ASSERT(one.end <= source.size());
    RC_ASSERT(one.begin >= done || view.source_of({at - 1, at}).begin <= one.begin);
    done = one.end;
    RC_ASSERT(view.decoded_of(one).contains({at, at + 1}));
    if (one.size() == 1)
      RC_ASSERT(source[one.begin] == text[at] || source[one.begin] == '+' || source[one.begin] == '_');
    // The sequence alone has what was found in it, unless only what stands around it made it one.
    const Span rest = view.source_of({at, text.size()});
    RC_ASSERT(rest.begin == one.begin);
    RC_ASSERT(rest.end <= source.size());
  }
  RC_ASSERT(decode(text) == text);
}

TEST(DecodedView, EveryPrefix) {
  std::string all;
  for (const std::string& piece : kPieces) all += piece;
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::string source = all.substr(0, size);  // its own allocation, for the sanitizer
    DecodedView view;
    EXPECT_TRUE(view.decode(source, encoding::all, kPlenty));
    EXPECT_LE(view.source_of({0, view.text().size()}).end, source.size());
    escape_signal(source);
  }
}

TEST(EscapeSignal, TellsWhatCanHideAValue) {
  using enum EscapeSignal;
  struct Row {
    std::string_view text;
    EscapeSignal signal;
  };
  constexpr Row kRows[] = {
      {"plain text 100%", none},
      {"line\\nnext \\\"quoted\\\" \\u003cb\\u003e &lt;b&gt; &amp;x=1 &key=1", none},
      {"/a%20b/c%22d", none},
      {"Kr\\u00e4mer", weak},
      {"next=https%3A%2F%2Fhost%2Fpath", weak},
      {"t=12%3A34%3A56", weak},
      {"alice%40example.com", strong},
      {"alice\\\\u0040example.com", strong},
      {"alice&#64;example.com", strong},
      {"123\\u002d45\\u002d6789", strong},
      {"02%3A24%3Ad5%3A22%3A79%3A18", strong},
      {"phone=%2B49301234", strong},
      {"4111%201111%201111%201111", strong},
      {"%22password%22%3A%22x%22", strong},
      {"password%3Dhunter2", strong},
      {"alice=40example.com", strong},
      {"timeout=40", none},
      {"timeout=40s.", none},
      {"=?utf-8?q?x?=", strong},
      {"-----BEGIN+KEY-----%0AMII", strong},
      {"al\x1b[31mice", strong},
      {"\x1b[31malice\x1b[0m bob", none},
      {"ali\xe2\x80\x8b"
       "ce",
       strong},
      {"\xef\xbc\x95\xef\xbc\x93\xef\xbc\x96", strong},
      {"\xe2\x80\xb9x\xe2\x80\xba \xe2\x80\xa6 \xe2\x80\x9cx\xe2\x80\x9d", none},
  };
  for (const Row& row : kRows) EXPECT_EQ(escape_signal(row.text), row.signal) << row.text;
}

}  // namespace
}  // namespace piiscrub
