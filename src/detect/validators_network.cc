#include <algorithm>
#include <array>
#include <optional>

#include "detect/validators_internal.h"

namespace piiscrub::check {
namespace {

using Ipv6Groups = std::array<std::uint16_t, 8>;

// Addresses that name nobody: 0/8, 127/8, multicast 224/4, and values that are contiguous netmasks.
bool is_kept_ipv4(std::uint32_t address) {
  const std::uint32_t first = address >> 24;
  const std::uint32_t host_bits = ~address;
  const bool netmask = (host_bits & (host_bits + 1)) == 0;
  return first == 0 || first == 127 || (first >= 224 && first <= 239) || netmask;
}

// Reads colon-separated groups into `groups` from `count` on; the last may be an IPv4 address if `ipv4_last`.
bool parse_ipv6_groups(std::string_view text, bool ipv4_last, Ipv6Groups& groups, std::size_t& count) {
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (last && ipv4_last && count <= 6) {
      if (const auto address = parse_ipv4(group)) {
        groups[count++] = static_cast<std::uint16_t>(*address >> 16);
        groups[count++] = static_cast<std::uint16_t>(*address & 0xffff);
        return true;
      }
    }
    if (group.empty() || group.size() > 4 || count == groups.size()) return false;
    unsigned value = 0;
    for (const char c : group) {
      if (hex_value(c) < 0) return false;
      value = value << 4 | static_cast<unsigned>(hex_value(c));
    }
    groups[count++] = static_cast<std::uint16_t>(value);
    if (last) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;
  }
  return true;
}

// RFC 4291 § 2.2; `written` is how many groups the text spells out.
std::optional<Ipv6Groups> parse_ipv6(std::string_view text, std::size_t& written) {
  Ipv6Groups groups{};
  written = 0;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_ipv6_groups(text, true, groups, written) || written != 8) return std::nullopt;
    return groups;
  }
  if (!parse_ipv6_groups(text.substr(0, gap), false, groups, written)) return std::nullopt;
  const std::size_t head = written;
  if (!parse_ipv6_groups(text.substr(gap + 2), true, groups, written) || written > 7) return std::nullopt;
  std::rotate(groups.begin() + head, groups.begin() + written, groups.end());
  return groups;
}

struct CallingCode {
  std::uint16_t code;
  std::uint8_t min_length;  // of the national number
  std::uint8_t max_length;
};

