#include "format/value_text.h"

#include <algorithm>
#include <array>

#include "format/key_value.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr int kMaxWords = 12;
constexpr int kMaxStrayQuotes = 8;

// How a quote is spelled.
constexpr auto kQuoteSpellings = std::to_array<std::string_view>(
    {"&quot;", "&#x27;", "&#39;", "&#34;", "\\u0022", "\\u0027", "\\x22", "\\x27", "%22", "%27", "\"", "'", "`"});

bool may_be_quote(char c) { return c == '"' || c == '\'' || c == '`' || c == '\\' || c == '&' || c == '%'; }

// Strings five levels deep; also what a look for a quote may cost.
constexpr std::size_t kMaxBackslashes = 31;

// Whether a comma, stop or semicolon of Chinese and Japanese stands at `at`.
constexpr std::size_t kWideMarkBytes = 3;
bool parts_words(std::string_view text, std::size_t at) {
  if (text[at] != '\xe3' && text[at] != '\xef') return false;
  const std::string_view mark = text.substr(at, kWideMarkBytes);
  return mark == "\u3001" || mark == "\u3002" || mark == "\uff0c" || mark == "\uff1b";
}

bool ends_bare(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' ||
         c == '&' || c == '|';
}

bool is_trailer(char c) { return is_closer(c) || c == ',' || c == ';' || c == '.' || c == ':'; }

// Whether the value at `at` is a field's of a query string, and not the first of a form.
bool is_in_query(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxKeyBytes = 64;
  const auto in_key = [](char c) { return is_word(c) || c == '-' || c == '.' || c == '=' || c == '[' || c == ']'; };
  std::size_t key = at;
  while (key > 0 && at - key < kMaxKeyBytes && in_key(text[key - 1])) --key;
  return key > 0 && (text[key - 1] == '?' || text[key - 1] == '&');
}

// Whether an ampersand in the secret at `at` belongs to it: neither is it a field of a form, nor an entity follows.
bool is_free_text(std::string_view text, std::size_t at, std::size_t ampersand) {
  constexpr std::size_t kMaxEntityBytes = 8;
  if (is_in_query(text, at)) return false;
  std::size_t end = ampersand + 1;
  if (end == text.size() || ends_bare(text[end]) || text[end] == '\\') return false;
  const std::size_t stop = std::min(text.size(), at + kMaxValueBytes);
  while (end < stop && (!ends_bare(text[end]) || text[end] == '&')) {
    if (text[end] == '=' || (text[end] == ';' && end - ampersand <= kMaxEntityBytes)) return false;
    ++end;
  }
  return true;
}

std::size_t end_of_secret(std::string_view text, std::size_t at) {
  const std::size_t stop = std::min(text.size(), at + kMaxValueBytes);
  std::size_t end = at;
  bool free_text = false;
  while (end < stop) {
    const char c = text[end];
    if (c == '&' && (free_text || is_free_text(text, at, end))) {
      free_text = true;  // so are those behind it
      ++end;
      continue;
    }
    if (ends_bare(c)) break;
    if (c == '\\') {
      const std::size_t run = backslashes_at(text, end);
      const char next = at_or_nul(text, end + run);
      if (next == 'n' || next == 'r' || next == 't') break;
      if (ends_bare(next)) break;  // in front of a quote they are how that is spelled
      end += run;
      continue;
    }
    if (c == '%' && (text.substr(end, 3) == "%22" || text.substr(end, 3) == "%27" || text.substr(end, 3) == "%26"))
      break;
    // `a=1,b=2` and `a=1, b`: a separator. `pass=x,y!z`: part of it.
    if (c == ',' || c == ';') {
      const char next = at_or_nul(text, end + 1);
      if (ends_bare(next) || next == '\\' || starts_pair(text, end + 1, c == ';')) break;
    }
    ++end;
  }
  while (end > at && is_trailer(text[end - 1])) --end;
  return end;
}

