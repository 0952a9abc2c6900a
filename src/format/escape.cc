#include "format/escape.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "base/search.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxBackslashes = 64;
constexpr std::size_t kMaxQuotings = 16;  // %252525…40, &amp;amp;…#64;
constexpr std::size_t kMaxColourBytes = 32;
constexpr char32_t kLastCodePoint = 0x10FFFF;

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(char_at(text, i)); }
unsigned hex_value(char c) { return static_cast<unsigned>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10); }

// The number that `digits` hexadecimal digits at `i` make.
std::optional<char32_t> read_hex(std::string_view text, std::size_t i, std::size_t digits) {
  if (i > text.size() || text.size() - i < digits) return std::nullopt;
  char32_t value = 0;
  for (std::size_t k = 0; k < digits; ++k) {
    if (!is_hex(text[i + k])) return std::nullopt;
    value = value * 16 + hex_value(text[i + k]);
  }
  return value;
}

bool is_surrogate(char32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

Escape stands_for(std::size_t length, std::string_view bytes) {
  Escape escape{.length = length, .bytes = {}, .size = static_cast<std::uint8_t>(bytes.size())};
  std::copy(bytes.begin(), bytes.end(), escape.bytes.begin());
  return escape;
}

Escape stands_for(std::size_t length, char32_t code) {
  if (code > kLastCodePoint || is_surrogate(code)) return {};
  if (code == '\n') return stands_for(length, "\\n");
  if (code == '\r') return stands_for(length, "\\r");
  Escape escape{.length = length, .bytes = {}, .size = 0};
  const auto put = [&](char32_t byte) { escape.bytes[escape.size++] = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return escape;
}

// An escaped byte.
struct EscapedByte {
  std::size_t length = 0;
  unsigned value = 0;
};

// Escaped bytes that are UTF-8 together are one character; one that is not is a character of Latin-1.
template <typename Read>
Escape read_bytes(std::string_view text, std::size_t at, Read read) {
  const EscapedByte lead = read(text, at);
  if (lead.length == 0) return {};
  const std::size_t size = lead.value < 0xC2   ? 1
                           : lead.value < 0xE0 ? 2
                           : lead.value < 0xF0 ? 3
                           : lead.value < 0xF5 ? 4
                                               : 1;
  std::size_t end = at + lead.length;
  char32_t code = size == 1 ? lead.value : lead.value & (0x7FU >> size);
  for (std::size_t k = 1; k < size; ++k) {
    const EscapedByte next = read(text, end);
    if (next.length == 0 || (next.value & 0xC0) != 0x80) return stands_for(lead.length, lead.value);
    code = code << 6 | (next.value & 0x3F);
    end += next.length;
  }
  const Escape whole = stands_for(end - at, code);
  return whole.length > 0 && (size < 3 || code >= (size == 3 ? 0x800U : 0x10000U))
             ? whole
             : stands_for(lead.length, lead.value);
}

EscapedByte percent_byte(std::string_view text, std::size_t at) {
  if (char_at(text, at) != '%') return {};
  std::size_t i = at + 1;
  for (std::size_t k = 0; k < kMaxQuotings && has_at(text, i, "25") && read_hex(text, i + 2, 2); ++k) i += 2;
  const auto value = read_hex(text, i, 2);
  return value ? EscapedByte{i + 2 - at, static_cast<unsigned>(*value)} : EscapedByte{};
}

EscapedByte printable_byte(std::string_view text, std::size_t at) {
  const auto value = char_at(text, at) == '=' ? read_hex(text, at + 1, 2) : std::nullopt;
  return value ? EscapedByte{3, static_cast<unsigned>(*value)} : EscapedByte{};
}

std::size_t backslashes_at(std::string_view text, std::size_t at) {
  std::size_t run = 0;
  while (run < kMaxBackslashes && char_at(text, at + run) == '\\') ++run;
  return run;
}

EscapedByte backslash_byte(std::string_view text, std::size_t at) {
  const std::size_t run = backslashes_at(text, at);
  if (run == 0 || char_at(text, at + run) != 'x') return {};
  const auto value = read_hex(text, at + run + 1, 2);
  return value ? EscapedByte{run + 3, static_cast<unsigned>(*value)} : EscapedByte{};
}

// The escape of a code point whose letter stands at `letter` and that begins at `at`.
Escape read_code_point(std::string_view text, std::size_t at, std::size_t letter) {
  const std::size_t digits_at = letter + 1;
  if (char_at(text, letter) == 'U') {
    const auto code = read_hex(text, digits_at, 8);
    return code ? stands_for(digits_at + 8 - at, *code) : Escape{};
  }
  if (char_at(text, letter) != 'u') return {};
  if (char_at(text, digits_at) == '{') {
    std::size_t digits = 0;
    while (digits < 6 && is_hex(char_at(text, digits_at + 1 + digits))) ++digits;
    const std::size_t end = digits_at + 1 + digits;
    if (digits == 0 || char_at(text, end) != '}') return {};
    return stands_for(end + 1 - at, *read_hex(text, digits_at + 1, digits));
  }
  const auto code = read_hex(text, digits_at, 4);
  if (!code) return {};
  if (!is_surrogate(*code)) return stands_for(digits_at + 4 - at, *code);
  const std::size_t run = backslashes_at(text, digits_at + 4);
  const std::size_t second = digits_at + 4 + run;
  const auto low = run > 0 && char_at(text, second) == 'u' ? read_hex(text, second + 1, 4) : std::nullopt;
  if (!low || *code > 0xDBFF || *low < 0xDC00 || *low > 0xDFFF) return {};
  return stands_for(second + 5 - at, 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00));
}

bool is_octal_byte(std::string_view text, std::size_t i) {
  const char first = char_at(text, i);
  return first >= '0' && first <= '3' && is_octal(char_at(text, i + 1)) && is_octal(char_at(text, i + 2));
}

unsigned octal_value(std::string_view text, std::size_t i) {
  return static_cast<unsigned>((text[i] - '0') * 64 + (text[i + 1] - '0') * 8 + (text[i + 2] - '0'));
}

EscapedByte octal_byte(std::string_view text, std::size_t at) {
  const std::size_t run = backslashes_at(text, at);
  return run > 0 && is_octal_byte(text, at + run) ? EscapedByte{run + 3, octal_value(text, at + run)} : EscapedByte{};
}

EscapedByte octal_hash_byte(std::string_view text, std::size_t at) {
  return char_at(text, at) == '#' && is_octal_byte(text, at + 1) ? EscapedByte{4, octal_value(text, at + 1)}
                                                                 : EscapedByte{};
}

// A backslash may be escaped itself: \\u0040, \x5Cu0040. But \x5C\x22 is an escaped quote, two characters.
Escape read_backslash(std::string_view text, std::size_t at) {
  const char letter_there = char_at(text, at + backslashes_at(text, at));
  if (is_digit(letter_there)) return read_bytes(text, at, octal_byte);
  if (letter_there != 'u' && letter_there != 'x' && letter_there != 'U' && letter_there != '/') return {};
  std::size_t first = 0;  // the length of the first \x5C
  std::size_t four = 0;   // and of the first four
  std::size_t i = at;
  for (std::size_t k = 0; k < kMaxQuotings; ++k) {
    const std::size_t run = backslashes_at(text, i);
    const std::size_t letter = i + run;
    const bool byte = has_at(text, letter, "x5C") || has_at(text, letter, "x5c");
    if (run == 0 || (!byte && !has_at(text, letter, "u005C") && !has_at(text, letter, "u005c"))) break;
    i = letter + (byte ? 3 : 5);
    if (k == 0) first = i - at;
    if (k == 3) four = i - at;
  }
  if (first == 0) {
    const std::size_t run = backslashes_at(text, at);
    // One character in JSON; behind several backslashes it may end a path.
    if (run == 1 && char_at(text, at + 1) == '/') return stands_for(2, "/");
    if (char_at(text, at + run) == 'x') return read_bytes(text, at, backslash_byte);
    return read_code_point(text, at, at + run);
  }
  if (char_at(text, i) == 'x') {
    if (const auto value = read_hex(text, i + 1, 2)) return stands_for(i + 3 - at, *value);
  }
  const Escape whole = read_code_point(text, at, i);
  if (whole.length > 0) return whole;
  // PERF NOTE: of a long row four at a time, since all of it is read again for what is behind them.
  return four > 0 ? stands_for(four, R"(\\\\)") : stands_for(first, "\\");
}

struct HtmlName {
  std::string_view name;
  std::string_view text;
};
constexpr auto kHtmlNames = std::to_array<HtmlName>({
    {"amp;", "&"},    {"apos;", "'"},       {"ast;", "*"},         {"bsol;", "\\"},
    {"colon;", ":"},  {"comma;", ","},      {"commat;", "@"},      {"dash;", "-"},
    {"equals;", "="}, {"gt;", ">"},         {"hyphen;", "-"},      {"lowbar;", "_"},
    {"lpar;", "("},   {"lt;", "<"},         {"nbsp;", "\xc2\xa0"}, {"num;", "#"},
    {"percnt;", "%"}, {"period;", "."},     {"plus;", "+"},        {"quot;", "\""},
    {"rpar;", ")"},   {"shy;", "\xc2\xad"}, {"sol;", "/"},         {"ZeroWidthSpace;", ""},
});

Escape read_html(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  for (std::size_t k = 0; k < kMaxQuotings && has_at(text, i, "amp;"); ++k) {
    const char next = char_at(text, i + 4);
    if (next != '#' && !is_alpha(next)) break;
    // &amp;x is the escape of an ampersand only if x goes on as an escape.
    if (next != '#' && std::none_of(kHtmlNames.begin(), kHtmlNames.end(),
                                    [&](const HtmlName& row) { return has_at(text, i + 4, row.name); })) {
      break;
    }
    i += 4;
  }
  if (char_at(text, i) == '#') {
    const bool hex = to_lower(char_at(text, i + 1)) == 'x';
    const std::size_t first = i + (hex ? 2 : 1);
    char32_t code = 0;
    std::size_t end = first;
    for (; end - first < 8 && (hex ? is_hex(char_at(text, end)) : is_digit(char_at(text, end))); ++end) {
      code = code * (hex ? 16 : 10) + hex_value(text[end]);
    }
    return end > first && char_at(text, end) == ';' ? stands_for(end + 1 - at, code) : Escape{};
  }
  if (!is_alpha(char_at(text, i))) return {};
  for (const HtmlName& row : kHtmlNames) {
    if (row.name[0] == text[i] && row.name[1] == char_at(text, i + 1) && has_at(text, i, row.name))
      return stands_for(i + row.name.size() - at, row.text);
  }
  return {};
}

// rsyslog writes control characters so, and bytes of other characters than ASCII's: #012, #303#244. What else looks so
// is a number: #100.
Escape read_octal(std::string_view text, std::size_t at) {
  const EscapedByte byte = octal_hash_byte(text, at);
  if (byte.length == 0) return {};
  if (byte.value < ' ' || byte.value == 0x7F) return stands_for(byte.length, static_cast<char32_t>(byte.value));
  const Escape character = read_bytes(text, at, octal_hash_byte);
  return character.length > byte.length ? character : Escape{};
}

Escape read_printable(std::string_view text, std::size_t at) {
  for (const std::string_view soft_break : {"\\r\\n", "\\n", "\r", "#015#012", "#012"}) {
    if (has_at(text, at + 1, soft_break)) return stands_for(1 + soft_break.size(), "");
  }
  return read_bytes(text, at, printable_byte);
}

Escape read_colour(std::string_view text, std::size_t at) {
  if (char_at(text, at + 1) != '[') return {};
  std::size_t i = at + 2;
  while (i - at < kMaxColourBytes && char_at(text, i) >= ' ' && char_at(text, i) <= '?') ++i;
  return char_at(text, i) >= '@' && char_at(text, i) <= '~' ? stands_for(i + 1 - at, "") : Escape{};
}

// The zeros of the decimal digits that Unicode has beside ASCII's (general category Nd); ten follow each.
constexpr auto kZeros = std::to_array<char32_t>({0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                                                 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090,
                                                 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
                                                 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0});

bool is_invisible(char32_t code) {
  return code == 0xAD || code == 0x34F || code == 0x61C || (code >= 0x180B && code <= 0x180E) ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF;
}

// The ASCII character that `code` looks like and is used for, or 0.
char plain_of(char32_t code) {
  if (code >= 0xFF01 && code <= 0xFF5E) return static_cast<char>(code - 0xFF01 + '!');
  if (code >= 0x1D7CE && code <= 0x1D7FF) return static_cast<char>('0' + (code - 0x1D7CE) % 10);
  if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0xFE58 || code == 0xFE63) return '-';
  if (code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000) {
    return ' ';
  }
  if (code == 0xFE6B) return '@';
  if (code == 0x2024 || code == 0xFE52 || code == 0x3002 || code == 0xFF61) return '.';
  for (const char32_t zero : kZeros) {
    if (code >= zero && code < zero + 10) return static_cast<char>('0' + (code - zero));
  }
  return '\0';
}

