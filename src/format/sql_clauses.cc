// What each token of a statement means to SqlReader: words and names, literals, comparisons, brackets, commas.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/search.h"
#include "format/sql_reader.h"

namespace piiscrub {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

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

// The last name of a path: zip of {address,zip}, $.address.zip and app.zip.
std::string_view last_of_path(std::string_view path) {
  if (path.starts_with('{') && path.ends_with('}')) path = path.substr(1, path.size() - 2);
  path.remove_prefix(path.find_last_of(",.") + 1);
  if (path.size() >= 2 && path.starts_with('"') && path.ends_with('"')) path = path.substr(1, path.size() - 2);
  return path;
}

// EXECUTE of PL/pgSQL takes the text of a statement: what makes one of pieces.
constexpr auto kTextFunctions = std::to_array<std::string_view>({"format", "concat", "function", "procedure"});

// What functions are told about how to work, rather than what on: crypt('…', gen_salt('bf')), digest('…', 'sha256').
constexpr auto kMethods = std::to_array<std::string_view>({"hex", "base64", "escape", "md5", "sha1", "sha224", "sha256",
                                                           "sha384", "sha512", "bf", "des", "xdes", "utf8", "utf-8"});

}  // namespace

bool is_sql_method(std::string_view content) { return is_one_of(content, kMethods); }

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

