// Backoff: how long to wait before trying again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace piiscrub::io {

/// Doubles from `min_ms` to `max_ms`. Each wait is between half of that and all of it, so that those who lost the same
/// peer at once do not come back at once.
class Backoff {
 public:
  Backoff(std::uint64_t min_ms, std::uint64_t max_ms, unsigned seed)
      : min_ms_(min_ms), max_ms_(max_ms), random_(seed) {}

  [[nodiscard]] std::uint64_t next_ms() {
    full_ms_ = std::clamp(full_ms_ * 2, min_ms_, std::max(min_ms_, max_ms_));
    return std::uniform_int_distribution<std::uint64_t>(full_ms_ / 2, full_ms_)(random_);
  }
  /// What the last wait could have been at most.
  [[nodiscard]] std::uint64_t last_ms() const { return full_ms_; }
  void reset() { full_ms_ = 0; }

 private:
  std::uint64_t min_ms_;
  std::uint64_t max_ms_;
  std::uint64_t full_ms_ = 0;
  std::minstd_rand random_;
};

}  // namespace piiscrub::io
