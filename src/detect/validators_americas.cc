#include <algorithm>
#include <array>

#include "detect/validators_internal.h"

namespace piiscrub::check {
namespace {

// Modulus 11 check digit as Brazil computes it: remainders 0 and 1 give 0.
int brazilian_check(int sum) { return sum % 11 < 2 ? 0 : 11 - sum % 11; }

}  // namespace

// Argentina, AFIP: type of holder, eight digits, modulus 11; a check of 10 was given out as 9.
bool ar_cuit(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || !has_code("202324252627303334505155", id.part(0, 2))) return false;
  const int remainder = weighted_sum(id.text(), {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return id[10] == std::string_view("09987654321")[static_cast<std::size_t>(remainder)];
}

// Brazil, Receita Federal, IN RFB 2229/2024: two modulus 11 digits; since July 2026 the first twelve may be letters,
// which count as their ASCII code less 48.
bool br_cnpj(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "XXXXXXXXXXXX99") || is_uniform(id.text())) return false;
  static constexpr std::array<int, 13> kWeights = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
  int first = 0;
  int second = 0;
  for (std::size_t at = 0; at < 12; ++at) {
    first += kWeights[at + 1] * (id[at] - '0');
    second += kWeights[at] * (id[at] - '0');
  }
  return brazilian_check(first) == id.digit(12) &&
         brazilian_check(second + kWeights[12] * id.digit(12)) == id.digit(13);
}

// Brazil, Receita Federal, IN RFB 2172/2024: two modulus 11 digits.
bool br_cpf(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(11) && brazilian_check(weighted_sum(id.text(), {10, 9, 8, 7, 6, 5, 4, 3, 2})) == id.digit(9) &&
         brazilian_check(weighted_sum(id.text(), {11, 10, 9, 8, 7, 6, 5, 4, 3, 2})) == id.digit(10);
}

// Canada, ESDC: nine digits, Luhn; 0 is for fictitious numbers, 8 is not given out.
bool ca_sin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && id[0] != '0' && id[0] != '8' && is_luhn(id.text());
}

// Chile, Registro Civil: seven or eight digits, modulus 11 with weights 2 to 7 from the right, K for 10.
bool cl_rut(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "9999999X") && !fits(id.text(), "99999999X")) return false;
  const std::size_t body = id.size() - 1;
  if (is_uniform(id.part(0, body))) return false;
  int sum = 0;
  for (std::size_t at = 0; at < body; ++at) sum += static_cast<int>(2 + (body - 1 - at) % 6) * id.digit(at);
  return id[body] == std::string_view("0K987654321")[static_cast<std::size_t>(sum % 11)];
}

// Colombia, DIAN, administrative order 4 of 1989: eight to ten digits and a check digit weighted by primes.
bool co_nit(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(9) && !id.is_number(10) && !id.is_number(11)) return false;
  static constexpr std::array<int, 10> kWeights = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43};
  const std::size_t body = id.size() - 1;
  int sum = 0;
  for (std::size_t at = 0; at < body; ++at) sum += kWeights[body - 1 - at] * id.digit(at);
  return id[body] == std::string_view("01987654321")[static_cast<std::size_t>(sum % 11)];
}

// Mexico, RENAPO instructive of 2021: names, YYMMDD, sex, state, consonants, homonym, check digit.
bool mx_curp(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "AAAA999999AAAAAAX9") || !contains("HMX", id[10])) return false;
  if (!is_date(id.number(4, 2), id.number(6, 2), id.number(8, 2))) return false;
  if (!has_code("ASBCBSCCCHCLCMCSDFDGGRGTHGJCMCMNMSNENLNTOCPLQRQTSLSPSRTCTLTSVZYNZS", id.part(11, 2))) return false;
  int sum = 0;
  for (std::size_t at = 0; at < 17; ++at) {
    // The alphabet has an Ñ after N.
    const int value = base36_value(id[at]) + (id[at] > 'N' ? 1 : 0);
    sum += static_cast<int>(18 - at) * value;
  }
  return (10 - sum % 10) % 10 == id.digit(17);
}

