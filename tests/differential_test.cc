// Differential tests: one way of finding against another.
//
//  - A chunk's scan is the scan of its records, one by one.
//  - A literal rule, searched by its plan and confirmed, is its full expression as PCRE2 matches it.
//  - A shape, found by trigger and function, is its expression in the table as PCRE2 matches it.
//
// Texts: generated logs, the examples of all rules, and both with random damage.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "base/edges.h"
#include "bench/corpus.h"
#include "detect/database_parts.h"
#include "detect/detector.h"
#include "detect/regex_syntax.h"
#include "detect/validators.h"
#include "piiscrub/rule_loader.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

// --- the oracle ------------------------------------------------------------------------------------------------------

class Pcre2 {
 public:
  enum class Wanted { all, group };

  explicit Pcre2(const std::string& expression, Wanted wanted = Wanted::all) : wanted_(wanted) {
    int problem = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                              PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF, &problem, &offset, nullptr));
    EXPECT_NE(code_, nullptr) << "PCRE2 refuses " << expression << " at " << offset;
    if (code_ != nullptr) data_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  }

  /// The match, or its group 1, at `from` or the first one behind it; only at `from` if `anchored`.
  std::optional<Span> match(std::string_view text, std::size_t from, bool anchored) {
    const int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                                  anchored ? PCRE2_ANCHORED : 0, data_.get(), nullptr);
    if (count < 1) return std::nullopt;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data_.get());
    return wanted_ == Wanted::group ? Span{ends[2], ends[3]} : Span{ends[0], ends[1]};
  }

 private:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  };
  std::unique_ptr<pcre2_code, Free> code_;
  std::unique_ptr<pcre2_match_data, Free> data_;
  Wanted wanted_;
};

double entropy_of(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits;
}

std::string lower(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), to_lower);
  return folded;
}

// What a rule asks beside its expression, written down a second time.
class Judge {
 public:
  explicit Judge(const Rule& rule) : rule_(rule) {
    if (!rule.validator.empty()) validate_ = find_validator(rule.validator)->check;
    for (const std::string& allow : rule.allow) {
      allow_.push_back(std::make_unique<Pcre2>("\\A(?:" + RegexSyntax::parse(allow)->text() + ")\\z"));
    }
  }
  bool accepts(std::string_view text, Span span) const {
    const std::string value(span.of(text));
    if (validate_ != nullptr && !validate_(value)) return false;
    if (std::count_if(value.begin(), value.end(), is_digit) < rule_.min_digits) return false;
    // The sum is taken in another order, so a value right at the bound may fall on either side.
    if (rule_.min_entropy > 0 && entropy_of(value) < rule_.min_entropy + 1e-9) return false;
    const std::size_t from = span.begin - std::min<std::size_t>(span.begin, 64);
    const std::string in_front = lower(text.substr(from, span.begin - from));
    const std::string behind = lower(text.substr(span.end, 24));
    const auto near = [&](const std::string& word) {
      return in_front.find(lower(word)) != std::string::npos || behind.find(lower(word)) != std::string::npos;
    };
    if (!rule_.context.empty() && std::none_of(rule_.context.begin(), rule_.context.end(), near)) return false;
    if (std::any_of(rule_.unless_context.begin(), rule_.unless_context.end(), near)) return false;
    return std::none_of(allow_.begin(), allow_.end(),
                        [&](const auto& allow) { return allow->match(value, 0, true).has_value(); });
  }

 private:
  const Rule& rule_;
  Validate validate_ = nullptr;
  std::vector<std::unique_ptr<Pcre2>> allow_;
};

// --- texts -----------------------------------------------------------------------------------------------------------

