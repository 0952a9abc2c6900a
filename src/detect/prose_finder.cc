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

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxWordBytes = 40;
constexpr int kMaxLinks = 2;
constexpr std::size_t kSlotsPerWord = 4;

constexpr bool is_of_word(char c) { return is_alnum(c) || is_high(c); }

// Words are told by a hash of their last four bytes, or fewer. Bits of letters that tell capitals are set.
static_assert(std::endian::native == std::endian::little);

constexpr unsigned kEndBits = 15;
constexpr std::size_t kEnds = std::size_t{1} << kEndBits;

constexpr auto kIsOfWord = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = is_of_word(static_cast<char>(i)) ? 1 : 0;
  return table;
}();

// Of the word that ends with the last byte of `end`, which has the bytes of text up to there.
//
// PERF NOTE: no branches: neither the lengths of words nor what they are can be predicted.
[[gnu::always_inline]] inline std::size_t hash_of_end(std::uint64_t end) {
  const auto is_of_word_at = [&](unsigned i) { return kIsOfWord[end >> (56 - 8 * i) & 0xff]; };
  const unsigned one = is_of_word_at(0);
  const unsigned two = one & is_of_word_at(1);
  const unsigned three = two & is_of_word_at(2);
  const unsigned length = one + two + three + (three & is_of_word_at(3));
  constexpr std::uint32_t kSmall = 0x20202020U;
  const auto keep = static_cast<std::uint32_t>(0xffffffff00000000U >> length * 8);
  const std::uint32_t word = (static_cast<std::uint32_t>(end >> 32) | kSmall) & keep;
  return static_cast<std::size_t>(word * 0x9e3779b1U >> (32 - kEndBits));
}

// The eight bytes in front of `at`, zeros in front of the text.
[[gnu::always_inline]] inline std::uint64_t bytes_before(std::string_view text, std::size_t at) {
  std::uint64_t bytes = 0;
  if (at >= sizeof bytes) {
    std::memcpy(&bytes, text.data() + at - sizeof bytes, sizeof bytes);
  } else if (at > 0) {
    std::memcpy(reinterpret_cast<char*>(&bytes) + sizeof bytes - at, text.data(), at);
  }
  return bytes;
}

// Of the word of `size` bytes, more than none, that ends with the last byte of `end`.
std::size_t hash_of(std::uint64_t end, std::size_t size) {
  constexpr std::uint64_t kSmall = 0x2020202020202020U;
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
  std::size_t place = first_word;
  for (const auto& [text, phrases] : words) {
    image.set(place, &Word::text, text);
    image.at<Word>(place).is_link = links.contains(text);
    std::size_t next = image.set(place, &Word::phrases, phrases.size());
    for (const auto& [phrase, form, rule] : phrases) {
      image.set(next, &Phrase::text, phrase);
      image.at<Phrase>(next).form = form;
      image.at<Phrase>(next).rule = rule;
      next += sizeof(Phrase);
    }
    std::size_t slot = hash_of(bytes_before(text, text.size()), text.size()) & (slots - 1);
    const auto taken = [&] { return image.at<std::uint16_t>(first_slot + slot * sizeof(std::uint16_t)) != 0; };
    while (taken()) slot = (slot + 1) & (slots - 1);
    image.at<std::uint16_t>(first_slot + slot * sizeof(std::uint16_t)) =
        static_cast<std::uint16_t>((place - first_word) / sizeof(Word) + 1);
    const std::size_t end = hash_of_end(bytes_before(text, text.size()));
    auto& bits = image.at<std::uint8_t>(first_end + end / 8);
    bits = static_cast<std::uint8_t>(bits | 1U << end % 8);
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

// PERF NOTE: first which places are worth a look, without branches; then the looks.
void ProseFinder::find(std::string_view text, std::span<const std::uint32_t> places, std::vector<Hit>& hits) const {
  if (tables_ == nullptr) return;
  constexpr std::size_t kBatch = 256;
  std::array<std::uint32_t, kBatch> worth;
  while (!places.empty()) {
    const std::span<const std::uint32_t> batch = places.first(std::min(places.size(), kBatch));
    places = places.subspan(batch.size());
    std::size_t count = 0;
    for (const std::uint32_t place : batch) {
      std::uint64_t end = bytes_before(text, place);
      end <<= static_cast<unsigned>(end >> 56 == ' ') * 8;
      const auto last = static_cast<char>(end >> 56);
      end <<= (static_cast<unsigned>(last == '.') | static_cast<unsigned>(last == ':')) * 8;
      worth[count] = place;
      count += may_end_with_word(end);
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
    for (const Phrase& phrase : found->phrases) {
      if (colon) break;
      const std::optional<std::size_t> start = begin_of_phrase(text.substr(0, end), phrase.text);
      const ProseForm& form = prose_forms()[phrase.form];
      const auto fits = [&] {
        const std::string_view name = text.substr(*start, end - *start);
        return form.begins(text, place, {.phrase = name, .point = point, .linked = links > 0});
      };
      if (start && fits()) hits.push_back({static_cast<std::uint32_t>(*start + 1), phrase.rule});
    }
    if (!found->is_link || begin == 0 || text[begin - 1] != ' ') return;
    end = begin - 1;
    if (end == 0) return;
  }
}

}  // namespace piiscrub
