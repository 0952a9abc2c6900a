#include "format/echo_readers.h"

#include <algorithm>
#include <array>

#include "base/search.h"

namespace piiscrub::echoes {
namespace {

// Where the line ends that `at` is in: a line feed, written out or escaped.
std::size_t line_end(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') return i;
    if (text[i] == '\\') {
      const std::size_t run = backslashes_at(text, i);
      if (char_at(text, i + run) == 'n' && (run & (run - 1)) == 0) return i;
      i += run - 1;
    }
  }
  return text.size();
}

// Quotes as they are printed in other languages.
struct Guillemets {
  std::string_view begin;
  std::string_view end;
};
constexpr auto kGuillemets = std::to_array<Guillemets>({{"\xc2\xbb", "\xc2\xab"},            // »x«
                                                        {"\xc2\xab", "\xc2\xbb"},            // «x», « x »
                                                        {"\xe2\x80\x9e", "\xe2\x80\x9c"}});  // „x“

// Whether a quoted value may end in front of `i`. It may hold quotes: what follows must be what messages go on with.
bool goes_on_behind_value(std::string_view text, std::size_t i) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {" as ", " is ", " for ", " at ", " in ", " (", " \xe2\x80\xb9", " violates ", " does not ", " could not ",
       " was not ", " must ", " fails to ", " - ", "  ", " too long", " out of range", " of ",
       // lines of one message, joined by blanks
       " LINE ",
       " DETAIL: ", " HINT: ", " CONTEXT: ", " STATEMENT: ", " QUERY: ", " WHERE: ", " Where: ", " Position: "});
  constexpr std::string_view kEnds = "\"'\\]";
  if (char_at(text, i) == '.' && (i + 1 == text.size() || kEnds.find(text[i + 1]) != std::string_view::npos))
    return true;
  if (char_at(text, i) != ' ') return goes_on_behind_literal(text, i);
  return i + 1 == text.size() ||
         std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return has_at(text, i, word); });
}

constexpr auto kKeyEnds =
    std::to_array<std::string_view>({") already exists", ") is not present", ") is still referenced",
                                     ") conflicts with", ") violates", ") is duplicated"});
// The same in PostgreSQL's translations. Values of English messages may hold them.
constexpr auto kTranslatedKeyEnds = std::to_array<std::string_view>(
    {")« ",     ") » ",      ")» ",    ")\" ",    ") existiert ", ") kollidiert ", ") ist ", ") existe ",
     ") está ", ") esiste ", ") è ",   ") est ",  ") はす",       ") が",          ") 키",   ") уж",
     ") конф",  ") дубл",    ") вже ", ") står ", ") existerar ", ") är "});

}  // namespace

std::size_t EchoEnds::line(std::size_t at, std::size_t limit) {
  return std::min(limit, line_.find(at, [&](std::size_t from) { return line_end(text_, from); }));
}

std::size_t EchoEnds::key(std::size_t at) { return key_end(key_, at, kKeyEnds); }

std::size_t EchoEnds::translated_key(std::size_t at) {
  return std::min(key(at), key_end(translated_key_, at, kTranslatedKeyEnds));
}

std::size_t EchoEnds::key_end(NextPlace& next, std::size_t at, std::span<const std::string_view> ends) const {
  return next.find(at, [&](std::size_t from) {
    const auto ends_here = [&](std::string_view end) { return has_at(text_, from, end); };
    for (from = text_.find(')', from); from != std::string_view::npos; from = text_.find(')', from + 1)) {
      if (std::any_of(ends.begin(), ends.end(), ends_here)) break;
    }
    return from;
  });
}

std::size_t EchoEnds::row(std::size_t at) {
  constexpr std::string_view kBehind = "\"'\\\n\r<";
  return row_.find(at, [&](std::size_t from) {
    for (from = text_.find(").", from); from != std::string_view::npos; from = text_.find(").", from + 1)) {
      if (from + 2 >= text_.size() || kBehind.find(text_[from + 2]) != std::string_view::npos) break;
    }
    return from;
  });
}

std::size_t EchoEnds::list(std::size_t at) {
  return list_.find(at, [&](std::size_t from) { return text_.find(").", from); });
}

EchoEnds::Value EchoEnds::value(std::size_t begin, const Quote& quote, std::string_view spelling) {
  const bool known = begin_ <= begin && begin <= value_.end && quote == quote_ && spelling.size() == spelling_bytes_;
  if (known && !cut_) return value_;
  value_ = {.end = known ? value_.end : begin};
  begin_ = begin;
  quote_ = quote;
  spelling_bytes_ = spelling.size();
  cut_ = false;
  const std::size_t longest = std::min(text_.size(), begin + kMaxKeyBytes);
  const std::size_t limit = line(value_.end, longest);
  while (value_.end < limit) {
    Quote here;
    if (!quote_at(text_, value_.end, here)) {
      value_.end += std::max<std::size_t>(backslashes_at(text_, value_.end), 1);
      continue;
    }
    value_.closed = here == quote && has_at(text_, value_.end, spelling) &&
                    goes_on_behind_value(text_, value_.end + spelling.size());
    const bool is_outer = here.run < quote.run || quote_level(here.run) < quote_level(quote.run);
    if (value_.closed || (here.mark == quote.mark && !here.coded && is_outer)) return value_;
    value_.end += here.length;
  }
  value_.end = std::min(value_.end, limit);
  cut_ = limit == longest && limit < text_.size();
  return value_;
}

