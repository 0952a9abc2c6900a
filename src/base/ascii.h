// ASCII character classes over bytes: independent of the locale, defined for every byte.
#pragma once

#include <array>
#include <cstdint>

namespace piiscrub {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

namespace ascii {
// PERF NOTE: classes of several ranges are looked up; what walks over text asks for them byte by byte.
enum Class : std::uint8_t { kAlpha = 1, kAlnum = 2, kWord = 4, kHex = 8 };
inline constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned byte = 0; byte < classes.size(); ++byte) {
    const char c = static_cast<char>(byte);
    const bool alpha = is_upper(c) || is_lower(c);
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    classes[byte] = static_cast<std::uint8_t>((alpha ? kAlpha : 0) | (alpha || is_digit(c) ? kAlnum : 0) |
                                              (alpha || is_digit(c) || c == '_' ? kWord : 0) | (hex ? kHex : 0));
  }
  return classes;
}();
constexpr bool is(char c, Class one) { return (kClasses[static_cast<unsigned char>(c)] & one) != 0; }
}  // namespace ascii

constexpr bool is_alpha(char c) { return ascii::is(c, ascii::kAlpha); }
constexpr bool is_alnum(char c) { return ascii::is(c, ascii::kAlnum); }
constexpr bool is_word(char c) { return ascii::is(c, ascii::kWord); }
constexpr bool is_hex(char c) { return ascii::is(c, ascii::kHex); }
constexpr bool is_octal(char c) { return c >= '0' && c <= '7'; }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c & ~0x20) : c; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }

}  // namespace piiscrub
