#include <algorithm>
#include <array>

#include "detect/validators_internal.h"

namespace piiscrub::check {

// Australia, ABR: first digit less one, weights 10 1 3 5 ... 19, a multiple of 89.
bool au_abn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id.number(0, 2) < 11) return false;
  return (weighted_sum(id.text(), {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19}) - 10) % 89 == 0;
}

// Australia, ASIC, Corporations Regulations 2001: weights 8 to 1, modulus 10.
bool au_acn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && weighted_sum(id.text(), {8, 7, 6, 5, 4, 3, 2, 1, 1}) % 10 == 0;
}

// Australia, Services Australia: eight digits from 2 to 6, check digit, issue; perhaps the place on the card.
bool au_medicare(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10) && !id.is_number(11)) return false;
  if (id[0] < '2' || id[0] > '6' || id[9] == '0') return false;
  return weighted_sum(id.text(), {1, 3, 7, 9, 1, 3, 7, 9}) % 10 == id.digit(8);
}

// Australia, ATO: nine digits (older: eight), weights 1 4 3 7 5 8 6 9 10, a multiple of 11.
bool au_tfn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (id.is_number(8)) return weighted_sum(id.text(), {1, 4, 3, 7, 5, 8, 6, 9}) % 11 == 0;
  return id.is_number(9) && weighted_sum(id.text(), {1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0;
}

// China, GB 11643-1999: division, YYYYMMDD, serial, ISO 7064 MOD 11-2.
bool cn_resident_id(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "99999999999999999X")) return false;
  if (!has_code("1112131415212223313233343536374142434445465051525354616263646571818283", id.part(0, 2))) return false;
  if (id.number(6, 4) < 1850 || id.number(6, 4) > 2099) return false;
  if (!is_date(id.number(6, 4), id.number(10, 2), id.number(12, 2))) return false;
  const int sum = weighted_sum(id.text(), {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2});
  return id[17] == std::string_view("10X98765432")[static_cast<std::size_t>(sum % 11)];
}

// Hong Kong, Immigration Department: letters (10 to 35; a missing first one is 36), six digits, check digit or A.
bool hk_id(std::string_view candidate) noexcept {
  const Compact id(candidate, " -()");
  const std::size_t letters = id.size() == 9 ? 2 : 1;
  if (!fits(id.text(), letters == 2 ? "AA999999X" : "A999999X")) return false;
  int sum = letters == 2 ? 9 * base36_value(id[0]) + 8 * base36_value(id[1]) : 9 * 36 + 8 * base36_value(id[0]);
  sum += weighted_sum(id.part(letters, 6), {7, 6, 5, 4, 3, 2});
  return id.number(letters, 6) != 0 &&
         id.text().back() == std::string_view("0A987654321")[static_cast<std::size_t>(sum % 11)];
}

// Israel, Population Authority: nine digits, Luhn.
bool il_id(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(9) && is_luhn(id.text());
}

// India, UIDAI: twelve digits, the first 2 to 9, Verhoeff; palindromes are not given out.
bool in_aadhaar(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(12) || id[0] < '2') return false;
  const std::string_view text = id.text();
  return !std::equal(text.begin(), text.end(), text.rbegin()) && is_verhoeff(text);
}

// India, CBIC, CGST rule 10: state, PAN, entity, Z, check character (Luhn in base 36).
bool in_gstin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "99AAAAA9999AXXX") || id[12] == '0' || id[13] != 'Z' || !in_pan(id.part(2, 10))) return false;
  const std::int64_t state = id.number(0, 2);
  if (state < 1 || (state > 38 && state != 97 && state != 99)) return false;
  int sum = 0;
  for (std::size_t at = 0; at < 15; ++at) {
    const int value = base36_value(id[at]) * (at % 2 == 1 ? 2 : 1);
    sum += value / 36 + value % 36;
  }
  return sum % 36 == 0;
}

