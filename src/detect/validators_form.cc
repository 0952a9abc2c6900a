// What a value looks like whose key is no more than a hint (tel_x, x_name, adr_x). No check digits, only form.
//
// A value of SQL is judged as it stands there: as a pattern, as a list, with doubled or escaped quotes.
#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.h"
#include "detect/validators_internal.h"

namespace piiscrub::check {
namespace {

constexpr std::size_t kMaxFormBytes = 80;
constexpr std::size_t kMaxWord = 40;

// Of the bytes above 0x7F all but those that punctuation and signs begin with.
bool is_letter(char c) { return is_upper(c) || is_lower(c) || (is_high(c) && c != '\xC2' && c != '\xE2'); }

// Of letters that are not ASCII capitals are not told from small ones.
bool begins_with_capital(std::string_view word) {
  return is_upper(word.front()) || (is_high(word.front()) && is_letter(word.front()));
}

bool is_one_digit_only(std::string_view text) {
  const auto first = std::ranges::find_if(text, [](char c) { return is_digit(c); });
  return std::all_of(first, text.end(), [&](char c) { return !is_digit(c) || c == *first; });
}

// Calls `each` with what stands between blanks in `text`, until it says false. Returns whether it never did.
template <typename Each>
bool all_words(std::string_view text, Each each) {
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return true;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find(' '), text.size());
    if (!each(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
}

// The words of a text, which says them once and in the order of their bytes.
template <const std::string_view& kText>
consteval auto words_of() {
  std::array<std::string_view, static_cast<std::size_t>(std::ranges::count(kText, ' ')) + 1> words;
  std::string_view rest = kText;
  for (std::string_view& word : words) {
    word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return words;
}

constexpr auto kParticles = std::to_array<std::string_view>(
    {"van", "von",   "vom", "de",  "da", "do", "dos", "das", "der", "den",   "di",  "del", "della", "dello",
     "dei", "degli", "du",  "des", "la", "le", "el",  "al",  "bin", "binti", "ibn", "ter", "ten",   "zu",
     "zum", "zur",   "y",   "e",   "af", "av", "und", "het", "op",  "'t",    "i",   "lo",  "san",   "st"});

constexpr auto kStreets = std::to_array<std::string_view>(
    {"aleja",  "avenida", "avenue", "boulevard", "calle", "chemin", "corso",    "estrada", "impasse", "jalan",
     "piazza", "place",   "plaza",  "praça",     "route", "square", "travessa", "ulica",   "ulice",   "viale"});

constexpr auto kMonths =
    std::to_array<std::string_view>({"jan",  "feb",  "mar",    "apr",       "may",     "jun",      "jul",     "aug",
                                     "sep",  "oct",  "nov",    "dec",       "january", "february", "march",   "april",
                                     "june", "july", "august", "september", "october", "november", "december"});

// Words of which names are not made, in small letters, by their bytes.
constexpr std::string_view kNoNameText =
    "ab abi abteilung account active adapter address admin advance advanced ag agence agency agent air airlines "
    "airport airways algorithms all alliance allocator amazon ami an analytics and android api apotheke app apple "
    "application approved aps arabic arena array as assistance association at authority autumn avenida avenue average "
    "aws azure backup bag bahnhof bakery balance banco bandwidth bank bar base basic batch battery bay beach beta "
    "bike bistro blue bold boolean boots bot bottom bread brewery browser build builder building bundle burger "
    "business button bv by cable cadde cafe caixa calle camera campaign canceled cancelled capital car card care "
    "cargo cart catalog category center centre centro chair channel charger checker checkout chinese chrome city "
    "class classic client clinic clinica clinique closed cloud club cluster clínica co code coffee collection college "
    "color colour column company compiler complete completed compliance conference config console consumer container "
    "content controller core corp corporation corso council counter county courier cours course cpu cream create "
    "creator credit current curso cursor customer daily dark dashboard data database debian debug december decoder "
    "dedicated default delete delivery delta deluxe demo dental department deployment depot desk desktop developer "
    "device diagnostic diagnostics dialog dienst difference digital directory disable disabled discount disk "
    "dispatcher district dns domain double draft dress dutch dynamic edition editor elastic electric email emergency "
    "enable enabled encoder energy engine enterprise entry enum error escola escuela essential ethereum ev event "
    "evidence example excellence executor experience explorer export express extended external extra factory failed "
    "failure false family farm farms feature february federation file files filiale finance finder firefox first "
    "fitness fixed flash float floor flow folder font foods for formatter foundation frame framework free freight "
    "friday full function fund gapic garden gardens gas gateway gauge gcp gemeente gemeinde general generator global "
    "gmbh google gpu grid group guide gym halle handler harbor harbour has hastane hat haus health help high hizmet "
    "hof holdings home hospital host hotel hour http https hub hôpital icon id identity image implicit import in "
    "inactive inbox inc index info inlined inn input install installer instance institute insurance integer "
    "intelligence interface internal international internet invoice io ip is island italian italic item iterator "
    "jacket january japanese jeans job joystick july keyboard kft kg klinik korean krankenhaus kubernetes kurs lab "
    "label laboratory labs lager lamp language laptop last latency latin launcher layer lead left level library "
    "license limited line link linux list listener listings live llc load local location lodge log login logistics "
    "loja low ltd magasin mail main maintenance mall manager map market marketing maximum mağaza media medical "
    "medicine meetings member memory menu message method metric metrics microsoft milk mini minimum ministry minor "
    "minute misc mobile mode model modem module monday monitor mono month monthly motors mount mouse museum music "
    "nacional name national native negozio network new next nightly nil no node none nord not note november null "
    "number nursing nv object october oddział of offer office ohg oil okul old on online open option or order "
    "ospedale ost other others output oy pack package paket panel parent parser partner partners passed password "
    "patch payment pediatrics pending performance personal personne pharma pharmacy phone photo piazza pier pipeline "
    "pizza plan plant platform platz player plaza plc plugin plus pod point pointer policy polish pool port portal "
    "portuguese praxis preference premium presence preview previous primary print printer priority private pro "
    "process prodotto product production producto produit produkt produto profile program project projekt provider "
    "proxy pub public quality query queue quick railways ram ranch rate read reader record recorder red reference "
    "region regular rejected release remote report republic request reset residence resort resource response "
    "restaurant result retail review right road role root router row rsa rua rule run runner russian sa safari salad "
    "sale sales sans saturday savings scan scanner schedule scheduler schema school schule science screen script "
    "scuola search season second secondary section security seminar sensor september sequence series serif server "
    "service services servicio serviço session set settings setup shampoo shared shipping shirt shoes shop single "
    "site size sklep smart soap society société sofa software sokak solutions source spa spanish special square srl "
    "ssl stackdriver stadium stadt staging standard starter starting state station statistics stats status stock "
    "storage store straat strasse straße stream string struct studio success suite sunday super support surface "
    "surgery switch sync system systems szkoła szpital süd tab table target tarif task tcp tea team technologies "
    "template terminal test tester text the theater theatre theme therapy thread throughput thursday ticket tienda "
    "time timeout timer tls to tool toolbar top topic total tower town township track trade traffic training transfer "
    "transport trial true trust tuesday turkish type ubuntu udp ug ulica ultimate undefined union united universidad "
    "universidade university università universität unknown unlimited update updater upload uri url user usługa "
    "utility validator value ventures verein version via video view viewer village ville virtual visual void volume "
    "vpc wallet warehouse was watch water web webinar website wednesday week weekly wellness widget window windows "
    "winery wing winkel with wizard worker workflow workload workshop workspace wrapper write yard year yes zentrum "
    "ziekenhuis zone école üniversite şube";
constexpr auto kNoNames = words_of<kNoNameText>();
static_assert(std::ranges::is_sorted(kNoNames));

// Words that are as well names as something else: the Green in Anna Green, not that in Green Park.
constexpr std::string_view kAlsoNameText =
    "bishop black bond bridge case cash church day dean driver east english field french german gold grant gray green "
    "grey guest hall key kit light long major march mark mill north page park post power price rich sample sharp "
    "short silver small south spring street summer temple west white winter";
constexpr auto kAlsoNames = words_of<kAlsoNameText>();
static_assert(std::ranges::is_sorted(kAlsoNames));

constexpr auto kNoNameEndings =
    std::to_array<std::string_view>({"ility", "ology", "sion", "sions", "tion", "tions", "ware"});

enum class NameWord : std::uint8_t { none, either, name };

// What a part of a name says, the letters of `word`.
NameWord judge_letters(std::string_view word) {
  std::array<char, kMaxWord> folded{};
  std::ranges::transform(word, folded.begin(), to_lower);
  const std::string_view small(folded.data(), word.size());
  if (std::ranges::binary_search(kNoNames, small)) return NameWord::none;
  const auto ends_with = [&](std::string_view end) { return small.size() > end.size() && small.ends_with(end); };
  if (std::ranges::any_of(kNoNameEndings, ends_with)) return NameWord::none;
  return std::ranges::binary_search(kAlsoNames, small) ? NameWord::either : NameWord::name;
}

// An apostrophe, or what escapes one: O\'Hara, O''Hara.
bool is_quote(char c) { return c == '\'' || c == '`' || c == '\\'; }

// A part of a person's name: Jane, O'Hara, D'Angelo, McDonald, Jean-Luc, J., Dr., Łukasz.
NameWord judge_name_word(std::string_view word) {
  constexpr std::size_t kMaxCut = 5;  // letters in front of a full stop
  if (word.size() > kMaxWord || !begins_with_capital(word)) return NameWord::none;
  if (word.ends_with(',')) word.remove_suffix(1);
  if (word.size() <= kMaxCut && word.ends_with('.')) word.remove_suffix(1);
  if (word == "A") return NameWord::none;  // the article
  if (word.size() == 1) return NameWord::either;
  NameWord says = NameWord::name;
  std::size_t begin = 0;  // of a run of letters
  std::size_t since = 0;  // letters since the last capital or separator
  for (std::size_t i = 0; i <= word.size(); ++i) {
    if (i == word.size() || is_quote(word[i]) || word[i] == '-') {
      if (i == begin && (i == word.size() || !is_quote(word[i]))) return NameWord::none;
      if (i - begin > 1) says = std::min(says, judge_letters(word.substr(begin, i - begin)));
      begin = i + 1;
      since = 0;
      continue;
    }
    if (!is_letter(word[i])) return NameWord::none;
    // An inner capital is that of a second word (DeWitt), not that of an identifier (ThreadPool).
    if (is_upper(word[i]) && since > 3 && !is_upper(word[i - 1])) return NameWord::none;
    since = is_upper(word[i]) ? 1 : since + 1;
  }
  return says;
}

// Whether `text` is made of `least` words or more that names are made of, and particles.
bool is_made_of_names(std::string_view text, int least) {
  constexpr int kMaxWords = 6;
  if (text.empty() || text.size() > kMaxFormBytes || text.front() == ' ' || text.back() == ' ') return false;
  int words = 0;
  int names = 0;
  bool sure = false;
  const bool fits = all_words(text, [&](std::string_view word) {
    ++words;
    if (std::ranges::find(kParticles, word) != kParticles.end()) return true;
    const NameWord says = judge_name_word(word);
    names += says == NameWord::none ? 0 : 1;
    sure = sure || says == NameWord::name;
    return says != NameWord::none;
  });
  return fits && sure && names >= least && words <= kMaxWords;
}

// The numbers in `text`, or none if there are more than there is room for.
template <std::size_t kMost>
std::size_t numbers_in(std::string_view text, std::array<int, kMost>& numbers) {
  std::size_t count = 0;
  bool in_number = false;
  std::size_t digits = 0;
  for (const char c : text) {
    if (!is_digit(c)) {
      in_number = false;
      continue;
    }
    if (!in_number) {
      if (count == kMost) return 0;
      numbers[count++] = 0;
      digits = 0;
    }
    in_number = true;
    if (++digits > 4) return 0;
    numbers[count - 1] = numbers[count - 1] * 10 + (c - '0');
  }
  return count;
}

bool has_only(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) { return is_digit(c) || contains(others, c); });
}

bool is_birth_date(std::string_view text) {
  constexpr int kFirstYear = 1900;
  constexpr int kLastYear = 2022;  // later ones are mostly of what has happened
  constexpr std::string_view kCall = "datetime.date(";
  if (text.starts_with(kCall) && text.ends_with(')')) {
    text.remove_prefix(kCall.size());
    text.remove_suffix(1);
  }
  std::array<int, 3> numbers{};
  if (text.size() > 12 || !has_only(text, "-./, ") || numbers_in(text, numbers) != 3) return false;
  const int first = numbers[0];
  const int year = first > 31 ? first : numbers[2];
  const int day = first > 31 ? numbers[2] : first;
  return year >= kFirstYear && year <= kLastYear && (is_date(year, numbers[1], day) || is_date(year, day, numbers[1]));
}

bool is_account(std::string_view text) {
  constexpr std::ptrdiff_t kMinDigits = 7;
  constexpr std::size_t kMaxBytes = 20;
  const Compact compact(text);
  if (compact.size() == 0 || std::ranges::any_of(text, is_lower) || is_birth_date(text) || is_one_digit_only(text))
    return false;
  const std::string_view code = compact.text();
  const auto digits = std::ranges::count_if(code, is_digit);
  return digits >= kMinDigits && code.size() <= kMaxBytes && digits + 6 >= static_cast<std::ptrdiff_t>(code.size());
}

bool is_id(std::string_view text) {
  constexpr std::size_t kMaxBytes = 24;
  constexpr std::ptrdiff_t kMinDigits = 5;
  const auto may_be = [](char c) { return is_digit(c) || is_upper(c) || contains(" -./", c); };
  if (text.size() > kMaxBytes || !std::ranges::all_of(text, may_be) || text.empty()) return false;
  const Compact compact(text);
  const std::string_view code = compact.text();
  const auto digits = std::ranges::count_if(code, is_digit);
  return digits >= kMinDigits && digits * 3 > static_cast<std::ptrdiff_t>(code.size()) && !is_birth_date(text) &&
         !is_one_digit_only(text);
}

// 48211.50, 3.450,00, 52 000, € 4200, 61250 EUR: three digits or more in front of the decimals, none of them the 0 at
// the start of a code.
bool is_amount(std::string_view text) {
  constexpr std::size_t kMaxBytes = 24;
  constexpr std::size_t kMinDigits = 3;
  constexpr std::size_t kMaxDigits = 12;
  constexpr std::size_t kMaxWhole = 9;  // in one group
  constexpr std::string_view kNoBreakSpace = "\xc2\xa0";
  const auto is_currency = [](char c) { return is_upper(c) || is_high(c) || c == '$' || c == ' '; };
  if (text.size() > kMaxBytes || text.find(kNoBreakSpace) != std::string_view::npos) return false;
  while (!text.empty() && is_currency(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_currency(text.back())) text.remove_suffix(1);
  if (text.empty() || !is_digit(text.front()) || text.front() == '0' || !has_only(text, "., '")) return false;
  const std::size_t sign = text.find_last_of(".,");
  const bool decimals = sign != std::string_view::npos && text.size() - sign - 1 < kMinDigits;
  std::string_view whole = text.substr(0, decimals ? sign : text.size());
  if (decimals && contains(whole, text[sign])) return false;
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(whole, is_digit));
  // Groups behind the first one have three digits, else it is an address or a version.
  for (std::size_t end = whole.find_last_of(".,' "); end != std::string_view::npos; end = whole.find_last_of(".,' ")) {
    if (whole.size() - end - 1 != 3) return false;
    whole.remove_suffix(whole.size() - end);
  }
  return digits >= kMinDigits && digits <= kMaxDigits && whole.size() <= kMaxWhole;
}

bool is_code(std::string_view text) { return std::ranges::any_of(text, is_upper) && is_id(text); }

bool is_name(std::string_view text) { return is_made_of_names(text, 1); }

bool is_password(std::string_view text) {
  if (text.size() < 6 || text.size() > kMaxFormBytes || contains("/~.\\<{[$%", text.front())) return false;
  const bool letter = std::ranges::any_of(text, is_letter);
  const bool digit = std::ranges::any_of(text, is_digit);
  const bool sign = std::ranges::any_of(text, [](char c) { return contains("!#$%&*+=?@^~", c); });
  const auto slashes = std::ranges::count(text, '/');
  if (slashes > 1 || (slashes == 1 && !sign)) return false;  // a path
  const bool plain =
      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\xC2'; });
  const bool simple =
      std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || contains("-_.:", c); });
  // build-2.0 and db-3 are no passwords, velo.1435x may be one.
  const bool number =
      std::search_n(text.begin(), text.end(), 4, true, [](char c, bool) { return is_digit(c); }) != text.end();
  const bool parted = std::ranges::count_if(text, [](char c) { return contains("-_.:", c); }) > 1;
  return plain && letter && (digit || sign) && (!simple || (number && !parted));
}

