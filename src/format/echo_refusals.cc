#include "format/echo_readers.h"

#include <algorithm>
#include <array>

#include "base/search.h"

namespace piiscrub::echoes {
namespace {

// Whether what stands behind a quoted value, up to `at`, says that it does not suit its type. All kinds of programs
// quote values of settings: a value "auto" that nobody judges is none of them.
bool is_judged(std::string_view text, std::size_t at) {
  static constexpr auto kVerdicts = std::to_array<std::string_view>(
      {" is out of range", " out of range", " violates ", " too long", " is too long", " is not a valid ",
       " has an invalid ", " is invalid.", " was not recognized as a valid ", " was not in a correct format",
       " does not match format ", " could not be parsed", " as "});
  at += mark_end_at(text, at);
  return std::any_of(kVerdicts.begin(), kVerdicts.end(),
                     [&](std::string_view words) { return has_at(text, at, words); });
}

// The name between quotes in front of `at`, with nothing but words between them: 'ssn' has invalid value. Empty: none.
std::string_view name_in_front(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxWordsBytes = 32;
  std::size_t end = at;
  while (end > 0 && at - end < kMaxWordsBytes && (is_alpha(text[end - 1]) || text[end - 1] == ' ')) --end;
  if (end == at || end == 0 || (text[end - 1] != '\'' && text[end - 1] != '"')) return {};
  const char quote = text[--end];
  std::size_t begin = end;
  while (begin > 0 && end - begin < kMaxColumnBytes && (is_word(text[begin - 1]) || text[begin - 1] == '.')) --begin;
  const std::size_t front = begin > 0 && text[begin - 1] == '$' ? begin - 1 : begin;  // of GraphQL: Variable "$ssn"
  const bool named = begin < end && front > 0 && text[front - 1] == quote && !is_digit(text[begin]);
  return named ? text.substr(begin, end - begin) : std::string_view();
}

// Reads the value in front of `lead`, in Django's quotes, if what follows says that it does not suit
// its type: “31.12.1980” value has an invalid date format. Returns whether there is one.
bool read_in_djangos_quotes(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  struct Quotes {
    std::string_view open;
    std::string_view close;
  };
  static constexpr auto kQuotes =
      std::to_array<Quotes>({{"\xe2\x80\x9c", "\xe2\x80\x9d"}, {"\\u201c", "\\u201d"}, {"\\u201C", "\\u201D"}});
  static constexpr auto kVerdicts =
      std::to_array<std::string_view>({"has an invalid ", "has the correct format", "must be "});
  const std::string_view in_front = text.substr(0, lead.begin);
  const auto quotes = std::find_if(kQuotes.begin(), kQuotes.end(), [&](const Quotes& q) {
    return in_front.ends_with(' ') && in_front.substr(0, lead.begin - 1).ends_with(q.close);
  });
  const bool judged = std::any_of(kVerdicts.begin(), kVerdicts.end(),
                                  [&](std::string_view verdict) { return has_at(text, lead.end, verdict); });
  if (quotes == kQuotes.end() || !judged) return false;
  const std::size_t last = lead.begin - 1 - quotes->close.size();
  const std::size_t from = last - std::min(last, kMaxColumnBytes);
  const std::size_t open = text.substr(from, last - from).rfind(quotes->open);
  if (open == std::string_view::npos) return false;
  const Span value{from + open + quotes->open.size(), last};
  if (value.size() == 0 || (!in.found.empty() && in.found.back().value.end > value.begin)) return false;
  in.found.push_back({.kind = EchoKind::input, .column = {}, .value = value});
  return true;
}

// Reads the quoted value behind `lead` if its name stands in front of that or, with `judged`, if a verdict follows.
std::size_t read_refused(Echoes& in, Span lead, bool judged) {
  const std::size_t before = in.found.size();
  const std::size_t behind = read_quoted(in, lead.end, EchoKind::input);
  if (in.found.size() == before) return behind;
  if (const std::string_view name = name_in_front(in.text, lead.begin); !name.empty()) {
    in.found.back().kind = EchoKind::key;
    in.found.back().column = name;
  } else if (!judged || !is_judged(in.text, behind)) {
    in.found.resize(before);
    return 0;
  }
  return behind;
}

}  // namespace

std::size_t read_judged(Echoes& in, Span lead) {
  return read_in_djangos_quotes(in, lead) ? lead.end : read_refused(in, lead, true);
}

std::size_t read_named_in_front(Echoes& in, Span lead) { return read_refused(in, lead, false); }

std::size_t read_value_in_front(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t end = lead.begin;
  if (end < 2 || text[end - 1] != ' ' || (text[end - 2] != '\'' && text[end - 2] != '"')) return 0;
  std::size_t last = end - 2;
  const char mark = text[last];
  while (last > 0 && text[last - 1] == '\\') --last;
  const std::size_t from = last - std::min(last, kMaxNameBytes);
  const std::size_t open = text.substr(from, last - from).rfind(mark);
  if (open == std::string_view::npos) return 0;
  const Span value{from + open + 1, last};
  if (value.size() == 0 || (!in.found.empty() && in.found.back().value.end > value.begin)) return 0;
  in.found.push_back({.kind = EchoKind::input, .column = {}, .value = value});
  return lead.end;
}

// Reads the value that a validator of Spring refused: … on field 'ssn': rejected value [v]; codes [… Returns the place
// behind it, or 0 if its field is not named.
std::size_t read_rejected(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end;
  if (lead.begin < 4 || !has_at(text, lead.begin - 3, "': ")) return 0;
  const std::size_t end_of_name = lead.begin - 3;
  std::size_t begin = end_of_name;
  while (begin > 0 && end_of_name - begin < kMaxNameBytes && is_in_name(text[begin - 1])) --begin;
  if (begin == end_of_name || begin == 0 || text[begin - 1] != '\'') return 0;
  const std::string_view path = text.substr(begin, end_of_name - begin);
  const std::size_t limit = in.ends.line(at, at + kMaxNameBytes * 8);
  std::size_t end = text.substr(0, limit).find("]; codes", at);
  if (end == std::string_view::npos) end = text.substr(0, limit).find(']', at);
  if (end == std::string_view::npos) end = limit;
  if (end == at) return at;
  in.found.push_back({.kind = EchoKind::change, .column = path.substr(path.rfind('.') + 1), .value = {at, end}});
  return end;
}

// Reads the value that Jackson could not take, if the chain of references behind it names its field: from String "v":
// … (through reference chain: com.example.Person["ssn"]). Returns the place behind it, or 0.
std::size_t read_chained(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  constexpr std::string_view kChain = "reference chain: ";
  constexpr std::size_t kReach = 1024;
  const std::size_t before = in.found.size();
  const std::size_t behind = read_quoted(in, lead.end, EchoKind::change);
  if (in.found.size() == before) return behind;
  const std::string_view looked = text.substr(0, std::min(text.size(), behind + kReach));
  const std::size_t chain = looked.find(kChain, behind);
  const std::size_t bracket = chain != std::string_view::npos ? looked.find(')', chain) : std::string_view::npos;
  if (bracket == std::string_view::npos) {
    in.found.resize(before);
    return 0;
  }
  std::size_t end = bracket;
  while (end > chain && !is_in_name(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > chain && is_in_name(text[begin - 1])) --begin;
  in.found.back().column = text.substr(begin, end - begin);
  return behind;
}

// Reads the value that Mongoose refused: Path `ssn` (`v`) is longer than …, Path `ssn` is invalid (v). Returns the
// place behind it, or 0.
std::size_t read_path(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end;
  struct Way {
    std::string_view begin;
    std::string_view end;
  };
  static constexpr auto kWays = std::to_array<Way>({{"` (`", "`)"}, {"` is invalid (", ")."}, {"` (", ") "}});
  const std::size_t limit = in.ends.line(at, at + kMaxNameBytes * 4);
  std::size_t name_end = at;
  while (name_end < limit && name_end - at < kMaxNameBytes && is_in_name(text[name_end])) ++name_end;
  for (const Way& way : kWays) {
    if (!has_at(text, name_end, way.begin)) continue;
    const std::size_t begin = name_end + way.begin.size();
    const std::size_t end = text.substr(0, limit).find(way.end, begin);
    if (end == std::string_view::npos || end == begin) continue;
    const std::string_view path = text.substr(at, name_end - at);
    in.found.push_back({.kind = EchoKind::change, .column = path.substr(path.rfind('.') + 1), .value = {begin, end}});
    return end;
  }
  return 0;
}

}  // namespace piiscrub::echoes
