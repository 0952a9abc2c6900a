#include "detect/plain_statement.h"

#include <array>

#include "base/ascii.h"

namespace piiscrub {
namespace {

// What is looked at twice.
constexpr auto kTellingBytes = [] {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view("'\"`[({)]}-/$\\#0123456789")) bytes[static_cast<unsigned char>(c)] = true;
  for (std::size_t c = 0x80; c < bytes.size(); ++c) bytes[c] = true;
  return bytes;
}();

}  // namespace

bool is_plain_statement(std::string_view text) {
  char quote = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0 && quote != '\'' && c != quote && !is_word(c)) return false;  // "birth date"
    if (!kTellingBytes[static_cast<unsigned char>(c)]) continue;
    if (is_high(c)) return false;
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (is_digit(c) && is_alpha(next) && quote != '\'') {  // 65tel: a number and a name
      std::size_t begin = i;
      while (begin > 0 && is_digit(text[begin - 1])) --begin;
      if (begin == 0 || !is_word(text[begin - 1])) return false;
    }
    switch (c) {
      case '\'':
        // ->>'birth date', {'birth date': …}
        if (quote == 0 && i > 0 && text[i - 1] == '>') return false;
        if (quote == c && next == ':' && !text.substr(i + 1).starts_with("::")) return false;
        [[fallthrough]];
      case '"':
      case '`':
        if (quote == 0 || quote == c) quote = quote == 0 ? c : '\0';
        break;
      case '[':
        if (quote == 0 && is_alpha(next)) {  // [birth date]
          std::size_t end = i + 1;
          while (end < text.size() && is_word(text[end])) ++end;
          if (end == text.size() || text[end] != ']') return false;
        }
        [[fallthrough]];
      case '(':
      case '{':
        if (quote == 0) ++depth;
        break;
      case ')':
      case ']':
      case '}':
        if (quote == 0) --depth;
        break;
      case '-':
        if (next == '-') return false;
        break;
      case '/':
        if (next == '*') return false;
        break;
      case '$':
        if (!is_digit(next)) return false;
        break;
      case '\\':
      case '#':
        return false;
      default:
        break;
    }
  }
  return quote == 0 && depth <= 0;
}

}  // namespace piiscrub
