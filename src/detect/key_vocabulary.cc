#include "detect/key_vocabulary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <type_traits>

#include "base/ascii.h"
#include "detect/key_abbreviations.h"
#include "detect/key_phrase.h"
#include "detect/key_words.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxRunWords = 5;
constexpr std::size_t kMinTailBytes = 7;
constexpr std::size_t kMinEdgeTailBytes = 4;  // of what counts at an edge: hundehaltername
constexpr std::size_t kMinThingTailBytes =
    6;                                        // of what has no such attribute: schulungsprodukt_name, no driver's river
constexpr std::size_t kMinJoinedBytes = 6;    // of words that are taken apart
constexpr std::size_t kMinWideTailBytes = 6;  // of scripts in which a word is a sign or two: 用户密码

// Words that make a key a property of the value when they stand behind it, or as its first word in front of it.
constexpr auto kCancelLast = std::to_array<std::string_view>(
    {"aangemaakt",    "aantal",      "abgelaufen", "ablauf",       "actualizado", "adapter",
     "aendret",       "age",         "aggiornato", "aktualisiert", "algorithm",   "allowed",
     "alterada",      "alterado",    "am",         "andrad",       "andrat",      "antal",
     "anzahl",        "arn",         "at",         "attempt",      "attempts",    "atualizado",
     "available",     "backend",     "batch",      "beleid",       "bijgewerkt",  "bitis",
     "bitiş",         "bounds",      "bucket",     "button",       "by",          "bytes",
     "cache",         "caduca",      "caducidad",  "cambiada",     "cambiado",    "campaign",
     "category",      "changed",     "class",      "cnt",          "color",       "column",
     "confirmed",     "consent",     "count",      "creada",       "creado",      "created",
     "criada",        "criado",      "currency",   "dagen",        "days",        "degisim",
     "degistirme",    "delay",       "delka",      "deneme",       "değişim",     "değiştirme",
     "dias",          "disabled",    "diubah",     "dlina",        "dlugosc",     "domain",
     "domains",       "duration",    "délka",      "días",         "długość",     "em",
     "enabled",       "endpoint",    "endret",     "engine",       "error",       "errors",
     "erstellt",      "essais",      "event",      "events",       "exists",      "expira",
     "expirace",      "expiration",  "expire",     "expired",      "expires",     "expiruje",
     "expiry",        "exported",    "factory",    "failures",     "feature",     "field",
     "fields",        "file",        "filename",   "filter",       "flow",        "forca",
     "form",          "format",      "força",      "frozen",       "fuerza",      "function",
     "geaendert",     "gecerlilik",  "geldig",     "gewijzigd",    "geändert",    "geçerlilik",
     "giltigt",       "giorni",      "gueltig",    "gun",          "guncelleme",  "gültig",
     "gün",           "güncelleme",  "handler",    "hari",         "help",        "hint",
     "hossz",         "hossza",      "host",       "hosts",        "hours",       "icon",
     "imported",      "in",          "incercari",  "index",        "indexed",     "intentos",
     "interval",      "invalid",     "issuer",     "izmenen",      "job",         "jobs",
     "jours",         "kb",          "kebijakan",  "kedaluwarsa",  "kind",        "label",
     "laengde",       "laenge",      "langd",      "language",     "latency",     "lejar",
     "lejarat",       "lejár",       "lejárat",    "len",          "lengde",      "lengte",
     "length",        "level",       "limit",      "list",         "loaded",      "locale",
     "longueur",      "lunghezza",   "lungime",    "längd",        "länge",       "længde",
     "manager",       "match",       "matched",    "matches",      "max",         "mb",
     "method",        "middleware",  "migration",  "min",          "minutes",     "missing",
     "mode",          "model",       "modificada", "modificado",   "modificata",  "modificato",
     "modifie",       "modifié",     "modositva",  "module",       "ms",          "muutettu",
     "módosítva",     "name",        "names",      "napok",        "needed",      "notification",
     "notifications", "on",          "optional",   "page",         "panjang",     "parser",
     "path",          "pattern",     "pct",        "percent",      "percentage",  "percobaan",
     "pituus",        "platnost",    "plugin",     "pogingen",     "pokusy",      "policy",
     "politica",      "politika",    "politikasi", "politique",    "polityka",    "política",
     "popytki",       "port",        "preference", "preferences",  "prefix",      "present",
     "probalkozas",   "proby",       "processed",  "prompt",       "provided",    "provider",
     "próby",         "próbálkozás", "purged",     "qty",          "queue",       "quota",
     "range",         "ranges",      "rate",       "ratio",        "reason",      "regex",
     "repository",    "required",    "reset",      "resolver",     "result",      "retries",
     "retry",         "review",      "reviews",    "richtlinie",   "rotation",    "rules",
     "scade",         "scheme",      "schimbat",   "schimbata",    "scope",       "scopes",
     "score",         "screen",      "sec",        "seconds",      "secs",        "section",
     "sent",          "server",      "service",    "size",         "skipped",     "source",
     "staerke",       "stage",       "state",      "status",       "step",        "sterkte",
     "store",         "strategy",    "strength",   "style",        "stärke",      "subject",
     "supported",     "suresi",      "synced",     "szabalyzat",   "szabályzat",  "süresi",
     "table",         "tag",         "tage",       "tags",         "tamanho",     "tamano",
     "tamaño",        "tarihi",      "template",   "tentativas",   "tentatives",  "tentativi",
     "timeout",       "timezone",    "tipo",       "tokens",       "topic",       "total",
     "ttl",           "typ",         "type",       "udloeber",     "udløber",     "unique",
     "updated",       "uri",         "url",        "usage",        "used",        "utloper",
     "utløper",       "utworzono",   "uzunlugu",   "uzunluğu",     "vaihdettu",   "valabilitate",
     "valid",         "validade",    "validator",  "validators",   "validez",     "valtozas",
     "vanhenee",      "vence",       "verified",   "verloopt",     "verlopen",    "version",
     "versuche",      "view",        "visibility", "wazne",        "waznosc",     "ważność",
     "worker",        "workers",     "wygasa",     "zile",         "zmena",       "zmeneno",
     "zmiana",        "zmienione",   "zmieniono",  "změna",        "změněno",     "zuletzt",
     "ändrad",        "ändrat",      "ændret",     "длина",        "изменен",     "изменено",
     "изменён",       "обновлен",    "попытки",    "срок"});
