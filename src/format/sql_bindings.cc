#include "format/sql_bindings.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/search.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxNoteBytes = 96;  // of `1] as [VARCHAR] - [`
constexpr std::size_t kMaxNumberDigits = 4;
constexpr std::size_t kMaxFirstBytes = 256;  // of the first value with a type
constexpr std::string_view kNull = "null";

void emit(Span value, std::string_view name, std::size_t ordinal, bool quoted, SqlParameterList& list) {
  if (value.size() == 0) return;
  SqlParameter parameter;
  parameter.name = name;
  parameter.ordinal = ordinal;
  parameter.value = parameter.item = value;
  parameter.quoted = quoted;
  list.items.push_back(parameter);
}

// --- Hibernate, Spring, R2DBC ---------------------------------------------------------------------------------------

// How what stands between the number or name of a parameter and its value ends, and what stands behind the value.
struct Note {
  std::string_view begin;
  std::string_view end;  // empty: the value ends the text
  std::size_t first;     // the number of the first parameter
};
constexpr auto kNotes = std::to_array<Note>({{"] - [", "]", 1},
                                             {") - [", "]", 1},
                                             {") <- [", "]", 1},
                                             {") -> [", "]", 1},
                                             {", parameter value [", "], value class [", 1},
                                             {"] to: ", "", 0}});

struct BindingValue {
  std::size_t begin = std::string_view::npos;  // npos: there is none
  const Note* note = nullptr;
};

// The value behind `[1] as [VARCHAR] - [`, `(1:VARCHAR) <- [` and the like.
BindingValue binding_value(std::string_view text, std::size_t at) {
  const std::string_view front = text.substr(at, kMaxNoteBytes);
  for (const Note& note : kNotes) {
    const std::size_t found = front.find(note.begin);
    if (found != std::string_view::npos) return {at + found + note.begin.size(), &note};
  }
  return {};
}

// name of ([name] : [VARCHAR]); Hibernate 5 has an alias there, name2_0_.
std::string_view binding_name(std::string_view text, std::size_t at) {
  if (!has_at(text, at, "([")) return {};
  std::size_t end = at + 2;
  while (is_word(char_at(text, end)) && end - at < kMaxNoteBytes) ++end;
  std::string_view name = text.substr(at + 2, end - at - 2);
  if (!name.ends_with('_')) return name;
  for (const char* const part : {"_", "0123456789", "_", "0123456789"}) {
    name = name.substr(0, name.find_last_not_of(part) + 1);
  }
  return name;
}

void read_binding(std::string_view text, std::size_t at, SqlParameterList& list) {
  std::size_t number = 0;
  const std::size_t digits = is_digit(char_at(text, at)) ? at : at + 1;
  for (std::size_t i = digits; is_digit(char_at(text, i)) && i - digits < kMaxNumberDigits; ++i) {
    number = number * 10 + static_cast<std::size_t>(text[i] - '0');
  }
  const auto [begin, note] = binding_value(text, at);
  // The value may have brackets of its own, but nothing follows it in a line of its own.
  std::size_t end = text.size();
  if (note->end.size() > 1) {
    end = text.find(note->end, begin);
  } else if (note->end.size() == 1) {
    end = text.ends_with(']') ? text.size() - 1 : text.find(']', begin);
  } else if (text.ends_with('\r') && end > begin) {
    --end;
  }
  list.complete = end != std::string_view::npos && end >= begin;
  const Span value{begin, list.complete ? end : text.size()};
  list.extent.end = value.end;
  if (value.of(text) == kNull) return;
  emit(value, {}, number >= note->first ? number - note->first : kNoOrdinal, false, list);
  if (!list.items.empty()) list.items.back().key = binding_name(text, at);
}

// --- MyBatis ---------------------------------------------------------------------------------------------------------

// Behind the `(String)` at `at`, if it ends an item; else `at`.
std::size_t behind_type(std::string_view text, std::size_t at) {
  if (char_at(text, at) != '(' || !is_upper(char_at(text, at + 1))) return at;
  std::size_t end = at + 2;
  while (is_alnum(char_at(text, end))) ++end;
  if (has_at(text, end, "[]")) end += 2;
  if (char_at(text, end) != ')') return at;
  const char next = char_at(text, ++end);
  const bool ends = next == '\0' || next == '"' || next == '\\' || next == '\r' || has_at(text, end, ", ");
  return ends ? end : at;
}

void read_typed(std::string_view text, std::size_t at, SqlParameterList& list) {
  for (std::size_t begin = at, ordinal = 0;; ++ordinal) {
    while (has_at(text, begin, "null, ")) begin += kNull.size() + 2, ++ordinal;
    std::size_t type = begin;
    std::size_t end = begin;
    for (; type < text.size() && (end = behind_type(text, type)) == type; ++type) {
    }
    if (type >= text.size()) return;
    emit({begin, type}, {}, ordinal, false, list);
    list.extent.end = end;
    list.complete = !has_at(text, end, ", ");
    if (list.complete) return;
    begin = end + 2;
  }
}

