// KeyRing: the secrets that tokens are made with. Never printed, never in an error; zeroed when destroyed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/result.h"

namespace piiscrub {

/// A key's secret has at least this many bytes.
inline constexpr std::size_t kMinKeyBytes = 32;

/// Keys by id, in the order they were added: the last one is the newest, which new tokens use. Ids are [a-z0-9]{1,8},
/// but not `enc`.
class KeyRing {
 public:
  struct Key {
    std::string id;
    std::string secret;  ///< raw bytes
  };

  KeyRing() = default;
  ~KeyRing();
  KeyRing(KeyRing&& other) noexcept;
  KeyRing& operator=(KeyRing&& other) noexcept;
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  /// Fails on a malformed or repeated id and on a short secret. `secret` is zeroed if it is not kept.
  Result<bool> add(std::string id, std::string secret);
  /// CockroachDB's redaction salt for the `cockroach` action; may be empty only if `allow_unsalted`.
  Result<bool> set_cockroach_salt(std::string salt, bool allow_unsalted);

  [[nodiscard]] const Key* newest() const { return keys_.empty() ? nullptr : &keys_.back(); }
  [[nodiscard]] const Key* find(std::string_view id) const;
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  /// nullptr if the `cockroach` action may not be used.
  [[nodiscard]] const std::string* cockroach_salt() const { return has_salt_ ? &salt_ : nullptr; }

 private:
  void swap(KeyRing& other) noexcept;

  std::vector<Key> keys_;
  std::string salt_;
  bool has_salt_ = false;
};

}  // namespace piiscrub
