// RegexSyntax: what is accepted and what is refused, how it is printed, that the three engines read the print alike,
// and that a scan plan is a necessary start of every match.
#include "detect/regex_syntax.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <gtest/gtest.h>
#include <hs/hs.h>
#include <pcre2.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "detect/regex_node.h"

namespace piiscrub {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

// What people read in a failure: no control characters.
std::string shown(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7F) {
      out += c;
    } else {
      out += {'\\', 'x', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return out;
}

RegexSyntax parsed(std::string_view expression) {
  Result<RegexSyntax> syntax = RegexSyntax::parse(expression);
  if (syntax) return *std::move(syntax);
  ADD_FAILURE() << shown(expression) << ": " << syntax.error().message << " at " << syntax.error().column;
  return {};
}

std::string printed(std::string_view expression) { return parsed(expression).text(); }

class Pcre {
 public:
  explicit Pcre(std::string_view expression) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                              PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset, nullptr));
    EXPECT_NE(code_, nullptr) << "PCRE2 refuses " << shown(expression) << ": " << error << " at " << offset;
    data_.reset(pcre2_match_data_create(1, nullptr));
  }
  /// Nothing if PCRE2 gave up.
  [[nodiscard]] std::optional<bool> matches(std::string_view text) const {
    if (code_ == nullptr) return std::nullopt;
    const int result =
        pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data_.get(), nullptr);
    if (result < PCRE2_ERROR_NOMATCH) return std::nullopt;
    return result >= 0;
  }

 private:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  };
  std::unique_ptr<pcre2_code, Free> code_;
  std::unique_ptr<pcre2_match_data, Free> data_;
};

class Hyperscan {
 public:
  explicit Hyperscan(const std::string& expression, unsigned flags = 0) {
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
      message_ = error->message;
      hs_free_compile_error(error);
      return;
    }
    database_.reset(database);
    hs_scratch_t* scratch = nullptr;
    EXPECT_EQ(hs_alloc_scratch(database, &scratch), HS_SUCCESS);
    scratch_.reset(scratch);
  }
  [[nodiscard]] bool compiled() const { return database_ != nullptr; }
  [[nodiscard]] const std::string& message() const { return message_; }
  /// The ends of all matches, wherever they start.
  [[nodiscard]] std::vector<std::size_t> ends(std::string_view text) const {
    std::vector<std::size_t> result;
    const auto record = [](unsigned, unsigned long long, unsigned long long to, unsigned, void* context) {
      static_cast<std::vector<std::size_t>*>(context)->push_back(static_cast<std::size_t>(to));
      return 0;
    };
    EXPECT_EQ(
        hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch_.get(), record, &result),
        HS_SUCCESS);
    return result;
  }

 private:
  struct Free {
    void operator()(hs_database_t* database) const { hs_free_database(database); }
    void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
  };
  std::unique_ptr<hs_database_t, Free> database_;
  std::unique_ptr<hs_scratch_t, Free> scratch_;
  std::string message_;
};

RE2::Options latin1() {
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  return options;
}

// A string of the language, assertions and the upper end of long repeats aside.
void sample(const RegexSyntax::Node& node, Random& random, std::string& out) {
  using Kind = RegexSyntax::Node::Kind;
  switch (node.kind) {
    case Kind::bytes: {
      auto skip = below(random, static_cast<std::size_t>(node.set.count()));
      unsigned byte = node.set.next(0);
      while (skip-- > 0) byte = node.set.next(byte + 1);
      out += static_cast<char>(byte);
      break;
    }
    case Kind::sequence:
      for (const RegexSyntax::Node& child : node.children) sample(child, random, out);
      break;
    case Kind::alternation:
      sample(node.children[below(random, node.children.size())], random, out);
      break;
    case Kind::repeat: {
      // A plan limits open repeats: the larger their body, the fewer it looks for.
      const std::size_t most = node.children.front().kind != Kind::bytes ? 2 : below(random, 8) == 0 ? 30 : 3;
      const std::size_t more = std::min<std::size_t>(node.max - node.min, most);
      const std::size_t count = node.min + below(random, more + 1);
      for (std::size_t i = 0; i < count; ++i) sample(node.children.front(), random, out);
      break;
    }
    default:
      break;
  }
}

std::string sample(std::string_view expression, Random& random) {
  const Result<RegexSyntax::Node> node = regex::parse(expression);
  std::string out;
  if (node) sample(*node, random, out);
  return out;
}