constexpr auto kCancelFirst = std::to_array<std::string_view>(
    {"allow", "can",  "check", "count", "disable", "enable",  "forgot",   "has",   "is",   "max",   "min", "missing",
     "must",  "need", "needs", "no",    "num",     "require", "requires", "reset", "show", "total", "use", "validate"});

// And such as only say that it is a number.
constexpr auto kOfNumbers =
    std::to_array<std::string_view>({"nbr", "no", "nr", "nro", "num", "number", "numer", "numero", "nummer"});

template <std::size_t kCount>
bool is_one_of(std::string_view folded, const std::array<std::string_view, kCount>& ones) {
  return std::find(ones.begin(), ones.end(), folded) != ones.end();
}

// FNV-1a over lower-case letters and digits.
constexpr std::uint64_t kHashSeed = 0xcbf29ce484222325U;

std::uint64_t hash_with(std::uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U; }

std::uint16_t word_bit(std::uint64_t hash) { return static_cast<std::uint16_t>(hash >> 32U); }

std::uint64_t hash_of(std::string_view folded) {
  std::uint64_t hash = kHashSeed;
  for (const char c : folded) hash = hash_with(hash, c);
  return hash;
}

// Phrases end in few ways: what a key's words end in tells nearly always that none of them is one.
constexpr std::size_t kEndBytes = 3;

std::uint16_t end_of(std::string_view folded) {
  std::uint32_t end = 0;
  for (const char c : folded.substr(folded.size() - std::min(folded.size(), kEndBytes)))
    end = end << 8 | static_cast<unsigned char>(c);
  return static_cast<std::uint16_t>(end * 0x9e3779b1U >> 16);
}

