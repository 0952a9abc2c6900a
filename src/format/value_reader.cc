#include "format/value_reader.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.h"
#include "base/edges.h"
#include "base/search.h"
#include "format/pair_name.h"
#include "format/placeholder.h"
#include "format/quote.h"
#include "format/value_text.h"

namespace piiscrub {
namespace {

constexpr int kMaxDepth = 8;

// Whether what stands under `key` in an object is only about the object's value: type, expires_at, TokenType.
bool says_something_about(std::string_view key) {
  constexpr auto kWhole = std::to_array<std::string_view>(
      {"type",       "kind",  "typ",     "name",        "line",      "column",     "col",        "row",
       "start",      "end",   "pos",     "position",    "offset",    "length",     "size",       "len",
       "count",      "index", "format",  "ttl",         "algorithm", "alg",        "scope",      "scopes",
       "status",     "label", "version", "description", "expires",   "expires_at", "expires_in", "created_at",
       "updated_at", "min",   "max",     "expiry",      "required",  "enabled"});
  constexpr auto kLastWords = std::to_array<std::string_view>({"type", "kind", "count", "length"});
  const auto is = [&](std::string_view word) { return equals_ignoring_case(key, word); };
  if (std::any_of(kWhole.begin(), kWhole.end(), is)) return true;
  return std::any_of(kLastWords.begin(), kLastWords.end(), [&](std::string_view word) {
    if (key.size() <= word.size()) return false;
    const std::size_t at = key.size() - word.size();
    return equals_ignoring_case(key.substr(at), word) && (key[at - 1] == '_' || is_upper(key[at]));
  });
}

}  // namespace

std::size_t ValueReader::read(std::size_t at, std::string_view quote) {
  if (text_.substr(at).starts_with(kMarkerOpen)) {
    const std::size_t inside = at + kMarkerOpen.size();
    const std::size_t close =
        text_.substr(0, std::min(text_.size(), inside + kMaxValueBytes)).find(kMarkerClose, inside);
    if (close != std::string_view::npos) {
      ValueReader(text_.substr(0, close), opaque_, kind_, any_scheme_, in_csv_, values_).read(inside, quote);
      return close + kMarkerClose.size();
    }
    at = inside;
  }
  at = skip_string_prefix(text_, skip_dumped_type(text_, at));
  if (at >= text_.size()) return at;
  if (const std::optional<Span> name = name_of_object(at)) {
    add(*name, {});
    return name->end + 1;
  }
  if (in_csv_ && text_.substr(at).starts_with(kCsvQuote)) return read_string(at, kCsvQuote);
  if (const std::string_view opening = quote_at(text_, at); !opening.empty()) return read_string(at, opening);
  if (is_opener(text_[at]) && !is_opaque(at) && !is_area_code(at)) return read_brackets(at, quote);
  if (const std::size_t open = struct_bracket(at); open > at) {
    if (find_close(open + 1) != std::string_view::npos) return read_brackets(open, quote);
    return read_first_part(open + 1, quote);
  }
  if (const std::size_t open = call_bracket(text_, at, kind_); open != std::string_view::npos) {
    if (const std::size_t end = find_close(open + 1); end != std::string_view::npos) {
      read_arguments(open + 1, end);
      return end + 1;
    }
  }
  if (kind_ != ValueKind::secret && is_call(at)) return at;
  return read_bare(at, quote);
}

std::optional<Span> ValueReader::name_of_object(std::size_t at) const {
  constexpr std::size_t kMaxObjectBytes = 128;
  if (text_[at] != '<' || kind_ != ValueKind::name) return std::nullopt;
  const std::string_view looked = text_.substr(0, std::min(text_.size(), at + kMaxObjectBytes));
  const std::size_t end = looked.find_first_of("<>=\n", at + 1);
  if (end == std::string_view::npos || text_[end] != '>') return std::nullopt;
  const std::size_t colon = looked.substr(0, end).find(": ", at);
  const std::size_t begin = colon + 2;
  return colon != std::string_view::npos && begin < end && is_upper(text_[at + 1]) ? std::optional(Span{begin, end})
                                                                                   : std::nullopt;
}

std::size_t ValueReader::find_close(std::size_t at) {
  const std::size_t end = closing_bracket(text_, at);
  work_ += std::min(end, std::min(text_.size(), at + kMaxValueBytes)) - std::min(at, text_.size());
  return end;
}

std::size_t ValueReader::struct_bracket(std::size_t at) const {
  std::size_t open = at;
  std::size_t last = at;  // component of the type's name
  while (open < text_.size() && open - at < kMaxKeyBytes && (is_word(text_[open]) || text_[open] == '.')) {
    if (text_[open++] == '.') last = open;
  }
  if (last == open || !is_alpha(text_[at])) return at;
  if (last == at && !is_upper(text_[at])) return at;
  // Address { street: … } of Rust and C#, Address(street='…') of Python and Kotlin
  if (kind_ != ValueKind::secret && (text_.substr(open).starts_with(" { ") || at_or_nul(text_, open) == '(') &&
      has_named_parts(open)) {
    return text_[open] == '(' ? open : open + 1;
  }
  if (at_or_nul(text_, open) != '{') return at;
  const std::size_t name = skip_blanks(text_, open + 1, 1);
  std::size_t end = name;
  while (end < text_.size() && end - name < kMaxKeyBytes && is_word(text_[end])) ++end;
  const char next = at_or_nul(text_, end);
  const bool named = end > name && (is_alpha(text_[name]) || text_[name] == '_') && (next == ':' || next == '=');
  return named || (end == name && next == '}') ? open : at;
}

bool ValueReader::has_named_parts(std::size_t open) const {
  std::size_t begin = open;
  while (begin - open < 3 && (at_or_nul(text_, begin) == ' ' || is_opener(at_or_nul(text_, begin)))) ++begin;
  std::size_t end = begin;
  while (end < text_.size() && end - begin < kMaxKeyBytes && is_word(text_[end])) ++end;
  const std::string_view sign = text_.substr(end, 3);
  return end > begin && is_alpha(text_[begin]) &&
         (text_[open] == '(' ? sign.starts_with('=') && !sign.starts_with("==")
                             : sign.starts_with(": ") || sign == " = ");
}

bool ValueReader::is_call(std::size_t at) const {
  std::size_t end = at;
  bool lower = false;
  bool upper = false;
  while (end < text_.size() && end - at < kMaxKeyBytes && (is_word(text_[end]) || text_[end] == '.')) {
    lower = lower || is_lower(text_[end]);
    upper = upper || is_upper(text_[end]);
    ++end;
  }
  return at_or_nul(text_, end) == '(' && lower != upper && !is_digit(text_[at]);
}

bool ValueReader::is_area_code(std::size_t at) const {
  if (kind_ != ValueKind::number || text_[at] != '(') return false;
  std::size_t end = at + 1;
  while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '+')) ++end;
  if (end == at + 1 || at_or_nul(text_, end) != ')') return false;
  const char next = at_or_nul(text_, end + 1);
  return is_digit(next) || ((next == ' ' || next == '-') && is_digit(at_or_nul(text_, end + 2)));
}