// A character that is spelled in UTF-8.
Escape read_utf8(std::string_view text, std::size_t at, Encodings encodings) {
  const Escape character = read_bytes(text, at, [](std::string_view t, std::size_t i) {
    return i < t.size() ? EscapedByte{1, byte_at(t, i)} : EscapedByte{};
  });
  if (character.length < 2) return {};
  char32_t code = byte_at(text, at) & (0x7FU >> character.length);
  for (std::size_t k = 1; k < character.length; ++k) code = code << 6 | (byte_at(text, at + k) & 0x3F);
  if ((encodings & encoding::invisible) != 0 && is_invisible(code)) return stands_for(character.length, "");
  if ((encodings & encoding::digits) == 0) return {};
  const char plain = plain_of(code);
  return plain == '\0' ? Escape{} : stands_for(character.length, {&plain, 1});
}

// Whether the NUL at `at` is one of those between the characters of UTF-16: of three at least, in one record.
bool is_between_wide(std::string_view text, std::size_t at) {
  const auto goes_on_to = [&](std::size_t nul, std::size_t between) {
    return nul < text.size() && text[nul] == '\0' && text[between] != '\0' && text[between] != '\n';
  };
  const bool left = at >= 2 && goes_on_to(at - 2, at - 1);
  const bool right = goes_on_to(at + 2, at + 1);
  if (left && right) return true;
  return left ? at >= 4 && goes_on_to(at - 4, at - 3) : right && goes_on_to(at + 4, at + 3);
}

