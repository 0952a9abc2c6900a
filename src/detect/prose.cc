#include "detect/prose.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"

namespace piiscrub {
namespace {

// Words that say that a value follows: those of kAsserts that it is the value.
constexpr std::string_view kLinks =
    "is|was|now|are|ist|war|lautet|est|es|era|è|é|jest|je|este|adalah|anda|to|är|er|on|no|nr|num|nbr|number|numbers|"
    "nummer|numéro|"
    "numero|número|numer|n|n°|nº|№|code|id|value|wert|of|de|von|do|da|di";
constexpr auto kAsserts =
    std::to_array<std::string_view>({"is", "was", "now", "ist", "war", "lautet", "est", "es", "era", "jest", "to", "er",
                                     "\xc3\xa8", "\xc3\xa9", "\xc3\xa4r"});

// Whether the scan finds `phrase` by looking for `other`, since what stands behind that may be a link.
bool is_found_by(std::string_view phrase, std::string_view other) {
  constexpr std::size_t kMaxLinkBytes = 7;
  for (std::size_t at = phrase.find(other); at != std::string_view::npos; at = phrase.find(other, at + 1)) {
    std::string_view rest = phrase.substr(at + other.size());
    int words = 0;
    while (rest.starts_with(' ') && words < 2) {
      const std::size_t end = std::min(rest.find(' ', 1), rest.size());
      const std::string_view word = rest.substr(1, end - 1);
      if (word.size() > kMaxLinkBytes || std::any_of(word.begin(), word.end(), is_digit)) break;
      rest.remove_prefix(end);
      ++words;
    }
    if (rest.empty()) return true;
  }
  return false;
}

}  // namespace

ProseExpressions prose_expressions(const Rule& rule, const ProseForm& form) {
  // The longest first: it is the one to be read where one begins another.
  std::vector<std::string_view> phrases(rule.prose_keys.begin(), rule.prose_keys.end());
  std::sort(phrases.begin(), phrases.end(),
            [](std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  phrases.erase(std::unique(phrases.begin(), phrases.end()), phrases.end());
  const auto spell = [](std::string_view phrase, std::string_view between) {
    std::string spelled;
    for (const char c : phrase) spelled += c == ' ' ? std::string(between) : std::string(1, c);
    return spelled;
  };
  ProseExpressions expressions;
  constexpr std::string_view kEnd = "(?:-?(?:nummer|number|nr|no|num))?";
  // In the scan any short word is a link: with all of them spelled out the automata become too large. A blank makes
  // the text to look for longer, and so rarer.
  constexpr std::string_view kShortLinks = R"( (?:[^ 0-9"'(=:,;]{1,7}:? ){0,2}(?:[#(]|\\?["'`])?)";
  constexpr std::string_view kLast = "(?: ?# ?| (?:[(]|\\\\?[\"'`])?)";
  std::string names;
  for (const std::string_view phrase : phrases) {
    if (!names.empty()) names += '|';
    if (!is_high(phrase.front())) names += "\\b";
    names += spell(phrase, "(?:'?s)?[ _'-]");
    if (form.scan.empty() || std::any_of(phrases.begin(), phrases.end(), [&](std::string_view other) {
          return other != phrase && is_found_by(phrase, other);
        })) {
      continue;
    }
    expressions.scan.push_back(fmt::format("{}{}{}", spell(phrase, "(?:'?s)?[ _'-]"), kShortLinks, form.scan));
  }
  const std::string_view own = form.links;
  expressions.before = fmt::format("(?i)(?:{}){}[.]?(?: (?:{}{}{})[.:]?){{0,2}}{}", names, kEnd, kLinks,
                                   own.empty() ? "" : "|", own, kLast);
  return expressions;
}

void for_each_prose_link(const std::function<void(std::string_view)>& take) {
  const auto take_all = [&](std::string_view words) {
    while (!words.empty()) {
      const std::size_t end = std::min(words.find('|'), words.size());
      take(words.substr(0, end));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  };
  take_all(kLinks);
  for (const ProseForm& form : prose_forms()) take_all(form.links);
}

ProseLink link_of(std::string_view before) {
  ProseLink link;
  const auto is_letter = [](char c) { return is_alpha(c) || is_high(c); };
  while (!before.empty() && !is_letter(before.back())) {
    if (before.back() == '"' || before.back() == '\'' || before.back() == '`') link.quote = before.back();
    before.remove_suffix(1);
  }
  std::size_t begin = before.size();
  while (begin > 0 && is_letter(before[begin - 1])) --begin;
  std::array<char, 8> folded{};
  const std::string_view word = before.substr(begin);
  if (begin == 0 || word.size() > folded.size()) return link;
  std::transform(word.begin(), word.end(), folded.begin(), to_lower);
  link.asserts =
      std::find(kAsserts.begin(), kAsserts.end(), std::string_view(folded.data(), word.size())) != kAsserts.end();
  return link;
}

}  // namespace piiscrub
