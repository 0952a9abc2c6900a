#include "pipeline/json_quote.h"

#include <algorithm>

#include "base/ascii.h"
#include "redact/replacement.h"

namespace piiscrub {

bool is_number(std::string_view text) {
  const auto in_number = [](char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || to_lower(c) == 'e'; };
  return !text.empty() && (is_digit(text.front()) || text.front() == '-' || text.front() == '.') &&
         std::all_of(text.begin(), text.end(), in_number);
}

bool StringCursor::in_string(std::string_view record, std::size_t at) {
  for (; at_ < at; ++at_) {
    if (record[at_] == '\\') {
      ++at_;
    } else if (record[at_] == '"') {
      in_string_ = !in_string_;
    }
  }
  return in_string_;
}

std::string_view json_quote(std::string_view record, Span span, StringCursor& strings) {
  if (!is_number(span.of(record))) return {};
  std::size_t behind = span.end;
  while (behind < record.size() && is_blank(record[behind])) ++behind;
  if (behind < record.size() && record[behind] != ',' && record[behind] != '}' && record[behind] != ']') return {};
  std::size_t front = span.begin;
  while (front > 0 && is_blank(record[front - 1])) --front;
  if (front == 0) return {};
  const char opener = record[front - 1];
  if (opener == ':') {  // "key": 123, or \"key\": 123
    std::size_t quote = front - 1;
    while (quote > 0 && is_blank(record[quote - 1])) --quote;
    if (quote == 0 || record[quote - 1] != '"') return {};
    std::size_t begin = quote - 1;
    while (begin > 0 && record[begin - 1] == '\\') --begin;
    return record.substr(begin, quote - begin);
  }
  if ((opener != '[' && opener != ',') || !looks_like_json(record)) return {};
  // An element of an array, unless the bracket stands in a string.
  return strings.in_string(record, front) ? std::string_view() : "\"";
}

}  // namespace piiscrub