std::string damaged(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view kJoints[] = {" ",   "\"", ".", "-", "_", "\\n", "\\x22", "%22", "#012",
                                                 "...", "…",  "/", "=", "x", "0",   "A",     ":"};
  for (std::size_t changes = random() % 3 + 1; changes > 0 && !text.empty(); --changes) {
    const std::size_t at = random() % text.size();
    switch (random() % 7) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, text[at]);
        break;
      case 2:
        text[at] = static_cast<char>(random());
        break;
      case 3:
        text.insert(at, kJoints[random() % std::size(kJoints)]);
        break;
      case 4:
        text.resize(at);
        break;
      case 5:
        text[at] = static_cast<char>(text[at] ^ 0x20);
        break;
      case 6:
        text = text.substr(at) + text.substr(0, at);
        break;
    }
  }
  std::erase(text, '\n');
  return text;
}

std::string text_of(const std::string& example) { return parse_marks(example)->text; }

// The texts that a rule is tried on.
std::vector<std::string> texts_for(const Rule& rule, std::size_t damages, std::mt19937_64& random) {
  std::vector<std::string> texts;
  for (const auto* list : {&rule.examples, &rule.counter_examples}) {
    for (const std::string& example : *list) {
      texts.push_back(text_of(example));
      for (std::size_t i = 0; i < damages; ++i) texts.push_back(damaged(texts.back(), random));
    }
  }
  return texts;
}

// --- one rule or shape at work
// -----------------------------------------------------------------------------------------

class Finder {
 public:
  explicit Finder(const std::shared_ptr<const RuleDatabase>& rules) : scanner_(rules), detector_(rules) {}

  const std::vector<Finding>& find(std::string_view record) {
    scanner_.scan(record, scan_);
    StatementMemory memory;
    detector_.detect(record, 0, {scan_.literals, scan_.shapes, scan_.keys, scan_.weak_keys, scan_.sql}, {}, memory,
                     detection_);
    return detection_.findings;
  }

 private:
  Scanner scanner_;
  Detector detector_;
  ScanResult scan_;
  Detection detection_;
};

std::string show(std::string_view text, Span span) {
  return fmt::format("{} in {}", test::printable(span.of(text)), test::printable(text));
}

// --- chunk = records -------------------------------------------------------------------------------------------------

using Place = std::tuple<std::size_t, std::uint16_t>;

std::vector<Place> places(const std::vector<Hit>& hits, std::size_t offset) {
  std::vector<Place> all;
  for (const Hit& hit : hits) all.emplace_back(hit.at + offset, hit.source);
  return all;
}

void expect_equal(std::string_view chunk, const std::vector<Place>& whole, const std::vector<Place>& records) {
  const auto [in_whole, in_records] = std::mismatch(whole.begin(), whole.end(), records.begin(), records.end());
  if (in_whole == whole.end() && in_records == records.end()) return;
  const bool extra = in_records == records.end() || (in_whole != whole.end() && *in_whole < *in_records);
  const auto [at, source] = extra ? *in_whole : *in_records;
  const std::size_t from = at - std::min<std::size_t>(at, 40);
  ADD_FAILURE() << (extra ? "only the chunk" : "only the record") << " has a hit of " << source << " at " << at
                << ", behind " << test::printable(chunk.substr(from, at - from + 1));
}

void expect_chunk_is_records(std::string_view chunk) {
  Scanner scanner(builtin_rules());
  ScanResult whole, one;
  scanner.scan(chunk, whole);
  ASSERT_FALSE(whole.failed);
  std::vector<Place> literals, shapes, keys, weak_keys;
  std::uint64_t newlines = 0;
  std::size_t offset = 0;
  for (const std::string_view record : test::records_of(chunk)) {
    scanner.scan(record, one);
    const auto append = [&](std::vector<Place>& all, const std::vector<Hit>& hits) {
      const std::vector<Place> in_record = places(hits, offset);
      all.insert(all.end(), in_record.begin(), in_record.end());
    };
    append(literals, one.literals);
    append(shapes, one.shapes);
    append(keys, one.keys);
    append(weak_keys, one.weak_keys);
    newlines += one.newlines;
    offset += record.size();
  }
  ASSERT_EQ(whole.newlines, newlines);
  expect_equal(chunk, places(whole.literals, 0), literals);
  expect_equal(chunk, places(whole.shapes, 0), shapes);
  expect_equal(chunk, places(whole.keys, 0), keys);
  expect_equal(chunk, places(whole.weak_keys, 0), weak_keys);
}

