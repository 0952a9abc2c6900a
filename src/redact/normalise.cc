#include "redact/normalise.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "piiscrub/network.h"

namespace piiscrub {
namespace {

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  return value;
}

std::string_view text(std::string_view type, std::string_view value, std::string& to) {
  to.clear();
  for (const char c : trimmed(value)) {
    if (!is_space(c)) {
      to += to_lower(c);
    } else if (to.back() != ' ') {
      to += ' ';
    }
  }
  return type;
}

std::string_view email(std::string_view type, std::string_view value, std::string& to) {
  to.clear();
  for (const char c : trimmed(value)) to += to_lower(c);
  return type;
}

std::string_view phone(std::string_view type, std::string_view value, std::string& to) {
  value = trimmed(value);
  to.clear();
  bool plus = value.starts_with('+') || value.starts_with("(+");
  const std::size_t trunk = value.find("(0)");
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_digit(value[i]) && !(i == trunk + 1 && trunk != std::string_view::npos && trunk > 0)) to += value[i];
  }
  if (!plus && to.starts_with("00")) {
    to.erase(0, 2);
    plus = true;
  }
  if (to.empty()) return text(type, value, to);
  if (plus) to.insert(to.begin(), '+');
  return type;
}

std::string_view compact(std::string_view type, std::string_view value, std::string& to) {
  constexpr std::string_view kSeparators = " -./\t";
  to.clear();
  for (const char c : value) {
    if (kSeparators.find(c) == std::string_view::npos) to += to_upper(c);
  }
  return type;
}

std::string_view address(std::string_view type, std::string_view value, std::string& to) {
  const std::optional<IpAddress> parsed = parse_address(trimmed(value));
  if (!parsed) return text(type, value, to);
  to.clear();
  append_address(*parsed, to);
  return is_ipv4(*parsed) ? "ipv4" : "ipv6";
}

std::string_view mac(std::string_view type, std::string_view value, std::string& to) {
  value = trimmed(value);
  to.clear();
  std::size_t digits = 0;
  for (const char c : value) {
    if (is_hex(c)) {
      if (digits > 0 && digits % 2 == 0) to += ':';
      to += to_lower(c);
      ++digits;
    } else if (c != ':' && c != '-' && c != '.') {
      return text(type, value, to);
    }
  }
  return digits == 12 || digits == 16 ? type : text(type, value, to);
}

std::string_view uuid(std::string_view type, std::string_view value, std::string& to) {
  value = trimmed(value);
  if (value.starts_with('{') && value.ends_with('}') && value.size() > 2) value = value.substr(1, value.size() - 2);
  return text(type, value, to);
}

struct Row {
  std::string_view type;
  Normalise normalise;
};
constexpr auto kRows = std::to_array<Row>({
    {"email", email},
    {"phone", phone},
    {"card", compact},
    {"iban", compact},
    {"bank-account", compact},
    {"us-ssn", compact},
    {"uk-nino", compact},
    {"in-aadhaar", compact},
    {"in-pan", compact},
    {"it-codice-fiscale", compact},
    {"es-dni", compact},
    {"es-nie", compact},
    {"fr-nir", compact},
    {"br-cpf", compact},
    {"br-cnpj", compact},
    {"fi-hetu", compact},
    {"se-personnummer", compact},
    {"kr-rrn", compact},
    {"cn-resident-id", compact},
    {"mx-curp", compact},
    {"ch-ahv", compact},
    {"cl-rut", compact},
    {"be-national-number", compact},
    {"ar-cuit", compact},
    {"ru-snils", compact},
    {"th-national-id", compact},
    {"sg-nric", compact},
    {"hk-identity-card", compact},
    {"lv-personas-kods", compact},
    {"de-svnr", compact},
    {"in-gstin", compact},
    {"us-mbi", compact},
    {"uk-nhs", compact},
    {"ipv4", address},
    {"ipv6", address},
    {"ip", address},
    {"mac", mac},
    {"uuid", uuid},
});

}  // namespace

Normalise normaliser_of(std::string_view type) {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.type == type; });
  return row == kRows.end() ? text : row->normalise;
}

}  // namespace piiscrub
