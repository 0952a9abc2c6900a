#include "detect/column_finder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "base/ascii.h"
#include "detect/plain_statement.h"
#include "format/drawn.h"
#include "format/entry.h"
#include "format/key_value.h"
#include "format/marks.h"
#include "format/pair_name.h"
#include "format/sql_unquoted.h"
#include "format/table.h"

namespace piiscrub {
namespace {

// Values without a column are found by the names that patterns/sql.toml gives them.
constexpr std::string_view kFailingRow = "failing row value";
constexpr std::string_view kUnparsableInput = "unparsable input";
constexpr std::string_view kKeySegment = "range key segment";
constexpr std::string_view kLiteral = "sql literal";
// What is bound in a statement that sets a secret.
constexpr std::string_view kSecret = "password";

// Whether `record` is CockroachDB's event of a statement that sets a password or a setting: it prints the password in
// the statement as '*****', but what was bound to it in clear.
bool sets_secret(std::string_view record) {
  constexpr auto kTags = std::to_array<std::string_view>(
      {"CREATE ROLE", "CREATE USER", "ALTER ROLE", "ALTER USER", "SET CLUSTER SETTING"});
  constexpr std::string_view kTag = "Tag";
  constexpr std::string_view kBetween = "\\\": ";
  for (std::size_t at = record.find(kTag); at != std::string_view::npos; at = record.find(kTag, at)) {
    at += kTag.size();
    const std::size_t value = std::min(record.find_first_not_of(kBetween, at), record.size());
    const std::string_view tag = record.substr(value);
    if (value > at && std::any_of(kTags.begin(), kTags.end(), [&](auto name) { return tag.starts_with(name); })) {
      return true;
    }
    at = value;
  }
  return false;
}

// Where a key with its value may begin in `record`: Key (email)=(…), key value (…).
std::size_t key_lead(std::string_view record) {
  const auto ends_in = [&](std::size_t at, std::string_view lower) {
    return at >= lower.size() && std::equal(lower.begin(), lower.end(), record.data() + at - lower.size(),
                                            [](char a, char b) { return a == to_lower(b); });
  };
  for (std::size_t at = record.find('('); at != std::string_view::npos; at = record.find('(', at + 1)) {
    if (ends_in(at, "key ") || ends_in(at, "key value ")) return at;
  }
  return std::string_view::npos;
}

// Headers and lines of a part of a form; what people type has few, and a file is none.
constexpr std::uint8_t kMaxPartLines = 16;

bool is_identifier_quote(char c) { return c == '"' || c == '`'; }

// The number of `words` of `text` that the UUID consists of which begins at the first of them; 0: none does. Its pieces
// are ever new, and no names.
std::size_t pieces_of_uuid(std::string_view text, std::span<const Word> words) {
  constexpr auto kSizes = std::to_array<std::uint32_t>({8, 4, 4, 4, 12});
  constexpr std::size_t kBytes = 36;
  if (words.size() < kSizes.size()) return 0;
  std::size_t begin = words[0].begin;
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    if (words[i].begin != begin || words[i].size != kSizes[i]) return 0;
    begin += kSizes[i] + 1;
  }
  const std::string_view uuid = text.substr(words[0].begin, kBytes);
  return std::all_of(uuid.begin(), uuid.end(), [](char c) { return is_hex(c) || c == '-'; }) ? kSizes.size() : 0;
}

// A row holds ids, flags and times besides what matters.
bool is_plain_number(std::string_view value) {
  constexpr std::size_t kMaxIdDigits = 6;
  return value.size() <= kMaxIdDigits && std::all_of(value.begin(), value.end(), is_digit);
}

// COPY t (a, b) FROM stdin: the rows come in the lines behind it.
bool is_copy_from_input(std::string_view statement) {
  constexpr std::string_view kCopy = "copy";
  constexpr std::string_view kInput = "from stdin";
  const auto equal = [](char a, char b) { return to_lower(a) == b; };
  return statement.size() > kCopy.size() &&
         std::equal(kCopy.begin(), kCopy.end(), statement.begin(), [](char a, char b) { return a == to_lower(b); }) &&
         std::search(statement.begin(), statement.end(), kInput.begin(), kInput.end(), equal) != statement.end();
}

// Whether the record behind `line` belongs to the message in which PostgreSQL has logged `statement` with its plan, of
// which `line` is the last line.
bool is_behind_plan(const Statement* statement, std::string_view line) {
  constexpr std::string_view kStatement = "Query Text: ";
  if (statement == nullptr || statement->lines == nullptr || !is_plan_line(line)) return false;
  const StatementLine* first = statement->lines.get();
  if (first->text != line) return false;
  while (first->before != nullptr) first = first->before.get();
  return first->text.find(kStatement) != std::string::npos;
}

// 2026-11-21 00:42:30.299055+00
bool is_timestamp(std::string_view value) {
  return value.size() > 10 && is_digit(value[0]) && value[4] == '-' && value[7] == '-' &&
         (value[10] == ' ' || value[10] == 'T');
}

// 1974-10-02T00:00:00.0000000: a day.
bool is_midnight(std::string_view timestamp) {
  return timestamp.substr(11).find_first_not_of("0:.Z+") == std::string_view::npos;
}

// active, PENDING, in_review: a state.
bool is_plain_word(std::string_view value) {
  constexpr std::size_t kMaxBytes = 24;
  const auto is_small = [](char c) { return is_lower(c) || c == '_'; };
  const auto is_capital = [](char c) { return is_upper(c) || c == '_'; };
  return value.size() <= kMaxBytes &&
         (std::all_of(value.begin(), value.end(), is_small) || std::all_of(value.begin(), value.end(), is_capital));
}

bool is_uuid(std::string_view value) {
  constexpr std::size_t kBytes = 36;
  return value.size() == kBytes && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-' &&
         std::all_of(value.begin(), value.end(), [](char c) { return is_hex(c) || c == '-'; });
}

}  // namespace