// What a record holds is found wherever its chunk begins and ends: vector code has its faults at the ends.
TEST(DifferentialTest, AChunkMayEndBehindAnyByte) {
  constexpr std::size_t kMostInFront = 140;
  constexpr std::size_t kBehind = 300;
  constexpr std::string_view kRecords[] = {
      "voter at 12 Old Mill Road",           "no delivery to 1753 Harrowgate Blvd, Austin",
      "Key (email)=(a@example.org)",         "GET /reset/MTI/c3f9ab-7d0fa93c51be42688f9d3a07c61be524/",
      "INSERT INTO people VALUES (17, 'x')", "{$1:\"'x'\"}",
      "Failing row contains (17, x)"};
  Scanner scanner(builtin_rules());
  ScanResult whole, alone;
  for (const std::string_view record : kRecords) {
    for (std::size_t front = 0; front < kMostInFront; ++front) {
      const std::string chunk = std::string(front, '\n') + std::string(record);
      scanner.scan(chunk, alone);
      scanner.scan(chunk + '\n' + std::string(kBehind, 'y'), whole);
      const auto beyond = [&](const Hit& hit) { return hit.at > chunk.size(); };
      std::erase_if(whole.literals, beyond);
      std::erase_if(whole.sql, beyond);
      SCOPED_TRACE(front);
      expect_equal(chunk, places(alone.literals, 0), places(whole.literals, 0));
      expect_equal(chunk, places(alone.sql, 0), places(whole.sql, 0));
      EXPECT_FALSE(alone.literals.empty() && alone.sql.empty()) << record;
    }
  }
}

