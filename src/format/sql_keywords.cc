// What the words of SQL mean to SqlReader: which clause begins, and to what the values in it belong.
#include <array>

#include "base/search.h"
#include "format/sql_reader.h"

namespace piiscrub {
namespace {

// EXECUTE of PL/pgSQL takes the text of a statement: what makes one of pieces.
constexpr auto kTextFunctions = std::to_array<std::string_view>({"format", "concat", "function", "procedure"});

}  // namespace

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

void SqlReader::Impl::on_keyword(SqlWord word) {
  Frame& f = top();
  switch (word) {
    case SqlWord::select:
      on_select();
      break;
    case SqlWord::from:
      on_from();
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
      begin_insert(word != SqlWord::merge);
      break;
    case SqlWord::into:
      if (f.clause == Clause::none) begin_insert(true);  // ...RT INTO t (a, b): see find_statement()
      break;
    case SqlWord::values:
      on_values();
      break;
    case SqlWord::update:
      on_update();
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
      reading.unnamed = depth == 0 && !f.started && !is_any_ignoring_case(text_of(ahead.value), kTextFunctions);
      new_clause(f, Clause::other);
      break;
    case SqlWord::call:
      reading.unnamed = depth == 0 && !f.started && is_upper(text_of(token.value).front());  // call f('x'): prose
      new_clause(f, Clause::other);
      break;
    case SqlWord::returning:
      on_returning();
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
    case SqlWord::case_:
    case SqlWord::when:
    case SqlWord::then:
    case SqlWord::else_:
    case SqlWord::end:
      on_case(word);
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

void SqlReader::Impl::on_select() {
  pop_cases();
  Frame& f = top();
  if (f.clause == Clause::select || f.clause == Clause::returning) finish_item(f);
  const bool filling = f.inserting && f.clause != Clause::values;
  const std::string_view outer = f.clause == Clause::none ? f.base : std::string_view();
  // Only the first SELECT of a UNION names the result.
  if (collects() && !f.inserting && f.clause != Clause::other) columns.clear();
  f.clause = Clause::select;
  f.base = outer;
  f.index = 0;
  if (filling) next_insert_column(f);
  reset(f);
  f.item = reading.values.size();
  f.item_named = f.item_star = false;
}

void SqlReader::Impl::on_from() {
  Frame& f = top();
  if (before.kind == Kind::word && before.word == SqlWord::distinct) return;
  if (f.clause == Clause::none || f.type == Frame::Type::case_) {  // extract(year FROM x), substring(x FROM 1)
    if (ahead.kind == Kind::word || ahead.kind == Kind::quoted) f.first = f.name = {};
    return;
  }
  new_clause(f, Clause::from);
}

void SqlReader::Impl::begin_insert(bool inserting) {
  new_clause(top(), Clause::insert_target);
  top().inserting = inserting;
  insert_columns.clear();
  columns.clear();
}

void SqlReader::Impl::on_values() {
  Frame& f = top();
  switch (f.clause) {
    case Clause::insert_target:
    case Clause::insert_rest:
    case Clause::ddl:
    case Clause::with:
    case Clause::none:
    case Clause::from:
      break;
    default:
      return;
  }
  if (depth == 0) reading.unnamed = f.inserting && insert_columns.empty();
  if (!f.inserting) insert_columns.clear();
  if (!f.inserting && depth == 1 && frames[0].clause == Clause::with) insert_columns.swap(table_columns);
  new_clause(f, Clause::values);
  f.cells = cells.size();
}

void SqlReader::Impl::on_update() {
  Frame& f = top();
  if (before.kind == Kind::word && before.word == SqlWord::for_) return;
  if (before.kind == Kind::word && before.word == SqlWord::key) {  // ON DUPLICATE KEY UPDATE
    if (f.inserting) new_clause(f, Clause::set);
    return;
  }
  new_clause(f, Clause::update_target);
}

void SqlReader::Impl::on_returning() {
  pop_cases();
  Frame& f = top();
  new_clause(f, Clause::returning);
  if (collects()) {
    columns.clear();
    f.inserting = false;
  }
  f.item = reading.values.size();
  f.item_named = f.item_star = false;
}

// CASE operand WHEN value THEN …: values between WHEN and THEN are of the operand, the others of what CASE stands for.
void SqlReader::Impl::on_case(SqlWord word) {
  Frame& f = top();
  const bool inside = f.type == Frame::Type::case_;
  switch (word) {
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
      if (inside) {
        if (f.operand.empty() && f.index == 0) f.operand = f.name;
        ++f.index;
        f.base = f.operand;
      }
      reset(f);
      f.rhs = inside && !f.operand.empty();
      break;
    case SqlWord::then:
    case SqlWord::else_:
      if (inside) f.base = f.outer;
      reset(f);
      break;
    default:  // END
      if (inside) pop();
      break;
  }
}

}  // namespace piiscrub
