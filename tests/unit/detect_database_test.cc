// RuleDatabase: compiled, saved and loaded again it is the same; damaged it is refused.
#include "piiscrub/detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "detect/database_parts.h"
#include "piiscrub/rule_loader.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

// Rules of every kind, with every field; found in texts of "foo" and "bar".
constexpr std::string_view kRules = R"(
[[rule]]
id = "foo"
title = "Foo"
type = "foo"
category = "web"
severity = "low"
cwe = [532, 1]
match = '''foo_[a-z0-9]{8}'''
after = '''\b'''
unless_context = ["harmless"]
min_entropy = 1.5
min_digits = 1
allow = ['''foo_x+''']
confidence = "medium"
examples = ["a «foo_abcdef12» b"]
counter_examples = ["foo_short"]
references = ["here"]

[[rule]]
id = "named"
title = "Named"
type = "named-value"
category = "credential"
before = '''bar_key='''
match = '''[a-z]{4,}'''
context = ["service"]
examples = ["service bar_key=«abcdef»"]

[[rule]]
id = "mail"
title = "Mail"
type = "email"
category = "contact"
shape = "email"
examples = ["«alice@example.com»"]
)";

constexpr std::string_view kText =
    "foo_abcdef12 foo_xxxxxxx1 service bar_key=abcdef alice@example.com\nharmless foo_abcdef12\nbar_key=abcdef\n";
constexpr std::string_view kScrubbed =
    "[FOO] [FOO] service bar_key=[NAMED_VALUE] [EMAIL]\nharmless foo_abcdef12\nbar_key=abcdef\n";

const std::shared_ptr<const RuleDatabase>& database() {
  static const auto rules = test::rules_from(kRules);
  return rules;
}

Error compile_error(std::string_view toml) {
  Result<RulePack> pack = load_rules(toml, "bad.toml");
  if (!pack) return std::move(pack).error();
  auto compiled = RuleDatabase::compile(*std::move(pack));
  EXPECT_FALSE(compiled);
  return compiled ? Error{} : std::move(compiled).error();
}

std::string rule(std::string_view fields) {
  return "\n[[rule]]\nid = \"r\"\ntitle = \"R\"\ntype = \"r\"\ncategory = \"web\"\nexamples = [\"«x»\"]\n" +
         std::string(fields);
}

TEST(RuleDatabaseTest, FindsWhatItsRulesSay) { EXPECT_EQ(test::scrub(database(), kText).text, kScrubbed); }

TEST(RuleDatabaseTest, LoadsWhatItSaved) {
  const std::string bytes = database()->save();
  const auto loaded = RuleDatabase::load(bytes);
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_EQ(test::scrub(*loaded, kText).text, kScrubbed);
  EXPECT_EQ((*loaded)->save(), bytes);
  ASSERT_EQ((*loaded)->rules().size(), 3U);
  EXPECT_EQ((*loaded)->rules()[0].id, "foo");
  EXPECT_EQ((*loaded)->rules()[2].shape, "email");
}

TEST(RuleDatabaseTest, LoadsFromAnyAddress) {
  const std::string bytes = database()->save();
  for (std::size_t offset = 0; offset < 9; ++offset) {
    const std::string shifted = std::string(offset, 'x') + bytes;
    const auto loaded = RuleDatabase::load(std::string_view(shifted).substr(offset));
    ASSERT_TRUE(loaded) << offset;
    EXPECT_EQ(test::scrub(*loaded, kText).text, kScrubbed);
  }
}

TEST(RuleDatabaseTest, IsUsedInPlace) {
  const std::string bytes = database()->save();
  // Where the image begins it is aligned; behind it the checksum ends what save() wrote.
  std::vector<std::byte> room(bytes.size() + kImageAlignment);
  void* place = room.data();
  std::size_t space = room.size();
  ASSERT_NE(std::align(kImageAlignment, bytes.size(), place, space), nullptr);
  std::memcpy(place, bytes.data(), bytes.size());
  const auto used = RuleDatabase::use({static_cast<const char*>(place), bytes.size()});
  ASSERT_TRUE(used) << used.error().text();
  EXPECT_EQ((*used)->parts().rules.data(), (*used)->parts().image->rules.data());
  EXPECT_EQ(test::scrub(*used, kText).text, kScrubbed);
  EXPECT_EQ((*used)->save(), bytes);
  EXPECT_EQ((*used)->rules()[1].id, "named");
}

TEST(RuleDatabaseTest, ItsTraitsAreThoseOfItsRules) {
  const std::span<const RuleTraits> traits = builtin_rules()->parts().rules;
  const std::span<const Rule> rules = builtin_rules()->rules();
  ASSERT_EQ(traits.size(), rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(traits[i].id, rules[i].id);
    EXPECT_EQ(traits[i].type, rules[i].type);
    EXPECT_EQ(traits[i].block, rules[i].block);
    EXPECT_EQ(traits[i].prose, rules[i].prose);
    EXPECT_EQ(traits[i].context.size(), rules[i].context.size());
    EXPECT_EQ(traits[i].unless_context.size(), rules[i].unless_context.size());
    EXPECT_EQ(traits[i].min_entropy, rules[i].min_entropy);
    EXPECT_EQ(traits[i].min_digits, rules[i].min_digits);
    EXPECT_EQ(traits[i].value, rules[i].value);
    EXPECT_EQ(traits[i].has_keys(), rules[i].has_keys());
    const RuleSummary of_list = RuleList(rules)[i];
    const RuleSummary of_database = RuleList(*builtin_rules())[i];
    EXPECT_EQ(of_database.id, of_list.id);
    EXPECT_EQ(of_database.type, of_list.type);
    EXPECT_EQ(of_database.action, of_list.action);
    EXPECT_EQ(of_database.category, of_list.category);
    EXPECT_EQ(of_database.confidence, of_list.confidence);
    EXPECT_EQ(of_database.file, of_list.file);
    EXPECT_EQ(of_database.line, of_list.line);
    EXPECT_EQ(of_database.column, of_list.column);
  }
}