bool is_known(const Statement* statement) {
  return statement != nullptr &&
         (!statement->placeholders.empty() || !statement->columns.empty() || !statement->open_text.empty());
}

ColumnFinder::ColumnFinder(std::shared_ptr<const RuleDatabase> rules, SqlLiterals literals) : keys_(std::move(rules)) {
  if (literals == SqlLiterals::all) literal_rule_ = keys_.rule_of(kLiteral);
}

std::size_t ColumnFinder::find(std::string_view record, std::size_t from, bool echo, StatementMemory& memory,
                               std::vector<ColumnValue>& values) {
  const std::uint64_t before = reader_.steps();
  const std::size_t first = values.size();
  const bool goes_on =
      std::exchange(memory.open, false) && memory.statement != nullptr && memory.statement->lines != nullptr;
  memory.seen = memory.wanted = read_here_ = false;
  remembered_here_ = nullptr;
  in_literal_ = goes_on && memory.statement->in_literal;  // not as the record ended that was looked at last
  const std::shared_ptr<const OpenList> list = std::exchange(memory.list, nullptr);
  read_table(record, memory, values);
  if (list != nullptr) {
    const std::size_t end = continue_list(record, *list, memory, values);
    read_parameter_lists(record, end, memory, values);
    drop_weak(first, values);
    return 2 * (record.size() + list->text.size());
  }
  // Most statements name no column that tells anything. Then a statement only takes the place of the one before, and
  // without that nothing can come of its parameters.
  const bool all = literal_rule_ != KeyFinder::kTellsNothing;
  const bool tells = all || std::exchange(told_, nullptr) == record.data() || may_tell(record, goes_on ? 0 : from);
  if (goes_on && !tells && !echo && !memory.statement->tells) {
    keep_open(memory.statement->lines, record, false, memory);
    return record.size();
  }
  const bool remembers = memory.unknown || is_known(memory.statement.get());
  const bool matters = tells || echo || sets_secret(record);
  if (goes_on || remembers || matters) {
    const bool continued = goes_on || crdb_continuation(record) != std::string_view::npos;
    std::optional<std::size_t> statement = continued ? std::nullopt : find_statement(record, 0);
    // One that tells nothing need not be read to take the place of another.
    if (!matters && statement && is_plain_statement(record.substr(*statement)) && !may_tell(record, 0, from)) {
      memory.statement = nullptr;
      memory.seen = true;
      keep_open(nullptr, record, false, memory);
      return 2 * record.size();
    }
    if (continued) {
      const std::size_t end = goes_on ? go_on(record, memory, values) : continue_statement(record, memory, values);
      statement = find_statement(record, end);
    }
    read_statements(record, statement, matters, memory, values);
    read_parameter_lists(record, 0, memory, values);
    if (echo || (matters && key_lead(record) != std::string_view::npos)) read_echoes(record, values);
  }
  if (!goes_on && !matters && (read_here_ || !remembers)) {
    // As if nobody had read it, which only those do who know of another statement in front of it.
    memory.list = nullptr;
    keep_open(nullptr, record, false, memory);
  }
  drop_weak(first, values);
  if (read_to_ != nullptr) reader_.keep();
  return static_cast<std::size_t>(reader_.steps() - before) + 2 * record.size();
}