// The end of the postal code in two groups at `at`, or `at`: 282 68, 1234 AB, SW1A 1AA, K1A 0B1.
std::size_t end_of_postal_code(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxFirst = 4;
  constexpr std::size_t kMaxSecond = 3;
  constexpr auto kForms = std::to_array<std::string_view>(
      {"999 99", "9999 AA", "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A9A 9A9"});
  std::array<char, kMaxFirst + 1 + kMaxSecond> form{};
  std::size_t count = 0;
  for (; count < form.size(); ++count) {
    const char c = at_or_nul(text, at + count);
    if (!is_digit(c) && !is_upper(c) && c != ' ') break;
    form[count] = is_digit(c) ? '9' : is_upper(c) ? 'A' : ' ';
  }
  if (is_word(at_or_nul(text, at + count))) return at;
  std::string_view found(form.data(), count);
  while (found.ends_with(' ')) found.remove_suffix(1);
  return std::find(kForms.begin(), kForms.end(), found) != kForms.end() ? at + found.size() : at;
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  constexpr std::string_view kEnds = ",;?()[]{}=!";
  if (const std::size_t code = end_of_postal_code(text, at); code > at) return code;
  const std::size_t stop = std::min(text.size(), at + kMaxWordsBytes);
  std::size_t end = at;
  while (end < stop && !ends_bare(text[end]) && kEnds.find(text[end]) == std::string_view::npos &&
         (text[end] != '\\' || at_or_nul(text, end + 1) == 'u' || at_or_nul(text, end + 1) == 'x')) {
    ++end;
  }
  while (end > at && is_trailer(text[end - 1])) --end;
  return end;
}

// Behind the letters that a number begins with, and the blank behind them, or `at`: IS 123456, EUR 4500.
std::size_t behind_series(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxLetters = 3;
  constexpr std::size_t kFewestDigits = 3;
  std::size_t end = at;
  while (end - at <= kMaxLetters && is_upper(at_or_nul(text, end))) ++end;
  if (end == at || end - at > kMaxLetters || at_or_nul(text, end) != ' ') return at;
  ++end;
  const std::string_view digits = text.substr(std::min(end, text.size()), kFewestDigits);
  return digits.size() == kFewestDigits && std::all_of(digits.begin(), digits.end(), is_digit) ? end : at;
}

std::size_t end_of_number(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxNumberBytes = 48;
  constexpr int kMaxGroup = 6;  // of digits and letters: what is longer is whole (`ssn=536904399 200`)
  const std::size_t stop = std::min(text.size(), at + kMaxNumberBytes);
  std::size_t end = behind_series(text, at);
  int group = 0;
  while (end < stop) {
    const char c = text[end];
    const char next = at_or_nul(text, end + 1);
    const bool clock = is_digit(next) && is_digit(at_or_nul(text, end + 2)) && at_or_nul(text, end + 3) == ':';
    const bool joins = c == ' ' && end > at && (is_digit(text[end - 1]) || text[end - 1] == ')') &&
                       ((is_digit(next) && (group <= kMaxGroup || clock)) || next == '(');
    group = c == ' ' ? 0 : group + (is_alnum(c) ? 1 : 0);
    const bool bracket = (c == '(' || c == ')') && (is_digit(at_or_nul(text, end + 1)) ||
                                                    at_or_nul(text, end + 1) == ' ' || at_or_nul(text, end + 1) == '-');
    if (joins && is_in_query(text, at)) break;  // there a blank is written + or %20: GET /pay?cvv=123 200
    if (!is_alnum(c) && !is_high(c) && !joins && !bracket && c != '.' && c != '-' && c != '/' && c != '+' && c != '*' &&
        !(c == ',' && is_digit(at_or_nul(text, end + 1)) && end > at && is_digit(text[end - 1])) &&
        !(c == ':' && is_digit(at_or_nul(text, end + 1))) && !(c == '%' && is_hex(at_or_nul(text, end + 1)))) {
      break;
    }
    ++end;
  }
  while (end > at && (is_trailer(text[end - 1]) || text[end - 1] == '-' || text[end - 1] == '/')) --end;
  return end;
}

