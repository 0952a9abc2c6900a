#include "format/sql_parameters.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"
#include "format/sql_bindings.h"
#include "format/sql_lexer.h"
#include "format/sql_parameters_internal.h"

namespace piiscrub {
namespace {

using parameters::is_bracket;
using parameters::quotes_around_field;
using parameters::run_of_quotes;
using parameters::skip_space;

constexpr std::size_t kMaxDepth = 24;
constexpr std::size_t kMaxKeyBytes = 128;

// None, NULL and booleans: values that say nothing.
bool is_empty_word(std::string_view text) {
  static constexpr auto kWords = std::to_array<std::string_view>({"none", "null", "nil", "true", "false", "default"});
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

// A placeholder that does not stand where its parameter does is looked for this far.
constexpr std::size_t kMaxSearchedPlaceholders = 1024;

// 12 of $12
std::size_t number_of(std::string_view placeholder) {
  std::size_t number = 0;
  for (const char c : placeholder.substr(0, 8))
    if (is_digit(c)) number = number * 10 + static_cast<std::size_t>(c - '0');
  return number;
}

// Reads a bracketed list of Python reprs or JSON values.
class ListReader {
 public:
  ListReader(std::string_view text, const SqlParameterStart& start, SqlParameterList& list)
      : text_(text), i_(start.at), sql_literals_(start.sql_literals), in_braces_(start.in_braces), list_(list) {
    surrounding_ = find_surrounding(text, start.at);
    // … with params ["Ann"]" at …: a message between quotes that does not escape its own. No string ends behind a
    // bracket and in front of a word.
    const std::size_t quote = start.at + 1;
    if (surrounding_.mark != 0 && char_at(text, quote) == surrounding_.mark && surrounding_.ends_at(text, quote, 0) &&
        is_bracket(text[start.at]) && (is_word(char_at(text, quote + 1)) || char_at(text, quote + 1) == '+'))
      surrounding_ = {};
  }

  void read();
  // The same of a list without brackets.
  void read_listed();

 private:
  struct Level {
    char close = 0;
    bool dictionary = false;
    bool value_next = false;  // of a dictionary: the key has been read
    bool call = false;        // Decimal( … )
    std::size_t index = 0;
    std::size_t first_item = 0;  // items[first_item] is the first in here
    std::string_view key;
  };

  // The level whose entries are parameters.
  [[nodiscard]] std::size_t base() const { return sets_ ? 1 : 0; }
  Level& top() { return levels_[depth_]; }

  void read_items();
  void open(char bracket, bool call);
  void close();
  void comma();
  bool read_string();
  [[nodiscard]] std::size_t mark_here() const;
  void read_word();
  void note_what_is_open();
  void begin_item(std::size_t at) {
    if (item_ == kNoOrdinal) item_ = at;
  }
  void end_item(std::size_t at);
  void emit(const Span& value, bool quoted);
  void emit_sql(const Span& content);

  std::string_view text_;
  std::size_t i_;
  bool sql_literals_;
  bool in_braces_;
  SqlParameterList& list_;
  Surrounding surrounding_;
  std::array<Level, kMaxDepth> levels_;
  std::size_t depth_ = 0;
  std::size_t overflow_ = 0;
  bool sets_ = false;
  bool started_ = false;
  bool gap_ = false;               // SQLAlchemy left items out
  std::size_t item_ = kNoOrdinal;  // where the parameter begins that is being read
  std::size_t item_values_ = 0;    // its first in list_.items
  Span open_quote_;                // of the string that the text ends in
  SqlLexer lexer_;
};

void ListReader::open(char bracket, bool call) {
  if (depth_ == 0 && started_ && levels_[0].index == 0 && list_.items.empty() && !call && !in_braces_ &&
      (bracket == '{' || (bracket == '(' && levels_[0].close == ']')) && item_ == kNoOrdinal)
    sets_ = true;
  if (started_ && depth_ + 1 > base()) begin_item(i_);
  if (started_ && depth_ + 1 >= kMaxDepth) {
    ++overflow_;
    return;
  }
  if (started_) ++depth_;
  started_ = true;
  top() = Level();
  top().close = bracket == '(' ? ')' : bracket == '[' ? ']' : '}';
  top().dictionary = bracket == '{' && !(in_braces_ && depth_ == 0);
  top().call = call;
  top().first_item = list_.items.size();
}

void ListReader::end_item(std::size_t at) {
  for (std::size_t k = item_values_; k < list_.items.size() && item_ != kNoOrdinal; ++k)
    list_.items[k].item = {item_, at};
  item_ = kNoOrdinal;
  item_values_ = list_.items.size();
}

void ListReader::close() {
  if (overflow_ > 0) {
    --overflow_;
    return;
  }
  if (depth_ <= base()) end_item(i_);
  if (depth_ == 0) {
    list_.complete = true;
    return;
  }
  --depth_;
}

void ListReader::comma() {
  if (overflow_ > 0) return;
  if (depth_ == base()) end_item(i_);
  ++top().index;
  top().value_next = false;
  top().key = {};
}

void ListReader::emit(const Span& value, bool quoted) {
  begin_item(value.begin);
  SqlParameter parameter;
  const Level& level = levels_[std::min(base(), depth_)];
  parameter.name = level.dictionary ? level.key : std::string_view();
  for (std::size_t d = depth_; d > base() && parameter.key.empty(); --d) parameter.key = levels_[d].key;
  parameter.ordinal = gap_ && !level.dictionary ? kNoOrdinal : level.index;
  parameter.set = sets_ ? levels_[0].index : 0;
  parameter.value = value;
  parameter.item = value;
  parameter.quoted = quoted;
  list_.items.push_back(parameter);
}

// The literals of one of CockroachDB's placeholder values: 'a', ARRAY['a','b'], 5, NULL, ‹'a'›
void ListReader::emit_sql(const Span& content) {
  const std::size_t before = list_.items.size();
  // The string's own escapes: each backslash of the literal is written with twice as many as the quote around it.
  const std::size_t quote_run = content.begin > 1 && text_[content.begin - 2] == '\\' ? 1 : 0;
  lexer_.start(text_.substr(content.begin, content.size()), 0, 2 * (quote_run + 1));
  bool words_only = true;
  bool cast = false;
  while (true) {
    const SqlToken token = lexer_.next();
    if (token.kind == SqlToken::Kind::end || token.kind == SqlToken::Kind::stop) break;
    const bool typed = cast;
    cast = token.kind == SqlToken::Kind::cast;
    if (token.kind == SqlToken::Kind::word) {
      if (token.marked && token.word != SqlWord::null && token.word != SqlWord::true_ &&
          token.word != SqlWord::false_ && !typed)
        emit({content.begin + token.value.begin, content.begin + token.value.end}, false);
      words_only = words_only && !typed && is_empty_word(token.value.of(lexer_.text()));
      continue;
    }
    words_only = false;
    if (token.kind == SqlToken::Kind::literal && !typed)
      emit({content.begin + token.value.begin, content.begin + token.value.end},
           token.literal != SqlLiteral::number && token.literal != SqlLiteral::marker);
  }
  if (list_.items.size() == before && !words_only && content.size() > 0) emit(content, false);
}

// Reads the string at i_, which may have a prefix: b'…'. False if none stands there or the surrounding text ends there.
bool ListReader::read_string() {
  Quote quote;
  if (!quote_at(text_, i_, quote) || quote.mark == '`') return false;
  if (!quote.coded && surrounding_.ends_at(text_, i_ + quote.run, quote.run)) return false;
  begin_item(i_);
  const std::size_t unit = quote.run > 0 ? quote.run + 1 : surrounding_.unit;
  const std::size_t from = i_ + quote.length;
  std::size_t k = from;
  bool closed = false;
  while (k < text_.size()) {
    const char c = text_[k];
    if (c != quote.mark && c != '\\' && c != '"' && c != '&') {
      ++k;
      continue;
    }
    Quote here;
    if (!quote_at(text_, k, here)) {
      k += std::max<std::size_t>(backslashes_at(text_, k), 1);
      continue;
    }
    if (here == quote) {
      closed = true;
      break;
    }
    const std::size_t mark = k + here.run;
    if (!here.coded && surrounding_.mark == '"' && surrounding_.ends_at(text_, mark, here.run)) break;
    if (here.mark == quote.mark && here.coded == quote.coded) {
      if (here.run < quote.run) break;
      const std::size_t extra = here.run - quote.run;
      const std::size_t written = unit == 0 ? extra : extra / unit;
      const bool even = written % 2 == 0;
      if (even && (unit > 0 || written % 4 == 0 || goes_on_behind_literal(text_, mark + 1))) {
        k = mark - quote.run;
        closed = true;
        break;
      }
    }
    k += here.length;
  }
  const Span content = {from, k};
  if (k >= text_.size()) open_quote_ = {from - quote.length, from};
  i_ = closed ? k + quote.length : k;
  Level& level = top();
  if (level.dictionary && !level.value_next && overflow_ == 0) {
    level.key = content.size() <= kMaxKeyBytes ? content.of(text_) : std::string_view();
  } else if (sql_literals_ && content.size() > 0) {
    emit_sql(content);
  } else if (content.size() > 0) {
    Span value = content;
    if (content.of(text_).starts_with(kMarkBegin) && content.of(text_).ends_with(kMarkEnd) &&
        content.size() >= kMarkBegin.size() + kMarkEnd.size())
      value = {content.begin + kMarkBegin.size(), content.end - kMarkEnd.size()};
    emit(value, true);
  }
  return closed;
}

// The length of the mark around a key or value at i_, {‹$1›:‹"'a'"›}, or 0.
std::size_t ListReader::mark_here() const {
  if (!sql_literals_) return 0;
  const std::size_t begin = mark_begin_at(text_, i_);
  return begin > 0 ? begin : mark_end_at(text_, i_);
}

// Unquoted text: a number, None, <object at 0x1>, or the name of what follows: Decimal(
void ListReader::read_word() {
  const std::size_t from = i_;
  begin_item(from);
  if (text_[i_] == '~' && is_alpha(char_at(text_, i_ + 1)) &&
      char_at(text_, i_ + 2) == '[') {  // Elixir's ~D[1974-10-02]
    const std::size_t end = text_.find(']', i_);
    i_ = std::min(end, text_.size());
    emit({from + 3, i_}, true);
    if (i_ < text_.size()) ++i_;
    return;
  }
  while (i_ < text_.size()) {
    const char c = text_[i_];
    if (c == ',' || c == ')' || c == ']' || c == '}' || is_bracket(c) || c == '\'' || c == '"' || c == '\\' ||
        c == '`' || (c == '&' && char_at(text_, i_ + 1) == '#') ||
        (c == ':' && top().dictionary && !top().value_next) || mark_here() > 0)
      break;
    ++i_;
  }
  std::string_view word = text_.substr(from, i_ - from);
  while (!word.empty() && is_space(word.back())) word.remove_suffix(1);
  const char c = char_at(text_, i_);
  if (has_at(text_, from, "...")) {  // … displaying 10 of 20 total bound parameter sets …
    gap_ = gap_ || depth_ == base();
    return;
  }
  if (top().dictionary && !top().value_next) {
    top().key = word.size() <= kMaxKeyBytes ? word : std::string_view();
    return;
  }
  if (c == '(' && !word.empty()) {
    // datetime.date(1990, 1, 2) is one value.
    const std::size_t first = skip_space(text_, i_ + 1);
    if (!is_digit(char_at(text_, first)) && char_at(text_, first) != '-') {
      open('(', true);
      ++i_;
      return;
    }
    std::size_t end = first;
    std::size_t nested = 0;
    while (end < text_.size() && (text_[end] != ')' || nested > 0)) {
      if (surrounding_.mark != 0 && text_[end] == surrounding_.mark && surrounding_.ends_at(text_, end, 0)) break;
      if (text_[end] == '(') ++nested;
      if (text_[end] == ')') --nested;
      ++end;
    }
    i_ = char_at(text_, end) == ')' ? end + 1 : end;
    emit({from, i_}, false);
    return;
  }
  const bool prefix = (c == '\'' || c == '"' || c == '\\' || c == '&') && word.size() <= 2;  // b'…'
  if (word.empty() || prefix || is_empty_word(word)) return;
  emit({from, from + word.size()}, false);
}

void ListReader::read() {
  open(text_[i_], false);
  ++i_;
  read_items();
  if (!list_.complete) end_item(i_);
  list_.extent.end = i_;
  if (!list_.complete && i_ >= text_.size() && overflow_ == 0 && !gap_) note_what_is_open();
}

void ListReader::read_listed() {
  open('[', false);
  read_items();
  end_item(i_);
  list_.extent.end = i_;
  list_.complete = true;
}

void ListReader::read_items() {
  while (i_ < text_.size() && !list_.complete) {
    i_ = skip_space(text_, i_);
    if (const std::size_t mark = mark_here(); mark > 0) {
      i_ += mark;
      continue;
    }
    if (i_ >= text_.size()) break;
    const char c = text_[i_];
    if (is_bracket(c)) {
      open(c, false);
      ++i_;
    } else if (c == ')' || c == ']' || c == '}') {
      if (overflow_ == 0 && c != top().close) break;
      if (depth_ == 0 || (depth_ == 1 && sets_)) {
        close();
        ++i_;
      } else {
        ++i_;
        close();
      }
    } else if (c == ',') {
      comma();
      ++i_;
    } else if (c == ':' && top().dictionary) {
      top().value_next = true;
      if (depth_ == base() && item_values_ == list_.items.size()) item_ = kNoOrdinal;  // that was the key
      ++i_;
    } else {
      Quote quote;
      if (quote_at(text_, i_, quote) && quote.mark != '`') {
        if (!read_string()) break;
      } else {
        const std::size_t from = i_;
        read_word();
        if (i_ == from) break;  // nothing that a list holds
      }
    }
  }
}

// Writes a list that leaves a reader where this one is: as deep, under the same key, behind as many commas.
void ListReader::note_what_is_open() {
  constexpr std::size_t kMaxItems = 4096;
  std::string& opened = list_.opened;
  for (std::size_t d = 0; d <= depth_; ++d) {
    const Level& level = levels_[d];
    if (level.call) opened += 'x';
    opened += level.close == ')' ? '(' : level.close == ']' ? '[' : '{';
    if (d == 0 && sets_) {
      if (depth_ == 0) opened += "(0),";
      continue;
    }
    if (level.index > kMaxItems) return opened.clear();
    if (!level.dictionary) {
      for (std::size_t i = 0; i < level.index; ++i) opened += "0,";
    } else if (level.value_next) {
      const bool plain = level.key.find_first_of("'\\\"") == std::string_view::npos;
      opened += '\'';
      opened += plain ? level.key : std::string_view("_");
      opened += "':";
    }
  }
  opened += open_quote_.of(text_);
}

// $1 = 'a', $2 = NULL
void read_numbered(std::string_view text, std::size_t at, SqlParameterList& list) {
  SqlLexer lexer;
  lexer.start(text, at);
  SqlToken token = lexer.next();
  while (token.kind == SqlToken::Kind::literal && token.literal == SqlLiteral::placeholder) {
    SqlParameter parameter;
    parameter.name = token.whole.of(text);
    parameter.ordinal = list.extent.end > at ? list.items.size() : 0;
    if (parameter.name.starts_with('$')) {
      const std::size_t number = number_of(parameter.name);
      parameter.ordinal = number > 0 ? number - 1 : 0;
    }
    list.extent.end = token.whole.end;
    if (lexer.next().kind != SqlToken::Kind::comparison) return;
    token = lexer.next();
    if (token.kind == SqlToken::Kind::end || token.kind == SqlToken::Kind::stop) return;
    list.extent.end = token.whole.end;
    if (token.kind == SqlToken::Kind::literal) {
      parameter.value = token.value;
      parameter.item = token.whole;
      parameter.quoted = token.literal != SqlLiteral::number && token.literal != SqlLiteral::marker;
      list.items.push_back(parameter);
    }
    list.complete = !token.unclosed;
    if (token.unclosed && token.whole.end >= text.size()) {
      list.opened = parameter.name;
      list.opened += " = '";
      return;
    }
    if (lexer.next().kind != SqlToken::Kind::comma) return;
    token = lexer.next();
    if (token.kind == SqlToken::Kind::end) list.opened = "$0 = 0, ";
  }
}

// How far ahead of the last match the literal that equals a parameter is looked for: past constants of the statement.
constexpr std::size_t kMaxSkippedLiterals = 16;

bool counts(char c) { return is_alnum(c) || is_high(c); }

// Whether a parameter and a literal say the same, spelt as Python and SQL do: "it's" and 'it''s', date(1990, 1, 2) and
// '1990-01-02'.
bool says_the_same(std::string_view parameter, std::string_view literal) {
  if (const std::size_t bracket = parameter.find('('); bracket != std::string_view::npos && parameter.ends_with(')')) {
    parameter.remove_prefix(bracket + 1);
    parameter = parameter.substr(0, parameter.find_first_not_of("0123456789"));
    return !parameter.empty() && literal.starts_with(parameter);
  }
  std::size_t i = 0;
  std::size_t k = 0;
  bool any = false;
  while (true) {
    while (i < parameter.size() && !counts(parameter[i])) ++i;
    while (k < literal.size() && !counts(literal[k])) ++k;
    if (i == parameter.size() || k == literal.size()) break;
    if (parameter[i++] != literal[k++]) return false;
    any = true;
  }
  return any && i == parameter.size() && k == literal.size();
}

// Reads the fields at `at`: a,17 or "a,17", of which one with a comma stands between doubled quotes.
void read_fields(std::string_view text, std::size_t at, SqlParameterList& list) {
  const std::string_view around = text.substr(at, quotes_around_field(run_of_quotes(text, at)));
  const std::string_view inner = around.size() == 2 ? "\"\"\"\"" : around.empty() ? "\"" : "\"\"";
  std::size_t begin = at + around.size();
  for (std::size_t ordinal = 0; begin <= text.size(); ++ordinal) {
    const bool quoted = has_at(text, begin, inner);
    std::size_t end = begin;
    if (quoted) {
      begin += inner.size();
      end = std::min(text.find(inner, begin), text.size());
    } else {
      while (end < text.size() && text[end] != ',' && text[end] != '"') ++end;
    }
    if (end > begin && text.substr(begin, end - begin) != "<null>")
      list.items.push_back(
          {.name = {}, .key = {}, .ordinal = ordinal, .value = {begin, end}, .item = {begin, end}, .quoted = true});
    const std::size_t behind = quoted ? std::min(end + inner.size(), text.size()) : end;
    list.extent.end = behind;
    if (char_at(text, behind) != ',') break;
    begin = behind + 1;
  }
  list.complete = true;
}

}  // namespace

void read_parameters(std::string_view text, const SqlParameterStart& start, SqlParameterList& list) {
  list.form = start.form;
  list.items.clear();
  list.complete = false;
  list.opened.clear();
  const std::size_t at = std::min(start.at, text.size());
  list.extent = {at, at};
  if (start.style == SqlParameterStyle::fields) {
    read_fields(text, at, list);
  } else if (start.style == SqlParameterStyle::listed) {
    ListReader(text, start, list).read_listed();
  } else if (start.style != SqlParameterStyle::bracketed) {
    read_bindings(text, at, start.style, list);
  } else if (is_bracket(char_at(text, at))) {
    ListReader(text, start, list).read();
  } else {
    read_numbered(text, at, list);
  }
}

void spread(std::string_view text, std::size_t placeholders, SqlParameterList& list) {
  std::vector<SqlParameter>& items = list.items;
  if (list.form != SqlParameterForm::bound || placeholders < 2 || items.empty() || !items.front().name.empty()) return;
  if (items.size() == 1 && !items.front().quoted && list.complete) {
    const Span all = items.front().value;
    const std::string_view words = all.of(text);
    if (static_cast<std::size_t>(std::count(words.begin(), words.end(), ' ')) + 1 != placeholders) return;
    items.clear();
    for (std::size_t begin = all.begin; begin <= all.end;) {
      const std::size_t end = std::min(text.find(' ', begin), all.end);
      const Span word{begin, end};
      if (word.size() > 0) {
        items.push_back({.name = {}, .key = {}, .ordinal = 0, .set = 0, .value = word, .item = word, .quoted = false});
        items.back().ordinal = items.size() - 1;
      }
      begin = end + 1;
    }
    return;
  }
  const auto is_first = [](const SqlParameter& item) { return item.ordinal == 0 && item.set == 0; };
  if (items.size() != placeholders || !std::all_of(items.begin(), items.end(), is_first)) return;
  for (std::size_t i = 0; i < items.size(); ++i) items[i].ordinal = i;
}

std::string_view column_of(const SqlParameter& parameter, const std::vector<SqlPlaceholder>& placeholders) {
  const bool numbered = !placeholders.empty() && placeholders.front().name.starts_with('$');
  if (numbered || !parameter.name.empty()) {
    const auto matches = [&](const SqlPlaceholder& placeholder) {
      // The same one may stand in several places, of which not all have a column.
      if (placeholder.column.empty()) return false;
      return numbered ? number_of(placeholder.name) == parameter.ordinal + 1 : placeholder.name == parameter.name;
    };
    if (parameter.ordinal < placeholders.size() && matches(placeholders[parameter.ordinal]))
      return placeholders[parameter.ordinal].column;
    const auto end =
        placeholders.begin() + static_cast<std::ptrdiff_t>(std::min(placeholders.size(), kMaxSearchedPlaceholders));
    const auto found = std::find_if(placeholders.begin(), end, matches);
    if (found != end) return found->column;
  }
  if (numbered) return {};
  // Doctrine's {"1": …, "2": …} for question marks.
  const bool by_number = !parameter.name.empty() && !placeholders.empty() && placeholders.front().name == "?" &&
                         std::all_of(parameter.name.begin(), parameter.name.end(), is_digit);
  if (by_number && number_of(parameter.name) > 0) {
    const std::size_t number = number_of(parameter.name);
    return number <= placeholders.size() ? placeholders[number - 1].column : std::string_view();
  }
  if (parameter.name.empty())
    return parameter.ordinal < placeholders.size() ? placeholders[parameter.ordinal].column : std::string_view();
  if (parameter.name.starts_with('$')) return {};
  // SQLAlchemy names its parameters after their columns: email_1, email__0, email_m1_2.
  std::string_view name = parameter.name;
  while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
  if (name.size() < parameter.name.size() && name.ends_with('_')) {
    while (name.ends_with('_')) name.remove_suffix(1);
    return name;
  }
  return parameter.name;
}

void pair_columns(std::string_view text, const SqlParameterList& list, std::string_view statement,
                  const SqlReading& reading, std::vector<std::string_view>& columns) {
  columns.clear();
  std::size_t next = 0;
  for (const SqlParameter& item : list.items) {
    std::string_view column;
    if (list.form == SqlParameterForm::row) {
      const bool known = item.ordinal < reading.columns.size() &&
                         std::find(reading.columns.begin(), reading.columns.end(), "*") == reading.columns.end();
      if (known) column = reading.columns[item.ordinal];
    } else if (list.form == SqlParameterForm::bound) {
      column = column_of(item, reading.placeholders);
      if (column.empty() && reading.placeholders.empty()) {
        std::size_t seen = 0;
        for (std::size_t k = next; k < reading.values.size() && seen < kMaxSkippedLiterals; ++k, ++seen) {
          if (!says_the_same(item.value.of(text), reading.values[k].value.of(statement))) continue;
          column = reading.values[k].column;
          next = k + 1;
          break;
        }
      }
    }
    columns.push_back(column);
  }
}

}  // namespace piiscrub
