#include "format/echo_readers.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/search.h"

namespace piiscrub::echoes {
namespace {

// Names of one, two and three words in [begin, end), which all end there.
struct ChangedNames {
  std::array<std::string_view, 3> names;
  std::size_t count = 0;
};
ChangedNames names_before(std::string_view text, std::size_t end) {
  ChangedNames found;
  if (end > 0 && (text[end - 1] == '\'' || text[end - 1] == '"' || text[end - 1] == '`')) --end;
  while (end > 0 && text[end - 1] == '\\') --end;
  const std::size_t least = end - std::min(end, kMaxNameBytes);
  for (std::size_t begin = end; found.count < found.names.size();) {
    const std::size_t last = begin;
    while (begin > least && is_in_name(text[begin - 1])) --begin;
    if (begin == last) break;
    found.names[found.count++] = text.substr(begin, end - begin);
    if (begin < least + 2 || text[begin - 1] != ' ') break;
    --begin;
  }
  return found;
}

// Whether a value without quotes is one: no word of a sentence or a state.
bool may_be_changed(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return is_digit(c) || is_upper(c) || is_high(c) || c == '@'; });
}

// Where a value without quotes that was changed to ends, from `at` on.
std::size_t end_of_changed(std::string_view text, std::size_t at, std::size_t limit) {
  static constexpr auto kEnds =
      std::to_array<std::string_view>({" by ", " for ", " at ", " on ", " in ", " from ", " via ", " (", ", ", "; ",
                                       ". ", "\"", "'", " [", "]", ")", "}"});
  std::size_t end = at;
  while (end < limit && text[end] != '<' &&
         std::none_of(kEnds.begin(), kEnds.end(), [&](std::string_view one) { return has_at(text, end, one); })) {
    ++end;
  }
  while (end > at && (text[end - 1] == '.' || text[end - 1] == ',' || is_blank(text[end - 1]))) --end;
  return end;
}

// Reads one side of a change at `at`: 'v', or v up to `to` where `first`. Returns the place behind it, or 0.
std::size_t read_side(std::string_view text, std::size_t at, bool first, std::size_t limit, Span& value) {
  Quote quote;
  if (quote_at(text, at, quote)) {
    for (std::size_t end = at + quote.length; end < limit; ++end) {
      Quote closing;
      if (!quote_at(text, end, closing) || closing != quote) continue;
      value = {at + quote.length, end};
      return end + quote.length;
    }
    return 0;
  }
  const std::size_t to = first ? text.substr(0, limit).find(" to ", at) : end_of_changed(text, at, limit);
  if (to == std::string_view::npos || to <= at || !may_be_changed(text.substr(at, to - at))) return 0;
  value = {at, to};
  return to;
}

std::size_t blank_in_front(std::string_view text, std::size_t at) { return at > 0 && text[at - 1] == ' ' ? at - 1 : 0; }

// Where the name in front of `end` ends: the ssn field has been | changed.
std::size_t in_front_of_verbs(std::string_view text, std::size_t end) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {" was", " been", " has", " is", " field", " value", " wurde", " est", " \xc3\xa8"});
  for (const std::string_view word : kWords) {
    if (text.substr(0, end).ends_with(word)) end -= word.size();
  }
  return end;
}

// Where a change that `lead` announces tells its name and its old value.
struct ChangeParts {
  std::size_t name_end = 0;
  std::size_t old = 0;
  bool listed = false;  // ssn changed: 'a' -> 'b': sides without quotes are too uncertain
};
std::optional<ChangeParts> find_parts(std::string_view text, Span lead, std::size_t limit) {
  constexpr std::string_view kFrom = "from ";
  constexpr std::string_view kOld = "old=";
  const std::size_t in_front = blank_in_front(text, lead.begin);
  ChangeParts parts{.name_end = in_front};
  const bool ends_word = text[lead.end - 1] == ' ';
  if (ends_word || char_at(text, lead.end) == ' ') {
    const std::size_t words = ends_word ? lead.end : lead.end + 1;
    const std::size_t from = text.substr(0, std::min(limit, words + kMaxNameBytes)).find(kFrom, words);
    if (from == std::string_view::npos || (from > words && text[from - 1] != ' ')) return std::nullopt;
    if (from > words) parts.name_end = from - 1;
    parts.old = from + kFrom.size();
  } else if (has_at(text, lead.end, ": ")) {
    parts.listed = true;
    parts.old = lead.end + 2;
    if (has_at(text, parts.old, kOld)) parts.old += kOld.size();
  } else {
    return std::nullopt;
  }
  if (parts.name_end == in_front) parts.name_end = in_front_of_verbs(text, in_front);
  return parts;
}

// Reads both sides of a change. Returns the place behind them, or 0.
std::size_t read_sides(Echoes& in, const ChangeParts& parts, std::size_t limit) {
  static constexpr auto kBetween =
      std::to_array<std::string_view>({" to ", " -> ", " => ", " into ", ", new=", ", ", " auf ", " zu ", " in ",
                                       " \xc3\xa0 ", " en ", " a ", " para ", " naar ", " na "});
  const std::string_view text = in.text;
  const ChangedNames names = names_before(text, parts.name_end);
  Quote quote;
  if (names.count == 0 || (parts.listed && !quote_at(text, parts.old, quote))) return 0;
  Span old_value;
  const std::size_t behind = read_side(text, parts.old, true, limit, old_value);
  if (behind == 0) return 0;
  Span new_value{behind, behind};
  std::size_t end = behind;
  for (const std::string_view sign : kBetween) {
    if (!has_at(text, behind, sign)) continue;
    end = std::max(behind, read_side(text, behind + sign.size(), false, limit, new_value));
    break;
  }
  for (const Span value : {old_value, new_value}) {
    for (std::size_t k = 0; k < names.count && value.size() > 0; ++k)
      in.found.push_back({.kind = EchoKind::change, .column = names.names[k], .value = value});
  }
  return end;
}

// Where what `lead` announces ends at the latest.
std::size_t reach(Echoes& in, Span lead) {
  constexpr std::size_t kMaxSide = 128;
  return in.ends.line(lead.end, lead.end + 3 * kMaxSide);
}

}  // namespace

std::size_t read_change(Echoes& in, Span lead) {
  const std::size_t limit = reach(in, lead);
  const std::optional<ChangeParts> parts = find_parts(in.text, lead, limit);
  return parts ? read_sides(in, *parts, limit) : 0;
}

std::size_t read_change_abroad(Echoes& in, Span lead) {
  const std::size_t name_end = in_front_of_verbs(in.text, blank_in_front(in.text, lead.begin));
  return read_sides(in, {.name_end = name_end, .old = lead.end, .listed = true}, reach(in, lead));
}

}  // namespace piiscrub::echoes