// The same for those that may be the end of a longer word.
std::uint16_t tail_of(std::string_view folded) {
  std::uint64_t tail = 0;
  for (const char c : folded.substr(folded.size() - kMinWideTailBytes))
    tail = tail << 8 | static_cast<unsigned char>(c);
  return static_cast<std::uint16_t>(tail * 0x9e3779b97f4a7c15U >> 48);
}

// How long the end of a word that begins with `c` must be to be told as one.
std::size_t min_tail_bytes(char c) { return static_cast<unsigned char>(c) >= 0xE3 ? kMinWideTailBytes : kMinTailBytes; }

// Whether `key` is a UUID or a digest, perhaps shortened as container runtimes do: what words there seem to be in it,
// as the 2fa of 2fa5153898c2, came by chance.
bool is_id(std::string_view key) {
  constexpr std::size_t kMinBytes = 12;
  const auto in_id = [](char c) { return is_hex(c) || c == '-'; };
  return key.size() >= kMinBytes && std::all_of(key.begin(), key.end(), in_id);
}

// Adds the words of `phrase` that may be parts of longer ones.
void add_words(std::string_view phrase, std::set<std::string>& words) {
  constexpr std::size_t kLeast = 3;
  while (!phrase.empty()) {
    const std::size_t end = std::min(phrase.find(' '), phrase.size());
    std::string letters = key_letters(phrase.substr(0, end));
    if (letters.size() >= kLeast) words.insert(std::move(letters));
    phrase.remove_prefix(std::min(end + 1, phrase.size()));
  }
}

template <std::size_t kWords>
bool is_set(const std::array<std::uint64_t, kWords>& bits, std::uint16_t bit) {
  return (bits[bit / 64] >> bit % 64 & 1) != 0;
}

}  // namespace

