#include "format/sql_shapes.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/ascii.h"
#include "format/sql_reader.h"

namespace piiscrub {
namespace {

constexpr std::size_t kHashedBytes = 16;  // with which all statements of a place begin
constexpr std::size_t kMaxNumberBytes = 20;
// How far an opening bracket and %( are looked behind for the end of a name.
constexpr std::size_t kMaxNameBytes = 60;

// Whether a string ends, or may mean something else, at `c`. Where the statement stands between ", that ends it.
bool ends_text(char c, const Surrounding& around) {
  return c == '\'' || c == '\\' || c == '\xe2' || (c == '"' && around.mark == '"');
}

// Behind the string's content that begins at `at`, or npos if it is not plain.
std::size_t end_of_text(std::string_view text, std::size_t at, const Surrounding& around) {
  while (at < text.size() && !ends_text(text[at], around)) ++at;
  return at < text.size() && text[at] == '\'' ? at : std::string_view::npos;
}

// Behind the number that begins at `at`, or npos if there is none.
std::size_t end_of_number(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  const auto skip_digits = [&] {
    while (at < text.size() && is_digit(text[at])) ++at;
  };
  skip_digits();
  if (at == begin) return std::string_view::npos;
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    skip_digits();
  }
  return at - begin <= kMaxNumberBytes ? at : std::string_view::npos;
}

std::size_t end_of(const SqlBlank& blank, std::string_view text, std::size_t at, const Surrounding& around) {
  if (blank.kind == SqlBlank::Kind::number) return end_of_number(text, at);
  const std::size_t end = end_of_text(text, at, around);
  const bool is_method =
      end != std::string_view::npos && blank.kind == SqlBlank::Kind::word && is_sql_method(text.substr(at, end - at));
  return is_method ? std::string_view::npos : end;
}

// Whether `blank` is all that the lexer takes for the literal's content, whatever it is, and takes for nothing else.
bool is_plain(std::string_view text, const SqlBlank& blank, const Surrounding& around) {
  const auto [begin, end] = blank.content;
  if (begin == 0 || end_of(blank, text, begin, around) != end) return false;
  if (blank.kind != SqlBlank::Kind::number) return text[begin - 1] == '\'';
  if (text[begin - 1] == '#') return false;  // #012, &#39;
  // 0x1f, 1e5, 1_000, 1.
  return end == text.size() || (!is_word(text[end]) && text[end] != '.' && !is_high(text[end]));
}

// Whether no name in `text`, which stands between two blanks or behind the last, can go on behind it: the lexer looks
// for the ends of those behind [ and %(. Digits begin none behind [.
bool ends_its_names(std::string_view text, bool is_last) {
  for (std::size_t at = text.find_first_of("[("); at != std::string_view::npos; at = text.find_first_of("[(", at + 1)) {
    const bool is_bracket = text[at] == '[';
    if (!is_bracket && (at == 0 || text[at - 1] != '%')) continue;
    std::size_t end = at + 1;
    while (end < text.size() && (is_word(text[end]) || text[end] == ' ' || text[end] == '-')) ++end;
    const bool goes_on = end == text.size() && !is_last && !(is_bracket && end == at + 1);
    if (goes_on || end - at > kMaxNameBytes) return false;
  }
  return true;
}

// Whether marks may stand in `text`, whose ends the lexer looks for.
bool may_have_marks(std::string_view text) {
  return text.find('\xe2') != std::string_view::npos || text.find("\\u") != std::string_view::npos;
}

}  // namespace

std::size_t SqlShapes::place_of(std::string_view statement) {
  std::uint64_t words[2];
  static_assert(sizeof words == kHashedBytes);
  std::memcpy(words, statement.data(), sizeof words);
  return static_cast<std::size_t>((words[0] * 0x9e3779b97f4a7c15U + words[1] * 0xc2b2ae3d27d4eb4fU) >> 32) % kPlaces;
}

