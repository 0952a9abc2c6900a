#include "format/key_value.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/edges.h"
#include "base/search.h"
#include "format/pair_name.h"
#include "format/placeholder.h"
#include "format/quote.h"
#include "format/value_reader.h"
#include "format/value_text.h"

namespace piiscrub {
namespace {

// Where the value of a name with a type stands, `password: str = '…'`; `at` if there is no type at `at`.
std::size_t skip_type(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxTypeBytes = 32;
  const std::size_t begin = skip_blanks(text, at, 1);
  const std::size_t equals = text.substr(0, begin + kMaxTypeBytes).find('=', begin);
  if (equals == std::string_view::npos || equals < begin + 2 || text[equals - 1] != ' ') return at;
  if (!is_placeholder(text.substr(begin, equals - 1 - begin))) return at;
  const std::size_t value = skip_blanks(text, equals + 1, 1);
  return is_quote_start(at_or_nul(text, value)) ? value : at;
}

// Whether the word in front of `at` belongs to a name of its own kind: arn:aws:secretsmanager:…:secret:db.
bool is_in_arn(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxArnBytes = 128;
  constexpr int kMaxColons = 10;
  std::size_t begin = at;
  for (int colons = 0; begin > 0 && at - begin < kMaxArnBytes; --begin) {
    if (text[begin - 1] == ':' ? ++colons > kMaxColons : !is_key_byte(text[begin - 1])) break;
  }
  const std::string_view word = text.substr(begin, at - begin);
  return word.starts_with("arn:") || word.starts_with("urn:");
}

// The name of the tag that ends in front of `at`, behind an attribute: <ns:Password Type="Text">.
std::optional<Span> tag_name(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxTagBytes = 256;
  std::size_t open = at - 1;
  while (open > 0 && at - open < kMaxTagBytes && text[open] != '<' && text[open] != '\n') --open;
  if (text[open] != '<') return std::nullopt;
  std::size_t begin = open + 1;
  std::size_t end = begin;
  for (; end < at && (is_key_byte(text[end]) || text[end] == ':'); ++end) {
    if (text[end] == ':') begin = end + 1;
  }
  const bool named = end > begin && end - begin <= kMaxKeyBytes && is_blank(text[end]);
  return named ? std::optional(Span{begin, end}) : std::nullopt;
}

// Whether `key` is a source file in front of a line's number: email.ts:12.
bool is_source_file(std::string_view key) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".c",  ".cc",  ".cpp", ".cs", ".ex", ".exs",   ".go",    ".h",  ".java", ".js", ".jsx",
       ".kt", ".php", ".py",  ".rb", ".rs", ".scala", ".swift", ".ts", ".tsx",  ".vue"});
  return std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return key.ends_with(ending); });
}

// app.services.patient:save:203, as loguru writes where a line comes from.
bool is_module(std::string_view key) { return key.find('.') != std::string_view::npos; }
bool is_place_in_code(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < kMaxKeyBytes && (is_word(text[end]) || text[end] == '<' || text[end] == '>'))
    ++end;
  if (end == at || is_digit(text[at]) || at_or_nul(text, end) != ':' || !is_digit(at_or_nul(text, end + 1)))
    return false;
  ++end;
  while (end < text.size() && is_digit(text[end])) ++end;
  return at_or_nul(text, end) == ' ' || end == text.size();
}

// Whether the bracket at `at` is that of a pair: ('key', value), or one of a list of them, [["key", value], ["key",
// …]]. The brackets behind a name of SQL, "people" ("name", "role"), hold a list of columns, those behind VALUES a row.
bool opens_pair(std::string_view text, std::size_t at) {
  std::size_t front = at;
  while (front > 0 && (text[front - 1] == ' ' || text[front - 1] == ',')) --front;
  const char before = front > 0 ? text[front - 1] : '\0';
  if (text[at] == '(') {
    const bool behind_name = front < at && text[at - 1] == ' ' && (is_word(before) || before == '"');
    const std::string_view name = text.substr(0, front);
    const bool row = behind_name && (name.ends_with("VALUES") || name.ends_with("values") || name.ends_with(" IN"));
    return !row && !(behind_name && text[at + 1] == '"');
  }
  return text[at] == '[' && (before == '[' || (front < at && before == ']'));
}

// The tag that closes the cell of a name.
constexpr auto kCellEnds = std::to_array<std::string_view>({"</td>", "</th>", "</dt>"});

bool ends_cell(std::string_view text, std::size_t at) {
  const std::string_view front = text.substr(0, at);
  return std::any_of(kCellEnds.begin(), kCellEnds.end(), [&](std::string_view end) { return front.ends_with(end); });
}