// Many threads may be the first to ask.
TEST(RuleDatabaseTest, UnpacksItsRulesOnce) {
  const auto rules = test::rules_from(kRules);
  std::array<const Rule*, 4> seen{};
  std::vector<std::thread> threads;
  for (const Rule*& first : seen) threads.emplace_back([&] { first = rules->rules().data(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(seen.begin(), seen.end(), seen[0]), 4);
}

TEST(RuleDatabaseTest, GivesItsRulesBack) {
  const auto rules = RuleDatabase::saved_rules(database()->save());
  ASSERT_TRUE(rules);
  const auto again = RuleDatabase::compile(*rules);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->save(), database()->save());
  const Rule& foo = rules->rules[0];
  EXPECT_EQ(foo.where.file, "test.toml");
  EXPECT_EQ(foo.where.line, 2);
  EXPECT_EQ(foo.cwe, (std::vector<int>{532, 1}));
  EXPECT_EQ(foo.min_entropy, 1.5);
  EXPECT_EQ(foo.counter_examples, std::vector<std::string>{"foo_short"});
}

TEST(RuleDatabaseTest, AFlippedByteAnywhereIsRefused) {
  std::string bytes = database()->save();
  std::mt19937_64 random(1);
  // Every byte of the rules and the end; a sample of the engine's tables between.
  for (std::size_t at = 0; at < bytes.size(); at += at < 2000 || bytes.size() - at < 100 ? 1 : random() % 50 + 1) {
    const char was = bytes[at];
    bytes[at] = static_cast<char>(was ^ static_cast<char>(1U << random() % 8));
    ASSERT_FALSE(RuleDatabase::load(bytes)) << "byte " << at << " of " << bytes.size();
    ASSERT_FALSE(RuleDatabase::saved_rules(bytes)) << "byte " << at << " of " << bytes.size();
    bytes[at] = was;
  }
  EXPECT_TRUE(RuleDatabase::load(bytes));
}

TEST(RuleDatabaseTest, ATruncatedFormIsRefused) {
  const std::string bytes = database()->save();
  for (std::size_t size = 0; size < bytes.size(); size += size < 2000 ? 1 : 97) {
    ASSERT_FALSE(RuleDatabase::load(std::string_view(bytes).substr(0, size))) << size;
    ASSERT_FALSE(RuleDatabase::saved_rules(std::string_view(bytes).substr(0, size))) << size;
  }
  ASSERT_FALSE(RuleDatabase::load(bytes + "x"));
  ASSERT_FALSE(RuleDatabase::load(""));
}

TEST(RuleDatabaseTest, NoRulesAreADatabaseToo) {
  const auto empty = RuleDatabase::compile({});
  ASSERT_TRUE(empty);
  EXPECT_EQ(test::scrub(*empty, kText).text, kText);
  const auto loaded = RuleDatabase::load((*empty)->save());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(test::scrub(*loaded, kText).text, kText);
}

TEST(RuleDatabaseTest, ErrorsNameTheRuleAndItsPlace) {
  const struct {
    std::string_view what, fields, message;
  } kCases[] = {
      {"no literal", "match = '[a-z]{32}'", "no literal"},
      {"one byte of literal", "match = 'a[0-9]{32}'", "no literal"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const Error error = compile_error(rule(c.fields));
    EXPECT_EQ(error.file, "bad.toml");
    EXPECT_EQ(error.line, 2);
    EXPECT_NE(error.message.find(c.message), std::string::npos) << error.text();
    EXPECT_NE(error.message.find('r'), std::string::npos) << error.text();
    EXPECT_FALSE(error.advice.empty());
  }
}

TEST(RuleDatabaseTest, ProgramsMistakesAreErrorsToo) {
  Rule broken{.id = "broken", .type = "t", .shape = "no-such-shape"};
  auto compiled = RuleDatabase::compile({{broken}});
  ASSERT_FALSE(compiled);
  EXPECT_NE(compiled.error().message.find("broken"), std::string::npos);
  EXPECT_NE(compiled.error().message.find("no-such-shape"), std::string::npos);

  broken = {.id = "broken", .type = "t", .shape = "email", .validator = "no-such-validator"};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
  broken = {.id = "broken", .type = "t", .match = "abc("};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
  broken = {.id = "broken", .type = "t", .match = "abc", .before = "("};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
  broken = {.id = "broken", .type = "t", .match = "abc", .after = "("};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
  broken = {.id = "broken", .type = "t", .match = "abc", .allow = {"("}};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
  broken = {.id = "broken", .type = "t", .match = "(?:abc)?"};
  EXPECT_FALSE(RuleDatabase::compile({{broken}}));
}

TEST(RuleDatabaseTest, LabelsAreSortedUniqueAndUpperCase) {
  const auto& labels = database()->parts().labels;
  EXPECT_EQ(labels, (std::vector<std::string>{"EMAIL", "FOO", "NAMED_VALUE"}));
}

}  // namespace
}  // namespace piiscrub
