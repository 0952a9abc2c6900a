// Keys: what the kernel and the memory of verdicts find is what looking at every byte finds.
#include "detect/key_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "bench/corpus.h"
#include "detect/database_parts.h"
#include "format/key_value.h"
#include "format/pair_name.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

struct Keys {
  std::vector<Hit> strong;
  std::vector<Hit> weak;
};

using Place = std::pair<std::size_t, std::uint16_t>;

std::vector<Place> places(const std::vector<Hit>& hits, std::size_t offset = 0) {
  std::vector<Place> all;
  for (const Hit& hit : hits) {
    if (hit.source != KeyFinder::kTellsNothing) all.emplace_back(hit.at + offset, hit.source);  // else no name is near
  }
  return all;
}

void expect_equal(std::string_view text, const std::vector<Place>& found, const std::vector<Place>& wanted) {
  const auto [in_found, in_wanted] = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
  if (in_found == found.end() && in_wanted == wanted.end()) return;
  const bool extra = in_wanted == wanted.end() || (in_found != found.end() && *in_found < *in_wanted);
  const auto [at, rule] = extra ? *in_found : *in_wanted;
  const std::size_t from = at - std::min<std::size_t>(at, 100);
  FAIL() << (extra ? "invents " : "misses ") << builtin_rules()->rules()[rule].id << " at " << at << ": "
         << test::printable(text.substr(from, at - from)) << "¦" << test::printable(text.substr(at, 10));
}

// --- the table of separators, read one byte at a time ----------------------------------------------------------------

struct Bit {
  bool on;
  Bit operator|(Bit other) const { return {on || other.on}; }
  Bit operator&(Bit other) const { return {on && other.on}; }
};

