#include "format/placeholder.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "format/complaint.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

// ****4399, ***-**-4399, a***@example.com: masked by somebody else. Four letters or digits are what masks leave; of an
// address, the domain too.
bool is_masked(std::string_view value) {
  constexpr std::size_t kMostShown = 4;
  const std::size_t stars = value.find("***");
  if (stars > 2) return false;  // or there are none
  const std::size_t sign = value.find('@', stars);
  const std::string_view shown = value.substr(0, sign);
  const auto is_mask = [](char c) { return c == '*' || c == '-' || c == ' ' || c == '.' || c == '/'; };
  const auto letters = std::count_if(shown.begin(), shown.end(), is_alnum);
  if (static_cast<std::size_t>(letters) > (sign == std::string_view::npos ? kMostShown : 3)) return false;
  if (sign == std::string_view::npos && stars > 0) return false;
  return std::all_of(shown.begin(), shown.end(), [&](char c) { return is_alnum(c) || is_mask(c); });
}

// ‹*****›: what CockroachDB masks and marks, too.
bool is_marked_mask(std::string_view value) {
  if (!value.starts_with(kMarkBegin) || !value.ends_with(kMarkEnd)) return false;
  value.remove_prefix(kMarkBegin.size());
  value = value.substr(0, value.size() - std::min(value.size(), kMarkEnd.size()));
  return !value.empty() && value.find_first_not_of('*') == std::string_view::npos;
}

// %s, %d, %+v, %#x, %-10.3f: what a format writes a value in the place of.
bool is_conversion(std::string_view value) {
  constexpr std::size_t kMaxBytes = 8;
  constexpr std::string_view kFlags = "-+ #0123456789.*hlLzjt";
  if (value.size() < 2 || value.size() > kMaxBytes || value.front() != '%' || !is_alpha(value.back())) return false;
  return value.substr(1, value.size() - 2).find_first_not_of(kFlags) == std::string_view::npos;
}

// %env(DB_PASSWORD)%, as Symfony has its configuration name variables.
bool is_symfony_variable(std::string_view value) { return value.starts_with("%env(") && value.ends_with(")%"); }

// The name of a variable: password, db_password.
bool names_secret(std::string_view folded) {
  constexpr auto kWords = std::to_array<std::string_view>({"password", "passwd", "secret", "token", "api_key"});
  return std::all_of(folded.begin(), folded.end(), is_word) &&
         std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return folded.ends_with(word); });
}

// AAAAAAAAAAAA: nobody's secret.
bool is_one_letter(std::string_view folded) {
  constexpr std::size_t kMinBytes = 12;
  return folded.size() >= kMinBytes && is_alpha(folded.front()) &&
         folded.find_first_not_of(folded.front()) == std::string_view::npos;
}

// /run/secrets/db_password, server.key: where a secret is kept. A path is known by the directory it begins with, since
// base64 has slashes, too; a name by its ending.
bool is_file(std::string_view folded) {
  static constexpr auto kRoots =
      std::to_array<std::string_view>({"/app/", "/dev/", "/etc/", "/home/", "/mnt/", "/opt/", "/root/", "/run/",
                                       "/secrets/", "/srv/", "/tmp/", "/users/", "/usr/", "/var/", "/vault/"});
  static constexpr auto kEndings = std::to_array<std::string_view>(
      {".asc", ".cer",  ".cfg", ".conf", ".crt", ".csv",        ".der", ".env",  ".gpg", ".ini", ".jks",  ".json",
       ".key", ".lock", ".p12", ".pem",  ".pfx", ".properties", ".pub", ".toml", ".txt", ".xml", ".yaml", ".yml"});
  const auto is_part = [](char c) { return is_word(c) || c == '-'; };
  if (folded.front() == '/') {
    const bool known = std::any_of(kRoots.begin(), kRoots.end(), [&](auto root) { return folded.starts_with(root); });
    constexpr int kMostDigits = 4;
    return known && std::count_if(folded.begin(), folded.end(), is_digit) <= kMostDigits &&
           std::all_of(folded.begin(), folded.end(), [&](char c) { return is_part(c) || c == '/' || c == '.'; });
  }
  const std::size_t dot = folded.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const auto ending = folded.substr(dot);
  const std::string_view stem = folded.substr(0, dot);
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end() && is_alpha(stem.front()) &&
         std::all_of(stem.begin(), stem.end(), [](char c) { return is_alpha(c) || c == '_' || c == '-' || c == '.'; });
}

