#include "detect/key_finder.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "format/key_value.h"
#include "format/pair_name.h"

namespace piiscrub {
namespace {

// Which bytes of four words belong to a key, by its length.
constexpr auto kKeepBytes = [] {
  std::array<std::array<std::uint64_t, 4>, 33> keep{};
  for (std::size_t length = 0; length < keep.size(); ++length) {
    for (std::size_t i = 0; i < length; ++i) keep[length][i / 8] |= std::uint64_t{0xff} << i % 8 * 8;
  }
  return keep;
}();
static_assert(std::endian::native == std::endian::little);

}  // namespace

// PERF NOTE: reads words, not the key's bytes, because the lengths of keys cannot be predicted.
KeyFinder::Image::Image(std::string_view text, std::size_t begin, std::size_t size)
    : length(static_cast<std::uint32_t>(size)) {
  if (text.size() - begin >= sizeof words) {
    std::memcpy(words.data(), text.data() + begin, sizeof words);
    for (std::size_t i = 0; i < words.size(); ++i) words[i] &= kKeepBytes[size][i];
  } else {
    std::memcpy(words.data(), text.data() + begin, size);
  }
}

std::size_t KeyFinder::Image::slot() const {
  const std::uint64_t mixed = (words[0] + length) * 0x9e3779b97f4a7c15U ^ words[1] * 0xc2b2ae3d27d4eb4fU ^
                              words[2] * 0x165667b19e3779f9U ^ words[3] * 0xd6e8feb86659fd93U;
  return static_cast<std::size_t>((mixed ^ mixed >> 32) * 0xbf58476d1ce4e5b9U >> (64 - Tables::kRememberedBits));
}

std::size_t KeyFinder::slot_of(const ShortKey& key) {
  return static_cast<std::size_t>((key.low * 0x9e3779b97f4a7c15U + key.high * 0xc2b2ae3d27d4eb4fU) >>
                                  (64 - Tables::kNothingBits));
}

std::size_t KeyFinder::slot_of(const Surrounded& key) {
  return static_cast<std::size_t>(
      (key.low * 0x9e3779b97f4a7c15U + key.middle * 0xc2b2ae3d27d4eb4fU + key.high * 0x165667b19e3779f9U) >>
      (64 - Tables::kHarmlessBits));
}

namespace {

// What a byte may be around a key that the kernel has found.
enum Place : std::uint8_t { in_front = 1, first = 2, last = 4, between = 8, separator = 16, behind = 32, closing = 64 };

constexpr auto kMayBe = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(in_front | first | last | behind);
  const auto never = [&](char c, unsigned place) {
    table[static_cast<unsigned char>(c)] = static_cast<std::uint8_t>(table[static_cast<unsigned char>(c)] & ~place);
  };
  const auto also = [&](char c, std::uint8_t place) { table[static_cast<unsigned char>(c)] |= place; };
  for (const char c : {'\\', '%', '#', '['}) never(c, in_front);  // of an escape sequence
  never(':', in_front);                                           // arn:…:key:
  never('\xE2', first);                                           // ‹key›
  never('\xBA', last);
  never('-', last);    // key->
  never(':', behind);  // key::
  for (const char c : {'"', '\'', ' '}) also(c, between);
  for (const char c : {'"', '\''}) also(c, closing);
  for (const char c : {'=', ':', '>'}) also(c, separator);
  return table;
}();

bool may_be(char c, unsigned place) { return (kMayBe[static_cast<unsigned char>(c)] & place) != 0; }

std::size_t begin_of(KeyPlace place) {
  return static_cast<std::size_t>(place.at) - 1 - std::min<std::size_t>(place.gap + place.length, place.at - 1);
}

// Whether the kernel's idea of the key can be trusted: nothing but one quote or blank between it and the separator, or
// both ("key" =), and neither an escape sequence that could reach into it, nor a marker around it, nor the dash of ->.
// `sign` is that separator, `letter` the key's first byte: read once, as there is a place every few words.
bool is_plain(std::string_view text, std::size_t begin, KeyPlace place, char sign, char letter) {
  if (place.length == 0 || place.gap > 2 || !may_be(text[place.at], behind)) return false;
  if (!may_be(sign, separator)) return false;
  if (place.gap == 1 && (sign == '>' || !may_be(text[place.at - 2], between))) return false;
  if (place.gap == 2 && (sign != '=' || text[place.at - 2] != ' ' || !may_be(text[place.at - 3], closing)))
    return false;
  return may_be(letter, first) && may_be(text[begin + place.length - 1], last) &&
         (begin == 0 || may_be(text[begin - 1], in_front));
}

// The blank or separator behind the option whose second dash is at `at`, or npos.
std::size_t end_of_option(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && end - at <= kMaxKeyBytes && is_key_byte(text[end])) ++end;
  return end < text.size() && is_blank(text[end]) && end > at + 1 ? end : std::string_view::npos;
}