// Behind the tags that open at `at`: <td class="code"><pre>. Nothing if the first is none of a cell's.
std::optional<std::size_t> skip_cell_tags(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxTagBytes = 256;
  constexpr int kMaxTags = 6;
  const std::string_view first = text.substr(at, 3);
  if (first != "<td" && first != "<dd" && first != "<th") return std::nullopt;
  for (int tags = 0; tags < kMaxTags && at_or_nul(text, at) == '<' && at_or_nul(text, at + 1) != '/'; ++tags) {
    const std::size_t close = text.substr(0, std::min(text.size(), at + kMaxTagBytes)).find('>', at);
    if (close == std::string_view::npos) return std::nullopt;
    at = skip_blanks(text, close + 1, kMaxBlanks);
  }
  return at;
}

// The value in the cell that opens at `at`. Returns the bytes looked at.
std::size_t read_cell(std::string_view text, std::size_t at, ValueReader& reader, std::vector<KeyedValue>& values) {
  constexpr std::string_view kTag = "&lt;";  // <Employee: …>: an object, which has parts of its own
  const std::optional<std::size_t> begin = skip_cell_tags(text, at);
  if (!begin) return 0;
  const std::size_t stop = std::min(text.size(), *begin + kMaxValueBytes);
  std::size_t end = std::min(text.substr(0, stop).find('<', *begin), stop);
  const std::size_t looked = end - at;
  while (end > *begin && is_blank(text[end - 1])) --end;
  if (end == *begin || text.substr(*begin).starts_with(kTag)) return looked;
  const std::size_t string = skip_string_prefix(text, *begin);
  if (!quote_at(text, string).empty() || is_opener(text[*begin])) {
    reader.read(*begin, {});
  } else {
    values.push_back({{*begin, end}, {}});
  }
  return looked + reader.work();
}

}  // namespace

std::optional<Span> cell_name(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxTagBytes = 12;
  constexpr int kMaxTags = 3;
  if (!ends_cell(text, at)) return std::nullopt;
  std::size_t end = at - kCellEnds.front().size();
  for (int tags = 0; tags < kMaxTags && end > 0 && text[end - 1] == '>'; ++tags) {  // </b></td>
    std::size_t open = end - 1;
    while (open > 0 && end - open < kMaxTagBytes && text[open] != '<') --open;
    if (text[open] != '<' || at_or_nul(text, open + 1) != '/') return std::nullopt;
    end = open;
  }
  while (end > 0 && (is_blank(text[end - 1]) || text[end - 1] == ':')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin <= kMaxKeyBytes && (is_key_byte(text[begin - 1]) || text[begin - 1] == ' ')) --begin;
  if (begin == 0 || text[begin - 1] != '>' || end - begin > kMaxKeyBytes) return std::nullopt;
  while (begin < end && text[begin] == ' ') ++begin;
  return begin < end ? std::optional(Span{begin, end}) : std::nullopt;
}

bool is_open_key(std::string_view text, std::size_t at) {
  char separator = at > 0 ? text[at - 1] : '\0';
  if (separator == '=' && at_or_nul(text, at) == '>') separator = text[at++];  // ["key"]=>
  return (separator == ':' || separator == '>') && text.find_first_not_of(" \t\r", at) == std::string_view::npos;
}

std::size_t find_open_value(std::string_view record, std::span<const Span> opaque, ValueKind kind,
                            std::vector<KeyedValue>& values) {
  const std::size_t begin = skip_blanks(record, 0, kMaxWordsBytes);
  ValueReader reader(record, opaque, kind, false, false, values);
  if (at_or_nul(record, begin) == '<') return begin + read_cell(record, begin, reader, values);
  if (begin == 0 || starts_pair(record, begin)) return begin;
  const std::size_t known = values.size();
  const std::size_t end = reader.read(begin, {});
  // Only where it is all that the line holds: the line may be anything.
  if (record.find_first_not_of(" \t\r,;", end) != std::string_view::npos) values.resize(known);
  return end + reader.work();
}

std::size_t find_value(std::string_view text, std::size_t at, ValueKind kind, std::vector<KeyedValue>& values) {
  ValueReader reader(text, {}, kind, false, false, values);
  return reader.read(at, {}) - at + reader.work();
}

