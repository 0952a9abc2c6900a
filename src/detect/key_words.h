// KeyWords: the words of a key, in one spelling.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "detect/key_abbreviations.h"

namespace piiscrub {

/// The letters and digits of `phrase` in one spelling: in lower case, Greek without accents, Turkish without its two
/// kinds of i, and nothing where a letter is invisible or an apostrophe. Not longer than `phrase`.
std::string key_letters(std::string_view phrase);

/// employee_ssn, employeeSsn, EMPLOYEE-SSN, SSNNumber: the words in the spelling of key_letters(). What exceeds
/// kMaxWords or kMaxBytes is left out at the front.
class KeyWords {
 public:
  static constexpr std::size_t kMaxWords = 12;
  static constexpr std::size_t kMaxBytes = 512;

  explicit KeyWords(std::string_view key);

  [[nodiscard]] std::size_t count() const { return count_; }
  std::string_view operator[](std::size_t i) const { return run(i, i + 1); }
  /// The words [begin, end) without anything between them.
  [[nodiscard]] std::string_view run(std::size_t begin, std::size_t end) const {
    return {folded_.data() + starts_[begin], static_cast<std::size_t>(starts_[end] - starts_[begin])};
  }

  using Room = std::array<char, 2 * kMaxBytes>;
  /// Writes the words to `room`, with what they are short for in their place, and returns them; empty if none is short.
  std::string_view written_out(Room& room) const;
  /// The same with the words that those consist of: `begins` gives bits for where in a word others begin.
  template <typename Begins>
  std::string_view parted(Room& room, Begins begins) const {
    std::size_t size = 0;
    bool is_joined = false;
    for (std::size_t i = 0; i < count_; ++i) {
      const std::string_view word = (*this)[i];
      const std::uint64_t bits = begins(word);
      if (size + 2 * word.size() >= room.size()) return {};
      for (std::size_t at = 0; at < word.size(); ++at) {
        if (at > 0 && at < 64 && (bits >> at & 1U) != 0) {
          room[size++] = '_';
          is_joined = true;
        }
        room[size++] = word[at];
      }
      room[size++] = '_';
    }
    return {room.data(), is_joined ? size : 0};
  }

 private:
  void leave_out_first();

  std::size_t count_ = 0;
  std::array<char, kMaxBytes> folded_;  // the letters of all words
  std::array<std::uint16_t, kMaxWords + 1> starts_;
};

}  // namespace piiscrub
