// What the finders of values in prose share. Only for prose_forms.cc, which has the forms but names of people, and
// prose_names.cc, which has those.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "base/search.h"
#include "base/span.h"
#include "detect/prose.h"

namespace piiscrub {

inline char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

/// Whether `words`, lower case between blanks, holds `word` in any case.
inline bool is_one_of(std::string_view words, std::string_view word) {
  std::array<char, 18> folded{};
  if (word.empty() || word.size() + 2 > folded.size()) return false;
  folded[0] = ' ';
  std::transform(word.begin(), word.end(), folded.begin() + 1, to_lower);
  folded[word.size() + 1] = ' ';
  return find_text(words, {folded.data(), word.size() + 2}, 0) != std::string_view::npos;
}

/// The end of the bytes from `at` on that are such, `most` of them at most.
template <typename Is>
std::size_t end_of_run(std::string_view text, std::size_t at, std::size_t most, Is is) {
  std::size_t end = at;
  while (end < text.size() && end - at < most && is(text[end])) ++end;
  return end;
}

inline std::size_t end_of_digits(std::string_view text, std::size_t at) { return end_of_run(text, at, 64, is_digit); }

inline std::ptrdiff_t count_digits(std::string_view text) { return std::count_if(text.begin(), text.end(), is_digit); }

/// FindProse and ProseBegins of names of people: two to four words with capitals.
std::optional<Span> find_name(std::string_view text, std::size_t at, ProseLink link) noexcept;
bool begins_name(std::string_view text, std::size_t at, ProseLead lead) noexcept;

}  // namespace piiscrub