class Separators {
 public:
  explicit Separators(std::string_view bytes) : bytes_(bytes), rows_(kRows, std::vector<bool>(bytes.size())) {
    for (std::size_t i = 0; i < bytes.size(); ++i) classify(i);
  }
  // Whether a key may end in front of byte `i`, or at the dash there.
  [[nodiscard]] bool at(std::size_t i) const {
#define B(name, k) back(row_##name, i, k)
#define N(name, k) \
  Bit { !back(row_##name, i, k).on }
    return (PIISCRUB_SEPARATOR).on;
  }

 private:
  enum Row : std::size_t {
#define PIISCRUB_ROW(name, ...) row_##name,
    PIISCRUB_BYTE_CLASSES(PIISCRUB_ROW) row_key,
#undef PIISCRUB_ROW
    kRows
  };
  [[nodiscard]] Bit back(Row row, std::size_t i, std::size_t k) const {
    return {i >= k && i - k < bytes_.size() && rows_[row][i - k]};
  }
  void classify(std::size_t i) {
    const auto byte = static_cast<unsigned char>(bytes_[i]);
    const unsigned folded = byte | 0x20U;
    const auto is = [&](char c) { return Bit{byte == static_cast<unsigned char>(c)}; };
    const auto in = [&](char first, int count) {
      const int from = static_cast<unsigned char>(first);
      return Bit{byte >= from && byte < from + count};
    };
    const auto letter_in = [&](char first, int count) {
      return Bit{folded >= static_cast<unsigned>(first) && folded < static_cast<unsigned>(first + count)};
    };
#define PIISCRUB_ROW(name, expression) rows_[row_##name][i] = (expression).on;
    PIISCRUB_BYTE_CLASSES(PIISCRUB_ROW)
#undef PIISCRUB_ROW
    rows_[row_key][i] = (PIISCRUB_KEY_BYTE).on;
  }
#undef N
#undef B

  std::string_view bytes_;
  std::vector<std::vector<bool>> rows_;
};

// The rule of `key`, which is one of `rule`, together with the name of what holds it.
std::uint16_t with_holder(const RuleDatabase::Parts& parts, std::string_view text, Span key, std::uint16_t rule) {
  const auto is_weak = [&](std::optional<std::uint16_t> one) { return one && !parts.rules[*one].context.empty(); };
  const std::string_view holder = holder_of(text, key);
  if (!is_weak(rule) || parts.keys.look_up(key.of(text)).edge || holder.size() < 3) return rule;
  if (is_weak(parts.keys.find(holder))) return rule;
  const KeyVocabulary::Meaning meaning = parts.keys.look_up(std::string(holder) + "_" + std::string(key.of(text)));
  const std::optional<std::uint16_t> held = is_weak(meaning.rule) ? meaning.edge : meaning.rule;
  return held && parts.code[*held].validate == nullptr ? *held : rule;
}

// Every place that the table allows, by key_before() and the vocabulary alone.
Keys naive(const RuleDatabase& rules, std::string_view text) {
  const Separators separators(text);
  const RuleDatabase::Parts& parts = rules.parts();
  Keys keys;
  for (std::size_t i = 1; i < text.size(); ++i) {  // a separator at the very end has no value
    if (!separators.at(i)) continue;
    std::size_t at = i;
    const bool opened = text[i - 1] == '(' || text[i - 1] == '[';
    if (text[i] == '-' && text[i - 1] == '-') {  // an option: its key ends at the next blank
      std::size_t end = i + 1;
      while (end < text.size() && end - i <= kMaxKeyBytes && is_key_byte(text[end])) ++end;
      if (end == i + 1 || end == text.size() || !is_blank(text[end])) continue;
      at = end + 1;
    } else if (opened && text[i] == '\t') {  // of the quotes' class, but opens no pair
      continue;
    } else if (opened && (text[i] == '"' || text[i] == '\'')) {  // a pair: ('key', …), ["key", …]
      std::size_t end = i + 1;
      while (end < text.size() && end - i <= kMaxKeyBytes && is_key_byte(text[end])) ++end;
      if (end == i + 1 || end + 1 >= text.size() || text[end] != text[i] || text[end + 1] != ',') continue;
      at = end + 2;
    }
    const std::optional<Span> key = key_before(text, at);
    std::optional<std::uint16_t> rule = key ? parts.keys.find(key->of(text)) : std::nullopt;
    if (rule) rule = with_holder(parts, text, *key, *rule);
    if (key && !rule && is_named_element(text, *key, at)) {
      for (const std::string_view name : pair_names(text, *key, at).all()) {
        const KeyVocabulary::Meaning meaning = parts.keys.look_up(name);
        const bool strong = meaning.rule && parts.rules[*meaning.rule].context.empty();
        if (!rule) rule = strong ? meaning.rule : meaning.edge;
      }
    }
    if (!rule) continue;
    const auto offset = static_cast<std::uint32_t>(at);
    const bool weak = !parts.rules[*rule].context.empty();
    (weak ? keys.weak : keys.strong).push_back({offset, *rule});
    if (const auto edge = weak ? parts.keys.look_up(key->of(text)).edge : std::nullopt) {
      keys.strong.push_back({offset, *edge});
    }
  }
  return keys;
}

// Each test runs under every instruction set of this machine.
class KeyFinderTest : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { limit_trigger_target(GetParam()); }
  void TearDown() override { limit_trigger_target({}); }

  // The bytes lie in a buffer of exactly their size, so that the address sanitizer sees a read outside.
  void expect_as_naive(std::string_view text) {
    const std::vector<char> own(text.begin(), text.end());
    const std::string_view bytes(own.data(), own.size());
    Keys found;
    finder_.find(bytes, found.strong, found.weak);
    const Keys wanted = naive(*builtin_rules(), bytes);
    expect_equal(text, places(found.strong), places(wanted.strong));
    expect_equal(text, places(found.weak), places(wanted.weak));
  }

  KeyFinder finder_{builtin_rules()};
};

TEST_P(KeyFinderTest, NothingIsFoundInNothing) {
  for (const std::string_view text : {"", "=", ":", "-", "--", ">", "a", "\n"}) expect_as_naive(text);
}

TEST_P(KeyFinderTest, EveryNotationAtEveryOffset) {
  for (const std::string_view text : {"password=x",       "\"password\": \"x\"",
                                      "'ssn':1",          "\\\"email\\\":\\\"x\\\"",
                                      "--password x",     "<ssn>1</ssn>",
                                      "‹password› = ‹x›", "‹ssn›=1",
                                      "%22email%22:%22x", "\\nssn=1",
                                      "password  =  x",   "email => x",
                                      "a[ssn]=1",         "user[password]=x",
                                      "contraseña: x",    "ssn-",
                                      "--ssn=1",          "12:30:45",
                                      "std::password::x", "password)=x",
                                      "('ssn', '1')",     "(\"ssn\",1)",
                                      "x.y.ssn=1",        "#012ssn=1",
                                      "\x1b[1mssn=1"}) {
    for (std::size_t offset = 0; offset < 130; ++offset) {
      for (const char filler : {' ', 'a', '\n'}) {
        expect_as_naive(std::string(offset, filler) + std::string(text) + std::string(offset % 7, filler));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(KeyFinderTest, LongKeysAreNone) {
  for (std::size_t size = kMaxKeyBytes - 12; size < kMaxKeyBytes + 12; ++size) {
    for (const std::string_view tail : {"=x", " = x", "\": \"x\"", ": x"}) {
      expect_as_naive(std::string(size - 9, 'a') + "_password" + std::string(tail));
      if (HasFatalFailure()) return;
    }
  }
}

std::string random_text(std::mt19937_64& random, std::size_t size) {
  static constexpr std::string_view kParts[] = {"password",
                                                "ssn",
                                                "email",
                                                "e-mail",
                                                "user_name",
                                                "apiKey",
                                                "token",
                                                "count",
                                                "--",
                                                "-",
                                                "=",
                                                ":",
                                                ": ",
                                                " = ",
                                                "\"",
                                                "'",
                                                "\\\"",
                                                "\"\"",
                                                ">",
                                                "<",
                                                "‹",
                                                "›",
                                                "(",
                                                ")",
                                                "[",
                                                "]",
                                                " ",
                                                "  ",
                                                "\t",
                                                "\n",
                                                "x",
                                                "7",
                                                ".",
                                                "%22",
                                                "\\n",
                                                "\\u0022",
                                                "&quot;",
                                                "#012",
                                                "é",
                                                "\xff",
                                                "::",
                                                "=>",
                                                "->",
                                                ":=",
                                                "name",
                                                "iban",
                                                "abcdefghijklmnopqrstuvwxyz"};
  std::string text;
  while (text.size() < size) text += kParts[random() % std::size(kParts)];
  return text;
}

TEST_P(KeyFinderTest, RandomText) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 150; ++round) {
    expect_as_naive(random_text(random, random() % 6000));
    if (HasFatalFailure()) return;
  }
  for (int round = 0; round < 20; ++round) {
    std::string text(random() % 6000, '\0');
    for (char& c : text) c = static_cast<char>(random());
    expect_as_naive(text);
    if (HasFatalFailure()) return;
  }
}

TEST_P(KeyFinderTest, GeneratedLogs) {
  for (const bench::CorpusInfo& kind : bench::corpus_kinds()) {
    SCOPED_TRACE(kind.name);
    expect_as_naive(bench::make_corpus(kind.kind, 60'000, 5));
  }
}

TEST_P(KeyFinderTest, AChunksKeysAreThoseOfItsRecords) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 60; ++round) {
    const std::string chunk = random_text(random, random() % 6000);
    Keys whole, one;
    finder_.find(chunk, whole.strong, whole.weak);
    std::vector<Place> strong, weak;
    std::size_t offset = 0;
    for (const std::string_view record : test::records_of(chunk)) {
      finder_.find(record, one.strong, one.weak);
      for (const Place& place : places(one.strong, offset)) strong.push_back(place);
      for (const Place& place : places(one.weak, offset)) weak.push_back(place);
      offset += record.size();
    }
    expect_equal(chunk, places(whole.strong), strong);
    expect_equal(chunk, places(whole.weak), weak);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, KeyFinderTest, testing::ValuesIn(trigger_targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace piiscrub
