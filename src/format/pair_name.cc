#include "format/pair_name.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.h"
#include "format/key_value.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr std::size_t kPairReach = 256;
constexpr std::size_t kMaxFormValueBytes = 512;

bool is_pair_word(std::string_view key, std::span<const std::string_view> words,
                  std::span<const std::string_view> endings) {
  constexpr std::size_t kMaxWord = 16;
  if (std::any_of(endings.begin(), endings.end(), [&](auto ending) { return key.ends_with(ending); })) return true;
  if (key.empty() || key.size() > kMaxWord) return false;
  std::array<char, kMaxWord> folded{};
  std::transform(key.begin(), key.end(), folded.begin(), to_lower);
  return std::find(words.begin(), words.end(), std::string_view(folded.data(), key.size())) != words.end();
}

bool is_pair_name(std::string_view key) {
  constexpr auto kNames = std::to_array<std::string_view>({"name", "key", "field", "attribute", "attr", "parameter",
                                                           "param", "property", "variable", "header", "setting",
                                                           "system", "type", "kind", "label", "id", "column", "path"});
  constexpr auto kEndings = std::to_array<std::string_view>({"Name", "Key", "_name", "_key"});
  return is_pair_word(key, kNames, kEndings);
}

// The name that the string between quotes like `quote` from `begin` on is; of a URI, its last part. Empty if it is
// none.
std::string_view name_in_string(std::string_view text, std::size_t begin, const Quote& quote) {
  constexpr std::string_view kPartEnds = "/:#";
  constexpr std::size_t kMaxNameBytes = 128;
  std::size_t end = begin;
  std::size_t part = begin;
  for (; end < text.size() && end - begin < kMaxNameBytes; ++end) {
    const char c = text[end];
    if (kPartEnds.find(c) != std::string_view::npos) {
      part = end + 1;
    } else if (!is_key_byte(c) && c != ' ') {
      break;
    }
  }
  Quote closing;
  const bool closed = quote_at(text, end, closing) && closing == quote;
  return closed && end - part <= kMaxKeyBytes ? text.substr(part, end - part) : std::string_view();
}

// The name in `name: ssn` at `at`, as YAML writes it in {name: ssn, value: …}.
std::string_view bare_pair_name(std::string_view text, std::size_t at) {
  const auto word_end = [&](std::size_t i) {
    const std::size_t most = std::min(text.size(), i + kMaxKeyBytes);
    while (i < most && is_key_byte(text[i])) ++i;
    return i;
  };
  const std::size_t end = word_end(at);
  if (!is_pair_name(text.substr(at, end - at)) || !text.substr(end).starts_with(": ")) return {};
  return text.substr(end + 2, word_end(end + 2) - end - 2);
}

// The last string of the list at `at`, which says where a value stands: ["body", "ssn"], ('body', 'ssn'). Empty if it
// is none.
std::string_view last_of_path(std::string_view text, std::size_t at, const Quote& quote) {
  constexpr std::size_t kMaxPathBytes = 128;
  const std::size_t most = std::min(text.size(), at + kMaxPathBytes);
  std::string_view last;
  for (std::size_t i = at + 1; i < most && text[i] != ']' && text[i] != ')';) {
    Quote other;
    if (!quote_at(text, i, other)) {
      ++i;
      continue;
    }
    if (other != quote) return {};
    last = name_in_string(text, i + quote.length, quote);
    if (last.empty()) return {};
    i = static_cast<std::size_t>(last.data() - text.data()) + last.size() + quote.length;
  }
  return last;
}

