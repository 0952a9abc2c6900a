#include "detect/key_phrase.h"

#include <algorithm>

namespace piiscrub {
namespace {

// The choices between braces; empty if they are none.
std::vector<std::string_view> choices_of(std::string_view group) {
  std::vector<std::string_view> choices;
  while (true) {
    const std::size_t comma = group.find(',');
    choices.push_back(group.substr(0, comma));
    if (comma == std::string_view::npos) break;
    group.remove_prefix(comma + 1);
  }
  const auto is_empty = [](std::string_view choice) { return choice.empty(); };
  if (choices.size() < 2 || std::any_of(choices.begin(), choices.end(), is_empty)) return {};
  return choices;
}

}  // namespace

std::vector<std::string> expand_phrase(std::string_view phrase) {
  std::vector<std::string> phrases{{}};
  while (!phrase.empty()) {
    const std::size_t open = std::min(phrase.find_first_of("{}"), phrase.size());
    for (std::string& so_far : phrases) so_far += phrase.substr(0, open);
    phrase.remove_prefix(open);
    if (phrase.empty()) break;
    const std::size_t close = phrase.find_first_of("{}", 1);
    if (phrase.front() == '}' || close == std::string_view::npos || phrase[close] == '{') return {};
    const std::vector<std::string_view> choices = choices_of(phrase.substr(1, close - 1));
    if (choices.empty() || phrases.size() * choices.size() > kMaxPhraseChoices) return {};
    std::vector<std::string> longer;
    longer.reserve(phrases.size() * choices.size());
    for (const std::string& so_far : phrases) {
      for (const std::string_view choice : choices) longer.push_back(so_far + std::string(choice));
    }
    phrases = std::move(longer);
    phrase.remove_prefix(close + 1);
  }
  return phrases;
}

}  // namespace piiscrub
