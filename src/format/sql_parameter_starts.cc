// Where lists of parameters start: behind a key, an announcement, or the statement they belong to.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"
#include "format/sql_bindings.h"
#include "format/sql_parameters.h"
#include "format/sql_parameters_internal.h"

namespace piiscrub {
namespace {

using parameters::is_bracket;
using parameters::quotes_around_field;
using parameters::run_of_quotes;
using parameters::skip_space;

constexpr std::size_t kMaxNoteBytes = 160;  // of [cached since 3.2s ago]

bool begins_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_word(text[at - 1])) return true;
  return at >= 2 && text[at - 2] == '\\' && (text[at - 1] == 'n' || text[at - 1] == 't' || text[at - 1] == 'r');
}

// Behind the quote, `:` or `=` and white space between a key and its list: args=(, "args": [, \"args\":[
std::optional<std::size_t> list_behind_key(std::string_view text, std::size_t i) {
  Quote quote;
  if (quote_at(text, i, quote)) i += quote.length;
  i = skip_space(text, i);
  if (char_at(text, i) != ':' && char_at(text, i) != '=') return std::nullopt;
  return skip_space(text, i + 1);
}

constexpr auto kNotes = std::to_array<std::string_view>(
    {"generated in ", "cached since ", "no key ", "raw sql", "caching disabled ", "dialect "});

// [cached since 3.2s ago] and its like: where their `]` ends.
std::optional<std::size_t> behind_note(std::string_view text, std::size_t at) {
  if (std::none_of(kNotes.begin(), kNotes.end(), [&](std::string_view note) { return has_at(text, at + 1, note); }))
    return std::nullopt;
  const std::size_t end = text.substr(0, std::min(text.size(), at + kMaxNoteBytes)).find(']', at);
  if (end == std::string_view::npos) return std::nullopt;
  return end + 1;
}

// Whether CockroachDB's list of parameters begins at `at`, behind its brace: $1:"'a'", ‹$1›:‹"'a'"›
bool is_first_of_cockroach(std::string_view text, std::size_t at) {
  constexpr std::string_view kFirst = "$1";
  at += mark_begin_at(text, at);
  if (!has_at(text, at, kFirst)) return false;
  at += kFirst.size();
  return char_at(text, at + mark_end_at(text, at)) == ':';
}

constexpr std::string_view kFirstOfPostgres = ": $1 = ";  // behind parameters, in whatever language

// Whether the message that `front` ends with is of a portal: unnamed portal with parameters, unbenanntes Portal mit
// Parametern.
bool is_of_portal(std::string_view front) {
  static constexpr auto kPortals =
      std::to_array<std::string_view>({"portal", "Portal", "portail", "портал", "ポータル", "포탈"});
  constexpr std::size_t kMaxBytes = 96;
  constexpr std::string_view kBehindLabel = ":  ";
  front.remove_prefix(front.size() - std::min(front.size(), kMaxBytes));
  if (const std::size_t label = front.rfind(kBehindLabel); label != std::string_view::npos)
    front.remove_prefix(label + kBehindLabel.size());
  return std::any_of(kPortals.begin(), kPortals.end(),
                     [&](std::string_view portal) { return front.find(portal) != std::string_view::npos; });
}

// Whether `front` ends in the arrow with which MyBatis marks results: <==      Row: …
bool is_of_result(std::string_view front) {
  constexpr std::string_view kArrow = "<==";
  constexpr std::size_t kMaxBlanks = 16;
  std::size_t end = front.size();
  while (end > 0 && front.size() - end < kMaxBlanks && front[end - 1] == ' ') --end;
  return front.substr(0, end).ends_with(kArrow);
}

// Whether nothing but blanks stands in front of `at`.
bool begins_line(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBlanks = 16;
  return at <= kMaxBlanks && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), is_blank);
}

// Behind what is printed in front of a single parameter, of which `word` ends at `end`.
std::optional<std::size_t> behind_announcement(std::string_view text, std::size_t end, std::string_view word) {
  struct Announcement {
    std::string_view word;  // in lower case
    std::string_view rest;
  };
  constexpr auto kAnnouncements = std::to_array<Announcement>({{"binding", " parameter "},
                                                               {"bind", " parameter "},
                                                               {"bind", " => "},
                                                               {"column", " index "},
                                                               {"extracted", " value "}});
  for (const Announcement& announcement : kAnnouncements) {
    if (equals_ignoring_case(word, announcement.word) && has_at(text, end, announcement.rest))
      return end + announcement.rest.size();
  }
  return std::nullopt;
}

// What begins with one of these bytes may announce parameters: a note, CockroachDB's list, a word.
constexpr auto kMayAnnounce = [] {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view("$[{prcabevPRCABE")) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}();

