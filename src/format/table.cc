#include "format/table.h"

#include <algorithm>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxHeaderBytes = 4096;

Span trimmed(std::string_view text, Span span) {
  while (span.begin < span.end && is_blank(text[span.begin])) ++span.begin;
  while (span.begin < span.end && is_blank(text[span.end - 1])) --span.end;
  return span;
}

}  // namespace

bool is_table_ruler(std::string_view line) {
  const std::string_view ruler = trimmed(line, {0, line.size()}).of(line);
  if (ruler.empty() || (ruler.front() != '-' && ruler.front() != '+')) return false;
  return ruler.find("-+-") != std::string_view::npos && ruler.find_first_not_of("-+") == std::string_view::npos;
}

bool is_expanded_head(std::string_view line) { return line.starts_with("-[ RECORD "); }

bool may_be_table_header(std::string_view line) {
  // PostgreSQL calls a column without a name ?column?.
  const auto in_header = [](char c) {
    return is_word(c) || is_high(c) || c == ' ' || c == '|' || c == '?' || c == '.';
  };
  return line.size() <= kMaxHeaderBytes && line.find('|') != std::string_view::npos &&
         std::all_of(line.begin(), line.end(), in_header);
}

void split_cells(std::string_view line, std::vector<Span>& cells) {
  cells.clear();
  Span inner = trimmed(line, {0, line.size()});
  if (inner.size() > 1 && line[inner.begin] == '|' && line[inner.end - 1] == '|') {
    ++inner.begin;
    --inner.end;
  } else {
    inner = {0, line.size()};  // the last cell may be empty
  }
  for (std::size_t begin = inner.begin; begin <= inner.end;) {
    const std::size_t end = std::min(line.find('|', begin), inner.end);
    cells.push_back(trimmed(line, {begin, end}));
    begin = end + 1;
  }
}

char delimiter_of_names(std::string_view line, std::vector<Span>& cells) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";  // of UTF-8, which Excel writes
  constexpr std::string_view kDelimiters = ",;\t|";
  if (line.size() > kMaxHeaderBytes) return 0;
  const std::size_t at = line.find_first_of(kDelimiters);
  if (at == std::string_view::npos) return 0;
  split_fields(line, line[at], cells);
  if (line.starts_with(kMark) && cells.front().begin == 0) cells.front().begin = kMark.size();
  const auto is_name = [&](const Span& cell) {
    const std::string_view name = cell.of(line);
    return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
      return is_word(c) || is_high(c) || c == ' ' || c == '-' || c == '.' || c == '/';
    });
  };
  return std::all_of(cells.begin(), cells.end(), is_name) ? line[at] : '\0';
}

void split_at(std::string_view line, char delimiter, std::vector<Span>& cells) {
  cells.clear();
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(delimiter, at), line.size());
    cells.push_back({at, end});
    at = end + 1;
  }
}

void split_fields(std::string_view line, char delimiter, std::vector<Span>& cells) {
  cells.clear();
  for (std::size_t at = 0; at <= line.size();) {
    std::size_t end = at;
    if (end < line.size() && line[end] == '"') {
      for (++end; end < line.size(); ++end) {
        if (line[end] != '"') continue;
        if (end + 1 >= line.size() || line[end + 1] != '"') break;
        ++end;
      }
      cells.push_back({at + 1, std::min(end, line.size())});
      end = std::min(line.find(delimiter, end), line.size());
    } else {
      end = std::min(line.find(delimiter, at), line.size());
      cells.push_back(trimmed(line, {at, end}));
    }
    at = end + 1;
  }
}

}  // namespace piiscrub
