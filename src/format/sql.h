// SqlReader: which column each value in a SQL statement belongs to.
//
//   INSERT INTO t (email, ssn) VALUES ('a@b.example', '000-00-0000')      email, ssn
//   SELECT … WHERE lower(t.email) = $1 AND prefs->>'phone' IN ('1', '2')   email (placeholder), phone, phone
//   ALTER ROLE x WITH PASSWORD 'p'                                        PASSWORD
//
// Statements of PostgreSQL, CockroachDB, MySQL, SQLite and T-SQL as they stand in logs: escaped (sql_lexer.h), cut at
// any byte, with CockroachDB's marks, or spread over several lines. This is no parser: it never refuses, and where it
// does not understand it says so with an empty column. Any bytes; linear in the text; nesting is followed 48 deep,
// deeper values take the column of that depth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "format/sql_lexer.h"

namespace piiscrub {

/// A literal of the statement.
struct SqlValue {
  std::string_view column;  ///< as written, without qualifier, quotes and marks; empty if it belongs to none
  Span value;               ///< its content, between quotes and marks; a number with its sign; a placeholder's name
  SqlLiteral kind = SqlLiteral::other;
  bool unclosed = false;  ///< the text, or the quote around the statement, ends within the literal
  bool operator==(const SqlValue&) const = default;
};

/// A placeholder of the statement.
struct SqlPlaceholder {
  std::string_view name;    ///< "$1", "%s", "?"; of %(name)s, :name and @name the name
  std::string_view column;  ///< as in SqlValue
  bool operator==(const SqlPlaceholder&) const = default;
};

struct SqlReading {
  std::vector<SqlValue> values;  ///< in text order, placeholders too; without NULL, DEFAULT and the sizes of types
  std::vector<SqlPlaceholder> placeholders;  ///< in text order, each occurrence
  /// What SELECT or RETURNING returns and what COPY reads, in order: names or aliases, empty for other expressions.
  std::vector<std::string_view> columns;
  Span extent;            ///< of the statements: from where reading began to behind the last token that belongs
  bool complete = false;  ///< does not end in the middle of a literal, parentheses or expression
  /// What its values are is said elsewhere: EXECUTE name (…), CALL name(…), INSERT INTO t VALUES (…).
  bool unnamed = false;
  bool operator==(const SqlReading&) const = default;
};

/// Reads statements. Keeps what it allocates; one per thread.
class SqlReader {
 public:
  SqlReader();
  ~SqlReader();
  SqlReader(SqlReader&&) noexcept;
  SqlReader& operator=(SqlReader&&) noexcept;

  /// Reads the statement that starts at `at` in `text`, and those that follow it after semicolons. The reading lives
  /// until the next call and refers to `text`.
  const SqlReading& read(std::string_view text, std::size_t at);
  /// The same, from memory if a statement was read before that differs in its values alone. resume() and keep() cannot
  /// follow.
  const SqlReading& recall(std::string_view text, std::size_t at);
  /// Goes on reading in `text`, the next line of the statement that was read last, at its first byte. `values` are
  /// those of this line, `placeholders` and `columns` all so far; names of earlier lines are copies that live as long
  /// as the reader reads this statement. REQUIRES: the text of the last call is still
  /// alive, or keep() was called.
  const SqlReading& resume(std::string_view text);
  /// Lets go of the text of the last call: forgets the values and copies the names of placeholders and columns, so that
  /// what follows in later lines can be paired with them. They live until the next read().
  void keep();
  /// What was read or recalled last.
  [[nodiscard]] const SqlReading& reading() const;
  /// Whether resume() may bring more: the text ended before the statement did.
  [[nodiscard]] bool open() const;

  /// Bytes looked at, for tests of linear time.
  [[nodiscard]] std::uint64_t steps() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where the first statement at or behind `from` starts. A keyword is a start only if what follows it goes on like its
/// statement, so that prose ("please select from the list", "update available") is none. WHERE is a start too, for
/// statements whose beginning is in an earlier record, and so is the condition behind `Index Cond: ` or `filter: ` of a
/// query plan. Linear over all calls that go forward.
std::optional<std::size_t> find_statement(std::string_view text, std::size_t from);
/// Whether a word may start a statement, whatever follows it.
bool may_start_statement(std::string_view word);

}  // namespace piiscrub