// Of those letters, whether the next one goes on with a word that announces parameters: nearly all words are told by
// it.
bool begins_announcement(std::string_view text, std::size_t at) {
  static constexpr auto kStarts = std::to_array<std::string_view>({"ar", "bi", "co", "ex", "pa", "pl", "ro", "va"});
  static constexpr auto kSecond = [] {
    std::array<std::uint32_t, 32> second{};
    for (const std::string_view start : kStarts) second[start[0] & 31] |= std::uint32_t{1} << (start[1] & 31);
    return second;
  }();
  return (kSecond[text[at] & 31] >> (char_at(text, at + 1) & 31) & 1) != 0;
}

// Where the parameters begin that pgaudit writes behind the statement:
// AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.t,"INSERT … ($1, $2)","a,17"
std::optional<std::size_t> audited_fields(std::string_view text) {
  constexpr std::string_view kAudit = "AUDIT: ";
  constexpr int kFieldsBefore = 7;
  const std::size_t audit = text.find(kAudit);
  if (audit == std::string_view::npos) return std::nullopt;
  std::size_t at = audit + kAudit.size();
  for (int field = 0; field < kFieldsBefore; ++field) {
    const std::size_t comma = text.find(',', at);
    if (comma == std::string_view::npos) return std::nullopt;
    at = comma + 1;
  }
  const std::size_t quotes = quotes_around_field(run_of_quotes(text, at));
  at += quotes;
  while (at < text.size() && (quotes > 0 ? text[at] != '"' : text[at] != ',')) ++at;
  while (quotes > 0 && at < text.size() && run_of_quotes(text, at) % (2 * quotes) == 0) {  // "" is a quote in the field
    at += run_of_quotes(text, at);
    at = std::min(text.find('"', at), text.size());
  }
  at += quotes;
  return char_at(text, at) == ',' ? std::optional(at + 1) : std::nullopt;
}

// Whether the rest of `text` is a list without brackets behind the end of a statement: "a", 17
bool begins_listed(std::string_view text, std::size_t at) {
  if (at < 2 || text[at - 1] != ' ' || text[at - 2] != ';') return false;
  Quote quote;
  return (quote_at(text, at, quote) && quote.mark == '"' && !quote.coded) || is_digit(text[at]) ||
         has_at(text, at, "null, ");
}

// Behind the types that sp_executesql is told, N'@p0 nvarchar(4000), …',@p0=N'…', or `at`.
std::size_t behind_declaration(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 4096;
  for (const std::string_view begin : {"N'@", "n'@", "'@"}) {
    if (!has_at(text, at, begin)) continue;
    const std::size_t end = text.substr(0, std::min(text.size(), at + kMaxBytes)).find('\'', at + begin.size());
    if (end == std::string_view::npos || char_at(text, end + 1) != ',') return at;
    return skip_space(text, end + 2);
  }
  return at;
}

}  // namespace

bool has_portal_parameters(std::string_view record) {
  constexpr std::size_t kReach = 512;  // behind log_line_prefix and CONTEXT:
  const std::size_t at = record.substr(0, kReach).find(kFirstOfPostgres);
  return at != std::string_view::npos && is_of_portal(record.substr(0, at));
}

bool is_plan_line(std::string_view record) {
  return record.starts_with('\t') && record.find("  (cost=") != std::string_view::npos;
}