std::size_t ValueReader::read_first_part(std::size_t at, std::string_view quote) {
  const std::size_t end = std::min(text_.size(), at + kMaxWordsBytes);
  const std::size_t value = read_leaf(skip_blanks(text_, at, 1), end, quote, true);
  return value < end ? read_leaf(skip_blanks(text_, value, 1), end, quote, true) : end;
}

std::size_t ValueReader::behind_replacements(std::size_t at) const {
  auto next = std::upper_bound(opaque_.begin(), opaque_.end(), at,
                               [](std::size_t offset, const Span& span) { return offset < span.end; });
  for (; next != opaque_.end() && next->begin <= at; ++next) at = next->end;
  return at;
}

void ValueReader::add(Span span, std::string_view quote) {
  const std::string_view value = span.of(text_);
  if (value.size() >= kMarkerOpen.size() + kMarkerClose.size() && value.starts_with(kMarkerOpen) &&
      value.ends_with(kMarkerClose)) {
    span = {span.begin + kMarkerOpen.size(), span.end - kMarkerClose.size()};
  }
  // The repr of a string in a string: "name": "'Ann'"
  if (value.size() > 2 && value.front() == '\'' && value.back() == '\'' && kind_ != ValueKind::secret)
    span = {span.begin + 1, span.end - 1};
  // An object in a string has keys of its own.
  const bool object = !value.empty() && value.front() == '{' && value.back() == '}' && kind_ != ValueKind::secret;
  if (span.size() > 0 && !object) values_.push_back({span, quote});
}

bool ValueReader::is_tuple_of_complaint(std::size_t at) const {
  constexpr std::size_t kMaxBytes = 160;
  if (!text_.substr(at).starts_with("{\"")) return false;
  const std::size_t end = text_.substr(0, std::min(text_.size(), at + kMaxBytes)).find("\", [", at + 2);
  if (end == std::string_view::npos) return false;
  const std::string_view content = text_.substr(at + 2, end - at - 2);
  return content.find_first_of(" ") != std::string_view::npos && content.find('"') == std::string_view::npos &&
         is_placeholder(content);
}

