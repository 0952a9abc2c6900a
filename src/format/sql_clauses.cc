// What each token of a statement means to SqlReader: names, literals, comparisons, brackets, commas. What the words of
// SQL mean is in sql_keywords.cc.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/search.h"
#include "format/sql_reader.h"

namespace piiscrub {
namespace {

constexpr auto kKeywordFunctions = std::to_array<std::string_view>({"left", "right", "replace", "values", "insert"});
constexpr auto kCastFunctions = std::to_array<std::string_view>({"cast", "try_cast", "safe_cast"});
// Take keys and values in turn.
struct KeyedFunction {
  std::string_view name;
  std::size_t keys_from;  // index of the first key
};
constexpr auto kKeyedFunctions = std::to_array<KeyedFunction>({{"json_build_object", 0},
                                                               {"jsonb_build_object", 0},
                                                               {"json_object", 0},
                                                               {"set_config", 0},
                                                               {"jsonb_set", 1},
                                                               {"jsonb_insert", 1},
                                                               {"json_set", 1},
                                                               {"json_insert", 1},
                                                               {"json_replace", 1}});

// Say how well a string matches a column.
constexpr auto kMatchingFunctions = std::to_array<std::string_view>(
    {"charindex", "contains", "difference", "instr", "levenshtein", "levenshtein_less_equal", "locate", "regexp_count",
     "regexp_like", "regexp_matches", "similarity", "starts_with", "strict_word_similarity", "strpos",
     "word_similarity"});

// The last name of a path: zip of {address,zip}, $.address.zip and app.zip.
std::string_view last_of_path(std::string_view path) {
  if (path.starts_with('{') && path.ends_with('}')) path = path.substr(1, path.size() - 2);
  path.remove_prefix(path.find_last_of(",.") + 1);
  if (path.size() >= 2 && path.starts_with('"') && path.ends_with('"')) path = path.substr(1, path.size() - 2);
  return path;
}

// What functions are told about how to work, rather than what on: crypt('…', gen_salt('bf')), digest('…', 'sha256').
constexpr auto kMethods = std::to_array<std::string_view>({"hex", "base64", "escape", "md5", "sha1", "sha224", "sha256",
                                                           "sha384", "sha512", "bf", "des", "xdes", "utf8", "utf-8"});

}  // namespace

bool is_sql_method(std::string_view content) { return is_any_ignoring_case(content, kMethods); }

void SqlReader::Impl::step() {
  Frame& f = top();
  if (token.whole.begin > before.whole.end && before.kind == Kind::literal) end_comparison();
  if (table.size() > 0 && !f.names_table) {  // (VALUES …) AS v (…), but nothing else between
    const bool is_name = token.kind == Kind::quoted || (token.kind == Kind::word && token.word == SqlWord::none);
    if (!is_name && token.kind != Kind::open && token.word != SqlWord::as) table = {};
  }

  if (token.kind != Kind::word || token.word != SqlWord::none) names_in_a_row = 0;
  switch (token.kind) {
    case Kind::word:
      on_word();
      break;
    case Kind::quoted:
      if (ahead.kind != Kind::dot && ahead.kind != Kind::open && in_value_place() &&
          (f.type == Frame::Type::row || !std::all_of(text.begin() + static_cast<std::ptrdiff_t>(token.value.begin),
                                                      text.begin() + static_cast<std::ptrdiff_t>(token.value.end),
                                                      [](char c) { return is_word(c) || is_high(c); })))
        on_literal(SqlLiteral::string, token.value);  // MySQL's and SQLite's strings
      else
        on_name();
      break;
    case Kind::literal:
      on_literal(token.literal, token.value);
      break;
    case Kind::comparison:
      on_comparison();
      break;
    case Kind::arrow:
      f.arrow = true;
      break;
    case Kind::op:
      if (text[token.whole.begin] == '*' && f.name.empty()) f.item_star = true;
      break;
    case Kind::open:
      on_open();
      break;
    case Kind::close:
      on_close();
      break;
    case Kind::open_bracket:
      on_open_bracket();
      break;
    case Kind::close_bracket:
      on_close_bracket();
      break;
    case Kind::comma:
      on_comma();
      break;
    case Kind::semicolon:
      on_semicolon();
      break;
    case Kind::cast:
      skip_type();
      break;
    case Kind::dot:
    case Kind::end:
    case Kind::stop:
      break;
  }
  top().started = true;
}

// WHERE a = 'x' (took 17 ms), affected 3 rows: nothing that follows a value so is compared any more. Without a blank it
// may be the rest of a literal whose quotes were not doubled.
void SqlReader::Impl::end_comparison() {
  const bool follows = token.kind == Kind::open || (token.kind == Kind::word && token.word == SqlWord::none);
  if (follows && top().rhs) reset(top());
}

// Where a name would be odd, so that what looks like one is a value.
bool SqlReader::Impl::in_value_place() const {
  const Frame& f = frames[depth];
  if (f.type == Frame::Type::row) return before.kind == Kind::open || before.kind == Kind::comma;
  if (f.type == Frame::Type::list) return before.kind == Kind::open || before.kind == Kind::comma;
  return f.rhs && (before.kind == Kind::comparison || before.word == SqlWord::like || before.word == SqlWord::ilike);
}

void SqlReader::Impl::on_word() {
  Frame& f = top();
  if (token.marked && token.word == SqlWord::none && ahead.kind != Kind::dot && ahead.kind != Kind::open &&
      in_value_place()) {
    on_literal(SqlLiteral::marker, token.value);
    return;
  }
  if (!is_name_here()) {
    on_keyword(token.word);
    return;
  }
  if (depth == 0 && f.clause == Clause::none && !f.started && token.word == SqlWord::none) f.clause = Clause::ddl;
  // Three words in a row are prose.
  if (depth == 0 && f.clause != Clause::ddl && f.clause != Clause::set_variable && f.clause != Clause::other &&
      before.kind != Kind::dot && ++names_in_a_row >= 3) {
    stop();
    return;
  }
  if (token.value.size() == 10 && equals_ignoring_case(text_of(token.value), "identified")) identified = true;
  on_name();
}

void SqlReader::Impl::on_name() {
  // IDENTIFIED BY "p" REPLACE "old", IDENTIFIED BY p: Oracle's passwords are names.
  static constexpr auto kNoPasswords = std::to_array<std::string_view>({"values", "password", "random"});
  const auto is_token = [&](std::string_view word) { return equals_ignoring_case(text_of(token.value), word); };
  if (identified && (before.word == SqlWord::by || before.word == SqlWord::replace) && depth == 0 &&
      std::none_of(kNoPasswords.begin(), kNoPasswords.end(), is_token)) {
    emit(SqlLiteral::string, token.value, "password", token.unclosed);
    return;
  }
  bool chained = false;
  while (ahead.kind == Kind::dot) {
    advance();
    if (ahead.kind != Kind::word && ahead.kind != Kind::quoted) return;  // t.*
    advance();
    chained = true;
  }
  Frame& f = top();
  if (f.type == Frame::Type::columns) {
    if (before.kind == Kind::open || before.kind == Kind::comma || chained) {
      if (f.into_table) {
        columns.push_back(name_of(token));
      } else if (f.names_table) {
        table_columns.push_back(name_of(token));
      } else {
        insert_columns.push_back(name_of(token));
      }
    }
    return;
  }
  if (alias) {
    alias = false;
    if (f.clause == Clause::select || f.clause == Clause::returning) {
      if (!f.item_named) patch(f.item, name_of(token));
      f.name = name_of(token);
    }
    return;
  }
  if (ahead.kind == Kind::open && token.kind == Kind::word) return;  // a function
  // DATE '1990-01-01', PASSWORD 'p'
  if (ahead.kind == Kind::literal && ahead.literal != SqlLiteral::number && ahead.literal != SqlLiteral::placeholder &&
      token.kind == Kind::word && !chained && f.clause != Clause::set_variable && !token.marked)
    return;
  if ((f.clause == Clause::select || f.clause == Clause::returning) && !f.item_named && !f.rhs &&
      before.kind == Kind::literal) {  // SELECT 'x' alias
    patch(f.item, name_of(token));
    f.name = name_of(token);
    return;
  }
  name_event(name_of(token));
}

void SqlReader::Impl::name_event(std::string_view name) {
  Frame& f = top();
  if (name.empty()) return;
  if (f.reversed) {
    if (f.pending != kNone) patch(f.pending, name);
    f.reversed = false;
    f.column = name;
  }
  f.name = name;
  f.item_named = true;
  if (f.first.empty()) f.first = name;
  if (f.type == Frame::Type::group && f.clause == Clause::none && pool.size() == f.names_end && !f.rhs) {
    pool.push_back(name);
    f.names_end = pool.size();
  }
}

void SqlReader::Impl::on_literal(SqlLiteral kind, const Span& value) {
  Frame& f = top();
  const bool is_text = kind != SqlLiteral::number && kind != SqlLiteral::placeholder && kind != SqlLiteral::boolean;
  const std::string_view content = value.of(text);
  const Frame::Type type = f.type;
  if (type == Frame::Type::columns) return;
  if (type == Frame::Type::subscript) {
    if (is_text) f.name = content.size() <= kMaxNameBytes ? content : std::string_view();
    return;
  }
  if (f.arrow && kind != SqlLiteral::placeholder) {
    f.arrow = false;
    if (!is_text || content.size() > kMaxNameBytes) return;
    // It stands for the document's column in front of it.
    if (f.names_end > f.pool_base && pool.size() == f.names_end) pool.resize(--f.names_end);
    f.first = {};
    name_event(last_of_path(content));
    return;
  }
  f.arrow = false;
  const bool in_pairs = f.keyed && f.index >= f.keys_from;
  const bool is_key = in_pairs && (f.index - f.keys_from) % 2 == 0;
  if (is_key && is_text) {
    f.operand = content.size() <= kMaxNameBytes ? last_of_path(content) : std::string_view();
    return;
  }
  std::string_view column = f.column;
  if (in_pairs && !is_key && !f.operand.empty()) column = f.operand;
  if (before.kind == Kind::word && !before.marked && column.empty() && (is_text || kind == SqlLiteral::placeholder) &&
      (frames[0].clause == Clause::ddl || frames[0].clause == Clause::set_variable)) {
    if (identified && (before.word == SqlWord::by || before.word == SqlWord::as)) {
      column = "password";
    } else if (before.word == SqlWord::none || before.word == SqlWord::key) {
      column = name_of(before);  // PASSWORD 'p', OPTIONS (user 'u')
    }
  }
  const bool may_be_method = type == Frame::Type::function && f.index > 0;
  if (type == Frame::Type::function && (f.salting || (may_be_method && is_sql_method(content)))) no_column = true;
  if (no_column) column = {};
  if (column.empty() && !no_column && (!f.rhs || f.reversed) && f.pending == kNone) f.pending = reading.values.size();
  no_column = false;
  note_blank(kind, value, may_be_method);
  if (column.empty()) note_cell();
  emit(kind, value, column, token.unclosed);
}

// Of a value whose content does not count, unless it may be a method.
void SqlReader::Impl::note_blank(SqlLiteral kind, Span value, bool may_be_method) {
  if (value.end - reading.extent.begin > SqlShapes::kMaxBytes) return;  // such a statement is not remembered
  if (token.kind != Kind::literal || token.marked || token.unclosed) return;
  if (kind == SqlLiteral::string) {
    const auto blank = may_be_method ? SqlBlank::Kind::word : SqlBlank::Kind::text;
    blanks.push_back({.kind = blank, .value = reading.values.size(), .content = value});
  } else if (kind == SqlLiteral::number) {
    if (!is_digit(text[value.begin])) ++value.begin;  // a sign
    blanks.push_back({.kind = SqlBlank::Kind::number, .value = reading.values.size(), .content = value});
  }
}

void SqlReader::Impl::on_comparison() {
  Frame& f = top();
  f.arrow = false;
  f.reversed = false;
  if (!f.name.empty()) {
    f.column = f.name;
  } else if (f.pending != kNone) {
    f.reversed = true;
  } else {
    f.column = {};
  }
  f.rhs = true;
  f.name = {};
}

void SqlReader::Impl::on_open() {
  Frame& parent = top();
  const bool behind_blank = token.whole.begin > before.whole.end;
  if (behind_blank && parent.rhs && before.kind == Kind::close) reset(parent);
  const bool statement_follows =
      ahead.kind == Kind::word && (ahead.word == SqlWord::select || ahead.word == SqlWord::with);
  const bool named = before.kind == Kind::word && before.word == SqlWord::none;
  const Span tuple = parent.tuple;
  const bool of_tuple = tuple.size() > 0 && parent.rhs;
  if (!statement_follows && parent.clause == Clause::insert_target) {
    parent.clause = Clause::insert_rest;
    if (Frame* f = push(Frame::Type::columns)) f->base = f->column = {};
    return;
  }
  if (!statement_follows && parent.clause == Clause::copy_target) {
    parent.clause = Clause::other;
    if (Frame* f = push(Frame::Type::columns)) f->into_table = true;
    return;
  }
  const bool name_follows = ahead.kind == Kind::quoted || (ahead.kind == Kind::word && ahead.word == SqlWord::none);
  if (named && name_follows && (table.size() > 0 || (depth == 0 && parent.clause == Clause::with))) {
    table_columns.clear();
    if (Frame* f = push(Frame::Type::columns)) f->names_table = true;
    return;
  }
  if (parent.clause == Clause::values && depth == 0 && before.kind == Kind::close) {
    // No comma between the rows: this is no part of the statement.
    reading.extent.end = std::max(reading.extent.begin, before.whole.end);
    token = before;
    stop();
    return;
  }
  if (parent.clause == Clause::values && !named) {
    const bool in_table = is_table(parent);
    if (Frame* f = push(Frame::Type::row)) {
      f->in_table = in_table;
      tables += std::size_t{in_table};
      f->base = row_column(*f);
      reset(*f);
    }
    return;
  }
  if (!statement_follows && of_tuple && before.kind == Kind::word && before.word == SqlWord::in) {
    if (Frame* f = push(Frame::Type::list)) {
      f->tuple_rows = true;
      f->row = tuple;
    }
    return;
  }
  if (!statement_follows && (of_tuple || parent.tuple_rows)) {
    const Span row = parent.tuple_rows ? parent.row : tuple;
    if (Frame* f = push(Frame::Type::row)) {
      f->row = row;
      f->row_of_tuple = true;
      f->base = row_column(*f);
      reset(*f);
    }
    return;
  }
  if (before.kind == Kind::word && before.word == SqlWord::in) {
    push(Frame::Type::list);
    return;
  }
  const std::string_view name = text_of(before.value);
  const bool function = before.kind == Kind::word && (named || is_any_ignoring_case(name, kKeywordFunctions));
  Frame* f = push(function ? Frame::Type::function : Frame::Type::group);
  if (f == nullptr || !function) return;
  f->cast = is_any_ignoring_case(name, kCastFunctions);
  const auto is_named = [&](const KeyedFunction& keyed) { return equals_ignoring_case(name, keyed.name); };
  if (const auto keyed = std::find_if(kKeyedFunctions.begin(), kKeyedFunctions.end(), is_named);
      keyed != kKeyedFunctions.end()) {
    f->keyed = true;
    f->keys_from = keyed->keys_from;
  }
  f->unnests = equals_ignoring_case(name, "unnest");
  tables += std::size_t{f->unnests};
  f->counting = equals_ignoring_case(name, "count");
  f->salting = equals_ignoring_case(name, "gen_salt");
  f->matching = is_any_ignoring_case(name, kMatchingFunctions);
}

void SqlReader::Impl::on_close() {
  if (overflow > 0) {
    --overflow;
    return;
  }
  pop_cases();
  const Frame::Type type = top().type;
  if (depth == 0 || type == Frame::Type::array || type == Frame::Type::subscript) {
    reading.extent.end = std::max(reading.extent.begin, before.whole.end);
    token = before;
    stop();
    return;
  }
  alias = false;
  pop();
}

void SqlReader::Impl::on_open_bracket() {
  const bool operand = before.kind == Kind::literal || before.kind == Kind::quoted || before.kind == Kind::close ||
                       before.kind == Kind::close_bracket ||
                       (before.kind == Kind::word && before.word == SqlWord::none);
  const bool array = (before.kind == Kind::word && before.word == SqlWord::array) || !operand;
  // RETURNING "id" ["a", 17]: nobody leaves a blank in front of a subscript.
  const bool behind_blank = token.whole.begin > 0 && text[token.whole.begin - 1] == ' ';
  if (depth == 0 && !array && (behind_blank || (before.kind != Kind::word && before.kind != Kind::quoted))) {
    // `… LIMIT 1 [parameters: …]` is no subscript.
    reading.extent.end = std::max(reading.extent.begin, before.whole.end);
    token = before;
    stop();
    return;
  }
  push(array ? Frame::Type::array : Frame::Type::subscript);
}

void SqlReader::Impl::on_close_bracket() {
  if (overflow > 0) {
    --overflow;
    return;
  }
  pop_cases();
  const Frame::Type type = top().type;
  if (depth == 0 || (type != Frame::Type::array && type != Frame::Type::subscript)) {
    reading.extent.end = std::max(reading.extent.begin, before.whole.end);
    token = before;
    stop();
    return;
  }
  pop();
}

void SqlReader::Impl::on_comma() {
  pop_cases();
  Frame& f = top();
  alias = false;
  if (f.type == Frame::Type::row) {
    ++f.index;
    f.base = row_column(f);
  } else if (f.clause == Clause::select || f.clause == Clause::returning) {
    finish_item(f);
    if (f.inserting) next_insert_column(f);
  } else {
    ++f.index;
  }
  const bool rows = f.tuple_rows;
  const Span row = f.row;
  reset(f);
  f.tuple_rows = rows;
  f.row = row;
}

void SqlReader::Impl::on_semicolon() {
  // A closing parenthesis may be missing in a line that was cut.
  const std::size_t at = ahead.whole.begin;
  Frame& root = frames[0];
  depth = 0;
  if (root.clause == Clause::select || root.clause == Clause::returning) {
    finish_item(root);
    root.clause = Clause::other;
  }
  std::size_t end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  if (ahead.kind != Kind::word || !may_start_statement(text.substr(at, end - at))) return stop();
  looked_behind = true;
  if (find_statement(text.substr(0, std::min(text.size(), at + 512)), at) != at) return stop();
  begin_statement();
}

// Behind :: or AS: numeric(10,2), double precision, timestamp with time zone, "public"."t"[]
void SqlReader::Impl::skip_type() {
  const auto takes = [&](std::string_view word) {
    if (ahead.kind != Kind::word || !equals_ignoring_case(text_of(ahead.value), word)) return false;
    advance();
    return true;
  };
  if (ahead.kind != Kind::word && ahead.kind != Kind::quoted) return;
  advance();
  while (ahead.kind == Kind::dot) {
    advance();
    if (ahead.kind == Kind::word || ahead.kind == Kind::quoted) advance();
  }
  if (!takes("precision")) takes("varying");
  if (ahead.kind == Kind::open) {
    advance();
    while (ahead.kind == Kind::literal || ahead.kind == Kind::comma) advance();
    if (ahead.kind == Kind::close) advance();
  }
  if ((takes("with") || takes("without")) && takes("time")) takes("zone");
  while (ahead.kind == Kind::open_bracket) {
    advance();
    if (ahead.kind == Kind::literal) advance();
    if (ahead.kind == Kind::close_bracket) advance();
  }
}

}  // namespace piiscrub