// ITU-T E.164 assigned country codes; lengths after the national numbering plans notified under E.129.
constexpr auto kCallingCodes = std::to_array<CallingCode>(
    {{1, 10, 10},   {7, 10, 10},  {20, 8, 10},  {27, 5, 10},  {30, 10, 12}, {31, 5, 11},  {32, 8, 9},    {33, 9, 9},
     {34, 9, 9},    {36, 8, 9},   {39, 6, 12},  {40, 6, 9},   {41, 9, 12},  {43, 4, 13},  {44, 7, 10},   {45, 8, 8},
     {46, 6, 12},   {47, 5, 8},   {48, 6, 10},  {49, 4, 13},  {51, 8, 9},   {52, 10, 11}, {53, 6, 10},   {54, 10, 11},
     {55, 8, 11},   {56, 9, 11},  {57, 10, 11}, {58, 10, 10}, {60, 8, 10},  {61, 5, 12},  {62, 7, 13},   {63, 6, 13},
     {64, 5, 10},   {65, 8, 11},  {66, 8, 13},  {81, 8, 13},  {82, 5, 13},  {84, 7, 10},  {86, 7, 12},   {90, 7, 13},
     {91, 8, 13},   {92, 8, 12},  {93, 9, 9},   {94, 9, 9},   {95, 6, 10},  {98, 4, 10},  {211, 9, 9},   {212, 9, 9},
     {213, 8, 9},   {216, 8, 8},  {218, 9, 9},  {220, 7, 7},  {221, 9, 9},  {222, 8, 8},  {223, 8, 8},   {224, 8, 9},
     {225, 10, 10}, {226, 8, 8},  {227, 8, 8},  {228, 8, 8},  {229, 8, 10}, {230, 7, 10}, {231, 7, 9},   {232, 8, 8},
     {233, 8, 9},   {234, 7, 12}, {235, 8, 8},  {236, 8, 8},  {237, 8, 9},  {238, 7, 7},  {239, 7, 7},   {240, 9, 9},
     {241, 7, 8},   {242, 9, 9},  {243, 7, 9},  {244, 9, 9},  {245, 7, 9},  {246, 7, 7},  {247, 5, 6},   {248, 7, 7},
     {249, 9, 9},   {250, 8, 9},  {251, 9, 9},  {252, 6, 9},  {253, 8, 8},  {254, 7, 10}, {255, 9, 9},   {256, 9, 9},
     {257, 8, 8},   {258, 8, 9},  {260, 9, 9},  {261, 9, 9},  {262, 9, 9},  {263, 5, 10}, {264, 8, 9},   {265, 7, 9},
     {266, 8, 8},   {267, 7, 10}, {268, 8, 9},  {269, 7, 7},  {290, 4, 5},  {291, 7, 7},  {297, 7, 7},   {298, 6, 6},
     {299, 6, 6},   {350, 8, 8},  {351, 9, 9},  {352, 4, 11}, {353, 7, 10}, {354, 7, 9},  {355, 6, 9},   {356, 8, 8},
     {357, 8, 8},   {358, 5, 12}, {359, 6, 9},  {370, 8, 8},  {371, 8, 8},  {372, 7, 10}, {373, 8, 8},   {374, 8, 8},
     {375, 6, 11},  {376, 6, 9},  {377, 8, 9},  {378, 8, 10}, {380, 9, 10}, {381, 6, 12}, {382, 8, 9},   {383, 8, 9},
     {385, 6, 9},   {386, 5, 8},  {387, 8, 9},  {389, 8, 8},  {420, 9, 12}, {421, 6, 9},  {423, 7, 9},   {500, 5, 5},
     {501, 7, 11},  {502, 8, 11}, {503, 7, 11}, {504, 8, 11}, {505, 8, 8},  {506, 8, 10}, {507, 7, 11},  {508, 6, 9},
     {509, 8, 8},   {590, 9, 9},  {591, 8, 9},  {592, 7, 7},  {593, 8, 11}, {594, 9, 9},  {595, 6, 11},  {596, 9, 9},
     {597, 6, 7},   {598, 7, 10}, {599, 7, 8},  {670, 7, 8},  {672, 6, 6},  {673, 7, 7},  {674, 7, 7},   {675, 7, 8},
     {676, 5, 7},   {677, 5, 7},  {678, 5, 7},  {679, 7, 11}, {680, 7, 7},  {681, 6, 9},  {682, 5, 5},   {683, 4, 7},
     {685, 5, 10},  {686, 5, 8},  {687, 6, 6},  {688, 5, 7},  {689, 6, 9},  {690, 4, 7},  {691, 7, 7},   {692, 7, 7},
     {800, 8, 8},   {808, 8, 8},  {850, 8, 10}, {852, 5, 11}, {853, 7, 8},  {855, 8, 10}, {856, 8, 10},  {870, 9, 12},
     {878, 12, 12}, {880, 6, 10}, {881, 9, 9},  {882, 7, 12}, {883, 9, 12}, {886, 7, 11}, {888, 11, 11}, {960, 7, 10},
     {961, 7, 8},   {962, 8, 9},  {963, 8, 9},  {964, 8, 10}, {965, 7, 8},  {966, 9, 10}, {967, 7, 9},   {968, 7, 9},
     {970, 8, 10},  {971, 5, 12}, {972, 7, 12}, {973, 8, 8},  {974, 7, 9},  {975, 7, 8},  {976, 8, 10},  {977, 8, 11},
     {979, 9, 9},   {992, 9, 9},  {993, 8, 8},  {994, 9, 9},  {995, 9, 9},  {996, 9, 10}, {998, 9, 9}});