KeyVocabulary::KeyVocabulary(std::span<const Rule> rules) {
  std::vector<Phrase> phrases;
  std::set<std::string> last_words;
  std::set<std::string> all_words;
  std::map<std::string, std::vector<std::size_t>> with_edges;  // rules with edge_keys, by type
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i].edge_keys.empty()) with_edges[rules[i].type].push_back(i);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto add_one = [&](const std::string& text, Kind kind) {
      const bool is_ending = is_key_ending(text);
      const bool is_beginning = is_key_beginning(text);
      if (kind == Kind::edge && (is_ending || is_beginning)) kind = is_ending ? Kind::end : Kind::beginning;
      const bool at_edge = is_edge(kind);
      const bool is_long = at_edge                   ? text.size() >= kMinEdgeTailBytes
                           : kind == Kind::exception ? is_ending || text.size() >= kMinThingTailBytes
                                                     : kind == Kind::part && text.size() >= min_tail_bytes(text[0]);
      const bool is_tail = is_long && text.find(' ') == std::string::npos;
      const std::string letters = key_letters(text.substr(is_ending ? 1 : 0, text.size() - (is_beginning ? 1 : 0)));
      phrases.push_back({hash_of(letters), static_cast<std::uint16_t>(i), kind, is_tail, end_of(letters),
                         is_tail && kind == Kind::part ? tail_of(letters) : std::uint16_t{0}});
    };
    const auto add = [&](const std::vector<std::string>& texts, Kind kind) {
      for (const std::string& text : texts) {
        for (const std::string& phrase : expand_phrase(text)) {
          add_one(phrase, kind);
          if (kind != Kind::exception) add_words(phrase, all_words);
          const std::size_t blank = phrase.rfind(' ');
          const bool goes_on = kind != Kind::whole && kind != Kind::exception && !is_key_ending(phrase);
          if (goes_on && blank != std::string::npos) last_words.insert(phrase.substr(blank + 1));
        }
      }
    };
    add(rules[i].keys, Kind::part);
    add(rules[i].whole_keys, Kind::whole);
    add(rules[i].edge_keys, rules[i].context.empty() ? Kind::edge : Kind::weak_edge);
    add(rules[i].unless_keys, Kind::exception);
    if (rules[i].edge_keys.empty()) continue;
    for (const std::size_t other : with_edges[rules[i].type]) {
      if (other != i) add(rules[other].unless_keys, Kind::exception);
    }
  }
  for (const std::string& word : last_words) {
    const std::string letters = key_letters(word);
    phrases.push_back({hash_of(letters), 0, Kind::last_word, false, end_of(letters), 0});
  }
  add_words_in_compounds(all_words);
  for (const std::string& letters : all_words) {
    if (!phrases.empty()) phrases.push_back({hash_of(letters), 0, Kind::word, false, 0, 0});
  }
  if (phrases.empty()) return;
  std::sort(phrases.begin(), phrases.end(),
            [](const Phrase& a, const Phrase& b) { return a.hash != b.hash ? a.hash < b.hash : a.rule < b.rule; });
  static_assert(std::is_trivially_copyable_v<Tables> && sizeof(Tables) % sizeof(std::uint64_t) == 0);
  static_assert(sizeof(Phrase) % sizeof(std::uint64_t) == 0 && std::has_unique_object_representations_v<Phrase>);
  auto tables = std::make_unique<Tables>();
  tables->phrases = phrases.size();
  const auto set = [](auto& bits, std::uint16_t bit) { bits[bit / 64] |= std::uint64_t{1} << bit % 64; };
  for_each_abbreviation([&](std::string_view word) { set(tables->closing, end_of(word)); });
  for (const Phrase& phrase : phrases) {
    ++tables->starts[bucket(phrase.hash) + 1];
    if (phrase.kind == Kind::word) set(tables->words, word_bit(phrase.hash));
    if (phrase.kind != Kind::exception && phrase.kind != Kind::word) set(tables->closing, phrase.end);
    if (is_edge(phrase.kind)) {
      set(tables->edges, phrase.end);
      continue;
    }
    if (phrase.kind != Kind::exception && phrase.kind != Kind::word) set(tables->ends, phrase.end);
    if (phrase.is_tail && phrase.kind == Kind::part) set(tables->tails, phrase.tail);
  }
  for (std::size_t i = 1; i < tables->starts.size(); ++i) tables->starts[i] += tables->starts[i - 1];
  std::string bytes(reinterpret_cast<const char*>(tables.get()), sizeof(Tables));
  bytes.append(reinterpret_cast<const char*>(phrases.data()), phrases.size() * sizeof(Phrase));
  own_.resize(bytes.size() / sizeof(std::uint64_t));
  std::memcpy(own_.data(), bytes.data(), bytes.size());
  use({reinterpret_cast<const char*>(own_.data()), own_.size() * sizeof(std::uint64_t)});
}

std::string_view KeyVocabulary::save() const {
  if (tables_ == nullptr) return {};
  return {reinterpret_cast<const char*>(tables_), sizeof(Tables) + phrases_.size_bytes()};
}

bool KeyVocabulary::use(std::string_view bytes) {
  tables_ = nullptr;
  phrases_ = {};
  if (bytes.empty()) return true;
  if (bytes.size() < sizeof(Tables) || reinterpret_cast<std::uintptr_t>(bytes.data()) % kAlignment != 0) return false;
  const auto* const tables = reinterpret_cast<const Tables*>(bytes.data());
  if ((bytes.size() - sizeof(Tables)) / sizeof(Phrase) != tables->phrases || tables->starts.back() != tables->phrases) {
    return false;
  }
  tables_ = tables;
  phrases_ = {reinterpret_cast<const Phrase*>(bytes.data() + sizeof(Tables)), tables->phrases};
  return true;
}

std::span<const KeyVocabulary::Phrase> KeyVocabulary::equal(std::uint64_t hash) const {
  const Phrase* begin = phrases_.data() + tables_->starts[bucket(hash)];
  const Phrase* const end = phrases_.data() + tables_->starts[bucket(hash) + 1];
  while (begin != end && begin->hash < hash) ++begin;
  const Phrase* last = begin;
  while (last != end && last->hash == hash) ++last;
  return {begin, last};
}

std::optional<std::uint16_t> KeyVocabulary::find(std::string_view key) const { return look_up(key).rule; }

