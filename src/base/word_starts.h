// WordStarts: where the letters of words begin.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace piiscrub {

/// Goes over the letters of `text` at or behind `from` that stand behind no other letter and no underscore; what is in
/// front of `from` does not count.
///
/// PERF NOTE: most bytes of a statement are letters within words. Eight are looked at at once.
class WordStarts {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  explicit WordStarts(std::string_view text, std::size_t from = 0) : text_(text), next_(from) {}

  /// The next one, or kNone.
  std::size_t next() {
    while (starts_ == 0) {
      if (next_ >= text_.size()) return kNone;
      load();
    }
    const auto byte = static_cast<std::size_t>(std::countr_zero(starts_)) / 8;
    starts_ &= starts_ - 1;
    return block_ + byte;
  }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr std::uint64_t kOnes = 0x0101010101010101;
  static constexpr std::uint64_t kHighs = 0x80 * kOnes;

  // The highest bits of the bytes of `low`, all below 128, that are at least `least`.
  static constexpr std::uint64_t at_least(std::uint64_t low, std::uint64_t least) {
    return low + kOnes * (0x80 - least);
  }

  void load() {
    std::uint64_t word = 0;
    const std::size_t size = text_.size() - next_;
    if (size >= sizeof word) {
      std::memcpy(&word, text_.data() + next_, sizeof word);
    } else {
      std::memcpy(&word, text_.data() + next_, size);
    }
    const std::uint64_t folded = (word | 0x20 * kOnes) & ~kHighs;
    const std::uint64_t letters = at_least(folded, 'a') & ~at_least(folded, 'z' + 1) & ~word & kHighs;
    const std::uint64_t plain = word & ~kHighs;
    const std::uint64_t underscores = at_least(plain, '_') & ~at_least(plain, '_' + 1) & ~word & kHighs;
    const std::uint64_t held = letters | underscores;
    starts_ = letters & ~(held << 8 | held_);
    held_ = held >> 56;
    block_ = next_;
    next_ += sizeof word;
  }

  std::string_view text_;
  std::size_t next_ = 0;      // what has not been looked at begins here
  std::size_t block_ = 0;     // what was looked at last
  std::uint64_t starts_ = 0;  // the highest bits of those in it that are still to come
  std::uint64_t held_ = 0;    // that of its first byte, if the byte in front of it is a letter or an underscore
};

}  // namespace piiscrub