// NANPA: area code not N11, area code and exchange from 2. REQUIRES: ten digits.
bool is_nanp(std::string_view digits) { return digits[0] >= '2' && digits.substr(1, 2) != "11" && digits[3] >= '2'; }

int base64url_value(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return base64url_value(c) >= 0; });
}

// True if the decoded text begins with { and, white space aside, ". REQUIRES: base64url.
bool opens_json_object(std::string_view base64url) {
  unsigned bits = 0;
  int bit_count = 0;
  bool in_object = false;
  for (const char c : base64url) {
    bits = bits << 6 | static_cast<unsigned>(base64url_value(c));
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    const char byte = static_cast<char>(bits >> bit_count & 0xff);
    if (in_object && !contains(" \t\r\n", byte)) return byte == '"';
    if (!in_object && byte != '{') return false;
    in_object = true;
  }
  return false;
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

// GitHub's token layout of 2021, which npm shares: prefix, 30 characters, their CRC-32 as six base62 digits.
bool ends_in_crc32(std::string_view token, std::size_t prefix_size) {
  static constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string_view body = token.substr(prefix_size);
  if (body.size() != 36 || body.find_first_not_of(kBase62) != std::string_view::npos) return false;
  std::uint64_t checksum = 0;
  for (const char c : body.substr(30)) checksum = checksum * 62 + kBase62.find(c);
  return checksum == crc32(body.substr(0, 30));
}

}  // namespace

// GitHub, Behind GitHub's new authentication token formats, 2021.
bool github_token(std::string_view candidate) noexcept {
  return candidate.size() == 40 && candidate.starts_with("gh") && contains("pousr", candidate[2]) &&
         candidate[3] == '_' && ends_in_crc32(candidate, 4);
}

// 3GPP TS 23.003 § 6.2.1: fifteen digits, Luhn.
bool imei(std::string_view candidate) noexcept {
  const Compact id(candidate);
  return id.is_number(15) && is_luhn(id.text());
}

// RFC 791 in dotted decimal, but for addresses that name nobody.
bool ipv4(std::string_view candidate) noexcept {
  const auto address = parse_ipv4(candidate);
  return address && !is_kept_ipv4(*address);
}

// RFC 4291 § 2.2 with RFC 4007 zones, but for ::, ::1, multicast and mapped IPv4 that is kept. A text of three groups
// or fewer must lie in the space that IANA has given out: fe80::1 does, the a::b of a program's names does not.
bool ipv6(std::string_view candidate) noexcept {
  const std::size_t percent = candidate.find('%');
  if (percent != std::string_view::npos) {
    const std::string_view zone = candidate.substr(percent + 1);
    const auto is_zone_char = [](char c) { return base64url_value(c) >= 0 || c == '.' || c == '~'; };
    if (zone.empty() || !std::all_of(zone.begin(), zone.end(), is_zone_char)) return false;
  }
  std::size_t written = 0;
  const auto groups = parse_ipv6(candidate.substr(0, percent), written);
  if (!groups) return false;
  const Ipv6Groups& g = *groups;
  if (g[0] >> 8 == 0xff) return false;
  if (std::all_of(g.begin(), g.begin() + 5, [](unsigned group) { return group == 0; })) {
    const std::uint32_t last = static_cast<std::uint32_t>(g[6]) << 16 | g[7];
    // ::ffff:0:0/96 is mapped; ::/96 holds :: and ::1, and with dots the old compatible addresses.
    if (g[5] == 0xffff) return !is_kept_ipv4(last);
    if (g[5] == 0) return contains(candidate, '.') && !is_kept_ipv4(last);
  }
  const bool allocated = g[0] >> 13 == 1 || g[0] >> 9 == 0xfc00 >> 9 || g[0] >> 7 == 0xfe80 >> 7 || g[0] == 0x64;
  return written > 3 || allocated;
}

