// TokenKeys: a key ring's secrets, ready for making and recognising tokens.
//
// A token is the first 128 bits of HMAC-SHA-256(secret, type || 0x00 || normalised value). A type holds no slash and
// the label that Fernet keys are derived with does, so the two never meet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/key_ring.h"
#include "redact/crypto.h"
#include "redact/fernet.h"

namespace piiscrub {

class TokenKeys {
 public:
  struct Key {
    std::string id;
    HmacKey tokens;
    Fernet fernet;
  };

  TokenKeys() = default;
  explicit TokenKeys(const KeyRing& ring) {
    keys_.reserve(ring.keys().size());
    for (const KeyRing::Key& key : ring.keys())
      keys_.push_back({key.id, HmacKey(key.secret), Fernet::of_secret(key.secret)});
  }

  [[nodiscard]] const Key* newest() const { return keys_.empty() ? nullptr : &keys_.back(); }
  [[nodiscard]] const Key* find(std::string_view id) const {
    for (const Key& key : keys_) {
      if (key.id == id) return &key;
    }
    return nullptr;
  }

 private:
  std::vector<Key> keys_;
};

}  // namespace piiscrub