std::string noise(std::string_view expression, Random& random) {
  const std::string alphabet = std::string(expression) + "aAzZ09_- .\t\n\r\v\0\xFF\xC3\xA9"s;
  std::string out;
  for (std::size_t length = below(random, 10); length > 0; --length) out += alphabet[below(random, alphabet.size())];
  return out;
}

std::string mutated(std::string text, Random& random) {
  constexpr std::string_view kBytes = "\n\r\0\xFF aA0_"sv;
  const char byte = kBytes[below(random, kBytes.size())];
  const std::size_t at = below(random, text.size() + 1);
  const std::size_t how = below(random, 3);
  if (how == 0 || at == text.size()) {
    text.insert(at, 1, byte);
  } else if (how == 1) {
    text[at] = byte;
  } else {
    text.erase(at, 1);
  }
  return text;
}

std::vector<std::string> subjects(std::string_view expression, std::size_t count, Random& random) {
  std::vector<std::string> result = {"", "\n", "a\n"};
  while (result.size() < count) {
    result.push_back(sample(expression, random));
    result.push_back(mutated(result.back(), random));
    result.push_back(noise(expression, random));
  }
  return result;
}

// --- Printing --------------------------------------------------------------------------------------------------------

TEST(RegexSyntaxTest, PrintsWhatTheEnginesShare) {
  const struct {
    std::string_view expression;
    std::string_view text;
  } kRows[] = {
      {"", ""},
      {"abc", "abc"},
      {"a|b", "(?:a|b)"},
      {"a|bc|", "(?:a|bc|)"},
      {"(a|b)c", "(?:a|b)c"},
      {"(abc)", "abc"},
      {"()*", ""},
      {"a()b", "ab"},
      {"a{0}b", "b"},
      {"a{1}b", "ab"},
      {"a{0,1}a{0,}a{1,}a{2}a{2,}a{2,3}", "a?a*a+a{2}a{2,}a{2,3}"},
      {"a??a*?a+?a{2}?a{2,}?a{2,3}?", "a??a*?a+?a{2}a{2,}?a{2,3}?"},
      {"(?:ab)+(?:a+)*", "(?:ab)+(?:a+)*"},
      {"(?:a|b){2}", "(?:a|b){2}"},
      {"a{|}b{x}", "(?:a\\{|\\}b\\{x\\})"},
      {".", "[\\x00-\\x09\\x0b-\\xff]"},
      {"\\d\\w\\s", "[0-9][0-9A-Z_a-z][\\x09\\x0b-\\x0d\\x20]"},
      {"\\S", "[\\x00-\\x08\\x0e-\\x1f!-\\xff]"},
      {"\\D", "[\\x00-\\x09\\x0b-/:-\\xff]"},
      {"[^\\D]", "[0-9]"},
      {"[^\\s\"]", "[\\x00-\\x08\\x0e-\\x1f!\\x23-\\xff]"},
      {"[\\x00-\\x1f]", "[\\x00-\\x09\\x0b-\\x1f]"},
      {"[]a]", "[\\]a]"},
      {"[^]\\x80-\\xff]", "[\\x00-\\x09\\x0b-\\\\\\^-\\x7f]"},
      {"[a-]", "[\\-a]"},
      {"[-a]", "[\\-a]"},
      {"[a^[:]", "[:\\[\\^a]"},
      {"[acb]", "[a-c]"},
      {"[ab]", "[ab]"},
      {"[[:alpha:]_]", "[A-Z_a-z]"},
      {"[[:^alnum:][:digit:]]", "[\\x00-\\x09\\x0b-@\\[-`{-\\xff]"},
      {"[a]", "a"},
      {"\\t\\r\\f\\v\\x00\\x41\\x{42}\\x{c}", "\\x09\\x0d\\x0c\\x0b\\x00AB\\x0c"},
      {"\\.\\*\\-\\/\\ \\\"\\_", "\\.\\*-/\\x20\"_"},
      {"a #b", "a\\x20\\x23b"},
      {"\xC3\xA9", "\\xc3\\xa9"},
      {"\xC3\xA9+", "(?:\\xc3\\xa9)+"},
      {"\xE2\x80\xB9?", "(?:\\xe2\\x80\\xb9)?"},
      {"\xFF+", "\\xff+"},
      {"\xC3+", "\\xc3+"},
      {"(?i)aB-1", "[Aa][Bb]-1"},
      {"(?i)[a-c]\\x41[^a]", "[A-Ca-c][Aa][\\x00-\\x09\\x0b-@B-`b-\\xff]"},
      {"(?i)[[:upper:]][[:^upper:]]", "[A-Za-z][\\x00-\\x09\\x0b-@\\[-`{-\\xff]"},
      {"a(?i:b(?:c))d", "a[Bb][Cc]d"},
      {"^a$|\\bb\\B", "(?:^a$|\\bb\\B)"},
      {"(?:^\\b)+a(?:\\b$)*", "^\\ba"},
      {"(a|b)|c", "(?:(?:a|b)|c)"},
  };
  for (const auto& row : kRows) EXPECT_EQ(printed(row.expression), row.text) << shown(row.expression);
}

