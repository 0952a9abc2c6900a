// The rule loader takes what patterns/README.md describes, refuses the rest, and points at the value at fault.

#include "piiscrub/rule_loader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/shapes.h"

namespace piiscrub {
namespace {

using Spans = std::vector<std::pair<std::size_t, std::size_t>>;

// A rule that loads. Tests of single fields add their lines behind it: they start at line 7.
constexpr std::string_view kRule =
    "[[rule]]\n"
    "id = \"foo\"\n"
    "title = \"Foo\"\n"
    "type = \"foo\"\n"
    "category = \"credential\"\n"
    "examples = [\"a «foo1» b\"]\n";

std::string rule_with(std::string_view lines) { return std::string(kRule) + std::string(lines); }

std::string rule_called(std::string_view id, std::string_view lines = "") {
  return "[[rule]]\nid = \"" + std::string(id) +
         "\"\ntitle = \"T\"\ntype = \"t\"\ncategory = \"web\"\nmatch = 'foo'\nexamples = ['«foo»']\n" +
         std::string(lines);
}

std::vector<std::string> texts(const std::vector<Error>& errors) {
  std::vector<std::string> out;
  for (const Error& error : errors) out.push_back(error.text());
  return out;
}

std::vector<std::string> error_texts(std::string_view toml) {
  std::vector<Error> errors;
  load_rules(toml, "f.toml", errors);
  return texts(errors);
}

std::vector<std::string> ids(const RulePack& pack) {
  std::vector<std::string> out;
  for (const Rule& rule : pack.rules) out.push_back(rule.id);
  return out;
}

TEST(RuleLoaderTest, ReadsEveryField) {
  const auto pack = load_rules(R"(
[[rule]]
id = "foo-key"
title = "Foo key"
type = "foo"
category = "key"
severity = "critical"
cwe = [532, 522]
match = '''foo_[a-z]{4}'''
before = 'key: {0,4}'
after = '\b'
block = "pem"
context = ["foo", "bar"]
unless_context = ["baz"]
validator = "luhn"
min_entropy = 3
min_digits = 2
allow = ['foo_fake']
confidence = "low"
action = "redact"
examples = ["key: «foo_abcd»"]
counter_examples = ["foo_1"]
references = ["https://example.com/foo"]
)",
                               "f.toml");
  ASSERT_TRUE(pack) << pack.error().text();
  ASSERT_EQ(pack->rules.size(), 1U);
  const Rule& rule = pack->rules[0];
  EXPECT_EQ(rule.id, "foo-key");
  EXPECT_EQ(rule.title, "Foo key");
  EXPECT_EQ(rule.type, "foo");
  EXPECT_EQ(rule.category, Category::key);
  EXPECT_EQ(rule.severity, Severity::critical);
  EXPECT_EQ(rule.cwe, (std::vector<int>{532, 522}));
  EXPECT_EQ(rule.match, "foo_[a-z]{4}");
  EXPECT_EQ(rule.before, "key: {0,4}");
  EXPECT_EQ(rule.after, "\\b");
  EXPECT_EQ(rule.block, "pem");
  EXPECT_EQ(rule.context, (std::vector<std::string>{"foo", "bar"}));
  EXPECT_EQ(rule.unless_context, (std::vector<std::string>{"baz"}));
  EXPECT_EQ(rule.validator, "luhn");
  EXPECT_EQ(rule.min_entropy, 3.0);
  EXPECT_EQ(rule.min_digits, 2);
  EXPECT_EQ(rule.allow, (std::vector<std::string>{"foo_fake"}));
  EXPECT_EQ(rule.confidence, Confidence::low);
  EXPECT_EQ(rule.action, "redact");
  EXPECT_EQ(rule.examples, (std::vector<std::string>{"key: «foo_abcd»"}));
  EXPECT_EQ(rule.counter_examples, (std::vector<std::string>{"foo_1"}));
  EXPECT_EQ(rule.references, (std::vector<std::string>{"https://example.com/foo"}));
  EXPECT_EQ(rule.where.file, "f.toml");
  EXPECT_EQ(rule.where.line, 2);
  EXPECT_EQ(rule.where.column, 1);
  EXPECT_TRUE(check_rules(*pack).empty());
}

TEST(RuleLoaderTest, LeavesOutFieldsTheirDefaults) {
  const auto pack = load_rules(rule_with("match = 'foo[0-9]'"), "f.toml");
  ASSERT_TRUE(pack) << pack.error().text();
  const Rule& rule = pack->rules[0];
  EXPECT_EQ(rule.severity, Severity::high);
  EXPECT_EQ(rule.confidence, Confidence::high);
  EXPECT_EQ(rule.action, "redact");
  EXPECT_EQ(rule.min_entropy, 0.0);
}

TEST(RuleLoaderTest, TakesAShapeInPlaceOfAnExpression) {
  ASSERT_FALSE(shapes().empty());
  const std::string shape(shapes().front().name);
  const auto pack = load_rules(rule_with("shape = \"" + shape + "\""), "f.toml");
  ASSERT_TRUE(pack) << pack.error().text();
  EXPECT_EQ(pack->rules[0].shape, shape);
}

TEST(RuleLoaderTest, PointsAtTheValueAtFault) {
  constexpr std::string_view kMatch = "match = 'foo[0-9]'\n";
  const struct {
    std::string lines;  // from line 7 on
    std::string error;
  } kCases[] = {
      // Keys
      {"match = 'foo'\nexmples = []",
       "f.toml:8:1: unknown key 'exmples' (did you mean 'examples'? known: id, title, type, category, severity, cwe, "
       "match, before, after, shape, block, keys, whole_keys, edge_keys, unless_keys, value, prose, prose_keys, "
       "context, "
       "unless_context, validator, min_entropy, min_digits, allow, "
       "confidence, action, examples, counter_examples, references, override)"},
      // Types
      {"match = 5", "f.toml:7:9: match: expected a string, got an integer"},
      {"match = 'foo'\ncontext = \"foo\"", "f.toml:8:11: context: expected an array, got a string (put it into [ ])"},
      {"match = 'foo'\ncontext = [\"foo\", 7]", "f.toml:8:19: context: expected strings, got an integer"},
      {"match = 'foo'\ncwe = [532, \"CWE-522\"]",
       "f.toml:8:13: cwe: expected integers, got a string (write CWE-532 as 532)"},
      {"match = 'foo'\nmin_digits = 2.5", "f.toml:8:14: min_digits: expected an integer, got a decimal number"},
      {"match = 'foo'\nmin_entropy = \"3\"", "f.toml:8:15: min_entropy: expected a decimal number, got a string"},
      {"match = 'foo'\noverride = 1", "f.toml:8:12: override: expected a boolean, got an integer"},
      {"match = 'foo'\nseverity = 2024-01-01", "f.toml:8:12: severity: expected a string, got a date"},
      // What it finds
      {"", "f.toml:1:1: missing 'match', 'shape' or 'keys' (say what the rule finds)"},
      {"match = ''", "f.toml:7:9: empty 'match'"},
      {"match = '[0-9]*'", "f.toml:7:9: match: can match nothing at all (demand at least one byte)"},
      {"match = 'foo'\nbefore = 'a+'",
       "f.toml:8:10: before: has no greatest length (write {0,N} instead of *, {1,N} instead of +)"},
      {"keys = [\"Iban\"]",
       "f.toml:7:9: keys: not a phrase (write the words of the key in lower case with blanks between them: 'bank "
       "account')"},
      {"edge_keys = [\"konto\", \"Cel\"]",
       "f.toml:7:23: edge_keys: not a phrase (write the words of the key in lower case with blanks between them: "
       "'bank account')"},
      {"edge_keys = [\"name\"]\nunless_keys = [\"*ware\", \"*is\"]",
       "f.toml:8:25: unless_keys: not an ending (write three letters or more in lower case behind '*': '*ware')"},
      {"keys = [\"name\"]\nunless_keys = [\"*ware\"]",
       "f.toml:8:16: unless_keys: no place for an ending (write endings into edge_keys, or into unless_keys of a rule "
       "with edge_keys)"},
      {"keys = [\"iban\", \"no\"]",
       "f.toml:7:17: keys: too short to count as a part of a key (put it into whole_keys)"},
      {"keys = [\"{nr,no account\"]",
       "f.toml:7:9: keys: not a phrase with choices (write two or more between braces, none within another: "
       "'{nr,number} account'; at most 4096 phrases come of it)"},
      {"keys = [\"{nr,No} account\"]",
       "f.toml:7:9: keys: not a phrase (write the words of the key in lower case with blanks between them: 'bank "
       "account')"},
      {"whole_keys = [\"no\", \"4 711\"]",
       "f.toml:7:21: whole_keys: a number is no key (write a phrase with a letter in it)"},
      // Choices
      {"match = 'foo'\nseverity = \"hihg\"",
       "f.toml:8:12: unknown severity 'hihg' (did you mean 'high'? known: low, medium, high, critical)"},
      {"match = 'foo'\nconfidence = \"sure\"", "f.toml:8:14: unknown confidence 'sure' (known: low, medium, high)"},
      {"match = 'foo'\naction = \"redcat\"",
       "f.toml:8:10: unknown action 'redcat' (did you mean 'redact'? known: redact, mask, token, cockroach, encrypt, "
       "drop, truncate)"},
      {"match = 'foo'\nblock = \"gpg\"", "f.toml:8:9: unknown block 'gpg' (known: pem)"},
      {"match = 'foo'\nseverity = \"a long text, perhaps pasted here\"",
       "f.toml:8:12: unknown severity (known: low, medium, high, critical)"},
      // Ranges
      {"match = 'foo'\nmin_entropy = 8.01", "f.toml:8:15: min_entropy: not between 0 and 8 bits per byte"},
      {"match = 'foo'\nmin_entropy = -1", "f.toml:8:15: min_entropy: not between 0 and 8 bits per byte"},
      {"match = 'foo'\nmin_entropy = nan", "f.toml:8:15: min_entropy: not between 0 and 8 bits per byte"},
      {"match = 'foo'\nmin_digits = -1", "f.toml:8:14: min_digits: not between 0 and 1000"},
      {"match = 'foo'\nmin_digits = 99999999999", "f.toml:8:14: min_digits: not between 0 and 1000"},
      {"match = 'foo'\ncwe = [0]", "f.toml:8:8: cwe: not between 1 and 99999"},
      {"match = 'foo'\ncwe = [99999999999]", "f.toml:8:8: cwe: not between 1 and 99999"},
      {"match = 'foo'\ncontext = [\"a\", \"\"]", "f.toml:8:17: context: empty string"},
      {"match = 'foo'\nallow = [\"\"]", "f.toml:8:10: allow: empty string"},
      // Examples
      {"match = 'foo'\ncounter_examples = [\"ok\", \"é «foo»\"]",
       "f.toml:8:30: counter_examples: holds a mark (the rule must find nothing here: remove the « and »)"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(error_texts(rule_with(c.lines)), std::vector<std::string>{c.error}) << c.lines;
  }
  EXPECT_TRUE(error_texts(rule_with(kMatch)).empty());
}

TEST(RuleLoaderTest, NamesTheKnownValidatorsAndShapes) {
  const auto validator = error_texts(rule_with("match = 'foo'\nvalidator = \"luhm\""));
  ASSERT_EQ(validator.size(), 1U);
  EXPECT_EQ(validator[0].rfind("f.toml:8:13: unknown validator 'luhm' (did you mean 'luhn'? known: ", 0), 0U)
      << validator[0];

  const std::string near = std::string(shapes().front().name) + "x";
  const auto shape = error_texts(rule_with("shape = \"" + near + "\""));
  ASSERT_EQ(shape.size(), 1U);
  EXPECT_EQ(shape[0].rfind("f.toml:7:9: unknown shape '" + near + "' (", 0), 0U) << shape[0];
  EXPECT_NE(shape[0].find("known: " + std::string(shapes().front().name)), std::string::npos) << shape[0];
}

// The wording is RegexSyntax's; the place is ours.
TEST(RuleLoaderTest, PointsIntoExpressions) {
  const struct {
    std::string_view lines, where;
  } kCases[] = {
      {"match = 'foo)'", "f.toml:7:13: match: "},
      {"match = '''foo)'''", "f.toml:7:15: match: "},
      {"match = '''\nfoo)'''", "f.toml:8:4: match: "},
      {"match = \"\\\\d\\u0066oo)\"", "f.toml:7:21: match: "},
      {"match = 'é)'", "f.toml:7:11: match: "},
      {"match = 'foo'\nbefore = 'a)'", "f.toml:8:12: before: "},
      {"match = 'foo'\nafter = 'a)'", "f.toml:8:11: after: "},
      {"match = 'foo'\nallow = ['a', 'b)']", "f.toml:8:17: allow: "},
  };
  for (const auto& c : kCases) {
    const auto found = error_texts(rule_with(c.lines));
    ASSERT_EQ(found.size(), 1U) << c.lines;
    EXPECT_EQ(found[0].rfind(c.where, 0), 0U) << c.lines << "\n" << found[0];
  }
}

TEST(RuleLoaderTest, ReportsAllProblemsInTheOrderOfTheFile) {
  EXPECT_EQ(
      error_texts("[[rule]]\n"
                  "id = \"Foo\"\n"
                  "type = \"-foo\"\n"
                  "title = \"two\\nlines\"\n"
                  "shape = 7\n"
                  "match = 'foo'\n"
                  "examples = [\"foo\", \"«foo\", \"foo»\", \"«»\", \"««foo»»\", 5]\n"
                  "[[rule]]\n"
                  "match = 'foo'\n"),
      (std::vector<std::string>{
          "f.toml:1:1: missing 'category' (known: contact, payment, government, network, health, credential, key, "
          "web, sql)",
          "f.toml:2:6: id: not a name (use lower-case ASCII letters, digits and '-', with no '-' at the start)",
          "f.toml:3:8: type: not a name (use lower-case ASCII letters, digits and '-', with no '-' at the start)",
          "f.toml:4:9: title: more than one line",
          "f.toml:5:9: shape: expected a string, got an integer",
          "f.toml:5:9: more than one of 'match', 'shape' and 'keys' (each brings what is to be found: keep one, and "
          "write another rule for the other)",
          "f.toml:7:13: examples: nothing is marked (put « » around what the rule must find)",
          "f.toml:7:21: examples: « without » (put » behind what the rule must find)",
          "f.toml:7:32: examples: » without « (put « in front of what the rule must find)",
          "f.toml:7:37: examples: nothing between « and » (mark at least one byte)",
          "f.toml:7:44: examples: « inside of « » (close the first with » before it)",
          "f.toml:7:53: examples: expected strings, got an integer",
          "f.toml:8:1: missing 'category' (known: contact, payment, government, network, health, credential, key, "
          "web, sql)",
          "f.toml:8:1: missing 'id'",
          "f.toml:8:1: missing 'type'",
          "f.toml:8:1: missing 'title'",
          "f.toml:8:1: missing 'examples' (give at least one text, with « » around what the rule must find)",
      }));
}

TEST(RuleLoaderTest, RefusesWhatIsNoRule) {
  const struct {
    std::string_view toml, error;
  } kCases[] = {
      {"", "f.toml: holds no rule (begin each rule with [[rule]], or do not name the file)"},
      {"rule = []", "f.toml: holds no rule (begin each rule with [[rule]], or do not name the file)"},
      {"[[rules]]\nid = 'a'", "f.toml:1:3: unknown key 'rules' (did you mean 'rule'?)"},
      {"[daemon]", "f.toml:1:2: unknown key 'daemon' (a rule file holds [[rule]] tables only)"},
      {"[rule]\nid = 'a'",
       "f.toml:1:1: rule: expected an array of tables, got a table (write [[rule]], with two brackets)"},
      {"rule = ['a']", "f.toml:1:9: rule: expected tables, got a string (write each rule under its own [[rule]])"},
      {"[[rule]]\nid 'a'", "f.toml:2:4: key-value pair: expected '=', saw '''"},
  };
  for (const auto& c : kCases) EXPECT_EQ(error_texts(c.toml), std::vector<std::string>{std::string(c.error)}) << c.toml;
}

TEST(RuleLoaderTest, TheFirstProblemIsTheError) {
  const auto pack = load_rules("[[rule]]\nid = 5\n", "f.toml");
  ASSERT_FALSE(pack);
  EXPECT_EQ(pack.error().line, 1) << pack.error().text();
  EXPECT_EQ(pack.error().message, "missing 'category'");
}

TEST(RuleLoaderTest, ARuleWithAProblemIsLeftOut) {
  std::vector<Error> errors;
  const RulePack pack =
      load_rules(rule_called("a") + rule_called("b", "cwe = 5\n") + rule_called("c"), "f.toml", errors);
  EXPECT_EQ(errors.size(), 1U);
  EXPECT_EQ(ids(pack), (std::vector<std::string>{"a", "c"}));
}

TEST(RuleLoaderTest, DuplicateIdsAreRefused) {
  constexpr std::string_view kAdvice = " (choose another id, or say override = true to replace that rule)";
  EXPECT_EQ(
      error_texts(rule_called("a") + rule_called("b") + rule_called("a", "override = false\n")),
      (std::vector<std::string>{"f.toml:16:6: id: 'a' is taken by the rule at f.toml:1:1" + std::string(kAdvice)}));

  std::vector<Error> errors;
  RulePack base;
  base.rules.emplace_back().id = "a";
  load_rules(rule_called("a"), "f.toml", errors, base);
  EXPECT_EQ(texts(errors), (std::vector<std::string>{"f.toml:2:6: id: 'a' is taken" + std::string(kAdvice)}));

  // The id of a rule with a problem is taken too: mending that problem must not bring out another.
  EXPECT_EQ(error_texts(rule_called("a", "cwe = 5\n") + rule_called("a")).size(), 2U);
}

TEST(RuleLoaderTest, OverrideReplacesTheEarlierRuleInItsPlace) {
  std::vector<Error> errors;
  RulePack base = load_rules(rule_called("a") + rule_called("b"), "base.toml", errors);
  const RulePack pack = load_rules(rule_called("c") + rule_called("a", "severity = 'low'\noverride = true\n") +
                                       rule_called("new", "override = true\n"),
                                   "f.toml", errors, std::move(base));
  EXPECT_EQ(texts(errors), std::vector<std::string>{});
  EXPECT_EQ(ids(pack), (std::vector<std::string>{"a", "b", "c", "new"}));
  EXPECT_EQ(pack.rules[0].severity, Severity::low);
  EXPECT_EQ(pack.rules[0].where.file, "f.toml");

  const RulePack kept = load_rules(rule_called("a", "override = true\ncwe = 5\n"), "f.toml", errors, pack);
  EXPECT_EQ(errors.size(), 1U);
  EXPECT_EQ(kept.rules[0].severity, Severity::low) << "a replacement with a problem replaces nothing";
}

class RuleFilesTest : public testing::Test {
 protected:
  RuleFilesTest() { std::filesystem::create_directories(directory_); }
  ~RuleFilesTest() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(directory_ + "/" + name) << text; }

  const std::string directory_ = testing::TempDir() + "piiscrub_rule_files_" + std::to_string(getpid());
};

TEST_F(RuleFilesTest, ADirectoryStandsForItsTomlFilesInOrder) {
  write("20-b.toml", rule_called("b"));
  write("10-a.toml", rule_called("a"));
  write("README.md", "not a rule");
  write("c.toml.bak", "not a rule");
  write(".d.toml", "not a rule");
  std::filesystem::create_directories(directory_ + "/e.toml");

  const std::vector<std::string> paths{directory_};
  const auto pack = load_rule_files(paths);
  ASSERT_TRUE(pack) << pack.error().text();
  EXPECT_EQ(ids(*pack), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(pack->rules[0].where.file, directory_ + "/10-a.toml");
}

TEST_F(RuleFilesTest, FilesFollowOneAnother) {
  write("a.toml", rule_called("a"));
  write("z.toml", rule_called("a", "severity = 'low'\noverride = true\n"));
  const std::vector<std::string> ordered{directory_ + "/a.toml", directory_ + "/z.toml"};
  const auto pack = load_rule_files(ordered);
  ASSERT_TRUE(pack) << pack.error().text();
  ASSERT_EQ(pack->rules.size(), 1U);
  EXPECT_EQ(pack->rules[0].severity, Severity::low);

  const std::vector<std::string> twice{directory_ + "/a.toml", directory_ + "/a.toml"};
  EXPECT_FALSE(load_rule_files(twice));
}

TEST_F(RuleFilesTest, ProblemsOfAllFilesAreReported) {
  const std::string missing = directory_ + "/missing.toml";
  const std::string bad = directory_ + "/bad.toml";
  const std::string empty = directory_ + "/empty";
  write("bad.toml", "[[rule]\n");
  std::filesystem::create_directories(empty);

  std::vector<Error> errors;
  const std::vector<std::string> paths{missing, empty, bad};
  load_rule_files(paths, errors);
  EXPECT_EQ(texts(errors), (std::vector<std::string>{
                               missing + ": cannot read: No such file or directory",
                               empty + ": directory holds no *.toml file (name a rule file or its directory)",
                               bad + ":1:8: table header: expected ']', saw '\\n'",
                           }));
}

TEST(CheckRulesTest, ChecksRulesMadeByAProgram) {
  RulePack pack;
  Rule good;
  good.id = "foo";
  good.title = "Foo";
  good.type = "foo";
  good.match = "foo";
  good.examples = {"«foo»"};
  pack.rules.push_back(good);
  EXPECT_TRUE(check_rules(pack).empty());

  Rule bad = good;
  bad.before = "a*";
  bad.min_entropy = std::numeric_limits<double>::infinity();
  bad.action = "hash";
  bad.examples = {"a «foo"};
  bad.where = {"made.toml", 3, 1};
  pack.rules.push_back(bad);
  pack.rules.push_back({});
  EXPECT_EQ(
      texts(check_rules(pack)),
      (std::vector<std::string>{
          "made.toml:3:1: rule 'foo': before: has no greatest length (write {0,N} instead of *, {1,N} instead of +)",
          "made.toml:3:1: rule 'foo': min_entropy: not between 0 and 8 bits per byte",
          "made.toml:3:1: rule 'foo': unknown action 'hash' (known: redact, mask, token, cockroach, encrypt, drop, "
          "truncate)",
          "made.toml:3:1: rule 'foo': examples: « without », at byte 3 (put » behind what the rule must find)",
          "made.toml:3:1: rule 'foo': id: is taken by an earlier rule",
          "rule without id: missing 'id'",
          "rule without id: missing 'type'",
          "rule without id: missing 'title'",
          "rule without id: missing 'match', 'shape' or 'keys' (say what the rule finds)",
          "rule without id: missing 'examples' (give at least one text, with « » around what the rule must find)",
      }));
}

TEST(ParseMarksTest, TakesTheMarksOut) {
  const struct {
    std::string_view example, text;
    Spans spans;
  } kCases[] = {
      {"", "", {}},
      {"no marks", "no marks", {}},
      {"a «bc» d", "a bc d", {{2, 4}}},
      {"«a»", "a", {{0, 1}}},
      {"«a»«b» «c»", "ab c", {{0, 1}, {1, 2}, {3, 4}}},
      {"é «ü»", "é ü", {{3, 5}}},
      {"\xC2 «\xC2» \xAB\xBB", "\xC2 \xC2 \xAB\xBB", {{2, 3}}},
  };
  for (const auto& c : kCases) {
    const auto marked = parse_marks(c.example);
    ASSERT_TRUE(marked) << c.example << ": " << marked.error().text();
    EXPECT_EQ(marked->text, c.text) << c.example;
    EXPECT_EQ(marked->spans, c.spans) << c.example;
  }
}

TEST(ParseMarksTest, RefusesMarksThatDoNotPair) {
  const struct {
    std::string_view example, error;
  } kCases[] = {
      {"a «b", "column 3: « without » (put » behind what the rule must find)"},
      {"a» b", "column 2: » without « (put « in front of what the rule must find)"},
      {"«a» b»", "column 8: » without « (put « in front of what the rule must find)"},
      {"«a «b»»", "column 5: « inside of « » (close the first with » before it)"},
      {"a «»", "column 3: nothing between « and » (mark at least one byte)"},
  };
  for (const auto& c : kCases) {
    const auto marked = parse_marks(c.example);
    ASSERT_FALSE(marked) << c.example;
    EXPECT_EQ(marked.error().text(), c.error) << c.example;
  }
}

}  // namespace
}  // namespace piiscrub