bool is_person_name(std::string_view text) { return is_made_of_names(text, 2); }

bool is_phone(std::string_view text) {
  constexpr std::size_t kMaxBytes = 24;
  if (text.size() > kMaxBytes || text.empty()) return false;
  const bool plus = text.front() == '+';
  if (!has_only(text.substr(plus ? 1 : 0), " ()-./")) return false;
  const auto digits = std::ranges::count_if(text, is_digit);
  const auto dots = std::ranges::count(text, '.');
  return digits >= 7 && digits <= 15 && dots != 1 && !parse_ipv4(text) && !is_birth_date(text) &&
         !is_one_digit_only(text);
}

// Who it is, or how to reach them.
bool is_contact(std::string_view text) { return is_phone(text) || is_person_name(text); }

bool is_pin(std::string_view text) {
  return text.size() >= 4 && text.size() <= 8 && std::ranges::all_of(text, [](char c) { return is_digit(c); }) &&
         !is_one_digit_only(text);
}

// Whether `word` is the name of a month in English, perhaps cut.
bool is_month(std::string_view word) {
  constexpr std::size_t kMaxMonth = 9;
  if (word.size() > kMaxMonth) return false;
  std::array<char, kMaxMonth> folded{};
  std::ranges::transform(word, folded.begin(), to_lower);
  return std::ranges::find(kMonths, std::string_view(folded.data(), word.size())) != kMonths.end();
}