KeyVocabulary::Meaning KeyVocabulary::look_up(std::string_view key) const {
  if (phrases_.empty() || is_id(key)) return {};
  const KeyWords words(key);
  const auto meaning_of = [&](const KeyWords& of, Reach reach) -> Meaning {
    const std::optional<std::uint16_t> rule = find(of, reach);
    return {rule, rule ? find_edge(of, Edges::strong, reach) : std::nullopt, ends_phrase(words)};
  };
  const Meaning meaning = meaning_of(words, Reach::any);
  if (meaning.rule) return meaning;
  const auto full_meaning_of = [&](const KeyWords& of, Reach reach) -> Meaning {
    KeyWords::Room room;
    const std::string_view full = of.written_out(room);
    return full.empty() ? meaning : meaning_of(KeyWords(full), reach);
  };
  if (const Meaning full = full_meaning_of(words, Reach::any); full.rule) return full;
  if (!may_close(words)) return meaning;
  KeyWords::Room room;
  const std::string_view parted = words.parted(room, [&](std::string_view word) { return begins_in(word); });
  if (parted.empty()) return meaning;
  const KeyWords parts(parted);
  // What the last of the parts is no part of may stand there by chance: telnet, addrinfo.
  const Meaning of_parts = meaning_of(parts, Reach::end);
  return of_parts.rule ? of_parts : full_meaning_of(parts, Reach::end);
}

// Whether the last of the words may end in what tells: quick, and of most keys it says no.
bool KeyVocabulary::may_close(const KeyWords& words) const {
  std::size_t last = words.count();
  while (last > 1 && is_digit(words[last - 1].front())) --last;
  if (last == 0 || words[last - 1].size() < kMinJoinedBytes) return false;
  const std::string_view word = words[last - 1];
  return is_set(tables_->closing, end_of(word)) || is_set(tables_->closing, end_of(word.substr(word.size() - 2)));
}

// Whether phrases are made with the word of that hash.
bool KeyVocabulary::is_word(std::uint64_t hash) const {
  if (!is_set(tables_->words, word_bit(hash))) return false;
  const std::span<const Phrase> found = equal(hash);
  return std::any_of(found.begin(), found.end(), [](const Phrase& phrase) { return phrase.kind == Kind::word; });
}

// Whether it means something of its own: a format is no mat for anything.
bool KeyVocabulary::is_of_keys(std::string_view word) const {
  if (is_one_of(word, kCancelLast) || is_one_of(word, kCancelFirst)) return true;
  const std::span<const Phrase> found = equal(hash_of(word));
  return std::any_of(found.begin(), found.end(), [](const Phrase& phrase) { return phrase.kind == Kind::exception; });
}

// Bits for where the words begin that `word` consists of, if it does and is none itself: custbirthdate, as databases
// spell custBirthDate. Of several ways that with the fewest words.
std::uint64_t KeyVocabulary::begins_in(std::string_view word) const {
  constexpr std::size_t kMost = 40;
  constexpr std::size_t kLongest = 20;  // of the words in it
  constexpr std::uint8_t kNever = 255;
  if (word.size() < kMinJoinedBytes || word.size() > kMost || is_digit(word.front())) return 0;
  std::array<std::uint8_t, kMost + 1> fewest;  // words that reach to there
  std::array<std::uint8_t, kMost + 1> from;    // where the last of them begins
  fewest.fill(kNever);
  fewest[0] = 0;
  for (std::size_t begin = 0; begin < word.size(); ++begin) {
    if (fewest[begin] == kNever) continue;
    std::uint64_t hash = kHashSeed;
    for (std::size_t end = begin + 1; end <= std::min(word.size(), begin + kLongest); ++end) {
      hash = hash_with(hash, word[end - 1]);
      if (end - begin < 2 || fewest[end] <= fewest[begin] + 1 || !is_word(hash)) continue;
      fewest[end] = static_cast<std::uint8_t>(fewest[begin] + 1);
      from[end] = static_cast<std::uint8_t>(begin);
    }
  }
  if (fewest[word.size()] == kNever || fewest[word.size()] < 2 || is_of_keys(word)) return 0;
  std::uint64_t bits = 0;
  for (std::size_t end = word.size(); end > 0; end = from[end]) bits |= std::uint64_t{1} << from[end];
  return bits;
}