std::size_t ValueReader::read_brackets(std::size_t at, std::string_view quote) {
  if (is_tuple_of_complaint(at)) return at + 1;
  if (const std::size_t behind = behind_template(at); behind > at) return behind;
  const bool secret = kind_ == ValueKind::secret;
  const bool object = text_[at] == '{' || (text_[at] == '(' && at > 0 && is_word(text_[at - 1]) && has_named_parts(at));
  const std::size_t first = skip_blanks(text_, at + 1, kMaxBlanks);
  const std::size_t stop = end_of_string_around(first, std::min(text_.size(), at + kMaxValueBytes));
  std::size_t end = find_close(at + 1);
  if (end > stop) end = std::string_view::npos;
  // {"id": 7, …} is a thing with fields of its own, under the name of its table.
  if (object && !secret && begins_with_id(at + 1)) return at + 1;
  if (object && kind_ == ValueKind::name) {
    if (end != std::string_view::npos) read_leaves(at + 1, end, quote, object, 0);
    return at + 1;
  }
  if (end == std::string_view::npos) {
    // Never closed: a list of strings that was cut off, or a planted bracket, which is to hide nothing more.
    if (quote_at(text_, first).empty() && !is_opener(at_or_nul(text_, first))) {
      return read_bare(secret ? at : at + 1, quote);
    }
    read_leaves(at + 1, stop, quote, object, 0);
    return stop;
  }
  constexpr std::string_view kGoesOn = "!#$*+?@^_~";
  const char next = at_or_nul(text_, end + 1);
  if (secret && (is_alnum(next) || (next != '\0' && kGoesOn.find(next) != std::string_view::npos))) {
    return read_bare(at, quote);  // (x)y: a password
  }
  read_leaves(at + 1, end, quote, object, 0);
  return end + 1;
}

std::size_t ValueReader::end_of_string_around(std::size_t at, std::size_t stop) {
  const int level = quote_level(backslashes_at(text_, at));
  if (level == 0) return stop;
  std::size_t quote = at;
  for (; quote < stop; ++quote) {
    const std::size_t run = backslashes_at(text_, quote);
    if (at_or_nul(text_, quote + run) == '"' && quote_level(run) < level) break;
    quote += run;
  }
  work_ += quote - at;
  return std::min(quote, stop);
}

bool ValueReader::begins_with_id(std::size_t at) const {
  std::size_t begin = skip_blanks(text_, at, kMaxBlanks);
  begin += quote_at(text_, begin).size();
  if (at_or_nul(text_, begin) == '_') ++begin;
  std::size_t end = begin;
  while (end < text_.size() && end - begin < kMaxKeyBytes && is_key_byte(text_[end])) ++end;
  const std::string_view key = text_.substr(begin, end - begin);
  if (key != "id" && key != "uuid" && key != "pk" && key != "ID") return false;
  end += quote_at(text_, end).size();
  end = skip_blanks(text_, end, 1);
  return at_or_nul(text_, end) == ':' || at_or_nul(text_, end) == '=';
}

std::size_t ValueReader::behind_template(std::size_t at) const {
  if (!text_.substr(at).starts_with("{{")) return at;
  std::size_t end = at + 2;
  while (end < text_.size() && end - at < kMaxKeyBytes && (is_key_byte(text_[end]) || text_[end] == ' ')) ++end;
  return text_.substr(end).starts_with("}}") ? end + 2 : at;
}

std::size_t ValueReader::end_of_line(std::size_t at) const {
  const std::size_t stop = std::min(text_.find_first_of("\r\n", at), text_.size());
  const std::string_view line = text_.substr(0, std::min(stop, at + kMaxWordsBytes));
  const bool plain = line.find_first_of("=\"{}[]<>|\\", at) == std::string_view::npos;
  if (!plain || stop > at + kMaxWordsBytes) return end_of_bare(text_, at, kind_);
  std::size_t end = line.size();
  while (end > at && (is_blank(text_[end - 1]) || text_[end - 1] == ',')) --end;
  return end;
}

std::size_t ValueReader::behind_parameter(std::size_t at) const {
  if (!text_.substr(at).starts_with("%(")) return at;
  std::size_t end = at + 2;
  while (end < text_.size() && end - at < kMaxKeyBytes && is_key_byte(text_[end])) ++end;
  return at_or_nul(text_, end) == ')' && is_alpha(at_or_nul(text_, end + 1)) ? end + 2 : at;
}