// The string under a name's key in [from, to), which begins in an object; stops where the object ends. `by_path`: the
// last string of the path under `loc` instead.
std::string_view find_pair_name(std::string_view text, std::size_t from, std::size_t to, bool by_path) {
  int depth = 0;
  for (std::size_t i = from; i < to;) {
    const char c = text[i];
    if (c == '\n' || ((c == '}' || c == ']') && --depth < 0)) return {};
    if (c == '{' || c == '[') ++depth;
    Quote quote;
    if (!quote_at(text, i, quote)) {
      if (depth == 0 && !by_path && is_key_byte(c) && (i == from || !is_key_byte(text[i - 1]))) {
        if (const std::string_view name = bare_pair_name(text, i); !name.empty()) return name;
      }
      ++i;
      continue;
    }
    const std::size_t begin = i + quote.length;
    std::size_t end = begin;
    while (end < to && is_key_byte(text[end])) ++end;
    i = begin;
    Quote other;
    if (depth > 0 || end == begin || !quote_at(text, end, other) || other != quote) continue;
    i = end + quote.length;
    const std::string_view key = text.substr(begin, end - begin);
    if (by_path ? key != "loc" : !is_pair_name(key)) continue;
    while (i < to && is_blank(text[i])) ++i;
    if (i >= to || text[i] != ':') continue;
    for (++i; i < to && is_blank(text[i]);) ++i;
    if (by_path && i < to && (text[i] == '[' || text[i] == '(')) return last_of_path(text, i, quote);
    if (!quote_at(text, i, other) || other != quote) continue;
    i += quote.length;
    if (const std::string_view name = name_in_string(text, i, quote); !name.empty()) return name;
  }
  return {};
}

// The name in another attribute of a tag, in [from, to): <add key="ssn" value="…"/>.
std::string_view find_tag_name(std::string_view text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && text[i] != '>' && text[i] != '\n'; ++i) {
    Quote quote;
    if (text[i] != '=' || !quote_at(text, i + 1, quote)) continue;
    std::size_t begin = i;
    while (begin > from && is_key_byte(text[begin - 1])) --begin;
    if (!is_pair_name(text.substr(begin, i - begin))) continue;
    if (const std::string_view name = name_in_string(text, i + 1 + quote.length, quote); !name.empty()) return name;
  }
  return {};
}

// <entry key="ssn">…</entry>: tags that are values; as keys they say nothing.
bool is_tag(std::string_view key) { return key == "entry" || key == "param"; }

// The name in a log of changes without brackets: field=ssn old=… new=…
std::string_view name_of_field(std::string_view text, Span key, std::size_t at) {
  constexpr std::size_t kReach = 160;
  if (text[at - 1] != '=') return {};
  const std::size_t from = key.begin - std::min(key.begin, kReach);
  const std::string_view front = text.substr(from, key.begin - from);
  for (const std::string_view word : {"field=", "column=", "attribute=", "property="}) {
    const std::size_t found = front.rfind(word);
    if (found == std::string_view::npos || (found > 0 && is_key_byte(front[found - 1]))) continue;
    if (front.find('\n', found) != std::string_view::npos) return {};
    std::size_t begin = found + word.size();
    if (begin < front.size() && (front[begin] == '"' || front[begin] == '\'')) ++begin;
    std::size_t end = begin;
    while (end < front.size() && is_key_byte(front[end])) ++end;
    const std::string_view name = front.substr(begin, end - begin);
    return name.substr(name.rfind('.') + 1);
  }
  return {};
}

// {"type":"missing","loc":["body","email"],"msg":"Field required","input":{…}}, of pydantic.
bool says_missing(std::string_view error) {
  return error.find("missing\"") != std::string_view::npos || error.find("missing'") != std::string_view::npos;
}

