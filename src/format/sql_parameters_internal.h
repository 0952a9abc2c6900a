// What reading lists of parameters and finding where they start share. Private to sql_parameter*.cc.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"

namespace piiscrub::parameters {

inline bool is_bracket(char c) { return c == '(' || c == '[' || c == '{'; }

// Behind white space, written out or escaped.
inline std::size_t skip_space(std::string_view text, std::size_t i) {
  while (i < text.size()) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    if (text[i] != '\\') break;
    const std::size_t run = backslashes_at(text, i);
    const char c = char_at(text, i + run);
    if (c != 'n' && c != 't' && c != 'r') break;
    i += run + 1;
  }
  return i;
}

// How many quotes stand around a field of CSV that begins with `run` of them: two where it is itself in a field of CSV.
// Three and six: its content begins with another such field.
inline std::size_t quotes_around_field(std::size_t run) {
  if (run == 1 || run == 3) return 1;
  return run == 2 || run == 6 ? 2 : 0;
}

inline std::size_t run_of_quotes(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (char_at(text, end) == '"') ++end;
  return end - at;
}

}  // namespace piiscrub::parameters
