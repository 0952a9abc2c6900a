#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/regex_node.h"

namespace piiscrub::regex {
namespace {

constexpr int kMaxDepth = 50;
constexpr std::uint32_t kMaxRepeat = 1000;
// RE2 takes about 87,000 instructions with its default memory, and half of that for its backward program.
constexpr std::uint64_t kMaxSize = 40'000;

constexpr std::string_view kAcrossLines = "a rule cannot match across lines";
constexpr std::string_view kLeaveOutLf =
    "leave LF out: no class holds it, negated or not, and \\s is other white space";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr ByteSet set_of(std::string_view spec) {  // pairs of first and last byte
  ByteSet set;
  for (std::size_t i = 0; i + 1 < spec.size(); i += 2) {
    set.add_range(static_cast<unsigned char>(spec[i]), static_cast<unsigned char>(spec[i + 1]));
  }
  return set;
}

constexpr ByteSet without_lf(ByteSet set) {
  set.remove('\n');
  return set;
}

constexpr ByteSet kDigits = set_of("09");
constexpr ByteSet kWordBytes = set_of("09AZaz__");
constexpr ByteSet kSpaces = set_of("\t\t\v\r  ");
constexpr ByteSet kAnyByte = without_lf(ByteSet{}.complement());

struct NamedClass {
  std::string_view name;
  ByteSet set;
};

// LF leaves with the class as a whole, after negation.
constexpr NamedClass kNamedClasses[] = {
    {"alnum", set_of("09AZaz")},
    {"alpha", set_of("AZaz")},
    {"ascii", set_of({"\x00\x7f", 2})},
    {"blank", set_of("\t\t  ")},
    {"cntrl", set_of({"\x00\x1f\x7f\x7f", 4})},
    {"digit", set_of("09")},
    {"graph", set_of("!~")},
    {"lower", set_of("az")},
    {"print", set_of(" ~")},
    {"punct", set_of("!/:@[`{~")},
    {"space", set_of("\t\r  ")},
    {"upper", set_of("AZ")},
    {"word", set_of("09AZaz__")},
    {"xdigit", set_of("09AFaf")},
};

struct Refusal {
  std::string_view text;  // how the construct starts
  std::string_view message;
  std::string_view advice;
};

constexpr std::string_view kAround = "put what must stand around the match into `before` or `after`";
constexpr std::string_view kUseGroup = "use (?:...)";

// The first row that fits is taken.
constexpr Refusal kRefusedGroups[] = {
    {"(*", "control verbs are not supported", "write \\( for a literal parenthesis"},
    {"(?=", "look-ahead is not supported", kAround},
    {"(?!", "look-ahead is not supported", kAround},
    {"(?<=", "look-behind is not supported", kAround},
    {"(?<!", "look-behind is not supported", kAround},
    {"(?P=", "back references are not supported", "a validator can compare parts of a match"},
    {"(?P>", "recursion is not supported", "write the group out"},
    {"(?P<", "named groups are not supported", kUseGroup},
    {"(?<", "named groups are not supported", kUseGroup},
    {"(?'", "named groups are not supported", kUseGroup},
    {"(?>", "atomic groups are not supported", kUseGroup},
    {"(?|", "branch reset groups are not supported", kUseGroup},
    {"(?#", "comments are not supported inside an expression", "use a TOML comment"},
    {"(?(", "conditionals are not supported", "write the alternatives out"},
    {"(?R", "recursion is not supported", "write the group out"},
    {"(?&", "recursion is not supported", "write the group out"},
    {"(?i)", "(?i) must be at the start of the expression", "use (?i:...)"},
    {"(?", "flags other than i and recursion are not supported", "use (?i) at the start, (?i:...) or (?:...)"},
};

constexpr Refusal kRefusedEscapes[] = {
    {"n", kAcrossLines, kLeaveOutLf},
    {"R", kAcrossLines, "use \\r, or \\s for white space"},
    {"N", "\\N is not supported", "use ."},
    {"A", "\\A is not supported", "use ^"},
    {"z", "\\z is not supported", "use $"},
    {"Z", "\\Z is not supported", "use $"},
    {"G", "\\G is not supported", "use ^"},
    {"K", "\\K is not supported", "put what stands in front of the match into `before`"},
    {"Q", "\\Q is not supported", "escape each special character"},
    {"E", "\\E is not supported", "escape each special character"},
    {"h", "\\h is not supported", "use [ \\t]"},
    {"H", "\\H is not supported", "use [^ \\t]"},
    {"V", "\\V is not supported", "use [^\\v\\f\\r]"},
    {"p", "Unicode properties are not supported", "expressions are over bytes: use a class such as [[:alpha:]]"},
    {"P", "Unicode properties are not supported", "expressions are over bytes: use a class such as [^[:alpha:]]"},
    {"X", "\\X is not supported", "expressions are over bytes: use . or a class"},
    {"C", "\\C is not supported", "use ."},
    {"k", "back references are not supported", "a validator can compare parts of a match"},
    {"g", "back references are not supported", "a validator can compare parts of a match"},
    {"0", "\\0 and octal escapes are not supported", "use \\x00"},
    {"a", "\\a is not supported", "use \\x07"},
    {"e", "\\e is not supported", "use \\x1b"},
};

/// The length of the well-formed UTF-8 sequence of two bytes or more at the start of `text`, else 1.
std::size_t utf8_length(std::string_view text) {
  const unsigned lead = byte_of(text.front());
  if (lead < 0xC2 || lead > 0xF4) return 1;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 1;
  const unsigned second = byte_of(text[1]);
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < low || second > high) return 1;
  for (const char c : text.substr(2, length - 2)) {
    if ((byte_of(c) & 0xC0) != 0x80) return 1;
  }
  return length;
}

// Recursive descent. Every function returns false once there is an error.
class Parser {
 public:
  Parser(std::string_view text, std::size_t max_bytes) : text_(text), max_bytes_(max_bytes) {}