std::optional<std::uint16_t> KeyVocabulary::find(const KeyWords& words, Reach reach) const {
  // The run that ends last, and of those the longest.
  std::size_t least = 0;
  if (reach == Reach::end) {
    least = words.count();
    while (least > 1 && is_one_of(words[least - 1], kOfNumbers)) --least;  // pasaportenro
    least -= std::min<std::size_t>(least, 1);
  }
  for (std::size_t end = words.count(); end > least; --end) {
    const std::size_t first = end - std::min(end, kMaxRunWords);
    const KnownEnds known = known_ends(words.run(first, end));
    for (std::size_t begin = first; begin < end; ++begin) {
      const std::string_view run = words.run(begin, end);
      if (!known[std::min(run.size(), kEndBytes)]) continue;
      for (const Phrase& phrase : equal(hash_of(run))) {
        if (phrase.kind != Kind::part && phrase.kind != Kind::whole) continue;
        if (phrase.kind == Kind::whole && (begin > 0 || end < words.count())) continue;
        if (!cancelled(words, begin, end, phrase.rule)) return phrase.rule;
      }
    }
  }
  if (reach == Reach::any) {
    if (const std::optional<std::uint16_t> rule = find_tail(words)) return rule;
  }
  return find_edge(words, Edges::any, reach);
}

bool KeyVocabulary::ends_phrase(const KeyWords& words) const {
  if (words.count() != 1 || !known_ends(words[0])[std::min(words[0].size(), kEndBytes)]) return false;
  const std::span<const Phrase> found = equal(hash_of(words[0]));
  return std::any_of(found.begin(), found.end(), [](const Phrase& phrase) { return phrase.kind == Kind::last_word; });
}

// Which ends of `folded` are phrases or, if they are longer, ends of some.
KeyVocabulary::KnownEnds KeyVocabulary::known_ends(std::string_view folded) const {
  static_assert(std::tuple_size_v<KnownEnds> == kEndBytes + 1);
  KnownEnds known{};
  for (std::size_t size = std::min(folded.size(), kEndBytes); size > 0; --size)
    known[size] = is_set(tables_->ends, end_of(folded.substr(folded.size() - size)));
  return known;
}

// Words that were put together without anything between them: userpassword, kundentelefonnummer.
std::optional<std::uint16_t> KeyVocabulary::find_tail(const KeyWords& words) const {
  for (std::size_t i = words.count(); i > 0; --i) {
    const std::string_view word = words[i - 1];
    if (word.size() <= kMinWideTailBytes || !is_set(tables_->tails, tail_of(word))) continue;
    for (std::size_t from = 1; from + kMinWideTailBytes <= word.size(); ++from) {
      if (from + min_tail_bytes(word[from]) > word.size()) continue;
      for (const Phrase& phrase : equal(hash_of(word.substr(from)))) {
        if (!phrase.is_tail || phrase.kind != Kind::part) continue;
        if (!cancelled(words, i - 1, i, phrase.rule)) return phrase.rule;
      }
    }
  }
  return std::nullopt;
}

namespace {

// Words behind an attribute that leave it the last one: patient_name_txt, owner_tel_1.
constexpr auto kAddsNothing =
    std::to_array<std::string_view>({"alt", "enc", "encrypted", "full", "new", "neu", "nuevo", "old", "plain", "raw",
                                     "str", "string", "text", "txt", "val", "value"});
// Of those, words that are attributes as well: a str is a string or a Straße.
constexpr auto kBothWays = std::to_array<std::string_view>({"str"});
// And such as make what is in front of them something else: an address_id is no address.
constexpr auto kNamesOther = std::to_array<std::string_view>(
    {"ar", "code", "codes", "cs", "da", "de", "el",  "en",   "es",  "fi",  "fr",  "he",  "hu",
     "id", "idx",  "ids",   "it", "ja", "ko", "key", "keys", "nl",  "no",  "nr",  "num", "number",
     "pl", "pt",   "ref",   "ru", "sv", "tr", "uk",  "zh",   "set", "uid", "uuid"});

// In front they say that a number follows: no_sim, num_permis.
constexpr auto kNumbers = std::to_array<std::string_view>({"no", "num"});
// And such as only link the attribute with what it belongs to: nome_do_arquivo.
constexpr auto kLinks = std::to_array<std::string_view>(
    {"da", "de", "del", "della", "der", "des", "di", "display", "do", "du", "la", "of", "the", "van"});

// What stands between the parts of a compound: Firmenname, Eigentümersname.
std::string_view without_link(std::string_view word) {
  for (const std::string_view link : {"en", "es", "s", "n", "e"}) {
    if (word.size() > link.size() + 2 && word.ends_with(link)) return word.substr(0, word.size() - link.size());
  }
  return word;
}

}  // namespace

