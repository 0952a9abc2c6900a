// The validators by region, and the arithmetic they share. Private to validators*.cc.
//
// A validator reads its candidate as a Compact (separators gone, upper case) where separators mean nothing, and as it
// stands where they do (IPv4, UUID). Nothing here allocates, throws or keeps state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace piiscrub::check {

/// The type of every validator below; the registry in validators.cc gives each its name and doc.
using Check = bool(std::string_view candidate) noexcept;

// validators_americas.cc
Check ar_cuit, br_cnpj, br_cpf, ca_sin, cl_rut, co_nit, mx_curp, mx_rfc;
Check us_aba, us_dea, us_ein, us_itin, us_mbi, us_npi, us_ssn;
// validators_asia_pacific.cc, with Africa
Check au_abn, au_acn, au_medicare, au_tfn, cn_resident_id, hk_id, il_id, in_aadhaar, in_gstin, in_pan, jp_my_number;
Check kr_brn, kr_rrn, sg_nric, th_tnin, tr_kimlik, tw_id, za_id;
// validators_europe.cc
Check at_svnr, be_national, bg_egn, ch_ahv, cz_rodne_cislo, de_ausweis, de_kvnr, de_steuer_id, de_svnr, de_ust_id;
Check dk_cpr, ee_isikukood, es_dni, es_nie, es_nif, es_nuss, fi_hetu, fr_nif, fr_nir, fr_siren, fr_siret;
Check gr_afm, gr_amka, hr_oib, hu_taj, ie_pps, it_codice_fiscale, it_piva, lt_asmens, lu_nin, lv_personas, nl_bsn;
Check no_fodselsnummer, pl_nip, pl_pesel, pl_regon, pt_nif, ro_cnp, rs_jmbg, ru_inn, ru_snils, se_orgnr;
Check se_personnummer, si_emso, ua_rnokpp, uk_nhs, uk_nino, uk_utr;
// validators_form.cc
Check account_form, amount_form, birth_date_form, code_form, contact_form, id_form, name_form, password_form;
Check person_name_form, phone_form, pin_form, street_form;
// validators_finance.cc
Check btc_address, card, eth_address, iban, isin, luhn, swift_bic;
// validators_network.cc
Check github_token, imei, ipv4, ipv6, jwt, mac48, npm_token, phone_e164, phone_nanp, uuid, vin;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr bool contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

/// 0..15, or -1 if `c` is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char upper = to_upper(c);
  return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

/// 0..35. REQUIRES: `c` is a digit or an upper-case letter.
constexpr int base36_value(char c) { return is_digit(c) ? c - '0' : c - 'A' + 10; }

/// True if `text` has the form of `mask`: 9 is a digit, A an upper-case letter, X either, h a hexadecimal digit of any
/// case; every other character is itself.
bool fits(std::string_view text, std::string_view mask);

/// True if all characters are the same; an empty text has none that differ.
bool is_uniform(std::string_view text);

/// True if `code` is among `codes`, which stand one after the other without gaps, all as long as `code`.
bool has_code(std::string_view codes, std::string_view code);

/// The address of a dotted quad without leading zeros (RFC 6943 § 3.1.1, the strict form).
std::optional<std::uint32_t> parse_ipv4(std::string_view text);

/// A candidate without its separators, letters in upper case. A candidate that has any other byte than separators,
/// ASCII letters and digits, or more than kMaxSize of these, reads as empty, which no identifier is.
class Compact {
 public:
  static constexpr std::size_t kMaxSize = 40;

  /// Separators are space, '-', '.' and '/'. Decimal fractions (0.05713628) and dotted quads (10.250.15.240) read as
  /// empty, too: logs are full of them, and no identifier is written so.
  explicit Compact(std::string_view candidate);
  Compact(std::string_view candidate, std::string_view separators);

  std::string_view text() const { return std::string_view(chars_.data(), size_); }
  std::size_t size() const { return size_; }
  /// REQUIRES for these four: the characters named exist; digit and number also: they are digits (up to 18).
  char operator[](std::size_t at) const { return chars_[at]; }
  int digit(std::size_t at) const { return chars_[at] - '0'; }
  std::int64_t number(std::size_t at, std::size_t count) const;
  std::string_view part(std::size_t at, std::size_t count) const { return text().substr(at, count); }

  /// True if it is `count` digits, not all of them the same: no authority issues 111111111, but many checksums pass it.
  bool is_number(std::size_t count) const;

  /// Cuts `prefix` (such as the country code of a VAT number) off if it is there.
  void drop_prefix(std::string_view prefix);

 private:
  std::array<char, kMaxSize> chars_{};
  std::size_t size_ = 0;
};

/// True if the day exists in that month. Years may have two digits: 1900 and 2100 pass as leap years.
bool is_date(std::int64_t year, std::int64_t month, std::int64_t day);

/// Sum of digit times weight, as far as there are weights. REQUIRES: that many digits.
int weighted_sum(std::string_view digits, std::initializer_list<int> weights);

/// Sum of the decimal digits of a product below 100.
constexpr int cross_sum(int product) { return product / 10 + product % 10; }

// Each of these checks a whole text whose last character is the check digit. REQUIRES: digits only, is_luhn also
// upper-case letters, which count as the two digits of 10..35 (as in an ISIN).
bool is_luhn(std::string_view text);         ///< ISO/IEC 7812-1 annex B
bool is_verhoeff(std::string_view digits);   ///< Verhoeff, Error Detecting Decimal Codes, 1969
bool is_mod_11_10(std::string_view digits);  ///< ISO/IEC 7064 MOD 11,10; at least one digit

/// Remainder of `text` by 97, letters as 10..35; `state` is what went before (ISO/IEC 7064 MOD 97-10).
/// REQUIRES: digits and upper-case letters.
int mod_97(std::string_view text, int state = 0);

/// True if `code` is an ISO 3166-1 alpha-2 code or XK, as the financial registries use it.
bool is_country(std::string_view code);

}  // namespace piiscrub::check
