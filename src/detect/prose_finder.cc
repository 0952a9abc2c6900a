#include "detect/prose_finder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxWordBytes = 40;
constexpr int kMaxLinks = 2;
constexpr std::size_t kSlotsPerWord = 4;

constexpr bool is_of_word(char c) { return is_alnum(c) || is_high(c); }

// Words are told by a hash of their last eight bytes, or fewer. Bits of letters that tell capitals are set.
static_assert(std::endian::native == std::endian::little);

constexpr unsigned kEndBits = 16;
constexpr std::size_t kEnds = std::size_t{1} << kEndBits;

constexpr std::uint64_t in_each_byte(std::uint8_t byte) { return byte * 0x0101010101010101U; }
constexpr std::uint64_t kSmall = in_each_byte(0x20);

// The highest bit of each byte that is_of_word().
constexpr std::uint64_t bytes_of_words(std::uint64_t bytes) {
  constexpr std::uint64_t kHigh = in_each_byte(0x80);
  const auto reaches = [](std::uint64_t low, char c) {  // of bytes below 0x80
    return low + in_each_byte(static_cast<std::uint8_t>(0x80 - c));
  };
  const std::uint64_t low = bytes & ~kHigh;
  const std::uint64_t letters = reaches(low | kSmall, 'a') & ~reaches(low | kSmall, 'z' + 1);
  const std::uint64_t digits = reaches(low, '0') & ~reaches(low, '9' + 1);
  return (bytes | letters | digits) & kHigh;
}
static_assert([] {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool is_one = bytes_of_words(in_each_byte(static_cast<std::uint8_t>(byte))) == in_each_byte(0x80);
    if (is_one != is_of_word(static_cast<char>(byte))) return false;
  }
  return true;
}());

// How many bits the word takes up that ends with the last byte of `end`, which has the bytes of text up to there: eight
// for each byte, 63 if it has eight or more.
//
// PERF NOTE: this and what uses it has no branches: neither the lengths of words nor what they are can be predicted.
[[gnu::always_inline]] inline unsigned bits_of_word(std::uint64_t end) {
  const std::uint64_t others = bytes_of_words(end) ^ in_each_byte(0x80);
  return static_cast<unsigned>(std::countl_zero(others | 1));
}

// Of that word.
[[gnu::always_inline]] inline std::size_t hash_of_end(std::uint64_t end) {
  const std::uint64_t keep = ~(~std::uint64_t{0} >> bits_of_word(end));
  return static_cast<std::size_t>(((end | kSmall) & keep) * 0x9e3779b97f4a7c15U >> (64 - kEndBits));
}

// The eight bytes in front of `at`.
[[gnu::always_inline]] inline std::uint64_t bytes_before(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at - sizeof bytes, sizeof bytes);
  return bytes;
}

// The same, with zeros in front of the text.
std::uint64_t bytes_before(std::string_view text, std::size_t at) {
  if (at >= sizeof(std::uint64_t)) return bytes_before(text.data() + at);
  std::uint64_t bytes = 0;
  if (at > 0) std::memcpy(reinterpret_cast<char*>(&bytes) + sizeof bytes - at, text.data(), at);
  return bytes;
}

// How many bytes in front of `at` stand between the word there and `at`: a blank, and a point or colon; or a dash.
[[gnu::always_inline]] inline std::size_t gap_before(const char* at) {
  const std::uint64_t before = bytes_before(at);
  const unsigned blank = static_cast<unsigned>(before >> 56 == ' ') | static_cast<unsigned>(before >> 56 == '-');
  const auto last = static_cast<char>(before << blank * 8 >> 56);
  return blank + (static_cast<unsigned>(last == '.') | static_cast<unsigned>(last == ':'));
}

// Of the word of `size` bytes, more than none, that ends with the last byte of `end`.
std::size_t hash_of(std::uint64_t end, std::size_t size) {
  const std::size_t kept = std::min(size, sizeof end);
  const std::uint64_t word = (end | kSmall) >> (sizeof end - kept) * 8;
  return static_cast<std::size_t>((word + size) * 0x9e3779b97f4a7c15U >> 32);
}