namespace {

// In front of what says no more than which of several values it is, and ends at `end`: phone (mobile), guests[0],
// names[]. `end` if nothing does: sshd[311] names a process.
std::size_t before_note(std::string_view text, std::size_t end, char separator) {
  constexpr std::size_t kMaxNoteBytes = 24;
  constexpr std::size_t kMaxIndexBytes = 2;
  const bool index = text[end - 1] == ']';
  const auto in_note = [&](char c) {
    return index ? is_digit(c) : is_alpha(c) || is_high(c) || c == ' ' || c == '-' || c == '_' || c == '/';
  };
  std::size_t begin = end - 1;
  while (begin > 0 && end - begin <= kMaxNoteBytes && in_note(text[begin - 1])) --begin;
  const std::size_t bytes = end - 1 - begin;
  if (index) return begin > 1 && text[begin - 1] == '[' && bytes <= kMaxIndexBytes ? begin - 1 : end;
  const bool opened = begin > 2 && text[begin - 1] == '(' && text[begin - 2] == ' ';
  return opened && separator == ':' && bytes > 0 && bytes < kMaxNoteBytes ? begin - 2 : end;
}

}  // namespace

bool is_key_byte(char c) { return is_word(c) || c == '-' || c == '.' || is_high(c); }

std::optional<Span> key_before(std::string_view text, std::size_t at) {
  constexpr std::string_view kSeparators = "=:><!~";
  if (at == 0 || at > text.size()) return std::nullopt;
  std::size_t end = at - 1;
  if (text[end] == ',') {  // ('key', value)
    if (end == 0 || (text[end - 1] != '\'' && text[end - 1] != '"')) return std::nullopt;
    --end;
    std::size_t begin = end;
    while (begin > 0 && end - begin <= kMaxKeyBytes && is_key_byte(text[begin - 1])) --begin;
    if (begin < 2 || text[begin - 1] != text[end]) return std::nullopt;
    const std::size_t bracket = begin - (begin > 2 && is_alpha(text[begin - 2]) ? 3 : 2);  // (b'key', b'value')
    const bool opened = opens_pair(text, bracket);
    return opened && begin < end && end - begin <= kMaxKeyBytes ? std::optional(Span{begin, end}) : std::nullopt;
  }
  if (text[end] == '>' && ends_cell(text, at)) return cell_name(text, at);
  if (text[end] == '>' && end > 0 && (text[end - 1] == '"' || text[end - 1] == '\'')) return tag_name(text, at);
  char bracket = '\0';
  if (!is_blank(text[end])) {
    // := => >= != and the like are one separator, :: is none.
    if (text[end] == ':' && ((end > 0 && text[end - 1] == ':') || at_or_nul(text, at) == ':')) return std::nullopt;
    while (end > 0 && at - end < 3 && kSeparators.find(text[end - 1]) != std::string_view::npos) --end;
    // The byte in front is looked at once: it rules nearly everything out.
    const auto last = [&] { return end > 0 ? text[end - 1] : '\0'; };
    char c = last();
    if (c == '-' && text[end] == '>') {
      --end;
      c = last();
    }
    for (std::size_t blanks = 0; blanks < kMaxBlanks && is_blank(c); ++blanks) {
      --end;
      c = last();
    }
    if (is_closer(c) && c != '}') {
      end = before_note(text, end, text[at - 1]);
      c = last();
    }
    if (is_closer(c)) {
      const bool literal = text[at - 1] == ':' && end > 1 && is_quote_start(text[end - 2]);  // On instance['ssn']:
      if (text[at - 1] != '=' && !literal) return std::nullopt;
      bracket = c;
      --end;
      c = last();
    }
    // user%5Bpassword%5D=
    if (c == 'D' || c == 'd') {
      while (text.substr(0, end).ends_with("%5D") || text.substr(0, end).ends_with("%5d")) end -= 3;
      c = last();
    }
    if (may_end_quote(c)) {
      end -= text.substr(0, end).ends_with(kCsvQuote) ? kCsvQuote.size() : quote_before(text, end).size();
      c = last();
    }
    if (c == kMarkerClose.back() && text.substr(0, end).ends_with(kMarkerClose))
      end -= kMarkerClose.size();  // ‹column› = ‹value›
  }
  std::size_t begin = end;
  while (begin > 0 && end - begin <= kMaxKeyBytes && is_key_byte(text[begin - 1])) --begin;
  if (end - begin > kMaxKeyBytes) return std::nullopt;
  if (begin == end) return std::nullopt;
  begin = skip_escape_tail(text, begin, end);  // \npassword, %22password
  if (text.substr(begin, end - begin).starts_with(kMarkerOpen)) begin += kMarkerOpen.size();
  if (begin == end) return std::nullopt;
  if (text[at - 1] == ':' && is_digit(at_or_nul(text, at)) && is_source_file(text.substr(begin, end - begin)))
    return std::nullopt;
  if (text[at - 1] == ':' && begin > 0 && text[begin - 1] == ':' && is_in_arn(text, begin)) return std::nullopt;
  if (text[at - 1] == ':' && is_module(text.substr(begin, end - begin)) && is_place_in_code(text, at))
    return std::nullopt;
  if (bracket == '\0') return Span{begin, end};
  // user[password]=… and Key (email)=(…); in `Key (ssn, email)=(…)` and calls the last name is not alone.
  const std::string_view quote = bracket == ']' ? quote_before(text, begin) : std::string_view();
  const std::size_t inner = begin - quote.size();
  if (inner == 0 || text[inner - 1] != (bracket == ')' ? '(' : '[')) return std::nullopt;
  // form['password'] = '…' is a line of code: what is no literal there is no value.
  const std::size_t sign = at_or_nul(text, at) == '>' ? at + 1 : at;
  const std::size_t literal = skip_dumped_type(text, skip_blanks(text, sign, kMaxBlanks));
  const char next = at_or_nul(text, literal);
  // ["key"]=>⏎  string(3) "Ann", On instance['key']:⏎    'Ann'
  const bool below = (sign > at || text[at - 1] == ':') && (next == '\0' || next == '\r' || next == '\n');
  if (!quote.empty() && !below && !is_quote_start(at_or_nul(text, literal))) return std::nullopt;
  return Span{begin, end};
}