TEST(RegexSyntaxTest, PrintingIsStable) {
  for (const std::string_view expression : {"(?i)a(?:b|c.)+?[^\\s]{2,5}$", "x|y{3}|", "\\b\xC3\xA9*\\x00"}) {
    const std::string once = printed(expression);
    EXPECT_EQ(printed(once), once);
  }
}

TEST(RegexSyntaxTest, RefusesWithColumnAndAdvice) {
  const std::string deep = std::string(51, '(') + "a" + std::string(51, ')');
  const struct {
    std::string_view expression;
    int column;
    std::string_view message;
    std::string_view advice;
  } kRows[] = {
      {"ab\\n", 3, "across lines", "leave LF out"},
      {"ab\n", 3, "across lines", "leave LF out"},
      {"a\\x0a", 2, "across lines", "leave LF out"},
      {"a\\x{A}", 2, "across lines", "leave LF out"},
      {"[^\\n]", 3, "across lines", "no class holds it"},
      {"[^\n]", 3, "across lines", "no class holds it"},
      {"[\t-\\x0a]", 4, "across lines", "leave LF out"},
      {"a\\\n", 2, "across lines", "leave LF out"},
      {"[^\\s\\S]", 1, "no byte but LF", "."},
      {"(a)\\1", 4, "back references", "validator"},
      {"(a)\\k<x>", 4, "back references", "validator"},
      {"\\0", 1, "octal", "\\x00"},
      {"a(?=b)", 2, "look-ahead", "`after`"},
      {"a(?!b)", 2, "look-ahead", "`after`"},
      {"(?<=a)b", 1, "look-behind", "`before`"},
      {"(?<!a)b", 1, "look-behind", "`before`"},
      {"(?<n>a)", 1, "named", "(?:...)"},
      {"(?P<n>a)", 1, "named", "(?:...)"},
      {"(?'n'a)", 1, "named", "(?:...)"},
      {"(?>a)", 1, "atomic", "(?:...)"},
      {"(?|a)", 1, "branch reset", "(?:...)"},
      {"(?R)", 1, "recursion", ""},
      {"(?1)", 1, "recursion", ""},
      {"(?(1)a)", 1, "conditionals", ""},
      {"(*FAIL)", 1, "verbs", "\\("},
      {"a(?i)b", 2, "(?i) must be at the start", "(?i:...)"},
      {"(?s)a", 1, "flags", "(?i:...)"},
      {"(?-i:a)", 1, "flags", "(?i:...)"},
      {"a*+", 3, "possessive", "drop"},
      {"a{2}+", 5, "possessive", "drop"},
      {"a**", 3, "repeat cannot be repeated", "(?:...)"},
      {"a{2}{3}", 5, "repeat cannot be repeated", "(?:...)"},
      {"a???", 4, "repeat cannot be repeated", "(?:...)"},
      {"*a", 1, "nothing to repeat", "backslash"},
      {"a|+", 3, "nothing to repeat", "backslash"},
      {"(?:?)", 4, "nothing to repeat", "backslash"},
      {"{2}", 1, "nothing to repeat", "backslash"},
      {"^*", 2, "assertion cannot be repeated", "drop"},
      {"a\\b{2}", 4, "assertion cannot be repeated", "drop"},
      {"a{,3}", 2, "malformed repeat", "\\{"},
      {"a{3", 2, "malformed repeat", "\\{"},
      {"a{3,x}", 2, "malformed repeat", "\\{"},
      {"a{3,2}", 2, "out of order", "n <= m"},
      {"a{1001}", 2, "at most 1,000", ""},
      {"a{0,99999999999999999999}", 2, "at most 1,000", "{n,}"},
      {"b(?:a{100}){11}", 2, "more than 1,000", ""},
      {"x(?:[ac][bd]){1000}(?:(?:abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz)c){1000}", 20, "too large", ""},
      {"(a", 1, "missing )", "\\("},
      {"a(b(c)", 2, "missing )", "\\("},
      {"a)", 2, "unmatched )", "\\)"},
      {"a[b", 2, "missing ]", "\\["},
      {"a[]", 2, "missing ]", "\\["},
      {"[^]", 1, "missing ]", "\\["},
      {"[a-", 1, "missing ]", "\\["},
      {"[a-c", 1, "missing ]", "\\["},
      {"[z-a]", 2, "out of order", ""},
      {"[\\d-z]", 2, "range cannot start or end", "\\-"},
      {"[a-\\d]", 2, "range cannot start or end", "\\-"},
      {"[a-c-e]", 5, "hyphen after a range", "\\-"},
      {"[:alpha:]", 1, "inside a class only", "[[:name:]]"},
      {"[[:alhpa:]]", 2, "unknown class name", "alpha"},
      {"[[.a.]]", 2, "collating", ""},
      {"[[=a=]]", 2, "collating", ""},
      {"[\xC3\xA9]", 2, "single bytes", "alternation"},
      {"[a\\b]", 3, "assertion cannot stand inside", "\\x08"},
      {"a\\", 2, "ends in a backslash", "\\\\"},
      {"[a\\", 3, "ends in a backslash", "\\\\"},
      {"\\y", 1, "unknown escape", "drop"},
      {"\\\xC3\xA9", 1, "unknown escape", "drop"},
      {"\\pL", 1, "Unicode", "[:alpha:]"},
      {"\\R", 1, "across lines", ""},
      {"\\A", 1, "\\A", "^"},
      {"\\Z", 1, "\\Z", "$"},
      {"\\x4", 1, "malformed \\x", ""},
      {"\\x{}", 1, "malformed \\x", ""},
      {"\\x{41", 1, "malformed \\x", ""},
      {"\\x{100}", 1, "more than one byte", "UTF-8"},
      {deep, 51, "more than 50 deep", "flatten"},
  };
  for (const auto& row : kRows) {
    const Result<RegexSyntax> syntax = RegexSyntax::parse(row.expression);
    ASSERT_FALSE(syntax) << shown(row.expression);
    const Error& error = syntax.error();
    EXPECT_EQ(error.column, row.column) << shown(row.expression) << ": " << error.message;
    EXPECT_NE(error.message.find(row.message), std::string::npos) << shown(row.expression) << ": " << error.message;
    EXPECT_NE(error.advice.find(row.advice), std::string::npos) << shown(row.expression) << ": " << error.advice;
  }
}