std::optional<SqlParameterStart> find_parameters(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (true) {
    while (at < text.size() && !kMayAnnounce[static_cast<unsigned char>(text[at])]) ++at;
    if (at >= text.size()) break;
    const char c = text[at];
    if (c == '[') {
      if (const std::optional<std::size_t> behind = behind_note(text, at)) {
        const std::size_t list = skip_space(text, *behind);
        if (is_bracket(char_at(text, list))) return SqlParameterStart{.at = list};
      }
      ++at;
      continue;
    }
    if (c == '$' && at >= 2 && has_at(text, at - 2, kFirstOfPostgres))
      return SqlParameterStart{.at = at, .in_front = is_of_portal(text.substr(0, at - 2))};
    if (c == '{' && is_first_of_cockroach(text, at + 1)) return SqlParameterStart{.at = at, .sql_literals = true};
    if (c == '{' && has_at(text, at + 1, "'p1':")) return SqlParameterStart{.at = at};  // Pony's
    if (!is_alpha(c) || !begins_announcement(text, at) || !begins_word(text, at)) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const std::size_t word_at = at;
    at = end;
    if (word == "PlaceholderValues") {
      const std::optional<std::size_t> list = list_behind_key(text, end);
      if (list && char_at(text, *list) == '[') return SqlParameterStart{.at = *list, .sql_literals = true};
    } else if ((word == "Row" || word == "Columns") && has_at(text, end, ": ") &&
               is_of_result(text.substr(0, word_at))) {
      return SqlParameterStart{.at = end + 2,
                               .form = word == "Row" ? SqlParameterForm::row : SqlParameterForm::columns,
                               .style = SqlParameterStyle::cells};
    } else if (word == "Row" || word == "Col") {
      if (char_at(text, end) == ' ' && char_at(text, end + 1) == '(')
        return SqlParameterStart{.at = end + 1,
                                 .form = word == "Row" ? SqlParameterForm::row : SqlParameterForm::columns};
    } else if (word == "values") {
      const std::optional<std::size_t> list = list_behind_key(text, end);
      if (list && char_at(text, *list) == '[') return SqlParameterStart{.at = *list};
    } else if (equals_ignoring_case(word, "parameters") || equals_ignoring_case(word, "params") ||
               equals_ignoring_case(word, "args") || equals_ignoring_case(word, "binds") || word == "bindings") {
      std::optional<std::size_t> list = list_behind_key(text, end);
      if (!list && word_at >= 5 && text.substr(word_at - 5, 5) == "with ") list = skip_space(text, end);
      // prisma:params […], knex:bindings […]
      if (!list && word_at > 0 && text[word_at - 1] == ':' && char_at(text, end) == ' ') list = skip_space(text, end);
      if (!list) continue;
      using enum SqlParameterStyle;
      if (Quote quote; quote_at(text, *list, quote)) {  // "params": "[…]", "parameters": "@p0=…"
        const std::size_t inside = *list + quote.length;
        if (char_at(text, inside) == '[' || starts_bindings(text, inside, assigned)) list = inside;
      }
      for (const std::string_view type : {"[]interface {}", "[]any", "[]driver.Value"}) {
        if (has_at(text, *list, type) && char_at(text, *list + type.size()) == '{')
          return SqlParameterStart{.at = *list + type.size(), .in_braces = true};
      }
      if (has_at(text, *list, "array{")) *list += 5;  // as Doctrine prints its arrays
      const std::size_t first = skip_space(text, *list + 1);
      if (char_at(text, *list) == '[' && starts_bindings(text, first, assigned))
        return SqlParameterStart{.at = first, .style = assigned, .in_front = true};
      if (starts_bindings(text, *list, assigned)) return SqlParameterStart{.at = *list, .style = assigned};
      if (is_bracket(char_at(text, *list)))
        return SqlParameterStart{.at = *list, .in_front = word == "bindings" && begins_line(text, word_at)};
      if (char_at(text, *list) == '$' && is_digit(char_at(text, *list + 1)))
        return SqlParameterStart{.at = *list, .in_front = is_of_portal(text.substr(0, word_at))};
      if (starts_bindings(text, *list, typed)) return SqlParameterStart{.at = *list, .style = typed};
    } else if (const std::optional<std::size_t> behind = behind_announcement(text, end, word)) {
      if (text.substr(0, *behind).ends_with("=> ")) {
        if (char_at(text, *behind) == '[') return SqlParameterStart{.at = *behind};
        continue;
      }
      if (starts_bindings(text, *behind, SqlParameterStyle::binding)) {
        const bool result = equals_ignoring_case(word, "extracted");
        return SqlParameterStart{.at = *behind,
                                 .form = result ? SqlParameterForm::row : SqlParameterForm::bound,
                                 .style = SqlParameterStyle::binding};
      }
    }
  }
  return std::nullopt;
}

std::optional<SqlParameterStart> parameters_behind_statement(std::string_view text, std::size_t from,
                                                             bool has_placeholders) {
  constexpr std::string_view kBetween = "\\\"'`;,:";
  std::size_t at = skip_space(text, from);
  for (std::size_t signs = 0; signs < 4 && kBetween.find(char_at(text, at)) != std::string_view::npos; ++signs) {
    if (at == text.size()) return std::nullopt;
    if (has_placeholders && begins_listed(text, at)) break;
    at = skip_space(text, at + 1);
  }
  if (has_placeholders && at < text.size() && begins_listed(text, at))
    return SqlParameterStart{.at = at, .style = SqlParameterStyle::listed};
  const bool directly = at == skip_space(text, from);  // execute("…", [user.email]) is code
  at = behind_declaration(text, at);
  if (starts_bindings(text, at, SqlParameterStyle::assigned))
    return SqlParameterStart{.at = at, .style = SqlParameterStyle::assigned};
  if (const std::optional<std::size_t> fields = audited_fields(text))
    return SqlParameterStart{.at = *fields, .style = SqlParameterStyle::fields};
  const char open = char_at(text, at);
  const std::size_t first = skip_space(text, at + 1);
  Quote quote;
  const bool starts_value = quote_at(text, first, quote) || is_digit(char_at(text, first));
  // Lists of pairs have keys of their own.
  const bool is_list = (open == '[' || (open == '(' && char_at(text, at - 1) == ' ')) && starts_value;
  // ~D[1974-10-02], nil and [a, 17] without quotes; [[nil, "a"]] of ActiveRecord; {"1": "a"} of Doctrine
  const char next = char_at(text, first);
  const bool is_bare = has_placeholders && open == '[' && directly && char_at(text, at - 1) == ' ' &&
                       (next == '~' || is_alpha(next) || has_at(text, first, "[nil, "));
  const bool is_named = has_placeholders && open == '{' && char_at(text, at - 1) == ' ' && quote_at(text, first, quote);
  return is_list || is_bare || is_named ? std::optional(SqlParameterStart{.at = at}) : std::nullopt;
}

}  // namespace piiscrub
