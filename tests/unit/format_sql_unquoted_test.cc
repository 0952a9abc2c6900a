// Statements with values that have no quotes. «column:value» marks what is expected, values may overlap nowhere here.
#include "format/sql_unquoted.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

constexpr std::string_view kBegin = "«";
constexpr std::string_view kEnd = "»";

std::string without_marks(std::string_view source) {
  std::string text;
  while (true) {
    const std::size_t begin = source.find(kBegin);
    if (begin == std::string_view::npos) return text += source;
    const std::size_t colon = source.find(':', begin);
    const std::size_t end = source.find(kEnd, begin);
    text += source.substr(0, begin);
    text += source.substr(colon + 1, end - colon - 1);
    source.remove_prefix(end + kEnd.size());
  }
}

std::string with_marks(std::string_view text) {
  std::vector<SqlValue> values;
  const std::size_t at = text.find("SQL: ") + 5;
  EXPECT_TRUE(is_unquoted_statement(text, at));
  read_unquoted_statement(text, at, values);
  std::string out;
  std::size_t done = 0;
  for (const SqlValue& value : values) {
    EXPECT_GE(value.value.begin, done);
    out += text.substr(done, value.value.begin - done);
    out +=
        std::string(kBegin) + std::string(value.column) + ":" + std::string(value.value.of(text)) + std::string(kEnd);
    done = value.value.end;
  }
  return out + std::string(text.substr(done));
}

const std::vector<std::string_view> kCases = {
    R"((Connection: pgsql, SQL: insert into "t" ("a", "b") values («a:Ann Example», «b:likes tea (cold)»)))",
    R"((SQL: insert into "s"."t" ("a", "b") values («a:x», «b:y»), («a:z», null) returning "id") {"a": 1})",
    R"((SQL: insert into `t` (`a`) values («a:x, y»)))",
    R"((SQL: insert into "t" ("a") values (?) on conflict ("a") do update set "b" = «b:5», "c" = "excluded"."c"))",
    R"((SQL: update "t" set "a" = «a:Ann O'Brien, Jr.», "b" = «b:x and y» where "t"."id" = «id:7»))",
    R"((SQL: select * from "t" where ("a" = «a:x» or "b" like «b:%y%») and "c" in («c:1», «c:2») order by "d" desc))",
    R"((SQL: select "a" from "t" inner join "u" on "t"."id" = "u"."id" where "a" = '«a:x»' limit 1))",
    R"-({"m":"(SQL: update \"t\" set \"a\" = «a:x» where \"b\" = «b:y»)","z":"\"c\" = d"})-",
    R"((SQL: delete from "t" where "a" is null))",
};

TEST(SqlUnquotedTest, EachValueIsFoundWithItsColumn) {
  for (const std::string_view source : kCases) EXPECT_EQ(with_marks(without_marks(source)), source);
}

TEST(SqlUnquotedTest, ValuesThatCannotBeToldApartHaveTheStretchInWhichTheyMustLie) {
  constexpr std::string_view kText = R"((SQL: insert into "t" ("a", "b", "c") values (1, 2, 3, 4)))";
  std::vector<SqlValue> values;
  read_unquoted_statement(kText, 6, values);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].value.of(kText), "1, 2");
  EXPECT_EQ(values[1].value.of(kText), "2, 3");
  EXPECT_EQ(values[2].value.of(kText), "3, 4");
}

TEST(SqlUnquotedTest, EveryPrefixIsReadSoundly) {
  for (const std::string_view source : kCases) {
    const std::string text = without_marks(source);
    const std::size_t at = text.find("SQL: ") + 5;
    for (std::size_t size = at; size <= text.size(); ++size) {
      const std::vector<char> prefix(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      std::vector<SqlValue> values;
      EXPECT_LE(read_unquoted_statement({prefix.data(), prefix.size()}, at, values), size);
      for (const SqlValue& value : values) EXPECT_LE(value.value.end, size);
    }
  }
}

// Takes seconds where a byte is looked at again and again.
TEST(SqlUnquotedTest, HostileTextIsReadOnce) {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  for (const std::string_view start :
       {"insert into \"t\" (\"a\", \"b\") values (", "update \"t\" set \"a\" = ", "select "}) {
    for (const std::string_view piece :
         {"\\", "\"", "\"a\"", "), (", ", ", " and ", " and \"", "\"a\" = ", "\"a\" in (", ")", "`a`.", "\\\"a", "x"}) {
      std::string text(start);
      while (text.size() < kSize) text += piece;
      std::vector<SqlValue> values;
      EXPECT_LE(read_unquoted_statement(text, 0, values), text.size());
    }
  }
}

}  // namespace
}  // namespace piiscrub