// India, Income Tax Department, rule 114: three letters, kind of holder, initial, four digits, letter.
bool in_pan(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return fits(id.text(), "AAAAA9999A") && contains("ABCEFGHJKLPT", id[3]) && id.number(5, 4) != 0;
}

// Japan, MIC ordinance 85 of 2014: weights 6 to 2 and 7 to 2, modulus 11, remainders 0 and 1 give 0.
bool jp_my_number(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(12)) return false;
  const int remainder = weighted_sum(id.text(), {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return (remainder < 2 ? 0 : 11 - remainder) == id.digit(11);
}

// South Korea, NTS: tax office from 101, kind of business, serial, weights 1 3 7 1 3 7 1 3 5 with the tens of the last.
bool kr_brn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(10) || id.number(0, 3) < 101 || id.number(3, 2) == 0 || id.number(5, 4) == 0) return false;
  return (weighted_sum(id.text(), {1, 3, 7, 1, 3, 7, 1, 3, 5, 1}) + id.digit(8) * 5 / 10) % 10 == 0;
}

// South Korea, Resident Registration Act: YYMMDD, century and sex, place, check digit; numbers given out since October
// 2020 are random behind the seventh digit.
bool kr_rrn(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || !is_date(id.number(0, 2), id.number(2, 2), id.number(4, 2))) return false;
  if (contains("3478", id[6]) && id.number(0, 4) >= 2010 && id.number(0, 2) < 50) return true;
  const int sum = weighted_sum(id.text(), {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5});
  return (11 - sum % 11) % 10 == id.digit(12);
}

// Singapore, ICA: S, T, F, G or M, seven digits, letter of the weighted sum by 11.
bool sg_nric(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "A9999999A") || !contains("STFGM", id[0])) return false;
  const int offset = id[0] == 'M' ? 3 : contains("TG", id[0]) ? 4 : 0;
  const int sum = offset + weighted_sum(id.part(1, 7), {2, 7, 6, 5, 4, 3, 2});
  const std::string_view letters = id[0] == 'M' ? "XWUTRQPNJLK" : contains("FG", id[0]) ? "XWUTRQPNMLK" : "JZIHGFEDCBA";
  return id.number(1, 7) != 0 && id[8] == letters[static_cast<std::size_t>(sum % 11)];
}

// Thailand, DOPA: thirteen digits, the first 1 to 8, weights 13 to 2, modulus 11.
bool th_tnin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || id[0] == '0' || id[0] == '9') return false;
  const int sum = weighted_sum(id.text(), {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2});
  return (11 - sum % 11) % 10 == id.digit(12);
}

// Turkey, NVI: eleven digits, the tenth from odd and even places, the eleventh from the sum of ten.
bool tr_kimlik(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(11) || id[0] == '0') return false;
  return weighted_sum(id.text(), {3, 1, 3, 1, 3, 1, 3, 1, 3, 1}) % 10 == 0 &&
         weighted_sum(id.text(), {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}) % 10 == id.digit(10);
}

// Taiwan, MOI: letter as two digits, sex (residents 8 or 9, before 2021 A to D), serial, modulus 10.
bool tw_id(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "AX99999999") || !contains("1289ABCD", id[1])) return false;
  // Places got their letters in this order, from 10 on.
  const int place = static_cast<int>(std::string_view("ABCDEFGHJKLMNPQRSTUVXYWZIO").find(id[0])) + 10;
  const int sex = is_digit(id[1]) ? id.digit(1) : id[1] - 'A';
  const int sum = place / 10 + 9 * (place % 10) + 8 * sex + weighted_sum(id.part(2, 8), {7, 6, 5, 4, 3, 2, 1, 1});
  return id.number(2, 8) != 0 && sum % 10 == 0;
}

// South Africa, Home Affairs: YYMMDD, serial, citizenship 0 to 2, a digit once for race, Luhn.
bool za_id(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!id.is_number(13) || !is_date(id.number(0, 2), id.number(2, 2), id.number(4, 2))) return false;
  return id[10] <= '2' && is_luhn(id.text());
}

}  // namespace piiscrub::check
