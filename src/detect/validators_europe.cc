#include <algorithm>
#include <array>

#include "detect/validators_internal.h"

namespace piiscrub::check {
namespace {

constexpr std::string_view kSpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";

char spanish_letter(std::int64_t number) { return kSpanishLetters[static_cast<std::size_t>(number % 23)]; }

// The last of 11 digits under the two sets of weights that Estonia and Lithuania share.
bool has_baltic_check_digit(const Compact& id) {
  int check = weighted_sum(id.text(), {1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11;
  if (check == 10) check = weighted_sum(id.text(), {3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11 % 10;
  return check == id.digit(10);
}

// JMBG: DDMMYYY, region, serial, check digit; kept by the states that followed Yugoslavia.
bool is_jmbg(const Compact& id) {
  if (!id.is_number(13) || !is_date(id.number(4, 3), id.number(2, 2), id.number(0, 2))) return false;
  const int remainder = weighted_sum(id.text(), {7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return (11 - remainder) % 11 % 10 == id.digit(12);
}

// The control of a Spanish legal entity: type letter, seven digits, then a digit or the letter that stands for it.
bool is_cif(const Compact& id) {
  if (!fits(id.text(), "A9999999X") || !contains("ABCDEFGHJNPQRSUVW", id[0])) return false;
  int sum = 0;
  for (std::size_t at = 1; at < 8; ++at) sum += at % 2 == 1 ? cross_sum(2 * id.digit(at)) : id.digit(at);
  const auto check = static_cast<std::size_t>((10 - sum % 10) % 10);
  return is_digit(id[8]) ? id.digit(8) == static_cast<int>(check) : id[8] == std::string_view("JABCDEFGHI")[check];
}

}  // namespace

// Austria, ASVG § 31: serial, check digit, DDMMYY; months 13 to 15 are overflow for full days.
bool at_svnr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10) || id[0] == '0') return false;
  const std::int64_t month = id.number(6, 2);
  if (!is_date(id.number(8, 2), month >= 13 && month <= 15 ? 1 : month, id.number(4, 2))) return false;
  return weighted_sum(id.text(), {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11 == id.digit(3);
}

// Belgium, royal decree of 3 April 1984; BIS numbers add 20 or 40 to the month, an unknown month or day is 00.
bool be_national(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11)) return false;
  const std::int64_t month = id.number(2, 2) % 20;
  const std::int64_t day = id.number(4, 2);
  const bool unknown_date = month == 0 || day == 0;
  if (id.number(2, 2) >= 60 || month > 12 || day > 31) return false;
  if (!unknown_date && !is_date(id.number(0, 2), month, day)) return false;
  const std::int64_t body = id.number(0, 9);
  const std::int64_t check = id.number(9, 2);
  const std::int64_t since_2000 = 2'000'000'000 + body;
  return check == 97 - body % 97 || check == 97 - since_2000 % 97;
}

// Bulgaria, GRAO: YYMMDD (month +20 before 1900, +40 from 2000), serial, check digit.
bool bg_egn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10) || id.number(2, 2) > 52) return false;
  if (!is_date(id.number(0, 2), id.number(2, 2) % 20, id.number(4, 2))) return false;
  return weighted_sum(id.text(), {2, 4, 8, 5, 10, 9, 7, 3, 6}) % 11 % 10 == id.digit(9);
}

// Switzerland, Central Compensation Office: GS1 number with country prefix 756, EAN-13 check digit.
bool ch_ahv(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || id.number(0, 3) != 756) return false;
  return weighted_sum(id.text(), {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1}) % 10 == 0;
}

// Czechia and Slovakia, act 133/2000: YYMMDD (women month +50, full days +20), serial, remainder by 11.
bool cz_rodne_cislo(std::string_view candidate) noexcept {
  const Compact id(candidate);
  const bool before_1954 = id.is_number(9);
  if (!before_1954 && !id.is_number(10)) return false;
  std::int64_t month = id.number(2, 2) % 50;
  if (!before_1954 && month > 20) month -= 20;
  if (!is_date(id.number(0, 2), month, id.number(4, 2))) return false;
  // The older numbers have no check digit; without the slash they look like any other nine digits.
  if (before_1954) return contains(candidate, '/') && id.number(0, 2) < 54 && id.number(6, 3) != 0;
  return id.number(0, 9) % 11 % 10 == id.digit(9);
}