// The name in the tag right in front of that of `key`: <Attribute Name="mail"><AttributeValue>. A name for people comes
// before one for programs, which may be a number: Name="urn:oid:2.5.4.42" FriendlyName="givenName".
std::string_view name_of_tag_around(std::string_view text, Span key) {
  constexpr std::string_view kFriendly = "FriendlyName=";
  std::size_t begin = key.begin;
  while (begin > 0 && key.begin - begin < kMaxKeyBytes && (is_key_byte(text[begin - 1]) || text[begin - 1] == ':'))
    --begin;
  if (begin < 2 || text[begin - 1] != '<') return {};
  std::size_t end = begin - 1;
  while (end > 0 && is_blank(text[end - 1])) --end;
  if (end == 0 || text[end - 1] != '>') return {};
  std::size_t open = end - 1;
  while (open > 0 && end - open < kPairReach && text[open] != '<' && text[open] != '\n') --open;
  if (text[open] != '<' || open + 1 == end || text[open + 1] == '/') return {};
  const std::size_t friendly = text.substr(open, end - open).find(kFriendly);
  return find_tag_name(text, friendly != std::string_view::npos ? open + friendly : open, end);
}

}  // namespace

bool is_pair_value(std::string_view key) {
  constexpr auto kValues = std::to_array<std::string_view>(
      {"value", "val", "content", "input", "td", "th", "dt", "old", "new", "before", "after", "previous"});
  constexpr auto kEndings = std::to_array<std::string_view>({"Value", "_value"});
  return is_tag(key) || is_pair_word(key, kValues, kEndings);
}

std::string_view pair_name(std::string_view text, Span key, std::size_t at) {
  if (text[at - 1] == '>') {
    const std::optional<Span> cell = cell_name(text, at);
    if (cell) return cell->of(text);
    return is_tag(key.of(text)) ? find_tag_name(text, key.end, at) : name_of_tag_around(text, key);
  }
  if (is_tag(key.of(text))) return {};
  const std::size_t most = std::min(text.size(), at + kPairReach);
  std::size_t begin = key.begin;
  for (int depth = 0;; --begin) {
    if (begin == 0 || key.begin - begin >= kPairReach) return name_of_field(text, key, at);
    const char c = text[begin - 1];
    if (c == '<' && text[at - 1] == '=') {
      const std::string_view in_front = find_tag_name(text, begin, key.begin);
      return !in_front.empty() ? in_front : find_tag_name(text, at, most);
    }
    if (c == '\n' || (c == '[' && depth == 0)) return name_of_field(text, key, at);
    if (c == '{' && depth == 0) break;
    if (c == '}' || c == ']') ++depth;
    if (c == '{' || c == '[') --depth;
  }
  const bool by_path = key.of(text) == "input";
  // What is missing has no value: that is all in which it was looked for.
  if (by_path && says_missing(text.substr(begin, key.begin - begin))) return {};
  const std::string_view in_front = find_pair_name(text, begin, key.begin, by_path);
  return !in_front.empty() ? in_front : find_pair_name(text, at, most, by_path);
}

namespace {

// Behind the end of a line at `at`, printed with escapes (\r\n, \\r\\n, \x0D\x0A) or not; `at` if there is none.
std::size_t behind_line_end(std::string_view text, std::size_t at) {
  constexpr auto kEnds = std::to_array<std::string_view>({"r", "n", "x0D", "x0A", "x0d", "x0a", "u000d", "u000a"});
  constexpr std::size_t kMostSlashes = 4;
  bool fed = false;
  for (int i = 0; i < 2 && !fed; ++i) {
    std::size_t end = at;
    while (end < text.size() && end - at < kMostSlashes && text[end] == '\\') ++end;
    if (end == at) {
      if (end >= text.size() || (text[end] != '\r' && text[end] != '\n')) return at;
      fed = text[end] == '\n';
      at = end + 1;
      continue;
    }
    const auto* const sign = std::find_if(kEnds.begin(), kEnds.end(),
                                          [&](std::string_view one) { return text.substr(end).starts_with(one); });
    if (sign == kEnds.end()) return at;
    fed = *sign == "n" || sign->back() == 'A' || sign->back() == 'a';
    at = end + sign->size();
  }
  return at;
}

// Where the line that `at` is in ends, in one of those ways or with the record or what encloses it.
std::size_t end_of_line(std::string_view text, std::size_t at, std::size_t most) {
  std::size_t end = at;
  while (end < most && text[end] != '\r' && text[end] != '\n' && behind_line_end(text, end) == end) ++end;
  return end;
}

// The name between the quotes at `at`, which nginx prints as \x22; empty if there is none.
std::string_view name_of_part(std::string_view text, std::size_t at) {
  constexpr std::string_view kCoded = "\\x22";
  Quote quote;
  if (quote_at(text, at, quote)) return name_in_string(text, at + quote.length, quote);
  if (!text.substr(at).starts_with(kCoded)) return {};
  std::size_t end = at + kCoded.size();
  while (end < text.size() && end - at <= kMaxKeyBytes && is_key_byte(text[end])) ++end;
  return text.substr(end).starts_with(kCoded) ? text.substr(at + kCoded.size(), end - at - kCoded.size())
                                              : std::string_view();
}

}  // namespace