  Result<Node> run() {
    Node node;
    if (!whole(node)) return std::move(error_);
    return node;
  }

 private:
  struct Item {  // an escape, or one entry of a class
    ByteSet set;
    unsigned byte = 0;
    bool single = true;  // `set` is `byte` alone
    std::optional<Node::Kind> assertion;
  };

  bool whole(Node& out) {
    if (text_.size() > max_bytes_) return fail(max_bytes_, "an expression has at most 4,096 bytes", "split the rule");
    if (take("(?i)")) ignore_case_ = true;
    if (!alternation(out)) return false;
    if (!done()) return fail(pos_, "unmatched )", "write \\) for a literal parenthesis");
    return check_size(out, 0);
  }

  bool alternation(Node& out) {
    std::vector<Node> branches(1);
    if (!sequence(branches.back())) return false;
    while (take("|")) {
      if (!sequence(branches.emplace_back())) return false;
    }
    out = make_alternation(std::move(branches));
    return true;
  }

  bool sequence(Node& out) {
    std::vector<Node> items;
    while (!done() && !at('|') && !at(')')) {
      const std::size_t start = pos_;
      Node item;
      if (!atom(item) || !quantifier(start, item)) return false;
      append(items, std::move(item));
    }
    out = make_sequence(std::move(items));
    return true;
  }

  bool atom(Node& out) {
    switch (text_[pos_]) {
      case '(':
        return group(out);
      case '[':
        return char_class(out);
      case '\\':
        return escaped_atom(out);
      case '.':
        return single(make_bytes(kAnyByte), out);
      case '^':
        return single(make_assertion(Node::Kind::record_start), out);
      case '$':
        return single(make_assertion(Node::Kind::record_end), out);
      case '\n':
        return fail(pos_, kAcrossLines, kLeaveOutLf);
      default:
        if (at_quantifier()) return fail(pos_, "nothing to repeat here", "put a backslash in front of a literal");
        return literal(out);
    }
  }

  bool single(Node node, Node& out) {
    ++pos_;
    out = std::move(node);
    return true;
  }

