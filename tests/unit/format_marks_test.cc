// Marks of CockroachDB. « » stand around each stretch that is expected.
#include "format/marks.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

// `source` without « and », and the spans that they are around.
struct Expected {
  std::string text;
  std::vector<Span> spans;
};

Expected parse(std::string_view source) {
  Expected expected;
  while (!source.empty()) {
    if (source.starts_with("«")) {
      expected.spans.push_back({expected.text.size(), 0});
      source.remove_prefix(std::string_view("«").size());
    } else if (source.starts_with("»")) {
      expected.spans.back().end = expected.text.size();
      source.remove_prefix(std::string_view("»").size());
    } else {
      expected.text += source.front();
      source.remove_prefix(1);
    }
  }
  return expected;
}

void expect(std::string_view source, OpenMark before, OpenMark behind) {
  SCOPED_TRACE(source);
  const Expected expected = parse(source);
  const std::vector<char> exact(expected.text.begin(), expected.text.end());
  std::vector<Span> found;
  EXPECT_EQ(find_marks({exact.data(), exact.size()}, 0, before, {}, found), behind);
  EXPECT_EQ(found, expected.spans);
}

TEST(MarksTest, FindsPairs) {
  for (const std::string_view source :
       {"no marks", "user=«‹ann›»,host=«‹h›»", "«‹(‹1›,‹'bob'›)›» end", "«‹›»«‹b›»", "a › b", "‹×›",
        "\\u2039\\u00d7\\u203a", R"("m":"«\u2039ann\u203A»")", R"("m":"«\\u2039ann\\u203a»")", R"({"m":"C:\«‹x›»"})",
        R"({"a":"«‹»","b":"«‹x›»","c":"d"})", R"({"a":"«‹it\"s›»"})", R"(text «‹{"a":"b"}›» text)",
        R"({"a":1} text «‹say "hi", x›»)", "«‹†ann›»", R"({"k":"«‹'{\"k\": \"0.0\›»)"}) {
    expect(source, OpenMark::none, OpenMark::none);
  }
}

TEST(MarksTest, SaysWhatIsOpen) {
  expect("a «‹b c»", OpenMark::none, OpenMark::text);
  expect("a «‹b ‹c› d»", OpenMark::none, OpenMark::text);
  expect(R"({"a":"«‹b c»)", OpenMark::none, OpenMark::string);
  expect("«b›» c", OpenMark::text, OpenMark::none);
  expect(R"(«b "c" ›» d)", OpenMark::text, OpenMark::none);
  expect(R"(«b \"c »","d":"«‹e›»"})", OpenMark::string, OpenMark::none);
}

TEST(MarksTest, LeavesReplacementsAlone) {
  const std::string_view text = "‹2bd806c9› ‹12345678›";
  const std::vector<Span> opaque = {{0, 14}};
  std::vector<Span> found;
  find_marks(text, 0, OpenMark::none, opaque, found);
  EXPECT_EQ(found, (std::vector<Span>{{15, 29}}));
}

TEST(MarksTest, KnowsWhatIsToBeHashed) {
  EXPECT_TRUE(wants_hash("‹†ann›"));
  EXPECT_TRUE(wants_hash("\\u2039\\u2020ann\\u203a"));
  EXPECT_FALSE(wants_hash("‹†ann"));
  EXPECT_FALSE(wants_hash("‹ann›"));
  EXPECT_FALSE(wants_hash("ann›"));
  EXPECT_TRUE(asks_for_hash("‹†ann"));
  EXPECT_EQ(unmarked("‹†ann›"), "ann");
  EXPECT_EQ(unmarked("\\u2039\\u2020ann\\u203a"), "ann");
  EXPECT_EQ(unmarked("\\\\u2039ann"), "ann");
  EXPECT_EQ(unmarked("ann›"), "ann");
  EXPECT_EQ(unmarked("‹›"), "");
}

TEST(MarksTest, SeeksForward) {
  const std::string_view text = "a ‹ \\u2039 ‹";
  MarkCursor cursor(text);
  EXPECT_EQ(cursor.seek(0), 2U);
  EXPECT_EQ(cursor.seek(3), 7U);
  EXPECT_EQ(cursor.seek(8), 13U);
  EXPECT_EQ(cursor.seek(14), MarkCursor::kNone);
  EXPECT_EQ(MarkCursor({}).seek(0), MarkCursor::kNone);
}

TEST(MarksTest, KnowsLinesOfCockroachDb) {
  constexpr std::string_view kHead = "I261121 00:42:47.570790 10568 9@util/log/event_log.go:32 \xe2\x8b\xae [n1] 790 ";
  EXPECT_EQ(crdb_payload(std::string(kHead) + "={}"), kHead.size() + 1);
  EXPECT_EQ(crdb_continuation(std::string(kHead) + "={}"), std::string_view::npos);
  EXPECT_EQ(crdb_continuation(std::string(kHead) + "|b"), kHead.size() + 1);
  EXPECT_EQ(crdb_payload("an ordinary line of some length"), std::string_view::npos);
}

}  // namespace
}  // namespace piiscrub