// Reads `record` as a line of a table, if it is one.
void ColumnFinder::read_table(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values) {
  if (memory.csv) {
    read_csv(record, memory, values);
  } else if (memory.table != nullptr && memory.table->delimiter != 0 && read_copied(record, memory, values)) {
    return;
  } else if (memory.table != nullptr && memory.table->part_lines > 0 && read_part(record, memory, values)) {
    return;
  } else if (const std::string_view part = part_name_in_line(record); !part.empty()) {
    memory.table = nullptr;
    if (keys_.strong_rule_of(part) != KeyFinder::kTellsNothing)
      memory.table = std::make_shared<const Table>(Table{.columns = {std::string(part)}, .part_lines = kMaxPartLines});
  } else if (const std::size_t drawn = drawn_value(record); drawn != std::string_view::npos) {
    read_drawn(record, drawn, memory, values);
  } else if (const std::size_t value = value_in_line(record); value != std::string_view::npos) {
    memory.table = nullptr;
    memory.wanted = memory.no_line_before;
    const std::string_view name = name_in_line(memory.line_before);
    if (!name.empty()) take_value(record, value, keys_.strong_rule_of(name), values);
  } else if (is_expanded_head(record)) {
    memory.table = std::make_shared<const Table>();
  } else if (is_first_frame_row(record)) {
    memory.table = nullptr;
    memory.wanted = memory.no_line_before;
    if (!may_be_frame_header(memory.line_before)) return;
    memory.table = std::make_shared<const Table>(Table{.columns = {std::string(memory.line_before)}, .framed = true});
    read_frame_row(record, *memory.table, values);
  } else if (memory.table != nullptr && memory.table->framed) {
    if (is_frame_row(record)) {
      read_frame_row(record, *memory.table, values);
    } else {
      memory.table = nullptr;
    }
  } else if (is_table_ruler(record)) {
    memory.table = read_header(memory.line_before);
    memory.wanted = memory.no_line_before;
  } else if (memory.table != nullptr) {
    const std::size_t first = values.size();
    split_cells(record, cells_);
    if (memory.table->drawn || cells_.size() < std::max<std::size_t>(memory.table->columns.size(), 2)) {
      memory.table = nullptr;
      return;
    }
    read_row(record, *memory.table, values);
    drop_weak(first, values);
  }
}

// Adds the telling values of a row of a data frame.
void ColumnFinder::read_frame_row(std::string_view record, const Table& table, std::vector<ColumnValue>& values) {
  const std::size_t first = values.size();
  const std::string_view header = table.columns.front();
  split_frame_row(record, cells_);
  // By their order if there are as many, as edits take cells out of line.
  const bool counted = split_frame_header(header, cells_.size(), names_);
  FrameColumns columns(header, record);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Span cell = cells_[i];
    const std::string_view column = counted ? names_[i].of(header) : columns.above(cell);
    const std::uint16_t rule = column.empty() ? KeyFinder::kTellsNothing : keys_.rule_of(column);
    if (rule != KeyFinder::kTellsNothing) values.push_back({cell, rule, {}});
  }
  drop_weak(first, values);
}

// Reads `record` as a line of names, or of fields under the names of an earlier one.
void ColumnFinder::read_csv(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values) {
  if (const char delimiter = delimiter_of_names(record, cells_); delimiter != 0) {
    Table table{.columns = {}, .delimiter = delimiter};
    for (const Span& cell : cells_) table.columns.emplace_back(cell.of(record));
    const auto matters = [&](const std::string& column) { return tells(column); };
    if (std::any_of(table.columns.begin(), table.columns.end(), matters)) {
      memory.table = std::make_shared<const Table>(std::move(table));
      return;
    }
  }
  if (memory.table == nullptr) return;
  const std::size_t first = values.size();
  split_fields(record, memory.table->delimiter, cells_);
  if (cells_.size() != memory.table->columns.size()) return;  // a field goes on in the next line
  read_row(record, *memory.table, values);
  drop_weak(first, values);
}