std::optional<FormPart> form_part(std::string_view text, Span key, std::size_t at) {
  constexpr std::string_view kFront = "form-data; ";
  constexpr std::size_t kMaxHeaders = 2;
  if (key.of(text) != "name" || text[at - 1] != '=' || !text.substr(0, key.begin).ends_with(kFront))
    return std::nullopt;
  const std::string_view name = name_of_part(text, at);
  if (name.empty()) return std::nullopt;
  const std::size_t most = std::min(text.size(), at + kPairReach);
  std::size_t line = static_cast<std::size_t>(name.data() - text.data()) + name.size();
  for (std::size_t headers = 0; headers <= kMaxHeaders; ++headers) {
    line = end_of_line(text, line, most);
    const std::size_t next = behind_line_end(text, line);
    if (next == line || next >= text.size()) return std::nullopt;
    if (const std::size_t value = behind_line_end(text, next); value != next) {
      const Span span{value, end_of_line(text, value, std::min(text.size(), value + kMaxFormValueBytes))};
      return span.size() > 0 ? std::optional(FormPart{name, span}) : std::nullopt;
    }
    line = next;
  }
  return std::nullopt;
}

namespace {

// Behind `word:` or `"word":`, its indentation and the dash of a list, or npos.
std::size_t behind_only_key(std::string_view line, std::string_view word) {
  constexpr std::size_t kMaxIndent = 128;
  std::size_t at = line.find_first_not_of(" \t");
  if (at > kMaxIndent) return std::string_view::npos;
  for (const char opener : {'-', '{'}) {
    if (line[at] == opener) at = std::min(line.find_first_not_of(" \t", at + 1), line.size());
    if (at >= line.size()) return std::string_view::npos;
  }
  const bool quoted = line[at] == '"';
  if (quoted) ++at;
  if (!line.substr(at).starts_with(word)) return std::string_view::npos;
  at += word.size();
  if (quoted && (at >= line.size() || line[at++] != '"')) return std::string_view::npos;
  if (at + 1 >= line.size() || line[at] != ':' || !is_blank(line[at + 1])) return std::string_view::npos;
  return std::min(line.find_first_not_of(" \t", at + 1), line.size());
}

}  // namespace

std::size_t value_in_line(std::string_view line) {
  if (line.empty() || !is_blank(line.front())) return std::string_view::npos;
  return behind_only_key(line, "value");
}

std::string_view name_in_line(std::string_view line) {
  constexpr std::size_t kMaxNameBytes = 64;
  std::size_t begin = behind_only_key(line, "name");
  if (begin == std::string_view::npos || begin == line.size()) return {};
  if (line[begin] == '"' || line[begin] == '\'') ++begin;
  std::size_t end = begin;
  while (end < line.size() && (is_word(line[end]) || line[end] == '-' || line[end] == '.')) ++end;
  const bool alone = line.find_first_not_of("\"', \t", end) == std::string_view::npos;
  return alone && end - begin <= kMaxNameBytes ? line.substr(begin, end - begin) : std::string_view();
}

}  // namespace piiscrub