// a, 5 of a result, to the end of the text.
void read_cells(std::string_view text, std::size_t at, SqlParameterList& list) {
  const std::string_view line = text.substr(0, text.ends_with('\r') ? text.size() - 1 : text.size());
  for (std::size_t begin = at, ordinal = 0; begin <= line.size(); ++ordinal) {
    const std::size_t end = std::min(line.find(", ", begin), line.size());
    if (line.substr(begin, end - begin) != kNull) emit({begin, end}, {}, ordinal, false, list);
    begin = end + 2;
  }
  list.extent.end = line.size();
  list.complete = true;
}

// --- ADO.NET ---------------------------------------------------------------------------------------------------------

// Where the value that begins at `at` behind its quote ends: at a quote with which the item does.
std::size_t assigned_end(std::string_view text, std::size_t at) {
  for (std::size_t i = text.find('\'', at); i != std::string_view::npos; i = text.find('\'', i + 1)) {
    const char next = char_at(text, i + 1);
    if (next == ',' || next == ']' || next == '"' || next == '\0' || next == ';' || has_at(text, i + 1, " (") ||
        has_at(text, i + 1, " ["))
      return i;
  }
  return text.size();
}

// Behind ` = ` or `=` and the quote of a value at `at`; npos: no value is there.
std::size_t assigned_value(std::string_view text, std::size_t at) {
  for (const std::string_view sign : {"='", " = '", "=N'", "=n'"}) {
    if (has_at(text, at, sign)) return at + sign.size();
  }
  return std::string_view::npos;
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (is_word(char_at(text, end))) ++end;
  return end;
}

void read_assigned(std::string_view text, std::size_t at, SqlParameterList& list) {
  for (std::size_t ordinal = 0; char_at(text, at) == '@'; ++ordinal) {
    const std::size_t name_end = end_of_name(text, at + 1);
    const std::size_t begin = assigned_value(text, name_end);
    std::size_t behind = name_end;
    if (begin != std::string_view::npos) {
      const Span value{begin, assigned_end(text, begin)};
      if (value.of(text) != "?") emit(value, text.substr(at + 1, name_end - at - 1), ordinal, true, list);
      behind = std::min(value.end + 1, text.size());
    }
    list.extent.end = behind;
    // The notes on its type end in front of the next one.
    const std::string_view rest = text.substr(behind, kMaxNoteBytes);
    std::size_t next = rest.find('@');
    while (next != std::string_view::npos && !rest.substr(0, next).ends_with(',') &&
           !rest.substr(0, next).ends_with(", "))
      next = rest.find('@', next + 1);
    if (next == std::string_view::npos || rest.substr(0, next).find('\'') != std::string_view::npos) return;
    at = behind + next;
  }
}

}  // namespace

bool starts_bindings(std::string_view text, std::size_t at, SqlParameterStyle style) {
  switch (style) {
    case SqlParameterStyle::bracketed:
    case SqlParameterStyle::fields:
    case SqlParameterStyle::listed:
    case SqlParameterStyle::cells:
      return false;
    case SqlParameterStyle::binding: {
      const bool in_brackets =
          (char_at(text, at) == '[' || char_at(text, at) == '(') && is_digit(char_at(text, at + 1));
      return (in_brackets || is_digit(char_at(text, at)) || has_at(text, at, "([")) &&
             binding_value(text, at).note != nullptr;
    }
    case SqlParameterStyle::typed: {
      std::size_t i = at;
      const std::size_t most = std::min(text.size(), at + kMaxFirstBytes);
      while (i < most && behind_type(text, i) == i) ++i;
      return i < most;
    }
    case SqlParameterStyle::assigned:
      return char_at(text, at) == '@' && is_word(char_at(text, at + 1)) &&
             assigned_value(text, end_of_name(text, at + 1)) != std::string_view::npos;
  }
  return false;
}

void read_bindings(std::string_view text, std::size_t at, SqlParameterStyle style, SqlParameterList& list) {
  switch (style) {
    case SqlParameterStyle::bracketed:
    case SqlParameterStyle::fields:
    case SqlParameterStyle::listed:
      break;
    case SqlParameterStyle::cells:
      read_cells(text, at, list);
      break;
    case SqlParameterStyle::binding:
      read_binding(text, at, list);
      break;
    case SqlParameterStyle::typed:
      read_typed(text, at, list);
      break;
    case SqlParameterStyle::assigned:
      read_assigned(text, at, list);
      break;
  }
}

}  // namespace piiscrub
