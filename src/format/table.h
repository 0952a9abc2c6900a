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

/// Data frames as pandas prints them, columns aligned to the right and rows numbered:
///
///      first_name         dob
///   0     Zebulon  1954-11-22
///
/// Whether `line` can be a row, and whether it can be the first one.
bool is_frame_row(std::string_view line);
bool is_first_frame_row(std::string_view line);
/// Whether `line` can name the columns of a data frame.
bool may_be_frame_header(std::string_view line);
/// Sets `cells` to those of the row `line`, without its number.
void split_frame_row(std::string_view line, std::vector<Span>& cells);
/// Sets `names` to the names in `header`, if they are `count`. Returns whether they are.
bool split_frame_header(std::string_view header, std::size_t count, std::vector<Span>& names);
/// Which columns of `header` the cells of a row stand below, where their ends tell.
class FrameColumns {
 public:
  FrameColumns(std::string_view header, std::string_view row) : header_(header), row_(row) {}
  /// The name above `cell`, which is behind those that were asked for; empty: there is none.
  std::string_view above(Span cell);

 private:
  std::string_view header_;
  std::string_view row_;
  std::size_t in_header_ = 0;  // as many characters lie in front of both
  std::size_t in_row_ = 0;
};

/// What separates the names in `line`, if it is a line of CSV with nothing but names, which `cells` are set to; else 0.
char delimiter_of_names(std::string_view line, std::vector<Span>& cells);
/// Sets `cells` to what stands between the `delimiter` bytes of `line`.
void split_at(std::string_view line, char delimiter, std::vector<Span>& cells);
/// Sets `cells` to the fields of a line of CSV, without the quotes around them.
void split_fields(std::string_view line, char delimiter, std::vector<Span>& cells);

}  // namespace piiscrub
