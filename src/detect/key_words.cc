#include "detect/key_words.h"

#include <algorithm>

namespace piiscrub {
namespace {

// What a byte or letter is to the words of a key: `wide` ones of scripts without capitals.
enum Part : std::uint8_t { between, small, capital, number, wide, kParts };

constexpr auto kPartOf = [] {
  std::array<Part, 256> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char c = static_cast<char>(i);
    parts[i] = is_lower(c) ? small : is_upper(c) ? capital : is_digit(c) ? number : is_high(c) ? wide : between;
  }
  return parts;
}();

Part part_of(char c) { return kPartOf[static_cast<unsigned char>(c)]; }

// Whether a word begins with the second of two: at the first letter, camelCase, md5, 2nd. Of two capitals, the second
// begins one if a small letter follows: HTTPServer.
constexpr auto kBeginsWord = [] {
  std::array<std::array<bool, kParts>, kParts> begins{};
  for (const Part second : {small, capital, number, wide}) {
    for (const Part first : {small, capital, number, wide})
      begins[first][second] = (first == number) != (second == number);
    begins[between][second] = true;
  }
  begins[small][capital] = true;
  return begins;
}();

// A letter beyond ASCII (UTF-8), as it is written in the one spelling.
struct WideLetter {
  std::size_t taken = 1;  // bytes of the text
  std::size_t size = 1;   // of `bytes`, not more; 0: to be left out
  std::array<char, 4> bytes{};
  Part part = wide;
};

// The small letter of Latin-1, Latin Extended-A and the Vietnamese letters beyond it, Greek and Cyrillic: `c` itself if
// it is one, or of another script.
char32_t small_letter(char32_t c) {
  const auto paired = [&](char32_t even) { return c % 2 == even % 2 ? c + 1 : c; };  // Aa Bb Cc
  if (c < 0x100) return c >= 0xC0 && c <= 0xDE && c != 0xD7 ? c + 0x20 : c;
  if (c < 0x138) return paired(0);
  if (c < 0x149) return paired(1);
  if (c < 0x178) return paired(0);
  if (c == 0x178) return 0xFF;
  if (c < 0x17F) return paired(1);
  if (c == 0x1A0 || c == 0x1AF) return c + 1;  // Ơ, Ư
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x490 && c <= 0x4FF) return paired(0);
  if (c == 0x1E9E) return 0xDF;
  if (c >= 0x1E00 && c <= 0x1EFF) return paired(0);
  return c;
}

// The letter without what its writers leave away: Greek capitals have no accents, İ and ı are both i to whom has no
// Turkish keyboard, and a sigma is one at the end of a word, too.
char32_t plain_letter(char32_t c) {
  switch (c) {
    case 0x130:
    case 0x131:
      return 'i';
    case 0x386:
    case 0x3AC:
      return 0x3B1;
    case 0x388:
    case 0x3AD:
      return 0x3B5;
    case 0x389:
    case 0x3AE:
      return 0x3B7;
    case 0x38A:
    case 0x3AF:
      return 0x3B9;
    case 0x38C:
    case 0x3CC:
      return 0x3BF;
    case 0x38E:
    case 0x3CD:
      return 0x3C5;
    case 0x38F:
    case 0x3CE:
      return 0x3C9;
    case 0x3C2:
      return 0x3C3;
    default:
      return small_letter(c);
  }
}

bool is_capital(char32_t c) {
  const bool greek = c == 0x386 || (c >= 0x388 && c <= 0x38F);
  return c == 0x130 || greek || small_letter(c) != c;
}

// Of the scripts that small_letter() knows.
bool has_case(char32_t c) {
  return (c >= 0xC0 && c < 0x250) || (c >= 0x370 && c < 0x530) || (c >= 0x1E00 && c < 0x1F00);
}

// What is written within words, but is no letter: a soft hyphen, the apostrophes of ім’я, joiners and marks of
// direction, and the mark in front of a file's first key.
bool is_left_out(char32_t c) {
  return c == 0xAD || c == 0x2BC || c == 0x2019 || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF;
}