TEST(RegexSyntaxTest, LimitsAreReachable) {
  EXPECT_TRUE(RegexSyntax::parse(std::string(50, '(') + "a" + std::string(50, ')')));
  EXPECT_TRUE(RegexSyntax::parse(std::string(4096, 'a')));
  EXPECT_FALSE(RegexSyntax::parse(std::string(4097, 'a')));
  EXPECT_FALSE(RegexSyntax::parse(std::string(4096, '(')));
  EXPECT_FALSE(RegexSyntax::parse(std::string(4096, '[')));
  // What is not refused, RE2 takes with its default memory, forwards and backwards.
  for (const std::string_view expression : {"[acegikmoqsuwy]{1000}", "(?:[acegikmoqsuwy]x){1000}",
                                            "(?:\\S{30}|\\w){33}", "(?:abcdefghijklmnopqrstuvwxyzabcdefghij){1000}"}) {
    const RE2 re2(printed(expression), latin1());
    EXPECT_TRUE(re2.ok()) << expression << ": " << re2.error();
    EXPECT_GT(re2.ReverseProgramSize(), 0) << expression;
  }
}

TEST(RegexSyntaxTest, SurvivesAnyBytes) {
  Random random(7);
  constexpr std::string_view kPieces = "()[]{}|*+?^$.\\-:,019azixP<=!&#'\"\n\0\xC3\xA9\xFF"sv;
  for (int i = 0; i < 20'000; ++i) {
    std::string expression;
    for (std::size_t length = below(random, 24); length > 0; --length) {
      expression += kPieces[below(random, kPieces.size())];
    }
    const Result<RegexSyntax> syntax = RegexSyntax::parse(expression);
    if (!syntax) {
      EXPECT_GE(syntax.error().column, 1) << shown(expression);
      EXPECT_LE(syntax.error().column, static_cast<int>(expression.size()) + 1) << shown(expression);
      EXPECT_FALSE(syntax.error().message.empty()) << shown(expression);
      continue;
    }
    const RE2 re2(syntax->text(), latin1());
    EXPECT_TRUE(re2.ok()) << shown(expression) << " as " << syntax->text() << ": " << re2.error();
    EXPECT_EQ(printed(syntax->text()), syntax->text()) << shown(expression);
    const ScanPlan plan = RegexSyntax::plan(&*syntax, *syntax, 6);
    EXPECT_LE(plan.min_width, plan.max_width);
  }
}

