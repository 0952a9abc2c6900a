// The corpora hold what they promise: the benches' figures mean nothing if density or line length drifts.

#include "bench/corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>

namespace piiscrub::bench {

// GoogleTest looks for it by argument-dependent lookup.
static void PrintTo(const CorpusInfo& info, std::ostream* out) { *out << info.name; }

namespace {

constexpr std::size_t kSampleBytes = std::size_t{16} << 20;  // 38,000 lines of the longest kind
constexpr std::uint64_t kSeed = 7;

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::size_t count_planted_lines(const Corpus& corpus) {
  std::set<std::size_t> line_starts;
  for (const Planted& value : corpus.planted) line_starts.insert(corpus.text.rfind('\n', value.offset) + 1);
  return line_starts.size();
}

std::string keep_digits(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

// The textbook form, from the right with the check digit itself: the generator computes it the other way round.
bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    sum += i % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
  }
  return sum % 10 == 0;
}

bool passes_mod_97(std::string_view iban) {
  std::string compact(iban);
  std::erase(compact, ' ');
  std::rotate(compact.begin(), compact.begin() + 4, compact.end());
  int remainder = 0;
  for (const char c : compact) {
    remainder = c >= 'A' ? (remainder * 100 + c - 'A' + 10) % 97 : (remainder * 10 + c - '0') % 97;
  }
  return remainder == 1;
}

bool has_shape_of(std::string_view type, std::string_view value) {
  const auto starts = [&](std::string_view prefix) { return value.starts_with(prefix); };
  const auto is_long = [&](std::size_t length) { return value.size() == length; };
  if (type == "email") return value.find("@") != value.npos && value.find("example.") != value.npos;
  if (type == "ipv4") return starts("192.0.2.") || starts("198.51.100.") || starts("203.0.113.");
  if (type == "ipv6") return starts("2001:db8:");
  if (type == "mac") return starts("02:") && is_long(17);
  if (type == "us-ssn") return is_long(11) && value[3] == '-' && value[6] == '-';
  if (type == "card") return passes_luhn(keep_digits(value));
  if (type == "iban") return passes_mod_97(value);
  if (type == "phone") return value.find("555") != value.npos || starts("+442079460");
  if (value.find("FAKE") == value.npos) return false;
  if (type == "github-token") return starts("ghp_") && is_long(40);
  if (type == "aws-access-key") return starts("AKIA") && is_long(20);
  if (type == "slack-token") return starts("xoxb-") && is_long(55);
  if (type == "stripe-key") return starts("sk_live_") && is_long(32);
  if (type == "jwt") return starts("eyJ") && std::count(value.begin(), value.end(), '.') == 2;
  return type == "dsn-password" && is_long(18);
}

class CorpusTest : public testing::TestWithParam<CorpusInfo> {};

INSTANTIATE_TEST_SUITE_P(Kinds, CorpusTest, testing::ValuesIn(corpus_kinds().begin(), corpus_kinds().end()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST_P(CorpusTest, IsTheSameForTheSameSeed) {
  const CorpusKind kind = GetParam().kind;
  EXPECT_EQ(make_corpus(kind, 100'000, kSeed), make_corpus(kind, 100'000, kSeed));
  EXPECT_EQ(make_corpus(kind, 100'000, kSeed), make_labelled_corpus(kind, 100'000, kSeed).text);
  EXPECT_NE(make_corpus(kind, 100'000, kSeed), make_corpus(kind, 100'000, kSeed + 1));
}

TEST_P(CorpusTest, IsWholeLinesOfAtLeastTheSizeAskedFor) {
  const CorpusKind kind = GetParam().kind;
  EXPECT_EQ(make_corpus(kind, 0, kSeed), "");
  const std::string large = make_corpus(kind, 100'000, kSeed);
  for (const std::size_t bytes : {1U, 100U, 4096U, 65'536U}) {
    const std::string text = make_corpus(kind, bytes, kSeed);
    EXPECT_GE(text.size(), bytes);
    EXPECT_LT(text.size(), bytes + 2048);
    EXPECT_EQ(text.back(), '\n');
    EXPECT_TRUE(large.starts_with(text));
  }
}

TEST_P(CorpusTest, HasTheLineLengthAndDensityItPromises) {
  const CorpusInfo& info = GetParam();
  const Corpus corpus = make_labelled_corpus(info.kind, kSampleBytes, kSeed);
  const auto lines = static_cast<double>(count_lines(corpus.text));
  const double line_bytes = static_cast<double>(corpus.text.size()) / lines;
  EXPECT_NEAR(line_bytes, info.line_bytes, 0.15 * info.line_bytes);
  const double density = 1000 * static_cast<double>(count_planted_lines(corpus)) / lines;
  EXPECT_NEAR(density, info.density, 0.1 * info.density);
}

TEST_P(CorpusTest, PlantsEachValueWhereItSays) {
  const Corpus corpus = make_labelled_corpus(GetParam().kind, 4'000'000, kSeed);
  std::size_t end_before = 0;
  for (const Planted& value : corpus.planted) {
    ASSERT_GE(value.offset, end_before);
    ASSERT_LE(value.offset + value.length, corpus.text.size());
    const std::string_view text = std::string_view(corpus.text).substr(value.offset, value.length);
    ASSERT_TRUE(has_shape_of(value.type, text)) << value.type << ": " << text;
    end_before = value.offset + value.length;
  }
}

TEST_P(CorpusTest, PlantsNothingInLinesThatCountAsClean) {
  const Corpus corpus = make_labelled_corpus(GetParam().kind, 4'000'000, kSeed);
  std::string rest = corpus.text;
  for (const Planted& value : corpus.planted) rest.replace(value.offset, value.length, value.length, '#');
  for (const std::string_view telltale : {"@example.", "192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:", "FAKE",
                                          "555-01", "ghp_", "AKIA", "xoxb-", "sk_live_", "eyJ"}) {
    EXPECT_EQ(rest.find(telltale), std::string::npos) << telltale;
  }
}

TEST(CorpusTypesTest, DensePlainJsonAndCrdbPlantEveryType) {
  for (const CorpusKind kind : {CorpusKind::dense, CorpusKind::plain, CorpusKind::json, CorpusKind::crdb}) {
    std::set<std::string_view> seen;
    for (const Planted& value : make_labelled_corpus(kind, kSampleBytes, kSeed).planted) seen.insert(value.type);
    EXPECT_EQ(seen, std::set<std::string_view>(planted_types().begin(), planted_types().end()));
  }
}

TEST(CorpusCrdbTest, HoldsAboutNineMarkerPairsPerEventAllClosed) {
  const std::string text = make_corpus(CorpusKind::crdb, 4'000'000, kSeed);
  std::size_t opened = 0;
  std::size_t closed = 0;
  for (std::size_t at = text.find("\xe2\x80"); at != text.npos; at = text.find("\xe2\x80", at + 3)) {
    (text[at + 2] == '\xb9' ? opened : closed) += 1;
  }
  EXPECT_EQ(opened, closed);
  EXPECT_NEAR(static_cast<double>(opened) / static_cast<double>(count_lines(text)), 9.0, 1.0);
}

TEST(CorpusKindsTest, AreFoundByNameOnly) {
  for (const CorpusInfo& info : corpus_kinds()) {
    ASSERT_NE(find_corpus_kind(info.name), nullptr);
    EXPECT_EQ(find_corpus_kind(info.name)->kind, info.kind);
  }
  EXPECT_EQ(find_corpus_kind("Plain"), nullptr);
  EXPECT_EQ(find_corpus_kind(""), nullptr);
}

// Figures in bench records are comparable only while these bytes stay.
TEST(CorpusBytesTest, AreTheSameOnEveryPlatform) {
  const std::map<std::string_view, std::uint64_t> expected = {
      {"plain", 0xcc3dc20a066710ca}, {"json", 0x1c0c3145245a118d},  {"crdb", 0xe66db4ecfac11250},
      {"dense", 0x1f620639f2ab8872}, {"clean", 0x5ecc5cd3a1b09022}, {"sql", 0x6adccbb59d8a24a3},
  };
  for (const CorpusInfo& info : corpus_kinds()) {
    EXPECT_EQ(fnv1a(make_corpus(info.kind, 1'000'000, kSeed)), expected.at(info.name)) << info.name;
  }
}

}  // namespace
}  // namespace piiscrub::bench