  // A character of several bytes stays together for the quantifier that may follow.
  bool literal(Node& out) {
    const std::size_t length = utf8_length(text_.substr(pos_));
    if (length == 1) return single(make_literal(byte_of(text_[pos_])), out);
    std::vector<Node> bytes;
    for (const char c : text_.substr(pos_, length)) bytes.push_back(make_literal(byte_of(c)));
    pos_ += length;
    out = make_sequence(std::move(bytes));
    return true;
  }

  [[nodiscard]] Node make_literal(unsigned byte) const {
    ByteSet set;
    set.add(byte);
    if (ignore_case_) set.fold();
    return make_bytes(set);
  }

  bool escaped_atom(Node& out) {
    Item item;
    if (!escape(false, item)) return false;
    if (item.assertion.has_value()) {
      out = make_assertion(*item.assertion);
    } else {
      if (ignore_case_) item.set.fold();
      out = make_bytes(item.set);
    }
    return true;
  }

  bool group(Node& out) {
    const std::size_t start = pos_;
    const bool outer_case = ignore_case_;
    if (take("(?i:")) {
      ignore_case_ = true;
    } else if (!take("(?:")) {
      if (refused(kRefusedGroups, start, start)) return false;
      ++pos_;
    }
    if (++depth_ > kMaxDepth) return fail(start, "groups are nested more than 50 deep", "flatten the expression");
    if (!alternation(out)) return false;
    if (!take(")")) return fail(start, "missing )", "close the group, or write \\( for a literal parenthesis");
    --depth_;
    ignore_case_ = outer_case;
    return true;
  }

  // `*`, `+`, `?`, or a brace that could only be meant as a repeat.
  [[nodiscard]] bool at_quantifier() const {
    if (at('*') || at('+') || at('?')) return true;
    return at('{') && pos_ + 1 < text_.size() && (is_digit(text_[pos_ + 1]) || text_[pos_ + 1] == ',');
  }

  bool quantifier(std::size_t item_start, Node& item) {
    if (!at_quantifier()) return true;
    const std::size_t start = pos_;
    std::uint32_t min = 0;
    std::uint32_t max = kUnbounded;
    if (!counts(min, max)) return false;
    if (at('+')) return fail(pos_, "possessive quantifiers are not supported", "drop the +");
    const bool lazy = take("?");
    if (at_quantifier()) return fail(pos_, "a repeat cannot be repeated", "use (?:...) around the first repeat");
    switch (item.kind) {
      case Node::Kind::record_start:
      case Node::Kind::record_end:
      case Node::Kind::word_boundary:
      case Node::Kind::not_word_boundary:
        return fail(start, "an assertion cannot be repeated", "drop the quantifier");
      default:
        break;
    }
    item = make_repeat(std::move(item), min, max, lazy);
    return check_size(item, item_start);
  }

  bool counts(std::uint32_t& min, std::uint32_t& max) {
    const std::size_t start = pos_;
    if (take("*")) return true;
    if (take("+")) {
      min = 1;
      return true;
    }
    if (take("?")) {
      max = 1;
      return true;
    }
    ++pos_;
    const auto malformed = [&] {
      return fail(start, "malformed repeat", "use {n}, {n,} or {n,m}, or write \\{ for a literal brace");
    };
    if (!is_digit(text_[pos_])) return malformed();
    min = number();
    max = min;
    if (take(",")) max = !done() && is_digit(text_[pos_]) ? number() : kUnbounded;
    if (!take("}")) return malformed();
    if (min > kMaxRepeat || (max != kUnbounded && max > kMaxRepeat)) {
      return fail(start, "a repeat is at most 1,000", "use {n,} for long runs");
    }
    if (min > max) return fail(start, "the repeat's limits are out of order", "use {n,m} with n <= m");
    return true;
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    for (; !done() && is_digit(text_[pos_]); ++pos_) {
      value = std::min(value * 10 + static_cast<std::uint32_t>(text_[pos_] - '0'), kMaxRepeat + 1);
    }
    return value;
  }

