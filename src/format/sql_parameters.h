// Bound parameters: the values that a log prints beside a statement with placeholders.
//
//   PostgreSQL    DETAIL:  parameters: $1 = 'a', $2 = NULL; CONTEXT:  unnamed portal with parameters: $1 = 'a'
//   pgaudit       AUDIT: SESSION,…,"INSERT … VALUES ($1, $2)","a,17"
//   CockroachDB   "PlaceholderValues":["'a'","5"], with marks; exec … {$1:"'a'", $2:"5"} of old versions
//   Django        …; args=('a', Decimal('1.5'), None); alias=default
//   SQLAlchemy    [generated in 0.1s] {'ssn': 'a'}; [parameters: [('a', 1), ('b', 2)  … displaying 10 of 20 …]];
//                 Row ('a', 1); Col ('ssn', 'n')
//   drivers       with args ('a', b'…', UUID('…')), params=[…], parameters: ['a', 1], bindings: […]; a list right
//   behind
//                 the statement: ('SELECT …', ['a', 1])
//   Go            args=[a 17]; Args: []interface {}{"a", 17}
//   Sequelize     …; "a", 17
//   Pony          {'p1':'a', 'p2':17}
//   others        as format/sql_bindings.h says
//
// Literals may be escaped, as sql_lexer.h says. Any bytes; linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "format/sql.h"

namespace piiscrub {

inline constexpr std::size_t kNoOrdinal = static_cast<std::size_t>(-1);

/// One value of one parameter: `'a'` has one, `['a', 'b']` two, `date(1990, 1, 2)` one that spans the call.
struct SqlParameter {
  std::string_view name;    ///< of a dictionary's item, or "$1"; empty in a list
  std::string_view key;     ///< of a dictionary within the item: Jsonb({'phone': …}); else empty
  std::size_t ordinal = 0;  ///< from 0, within its set; kNoOrdinal behind what SQLAlchemy left out of a list
  std::size_t set = 0;      ///< of executemany's lists: which; else 0
  Span value;               ///< between the quotes and marks; of numbers and unquoted text all of it
  Span item;                ///< the whole item: Jsonb({…}), ['a', 'b']
  bool quoted = false;
  bool operator==(const SqlParameter&) const = default;
};

enum class SqlParameterForm : std::uint8_t {
  bound,    ///< values of placeholders
  row,      ///< SQLAlchemy's Row (…): values of the result's columns, in order
  columns,  ///< SQLAlchemy's Col (…): names of the result's columns
};

struct SqlParameterList {
  SqlParameterForm form = SqlParameterForm::bound;
  Span extent;            ///< from the bracket or the first item to behind the last
  bool complete = false;  ///< the list is closed
  /// What stands for the list in front of the line that goes on with it: `(0,0,'`. Empty: the text does not end in it.
  std::string opened;
  std::vector<SqlParameter> items;  ///< in text order; None, NULL, True and False are left out
};

/// How a list is written.
enum class SqlParameterStyle : std::uint8_t {
  bracketed,  ///< brackets around Python reprs or JSON values, or `$1 = 'a', …`
  binding,    ///< Hibernate's, one by one
  typed,      ///< MyBatis'
  assigned,   ///< ADO.NET's
  fields,     ///< pgaudit's: fields of CSV in a field of CSV
  listed,     ///< Sequelize's: JSON values without a bracket around them, to the end of the text
  cells,      ///< MyBatis' names and values of a result
};

/// Where a list of parameters starts at or behind `from`: at its bracket or first `$1`. Linear over all calls that go
/// forward.
struct SqlParameterStart {
  std::size_t at = 0;
  SqlParameterForm form = SqlParameterForm::bound;
  bool sql_literals = false;  ///< the items are SQL literals inside JSON strings
  SqlParameterStyle style = SqlParameterStyle::bracketed;
  bool in_front = false;   ///< the statement comes behind, maybe in a later record
  bool in_braces = false;  ///< Go's []any{…}: braces around a list
};
std::optional<SqlParameterStart> find_parameters(std::string_view text, std::size_t from);

/// Whether PostgreSQL repeats in `record` what was bound to a portal, whose statement stands in another record.
bool has_portal_parameters(std::string_view record);

/// Whether `record` is a line of a query plan as PostgreSQL logs it, below the line with the statement.
bool is_plan_line(std::string_view record);

/// The same of a list that nothing announces but the end of its statement, which has placeholders or not, in front of
/// `from`.
std::optional<SqlParameterStart> parameters_behind_statement(std::string_view text, std::size_t from,
                                                             bool has_placeholders);

/// Reads the list at `start` into `list`, whose memory is reused.
void read_parameters(std::string_view text, const SqlParameterStart& start, SqlParameterList& list);

/// Makes several items of what the brackets did not tell apart, where there are as many as the statement has
/// `placeholders`: [a 17], as Go prints lists, and the one list in [["a", 17]].
void spread(std::string_view text, std::size_t placeholders, SqlParameterList& list);

/// The column of `parameter` in a statement with `placeholders`: by number, by name, or by position. Without them the
/// name itself, less the number that SQLAlchemy adds. Empty if there is none.
std::string_view column_of(const SqlParameter& parameter, const std::vector<SqlPlaceholder>& placeholders);

/// The column of each item of `list`, which stands in `text`, given the `reading` of its statement, which stands in
/// `statement`: rows by the result's columns, parameters by placeholders. Django prints statements with their values
/// filled in: there the literals of the statement that are equal, in order, tell the columns.
void pair_columns(std::string_view text, const SqlParameterList& list, std::string_view statement,
                  const SqlReading& reading, std::vector<std::string_view>& columns);

}  // namespace piiscrub