// Lead bytes of the characters that is_invisible() and plain_of() know.
constexpr bool leads_folded(char c) {
  switch (static_cast<unsigned char>(c)) {
    case 0xC2:
    case 0xCD:
    case 0xD8:
    case 0xD9:
    case 0xDB:
    case 0xDF:
    case 0xE0:
    case 0xE1:
    case 0xE2:
    case 0xE3:
    case 0xEA:
    case 0xEF:
    case 0xF0:
      return true;
    default:
      return false;
  }
}

constexpr auto kBegins = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) table[byte] = leads_folded(static_cast<char>(byte)) ? 1 : 0;
  for (const char c : {'%', '\\', '&', '#', '=', '\x1b', '\0'}) table[static_cast<unsigned char>(c)] = 1;
  return table;
}();

}  // namespace

bool begins_escape(char c) { return kBegins[static_cast<unsigned char>(c)] != 0; }

Escape read_escape(std::string_view text, std::size_t at, Encodings encodings) {
  const auto wanted = [&](Encodings one) { return (encodings & one) != 0; };
  switch (char_at(text, at)) {
    case '%':
      return wanted(encoding::percent) ? read_bytes(text, at, percent_byte) : Escape{};
    case '\\':
      return wanted(encoding::backslash) ? read_backslash(text, at) : Escape{};
    case '&':
      return wanted(encoding::html) ? read_html(text, at) : Escape{};
    case '#':
      return wanted(encoding::octal_hash) ? read_octal(text, at) : Escape{};
    case '=':
      return wanted(encoding::quoted_printable) ? read_printable(text, at) : Escape{};
    case '\x1b':
      return wanted(encoding::ansi) ? read_colour(text, at) : Escape{};
    case '\0':
      return at < text.size() && wanted(encoding::wide) && is_between_wide(text, at) ? stands_for(1, "") : Escape{};
    default:
      break;
  }
  return leads_folded(char_at(text, at)) && (wanted(encoding::invisible) || wanted(encoding::digits))
             ? read_utf8(text, at, encodings)
             : Escape{};
}

