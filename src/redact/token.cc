#include "piiscrub/token.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/label.h"
#include "redact/normalise.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

bool is_type(std::string_view type) {
  return !type.empty() &&
         std::all_of(type.begin(), type.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

}  // namespace

Result<std::string> make_token(const KeyRing& keys, std::string_view type, std::string_view value) {
  if (!is_type(type)) {
    return Error{.message = "the type is malformed", .advice = "'piiscrub rules list' shows the types"};
  }
  if (trimmed(value).empty()) return Error{.message = "there is no value to make a token of"};
  const TokenKeys ready(keys);
  if (ready.newest() == nullptr) {
    return Error{.message = "there is no key to make a token with", .advice = "give a key file"};
  }
  std::string normalised;
  std::string token;
  const std::string_view domain = normaliser_of(type)(type, value, normalised);
  write_token(label_of(type), *ready.newest(), domain, normalised, token);
  cleanse(normalised);
  return token;
}

Result<std::string> reveal(const KeyRing& keys, std::string_view replacement) {
  const std::string_view text = trimmed(replacement);
  const std::optional<EncryptedParts> parts = parse_encrypted(text);
  if (!parts || parts->size != text.size()) {
    return Error{.message = "this is no encrypted value", .advice = "it looks like [EMAIL:enc:k1:gAAAA…]"};
  }
  const TokenKeys ready(keys);
  const TokenKeys::Key* key = ready.find(parts->key_id);
  // An id is taken for what it says only where a key has it: it may be payload.
  if (key == nullptr) {
    return Error{.message = "the value was encrypted with a key that is not here", .advice = "give its key file"};
  }
  std::string value;
  if (!key->fernet.decrypt(parts->token, value)) {
    return Error{.message = fmt::format("the key '{}' did not make this value, or it was changed since", key->id)};
  }
  return value;
}

}  // namespace piiscrub
