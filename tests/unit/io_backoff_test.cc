// How long those wait who try again.

#include "io/backoff.h"

#include <gtest/gtest.h>

#include <map>

namespace piiscrub::io {
namespace {

TEST(Backoff, DoublesUpToItsLimitWithJitter) {
  Backoff backoff(100, 1000, 1);
  std::map<std::uint64_t, int> seen;
  for (const std::uint64_t full : {100U, 200U, 400U, 800U, 1000U, 1000U}) {
    const std::uint64_t wait = backoff.next_ms();
    EXPECT_GE(wait, full / 2);
    EXPECT_LE(wait, full);
    EXPECT_EQ(backoff.last_ms(), full);
    ++seen[wait * 1000 / full];
  }
  EXPECT_GT(seen.size(), 3U);
  backoff.reset();
  EXPECT_LE(backoff.next_ms(), 100U);
}

}  // namespace
}  // namespace piiscrub::io