// The comma behind the key of the pair whose quote is at `at`, or npos.
std::size_t end_of_pair_key(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && end - at <= kMaxKeyBytes && is_key_byte(text[end])) ++end;
  return end > at + 1 && end + 1 < text.size() && text[end] == text[at] && text[end + 1] == ','
             ? end + 1
             : std::string_view::npos;
}

}  // namespace

// PERF NOTE: memory that comes zeroed is not touched before it is used, so that a start does without 30 pages for each
// finder.
KeyFinder::KeyFinder(std::shared_ptr<const RuleDatabase> rules) : rules_(std::move(rules)) {
  static_assert(std::is_trivially_copyable_v<Tables>);
  if (rules_->parts().keys.empty()) return;
  void* const room = ::mmap(nullptr, sizeof(Tables), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  tables_.reset(static_cast<Tables*>(room));
}

void KeyFinder::Unmap::operator()(Tables* tables) const { ::munmap(tables, sizeof(Tables)); }

KeyFinder::Verdict KeyFinder::judge(std::string_view key) const {
  const KeyVocabulary::Meaning meaning = rules_->parts().keys.look_up(key);
  const std::uint16_t rule = meaning.rule.value_or(kTellsNothing);
  if (rule != kTellsNothing && !is_weak(rule)) return {rule};
  return {rule, meaning.edge.value_or(kTellsNothing), rule == kTellsNothing && is_pair_value(key), meaning.ends_phrase};
}

KeyFinder::Verdict KeyFinder::verdict_on(std::string_view text, std::size_t begin, std::size_t length) {
  if (tables_ == nullptr || length == 0) return {};
  const std::string_view key = text.substr(begin, length);
  // Counters, clocks and addresses with ports are ever new: they would only push others out.
  const auto in_number = [](char c) { return is_digit(c) || c == '.' || c == '-'; };
  if (is_digit(key.front()) && std::all_of(key.begin(), key.end(), in_number)) return {};
  if (length > Image::kMaxBytes) return judge(key);
  const Image image(text, begin, length);
  // Two keys to a place: else two frequent ones that share it would be judged over and over.
  const std::size_t slot = image.slot();
  Remembered& last = tables_->remembered[slot];
  if (last.key == image) return last.verdict;
  Remembered& before = tables_->remembered[slot ^ 1];
  if (before.key == image) return before.verdict;
  before = std::exchange(last, {image, judge(key)});
  return last.verdict;
}

namespace {

// Whether the byte at `at` is the apostrophe within a word: ім'я.
bool is_in_word(std::string_view text, std::size_t at) {
  return text[at] == '\'' && at > 0 && at + 1 < text.size() && is_high(text[at - 1]) && is_high(text[at + 1]);
}

// Whether the byte at `at` stands between two words of a key, Last name, PLZ/Ort, or within one.
bool joins_words(std::string_view text, std::size_t at) {
  return text[at] == ' ' || (text[at] == '/' && at > 0 && is_key_byte(text[at - 1])) || is_in_word(text, at);
}

// Whether what stands at `at`, behind a key of words, may be its value: no word of a sentence.
bool may_be_named_by_words(std::string_view text, std::size_t at) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t", at), text.size());
  if (begin == text.size() || text[begin] == '\n') return false;
  if (!is_lower(text[begin])) return text[begin] != '[' && text[begin] != '{';
  std::size_t end = begin;
  const auto goes_on = [](char c) { return c != ' ' && c != '\n' && !is_digit(c); };
  while (end < text.size() && end - begin < kMaxKeyBytes && goes_on(text[end])) ++end;
  return end < text.size() && is_digit(text[end]);
}

}  // namespace