// Reads `record` as a line of a part of a form: one of its headers, the empty line behind them, or one of its value.
// False: it is none, and no more come.
bool ColumnFinder::read_part(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values) {
  constexpr std::string_view kBoundary = "--";
  constexpr std::string_view kHeader = "Content-";
  Table part = *memory.table;
  memory.table = nullptr;
  const std::size_t end = record.find_last_not_of(" \t\r") + 1;
  if (record.starts_with(kBoundary) || --part.part_lines == 0 ||
      (!part.part_begun && end > 0 && !record.starts_with(kHeader)))
    return false;
  if (part.part_begun && end > 0) values.push_back({{0, end}, keys_.strong_rule_of(part.columns.front()), {}});
  part.part_begun = part.part_begun || end == 0;
  memory.table = std::make_shared<const Table>(std::move(part));
  return true;
}

// Reads `record` as a row behind COPY … FROM stdin. False: it is none, and there are no more.
bool ColumnFinder::read_copied(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values) {
  constexpr std::string_view kNull = "\\N";
  const std::shared_ptr<const Table> table = memory.table;
  memory.table = nullptr;
  split_at(record, table->delimiter, cells_);
  if (cells_.size() != table->columns.size()) return false;
  const std::size_t first = values.size();
  for (Span& cell : cells_) {
    if (cell.of(record) == kNull) cell.end = cell.begin;
  }
  read_row(record, *table, values);
  drop_weak(first, values);
  memory.table = table;
  return true;
}

// Reads the variable that `record` draws at `at` below a line of code.
void ColumnFinder::read_drawn(std::string_view record, std::size_t at, StatementMemory& memory,
                              std::vector<ColumnValue>& values) {
  if (memory.table == nullptr || !memory.table->drawn) {
    memory.wanted = memory.no_line_before;
    if (!may_be_drawn_below(memory.line_before)) return;
    memory.table = std::make_shared<const Table>(Table{.columns = {std::string(memory.line_before)}, .drawn = true});
  }
  const std::string_view name = drawn_name(memory.table->columns.front(), record, at);
  if (!name.empty()) take_value(record, at, keys_.strong_rule_of(name), values);
}

// Adds the value that begins at `at`, if `rule` is one.
void ColumnFinder::take_value(std::string_view record, std::size_t at, std::uint16_t rule,
                              std::vector<ColumnValue>& values) {
  if (rule == KeyFinder::kTellsNothing) return;
  named_.clear();
  find_value(record, at, keys_.kind_of(rule), named_);
  for (const KeyedValue& value : named_) values.push_back({value.span, rule, {}});
}

// The table whose columns `header` names; nullptr: none tells anything.
std::shared_ptr<const Table> ColumnFinder::read_header(std::string_view header) {
  if (!may_be_table_header(header)) return nullptr;
  split_cells(header, cells_);
  Table table;
  for (const Span& cell : cells_) table.columns.emplace_back(cell.of(header));
  const auto matters = [&](const std::string& column) { return !column.empty() && tells(column); };
  if (std::none_of(table.columns.begin(), table.columns.end(), matters)) return nullptr;
  return std::make_shared<const Table>(std::move(table));
}

// Adds the telling values of a row, whose cells are in cells_.
void ColumnFinder::read_row(std::string_view record, const Table& table, std::vector<ColumnValue>& values) {
  const auto rule_of = [&](std::string_view column) {
    return column.empty() ? KeyFinder::kTellsNothing : keys_.rule_of(column);
  };
  const auto add_cell = [&](Span cell, std::uint16_t rule) {
    if (cell.size() > 0 && rule != KeyFinder::kTellsNothing) values.push_back({cell, rule, {}});
  };
  if (table.columns.empty()) {
    add_cell({cells_[1].begin, cells_.back().end}, rule_of(cells_[0].of(record)));
    return;
  }
  // With a bar in some cell nobody knows which cell is whose: all behind it may be the first telling column's.
  const bool exact = cells_.size() == table.columns.size();
  std::uint16_t rule = KeyFinder::kTellsNothing;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (exact || (rule == KeyFinder::kTellsNothing && i < table.columns.size())) rule = rule_of(table.columns[i]);
    add_cell(cells_[i], rule);
  }
}

bool ColumnFinder::may_find(std::string_view record, std::size_t from) {
  if (literal_rule_ != KeyFinder::kTellsNothing) return true;
  told_ = may_tell(record, from) ? record.data() : nullptr;
  return told_ != nullptr || sets_secret(record);
}