  bool check_size(const Node& node, std::size_t start) {
    if (node.repeats > kMaxRepeat) {
      return fail(start, "nested repeats multiply to more than 1,000", "use {n,} or fewer levels of repeats");
    }
    if (node.size > kMaxSize) return fail(start, "the expression is too large written out", "use smaller repeats");
    return true;
  }

  bool char_class(Node& out) {
    const std::size_t start = pos_;
    if (!named_class_at(start).empty()) return fail(start, "[:name:] stands inside a class only", "use [[:name:]]");
    ++pos_;
    const bool negated = take("^");
    ByteSet set;
    for (bool first = true; first || !at(']'); first = false) {
      if (done()) return missing_bracket(start);
      if (!class_entry(start, set)) return false;
    }
    ++pos_;
    if (ignore_case_) set.fold();
    set = without_lf(negated ? set.complement() : set);
    if (set.count() == 0) return fail(start, "the class holds no byte but LF", "use . for any byte of a record");
    out = make_bytes(set);
    return true;
  }

  bool missing_bracket(std::size_t start) {
    return fail(start, "missing ]", "close the class, or write \\[ for a literal bracket");
  }

  // A byte, a named class or a range.
  bool class_entry(std::size_t class_start, ByteSet& set) {
    const std::size_t start = pos_;
    Item low;
    if (!class_item(low)) return false;
    const bool range = at('-') && pos_ + 1 < text_.size() && text_[pos_ + 1] != ']';
    if (!range) {
      set |= low.set;
      return true;
    }
    ++pos_;
    Item high;
    if (!class_item(high)) return false;
    if (!low.single || !high.single) {
      return fail(start, "a range cannot start or end with a class", "write the hyphen last, or as \\-");
    }
    if (low.byte > high.byte) return fail(start, "the range is out of order", "write the lower byte first");
    set.add_range(low.byte, high.byte);
    if (done()) return missing_bracket(class_start);
    if (at('-') && pos_ + 1 < text_.size() && text_[pos_ + 1] != ']') {
      return fail(pos_, "a hyphen after a range is ambiguous", "write the hyphen last, or as \\-");
    }
    return true;
  }

  bool class_item(Item& item) {
    if (at('\\')) return escape(true, item);
    if (at('[')) {
      const std::string_view name = named_class_at(pos_);
      if (!name.empty()) return named_class(name, item);
    }
    if (at('\n')) return fail(pos_, kAcrossLines, kLeaveOutLf);
    if (utf8_length(text_.substr(pos_)) > 1) {
      return fail(pos_, "a class holds single bytes, and this character has several",
                  "use an alternation such as (?:\xC3\xA9|\xC3\xA8), or \\xHH for each byte");
    }
    item.byte = byte_of(text_[pos_++]);
    item.set.add(item.byte);
    return true;
  }

  /// The `[:name:]` (also with `.` and `=` in place of the colons) at `start` without its brackets; empty if none.
  [[nodiscard]] std::string_view named_class_at(std::size_t start) const {
    if (start + 1 >= text_.size()) return {};
    const char mark = text_[start + 1];
    if (mark != ':' && mark != '.' && mark != '=') return {};
    for (std::size_t i = start + 2; i + 1 < text_.size(); ++i) {
      if (text_[i] == mark && text_[i + 1] == ']') return text_.substr(start + 1, i - start);
      if (text_[i] != '^' && !is_letter(text_[i])) break;
    }
    return {};
  }

  bool named_class(std::string_view marked, Item& item) {
    const std::size_t start = pos_;
    std::string_view name = marked.substr(1, marked.size() - 2);
    if (marked.front() != ':') return fail(start, "collating elements are not supported", "write the bytes");
    const bool negated = name.starts_with('^');
    if (negated) name.remove_prefix(1);
    const auto* const found = std::ranges::find(kNamedClasses, name, &NamedClass::name);
    if (found == std::end(kNamedClasses)) {
      return fail(start, "unknown class name",
                  "use alnum, alpha, blank, digit, lower, punct, space, upper, xdigit ...");
    }
    item.single = false;
    item.set = found->set;
    // Folding must come before negation, or [:^upper:] would get the upper-case letters back.
    if (ignore_case_) item.set.fold();
    if (negated) item.set = item.set.complement();
    pos_ += marked.size() + 2;
    return true;
  }

