#include "base/edges.h"

#include <algorithm>

namespace piiscrub {
namespace {

constexpr std::size_t kLongestEscape = 16;  // ESC[1;38;5;160m

// ESC [ 1 ; 31 m
bool ends_with_colour(std::string_view text, std::size_t at) {
  for (std::size_t i = at - 1; i > 1 && at - i < kLongestEscape; --i) {
    const char c = text[i - 1];
    if (c == '[') return text[i - 2] == '\x1b' || ends_with_escape(text, i - 1);
    if (!is_digit(c) && c != ';') return false;
  }
  return false;
}

}  // namespace

bool ends_with_escape(std::string_view text, std::size_t at) {
  static constexpr std::string_view kLetters = "abefnrtv0";
  const auto back = [&](std::size_t k) { return at >= k ? text[at - k] : '\0'; };
  const auto hex = [&](std::size_t from) { return is_hex(back(from)) && is_hex(back(from - 1)); };
  if (at < 2) return false;
  if (back(2) == '\\' && kLetters.find(back(1)) != std::string_view::npos) return true;
  if (back(3) == '%' && hex(2)) return true;
  if (back(4) == '\\' && back(3) == 'x' && hex(2)) return true;
  // Control characters only: #411 starts a card number as well.
  if (back(4) == '#' && back(3) == '0' && back(2) >= '0' && back(2) <= '3' && is_octal(back(1))) return true;
  if (back(4) == '#' && text.substr(at - 3, 3) == "177") return true;
  if (back(6) == '\\' && back(5) == 'u' && hex(4) && hex(2)) return true;
  return back(1) == 'm' && ends_with_colour(text, at);
}

std::size_t skip_escape_tail(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t at = begin;
  // An introducer is no part of a word, so its escape sequence can only stand at the start of one. The x of \xHH and
  // the u of \uHHHH are part of a word, but not of a number.
  if (may_begin_in_escape(text, begin)) {
    const std::size_t stop = std::min(end, begin + kLongestEscape);
    for (std::size_t i = begin; i < stop; ++i) {
      if (ends_with_escape(text, i + 1)) at = i + 1;
    }
  }
  // A word may hold percent signs, so %HH can stand anywhere in it.
  for (std::size_t i = end; i >= at + 3; --i) {
    if (text[i - 3] == '%' && ends_with_escape(text, i)) return i;
  }
  return at;
}

bool begins_number(std::string_view text, std::size_t at) {
  if (!begins_word(text, at)) return false;
  if (at < 2 || (text[at - 1] != '-' && text[at - 1] != '.')) return true;
  return !is_word(text[at - 2]) || ends_with_escape(text, at - 1);
}

bool ends_number(std::string_view text, std::size_t at) {
  if (!ends_word(text, at)) return false;
  if (at + 1 >= text.size() || (text[at] != '-' && text[at] != '.')) return true;
  return !is_word(text[at + 1]);
}

}  // namespace piiscrub
