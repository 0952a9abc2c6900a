#include "detect/shapes.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/edges.h"
#include "detect/shapes_internal.h"
#include "detect/validators.h"

namespace piiscrub {
namespace shape {
namespace {

// --- e-mail and userinfo ---------------------------------------------------------------------------------------------

constexpr std::size_t kMaxLocalBytes = 64;    // RFC 5321 4.5.3.1.1
constexpr std::size_t kMaxDomainBytes = 255;  // RFC 5321 4.5.3.1.2
constexpr std::size_t kMaxUserinfoBytes = 512;

// The length of the UTF-8 letter that ends at `at`, or 0. Punctuation (C2 xx, E2 xx: « ‹ … “) is no letter.
std::size_t letter_before(Text text, std::size_t at) {
  const auto byte = [&](std::size_t back) { return static_cast<unsigned char>(text[at - back]); };
  if (at >= 2 && (byte(1) & 0xC0) == 0x80) {
    if (byte(2) >= 0xC3 && byte(2) <= 0xDF) return 2;
    if (at >= 3 && (byte(2) & 0xC0) == 0x80 && byte(3) >= 0xE0 && byte(3) <= 0xEF && byte(3) != 0xE2) return 3;
  }
  return 0;
}

// The length of the \u00fc that starts at `at`, with any number of backslashes, or 0.
std::size_t escaped_letter_at(Text text, std::size_t at) {
  const std::size_t u = walk_right(
      text, at, [](char c) { return c == '\\'; }, 16);
  if (u == at || at_or_nul(text, u) != 'u' || u + 5 > text.size()) return 0;
  const Text code = text.substr(u + 1, 4);
  // From U+00C0 on: below are quotes, spaces and signs.
  return std::all_of(code.begin(), code.end(), is_hex) && (code > "00bf" || code > "00BF") && code.substr(0, 2) != "20"
             ? u + 5 - at
             : 0;
}

// The length of the UTF-8 letter that starts at `at`, or 0.
std::size_t letter_at(Text text, std::size_t at) {
  if (at < text.size() && text[at] == '\\') return escaped_letter_at(text, at);
  for (const std::size_t length : {std::size_t{2}, std::size_t{3}}) {
    if (at + length <= text.size() && is_high(text[at]) &&
        letter_before(text.substr(0, at + length), at + length) == length &&
        (static_cast<unsigned char>(text[at]) & 0xC0) == 0xC0) {
      return length;
    }
  }
  return 0;
}

bool is_local(char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%'; }

// A string prefix (Python b'', SQL e'') is no name in front of an apostrophe (o'brien).
bool is_quote_of_name(Text text, std::size_t at) {
  if (at == 0 || text[at] != '\'' || !is_alpha(text[at - 1])) return false;
  const bool single = at == 1 || !is_alpha(text[at - 2]);
  constexpr Text kPrefixes = "bBeErRuUnNxXfF";
  return !single || kPrefixes.find(text[at - 1]) == Text::npos;
}

std::size_t begin_of_local(Text text, std::size_t at) {
  const std::size_t stop = at - std::min(at, kMaxLocalBytes);
  std::size_t begin = at;
  while (begin > stop) {
    if (is_local(text[begin - 1])) {
      --begin;
    } else if (const std::size_t letter = letter_before(text, begin); letter != 0) {
      begin -= std::min(letter, begin - stop);
    } else if (begin < at && is_quote_of_name(text, begin - 1)) {
      --begin;
    } else {
      break;
    }
  }
  begin = skip_escape_tail(text, begin, at);
  while (begin < at && (text[begin] == '.' || text[begin] == '-' || text[begin] == '+')) ++begin;
  return begin;
}

constexpr auto kAssetEndings = std::to_array<Text>(
    {"png", "jpg", "jpeg", "gif",  "svg",     "webp",  "avif",   "ico",    "css",   "js",    "mjs",  "map", "html",
     "htm", "php", "py",   "java", "go",      "ts",    "json",   "xml",    "yaml",  "yml",   "txt",  "log", "gz",
     "zip", "tar", "so",   "jar",  "service", "timer", "socket", "target", "slice", "scope", "mount"});

// By length, the letters that they begin with, as bits.
constexpr auto kAssetInitials = [] {
  std::array<std::uint32_t, 8> initials{};
  for (const Text ending : kAssetEndings) initials[ending.size()] |= std::uint32_t{1} << (ending.front() & 31);
  return initials;
}();

// Whether `domain` ends like a file name (logo@2x.png) or a systemd unit (getty@tty1.service).
bool is_asset(Text domain) {
  const Text ending = domain.substr(domain.rfind('.') + 1);
  if (ending.empty() || ending.size() >= kAssetInitials.size() ||
      (kAssetInitials[ending.size()] >> (ending.front() & 31) & 1) == 0) {
    return false;
  }
  return std::any_of(kAssetEndings.begin(), kAssetEndings.end(),
                     [&](Text asset) { return asset.front() == ending.front() && asset == ending; });
}

// The end of the domain that starts at `at`: at least two labels, the last one alphabetic (or xn--…).
std::size_t end_of_domain(Text text, std::size_t at) {
  const std::size_t stop = std::min(text.size(), at + kMaxDomainBytes);
  std::size_t end = at;    // of the domain so far
  std::size_t label = at;  // start of the current label
  std::size_t i = at;
  while (i < stop) {
    std::size_t last = i;  // behind the last letter or digit of the label
    bool alphabetic = true;
    while (i < stop) {
      if (is_alnum(text[i])) {
        alphabetic = alphabetic && is_alpha(text[i]);
        ++i;
      } else if (const std::size_t letter = letter_at(text, i); letter != 0) {
        i += letter;
      } else if (text[i] == '-' && i > label) {
        ++i;
        continue;
      } else {
        break;
      }
      last = i;
    }
    if (last == label) break;
    const Text name = text.substr(label, last - label);
    const bool top = label > at && name.size() >= 2 && (alphabetic || name.starts_with("xn--"));
    if (top) end = last;
    if (last != i || i >= stop || text[i] != '.') break;
    label = ++i;
  }
  return end;
}

// Where the authority of a URL starts if `at` lies in its userinfo, else npos.
std::size_t authority_around(Text text, std::size_t at) {
  // PERF NOTE: few passwords have an @ and none has many, but a text may have nothing else.
  constexpr int kMostSigns = 4;
  int signs = 0;
  const auto in_url = [&](char c) {
    if (c == '@' && ++signs > kMostSigns) return false;
    return c > ' ' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`' && c != '/';
  };
  const std::size_t begin = walk_left(text, at, in_url, kMaxUserinfoBytes);
  if (begin < 4 || text.substr(begin - 2, 2) != "//" || text[begin - 3] != ':') return Text::npos;
  return is_alnum(text[begin - 4]) ? begin : Text::npos;
}

bool has_password(Text userinfo) { return userinfo.find(':') != Text::npos; }

// How an @ is spelled in URLs, JSON, JavaScript and HTML; the longest first where one ends like another.
constexpr auto kEncodedSigns = std::to_array<Text>({"%2540", "%40", "\\u0040", "\\x40", "&#64;", "&#x40;", "&commat;"});
// The same for what stands in local parts beside letters and digits: + - . _
constexpr auto kEncodedLocals = std::to_array<Text>(
    {"%252B",   "%252b",   "%2B",     "%2b",     "%2D",   "%2d",   "%2E",   "%2e",   "%5F",   "%5f",
     "\\u002B", "\\u002b", "\\u002D", "\\u002d", "\\x2B", "\\x2b", "\\x2D", "\\x2d", "&#43;", "&#45;"});

template <std::size_t kCount>
std::size_t length_of_one_before(Text text, std::size_t at, const std::array<Text, kCount>& ones) {
  for (const Text one : ones) {
    if (at >= one.size() && text.substr(at - one.size(), one.size()) == one) return one.size();
  }
  return 0;
}

// A quick no to the question whether one of kEncodedLocals ends at `at`.
bool may_end_escape(Text text, std::size_t at) {
  const auto back = [&](std::size_t k) { return at >= k ? text[at - k] : '\0'; };
  return back(1) == ';' || back(3) == '%' || back(5) == '%' || back(4) == '\\' || back(6) == '\\';
}

// Where the local part that ends at `sign` begins, encoded characters included.
std::size_t begin_of_encoded_local(Text text, std::size_t sign) {
  std::size_t begin = sign;
  while (sign - begin < kMaxLocalBytes) {
    const std::size_t encoded = may_end_escape(text, begin) ? length_of_one_before(text, begin, kEncodedLocals) : 0;
    const std::size_t part = begin_of_local(text, begin - encoded);
    if (part == begin - encoded) break;
    begin = part;
  }
  return begin;
}

constexpr auto kMessageIdNames = std::to_array<Text>({"message-id", "message_id", "messageid", "msgid"});

// Whether the address that begins at `at` is a message's, not a person's: Message-ID: <1234.abc@mail.example.com>
bool is_message_id(Text text, std::size_t at) {
  constexpr Text kBetween = "<=: \"'\\";
  const auto in_id = [&](char c) { return c > ' ' && c != '>' && kBetween.find(c) == Text::npos; };
  const std::size_t id = walk_left(text, at, in_id, 128);
  const std::size_t end = walk_left(
      text, id, [&](char c) { return kBetween.find(c) != Text::npos; }, 8);
  if (end == id) return false;
  return std::any_of(kMessageIdNames.begin(), kMessageIdNames.end(), [&](Text name) {
    return end >= name.size() && begins_word(text, end - name.size()) &&
           std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(end - name.size()),
                      [](char a, char b) { return a == to_lower(b); });
  });
}

// `at` is the @.
Found find_email(Text text, std::size_t sign) noexcept {
  const std::size_t at = sign + 1;
  const std::size_t end = end_of_domain(text, at);
  if (end == at || is_word(at_or_nul(text, end))) return {};
  const std::size_t begin = begin_of_encoded_local(text, sign);
  if (begin == sign || text[sign - 1] == '.') return {};
  if (is_asset(text.substr(at, end - at)) || is_message_id(text, begin)) return {};
  if (const std::size_t authority = authority_around(text, sign); authority != Text::npos) {
    if (has_password(text.substr(authority, sign - authority))) return {};
  }
  return Span{begin, end};
}

// `at` is the byte behind the encoded @.
Found find_encoded_email(Text text, std::size_t at) noexcept {
  const std::size_t sign = at - length_of_one_before(text, at, kEncodedSigns);
  const std::size_t end = end_of_domain(text, at);
  if (sign == at || end == at || is_word(at_or_nul(text, end)) || is_asset(text.substr(at, end - at))) return {};
  const std::size_t begin = begin_of_encoded_local(text, sign);
  if (begin == sign || is_message_id(text, begin)) return {};
  return Span{begin, end};
}

// The password of scheme://user:password@host; a password may hold an @ itself.
Found find_url_password(Text text, std::size_t first) noexcept {
  const std::size_t at = first + 1;
  const std::size_t authority = authority_around(text, first);
  if (authority == Text::npos) return {};
  const std::size_t colon = text.find(':', authority);
  if (colon >= at - 1) return {};
  const auto in_authority = [](char c) {
    return c > ' ' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`' && c != '/' && c != '?' && c != '#' &&
           c != '\\';
  };
  const std::size_t end = walk_right(text, at, in_authority, kMaxUserinfoBytes);
  const std::size_t sign = text.rfind('@', end - 1);
  if (sign == Text::npos || sign < at - 1 || colon + 1 >= sign) return {};
  return Span{colon + 1, sign};
}

// --- network ---------------------------------------------------------------------------------------------------------

constexpr auto kVersionWords =
    std::to_array<Text>({"v",      "ver",      "version",        "release",   "build",
                         "rev",    "revision", "firmware",       "fw",        "driver",
                         "chrome", "chromium", "headlesschrome", "crios",     "edg",
                         "edge",   "edga",     "edgios",         "opr",       "opera",
                         "safari", "firefox",  "vivaldi",        "yabrowser", "samsungbrowser",
                         "whale",  "brave",    "electron",       "trident",   "webkit",
                         "oid"});

// By length, the letters that they begin with, as bits.
constexpr auto kVersionInitials = [] {
  std::array<std::uint32_t, 17> initials{};
  for (const Text word : kVersionWords) initials[word.size()] |= std::uint32_t{1} << (word.front() - 'a');
  return initials;
}();

// Whether the word in front of `at` says that a version number follows, or an object identifier: version=1.2.3.4,
// "ver": "1.2.3.4", Chrome/1.2.3.4, urn:oid:2.5.4.42.
bool follows_version_word(Text text, std::size_t at) {
  constexpr Text kBetween = " =:\"'/";
  if (at == 0 || kBetween.find(text[at - 1]) == Text::npos) return false;
  if (at >= 2 && text.substr(at - 2, 2) == "==") return true;  // pip
  std::size_t end = at;
  while (end > 0 && at - end < 4 && kBetween.find(text[end - 1]) != Text::npos) --end;
  const std::size_t begin = walk_left(text, end, is_alpha, 16);
  const Text word = text.substr(begin, end - begin);
  if (word.empty() || (kVersionInitials[word.size()] >> (to_lower(word.front()) - 'a') & 1) == 0) return false;
  return std::any_of(kVersionWords.begin(), kVersionWords.end(), [&](Text one) {
    return one.size() == word.size() &&
           std::equal(word.begin(), word.end(), one.begin(), [](char a, char b) { return to_lower(a) == b; });
  });
}

// `at` is the first digit of the fourth number.
Found find_ipv4(Text text, std::size_t at) noexcept {
  const std::size_t end = walk_right(text, at, is_digit, 4);
  if (end - at > 3 || is_word(at_or_nul(text, end))) return {};
  if (const char next = at_or_nul(text, end); next == '.' || next == '-' || next == '+' || next == '~') {
    if (is_word(at_or_nul(text, end + 1)) && !(next == '-' && is_digit(at_or_nul(text, end + 1)))) return {};
  }
  std::size_t begin = at;
  std::size_t dot = at;  // behind the first number
  for (int octet = 0; octet < 3; ++octet) {
    dot = begin - 1;
    const std::size_t digits = walk_left(text, begin - 1, is_digit, octet < 2 ? 3 : 4);
    if (digits == begin - 1) return {};
    begin = digits;
    if (octet < 2 && (begin == 0 || text[begin - 1] != '.')) return {};
  }
  // An escape may end in digits: \x221.2.3.4.
  std::size_t first = walk_left(text, dot, is_digit, 3);
  while (first < dot && !begins_word(text, first)) ++first;
  if (text[first] == '.') return {};
  begin = first;
  if (begin > 0 && (text[begin - 1] == '.' || text[begin - 1] == '~')) return {};
  if (begin > 1 && text[begin - 1] == '-' && is_alpha(text[begin - 2])) return {};
  if (follows_version_word(text, begin)) return {};
  return Span{begin, end};
}

bool is_hex_or_colon(char c) { return is_hex(c) || c == ':'; }

// Groups of hexadecimal digits between colons around `at`: [begin, end) without a colon that only ends a clause.
Span colon_run(Text text, std::size_t at) {
  constexpr std::size_t kLongest = 64;
  Span run{walk_left(text, at, is_hex_or_colon, kLongest), walk_right(text, at, is_hex_or_colon, kLongest)};
  run.begin = skip_escape_tail(text, run.begin, run.end);
  if (!begins_word(text, run.begin)) {  // mac:02:42:ac:11:00:02, iface:fe80::1
    const std::size_t word = walk_left(text, run.begin, is_alpha, kLongest);
    const std::size_t end = walk_right(text, run.begin, is_alpha, kLongest);
    if (end < run.end && text[end] == ':' && begins_word(text, word)) run.begin = end;
  }
  if (run.size() >= 2 && text[run.begin] == ':' && text[run.begin + 1] != ':') ++run.begin;
  if (run.size() >= 2 && text[run.end - 1] == ':' && text[run.end - 2] != ':') --run.end;
  return run;
}

// Whether a colon in front of the one at `at` belongs to the same run and has been looked at: it has four in front,
// too. PERF NOTE: else all of a long run is read for each of its colons.
bool is_in_known_run(Text text, std::size_t at) {
  if (text[at] != ':') return false;
  for (int colons = 0; colons < 4; ++colons) {
    const std::size_t digits = walk_left(text, at, is_hex, 4);
    if (digits == at || digits == 0 || text[digits - 1] != ':') return false;
    at = digits - 1;
  }
  return at > 0 && is_hex(text[at - 1]);
}

bool groups_of_two(Text run) {
  if (run.size() % 3 != 2) return false;
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (i % 3 == 2 ? run[i] != ':' : !is_hex(run[i])) return false;
  }
  return true;
}

Found find_ipv6(Text text, std::size_t at) noexcept {
  if (is_in_known_run(text, at)) return {};
  Span run = colon_run(text, at);
  const Text groups = run.of(text);
  if (groups.size() < 3 || groups_of_two(groups) || !begins_word(text, run.begin)) return {};
  const bool compressed = groups.find("::") != Text::npos;
  if (at_or_nul(text, run.end) == '.' && is_digit(at_or_nul(text, run.end + 1))) {  // embedded IPv4: ::ffff:1.2.3.4
    run.end = walk_right(
        text, run.end, [](char c) { return is_digit(c) || c == '.'; }, 16);
    if (text[run.end - 1] == '.') --run.end;
  } else if (!compressed) {
    // Eight groups; a port may be glued to them (Zookeeper: /0:0:0:0:0:0:0:1:2181).
    const auto colons = std::count(groups.begin(), groups.end(), ':');
    if (colons == 8) run.end = run.begin + groups.rfind(':');
    if (colons < 7 || colons > 8) return {};
  } else if (std::none_of(groups.begin(), groups.end(), is_digit)) {
    return {};  // dead::beef is more often a C++ or Perl name
  }
  if (!ends_word(text, run.end)) return {};
  return run;
}

// Six groups of two, or eight (EUI-64). More are fingerprints.
Found find_mac(Text text, std::size_t at) noexcept {
  if (is_in_known_run(text, at)) return {};
  const Span run = colon_run(text, at);
  const Text groups = run.of(text);
  if ((groups.size() != 17 && groups.size() != 23) || !groups_of_two(groups)) return {};
  if (!begins_word(text, run.begin) || !ends_word(text, run.end)) return {};
  return run;
}

Found find_dashed_mac(Text text, std::size_t at) noexcept {
  std::size_t end = at + 1;
  if (end < text.size() && is_hex(text[end])) ++end;
  if (end < 17) return {};
  const Span span{end - 17, end};
  for (std::size_t i = 0; i < 17; ++i) {
    const char c = text[span.begin + i];
    if (i % 3 == 2 ? c != '-' : !is_hex(c)) return {};
  }
  return number(text, span.begin, span.end);
}

// --- numbers in groups -----------------------------------------------------------------------------------------------

// Groups of four digits with one and the same gap, around the last digit of a group: all of them, if they have at most
// so many bytes.
Span quads_around(Text text, std::size_t at, std::size_t most) {
  Span span{at - 3, at + 1};
  const char gap = text[at - 4];
  const auto four = [&](std::size_t begin) {
    return begin + 4 <= text.size() && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                   text.begin() + static_cast<std::ptrdiff_t>(begin + 4), is_digit);
  };
  const auto goes_on = [&] { return span.size() <= most; };
  while (goes_on() && span.begin >= 5 && text[span.begin - 1] == gap && four(span.begin - 5)) span.begin -= 5;
  while (goes_on() && at_or_nul(text, span.end) == gap && four(span.end + 1)) span.end += 5;
  return span;
}

Found find_card_groups(Text text, std::size_t at) noexcept {
  constexpr std::size_t kBytes = 19;
  Span span = quads_around(text, at, kBytes);
  if (span.size() != kBytes) return {};
  // 19 digits: 4-4-4-4-3
  const char gap = text[at - 4];
  if (at_or_nul(text, span.end) == gap && is_digit(at_or_nul(text, span.end + 1))) {
    const std::size_t end = walk_right(text, span.end + 1, is_digit, 4);
    if (end - span.end - 1 == 3) span.end = end;
  }
  return number(text, span.begin, span.end);
}

// 4-6-4 (Diners) and 4-6-5 (American Express); `at` is the fourth digit of the last group.
Found find_card_464(Text text, std::size_t at) noexcept {
  const std::size_t end = walk_right(text, at + 1, is_digit, 2);
  if (end - at == 1) return layout(text, end, "9999-999999-9999");
  if (end - at == 2) return layout(text, end, "9999-999999-99999");
  return {};
}

Found find_aadhaar(Text text, std::size_t at) noexcept {
  constexpr std::size_t kBytes = 14;
  const Span span = quads_around(text, at, kBytes);
  if (span.size() != kBytes) return {};
  return number(text, span.begin, span.end);
}

// That run, if it has `least` to `most` digits.
Found digit_run(Text text, std::size_t at, std::size_t least, std::size_t most) {
  std::size_t begin = run_begin(text, at);
  const std::size_t end = walk_right(text, at, is_digit, most);
  if (end - begin < least) return {};
  if (may_begin_in_escape(text, begin)) begin = skip_escape_tail(text, begin, end);
  if (end - begin < least || end - begin > most) return {};
  return number(text, begin, end);
}

// The first digit says the industry; 0, 1 and 7 are no banks (ISO/IEC 7812-1), but 1 is every epoch stamp.
bool is_of_bank(char first) { return first >= '2' && first != '7'; }

// Whether the digits of `span` have a sign in front of them that belongs to no word: "query_id":-4100816917914435576.
// Hashes of 64 bits have that many; cards have more than 16 so seldom that fewer digits are never taken for one.
bool is_negative(Text text, const Span& span) {
  constexpr std::string_view kFronts = ":,=";
  constexpr std::size_t kFewestDigits = 17;
  const std::size_t begin = span.begin;
  if (span.size() < kFewestDigits || begin < 2 || text[begin - 1] != '-') return false;
  const char front = text[begin - 2];
  if (front == ' ') return begin > 2 && kFronts.find(text[begin - 3]) != std::string_view::npos;
  return front == '(' || front == '[' || kFronts.find(front) != std::string_view::npos;
}

Found find_card_digits(Text text, std::size_t at) noexcept {
  const std::size_t begin = run_begin(text, at);
  if (!is_of_bank(text[begin]) && !may_begin_in_escape(text, begin)) return {};
  const Found found = digit_run(text, at, 14, 19);
  return found && is_of_bank(text[found->begin]) && !is_negative(text, *found) ? found : Found{};
}
// Only Visa had 13 digits.
Found find_card_13(Text text, std::size_t at) noexcept {
  const Found found = digit_run(text, at, 13, 13);
  return found && text[found->begin] == '4' ? found : Found{};
}
Found find_nir_digits(Text text, std::size_t at) noexcept { return digit_run(text, at, 15, 15); }

// Whether slashes stand around the digits in front of `at`: 0/0/1/758/850 200 5909, timers of HAProxy.
bool is_in_list_of_counts(Text text, std::size_t at) {
  constexpr std::size_t kMaxDigits = 8;
  if (at < 3 || text[at - 1] != '/') return false;
  std::size_t begin = at - 1;
  while (begin > 0 && at - begin <= kMaxDigits && is_digit(text[begin - 1])) --begin;
  return begin + 1 < at && begin > 0 && text[begin - 1] == '/';
}

Found find_nanp(Text text, std::size_t at) noexcept {
  const std::size_t end = at + 1;
  std::size_t begin = end - 8;  // exchange and number: 555-0123
  if (begin < 4) return {};
  if (text[begin - 1] == ')') {
    begin -= 5;
  } else if (text[begin - 2] == ')') {
    begin -= 6;
  } else {
    begin -= 4;
    if (text[begin + 3] != text[end - 5]) return {};
  }
  if (begin > end || (text[end - 9] == ')' || text[end - 10] == ')' ? text[begin] != '(' : !is_digit(text[begin])))
    return {};
  if (text[end - 5] == ' ' && is_in_list_of_counts(text, begin)) return {};
  // A leading 1, with its separator.
  if (begin >= 2 && text[begin - 2] == '1' && (is_gap(text[begin - 1]) || text[begin - 1] == '.')) {
    if (begins_number(text, begin - 2)) begin -= 2;
  }
  if (text[begin] == '(' ? !ends_number(text, end) : !number(text, begin, end).has_value()) return {};
  return Span{begin, end};
}

// --- international phone numbers -------------------------------------------------------------------------------------

constexpr std::size_t kMaxPhoneDigits = 15;  // E.164
constexpr std::size_t kMaxPhoneBytes = 32;

// `at` is the digit behind the plus sign. Groups are given back from the right until the number is a valid one.
Found find_phone(Text text, std::size_t at) noexcept {
  const std::size_t begin = at - 1;
  if (begin > 0 && !begins_word(text, begin)) return {};
  if (begin > 0 && (text[begin - 1] == '+' || text[begin - 1] == '/' || text[begin - 1] == '=') && begin > 1 &&
      is_alnum(text[begin - 2]) && text[begin - 1] != '=') {
    return {};  // base64
  }
  std::array<std::size_t, kMaxPhoneBytes> ends{};  // behind each group of digits
  std::size_t groups = 0;
  std::size_t digits = 0;
  const std::size_t stop = std::min(text.size(), begin + kMaxPhoneBytes);
  for (std::size_t i = begin + 1; i < stop;) {
    if (is_digit(text[i])) {
      ++digits;
      if (digits > kMaxPhoneDigits) break;
      ++i;
      if (!is_digit(at_or_nul(text, i))) ends[groups++] = i;
      continue;
    }
    // One separator, or a parenthesis with a blank beside it.
    std::size_t next = i;
    if (text[next] == ' ' || text[next] == '-' || text[next] == '.' || text[next] == '/') ++next;
    if (next < stop && text[next] == '(') ++next;
    if (next < stop && text[next] == ')') {
      ++next;
      if (next < stop && (text[next] == ' ' || text[next] == '-')) ++next;
    }
    if (next == i || next >= stop || !is_digit(text[next])) break;
    i = next;
  }
  static const Validate valid = find_validator("phone_e164")->check;
  while (groups > 0) {
    const std::size_t end = ends[--groups];
    if (ends_word(text, end) && valid(text.substr(begin, end - begin))) return Span{begin, end};
  }
  return {};
}

// --- bank accounts ---------------------------------------------------------------------------------------------------

bool is_iban_char(char c) { return is_digit(c) || is_upper(c); }

constexpr std::size_t kMaxIbanChars = 34;

// `at` is the eighth byte of an unbroken IBAN.
Found find_iban(Text text, std::size_t at) noexcept {
  const std::size_t begin = at - 7;
  const std::size_t end = walk_right(text, at, is_iban_char, kMaxIbanChars);
  if (end - begin < 15 || end - begin > kMaxIbanChars || !begins_word(text, begin) || !ends_word(text, end)) return {};
  return Span{begin, end};
}

// `at` is the last byte of the second group of four. Words that follow are given back until the check digits fit.
Found find_grouped_iban(Text text, std::size_t at) noexcept {
  const std::size_t begin = at - 8;
  if (!begins_word(text, begin)) return {};
  const char gap = text[begin + 4];
  std::array<std::size_t, kMaxIbanChars> ends{};
  std::size_t groups = 0;
  for (std::size_t i = begin + 5; groups < 8;) {
    const std::size_t end = walk_right(text, i, is_iban_char, 5);
    if (end == i || end - i > 4) break;
    ends[groups++] = end;
    if (end - i < 4 || at_or_nul(text, end) != gap) break;
    i = end + 1;
  }
  static const Validate valid = find_validator("iban")->check;
  while (groups > 0) {
    const std::size_t end = ends[--groups];
    if (ends_word(text, end) && valid(text.substr(begin, end - begin))) return Span{begin, end};
  }
  return {};
}

// --- the table -------------------------------------------------------------------------------------------------------

#define EDGE                                                                                                      \
  R"((?:(?<![A-Za-z0-9_])|(?<=\\[abefnrtv0])|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))" \
  R"(|(?<=#[0-7]{3})|(?<=m)))"
#define BEGIN EDGE R"((?<![A-Za-z0-9_][-.]))"
#define END R"((?![A-Za-z0-9_])(?![-.][A-Za-z0-9_]))"

template <Trigger... kOnes>
constexpr Trigger kList[] = {kOnes...};

constexpr ShapeInfo kShapes[] = {
    {"email",
     R"([^\x00-\x20"(),:;<>@\[\]`{|}]{1,64}@(?:[0-9A-Za-z\x80-\xff-]+\.)+(?:[A-Za-z\x80-\xff]{2,}|xn--[0-9A-Za-z-]+)(?![A-Za-z0-9_]))",
     kList<Trigger::at_sign>, find_email},
    {"email-encoded",
     R"([0-9A-Za-z._%\\&#;+-]{1,80}(?:%(?:25)?40|\\u0040|\\x40|&#64;|&#x40;|&commat;)(?:[0-9A-Za-z\x80-\xff-]+\.)+(?:[A-Za-z\x80-\xff]{2,}|xn--[0-9A-Za-z-]+)(?![A-Za-z0-9_]))",
     {},
     find_encoded_email,
     R"(%40|%2540|\\u0040|\\x40|&#64;|&#x40;|&commat;)"},
    {"url-password", R"((?<=:)(?<=[^/]:|//:)[^\x00-\x20"'<>`/]+(?=@))", kList<Trigger::at_sign>, find_url_password},
    {"ipv4", R"(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\w))", kList<Trigger::dotted_quad>, find_ipv4},
    {"ipv6", EDGE R"([0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:\d+\.\d+\.\d+\.\d+)?(?!\w))",
     kList<Trigger::colon_chain, Trigger::double_colon>, find_ipv6},
    {"mac", EDGE R"([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?:(?::[0-9A-Fa-f]{2}){2})?(?!\w))",
     kList<Trigger::colon_chain>, find_mac},
    {"dashed-mac", BEGIN R"([0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5})" END, kList<Trigger::dashed_mac>, find_dashed_mac},
    {"ssn", BEGIN R"(\d{3}([- ])\d{2}\1\d{4})" END, kList<Trigger::three_two_four>, find_ssn},
    {"card-groups", BEGIN R"(\d{4}([- ])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?)" END, kList<Trigger::quads>, find_card_groups},
    {"card-464", BEGIN R"(\d{4}([- ])\d{6}\1\d{4,5})" END, kList<Trigger::four_six_four>, find_card_464},
    {"card-digits", BEGIN R"((?:[2-689]\d{13,15}(?!\d)|(?<![:,=(\[]-)(?<![:,=] -)[2-689]\d{16,18}))" END,
     kList<Trigger::digits13, Trigger::digits14>, find_card_digits},
    {"card-13", BEGIN R"(4\d{12})" END, kList<Trigger::digits13, Trigger::digits14>, find_card_13},
    {"aadhaar", BEGIN R"(\d{4}([- ])\d{4}\1\d{4})" END, kList<Trigger::quads>, find_aadhaar},
    {"nir-digits", BEGIN R"(\d{15})" END, kList<Trigger::digits13, Trigger::digits14>, find_nir_digits},
    {"nir-groups", BEGIN R"(\d([- ])\d\d\1\d\d\1\d[0-9A-Z]\1\d{3}\1\d{3}\1\d\d)" END, kList<Trigger::spaced_nir>,
     find_spaced_nir},
    {"iban", EDGE R"([A-Z]{2}\d{2}[0-9A-Z]{11,30}(?![A-Za-z0-9_]))", kList<Trigger::iban>, find_iban},
    {"iban-groups", EDGE R"([A-Z]{2}\d{2}([- ])[0-9A-Z]{4}(?:\1[0-9A-Z]{4}){0,6}(?:\1[0-9A-Z]{1,3})?(?![A-Za-z0-9_]))",
     kList<Trigger::grouped_iban>, find_grouped_iban},
    {"phone-plus", R"(\+\d(?:[-. /()]{0,3}\d){6,14}(?![A-Za-z0-9_]))", kList<Trigger::plus_digits>, find_phone},
    {"phone-nanp",
     R"((?:(?:1[-. ])?\(\d{3}\)[-. ]?\d{3}[-. ]\d{4}|)" BEGIN R"((?:1[-. ])?\d{3}([-. ])\d{3}\1\d{4}))" END,
     kList<Trigger::three_three_four>, find_nanp},
    {"cpf", BEGIN R"(\d{3}\.\d{3}\.\d{3}-\d{2})" END, kList<Trigger::cpf>, find_cpf},
    {"cnpj", BEGIN R"(\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2})" END, kList<Trigger::cnpj>, find_cnpj},
    {"nino", BEGIN R"([A-Z]{2}\d{6}[A-Z])" END, kList<Trigger::nino>, find_nino},
    {"nino-groups", BEGIN R"([A-Z]{2}([- ])\d{2}\1\d{2}\1\d{2}\1[A-Z])" END, kList<Trigger::spaced_nino>,
     find_spaced_nino},
    {"pan", BEGIN R"([A-Z]{5}\d{4}[A-Z])" END, kList<Trigger::pan>, find_pan},
    {"fiscal-code", BEGIN R"([A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z])" END, kList<Trigger::fiscal_code>,
     find_fiscal_code},
    {"dni", BEGIN R"(\d{8}-?[A-Z])" END, kList<Trigger::digits8_letter>, find_dni},
    {"nie", BEGIN R"([XYZ]\d{7}-?[A-Z])" END, kList<Trigger::letter_digits7_letter>, find_nie},
    {"personnummer", BEGIN R"((?:\d{8}-|\d{6}[-+])\d{4})" END, kList<Trigger::six_three>, find_personnummer},
    {"hetu", BEGIN R"(\d{6}[-+]\d{3}[0-9A-Za-z])" END, kList<Trigger::six_three>, find_hetu},
    {"rrn", BEGIN R"(\d{6}-\d{7})" END, kList<Trigger::six_three>, find_rrn},
    {"lv-code", BEGIN R"(\d{6}-\d{5})" END, kList<Trigger::six_three>, find_lv_code},
    {"cn-id", BEGIN R"(\d{17}[0-9Xx])" END, kList<Trigger::digits13, Trigger::digits14>, find_cn_id},
    {"curp", BEGIN R"([A-Z]{4}\d{6}[A-Z]{6}[0-9A-Za-z]\d)" END, kList<Trigger::curp>, find_curp},
    {"ahv", BEGIN R"(\d{3}\.\d{4}\.\d{4}\.\d\d)" END, kList<Trigger::ahv>, find_ahv},
    {"rut", BEGIN R"(\d{1,2}\.\d{3}\.\d{3}-[0-9A-Za-z])" END, kList<Trigger::rut>, find_rut},
    {"be-national", BEGIN R"(\d\d\.\d\d\.\d\d-\d{3}\.\d\d)" END, kList<Trigger::be_national>, find_be_national},
    {"cuit", BEGIN R"(\d\d-\d{8}-\d)" END, kList<Trigger::cuit>, find_cuit},
    {"snils", BEGIN R"(\d{3}-\d{3}-\d{3} \d\d)" END, kList<Trigger::snils>, find_snils},
    {"th-id", BEGIN R"(\d-\d{4}-\d{5}-\d\d-\d)" END, kList<Trigger::th_id>, find_th_id},
    {"nric", BEGIN R"([STFGM]\d{7}[A-Z])" END, kList<Trigger::letter_digits7_letter>, find_nric},
    {"hk-id", BEGIN R"([A-Z]{1,2}\d{6}\([0-9A-Za-z]\))" END, kList<Trigger::hk_id>, find_hk_id},
    {"svnr", BEGIN R"(\d{8}[A-Z]\d{3})" END, kList<Trigger::digits8_letter>, find_svnr},
    {"mbi", BEGIN R"(\d[A-Z][0-9A-Za-z]\d-[A-Z][0-9A-Za-z]\d-[A-Z]{2}\d\d)" END, kList<Trigger::mbi>, find_mbi},
    {"nhs", BEGIN R"(\d{3}([- ])\d{3}\1\d{4})" END, kList<Trigger::three_three_four>, find_nhs},
    {"gstin", BEGIN R"(\d\d[A-Z]{5}\d{4}[A-Z][0-9A-Za-z]Z[0-9A-Za-z])" END, kList<Trigger::pan>, find_gstin},
};

}  // namespace
}  // namespace shape

std::span<const ShapeInfo> shapes() { return shape::kShapes; }

const ShapeInfo* find_shape(std::string_view name) {
  const auto* at = std::find_if(std::begin(shape::kShapes), std::end(shape::kShapes),
                                [&](const ShapeInfo& s) { return s.name == name; });
  return at == std::end(shape::kShapes) ? nullptr : at;
}

}  // namespace piiscrub