// Germany, PAuswV: nine characters of a reduced alphabet and a check digit, weights 7 3 1 (ICAO 9303), perhaps with D.
bool de_ausweis(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (id.size() != 10 && !(id.size() == 11 && id[10] == 'D')) return false;
  const std::string_view serial = id.part(0, 9);
  // All-digit serials ended in 2010 and are valid no more.
  if (!is_upper(serial[0]) || !is_digit(id[9])) return false;
  if (serial.find_first_not_of("0123456789CFGHJKLMNPRTVWXYZ") != std::string_view::npos) return false;
  static constexpr std::array<int, 3> kWeights = {7, 3, 1};
  int sum = 0;
  for (std::size_t at = 0; at < serial.size(); ++at) sum += kWeights[at % 3] * base36_value(serial[at]);
  return sum % 10 == id.digit(9);
}

// Germany, SGB V § 290: letter as two digits, eight digits, Luhn-like check digit weighted 1 2 1 2 from the left.
bool de_kvnr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "A999999999")) return false;
  const int letter = id[0] - 'A' + 1;
  int sum = letter / 10 + cross_sum(2 * (letter % 10));
  for (std::size_t at = 1; at < 9; ++at) sum += at % 2 == 1 ? id.digit(at) : cross_sum(2 * id.digit(at));
  return sum % 10 == id.digit(9);
}

// Germany, BZSt, AO § 139b: MOD 11,10; of the first ten digits one repeats, twice or thrice but not in a row.
bool de_steuer_id(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id[0] == '0') return false;
  std::array<int, 10> times{};
  for (std::size_t at = 0; at < 10; ++at) ++times[static_cast<std::size_t>(id.digit(at))];
  if (std::count_if(times.begin(), times.end(), [](int n) { return n > 1; }) != 1) return false;
  if (*std::max_element(times.begin(), times.end()) > 3) return false;
  for (std::size_t at = 2; at < 10; ++at) {
    if (id[at] == id[at - 1] && id[at] == id[at - 2]) return false;
  }
  return is_mod_11_10(id.text());
}

// Germany, VKVV § 2: area, DDMMYY, initial as two digits, serial, check digit of the cross sums.
bool de_svnr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "99999999A999") || id.number(0, 2) < 2) return false;
  if (!is_date(id.number(6, 2), id.number(4, 2), id.number(2, 2))) return false;
  const int letter = id[8] - 'A' + 1;
  const std::array<int, 12> digits = {id.digit(0), id.digit(1), id.digit(2), id.digit(3), id.digit(4), id.digit(5),
                                      id.digit(6), id.digit(7), letter / 10, letter % 10, id.digit(9), id.digit(10)};
  static constexpr std::array<int, 12> kWeights = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
  int sum = 0;
  for (std::size_t at = 0; at < digits.size(); ++at) sum += cross_sum(kWeights[at] * digits[at]);
  return sum % 10 == id.digit(11);
}

// Germany, BZSt, UStG § 27a: DE (may be missing), nine digits, MOD 11,10.
bool de_ust_id(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("DE");
  return id.is_number(9) && id[0] != '0' && is_mod_11_10(id.text());
}

// Denmark, CPR Office: DDMMYY and four digits; since 2007 no modulus 11 either, so the date is all there is.
bool dk_cpr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(10) && is_date(id.number(4, 2), id.number(2, 2), id.number(0, 2));
}

// Estonia, EVS 585:2007: century and sex, YYMMDD, serial, check digit.
bool ee_isikukood(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id[0] < '1' || id[0] > '8') return false;
  return is_date(id.number(1, 2), id.number(3, 2), id.number(5, 2)) && has_baltic_check_digit(id);
}

// Spain, Royal Decree 1553/2005: eight digits and the letter of their remainder by 23.
bool es_dni(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return fits(id.text(), "99999999A") && id.number(0, 8) != 0 && id[8] == spanish_letter(id.number(0, 8));
}

// Spain, Order INT/2058/2008: X, Y or Z for 0, 1 or 2, then as the DNI.
bool es_nie(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "A9999999A") || !contains("XYZ", id[0])) return false;
  return id[8] == spanish_letter(std::int64_t{id[0] - 'X'} * 10'000'000 + id.number(1, 7));
}

// Spain, Royal Decree 1065/2007 and Order EHA/451/2008: DNI, NIE, the K, L and M numbers, and legal entities (CIF).
bool es_nif(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("ES");
  if (es_dni(id.text()) || es_nie(id.text()) || is_cif(id)) return true;
  return fits(id.text(), "A9999999A") && contains("KLM", id[0]) && id[8] == spanish_letter(id.number(1, 7));
}

// Spain, Seguridad Social: province, number, remainder of both by 97; a number under ten million loses its 0.
bool es_nuss(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(12)) return false;
  const std::int64_t province = id.number(0, 2);
  const std::int64_t number = id.number(2, 8);
  if (province < 1 || (province > 53 && province != 66)) return false;
  const std::int64_t joined = number + province * (number < 10'000'000 ? 10'000'000 : 100'000'000);
  return joined % 97 == id.number(10, 2);
}