bool equals_folded(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

// Where `phrase` begins in `text`, which ends with it, or nothing. A word may have an s or 's behind it, and others
// than blanks between it and the next: driver's licence, card-number, jeton d'accès.
std::optional<std::size_t> begin_of_phrase(std::string_view text, std::string_view phrase) {
  for (;;) {
    const std::size_t blank = phrase.rfind(' ');
    const std::string_view last = blank == std::string_view::npos ? phrase : phrase.substr(blank + 1);
    if (text.size() < last.size()) return std::nullopt;
    if (!equals_folded(text.substr(text.size() - last.size()), last)) return std::nullopt;
    text.remove_suffix(last.size());
    if (blank == std::string_view::npos) break;
    phrase = phrase.substr(0, blank);
    constexpr std::string_view kBetween = " _'-";
    if (text.empty() || kBetween.find(text.back()) == std::string_view::npos) return std::nullopt;
    text.remove_suffix(1);
    const std::size_t before = phrase.rfind(' ');
    const std::string_view next = before == std::string_view::npos ? phrase : phrase.substr(before + 1);
    const bool plain = text.size() >= next.size() && equals_folded(text.substr(text.size() - next.size()), next);
    if (!plain && text.size() > 1 && to_lower(text.back()) == 's') {
      text.remove_suffix(1);
      if (text.back() == '\'') text.remove_suffix(1);
    }
  }
  if (!is_high(phrase.front()) && !text.empty() && is_word(text.back())) return std::nullopt;
  return text.size();
}

// The last part of a compound that names a number: AHV-Nummer. As in prose_expressions().
bool is_number_word(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>({"nummer", "number", "nr", "no", "num"});
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view lower) { return equals_folded(word, lower); });
}

}  // namespace

