#include "format/sql_errors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxColumns = 32;        // of an index, in PostgreSQL
constexpr std::size_t kMaxColumnBytes = 2048;  // of the list of them
constexpr std::size_t kMaxColumnDepth = 8;     // of an expression: lower((a ->> 'b'))
constexpr std::size_t kMaxKeyBytes =
    std::size_t{16} * 1024;  // PostgreSQL's are at most 2,704 bytes; six times that if escaped
constexpr std::size_t kMaxRowBytes = std::size_t{256} * 1024;
constexpr std::size_t kMaxTypeBytes = 96;

bool starts_ignoring_case(std::string_view text, std::size_t at, std::string_view lower) {
  if (text.size() - at < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return a == to_lower(b); });
}

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

// The first place of some kind behind another, which holds for all places between the two.
class NextPlace {
 public:
  /// `search` finds it from a place on; it must be npos or behind that.
  template <typename Search>
  std::size_t find(std::size_t from, Search search) {
    if (from < from_ || from > at_) {
      at_ = search(from);
      from_ = from;
    }
    return at_;
  }

 private:
  std::size_t from_ = 1;  // at first: none
  std::size_t at_ = 0;
};

// Where the string ends that `from` is in and `lead` began, or `limit`.
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

// Whether a quoted value may end in front of `i`. It may hold quotes: what follows must be what messages go on with.
bool goes_on_behind_value(std::string_view text, std::size_t i) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {" as ", " is ", " for ", " at ", " in ", " (", " \xe2\x80\xb9", " violates ", " does not ", " could not ",
       " was not ", " - ", "  ", " too long", " out of range", " of ",
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

// Takes marks and quotes off both ends: ‹'x'› is x.
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

constexpr auto kKeyEnds =
    std::to_array<std::string_view>({") already exists", ") is not present", ") is still referenced",
                                     ") conflicts with", ") violates", ") is duplicated"});

// Where what the messages of a record repeat ends. What begins within another that does not end ends where that does:
// it is looked for once.
class Ends {
 public:
  explicit Ends(std::string_view text) : text_(text) {}

  // Of the line that `at` is in, or `limit`.
  std::size_t line(std::size_t at, std::size_t limit) {
    return std::min(limit, line_.find(at, [&](std::size_t from) { return line_end(text_, from); }));
  }

  // Of the values of a key that begin at `at`: the bracket, or npos.
  std::size_t key(std::size_t at) {
    return key_.find(at, [&](std::size_t from) {
      const auto ends_here = [&](std::string_view end) { return has_at(text_, from, end); };
      for (from = text_.find(')', from); from != std::string_view::npos; from = text_.find(')', from + 1)) {
        if (std::any_of(kKeyEnds.begin(), kKeyEnds.end(), ends_here)) break;
      }
      return from;
    });
  }

  // Of the row that begins at `at`: the bracket, or npos.
  std::size_t row(std::size_t at) {
    constexpr std::string_view kBehind = "\"'\\\n\r<";
    return row_.find(at, [&](std::size_t from) {
      for (from = text_.find(").", from); from != std::string_view::npos; from = text_.find(").", from + 1)) {
        if (from + 2 >= text_.size() || kBehind.find(text_[from + 2]) != std::string_view::npos) break;
      }
      return from;
    });
  }

  // Of the list that begins at `at`: the bracket, or npos.
  std::size_t list(std::size_t at) {
    return list_.find(at, [&](std::size_t from) { return text_.find(").", from); });
  }

  struct Value {
    std::size_t end = 0;
    bool closed = false;  // by a quote; else the line ends it, a quote around the message, or its length
  };

  // Of the value behind `quote`, spelled as `spelling`, that begins at `begin`.
  Value value(std::size_t begin, const Quote& quote, std::string_view spelling) {
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

 private:
  std::string_view text_;
  NextPlace line_;
  NextPlace key_;
  NextPlace row_;
  NextPlace list_;
  // The value that was looked at last.
  std::size_t begin_ = 0;
  Quote quote_;
  std::size_t spelling_bytes_ = 0;  // 0: none was
  Value value_;
  bool cut_ = false;  // only its length ended it
};

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

// Reads `(a, b)=(x, y) already exists` at `at`. Returns the place behind it, or 0 if it is none.
std::size_t read_key(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  Columns columns;
  std::size_t count = 0;
  const std::optional<std::size_t> begin = read_columns(text, at, columns, count);
  if (!begin) return 0;
  std::size_t limit = ends.line(*begin, *begin + kMaxKeyBytes);
  std::size_t end = ends.key(*begin);
  const bool found = end < limit;
  if (!found) {
    limit = string_end(text, at, *begin, limit);
    end = closing_bracket(text, *begin, limit);
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
    echoes.push_back({.kind = SqlEchoKind::key,
                      .column = columns[k],
                      .value = bare(text, value),
                      .ordinal = k,
                      .unclosed = unclosed});
  }
  return end;
}

// Reads `(1, ann, null).` at `at`. Returns the place behind it.
std::size_t read_row(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  const std::size_t begin = at + 1;
  std::size_t limit = ends.line(begin, begin + kMaxRowBytes);
  std::size_t end = ends.row(begin);
  const bool found = end < limit;
  if (!found) {
    limit = string_end(text, at, begin, limit);
    end = closing_bracket(text, begin, limit);
  }
  std::size_t from = begin;
  for (std::size_t ordinal = 0; from <= end; ++ordinal) {
    std::size_t to = from;
    while (to < end && (text[to] != ',' || char_at(text, to + 1) != ' ')) ++to;
    const Span value = bare(text, {from, to});
    const std::string_view content = value.of(text);
    if (!content.empty() && content != "null" && content != "NULL")
      echoes.push_back({.kind = SqlEchoKind::row,
                        .column = {},
                        .value = value,
                        .ordinal = ordinal,
                        .unclosed = !found && end == limit && to == end});
    if (to >= end) break;
    from = to + 2;
  }
  return end;
}

// Reads the quoted value at `at`. Returns the place behind it, or 0 if none stands there.
std::size_t read_quoted(std::string_view text, std::size_t at, SqlEchoKind kind, Ends& ends,
                        std::vector<SqlEcho>& echoes) {
  at += mark_begin_at(text, at);
  Quote quote;
  if (!quote_at(text, at, quote) || quote.mark == '`') return 0;
  std::string_view spelling = text.substr(at, quote.length);
  // CSV doubles quotes. An empty value is none.
  if (spelling == "\"" && char_at(text, at + 1) == '"') spelling = text.substr(at, 2);
  const std::size_t begin = at + spelling.size();
  const auto [end, closed] = ends.value(begin, quote, spelling);
  if (end > begin) echoes.push_back({.kind = kind, .column = {}, .value = {begin, end}, .unclosed = !closed});
  return closed ? end + spelling.size() : std::max(end, begin);
}

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

// MySQL names the column or key behind the value: 'v' for key 't.email', 'v' for column 'c'
void read_name_behind(std::string_view text, std::size_t at, SqlEcho& echo) {
  for (const std::string_view lead : {" for key ", " for column "}) {
    Quote quote;
    if (!has_at(text, at, lead) || !quote_at(text, at + lead.size(), quote)) continue;
    const std::size_t begin = at + lead.size() + quote.length;
    const std::size_t limit = std::min(text.size(), begin + kMaxTypeBytes);
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

// Reads the values behind the bracket at `at`: The duplicate key value is (a@b.example, 7). Returns the place behind
// them.
std::size_t read_list(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  std::size_t limit = ends.line(at, at + kMaxKeyBytes);
  std::size_t end = ends.list(at);
  const bool found = end < limit;
  if (!found) {
    limit = string_end(text, at - 1, at, limit);
    end = closing_bracket(text, at, limit);
  }
  std::string_view name = name_announced(text, at, " index '");
  if (name.empty()) name = name_announced(text, at, " constraint '");
  std::size_t from = at;
  for (std::size_t ordinal = 0; from <= end; ++ordinal) {
    std::size_t to = from;
    while (to < end && (text[to] != ',' || char_at(text, to + 1) != ' ')) ++to;
    const Span value = bare(text, {from, to});
    const std::string_view content = value.of(text);
    if (!content.empty() && content != "<NULL>")
      echoes.push_back({.kind = SqlEchoKind::row,
                        .column = ordinal == 0 && to == end ? name : std::string_view(),
                        .value = value,
                        .ordinal = ordinal,
                        .unclosed = !found && end == limit && to == end});
    if (to >= end) break;
    from = to + 2;
  }
  return end;
}

// Reads the value behind `type]:` that ends in front of `at`, as logical decoding prints it with its column in front:
// full_name[character varying]:'Ann'. Returns the place behind it, or 0 if it is none.
std::size_t read_decoded(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  std::size_t bracket = at - 2;
  const std::size_t least = bracket - std::min(bracket, kMaxTypeBytes);
  while (bracket > least && (is_word(text[bracket - 1]) || text[bracket - 1] == ' ')) --bracket;
  if (bracket == 0 || text[bracket - 1] != '[') return 0;
  const std::size_t last = bracket - 1;
  const std::size_t first = last - std::min(last, kMaxTypeBytes);
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
  const std::size_t limit = ends.line(from, from + kMaxKeyBytes);
  std::size_t end = from;
  while (end < limit && (quoted ? text[end] != '\'' || char_at(text, end + 1) == '\'' : text[end] != ' '))
    end += quoted && text[end] == '\'' ? std::size_t{2} : std::size_t{1};
  end = std::min(end, limit);
  if (end == from) return 0;
  echoes.push_back(
      {.kind = SqlEchoKind::key, .column = column, .value = {from, end}, .unclosed = quoted && end == limit});
  return end;
}

// Behind the point in time at `at` as CockroachDB prints it in keys, or `at`; midnight may be a day alone, as in a date
// of birth.
std::size_t behind_time(std::string_view text, std::size_t at) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  constexpr std::string_view kMidnight = "00:00:00";
  if (text.size() - at < kForm.size()) return at;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[at + i]) : text[at + i] != kForm[i]) return at;
  }
  std::size_t end = at + kForm.size();
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  if (text.substr(0, end).ends_with(kMidnight)) return at;
  return char_at(text, end) == 'Z' ? end + 1 : end;
}

