#include "config/table_reader.h"

#include <fmt/format.h>

#include <tuple>
#include <utility>

namespace piiscrub {
namespace {

constexpr std::int64_t kConfigVersion = 1;

}  // namespace

void TableReader::add_error(TomlPosition where, std::string message, std::string advice) {
  errors_.push_back({file_, where.line, where.column, std::move(message), std::move(advice)});
}

void TableReader::check_keys(const TomlValue& table, Names known) {
  for (const TomlEntry& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    add_error(entry.where, fmt::format("unknown key{}", in_quotes(entry.key)), suggestion(entry.key, known));
  }
}

void TableReader::expect(std::string_view key, Kind expected, const TomlValue& got, std::string_view advice) {
  add_error(got.where, fmt::format("{}: expected {}, got {}", key, with_article(expected), with_article(got.kind)),
            std::string(advice));
}

void TableReader::read_version(const TomlValue& root) {
  const std::string advice = fmt::format("write config_version = {}", kConfigVersion);
  if (root.find("config_version") == nullptr) add_error({}, "missing 'config_version'", advice);
  const TomlValue* const version = get(root, "config_version", Kind::integer, advice);
  if (version != nullptr && version->integer != kConfigVersion) {
    add_error(version->where, "config_version: not known to this version of piiscrub", advice);
  }
}

const TomlValue* TableReader::get(const TomlValue& table, std::string_view key, Kind kind, std::string_view advice) {
  const TomlEntry* const entry = table.find(key);
  if (entry == nullptr) return nullptr;
  if (entry->value.kind == kind) return &entry->value;
  const bool wants_brackets = kind == Kind::array && advice.empty() && entry->value.kind == Kind::string;
  expect(key, kind, entry->value, wants_brackets ? "put it into [ ]" : advice);
  return nullptr;
}

std::vector<const TomlValue*> TableReader::get_strings(const TomlValue& table, std::string_view key) {
  std::vector<const TomlValue*> strings;
  const TomlValue* const array = get(table, key, Kind::array);
  if (array == nullptr) return strings;
  if (array->array.empty()) add_error(array->where, fmt::format("{}: empty list", key), "leave it out");
  for (const TomlValue& element : array->array) {
    if (element.kind != Kind::string) {
      expect(key, Kind::string, element);
    } else if (element.string.empty()) {
      add_error(element.where, fmt::format("{}: empty string", key));
    } else {
      strings.push_back(&element);
    }
  }
  return strings;
}

std::vector<TableReader::Text> TableReader::read_texts(const TomlValue& table, std::string_view key) {
  std::vector<Text> texts;
  for (const TomlValue* const value : get_strings(table, key)) texts.push_back({value->string, place(value->where)});
  return texts;
}

std::vector<TableReader::Text> TableReader::read_paths(const TomlValue& table, std::string_view key) {
  std::vector<Text> paths = read_texts(table, key);
  for (Text& path : paths) path.value = beside_file(path.value);
  return paths;
}

std::optional<TableReader::Text> TableReader::read_text(const TomlValue& table, std::string_view key) {
  const TomlValue* const value = get(table, key, Kind::string);
  if (value == nullptr) return std::nullopt;
  if (value->string.empty()) add_error(value->where, fmt::format("{}: empty string", key));
  return Text{value->string, place(value->where)};
}

std::optional<TableReader::Text> TableReader::read_path(const TomlValue& table, std::string_view key) {
  std::optional<Text> path = read_text(table, key);
  if (path) path->value = beside_file(path->value);
  return path;
}

bool TableReader::read_flag(const TomlValue& table, std::string_view key, bool otherwise) {
  const TomlValue* const value = get(table, key, Kind::boolean);
  return value == nullptr ? otherwise : value->boolean;
}

std::int64_t TableReader::read_number(const TomlValue& table, std::string_view key, std::int64_t otherwise,
                                      std::int64_t least, std::int64_t most) {
  const TomlValue* const value = get(table, key, Kind::integer);
  if (value == nullptr) return otherwise;
  if (value->integer >= least && value->integer <= most) return value->integer;
  add_error(value->where, fmt::format("{}: must be from {} to {}", key, least, most));
  return otherwise;
}

std::string TableReader::beside_file(const std::string& path) const {
  const std::size_t slash = file_.rfind('/');
  return path.starts_with('/') || slash == std::string::npos ? path : file_.substr(0, slash + 1) + path;
}

void TableReader::add_unknown_name(const TomlValue& value, std::string_view what, Names names) {
  add_error(value.where, fmt::format("unknown {}{}", what, in_quotes(value.string)), suggestion(value.string, names));
}

void sort_by_place(std::vector<Error>& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

}  // namespace piiscrub
