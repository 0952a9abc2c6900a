// The forms that values in prose have.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/edges.h"
#include "detect/prose_internal.h"

namespace piiscrub {
namespace {

// Whether what follows `end` makes the number in front of it a quantity or a part of something longer: `12 ms`,
// `3 attempts`, `14:02`, `7%`, `1.5`.
bool is_counted(std::string_view text, std::size_t end) {
  const char next = at_or_nul(text, end);
  if (next == '%' || is_word(next) || is_high(next)) return true;
  if ((next == '.' || next == ',' || next == ':' || next == '/' || next == '-') && is_alnum(at_or_nul(text, end + 1)))
    return true;
  if (next != ' ') return false;
  constexpr std::string_view kUnits =
      " ms us ns s sec secs seconds min minutes hours days weeks times attempts attempt rows row bytes byte kb mb gb"
      " kib mib chars characters digits letters bits items entries records requests messages events lines files"
      " users retries tries accounts percent ";
  const std::size_t word = end_of_run(text, end + 1, 12, is_alpha);
  if (is_high(at_or_nul(text, word))) return false;  // süresi
  const std::string_view unit = text.substr(end + 1, word - end - 1);
  if (unit == "of") return is_digit(at_or_nul(text, word + 1));  // 2 of 17, not 4711 of the guest
  return is_one_of(kUnits, unit);
}

// 2026-03-14, 14.03.2026, 3/14/26
std::size_t end_of_numeric_date(std::string_view text, std::size_t at) {
  std::array<std::size_t, 3> sizes{};
  std::array<int, 3> numbers{};
  std::size_t end = at;
  char separator = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t last = end_of_run(text, end, 5, is_digit);
    sizes[i] = last - end;
    if (sizes[i] == 0 || sizes[i] > 4) return at;
    for (std::size_t k = end; k < last; ++k) numbers[i] = numbers[i] * 10 + (text[k] - '0');
    end = last;
    if (i == 2) break;
    const char next = at_or_nul(text, end);
    if ((next != '-' && next != '.' && next != '/') || (i == 1 && next != separator)) return at;
    separator = next;
    ++end;
  }
  const bool year_first = sizes[0] == 4;
  const std::size_t year = year_first ? 0 : 2;
  const int one = numbers[1];
  const int other = numbers[year_first ? 2 : 0];
  if (sizes[1] > 2 || sizes[year_first ? 2 : 0] > 2 || (sizes[year] != 4 && sizes[year] != 2)) return at;
  if (sizes[year] == 4 && (numbers[year] < 1850 || numbers[year] > 2199)) return at;
  const bool valid = one >= 1 && other >= 1 && ((one <= 12 && other <= 31) || (other <= 12 && one <= 31));
  return valid && !is_digit(at_or_nul(text, end)) ? end : at;
}

// `5 March 1971`, `5. März 1971`, `March 5, 1971`, `5 de marzo de 1971`, `05-Mar-1971`
std::size_t end_of_written_date(std::string_view text, std::size_t at) {
  const auto is_letter = [](char c) { return is_alpha(c) || is_high(c); };
  const auto skip = [&](std::size_t i) {
    while (at_or_nul(text, i) == ' ' || at_or_nul(text, i) == ',' || at_or_nul(text, i) == '.' ||
           at_or_nul(text, i) == '-') {
      ++i;
      if (i - at > 32) break;
    }
    return text.substr(i, 3) == "de " || text.substr(i, 3) == "of " ? i + 3 : i;
  };
  const auto day = [&](std::size_t i) {
    std::size_t end = end_of_run(text, i, 3, is_digit);
    if (end == i || end - i > 2) return i;
    for (const std::string_view ordinal : {"st", "nd", "rd", "th"}) {
      if (text.substr(end, 2) == ordinal) return end + 2;
    }
    return end;
  };
  const auto month = [&](std::size_t i) {
    const std::size_t end = end_of_run(text, i, 16, is_letter);
    return end - i >= 3 ? end : i;
  };
  std::size_t i = at;
  for (const bool day_now : {is_digit(at_or_nul(text, at)), !is_digit(at_or_nul(text, at))}) {
    const std::size_t end = day_now ? day(i) : month(i);
    if (end == i) return at;
    i = skip(end);
    if (i == end) return at;
  }
  const std::size_t end = end_of_digits(text, i);
  return end - i == 4 && (text[i] == '1' || text[i] == '2') ? end : at;
}

std::optional<Span> find_date(std::string_view text, std::size_t at, ProseLink) noexcept {
  std::size_t end = end_of_numeric_date(text, at);
  if (end == at) end = end_of_written_date(text, at);
  if (end == at) {
    end = end_of_digits(text, at);
    if (end - at != 8 || is_counted(text, end)) return std::nullopt;
  }
  // A point in time is no date of birth.
  const bool clock = (at_or_nul(text, end) == 'T' || at_or_nul(text, end) == ' ') &&
                     is_digit(at_or_nul(text, end + 1)) && is_digit(at_or_nul(text, end + 2)) &&
                     at_or_nul(text, end + 3) == ':';
  if (clock || !ends_number(text, end)) return std::nullopt;
  return Span{at, end};
}

// Numbers of documents, accounts and files: capitals and digits, in groups.
std::optional<Span> find_number(std::string_view text, std::size_t at, std::ptrdiff_t least) {
  constexpr std::size_t kMaxBytes = 40;
  constexpr std::size_t kMaxGroup = 6;
  const auto in_id = [](char c) { return is_upper(c) || is_digit(c); };
  if (end_of_numeric_date(text, at) != at) return std::nullopt;
  std::size_t end = at;
  for (;;) {
    const std::size_t begin = end;
    end = end_of_run(text, begin, kMaxBytes, in_id);
    if (end == begin || end - at > kMaxBytes) return std::nullopt;
    const char next = at_or_nul(text, end);
    const char after = at_or_nul(text, end + 1);
    if ((next == '-' || next == '/' || next == '.') && in_id(after)) {
      ++end;
      continue;
    }
    // Groups behind blanks are short, and digits but for the last.
    if (next == ' ' && is_digit(after) && end - begin <= kMaxGroup) {
      const std::size_t group = end_of_run(text, end + 1, kMaxBytes, in_id);
      const bool fits = group - end - 1 >= 2 && group - end - 1 <= kMaxGroup && !is_word(at_or_nul(text, group)) &&
                        at_or_nul(text, group) != ':' && !is_counted(text, group);
      if (fits) {
        ++end;
        continue;
      }
    }
    break;
  }
  // AB 12 34 56 C
  if (is_upper(text[at]) && at_or_nul(text, end) == ' ' && is_upper(at_or_nul(text, end + 1)) &&
      !is_word(at_or_nul(text, end + 2)) && text.substr(at, end - at).find(' ') != std::string_view::npos) {
    end += 2;
  }
  const std::string_view value = text.substr(at, end - at);
  const std::size_t dot = value.find('.');
  const bool decimal = dot != std::string_view::npos &&
                       value.find_first_not_of("0123456789", dot + 1) == std::string_view::npos &&
                       count_digits(value) + 1 == static_cast<std::ptrdiff_t>(value.size());
  if (decimal || count_digits(value) < least || is_counted(text, end) || !ends_number(text, end)) return std::nullopt;
  return Span{at, end};
}

std::optional<Span> find_id(std::string_view text, std::size_t at, ProseLink) noexcept {
  return find_number(text, at, 5);
}

std::optional<Span> find_long_id(std::string_view text, std::size_t at, ProseLink) noexcept {
  return find_number(text, at, 8);
}

std::optional<Span> find_phone(std::string_view text, std::size_t at, ProseLink) noexcept {
  constexpr std::ptrdiff_t kMostDigits = 15;
  constexpr std::ptrdiff_t kFewestDigits = 7;
  constexpr std::ptrdiff_t kComplete = 10;
  const std::size_t date = end_of_numeric_date(text, at);
  if (date != at) {  // 06.12.34.56.78 begins as one
    const bool goes_on = at_or_nul(text, date) == text[date - 3] && is_digit(at_or_nul(text, date + 1));
    if (!goes_on) return std::nullopt;
  }
  // (212) 555-0100: the link has taken the bracket.
  const std::size_t area = end_of_digits(text, at);
  if (at > 0 && text[at - 1] == '(' && area - at <= 5 && at_or_nul(text, area) == ')') --at;
  std::size_t end = at;
  std::size_t last = at;  // behind the last digit
  std::ptrdiff_t digits = 0;
  int dots = 0;
  for (; end < text.size() && digits <= kMostDigits; ++end) {
    const char c = text[end];
    const char next = at_or_nul(text, end + 1);
    if (is_digit(c)) {
      ++digits;
      last = end + 1;
      continue;
    }
    if (c == '+' && end == at && is_digit(next)) continue;
    if (c == '(' && is_digit(next)) continue;
    if (c == ')' && end > at && is_digit(text[end - 1]) && (is_digit(next) || next == ' ' || next == '-')) continue;
    if ((c == '-' || c == '/') && (is_digit(next) || next == ' ')) continue;
    if (c == '.' && is_digit(next)) {
      ++dots;
      continue;
    }
    const bool joins = c == ' ' && (next == '(' || (is_digit(next) && is_digit(at_or_nul(text, end + 2))));
    if (joins && digits < kComplete && digits > 0) continue;
    break;
  }
  if (digits < kFewestDigits || digits > kMostDigits || dots == 3) return std::nullopt;
  if (is_counted(text, last)) return std::nullopt;
  return Span{at, last};
}

// A number behind a word that also means other things: one that is written as telephone numbers are.
std::optional<Span> find_called(std::string_view text, std::size_t at, ProseLink link) noexcept {
  const std::optional<Span> span = find_phone(text, at, link);
  if (!span) return std::nullopt;
  const std::string_view value = span->of(text);
  const std::ptrdiff_t digits = count_digits(value);
  const bool national = digits == 10 && value[0] >= '2' && value.size() == 10 && value[3] >= '2';
  const bool written = digits >= 9 && static_cast<std::size_t>(digits) < value.size();
  const bool grouped = digits == 8 && value.size() >= 11;                                // 40 12 34 56
  const bool trunk = value[0] == '0' && value[1] != '0' && digits >= 9 && digits <= 12;  // 01512345678
  return national || written || grouped || trunk ? span : std::nullopt;
}

std::optional<Span> find_code(std::string_view text, std::size_t at, std::size_t least, std::size_t most) {
  const std::size_t end = end_of_digits(text, at);
  if (end - at < least || end - at > most || is_counted(text, end) || !ends_number(text, end)) return std::nullopt;
  return Span{at, end};
}

std::optional<Span> find_pin(std::string_view text, std::size_t at, ProseLink) noexcept {
  return find_code(text, at, 4, 8);
}

std::optional<Span> find_cvv(std::string_view text, std::size_t at, ProseLink) noexcept {
  return find_code(text, at, 3, 4);
}

// Digits in groups.
std::optional<Span> find_card(std::string_view text, std::size_t at, ProseLink) noexcept {
  constexpr std::ptrdiff_t kFewest = 12;
  constexpr std::ptrdiff_t kMost = 19;
  std::size_t end = at;
  while (is_digit(at_or_nul(text, end)) || ((at_or_nul(text, end) == ' ' || at_or_nul(text, end) == '-') && end > at &&
                                            is_digit(text[end - 1]) && is_digit(at_or_nul(text, end + 1)))) {
    if (++end - at > 32) return std::nullopt;
  }
  const std::ptrdiff_t digits = count_digits(text.substr(at, end - at));
  if (digits < kFewest || digits > kMost || is_counted(text, end) || !ends_number(text, end)) return std::nullopt;
  return Span{at, end};
}

std::optional<Span> find_iban(std::string_view text, std::size_t at, ProseLink) noexcept {
  constexpr std::size_t kFewest = 15;
  constexpr std::size_t kMost = 34;
  if (!is_upper(at_or_nul(text, at)) || !is_upper(at_or_nul(text, at + 1)) || !is_digit(at_or_nul(text, at + 2)) ||
      !is_digit(at_or_nul(text, at + 3))) {
    return std::nullopt;
  }
  std::size_t end = at;
  std::size_t count = 0;
  std::size_t group = 0;  // bytes since the last blank
  while (end < text.size() && count <= kMost) {
    const char c = text[end];
    const bool joins = (c == ' ' || c == '-') && group == 4 &&
                       (is_digit(at_or_nul(text, end + 1)) || is_upper(at_or_nul(text, end + 1)));
    if (joins) {
      // A word in capitals behind it is none of its groups.
      const std::size_t next = end_of_run(text, end + 1, 8, [](char d) { return is_upper(d) || is_digit(d); });
      if (next - end - 1 > 4 || count_digits(text.substr(end + 1, next - end - 1)) == 0) break;
      group = 0;
    } else if (is_upper(c) || is_digit(c)) {
      ++count;
      ++group;
    } else {
      break;
    }
    ++end;
  }
  if (count < kFewest || count > kMost || !ends_word(text, end)) return std::nullopt;
  return Span{at, end};
}

std::optional<Span> find_amount(std::string_view text, std::size_t at, ProseLink) noexcept {
  for (const std::string_view sign : {"$", "\xc2\xa3", "\xe2\x82\xac"}) {
    if (text.substr(at).starts_with(sign)) at += sign.size();
  }
  std::size_t end = at;
  while (is_digit(at_or_nul(text, end)) ||
         ((at_or_nul(text, end) == ',' || at_or_nul(text, end) == '.' || at_or_nul(text, end) == '\'') && end > at &&
          is_digit(at_or_nul(text, end + 1)))) {
    if (++end - at > 24) return std::nullopt;
  }
  if (count_digits(text.substr(at, end - at)) < 4 || is_counted(text, end)) return std::nullopt;
  if (end_of_numeric_date(text, at) != at) return std::nullopt;
  const std::string_view amount = text.substr(at, end - at);
  const std::size_t year = amount.find_first_of("./") + 1;
  const bool month = year > 1 && year < 4 && amount.size() == year + 4 && (amount[year] == '1' || amount[year] == '2');
  if (month) return std::nullopt;  // 11.2023
  return Span{at, end};
}

std::optional<Span> find_postal(std::string_view text, std::size_t at, ProseLink) noexcept {
  const std::size_t digits = end_of_digits(text, at);
  if (digits - at == 5 && at_or_nul(text, digits) == '-' && end_of_digits(text, digits + 1) == digits + 5) {
    return Span{at, digits + 5};
  }
  if (digits - at >= 4 && digits - at <= 6 && !is_counted(text, digits)) return Span{at, digits};
  // SW1A 1AA, K1A 0B1, 1234 AB
  const auto in_code = [](char c) { return is_upper(c) || is_digit(c); };
  const std::size_t outward = end_of_run(text, at, 5, in_code);
  const std::size_t inward = end_of_run(text, outward + 1, 4, in_code);
  if (at_or_nul(text, outward) != ' ' || inward - outward - 1 != 3 || outward - at < 2 || outward - at > 4) {
    return std::nullopt;
  }
  const std::string_view value = text.substr(at, inward - at);
  if (count_digits(value.substr(0, outward - at)) == 0 || count_digits(value) < 2 || !ends_word(text, inward)) {
    return std::nullopt;
  }
  return Span{at, inward};
}

struct Kinds {
  int digits = 0;
  int lower = 0;
  int upper = 0;
  int special = 0;  // what neither words nor names, numbers and paths hold

