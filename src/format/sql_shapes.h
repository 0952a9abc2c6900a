// SqlShapes: what statements were read as, for those that say the same of other values.
//
// Logs repeat their statements: programs have few of them, each with ever other literals. Those that differ in the
// content of plain literals alone are of one shape, and what SqlReader makes of them is the same but for where their
// values stand. What is remembered never changes a reading: only what nothing depends on may differ, all else is
// compared byte by byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "format/quote.h"
#include "format/sql.h"

namespace piiscrub {

/// The content of a literal on which nothing depends.
struct SqlBlank {
  enum class Kind : std::uint8_t {
    text,    ///< of a string
    number,  ///< without its sign
    word,    ///< of a string that may be none of is_sql_method()
  };
  Kind kind = Kind::text;
  std::size_t value = 0;  ///< its index in SqlReading::values
  Span content;
};

/// What SqlReader makes of a statement.
struct SqlShape {
  SqlReading reading;
  std::uint64_t steps = 0;  ///< as SqlReader::steps() counts them
  bool open = false;        ///< SqlReader::open()
};

/// A few hundred shapes, those seen last. Keeps what it allocates.
class SqlShapes {
 public:
  /// Longer statements are not remembered, so that no search of the lexer ends in one for being too long.
  static constexpr std::size_t kMaxBytes = 2048;

  /// What SqlReader would make of the statement that starts at `at` in `text`, or nullptr: that is not known. Lives
  /// until the next call; names in it refer to a copy of the statement.
  const SqlShape* find(std::string_view text, std::size_t at);

  /// Remembers what SqlReader made of a statement. `looked_at` is where in `text` that starts, and behind the last byte
  /// that was looked at. `blanks` are those of its values whose content nobody has looked at, in order.
  void add(std::string_view text, Span looked_at, const SqlShape& shape, const std::vector<SqlBlank>& blanks);

 private:
  static constexpr std::size_t kPlaces = 32;
  static constexpr std::size_t kWays = 8;  // many statements begin the same

  struct Remembered {
    std::string text;     // of the statement; empty: nothing is remembered
    bool to_end = false;  // nothing may stand behind it
    Surrounding around;
    std::vector<SqlBlank> blanks;  // content: in `text`
    std::vector<Span> values;      // in `text`
    std::size_t extent = 0;        // in `text`
    std::uint64_t steps = 0;
    SqlShape shape;         // filled in for the statement that was looked for last
    std::vector<Span> now;  // its blanks

    bool fits(std::string_view statement);
    void fill_in(std::size_t at);
  };
  struct Place {
    std::array<Remembered, kWays> ways;
    std::size_t oldest = 0;
  };

  [[nodiscard]] static std::size_t place_of(std::string_view statement);

  std::vector<Place> places_;  // empty until the first is added
};

}  // namespace piiscrub
