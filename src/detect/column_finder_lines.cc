// What goes on from one line to the next: statements, literals within them and lists of parameters.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "detect/column_finder.h"
#include "format/entry.h"
#include "format/marks.h"

namespace piiscrub {

namespace {

// Whether a line of MySQL's general log begins at `begin`, which has no time if it is that of the line in front:
// `<tab><tab>   14 Query<tab>SELECT …`.
bool begins_with_command(std::string_view record, std::size_t begin) {
  std::size_t end = begin;
  while (end < record.size() && is_digit(record[end])) ++end;
  if (end == begin || end + 1 >= record.size() || record[end] != ' ' || !is_upper(record[end + 1])) return false;
  for (++end; end < record.size() && (is_alpha(record[end]) || record[end] == ' ');) ++end;
  return end < record.size() && record[end] == '\t';
}

}  // namespace

bool continues_statement(std::string_view record) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"and", "cross", "from",  "full",      "group", "having", "inner", "into",  "join",  "left",   "limit", "offset",
       "on",  "or",    "order", "returning", "right", "select", "set",   "union", "using", "values", "where"});
  constexpr std::string_view kSigns = "(),;'\"";
  constexpr std::size_t kMaxWord = 9;
  if (record.empty()) return false;
  if (is_blank(record.front())) {
    const std::size_t begin = record.find_first_not_of(" \t");
    return begin != std::string_view::npos && !begins_with_command(record, begin);
  }
  if (kSigns.find(record.front()) != std::string_view::npos) return true;
  std::array<char, kMaxWord + 1> folded{};
  std::size_t size = 0;
  while (size < record.size() && size < folded.size() && is_alpha(record[size])) {
    folded[size] = to_lower(record[size]);
    ++size;
  }
  if (size == 0 || (size < record.size() && is_word(record[size]))) return false;
  const std::string_view word(folded.data(), size);
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

namespace {

// Whether a line begins with words and a colon, as no line within a statement does: Index Cond: …, Process 4711: ….
bool begins_with_label(std::string_view record) {
  const std::size_t begin = std::min(record.find_first_not_of(" \t"), record.size());
  std::size_t end = begin;
  while (end < record.size() && (is_word(record[end]) || record[end] == ' ' || record[end] == '-')) ++end;
  if (end == begin || end + 1 >= record.size() || record[end] != ':' || !is_alpha(record[begin])) return false;
  return record[end + 1] == ' ';
}

// Behind the blanks in front of the rest of a literal.
std::size_t skip_indent(std::string_view record, std::size_t at) {
  return std::min(record.find_first_not_of(" \t", at), record.size());
}

// Whether a line ends the literal that the one in front of it began: a quote stands in it, with SQL behind.
bool ends_literal(std::string_view record) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"AND ", "OR ", "WHERE ", "ORDER ", "LIMIT ", "RETURNING ", "ON ", "FROM ", "AS "});
  constexpr std::string_view kSigns = "),;:";
  if (begins_entry(record)) return false;
  for (std::size_t at = record.find('\''); at != std::string_view::npos; at = record.find('\'', at + 1)) {
    const std::string_view rest = record.substr(skip_indent(record, at + 1));
    if (rest.empty() || kSigns.find(rest.front()) != std::string_view::npos) return true;
    if (rest.data() != record.data() + at + 1 &&
        std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return rest.starts_with(word); })) {
      return true;
    }
  }
  return false;
}

// Whether a line shows that it goes on with a literal. PostgreSQL begins the lines of one message with a tab, and so do
// the frames of Java's stack traces.
bool goes_on_in_literal(std::string_view record) {
  if (record.starts_with('\t') && !record.starts_with("\tat ") && !record.starts_with("\t... ")) return true;
  return ends_literal(record) || crdb_continuation(record) != std::string_view::npos;
}

bool ends_in_literal(const OpenList& list) { return list.text.ends_with('\'') || list.text.ends_with('"'); }

}  // namespace

bool continues(std::string_view record, const Statement* statement, const OpenList* list) {
  constexpr std::string_view kClosing = "]}";
  if (list != nullptr && !record.empty() && kClosing.find(record.front()) != std::string_view::npos) return true;
  if (list != nullptr && crdb_continuation(record) != std::string_view::npos) return true;
  const bool in_literal = (statement != nullptr && statement->in_literal) || list != nullptr;
  if (continues_statement(record)) return in_literal || !begins_with_label(record);
  return in_literal && ends_literal(record);
}

// Makes the statement at the end of `record` one that the next record may go on with. Returns whether it is.
bool ColumnFinder::keep_open(std::shared_ptr<const StatementLine> before, std::string_view record, bool tells,
                             StatementMemory& memory) {
  constexpr std::string_view kEnds = ";}]";
  constexpr std::size_t kMaxLines = 1000;
  memory.open = false;
  const std::size_t end = record.find_last_not_of(" \t");
  if (end == std::string_view::npos || (!in_literal_ && kEnds.find(record[end]) != std::string_view::npos))
    return false;
  const std::size_t lines = before == nullptr ? 1 : before->lines + 1;
  const std::size_t bytes = (before == nullptr ? 0 : before->bytes) + record.size();
  if (lines > kMaxLines || bytes > kMaxOpenBytes) return false;
  std::shared_ptr<Statement> statement = std::exchange(remembered_here_, nullptr);
  if (statement == nullptr || statement != memory.statement) {
    statement = memory.statement != nullptr && memory.seen ? std::make_shared<Statement>(*memory.statement)
                                                           : std::make_shared<Statement>();
  }
  statement->in_literal = in_literal_;
  statement->tells = tells || (before != nullptr && statement->tells);
  statement->lines =
      std::make_shared<const StatementLine>(StatementLine{std::move(before), std::string(record), lines, bytes});
  memory.statement = std::move(statement);
  return memory.open = true;
}