namespace {

// Whether an escaped backslash stands at `at` and another one in front of it: \u005c\u005c
bool goes_on_with_backslashes(std::string_view text, std::size_t at) {
  const auto is_one = [&](std::size_t i, std::size_t length) {
    return text[i] == '\\' && (text[i + 1] == 'x' || text[i + 1] == 'u') && text[i + length - 2] == '5' &&
           to_lower(text[i + length - 1]) == 'c' && (length == 4) == (text[i + 1] == 'x');
  };
  for (const std::size_t length : {std::size_t{4}, std::size_t{6}}) {
    if (at >= length && text.size() - at >= length && is_one(at, length) && is_one(at - length, length)) return true;
  }
  return false;
}

}  // namespace

std::size_t next_begin(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (char_at(text, end) == '\\') ++end;
  // What is behind a run is read from each of its last backslashes, and if from one, from all; but \/ is only from the
  // last.
  if (end - at > kMaxBackslashes) return end - kMaxBackslashes;
  return end - at > 1 ? end - 1 : at + 1;
}

bool is_wide(std::string_view bytes) {
  if (bytes.size() < 3) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((bytes[i] == '\0') != (i % 2 == 1)) return false;
  }
  return true;
}

void widen(std::string& text, std::size_t from) {
  for (std::size_t at = text.size(); at > from + 1; --at) text.insert(at - 1, 1, '\0');
}

