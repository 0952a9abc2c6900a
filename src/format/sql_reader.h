// What SqlReader knows while it reads: the clause it is in, and a frame for each pair of parentheses that is open.
// Only for sql.cc, which walks over tokens and lines, sql_clauses.cc, which says what each token means, and
// sql_keywords.cc, which says what the words of SQL mean.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/sql.h"
#include "format/sql_shapes.h"

namespace piiscrub {

/// Whether `content` tells a function how to work, rather than what on: crypt('…', gen_salt('bf')).
bool is_sql_method(std::string_view content);

struct SqlReader::Impl : SqlShape {
  using Kind = SqlToken::Kind;

  static constexpr std::size_t kMaxDepth = 48;
  static constexpr std::size_t kMaxNameBytes = 128;      // longer ones are no columns; T-SQL has the longest
  static constexpr std::size_t kMaxKeptBytes = 1 << 16;  // of names of earlier lines
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  enum class Clause : std::uint8_t {
    none,           // parentheses that hold no statement
    ddl,            // CREATE ROLE, GRANT, EXPLAIN, PREPARE: whatever starts with no verb below
    with,           //
    select,         // the list
    from,           // tables and joins, WHERE
    insert_target,  // up to the list of columns
    insert_rest,
    values,
    update_target,
    set,
    set_variable,  // SET x = 'y', ALTER ROLE x SET y TO 'z'
    copy_target,
    returning,
    other,  // ORDER BY, LIMIT, CALL, …
  };

  // What a pair of parentheses or brackets, a CASE … END, or the statement itself knows.
  struct Frame {
    enum class Type : std::uint8_t { root, group, function, columns, row, list, array, subscript, case_ };

    Type type = Type::root;
    Clause clause = Clause::none;
    bool started = false;         // a token was seen
    bool inserting = false;       // INSERT was seen: a SELECT list fills its columns
    bool rhs = false;             // behind a comparison: values belong to `column`
    bool reversed = false;        // … which is yet to come: 'x' = column
    bool between = false;         // the next AND is BETWEEN's
    bool item_named = false;      // the item has names, so that its alias says nothing of its literals
    bool item_star = false;       // the item is *
    bool arrow = false;           // behind ->>: the next literal is a key
    bool cast = false;            // CAST( … AS type)
    bool keyed = false;           // json_build_object( key, value, … )
    bool unnests = false;         // unnest( array, … ): what follows names the columns
    bool in_table = false;        // a row of (VALUES …): the same
    bool names_table = false;     // AS v ( … ): columns of the rows in front
    bool counting = false;        // count( … ) is none of what it counts
    bool salting = false;         // gen_salt( … ) names a method
    bool matching = false;        // similarity( column, 'x' ): its strings are of the column, its result is not
    bool tuple_rows = false;      // IN ((…), (…)) of a tuple of columns
    bool into_table = false;      // columns of COPY
    std::string_view base;        // column of what has none of its own here
    std::string_view column;      // of values now
    std::string_view name;        // the last name, which a comparison makes the column
    std::string_view first;       // the first name in here
    std::string_view operand;     // CASE operand WHEN value
    std::string_view outer;       // column around CASE
    std::size_t index = 0;        // of the item in its list
    std::size_t keys_from = 0;    // index of the first key, if keyed
    std::size_t begin = 0;        // values[begin] is the first in here
    std::size_t item = 0;         // … of this item
    std::size_t cells = 0;        // cells[cells] is the first in here
    std::size_t pending = kNone;  // … of this expression, if its column may follow
    // Ranges of `pool`.
    std::size_t pool_base = 0;
    std::size_t names_end = 0;  // names in here are [pool_base, names_end)
    Span tuple;                 // names of the last (a, b)
    Span row;                   // columns of a row; empty: those of INSERT
    bool row_of_tuple = false;
  };

