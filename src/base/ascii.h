// ASCII character classes over bytes: independent of the locale, defined for every byte.
#pragma once

namespace piiscrub {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_word(char c) { return is_alnum(c) || c == '_'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_octal(char c) { return c >= '0' && c <= '7'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }

}  // namespace piiscrub