std::size_t ValueReader::before_mark(std::size_t begin, std::size_t end) const {
  if (begin >= end) return end;  // a replacement, which may reach beyond what is read here
  const std::string_view value = Span{begin, end}.of(text_);
  const bool closes = value.ends_with(kMarkerClose) && value.find(kMarkerOpen) == std::string_view::npos;
  return closes ? end - kMarkerClose.size() : end;
}

bool ValueReader::starts_assignment(std::size_t at) const {
  std::size_t end = at;
  while (end < text_.size() && end - at < kMaxKeyBytes && is_word(text_[end])) ++end;
  return at_or_nul(text_, end) == '=' && is_quote_start(at_or_nul(text_, end + 1));
}

std::size_t ValueReader::secret_from(std::size_t at) const {
  return kind_ == ValueKind::secret ? skip_scheme(text_, at, any_scheme_) : at;
}

std::size_t ValueReader::read_string(std::size_t at, std::string_view quote) {
  const std::size_t begin = at + quote.size();
  const std::size_t end = closing_quote(text_, begin, quote);
  // Never closed: only as much as a bare value would take, so that a planted quote hides nothing more.
  if (end == std::string_view::npos) {
    read_bare(begin, {});
    return std::min(text_.size(), begin + kMaxValueBytes);
  }
  const std::size_t from = secret_from(begin);
  if (from < end && !(from > begin && starts_pair(text_, from))) add({from, end}, {});
  return end + quote.size();
}

std::size_t ValueReader::read_bare(std::size_t at, std::string_view quote) {
  while (text_.substr(at).starts_with("%20")) at += 3;
  if (const std::size_t behind = behind_parameter(at); behind > at) return behind;
  // clinic.diagnosis: upper_bound='…': what stands there is a pair of its own.
  const bool words = kind_ == ValueKind::words || kind_ == ValueKind::text || kind_ == ValueKind::name;
  if (words && is_alpha(at_or_nul(text_, at)) && starts_assignment(at)) return at;
  const std::size_t begin = secret_from(at);
  if (begin > at && starts_pair(text_, begin)) return begin;  // Digest username="…": each has a key of its own
  const std::size_t from = behind_replacements(begin);        // they may hold blanks
  if (kind_ != ValueKind::secret && from < text_.size() && begins_complaint(text_.substr(from))) return from;
  const std::size_t end =
      before_mark(from, std::max(whole_line_ ? end_of_line(from) : end_of_bare(text_, from, kind_), from));
  add({begin, end}, begin > at ? std::string_view() : quote);  // quotes would part it from its scheme
  return end;
}

void ValueReader::read_arguments(std::size_t begin, std::size_t end) {
  bool strings = false;
  for (std::size_t at = begin; at < end && !strings; ++at) strings = !quote_at(text_, at).empty();
  if (const std::size_t open = struct_bracket(begin); open > begin) {
    read_brackets(open, {});
  } else if (strings) {
    read_leaves(begin, end, {}, false, 0);
  } else {
    add({begin, end}, {});
  }
}

bool ValueReader::is_constructor(std::size_t at) const {
  std::size_t end = at;
  while (end < text_.size() && end - at < kMaxKeyBytes && (is_word(text_[end]) || text_[end] == '.')) ++end;
  if (end == at || at_or_nul(text_, end) != '(') return false;
  std::size_t name = end + 1;
  while (name < text_.size() && name - end < kMaxKeyBytes && is_word(text_[name])) ++name;
  return name > end + 1 && at_or_nul(text_, name) == '=';
}

bool ValueReader::says_what_is_wrong(std::size_t at) const {
  constexpr auto kErrors = std::to_array<std::string_view>({"ErrorDetail(", "ValidationError(", "ErrorList("});
  return std::any_of(kErrors.begin(), kErrors.end(),
                     [&](std::string_view error) { return text_.substr(at).starts_with(error); });
}

void ValueReader::read_leaves(std::size_t at, std::size_t end, std::string_view quote, bool object, int depth) {
  while (at < end) {
    const char c = text_[at];
    if (is_blank(c) || c == ',' || c == ';' || is_closer(c)) {
      ++at;
    } else if (text_.substr(at).starts_with(kMarkerOpen)) {
      at += kMarkerOpen.size();
    } else if (text_.substr(at).starts_with(kMarkerClose)) {
      at += kMarkerClose.size();
    } else if (is_opener(c) && !is_opaque(at)) {
      const std::size_t close = std::min(find_close(at + 1), end);
      const bool has_names = (kind_ == ValueKind::name && (c == '{' || (object && !is_meant(at)))) ||
                             (kind_ != ValueKind::secret && c == '{' && begins_with_id(at + 1));
      if (depth < kMaxDepth && !has_names) read_leaves(at + 1, close, quote, c == '{', depth + 1);
      at = close + 1;
    } else {
      at = read_leaf(at, end, quote, object);
    }
  }
}