// Whether any word of `record` that begins behind `from` and in front of `to`, or several between quotes, is a telling
// name.
bool ColumnFinder::may_tell(std::string_view record, std::size_t from, std::size_t to) {
  constexpr std::size_t kMinNameBytes = 2;
  constexpr std::size_t kMaxDigits = 4;  // more are an id
  from = std::min(from, record.size());  // the word may end with the record's delimiter
  find_words(record.substr(from), words_);
  const auto tells_one = [&](const Word& word) {
    if (word.size < kMinNameBytes || word.size > kMaxKeyBytes || word.digits > kMaxDigits) return false;
    if (word.digits == word.size) return false;
    // PERF NOTE: words with digits are ever new, and would push others out of what is remembered.
    if (word.digits > 0) return keys_.rule_of(record, from + word.begin, word.size) != KeyFinder::kTellsNothing;
    return !keys_.tells_nothing(record, from + word.begin, word.size);
  };
  for (std::size_t i = 0; i < words_.size() && from + words_[i].begin < to; ++i) {
    if (const std::size_t pieces = pieces_of_uuid(record.substr(from), std::span(words_).subspan(i)); pieces > 0) {
      i += pieces - 1;
      continue;
    }
    if (tells_one(words_[i])) return true;
    // "tax id"
    const std::size_t begin = from + words_[i].begin;
    std::size_t end = begin + words_[i].size;
    if (end >= record.size() || record[end] != ' ' || begin == 0 || !is_identifier_quote(record[begin - 1])) continue;
    for (std::size_t k = i + 1; k < words_.size() && from + words_[k].begin == end + 1 && record[end] == ' '; ++k) {
      end = from + words_[k].begin + words_[k].size;
    }
    const bool closed = end < record.size() && (record[end] == record[begin - 1] || record[end] == '\\');
    if (closed && end - begin <= kMaxKeyBytes && tells(record.substr(begin, end - begin))) return true;
  }
  return false;
}

// A bare `name` counts beside other personal columns only.
bool ColumnFinder::is_reference(std::string_view word, std::uint16_t rule) {
  constexpr std::size_t kMaxBytes = 128;
  const auto in_name = [](char c) { return is_word(c) || c == '.'; };
  if (word.empty() || word.size() > kMaxBytes || is_digit(word.front()) ||
      !std::all_of(word.begin(), word.end(), in_name)) {
    return false;
  }
  const std::size_t dot = word.rfind('.');
  const bool is_secret = keys_.kind_of(rule) == ValueKind::secret;
  // A name may be Given, one of several words in a word is none: last_name, lastName.
  const auto joins_words = [](char a, char b) { return a == '_' || (is_lower(a) && is_upper(b)); };
  const bool compound = std::adjacent_find(word.begin(), word.end(), joins_words) != word.end();
  if (dot == std::string_view::npos && (is_secret || !compound)) return false;
  const std::uint16_t named = keys_.rule_of(dot == std::string_view::npos ? word : word.substr(dot + 1));
  return is_secret ? named == rule : named != KeyFinder::kTellsNothing;
}

void ColumnFinder::drop_weak(std::size_t first, std::vector<ColumnValue>& values) const {
  if (literal_rule_ != KeyFinder::kTellsNothing) return;
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first);
  const auto is_weak = [&](const ColumnValue& value) { return keys_.is_weak(value.rule); };
  if (std::all_of(begin, values.end(), is_weak)) values.erase(begin, values.end());
}

