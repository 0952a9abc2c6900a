// read_toml: TOML text as a small tree of values that know where they stand.
//
// The only way to TOML: the library behind it (toml++) is seen by toml_reader.cc alone. Values own their text; nothing
// points into the input. No value holds more than the text itself, so trees are plain values: copy and move freely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/result.h"

namespace piiscrub {

inline constexpr std::size_t kMaxTomlBytes = std::size_t{8} << 20;
inline constexpr int kMaxTomlDepth = 16;     ///< arrays and inline tables inside each other
inline constexpr int kMaxTomlKeyParts = 16;  ///< parts of a dotted key or table name

/// A place in the text. Columns count characters (code points), as editors do; a leading byte order mark is not one.
struct TomlPosition {
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1

  friend bool operator==(const TomlPosition&, const TomlPosition&) = default;
};

struct TomlEntry;

struct TomlValue {
  enum class Kind : std::uint8_t { string, integer, number, boolean, date, date_time, array, table };

  Kind kind = Kind::table;
  TomlPosition where;  ///< first character of the value; of a [table] or [[table]], its header's bracket

  // One of these is set, as `kind` says; of a date_time only the place is kept.
  std::string string;
  std::int64_t integer = 0;
  double number = 0;
  bool boolean = false;
  std::int32_t date = 0;  ///< of a local date: days since 1970-01-01
  std::vector<TomlValue> array;
  std::vector<TomlEntry> entries;  ///< of a table, in the order of the file; keys are unique

  std::string source;  ///< of a string: as it is written, quotes included

  /// The entry called `key` of a table, or nullptr; nullptr for other kinds too. Valid until the tree changes.
  [[nodiscard]] const TomlEntry* find(std::string_view key) const;

  /// Where byte `offset` of `string` is written: escapes, line breaks and the kind of quotes are accounted for. The
  /// closing quotes for an offset at or behind the end. REQUIRES: kind is string.
  [[nodiscard]] TomlPosition position_of(std::size_t offset) const;
};

struct TomlEntry {
  std::string key;
  TomlPosition where;  ///< first character of the key
  TomlValue value;
};

/// What `kind` is called in messages, with its article: "a string", "an integer".
std::string_view with_article(TomlValue::Kind kind);

/// Reads TOML 1.0. The result is the root table. `file_name` only goes into errors, which have line and column of the
/// first problem; they name keys, but never hold a value. Refused besides invalid TOML: more than kMaxTomlBytes,
/// kMaxTomlDepth or kMaxTomlKeyParts.
Result<TomlValue> read_toml(std::string_view text, std::string_view file_name);

/// read_toml() of the file at `path`.
Result<TomlValue> read_toml_file(const std::string& path);

}  // namespace piiscrub
