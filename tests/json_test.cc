// JSON, against a plain walk over its document: what simdjson reads from a scrubbed line is the same document, but for
// the values of telling keys, all of which are gone.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

using Random = std::mt19937_64;

template <std::size_t kSize>
std::string_view pick(const std::array<std::string_view, kSize>& ones, Random& random) {
  return ones[random() % kSize];
}

// Values are as they stand in the text, quotes included; none of these is personal by its look.
constexpr auto kTellingKeys = std::to_array<std::string_view>(
    {"password", "userPassword", "employee_ssn", "home_address", "dateOfBirth", "client-secret", "kontonummer",
     "salary", "passwort", "contact.email", "api_key", "pass\\u0077ord", "first_name"});
constexpr auto kTellingValues = std::to_array<std::string_view>(
    {R"("Oak Street 5012, Springfield")", R"("q\u0041z\/wsx\n90125")", R"("Zoë \ud83d\ude00 Miller 4711")", "482913",
     "-7.25e3", "123456789012345678901234567890.5", R"("1984-02-29")", R"("a\"b'c,d}e]f4711")", R"("x=1234&y=2")"});
constexpr auto kOtherKeys =
    std::to_array<std::string_view>({"level", "count", "request_id", "", "\\u00e9tat", "path", "password_min_length",
                                     "a b", "email_verified", "nested", "{", "k\\\"q"});
constexpr auto kOtherValues = std::to_array<std::string_view>(
    {"0", "-0", "1e2", "1E+2", "0.10", "12345678901234567890", "98765432109876543210987.50", "true", "false", "null",
     R"("")", R"("info")", R"("\u0061\t\b\f\/")", R"("GET \"/cart\" 200")", R"("{\"level\": \"info\"}")", R"("]},:[")",
     R"("tab\\")", R"("naïve")"});
constexpr auto kSpaces = std::to_array<std::string_view>({"", "", "", " ", "  ", "\t", " \t "});

class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string object(int depth) {
    std::string text = "{" + space();
    const std::size_t members = random_() % 5 + (depth == 0 ? 1 : 0);
    for (std::size_t i = 0; i < members; ++i) {
      if (i > 0) text += "," + space();
      const bool telling = random_() % 3 == 0;
      const std::string_view key = telling ? pick(kTellingKeys, random_) : pick(kOtherKeys, random_);
      text += '"' + std::string(key) + '"' + space() + ":" + space();
      text += (telling ? telling_value() : value(depth + 1)) + space();
    }
    return text + "}";
  }

 private:
  std::string space() { return std::string(pick(kSpaces, random_)); }
  std::string telling_value() {
    if (random_() % 5 != 0) return std::string(pick(kTellingValues, random_));
    std::string text = "[" + space();
    for (std::size_t i = 0, size = random_() % 3 + 1; i < size; ++i) {
      text += (i > 0 ? "," + space() : "") + std::string(pick(kTellingValues, random_)) + space();
    }
    return text + "]";
  }
  std::string value(int depth) {
    if (depth > 6 || random_() % 3 != 0) return std::string(pick(kOtherValues, random_));
    if (random_() % 2 == 0) return object(depth);
    std::string text = "[" + space();
    for (std::size_t i = 0, size = random_() % 4; i < size; ++i) {
      text += (i > 0 ? "," + space() : "") + value(depth + 1) + space();
    }
    return text + "]";
  }

  Random& random_;
};

bool is_label(std::string_view text) { return text.size() > 2 && text.front() == '[' && text.back() == ']'; }

class Walk {
 public:
  // What is wrong with `out` as the scrubbed form of `in`; empty if nothing.
  std::string compare(element in, element out, bool telling) {
    if (in.type() == element_type::OBJECT && !telling) return compare_objects(in, out);
    if (in.type() == element_type::ARRAY) return compare_arrays(in, out, telling);
    if (!telling) {
      if (in.type() != out.type()) return "another type";
      return simdjson::minify(in) == simdjson::minify(out) ? "" : "another value: " + simdjson::minify(out);
    }
    ++hidden_;
    if (out.type() != element_type::STRING) return "not hidden: " + simdjson::minify(out);
    return is_label(out.get_string().value()) ? "" : "not hidden as a whole: " + simdjson::minify(out);
  }
  [[nodiscard]] std::size_t hidden() const { return hidden_; }