TEST(RegexSyntaxTest, KnowsItsWidths) {
  const struct {
    std::string_view expression;
    std::uint64_t min;
    std::uint64_t max;
  } kRows[] = {
      {"", 0, 0},
      {"abc", 3, 3},
      {"a|bcd|", 0, 3},
      {"a{2,5}b?", 2, 6},
      {"a*", 0, UINT64_MAX},
      {"(?:ab){3,}c", 7, UINT64_MAX},
      {"^\\b$", 0, 0},
      {"\xE2\x80\xB9{2}", 6, 6},
      {"(?:a|b+){10}", 10, UINT64_MAX},
      {"(?:abc|de){1000}", 2000, 3000},
  };
  for (const auto& row : kRows) {
    const RegexSyntax syntax = parsed(row.expression);
    EXPECT_EQ(syntax.min_width(), row.min) << row.expression;
    EXPECT_EQ(syntax.max_width(), row.max) << row.expression;
    EXPECT_EQ(syntax.can_be_empty(), row.min == 0) << row.expression;
  }
}

// --- Agreement of the engines ----------------------------------------------------------------------------------------

struct Row {
  std::string_view expression;
  bool original = true;   // PCRE2 reads the expression itself alike
  bool hyperscan = true;  // Hyperscan takes it
};

constexpr Row kExpressions[] = {
    {"a"},
    {"abc"},
    {"a|b|cd"},
    {"(a|b)*c"},
    {"a*b+c?"},
    {"a{2}b{1,3}c{2,}"},
    {"a*?b+?c??"},
    {"(?:ab|a)(?:bc|c)"},
    {"(?:a|)b(?:|c)"},
    {"(?:a*)*b"},
    {"(?:a?b?){2,3}"},
    {"()a"},
    {"."},
    {".*"},
    {"a.c"},
    {".+\\.com"},
    {"\\d{3}-\\d{2}-\\d{4}"},
    {"\\w+@\\w+"},
    {"\\s"},
    {"\\s+a\\S+"},
    {"\\D\\W"},
    {"[^a]"},
    {"[^a-z\\s]+"},
    {"[^\\d]"},
    {"[^\\D]"},
    {"[^\\S]"},
    {"[\\w.+-]+"},
    {"[]a-c^-]+"},
    {"[^]]"},
    {"[\\x00-\\x1f]"},
    {"[\\x80-\\xff]+"},
    {"[!-~]{2}"},
    {"[[:alpha:]][[:digit:]]*"},
    {"[[:^alpha:]]"},
    {"[[:space:]][[:punct:]][[:cntrl:]]?"},
    {"[[:xdigit:][:upper:]]+"},
    {"[[:word:][:blank:]]+"},
    {"[[:graph:]]|[[:print:]]{2}"},
    {"[[:ascii:]]"},
    {"(?i)abc"},
    {"(?i)[a-f0-9]{4}"},
    {"(?i)[^k]s"},
    {"(?i)[[:upper:]]x"},
    {"(?i)[[:^upper:]]x"},
    {"a(?i:b|c[d-e])f"},
    {"\xC3\xA9"},
    {"(?i)\xC3\x89"},
    {"\xC3\xA9+", false},
    {"\xFF*a"},
    {"\\x00\\xff\\x{41}"},
    {"\\v\\f\\r\\t", false},
    {"[\\t\\r\\f]"},
    {"\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$\\\\"},
    {"a{b}c"},
    {" #\"'`~!@%&=;:<>/,_-"},
    {"gh[pousr]_[A-Za-z0-9]{36}"},
    {"AKIA[A-Z2-7]{16}"},
    {"(?i)password\\s*[=:]\\s*[^\\s\"]{4,}"},
    {"(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}"},
    {"^a|b$"},
    {"^[ab]+$"},
    {"\\ba\\b"},
    {"a\\b.\\b\\w\\Ba"},
    {"(?:\\ba|b\\B)+"},
    {"a$|\\s"},
    {"(?:^|a)b"},
};

