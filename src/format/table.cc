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

namespace {

constexpr std::string_view kFrameGap = "  ";

// Whether a character of UTF-8 begins with `c`.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

bool is_frame_row(std::string_view line) {
  constexpr std::size_t kMaxDigits = 8;
  std::size_t at = 0;
  while (at < line.size() && at < kMaxDigits && is_digit(line[at])) ++at;
  return at > 0 && line.size() <= kMaxHeaderBytes && line.substr(at).starts_with(kFrameGap);
}

bool is_first_frame_row(std::string_view line) { return line.starts_with("0  ") && is_frame_row(line); }

bool may_be_frame_header(std::string_view line) {
  return line.size() <= kMaxHeaderBytes && line.starts_with(kFrameGap) &&
         std::all_of(line.begin(), line.end(), [](char c) {
           return is_word(c) || is_high(c) || c == ' ' || c == '-' || c == '.' || c == '/' || c == '\\';
         });
}

void split_frame_row(std::string_view line, std::vector<Span>& cells) {
  cells.clear();
  std::size_t at = std::min(line.find(kFrameGap), line.size());
  for (;;) {
    at = line.find_first_not_of(' ', at);
    if (at == std::string_view::npos) return;
    const std::size_t end = std::min(line.find(kFrameGap, at), line.size());
    cells.push_back(trimmed(line, {at, end}));
    at = end;
  }
}

bool split_frame_header(std::string_view header, std::size_t count, std::vector<Span>& names) {
  split_frame_row(header, names);
  if (names.size() == count) return true;
  // The widest names have one blank in front of them only.
  names.clear();
  for (std::size_t at = header.find_first_not_of(' '); at != std::string_view::npos;) {
    const std::size_t end = std::min(header.find(' ', at), header.size());
    names.push_back({at, end});
    at = header.find_first_not_of(' ', end);
  }
  return names.size() == count;
}

std::string_view FrameColumns::above(Span cell) {
  const std::size_t begin = in_header_;
  for (; in_row_ < cell.end; ++in_row_) {
    if (!begins_character(row_[in_row_]) || in_header_ == header_.size()) continue;
    ++in_header_;
    while (in_header_ < header_.size() && !begins_character(header_[in_header_])) ++in_header_;
  }
  const std::size_t end = in_header_;
  if (begin >= end || header_[end - 1] == ' ' || (end < header_.size() && header_[end] != ' ')) return {};
  return trimmed(header_, {begin, end}).of(header_);
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
