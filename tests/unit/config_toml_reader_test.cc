// read_toml() keeps order and places, and its errors say where without saying what.

#include "config/toml_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

using Kind = TomlValue::Kind;

std::string error_text(std::string_view toml) {
  const Result<TomlValue> read = read_toml(toml, "f.toml");
  return read ? "no error" : read.error().text();
}

std::string at(TomlPosition p) { return std::to_string(p.line) + ":" + std::to_string(p.column); }

TEST(ErrorTest, TextLeavesOutWhatIsUnknown) {
  EXPECT_EQ((Error{"f.toml", 3, 7, "what", "how"}).text(), "f.toml:3:7: what (how)");
  EXPECT_EQ((Error{"f.toml", 3, 0, "what", ""}).text(), "f.toml:3: what");
  EXPECT_EQ((Error{"f.toml", 0, 0, "what", "how"}).text(), "f.toml: what (how)");
  EXPECT_EQ((Error{"f.toml", 0, 7, "what", ""}).text(), "f.toml: column 7: what");
  EXPECT_EQ((Error{"", 3, 7, "what", ""}).text(), "3:7: what");
  EXPECT_EQ((Error{"", 0, 7, "what", ""}).text(), "column 7: what");
  EXPECT_EQ((Error{"", 0, 0, "what", ""}).text(), "what");
}

TEST(TomlReaderTest, KeepsTheOrderOfTheFileAndThePlaces) {
  const auto root = read_toml(
      "zeta = 'é' # comment\n"
      "[[rule]]\n"
      "  b = [\"é\", 1, 2.5, true, 2024-02-29, {q = -1}]\n"
      "  a.x = 1\n"
      "[[ rule ]]\n"
      "[table]\n"
      "\"quoted key\" = 'v'",
      "f.toml");
  ASSERT_TRUE(root) << root.error().text();

  ASSERT_EQ(root->entries.size(), 3U);
  EXPECT_EQ(root->entries[0].key, "zeta");
  EXPECT_EQ(at(root->entries[0].where), "1:1");
  EXPECT_EQ(at(root->entries[0].value.where), "1:8");
  EXPECT_EQ(root->entries[0].value.string, "é");
  EXPECT_EQ(root->entries[1].key, "rule");
  EXPECT_EQ(root->entries[2].key, "table");
  EXPECT_EQ(at(root->entries[2].value.where), "6:1");

  const TomlValue& rules = root->entries[1].value;
  ASSERT_EQ(rules.kind, Kind::array);
  ASSERT_EQ(rules.array.size(), 2U);
  EXPECT_EQ(at(rules.array[0].where), "2:1");
  EXPECT_EQ(at(rules.array[1].where), "5:1");

  const TomlValue& rule = rules.array[0];
  ASSERT_EQ(rule.entries.size(), 2U);
  EXPECT_EQ(rule.entries[0].key, "b");
  EXPECT_EQ(at(rule.entries[1].value.entries[0].where), "4:5");

  const std::vector<TomlValue>& values = rule.entries[0].value.array;
  ASSERT_EQ(values.size(), 6U);
  EXPECT_EQ(values[0].kind, Kind::string);
  EXPECT_EQ(values[1].integer, 1);
  EXPECT_EQ(at(values[1].where), "3:13") << "columns count characters, not bytes";
  EXPECT_EQ(values[2].number, 2.5);
  EXPECT_TRUE(values[3].boolean);
  EXPECT_EQ(values[4].kind, Kind::date);
  EXPECT_EQ(values[4].date, 19782) << "days since 1970-01-01";
  EXPECT_EQ(values[5].kind, Kind::table);
  EXPECT_EQ(values[5].find("q")->value.integer, -1);

  EXPECT_EQ(root->find("table")->value.find("quoted key")->value.string, "v");
  EXPECT_EQ(root->find("nothing"), nullptr);
  EXPECT_EQ(rules.find("b"), nullptr) << "an array has no entries";
}

