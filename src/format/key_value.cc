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

// One pair being read.
class ValueReader {
 public:
  ValueReader(std::string_view text, std::span<const Span> opaque, ValueKind kind, bool any_scheme, bool in_csv,
              std::vector<KeyedValue>& values)
      : text_(text), opaque_(opaque), kind_(kind), any_scheme_(any_scheme), in_csv_(in_csv), values_(values) {}

  // The value that begins at `at`; `quote` is what a number must be put between.
  std::size_t read(std::size_t at, std::string_view quote) {
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

  /// Says that the key begins its line, so that a value of several words ends it.
  void take_whole_line() { whole_line_ = kind_ == ValueKind::words || kind_ == ValueKind::text; }

  /// Bytes looked at for brackets.
  [[nodiscard]] std::size_t work() const { return work_; }

 private:
  std::size_t find_close(std::size_t at) {
    const std::size_t end = closing_bracket(text_, at);
    work_ += std::min(end, std::min(text_.size(), at + kMaxValueBytes)) - std::min(at, text_.size());
    return end;
  }

  // The bracket of the object that is printed at `at` behind its type, if it has a name for its first part or no part
  // at all: Secret{value='…'}, main.Secret{Value:… Len:5}; else `at`.
  [[nodiscard]] std::size_t struct_bracket(std::size_t at) const {
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

  // Whether the bracket at `open`, maybe behind a blank, has a name and a sign for its first part.
  [[nodiscard]] bool has_named_parts(std::size_t open) const {
    std::size_t begin = open;
    while (begin - open < 3 && (at_or_nul(text_, begin) == ' ' || is_opener(at_or_nul(text_, begin)))) ++begin;
    std::size_t end = begin;
    while (end < text_.size() && end - begin < kMaxKeyBytes && is_word(text_[end])) ++end;
    const std::string_view sign = text_.substr(end, 3);
    return end > begin && is_alpha(text_[begin]) &&
           (text_[open] == '(' ? sign.starts_with('=') && !sign.starts_with("==")
                               : sign.starts_with(": ") || sign == " = ");
  }

  // Whether a function is called at `at`: ANY('…'), upper(last_name), get_name(user). Names of people have both kinds
  // of letters.
  [[nodiscard]] bool is_call(std::size_t at) const {
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

  // (020) 7946 0958: a number, no tuple.
  [[nodiscard]] bool is_area_code(std::size_t at) const {
    if (kind_ != ValueKind::number || text_[at] != '(') return false;
    std::size_t end = at + 1;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '+')) ++end;
    if (end == at + 1 || at_or_nul(text_, end) != ')') return false;
    const char next = at_or_nul(text_, end + 1);
    return is_digit(next) || ((next == ' ' || next == '-') && is_digit(at_or_nul(text_, end + 2)));
  }

  // Of an object that was cut off, or planted, only the first part behind `at`.
  std::size_t read_first_part(std::size_t at, std::string_view quote) {
    const std::size_t end = std::min(text_.size(), at + kMaxWordsBytes);
    const std::size_t value = read_leaf(skip_blanks(text_, at, 1), end, quote, true);
    return value < end ? read_leaf(skip_blanks(text_, value, 1), end, quote, true) : end;
  }

  // Behind the replacements that follow each other from `at` on, or `at`.
  [[nodiscard]] std::size_t behind_replacements(std::size_t at) const {
    auto next = std::upper_bound(opaque_.begin(), opaque_.end(), at,
                                 [](std::size_t offset, const Span& span) { return offset < span.end; });
    for (; next != opaque_.end() && next->begin <= at; ++next) at = next->end;
    return at;
  }
  [[nodiscard]] bool is_opaque(std::size_t at) const { return behind_replacements(at) != at; }

  void add(Span span, std::string_view quote) {
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

  // Whether the tuple at `at` says what is wrong, as Elixir does: {"has already been taken", [constraint: :unique]}.
  [[nodiscard]] bool is_tuple_of_complaint(std::size_t at) const {
    constexpr std::size_t kMaxBytes = 160;
    if (!text_.substr(at).starts_with("{\"")) return false;
    const std::size_t end = text_.substr(0, std::min(text_.size(), at + kMaxBytes)).find("\", [", at + 2);
    if (end == std::string_view::npos) return false;
    const std::string_view content = text_.substr(at + 2, end - at - 2);
    return content.find_first_of(" ") != std::string_view::npos && content.find('"') == std::string_view::npos &&
           is_placeholder(content);
  }

  // A list, tuple or object, or a bare value that begins with a bracket.
  std::size_t read_brackets(std::size_t at, std::string_view quote) {
    if (is_tuple_of_complaint(at)) return at + 1;
    if (const std::size_t behind = behind_template(at); behind > at) return behind;
    const bool secret = kind_ == ValueKind::secret;
    const bool object =
        text_[at] == '{' || (text_[at] == '(' && at > 0 && is_word(text_[at - 1]) && has_named_parts(at));
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

  // Where the string ends, at `stop` at the latest, that the one at `at` lies within, as its backslashes say.
  std::size_t end_of_string_around(std::size_t at, std::size_t stop) {
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

  // Whether the first key of the object behind `at` is an id: {"id": 7}, {id: 7}, {'id' => 7}.
  [[nodiscard]] bool begins_with_id(std::size_t at) const {
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

  // The end of the {{ name }} at `at`, or `at`.
  [[nodiscard]] std::size_t behind_template(std::size_t at) const {
    if (!text_.substr(at).starts_with("{{")) return at;
    std::size_t end = at + 2;
    while (end < text_.size() && end - at < kMaxKeyBytes && (is_key_byte(text_[end]) || text_[end] == ' ')) ++end;
    return text_.substr(end).starts_with("}}") ? end + 2 : at;
  }

  // The end of the words that the line ends with; where other pairs follow, the end of those in front of them.
  [[nodiscard]] std::size_t end_of_line(std::size_t at) const {
    const std::size_t stop = std::min(text_.find_first_of("\r\n", at), text_.size());
    const std::string_view line = text_.substr(0, std::min(stop, at + kMaxWordsBytes));
    const bool plain = line.find_first_of("=\"{}[]<>|\\", at) == std::string_view::npos;
    if (!plain || stop > at + kMaxWordsBytes) return end_of_bare(text_, at, kind_);
    std::size_t end = line.size();
    while (end > at && (is_blank(text_[end - 1]) || text_[end - 1] == ',')) --end;
    return end;
  }

  // The end of the %(name)s at `at`, or `at`.
  [[nodiscard]] std::size_t behind_parameter(std::size_t at) const {
    if (!text_.substr(at).starts_with("%(")) return at;
    std::size_t end = at + 2;
    while (end < text_.size() && end - at < kMaxKeyBytes && is_key_byte(text_[end])) ++end;
    return at_or_nul(text_, end) == ')' && is_alpha(at_or_nul(text_, end + 1)) ? end + 2 : at;
  }

  // The end of a value in front of the mark that it ends with, if that was opened in front of it: ‹s3://b?secret=x›
  [[nodiscard]] std::size_t before_mark(std::size_t begin, std::size_t end) const {
    if (begin >= end) return end;  // a replacement, which may reach beyond what is read here
    const std::string_view value = Span{begin, end}.of(text_);
    const bool closes = value.ends_with(kMarkerClose) && value.find(kMarkerOpen) == std::string_view::npos;
    return closes ? end - kMarkerClose.size() : end;
  }

  [[nodiscard]] bool starts_assignment(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && end - at < kMaxKeyBytes && is_word(text_[end])) ++end;
    return at_or_nul(text_, end) == '=' && is_quote_start(at_or_nul(text_, end + 1));
  }

  [[nodiscard]] std::size_t secret_from(std::size_t at) const {
    return kind_ == ValueKind::secret ? skip_scheme(text_, at, any_scheme_) : at;
  }

  std::size_t read_string(std::size_t at, std::string_view quote) {
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

  std::size_t read_bare(std::size_t at, std::string_view quote) {
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

  // datetime.date(1969, 5, 22) as one, Decimal('85000.00') by its string.
  void read_arguments(std::size_t begin, std::size_t end) {
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

  // Whether `Name(name=` stands at `at`.
  [[nodiscard]] bool is_constructor(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && end - at < kMaxKeyBytes && (is_word(text_[end]) || text_[end] == '.')) ++end;
    if (end == at || at_or_nul(text_, end) != '(') return false;
    std::size_t name = end + 1;
    while (name < text_.size() && name - end < kMaxKeyBytes && is_word(text_[name])) ++name;
    return name > end + 1 && at_or_nul(text_, name) == '=';
  }

  [[nodiscard]] bool says_what_is_wrong(std::size_t at) const {
    constexpr auto kErrors = std::to_array<std::string_view>({"ErrorDetail(", "ValidationError(", "ErrorList("});
    return std::any_of(kErrors.begin(), kErrors.end(),
                       [&](std::string_view error) { return text_.substr(at).starts_with(error); });
  }

  // The strings and bare words in [at, end) that are no keys.
  void read_leaves(std::size_t at, std::size_t end, std::string_view quote, bool object, int depth) {
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

  std::size_t read_leaf(std::size_t at, std::size_t end, std::string_view quote, bool object) {
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

  // Whether the sign between a name and its value stands in front of `at`.
  [[nodiscard]] bool follows_name(std::size_t at) const {
    while (at > 0 && is_blank(text_[at - 1])) --at;
    return at > 0 && (text_[at - 1] == ':' || text_[at - 1] == '=');
  }

  // Behind the `name=` of a part at `at` of an object, or `at`.
  [[nodiscard]] std::size_t behind_name(std::size_t at, std::size_t end) const {
    std::size_t sign = at;
    while (sign < end && sign - at < kMaxKeyBytes && is_word(text_[sign])) ++sign;
    const char next = at_or_nul(text_, sign + 1);
    const bool named = sign > at && sign + 1 < end && text_[sign] == '=' && next != '=' && next != ',' && next != ' ';
    return named && !follows_name(at) ? sign + 1 : at;
  }

  // Whether the leaf at `at` of an object is the value that the object's name announces: {"old": "Ann", "new": "Bea"}
  // of a name, which has parts with names of their own otherwise, and of a secret all but what only says something
  // about it: {"type": "IDENT", "line": 3}.
  [[nodiscard]] bool is_meant(std::size_t at) const {
    constexpr auto kNeutral = std::to_array<std::string_view>(
        {"old",      "new",      "value",     "values",      "raw",      "before",      "after",   "from",
         "to",       "previous", "prev",      "current",     "cur",      "was",         "is",      "now",
         "original", "changed",  "old_value", "new_value",   "oldValue", "newValue",    "initial", "text",
         "data",     "content",  "val",       "stringValue", "intValue", "doubleValue", "alt",     "neu",
         "ancien",   "nouveau",  "antes",     "despues",     "depois",   "prima",       "dopo"});
    if (kind_ != ValueKind::secret && kind_ != ValueKind::name) return true;
    while (at > 0 && is_blank(text_[at - 1])) --at;
    const std::optional<Span> key = follows_name(at) ? key_before(text_, at) : std::nullopt;
    if (kind_ == ValueKind::secret) return !key || !says_something_about(key->of(text_));
    return key && std::find(kNeutral.begin(), kNeutral.end(), key->of(text_)) != kNeutral.end();
  }

  std::size_t work_ = 0;
  std::string_view text_;
  std::span<const Span> opaque_;
  ValueKind kind_;
  bool any_scheme_;
  bool in_csv_;  // the key stood between doubled quotes
  bool whole_line_ = false;
  std::vector<KeyedValue>& values_;
};

}  // namespace

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
// …]]. The brackets behind a name of SQL, "people" ("name", "role"), hold a list of columns.
bool opens_pair(std::string_view text, std::size_t at) {
  std::size_t front = at;
  while (front > 0 && (text[front - 1] == ' ' || text[front - 1] == ',')) --front;
  const char before = front > 0 ? text[front - 1] : '\0';
  if (text[at] == '(') {
    const bool behind_name = front < at && text[at - 1] == ' ' && (is_word(before) || before == '"');
    return !(behind_name && text[at + 1] == '"');
  }
  return text[at] == '[' && (before == '[' || (front < at && before == ']'));
}

}  // namespace

namespace {

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
    const bool opened = begin >= 2 && text[begin - 1] == text[end] && opens_pair(text, begin - 2);
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
    if (is_closer(c)) {
      if (text[at - 1] != '=') return std::nullopt;  // sshd[311]: … names a process
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
  const bool below = sign > at && (next == '\0' || next == '\r' || next == '\n');  // ["key"]=>⏎  string(3) "Ann"
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
  if (key.begin == 0 || text[key.begin - 1] != ' ') return key;
  const std::string_view closing = quote_at(text, key.end);
  if (closing.empty()) return key;
  std::size_t begin = key.begin;
  while (begin > 0 && key.end - begin <= kMaxKeyBytes && (is_key_byte(text[begin - 1]) || text[begin - 1] == ' '))
    --begin;
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

std::size_t find_values(std::string_view text, std::span<const Span> opaque, Span key, std::size_t at, ValueKind kind,
                        std::vector<KeyedValue>& values) {
  const std::size_t start = at;
  if (const std::optional<FormPart> part = form_part(text, key, at)) {
    values.push_back({part->value, {}});
    return part->value.end - start;
  }
  key = between_quotes(text, key);
  if (names_thing(text, key, at)) return 0;
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
  std::size_t end = reader.read(skip_blanks(text, at, kMaxBlanks), quote);
  if (const std::size_t changed = behind_arrow(text, end); changed > end && values.size() > known)
    end = reader.read(changed, quote);
  // More than two are no pair but a list: ("password", "last_login", …) names columns.
  if (separator == ',' && !is_closer(at_or_nul(text, skip_blanks(text, end, 2)))) values.resize(known);
  return end - start + reader.work();
}

}  // namespace piiscrub