// Reads the parts of a date that is written with words; each leaves the place behind it, if it is there.
class DateWords {
 public:
  DateWords(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  // 3, 12., 1st, 1er
  bool day() {
    constexpr auto kEndings = std::to_array<std::string_view>({"st", "nd", "rd", "th", "er", ".", "\u00ba", "\u00b0"});
    if (!number(1, 2)) return false;
    for (const std::string_view ending : kEndings) {
      if (text_.substr(at_).starts_with(ending)) {
        at_ += ending.size();
        break;
      }
    }
    return true;
  }
  // March, Mar., de marzo de
  bool month() {
    constexpr auto kLinks = std::to_array<std::string_view>({"de ", "of "});
    const auto link = [&] {
      for (const std::string_view word : kLinks) {
        if (text_.substr(at_).starts_with(word)) at_ += word.size();
      }
    };
    link();
    if (!word() || !blank()) return false;
    link();
    return true;
  }
  bool word() {
    constexpr std::size_t kFewest = 3;
    constexpr std::size_t kMost = 24;
    const std::size_t begin = at_;
    while (at_ - begin < kMost && (is_alpha(at_or_nul(text_, at_)) || is_high(at_or_nul(text_, at_)))) ++at_;
    if (at_ - begin < kFewest) return false;
    if (at_or_nul(text_, at_) == '.') ++at_;
    return true;
  }
  bool blank() {
    if (at_or_nul(text_, at_) == ',') ++at_;
    return at_or_nul(text_, at_++) == ' ';
  }
  bool number(std::size_t fewest, std::size_t most) {
    const std::size_t begin = at_;
    while (is_digit(at_or_nul(text_, at_))) ++at_;
    return at_ - begin >= fewest && at_ - begin <= most;
  }
  bool year() { return number(4, 4) && !is_word(at_or_nul(text_, at_)); }

 private:
  std::string_view text_;
  std::size_t at_;
};

// The end of the date at `at` that has blanks in it, or `at`: 12 March 1984, 12 de marzo de 1984, 12. 3. 1984,
// Mar 12, 1984, Mon, 12 Mar 1984.
std::size_t end_of_written_date(std::string_view text, std::size_t at) {
  using Form = bool (*)(DateWords&);
  constexpr auto kForms = std::to_array<Form>({
      [](DateWords& d) { return d.day() && d.blank() && d.month() && d.year(); },
      [](DateWords& d) { return d.day() && d.blank() && d.day() && d.blank() && d.year(); },
      [](DateWords& d) { return d.word() && d.blank() && d.day() && d.blank() && d.year(); },
      [](DateWords& d) { return d.word() && d.blank() && d.day() && d.blank() && d.month() && d.year(); },
  });
  for (const Form form : kForms) {
    DateWords date(text, at);
    if (form(date)) return date.at();
  }
  return at;
}

// No:12, D:6: what stands in Turkish addresses.
bool starts_house_number(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 5;
  constexpr std::size_t kMostDigits = 4;
  std::size_t end = at;
  while (end - at <= kMaxBytes && is_alpha(at_or_nul(text, end))) ++end;
  if (!is_upper(at_or_nul(text, at)) || end - at > kMaxBytes || at_or_nul(text, end) != ':') return false;
  const std::size_t number = ++end;
  while (is_digit(at_or_nul(text, end))) ++end;
  return end > number && end - number <= kMostDigits && at_or_nul(text, end) != '-';
}

// Whether a clause of SQL goes on with the capitals that `text` begins with.
bool begins_clause(std::string_view text) {
  constexpr auto kWords = std::to_array<std::string_view>({"AND ", "FROM ", "GROUP BY ", "IS NOT ", "IS NULL", "LIMIT ",
                                                           "ON CONFLICT ", "OR ", "ORDER BY ", "RETURNING ", "WHERE "});
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return text.starts_with(word); });
}

