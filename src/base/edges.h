// Edges: where a value can begin and end inside a text.
//
// A value is not found in the middle of a longer word, but a word character in front of it may be the tail of an escape
// sequence (`\n123-45-6789`, `\x22alice@…`, `%22alice@…`): that is an edge too.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.h"

namespace piiscrub {

/// Whether `text[0, at)` ends with an escape sequence: \n (and other single letters), \xHH, \uHHHH, %HH, #ooo (as
/// rsyslog writes control characters) or an ANSI colour sequence.
bool ends_with_escape(std::string_view text, std::size_t at);

/// Whether what begins at `begin` may be the tail of an escape sequence that is no part of it: a quick no.
inline bool may_begin_in_escape(std::string_view text, std::size_t begin) {
  if (begin == 0) return false;
  const char introducer = text[begin - 1];
  return introducer == '\\' || introducer == '#' || introducer == '[' || introducer == '%' ||
         (begin >= 2 && text[begin - 2] == '\\');
}

/// Where the word in [begin, end) really begins: behind the letters and digits that belong to an escape sequence whose
/// introducer stands in front of it (`\x22alice`), or behind a %HH in it.
std::size_t skip_escape_tail(std::string_view text, std::size_t begin, std::size_t end);

/// Whether a word may begin at `at`: at the start, behind a non-word byte, or behind an escape sequence.
inline bool begins_word(std::string_view text, std::size_t at) {
  return at == 0 || !is_word(text[at - 1]) || ends_with_escape(text, at);
}

/// Whether a word may end at `at`: at the end of the text or in front of a non-word byte.
inline bool ends_word(std::string_view text, std::size_t at) { return at == text.size() || !is_word(text[at]); }

/// The same, and no dash or dot ties the word to another one in front (`SKU-0886`) or behind (`1.2.3.4-rc1`).
bool begins_number(std::string_view text, std::size_t at);
bool ends_number(std::string_view text, std::size_t at);

}  // namespace piiscrub
