// Replacements: the text that stands where something was hidden, and how to recognise it again.
//
//   [LABEL]                              LABEL is the type of a rule in capitals: [EMAIL], [US_SSN]
//   [LABEL:KEY:TOKEN]                    KEY the id of a key, [a-z0-9]{1,8}; TOKEN 26 characters of lower-case base32
//   [LABEL:enc:KEY:FERNET]               FERNET a Fernet token (redact/fernet.h)
//   ‹HASH›                               HASH 8 lower-case hexadecimal digits, as CockroachDB writes hashed values
//   ‹×›                                  what CockroachDB or this program has redacted between its marks
//   al***e@example.com                   the mask of an e-mail address (redact/mask.h)
//   [piiscrub:masked REASON BYTES]       a region or a record that could not be checked
//   {"piiscrub":{"masked":"REASON","bytes":BYTES}}     the same for a whole JSON record
//
// Only these, to the letter, are recognised, and of them only what the policy in force can write: a token only with the
// label of a type that it makes tokens of and the id of a key that it has, a Fernet token only if that key made it,
// hashes and masks only if it uses these actions. Labels of known types and marks are always recognised. Anything else
// in brackets is ordinary text. Other masks and stand-ins are not recognised: a rule that finds one writes it again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/stats.h"
#include "redact/token_keys.h"

namespace piiscrub {

/// What can be recognised. Holds views: keep what they show.
struct Grammar {
  std::span<const std::string> labels;           ///< all known labels without brackets, sorted
  std::vector<std::string_view> token_labels;    ///< those of types that tokens are made of, sorted
  std::vector<std::string_view> encrypt_labels;  ///< those of types that are encrypted, sorted
  const TokenKeys* keys = nullptr;               ///< needed where one of the two above is not empty
  bool hashes = false;
  bool email_masks = false;
};

/// Fills `spans` with the replacements in `record`, in order, disjoint. Linear in the record's length. `scratch` is
/// overwritten; reuse it.
void find_replacements(std::string_view record, const Grammar& grammar, std::vector<Span>& spans, std::string& scratch);

/// Appends [LABEL:KEY:TOKEN] for a normal form and its type (redact/normalise.h).
void write_token(std::string_view label, const TokenKeys::Key& key, std::string_view type, std::string_view normalised,
                 std::string& to);
/// Appends [LABEL:enc:KEY:FERNET]; false, and nothing appended, if the system has no random bytes.
[[nodiscard]] bool write_encrypted(std::string_view label, const TokenKeys::Key& key, std::string_view value,
                                   std::string& to);
/// Appends the ‹HASH› of `value`: SHA-256, or HMAC-SHA-256 under the salt.
void write_hash(const HmacKey* salt, std::string_view value, std::string& to);

/// The parts of a [LABEL:enc:KEY:FERNET] that `text` starts with; nothing is known about them but their form.
struct EncryptedParts {
  std::string_view label;
  std::string_view key_id;
  std::string_view token;
  std::size_t size;  ///< of the whole
};
std::optional<EncryptedParts> parse_encrypted(std::string_view text);

/// Appends the mark for `bytes` masked bytes.
void write_mask(MaskReason reason, std::uint64_t bytes, std::string& to);
/// Appends the mark for a whole record, as JSON if the record was.
void write_record_mask(MaskReason reason, std::uint64_t bytes, bool json, std::string& to);

/// Whether `record` starts like a JSON object or array.
bool looks_like_json(std::string_view record);

}  // namespace piiscrub
