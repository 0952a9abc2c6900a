#include "format/entry.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "format/marks.h"

namespace piiscrub {
namespace {

// How lines begin that say more of an error.
constexpr auto kStarts = std::to_array<std::string_view>(
    {"Traceback (most recent call last)", "During handling of the above exception", "The above exception was",
     "Caused by: ", "Suppressed: ", "[parameters: ", "[SQL: "});

// |  +  └ ─ ╭ │ ┃ and other signs with which frames and their variables are drawn: U+2500 to U+257F.
bool begins_drawn(std::string_view record) {
  if (record.starts_with("| ") || record.starts_with("+-")) return true;
  return record.size() > 2 && record[0] == '\xe2' && (record[1] == '\x94' || record[1] == '\x95');
}

// DETAIL:  and its like, at the start or behind the prefix that log_line_prefix makes; PostgreSQL puts two blanks
// there.
bool is_postgres_detail(std::string_view record) {
  constexpr auto kWords =
      std::to_array<std::string_view>({"DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION"});
  constexpr std::size_t kMaxPrefix = 160;
  const std::string_view front = record.substr(0, kMaxPrefix);
  const std::size_t colon = front.find(":  ");
  if (colon == std::string_view::npos) return false;
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return front.substr(0, colon).ends_with(word) && (colon == word.size() || !is_word(front[colon - word.size() - 1]));
  });
}

// psycopg2.errors.UniqueViolation: …, ValueError: …, KeyboardInterrupt
bool is_exception(std::string_view record) {
  std::size_t last = 0;  // where the last part of the name begins
  std::size_t end = 0;
  while (end < record.size() && (is_word(record[end]) || record[end] == '.')) {
    if (record[end] == '.') last = end + 1;
    ++end;
  }
  if (end == 0 || is_digit(record[0]) || last >= end || !is_upper(record[last])) return false;
  if (end < record.size() && !record.substr(end).starts_with(": ")) return false;
  const std::string_view name = record.substr(last, end - last);
  return std::any_of(name.begin(), name.end(), is_lower);  // ERROR: and INFO: are levels
}

// How many digits `text` begins with, from `at` on.
std::size_t digits_at(std::string_view text, std::size_t at) {
  const std::size_t from = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - from;
}

// 2026-11-21, 21/Nov/2026, 21.11.2026 at the start of `word`; no 536-90-4399.
bool begins_with_date(std::string_view word) {
  constexpr std::string_view kBetween = "-/.";
  const std::size_t first = digits_at(word, 0);
  if (first == 0 || first >= word.size() || kBetween.find(word[first]) == std::string_view::npos) return false;
  const std::size_t month = first + 1;
  std::size_t end = month;
  while (end < word.size() && is_alnum(word[end])) ++end;
  const bool named = end - month == 3 && is_alpha(word[month]);
  const bool numbered = end - month == digits_at(word, month) && end - month >= 1 && end - month <= 2;
  if ((!named && !numbered) || end >= word.size() || word[end] != word[first]) return false;
  const std::size_t last = digits_at(word, end + 1);
  return (first == 4 && last >= 1 && last <= 2) || (first <= 2 && (last == 4 || last == 2));
}

// 09:14:02 anywhere in `word`, but neither 2001:db8::1 nor 02:1a:2b:3c:4d:5e.
bool has_clock(std::string_view word) {
  constexpr std::ptrdiff_t kMostColons = 4;  // 21/Nov/2026:09:14:02+01:00
  if (std::count(word.begin(), word.end(), ':') > kMostColons) return false;
  for (std::size_t at = word.find(':'); at != std::string_view::npos; at = word.find(':', at + 1)) {
    if (at >= 2 && is_digit(word[at - 1]) && is_digit(word[at - 2]) && digits_at(word, at + 1) == 2) return true;
  }
  return false;
}

// 1732180442.1, 1732180442123, 20261121T091402Z, 20261121
bool is_counted_time(std::string_view word) {
  constexpr std::size_t kSeconds = 10;  // since 1970
  constexpr std::size_t kDate = 8;
  const std::size_t digits = digits_at(word, 0);
  if (digits == kDate) return word.starts_with("20") && (digits == word.size() || word[digits] == 'T');
  return digits >= kSeconds && word.front() == '1' && (digits == word.size() || word[digits] == '.');
}

// What stands for a time in front of an entry. What people are told by does not: a line that begins with it may go on
// with a literal.
bool is_time(std::string_view word) { return begins_with_date(word) || has_clock(word) || is_counted_time(word); }

bool is_level(std::string_view word) {
  constexpr auto kLevels = std::to_array<std::string_view>(
      {"TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "SEVERE", "LOG", "PANIC"});
  return std::find(kLevels.begin(), kLevels.end(), word) != kLevels.end();
}

bool is_crdb_continuation(std::string_view record) {
  constexpr std::string_view kGoesOn = "|+!";
  const std::size_t payload = crdb_payload(record);
  return payload != std::string_view::npos && kGoesOn.find(record[payload - 1]) != std::string_view::npos;
}

}  // namespace

bool is_indented(std::string_view record) {
  return !record.empty() && is_blank(record.front()) && record.find_first_not_of(" \t") != std::string_view::npos;
}

bool begins_entry(std::string_view record) {
  constexpr std::size_t kWords = 3;  // Nov 21 09:14:02 host …; 192.0.2.1 - - [21/Nov/2026:…
  constexpr std::string_view kAround = " \t[]()\"'<>|:,";
  if (record.starts_with('{') || record.starts_with('<')) return true;
  if (crdb_payload(record) != std::string_view::npos) return true;
  std::size_t at = 0;
  for (std::size_t word = 0; word < kWords + 1; ++word) {
    at = record.find_first_not_of(kAround, at);
    if (at == std::string_view::npos) return false;
    std::size_t end = std::min(record.find_first_of(" \t[]()\"'<>|,=", at), record.size());
    std::string_view text = record.substr(at, end - at);
    while (text.ends_with(':')) text.remove_suffix(1);
    if (is_time(text) || is_level(text)) return true;
    if (end < record.size() && record[end] == '=' && word == 0) return true;  // logfmt
    at = end;
  }
  return false;
}

bool continues_entry(std::string_view record, bool behind_indented) {
  constexpr std::string_view kClosing = ")]}";
  if (record.empty() || is_blank(record.front()) || kClosing.find(record.front()) != std::string_view::npos)
    return true;
  const auto begins = [&](auto start) { return start.front() == record.front() && record.starts_with(start); };
  if (std::any_of(kStarts.begin(), kStarts.end(), begins)) return true;
  return begins_drawn(record) || (behind_indented && is_exception(record)) || is_crdb_continuation(record) ||
         is_postgres_detail(record);
}

}  // namespace piiscrub
