// Looking at text: what stands at a place, and where fixed text stands.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/ascii.h"

namespace piiscrub {

/// The byte of `text` at `i`; NUL behind its end.
constexpr char char_at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : '\0'; }

/// Whether `text` is `lower`, which is in lower case, but for the case of ASCII letters.
inline bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

/// Whether `text` is one of `words`, which are in lower case, but for the case of ASCII letters.
template <std::size_t kCount>
bool is_any_ignoring_case(std::string_view text, const std::array<std::string_view, kCount>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

/// Whether `what` stands in `text` at `i`, which may lie behind its end. Inline, so that fixed text is compared in
/// place.
[[gnu::always_inline]] inline bool has_at(std::string_view text, std::size_t i, std::string_view what) {
  return i <= text.size() && text.size() - i >= what.size() &&
         std::memcmp(text.data() + i, what.data(), what.size()) == 0;
}

/// Where `what` next stands in `text` at or behind `from`, or npos. std::string_view::find() would stop at each of its
/// first byte.
inline std::size_t find_text(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const std::string_view rest = text.substr(from);
  const void* const at = memmem(rest.data(), rest.size(), what.data(), what.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

/// Where the first of `kBytes` stands in `text` at or behind `from`; its size if there is none. For bytes that stand
/// near: eight are looked at at once.
template <char... kBytes>
std::size_t find_one_of(std::string_view text, std::size_t from) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    // The lowest bit set is at the first zero byte; what lies above may be wrong.
    const auto zeros = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
    for (std::uint64_t word = 0; from + sizeof word <= text.size(); from += sizeof word) {
      std::memcpy(&word, text.data() + from, sizeof word);
      const std::uint64_t found = (zeros(word ^ (kOnes * static_cast<unsigned char>(kBytes))) | ...);
      if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  while (from < text.size() && !((text[from] == kBytes) || ...)) ++from;
  return from;
}

}  // namespace piiscrub