  bool escape(bool in_class, Item& item) {
    const std::size_t start = pos_++;
    if (done()) return fail(start, "the expression ends in a backslash", "write \\\\ for a literal backslash");
    if (refused(kRefusedEscapes, start, pos_)) return false;
    const char c = text_[pos_++];
    const auto byte = [&item](unsigned value) {
      item.byte = value;
      item.set.add(value);
      return true;
    };
    const auto set = [&item](const ByteSet& value) {
      item.single = false;
      item.set = value;
      return true;
    };
    switch (c) {
      case 't':
        return byte('\t');
      case 'r':
        return byte('\r');
      case 'f':
        return byte('\f');
      case 'v':
        return byte('\v');
      case 'd':
        return set(kDigits);
      case 'w':
        return set(kWordBytes);
      case 's':
        return set(kSpaces);
      case 'D':
        return set(without_lf(kDigits.complement()));
      case 'W':
        return set(without_lf(kWordBytes.complement()));
      case 'S':
        return set(without_lf(kSpaces.complement()));
      case 'b':
      case 'B':
        if (in_class) return fail(start, "an assertion cannot stand inside a class", "use \\x08 for a backspace");
        item.assertion = c == 'b' ? Node::Kind::word_boundary : Node::Kind::not_word_boundary;
        return true;
      case 'x': {
        unsigned value = 0;
        return hex(start, value) && byte(value);
      }
      default:
        break;
    }
    if (is_digit(c))
      return fail(start, "back references are not supported", "a validator can compare parts of a match");
    if (is_letter(c)) return fail(start, "unknown escape", "drop the backslash, or use \\xHH for a control character");
    if (c == '\n') return fail(start, kAcrossLines, kLeaveOutLf);
    if (byte_of(c) < ' ' || byte_of(c) >= 0x7F) return fail(start, "unknown escape", "drop the backslash");
    return byte(byte_of(c));
  }

  bool hex(std::size_t start, unsigned& value) {
    const bool braces = take("{");
    std::size_t digits = 0;
    for (; !done() && hex_value(text_[pos_]) >= 0 && (braces || digits < 2); ++pos_, ++digits) {
      value = std::min(value * 16 + static_cast<unsigned>(hex_value(text_[pos_])), 0x100U);
    }
    const bool complete = braces ? digits > 0 && take("}") : digits == 2;
    if (!complete) return fail(start, "malformed \\x", "use \\xHH or \\x{HH} with two hexadecimal digits");
    if (value > 0xFF) return fail(start, "\\x is more than one byte", "write the character itself, or its UTF-8 bytes");
    if (value == '\n') return fail(start, kAcrossLines, kLeaveOutLf);
    return true;
  }

  template <std::size_t N>
  bool refused(const Refusal (&refusals)[N], std::size_t start, std::size_t where) {
    for (const Refusal& refusal : refusals) {
      if (!text_.substr(where).starts_with(refusal.text)) continue;
      fail(start, refusal.message, refusal.advice);
      return true;
    }
    return false;
  }

  [[nodiscard]] bool done() const { return pos_ == text_.size(); }
  [[nodiscard]] bool at(char c) const { return pos_ < text_.size() && text_[pos_] == c; }
  bool take(std::string_view text) {
    if (!text_.substr(pos_).starts_with(text)) return false;
    pos_ += text.size();
    return true;
  }

  bool fail(std::size_t where, std::string_view message, std::string_view advice) {
    error_.column = static_cast<int>(where) + 1;
    error_.message = message;
    error_.advice = advice;
    return false;
  }

  std::string_view text_;
  std::size_t max_bytes_;
  std::size_t pos_ = 0;
  int depth_ = 0;
  bool ignore_case_ = false;
  Error error_;
};

}  // namespace

Result<Node> parse(std::string_view expression, std::size_t max_bytes) { return Parser(expression, max_bytes).run(); }

}  // namespace piiscrub::regex
