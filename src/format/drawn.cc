#include "format/drawn.h"

#include <algorithm>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxCodeBytes = 1024;
constexpr std::string_view kIndent = "    ";
constexpr std::string_view kBar = "\u2502";    // │
constexpr std::string_view kHook = "\u2514 ";  // └

// One per character of UTF-8.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_name_byte(char c) { return is_word(c) || is_high(c); }

}  // namespace

std::size_t drawn_value(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && at < kMaxCodeBytes) {
    if (is_blank(line[at])) {
      ++at;
    } else if (line.substr(at).starts_with(kBar)) {
      at += kBar.size();
    } else {
      return line.substr(at).starts_with(kHook) ? at + kHook.size() : std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

bool may_be_drawn_below(std::string_view line) {
  return line.size() <= kMaxCodeBytes && line.starts_with(kIndent) && line.size() > kIndent.size();
}

std::string_view drawn_name(std::string_view code, std::string_view line, std::size_t value) {
  const std::size_t column = columns_of(line.substr(0, value - kHook.size()));
  std::size_t begin = 0;
  for (std::size_t columns = 0; begin < code.size(); ++begin) {
    if ((static_cast<unsigned char>(code[begin]) & 0xC0) == 0x80) continue;
    if (columns++ == column) break;
  }
  if (begin > 0 && begin <= code.size() && is_name_byte(code[begin - 1])) return {};
  std::size_t end = begin;
  while (end < code.size() && is_name_byte(code[end])) ++end;
  return code.substr(std::min(begin, code.size()), end - begin);
}

}  // namespace piiscrub