// Reads the statement at `at` and those behind it.
void ColumnFinder::read_statements(std::string_view record, std::optional<std::size_t> at, bool matters,
                                   StatementMemory& memory, std::vector<ColumnValue>& values) {
  while (at) {
    if (is_unquoted_statement(record, *at)) {
      at = find_statement(record, std::max(read_unquoted(record, *at, values), *at + 1));
      memory.statement = nullptr;
      memory.seen = true;
      memory.open = false;
      continue;
    }
    const SqlReading& reading = reader_.recall(record, *at);
    // A condition of a query plan is no statement that parameters could belong to.
    const bool whole = !reading.placeholders.empty() || !reading.columns.empty() || !memory.seen;
    for (const SqlValue& value : reading.values) {
      add(value, value.value, values);
    }
    for (std::size_t i = 0; reading.unnamed && i < reading.values.size(); ++i) {
      const SqlValue& value = reading.values[i];
      if (value.kind == SqlLiteral::string && value.column.empty()) take_unknown(record, value.value, values);
    }
    const auto cell_at = [&](std::size_t i) {
      const SqlValue& value = reading.values[i];
      return Cell{value.column, value.value, value.kind == SqlLiteral::number ? "'" : std::string_view()};
    };
    take_pairs(record, reading.values.size(), cell_at, values);
    if (is_copy_from_input(record.substr(*at, reading.extent.end - *at)) && reading.columns.size() > 1) {
      Table rows{.columns = {}, .delimiter = '\t'};
      rows.columns.assign(reading.columns.begin(), reading.columns.end());
      const auto names_one = [&](const std::string& column) { return !column.empty() && tells(column); };
      if (std::any_of(rows.columns.begin(), rows.columns.end(), names_one))
        memory.table = std::make_shared<const Table>(std::move(rows));
    }
    if (whole) {
      const bool open = matters && reader_.open() && crdb_payload(record) != std::string_view::npos;
      remember(reading, open ? record.substr(*at, kMaxOpenBytes) : std::string_view(), memory);
      memory.open = false;
    }
    read_here_ = memory.seen = true;
    in_literal_ = matters && !reading.values.empty() && reading.values.back().unclosed;
    read_to_ = nullptr;
    if (matters && whole && reader_.open()) keep_open(nullptr, record, true, memory);
    at = find_statement(record, std::max(reading.extent.end, *at + 1));
  }
}

// Reads the statement at `at`, whose values have no quotes. Returns where it ends.
std::size_t ColumnFinder::read_unquoted(std::string_view record, std::size_t at, std::vector<ColumnValue>& values) {
  unquoted_.clear();
  const std::size_t end = read_unquoted_statement(record, at, unquoted_);
  const std::size_t first = values.size();
  for (const SqlValue& value : unquoted_) {
    const std::size_t known = values.size();
    add(value, value.value, values);
    if (known == first || values.size() == known) continue;
    // Those that could not be told apart become one.
    Span& before = values[known - 1].span;
    if (values[known].span.begin >= before.end) continue;
    before.end = std::max(before.end, values[known].span.end);
    values.pop_back();
  }
  return end;
}

void ColumnFinder::add(const SqlValue& value, Span span, std::vector<ColumnValue>& values) {
  if (value.kind == SqlLiteral::placeholder) return;
  const std::uint16_t rule = value.column.empty() ? KeyFinder::kTellsNothing : keys_.rule_of(value.column);
  // A bare number must become a string for the statement to stay one.
  const std::string_view quote = value.kind == SqlLiteral::number ? std::string_view("'") : std::string_view();
  take(span, rule, quote, values);
  take_strong(span, rule, value.column, quote, values);
}

// Adds the value of `column` for what tells it by itself, where its `rule` counts beside others only.
void ColumnFinder::take_strong(Span span, std::uint16_t rule, std::string_view column, std::string_view quote,
                               std::vector<ColumnValue>& values) {
  if (rule == KeyFinder::kTellsNothing || !keys_.is_weak(rule)) return;
  const std::uint16_t strong = keys_.strong_rule_of(column);
  if (strong != KeyFinder::kTellsNothing) values.push_back({span, strong, quote});
}

// Adds the value of a column with `rule`, if it is to go.
void ColumnFinder::take(Span span, std::uint16_t rule, std::string_view quote, std::vector<ColumnValue>& values) const {
  if (rule == KeyFinder::kTellsNothing) rule = literal_rule_;
  if (rule != KeyFinder::kTellsNothing) values.push_back({span, rule, quote});
}

// Keeps the names of a statement whose values may follow, if any of them tells something.
void ColumnFinder::remember(const SqlReading& reading, std::string_view open_text, StatementMemory& memory) {
  const bool matters = std::any_of(reading.placeholders.begin(), reading.placeholders.end(),
                                   [&](const SqlPlaceholder& p) { return !p.column.empty() && tells(p.column); }) ||
                       std::any_of(reading.columns.begin(), reading.columns.end(),
                                   [&](std::string_view c) { return !c.empty() && tells(c); });
  memory.statement = nullptr;
  if (!matters && open_text.empty()) return;
  auto statement = std::make_shared<Statement>();
  for (const SqlPlaceholder& placeholder : reading.placeholders) {
    statement->placeholders.emplace_back(placeholder.name);
    statement->placeholder_columns.emplace_back(placeholder.column);
  }
  statement->columns.assign(reading.columns.begin(), reading.columns.end());
  statement->open_text = open_text;
  remembered_here_ = statement;
  memory.statement = std::move(statement);
}

