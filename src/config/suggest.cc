#include "config/suggest.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/edit_distance.h"

namespace piiscrub {

std::string in_quotes(std::string_view text) {
  const auto plain = [](char c) { return is_word(c) || c == '-'; };
  if (text.empty() || text.size() > 32 || !std::all_of(text.begin(), text.end(), plain)) return "";
  return fmt::format(" '{}'", text);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  if (const auto near = closest(word, known)) return fmt::format("did you mean '{}'?", *near);
  return "";
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  const std::string near = did_you_mean(word, known);
  return fmt::format("{}{}known: {}", near, near.empty() ? "" : " ", fmt::join(known, ", "));
}

}  // namespace piiscrub
