// ColumnFinder: values whose column says what they are, in SQL statements, their parameters and rows, and the messages
// in which databases repeat values.
//
// column_finder.cc reads records, column_finder_lines.cc what goes on from one line to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "detect/key_finder.h"
#include "detect/words.h"
#include "format/echo.h"
#include "format/key_value.h"
#include "format/sql.h"
#include "format/sql_parameters.h"
#include "piiscrub/detector.h"
#include "piiscrub/policy.h"
#include "piiscrub/statement.h"

namespace piiscrub {

/// A value of a telling column.
struct ColumnValue {
  Span span;
  std::uint16_t rule;
  std::string_view quote;  ///< what its replacement must be put between; mostly empty
};

/// What ColumnFinder takes from one record to the next.
struct StatementMemory {
  std::shared_ptr<const Statement> statement;  ///< the last one seen; nullptr: none that matters
  std::shared_ptr<const OpenList> list;        ///< in front of a record: it goes on with it; behind: the next one may
  std::shared_ptr<const Table> table;          ///< whose rows may follow; nullptr: none that matters
  std::string_view line_before;                ///< the record in front, where this one can only be read with it
  bool no_line_before = false;                 ///< it is not known
  bool seen = false;                           ///< a statement was seen in this record
  bool wanted = false;                         ///< parameters or rows were seen in front of any statement
  bool unknown = false;                        ///< `statement` may be another one in truth
  std::uint16_t open_key = 0;  ///< in front of a record: it may begin with the value of this rule's key (index plus
                               ///< one); behind: the next one may; 0: none
  bool csv = false;            ///< a line of names says whose the fields of the lines behind it are
  bool open = false;           ///< in front of a record: it goes on with `statement`; behind: the next one may

  const std::vector<RememberedValue>* remembered = nullptr;  ///< of the entry; nullptr: none
  std::vector<RememberedValue>* learned = nullptr;           ///< takes those of this record; nullptr: nobody wants them
};

/// Whether `record` looks like a line that goes on with a statement of the one in front of it: indented, or at a word
/// or sign with which a line of SQL begins and a record of a log does not.
bool continues_statement(std::string_view record);
/// The same where what goes on is `statement`, which may be nullptr and may have ended within a literal, or a list.
bool continues(std::string_view record, const Statement* statement, const OpenList* list);
/// Whether anything in a later record can be paired with the names of `statement`, which may be nullptr.
bool is_known(const Statement* statement);

/// One per thread. Keeps what it allocates.
class ColumnFinder {
 public:
  /// `literals` other than `all` make no difference here.
  explicit ColumnFinder(std::shared_ptr<const RuleDatabase> rules, SqlLiterals literals = SqlLiterals::sensitive);

  /// The rule by which literals go that no column announces; KeyFinder::kTellsNothing: they stay.
  [[nodiscard]] std::uint16_t literal_rule() const { return literal_rule_; }

  /// Appends the values of telling columns in `record`, or, if they go, all literals and parameters, to `values`, with
  /// those whose columns `memory` knows, and takes `memory` behind the record. Returns the bytes looked at. `from` is
  /// where names of columns may begin, `echo` says whether values without columns may be in it.
  std::size_t find(std::string_view record, std::size_t from, bool echo, StatementMemory& memory,
                   std::vector<ColumnValue>& values);

  /// Whether find() can find anything but echoes in `record`, whose names of columns begin behind `from`, if no
  /// statement is known to it and the record continues none.
  bool may_find(std::string_view record, std::size_t from);
  /// Whether `word`, all of a value that was found under a key of `rule`, names a column or variable that tells:
  /// excluded.last_name, p_email. In the place of a secret only one of the same rule: `my.secret` may be one.
  [[nodiscard]] bool is_reference(std::string_view word, std::uint16_t rule);

 private:
  static constexpr std::size_t kMaxOpenBytes = std::size_t{64} * 1024;  // of what a later record may go on with