std::size_t string_end(std::string_view text, std::size_t lead, std::size_t from, std::size_t limit) {
  const Surrounding surrounding = find_surrounding(text, lead);
  if (surrounding.mark == 0) return limit;
  std::size_t i = from;
  while (i < limit) {
    const std::size_t run = backslashes_at(text, i);
    if (surrounding.ends_at(text, i + run, run)) return i;
    i += run + (surrounding.unit <= 1 && run == 0 && has_at(text, i, "\"\"") ? 2 : 1);
  }
  return limit;
}

Span bare(std::string_view text, Span value) {
  for (bool again = true; again;) {
    again = false;
    while (value.size() > 0 && text[value.begin] == ' ') ++value.begin;
    while (value.size() > 0 && text[value.end - 1] == ' ') --value.end;
    const std::string_view content = value.of(text);
    if (content.size() >= kMarkBegin.size() + kMarkEnd.size() && content.starts_with(kMarkBegin) &&
        content.ends_with(kMarkEnd)) {
      value = {value.begin + kMarkBegin.size(), value.end - kMarkEnd.size()};
      again = true;
      continue;
    }
    Quote quote;
    if (quote_at(text, value.begin, quote) && quote.length * 2 <= content.size() &&
        content.ends_with(text.substr(value.begin, quote.length))) {
      value = {value.begin + quote.length, value.end - quote.length};
      again = true;
    }
  }
  return value;
}

// Reads the value at `at` if other quotes than ' and " stand around it: up to the next one that ends it.
std::size_t read_in_guillemets(Echoes& in, std::size_t at, EchoKind kind) {
  const std::string_view text = in.text;
  const auto* const around = std::find_if(kGuillemets.begin(), kGuillemets.end(),
                                          [&](const Guillemets& quotes) { return has_at(text, at, quotes.begin); });
  if (around == kGuillemets.end()) return 0;
  const std::size_t begin = at + around->begin.size();
  const std::size_t limit = in.ends.line(begin, begin + kMaxKeyBytes);
  std::size_t end = text.substr(0, limit).find(around->end, begin);
  const bool closed = end != std::string_view::npos;
  if (!closed) end = string_end(text, at, begin, limit);
  const Span value = bare(text, {begin, end});
  if (value.size() > 0) in.found.push_back({.kind = kind, .column = {}, .value = value, .unclosed = !closed});
  return closed ? end + around->end.size() : std::max(end, begin);
}

std::size_t read_quoted(Echoes& in, std::size_t at, EchoKind kind) {
  const std::string_view text = in.text;
  at += mark_begin_at(text, at);
  Quote quote;
  if (!quote_at(text, at, quote)) return read_in_guillemets(in, at, kind);
  if (quote.mark == '`') return 0;
  std::string_view spelling = text.substr(at, quote.length);
  // CSV doubles quotes. An empty value is none.
  if (spelling == "\"" && char_at(text, at + 1) == '"') spelling = text.substr(at, 2);
  const std::size_t begin = at + spelling.size();
  const auto [end, closed] = in.ends.value(begin, quote, spelling);
  if (end > begin) in.found.push_back({.kind = kind, .column = {}, .value = {begin, end}, .unclosed = !closed});
  return closed ? end + spelling.size() : std::max(end, begin);
}

std::size_t read_value(Echoes& in, Span lead) { return read_quoted(in, lead.end, EchoKind::input); }

std::size_t read_value_behind_colon(Echoes& in, Span lead) {
  const std::string_view looked = in.text.substr(0, std::min(in.text.size(), lead.end + kMaxNameBytes));
  const std::size_t colon = looked.find(": ", lead.end);
  return colon == std::string_view::npos ? 0 : read_quoted(in, colon + 2, EchoKind::input);
}

std::size_t read_bracketed_value(Echoes& in, Span lead) {
  const std::string_view looked = in.text.substr(0, std::min(in.text.size(), lead.end + kMaxNameBytes));
  const std::size_t end = looked.find(')', lead.end);
  if (end == std::string_view::npos || end == lead.end) return 0;
  in.found.push_back({.kind = EchoKind::input, .column = {}, .value = {lead.end, end}});
  return end;
}

}  // namespace piiscrub::echoes