namespace {

// Behind the arrow at `at` that stands between what a value was and what it is: 'Ann' -> 'Bea', also =>. `at` if there
// is none.
std::size_t behind_arrow(std::string_view text, std::size_t at) {
  const std::size_t arrow = skip_blanks(text, at, 1);
  for (const std::string_view sign : {"-> ", "=> ", "\xe2\x86\x92 "}) {
    if (arrow > at && text.substr(arrow).starts_with(sign)) return arrow + sign.size();
  }
  return at;
}

}  // namespace

Span between_quotes(std::string_view text, Span key) {
  const char front = key.begin > 0 ? text[key.begin - 1] : '\0';
  if (front != ' ' && front != '\'' && front != '/') return key;
  const std::string_view closing = quote_at(text, key.end);
  if (closing.empty()) return key;
  std::size_t begin = key.begin;
  const char mark = closing.back();
  const auto in_words = [&](char c) { return is_key_byte(c) || c == ' ' || c == '/' || (c == '\'' && mark != c); };
  while (begin > 0 && key.end - begin <= kMaxKeyBytes && in_words(text[begin - 1])) --begin;
  begin = skip_escape_tail(text, begin, key.begin);
  const bool opened = begin < key.begin && text[begin] != ' ' && quote_before(text, begin) == closing;
  return opened && key.end - begin <= kMaxKeyBytes ? Span{begin, key.end} : key;
}

namespace {

// Whether a database says what it does not like of the thing that `key` is the name of: near "last_name": syntax error,
// constraint "staff_salary_check": Failing row contains …
bool names_thing(std::string_view text, Span key, std::size_t at) {
  constexpr auto kThings = std::to_array<std::string_view>({"near ", "constraint ", "index ", "relation ", "table "});
  if (text[at - 1] != ':' || at_or_nul(text, at) != ' ' || !is_alpha(at_or_nul(text, at + 1))) return false;
  const std::string_view quote = quote_before(text, key.begin);
  if (quote.empty() || quote_at(text, key.end) != quote) return false;
  const std::string_view front = text.substr(0, key.begin - quote.size());
  return std::any_of(kThings.begin(), kThings.end(), [&](std::string_view thing) { return front.ends_with(thing); });
}

}  // namespace