// The rule of a key, or of the name that stands beside it as the other half of a pair.
KeyFinder::Rules KeyFinder::rules_at(std::string_view text, Span key, std::size_t at, char sign) {
  if (const std::optional<FormPart> part = form_part(text, key, at)) {
    const Verdict verdict = verdict_on(part->name, 0, part->name.size());
    return {verdict.rule, verdict.edge};
  }
  const Verdict verdict = verdict_on(text, key.begin, key.size());
  const bool tells = verdict.rule != kTellsNothing || verdict.edge != kTellsNothing;
  if (verdict.ends_phrase || (!tells && key.begin > 0 && is_in_word(text, key.begin - 1))) {
    if (const std::uint16_t rule = rule_of_words(text, key, at); rule != kTellsNothing) return {rule};
  }
  if (verdict.rule != kTellsNothing && is_weak(verdict.rule) && verdict.edge == kTellsNothing) {
    if (const std::uint16_t rule = rule_of_held(text, key); rule != kTellsNothing) return {rule};
  }
  if (!verdict.is_pair_value && (tells || sign != '>' || !is_named_element(text, key, at)))
    return {verdict.rule, verdict.edge};
  if (verdict.is_pair_value && !may_be_named(text, key)) return {};
  const PairNames names = pair_names(text, key, at);
  for (const std::string_view name : names.all()) {
    if (const std::uint16_t rule = strong_rule_of(name); rule != kTellsNothing) return {rule};
  }
  return {.unnamed = true};
}

// The rule of a key that says too little by itself, together with the name of what holds it: "patient": {"name": …}.
std::uint16_t KeyFinder::rule_of_held(std::string_view text, Span key) {
  const std::string_view holder = holder_of(text, key);
  std::array<char, 2 * kMaxKeyBytes + 1> both{};
  constexpr std::size_t kMinHolder = 3;
  if (holder.size() < kMinHolder || holder.size() + key.size() >= both.size()) return kTellsNothing;
  // "name": {"first": …} is of somebody, but of whom stands further out.
  if (const std::uint16_t rule = rule_of(holder); rule != kTellsNothing && is_weak(rule)) return kTellsNothing;
  auto end = std::copy(holder.begin(), holder.end(), both.begin());
  *end++ = '_';
  end = std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(key.begin), key.size(), end);
  const std::uint16_t rule = strong_rule_of({both.data(), static_cast<std::size_t>(end - both.begin())});
  // That anything has a name says nothing of whose it is.
  const bool any = rule != kTellsNothing && rules_->parts().code[rule].validate != nullptr;
  return any ? kTellsNothing : rule;
}

// The rule of a key of several words, of which `key` is the last: "Last name": …, Last name: …. Words in front that say
// something else do not count, since an edit may take them away.
std::uint16_t KeyFinder::rule_of_words(std::string_view text, Span key, std::size_t at) const {
  constexpr std::size_t kMaxInFront = 3;
  const auto rule_from = [&](std::size_t begin) {
    const Verdict verdict = judge(text.substr(begin, key.end - begin));
    return is_strong(verdict.rule) ? verdict.rule : verdict.edge;
  };
  if (const Span quoted = between_quotes(text, key); quoted != key) return rule_from(quoted.begin);
  const bool one_word = key.begin > 0 && is_in_word(text, key.begin - 1);
  const bool labels = at + 1 < text.size() && text[at - 1] == ':' && text[at] == ' ';
  if (!one_word && !(labels && may_be_named_by_words(text, at + 1))) return kTellsNothing;
  std::array<std::size_t, kMaxInFront> begins{};
  std::size_t count = 0;
  for (std::size_t begin = key.begin; count < kMaxInFront && begin >= 2 && joins_words(text, begin - 1);) {
    std::size_t word = begin - 1;
    while (word > 0 && key.end - word < kMaxKeyBytes && is_key_byte(text[word - 1])) --word;
    if (word == begin - 1 || key.end - word >= kMaxKeyBytes) break;
    if (text[begin - 1] == '/' && word > 0 && text[word - 1] == '/') break;  // of a path
    begins[count++] = begin = word;
  }
  while (count > 0) {
    if (const std::uint16_t rule = rule_from(begins[--count]); rule != kTellsNothing) return rule;
  }
  return kTellsNothing;
}