void expect_agreement(const Row& row, std::size_t count, Random& random) {
  const RegexSyntax syntax = parsed(row.expression);
  const std::string text = syntax.text();
  const RE2 re2(text, latin1());
  ASSERT_TRUE(re2.ok()) << text << ": " << re2.error();
  const Pcre pcre(text);
  const Pcre original(row.original ? row.expression : std::string_view(text));
  const Hyperscan hyperscan("^(?:" + text + ")$", HS_FLAG_ALLOWEMPTY);
  EXPECT_EQ(hyperscan.compiled(), row.hyperscan) << text << ": " << hyperscan.message();
  std::size_t matches = 0;
  for (const std::string& subject : subjects(row.expression, count, random)) {
    const bool expected = RE2::FullMatch(subject, re2);
    matches += expected ? 1 : 0;
    const std::string what = shown(row.expression) + " as " + text + " on " + shown(subject);
    EXPECT_EQ(pcre.matches(subject).value_or(expected), expected) << what;
    if (subject.find('\n') == std::string::npos) {
      EXPECT_EQ(original.matches(subject).value_or(expected), expected) << what;
    } else {
      EXPECT_FALSE(expected) << what;
    }
    if (hyperscan.compiled()) {
      const std::vector<std::size_t> ends = hyperscan.ends(subject);
      EXPECT_EQ(std::ranges::find(ends, subject.size()) != ends.end(), expected) << what;
    }
  }
  EXPECT_GT(matches, 0U) << row.expression;
}

TEST(RegexSyntaxTest, EnginesAgreeOnThePrintedText) {
  Random random(1);
  for (const Row& row : kExpressions) expect_agreement(row, 400, random);
}

/// A random expression without assertions.
std::string random_expression(int depth, Random& random) {
  constexpr std::string_view kAtoms[] = {"a",   "b",       "c",      "A",      ".",   "\\d",      "[ab]",
                                         "\\s", "[^a\\s]", "(?i:k)", "[b-d_]", "\\W", "\xC3\xA9", "_"};
  constexpr std::string_view kRepeats[] = {"*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{0,2}", "{3}"};
  std::string out;
  for (std::size_t items = 1 + below(random, 4); items > 0; --items) {
    if (depth > 0 && below(random, 4) == 0) {
      out += "(?:" + random_expression(depth - 1, random);
      for (std::size_t branches = below(random, 3); branches > 0; --branches) {
        out += "|" + random_expression(depth - 1, random);
      }
      out += ")";
    } else if (below(random, 5) == 0) {
      out += below(random, 2) == 0 ? "abc" : "key_";
    } else {
      out += kAtoms[below(random, std::size(kAtoms))];
    }
    if (below(random, 4) == 0) out += kRepeats[below(random, std::size(kRepeats))];
  }
  return out;
}

TEST(RegexSyntaxTest, EnginesAgreeOnRandomExpressions) {
  Random random(2);
  for (int i = 0; i < 150; ++i) {
    const std::string expression = random_expression(2, random);
    // A character of several bytes is repeated as a whole here, and by its last byte in PCRE2.
    expect_agreement({expression, expression.find('\xC3') == std::string::npos}, 60, random);
  }
}

// --- Plans -----------------------------------------------------------------------------------------------------------

ScanPlan plan_of(std::string_view before, std::string_view match, std::uint32_t tail_bytes = 6) {
  const RegexSyntax front = parsed(before);
  return RegexSyntax::plan(before.empty() ? nullptr : &front, parsed(match), tail_bytes);
}

std::string members(const std::bitset<256>& set) {
  std::string out;
  for (std::size_t byte = 0; byte < set.size(); ++byte) {
    if (set[byte]) out += static_cast<char>(byte);
  }
  return out;
}