// A flag for each byte.
constexpr std::array<bool, 256> bytes_of(std::string_view bytes) {
  std::array<bool, 256> flags{};
  for (const char c : bytes) flags[static_cast<unsigned char>(c)] = true;
  return flags;
}

// [REDACTED], (hidden), ****removed****, [object Object]: what others write in the place of a value; `folded` is all of
// it but maybe for the bracket that closes it.
bool is_mask(std::string_view folded) {
  static constexpr auto kMasks = std::to_array<std::string_view>(
      {"redacted", "filtered", "masked", "hidden", "removed", "scrubbed", "omitted", "sanitized", "censored",
       "obfuscated", "protected", "sensitive", "truncated", "object object", "encrypted", "anonymized"});
  // PERF NOTE: every value comes by here; a search of a string_view for each byte would show.
  static constexpr auto kAround = bytes_of("[](){}<>*#_- ");
  // By length, the letters that they begin with, as bits.
  static constexpr auto kInitials = [] {
    std::array<std::uint32_t, 16> initials{};
    for (const std::string_view mask : kMasks) initials[mask.size()] |= std::uint32_t{1} << (mask.front() - 'a');
    return initials;
  }();
  const auto is_around = [](char c) { return kAround[static_cast<unsigned char>(c)]; };
  while (!folded.empty() && is_around(folded.front())) folded.remove_prefix(1);
  while (!folded.empty() && is_around(folded.back())) folded.remove_suffix(1);
  if (folded.empty() || folded.size() >= kInitials.size() || !is_lower(folded.front())) return false;
  return (kInitials[folded.size()] >> (folded.front() - 'a') & 1) != 0 &&
         std::find(kMasks.begin(), kMasks.end(), folded) != kMasks.end();
}

// This field may not be blank., The password must be at least 12 characters.: what a check says of a value. One that
// says it of a value which it names, Olsen is not a valid choice., has that in front.
bool is_complaint(std::string_view folded) {
  static constexpr auto kStarts = std::to_array<std::string_view>(
      {"this field ", "this value ", "enter a valid ", "is not a valid ", "not a valid ", "may not be ", "must ",
       "can't be ", "cannot be ", "can not be ", "should ", "the password must ", "password must ", "has already been ",
       "already been ", "field is required"});
  static constexpr auto kPhrases = std::to_array<std::string_view>(
      {"this field ", "enter a valid ", "is not a valid ", "not be blank", "not be empty", "not be null", "t be blank",
       "t be empty", "already been taken", " at least 6 char", " at least 8 char", " at least 10 char",
       " at least 12 char", "field is required"});
  constexpr std::size_t kShortest = 10;
  if (folded.size() < kShortest || folded.find(' ') == std::string_view::npos) return false;
  const auto starts = [&](std::string_view start) {
    return folded.front() == start.front() && folded.starts_with(start);
  };
  return std::any_of(kStarts.begin(), kStarts.end(), starts) &&
         std::any_of(kPhrases.begin(), kPhrases.end(),
                     [&](std::string_view phrase) { return folded.find(phrase) != std::string_view::npos; });
}

