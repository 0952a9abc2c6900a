// Fuzz target: the readers of SQL, of bound parameters and of databases' messages. The first byte chooses where a
// second line begins and where reading begins, the rest is the text.
//
// Oracle: spans lie in the text, in order and disjoint; the number of steps is bounded; a reader that has read other
// text before reads the same, and one that remembers statements recalls what it would read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/echo.h"
#include "format/sql.h"
#include "format/sql_parameters.h"

namespace {

using namespace piiscrub;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_in_order(Span value, std::size_t& at, std::size_t end) {
  require(value.begin >= at && value.begin <= value.end && value.end <= end);
  at = value.end;
}

void require_sound(const SqlReading& reading, std::string_view text) {
  std::size_t at = 0;
  for (const SqlValue& value : reading.values) require_in_order(value.value, at, text.size());
  require(reading.extent.begin <= reading.extent.end && reading.extent.end <= text.size());
}

// Touches what the views refer to.
std::size_t sum(const SqlReading& reading) {
  std::size_t total = 0;
  const auto add = [&](std::string_view name) {
    for (const char c : name) total += static_cast<unsigned char>(c);
  };
  for (const SqlValue& value : reading.values) add(value.column);
  for (const SqlPlaceholder& placeholder : reading.placeholders) {
    add(placeholder.name);
    add(placeholder.column);
  }
  for (const std::string_view column : reading.columns) add(column);
  return total;
}

void check_statements(std::string_view text, SqlReader& reader) {
  std::size_t from = 0;
  while (const std::optional<std::size_t> at = find_statement(text, from)) {
    require(*at >= from && *at < text.size());
    const std::uint64_t steps = reader.steps();
    const SqlReading& reading = reader.read(text, *at);
    require_sound(reading, text);
    require(reader.steps() - steps <= 16 * text.size() + 64);
    const std::vector<SqlValue> values = reading.values;
    const std::size_t total = sum(reading);
    const std::size_t extent = reading.extent.end;
    SqlReader fresh;
    require(fresh.read(text, *at).values == values && sum(fresh.read(text, *at)) == total);
    from = std::max(extent, *at + 1);
  }
}

// `text` with other contents between the values of its statement at `at`: the `contents` in turn.
std::string with_other_values(std::string_view text, const SqlReading& reading,
                              const std::vector<std::string_view>& contents) {
  std::string other;
  std::size_t done = 0;
  for (std::size_t i = 0; i < reading.values.size(); ++i) {
    const Span value = reading.values[i].value;
    other += text.substr(done, value.begin - done);
    other += contents[i % contents.size()];
    done = value.end;
  }
  return other += text.substr(done);
}

// Reads each statement of `text` with its own and with other values: numbers, text, and pieces of the text itself.
void check_recalled(std::string_view text, std::size_t cut, SqlReader& reader) {
  const std::vector<std::string_view> all_contents[] = {
      {}, {"0"}, {"7", "a"}, {"12.5", "md5", ""}, {text.substr(cut)}, {text.substr(cut, 3), "0x1"}};
  std::size_t from = 0;
  for (int i = 0; i < 8; ++i) {
    const std::optional<std::size_t> at = find_statement(text, from);
    if (!at) return;
    SqlReader fresh;
    const SqlReading first = fresh.read(text, *at);
    for (const auto& contents : all_contents) {
      const std::string other = contents.empty() ? std::string(text) : with_other_values(text, first, contents);
      SqlReader cold;
      const std::uint64_t steps = reader.steps();
      const SqlReading& recalled = reader.recall(other, *at);
      const SqlReading& read = cold.read(other, *at);
      require(recalled == read && reader.open() == cold.open() && reader.steps() - steps == cold.steps());
      require(&reader.reading() == &recalled && sum(recalled) == sum(read));
    }
    from = std::max(first.extent.end, *at + 1);
  }
}

void check_parameters(std::string_view text, SqlReader& reader) {
  SqlParameterList list;
  std::vector<std::string_view> columns;
  std::size_t from = 0;
  while (const std::optional<SqlParameterStart> start = find_parameters(text, from)) {
    require(start->at >= from && start->at < text.size());
    read_parameters(text, *start, list);
    require(list.extent.end <= text.size());
    std::size_t at = start->at;
    for (const SqlParameter& item : list.items) {
      require_in_order(item.value, at, list.extent.end);
      require(item.item.contains(item.value));
    }
    pair_columns(text, list, text, reader.read(text, 0), columns);
    require(columns.size() == list.items.size());
    from = std::max(list.extent.end, start->at + 1);
  }
}

void check_echoes(std::string_view text) {
  std::vector<Echo> echoes;
  find_echoes(text, echoes);
  std::size_t at = 0;
  Span last;
  for (const Echo& echo : echoes) {
    if (echo.value == last) continue;  // of several columns
    require_in_order(echo.value, at, text.size());
    last = echo.value;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::vector<char> bytes(data + 1, data + size);
  const std::string_view text(bytes.data(), bytes.size());
  const std::size_t cut = std::min<std::size_t>(data[0], text.size());
  SqlReader reader;
  check_statements(text, reader);
  check_recalled(text, cut, reader);
  check_parameters(text, reader);
  check_echoes(text);
  require_sound(reader.read(text, cut), text);
  // Two lines, the first of which is gone when the second has been read.
  std::vector<char> first(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(cut));
  reader.read({first.data(), first.size()}, 0);
  for (int line = 0; line < 2 && reader.open(); ++line) {
    require_sound(reader.resume(text.substr(cut)), text.substr(cut));
    first = std::vector<char>();
    (void)sum(reader.resume(text.substr(cut)));
  }
  return 0;
}
