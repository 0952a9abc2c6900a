// Bound parameters that no list of literals holds, one notation each:
//
//   Hibernate   binding parameter [1] as [VARCHAR] - [a]    binding parameter (1:VARCHAR) <- [a]
//               extracted value ([name] : [VARCHAR]) - [a]  extracted value (1:VARCHAR) -> [a]
//   Spring      column index 1, parameter value [a], value class [java.lang.String], SQL type unknown
//   R2DBC       Bind parameter [0] to: a
//   MyBatis     ==> Parameters: a(String), 5(Integer), null
//               <==    Columns: name, id                    <==        Row: a, 5
//   ADO.NET     [Parameters=[@p0='a' (Size = 256), @p1='5'], CommandType=…]    @p0 = 'a' [Type: String (0:0:0)]
//               @p0=N'a',@p1=5, behind the statement of sp_executesql
//
// Any bytes; linear in the text.
#pragma once

#include <cstddef>
#include <string_view>

#include "format/sql_parameters.h"

namespace piiscrub {

/// Whether a list of `style`, which is not `bracketed`, starts at `at`: at its bracket, first value or first `@`.
bool starts_bindings(std::string_view text, std::size_t at, SqlParameterStyle style);

/// Reads what starts_bindings() has seen at `at` into `list`, which is empty.
void read_bindings(std::string_view text, std::size_t at, SqlParameterStyle style, SqlParameterList& list);

}  // namespace piiscrub
