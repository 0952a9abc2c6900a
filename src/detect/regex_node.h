// The syntax tree behind RegexSyntax, and the passes over it. For regex_*.cc and their test only.
//
// Nodes are plain values. They are made by the functions below, which keep the derived fields right and the tree in
// one form: no sequence holds a sequence, nothing is repeated {1} or {0}, and what is repeated can be at least one byte
// long. Depth is bounded by the parser, so the passes may recurse.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "detect/regex_syntax.h"

namespace piiscrub::regex {

inline constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t kInfinite = std::numeric_limits<std::uint64_t>::max();

constexpr std::uint64_t add(std::uint64_t a, std::uint64_t b) { return a > kInfinite - b ? kInfinite : a + b; }
constexpr std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  return b != 0 && a > kInfinite / b ? kInfinite : a * b;
}

/// A set of bytes.
class ByteSet {
 public:
  static constexpr unsigned kEnd = 256;

  constexpr void add(unsigned byte) { words_[byte / 64] |= bit(byte); }
  constexpr void add_range(unsigned low, unsigned high) {
    for (unsigned byte = low; byte <= high; ++byte) add(byte);
  }
  constexpr void remove(unsigned byte) { words_[byte / 64] &= ~bit(byte); }
  constexpr ByteSet& operator|=(const ByteSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  [[nodiscard]] constexpr ByteSet complement() const {
    ByteSet result;
    for (std::size_t i = 0; i < words_.size(); ++i) result.words_[i] = ~words_[i];
    return result;
  }
  /// Adds the other case of every ASCII letter in the set.
  constexpr void fold() {
    constexpr std::uint64_t kUpper = 0x0000'0000'07FF'FFFE;
    const std::uint64_t letters = words_[1];
    words_[1] |= (letters & kUpper) << 32 | (letters >> 32 & kUpper);
  }

  [[nodiscard]] constexpr bool contains(unsigned byte) const { return (words_[byte / 64] & bit(byte)) != 0; }
  [[nodiscard]] constexpr int count() const {
    int result = 0;
    for (const std::uint64_t word : words_) result += std::popcount(word);
    return result;
  }
  /// The smallest member that is at least `from`; kEnd if there is none.
  [[nodiscard]] constexpr unsigned next(unsigned from) const {
    for (unsigned i = from / 64; i < words_.size(); ++i) {
      const std::uint64_t rest = i == from / 64 ? words_[i] >> from % 64 << from % 64 : words_[i];
      if (rest != 0) return i * 64 + static_cast<unsigned>(std::countr_zero(rest));
    }
    return kEnd;
  }
  /// The smallest byte from `from` on that is not a member; kEnd if there is none.
  [[nodiscard]] constexpr unsigned next_gap(unsigned from) const { return complement().next(from); }
  /// One byte, or one ASCII letter in both cases.
  [[nodiscard]] constexpr bool is_literal() const {
    const int members = count();
    if (members != 2) return members == 1;
    const unsigned low = next(0);
    return low >= 'A' && low <= 'Z' && contains(low + 32);
  }

 private:
  static constexpr std::uint64_t bit(unsigned byte) { return std::uint64_t{1} << byte % 64; }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace piiscrub::regex

namespace piiscrub {

struct RegexSyntax::Node {
  enum class Kind : std::uint8_t {
    bytes,        ///< one byte of `set`; never empty, never holds LF
    sequence,     ///< the children one after the other; none: the empty string
    alternation,  ///< one of the children, two or more; earlier ones preferred
    repeat,       ///< the only child, `min` to `max` times
    record_start,
    record_end,
    word_boundary,
    not_word_boundary,
  };

  Kind kind = Kind::sequence;
  bool lazy = false;            ///< repeat: as few as possible
  std::uint32_t min = 0;        ///< repeat
  std::uint32_t max = 0;        ///< repeat; kUnbounded: no limit
  std::uint32_t repeats = 1;    ///< largest product of nested repeat counts; RE2 takes up to 1,000
  std::uint64_t min_width = 0;  ///< bytes
  std::uint64_t max_width = 0;  ///< bytes; kInfinite: unbounded
  std::uint64_t size = 0;       ///< about the number of RE2 instructions with repeats written out
  regex::ByteSet set;           ///< bytes
  std::vector<Node> children;   ///< sequence, alternation, repeat
};

}  // namespace piiscrub

namespace piiscrub::regex {

using Node = RegexSyntax::Node;

Node make_bytes(const ByteSet& set);
Node make_assertion(Node::Kind kind);
Node make_sequence(std::vector<Node> children);
Node make_alternation(std::vector<Node> children);
Node make_repeat(Node body, std::uint32_t min, std::uint32_t max, bool lazy);
/// Appends `node` to the children of a sequence to be.
void append(std::vector<Node>& children, Node node);

Result<Node> parse(std::string_view expression, std::size_t max_bytes = 4096);

/// Appends `node` in the syntax that the three engines share; a top-level alternation is wrapped in a group.
void print(const Node& node, std::string& out);

}  // namespace piiscrub::regex
