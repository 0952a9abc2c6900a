// Arrivals: remembers when the bytes of a growing file were first seen, to tell for how long the oldest unread one has
// been waiting.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace piiscrub::io {

/// Keeps a bounded number of times: among very many, a byte counts as seen with those shortly before it. Times are
/// milliseconds of a clock that does not go back.
class Arrivals {
 public:
  static constexpr std::size_t kMost = 64;
  static constexpr std::uint64_t kApartMs = 100;  ///< what comes closer together counts as one, at first

  /// The file was seen to have bytes up to `size`.
  void see(std::uint64_t size, std::uint64_t now_ms) {
    if (size <= seen_) return;
    if (arrivals_.empty()) apart_ms_ = kApartMs;
    if (arrivals_.empty() || now_ms - arrivals_.back().at_ms >= apart_ms_) {
      arrivals_.push_back({size, now_ms});
    }
    arrivals_.back().end = seen_ = size;
    if (arrivals_.size() > kMost) thin_out();
  }

  /// Bytes up to `offset` were read.
  void read_to(std::uint64_t offset) {
    const auto unread =
        std::find_if(arrivals_.begin(), arrivals_.end(), [&](const Arrival& a) { return a.end > offset; });
    arrivals_.erase(arrivals_.begin(), unread);
  }

  /// For how long the oldest unread byte has been waiting; 0: there is none.
  [[nodiscard]] std::uint64_t waiting_ms(std::uint64_t now_ms) const {
    return arrivals_.empty() ? 0 : now_ms - arrivals_.front().at_ms;
  }

 private:
  struct Arrival {
    std::uint64_t end;  // offset behind its last byte
    std::uint64_t at_ms;
  };

  // Joins pairs, and those to come likewise: so all stay about as exact.
  void thin_out() {
    apart_ms_ *= 2;
    for (std::size_t i = 0; i < arrivals_.size(); i += 2) {
      const std::size_t last = std::min(i + 1, arrivals_.size() - 1);
      arrivals_[i / 2] = {arrivals_[last].end, arrivals_[i].at_ms};
    }
    arrivals_.resize((arrivals_.size() + 1) / 2);
  }

  std::vector<Arrival> arrivals_;  // unread ones, the oldest first
  std::uint64_t apart_ms_ = kApartMs;
  std::uint64_t seen_ = 0;
};

}  // namespace piiscrub::io
