#include "format/pair_name.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.h"
#include "base/search.h"
#include "format/key_value.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr std::size_t kPairReach = 256;
constexpr std::size_t kMaxFormValueBytes = 512;
constexpr std::string_view kInput = "input";  // of pydantic: a path is its name

bool is_pair_word(std::string_view key, std::span<const std::string_view> words,
                  std::span<const std::string_view> endings) {
  constexpr std::size_t kMaxWord = 16;
  if (std::any_of(endings.begin(), endings.end(), [&](auto ending) { return key.ends_with(ending); })) return true;
  if (key.empty() || key.size() > kMaxWord) return false;
  std::array<char, kMaxWord> folded{};
  std::transform(key.begin(), key.end(), folded.begin(), to_lower);
  return std::find(words.begin(), words.end(), std::string_view(folded.data(), key.size())) != words.end();
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

// Adds the strings under names' keys in [from, to), which begins in an object; stops where the object ends. Of a
// `value` that is kInput, the last string of the path under `loc` instead.
void add_pair_names(std::string_view text, std::size_t from, std::size_t to, std::string_view value, PairNames& names) {
  const bool by_path = value == kInput;
  int depth = 0;
  for (std::size_t i = from; i < to && !names.full();) {
    const char c = text[i];
    if (c == '\n' || ((c == '}' || c == ']') && --depth < 0)) return;
    if (c == '{' || c == '[') ++depth;
    Quote quote;
    if (!quote_at(text, i, quote)) {
      if (depth == 0 && !by_path && is_key_byte(c) && (i == from || !is_key_byte(text[i - 1]))) {
        names.add(bare_pair_name(text, i));
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
    if (by_path ? key != "loc" : !is_pair_name(key) || !names_value(key, value)) continue;
    while (i < to && is_blank(text[i])) ++i;
    if (i >= to || text[i] != ':') continue;
    for (++i; i < to && is_blank(text[i]);) ++i;
    if (by_path && i < to && (text[i] == '[' || text[i] == '(')) return names.add(last_of_path(text, i, quote));
    if (!quote_at(text, i, other) || other != quote) continue;
    i += quote.length;
    names.add(name_in_string(text, i, quote));
  }
}

// Of a tag's attributes those that name what the element holds, and not what it is.
bool is_element_name(std::string_view attribute) {
  constexpr auto kNames = std::to_array<std::string_view>({"name", "key", "field", "attribute", "attr", "parameter",
                                                           "param", "property", "variable", "column", "friendlyname"});
  constexpr auto kEndings = std::to_array<std::string_view>({"Name", "Key"});
  return is_pair_word(attribute, kNames, kEndings);
}

// Adds the names in attributes of a tag that are in [from, to): <add key="ssn" value="…"/>.
void add_tag_names(std::string_view text, std::size_t from, std::size_t to, bool (*is_name)(std::string_view),
                   PairNames& names) {
  for (std::size_t i = from; i < to && text[i] != '>' && text[i] != '\n'; ++i) {
    Quote quote;
    if (text[i] != '=' || !quote_at(text, i + 1, quote)) continue;
    std::size_t begin = i;
    while (begin > from && is_key_byte(text[begin - 1])) --begin;
    if (is_name(text.substr(begin, i - begin))) names.add(name_in_string(text, i + 1 + quote.length, quote));
  }
}

// Where the tag begins that ends in front of `end`, or npos.
std::size_t begin_of_tag(std::string_view text, std::size_t end) {
  std::size_t at = end;
  while (at > 0 && end - at < kPairReach && text[at - 1] != '<' && text[at - 1] != '\n') --at;
  return at > 0 && text[at - 1] == '<' ? at - 1 : std::string_view::npos;
}

// The text of an element whose end tag begins at `end`: password of <name>password</name>.
std::string_view text_in_front(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin <= kMaxKeyBytes && (is_key_byte(text[begin - 1]) || text[begin - 1] == ' ')) --begin;
  return begin > 0 && text[begin - 1] == '>' && end - begin <= kMaxKeyBytes ? text.substr(begin, end - begin)
                                                                            : std::string_view();
}

// Adds the names of what stands around the element of type `type` whose start tag begins at `tag`: <var
// name="ssn"><string>…, <key>ssn</key><string>…
void add_outer_names(std::string_view text, std::string_view type, std::size_t tag, PairNames& names) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"value", "string", "attributevalue", "val", "text", "int", "i4", "i8", "long", "double", "data", "content"});
  constexpr auto kNameEnds = std::to_array<std::string_view>({"/name", "/key", "/Name", "/Key"});
  constexpr int kMaxTags = 3;
  for (int tags = 0; tags < kMaxTags && is_pair_word(type, kTypes, {}); ++tags) {
    while (tag > 0 && is_blank(text[tag - 1])) --tag;
    const std::size_t outer = tag > 0 && text[tag - 1] == '>' ? begin_of_tag(text, tag - 1) : std::string_view::npos;
    if (outer == std::string_view::npos) return;
    const std::string_view inside = text.substr(outer + 1, tag - outer - 2);
    if (inside.starts_with('/')) {
      const bool is_name = std::find(kNameEnds.begin(), kNameEnds.end(), inside) != kNameEnds.end();
      return names.add(is_name ? text_in_front(text, outer) : std::string_view());
    }
    if (inside.ends_with('/')) return;
    add_tag_names(text, outer + 1, tag, is_element_name, names);
    tag = outer;
  }
}