// Finland, DVV, decree 128/2010 with the signs of 2023: DDMMYY, century, serial 002-899, remainder by 31.
bool fi_hetu(std::string_view candidate) noexcept {
  if (candidate.size() != 11 || !contains("+-ABCDEFUVWXY", to_upper(candidate[6]))) return false;
  const Compact birth(candidate.substr(0, 6), "");
  const Compact serial(candidate.substr(7), "");
  if (!fits(birth.text(), "999999") || !fits(serial.text(), "999X")) return false;
  if (!is_date(birth.number(4, 2), birth.number(2, 2), birth.number(0, 2))) return false;
  if (serial.number(0, 3) < 2 || serial.number(0, 3) > 899) return false;
  const auto check = static_cast<std::size_t>((birth.number(0, 6) * 1000 + serial.number(0, 3)) % 31);
  return serial[3] == std::string_view("0123456789ABCDEFHJKLMNPRSTUVWXY")[check];
}

// France, DGFiP (numero SPI): first digit 0 to 3, last three digits the remainder of the first ten by 511.
bool fr_nif(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(13) && id[0] <= '3' && id.number(0, 10) % 511 == id.number(10, 3);
}

// France, INSEE, decree 82-103: sex, YYMM, place (2A and 2B in Corsica count as 19 and 18), serial, key to 97.
bool fr_nir(std::string_view candidate) noexcept {
  const Compact id(candidate);
  const bool corsica = fits(id.text(), "999992A99999999") && id[6] <= 'B';
  if (!corsica && !id.is_number(15)) return false;
  if (!contains("123478", id[0])) return false;
  const std::int64_t month = id.number(3, 2);
  const bool known_month = month >= 1 && month <= 12;
  if (!known_month && !(month >= 20 && month <= 42) && month < 50) return false;
  const std::int64_t place = corsica ? (id[6] == 'A' ? 19 : 18) : id.number(5, 2);
  const std::int64_t body = (id.number(0, 5) * 100 + place) * 1'000'000 + id.number(7, 6);
  return place != 0 && id.number(13, 2) == 97 - body % 97;
}

// France, INSEE, decree 97-497: nine digits, Luhn.
bool fr_siren(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && is_luhn(id.text());
}

// France, INSEE: SIREN and five digits, Luhn over all; La Poste's offices have a digit sum that 5 divides instead.
bool fr_siret(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(14) || !is_luhn(id.part(0, 9))) return false;
  if (is_luhn(id.text())) return true;
  const int digit_sum = weighted_sum(id.text(), {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  return id.text().starts_with("356000000") && digit_sum % 5 == 0;
}

// Greece, AADE: eight digits weighted by powers of two; EL or GR in front may be missing.
bool gr_afm(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("EL");
  id.drop_prefix("GR");
  return id.is_number(9) && weighted_sum(id.text(), {256, 128, 64, 32, 16, 8, 4, 2}) % 11 % 10 == id.digit(8);
}

// Greece, law 3655/2008: DDMMYY, serial, Luhn.
bool gr_amka(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(11) && is_date(id.number(4, 2), id.number(2, 2), id.number(0, 2)) && is_luhn(id.text());
}

// Croatia, Tax Administration: eleven digits, MOD 11,10; HR in front may be missing.
bool hr_oib(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("HR");
  return id.is_number(11) && is_mod_11_10(id.text());
}

// Hungary, act XX of 1996: weights 3 and 7 by turns.
bool hu_taj(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && weighted_sum(id.text(), {3, 7, 3, 7, 3, 7, 3, 7}) % 10 == id.digit(8);
}

// Ireland, Department of Social Protection: remainder by 23 as a letter; a second letter A to I counts since 2013.
bool ie_pps(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "9999999A") && !fits(id.text(), "9999999AA")) return false;
  int sum = weighted_sum(id.text(), {8, 7, 6, 5, 4, 3, 2});
  if (sum == 0) return false;
  if (id.size() == 9) {
    if (!contains("ABCDEFGHITWX", id[8])) return false;
    if (id[8] <= 'I') sum += 9 * (id[8] - 'A' + 1);
  }
  return id[7] == std::string_view("WABCDEFGHIJKLMNOPQRSTUV")[static_cast<std::size_t>(sum % 23)];
}

