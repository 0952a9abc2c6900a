#include "io/arrivals.h"

#include <gtest/gtest.h>

namespace piiscrub::io {
namespace {

TEST(Arrivals, TellsForHowLongTheOldestUnreadByteHasWaited) {
  Arrivals arrivals;
  EXPECT_EQ(arrivals.waiting_ms(0), 0U);
  arrivals.see(10, 1000);
  arrivals.see(20, 3000);
  EXPECT_EQ(arrivals.waiting_ms(4000), 3000U);
  arrivals.read_to(9);
  EXPECT_EQ(arrivals.waiting_ms(4000), 3000U);
  arrivals.read_to(10);
  EXPECT_EQ(arrivals.waiting_ms(4000), 1000U);
  arrivals.read_to(20);
  EXPECT_EQ(arrivals.waiting_ms(9000), 0U);
  arrivals.see(20, 9000);
  EXPECT_EQ(arrivals.waiting_ms(9500), 0U);
  arrivals.see(21, 9000);
  EXPECT_EQ(arrivals.waiting_ms(9500), 500U);
}

// However long nobody reads: the error stays small against the time.
TEST(Arrivals, KeepsFewTimesOfMany) {
  Arrivals arrivals;
  constexpr std::uint64_t kSteps = 10'000;
  constexpr std::uint64_t kStepMs = 200;
  for (std::uint64_t i = 1; i <= kSteps; ++i) arrivals.see(i, i * kStepMs);
  const std::uint64_t now = kSteps * kStepMs;
  for (std::uint64_t offset = 0; offset < kSteps; offset += 100) {
    arrivals.read_to(offset);
    const std::uint64_t exact = now - (offset + 1) * kStepMs;
    EXPECT_GE(arrivals.waiting_ms(now), exact);
    EXPECT_LE(arrivals.waiting_ms(now), exact + now / 16);
  }
}

}  // namespace
}  // namespace piiscrub::io
