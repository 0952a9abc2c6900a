#include "detect/validators_internal.h"

#include <algorithm>

namespace piiscrub::check {
namespace {

bool is_fraction(std::string_view text) {
  return std::ranges::count(text, '.') == 1 &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

bool fits(std::string_view text, std::string_view mask) {
  return std::equal(text.begin(), text.end(), mask.begin(), mask.end(), [](char c, char form) {
    switch (form) {
      case '9':
        return is_digit(c);
      case 'A':
        return is_upper(c);
      case 'X':
        return is_digit(c) || is_upper(c);
      case 'h':
        return hex_value(c) >= 0;
      default:
        return c == form;
    }
  });
}

bool is_uniform(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c == text.front(); });
}

bool has_code(std::string_view codes, std::string_view code) {
  for (std::size_t at = 0; at < codes.size(); at += code.size()) {
    if (codes.substr(at, code.size()) == code) return true;
  }
  return false;
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    std::size_t digits = 0;
    std::uint32_t value = 0;
    while (digits < text.size() && digits < 3 && is_digit(text[digits])) {
      value = value * 10 + static_cast<std::uint32_t>(text[digits++] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return std::nullopt;
    address = address << 8 | value;
    text.remove_prefix(digits);
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

Compact::Compact(std::string_view candidate)
    : Compact(is_fraction(candidate) || parse_ipv4(candidate) ? std::string_view() : candidate, " -./+") {}

Compact::Compact(std::string_view candidate, std::string_view separators) {
  for (const char raw : candidate) {
    const char c = to_upper(raw);
    const bool counts = is_digit(c) || is_upper(c);
    // PERF NOTE: contains() calls memchr().
    if (!counts && contains(separators, raw)) continue;
    if (!counts || size_ == kMaxSize) {
      size_ = 0;
      return;
    }
    chars_[size_++] = c;
  }
}

std::int64_t Compact::number(std::size_t at, std::size_t count) const {
  std::int64_t value = 0;
  for (const char c : part(at, count)) value = value * 10 + (c - '0');
  return value;
}

bool Compact::is_number(std::size_t count) const {
  return size_ == count && std::all_of(chars_.data(), chars_.data() + size_, is_digit) && !is_uniform(text());
}

void Compact::drop_prefix(std::string_view prefix) {
  if (!text().starts_with(prefix)) return;
  std::copy(chars_.data() + prefix.size(), chars_.data() + size_, chars_.data());
  size_ -= prefix.size();
}

bool is_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap_day = month == 2 && year % 4 == 0;
  return day <= kDays[static_cast<std::size_t>(month - 1)] + (leap_day ? 1 : 0);
}

int weighted_sum(std::string_view digits, std::initializer_list<int> weights) {
  int sum = 0;
  std::size_t at = 0;
  for (const int weight : weights) sum += weight * (digits[at++] - '0');
  return sum;
}

bool is_luhn(std::string_view text) {
  int sum = 0;
  bool doubled = false;
  const auto add = [&](int digit) {
    sum += doubled ? cross_sum(2 * digit) : digit;
    doubled = !doubled;
  };
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    const int value = base36_value(*c);
    add(value % 10);
    if (value >= 10) add(value / 10);
  }
  return sum % 10 == 0;
}

bool is_verhoeff(std::string_view digits) {
  // Multiplication in the dihedral group D5, and the permutation for each position from the right.
  static constexpr std::array<std::array<std::uint8_t, 10>, 10> kMultiply = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                                                              {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                                                              {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
                                                                              {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                                                              {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
                                                                              {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                                                              {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
                                                                              {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                                                              {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
                                                                              {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}};
  static constexpr std::array<std::array<std::uint8_t, 10>, 8> kPermute = {{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                                                            {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                                                            {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
                                                                            {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                                                            {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
                                                                            {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                                                            {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
                                                                            {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}};
  std::size_t state = 0;
  std::size_t place = 0;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c, ++place) {
    state = kMultiply[state][kPermute[place % 8][static_cast<std::size_t>(*c - '0')]];
  }
  return state == 0;
}

bool is_mod_11_10(std::string_view digits) {
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    const int sum = (product + (c - '0')) % 10;
    product = 2 * (sum == 0 ? 10 : sum) % 11;
  }
  return (product + (digits.back() - '0')) % 10 == 1;
}

int mod_97(std::string_view text, int state) {
  for (const char c : text) {
    const int value = base36_value(c);
    state = (state * (value < 10 ? 10 : 100) + value) % 97;
  }
  return state;
}

bool is_country(std::string_view code) {
  static constexpr std::string_view kCodes =
      "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ"
      "DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJM"
      "JOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONP"
      "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTO"
      "TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";
  return code.size() == 2 && has_code(kCodes, code);
}

}  // namespace piiscrub::check