TEST(TomlReaderTest, FindsTheBytesOfAStringInTheText) {
  const struct {
    std::string_view what, toml, value;
    std::vector<std::string_view> places;  // of each byte, and of the end
  } kCases[] = {
      {"literal", R"(k = 'a\d')", "a\\d", {"1:6", "1:7", "1:8", "1:9"}},
      {"basic", R"(k = "a\\d")", "a\\d", {"1:6", "1:7", "1:9", "1:10"}},
      {"empty", "k = ''", "", {"1:6"}},
      {"unicode escapes",
       R"(k = "\u00e9\U0001F600x")",
       "é😀x",
       {"1:6", "1:6", "1:12", "1:12", "1:12", "1:12", "1:22", "1:23"}},
      {"characters above one byte", "k = 'éx'", "éx", {"1:6", "1:6", "1:7", "1:8"}},
      {"multi-line literal on one line", "k = '''a'b'''", "a'b", {"1:8", "1:9", "1:10", "1:11"}},
      {"multi-line literal, first break dropped", "k = '''\na\nb'''", "a\nb", {"2:1", "2:2", "3:1", "3:2"}},
      {"CR LF", "k = '''\r\na\r\nb'''", "a\nb", {"2:1", "2:2", "3:1", "3:2"}},
      {"quotes in front of the closing ones", "k = '''a'''''", "a''", {"1:8", "1:9", "1:10", "1:11"}},
      {"text other than ASCII behind a line-ending backslash", "k = \"\"\"\\\n «\"\"\"", "«", {"2:2", "2:2", "2:3"}},
      {"line-ending backslash", "k = \"\"\"a\\  \n\n  b\"\"\"", "ab", {"1:8", "3:3", "3:4"}},
      {"behind a byte order mark", "\xEF\xBB\xBFk = 'a'", "a", {"1:6", "1:7"}},
      {"second on its line", "k = ['x', \"y\"]", "y", {"1:12", "1:13"}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const auto root = read_toml(c.toml, "f.toml");
    ASSERT_TRUE(root) << root.error().text();
    const TomlValue* value = &root->entries.front().value;
    if (value->kind == Kind::array) value = &value->array.back();
    EXPECT_EQ(value->string, c.value);
    ASSERT_EQ(c.places.size(), value->string.size() + 1);
    for (std::size_t i = 0; i < c.places.size(); ++i) EXPECT_EQ(at(value->position_of(i)), c.places[i]) << i;
    EXPECT_EQ(at(value->position_of(1000)), c.places.back());
  }
}

TEST(TomlReaderTest, ErrorsPointAtTheProblemAndHoldNoValue) {
  const std::string nested = "k = " + std::string(17, '[') + std::string(17, ']');
  std::string dotted = "a";
  for (int i = 0; i < 17; ++i) dotted += ".a";
  const std::string string_advice =
      "f.toml:1:5: string is not closed (a string in ' or \" ends on its line; ''' and \"\"\" may go over several)";

  const struct {
    std::string_view toml, error;
  } kCases[] = {
      {"a = 1\nb 2\n", "f.toml:2:3: key-value pair: expected '=', saw '2'"},
      {"a = 1\na = 2\n", "f.toml:2:5: key-value pair: cannot redefine existing integer 'a'"},
      {"\"al@x\" = 1\n\"al@x\" = 2\n", "f.toml:2:10: key-value pair: cannot redefine existing integer"},
      {"[a]\n[a]\n", "f.toml:2:1: table header: cannot redefine existing table 'a'"},
      {"k = hunter2", "f.toml:1:5: value: could not determine value type (put a string into quotes)"},
      {"k = trust-me", "f.toml:1:8: boolean: expected 'true', saw something else"},
      {"k = 99999999999999999999", "f.toml:1:25: decimal integer: the value is not representable in 64 bits"},
      {"k = 2024-13-01", "f.toml:1:12: date: expected month between 1 and 12 (inclusive)"},
      {"k = \"\\d\"",
       "f.toml:1:7: string: unknown escape sequence '\\d' (between single quotes, and between three of them, a "
       "backslash "
       "stands for itself)"},
      {"k = 'secret", string_advice},
      {"k = 'secret\nl = 1", string_advice},
      {"k = \"secret\\\nl = 1", string_advice},
      {"k = '''secret\nl = 'x'\n", string_advice},
      {"k = '''' '", string_advice},
      {"k = 'a' 'b'", "f.toml:1:9: key-value pair: expected a comment or whitespace, saw '''"},
      {"k = [1, 2\nl = 3", "f.toml:2:1: array: expected comma or closing ']', saw 'l'"},
      {"k =", "f.toml:1:4: key-value pair: encountered end-of-file"},
      {"é = 1", "f.toml:1:1: root table: expected keys, tables, whitespace or comments, saw 'é'"},
      {"k = «1»", "f.toml:1:5: value: could not determine value type (put a string into quotes)"},
      {"[[[a]]]", "f.toml:1:3: key: expected bare key starting character or string delimiter, saw '['"},
      {"k = 2024-01-01T'«'", "f.toml:1:5: value: could not determine value type (put a string into quotes)"},
      {"k = 2024-01-01Tx", "f.toml:1:5: value: could not determine value type (put a string into quotes)"},
      {"k = 1'«'", "f.toml:1:6: decimal integer: expected digit, saw '''"},
      {"# é\nk = 'é\xFF'", "f.toml:2:7: invalid UTF-8 (TOML is UTF-8; write other bytes of an expression as \\xHH)"},
      {"k = '\xC3", "f.toml:1:6: invalid UTF-8 (TOML is UTF-8; write other bytes of an expression as \\xHH)"},
      {"k = '\xED\xA0\x80'", "f.toml:1:6: invalid UTF-8 (TOML is UTF-8; write other bytes of an expression as \\xHH)"},
      {nested, "f.toml:1:21: value: exceeded maximum nested value depth of 16"},
      {dotted, "f.toml:1:32: key has more than 16 dotted parts"},
  };
  for (const auto& c : kCases) EXPECT_EQ(error_text(c.toml), c.error) << c.toml;
}

TEST(TomlReaderTest, TheFirstProblemIsReported) {
  EXPECT_EQ(error_text("a 1\nb = 'open\n"), "f.toml:1:3: key-value pair: expected '=', saw '1'");
}

TEST(TomlReaderTest, AcceptsEmptyTextAndTheLimits) {
  EXPECT_TRUE(read_toml("", "f.toml"));
  EXPECT_TRUE(read_toml("\xEF\xBB\xBF", "f.toml"));
  EXPECT_TRUE(read_toml("# only a comment without a line break", "f.toml"));
  EXPECT_TRUE(read_toml("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p = 1", "f.toml"));

  std::string large = "#" + std::string(kMaxTomlBytes - 1, 'x');
  EXPECT_TRUE(read_toml(large, "f.toml"));
  large += 'x';
  EXPECT_EQ(error_text(large), "f.toml: is larger than 8 MiB (split it into several files)");
}

TEST(TomlReaderTest, ReadsFilesAndNamesThoseItCannotRead) {
  const std::string directory = testing::TempDir() + "piiscrub_toml_reader_" + std::to_string(getpid());
  std::filesystem::create_directories(directory);
  const std::string path = directory + "/a.toml";
  std::ofstream(path) << "a = 1\nb =\n";

  EXPECT_EQ(read_toml_file(path).error().text(), path + ":2:4: key-value pair: expected value, saw '\\n'");
  EXPECT_EQ(read_toml_file(directory).error().text(), directory + ": cannot read: Is a directory");
  EXPECT_EQ(read_toml_file(path + "x").error().text(), path + "x: cannot read: No such file or directory");
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace piiscrub
