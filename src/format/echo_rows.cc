#include "format/echo_readers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/search.h"

namespace piiscrub::echoes {
namespace {

constexpr std::size_t kMaxColumns = 32;     // of an index, in PostgreSQL
constexpr std::size_t kMaxColumnDepth = 8;  // of an expression: lower((a ->> 'b'))
constexpr std::size_t kMaxRowBytes = std::size_t{256} * 1024;

// The name in a column's expression: email of lower(email::text), "user id" of "user id".
std::string_view column_name(std::string_view text, Span expression) {
  std::string_view name = expression.of(text);
  if (const std::size_t bracket = name.rfind('('); bracket != std::string_view::npos) {
    expression.begin += bracket + 1;
    name.remove_prefix(bracket + 1);
    expression.end = expression.begin + std::min(name.find(')'), name.size());
  }
  if (const std::size_t cast = expression.of(text).find("::"); cast != std::string_view::npos)
    expression.end = expression.begin + cast;
  return bare(text, expression).of(text);
}

using Columns = std::array<std::string_view, kMaxColumns>;

// Reads the columns of `(a, lower(b))=(` at `at`. Returns the place behind the last bracket.
std::optional<std::size_t> read_columns(std::string_view text, std::size_t at, Columns& columns, std::size_t& count) {
  count = 0;
  std::size_t depth = 0;
  std::size_t from = at + 1;
  const std::size_t limit = std::min(text.size(), at + kMaxColumnBytes);
  for (std::size_t i = at; i < limit; ++i) {
    const char c = text[i];
    if (c == '(' && ++depth > kMaxColumnDepth) return std::nullopt;
    if (c == ')') --depth;
    if ((c == ',' && depth == 1) || (c == ')' && depth == 0)) {
      if (count == kMaxColumns) return std::nullopt;
      columns[count++] = column_name(text, {from, i});
      from = i + 1;
    }
    if (depth == 0) {
      if (has_at(text, i, ")=(")) return i + 3;
      if (has_at(text, i, ") = (")) return i + 5;
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// What a value of unknown end is followed by.
std::size_t closing_bracket(std::string_view text, std::size_t from, std::size_t end) {
  const std::size_t found = text.substr(from, end - from).rfind(')');
  return found != std::string_view::npos ? from + found : end;
}

// Splits `1,'x'`, as CockroachDB writes several values, into `parts`. Returns whether there are just that many.
bool split_datums(std::string_view text, Span all, std::span<Span> parts) {
  std::size_t at = all.begin;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const std::size_t begin = at;
    if (char_at(text, at) == '\'') {
      for (++at; at < all.end && (text[at] != '\'' || char_at(text, at + 1) == '\''); ++at)
        at += std::size_t{text[at] == '\''};
      ++at;
    } else {
      while (at < all.end && text[at] != ',') ++at;
    }
    if (at > all.end || (k + 1 < parts.size() ? char_at(text, at) != ',' : at != all.end)) return false;
    parts[k] = {begin, at++};
  }
  return true;
}

// Whether a column holds ids by its name, and a value looks like one: with such, commas tell where it ends.
bool is_id(std::string_view column, std::string_view value) {
  constexpr std::string_view kIdBytes = "0123456789abcdefABCDEF-";
  const bool named = column == "id" || column == "uuid" || column == "pk" || column.ends_with("_id");
  return named && !value.empty() && value.find_first_not_of(kIdBytes) == std::string_view::npos;
}

// MySQL names the column or key behind the value: 'v' for key 't.email', 'v' for column 'c'
void read_name_behind(std::string_view text, std::size_t at, Echo& echo) {
  for (const std::string_view lead : {" for key ", " for column "}) {
    Quote quote;
    if (!has_at(text, at, lead) || !quote_at(text, at + lead.size(), quote)) continue;
    const std::size_t begin = at + lead.size() + quote.length;
    const std::size_t limit = std::min(text.size(), begin + kMaxNameBytes);
    std::size_t end = begin;
    const auto goes_on = [&](std::size_t i) {  // also over the quotes of MariaDB's `db`.`table`.`column`
      const bool joint = text[i] == '`' && (has_at(text, i, "`.`") || text[i - 1] == '.');
      return is_word(text[i]) || text[i] == '.' || text[i] == '-' || is_high(text[i]) || joint;
    };
    while (end < limit && goes_on(end)) ++end;
    std::string_view name = text.substr(begin, end - begin);
    if (const std::size_t tick = name.rfind('`'); tick != std::string_view::npos) name.remove_prefix(tick + 1);
    if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) name.remove_prefix(dot + 1);
    echo.column = name;
  }
}

// The name that `lead` announces in the few hundred bytes in front of `at`: index 'IX_NationalId', field [birth_date].
// Empty: none.
std::string_view name_announced(std::string_view text, std::size_t at, std::string_view lead) {
  constexpr std::size_t kReach = 256;
  const std::size_t from = at - std::min(at, kReach);
  const std::size_t found = text.substr(from, at - from).rfind(lead);
  if (found == std::string_view::npos) return {};
  const std::size_t begin = from + found + lead.size();
  std::size_t end = begin;
  while (end < at && (is_word(text[end]) || is_high(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
  const std::string_view name = text.substr(begin, end - begin);
  return name.substr(name.rfind('.') + 1);
}

// Reads the quoted value behind `lead`, whose column `name_lead` announces.
std::size_t read_announced(Echoes& in, Span lead, std::string_view name_lead) {
  const std::size_t before = in.found.size();
  const std::size_t behind = read_quoted(in, lead.end, EchoKind::input);
  if (in.found.size() > before) in.found.back().column = name_announced(in.text, lead.end, name_lead);
  return behind;
}

// Reads the values of a row that begins behind a bracket at `begin` and ends at `end`, if that is in the same line and
// `longest` bytes. `name` is that of the column, if it has only one. Returns the place behind them.
std::size_t read_items(Echoes& in, std::size_t begin, std::size_t longest, std::size_t end, std::string_view name) {
  const std::string_view text = in.text;
  std::size_t limit = in.ends.line(begin, begin + longest);
  const bool found = end < limit;
  if (!found) {
    limit = string_end(text, begin - 1, begin, limit);
    end = closing_bracket(text, begin, limit);
  }
  std::size_t from = begin;
  for (std::size_t ordinal = 0; from <= end; ++ordinal) {
    std::size_t to = from;
    while (to < end && (text[to] != ',' || char_at(text, to + 1) != ' ')) ++to;
    const Span value = bare(text, {from, to});
    const std::string_view content = value.of(text);
    if (!content.empty() && content != "null" && content != "NULL" && content != "<NULL>")
      in.found.push_back({.kind = EchoKind::row,
                          .column = ordinal == 0 && to == end ? name : std::string_view(),
                          .value = value,
                          .ordinal = ordinal,
                          .unclosed = !found && end == limit && to == end});
    if (to >= end) break;
    from = to + 2;
  }
  return end;
}

}  // namespace

Keys::Keys(std::string_view text) : text_(text) { find(0); }

void Keys::find(std::size_t from) {
  for (std::size_t floor = from;; floor = equals_ + 1) {
    equals_ = text_.find(")=(", floor);
    if (equals_ == std::string_view::npos) return;
    const std::size_t least = std::max(floor, equals_ - std::min(equals_, kMaxColumnBytes));
    std::size_t depth = 1;
    for (open_ = equals_; open_ > least && depth > 0;) {
      --open_;
      if (text_[open_] == ')') ++depth;
      if (text_[open_] == '(') --depth;
    }
    if (depth == 0) return;
  }
}

std::optional<Span> Keys::in_front_of(std::size_t at) {
  if (equals_ == std::string_view::npos || open_ >= at) return std::nullopt;
  const Span bracket{open_, open_ + 1};
  find(equals_ + 1);
  return bracket;
}

void Keys::pass(std::size_t at) {
  if (equals_ != std::string_view::npos && open_ < at) find(std::max(at, equals_ + 1));
}

std::size_t read_key(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end - 1;
  Columns columns;
  std::size_t count = 0;
  const std::optional<std::size_t> begin = read_columns(text, at, columns, count);
  if (!begin) return 0;
  std::size_t limit = in.ends.line(*begin, *begin + kMaxKeyBytes);
  const bool announced = lead.size() > 1;  // else it may be anything: SQL compares rows in the same form
  std::size_t end = announced ? in.ends.key(*begin) : in.ends.translated_key(*begin);
  const bool found = end < limit;
  if (!found) {
    limit = string_end(text, at, *begin, limit);
    end = announced ? closing_bracket(text, *begin, limit) : std::min(text.find(')', *begin), limit);
  }
  const bool unclosed = !found && end == limit;
  // PostgreSQL separates values by ", ".
  std::size_t parts = 1;
  for (std::size_t i = *begin; i + 1 < end; ++i)
    if (text[i] == ',' && text[i + 1] == ' ') ++parts;
  std::size_t from = *begin;
  std::array<Span, kMaxColumns> datums;
  const bool split = parts != count && split_datums(text, {*begin, end}, {datums.data(), count});
  // With more commas than columns only the ids at both ends are sure.
  Span unsure{*begin, end};
  std::size_t first_unsure = 0;
  std::size_t last_unsure = count;
  if (parts > count && !split) {
    for (; first_unsure + 1 < count; ++first_unsure) {
      const std::size_t comma = text.substr(0, end).find(", ", unsure.begin);
      if (comma == std::string_view::npos || !is_id(columns[first_unsure], Span{unsure.begin, comma}.of(text))) break;
      datums[first_unsure] = {unsure.begin, comma};
      unsure.begin = comma + 2;
    }
    for (; last_unsure > first_unsure + 1; --last_unsure) {
      const std::size_t comma = unsure.of(text).rfind(", ");
      const std::size_t begins = unsure.begin + comma + 2;
      if (comma == std::string_view::npos || !is_id(columns[last_unsure - 1], Span{begins, unsure.end}.of(text))) break;
      datums[last_unsure - 1] = {begins, unsure.end};
      unsure.end = begins - 2;
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    Span value = split || k < first_unsure || k >= last_unsure ? datums[k] : unsure;
    if (parts == count) {
      std::size_t to = text.substr(0, end).find(", ", from);
      if (k + 1 == count || to == std::string_view::npos) to = end;
      value = {from, to};
      from = std::min(to + 2, end);
    }
    in.found.push_back(
        {.kind = EchoKind::key, .column = columns[k], .value = bare(text, value), .ordinal = k, .unclosed = unclosed});
  }
  return end;
}

std::size_t read_row(Echoes& in, Span lead) {
  return read_items(in, lead.end, kMaxRowBytes, in.ends.row(lead.end), {});
}

std::size_t read_entry(Echoes& in, Span lead) {
  const std::size_t before = in.found.size();
  const std::size_t behind = read_quoted(in, lead.end, EchoKind::key);
  if (in.found.size() > before) read_name_behind(in.text, behind, in.found.back());
  return behind;
}

std::size_t read_list(Echoes& in, Span lead) {
  std::string_view name = name_announced(in.text, lead.end, " index '");
  if (name.empty()) name = name_announced(in.text, lead.end, " constraint '");
  return read_items(in, lead.end, kMaxKeyBytes, in.ends.list(lead.end), name);
}

std::size_t read_truncated(Echoes& in, Span lead) { return read_announced(in, lead, " column '"); }

std::size_t read_preview(Echoes& in, Span lead) { return read_announced(in, lead, " field ["); }

// As logical decoding prints a value, with its column and its type in front.
std::size_t read_decoded(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end;
  std::size_t bracket = at - 2;
  const std::size_t least = bracket - std::min(bracket, kMaxNameBytes);
  while (bracket > least && (is_word(text[bracket - 1]) || text[bracket - 1] == ' ')) --bracket;
  if (bracket == 0 || text[bracket - 1] != '[') return 0;
  const std::size_t last = bracket - 1;
  const std::size_t first = last - std::min(last, kMaxNameBytes);
  std::size_t begin = last;
  const bool named_in_quotes = last > first && text[last - 1] == '"';
  if (named_in_quotes) {
    const std::size_t open = text.substr(first, last - 1 - first).rfind('"');
    if (open == std::string_view::npos) return 0;
    begin = first + open;
  }
  while (!named_in_quotes && begin > first && (is_word(text[begin - 1]) || is_high(text[begin - 1]))) --begin;
  const std::string_view column = bare(text, {begin, last}).of(text);
  if (column.empty()) return 0;
  const bool quoted = char_at(text, at) == '\'';
  if (!quoted && !is_digit(char_at(text, at))) return 0;
  const std::size_t from = at + std::size_t{quoted};
  const std::size_t limit = in.ends.line(from, from + kMaxKeyBytes);
  std::size_t end = from;
  while (end < limit && (quoted ? text[end] != '\'' || char_at(text, end + 1) == '\'' : text[end] != ' '))
    end += quoted && text[end] == '\'' ? std::size_t{2} : std::size_t{1};
  end = std::min(end, limit);
  if (end == from) return 0;
  in.found.push_back(
      {.kind = EchoKind::key, .column = column, .value = {from, end}, .unclosed = quoted && end == limit});
  return end;
}

// The line that COPY could not take, or a field of it.
std::size_t read_copied(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end;
  const auto skip_name = [&](std::size_t i) {
    const std::size_t limit = std::min(text.size(), i + kMaxNameBytes);
    while (i < limit && (is_word(text[i]) || is_high(text[i]) || text[i] == '.' || text[i] == '-')) ++i;
    return i;
  };
  // Behind ", line " or ", column " in whatever language, or `i`.
  const auto skip_word = [&](std::size_t i) {
    if (!has_at(text, i, ", ")) return i;
    const std::size_t end = skip_name(i + 2);
    return end > i + 2 && char_at(text, end) == ' ' && char_at(text, end + 1) != ':' ? end + 1 : i;
  };
  std::size_t i = skip_name(at);
  const std::size_t line = skip_word(i);
  if (i == at || line == i || !is_digit(char_at(text, line))) return 0;
  constexpr std::size_t kMaxDigits = 20;
  for (i = line; i < line + kMaxDigits && is_digit(char_at(text, i));) ++i;
  std::string_view column;
  if (const std::size_t name = skip_word(i); name > i) {
    i = skip_name(name);
    column = text.substr(name, i - name);
  }
  if (has_at(text, i, " : ")) ++i;  // French
  if (!has_at(text, i, ": ")) return 0;
  const std::size_t before = in.found.size();
  const std::size_t behind = read_quoted(in, i + 2, column.empty() ? EchoKind::row : EchoKind::input);
  if (in.found.size() > before) in.found.back().column = column;
  return behind;
}

}  // namespace piiscrub::echoes