  bool may_tell(std::string_view record, std::size_t from, std::size_t to = std::string_view::npos);
  void read_table(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  void read_drawn(std::string_view record, std::size_t at, StatementMemory& memory, std::vector<ColumnValue>& values);
  void take_value(std::string_view record, std::size_t at, std::uint16_t rule, std::vector<ColumnValue>& values);
  [[nodiscard]] std::shared_ptr<const Table> read_header(std::string_view header);
  void read_csv(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  bool read_part(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  bool read_copied(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  void read_row(std::string_view record, const Table& table, std::vector<ColumnValue>& values);
  void read_frame_row(std::string_view record, const Table& table, std::vector<ColumnValue>& values);
  void read_statements(std::string_view record, std::optional<std::size_t> at, bool matters, StatementMemory& memory,
                       std::vector<ColumnValue>& values);
  void read_parameter_lists(std::string_view record, std::size_t from, StatementMemory& memory,
                            std::vector<ColumnValue>& values);
  std::size_t continue_list(std::string_view record, const OpenList& list, StatementMemory& memory,
                            std::vector<ColumnValue>& values);
  void take_remembered(const StatementMemory& memory);
  struct Cell {
    std::string_view column;
    Span value;
    std::string_view quote;  // as in ColumnValue
  };
  template <typename CellAt>
  void take_pairs(std::string_view record, std::size_t count, CellAt cell_at, std::vector<ColumnValue>& values);
  void take_unknown(std::string_view record, Span span, std::vector<ColumnValue>& values);
  void take_unpaired(std::string_view record, bool repeated, std::vector<ColumnValue>& values);
  void take_item(std::size_t index, bool secret, Span span, std::vector<ColumnValue>& values);
  void keep_list(const OpenList& so_far, std::size_t bytes, StatementMemory& memory) const;
  void read_echoes(std::string_view record, std::vector<ColumnValue>& values);
  std::uint16_t rule_of_column(std::string_view column, SqlParameterForm form);
  void take_strong(Span span, std::uint16_t rule, std::string_view column, std::string_view quote,
                   std::vector<ColumnValue>& values);
  void take(Span span, std::uint16_t rule, std::string_view quote, std::vector<ColumnValue>& values) const;
  void drop_weak(std::size_t first, std::vector<ColumnValue>& values) const;
  void remember(const SqlReading& reading, std::string_view open_text, StatementMemory& memory);
  std::size_t go_on(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  void seek(const std::shared_ptr<const StatementLine>& line);
  bool keep_open(std::shared_ptr<const StatementLine> before, std::string_view record, bool tells,
                 StatementMemory& memory);
  std::size_t continue_statement(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values);
  std::size_t read_unquoted(std::string_view record, std::size_t at, std::vector<ColumnValue>& values);
  void add(const SqlValue& value, Span span, std::vector<ColumnValue>& values);
  [[nodiscard]] bool tells(std::string_view name) { return keys_.rule_of(name) != KeyFinder::kTellsNothing; }

  KeyFinder keys_;
  const char* told_ = nullptr;  // the record that may_find() has found a telling name in, until the next call
  std::uint16_t literal_rule_ = KeyFinder::kTellsNothing;
  SqlReader reader_;
  SqlReading remembered_;  // a Statement as pair_columns() wants it
  std::shared_ptr<Statement>
      remembered_here_;  // what find() has made of a statement of this record, if nobody else has
  SqlParameterList list_;
  std::vector<std::string_view> columns_;
  std::vector<Echo> echoes_;
  std::vector<SqlValue> unquoted_;                // reused
  std::vector<Word> words_;                       // of a record
  std::vector<Span> cells_;                       // of a line of a table
  std::vector<Span> names_;                       // of a data frame's columns
  std::vector<KeyedValue> named_;                 // reused
  std::string joined_;                            // the open text of a statement and the line that continues it
  bool read_here_ = false;                        // reader_ holds a statement of this record
  std::shared_ptr<const StatementLine> read_to_;  // the line that reader_ has read last, if it can go on behind it
  std::vector<const StatementLine*> seek_all_;    // reused
  bool in_literal_ = false;                       // that line ends within a literal
};

}  // namespace piiscrub