TEST(ScanPlanTest, KeepsWhatIsWorthScanningFor) {
  const struct {
    std::string_view before;
    std::string_view match;
    std::string_view expression;
    std::uint32_t min;
    std::uint32_t max;
    std::uint32_t literal;
    std::uint32_t prefix;
  } kRows[] = {
      // Tails behind a literal run of three are cut, others only trimmed.
      {"", "AKIA[A-Z2-7]{16}", "AKIA[2-7A-Z]{6}", 10, 10, 4, 4},
      {"", "sk_live_[0-9a-zA-Z]{24,}", "sk_live_[0-9A-Za-z]{6}", 14, 14, 8, 8},
      {"", "gh[pousr]_[A-Za-z0-9]{36,}", "gh[oprsu]_[0-9A-Za-z]{36}", 40, 40, 2, 2},
      {"", "SK[0-9a-f]{32}", "SK[0-9a-f]{32}", 34, 34, 2, 2},
      // Behind a literal run, Hyperscan would write a class of hexadecimal digits out.
      {"", "key-[0-9a-f]{32}", "key-[0-9A-Za-z]{6}", 10, 10, 4, 4},
      {"", "key-[0-9A-F]{32}", "key-[0-9A-Za-z]{6}", 10, 10, 4, 4},
      {"", "key-[0-9]{32}", "key-[0-9]{6}", 10, 10, 4, 4},
      {"", "key-[0-9a-g]{32}", "key-[0-9a-g]{6}", 10, 10, 4, 4},
      {"", "abc[0-9]{2,10}", "abc[0-9]{2}", 5, 5, 3, 3},
      {"", "abcd\\s*", "abcd", 4, 4, 4, 4},
      {"", "ab\\d{3,5}x?", "ab[0-9]{3}", 5, 5, 2, 2},
      {"", "abc\\d{4}-\\d{4}", "abc[0-9]{4}-[0-9]", 9, 9, 3, 3},
      {"", "abc\\d{3}def\\d{9}", "abc[0-9]{3}def[0-9]{6}", 15, 15, 3, 3},
      {"", "abc(?:\\d\\d){9}", "abc(?:[0-9][0-9]){3}", 9, 9, 3, 3},
      {"", "abc(?:\\d\\d\\d\\d){9}", "abc[0-9][0-9][0-9][0-9][0-9][0-9]", 9, 9, 3, 3},
      // Open repeats in the middle.
      {"(?i)password\\s*[=:]\\s*", "[^\\s\"]{4,}", "[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]", 8, 8, 8, 8},
      {"", "eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}", "eyJ[\\-0-9A-Z_a-z]{6}", 9, 9, 3, 3},
      {"", "key\\d+=", "key[0-9]", 4, 4, 3, 3},
      {"", "\\d+abc", "[0-9]{1,64}abc", 4, 67, 3, 0},
      {"", "\\s*abc\\s*=", "[\\x09\\x0b-\\x0d\\x20]{0,64}abc", 3, 67, 3, 0},
      {"", "(?:[a-z]+\\.)+com", "(?:[a-z]{1,64}\\.){1,15}com", 5, 978, 3, 0},
      {"", "\\d{40,}a", "[0-9]{40,72}a", 41, 73, 1, 0},
      {"", "aws.{0,20}['\"][0-9a-f]{40}", "aws[\\x00-\\x09\\x0b-\\xff]{0,20}[\"'][0-9A-Za-z]{5}", 9, 29, 3, 3},
      {"", "aws.{0,200}['\"][0-9a-f]{40}", "aws", 3, 3, 3, 3},
      // Optional parts.
      {"", "x?abcd", "x?abcd", 4, 5, 4, 0},
      {"", "abc(?:\\d{20})?x", "abc", 3, 3, 3, 3},
      {"", "(?:abc\\d{20})?x", "(?:abc[0-9]{20})?x", 1, 24, 1, 0},
      {"", "ab{2,3}c", "ab{2,3}c", 4, 5, 3, 3},
      // Alternations.
      {"", "(?:foo|barbaz)-[a-z]{3}", "(?:foo|barbaz)-[a-z]{3}", 7, 10, 4, 0},
      {"", "sk-(?:proj|svcacct|admin)-\\w{20}", "sk-(?:proj|svcacct|admin)-[0-9A-Z_a-z]{6}", 14, 17, 8, 3},
      {"", "(?:foo\\s*|bar)baz", "(?:foo|bar)", 3, 3, 3, 0},
      {"", "(?:foo\\s*|ba)baz", "(?:foo[\\x09\\x0b-\\x0d\\x20]{0,64}|ba)baz", 5, 70, 3, 0},
      {"", "abc(?:\\d{10}|\\w)z", "abc(?:[0-9]{6}|[0-9A-Z_a-z])", 4, 9, 3, 3},
      {"", "abc(?:def|)", "abc", 3, 3, 3, 3},
      {"", "ab(?:c+|d)", "ab(?:c|d)", 3, 3, 3, 2},
      {"", "(?:ab+){3}", "(?:ab{1,64}){2}ab", 6, 132, 2, 2},
      {"", "a|b", "(?:a|b)", 1, 1, 1, 0},
      // Assertions.
      {"\\b", "^foo\\b-bar$", "foo-bar", 7, 7, 7, 7},
      // Nothing to scan for.
      {"", "a*", "", 0, 0, 0, 0},
      {"", "^$", "", 0, 0, 0, 0},
  };
  for (const auto& row : kRows) {
    const ScanPlan plan = plan_of(row.before, row.match);
    EXPECT_EQ(plan.expression, row.expression) << row.match;
    EXPECT_EQ(plan.min_width, row.min) << row.match;
    EXPECT_EQ(plan.max_width, row.max) << row.match;
    EXPECT_EQ(plan.literal, row.literal) << row.match;
    EXPECT_EQ(plan.prefix, row.prefix) << row.match;
  }
}