// RFC 7519 over RFC 7515: three base64url parts, the first a JSON object; the signature may be empty (alg none).
bool jwt(std::string_view candidate) noexcept {
  const std::size_t first = candidate.find('.');
  if (first == std::string_view::npos) return false;
  const std::size_t second = candidate.find('.', first + 1);
  if (second == std::string_view::npos || second == first + 1) return false;
  const std::string_view header = candidate.substr(0, first);
  return is_base64url(header) && is_base64url(candidate.substr(first + 1, second - first - 1)) &&
         is_base64url(candidate.substr(second + 1)) && opens_json_object(header);
}

// IEEE 802 MAC-48 in the four usual spellings, not all zeros nor broadcast.
bool mac48(std::string_view candidate) noexcept {
  if (!fits(candidate, "hh:hh:hh:hh:hh:hh") && !fits(candidate, "hh-hh-hh-hh-hh-hh") &&
      !fits(candidate, "hhhh.hhhh.hhhh") && !fits(candidate, "hhhhhhhhhhhh")) {
    return false;
  }
  const Compact id(candidate, ":-.");
  return id.text() != "000000000000" && id.text() != "FFFFFFFFFFFF";
}

// npm, GitHub blog, npm's new access token format, 2021.
bool npm_token(std::string_view candidate) noexcept {
  return candidate.starts_with("npm_") && ends_in_crc32(candidate, 4);
}

// ITU-T E.164: +, an assigned country code, a national number of its length, 7 to 15 digits in all without "(0)".
bool phone_e164(std::string_view candidate) noexcept {
  if (!candidate.starts_with('+')) return false;
  const Compact id(candidate.substr(1), " -./()");
  if (id.size() < 7 || !id.is_number(id.size())) return false;
  for (std::size_t code_size = 1; code_size <= 3; ++code_size) {
    const auto row = std::lower_bound(kCallingCodes.begin(), kCallingCodes.end(), id.number(0, code_size),
                                      [](const CallingCode& known, std::int64_t code) { return known.code < code; });
    if (row == kCallingCodes.end() || row->code != id.number(0, code_size)) continue;
    const bool trunk_zero = id[code_size] == '0' && candidate.find("(0)") != std::string_view::npos;
    const std::size_t national = id.size() - code_size - (trunk_zero ? 1 : 0);
    if (national < row->min_length || national > row->max_length || code_size + national < 7) return false;
    return row->code != 1 || is_nanp(id.part(1, 10));
  }
  return false;
}

// North American Numbering Plan: ten digits, perhaps 1 in front; not 195.129.24.210.
bool phone_nanp(std::string_view candidate) noexcept {
  if (parse_ipv4(candidate)) return false;
  const bool plus = candidate.starts_with('+');
  const Compact id(plus ? candidate.substr(1) : candidate, " -./()");
  if (id.is_number(11)) return id[0] == '1' && is_nanp(id.part(1, 10));
  return !plus && id.is_number(10) && is_nanp(id.text());
}

// RFC 9562 § 4: 8-4-4-4-12 hexadecimal digits, not all the same as in the nil and max UUIDs.
bool uuid(std::string_view candidate) noexcept {
  return fits(candidate, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") && !is_uniform(Compact(candidate, "-").text());
}

// ISO 3779 with the check digit of 49 CFR 565.15; the last four places are digits, and some place is a letter.
bool vin(std::string_view candidate) noexcept {
  const Compact id(candidate);
  if (!fits(id.text(), "XXXXXXXXXXXXX9999") || id.text().find_first_not_of("0123456789") == std::string_view::npos)
    return false;
  // I, O and Q are not used.
  static constexpr std::string_view kLetterValues = "12345678 12345 7 923456789";
  static constexpr std::array<int, 17> kWeights = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
  int sum = 0;
  for (std::size_t at = 0; at < kWeights.size(); ++at) {
    const char value = is_digit(id[at]) ? id[at] : kLetterValues[static_cast<std::size_t>(id[at] - 'A')];
    if (value == ' ') return false;
    sum += kWeights[at] * (value - '0');
  }
  return id[8] == std::string_view("0123456789X")[static_cast<std::size_t>(sum % 11)];
}

}  // namespace piiscrub::check
