#include "format/sql.h"

#include <algorithm>
#include <functional>

#include "base/ascii.h"
#include "format/quote.h"
#include "format/sql_reader.h"

namespace piiscrub {

SqlReader::SqlReader() : impl_(std::make_unique<Impl>()) {}
SqlReader::~SqlReader() = default;
SqlReader::SqlReader(SqlReader&&) noexcept = default;
SqlReader& SqlReader::operator=(SqlReader&&) noexcept = default;

const SqlReading& SqlReader::read(std::string_view text, std::size_t at) {
  Impl& impl = *impl_;
  const std::uint64_t steps = impl.lexer.steps();
  impl.known = nullptr;
  impl.text = text;
  impl.kept.clear();
  impl.blanks.clear();
  impl.looked_behind = false;
  impl.reading.placeholders.clear();
  impl.columns.clear();
  impl.insert_columns.clear();
  impl.table_columns.clear();
  impl.reading.unnamed = false;
  impl.pool.clear();
  impl.token = {};
  impl.lexer.start(text, at);
  impl.begin_text(text, std::min(at, text.size()));
  impl.begin_statement();
  impl.ahead = impl.lexer.next();
  impl.run();
  impl.steps = impl.lexer.steps() - steps;
  return impl.reading;
}

const SqlReading& SqlReader::recall(std::string_view text, std::size_t at) {
  Impl& impl = *impl_;
  impl.known = impl.shapes.find(text, at);
  if (impl.known != nullptr) {
    impl.known_steps += impl.known->steps;
    return impl.known->reading;
  }
  read(text, at);
  if (const std::size_t end = impl.looked_to(); end > 0) impl.shapes.add(text, {at, end}, impl, impl.blanks);
  return impl.reading;
}

const SqlReading& SqlReader::resume(std::string_view text) {
  Impl& impl = *impl_;
  impl.keep_all(impl.text);
  impl.text = text;
  impl.lexer.resume(text);
  impl.begin_text(text, 0);
  for (std::size_t i = 0; i <= impl.depth; ++i) {
    Impl::Frame& f = impl.frames[i];
    f.begin = f.item = f.cells = 0;
    f.pending = Impl::kNone;
  }
  if (!impl.open) {
    impl.reading.complete = true;
    return impl.reading;
  }
  impl.ahead = impl.lexer.next();
  impl.run();
  return impl.reading;
}

void SqlReader::keep() {
  Impl& impl = *impl_;
  impl.reading.values.clear();
  impl.keep_all(impl.text);
  impl.text = {};
  impl.begin_text({}, 0);
}

const SqlReading& SqlReader::reading() const {
  return impl_->known != nullptr ? impl_->known->reading : impl_->reading;
}
bool SqlReader::open() const { return impl_->known != nullptr ? impl_->known->open : impl_->open; }
std::uint64_t SqlReader::steps() const { return impl_->lexer.steps() + impl_->known_steps; }

// Behind the last byte that the reading depends on, if it is certain which that is; else 0.
std::size_t SqlReader::Impl::looked_to() const {
  if (lexer.guessed()) return 0;
  if (ahead.kind == Kind::end) return text.size();
  if (looked_behind) return 0;
  std::size_t end = ahead.whole.end;
  if (ahead.kind == Kind::stop) {
    // The quote around the statement, and whether it is doubled.
    const std::size_t run = backslashes_at(text, end);
    if (!find_surrounding(text, reading.extent.begin).ends_at(text, end + run, run)) return 0;
    end += run + 1;
  } else if (ahead.kind != Kind::word || text[ahead.whole.begin] == '_') {
    return 0;
  }
  // Of what comes next the first byte is looked at, unless it begins something that is looked at as a whole.
  constexpr std::string_view kBeginMore = "\\&[";
  if (end < text.size() && (is_high(text[end]) || kBeginMore.find(text[end]) != std::string_view::npos)) return 0;
  return std::min(end + 1, text.size());
}

void SqlReader::Impl::begin_text(std::string_view new_text, std::size_t at) {
  text = new_text;
  reading.values.clear();
  cells.clear();
  table = {};
  reading.extent = {at, at};
  reading.complete = false;
  token.whole = token.value = before.whole = before.value = {at, at};
  stopped = false;
}

// Copies a name of an earlier line, which the caller is about to forget.
void SqlReader::Impl::keep(std::string_view& name, std::string_view old_text) {
  const std::less<const char*> before_in_memory;
  if (name.empty() || old_text.empty() || before_in_memory(name.data(), old_text.data()) ||
      !before_in_memory(name.data(), old_text.data() + old_text.size()))
    return;
  if (kept.capacity() < kMaxKeptBytes) kept.reserve(kMaxKeptBytes);
  if (kept.size() + name.size() > kMaxKeptBytes) {
    name = {};
    return;
  }
  const std::size_t at = kept.size();
  kept += name;
  name = std::string_view(kept).substr(at);
}

void SqlReader::Impl::keep_all(std::string_view old_text) {
  for (std::size_t i = 0; i <= depth; ++i) {
    Frame& f = frames[i];
    for (std::string_view* name : {&f.base, &f.column, &f.name, &f.first, &f.operand, &f.outer}) keep(*name, old_text);
  }
  for (std::vector<std::string_view>* names : {&pool, &insert_columns, &table_columns, &columns, &reading.columns})
    for (std::string_view& name : *names) keep(name, old_text);
  for (SqlPlaceholder& placeholder : reading.placeholders) {
    keep(placeholder.name, old_text);
    keep(placeholder.column, old_text);
  }
}

// REQUIRES: `ahead` is a token of the statement.
void SqlReader::Impl::advance() {
  before = token;
  token = ahead;
  reading.extent.end = std::max(reading.extent.end, token.whole.end);
  ahead = lexer.next();
}

void SqlReader::Impl::run() {
  while (!stopped && !ends(ahead.kind)) {
    advance();
    step();
  }
  open = !stopped && ahead.kind == Kind::end;
  finish();
}

void SqlReader::Impl::finish() {
  // A literal or placeholder, a name or a closing parenthesis can end an expression.
  const bool whole =
      token.kind == Kind::literal || token.kind == Kind::quoted || token.kind == Kind::close ||
      token.kind == Kind::close_bracket || token.kind == Kind::semicolon ||
      (token.kind == Kind::word &&
       (token.word == SqlWord::none || token.word == SqlWord::null || token.word == SqlWord::end ||
        token.word == SqlWord::true_ || token.word == SqlWord::false_ || token.word == SqlWord::asc ||
        token.word == SqlWord::desc || token.word == SqlWord::default_ || token.word == SqlWord::update)) ||
      (token.kind == Kind::op && token.whole.size() == 1);  // SELECT *
  reading.complete = depth == 0 && overflow == 0 && whole && !token.unclosed;
  if (token.kind == Kind::semicolon) open = false;
  for (const SqlValue& value : reading.values) {
    if (value.kind == SqlLiteral::placeholder)
      reading.placeholders.push_back({.name = value.value.of(text), .column = value.column});
  }
  reading.columns = columns;
  // The last item of an open list; its frame stays as it is, since the next line may go on with it.
  const Frame& root = frames[0];
  if ((root.clause == Clause::select || root.clause == Clause::returning) && !root.inserting &&
      (!root.name.empty() || root.item_star || root.item < reading.values.size()))
    reading.columns.push_back(root.item_star && root.name.empty() ? std::string_view("*") : root.name);
}

void SqlReader::Impl::begin_statement() {
  depth = 0;
  tables = 0;
  overflow = 0;
  frames[0] = Frame();
  frames[0].begin = frames[0].item = reading.values.size();
  pool.clear();
  no_column = alias = identified = false;
  names_in_a_row = 0;
}

void SqlReader::Impl::reset(Frame& f) {
  f.column = f.base;
  f.name = {};
  f.rhs = f.reversed = f.between = f.arrow = false;
  f.pending = kNone;
  if (f.tuple.size() > 0) {
    pool.resize(std::min(pool.size(), f.tuple.begin));
    f.tuple = {};
  }
}

void SqlReader::Impl::new_clause(Frame& f, Clause clause) {
  if (f.clause == Clause::select || f.clause == Clause::returning) finish_item(f);
  f.clause = clause;
  f.base = {};
  reset(f);
}

void SqlReader::Impl::finish_item(Frame& f) {
  if (collects() && !f.inserting) columns.push_back(f.item_star && f.name.empty() ? std::string_view("*") : f.name);
  f.item = reading.values.size();
  f.item_named = f.item_star = false;
}

void SqlReader::Impl::next_insert_column(Frame& f) {
  f.base = f.index < insert_columns.size() ? insert_columns[f.index] : std::string_view();
  ++f.index;
}

std::string_view SqlReader::Impl::row_column(const Frame& f) const {
  if (f.row_of_tuple)
    return f.index < f.row.size() && f.row.end <= pool.size() ? pool[f.row.begin + f.index] : std::string_view();
  return f.index < insert_columns.size() ? insert_columns[f.index] : std::string_view();
}

void SqlReader::Impl::emit(SqlLiteral kind, const Span& value, std::string_view column, bool unclosed) {
  reading.values.push_back({.column = column, .value = value, .kind = kind, .unclosed = unclosed});
}

void SqlReader::Impl::patch(std::size_t from, std::string_view column) {
  for (std::size_t i = from; i < reading.values.size(); ++i)
    if (reading.values[i].column.empty()) reading.values[i].column = column;
}

// The value that comes next is one of a table whose columns may be named behind it.
void SqlReader::Impl::note_cell() {
  if (tables == 0) return;
  for (std::size_t i = depth; i > 0; --i) {
    const Frame& f = frames[i];
    if (f.unnests || f.in_table) return cells.push_back({.value = reading.values.size(), .column = f.index});
    if (f.type == Frame::Type::row || f.clause != Clause::none) return;
  }
}

void SqlReader::Impl::name_cells() {
  if (table.size() == 0) return;  // WITH v (…) AS: they come
  for (std::size_t i = table.begin; i < std::min(table.end, cells.size()); ++i) {
    const Cell& cell = cells[i];
    if (cell.column >= table_columns.size() || cell.value >= reading.values.size()) continue;
    std::string_view& column = reading.values[cell.value].column;
    if (column.empty()) column = table_columns[cell.column];
  }
  table = {};
  table_columns.clear();
}

SqlReader::Impl::Frame* SqlReader::Impl::push(Frame::Type type) {
  if (depth + 1 >= kMaxDepth) {
    ++overflow;
    return nullptr;
  }
  const std::string_view column = top().column;
  Frame& f = frames[++depth];
  f = Frame();
  f.type = type;
  f.base = f.column = column;
  f.begin = f.item = reading.values.size();
  f.cells = cells.size();
  f.pool_base = f.names_end = pool.size();
  return &f;
}

void SqlReader::Impl::pop() {
  const Frame child = top();
  --depth;
  if (child.unnests || child.in_table) --tables;
  Frame& f = top();
  f.started = true;
  const bool statement = child.clause != Clause::none;
  const bool operand = child.type == Frame::Type::group || child.type == Frame::Type::function;
  const bool named = operand && !statement && !child.first.empty() && !child.counting && !child.matching;
  for (std::size_t i = child.begin; child.matching && i < reading.values.size(); ++i) {
    if (reading.values[i].kind == SqlLiteral::string) reading.values[i].column = child.first;
  }
  const bool tuple = named && child.type == Frame::Type::group && child.names_end - child.pool_base >= 2;
  pool.resize(std::min(pool.size(), tuple ? child.names_end : child.pool_base));
  if (tuple) f.tuple = {child.pool_base, pool.size()};
  if (named) {
    name_event(child.first);
  } else if (operand && !statement && f.pending == kNone && !f.rhs && child.begin < reading.values.size()) {
    f.pending = child.begin;
  }
  if (!child.first.empty()) f.item_named = true;
  if (child.type == Frame::Type::subscript && !child.name.empty()) name_event(child.name);
  // 'x' IN (column, …)
  if (child.type == Frame::Type::list && !statement && f.reversed && !child.first.empty()) name_event(child.first);
  if (child.names_table) {
    name_cells();
  } else if ((child.unnests || is_table(child)) && cells.size() > child.cells) {
    table = {child.cells, cells.size()};
  }
}

}  // namespace piiscrub
