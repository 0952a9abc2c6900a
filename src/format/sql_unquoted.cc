#include "format/sql_unquoted.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxNameBytes = 128;
constexpr std::size_t kMaxColumns = 512;
constexpr std::string_view kBetween = ", ";

// A quote of a name, with the backslashes in front of it; 0 if none is at `at`.
std::size_t name_quote(std::string_view text, std::size_t at) {
  const std::size_t run = backslashes_at(text, at);
  const char c = char_at(text, at + run);
  return c == '"' || c == '`' ? run + 1 : 0;
}

struct Name {
  std::string_view last;  // of t.column: column
  std::size_t end = 0;    // 0: there is none
};

// "name", `t`.`name`, \"t\".\"name\"
Name read_name(std::string_view text, std::size_t at) {
  Name name;
  while (true) {
    const std::size_t quote = name_quote(text, at);
    if (quote == 0) return name;
    const std::size_t begin = at + quote;
    std::size_t end = begin;
    while (end < text.size() && end - begin < kMaxNameBytes && (is_word(text[end]) || is_high(text[end]))) ++end;
    if (end == begin || name_quote(text, end) != quote || text[end + quote - 1] != text[begin - 1]) return name;
    name = {text.substr(begin, end - begin), end + quote};
    if (char_at(text, name.end) != '.') return name;
    at = name.end + 1;
  }
}

// Whether the statement ends at the `)` at `at`, or the group that stands there.
bool ends_group(std::string_view text, std::size_t at) {
  if (char_at(text, at) != ')') return false;
  const std::size_t behind = at + 1;
  const char next = char_at(text, behind);
  return next == '\0' || next == ')' || next == '"' || next == '\\' || next == '\r' || has_at(text, behind, ", (") ||
         next == ' ';
}

constexpr auto kClauses = std::to_array<std::string_view>(
    {" where ", " limit ", " order by ", " group by ", " having ", " returning ", " for update", " on conflict ",
     " on duplicate ", " union ", " inner join ", " left join ", " offset "});

// Whether the value in front of `at` ends there: at a clause, at the next name, or at the end of all.
bool ends_value(std::string_view text, std::size_t at) {
  if (text[at] == ',') return has_at(text, at, kBetween) && name_quote(text, at + kBetween.size()) > 0;
  if (text[at] == ')') return ends_group(text, at);
  if (text[at] != ' ') return false;
  for (const std::string_view word : {" and ", " or "}) {
    if (!has_at(text, at, word)) continue;
    const std::size_t behind = at + word.size();
    if (name_quote(text, behind) > 0 || char_at(text, behind) == '(' || has_at(text, behind, "not ") ||
        has_at(text, behind, "exists "))
      return true;
  }
  return std::any_of(kClauses.begin(), kClauses.end(), [&](auto clause) { return has_at(text, at, clause); });
}

void add(std::string_view text, Span value, std::string_view column, std::vector<SqlValue>& values) {
  const std::string_view content = value.of(text);
  if (content.size() >= 2 && content.front() == '\'' && content.back() == '\'')
    value = {value.begin + 1, value.end - 1};
  if (value.size() == 0 || content == "?" || content == "null") return;
  values.push_back({.column = column, .value = value, .kind = SqlLiteral::string});
}

// Behind the ` = ` at `at`, or 0.
std::size_t behind_comparison(std::string_view text, std::size_t at) {
  constexpr auto kSigns =
      std::to_array<std::string_view>({" = ", " != ", " <> ", " < ", " > ", " <= ", " >= ", " like ", " ilike ",
                                       " not like ", " between ", "::text like ", "::text ilike ", "::date = "});
  for (const std::string_view sign : kSigns) {
    if (has_at(text, at, sign)) return at + sign.size();
  }
  return 0;
}