TEST(DifferentialTest, AChunksScanIsThatOfItsRecords) {
  for (const bench::CorpusInfo& kind : bench::corpus_kinds()) {
    SCOPED_TRACE(kind.name);
    expect_chunk_is_records(bench::make_corpus(kind.kind, 200'000, 1));
  }
  std::mt19937_64 random(4);
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(round);
    std::string chunk;
    while (chunk.size() < 20'000) {
      const Rule& rule = builtin_rules()->rules()[random() % builtin_rules()->rules().size()];
      std::string text = text_of(rule.examples[random() % rule.examples.size()]);
      if (random() % 2 == 0) text = damaged(text, random);
      // Records that break in the middle of a value.
      if (random() % 3 == 0 && !text.empty()) text.insert(random() % text.size(), "\n");
      chunk += text + (random() % 4 == 0 ? "" : "\n");
    }
    expect_chunk_is_records(chunk);
  }
}

// --- linear steps = PCRE2 --------------------------------------------------------------------------------------------

TEST(DifferentialTest, LinearStepsAreTheirExpression) {
  constexpr std::string_view kLinear[] = {
      R"(ab{1,3}c)",           R"(\bab*c)",          R"([ab]{2}\b[-c]+)",
      R"([ab]+\b-?)",          R"(-+\ba{2,})",       R"(a(?:b{2,})?)",
      R"(ab(?:-c{2,}d?)?)",    R"(ab(?:\.c*){0,2})", R"(a\.(?:b{2,}c{0,2})?(?:\.[ab]*){0,2})",
      R"(a(?:-b)?(?:\.b)?c*)", R"([ab]{3}\b)",       R"(a[bc]{1,2}(?:\b-b)?)",
      R"(a(?:bb)?b-?)",        R"(a(?:b|c))",        R"(a(?:b\b)?)",
      R"((?:a|ab)[cb]*)",      R"(a?(?:-|--|b)c?)",  R"((?:ab|a)(?:bc){1,2}c*)",
      R"([ab]{1,3}[bc]{2,})",  R"(a?[ab]{0,2}b-?)",  R"(a(?:b)?bc)",
      R"(-b{0,2}b)",           R"([ab]{1,2}(?:ab))"};
  constexpr std::string_view kOthers[] = {R"(a+ab)",
                                          R"(a*\bb)",
                                          R"([-a]+\b)",
                                          R"(a{1,2}(?:ab)?)",
                                          R"([ab]{1,12}[bc]{2,})",
                                          R"(a{0,2}(?:-|b)?ab)",
                                          R"(a(?:b+?)?)",
                                          R"((?:a|b)(?:a|b)(?:a|b)(?:a|b)(?:a|b))",
                                          R"((?:ab|a+)a*bc)",
                                          R"((?:a|b+)*)"};
  constexpr std::string_view kBytes = "aaabbc-.d ";
  std::mt19937_64 random(7);
  const auto forms_of = [](std::string_view expression) {
    return RegexSyntax::linear(nullptr, *RegexSyntax::parse(std::string(expression)));
  };
  for (const std::string_view expression : kOthers) EXPECT_TRUE(forms_of(expression).empty()) << expression;
  for (const std::string_view expression : kLinear) {
    ByteTable sets;
    std::vector<LinearForm> forms;
    for (const LinearSets& form : forms_of(expression)) {
      forms.emplace_back();
      for (const RepeatedSet& step : form.steps) {
        forms.back().steps.push_back({static_cast<std::uint16_t>(sets.size()), step.min, step.max, step.optional,
                                      static_cast<std::uint8_t>(step.word_boundary)});
        sets.push_back(step.set);
      }
    }
    ASSERT_FALSE(forms.empty()) << expression;
    Pcre2 oracle{std::string(expression)};
    int matches = 0;
    const std::vector<QuickByteSet> table = quick(sets);
    for (int round = 0; round < 2'000; ++round) {
      std::string text;
      for (std::size_t size = random() % 12 + 1; text.size() < size;) text += kBytes[random() % kBytes.size()];
      for (std::size_t at = 0; at < text.size(); ++at) {
        const std::optional<Span> wanted = oracle.match(text, at, true);
        ASSERT_EQ(match_linear(forms, table, text, at), wanted) << expression << " at " << at << " of " << text;
        if (wanted) ++matches;
      }
    }
    EXPECT_GT(matches, 20) << expression;
  }
}

// --- literal rules = PCRE2
// ---------------------------------------------------------------------------------------------

std::string full_expression(const Rule& rule) {
  std::string expression;
  if (!rule.before.empty()) expression += "(?:" + RegexSyntax::parse(rule.before)->text() + ")";
  expression += "(" + RegexSyntax::parse(rule.match)->text() + ")";
  if (!rule.after.empty()) expression += "(?=" + RegexSyntax::parse(rule.after)->text() + ")";
  return expression;
}

// All spans that PCRE2 and the judge accept, wherever they start. An edge that an escape sequence makes is one for
// piiscrub only: the text in front of it is cut off for PCRE2 (documented exception).
std::vector<Span> accepted_by_oracle(Pcre2& oracle, const Judge& judge, std::string_view text, bool* rejected) {
  std::vector<Span> spans;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::optional<Span> span = oracle.match(text, at, true);
    if (!span && ends_with_escape(text, at)) {
      if ((span = oracle.match(text.substr(at), 0, true))) span = Span{at + span->begin, at + span->end};
    }
    if (!span) continue;
    if (judge.accepts(text, *span)) {
      spans.push_back(*span);
    } else {
      *rejected = true;
    }
  }
  return spans;
}

// A known prefix whose token is cut off: the documented addition to the expressions.
bool is_cut_token(std::string_view text, Span span) {
  const std::string_view behind = text.substr(span.end);
  return behind.empty() || behind.starts_with("...") || behind.starts_with("\xE2\x80\xA6");
}