bool is_street(std::string_view text) {
  constexpr std::size_t kMinWord = 3;
  if (text.size() > kMaxFormBytes || text.size() < 6) return false;
  const auto may_be = [](char c) { return is_letter(c) || is_digit(c) || contains(" .,-/'#()&", c); };
  if (!std::ranges::all_of(text, may_be)) return false;
  int words = 0;
  bool word = false;
  bool number = false;
  bool other = false;
  const bool fits = all_words(text, [&](std::string_view part) {
    ++words;
    if (words == 1 && is_month(part)) return false;  // March 12, 2024
    while (!part.empty() && contains(".,()#-", part.back())) part.remove_suffix(1);
    while (!part.empty() && contains("(#", part.front())) part.remove_prefix(1);
    if (part.empty()) return true;
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(part, is_letter));
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(part, is_digit));
    // Only what streets are called begins with a small letter: 12 rue Bianchi, ul. Nowa 3.
    other = other || (words == 1 && is_lower(part.front()) && letters > 4 &&
                      std::ranges::find(kStreets, part) == kStreets.end());
    if (digits > 0 && letters > 3) return false;
    if (digits > 6 || parse_ipv4(part) || std::ranges::count(part, '.') > 2) return false;
    word = word || (letters >= kMinWord && letters > 2 * digits && begins_with_capital(part));
    number = number || (digits > 0 && digits <= 5 && letters <= 2);
    return true;
  });
  constexpr int kMaxWords = 9;
  return fits && word && number && !other && words >= 2 && words <= kMaxWords;
}