  SqlLexer lexer;
  std::string_view text;
  SqlToken token;   // the current one
  SqlToken ahead;   // the next
  SqlToken before;  // the previous
  bool stopped = false;
  bool no_column = false;   // of the next literal: INTERVAL, ESCAPE
  bool alias = false;       // the next name is an alias
  bool identified = false;  // IDENTIFIED was seen
  std::size_t names_in_a_row = 0;
  std::array<Frame, kMaxDepth> frames;
  std::size_t depth = 0;     // frames[depth] is the innermost
  std::size_t overflow = 0;  // parentheses deeper than that
  std::vector<std::string_view> pool;
  std::vector<std::string_view> insert_columns;
  std::vector<std::string_view> columns;  // of the result
  // A value of a table within the statement, whose columns are named behind it: (VALUES (1, 'x')) AS v (id, name).
  struct Cell {
    std::size_t value = 0;  // values[value]
    std::size_t column = 0;
  };
  std::vector<Cell> cells;
  std::size_t tables = 0;                       // frames that are open whose values are cells
  Span table;                                   // cells[begin, end) of the one that was closed last
  std::vector<std::string_view> table_columns;  // of it, or of WITH v (id, name) AS (VALUES …)
  std::string kept;                             // names of earlier lines; reserved, never reallocated
  SqlShapes shapes;
  const SqlShape* known = nullptr;  // what recall() has found; nullptr: the rest here is of what was read last
  std::uint64_t known_steps = 0;    // of all that it has found
  std::vector<SqlBlank> blanks;     // values whose content nothing depends on
  bool looked_behind = false;       // further than at the word behind the statement

  static bool ends(Kind kind) { return kind == Kind::end || kind == Kind::stop; }
  Frame& top() { return frames[depth]; }
  std::string_view text_of(const Span& span) const { return span.of(text); }
  std::string_view name_of(const SqlToken& t) const {
    return t.value.size() <= kMaxNameBytes ? text_of(t.value) : std::string_view();
  }

  [[nodiscard]] std::size_t looked_to() const;
  void begin_text(std::string_view new_text, std::size_t at);
  void run();
  void finish();
  void keep(std::string_view& name, std::string_view old_text);
  void keep_all(std::string_view old_text);

  void advance();
  void stop() { stopped = true; }
  void begin_statement();
  void step();
  void end_comparison();
  void on_word();
  void on_keyword(SqlWord word);
  void on_select();
  void on_from();
  void begin_insert(bool inserting);
  void on_values();
  void on_update();
  void on_returning();
  void on_case(SqlWord word);
  void on_name();
  void on_literal(SqlLiteral kind, const Span& value);
  void note_blank(SqlLiteral kind, Span value, bool may_be_method);
  void on_comparison();
  void on_open();
  void on_close();
  void on_open_bracket();
  void on_close_bracket();
  void on_comma();
  void on_semicolon();

  void name_event(std::string_view name);
  void emit(SqlLiteral kind, const Span& value, std::string_view column, bool unclosed);
  void patch(std::size_t from, std::string_view column);
  void note_cell();
  void name_cells();
  void reset(Frame& f);
  void new_clause(Frame& f, Clause clause);
  void finish_item(Frame& f);
  void next_insert_column(Frame& f);
  [[nodiscard]] std::string_view row_column(const Frame& f) const;
  Frame* push(Frame::Type type);
  void pop();
  void pop_cases() {
    while (depth > 0 && top().type == Frame::Type::case_) pop();
  }
  void skip_type();
  [[nodiscard]] bool in_value_place() const;
  [[nodiscard]] bool is_name_here() const;
  [[nodiscard]] bool collects() const { return depth == 0; }
  // Of rows within the statement: those of INSERT have its columns.
  [[nodiscard]] bool is_table(const Frame& f) const {
    return f.type == Frame::Type::group && f.clause == Clause::values && insert_columns.empty();
  }
};

}  // namespace piiscrub
