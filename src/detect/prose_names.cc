// Names of people in prose, and in front of their mail addresses.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "detect/prose_internal.h"

namespace piiscrub {
namespace {

// Words with a capital in front that are no part of a name: what log messages say of employees, patients and customers.
bool is_no_name(std::string_view word) {
  constexpr std::string_view kWords =
      " about access account accounts active add address admin agent all an and api app application archive area"
      " audit aus authentication bad balance base batch bcc billing board branch by cache call cannot card care cc"
      " center centre certificate changed channel check client closed cluster code compte config configuration"
      " connect connected connection console conta contact context conto controller could count create created"
      " credit cuenta customer dashboard data database date db de dear debug default delete deleted department desk"
      " detail details device did directory disconnected document does done email employee empty endpoint engine"
      " entity entry erreur erro error errore event exception export failed failure false feedback fehler field file"
      " files finished for form found fout fri from gateway gestartet group handler has health hello home http https"
      " id identity import in info information input insert interface invalid invoice is ist item job json key konto"
      " ledger level library list loaded log login logout mail management manager message missing mode model module"
      " mon name network new nicht no node none not notification null number object of office ok old on open"
      " operation order page payment permission phone plan platform pod pool portal post process product profile"
      " program protocol provider query queue read ready recipient record records registration relations rendu reply"
      " report request requests response result retry role rule sales sat save saved schema search security sender"
      " sent server service services session set settings site sql start started state status stopped store subject"
      " success successfully summary sun support sync system table task team template test the thread thu ticket"
      " timeout to token total tracking transaction true tue type unable unit unknown update updated upload user"
      " users utc validation value version view warning was web wed will with worker workflow world write wurde xml "
      "yes "
      "secret expired required certificate der die das den dem ein eine ringe les los las il gold silver premium "
      "standard monitoring relationship retention satisfaction onboarding engagement lifetime segment framework parcel "
      "pipeline project release shipment solutions systems everyone everybody folks guys friends colleagues sir madam "
      "there docker grüße kunden kollegen kolleginnen mitarbeiter nutzer freunde alle clientes amigos tous todos "
      "collègues equipo équipe zusammen ";
  return is_one_of(kWords, word);
}

// Whether `word` makes what stands in front of it the name of an organisation.
bool is_of_organisation(std::string_view word) {
  constexpr std::string_view kWords =
      " ag association bank bv clinic co company corp corporation foundation gmbh holding holdings hospital inc "
      "industries"
      " institute insurance kg limited llc llp logistics ltd nv partners plc sa sarl school society spa srl "
      "technologies"
      " trust university ventures ";
  return is_one_of(kWords, word);
}

// \u00e9 and \xe9: a letter as JSON and repr spell it.
std::size_t escape_at(std::string_view text, std::size_t at) {
  if (at_or_nul(text, at) != '\\') return 0;
  const std::size_t digits = at_or_nul(text, at + 1) == 'u' ? 4 : at_or_nul(text, at + 1) == 'x' ? 2 : 0;
  if (digits == 0 || end_of_run(text, at + 2, digits, is_hex) != at + 2 + digits) return 0;
  return digits + 2;
}

// Whether a small letter of more than one byte stands at `at`: those of Cyrillic, and of Latin-1 with accents.
bool is_small_wide(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(at_or_nul(text, at));
  const auto second = static_cast<unsigned char>(at_or_nul(text, at + 1));
  return first == 0xD1 || (first == 0xD0 && second >= 0xB0) || (first == 0xC3 && second >= 0xA0);
}

// The end of the word of a name that begins at `at`: Jane, O'Neill, Brandt-Cole, Krämer, J. Not a word in capitals.
std::size_t end_of_name_word(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 40;
  std::size_t end = at;
  std::size_t letters = 0;
  bool small = false;
  bool wide = false;
  while (end - at < kMaxBytes) {
    const char c = at_or_nul(text, end);
    const std::size_t escape = escape_at(text, end);
    if (escape > 0 || is_alpha(c) || is_high(c)) {
      small = small || is_lower(c);
      wide = wide || escape > 0 || is_high(c);
      ++letters;
      end += std::max<std::size_t>(escape, 1);
      continue;
    }
    const bool joins =
        (c == '\'' || c == '-') && end > at &&
        (is_alpha(at_or_nul(text, end + 1)) || is_high(at_or_nul(text, end + 1)) || escape_at(text, end + 1) > 0);
    const bool possessive = c == '\'' && at_or_nul(text, end + 1) == 's' && !is_word(at_or_nul(text, end + 2));
    if (!joins || possessive) break;
    ++end;
  }
  const char first = at_or_nul(text, at);
  const bool capital = is_upper(first) || (is_high(first) && !is_small_wide(text, at)) || escape_at(text, at) > 0;
  if (letters == 1 && is_upper(first) && at_or_nul(text, end) == '.') return end + 1;
  if (!capital || letters < 2 || !(small || wide) || is_word(at_or_nul(text, end))) return at;
  const std::string_view word = text.substr(at, end - at);
  return is_no_name(word) || is_of_organisation(word) ? at : end;
}

// Whether all of a name is in capitals, which only letters of other alphabets tell from an abbreviation: NÓBREGA.
bool in_capitals(std::string_view name) { return std::none_of(name.begin(), name.end(), is_lower); }

// The end of the word in capitals at `at` that may go on such a name, or `at`: LIMA.
std::size_t end_of_capitals(std::string_view text, std::size_t at) {
  constexpr std::size_t kFewest = 3;
  constexpr std::size_t kMost = 24;
  const std::size_t end = end_of_run(text, at, kMost, is_upper);
  return end - at < kFewest || is_word(at_or_nul(text, end)) ? at : end;
}

std::size_t end_of_particle(std::string_view text, std::size_t at) {
  constexpr std::string_view kParticles =
      " van von der den de da do dos das del della di du des la le el al bin ibn ben zu zur ter ten y e ";
  const std::size_t end = end_of_run(text, at, 6, is_lower);
  return is_one_of(kParticles, text.substr(at, end - at)) && at_or_nul(text, end) == ' ' ? end : at;
}

// The word that ends in front of the blank at `at`, and the full stop behind it.
std::string_view word_in_front(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 16;
  if (at == 0 || text[at - 1] != ' ') return {};
  std::size_t end = at - 1;
  if (end > 0 && text[end - 1] == '.') --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kMaxBytes && (is_alpha(text[begin - 1]) || is_high(text[begin - 1]))) --begin;
  return text.substr(begin, end - begin);
}

// Whether `word` is a title behind which one name is enough: Mrs. Doe, Herr Weiß.
bool is_title(std::string_view word) {
  constexpr std::string_view kTitles =
      " mr mrs ms dr prof herr herrn frau mme mlle madame monsieur sra srta señor señora señorita senhor senhora signor"
      " signora dott dottoressa pani mevr mevrouw meneer geachte ";
  return is_one_of(kTitles, word);
}

// Whether `word` greets whose name follows, if the greeting ends behind that: Hi Jane, or Dear Jane!
bool is_greeting(std::string_view word) {
  constexpr std::string_view kGreetings =
      " hi hello hallo hey lieber liebe bonjour cher chère hola estimado estimada querido querida ciao caro cara"
      " gentile olá oi prezado prezada beste hej witaj merhaba sayın sayin ahoj szia bună ";
  return is_one_of(kGreetings, word);
}

}  // namespace