// Italy, DM 23 December 1976: names, YY, month letter, day (women +40), place, check letter; L to V stand for digits
// where two people would share a code.
bool it_codice_fiscale(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "AAAAAAXXAXXAXXXA")) return false;
  std::array<int, 16> digits{};
  for (const std::size_t at : {6U, 7U, 9U, 10U, 12U, 13U, 14U}) {
    const std::size_t value =
        is_digit(id[at]) ? static_cast<std::size_t>(id.digit(at)) : std::string_view("LMNPQRSTUV").find(id[at]);
    if (value > 9) return false;
    digits[at] = static_cast<int>(value);
  }
  const std::size_t month = std::string_view("ABCDEHLMPRST").find(id[8]);
  const int day = digits[9] * 10 + digits[10];
  if (month > 11) return false;
  if (!is_date(digits[6] * 10 + digits[7], static_cast<int>(month) + 1, day > 40 ? day - 40 : day)) return false;
  // What a character at an odd place (counted from 1) is worth: 0-9 and A-J alike, then K-Z.
  static constexpr std::array<int, 26> kOddValues = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                                     20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  int sum = 0;
  for (std::size_t at = 0; at < 15; ++at) {
    const int value = is_digit(id[at]) ? id.digit(at) : id[at] - 'A';
    sum += at % 2 == 0 ? kOddValues[static_cast<std::size_t>(value)] : value;
  }
  return id[15] - 'A' == sum % 26;
}

// Italy, DPR 633/1972, DM 23 December 1976: number, province office, Luhn; IT in front may be missing.
bool it_piva(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("IT");
  if (!id.is_number(11) || id.number(0, 7) == 0) return false;
  const std::int64_t office = id.number(7, 3);
  const bool known_office =
      (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
  return known_office && is_luhn(id.text());
}

// Lithuania, Residents' Register: century and sex, YYMMDD, serial, check digit.
bool lt_asmens(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id[0] < '1' || id[0] > '6') return false;
  return is_date(id.number(1, 2), id.number(3, 2), id.number(5, 2)) && has_baltic_check_digit(id);
}

// Luxembourg, law of 19 June 2013: YYYYMMDD, serial, then Luhn and Verhoeff digits of these 11.
bool lu_nin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || id.number(0, 4) < 1800 || id.number(0, 4) > 2099) return false;
  if (!is_date(id.number(0, 4), id.number(4, 2), id.number(6, 2)) || !is_luhn(id.part(0, 12))) return false;
  std::array<char, 12> for_verhoeff{};
  std::copy_n(id.text().data(), 11, for_verhoeff.data());
  for_verhoeff[11] = id[12];
  return is_verhoeff(std::string_view(for_verhoeff.data(), for_verhoeff.size()));
}

// Latvia, PMLP: DDMMYY, century, serial, check digit; numbers given out since July 2017 begin with 32 and have no date.
bool lv_personas(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11)) return false;
  const bool dated = id.number(0, 2) <= 31;
  if (dated && (id[6] > '2' || !is_date(id.number(4, 2), id.number(2, 2), id.number(0, 2)))) return false;
  if (!dated && id.number(0, 2) != 32) return false;
  return (1 + weighted_sum(id.text(), {10, 5, 8, 4, 2, 1, 6, 3, 7, 9})) % 11 % 10 == id.digit(10);
}