// --- hexadecimal text ------------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t kMinHexBytes = 8;

// Where the digits behind \x at `at` begin; `at` if there is none. A run of backslashes is read from its first.
std::size_t hex_digits_at(std::string_view text, std::size_t at) {
  const std::size_t x = at + backslashes_at(text, at);
  return x > at && char_at(text, x) == 'x' ? x + 1 : at;
}

// Whether two digits at `i` are a byte of text.
bool is_hex_text_byte(std::string_view text, std::size_t i) {
  const std::optional<char32_t> byte = read_hex(text, i, 2);
  return byte && ((*byte >= ' ' && *byte != 0x7F) || *byte == '\t' || *byte == '\n' || *byte == '\r');
}

bool begins_hex_text(std::string_view text, std::size_t at) {
  const std::size_t digits = hex_digits_at(text, at);
  if (digits == at) return false;
  for (std::size_t k = 0; k < kMinHexBytes; ++k) {
    if (!is_hex_text_byte(text, digits + 2 * k)) return false;
  }
  return true;
}

}  // namespace

std::size_t hex_text_end(std::string_view text, std::size_t at) {
  if (at > 0 && text[at - 1] == '\\') return at;
  if (!begins_hex_text(text, at)) return at;
  std::size_t end = hex_digits_at(text, at);
  while (is_hex_text_byte(text, end)) end += 2;
  return is_alnum(char_at(text, end)) ? at : end;
}

