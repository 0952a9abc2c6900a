// Stats add up.
#include "piiscrub/stats.h"

#include <gtest/gtest.h>

#include "support/scrub.h"

namespace piiscrub {
namespace {

Stats some(std::uint64_t n) {
  Stats stats;
  stats.bytes_in = n;
  stats.bytes_out = n + 1;
  stats.bytes_discarded = n + 2;
  stats.records = n + 3;
  stats.records_edited = n + 4;
  stats.candidates = n + 5;
  stats.bytes_dropped = n + 6;
  stats.bytes_checked = n + 8;
  stats.records_dropped = n + 7;
  for (std::size_t i = 0; i < kMaskReasons; ++i) stats.masked[i] = n + i;
  stats.count_finding(n % 3, Action::mask);
  stats.count_observed(n % 3);
  stats.count_allowed(n % 3);
  return stats;
}

TEST(StatsTest, AddTakesEveryCounter) {
  Stats sum;
  sum.add(some(10));
  EXPECT_EQ(test::difference(sum, some(10)), "");
  sum.add(some(0));
  EXPECT_EQ(sum.bytes_in, 10U);
  EXPECT_EQ(sum.bytes_out, 12U);
  EXPECT_EQ(sum.bytes_discarded, 14U);
  EXPECT_EQ(sum.records, 16U);
  EXPECT_EQ(sum.records_edited, 18U);
  EXPECT_EQ(sum.candidates, 20U);
  EXPECT_EQ(sum.bytes_dropped, 22U);
  EXPECT_EQ(sum.bytes_checked, 26U);
  EXPECT_EQ(sum.records_dropped, 24U);
  for (std::size_t i = 0; i < kMaskReasons; ++i) EXPECT_EQ(sum.masked[i], 10 + 2 * i);
  ASSERT_EQ(sum.findings.size(), 2U);
  EXPECT_EQ(sum.findings[0], 1U);
  EXPECT_EQ(sum.findings[1], 1U);
  EXPECT_EQ(sum.observed, sum.findings);
  EXPECT_EQ(sum.allowed, sum.findings);
}

TEST(StatsTest, FindingsGrowToTheLongerList) {
  Stats few, many;
  few.count_finding(0, Action::redact);
  many.count_finding(7, Action::drop);
  few.add(many);
  ASSERT_EQ(few.findings.size(), 8U);
  EXPECT_EQ(few.findings[0], 1U);
  EXPECT_EQ(few.findings[7], 1U);
  EXPECT_EQ(few.actions[Stats::action_index(7, Action::drop)], 1U);
  many.add(Stats());
  EXPECT_EQ(many.findings.size(), 8U);
}

TEST(StatsTest, ClearZeroesAndKeepsTheMemory) {
  Stats stats = some(10);
  const std::uint64_t* memory = stats.findings.data();
  stats.clear();
  EXPECT_EQ(test::difference(stats, Stats()), "");
  EXPECT_EQ(stats.findings.data(), memory);
}

TEST(StatsTest, EveryReasonHasAName) {
  EXPECT_EQ(name(MaskReason::overlong), "overlong");
  EXPECT_EQ(name(MaskReason::scan_error), "scan-error");
  EXPECT_EQ(name(MaskReason::budget), "budget");
  EXPECT_EQ(name(MaskReason::unstable), "unstable");
}

}  // namespace
}  // namespace piiscrub