// Takes reader_ behind `line`.
void ColumnFinder::seek(const std::shared_ptr<const StatementLine>& line) {
  if (read_to_ == line) return;
  read_to_ = nullptr;
  if (line->before != nullptr) {
    seek_all_.clear();
    for (const StatementLine* one = line.get(); one != nullptr; one = one->before.get()) seek_all_.push_back(one);
  } else {
    seek_all_.assign(1, line.get());
  }
  const std::string_view first = seek_all_.back()->text;
  const SqlReading* reading = nullptr;
  for (std::optional<std::size_t> at = find_statement(first, 0); at;) {
    reading = &reader_.read(first, *at);
    at = find_statement(first, std::max(reading->extent.end, *at + 1));
  }
  for (std::size_t i = seek_all_.size() - 1; reading != nullptr && reader_.open() && i-- > 0;) {
    reading = &reader_.resume(seek_all_[i]->text);
  }
  if (reading == nullptr || !reader_.open()) return;
  in_literal_ = !reading->values.empty() && reading->values.back().unclosed;
  reader_.keep();
  read_to_ = line;
}

// Reads on in a line that continues the statement of those in front of it. Returns where what else it holds begins.
std::size_t ColumnFinder::go_on(std::string_view record, StatementMemory& memory, std::vector<ColumnValue>& values) {
  const std::shared_ptr<const StatementLine> before = memory.statement->lines;
  seek(before);
  if (std::exchange(read_to_, nullptr) == nullptr || (in_literal_ && !goes_on_in_literal(record))) return 0;
  const bool in_literal = in_literal_;
  const SqlReading& reading = reader_.resume(record);
  for (const SqlValue& value : reading.values) {
    Span span = value.value;
    if (in_literal && span.begin == 0) span.begin = std::min(skip_indent(record, 0), span.end);
    if (span.size() > 0) add(value, span, values);
  }
  in_literal_ = !reading.values.empty() && reading.values.back().unclosed;
  remember(reading, {}, memory);
  read_here_ = memory.seen = true;
  if (reader_.open() && keep_open(before, record, true, memory)) read_to_ = memory.statement->lines;
  return std::max<std::size_t>(reading.extent.end, 1);
}

// Reads on in a line that continues the last one's statement. Returns where what else the record holds begins.
std::size_t ColumnFinder::continue_statement(std::string_view record, StatementMemory& memory,
                                             std::vector<ColumnValue>& values) {
  const std::size_t payload = crdb_continuation(record);
  if (payload == std::string_view::npos) return 0;
  memory.wanted = memory.wanted || !memory.seen;
  if (memory.statement == nullptr || memory.statement->open_text.empty()) return 0;
  joined_.assign(memory.statement->open_text);
  const std::size_t before = joined_.size();
  joined_.append(record.substr(payload, kMaxOpenBytes));
  read_to_ = nullptr;
  const SqlReading& reading = reader_.read(joined_, 0);
  for (const SqlValue& value : reading.values) {
    if (value.value.end <= before) continue;
    const std::size_t begin = std::max(value.value.begin, before);
    add(value, {begin - before + payload, value.value.end - before + payload}, values);
  }
  const std::size_t end = std::max(reading.extent.end, before) - before + payload;
  const bool open = reader_.open() && joined_.size() <= kMaxOpenBytes;
  remember(reading, open ? std::string_view(joined_) : std::string_view(), memory);
  memory.seen = true;
  return end;
}

// Reads on in a line that continues the `list` of those in front of it. Returns where what else it holds begins.
std::size_t ColumnFinder::continue_list(std::string_view record, const OpenList& list, StatementMemory& memory,
                                        std::vector<ColumnValue>& values) {
  if (ends_in_literal(list) && !goes_on_in_literal(record)) return 0;
  const std::size_t payload = crdb_continuation(record);
  const std::size_t begin = payload == std::string_view::npos ? 0 : payload;
  joined_.assign(list.text);
  const std::size_t before = joined_.size();
  joined_.append(record.substr(begin, kMaxOpenBytes));
  read_parameters(joined_, {.form = static_cast<SqlParameterForm>(list.form), .sql_literals = list.sql_literals},
                  list_);
  take_remembered(memory);
  pair_columns(joined_, list_, {}, remembered_, columns_);
  for (std::size_t i = 0; i < list_.items.size(); ++i) {
    const Span value = list_.items[i].value;
    if (value.end <= before) continue;
    const std::size_t from = value.begin <= before ? skip_indent(record, begin) : value.begin - before + begin;
    if (from < value.end - before + begin) take_item(i, list.secret, {from, value.end - before + begin}, values);
  }
  keep_list(list, record.size(), memory);
  return std::max(list_.extent.end, before) - before + begin;
}

// Makes list_, which goes on from `so_far` in a record of `bytes`, one that the next record may go on with.
void ColumnFinder::keep_list(const OpenList& so_far, std::size_t bytes, StatementMemory& memory) const {
  constexpr std::uint32_t kMaxLines = 1000;
  constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;
  memory.list = nullptr;
  if (list_.opened.empty() || so_far.lines >= kMaxLines || so_far.bytes + bytes > kMaxBytes) return;
  OpenList open = so_far;
  open.text = list_.opened;
  ++open.lines;
  open.bytes += static_cast<std::uint32_t>(bytes);
  memory.list = std::make_shared<const OpenList>(std::move(open));
}

}  // namespace piiscrub