// `LastName = Doe`, as records of C# are printed.
bool starts_spaced_pair(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < kMaxKeyBytes && is_word(text[end])) ++end;
  return end > at && text.substr(end).starts_with(" = ");
}

// Whether a sentence goes on with `word` behind a value: no name, address or illness does.
bool is_of_sentence(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"after",  "already", "are",   "as",      "at",       "because",  "before",  "but",     "by",       "can",
       "cannot", "could",   "did",   "do",      "does",     "est",      "exceeds", "exists",  "expected", "failed",
       "for",    "found",   "from",  "für",     "got",      "had",      "has",     "have",    "if",       "invalid",
       "is",     "ist",     "kann",  "missing", "must",     "nicht",    "niet",    "not",     "on",       "or",
       "para",   "per",     "por",   "pour",    "rejected", "returned", "se",      "should",  "since",    "so",
       "than",   "that",    "then",  "to",      "un",       "until",    "via",     "voor",    "was",      "were",
       "when",   "where",   "which", "while",   "will",     "wird",     "with",    "without", "would",    "wurde"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

// Whether a line of SQL goes on with `word`: where last_name=b.name and plan=…
bool is_of_clause(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"and", "as", "asc", "desc", "group", "join", "like", "limit", "or", "order", "returning", "set", "union"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

bool is_of_plain_word(char c) { return is_alnum(c) || is_high(c) || c == '-' || c == '\'' || c == '.' || c == '/'; }

// Whether the words from `at` on, in any letters, lead to another pair, so that they belong to the value in front of
// them: `diagnosis=Major depressive disorder ward=7`.
bool leads_to_pair(std::string_view text, std::size_t at) {
  constexpr int kMostWords = 6;
  for (int words = 0; words < kMostWords; ++words) {
    if (words > 0 && starts_pair(text, at)) return true;
    std::size_t end = at;
    while (end < text.size() && end - at < kMaxKeyBytes && is_of_plain_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    if (word.empty() || is_of_sentence(word) || is_of_clause(word)) return false;
    if (at_or_nul(text, end) == ',' || at_or_nul(text, end) == ';') {
      return at_or_nul(text, end + 1) == ' ' && starts_pair(text, end + 2);
    }
    if (at_or_nul(text, end) != ' ') return false;
    at = end + 1;
  }
  return false;
}

// Whether a key of a few words, each of letters, stands at `at`: Ngày sinh: …, Data ur.: …
bool starts_key_of_words(std::string_view text, std::size_t at) {
  constexpr int kMostWords = 3;
  for (int words = 0; words < kMostWords; ++words) {
    std::size_t end = at;
    while (end < text.size() && end - at < kMaxKeyBytes && (is_alpha(text[end]) || is_high(text[end]))) ++end;
    if (end == at) return false;
    if (at_or_nul(text, end) == '.') ++end;
    if (at_or_nul(text, end) == ':') return at_or_nul(text, end + 1) == ' ';
    if (at_or_nul(text, end) != ' ') return false;
    at = end + 1;
  }
  return false;
}

// Whether what stands at `at` behind a comma is no more of a name: Jane Doe, weight 92 kg; but Berg, van den.
bool ends_name(std::string_view text, std::size_t at) {
  constexpr auto kParticles = std::to_array<std::string_view>(
      {"van ", "von ", "vom ", "de ", "den ", "der ", "di ", "da ", "du ", "la ", "le "});
  return is_lower(at_or_nul(text, at)) &&
         std::none_of(kParticles.begin(), kParticles.end(),
                      [&](std::string_view word) { return text.substr(at).starts_with(word); });
}

std::size_t end_of_words(std::string_view text, std::size_t at, ValueKind kind) {
  const std::size_t stop = std::min(text.size(), at + kMaxWordsBytes);
  std::size_t end = at;
  int words = 1;
  while (end < stop) {
    const char c = text[end];
    if (c == ' ') {
      const char next = at_or_nul(text, end + 1);
      if (next == ' ' || next == '-' || (next == '/' && at_or_nul(text, end + 2) == ' ') || next == '\0' ||
          is_opener(next) || ++words > kMaxWords ||
          (starts_pair(text, end + 1) && (kind == ValueKind::name || !starts_house_number(text, end + 1))) ||
          text.substr(end + 1).starts_with("HTTP/")) {
        break;
      }
      // Names and addresses go on with a capital, a digit or a word that is at home in them; prose does not.
      if (is_lower(next)) {
        std::size_t last = end + 1;
        while (last < stop && (is_alpha(text[last]) || is_high(text[last]))) ++last;
        constexpr auto kInNames = std::to_array<std::string_view>(
            {"al",       "am",        "an",     "auf",   "av",     "avenida", "avenue",  "bd",      "ben",    "bin",
             "blvd",     "boulevard", "cad",    "calle", "camino", "chemin",  "corso",   "cours",   "da",     "das",
             "de",       "del",       "della",  "den",   "der",    "des",     "di",      "do",      "dos",    "du",
             "e",        "el",        "gata",   "gatan", "gracht", "ibn",     "im",      "impasse", "in",     "la",
             "laan",     "largo",     "le",     "les",   "los",    "mah",     "no",      "nr",      "pasaje", "paseo",
             "piazza",   "pl",        "place",  "plac",  "plaza",  "plein",   "quai",    "road",    "route",  "rua",
             "rue",      "sok",       "square", "st",    "straat", "straße",  "strasse", "street",  "ter",    "ten",
             "travessa", "ul",        "und",    "van",   "via",    "viale",   "vicolo",  "von",     "weg",    "y",
             "zu",       "zum",       "zur"});
        const std::string_view word = text.substr(end + 1, last - end - 1);
        const bool at_home = std::find(kInNames.begin(), kInNames.end(), word) != kInNames.end() ||
                             (kind == ValueKind::text && !is_of_sentence(word));
        if (!at_home && !(is_of_plain_word(text[at]) && leads_to_pair(text, end + 1))) break;
      } else if (begins_clause(text.substr(end + 1, stop - end - 1))) {
        break;
      }
    } else if (c == ',') {
      // A comma goes on in an address, but not in front of another pair.
      if (at_or_nul(text, end + 1) != ' ' || starts_pair(text, end + 2) || starts_spaced_pair(text, end + 2) ||
          starts_key_of_words(text, end + 2) || !quote_at(text, end + 2).empty() ||
          (kind == ValueKind::name && ends_name(text, end + 2)))
        break;
    } else if (c == '\'') {
      if (!(end > at && is_alpha(text[end - 1]) && is_alpha(at_or_nul(text, end + 1)))) break;  // O'Brien
    } else if (ends_bare(c) || c == '\\' || c == ';' || is_closer(c) ||
               (parts_words(text, end) && starts_pair(text, end + kWideMarkBytes, true))) {
      break;
    }
    ++end;
  }
  while (end > at && (text[end - 1] == ' ' || is_trailer(text[end - 1]))) --end;
  return end;
}

}  // namespace

std::size_t skip_blanks(std::string_view text, std::size_t at, std::size_t most) {
  std::size_t end = at;
  while (end < text.size() && end - at < most && is_blank(text[end])) ++end;
  return end;
}

std::string_view quote_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || !may_be_quote(text[at])) return {};
  std::size_t end = at;
  while (end < text.size() && text[end] == '\\' && end - at <= kMaxBackslashes) ++end;
  for (const std::string_view quote : kQuoteSpellings) {
    // The backslash of \x22 is the spelling's own.
    const std::size_t from = quote.front() == '\\' && end > at ? end - 1 : end;
    if (text.substr(from, quote.size()) == quote) return text.substr(at, from + quote.size() - at);
  }
  return {};
}