// Whether a word that means something is a name where it stands: t.limit, SET key = …, INSERT INTO t (user, order).
bool SqlReader::Impl::is_name_here() const {
  if (token.word == SqlWord::none || before.kind == Kind::dot || ahead.kind == Kind::dot) return true;
  const Frame& f = frames[depth];
  if (f.type == Frame::Type::columns) return true;
  switch (token.word) {
    case SqlWord::null:
    case SqlWord::true_:
    case SqlWord::false_:
    case SqlWord::default_:
    case SqlWord::end:
    case SqlWord::any:
    case SqlWord::all:
    case SqlWord::some:
      return false;
    case SqlWord::values:
      return f.clause == Clause::set && f.rhs;
    case SqlWord::replace:
    case SqlWord::left:
    case SqlWord::right:
    case SqlWord::insert:
      return ahead.kind == Kind::open && f.started && before.word != SqlWord::then;
    default:
      return ahead.kind == Kind::comparison && text[ahead.whole.begin] == '=';
  }
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

void SqlReader::Impl::on_keyword(SqlWord word) {
  Frame& f = top();
  switch (word) {
    case SqlWord::select:
      pop_cases();
      {
        Frame& s = top();
        if (s.clause == Clause::select || s.clause == Clause::returning) finish_item(s);
        const bool filling = s.inserting && s.clause != Clause::values;
        const std::string_view outer = s.clause == Clause::none ? s.base : std::string_view();
        // Only the first SELECT of a UNION names the result.
        if (collects() && !s.inserting && s.clause != Clause::other) columns.clear();
        s.clause = Clause::select;
        s.base = outer;
        s.index = 0;
        if (filling) next_insert_column(s);
        reset(s);
        s.item = reading.values.size();
        s.item_named = s.item_star = false;
      }
      break;
    case SqlWord::from:
      if (before.kind == Kind::word && before.word == SqlWord::distinct) break;
      if (f.clause == Clause::none || f.type == Frame::Type::case_) {  // extract(year FROM x), substring(x FROM 1)
        if (ahead.kind == Kind::word || ahead.kind == Kind::quoted) f.first = f.name = {};
        break;
      }
      new_clause(f, Clause::from);
      break;
    case SqlWord::where:
    case SqlWord::having:
    case SqlWord::join:
    case SqlWord::using_:
    case SqlWord::left:
    case SqlWord::right:
    case SqlWord::inner:
    case SqlWord::full:
    case SqlWord::cross:
    case SqlWord::natural:
    case SqlWord::lateral:
    case SqlWord::outer:
      pop_cases();
      new_clause(top(), top().clause == Clause::none ? Clause::none : Clause::from);
      break;
    case SqlWord::on:
      pop_cases();
      if (top().clause == Clause::select) break;  // DISTINCT ON
      new_clause(top(), top().inserting ? Clause::insert_rest : Clause::from);
      break;
    case SqlWord::limit:
    case SqlWord::offset:
    case SqlWord::fetch:
    case SqlWord::group:
    case SqlWord::order:
    case SqlWord::union_:
    case SqlWord::except:
    case SqlWord::intersect:
      pop_cases();
      new_clause(top(), top().clause == Clause::none ? Clause::none : Clause::other);
      break;
    case SqlWord::for_:
      if (f.clause == Clause::set_variable && ahead.kind == Kind::word) advance();  // SET PASSWORD FOR bob = 'p'
      if (f.clause != Clause::set_variable && f.clause != Clause::ddl && f.clause != Clause::none)
        new_clause(f, Clause::other);
      break;
    case SqlWord::and_:
      if (f.between) {
        f.between = false;
      } else {
        reset(f);
      }
      break;
    case SqlWord::or_:
      reset(f);
      break;
    case SqlWord::insert:
    case SqlWord::upsert:
    case SqlWord::replace:
    case SqlWord::merge:
      if (f.clause == Clause::ddl && word == SqlWord::replace) break;  // CREATE OR REPLACE
      pop_cases();
      new_clause(top(), Clause::insert_target);
      top().inserting = word != SqlWord::merge;
      insert_columns.clear();
      columns.clear();
      break;
    case SqlWord::into:
      if (f.clause != Clause::none) break;
      new_clause(top(), Clause::insert_target);  // ...RT INTO t (a, b): see find_statement()
      top().inserting = true;
      insert_columns.clear();
      columns.clear();
      break;
    case SqlWord::values:
      if (f.clause == Clause::insert_target || f.clause == Clause::insert_rest || f.clause == Clause::ddl ||
          f.clause == Clause::with || f.clause == Clause::none || f.clause == Clause::from) {
        if (!f.inserting) insert_columns.clear();
        if (!f.inserting && depth == 1 && frames[0].clause == Clause::with) insert_columns.swap(table_columns);
        new_clause(f, Clause::values);
        f.cells = cells.size();
      }
      break;
    case SqlWord::update:
      if (before.kind == Kind::word && before.word == SqlWord::for_) break;
      if (before.kind == Kind::word && before.word == SqlWord::key) {
        if (f.inserting) new_clause(f, Clause::set);
        break;
      }
      new_clause(f, Clause::update_target);
      break;
    case SqlWord::set:
      pop_cases();
      new_clause(top(),
                 top().clause == Clause::none || top().clause == Clause::ddl ? Clause::set_variable : Clause::set);
      break;
    case SqlWord::delete_:
      if (before.kind != Kind::word || before.word != SqlWord::on) new_clause(f, Clause::update_target);
      break;
    case SqlWord::copy:
      if (f.started) break;
      new_clause(f, Clause::copy_target);
      columns.clear();
      break;
    case SqlWord::execute:
      reading.executes = depth == 0 && !f.started && !is_one_of(text_of(ahead.value), kTextFunctions);
      [[fallthrough]];
    case SqlWord::call:
      new_clause(f, Clause::other);
      break;
    case SqlWord::returning:
      pop_cases();
      new_clause(top(), Clause::returning);
      if (collects()) {
        columns.clear();
        top().inserting = false;
      }
      top().item = reading.values.size();
      top().item_named = top().item_star = false;
      break;
    case SqlWord::with:
      if (!f.started) f.clause = Clause::with;
      break;
    case SqlWord::as:
      if (f.cast) {
        skip_type();
      } else if (f.clause == Clause::select || f.clause == Clause::returning) {
        alias = true;
      }
      break;
    case SqlWord::case_: {
      const std::string_view outer = f.column;
      if (Frame* inner = push(Frame::Type::case_)) {
        inner->outer = outer;
        inner->base = inner->column = {};
      } else {
        --overflow;  // END is not counted
      }
      break;
    }
    case SqlWord::when:
      if (f.type == Frame::Type::case_) {
        if (f.operand.empty() && f.index == 0) f.operand = f.name;
        ++f.index;
        f.base = f.operand;
      }
      reset(f);
      f.rhs = f.type == Frame::Type::case_ && !f.operand.empty();
      break;
    case SqlWord::then:
    case SqlWord::else_:
      if (f.type == Frame::Type::case_) f.base = f.outer;
      reset(f);
      break;
    case SqlWord::end:
      if (f.type == Frame::Type::case_) pop();
      break;
    case SqlWord::between:
      on_comparison();
      f.between = true;
      break;
    case SqlWord::in:
    case SqlWord::is:
    case SqlWord::like:
    case SqlWord::ilike:
    case SqlWord::similar:
    case SqlWord::rlike:
    case SqlWord::regexp:
    case SqlWord::glob:
      on_comparison();
      break;
    case SqlWord::to:
      if ((f.clause == Clause::set_variable || f.clause == Clause::ddl) && !f.name.empty()) on_comparison();
      if (f.clause == Clause::copy_target) f.clause = Clause::other;
      break;
    case SqlWord::interval:
      no_column = ahead.kind == Kind::literal;
      break;
    case SqlWord::escape:
      no_column = true;
      break;
    case SqlWord::collate:
      if (ahead.kind == Kind::word || ahead.kind == Kind::quoted) advance();
      break;
    case SqlWord::true_:
    case SqlWord::false_:
      on_literal(SqlLiteral::boolean, token.value);
      break;
    default:
      break;
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
  const bool function = before.kind == Kind::word && (named || is_one_of(name, kKeywordFunctions));
  Frame* f = push(function ? Frame::Type::function : Frame::Type::group);
  if (f == nullptr || !function) return;
  f->cast = is_one_of(name, kCastFunctions);
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