namespace {

// The secret of a URL whose user is called as secrets are, https://token:v@host: it ends in front of the host. Nothing
// if `key` is none; an empty span if it is a host, and what follows its port.
std::optional<Span> in_url(std::string_view text, Span key, std::size_t at) {
  if (text[at - 1] != ':' || !text.substr(0, key.begin).ends_with("://")) return std::nullopt;
  const std::size_t end =
      std::min(text.substr(0, at + kMaxWordsBytes).find_first_of("/?# \t\r\n\"'<>`", at), text.size());
  const std::string_view userinfo = text.substr(0, end);
  if (const std::size_t host = userinfo.rfind('@'); host != std::string_view::npos && host > at) return Span{at, host};
  constexpr std::size_t kMaxPortDigits = 5;
  const bool port = end - at <= kMaxPortDigits &&
                    std::all_of(userinfo.begin() + static_cast<std::ptrdiff_t>(at), userinfo.end(), is_digit);
  return port ? std::optional(Span{at, at}) : std::nullopt;
}

// Behind the name at `at` of what holds the value, last_name = s.last_name, or `at`: what has the key's name for its
// last part is no value of it.
std::size_t behind_reference(std::string_view text, Span key, std::size_t at) {
  std::size_t end = at;
  std::size_t last = at;
  while (end < text.size() && end - at < kMaxKeyBytes && (is_word(text[end]) || text[end] == '.')) {
    if (text[end++] == '.') last = end;
  }
  const std::string_view name = key.of(text);
  const std::string_view own = name.substr(name.rfind('.') + 1);
  const char next = at_or_nul(text, end);
  const bool ends = next != '(' && next != '@' && next != '-' && !is_high(next);
  return last > at + 1 && is_alpha(text[at]) && text.substr(last, end - last) == own && ends ? end : at;
}

}  // namespace

std::size_t find_values(std::string_view text, std::span<const Span> opaque, Span key, std::size_t at, ValueKind kind,
                        std::vector<KeyedValue>& values) {
  const std::size_t start = at;
  if (const std::optional<FormPart> part = form_part(text, key, at)) {
    values.push_back({part->value, {}});
    return part->value.end - start;
  }
  key = between_quotes(text, key);
  if (names_thing(text, key, at)) return 0;
  if (const std::optional<Span> secret = in_url(text, key, at)) {
    if (secret->size() > 0) values.push_back({*secret, {}});
    return secret->end - start;
  }
  const bool is_header = key.of(text).ends_with("uthorization");
  const std::string_view around = quote_before(text, key.begin);
  const bool in_csv = text.substr(0, key.begin).ends_with(kCsvQuote) && text.substr(key.end).starts_with(kCsvQuote);
  const char separator = text[at - 1];
  ValueReader reader(text, opaque, kind, is_header, in_csv, values);
  if (separator == '>' && !(at >= 2 && (text[at - 2] == '=' || text[at - 2] == '-'))) {
    if (ends_cell(text, at)) {
      return at - start + read_cell(text, skip_blanks(text, at, kMaxBlanks), reader, values);
    }
    // <key>value</key>; any other > is a comparison or a prompt.
    std::size_t open = key.begin;
    while (open > 0 && key.begin - open < 32 && (is_key_byte(text[open - 1]) || text[open - 1] == ':')) --open;
    if (open == 0 || text[open - 1] != '<') return 0;
    const std::size_t end = text.substr(0, std::min(text.size(), at + kMaxValueBytes)).find('<', at);
    if (end == std::string_view::npos || end == at) return 0;
    if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end),
                     is_blank)) {
      values.push_back({{at, end}, {}});
    }
    return end - start;
  }
  while (at_or_nul(text, at) == '=' || at_or_nul(text, at) == '>') ++at;
  if (separator == ':') at = skip_type(text, at);
  std::string_view quote;
  if (!around.empty() && text.substr(key.end).starts_with(around)) {
    // A bare value behind a quoted key and a colon is JSON or Python, behind an equals sign SQL: its replacement must
    // be a string.
    const bool single = around.back() == '\'' && separator == ':';
    if (around.back() == '"' || single) quote = separator != ':' ? "'" : in_csv ? kCsvQuote : around;
  }
  // An indented line of its own, as YAML and dumps have them: `  diagnosis: …`
  const bool indented = key.begin > 0 && key.begin <= kMaxBlanks && skip_blanks(text, 0, kMaxBlanks) == key.begin;
  if (indented && separator == ':' && is_blank(at_or_nul(text, at))) reader.take_whole_line();
  const std::size_t known = values.size();
  const std::size_t begin = skip_blanks(text, at, kMaxBlanks);
  // A password may look like one.
  const std::size_t behind = kind == ValueKind::secret ? begin : behind_reference(text, key, begin);
  if (behind > begin) return behind - start;
  std::size_t end = reader.read(begin, quote);
  if (const std::size_t changed = behind_arrow(text, end); changed > end && values.size() > known)
    end = reader.read(changed, quote);
  // More than two are no pair but a list: ("password", "last_login", …) names columns.
  if (separator == ',' && !is_closer(at_or_nul(text, skip_blanks(text, end, 2)))) values.resize(known);
  return end - start + reader.work();
}

}  // namespace piiscrub