ProseFinder::ProseFinder(std::span<const Rule> rules) {
  std::map<std::string, std::vector<std::tuple<std::string_view, std::uint16_t, std::uint16_t>>, std::less<>> words;
  std::set<std::string, std::less<>> links;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const ProseForm* const form = find_prose_form(rules[i].prose);
    if (form == nullptr || !covers(*form)) continue;
    for (const std::string_view phrase : rules[i].prose_keys) {
      const std::size_t blank = phrase.rfind(' ');
      words[std::string(phrase.substr(blank == std::string_view::npos ? 0 : blank + 1))].emplace_back(
          phrase, static_cast<std::uint16_t>(form - prose_forms().data()), static_cast<std::uint16_t>(i));
    }
  }
  if (words.empty()) return;
  for_each_prose_link([&](std::string_view link) {
    links.emplace(link);
    words[std::string(link)];
  });
  std::size_t slots = 256;
  while (slots < words.size() * kSlotsPerWord) slots *= 2;

  ImageWriter image;
  const std::size_t tables = image.add<Tables>(1);
  const std::size_t first_word = image.set(tables, &Tables::words, words.size());
  const std::size_t first_slot = image.set(tables, &Tables::slots, slots);
  const std::size_t first_end = image.set(tables, &Tables::ends, kEnds / 8);
  const std::size_t first_phrase_end = image.set(tables, &Tables::phrase_ends, kEnds / 8);
  std::size_t place = first_word;
  for (const auto& [text, phrases] : words) {
    image.set(place, &Word::text, text);
    image.at<Word>(place).is_link = links.contains(text);
    std::size_t next = image.set(place, &Word::phrases, phrases.size());
    for (const auto& [phrase, form, rule] : phrases) {
      image.set(next, &Phrase::text, phrase);
      image.at<Phrase>(next).form = form;
      image.at<Phrase>(next).rule = rule;
      const std::size_t blank = phrase.rfind(' ');
      image.at<Phrase>(next).before = blank == std::string_view::npos ? '\0' : phrase[blank - 1];
      next += sizeof(Phrase);
    }
    std::size_t slot = hash_of(bytes_before(text, text.size()), text.size()) & (slots - 1);
    const auto taken = [&] { return image.at<std::uint16_t>(first_slot + slot * sizeof(std::uint16_t)) != 0; };
    while (taken()) slot = (slot + 1) & (slots - 1);
    image.at<std::uint16_t>(first_slot + slot * sizeof(std::uint16_t)) =
        static_cast<std::uint16_t>((place - first_word) / sizeof(Word) + 1);
    const std::size_t end = hash_of_end(bytes_before(text, text.size()));
    const auto set_in = [&](std::size_t table) {
      auto& bits = image.at<std::uint8_t>(table + end / 8);
      bits = static_cast<std::uint8_t>(bits | 1U << end % 8);
    };
    set_in(first_end);
    if (!phrases.empty()) set_in(first_phrase_end);
    place += sizeof(Word);
  }
  own_.resize((image.bytes().size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
  image.at<Tables>(tables).bytes = own_.size() * sizeof(std::uint64_t);
  std::memcpy(own_.data(), image.bytes().data(), image.bytes().size());
  use({reinterpret_cast<const char*>(own_.data()), own_.size() * sizeof(std::uint64_t)});
}

std::string_view ProseFinder::save() const {
  return tables_ == nullptr ? std::string_view()
                            : std::string_view(reinterpret_cast<const char*>(tables_), tables_->bytes);
}

void ProseFinder::use(std::string_view bytes) {
  tables_ = bytes.empty() ? nullptr : reinterpret_cast<const Tables*>(bytes.data());
}

// The word in [begin, end) of `text`.
const ProseFinder::Word* ProseFinder::find_word(std::string_view text, std::size_t begin, std::size_t end) const {
  const Slice<std::uint16_t>& slots = tables_->slots;
  const std::string_view word = text.substr(begin, end - begin);
  std::size_t slot = hash_of(bytes_before(text, end), word.size()) & (slots.size() - 1);
  for (; slots[slot] != 0; slot = (slot + 1) & (slots.size() - 1)) {
    const Word& known = tables_->words[slots[slot] - 1U];
    if (equals_folded(word, known.text)) return &known;
  }
  return nullptr;
}

// Whether a word that is known may end with the last byte of `end`.
[[gnu::always_inline]] inline unsigned ProseFinder::may_end_with_word(std::uint64_t end) const {
  const std::size_t hash = hash_of_end(end);
  return static_cast<unsigned>(tables_->ends[hash / 8]) >> hash % 8 & 1U;
}

// Whether the known word that ends in front of `at` may be the last of a phrase, or a link behind one.
[[gnu::always_inline]] inline unsigned ProseFinder::may_name(const char* at) const {
  const std::uint64_t end = bytes_before(at);
  const std::size_t hash = hash_of_end(end);
  const unsigned in_phrase = static_cast<unsigned>(tables_->phrase_ends[hash / 8]) >> hash % 8 & 1U;
  const unsigned bits = bits_of_word(end);
  const unsigned is_long = static_cast<unsigned>(bits == 63);  // none of the links is
  const char* const begin = at - bits / 8;
  return in_phrase | is_long | may_end_with_word(bytes_before(begin - gap_before(begin)));
}

// PERF NOTE: first which places are worth a look, without branches; then the looks.
void ProseFinder::find(std::string_view text, std::span<const std::uint32_t> places, std::vector<Hit>& hits) const {
  if (tables_ == nullptr) return;
  constexpr std::size_t kBatch = 256;
  constexpr std::size_t kMostRead = 3 * sizeof(std::uint64_t);  // in front of a place, to tell whether it is worth it
  std::array<std::uint32_t, kBatch> worth;
  for (; !places.empty() && places.front() < kMostRead; places = places.subspan(1)) find_at(text, places.front(), hits);
  while (!places.empty()) {
    const std::span<const std::uint32_t> batch = places.first(std::min(places.size(), kBatch));
    places = places.subspan(batch.size());
    std::size_t count = 0;
    for (const std::uint32_t place : batch) {
      const char* const at = text.data() + place;
      worth[count] = place;
      count += may_end_with_word(bytes_before(at - gap_before(at)));
    }
    const std::size_t known = std::exchange(count, 0);
    for (std::size_t i = 0; i < known; ++i) {
      const char* const at = text.data() + worth[i];
      worth[count] = worth[i];
      count += may_name(at - gap_before(at));
    }
    for (std::size_t i = 0; i < count; ++i) find_at(text, worth[i], hits);
  }
}

void ProseFinder::find_at(std::string_view text, std::size_t place, std::vector<Hit>& hits) const {
  std::size_t end = place;
  if (text[end - 1] == ' ') --end;
  for (int links = 0; links <= kMaxLinks; ++links) {
    const bool point = text[end - 1] == '.';
    const bool colon = text[end - 1] == ':';  // behind a link only: else it is a key's
    if (point || colon) --end;
    std::size_t begin = end;
    while (begin > 0 && end - begin < kMaxWordBytes && is_of_word(text[begin - 1])) --begin;
    if (begin == end) return;
    if (links > 0 && !may_end_with_word(bytes_before(text, end))) return;
    const Word* const found = find_word(text, begin, end);
    if (found == nullptr) return;
    const char before = begin > 1 ? to_lower(text[begin - 2]) : '\0';
    for (const Phrase& phrase : found->phrases) {
      if (colon) break;
      if (phrase.before != '\0' && phrase.before != before && before != 's') continue;
      const std::optional<std::size_t> start = begin_of_phrase(text.substr(0, end), phrase.text);
      const ProseForm& form = prose_forms()[phrase.form];
      const auto fits = [&] {
        const std::string_view name = text.substr(*start, end - *start);
        return form.begins(text, place, {.phrase = name, .point = point, .linked = links > 0});
      };
      if (start && fits()) hits.push_back({static_cast<std::uint32_t>(*start + 1), phrase.rule});
    }
    if (!found->is_link || begin == 0) return;
    const bool compound = text[begin - 1] == '-' && links == 0 && is_number_word(text.substr(begin, end - begin));
    if (text[begin - 1] != ' ' && !compound) return;
    end = begin - 1;
    if (end == 0) return;
  }
}

}  // namespace piiscrub