std::size_t ValueReader::read_leaf(std::size_t at, std::size_t end, std::string_view quote, bool object) {
  const std::size_t from = skip_string_prefix(text_, at);
  if (const std::string_view opening = quote_at(text_, from); !opening.empty()) {
    const std::size_t begin = from + opening.size();
    const std::size_t close = std::min(closing_quote(text_, begin, opening), end);
    std::size_t behind = std::min(close + opening.size(), end);
    const std::size_t colon = skip_blanks(text_, behind, 4);
    if (object && colon < end && (text_[colon] == ':' || text_[colon] == '=')) return colon + 1;  // a key
    if (!object || is_meant(at)) add({begin, close}, {});
    return std::max(behind, at + 1);
  }
  if (const std::size_t value = object ? behind_name(at, end) : at; value > at) return value;
  if (constexpr std::string_view kArray = "array[";
      equals_ignoring_case(text_.substr(at, kArray.size()), kArray)) {  // of SQL
    return at + kArray.size() - 1;
  }
  std::size_t close = at;
  if (constexpr std::string_view kSalt = "gen_salt("; text_.substr(at).starts_with(kSalt)) {  // names a method
    return std::max(std::min(find_close(at + kSalt.size()), end), at + 1);
  }
  // ErrorDetail(string='…') says something about the value; of a secret only what is known to.
  if (is_constructor(at) && (kind_ != ValueKind::secret || says_what_is_wrong(at))) {
    const std::size_t bracket = find_close(text_.find('(', at) + 1);
    return std::max(std::min(bracket, end), at + 1);
  }
  while (close < end && text_[close] != ',' && !is_closer(text_[close]) && quote_at(text_, close).empty() &&
         !(object && text_[close] == ':')) {
    if (is_opener(text_[close]) && !is_opaque(close)) {
      close = std::min(find_close(close + 1), end);
      if (close < end) ++close;
    } else {
      ++close;
    }
  }
  std::size_t last = close;
  if (close < end && object && text_[close] == ':') {
    // {Value:hunter2x Len:5}, as Go prints it: the name of the next part ends what the value could be.
    if (!follows_name(at)) return close + 1;
    while (last > at && !is_blank(text_[last - 1])) --last;
    if (last == at) return close + 1;
    close = last;
  }
  while (last > at && is_blank(text_[last - 1])) --last;
  if (!object || is_meant(at)) add({at, before_mark(at, last)}, quote);
  return std::max(close, at + 1);
}

bool ValueReader::follows_name(std::size_t at) const {
  while (at > 0 && is_blank(text_[at - 1])) --at;
  return at > 0 && (text_[at - 1] == ':' || text_[at - 1] == '=');
}

std::size_t ValueReader::behind_name(std::size_t at, std::size_t end) const {
  std::size_t sign = at;
  while (sign < end && sign - at < kMaxKeyBytes && is_word(text_[sign])) ++sign;
  const char next = at_or_nul(text_, sign + 1);
  const bool named = sign > at && sign + 1 < end && text_[sign] == '=' && next != '=' && next != ',' && next != ' ';
  return named && !follows_name(at) ? sign + 1 : at;
}

bool ValueReader::is_meant(std::size_t at) const {
  constexpr auto kNeutral = std::to_array<std::string_view>(
      {"old",         "new",       "value",       "values",   "raw",     "before", "after", "from",     "to",
       "previous",    "prev",      "current",     "cur",      "was",     "is",     "now",   "original", "changed",
       "old_value",   "new_value", "oldValue",    "newValue", "initial", "text",   "data",  "content",  "val",
       "stringValue", "intValue",  "doubleValue", "alt",      "neu",     "S",      "N",     "ancien",   "nouveau",
       "antes",       "despues",   "depois",      "prima",    "dopo"});
  if (kind_ != ValueKind::secret && kind_ != ValueKind::name) return true;
  while (at > 0 && is_blank(text_[at - 1])) --at;
  const std::optional<Span> key = follows_name(at) ? key_before(text_, at) : std::nullopt;
  if (kind_ == ValueKind::secret) return !key || !says_something_about(key->of(text_));
  return key && std::find(kNeutral.begin(), kNeutral.end(), key->of(text_)) != kNeutral.end();
}

}  // namespace piiscrub