std::string_view quote_before(std::string_view text, std::size_t at) {
  if (at == 0 || !may_end_quote(text[at - 1])) return {};
  for (const std::string_view quote : kQuoteSpellings) {
    if (!text.substr(0, at).ends_with(quote)) continue;
    std::size_t begin = at - quote.size();
    while (begin > 0 && text[begin - 1] == '\\') --begin;
    return text.substr(begin, at - begin);
  }
  return {};
}

// The quote behind more backslashes than the
// opening one is part of the string, and so is a doubled single quote (SQL).
//
// A string in a string opens behind d backslashes: 1, 3, 7 …, or 2, 6 … where the outermost one has other quotes
// (Python's repr). A quote within it then stands behind 2d + 1 of them (d odd), and each backslash is spelled 2d + 2
// times, so any number of those may stand in front of its end.
std::size_t closing_quote(std::string_view text, std::size_t at, std::string_view quote) {
  const std::size_t depth = std::min(quote.find_first_not_of('\\'), quote.size());
  const std::size_t period = 2 * (depth + (depth > 0 && depth % 2 == 0 ? 2 : 1));
  const std::string_view bare = quote.substr(depth);
  const std::string_view looked = text.substr(0, std::min(text.size(), at + kMaxValueBytes));
  for (std::size_t i = looked.find(bare, at); i != std::string_view::npos; i = looked.find(bare, i)) {
    std::size_t backslashes = i;
    while (backslashes > at && text[backslashes - 1] == '\\') --backslashes;
    const bool ends = i - backslashes >= depth && (i - backslashes - depth) % period == 0;
    const bool doubled = quote == "'" && at_or_nul(text, i + 1) == '\'';
    if (ends && !doubled) return i - depth;
    i += doubled ? 2 : 1;
  }
  return std::string_view::npos;
}

