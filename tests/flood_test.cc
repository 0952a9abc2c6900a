// DESIGN 5: at most 2 % of clean records reach confirmation, whatever rules and keys there are.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "bench/corpus.h"
#include "detect/detector.h"
#include "piiscrub/detector.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

constexpr std::size_t kSampleBytes = 4'000'000;

// Counts the records of a kind of corpus that hold nothing to be found, and those of them that are looked at closely.
class Flood {
 public:
  Flood(bench::CorpusKind kind, const std::shared_ptr<const RuleDatabase>& rules)
      : rules_(rules), scanner_(rules), detector_(rules) {
    const bench::Corpus corpus = bench::make_labelled_corpus(kind, kSampleBytes, 6);
    auto planted = corpus.planted.begin();
    std::size_t offset = 0;
    for (const std::string_view record : test::records_of(corpus.text)) {
      offset += record.size();
      const bool clean = planted == corpus.planted.end() || planted->offset >= offset;
      while (planted != corpus.planted.end() && planted->offset < offset) ++planted;
      if (clean) look_at(record);
    }
  }

  [[nodiscard]] double share() const { return static_cast<double>(confirmed_) / static_cast<double>(records_); }
  /// The rules and triggers that cause most of it, with a record of each.
  [[nodiscard]] std::string causes() const {
    std::vector<std::pair<std::size_t, std::string>> most;
    for (const auto& [cause, count] : causes_) most.emplace_back(count, cause);
    std::sort(most.rbegin(), most.rend());
    std::string text = std::to_string(confirmed_) + " of " + std::to_string(records_) + " records";
    for (std::size_t i = 0; i < std::min<std::size_t>(most.size(), 5); ++i) {
      text += "\n  " + std::to_string(most[i].first) + " " + most[i].second + ": " + examples_.at(most[i].second);
    }
    return text;
  }

 private:
  void look_at(std::string_view record) {
    ++records_;
    scanner_.scan(record, scan_);
    std::set<std::string> causes;
    for (const Hit& hit : scan_.literals) causes.insert(rules_->rules()[hit.source].id);
    for (const Hit& hit : scan_.keys) causes.insert(rules_->rules()[hit.source].id);
    for (const Hit& hit : scan_.shapes) {
      if (detector_.may_find(record, hit)) causes.emplace(kTriggerNames[hit.source]);
    }
    if (!causes.empty()) ++confirmed_;
    for (const std::string& cause : causes) {
      ++causes_[cause];
      examples_.emplace(cause, test::printable(record));
    }
  }

  std::shared_ptr<const RuleDatabase> rules_;
  Scanner scanner_;
  Detector detector_;
  ScanResult scan_;
  std::size_t records_ = 0;
  std::size_t confirmed_ = 0;
  std::map<std::string, std::size_t> causes_;
  std::map<std::string, std::string> examples_;
};

using enum bench::CorpusKind;

class FloodTest : public testing::TestWithParam<bench::CorpusKind> {};

TEST_P(FloodTest, FewCleanRecordsAreLookedAtClosely) {
  const Flood flood(GetParam(), builtin_rules());
  EXPECT_LE(flood.share(), 0.02) << flood.causes();
}

INSTANTIATE_TEST_SUITE_P(Kinds, FloodTest, testing::Values(plain, json, crdb, dense, clean, sql), [](const auto& kind) {
  return std::string(bench::corpus_kinds()[static_cast<std::size_t>(kind.param)].name);
});

// The test can fail.
TEST(FloodControlTest, AKeyThatIsEverywhereIsAFlood) {
  const auto rules = test::rules_from(
      "[[rule]]\nid = 'key-level'\ntitle = 'x'\ntype = 'x'\ncategory = 'contact'\nkeys = ['level']\n"
      "examples = ['level=«x9»']\n");
  const Flood flood(json, rules);
  EXPECT_GT(flood.share(), 0.4) << flood.causes();
}

}  // namespace
}  // namespace piiscrub