// The rule of the key that ends at `place`, which is not plain; `at` becomes the offset behind its separator.
KeyFinder::Rules KeyFinder::rules_of_odd(std::string_view text, KeyPlace place, std::size_t& at) {
  at = place.at;
  const auto opens = [&](char c) { return c == '(' || c == '['; };
  const bool prefixed = at > 1 && is_alpha(text[at - 1]) && opens(text[at - 2]);  // (b'key', …)
  const bool pair = prefixed || opens(text[at - 1]);
  if (pair && text[at] == '\t') return {};  // of a quote's byte class
  if (pair || (text[at] == '-' && text[at - 1] == '-')) {
    const std::size_t end = pair ? end_of_pair_key(text, at) : end_of_option(text, at);
    if (end == std::string_view::npos) return {};
    at = end + 1;
  }
  const std::optional<Span> key = key_before(text, at);
  return key ? rules_at(text, *key, at, text[at - 1]) : Rules();
}

// REQUIRES: `text` has as many bytes as a ShortKey.
KeyFinder::ShortKey KeyFinder::short_key(std::string_view text, std::size_t begin, std::size_t length) {
  const std::size_t from = std::min(begin, text.size() - sizeof(ShortKey));
  ShortKey key;
  std::memcpy(&key.low, text.data() + from, sizeof key.low);
  std::memcpy(&key.high, text.data() + from + sizeof key.low, sizeof key.high);
  if (from < begin) {  // the key stands near the end of the text: what is in front of it is shifted out
    const std::size_t bits = 8 * (begin - from);
    key = bits < 64 ? ShortKey{key.low >> bits | key.high << (64 - bits), key.high >> bits}
                    : ShortKey{key.high >> (bits - 64), 0};
  }
  return {key.low & kKeepBytes[length][0], (key.high & kKeepBytes[length][1]) | std::uint64_t{length} << 56};
}

bool KeyFinder::tells_nothing(std::string_view text, std::size_t begin, std::size_t length) {
  if (tables_ == nullptr) return true;
  const bool is_short = length < sizeof(ShortKey) && text.size() >= sizeof(ShortKey);
  if (!is_short) return rule_of(text, begin, length) == kTellsNothing;
  const ShortKey key = short_key(text, begin, length);
  ShortKey& nothing = tables_->nothing[slot_of(key)];
  if (nothing == key) return true;
  if (rule_of(text, begin, length) != kTellsNothing) return false;
  nothing = key;
  return true;
}

KeyFinder::Surrounded KeyFinder::surrounded(std::string_view text, std::size_t begin, std::size_t length) {
  Surrounded key;
  std::memcpy(&key.low, text.data() + begin, sizeof key.low);
  std::memcpy(&key.middle, text.data() + begin + 8, sizeof key.middle);
  std::memcpy(&key.high, text.data() + begin + 16, sizeof key.high);
  return {key.low & kKeepBytes[length][0], key.middle & kKeepBytes[length][1],
          (key.high & kKeepBytes[length][2]) | std::uint64_t{length} << 56};
}