// Between quotes no other word with a capital may follow: "House Keeping Job".
std::optional<Span> find_name(std::string_view text, std::size_t at, ProseLink link) noexcept {
  std::size_t end = end_of_name_word(text, at);
  if (end == at) return std::nullopt;
  int words = 1;
  int full = text[end - 1] == '.' ? 0 : 1;
  while (words < 4 && at_or_nul(text, end) == ' ') {
    std::size_t next = end + 1;
    for (int i = 0; i < 2; ++i) {
      const std::size_t particle = end_of_particle(text, next);
      if (particle != next) next = particle + 1;
    }
    std::size_t last = end_of_name_word(text, next);
    if (last == next && in_capitals(text.substr(at, end - at))) last = end_of_capitals(text, next);
    if (last == next) break;
    full += text[last - 1] == '.' ? 0 : 1;
    end = last;
    ++words;
  }
  const char behind = at_or_nul(text, end);
  if (behind == ' ') {
    const std::size_t next = end_of_run(text, end + 1, 16, is_alpha);
    if (is_of_organisation(text.substr(end + 1, next - end - 1))) return std::nullopt;
    if (link.quote != 0 && is_upper(at_or_nul(text, end + 1))) return std::nullopt;
  }
  // In front of a colon it is a key, unless it can be none.
  const bool key = behind == ':' && std::none_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                                                 text.begin() + static_cast<std::ptrdiff_t>(end), is_high);
  if (key || behind == '=' || behind == '(') return std::nullopt;
  const std::string_view in_front = word_in_front(text, at);
  const bool greeted = is_greeting(in_front);
  if (greeted && behind != ',' && behind != '!') return std::nullopt;
  if (words >= 2 && full >= 2) return Span{at, end};
  constexpr std::size_t kMinAlone = 3;  // Dr. is none
  const bool alone =
      words == full && end - at >= kMinAlone && (greeted || is_title(in_front)) && !is_title(text.substr(at, end - at));
  return alone ? std::optional(Span{at, end}) : std::nullopt;
}