// Where the start tag begins whose name is `key`, or npos.
std::size_t tag_of(std::string_view text, Span key) {
  constexpr std::size_t kMaxPrefix = 32;  // soap:
  std::size_t at = key.begin;
  while (at > 0 && key.begin - at < kMaxPrefix && (is_key_byte(text[at - 1]) || text[at - 1] == ':')) --at;
  return at > 0 && text[at - 1] == '<' ? at - 1 : std::string_view::npos;
}

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

// The word that ends in front of `end`, without a module's name: Patient of clinic.models.Patient.
std::string_view word_in_front(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && end - begin < kMaxKeyBytes && (is_word(text[begin - 1]) || is_high(text[begin - 1]))) --begin;
  return text.substr(begin, end - begin);
}

}  // namespace

std::string_view holder_of(std::string_view text, Span key) {
  constexpr std::size_t kReach = 128;
  static constexpr auto kMatters = [] {
    std::array<bool, 256> matters{};
    for (const char c : std::string_view("{}()[]<>\n")) matters[static_cast<unsigned char>(c)] = true;
    return matters;
  }();
  std::size_t at = key.begin;
  const std::size_t least = at - std::min(at, kReach);
  for (int depth = 0; at > least; --at) {
    const char c = text[at - 1];
    if (!kMatters[static_cast<unsigned char>(c)]) continue;
    if (c == '\n' || c == '>') return {};
    if (c == '}' || c == ')' || c == ']') ++depth;
    if (c != '{' && c != '(' && c != '[' && c != '<') continue;
    if (c == '<') {
      std::size_t end = at;
      while (end < key.begin && end - at < kMaxKeyBytes && is_word(text[end])) ++end;
      return text.substr(at, end - at);
    }
    if (depth-- > 0) continue;
    if (c == '(') return word_in_front(text, at - 1);
    if (c == '[') return {};
    std::size_t end = at - 1;
    while (end > 0 && is_blank(text[end - 1])) --end;
    if (end == 0 || (text[end - 1] != ':' && text[end - 1] != '=')) return {};
    const std::optional<Span> holder = key_before(text, end);
    return holder ? holder->of(text) : std::string_view();
  }
  return {};
}

bool is_pair_name(std::string_view key) {
  constexpr auto kNames = std::to_array<std::string_view>({"name", "key", "field", "attribute", "attr", "parameter",
                                                           "param", "property", "variable", "header", "setting",
                                                           "system", "type", "kind", "label", "id", "column", "path"});
  constexpr auto kEndings = std::to_array<std::string_view>({"Name", "Key", "_name", "_key"});
  return is_pair_word(key, kNames, kEndings);
}