// Where the value that begins at `at` ends; brackets within it belong to it. In a list a comma ends it, too.
std::size_t end_of_value(std::string_view text, std::size_t at, bool in_list) {
  std::size_t depth = 0;
  for (std::size_t end = at; end < text.size(); ++end) {
    const char c = text[end];
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) {
      --depth;
    } else if (in_list ? has_at(text, end, kBetween) || ends_group(text, end) : ends_value(text, end)) {
      return end;
    }
  }
  return text.size();
}

// Columns and what they are compared with or set to, up to the end of the statement.
std::size_t read_pairs(std::string_view text, std::size_t at, std::vector<SqlValue>& values) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const Name name = read_name(text, at);
    if (name.end == 0) {
      if (text[at] == '(') ++depth;
      if (text[at] == ')' && depth-- == 0) return at;
      at += std::max<std::size_t>(backslashes_at(text, at), 1);
      continue;
    }
    at = name.end;
    std::size_t list = 0;
    for (const std::string_view in : {" in (", " not in ("}) {
      if (has_at(text, at, in)) list = at + in.size();
    }
    std::size_t begin = list > 0 ? list : behind_comparison(text, at);
    if (begin == 0 || name_quote(text, begin) > 0 || char_at(text, begin) == '(') continue;
    while (true) {
      at = end_of_value(text, begin, list > 0);
      add(text, {begin, at}, name.last, values);
      if (list == 0 || !has_at(text, at, kBetween)) break;
      begin = at + kBetween.size();
    }
    if (list > 0 && at < text.size()) ++at;
  }
  return text.size();
}

// The row behind its bracket at `at`. Returns where it ends.
std::size_t read_row(std::string_view text, std::size_t at, const std::vector<std::string_view>& columns,
                     std::vector<SqlValue>& values) {
  std::vector<std::size_t> commas;
  std::size_t end = at;
  for (std::size_t depth = 0; end < text.size(); ++end) {
    if (has_at(text, end, kBetween)) commas.push_back(end);
    if (text[end] == '(') ++depth;
    if (text[end] != ')') continue;
    if (depth > 0) {
      --depth;
    } else if (commas.size() + 1 >= columns.size() && ends_group(text, end)) {
      break;
    }
  }
  const std::size_t more = commas.size() + 1 - std::min(commas.size() + 1, columns.size());
  for (std::size_t i = 0; i < columns.size() && i <= commas.size(); ++i) {
    const std::size_t begin = i == 0 ? at : commas[i - 1] + kBetween.size();
    const std::size_t last = i + more < commas.size() ? commas[i + more] : end;
    add(text, {begin, last}, columns[i], values);
  }
  return end;
}

}  // namespace

bool is_unquoted_statement(std::string_view text, std::size_t at) {
  const std::string_view front = text.substr(0, at);
  return front.ends_with("(SQL: ") || front.ends_with(", SQL: ");
}

std::size_t read_unquoted_statement(std::string_view text, std::size_t at, std::vector<SqlValue>& values) {
  constexpr auto kInto = std::to_array<std::string_view>({"insert into ", "insert ignore into ", "replace into "});
  const auto into = std::find_if(kInto.begin(), kInto.end(), [&](auto verb) { return has_at(text, at, verb); });
  if (into == kInto.end()) return read_pairs(text, at, values);
  const Name table = read_name(text, at + into->size());
  std::size_t i = table.end;
  if (i == 0 || !has_at(text, i, " (")) return read_pairs(text, at, values);
  i += 2;
  std::vector<std::string_view> columns;
  for (Name name = read_name(text, i); name.end > 0 && columns.size() < kMaxColumns; name = read_name(text, i)) {
    columns.push_back(name.last);
    i = name.end;
    if (!has_at(text, i, kBetween)) break;
    i += kBetween.size();
  }
  constexpr std::string_view kValues = ") values (";
  if (!has_at(text, i, kValues)) return read_pairs(text, at, values);
  i += kValues.size();
  while (true) {
    i = read_row(text, i, columns, values);
    constexpr std::string_view kNext = "), (";
    if (!has_at(text, i, kNext)) break;
    i += kNext.size();
  }
  return read_pairs(text, std::min(i + 1, text.size()), values);
}

}  // namespace piiscrub