  explicit Kinds(std::string_view word) {
    for (const char c : word) {
      const std::uint8_t kind = kKinds[static_cast<unsigned char>(c)];
      digits += kind & 1;
      lower += kind >> 1 & 1;
      upper += kind >> 2 & 1;
      special += kind >> 3 & 1;
    }
  }

 private:
  static constexpr auto kKinds = [] {
    constexpr std::string_view kSpecial = "!#$%^&*?~+";
    std::array<std::uint8_t, 256> kinds{};
    for (std::size_t byte = 0; byte < kinds.size(); ++byte) {
      const auto c = static_cast<char>(byte);
      if (is_digit(c)) kinds[byte] = 1;
      if (is_lower(c) || is_high(c)) kinds[byte] = 2;
      if (is_upper(c)) kinds[byte] = 4;
      if (kSpecial.find(c) != std::string_view::npos) kinds[byte] = 8;
    }
    return kinds;
  }();
};

// sha256, md5, pbkdf2, utf8, v2.1, http2, 30days, 12h: words with digits that are no secrets.
bool is_term(std::string_view word) {
  constexpr std::string_view kTerms =
      " sha md pbkdf argon bcrypt scrypt aes rsa utf base http oauth ipv v ssl tls ntlm ecdsa ed hs rs es scram des"
      " rc log top step page node layer level phase type ";
  const std::size_t letters = end_of_run(word, 0, 16, is_alpha);
  if (is_one_of(kTerms, word.substr(0, letters))) return true;
  const std::size_t number = end_of_run(word, 0, 16, is_digit);
  return number > 0 && word.size() - number <= 7 &&
         std::all_of(word.begin() + static_cast<std::ptrdiff_t>(number), word.end(), is_lower);
}

// The word that begins at `at`: up to its quote, or to white space and without the punctuation behind it.
Span word_at(std::string_view text, std::size_t at, char quote) {
  constexpr std::size_t kMaxBytes = 512;
  const auto in_word = [&](char c) {
    return quote != 0
               ? c != quote && c != ' ' && c != '\t' && c != '\\'
               : static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>' &&
                     c != ',' && c != ';' && c != '\\' && c != '|' && c != ')' && c != ']' && c != '}';
  };
  std::size_t end = end_of_run(text, at, kMaxBytes, in_word);
  if (quote != 0) {
    const bool closed = at_or_nul(text, end + (at_or_nul(text, end) == '\\' ? 1 : 0)) == quote;
    return closed ? Span{at, end} : Span{at, at};
  }
  constexpr std::string_view kTrailers = ".:";
  while (end > at && kTrailers.find(text[end - 1]) != std::string_view::npos) --end;
  // The mark of CockroachDB's behind all of what it has marked: ‹h?password=x›
  constexpr std::string_view kMarkBegin = "\xe2\x80\xb9";
  constexpr std::string_view kMarkEnd = "\xe2\x80\xba";
  const std::string_view word = Span{at, end}.of(text);
  if (word.ends_with(kMarkEnd) && word.find(kMarkBegin) == std::string_view::npos) end -= kMarkEnd.size();
  return {at, end};
}

// Whether it is a path, an address, a call or another pair.
bool is_reference(std::string_view word) {
  constexpr std::string_view kOpeners = "/.-([{<=";
  if (word.empty() || kOpeners.find(word.front()) != std::string_view::npos) return true;
  if (word.find("://") != std::string_view::npos || word.find('(') != std::string_view::npos) return true;
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && word.find_first_not_of('=', equals) != std::string_view::npos;
}

std::optional<Span> find_secret(std::string_view text, std::size_t at, ProseLink link) noexcept {
  const Span span = word_at(text, at, link.quote);
  const std::string_view word = span.of(text);
  if (word.size() < 4 || word.size() > 128 || is_reference(word)) return std::nullopt;
  const Kinds kinds(word);
  const bool letters = kinds.lower + kinds.upper > 0;
  // A number is a password only where the sentence says so.
  if (!letters && kinds.special == 0) {
    const bool number = link.asserts && static_cast<std::size_t>(kinds.digits) == word.size();
    return number && !is_counted(text, span.end) ? std::optional(span) : std::nullopt;
  }
  if (link.quote == 0 && is_term(word)) return std::nullopt;
  if (word.find(':') != std::string_view::npos && kinds.special == 0) return std::nullopt;
  if (kinds.digits > 0 && letters && word.size() >= 5) return span;
  if (kinds.special > 0 && letters && word.size() >= 6 && word.back() != '?' && word.back() != '!') return span;
  return std::nullopt;
}

std::optional<Span> find_token(std::string_view text, std::size_t at, ProseLink link) noexcept {
  constexpr std::size_t kFewest = 16;
  const Span span = word_at(text, at, link.quote);
  const std::string_view word = span.of(text);
  if (word.size() < kFewest || is_reference(word)) return std::nullopt;
  const auto in_token = [](char c) {
    return is_word(c) || c == '-' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~' || c == ':' || c == '%';
  };
  if (!std::all_of(word.begin(), word.end(), in_token)) return std::nullopt;
  const Kinds kinds(word);
  const bool random = kinds.digits >= 2 || (kinds.digits == 1 && kinds.upper >= 4 && kinds.lower >= 4);
  if (!random || kinds.lower + kinds.upper < 2) return std::nullopt;
  // A host, a file, a name in words, with numbers: no piece that is long and mixed.
  constexpr std::size_t kMixedPiece = 6;
  bool mixed = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= word.size(); ++i) {
    if (i < word.size() && is_alnum(word[i])) continue;
    const Kinds piece(word.substr(begin, i - begin));
    mixed = mixed || (i - begin >= kMixedPiece && piece.digits > 0 && piece.lower + piece.upper > 0);
    begin = i + 1;
  }
  if (!mixed) return std::nullopt;
  return span;
}