bool names_value(std::string_view name, std::string_view key) {
  constexpr auto kKinds = std::to_array<std::string_view>({"type", "kind", "system", "label"});
  return key != "content" || !is_pair_word(name, kKinds, {});
}

bool is_pair_value(std::string_view key) {
  constexpr auto kValues = std::to_array<std::string_view>(
      {"value", "val", "content", "input", "td", "th", "dt", "old", "new", "before", "after", "previous", "number"});
  constexpr auto kEndings = std::to_array<std::string_view>({"Value", "_value"});
  return is_pair_word(key, kValues, kEndings);
}

bool may_be_named(std::string_view text, Span key) {
  constexpr std::size_t kReach = 64;
  if (key.of(text) != "number") return true;
  const std::string_view front = text.substr(key.begin - std::min(key.begin, kReach), std::min(key.begin, kReach));
  return find_text(front, "type", 0) != std::string_view::npos || find_text(front, "kind", 0) != std::string_view::npos;
}

bool is_named_element(std::string_view text, Span key, std::size_t at) {
  constexpr auto kProse = std::to_array<std::string_view>(
      {"a",      "b",    "button", "code",  "div",     "em",    "font",  "form",   "h1",    "h2",  "h3",     "h4",
       "h5",     "h6",   "i",      "label", "legend",  "li",    "ol",    "option", "p",     "pre", "script", "section",
       "select", "span", "strong", "style", "summary", "table", "tbody", "thead",  "title", "tr",  "ul"});
  if (at < 2 || text[at - 1] != '>' || text[at - 2] == '/' || tag_of(text, key) == std::string_view::npos) return false;
  return !is_pair_word(key.of(text), kProse, {});
}

PairNames pair_names(std::string_view text, Span key, std::size_t at) {
  PairNames names;
  if (text[at - 1] == '>') {
    if (const std::optional<Span> cell = cell_name(text, at)) {
      names.add(cell->of(text));
    } else if (is_named_element(text, key, at)) {
      add_tag_names(text, key.end, at, is_element_name, names);
      if (names.all().empty()) add_outer_names(text, key.of(text), tag_of(text, key), names);
    }
    return names;
  }
  const std::size_t most = std::min(text.size(), at + kPairReach);
  std::size_t begin = key.begin;
  for (int depth = 0;; --begin) {
    if (begin == 0 || key.begin - begin >= kPairReach) {
      names.add(name_of_field(text, key, at));
      return names;
    }
    const char c = text[begin - 1];
    if (c == '<' && text[at - 1] == '=') {
      add_tag_names(text, begin, key.begin, is_pair_name, names);
      add_tag_names(text, at, most, is_pair_name, names);
      return names;
    }
    if (c == '\n' || (c == '[' && depth == 0)) {
      names.add(name_of_field(text, key, at));
      return names;
    }
    if (c == '{' && depth == 0) break;
    if (c == '}' || c == ']') ++depth;
    if (c == '{' || c == '[') --depth;
  }
  const std::string_view value = key.of(text);
  // What is missing has no value: that is all in which it was looked for.
  if (value == kInput && says_missing(text.substr(begin, key.begin - begin))) return names;
  add_pair_names(text, begin, key.begin, value, names);
  add_pair_names(text, at, most, value, names);
  return names;
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

std::string_view part_name_in_line(std::string_view line) {
  constexpr std::string_view kLead = "Content-Disposition: form-data; name=";
  if (!line.starts_with(kLead)) return {};
  const std::string_view name = name_of_part(line, kLead.size());
  if (name.empty()) return {};
  std::string_view behind = line.substr(static_cast<std::size_t>(name.data() - line.data()) + name.size());
  while (!behind.empty() && is_blank(behind.back())) behind.remove_suffix(1);
  return behind.size() == 1 ? name : std::string_view();
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