// Whether `form` holds for `text`, or for what it has in it: '%Meier%', an item of '{Meier,"Anna Meier"}'.
bool holds(std::string_view text, bool (*form)(std::string_view)) {
  constexpr std::size_t kMaxListBytes = 1024;
  const auto trim = [](std::string_view item, std::string_view around) {
    while (!item.empty() && contains(around, item.front())) item.remove_prefix(1);
    while (!item.empty() && contains(around, item.back())) item.remove_suffix(1);
    return item;
  };
  if (!text.starts_with('{') || !text.ends_with('}')) {
    if (form(trim(text, "%"))) return true;
    // In forms and query strings a blank is a plus sign.
    if (text.size() > kMaxFormBytes || contains(text, ' ') || !contains(text, '+')) return false;
    std::array<char, kMaxFormBytes> blanks{};
    std::ranges::replace_copy(text, blanks.begin(), '+', ' ');
    return form(trim({blanks.data(), text.size()}, "%"));
  }
  for (std::string_view rest = text.substr(1, std::min(text.size() - 2, kMaxListBytes)); !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (form(trim(rest.substr(0, end), "\"'\\ "))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

bool account_form(std::string_view text) noexcept { return holds(text, is_account); }
bool amount_form(std::string_view text) noexcept { return holds(text, is_amount); }
bool birth_date_form(std::string_view text) noexcept { return holds(text, is_birth_date); }
bool code_form(std::string_view text) noexcept { return holds(text, is_code); }
bool contact_form(std::string_view text) noexcept { return holds(text, is_contact); }
bool id_form(std::string_view text) noexcept { return holds(text, is_id); }
bool name_form(std::string_view text) noexcept { return holds(text, is_name); }
bool password_form(std::string_view text) noexcept { return holds(text, is_password); }
bool person_name_form(std::string_view text) noexcept { return holds(text, is_person_name); }
bool phone_form(std::string_view text) noexcept { return holds(text, is_phone); }
bool pin_form(std::string_view text) noexcept { return holds(text, is_pin); }
bool street_form(std::string_view text) noexcept { return holds(text, is_street); }

}  // namespace piiscrub::check