// --- where values begin ----------------------------------------------------------------------------------------------

std::size_t skip_openers(std::string_view text, std::size_t at) {
  constexpr std::string_view kOpeners = "#( \"'`\\";
  constexpr std::size_t kMost = 3;  // `# (`, `\"`
  return end_of_run(text, at, kMost, [&](char c) { return kOpeners.find(c) != std::string_view::npos; });
}

// 12, AB12, A-12, +1, $1
bool begins_number(std::string_view text, std::size_t at, ProseLead) noexcept {
  std::size_t i = skip_openers(text, at);
  if (is_digit(at_or_nul(text, i))) return true;
  for (const std::string_view sign : {"+", "$", "\xc2\xa3", "\xe2\x82\xac"}) {
    if (text.substr(i).starts_with(sign))
      return is_digit(at_or_nul(text, i + sign.size())) || at_or_nul(text, i + sign.size()) == '(';
  }
  i = end_of_run(text, i, 10, is_upper);
  if (at_or_nul(text, i) == '-' || at_or_nul(text, i) == '/') ++i;
  return is_digit(at_or_nul(text, i));
}

// 5 March 1971, March 5, 1971
bool begins_date(std::string_view text, std::size_t at, ProseLead) noexcept {
  const char c = at_or_nul(text, skip_openers(text, at));
  return is_alnum(c);
}