// Whether a word in a key is CockroachDB's own.
bool is_key_word(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"PrefixEnd", "Min", "Max", "NULL", "True", "False", "Table", "Tenant"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// Reads the segments of /Table/106/1/"v"/0 behind the index. Returns the place behind them.
std::size_t read_segments(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  std::size_t i = at;
  // The table and the index.
  for (int k = 0; k < 2; ++k) {
    i += mark_begin_at(text, i);
    if (char_at(text, i) == '/') ++i;
    const std::size_t digits = i;
    while (is_digit(char_at(text, i))) ++i;
    if (i == digits) return at;
    // /Table/10{8/1/"v"-9}: what both ends of a range have in common stands in front of the bracket.
    if (k == 0 && char_at(text, i) == '{') ++i;
    while (k == 0 && is_digit(char_at(text, i))) ++i;
  }
  while (i < text.size()) {
    const char c = text[i];
    if (c == '/' || c == '{' || c == '-') {
      ++i;
      continue;
    }
    if (const std::size_t mark = mark_begin_at(text, i); mark > 0) {
      i += mark;
      continue;
    }
    if (const char before = text[i - 1]; before != '/' && before != '{' && before != '-' && !is_high(before)) break;
    Quote quote;
    if (quote_at(text, i, quote)) {
      // The end of the string that the key stands in is no segment.
      if (!is_word(char_at(text, i + quote.length)) && !is_high(char_at(text, i + quote.length)) &&
          char_at(text, i + quote.length) != '+' && char_at(text, i + quote.length) != '/')
        break;
      const std::size_t begin = i + quote.length;
      const std::size_t limit = ends.line(begin, begin + kMaxKeyBytes);
      std::size_t end = begin;
      Quote here;
      while (end < limit && !(quote_at(text, end, here) && here.mark == quote.mark && here.run <= quote.run))
        end += std::max<std::size_t>(backslashes_at(text, end), 1);
      end = std::min(end, limit);
      const bool closed = end < limit && here == quote;
      if (end > begin)
        echoes.push_back({.kind = SqlEchoKind::segment, .column = {}, .value = {begin, end}, .unclosed = !closed});
      i = closed ? end + quote.length : end;
      if (!closed) break;
      continue;
    }
    const std::size_t begin = i;
    i = behind_time(text, i);
    if (i > begin) continue;
    while (i < text.size() && (is_word(text[i]) || text[i] == '.' || text[i] == ':')) ++i;
    if (i == begin) break;
    if (i - begin > 2 && !is_key_word(text.substr(begin, i - begin)))
      echoes.push_back({.kind = SqlEchoKind::segment, .column = {}, .value = {begin, i}});
  }
  return i;
}

// Reads the literals of `[/'a' - /'b']` at `at`.
std::size_t read_spans(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  const std::size_t limit = ends.line(at, at + kMaxKeyBytes);
  std::size_t i = at + 1;
  while (i < limit) {
    if (text[i] == ']' && char_at(text, i + 1) != ' ') return i + 1;
    if (text[i] == '/') {
      if (const std::size_t behind = read_quoted(text, i + 1, SqlEchoKind::segment, ends, echoes); behind > 0) {
        i = behind;
        continue;
      }
      const std::size_t begin = i + 1;
      std::size_t end = begin;
      while (end < limit && (is_word(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
      if (end - begin > 2) echoes.push_back({.kind = SqlEchoKind::segment, .column = {}, .value = {begin, end}});
      i = std::max(end, begin);
      continue;
    }
    ++i;
  }
  return limit;
}

// Reads the line that COPY could not take, or a field of it: COPY t, line 3, column email: "…". Returns the place
// behind it, or 0 if it is none.
std::size_t read_copied(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  constexpr std::string_view kLine = ", line ";
  constexpr std::string_view kColumn = ", column ";
  constexpr std::size_t kMaxDigits = 20;
  const auto skip_name = [&](std::size_t i) {
    const std::size_t limit = std::min(text.size(), i + kMaxTypeBytes);
    while (i < limit && (is_word(text[i]) || is_high(text[i]) || text[i] == '.' || text[i] == '-')) ++i;
    return i;
  };
  std::size_t i = skip_name(at);
  if (i == at || !has_at(text, i, kLine)) return 0;
  i += kLine.size();
  for (const std::size_t limit = i + kMaxDigits; i < limit && is_digit(char_at(text, i));) ++i;
  std::string_view column;
  if (has_at(text, i, kColumn)) {
    const std::size_t name = i + kColumn.size();
    i = skip_name(name);
    column = text.substr(name, i - name);
  }
  if (!has_at(text, i, ": ")) return 0;
  const std::size_t before = echoes.size();
  const std::size_t behind =
      read_quoted(text, i + 2, column.empty() ? SqlEchoKind::row : SqlEchoKind::input, ends, echoes);
  if (echoes.size() > before) echoes.back().column = column;
  return behind;
}

enum class What : std::uint8_t {
  key,
  row,
  copied,
  value_behind_colon,
  value,
  value_in_front,
  judged_value,
  rejected_value,
  chained_value,
  path,
  in_brackets,
  change_abroad,
  change,
  field_value,
  entry,
  list,
  truncated,
  preview,
  decoded,
  primary_key,
  segments,
  spans
};

struct Lead {
  std::string_view text;  // lower case
  What what;
};
constexpr auto kLeads = std::to_array<Lead>({
    {"key (", What::key},
    {"key value (", What::key},
    {"failing row contains (", What::row},
    {"invalid input syntax for ", What::value_behind_colon},
    {"invalid input value for enum ", What::value_behind_colon},
    {"invalid input for query argument ", What::value_behind_colon},
    {"field value out of range: ", What::value},
    {"malformed array literal: ", What::value},
    {"malformed record literal: ", What::value},
    {"copy ", What::copied},
    {"could not parse ", What::value},
    {"json value, but found ", What::value},
    {"end of input, but found ", What::value},
    {"string, but found ", What::value},
    {"token ", What::judged_value},
    // of Python, Java, Go, Ruby and validators
    {"time data ", What::judged_value},
    {"invalid isoformat string: ", What::value},
    {"invalid literal for int() with base ", What::value_behind_colon},
    {"could not convert string to ", What::value_behind_colon},
    {"for input string: ", What::value},
    {"text ", What::judged_value},
    {"unparseable date: ", What::value},
    {"parsing time ", What::value},
    {"cannot parse ", What::judged_value},
    {"invalid value for integer(): ", What::value},
    {"failed for value ", What::value},
    {"is not of type ", What::value_in_front},
    {"parsing ", What::value},
    {"value ", What::judged_value},
    {"expected a number but got ", What::field_value},
    {"failed to parse time string (", What::in_brackets},  // of PHP
    {"string ", What::judged_value},                       // of .NET
    // of Spring and Jackson
    {"rejected value [", What::rejected_value},
    {"from string ", What::chained_value},
    {"path `", What::path},  // of Mongoose
    // of logs of changes
    {"renamed ", What::change},
    {"ge\xc3\xa4ndert von ", What::change_abroad},
    {"modifi\xc3\xa9 de ", What::change_abroad},
    {"chang\xc3\xa9 de ", What::change_abroad},
    {"cambiado de ", What::change_abroad},
    {"cambi\xc3\xb3 de ", What::change_abroad},
    {"alterado de ", What::change_abroad},
    {"modificato da ", What::change_abroad},
    {"gewijzigd van ", What::change_abroad},
    {"zmieniono z ", What::change_abroad},
    {"changed", What::change},
    {"changing ", What::change},
    {"updated", What::change},
    {"updating ", What::change},
    {"modified", What::change},
    {"duplicate entry ", What::entry},
    {"incorrect integer value: ", What::entry},
    {"incorrect date value: ", What::entry},
    {"incorrect datetime value: ", What::entry},
    {"incorrect string value: ", What::entry},
    {"duplicate key value is (", What::list},  // of SQL Server
    {"truncated value: ", What::truncated},
    {"preview of field's value: ", What::preview},  // of Elasticsearch
    {"text]:", What::decoded},
    {"citext]:", What::decoded},
    {"varying]:", What::decoded},
    {"character]:", What::decoded},
    {"date]:", What::decoded},
    {"zone]:", What::decoded},
    {"integer]:", What::decoded},
    {"bigint]:", What::decoded},
    {"numeric]:", What::decoded},
    {"inet]:", What::decoded},
    {"primary key ", What::primary_key},
    {"primarykey", What::primary_key},
    {"table/", What::segments},
    {"spans: [", What::spans},
});

// The pairs of letters that leads begin with: nearly all other words are told by theirs.
constexpr auto kLeadStarts = [] {
  std::array<std::uint32_t, 32> starts{};
  for (const Lead& lead : kLeads) starts[lead.text[0] & 31] |= std::uint32_t{1} << (lead.text[1] & 31);
  return starts;
}();

// The lead that starts at the letter at `at`, or nullptr.
const Lead* lead_at(std::string_view text, std::size_t at) {
  const char first = to_lower(text[at]);
  const char second = to_lower(char_at(text, at + 1));
  if (!is_lower(second) || (kLeadStarts[first & 31] >> (second & 31) & 1) == 0) return nullptr;
  const auto* const lead = std::find_if(kLeads.begin(), kLeads.end(), [&](const Lead& l) {
    return l.text.front() == first && starts_ignoring_case(text, at, l.text);
  });
  return lead == kLeads.end() ? nullptr : lead;
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
  const bool named = begin < end && begin > 0 && text[begin - 1] == quote && !is_digit(text[begin]);
  return named ? text.substr(begin, end - begin) : std::string_view();
}

// Reads the value that ends in front of `end`, in Django's quotes, if what begins at `at` says that it does not suit
// its type: “31.12.1980” value has an invalid date format. Returns whether there is one.
bool read_value_in_front(std::string_view text, std::size_t end, std::size_t at, std::vector<SqlEcho>& echoes) {
  struct Quotes {
    std::string_view open;
    std::string_view close;
  };
  static constexpr auto kQuotes =
      std::to_array<Quotes>({{"\xe2\x80\x9c", "\xe2\x80\x9d"}, {"\\u201c", "\\u201d"}, {"\\u201C", "\\u201D"}});
  static constexpr auto kVerdicts =
      std::to_array<std::string_view>({"has an invalid ", "has the correct format", "must be "});
  const std::string_view in_front = text.substr(0, end);
  const auto quotes = std::find_if(kQuotes.begin(), kQuotes.end(), [&](const Quotes& q) {
    return in_front.ends_with(' ') && in_front.substr(0, end - 1).ends_with(q.close);
  });
  const bool judged = std::any_of(kVerdicts.begin(), kVerdicts.end(),
                                  [&](std::string_view verdict) { return has_at(text, at, verdict); });
  if (quotes == kQuotes.end() || !judged) return false;
  const std::size_t last = end - 1 - quotes->close.size();
  const std::size_t from = last - std::min(last, kMaxColumnBytes);
  const std::size_t open = text.substr(from, last - from).rfind(quotes->open);
  if (open == std::string_view::npos) return false;
  const Span value{from + open + quotes->open.size(), last};
  if (value.size() == 0 || (!echoes.empty() && echoes.back().value.end > value.begin)) return false;
  echoes.push_back({.kind = SqlEchoKind::input, .column = {}, .value = value});
  return true;
}

// Reads the quoted value in front of `end`: 'Ann Example' is not of type 'integer'. Returns whether there is one.
bool read_quoted_in_front(std::string_view text, std::size_t end, std::vector<SqlEcho>& echoes) {
  if (end < 2 || text[end - 1] != ' ' || (text[end - 2] != '\'' && text[end - 2] != '"')) return false;
  std::size_t last = end - 2;
  const char mark = text[last];
  while (last > 0 && text[last - 1] == '\\') --last;
  const std::size_t from = last - std::min(last, kMaxTypeBytes);
  const std::size_t open = text.substr(from, last - from).rfind(mark);
  if (open == std::string_view::npos) return false;
  const Span value{from + open + 1, last};
  if (value.size() == 0 || (!echoes.empty() && echoes.back().value.end > value.begin)) return false;
  echoes.push_back({.kind = SqlEchoKind::input, .column = {}, .value = value});
  return true;
}

bool is_in_name(char c) { return is_word(c) || is_high(c) || c == '-' || c == '.'; }

// Reads the value that a validator of Spring refused: … on field 'ssn': rejected value [v]; codes [… Returns the place
// behind it, or 0 if its field is not named.
std::size_t read_rejected(std::string_view text, std::size_t lead, std::size_t at, Ends& ends,
                          std::vector<SqlEcho>& echoes) {
  if (lead < 4 || !has_at(text, lead - 3, "': ")) return 0;
  const std::size_t end_of_name = lead - 3;
  std::size_t begin = end_of_name;
  while (begin > 0 && end_of_name - begin < kMaxTypeBytes && is_in_name(text[begin - 1])) --begin;
  if (begin == end_of_name || begin == 0 || text[begin - 1] != '\'') return 0;
  const std::string_view path = text.substr(begin, end_of_name - begin);
  const std::size_t limit = ends.line(at, at + kMaxTypeBytes * 8);
  std::size_t end = text.substr(0, limit).find("]; codes", at);
  if (end == std::string_view::npos) end = text.substr(0, limit).find(']', at);
  if (end == std::string_view::npos) end = limit;
  if (end == at) return at;
  echoes.push_back({.kind = SqlEchoKind::change, .column = path.substr(path.rfind('.') + 1), .value = {at, end}});
  return end;
}

// Reads the value that Jackson could not take, if the chain of references behind it names its field: from String "v":
// … (through reference chain: com.example.Person["ssn"]). Returns the place behind it, or 0.
std::size_t read_chained(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  constexpr std::string_view kChain = "reference chain: ";
  constexpr std::size_t kReach = 1024;
  const std::size_t before = echoes.size();
  const std::size_t behind = read_quoted(text, at, SqlEchoKind::change, ends, echoes);
  if (echoes.size() == before) return behind;
  const std::string_view looked = text.substr(0, std::min(text.size(), behind + kReach));
  const std::size_t chain = looked.find(kChain, behind);
  const std::size_t bracket = chain != std::string_view::npos ? looked.find(')', chain) : std::string_view::npos;
  if (bracket == std::string_view::npos) {
    echoes.resize(before);
    return 0;
  }
  std::size_t end = bracket;
  while (end > chain && !is_in_name(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > chain && is_in_name(text[begin - 1])) --begin;
  echoes.back().column = text.substr(begin, end - begin);
  return behind;
}

// Reads the value that Mongoose refused: Path `ssn` (`v`) is longer than …, Path `ssn` is invalid (v). Returns the
// place behind it, or 0.
std::size_t read_path(std::string_view text, std::size_t at, Ends& ends, std::vector<SqlEcho>& echoes) {
  struct Way {
    std::string_view begin;
    std::string_view end;
  };
  static constexpr auto kWays = std::to_array<Way>({{"` (`", "`)"}, {"` is invalid (", ")."}, {"` (", ") "}});
  const std::size_t limit = ends.line(at, at + kMaxTypeBytes * 4);
  std::size_t name_end = at;
  while (name_end < limit && name_end - at < kMaxTypeBytes && is_in_name(text[name_end])) ++name_end;
  for (const Way& way : kWays) {
    if (!has_at(text, name_end, way.begin)) continue;
    const std::size_t begin = name_end + way.begin.size();
    const std::size_t end = text.substr(0, limit).find(way.end, begin);
    if (end == std::string_view::npos || end == begin) continue;
    const std::string_view path = text.substr(at, name_end - at);
    echoes.push_back({.kind = SqlEchoKind::change, .column = path.substr(path.rfind('.') + 1), .value = {begin, end}});
    return end;
  }
  return 0;
}

// Names of one, two and three words in [begin, end), which all end there.
struct ChangedNames {
  std::array<std::string_view, 3> names;
  std::size_t count = 0;
};
ChangedNames names_before(std::string_view text, std::size_t end) {
  ChangedNames found;
  if (end > 0 && (text[end - 1] == '\'' || text[end - 1] == '"' || text[end - 1] == '`')) --end;
  while (end > 0 && text[end - 1] == '\\') --end;
  const std::size_t least = end - std::min(end, kMaxTypeBytes);
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

// Reads what was changed: changed ssn from 'a' to 'b', ssn was changed from a to b, field "ssn" changed: 'a' -> 'b'.
// Returns the place behind it, or 0.
std::size_t read_change(std::string_view text, std::size_t lead, std::size_t at, bool abroad, Ends& ends,
                        std::vector<SqlEcho>& echoes) {
  constexpr std::string_view kFrom = "from ";
  constexpr std::size_t kMaxSide = 128;
  static constexpr auto kBetween =
      std::to_array<std::string_view>({" to ", " -> ", " => ", " into ", ", new=", ", ", " auf ", " zu ", " in ",
                                       " \xc3\xa0 ", " en ", " a ", " para ", " naar ", " na "});
  static constexpr auto kAuxiliary = std::to_array<std::string_view>(
      {" was", " been", " has", " is", " field", " value", " wurde", " est", " \xc3\xa8"});
  const std::size_t limit = ends.line(at, at + 3 * kMaxSide);
  std::size_t begin = 0;
  std::size_t name_end = lead > 0 && text[lead - 1] == ' ' ? lead - 1 : 0;
  bool listed = has_at(text, at, ": ");
  if (abroad) {
    begin = at;
    listed = true;
  } else if (char_at(text, at) == ' ' || text[at - 1] == ' ') {
    const std::size_t words = text[at - 1] == ' ' ? at : at + 1;
    const std::size_t from = text.substr(0, std::min(limit, words + kMaxTypeBytes)).find(kFrom, words);
    if (from == std::string_view::npos) return 0;
    if (from > words) {
      if (text[from - 1] != ' ') return 0;
      name_end = from - 1;
    }
    begin = from + kFrom.size();
  } else if (listed) {
    begin = at + 2;
    if (has_at(text, begin, "old=")) begin += 4;
  } else {
    return 0;
  }
  if (name_end == lead - 1) {
    for (const std::string_view word : kAuxiliary) {
      if (text.substr(0, name_end).ends_with(word)) name_end -= word.size();
    }
  }
  const ChangedNames names = names_before(text, name_end);
  Quote quote;
  if (names.count == 0 || (listed && !quote_at(text, begin, quote))) return 0;
  Span old_value;
  const std::size_t behind = read_side(text, begin, true, limit, old_value);
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
      echoes.push_back({.kind = SqlEchoKind::change, .column = names.names[k], .value = value});
  }
  return end;
}

// Reads what `lead` announces, whose text ends at `at`. Returns the place behind it, or 0 if nothing was found.
std::size_t read_lead(std::string_view text, std::size_t at, const Lead& lead, Ends& ends,
                      std::vector<SqlEcho>& echoes) {
  switch (lead.what) {
    case What::key:
      return read_key(text, at - 1, ends, echoes);
    case What::row:
      return read_row(text, at - 1, ends, echoes);
    case What::copied:
      return read_copied(text, at, ends, echoes);
    case What::value_behind_colon: {
      const std::size_t limit = std::min(text.size(), at + kMaxTypeBytes);
      const std::size_t colon = text.substr(0, limit).find(": ", at);
      return colon == std::string_view::npos ? 0 : read_quoted(text, colon + 2, SqlEchoKind::input, ends, echoes);
    }
    case What::value:
      return read_quoted(text, at, SqlEchoKind::input, ends, echoes);
    case What::value_in_front:
      return read_quoted_in_front(text, at - lead.text.size(), echoes) ? at : 0;
    case What::judged_value:
      if (read_value_in_front(text, at - lead.text.size(), at, echoes)) return at;
      [[fallthrough]];
    case What::field_value: {
      const std::size_t before = echoes.size();
      const std::size_t behind = read_quoted(text, at, SqlEchoKind::input, ends, echoes);
      if (echoes.size() == before) return behind;
      if (const std::string_view name = name_in_front(text, at - lead.text.size()); !name.empty()) {
        echoes.back().kind = SqlEchoKind::key;
        echoes.back().column = name;
      } else if (lead.what == What::field_value || !is_judged(text, behind)) {
        echoes.resize(before);
        return 0;
      }
      return behind;
    }
    case What::entry: {
      const std::size_t before = echoes.size();
      const std::size_t behind = read_quoted(text, at, SqlEchoKind::key, ends, echoes);
      if (echoes.size() > before) read_name_behind(text, behind, echoes.back());
      return behind;
    }
    case What::rejected_value:
      return read_rejected(text, at - lead.text.size(), at, ends, echoes);
    case What::chained_value:
      return read_chained(text, at, ends, echoes);
    case What::path:
      return read_path(text, at, ends, echoes);
    case What::in_brackets: {
      const std::size_t end = text.substr(0, std::min(text.size(), at + kMaxTypeBytes)).find(')', at);
      if (end == std::string_view::npos || end == at) return 0;
      echoes.push_back({.kind = SqlEchoKind::input, .column = {}, .value = {at, end}});
      return end;
    }
    case What::change_abroad:
    case What::change:
      return read_change(text, at - lead.text.size(), at, lead.what == What::change_abroad, ends, echoes);
    case What::list:
      return read_list(text, at, ends, echoes);
    case What::truncated:
    case What::preview: {
      const std::size_t before = echoes.size();
      const std::size_t behind = read_quoted(text, at, SqlEchoKind::input, ends, echoes);
      if (echoes.size() > before)
        echoes.back().column = name_announced(text, at, lead.what == What::preview ? " field [" : " column '");
      return behind;
    }
    case What::decoded:
      return read_decoded(text, at, ends, echoes);
    case What::primary_key: {
      constexpr std::string_view kSigns = "\\\": ";
      constexpr std::size_t kMaxSigns = 16;
      std::size_t i = at;
      while (i < text.size() && i - at < kMaxSigns && kSigns.find(text[i]) != std::string_view::npos) ++i;
      i += mark_begin_at(text, i);
      return char_at(text, i) == '/' ? read_segments(text, i, ends, echoes) : 0;
    }
    case What::segments:
      return at >= 7 && text[at - 7] == '/' ? read_segments(text, at, ends, echoes) : 0;
    case What::spans:
      return read_spans(text, at - 1, ends, echoes);
  }
  return 0;
}

}  // namespace

void find_sql_echoes(std::string_view text, std::vector<SqlEcho>& echoes) {
  echoes.clear();
  Ends ends(text);
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && !is_alpha(text[at])) ++at;
    if (at >= text.size()) return;
    const bool escaped = at >= 2 && text[at - 2] == '\\';  // \nKey (
    std::size_t behind = 0;
    if (at == 0 || !is_word(text[at - 1]) || escaped) {
      const Lead* const lead = lead_at(text, at);
      if (lead != nullptr) behind = read_lead(text, at + lead->text.size(), *lead, ends, echoes);
    }
    at = std::max(at + 1, behind);
    if (behind == 0 && text[at - (at >= 2 ? 2 : 1)] != '\\') {
      while (at < text.size() && is_word(text[at])) ++at;
    }
  }
}

}  // namespace piiscrub