void ColumnFinder::read_parameter_lists(std::string_view record, std::size_t from, StatementMemory& memory,
                                        std::vector<ColumnValue>& values) {
  auto start = find_parameters(record, from);
  if (!start && read_here_) {
    const SqlReading& statement = reader_.reading();
    start = parameters_behind_statement(record, statement.extent.end, !statement.placeholders.empty());
  }
  std::optional<std::size_t> key;
  const auto refused_at = [&] {
    if (!key) key = key_lead(record);
    return *key;
  };
  while (start) {
    read_parameters(record, *start, list_);
    if (list_.form == SqlParameterForm::columns) {
      SqlReading names;
      for (const SqlParameter& item : list_.items) names.columns.push_back(item.value.of(record));
      remember(names, {}, memory);
      memory.seen = true;
    } else {
      if (!read_here_) {
        memory.wanted = memory.wanted || !memory.seen;
        take_remembered(memory);
      }
      const SqlReading& reading = read_here_ ? reader_.reading() : remembered_;
      const bool unpaired = start->in_front && !read_here_ && !list_.items.empty() &&
                            !is_behind_plan(memory.statement.get(), memory.line_before);
      // An application that prints what was refused beside the message need not print the statement.
      const bool refused = !read_here_ && !list_.items.empty() &&
                           list_.items.back().ordinal + 1 != remembered_.placeholders.size() &&
                           refused_at() < start->at;
      // The statement comes in a later record, and the last one that was seen is another one, unless it has as many.
      const bool assigned = start->style == SqlParameterStyle::assigned;
      if (refused || (unpaired && (assigned || list_.items.back().ordinal + 1 != remembered_.placeholders.size())))
        remembered_.placeholders.clear();
      if (start->style == SqlParameterStyle::bracketed) spread(record, reading.placeholders.size(), list_);
      pair_columns(record, list_, read_here_ ? record : std::string_view(), reading, columns_);
      // Go prints lists without commas: of what could not be told apart all goes if any of it would.
      const bool undivided = list_.items.size() == 1 && !list_.items[0].quoted && list_.items[0].name.empty() &&
                             reading.placeholders.size() > 1 && start->style == SqlParameterStyle::bracketed &&
                             list_.items[0].value.of(record).find(' ') != std::string_view::npos;
      for (std::size_t i = 0; undivided && !tells(columns_[0]) && i < reading.placeholders.size(); ++i)
        columns_[0] = reading.placeholders[i].column;
      const bool secret = start->sql_literals && sets_secret(record);
      for (std::size_t i = 0; i < list_.items.size(); ++i) take_item(i, secret, list_.items[i].value, values);
      const auto cell_at = [&](std::size_t i) { return Cell{columns_[i], list_.items[i].value, {}}; };
      take_pairs(record, list_.items.size(), cell_at, values);
      if (unpaired || refused) take_unpaired(record, record[start->at] == '$' || refused, values);
      keep_list({.text = {},
                 .form = static_cast<std::uint8_t>(list_.form),
                 .sql_literals = start->sql_literals,
                 .secret = secret},
                record.size(), memory);
    }
    start = find_parameters(record, std::max(list_.extent.end, start->at + 1));
  }
}

// The items of list_, whose statement is not known: which of them matter nobody can say, as with rows that a constraint
// refused. What an application has bound, rather than what PostgreSQL repeats, is mostly states and ids.
void ColumnFinder::take_unpaired(std::string_view record, bool repeated, std::vector<ColumnValue>& values) {
  for (const SqlParameter& item : list_.items) {
    const std::string_view value = item.value.of(record);
    if (is_plain_number(value) || (is_timestamp(value) && (repeated || !is_midnight(value)))) continue;
    if (!repeated && (is_plain_word(value) || is_uuid(value))) continue;
    const auto is_taken = [&](const ColumnValue& taken) { return taken.span == item.value; };
    const auto taken = std::find_if(values.begin(), values.end(), is_taken);
    if (taken != values.end() && !keys_.is_weak(taken->rule)) continue;
    if (taken != values.end()) values.erase(taken);
    // Points in time are allowed to stay in rows; a day is none.
    take(item.value, keys_.rule_of(is_timestamp(value) ? kUnparsableInput : kFailingRow), {}, values);
  }
}