constexpr ProseForm kForms[] = {
    {"id", "number of a document, an account or a file: capitals and digits, five digits or more", "", "", find_id,
     begins_number},
    {"long-id", "the same, eight digits or more: for names that mean many things", "", "", find_long_id, begins_number},
    {"date", "a date, in digits or with the month's name", "on|am|op|em|il|le|el|den|dnia|the", "", find_date,
     begins_date},
    {"phone", "a telephone number of 7 to 15 digits", "at|on|unter|au|al|sur|op|pod", "", find_phone, begins_number},
    {"called", "the same, if it is written as such numbers are",
     "at|on|me|him|her|them|us|back|to|an|vers|til|till|na|naar|para|a|al|au|aan|från|from|von|for|für|на", "",
     find_called, begins_number},
    {"pin", "4 to 8 digits", "", "", find_pin, begins_number},
    {"cvv", "3 or 4 digits", "", "", find_cvv, begins_number},
    {"card", "12 to 19 digits, in groups or not", "", "", find_card, begins_number},
    {"iban", "an IBAN, also one with a wrong check digit", "", "", find_iban, begins_number},
    {"amount", "an amount of four digits or more",
     "eur|usd|gbp|chf|pln|brl|sek|raised|increased|set|changed|from|van|från|fra|paid", "", find_amount, begins_number},
    {"postal", "a postal code", "", "", find_postal, begins_number},
    {"secret", "a word with letters and digits or signs, as passwords are", "",
     "[^\\s\"'`,;<>()\\[\\]/=]{0,23}[0-9!#$%^&*?~+]", find_secret},
    {"name", "two to four words with capitals, as names of people have", "", "", find_name, begins_name},
    {"token", "16 or more letters and digits without sense", "", "[A-Za-z_.+/=-]{0,31}[0-9]", find_token},
};

}  // namespace

std::span<const ProseForm> prose_forms() { return kForms; }

const ProseForm* find_prose_form(std::string_view name) {
  const auto* const form =
      std::find_if(std::begin(kForms), std::end(kForms), [&](const ProseForm& f) { return f.name == name; });
  return form == std::end(kForms) ? nullptr : form;
}

}  // namespace piiscrub