// Mexico, SAT: three (entity) or four (person) letters, YYMMDD, two homonym characters without 0, check character. Too
// many registered codes break the check character to demand it; the generic XAXX010101000 has no homonym.
bool mx_rfc(std::string_view candidate) noexcept {
  // & and Ñ (UTF-8 or Latin-1) are letters here; any letter stands in for them.
  std::array<char, Compact::kMaxSize> letters{};
  std::size_t size = 0;
  for (const char c : candidate) {
    if (c == '\xC3') continue;
    if (size == letters.size()) return false;
    letters[size++] = contains("&\xD1\xF1\x91\xB1", c) ? 'N' : c;
  }
  Compact id(std::string_view(letters.data(), size));
  const std::size_t date = id.size() == 13 ? 4 : 3;
  if (!fits(id.text(), date == 4 ? "AAAA999999XXX" : "AAA999999XXX")) return false;
  if (!is_date(id.number(date, 2), id.number(date + 2, 2), id.number(date + 4, 2))) return false;
  return id[date + 6] != '0' && id[date + 7] != '0' && (is_digit(id[date + 8]) || id[date + 8] == 'A');
}

// United States, American Bankers Association: Federal Reserve district, weights 3 7 1.
bool us_aba(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(9)) return false;
  const std::int64_t district = id.number(0, 2);
  const bool known =
      district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district == 80;
  return known && weighted_sum(id.text(), {3, 7, 1, 3, 7, 1, 3, 7, 1}) % 10 == 0;
}

// United States, DEA, 21 CFR 1301: registrant type, initial (9 for a business), six digits, check digit.
bool us_dea(std::string_view candidate) noexcept {
  const Compact id(candidate);
  const std::string_view text = id.text();
  if (!fits(text, "AA9999999") && !fits(text, "A99999999")) return false;
  if (!contains("ABCDEFGHJKLMPRSTUX", id[0]) || (is_digit(id[1]) && id[1] != '9') || id.number(2, 7) == 0) return false;
  // KB and seven digits is an article of Microsoft's, in any Windows log.
  if (text.starts_with("KB")) return false;
  return weighted_sum(id.part(2, 6), {1, 2, 1, 2, 1, 2}) % 10 == id.digit(8);
}

// United States, IRS: nine digits whose first two are a campus prefix.
bool us_ein(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && !has_code("0007080917181928294969707879899697", id.part(0, 2));
}

// United States, IRS: 9xx, group 50-65, 70-88, 90-92 or 94-99.
bool us_itin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(9) || id[0] != '9') return false;
  const std::int64_t group = id.number(3, 2);
  return group >= 50 && (group < 66 || group > 69) && group != 89 && group != 93;
}

// United States, CMS, Understanding the MBI: eleven places, each with its own alphabet; no S, L, O, I, B, Z.
bool us_mbi(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return fits(id.text(), "9AX9AX9AA99") && id[0] != '0' && id.text().find_first_of("SLOIBZ") == std::string_view::npos;
}

// United States, CMS, 45 CFR 162.406: ten digits, Luhn with the card issuer prefix 80840, which adds 24 to the sum.
bool us_npi(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10) || (id[0] != '1' && id[0] != '2')) return false;
  std::array<char, 15> prefixed = {'8', '0', '8', '4', '0'};
  std::copy_n(id.text().data(), 10, prefixed.data() + 5);
  return is_luhn(std::string_view(prefixed.data(), prefixed.size()));
}

// United States, SSA: area, group and serial are not all zeros, area is not 666 or 9xx. Two numbers
// printed in advertisements are void.
bool us_ssn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(9) || id.text() == "078051120" || id.text() == "219099999") return false;
  const std::int64_t area = id.number(0, 3);
  return area != 0 && area != 666 && area < 900 && id.number(3, 2) != 0 && id.number(5, 4) != 0;
}

}  // namespace piiscrub::check
