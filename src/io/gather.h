// Gather: a list of slices as writev(2) wants it, remembering how much of it has been written.
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace piiscrub::io {

/// Views `slices`, which must outlive it.
class Gather {
 public:
  explicit Gather(std::span<const std::string_view> slices) : slices_(slices) {
    for (const std::string_view slice : slices) left_ += slice.size();
  }

  [[nodiscard]] bool done() const { return left_ == 0; }
  [[nodiscard]] std::size_t left() const { return left_; }

  /// Room for the parts of one writev(2): of the 1024 that Linux takes; more gain nothing.
  using Room = std::array<iovec, 256>;

  /// The next parts to write, put into `room`.
  [[nodiscard]] std::span<const iovec> parts(Room& room) const {
    const std::size_t count = std::min(slices_.size(), room.size());
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view part = i == 0 ? slices_[0].substr(offset_) : slices_[i];
      room[i] = {const_cast<char*>(part.data()), part.size()};
    }
    return {room.data(), count};
  }

  /// Says that the next `bytes` have been written.
  void advance(std::size_t bytes) {
    left_ -= bytes;
    offset_ += bytes;
    while (!slices_.empty() && offset_ >= slices_.front().size()) {
      offset_ -= slices_.front().size();
      slices_ = slices_.subspan(1);
    }
  }

 private:
  std::span<const std::string_view> slices_;
  std::size_t offset_ = 0;  // of the first slice that is not written, within it
  std::size_t left_ = 0;
};

}  // namespace piiscrub::io