// PERF NOTE: there is a place every few words, and nearly all are behind one of a few short keys that tell nothing.
// Which of them are not cannot be predicted, so that is worked out first, without branches.
void KeyFinder::find(std::string_view text, std::span<const KeyPlace> places, std::vector<Hit>& keys,
                     std::vector<Hit>& weak) {
  if (tables_ == nullptr) return;
  constexpr std::size_t kBatch = 256;
  constexpr std::size_t kMargin = Surrounded::kMaxBytes;
  static_assert(sizeof(Surrounded) <= kMargin + 2);
  std::array<std::uint32_t, kBatch> worth;
  while (!places.empty()) {
    const std::span<const KeyPlace> batch = places.first(std::min(places.size(), kBatch));
    places = places.subspan(batch.size());
    std::size_t first = 0;
    while (first < batch.size() && batch[first].at < kMargin) look_at(text, batch[first++], keys, weak);
    std::size_t last = batch.size();
    while (last > first && text.size() - batch[last - 1].at < kMargin) --last;
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
      const KeyPlace place = batch[i];
      const std::size_t size = 2 + std::size_t{place.gap} + place.length;
      const std::size_t taken = std::min(size, kMargin);
      const Surrounded around = surrounded(text, place.at - taken, taken);
      const unsigned harmless = static_cast<unsigned>(tables_->harmless[slot_of(around)] == around) &
                                static_cast<unsigned>(place.length > 0) & static_cast<unsigned>(taken == size) &
                                static_cast<unsigned>(text[place.at] != ':');
      worth[count] = static_cast<std::uint32_t>(i);
      count += 1 - harmless;
    }
    for (std::size_t i = 0; i < count; ++i) look_at(text, batch[worth[i]], keys, weak);
    for (std::size_t i = last; i < batch.size(); ++i) look_at(text, batch[i], keys, weak);
  }
}

void KeyFinder::look_at(std::string_view text, KeyPlace place, std::vector<Hit>& keys, std::vector<Hit>& weak) {
  const std::size_t begin = begin_of(place);
  const char sign = text[place.at - 1];
  const char letter = text[begin];
  const bool plain = is_plain(text, begin, place, sign, letter);
  std::size_t at = place.at;
  const auto [rule, edge, unnamed] =
      plain ? rules_at(text, {begin, begin + place.length}, at, sign) : rules_of_odd(text, place, at);
  if (rule != kTellsNothing) {
    (is_weak(rule) ? weak : keys).push_back({static_cast<std::uint32_t>(at), rule});
    if (edge != kTellsNothing) keys.push_back({static_cast<std::uint32_t>(at), edge});
    return;
  }
  if (!plain) return;
  if (unnamed) {
    weak.push_back({static_cast<std::uint32_t>(at), kTellsNothing});
    return;
  }
  const Verdict verdict = verdict_on(text, begin, place.length);
  if (begin > 0 && is_in_word(text, begin - 1)) return;
  // Words in front matter where they are between quotes, or where a colon follows.
  const bool may_have_words = begin > 0 && joins_words(text, begin - 1) &&
                              (sign == ':' || (place.gap > 0 && text[begin + place.length] != ' '));
  if (verdict.ends_phrase && may_have_words) return;
  if (form_part(text, {begin, begin + place.length}, place.at)) return;  // another part has another name
  // Of what stands behind the separator only a second one matters.
  const std::size_t size = 2 + std::size_t{place.gap} + place.length;
  if (size <= Surrounded::kMaxBytes && place.at >= size && text.size() - (place.at - size) >= sizeof(Surrounded) &&
      text[place.at] != ':' && !is_digit(letter)) {
    const Surrounded around = surrounded(text, place.at - size, size);
    tables_->harmless[slot_of(around)] = around;
  }
}

bool KeyFinder::is_weak(std::uint16_t rule) const { return !rules_->parts().rules[rule].context.empty(); }

void KeyFinder::find(std::string_view record, std::vector<Hit>& keys, std::vector<Hit>& weak) {
  keys.clear();
  weak.clear();
  find_triggers(record, seen_);
  find(record, seen_.keys, keys, weak);
}

ValueKind KeyFinder::kind_of(std::uint16_t rule) const { return rules_->parts().rules[rule].value; }

}  // namespace piiscrub
