// Statement, Table, OpenList, RememberedValue: what is remembered of a SQL statement, of the head of its result, of a
// list of parameters, or of values, for what a log prints of them in later records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace piiscrub {

/// A line of a statement that the next line may continue, and those in front of it. Never leaves the core.
struct StatementLine {
  std::shared_ptr<const StatementLine> before;  ///< nullptr: this is the first
  std::string text;
  std::size_t lines = 1;  ///< up to this one
  std::size_t bytes = 0;  ///< of them
};

/// Immutable once shared.
struct Statement {
  std::vector<std::string> placeholders;         ///< "$1", "%s", "?", or a name; in text order, each occurrence
  std::vector<std::string> placeholder_columns;  ///< by placeholder; empty: belongs to none
  std::vector<std::string> columns;              ///< of the result, in order; empty for expressions
  /// The statement itself, as far as its line goes, where the next one continues it; else empty. Never leaves the core.
  std::string open_text;
  std::shared_ptr<const StatementLine> lines;  ///< the statement so far, where a plain line break may continue it
  bool tells = false;                          ///< whether any of `lines` holds a telling name
  bool in_literal = false;                     ///< the last of `lines` ends within a literal

  bool operator==(const Statement& other) const {
    const StatementLine* a = lines.get();
    const StatementLine* b = other.lines.get();
    while (a != b && a != nullptr && b != nullptr && a->text == b->text) {
      a = a->before.get();
      b = b->before.get();
    }
    return a == b && placeholders == other.placeholders && placeholder_columns == other.placeholder_columns &&
           columns == other.columns && open_text == other.open_text && tells == other.tells &&
           in_literal == other.in_literal;
  }
};

/// The table whose rows come next. Immutable once shared.
struct Table {
  std::vector<std::string> columns;  ///< in order; none: each line has the name of its column
  char delimiter = 0;                ///< between the fields of CSV; 0: its cells stand between bars
  bool drawn = false;                ///< it is a line of code, in `columns`, below which the variables in it are drawn
  bool framed = false;               ///< its header, in `columns`, stands above its cells as pandas aligns them
  std::uint8_t part_lines = 0;       ///< of a part of a form, named in `columns`, that may come yet; 0: it is none
  bool part_begun = false;           ///< its headers are behind

  bool operator==(const Table& other) const = default;
};

/// A list of parameters that its record leaves open. Immutable once shared. Never leaves the core.
struct OpenList {
  std::string text;           ///< what stands for it so far: its brackets, its keys, and what of a value has no end yet
  std::uint8_t form = 0;      ///< SqlParameterForm
  bool sql_literals = false;  ///< as in SqlParameterStart
  bool secret = false;        ///< all of its values are secrets
  std::uint32_t lines = 0;    ///< that it goes over so far
  std::uint32_t bytes = 0;    ///< of them

  bool operator==(const OpenList& other) const = default;
};

/// A value that a key or a column has given away. Never leaves the core.
struct RememberedValue {
  std::string text;
  std::uint16_t rule = 0;  ///< that found it

  bool operator==(const RememberedValue& other) const = default;
};

}  // namespace piiscrub