std::size_t skip_string_prefix(std::string_view text, std::size_t at) {
  constexpr std::string_view kPrefixes = "uUbBrReEnNfF";
  std::size_t end = at;
  while (end < text.size() && end - at < 2 && kPrefixes.find(text[end]) != std::string_view::npos) ++end;
  const std::string_view quote = end > at ? quote_at(text, end) : std::string_view();
  if (quote == "'" && to_lower(text[at]) == 'n') {  // N'Diaye is a name
    constexpr std::size_t kLooked = 256;
    const std::size_t begin = end + quote.size();
    if (closing_quote(text.substr(0, std::min(text.size(), begin + kLooked)), begin, quote) == std::string_view::npos)
      return at;
  }
  return quote.empty() ? at : end;
}

bool starts_pair(std::string_view text, std::size_t at, bool words) {
  std::size_t end = at;
  const auto in_key = [&](std::size_t i) {
    return (is_key_byte(text[i]) && !parts_words(text, i)) || (words && text[i] == ' ');
  };
  while (end < text.size() && end - at < kMaxKeyBytes && in_key(end)) ++end;
  return end > at && (at_or_nul(text, end) == '=' || at_or_nul(text, end) == ':');
}

// Gives up after a few quotes that open no string: each of them costs a look at all that follows.
std::size_t closing_bracket(std::string_view text, std::size_t at) {
  const std::size_t stop = std::min(text.size(), at + kMaxValueBytes);
  int depth = 1;
  int strays = 0;
  for (std::size_t i = at; i < stop;) {
    if (is_opener(text[i])) ++depth;
    if (is_closer(text[i]) && --depth == 0) return i;
    const bool word_in_front = i > at && is_alnum(text[i - 1]);  // an apostrophe opens no string
    if (const std::string_view quote = word_in_front ? std::string_view() : quote_at(text, i); !quote.empty()) {
      const std::size_t end = closing_quote(text, i + quote.size(), quote);
      if (end == std::string_view::npos && ++strays > kMaxStrayQuotes) return std::string_view::npos;
      i = (end == std::string_view::npos ? i : end) + quote.size();
    } else {
      const bool backslash = text[i] == '\\';  // no quote in front of the end of their run
      ++i;
      while (backslash && i < stop && text[i] == '\\') ++i;
    }
  }
  return std::string_view::npos;
}

