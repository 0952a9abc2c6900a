// Fernet: authenticated encryption as tokens of text (https://github.com/fernet/spec/blob/master/Spec.md).
//
//   base64url( 0x80 | 8 bytes of time | 16 bytes of IV | AES-128-CBC(value) | HMAC-SHA-256 of all that )
//
// The time is always 0: the core has no clock, and a token is not to say when. So decrypt without a time to live.
//
// The Fernet key of a ring key is HMAC-SHA-256(secret, "piiscrub/fernet/v1"). In Python, with the ring key's raw bytes:
//
//   key = base64.urlsafe_b64encode(hmac.digest(secret, b"piiscrub/fernet/v1", "sha256"))
//   cryptography.fernet.Fernet(key).decrypt(token)
#pragma once

#include <string>
#include <string_view>

#include "redact/crypto.h"

namespace piiscrub {

/// A key of Fernet. Zeroed when destroyed.
class Fernet {
 public:
  /// `key` is the 32 bytes that Fernet implementations take in base64url.
  explicit Fernet(const Digest& key);
  ~Fernet();
  Fernet(const Fernet&) = default;
  Fernet& operator=(const Fernet&) = default;

  /// The one that belongs to a key ring's secret.
  static Fernet of_secret(std::string_view secret);

  /// Appends a token of `value`. False, and nothing appended, if the system has no random bytes.
  [[nodiscard]] bool encrypt(std::string_view value, std::string& to) const;
  /// The same with the initialisation vector given, for tests.
  void encrypt(std::string_view value, const Block16& iv, std::string& to) const;

  /// Whether `token` was made with this key. `scratch` is overwritten; reuse it.
  [[nodiscard]] bool verify(std::string_view token, std::string& scratch) const;
  /// Appends the value of `token`; false, and nothing appended, if it was not made with this key.
  [[nodiscard]] bool decrypt(std::string_view token, std::string& to) const;

 private:
  HmacKey signing_;
  Block16 encryption_;
};

}  // namespace piiscrub