// Sets `now` to where the blanks are in `statement`, if it is of this shape.
bool SqlShapes::Remembered::fits(std::string_view statement) {
  now.clear();
  std::size_t at = 0;
  std::size_t done = 0;
  const auto skip = [&](std::size_t end) {
    const std::size_t size = end - done;
    if (statement.size() - at < size || std::memcmp(statement.data() + at, text.data() + done, size) != 0) return false;
    at += size;
    return true;
  };
  for (const SqlBlank& blank : blanks) {
    if (!skip(blank.content.begin)) return false;
    const std::size_t end = end_of(blank, statement, at, around);
    if (end == std::string_view::npos) return false;
    now.push_back({at, end});
    at = end;
    done = blank.content.end;
  }
  return skip(text.size()) && at <= SqlShapes::kMaxBytes && (!to_end || at == statement.size());
}

// Makes `shape` that of the statement at `at` whose blanks are `now`.
void SqlShapes::Remembered::fill_in(std::size_t at) {
  std::size_t moved = at;  // by so much; less than 0 is as good
  std::size_t next = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Span& value = shape.reading.values[i].value;
    value.begin = values[i].begin + moved;
    if (next < blanks.size() && blanks[next].value == i)
      moved += now[next].size() - blanks[next].content.size(), ++next;
    value.end = values[i].end + moved;
  }
  shape.reading.extent = {at, extent + moved};
  shape.steps = steps + moved - at;
}

const SqlShape* SqlShapes::find(std::string_view text, std::size_t at) {
  if (places_.empty() || text.size() < kHashedBytes || at > text.size() - kHashedBytes) return nullptr;
  const std::string_view statement = text.substr(at);
  for (Remembered& one : places_[place_of(statement)].ways) {
    if (one.text.empty()) break;
    if (!one.fits(statement) || one.around != find_surrounding(text, at)) continue;
    one.fill_in(at);
    return &one.shape;
  }
  return nullptr;
}

void SqlShapes::add(std::string_view text, Span looked_at, const SqlShape& shape, const std::vector<SqlBlank>& blanks) {
  if (looked_at.size() < kHashedBytes || looked_at.size() > kMaxBytes || may_have_marks(looked_at.of(text))) return;
  const auto around = find_surrounding(text, looked_at.begin);
  std::size_t done = looked_at.begin;
  for (const SqlBlank& blank : blanks) {
    if (!is_plain(text, blank, around)) continue;
    if (!ends_its_names(text.substr(done, blank.content.begin - done), false)) return;
    done = blank.content.end;
  }
  if (done > shape.reading.extent.end || !ends_its_names(text.substr(done, looked_at.end - done), true)) return;

  if (places_.empty()) places_.resize(kPlaces);
  Place& place = places_[place_of(text.substr(looked_at.begin))];
  Remembered& one = place.ways[place.oldest];
  place.oldest = (place.oldest + 1) % kWays;
  one.text.assign(looked_at.of(text));
  one.to_end = looked_at.end == text.size();
  one.around = around;
  const auto move = [&](Span span) { return Span{span.begin - looked_at.begin, span.end - looked_at.begin}; };
  one.blanks.clear();
  for (const SqlBlank& blank : blanks) {
    if (is_plain(text, blank, around)) one.blanks.push_back({blank.kind, blank.value, move(blank.content)});
  }
  one.values.clear();
  for (const SqlValue& value : shape.reading.values) one.values.push_back(move(value.value));
  one.extent = shape.reading.extent.end - looked_at.begin;
  one.steps = shape.steps;
  one.shape = shape;
  const std::less<const char*> before;
  const auto point_to_copy = [&](std::string_view& name) {
    if (before(name.data(), text.data()) || !before(name.data(), text.data() + text.size())) return;
    name = std::string_view(one.text).substr(static_cast<std::size_t>(name.data() - text.data()) - looked_at.begin,
                                             name.size());
  };
  for (SqlValue& value : one.shape.reading.values) point_to_copy(value.column);
  for (SqlPlaceholder& placeholder : one.shape.reading.placeholders) {
    point_to_copy(placeholder.name);
    point_to_copy(placeholder.column);
  }
  for (std::string_view& column : one.shape.reading.columns) point_to_copy(column);
}

}  // namespace piiscrub
