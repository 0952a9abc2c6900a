// Masks and stand-ins: replacements that keep the look of a value.
//
//   type     mask                                          kept
//   email    al***e@example.com                            two characters and the last of a local part of five or more
//            ***@example.com                               of a shorter one, or one with other than letters and digits
//   card     ************1111                              the number of digits and the last four
//   us-ssn   ***-**-6789                                   the last four
//   iban     DE****************3000                        the country, the length and the last four
//   phone    ***43                                         the last two digits
//   ipv4     192.0.2.***                                   the first 24 bits
//   ipv6     2001:db8:0:***                                the first 48 bits; of an IPv4-mapped one as for ipv4
//   mac      02:42:ac:***                                  the maker
//   others   ***                                           nothing
//
// A value that is not what its type says becomes ***. The mask of a mask is that mask. Only the first form holds text
// that a rule would find again (e@example.com), so it alone is recognised as a replacement.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

/// Appends the mask of `value`.
using WriteMask = void (*)(std::string_view value, std::string& to);

/// The function for values of `type`.
WriteMask masker_of(std::string_view type);

/// The al***e@example.com whose asterisks begin at `stars`, or nothing. Looks back no further than `from`.
std::optional<Span> email_mask_at(std::string_view text, std::size_t from, std::size_t stars);

/// What stands for a value of `type` where the style is `typed`, so that typed fields stay parseable; empty if the
/// label does.
std::string_view stand_in_of(std::string_view type);

}  // namespace piiscrub