TEST(ScanPlanTest, KnowsTheFirstBytes) {
  EXPECT_EQ(members(plan_of("", "x?abcd").first), "ax");
  EXPECT_EQ(members(plan_of("[0-3]*", "(?:k|)(?i:z)").first), "0123Zkz");
  EXPECT_EQ(members(plan_of("\\b^", "(?:a|b?c)d").first), "abc");
  EXPECT_EQ(plan_of("", ".").first.count(), 255U);
}

TEST(ScanPlanTest, TailBytesAreAParameter) {
  EXPECT_EQ(plan_of("", "token[a-f]{9}", 0).expression, "token");
  EXPECT_EQ(plan_of("", "token[a-f]{9}", 2).expression, "token[a-f]{2}");
  EXPECT_EQ(plan_of("", "token[a-f]{9}", 100).expression, "token[a-f]{9}");
}

// Every full match has a prefix that the plan finds, within the plan's widths.
void expect_necessary(std::string_view before, std::string_view match, std::size_t count, Random& random) {
  const RegexSyntax front = parsed(before);
  const RegexSyntax syntax = parsed(match);
  const ScanPlan plan = RegexSyntax::plan(&front, syntax, static_cast<std::uint32_t>(below(random, 9)));
  if (plan.min_width == 0) return;
  const std::string what = shown(before) + " " + shown(match) + " planned as " + plan.expression;
  const Hyperscan scan(plan.expression);
  ASSERT_TRUE(scan.compiled()) << what << ": " << scan.message();
  const Hyperscan anchored("^" + plan.expression);
  ASSERT_TRUE(anchored.compiled()) << what << ": " << anchored.message();
  const Pcre full(front.text() + syntax.text());
  std::string prefix;
  for (std::size_t i = 0; i < count; ++i) {
    std::string subject = sample(before, random) + sample(match, random);
    if (below(random, 3) == 0) subject = mutated(subject, random);
    const std::vector<std::size_t> ends = anchored.ends(subject);
    for (const std::size_t end : ends) {
      EXPECT_GE(end, plan.min_width) << what << " on " << shown(subject);
      EXPECT_LE(end, plan.max_width) << what << " on " << shown(subject);
    }
    if (full.matches(subject) != true) continue;
    EXPECT_FALSE(ends.empty()) << what << " on " << shown(subject);
    EXPECT_TRUE(plan.first[static_cast<unsigned char>(subject.front())]) << what << " on " << shown(subject);
    std::string start = subject.substr(0, plan.prefix);
    std::ranges::transform(start, start.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (prefix.empty()) prefix = start;
    EXPECT_EQ(start, prefix) << what;
  }
}

TEST(ScanPlanTest, IsNecessaryForTheTable) {
  Random random(3);
  for (const Row& row : kExpressions) {
    expect_necessary("", row.expression, 200, random);
    expect_necessary("(?i)key\\s*=\\s*", row.expression, 50, random);
    expect_necessary("(?:abc|x?)", row.expression, 50, random);
  }
}

TEST(ScanPlanTest, IsNecessaryForRandomExpressions) {
  Random random(4);
  for (int i = 0; i < 150; ++i) {
    const std::string before = below(random, 2) == 0 ? "" : random_expression(1, random);
    expect_necessary(before, random_expression(i % 5 == 0 ? 2 : 1, random), 60, random);
  }
}

}  // namespace
}  // namespace piiscrub