// An attribute of whatever the other words are, unless they are what has no such attribute; else what ends the key.
std::optional<std::uint16_t> KeyVocabulary::find_edge(const KeyWords& words, Edges which, Reach reach) const {
  std::size_t end = words.count();
  const auto adds_nothing = [](std::string_view word) {
    return std::all_of(word.begin(), word.end(), is_digit) || is_one_of(word, kAddsNothing);
  };
  while (end > 1 && adds_nothing(words[end - 1])) --end;
  if (end == 0) return std::nullopt;
  const auto is_beside = [&](std::size_t at) { return words[at].size() > 1 && !is_digit(words[at].front()); };
  std::size_t first = 1;  // with something in front, which is not so in B9CC
  while (first < end && !is_beside(first - 1)) ++first;
  if (const auto rule = last_edge(words, first, end, which)) return rule;
  if (reach == Reach::end) return last_edge(words, 0, end, Edges::ends);
  const bool is_other = is_one_of(words[end - 1], kNamesOther);
  const auto first_edge = [&](Edges edges) -> std::optional<std::uint16_t> {
    for (std::size_t last = std::min(end - 1, kMaxRunWords); last > 0 && !is_other; --last) {
      if (!is_beside(last)) continue;
      if (const auto rule = edge_at(words, 0, last, edges)) return rule;
    }
    return std::nullopt;
  };
  if (const auto rule = first_edge(which)) return rule;
  if (end > 0 && end < words.count() && is_one_of(words[end], kBothWays)) {
    if (const auto rule = last_edge(words, end, end + 1, which)) return rule;
  }
  if (const auto rule = last_edge(words, 0, end, Edges::ends)) return rule;
  return first_edge(Edges::beginnings);
}

// The rule of what the key ends with: the words from `first` or a later one on to `end`, or the end of the last one.
std::optional<std::uint16_t> KeyVocabulary::last_edge(const KeyWords& words, std::size_t first, std::size_t end,
                                                      Edges which) const {
  for (std::size_t begin = std::max(first, end - std::min(end, kMaxRunWords)); begin < end; ++begin) {
    if (const auto rule = edge_at(words, begin, end, which)) return rule;
  }
  return edge_in(words, end - 1, which);
}

bool KeyVocabulary::counts(const Phrase& phrase, Edges which) {
  if (which == Edges::ends || which == Edges::beginnings) {
    return phrase.kind == (which == Edges::ends ? Kind::end : Kind::beginning);
  }
  return phrase.kind == Kind::edge || (phrase.kind == Kind::weak_edge && which == Edges::any);
}

std::optional<std::uint16_t> KeyVocabulary::edge_at(const KeyWords& words, std::size_t begin, std::size_t end,
                                                    Edges which) const {
  const std::string_view run = words.run(begin, end);
  if (!is_set(tables_->edges, end_of(run))) return std::nullopt;
  for (const Phrase& phrase : equal(hash_of(run))) {
    if (counts(phrase, which) && !edge_cancelled(words, begin, end, phrase)) return phrase.rule;
  }
  return std::nullopt;
}

