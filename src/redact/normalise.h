// Normalisation: one spelling per value, so that the same person's tokens are the same in every log.
//
//   email                        trimmed, lower case
//   phone                        digits, a + in front if there was one or 00; a (0) behind a country code goes
//   card, iban, government ids   upper case, without blanks, dashes, dots and slashes
//   ipv4, ipv6, ip               as RFC 5952 writes it; an IPv4-mapped IPv6 address is the IPv4 address
//   mac                          lower case, colons
//   uuid                         lower case, without braces
//   all others                   trimmed, lower case, white space within as one blank
//
// Case is that of ASCII; other bytes stay. Escapes (%40) stay: what reaches this is the value as the log spells it. A
// value that is not what its type says is normalised like all others.
#pragma once

#include <string>
#include <string_view>

namespace piiscrub {

/// Sets `to` to the normal form of `value`. Returns the type that it is of: `type` itself, but for addresses ipv4 or
/// ipv6, whatever they were found as.
using Normalise = std::string_view (*)(std::string_view type, std::string_view value, std::string& to);

/// The function for values of `type`.
Normalise normaliser_of(std::string_view type);

}  // namespace piiscrub