// What parts words where there are no blanks: 姓名、電話.
bool is_mark(char32_t c) {
  return (c >= 0x3000 && c <= 0x3003) || c == 0x30FB || c == 0x060C || c == 0x061B || c == 0xFF0C || c == 0xFF0F;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// REQUIRES: is_high(text[i]).
WideLetter letter_at(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t size = lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 1;
  const bool whole = size > 1 && i + size <= text.size() && continues(text[i + 1]) && continues(text[i + size - 1]);
  WideLetter letter;
  letter.bytes[0] = text[i];
  if (!whole) return letter;
  const auto bits = [&](std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i + at]) & 0x3FU);
  };
  const char32_t c = size == 2 ? (lead & 0x1FU) << 6U | bits(1) : (lead & 0x0FU) << 12U | bits(1) << 6U | bits(2);
  letter.taken = letter.size = size;
  if (is_left_out(c) || is_mark(c)) {
    letter.size = 0;
    letter.part = is_mark(c) ? between : wide;
    return letter;
  }
  letter.part = !has_case(c) ? wide : is_capital(c) ? capital : small;
  const char32_t plain = plain_letter(c);
  const auto tail = [](char32_t code) { return static_cast<char>(0x80U | (code & 0x3FU)); };
  letter.size = plain < 0x80 ? 1 : plain < 0x800 ? 2 : 3;
  if (letter.size == 1) {
    letter.bytes[0] = static_cast<char>(plain);
  } else if (letter.size == 2) {
    letter.bytes[0] = static_cast<char>(0xC0U | plain >> 6U);
    letter.bytes[1] = tail(plain);
  } else {
    letter.bytes[0] = static_cast<char>(0xE0U | plain >> 12U);
    letter.bytes[1] = tail(plain >> 6U);
    letter.bytes[2] = tail(plain);
  }
  return letter;
}

}  // namespace

std::string key_letters(std::string_view phrase) {
  std::string letters;
  for (std::size_t i = 0; i < phrase.size();) {
    if (is_high(phrase[i])) {
      const WideLetter letter = letter_at(phrase, i);
      letters.append(letter.bytes.data(), letter.size);
      i += letter.taken;
    } else {
      if (is_alnum(phrase[i])) letters += to_lower(phrase[i]);
      ++i;
    }
  }
  return letters;
}

KeyWords::KeyWords(std::string_view key) {
  key.remove_prefix(key.size() - std::min(key.size(), kMaxBytes));
  std::size_t size = 0;
  Part last = between;
  const auto begin_word = [&](Part part, bool ends_capitals) {
    starts_[count_] = static_cast<std::uint16_t>(size);
    count_ += static_cast<std::size_t>(kBeginsWord[last][part] || ends_capitals);
    if (count_ > kMaxWords) leave_out_first();
    last = part;
  };
  for (std::size_t i = 0; i < key.size();) {
    const Part part = part_of(key[i]);
    if (part == wide) {
      const WideLetter letter = letter_at(key, i);
      if (letter.size > 0 || letter.part == between) begin_word(letter.part, false);
      for (std::size_t byte = 0; byte < letter.size; ++byte) folded_[size++] = letter.bytes[byte];
      i += letter.taken;
      continue;
    }
    begin_word(part, last == capital && part == capital && i + 1 < key.size() && part_of(key[i + 1]) == small);
    folded_[size] = to_lower(key[i++]);
    size += static_cast<std::size_t>(part != between);
  }
  starts_[count_] = static_cast<std::uint16_t>(size);
}

void KeyWords::leave_out_first() {
  std::move(starts_.begin() + 1, starts_.end(), starts_.begin());
  --count_;
}

std::string_view KeyWords::written_out(Room& room) const {
  std::size_t first = 0;
  while (first < count_ && piiscrub::written_out((*this)[first]).empty()) ++first;
  if (first == count_ || count_ < 2) return {};
  std::size_t size = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const std::string_view full = i < first ? std::string_view{} : piiscrub::written_out((*this)[i]);
    const std::string_view taken = full.empty() ? (*this)[i] : full;
    if (size + taken.size() >= room.size()) return {};
    size += taken.copy(room.data() + size, taken.size());
    room[size++] = '_';
  }
  return {room.data(), size};
}

}  // namespace piiscrub