 private:
  std::string compare_objects(element in, element out) {
    if (out.type() != element_type::OBJECT) return "no object";
    const simdjson::dom::object a = in.get_object();
    const simdjson::dom::object b = out.get_object();
    if (a.size() != b.size()) return "another number of members";
    auto other = b.begin();
    for (const auto& member : a) {  // in the order of the text, doubled keys too
      if (other.key() != member.key) return "another key";
      const bool telling =
          std::find_if(kTellingKeys.begin(), kTellingKeys.end(), [&](std::string_view key) {
            return key == member.key || (key.find('\\') != std::string_view::npos && member.key == "password");
          }) != kTellingKeys.end();
      if (std::string wrong = compare(member.value, other.value(), telling); !wrong.empty()) {
        return std::string(member.key) + ": " + wrong;
      }
      ++other;
    }
    return "";
  }
  std::string compare_arrays(element in, element out, bool telling) {
    if (out.type() != element_type::ARRAY) return "no array";
    const simdjson::dom::array a = in.get_array();
    const simdjson::dom::array b = out.get_array();
    if (a.size() != b.size()) return "another number of elements";
    auto other = b.begin();
    for (const element item : a) {
      if (std::string wrong = compare(item, *other, telling); !wrong.empty()) return wrong;
      ++other;
    }
    return "";
  }

  std::size_t hidden_ = 0;
};

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(JsonTest, AScrubbedLineIsTheSameDocumentWithoutItsValues) {
  Random random(20261121);
  simdjson::dom::parser in_parser;
  simdjson::dom::parser out_parser;
  std::size_t hidden = 0;
  for (int round = 0; round < 3'000; ++round) {
    const std::string line = Writer(random).object(0);
    const test::Scrubbed scrubbed = test::scrub(builtin_rules(), line + "\n");
    ASSERT_TRUE(scrubbed.text.ends_with('\n'));
    const std::string out = scrubbed.text.substr(0, scrubbed.text.size() - 1);
    element before;
    element after;
    ASSERT_EQ(in_parser.parse(line).get(before), simdjson::SUCCESS) << line;
    ASSERT_EQ(out_parser.parse(out).get(after), simdjson::SUCCESS) << line << "\nbecame\n" << out;
    Walk walk;
    ASSERT_EQ(walk.compare(before, after, false), "") << line << "\nbecame\n" << out;
    hidden += walk.hidden();
    for (const std::string_view spelling : {"1E+2", "1e2", "0.10", "98765432109876543210987.50", R"(\u0061\t)"}) {
      ASSERT_EQ(count(out, spelling), count(line, spelling)) << line << "\nbecame\n" << out;
    }
    if (walk.hidden() == 0) {
      ASSERT_EQ(out, line);
    }
    ASSERT_EQ(test::scrub(builtin_rules(), scrubbed.text).text, scrubbed.text);
  }
  EXPECT_GT(hidden, 3'000U);
}

// What a rule finds may end anywhere in a string: in front of a quote or of a backslash of the text, of an escape, in a
// string within the string.
TEST(JsonTest, StringsStayStringsWhateverIsFoundInThem) {
  constexpr auto kBehind = std::to_array<std::string_view>(
      {"", "\"", "\\", "\" tail", "\\\" tail", "' tail", "\nnext line", "\\nx", "/x", "\\/x", "\\\\"});
  std::vector<std::string> texts;
  for (const Rule& rule : builtin_rules()->rules()) {
    for (std::string example : rule.examples) {
      for (const std::string_view mark : {"«", "»"}) {
        for (std::size_t at = example.find(mark); at != std::string::npos; at = example.find(mark, at))
          example.erase(at, mark.size());
      }
      for (const std::string_view behind : kBehind) texts.push_back(example + std::string(behind));
      texts.push_back('"' + example + '"');
      texts.push_back("\n" + example + '\n');
    }
  }
  for (std::size_t i = 0, plain = texts.size(); i < plain; ++i)
    texts.push_back(R"({"in": )" + json_string(texts[i]) + "}");
  std::string log;
  for (const std::string& text : texts) log += R"({"m": )" + json_string(text) + R"(, "n": 1})" + '\n';

  const std::string once = test::scrub(builtin_rules(), log).text;
  const std::vector<std::string_view> records = test::records_of(once);
  ASSERT_EQ(records.size(), texts.size());
  simdjson::dom::parser parser;
  simdjson::dom::parser inner;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    element document;
    ASSERT_EQ(parser.parse(std::string(records[i])).get(document), simdjson::SUCCESS) << texts[i] << '\n' << records[i];
    ASSERT_EQ(document["n"].get_int64().value(), 1) << records[i];
    const std::string text(document["m"].get_string().value());
    if (text != texts[i]) ++hidden;
    if (i < texts.size() / 2) continue;
    ASSERT_EQ(inner.parse(text).get(document), simdjson::SUCCESS) << texts[i] << '\n' << records[i];
  }
  EXPECT_GT(hidden, texts.size() * 9 / 10);
  EXPECT_EQ(test::scrub(builtin_rules(), once).text, once);
}

}  // namespace
}  // namespace piiscrub