std::size_t call_bracket(std::string_view text, std::size_t at, ValueKind kind) {
  constexpr auto kConstructors = std::to_array<std::string_view>(
      {"SecretStr", "SecretBytes", "Secret",   "UUID",   "uuid.UUID", "Decimal", "decimal.Decimal", "str",    "bytes",
       "bytearray", "memoryview",  "ObjectId", "lower",  "upper",     "trim",    "crypt",           "digest", "md5",
       "encode",    "Some",        "Optional", "String", "Json",      "Jsonb",   "Binary"});
  std::size_t name = at;
  while (name < text.size() && name - at < 32 && (is_word(text[name]) || text[name] == '.')) ++name;
  if (name == at || at_or_nul(text, name) != '(' || !is_alpha(text[at])) return std::string_view::npos;
  const bool known =
      std::find(kConstructors.begin(), kConstructors.end(), text.substr(at, name - at)) != kConstructors.end();
  return known || kind == ValueKind::date || kind == ValueKind::number ? name : std::string_view::npos;
}

std::size_t skip_scheme(std::string_view text, std::size_t at, bool any) {
  constexpr auto kSchemes = std::to_array<std::string_view>(
      {"bearer", "basic", "token", "digest", "negotiate", "ntlm", "apikey", "api-key", "key", "jwt", "ssws", "hmac"});
  std::size_t end = at;
  while (end < text.size() && end - at < 24 && (is_alnum(text[end]) || text[end] == '-')) ++end;
  if (at_or_nul(text, end) != ' ' || end + 1 >= text.size() || ends_bare(text[end + 1])) return at;
  const std::string_view word = text.substr(at, end - at);
  const bool known = std::any_of(kSchemes.begin(), kSchemes.end(), [&](std::string_view scheme) {
    return scheme.size() == word.size() &&
           std::equal(word.begin(), word.end(), scheme.begin(), [](char a, char b) { return to_lower(a) == b; });
  });
  return known || (any && end > at) ? end + 1 : at;
}

std::size_t skip_dumped_type(std::string_view text, std::size_t at) {
  constexpr std::string_view kType = "string(";
  constexpr std::string_view kSpewn = "(string) (len=";  // of Go's spew
  const char first = at_or_nul(text, at);
  if (first != kType.front() && first != kSpewn.front()) return at;
  if (text.substr(at).starts_with(kSpewn)) {
    std::size_t quote = at + kSpewn.size();
    while (is_digit(at_or_nul(text, quote))) ++quote;
    return text.substr(quote).starts_with(") \"") ? quote + 2 : at;
  }
  if (!text.substr(at).starts_with(kType)) return at;
  std::size_t end = at + kType.size();
  while (is_digit(at_or_nul(text, end))) ++end;
  return text.substr(end).starts_with(") ") && !quote_at(text, end + 2).empty() ? end + 2 : at;
}

std::size_t end_of_bare(std::string_view text, std::size_t at, ValueKind kind) {
  switch (kind) {
    case ValueKind::secret:
      return end_of_secret(text, at);
    case ValueKind::word:
      return end_of_word(text, at);
    case ValueKind::words:
    case ValueKind::text:
    case ValueKind::name:
      return end_of_words(text, at, kind);
    case ValueKind::date:
      if (const std::size_t end = end_of_written_date(text, at); end > at) return end;
      return end_of_number(text, at);
    case ValueKind::number:
      return end_of_number(text, at);
  }
  return at;
}

}  // namespace piiscrub