// The words of complaints, sorted. Names, and what passwords are made of, are none of them.
constexpr auto kComplaintWords =
    std::to_array<std::string_view>({"a",          "accented",  "active",     "address",
                                     "adjacent",   "all",       "allow",      "allowed",
                                     "allows",     "already",   "also",       "an",
                                     "and",        "another",   "any",        "are",
                                     "as",         "at",        "attribute",  "available",
                                     "be",         "because",   "been",       "before",
                                     "belong",     "between",   "birth",      "blank",
                                     "both",       "by",        "can",        "cannot",
                                     "card",       "case",      "character",  "characters",
                                     "check",      "choice",    "choose",     "chosen",
                                     "code",       "common",    "commonly",   "confirmation",
                                     "contain",    "contained", "containing", "contains",
                                     "correct",    "country",   "credit",     "current",
                                     "currently",  "date",      "day",        "days",
                                     "dd",         "decimal",   "different",  "digit",
                                     "digits",     "does",      "doesn",      "doesn't",
                                     "domain",     "don't",     "dot",        "dots",
                                     "e-mail",     "each",      "either",     "email",
                                     "empty",      "ensure",    "enter",      "entered",
                                     "entirely",   "equal",     "equals",     "exactly",
                                     "exceed",     "exceeds",   "exist",      "existing",
                                     "exists",     "expected",  "extra",      "family",
                                     "fewer",      "field",     "fields",     "fill",
                                     "first",      "following", "for",        "forbidden",
                                     "form",       "format",    "formats",    "formatted",
                                     "from",       "future",    "given",      "greater",
                                     "had",        "has",       "have",       "iban",
                                     "in",         "include",   "includes",   "incorrect",
                                     "input",      "inputs",    "instead",    "international",
                                     "into",       "invalid",   "is",         "isn't",
                                     "iso",        "it",        "its",        "kind",
                                     "last",       "least",     "length",     "less",
                                     "letter",     "letters",   "limit",      "long",
                                     "longer",     "lower",     "lowercase",  "match",
                                     "matches",    "matching",  "max",        "maximum",
                                     "may",        "mime",      "min",        "minimum",
                                     "missing",    "mm",        "month",      "more",
                                     "most",       "must",      "name",       "national",
                                     "near",       "neither",   "no",         "non",
                                     "non-blank",  "non-empty", "nor",        "not",
                                     "nothing",    "null",      "number",     "numbers",
                                     "numeric",    "of",        "on",         "once",
                                     "one",        "only",      "or",         "other",
                                     "our",        "out",       "outside",    "own",
                                     "parsed",     "part",      "password",   "passwords",
                                     "past",       "pattern",   "permitted",  "personal",
                                     "phone",      "please",    "possible",   "postal",
                                     "present",    "provide",   "provided",   "range",
                                     "reach",      "real",      "recognised", "recognized",
                                     "required",   "requires",  "s",          "same",
                                     "select",     "selected",  "short",      "shorter",
                                     "should",     "sign",      "similar",    "since",
                                     "size",       "small",     "special",    "specified",
                                     "ssn",        "start",     "string",     "strong",
                                     "submit",     "submitted", "such",       "supplied",
                                     "support",    "supported", "symbol",     "symbols",
                                     "t",          "taken",     "than",       "that",
                                     "the",        "there",     "these",      "they",
                                     "this",       "those",     "to",         "too",
                                     "try",        "two",       "type",       "unable",
                                     "under",      "unique",    "unknown",    "unless",
                                     "up",         "upper",     "uppercase",  "url",
                                     "use",        "used",      "user",       "username",
                                     "uuid",       "valid",     "value",      "values",
                                     "via",        "was",       "weak",       "well-formed",
                                     "were",       "when",      "which",      "with",
                                     "within",     "without",   "word",       "wrong",
                                     "year",       "you",       "your",       "yyyy",
                                     "yyyy-mm-dd", "zip"});
static_assert(std::is_sorted(kComplaintWords.begin(), kComplaintWords.end()));
// One of these is in each.
constexpr auto kVerdicts = std::to_array<std::string_view>(
    {"allowed", "blank",      "cannot",     "characters", "common",      "contain", "contains",  "digits",    "empty",
     "exceed",  "exceeds",    "exist",      "exists",     "format",      "future",  "incorrect", "invalid",   "least",
     "long",    "match",      "matches",    "missing",    "most",        "must",    "null",      "numeric",   "past",
     "range",   "recognised", "recognized", "required",   "short",       "should",  "similar",   "supported", "taken",
     "unique",  "used",       "valid",      "weak",       "well-formed", "wrong"});
static_assert(std::is_sorted(kVerdicts.begin(), kVerdicts.end()));

