// Values that messages repeat outside of any statement: of databases, parsers, validators and logs of changes.
//
//   Key (email, lower(name::text))=(a@b.example, ann) already exists.      PostgreSQL, CockroachDB
//   duplicate key value (ssn)=('000-00-0000') violates …                   CockroachDB before 21
//   Duplicate entry 'a@b.example' for key 'users.email'                    MySQL
//   Failing row contains (1, ann, null, …).
//   invalid input syntax for type inet: "…", could not parse "…" as type date, for query argument $1: '…'
//   … on field 'ssn': rejected value [000-00-0000]; codes …                Spring
//   … from String "…": … (through reference chain: Person["ssn"])          Jackson
//   Path `ssn` (`…`) is longer than …, Path `ssn` is invalid (…).         Mongoose
//   changed ssn from '…' to '…', field "ssn" changed: '…' -> '…'
//   /Table/106/1/"a@b.example"/0, spans: [/'a' - /'b']                     CockroachDB's keys
//
// Conditions of query plans (Index Cond: …, filter: …) are left to find_statement() and SqlReader. Values are printed
// without quoting, so that one may hold what separates them. Any bytes; linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace piiscrub {

enum class EchoKind : std::uint8_t {
  key,      ///< of a unique or foreign key; its column is known
  row,      ///< of a failing row: in the order of the table, columns unknown
  input,    ///< what could not be parsed
  segment,  ///< of a CockroachDB key
  change,   ///< of a field that a program says was changed or refused; its name is known
};

struct Echo {
  EchoKind kind = EchoKind::input;
  std::string_view column;  ///< without quotes, marks, functions and casts; empty if unknown
  Span value;               ///< without quotes and marks
  std::size_t ordinal = 0;  ///< of the value in its row or key
  bool unclosed = false;    ///< its end was not found: it goes to the end of its line, string or window
  bool operator==(const Echo&) const = default;
};

/// Fills `found` with the values in `text`, in order. Spans are disjoint, except where values of several columns
/// cannot be told apart: then each column has the same span.
void find_echoes(std::string_view text, std::vector<Echo>& found);

}  // namespace piiscrub
