// ErrorBudget: notices when ten scans fail within 60 s. Then something is wrong with the engine, not with the input.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace piiscrub::io {

class ErrorBudget {
 public:
  static constexpr std::size_t kFailures = 10;
  static constexpr std::uint64_t kWithinMs = 60'000;

  /// Takes `count` failures at `now_ms`, which does not go back. Returns whether the budget is exceeded.
  bool spend(unsigned count, std::uint64_t now_ms) {
    bool exceeded = false;
    for (unsigned i = 0; i < count; ++i) {
      times_[seen_ % kFailures] = now_ms;
      ++seen_;  // now it points at the oldest of the last ten
      exceeded = exceeded || (seen_ >= kFailures && now_ms - times_[seen_ % kFailures] <= kWithinMs);
    }
    return exceeded;
  }

 private:
  std::array<std::uint64_t, kFailures> times_{};
  std::size_t seen_ = 0;
};

}  // namespace piiscrub::io
