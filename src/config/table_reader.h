// TableReader: what readers of TOML files share: taking tables apart and saying what is wrong with them, with its
// place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/suggest.h"
#include "config/toml_reader.h"
#include "piiscrub/policy_loader.h"

namespace piiscrub {

/// Meant as a base of readers. Problems are appended to `errors`; messages name keys and names, never other values.
class TableReader {
 protected:
  using Kind = TomlValue::Kind;
  using Text = Placed<std::string>;
  using Names = std::span<const std::string_view>;

  /// `file` goes into places, and its directory in front of relative paths. Both must outlive the reader.
  TableReader(const std::string& file, std::vector<Error>& errors) : file_(file), errors_(errors) {}
  ~TableReader() = default;

  [[nodiscard]] SourceLocation place(TomlPosition where) const { return {file_, where.line, where.column}; }
  void add_error(TomlPosition where, std::string message, std::string advice = {});
  /// Reports keys of `table` that are not `known`.
  void check_keys(const TomlValue& table, Names known);
  void expect(std::string_view key, Kind expected, const TomlValue& got, std::string_view advice = {});
  /// Reports a `config_version` that is missing or not 1.
  void read_version(const TomlValue& root);

  /// The value under `key`, if it is there and of `kind`; what is of another kind is reported.
  const TomlValue* get(const TomlValue& table, std::string_view key, Kind kind, std::string_view advice = {});
  std::vector<const TomlValue*> get_strings(const TomlValue& table, std::string_view key);
  std::vector<Text> read_texts(const TomlValue& table, std::string_view key);
  std::vector<Text> read_paths(const TomlValue& table, std::string_view key);
  /// The string under `key`, which must not be empty.
  std::optional<Text> read_text(const TomlValue& table, std::string_view key);
  /// The same as a path.
  std::optional<Text> read_path(const TomlValue& table, std::string_view key);
  /// The flag under `key`, or `otherwise` if it is not there.
  bool read_flag(const TomlValue& table, std::string_view key, bool otherwise = false);
  /// The whole number under `key`, or `otherwise` if it is not there; what is not from `least` to `most` is reported.
  std::int64_t read_number(const TomlValue& table, std::string_view key, std::int64_t otherwise, std::int64_t least,
                           std::int64_t most);

  /// `path` as this process can use it: what is relative counts from the directory of the file.
  [[nodiscard]] std::string beside_file(const std::string& path) const;

  template <typename Enum>
  std::optional<Placed<Enum>> parse_name(const TomlValue& value, std::string_view what, Names names) {
    const auto found = std::find(names.begin(), names.end(), value.string);
    if (found != names.end()) return Placed<Enum>{static_cast<Enum>(found - names.begin()), place(value.where)};
    add_unknown_name(value, what, names);
    return std::nullopt;
  }
  /// The member of `Enum` that the string under `key` names; `names` has them in order.
  template <typename Enum>
  std::optional<Placed<Enum>> read_name(const TomlValue& table, std::string_view key, Names names) {
    const TomlValue* const value = get(table, key, Kind::string);
    return value == nullptr ? std::nullopt : parse_name<Enum>(*value, key, names);
  }

 private:
  void add_unknown_name(const TomlValue& value, std::string_view what, Names names);

  const std::string& file_;
  std::vector<Error>& errors_;
};

/// Sorts by line and column.
void sort_by_place(std::vector<Error>& errors);

}  // namespace piiscrub