// Whether what the words [begin, end) are an attribute of has none of `rule`. It stands beside them: a
// school_contact_name is a contact's, no school's.
bool KeyVocabulary::edge_cancelled(const KeyWords& words, std::size_t begin, std::size_t end,
                                   const Phrase& phrase) const {
  const std::uint16_t rule = phrase.rule;
  if (end < words.count() && is_one_of(words[words.count() - 1], kCancelLast)) return true;
  if (begin > 0 && is_one_of(words[0], kCancelFirst) && !is_one_of(words[0], kNumbers)) return true;
  if (phrase.kind == Kind::end) return false;
  const auto says_nothing = [](std::string_view word) {
    return std::all_of(word.begin(), word.end(), is_digit) || is_one_of(word, kLinks);
  };
  if (begin > 0) {
    std::size_t last = begin;
    while (last > 0 && says_nothing(words[last - 1])) --last;
    for (std::size_t first = last - std::min(last, kMaxRunWords); first < last; ++first) {
      if (is_exception(words.run(first, last), rule)) return true;
    }
    return last > 0 && ends_as_exception(words[last - 1], rule);
  }
  while (end < words.count() && says_nothing(words[end])) ++end;
  for (std::size_t last = end; last < words.count() && last - end < kMaxRunWords; ++last) {
    if (is_exception(words.run(end, last + 1), rule)) return true;
  }
  return end < words.count() && ends_as_exception(words[end], rule);
}

// The same at the end of the word at `at`: kundenname.
std::optional<std::uint16_t> KeyVocabulary::edge_in(const KeyWords& words, std::size_t at, Edges which) const {
  constexpr std::size_t kMinInFront = 3;
  constexpr std::size_t kMaxEdgeTailBytes = 16;
  const std::string_view word = words[at];
  if (word.size() < kMinInFront + kMinEdgeTailBytes || !is_set(tables_->edges, end_of(word))) return std::nullopt;
  const std::size_t most = std::min(word.size() - kMinInFront, kMaxEdgeTailBytes);
  for (std::size_t size = most; size >= kMinEdgeTailBytes; --size) {
    const std::string_view in_front = word.substr(0, word.size() - size);
    for (const Phrase& phrase : equal(hash_of(word.substr(in_front.size())))) {
      if (!phrase.is_tail || !counts(phrase, which)) continue;
      const auto is_thing = [&](std::string_view of) {
        return is_exception(of, phrase.rule) || ends_as_exception(of, phrase.rule);
      };
      if (edge_cancelled(words, at, at + 1, phrase)) continue;
      if (phrase.kind == Kind::end || (!is_thing(in_front) && !is_thing(without_link(in_front)))) return phrase.rule;
    }
  }
  return std::nullopt;
}

bool KeyVocabulary::is_exception(std::string_view folded, std::uint16_t rule) const {
  const std::span<const Phrase> found = equal(hash_of(folded));
  return std::any_of(found.begin(), found.end(),
                     [&](const Phrase& phrase) { return phrase.rule == rule && phrase.kind == Kind::exception; });
}

// Whether the end of `word` says what an exception of `rule` does: Schulungsprodukt.
bool KeyVocabulary::ends_as_exception(std::string_view word, std::uint16_t rule) const {
  for (std::size_t from = 1; from + kMinEndingBytes <= word.size(); ++from) {
    for (const Phrase& phrase : equal(hash_of(word.substr(from)))) {
      if (phrase.rule == rule && phrase.kind == Kind::exception && phrase.is_tail) return true;
    }
  }
  return false;
}

// Whether the run [begin, end) of `words` names no value of `rule` for what stands around it.
bool KeyVocabulary::cancelled(const KeyWords& words, std::size_t begin, std::size_t end, std::uint16_t rule) const {
  if (end < words.count() && is_one_of(words[words.count() - 1], kCancelLast)) return true;
  if (begin > 0 && is_one_of(words[0], kCancelFirst)) return true;
  for (std::size_t first = 0; first < words.count(); ++first) {
    for (std::size_t last = first; last < words.count() && last - first < kMaxRunWords; ++last) {
      if (is_exception(words.run(first, last + 1), rule)) return true;
    }
  }
  return false;
}

}  // namespace piiscrub