void append_hex_text(std::string_view sequence, std::string& to) {
  for (std::size_t i = hex_digits_at(sequence, 0); i < sequence.size(); i += 2) {
    const char byte = static_cast<char>(*read_hex(sequence, i, 2));
    to.append(byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : std::string_view(&byte, 1));
  }
}

// --- signals ---------------------------------------------------------------------------------------------------------

namespace {

constexpr Encodings kSignalling = encoding::percent | encoding::backslash | encoding::html | encoding::octal_hash |
                                  encoding::ansi | encoding::invisible | encoding::digits | encoding::wide;
constexpr std::size_t kReach = 32;  // how far the surroundings of an escape are looked at

// What stands at `i`, decoded: its first byte, and where the next character begins.
struct Next {
  char c = '\0';
  std::size_t end = 0;
};
Next next_at(std::string_view text, std::size_t i) {
  Escape escape = read_escape(text, i, kSignalling);
  std::size_t end = i;
  for (int k = 0; k < 4 && escape.length > 0; ++k) {
    end += escape.length;
    if (escape.size > 0) return {escape.bytes[0], end};
    escape = read_escape(text, end, kSignalling);
  }
  return {char_at(text, end), std::min(end + 1, text.size())};
}

bool is_local(char c) {
  return is_alnum(c) || is_high(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == ';' || c == '}';
}

// Whether a quote ends in front of `at`, as it is or escaped.
bool ends_with_quote(std::string_view text, std::size_t at) {
  const std::string_view front = text.substr(0, at);
  if (front.ends_with('"') || front.ends_with('\'')) return true;
  const bool coded = front.ends_with("22") || front.ends_with("27");
  const char c = at >= 3 ? front[at - 3] : '\0';
  return (coded && (c == '%' || c == 'x' || c == '0' || c == '5')) || front.ends_with("&quot;") ||
         front.ends_with("&#34;") || front.ends_with("&#39;") || front.ends_with("&#x27;");
}

// Whether a hexadecimal number with colons goes through the colon that stands in [at, end): at least four groups.
bool in_colon_chain(std::string_view text, std::size_t end) {
  int colons = 1;
  std::size_t i = end;
  for (int group = 0; group < 4 && colons < 3; ++group) {
    int digits = 0;
    Next next = next_at(text, i);
    while (digits < 4 && is_hex(next.c)) {
      ++digits;
      i = next.end;
      next = next_at(text, i);
    }
    if (next.c != ':') break;
    i = next.end;
    ++colons;
  }
  return colons >= 3;
}

// How many digits end at `at`, or begin there, up to three.
int digits_before(std::string_view text, std::size_t at) {
  int count = 0;
  while (count < 3 && at > 0 && is_digit(text[at - 1])) --at, ++count;
  return count;
}
int digits_behind(std::string_view text, std::size_t at) {
  int count = 0;
  for (Next next = next_at(text, at); count < 3 && is_digit(next.c); next = next_at(text, next.end)) ++count;
  return count;
}

bool is_key_letter(char c) { return is_alpha(c) || c == '_' || is_high(c); }
bool is_value(char c) { return is_alnum(c) || c == '@' || c == '.' || c == '-' || c == ':' || c == '+'; }

// Whether the =40 at `at` is the @ of an address: alice=40example.com. Elsewhere it is a value of 40.
bool is_printable_sign(std::string_view text, std::size_t at) {
  if (!has_at(text, at, "=40") || at == 0 || !is_alnum(text[at - 1]) || !is_alpha(char_at(text, at + 3))) return false;
  std::size_t end = at + 3;
  std::size_t dot = 0;
  for (; end < text.size() && (is_alnum(text[end]) || text[end] == '-' || text[end] == '.'); ++end) {
    if (text[end] == '.') dot = end;
  }
  return dot > 0 && is_alpha(char_at(text, dot + 1)) && is_alpha(char_at(text, dot + 2));
}

// Whether an encoded word begins at `at`: =?utf-8?q?
bool is_word_start(std::string_view text, std::size_t at) {
  if (!has_at(text, at, "=?")) return false;
  std::size_t i = at + 2;
  while (i < text.size() && i - at < kReach && (is_alnum(text[i]) || text[i] == '-' || text[i] == '_')) ++i;
  const char encoding = to_lower(char_at(text, i + 1));
  return char_at(text, i) == '?' && (encoding == 'q' || encoding == 'b') && char_at(text, i + 2) == '?';
}

// A quick no to the question whether a sequence with a signal begins at `at`.
bool may_signal(std::string_view text, std::size_t at) {
  const char next = char_at(text, at + 1);
  switch (static_cast<unsigned char>(text[at])) {
    case '%':
      return is_hex(next);
    case '\\':
      return next == 'u' || next == 'x' || next == 'U' || next == '\\' || is_octal_byte(text, at + 1);
    case '&':
      return next == '#' || is_alpha(next);
    case '=':
      return next == '?' || next == '4';
    case 0x1B:
      return next == '[';
    case 0x00:
      return true;
    case 0xC2:  // nearly all others are punctuation
      return next == '\xA0' || next == '\xAD';
    case 0xE2: {
      const unsigned char third = byte_at(text, at + 2);
      return third <= 0x97 || (third >= 0xA0 && third <= 0xAF && third != 0xA6);  // … « ‹ are frequent
    }
    default:
      return is_high(text[at]);
  }
}

// Whether the sequence at `at`, which ends at `end`, is the first one in a key of a form: ?contrase%C3%B1a=…
bool is_in_form_key(std::string_view text, std::size_t at, std::size_t end) {
  constexpr std::string_view kFronts = "?& \t\"'";
  const auto in_key = [](char c) { return is_word(c) || c == '-' || c == '.'; };
  std::size_t begin = at;
  while (begin > 0 && in_key(text[begin - 1])) --begin;
  if (begin > 0 && kFronts.find(text[begin - 1]) == std::string_view::npos) return false;
  while (end < text.size() && (in_key(text[end]) || text[end] == '%')) ++end;
  return char_at(text, end) == '=';
}

// Whether the sequence at `at`, which ends at `end`, is the first one in a key of JSON, "contrase\u00f1a": …, or of a
// form.
bool is_in_key(std::string_view text, std::size_t at, std::size_t end) {
  if (text[at] == '%') return is_in_form_key(text, at, end);
  const auto in_key = [](char c) { return is_word(c) || c == '-' || c == ' '; };
  std::size_t begin = at;
  while (begin > 0 && in_key(text[begin - 1])) --begin;
  if (begin == 0 || text[begin - 1] != '"') return false;
  while (end < text.size() && (in_key(text[end]) || text[end] == '\\')) ++end;
  return char_at(text, end) == '"' && char_at(text, end + 1) == ':';
}

EscapeSignal signal_of(std::string_view text, std::size_t at, const Escape& escape) {
  using enum EscapeSignal;
  if (text[at] == '\0') return strong;
  // A line feed behind the head of a key.
  if (escape.size > 0 && escape.bytes[0] == '\\') return text.substr(0, at).ends_with("-----") ? strong : none;
  const char front = at > 0 ? text[at - 1] : '\0';
  const std::size_t end = at + escape.length;
  const Next next = next_at(text, end);
  if (escape.size == 0) return is_value(front) && is_value(next.c) ? strong : none;
  char c = escape.bytes[0];
  if (is_high(c)) {  // perhaps a digit or a hyphen of another kind
    const Escape folded = read_escape(escape.text(), 0, kSignalling);
    if (folded.length == 0) return is_in_key(text, at, end) ? strong : weak;
    if (folded.size == 0) return is_value(front) && is_value(next.c) ? strong : weak;
    c = folded.bytes[0];
  }
  switch (c) {
    case '&':  // of another escape
      return next.c == '#' ? strong : none;
    case '%':
      return is_hex(next.c) ? strong : none;
    case '@':
      return is_local(front) && (is_alnum(next.c) || is_high(next.c)) ? strong : weak;
    case '.':
      return is_alnum(front) && is_alnum(next.c) ? strong : weak;
    case '-':
      return is_digit(front) && is_digit(next.c) ? strong : weak;
    case ' ': {
      if (!is_digit(front) || !is_digit(next.c)) return none;
      return digits_before(text, at) == 3 || digits_behind(text, end) == 3 ? strong : weak;
    }
    case '+':
      return next.c >= '1' && next.c <= '9' ? strong : weak;
    case ':':
      if (next.c == '/') return weak;
      if (is_hex(front) && in_colon_chain(text, end)) return strong;
      return is_alpha(front) || is_high(front) || front == '_' || ends_with_quote(text, at) ? strong : weak;
    case '=':
      return at >= 3 && is_key_letter(text[at - 1]) && is_key_letter(text[at - 2]) && is_key_letter(text[at - 3])
                 ? strong
                 : weak;
    default:
      break;
  }
  if (is_digit(c)) return is_alnum(front) || is_value(next.c) ? strong : weak;
  if (is_alpha(c)) return is_alnum(front) || is_alnum(next.c) ? strong : weak;
  return none;
}

}  // namespace

EscapeSignal escape_signal_at(std::string_view chunk, std::size_t at) {
  if (!may_signal(chunk, at)) return EscapeSignal::none;
  // PERF NOTE: what is behind a row of escaped backslashes is told by the first of them, that has read all.
  if (goes_on_with_backslashes(chunk, at)) return EscapeSignal::none;
  // Whoever reads here stops at a line feed, so none is looked for.
  const std::size_t from = at - std::min(at, kReach);
  const std::string_view near = chunk.substr(from, kMaxBackslashes + 4 * kReach);
  const std::size_t here = at - from;
  if (is_printable_sign(near, here) || is_word_start(near, here) || begins_hex_text(near, here))
    return EscapeSignal::strong;
  const Escape escape = read_escape(near, here, kSignalling);
  return escape.length == 0 ? EscapeSignal::none : signal_of(near, here, escape);
}

EscapeSignal escape_signal(std::string_view record) {
  const auto begins = [&](std::size_t at) { return kBegins[static_cast<unsigned char>(record[at])]; };
  EscapeSignal signal = EscapeSignal::none;
  for (std::size_t i = 0;; ++i) {
    // PERF NOTE: nearly all records have few escapes, or none.
    while (i + 4 < record.size() && (begins(i) | begins(i + 1) | begins(i + 2) | begins(i + 3)) == 0) i += 4;
    while (i < record.size() && begins(i) == 0) ++i;
    if (i >= record.size()) break;
    // PERF NOTE: a run of backslashes says most at its first: to the others, the one in front is no part of a value.
    std::size_t run = i;
    while (char_at(record, run) == '\\') ++run;
    if (run > i) i = run - std::min(run - i, kMaxBackslashes);
    signal = std::max(signal, escape_signal_at(record, i));
    if (signal == EscapeSignal::strong) break;
    if (run > i) i = run - 1;
  }
  return signal;
}

bool is_quoted_printable(std::string_view record) {
  if (record.find("=3D") != std::string_view::npos || record.find("quoted-printable") != std::string_view::npos) {
    return true;
  }
  for (std::size_t at = record.find("=40"); at != std::string_view::npos; at = record.find("=40", at + 1)) {
    if (is_printable_sign(record, at)) return true;
  }
  return false;
}

}  // namespace piiscrub
