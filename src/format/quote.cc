#include "format/quote.h"

#include <array>
#include <cstring>

#include "base/ascii.h"
#include "base/search.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxBack = 512;  // how far back the quote around a statement is looked for

struct CodedQuote {
  std::string_view text;
  char mark;
};
constexpr auto kHtmlQuotes = std::to_array<CodedQuote>(
    {{"&#39;", '\''}, {"&#x27;", '\''}, {"&apos;", '\''}, {"&quot;", '"'}, {"&#34;", '"'}, {"&#x22;", '"'}});

bool is_space_escape(char c) { return c == 'n' || c == 't' || c == 'r'; }
}  // namespace

std::size_t backslashes_at(std::string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < text.size() && text[end] == '\\') ++end;
  return end - i;
}

bool quote_at(std::string_view text, std::size_t i, Quote& quote) {
  const char c = char_at(text, i);
  if (c == '\'' || c == '"' || c == '`') {
    quote = {.mark = c, .coded = false, .run = 0, .length = 1};
    return true;
  }
  if (c == '\\') {
    const std::size_t run = backslashes_at(text, i);
    const char mark = char_at(text, i + run);
    if (mark == '\'' || mark == '"' || mark == '`') {
      quote = {.mark = mark, .coded = false, .run = run, .length = run + 1};
      return true;
    }
    const bool single = has_at(text, i + run, "u0027");
    if (single || has_at(text, i + run, "u0022")) {
      quote = {.mark = single ? '\'' : '"', .coded = true, .run = run, .length = run + 5};
      return true;
    }
  }
  if (c == '&') {
    for (const CodedQuote& row : kHtmlQuotes) {
      if (!has_at(text, i, row.text)) continue;
      quote = {.mark = row.mark, .coded = true, .run = 0, .length = row.text.size()};
      return true;
    }
  }
  return false;
}

std::size_t coded_mark_begin_at(std::string_view text, std::size_t i) {
  const std::size_t run = backslashes_at(text, i);
  return run > 0 && has_at(text, i + run, "u2039") ? run + 5 : 0;
}

std::size_t coded_mark_end_at(std::string_view text, std::size_t i) {
  const std::size_t run = backslashes_at(text, i);
  return run > 0 && (has_at(text, i + run, "u203a") || has_at(text, i + run, "u203A")) ? run + 5 : 0;
}

bool goes_on_behind_literal(std::string_view text, std::size_t i) {
  if (i >= text.size()) return true;
  return is_space(text[i]) || (text[i] != '\0' && std::strchr(",);:]}|=<>\"\\&", text[i]) != nullptr) ||
         mark_end_at(text, i) > 0;
}

bool Surrounding::ends_at(std::string_view text, std::size_t i, std::size_t before) const {
  if (mark == 0 || char_at(text, i) != mark || (before > run && quote_level(before) > quote_level(run))) return false;
  // In a CSV field quotes are doubled.
  return !(mark == '"' && before == 0 && run == 0 && unit <= 1 && char_at(text, i + 1) == '"');
}

// A statement is often the value of a JSON key, a logfmt field or a CSV column: `"Statement":"SELECT …"`. Its quote
// says where the statement ends at the latest and how it is escaped.
namespace {

// Whether the quote at `at` is that of the statement that SQL Server is told to execute: exec sp_executesql N'…'
bool is_executed(std::string_view text, std::size_t at) {
  constexpr std::string_view kProcedure = "sp_executesql ";
  if (at > 0 && (text[at - 1] == 'N' || text[at - 1] == 'n')) --at;
  return text.substr(0, at).ends_with(kProcedure);
}

}  // namespace

Surrounding find_surrounding(std::string_view text, std::size_t pos) {
  std::size_t i = pos;
  while (i > 0 && (is_space(text[i - 1]) || text[i - 1] == '(') && pos - i < kMaxBack) --i;
  if (i >= 2 && text[i - 2] == '\\' && is_space_escape(text[i - 1])) i -= 2;
  std::size_t quote = 0;
  if (i > 0 && text[i - 1] == '\'') {
    quote = i - 1;
  } else {
    while (i > 0 && text[i - 1] != '"' && pos - i < kMaxBack) --i;
    if (i == 0 || text[i - 1] != '"') return {};
    quote = i - 1;
  }
  std::size_t run = 0;
  while (run < quote && text[quote - run - 1] == '\\' && run < 64) ++run;
  std::size_t before = quote - run;
  if (is_executed(text, before)) return {.mark = text[quote], .run = run, .unit = 0};
  while (before > 0 && text[before - 1] == ' ') --before;
  const char c = before > 0 ? text[before - 1] : ',';
  const bool nested = run > 0 && (c == '"' || c == '\'');
  const bool assigned = c == ':' || c == '=' || nested;
  const bool listed = c == ',' || c == '[' || c == '(';
  if (text[quote] == '"' ? !assigned && !listed && quote + 1 != pos : !assigned && !listed) return {};
  // In a list it may as well be a CSV field.
  return {.mark = text[quote], .run = run, .unit = run > 0 || assigned ? 2 * (run + 1) : 0};
}

}  // namespace piiscrub