void expect_rule_is_its_expression(const Rule& rule, Finder& finder, std::string_view text, Pcre2& oracle,
                                   const Judge& judge) {
  bool rejected = false;
  const std::vector<Span> wanted = accepted_by_oracle(oracle, judge, text, &rejected);
  const std::vector<Finding>& found = finder.find(text);
  for (const Span& span : wanted) {
    // A match that starts inside of an earlier finding of its rule is part of that value's tail.
    const bool covered = std::any_of(found.begin(), found.end(), [&](const Finding& f) {
      return f.span.contains(span) || (f.span.begin < span.begin && span.begin < f.span.end);
    });
    EXPECT_TRUE(covered) << rule.id << " misses " << show(text, span);
  }
  for (const Finding& finding : found) {
    // Overlapping matches leave as one finding: it begins where one begins and ends where one ends.
    const bool begins =
        std::any_of(wanted.begin(), wanted.end(), [&](const Span& s) { return s.begin == finding.span.begin; });
    const bool ends =
        std::any_of(wanted.begin(), wanted.end(), [&](const Span& s) { return s.end == finding.span.end; });
    EXPECT_TRUE((begins && ends) || is_cut_token(text, finding.span))
        << rule.id << " invents " << show(text, finding.span);
  }
}

Result<std::shared_ptr<const RuleDatabase>> compile_alone(const Rule& rule) {
  return RuleDatabase::compile({{rule}}, OpenRules::refuse, StructureWords::left_out);
}