// Netherlands, Besluit BSN ("elfproef"): weights 9 to 2 and -1, a multiple of 11.
bool nl_bsn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && weighted_sum(id.text(), {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0;
}

// Norway, Skatteetaten: DDMMYY (D-numbers day +40, H-numbers month +40, synthetic +80), serial, two modulus 11 digits.
bool no_fodselsnummer(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11)) return false;
  const std::int64_t day = id.number(0, 2);
  if (!is_date(id.number(4, 2), id.number(2, 2) % 40, day > 40 ? day - 40 : day)) return false;
  return weighted_sum(id.text(), {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}) % 11 == 0 &&
         weighted_sum(id.text(), {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

// Poland, act of 13 October 1995: weights 6 5 7 2 3 4 5 6 7; PL in front may be missing.
bool pl_nip(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("PL");
  return id.is_number(10) && weighted_sum(id.text(), {6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11 == id.digit(9);
}

// Poland, population register act 2010: YYMMDD (month +20 from 2000, +80 in the 1800s), serial, weights 1 3 7 9.
bool pl_pesel(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || !is_date(id.number(0, 2), id.number(2, 2) % 20, id.number(4, 2))) return false;
  return weighted_sum(id.text(), {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1}) % 10 == 0;
}

// Poland, GUS: nine digits, or fourteen for a local unit, whose first nine are a REGON.
bool pl_regon(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(9) && !id.is_number(14)) return false;
  if (weighted_sum(id.text(), {8, 9, 2, 3, 4, 5, 6, 7}) % 11 % 10 != id.digit(8)) return false;
  if (id.size() == 9) return true;
  return weighted_sum(id.text(), {2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8}) % 11 % 10 == id.digit(13);
}

// Portugal, decree-law 14/2013: weights 9 to 2, modulus 11; PT in front may be missing.
bool pt_nif(std::string_view candidate) noexcept {
  Compact id(candidate);
  id.drop_prefix("PT");
  if (!id.is_number(9) || id[0] == '0') return false;
  return (11 - weighted_sum(id.text(), {9, 8, 7, 6, 5, 4, 3, 2}) % 11) % 11 % 10 == id.digit(8);
}

// Romania, law 105/1996: sex and century, YYMMDD, county, serial, weights 279146358279.
bool ro_cnp(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || id[0] == '0') return false;
  if (!is_date(id.number(1, 2), id.number(3, 2), id.number(5, 2))) return false;
  const int check = weighted_sum(id.text(), {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}) % 11;
  return (check == 10 ? 1 : check) == id.digit(12);
}

// Serbia, JMBG act of 2018: DDMMYYY, region, serial, modulus 11.
bool rs_jmbg(std::string_view candidate) noexcept { return is_jmbg(Compact(candidate)); }

// Russia, FNS order MMV-7-6/435: ten digits with one check digit (entities), or twelve with two (people).
bool ru_inn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (id.is_number(10)) return weighted_sum(id.text(), {2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == id.digit(9);
  return id.is_number(12) && weighted_sum(id.text(), {7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == id.digit(10) &&
         weighted_sum(id.text(), {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == id.digit(11);
}

// Russia, Pension Fund resolution 192p: sum by weights 9 to 1, modulo 101, 100 as 00; not checked up to 001-001-998.
bool ru_snils(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id.number(0, 9) <= 1'001'998) return false;
  return weighted_sum(id.text(), {9, 8, 7, 6, 5, 4, 3, 2, 1}) % 101 % 100 == id.number(9, 2);
}

// Sweden, act 1974:174: ten digits, Luhn; the third digit is at least 2, so that none is a personal number.
bool se_orgnr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(10) && id[0] != '0' && id[2] >= '2' && is_luhn(id.text());
}

// Sweden, Skatteverket, act 1991:481 § 18: YYMMDD or YYYYMMDD (coordination numbers day +60), then '-' or '+', Luhn.
bool se_personnummer(std::string_view candidate) noexcept {
  const Compact id(candidate, " -+");
  if (!id.is_number(10) && !id.is_number(12)) return false;
  const std::size_t century = id.size() - 10;
  if (century == 2 && (id.number(0, 2) < 18 || id.number(0, 2) > 20)) return false;
  const std::int64_t day = id.number(century + 4, 2);
  if (!is_date(id.number(century, 2), id.number(century + 2, 2), day > 60 ? day - 60 : day)) return false;
  return is_luhn(id.part(century, 10));
}

// Slovenia, ZCRP: the JMBG of Yugoslavia under another name; people born in its other parts keep their region.
bool si_emso(std::string_view candidate) noexcept { return is_jmbg(Compact(candidate)); }

// Ukraine, State Tax Service: days since 1899-12-31, serial, weights -1 5 7 9 4 6 10 5 7.
bool ua_rnokpp(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10)) return false;
  const int sum = weighted_sum(id.text(), {-1, 5, 7, 9, 4, 6, 10, 5, 7});
  return (sum + 11) % 11 % 10 == id.digit(9);
}

// United Kingdom, NHS Data Dictionary: weights 10 to 2, modulus 11; a check of 10 is not given out.
bool uk_nhs(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(10) && weighted_sum(id.text(), {10, 9, 8, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0;
}

// United Kingdom, HMRC NIM39110: prefix letters, six digits, suffix A to D.
bool uk_nino(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "AA999999A") || id[8] > 'D') return false;
  if (contains("DFIQUV", id[0]) || contains("DFIOQUV", id[1])) return false;
  return !has_code("BGGBKNNKNTTNZZ", id.part(0, 2)) && id.number(2, 6) != 0;
}

// United Kingdom, HMRC: check digit first, weights 6 7 8 9 10 5 4 3 2 of the rest, modulus 11.
bool uk_utr(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10)) return false;
  const int remainder = weighted_sum(id.part(1, 9), {6, 7, 8, 9, 10, 5, 4, 3, 2}) % 11;
  return id[0] == std::string_view("21987654321")[static_cast<std::size_t>(remainder)];
}

}  // namespace piiscrub::check