// This password is too short. It must contain at least 8 characters.: a sentence of nothing but words that say what is
// wrong with a value. A capital begins it, or none; the digits are those of a length.
bool is_sentence_of_complaint(std::string_view value) {
  constexpr std::size_t kShortest = 10;
  constexpr std::size_t kLongest = 160;
  constexpr std::size_t kMaxWordBytes = 16;
  constexpr std::size_t kMostDigits = 4;
  constexpr std::size_t kFewestWords = 3;
  if (value.size() < kShortest || value.size() > kLongest || !is_alpha(value.front())) return false;
  if (value.find(' ') == std::string_view::npos) return false;
  std::size_t words = 0;
  bool judged = false;
  bool begins = true;  // a sentence
  for (std::size_t at = 0; at < value.size();) {
    const char c = value[at];
    if (c == ' ' || c == ',' || c == '.' || c == ':' || c == ';' || c == '(' || c == ')' || c == '!') {
      begins = begins || c == '.';
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < value.size() && (is_alnum(value[end]) || value[end] == '-' || value[end] == '\'')) ++end;
    const std::string_view word = value.substr(at, end - at);
    at = end;
    if (word.empty() || word.size() > kMaxWordBytes) return false;
    if (std::all_of(word.begin(), word.end(), is_digit)) {
      if (word.size() > kMostDigits || words == 0) return false;
      continue;
    }
    std::array<char, kMaxWordBytes> folded{};
    std::transform(word.begin(), word.end(), folded.begin(), to_lower);
    const std::string_view small(folded.data(), word.size());
    const bool capitals = std::none_of(word.begin(), word.end(), is_lower);
    const bool written = small == word || capitals || (begins && std::none_of(word.begin() + 1, word.end(), is_upper));
    if (!written || !std::binary_search(kComplaintWords.begin(), kComplaintWords.end(), small)) return false;
    judged = judged || std::binary_search(kVerdicts.begin(), kVerdicts.end(), small);
    begins = false;
    ++words;
  }
  static constexpr auto kShort = std::to_array<std::string_view>(
      {"is ", "Is ", "invalid ", "Invalid ", "field ", "Field ", "not ", "Not ", "already ", "Already ", "incorrect ",
       "Incorrect ", "wrong ", "Wrong ", "missing ", "Missing ", "must "});
  const bool begins_so =
      std::any_of(kShort.begin(), kShort.end(), [&](auto start) { return value.starts_with(start); });
  return judged && (words >= kFewestWords || (words == 2 && begins_so));
}

// User with this Email address already exists.: Django's, of names that the application gives its models and fields.
bool says_not_unique(std::string_view value) {
  constexpr std::string_view kMiddle = " with this ";
  constexpr std::string_view kEnd = " already exists.";
  constexpr std::size_t kLongest = 160;
  if (value.size() > kLongest || !value.ends_with(kEnd)) return false;
  const std::size_t middle = value.find(kMiddle);
  const auto in_name = [](char c) { return is_alnum(c) || is_high(c) || c == ' ' || c == '-' || c == '/' || c == ','; };
  return middle != std::string_view::npos && middle > 0 && middle + kMiddle.size() < value.size() - kEnd.size() &&
         std::all_of(value.begin(), value.end() - 1, in_name);
}

// default_token_generator.make_token(user), form.cleaned_data["password"]: code that has a value made or read, as far
// as it goes. No password has small letters alone, points between them, and a bracket.
bool is_code(std::string_view value) {
  const std::size_t bracket = std::min(value.find('('), value.find('['));
  if (bracket == std::string_view::npos || bracket == 0) return false;
  const std::string_view path = value.substr(0, bracket);
  return path.front() != '.' && path.back() != '.' && path.find('.') != std::string_view::npos &&
         path.find('_') != std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) { return is_lower(c) || c == '_' || c == '.'; });
}

// vault:secret/db#password, op://prod/db, arn:aws:secretsmanager:…, @Microsoft.KeyVault(…): where a secret is kept.
bool is_secret_reference(std::string_view value) {
  static constexpr auto kPlaces = std::to_array<std::string_view>(
      {"vault:", "op://", "env:", "file:///", "arn:aws:secretsmanager:", "arn:aws:ssm:", "ssm:/", "awssm://",
       "gcpsm://", "secretref:", "keyvault:", "secretsmanager:", "ref+vault", "ref+aws", "ref+gcp",
       "@microsoft.keyvault(", "{{resolve:", "projects/"});
  const auto starts = [&](std::string_view place) {
    return value.size() > place.size() &&
           std::equal(place.begin(), place.end(), value.begin(), [](char a, char b) { return a == to_lower(b); });
  };
  // The bytes that they begin with, as bits.
  static constexpr std::uint32_t kInitials = [] {
    std::uint32_t initials = 0;
    for (const std::string_view place : kPlaces) initials |= std::uint32_t{1} << (place.front() & 31);
    return initials;
  }();
  if ((kInitials >> (value.front() & 31) & 1) == 0) return false;
  if (std::none_of(kPlaces.begin(), kPlaces.end(), starts)) return false;
  return std::none_of(value.begin(), value.end(), is_blank);
}

}  // namespace

