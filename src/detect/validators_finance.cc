#include <algorithm>
#include <array>
#include <bit>

#include "detect/validators_internal.h"

namespace piiscrub::check {
namespace {

// Six-digit issuer prefixes, first to last, with the lengths in use, after ISO/IEC 7812 and what the networks publish.
// Longer Diners Club, JCB and Discover numbers are allowed but not issued, and block ids look like them.
struct CardRange {
  int first;
  int last;
  std::uint8_t min_length;
  std::uint8_t max_length;
};

constexpr auto kCardRanges = std::to_array<CardRange>({
    {220000, 220499, 16, 19},  // Mir
    {222100, 272099, 16, 16},  // Mastercard
    {300000, 305999, 14, 14},  // Diners Club
    {300000, 305999, 16, 16},  // Diners Club
    {340000, 349999, 15, 15},  // American Express
    {352800, 358999, 16, 16},  // JCB
    {360000, 369999, 14, 14},  // Diners Club
    {360000, 369999, 16, 16},  // Diners Club
    {370000, 379999, 15, 15},  // American Express
    {380000, 399999, 14, 14},  // Diners Club
    {380000, 399999, 16, 16},  // Diners Club
    {400000, 499999, 13, 13},  // Visa
    {400000, 499999, 16, 16},  // Visa, Elo
    {400000, 499999, 19, 19},  // Visa
    {500000, 509999, 13, 19},  // Maestro, RuPay 508, Elo
    {510000, 559999, 16, 16},  // Mastercard
    {560000, 643999, 13, 19},  // Maestro, Discover 6011, UnionPay 62, RuPay 60, Elo
    {644000, 659999, 16, 16},  // Discover, RuPay 65, Elo
    {660000, 699999, 13, 19},  // Maestro
    {810000, 829999, 16, 19},  // RuPay, UnionPay
    {979200, 979299, 16, 16},  // Troy
});

struct IbanLength {
  char country[3];
  std::uint8_t length;
};

// SWIFT IBAN Registry, with Honduras and Yemen.
constexpr auto kIbanLengths = std::to_array<IbanLength>(
    {{"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
     {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
     {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
     {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
     {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28},
     {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
     {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23},
     {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
     {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
     {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30}});

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

// BIP-173 (witness version 0) and BIP-350 (1 and later) addresses of the main network.
bool is_segwit_address(std::string_view address) {
  if (address.size() < 14 || address.size() > 74) return false;
  const bool upper = is_upper(address[0]);
  if (!(upper ? address.starts_with("BC1") : address.starts_with("bc1"))) return false;

  static constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                              0x2a1462b3};
  std::uint32_t checksum = 1;
  const auto add = [&](std::uint32_t value) {
    const std::uint32_t top = checksum >> 25;
    checksum = (checksum & 0x1ffffff) << 5 ^ value;
    for (std::size_t bit = 0; bit < kGenerator.size(); ++bit) {
      if (top >> bit & 1) checksum ^= kGenerator[bit];
    }
  };
  // The prefix "bc" as BIP-173 expands it: high bits, 0, low bits.
  for (const std::uint32_t value : {3U, 3U, 0U, 2U, 3U}) add(value);

  const std::string_view data = address.substr(3);
  std::size_t version = 0;
  std::size_t last_of_program = 0;
  for (std::size_t at = 0; at < data.size(); ++at) {
    // All of it is in one case.
    if (upper ? is_lower(data[at]) : is_upper(data[at])) return false;
    const std::size_t value =
        kBech32.find(upper && is_upper(data[at]) ? static_cast<char>(data[at] - 'A' + 'a') : data[at]);
    if (value == std::string_view::npos) return false;
    if (at == 0) version = value;
    if (at == data.size() - 7) last_of_program = value;
    add(static_cast<std::uint32_t>(value));
  }
  if (version > 16 || checksum != (version == 0 ? 1 : 0x2bc830a3)) return false;

  // Between version and checksum (six characters) stands the program, 5 bits each, with less than 5 zero bits over.
  const std::size_t bits = (data.size() - 7) * 5;
  const std::size_t spare = bits % 8;
  const std::size_t bytes = bits / 8;
  if (spare > 4 || (last_of_program & ((std::size_t{1} << spare) - 1)) != 0) return false;
  return version == 0 ? bytes == 20 || bytes == 32 : bytes >= 2 && bytes <= 40;
}

}  // namespace

// Bitcoin: bech32 and bech32m with their checksum; base58 (P2PKH, P2SH) by alphabet and length only, since base58check
// needs SHA-256. Upper and lower case are both demanded there, which no hexadecimal digest has.
bool btc_address(std::string_view candidate) noexcept {
  if (candidate.empty()) return false;
  if (candidate[0] != '1' && candidate[0] != '3') return is_segwit_address(candidate);
  const std::size_t shortest = candidate[0] == '1' ? 26 : 33;
  return candidate.size() >= shortest && candidate.size() <= 34 &&
         candidate.find_first_not_of(kBase58) == std::string_view::npos &&
         std::any_of(candidate.begin(), candidate.end(), is_upper) &&
         std::any_of(candidate.begin(), candidate.end(), is_lower);
}

// ISO/IEC 7812-1: issuer range, its lengths, Luhn.
bool card(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (id.size() < 13 || id.size() > 19 || !id.is_number(id.size())) return false;
  const std::int64_t prefix = id.number(0, 6);
  const bool issued = std::any_of(kCardRanges.begin(), kCardRanges.end(), [&](const CardRange& range) {
    return prefix >= range.first && prefix <= range.last && id.size() >= range.min_length &&
           id.size() <= range.max_length;
  });
  return issued && is_luhn(id.text());
}

// Ethereum: 0x and 40 hexadecimal digits. EIP-55's mixed-case checksum needs Keccak and is not checked; fewer than 8
// different digits are a placeholder or a small number.
bool eth_address(std::string_view candidate) noexcept {
  if (candidate.size() != 42 || candidate[0] != '0' || (candidate[1] != 'x' && candidate[1] != 'X')) return false;
  unsigned seen = 0;
  for (const char c : candidate.substr(2)) {
    const int value = hex_value(c);
    if (value < 0) return false;
    seen |= 1U << value;
  }
  return std::popcount(seen) >= 8;
}

// ISO 13616-1: country, check digits 02 to 98, the country's length, MOD 97-10.
bool iban(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (id.size() < 15 || !fits(id.part(0, 4), "AA99")) return false;
  const auto row = std::find_if(kIbanLengths.begin(), kIbanLengths.end(),
                                [&](const IbanLength& known) { return id.part(0, 2) == known.country; });
  if (row == kIbanLengths.end() || id.size() != row->length) return false;
  if (id.number(2, 2) < 2 || id.number(2, 2) > 98 || is_uniform(id.part(4, id.size() - 4))) return false;
  return mod_97(id.part(0, 4), mod_97(id.part(4, id.size() - 4))) == 1;
}

// ISO 6166: country or X-prefix of a clearing house or EU, nine characters, Luhn with letters as 10 to 35.
bool isin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "AAXXXXXXXXX9") || is_uniform(id.part(2, 10))) return false;
  if (!is_country(id.part(0, 2)) && !has_code("ANEUQSXAXBXCXDXFXSXT", id.part(0, 2))) return false;
  return is_luhn(id.text());
}

// ISO/IEC 7812-1 annex B: two digits or more, not all the same.
bool luhn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.size() >= 2 && id.is_number(id.size()) && is_luhn(id.text());
}

// ISO 9362: four characters of the party, country, two of the place, perhaps three of the branch; upper case only, as
// eight lower-case letters are a word.
bool swift_bic(std::string_view candidate) noexcept {
  if (!fits(candidate, "AAAAAAXX") && !fits(candidate, "AAAAAAXXXXX")) return false;
  return is_country(candidate.substr(4, 2));
}

}  // namespace piiscrub::check