namespace {

constexpr std::size_t kMaxFirstBytes = 22;  // of a name

std::size_t end_of_first(std::string_view text, std::size_t at) {
  return end_of_run(text, at, kMaxFirstBytes, [](char c) { return c != ' ' && c != '\n' && !is_digit(c); });
}

bool is_capital(char c) { return is_upper(c) || is_high(c) || c == '\\'; }

// Jane D, Jane d
bool begins_two_words(std::string_view text, std::size_t at) {
  const std::size_t end = end_of_first(text, at);
  const char next = at_or_nul(text, end + 1);
  return end > at + 1 && at_or_nul(text, end) == ' ' && (is_capital(next) || is_alpha(next));
}

// Jane, or Jane!
bool is_greeted(std::string_view text, std::size_t at) {
  const std::string_view word = text.substr(at, end_of_first(text, at) - at);
  return word.find_first_of(",!", 1) != std::string_view::npos;
}

}  // namespace

// Jane D, 'Jane D, behind a phrase in small letters, but for the first; a title is short, so that only its capital or
// full stop makes it rare: Mr. Jane Doe. What greets is followed by the name alone.
bool begins_name(std::string_view text, std::size_t at, ProseLead lead) noexcept {
  constexpr std::size_t kMaxTitle = 3;
  const auto is_quote = [](char c) { return c == '\'' || c == '"'; };
  if (at_or_nul(text, at) == '\\' && is_quote(at_or_nul(text, at + 1))) ++at;
  if (is_quote(at_or_nul(text, at))) ++at;
  if (lead.linked || !is_capital(at_or_nul(text, at))) return false;
  if (std::any_of(lead.phrase.begin() + 1, lead.phrase.end(), is_upper)) return false;
  const bool is_short = lead.phrase.size() <= kMaxTitle;
  const bool title = is_title(lead.phrase) && (lead.point || !is_short || is_upper(lead.phrase.front()));
  if (title) return true;
  const bool greeting = is_greeting(lead.phrase);
  return (greeting && is_greeted(text, at)) || ((greeting || lead.point == is_short) && begins_two_words(text, at));
}

namespace {

// The name between quotes that `text` ends with, in front of the second of them: "Doe, Jane".
std::optional<Span> surname_first(std::string_view text) {
  constexpr std::size_t kMaxBytes = 96;
  std::size_t begin = text.size();
  std::size_t commas = 0;
  const auto in_name = [](char c) {
    return is_alpha(c) || is_high(c) || c == ' ' || c == '\'' || c == '-' || c == '.' || c == ',';
  };
  while (begin > 0 && text.size() - begin < kMaxBytes && in_name(text[begin - 1])) commas += text[--begin] == ',';
  if (begin == 0 || text[begin - 1] != '"' || commas != 1) return std::nullopt;
  const std::string_view name = text.substr(begin);
  const std::size_t comma = name.find(',');
  const auto is_capital = [](char c) { return is_upper(c) || is_high(c); };
  const bool named = comma > 1 && comma + 3 < name.size() && name[comma + 1] == ' ' && is_capital(name.front()) &&
                     is_capital(name[comma + 2]);
  return named ? std::optional(Span{begin, text.size()}) : std::nullopt;
}

}  // namespace

std::optional<Span> find_display_name(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxBytes = 96;
  constexpr auto kOpenings =
      std::to_array<std::string_view>({" <", " &lt;", " \\u003c", " \\u003C", " <sip:", " <sips:", " <mailto:"});
  const std::string_view front = text.substr(0, at);
  const auto* const opening = std::find_if(kOpenings.begin(), kOpenings.end(),
                                           [&](std::string_view text_of) { return front.ends_with(text_of); });
  if (opening == kOpenings.end()) return std::nullopt;
  std::size_t end = at - opening->size();
  if (end > 0 && text[end - 1] == '"') --end;
  if (end > 0 && text[end - 1] == '\\') --end;
  if (text[end] != ' ') {
    if (const std::optional<Span> name = surname_first(text.substr(0, end)); name) return name;
  }
  // Back over what names consist of, then forward to the first word from which all of it is one.
  std::size_t begin = end;
  const auto in_name = [](char c) {
    return is_alnum(c) || is_high(c) || c == ' ' || c == '\'' || c == '-' || c == '.' || c == '\\';
  };
  while (begin > 0 && end - begin < kMaxBytes && in_name(text[begin - 1])) --begin;
  const std::string_view all = text.substr(0, end);
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin && text[i - 1] != ' ') continue;
    const std::optional<Span> name = find_name(all, i, {});
    if (name && name->end == end) return name;
  }
  return std::nullopt;
}

}  // namespace piiscrub