// PERF NOTE: every value without quotes comes by here; nearly all are told by their first byte.
bool begins_complaint(std::string_view text) {
  if (begins_translated_complaint(text)) return true;
  if (text.empty() || (!is_lower(text.front()) && text.front() != 'P' && text.front() != 'C' && text.front() != 'I'))
    return false;
  static constexpr auto kStarts = std::to_array<std::string_view>(
      {"Path `",        "Cast to ",   "must be ",        "must match ",       "must not ",    "must have ",
       "must contain ", "should be ", "size must be ",   "length must be ",   "may not be ",  "may only ",
       "cannot be ",    "is not a ",  "is required",     "has already been ", "has invalid ", "has wrong ",
       "is invalid",    "is too ",    "Input should be "});
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](std::string_view start) { return start.front() == text.front() && text.starts_with(start); });
}

bool is_placeholder(std::string_view value) {
  static constexpr auto kWords = std::to_array<std::string_view>({"null",
                                                                  "none",
                                                                  "nil",
                                                                  "nan",
                                                                  "true",
                                                                  "false",
                                                                  "undefined",
                                                                  "default",
                                                                  "unknown",
                                                                  "n/a",
                                                                  "na",
                                                                  "not",
                                                                  "no",
                                                                  "yes",
                                                                  "on",
                                                                  "off",
                                                                  "empty",
                                                                  "redacted",
                                                                  "hidden",
                                                                  "masked",
                                                                  "filtered",
                                                                  "secret",
                                                                  "password",
                                                                  "required",
                                                                  "optional",
                                                                  "invalid",
                                                                  "missing",
                                                                  "changeme",
                                                                  "unset",
                                                                  "string",
                                                                  "str",
                                                                  "int",
                                                                  "integer",
                                                                  "text",
                                                                  "varchar",
                                                                  "char",
                                                                  "bytes",
                                                                  "bytea",
                                                                  "date",
                                                                  "boolean",
                                                                  "bool",
                                                                  "numeric",
                                                                  "decimal",
                                                                  "float",
                                                                  "object",
                                                                  "any",
                                                                  "in",
                                                                  "is",
                                                                  "the",
                                                                  "for",
                                                                  "a",
                                                                  "an",
                                                                  "and",
                                                                  "or",
                                                                  "not set",
                                                                  "not given",
                                                                  "optional[str]",
                                                                  "type",
                                                                  "timestamp",
                                                                  "timestamptz",
                                                                  "uuid",
                                                                  "jsonb",
                                                                  "like",
                                                                  "ilike",
                                                                  "between",
                                                                  "asc",
                                                                  "desc",
                                                                  "!vault",
                                                                  "!ref",
                                                                  "!sub",
                                                                  "!getatt",
                                                                  "email",
                                                                  "token",
                                                                  "api_key",
                                                                  "creation",
                                                                  "refreshing",
                                                                  "destruction",
                                                                  "modifications",
                                                                  "creating...",
                                                                  "destroying...",
                                                                  "modifying...",
                                                                  "reading...",
                                                                  "expired",
                                                                  "revoked",
                                                                  "incorrect",
                                                                  "wrong",
                                                                  "rejected",
                                                                  "denied",
                                                                  "disabled",
                                                                  "enabled",
                                                                  "valid",
                                                                  "failed",
                                                                  "provided",
                                                                  "ok",
                                                                  "absent",
                                                                  "present",
                                                                  "generated",
                                                                  "updated",
                                                                  "changed",
                                                                  "accepted",
                                                                  "sensitive",
                                                                  "sensitive value",
                                                                  "known after apply",
                                                                  "case",
                                                                  "case when"});
  // By length, the bytes that they begin with, as bits: nearly all values are told by it.
  static constexpr auto kInitials = [] {
    std::array<std::uint32_t, 65> initials{};
    for (const std::string_view word : kWords) initials[word.size()] |= std::uint32_t{1} << (word.front() & 31);
    return initials;
  }();
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  if (value.empty()) return true;
  if (value.starts_with("${{") && value.ends_with("}}")) return true;  // an expression of GitHub's workflows
  if (is_conversion(value) || is_symfony_variable(value)) return true;
  constexpr std::size_t kShortestCode = 5;  // _.a()
  if (value.size() >= kShortestCode && (is_secret_reference(value) || is_code(value))) return true;
  if (is_sentence_of_complaint(value) || says_not_unique(value) || is_translated_complaint(value)) return true;
  constexpr std::size_t kShortestMarkedMask = kMarkBegin.size() + 1 + kMarkEnd.size();
  if (value.size() >= kShortestMarkedMask && is_marked_mask(value)) return true;
  if (value.size() > 64) return false;
  std::array<char, 64> folded{};
  std::transform(value.begin(), value.end(), folded.begin(), to_lower);
  const std::string_view word(folded.data(), value.size());
  if ((kInitials[word.size()] >> (word.front() & 31) & 1) != 0 &&
      std::find(kWords.begin(), kWords.end(), word) != kWords.end()) {
    return true;
  }
  // ****, xxxx, ----, ...., 0
  const char first = word.front();
  const char last = word.back();
  if ((!is_alnum(first) || first == 'x' || first == '0') && !is_high(first) &&
      std::all_of(word.begin(), word.end(), [&](char c) { return c == first; })) {
    return true;
  }
  if (is_masked(word) || is_mask(word) || is_complaint(word) || is_one_letter(word) || is_file(word)) return true;
  if (word == "\xe2\x80\xa6" ||
      (word.size() >= 3 && word.find_first_not_of("*x-_. \xe2\x80\xa2") == std::string_view::npos))
    return true;
  const auto is_name = [](std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == '.' || c == '-' || c == ' '; });
  };
  // ${VAR} $VAR $1 {name} {{ name }} <name> %s %(name)s :name ? @VAR@ self.password
  if (first == '$' && word.size() > 1) return word[1] == '{' || word[1] == '(' || is_name(word.substr(1));
  if (first == '<' && last == '>') return is_name(word.substr(1, word.size() - 2));
  if (first == '{' && last == '}') return true;
  if (word.starts_with("#{")) return is_name(word.substr(2, word.size() - (last == '}' ? 3 : 2)));
  // %(name)s, %USERPROFILE%, %password%; '%Meier%' is a pattern of SQL.
  const auto in_variable = [](char c) { return is_upper(c) || is_digit(c) || c == '_'; };
  if (first == '%' && word.starts_with("%(")) return true;
  if (first == '%' && last == '%' && word.size() > 2) {
    const std::string_view name = value.substr(1, value.size() - 2);
    if (std::all_of(name.begin(), name.end(), in_variable) || names_secret(word.substr(1, word.size() - 2)))
      return true;
  }
  if (first == ':' || first == '@') return is_name(word.substr(1, word.size() - (last == first ? 2 : 1)));
  // your_api_key, ADD-YOUR-TOKEN-HERE
  const bool in_words =
      std::all_of(word.begin(), word.end(), [](char c) { return is_alpha(c) || c == '_' || c == '-'; });
  if (in_words && (word.find("your_") != std::string_view::npos || word.find("your-") != std::string_view::npos)) {
    return true;
  }
  // A scheme in front of one: Bearer <token>
  static constexpr auto kSchemes = std::to_array<std::string_view>({"bearer ", "basic ", "token ", "apikey "});
  const auto begins = [&](std::string_view scheme) { return scheme.front() == first && word.starts_with(scheme); };
  if (const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), begins); scheme != kSchemes.end())
    return is_placeholder(value.substr(scheme->size()));
  // What code reads it from: process.env.API_KEY, os.environ["KEY"], System.getenv("KEY")
  static constexpr auto kSources = std::to_array<std::string_view>(
      {"process.env.", "process.env[", "os.environ", "os.getenv(", "system.getenv(", "import.meta.env.", "env(\"",
       "env('", "getenv(", "env[\"", "env['", "secrets."});
  return std::any_of(kSources.begin(), kSources.end(),
                     [&](auto source) { return source.front() == first && word.starts_with(source); });
}

}  // namespace piiscrub
