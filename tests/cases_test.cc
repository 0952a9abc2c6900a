// The data cases of tests/cases, each under every chunking.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "support/case_file.h"
#include "support/scrub.h"

namespace piiscrub::test {

static void PrintTo(const Case& c, std::ostream* out) { *out << c.where; }

namespace {

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = read_cases(PIISCRUB_SOURCE_DIR "/tests/cases");
  return cases;
}

class DataCase : public testing::TestWithParam<Case> {
 protected:
  static std::shared_ptr<const RuleDatabase> rules() {
    return GetParam().rules.empty() ? builtin_rules() : rules_from(read_file(GetParam().rules));
  }
};

TEST_P(DataCase, HoldsUnderEveryChunking) {
  const Case& c = GetParam();
  SCOPED_TRACE(c.where);
  const auto database = rules();
  const Scrubbed whole = scrub(database, c.input, c.options);
  ASSERT_EQ(printable(whole.text), printable(c.output));

  // Chunk-blind, with the same counters.
  const std::size_t splits = c.input.size() > 4096 ? 4 : 256;
  for (const NamedCuts& chunking : chunkings(c.input.size(), splits)) {
    const Scrubbed cut = scrub(database, c.input, c.options, chunking.cuts);
    ASSERT_EQ(printable(cut.text), printable(whole.text)) << chunking.name;
    ASSERT_EQ(difference(cut.stats, whole.stats), "") << chunking.name;
  }
  for (const NamedCuts& chunking : chunkings(c.input.size(), splits / 4)) {
    const Scrubbed workers = scrub_as_workers(database, c.input, c.options, chunking.cuts);
    ASSERT_EQ(printable(workers.text), printable(whole.text)) << "workers, " << chunking.name;
    ASSERT_EQ(difference(workers.stats, whole.stats), "") << "workers, " << chunking.name;
  }

  // Accounted.
  EXPECT_EQ(whole.stats.bytes_in, c.input.size());
  EXPECT_EQ(whole.stats.bytes_out, whole.text.size());
  EXPECT_EQ(whole.stats.records, records_of(c.input).size());
  EXPECT_EQ(records_of(whole.text).size(), records_of(c.input).size()) << "one record in is one record out";
  if (c.discarded) {
    EXPECT_EQ(whole.stats.bytes_discarded, *c.discarded);
  } else if (!has_record_above(c.input, c.options.max_record_bytes)) {
    EXPECT_EQ(whole.stats.bytes_discarded, 0U);
  }

  // Done.
  if (!has_record_above(whole.text, c.options.max_record_bytes)) {
    const Scrubbed again = scrub(database, whole.text, c.options);
    EXPECT_EQ(printable(again.text), printable(whole.text)) << "the second pass changed something";
  }
}

// file_name.test "a case: its name" -> file_name__a_case_its_name
std::string test_name(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.where.substr(0, info.param.where.find(".test:")) + ":" + info.param.name;
  std::string clean;
  for (const char ch : name) {
    const bool word = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
    if (word) {
      clean += ch;
    } else if (!clean.ends_with('_')) {
      clean += '_';
    }
  }
  return clean;
}

INSTANTIATE_TEST_SUITE_P(Cases, DataCase, testing::ValuesIn(all_cases()), test_name);

TEST(CaseFileTest, EscapesStandForBytes) {
  EXPECT_EQ(unescape("plain"), "plain\n");
  EXPECT_EQ(unescape("no LF\\"), "no LF");
  EXPECT_EQ(unescape(R"(\\n \r\e\x00\xfF)"), std::string("\\n \r\x1b\0\xff\n", 8));
  EXPECT_EQ(unescape(R"(a\(xy*3)b)"), "axyxyxyb\n");
  EXPECT_FALSE(unescape(R"(\q)"));
  EXPECT_FALSE(unescape(R"(\x4)"));
  EXPECT_FALSE(unescape(R"(\(x*y))"));
}

TEST(CaseFileTest, RefusesWhatIsNoCase) {
  EXPECT_FALSE(parse_cases("=== a\n--- input\nx\n", "f"));
  EXPECT_FALSE(parse_cases("=== a\nno option\n--- input\nx\n--- unchanged\n", "f"));
  EXPECT_FALSE(parse_cases("=== a\n--- input\nx\n--- unchanged\ntext\n", "f"));
  EXPECT_TRUE(parse_cases("# why\n\n=== a\n--- input\nx\n--- unchanged\n\n", "f"));
}

}  // namespace
}  // namespace piiscrub::test