// Adds values whose name is the value of another column of their row: (field, old_value) of ('last_name', 'Novak').
template <typename CellAt>
void ColumnFinder::take_pairs(std::string_view record, std::size_t count, CellAt cell_at,
                              std::vector<ColumnValue>& values) {
  constexpr std::size_t kReach = 6;  // columns between them
  constexpr std::size_t kLongest = 64;
  for (std::size_t at = 0; at < count; ++at) {
    const Cell name = cell_at(at);
    const std::string_view content = name.value.of(record);
    // PERF NOTE: most values are numbers, placeholders or have blanks.
    if (content.size() > kLongest || !std::all_of(content.begin(), content.end(), is_key_byte)) continue;
    if (content.empty() || is_digit(content.front()) || !is_pair_name(name.column)) continue;
    const std::uint16_t rule = keys_.strong_rule_of(content);
    if (rule == KeyFinder::kTellsNothing) continue;
    // Another value of the name's column begins another row.
    const auto take_from = [&](const Cell& cell) {
      if (is_pair_value(cell.column) && names_value(name.column, cell.column))
        take(cell.value, rule, cell.quote, values);
      return cell.column != name.column;
    };
    std::size_t i = at;
    while (++i < count && i - at <= kReach && take_from(cell_at(i))) continue;
    i = at;
    while (i > 0 && at - i < kReach && take_from(cell_at(--i))) continue;
  }
}

// Adds what a statement that is not known was executed with, unless it can only be an id or a point in time.
void ColumnFinder::take_unknown(std::string_view record, Span span, std::vector<ColumnValue>& values) {
  const std::string_view value = span.of(record);
  if (!is_plain_number(value) && !is_timestamp(value)) take(span, keys_.rule_of(kFailingRow), {}, values);
}

// Sets remembered_ to what is known of the statement that parameters without one belong to.
void ColumnFinder::take_remembered(const StatementMemory& memory) {
  remembered_.placeholders.clear();
  remembered_.columns.clear();
  const Statement* const known = memory.statement.get();
  if (known == nullptr) return;
  for (std::size_t i = 0; i < known->placeholders.size(); ++i) {
    remembered_.placeholders.push_back({known->placeholders[i], known->placeholder_columns[i]});
  }
  remembered_.columns.assign(known->columns.begin(), known->columns.end());
}

// Adds the item of list_ at `index`, whose value is at `span`, if it is to go.
void ColumnFinder::take_item(std::size_t index, bool secret, Span span, std::vector<ColumnValue>& values) {
  const SqlParameter& item = list_.items[index];
  std::uint16_t rule = KeyFinder::kTellsNothing;
  if (secret) {
    rule = keys_.rule_of(kSecret);
  } else if (!item.key.empty()) {
    rule = keys_.rule_of(item.key);
  }
  if (rule == KeyFinder::kTellsNothing) rule = rule_of_column(columns_[index], list_.form);
  take(span, rule, {}, values);
  take_strong(span, rule, item.key.empty() ? std::string_view(columns_[index]) : item.key, {}, values);
}

// SQLAlchemy names the columns of a result table_column, and the table may have several words.
std::uint16_t ColumnFinder::rule_of_column(std::string_view column, SqlParameterForm form) {
  std::uint16_t rule = keys_.rule_of(column);
  while (rule == KeyFinder::kTellsNothing && form == SqlParameterForm::row &&
         column.find('_') != std::string_view::npos) {
    column.remove_prefix(column.find('_') + 1);
    rule = keys_.rule_of(column);
  }
  return rule;
}

void ColumnFinder::read_echoes(std::string_view record, std::vector<ColumnValue>& values) {
  find_echoes(record, echoes_);
  for (const Echo& echo : echoes_) {
    const std::string_view value = echo.value.of(record);
    std::uint16_t rule = echo.column.empty() ? KeyFinder::kTellsNothing : keys_.rule_of(echo.column);
    switch (echo.kind) {
      case EchoKind::key:
        break;
      case EchoKind::change:
        rule = keys_.strong_rule_of(echo.column);
        if (rule == KeyFinder::kTellsNothing) continue;
        break;
      case EchoKind::row:
        if (!is_plain_number(value) && !is_timestamp(value)) rule = keys_.rule_of(kFailingRow);
        break;
      case EchoKind::input:
        if (rule == KeyFinder::kTellsNothing) rule = keys_.rule_of(kUnparsableInput);
        break;
      case EchoKind::segment:
        if (!is_plain_number(value)) rule = keys_.rule_of(kKeySegment);
        break;
    }
    take(echo.value, rule, {}, values);
  }
}

}  // namespace piiscrub
