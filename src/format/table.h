// Tables as psql, MySQL's and CockroachDB's shells draw them:
//
//    id |  ssn            +----+-----+          -[ RECORD 1 ]
//   ----+-------          | id | ssn |          id  | 1
//     1 | 219-x           +----+-----+          ssn | 219-x
//                         |  1 | … |
//
// A ruler gives a table away; the line in front of it names the columns. Any bytes; linear in the text.
#pragma once

#include <string_view>
#include <vector>

#include "base/span.h"

namespace piiscrub {

/// Whether `line` is the ruler of a table with several columns.
bool is_table_ruler(std::string_view line);
/// Whether `line` is in front of a row in psql's expanded display, where each line has the name of its column.
bool is_expanded_head(std::string_view line);
/// Whether `line` can name the columns of a table: several words between bars.
bool may_be_table_header(std::string_view line);
/// Sets `cells` to what stands between the bars of `line`, without the blanks around it. One cell: there is no bar.
void split_cells(std::string_view line, std::vector<Span>& cells);

/// What separates the names in `line`, if it is a line of CSV with nothing but names, which `cells` are set to; else 0.
char delimiter_of_names(std::string_view line, std::vector<Span>& cells);
/// Sets `cells` to what stands between the `delimiter` bytes of `line`.
void split_at(std::string_view line, char delimiter, std::vector<Span>& cells);
/// Sets `cells` to the fields of a line of CSV, without the quotes around them.
void split_fields(std::string_view line, char delimiter, std::vector<Span>& cells);

}  // namespace piiscrub
