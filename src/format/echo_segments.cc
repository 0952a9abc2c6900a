#include "format/echo_readers.h"

#include <algorithm>
#include <array>

#include "base/search.h"

namespace piiscrub::echoes {
namespace {

// Behind the point in time at `at` as CockroachDB prints it in keys, or `at`; midnight may be a day alone, as in a date
// of birth.
std::size_t behind_time(std::string_view text, std::size_t at) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  constexpr std::string_view kMidnight = "00:00:00";
  if (text.size() - at < kForm.size()) return at;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !is_digit(text[at + i]) : text[at + i] != kForm[i]) return at;
  }
  std::size_t end = at + kForm.size();
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  if (text.substr(0, end).ends_with(kMidnight)) return at;
  return char_at(text, end) == 'Z' ? end + 1 : end;
}

// Whether a word in a key is CockroachDB's own.
bool is_key_word(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"PrefixEnd", "Min", "Max", "NULL", "True", "False", "Table", "Tenant"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// Reads the segments of /Table/106/1/"v"/0 behind the index. Returns the place behind them.
std::size_t read_segments_at(Echoes& in, std::size_t at) {
  const std::string_view text = in.text;
  std::size_t i = at;
  // The table and the index.
  for (int k = 0; k < 2; ++k) {
    i += mark_begin_at(text, i);
    if (char_at(text, i) == '/') ++i;
    // /Table/106/{1/"v"-2}: the same behind the table.
    if (k == 1 && char_at(text, i) == '{') ++i;
    const std::size_t digits = i;
    while (is_digit(char_at(text, i))) ++i;
    if (i == digits) return at;
    // /Table/10{8/1/"v"-9}: what both ends of a range have in common stands in front of the bracket.
    if (k == 0 && char_at(text, i) == '{') ++i;
    while (k == 0 && is_digit(char_at(text, i))) ++i;
  }
  while (i < text.size()) {
    const char c = text[i];
    if (c == '/' || c == '{' || c == '-') {
      ++i;
      continue;
    }
    if (const std::size_t mark = mark_begin_at(text, i); mark > 0) {
      i += mark;
      continue;
    }
    if (const char before = text[i - 1]; before != '/' && before != '{' && before != '-' && !is_high(before)) break;
    Quote quote;
    if (quote_at(text, i, quote)) {
      // The end of the string that the key stands in is no segment.
      if (!is_word(char_at(text, i + quote.length)) && !is_high(char_at(text, i + quote.length)) &&
          char_at(text, i + quote.length) != '+' && char_at(text, i + quote.length) != '/')
        break;
      const std::size_t begin = i + quote.length;
      const std::size_t limit = in.ends.line(begin, begin + kMaxKeyBytes);
      std::size_t end = begin;
      Quote here;
      while (end < limit && !(quote_at(text, end, here) && here.mark == quote.mark && here.run <= quote.run))
        end += std::max<std::size_t>(backslashes_at(text, end), 1);
      end = std::min(end, limit);
      const bool closed = end < limit && here == quote;
      if (end > begin)
        in.found.push_back({.kind = EchoKind::segment, .column = {}, .value = {begin, end}, .unclosed = !closed});
      i = closed ? end + quote.length : end;
      if (!closed) break;
      continue;
    }
    const std::size_t begin = i;
    i = behind_time(text, i);
    if (i > begin) continue;
    while (i < text.size() && (is_word(text[i]) || text[i] == '.' || text[i] == ':')) ++i;
    if (i == begin) break;
    if (i - begin > 2 && !is_key_word(text.substr(begin, i - begin)))
      in.found.push_back({.kind = EchoKind::segment, .column = {}, .value = {begin, i}});
  }
  return i;
}

}  // namespace

std::size_t read_segments(Echoes& in, Span lead) {
  return lead.begin > 0 && in.text[lead.begin - 1] == '/' ? read_segments_at(in, lead.end) : 0;
}

std::size_t read_primary_key(Echoes& in, Span lead) {
  constexpr std::string_view kSigns = "\\\": ";
  constexpr std::size_t kMaxSigns = 16;
  std::size_t i = lead.end;
  while (i < in.text.size() && i - lead.end < kMaxSigns && kSigns.find(in.text[i]) != std::string_view::npos) ++i;
  i += mark_begin_at(in.text, i);
  return char_at(in.text, i) == '/' ? read_segments_at(in, i) : 0;
}

// Reads the literals of `[/'a' - /'b']` at `at`.
std::size_t read_spans(Echoes& in, Span lead) {
  const std::string_view text = in.text;
  const std::size_t at = lead.end - 1;
  const std::size_t limit = in.ends.line(at, at + kMaxKeyBytes);
  std::size_t i = at + 1;
  while (i < limit) {
    if (text[i] == ']' && char_at(text, i + 1) != ' ') return i + 1;
    if (text[i] == '/') {
      if (const std::size_t behind = read_quoted(in, i + 1, EchoKind::segment); behind > 0) {
        i = behind;
        continue;
      }
      const std::size_t begin = i + 1;
      std::size_t end = begin;
      while (end < limit && (is_word(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
      if (end - begin > 2) in.found.push_back({.kind = EchoKind::segment, .column = {}, .value = {begin, end}});
      i = std::max(end, begin);
      continue;
    }
    ++i;
  }
  return limit;
}

}  // namespace piiscrub::echoes
