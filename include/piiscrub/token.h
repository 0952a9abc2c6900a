// Tokens by hand: the token of a known value, to search logs for it, and the value of an encrypted one.
#pragma once

#include <string>
#include <string_view>

#include "piiscrub/key_ring.h"
#include "piiscrub/result.h"

namespace piiscrub {

/// The [LABEL:KEY:TOKEN] that the action `token` writes for `value` of `type`, under the newest key. Fails if there is
/// no key, on a malformed type and on an empty value.
Result<std::string> make_token(const KeyRing& keys, std::string_view type, std::string_view value);

/// The value in a [LABEL:enc:KEY:FERNET], which may have white space around it. Fails if it is nothing of that kind, if
/// its key is not in the ring, and if the key did not make it. No error holds payload.
Result<std::string> reveal(const KeyRing& keys, std::string_view replacement);

}  // namespace piiscrub