TEST(DifferentialTest, EveryLiteralRuleIsItsExpression) {
  std::mt19937_64 random(5);
  std::size_t tried = 0;
  for (const Rule& rule : builtin_rules()->rules()) {
    if (rule.match.empty()) continue;
    const auto alone = compile_alone(rule);
    ASSERT_TRUE(alone) << alone.error().text();
    Finder finder(*alone);
    Pcre2 oracle(full_expression(rule), Pcre2::Wanted::group);
    const Judge judge(rule);
    for (const std::string& text : texts_for(rule, 6, random)) {
      expect_rule_is_its_expression(rule, finder, text, oracle, judge);
      ++tried;
    }
    if (testing::Test::HasFailure() && tried > 200'000) break;
  }
  EXPECT_GT(tried, 10'000U);
}

// All rules together find at least what each finds alone.
TEST(DifferentialTest, RulesDoNotHideEachOther) {
  std::mt19937_64 random(6);
  Finder together(builtin_rules());
  const auto rules = builtin_rules()->rules();
  for (std::size_t i = 0; i < rules.size(); i += 7) {
    if (rules[i].match.empty()) continue;
    Finder alone(*compile_alone(rules[i]));
    for (const std::string& text : texts_for(rules[i], 3, random)) {
      const std::vector<Finding> all = together.find(text);
      for (const Finding& finding : alone.find(text)) {
        const bool covered =
            std::any_of(all.begin(), all.end(), [&](const Finding& f) { return f.span.contains(finding.span); });
        EXPECT_TRUE(covered) << rules[i].id << " is hidden: " << show(text, finding.span);
      }
    }
  }
}

// --- shapes = PCRE2
// ----------------------------------------------------------------------------------------------------

// Shapes whose expression is only an upper bound: what else their functions ask for is no regular language, or is left
// out of the table for the reader's sake. What they find is in detect_shapes_test.cc.
const std::set<std::string_view> kUpperBounds = {
    "email",          // asset names (logo@2x.png), message ids, string prefixes in front of quotes
    "email-encoded",  // the same
    "url-password",   // the authority is found from the @ to the left
    "ipv4",           // version words in front, and numbers of more or fewer parts
    "ipv6",           // eight groups or ::, no times, no names
    "iban-groups",    // the longest with a right check digit
    "mac",            // six or eight groups and no more: longer ones are fingerprints
    "phone-plus",     // the longest valid number
};

std::vector<Span> spans_of(const ShapeInfo& shape, std::string_view text) {
  std::vector<Span> spans;
  Seen seen;
  find_triggers(text, seen);
  for (const Hit& hit : seen.hits) {
    if (std::find(shape.triggers.begin(), shape.triggers.end(), static_cast<Trigger>(hit.source)) ==
        shape.triggers.end())
      continue;
    if (hit.at < kTriggerReach[hit.source]) continue;
    if (const auto span = shape.find(text, hit.at)) spans.push_back(*span);
  }
  return spans;
}

void expect_shape_is_its_expression(const Rule& rule, const ShapeInfo& shape, Pcre2& oracle, const Judge& judge,
                                    std::string_view text) {
  const std::vector<Span> found = spans_of(shape, text);
  for (const Span& span : found) {
    bool inside = false;
    for (std::size_t at = span.begin - std::min<std::size_t>(span.begin, 80); !inside && at <= span.begin; ++at) {
      const std::optional<Span> match = oracle.match(text, at, true);
      inside = match && match->contains(span);
    }
    EXPECT_TRUE(inside) << rule.id << " finds what its expression does not match: " << show(text, span);
  }
  if (kUpperBounds.contains(shape.name)) return;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::optional<Span> match = oracle.match(text, at, true);
    // The table's look-behind takes any m for the end of a colour; the function looks for the colour.
    if (!match || !begins_word(text, match->begin) || !judge.accepts(text, *match)) continue;
    const bool covered =
        std::any_of(found.begin(), found.end(), [&](const Span& span) { return span.contains(*match); });
    EXPECT_TRUE(covered) << rule.id << " misses " << show(text, *match);
  }
}

TEST(DifferentialTest, EveryShapeIsItsExpression) {
  std::mt19937_64 random(7);
  for (const Rule& rule : builtin_rules()->rules()) {
    const ShapeInfo* shape = rule.shape.empty() ? nullptr : find_shape(rule.shape);
    if (shape == nullptr || shape->triggers.empty()) continue;
    SCOPED_TRACE(rule.id);
    Pcre2 oracle{std::string(shape->expression)};
    const Judge judge(rule);
    for (const std::string& text : texts_for(rule, 200, random))
      expect_shape_is_its_expression(rule, *shape, oracle, judge, text);
    for (const bench::CorpusKind kind : {bench::CorpusKind::dense, bench::CorpusKind::clean}) {
      const std::string corpus = bench::make_corpus(kind, 20'000, 2);
      for (const std::string_view record : test::records_of(corpus))
        expect_shape_is_its_expression(rule, *shape, oracle, judge, record);
    }
    if (HasFailure()) break;
  }
}

// --- everything planted is found
// -----------------------------------------------------------------------------------------

TEST(DifferentialTest, EveryPlantedValueOfTheCorporaIsFound) {
  Finder finder(builtin_rules());
  for (const bench::CorpusInfo& kind : bench::corpus_kinds()) {
    const bench::Corpus corpus = bench::make_labelled_corpus(kind.kind, 300'000, 3);
    std::size_t next = 0;
    std::size_t offset = 0;
    std::size_t missed = 0;
    for (const std::string_view record : test::records_of(corpus.text)) {
      const std::vector<Finding>& found = finder.find(record);
      for (; next < corpus.planted.size() && corpus.planted[next].offset < offset + record.size(); ++next) {
        const Span span{corpus.planted[next].offset - offset,
                        corpus.planted[next].offset - offset + corpus.planted[next].length};
        const bool covered =
            std::any_of(found.begin(), found.end(), [&](const Finding& f) { return f.span.contains(span); });
        if (!covered && ++missed <= 3)
          ADD_FAILURE() << kind.name << " " << corpus.planted[next].type << ": " << show(record, span);
      }
      offset += record.size();
    }
    EXPECT_EQ(missed, 0U) << "of " << corpus.planted.size() << " in " << kind.name;
  }
}

TEST(DifferentialTest, NothingIsFoundInCleanLogs) {
  const std::string clean = bench::make_corpus(bench::CorpusKind::clean, 1'000'000, 4);
  Finder finder(builtin_rules());
  std::size_t wrong = 0;
  for (const std::string_view record : test::records_of(clean)) {
    for (const Finding& finding : finder.find(record)) {
      if (++wrong <= 5)
        ADD_FAILURE() << builtin_rules()->rules()[finding.rule].id << ": " << show(record, finding.span);
    }
  }
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace piiscrub
