#include "piiscrub/key_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "redact/crypto.h"
#include "redact/locked_memory.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxIdBytes = 8;
constexpr std::string_view kReservedId = "enc";  // [EMAIL:enc:…] says how, not with which key

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && id != kReservedId &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_lower(c) || is_digit(c); });
}

}  // namespace

KeyRing::~KeyRing() {
  for (Key& key : keys_) cleanse(key.secret);
  cleanse(salt_);
}

KeyRing::KeyRing(KeyRing&& other) noexcept { swap(other); }

KeyRing& KeyRing::operator=(KeyRing&& other) noexcept {
  KeyRing taken(std::move(other));
  swap(taken);
  return *this;
}

void KeyRing::swap(KeyRing& other) noexcept {
  keys_.swap(other.keys_);
  salt_.swap(other.salt_);
  std::swap(has_salt_, other.has_salt_);
}

Result<bool> KeyRing::add(std::string id, std::string secret) {
  const auto refuse = [&](std::string message, std::string advice) {
    cleanse(secret);
    return Error{.message = std::move(message), .advice = std::move(advice)};
  };
  if (!is_key_id(id)) {
    return refuse("a key's id is malformed", "use one to eight lower-case letters and digits, but not 'enc'");
  }
  if (find(id) != nullptr) return refuse(fmt::format("the key id '{}' is there twice", id), "rename one");
  if (secret.size() < kMinKeyBytes) {
    return refuse(fmt::format("the key '{}' has {} bytes", id, secret.size()),
                  fmt::format("use {} random bytes or more: openssl rand -hex 32", kMinKeyBytes));
  }
  lock_in_memory(secret);
  keys_.push_back({std::move(id), std::move(secret)});  // longer than a string holds in itself: moved, not copied
  return true;
}

Result<bool> KeyRing::set_cockroach_salt(std::string salt, bool allow_unsalted) {
  if (salt.empty() && !allow_unsalted) {
    return Error{.message = "the salt for the action 'cockroach' is empty",
                 .advice = "give the salt of CockroachDB's redaction.hashing, or set allow_unsalted = true"};
  }
  cleanse(salt_);
  salt_.reserve(kMinKeyBytes);  // on the heap, so that moving the ring leaves no copy
  salt_ = salt;
  lock_in_memory(salt_);
  cleanse(salt);
  has_salt_ = true;
  return true;
}

const KeyRing::Key* KeyRing::find(std::string_view id) const {
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& one) { return one.id == id; });
  return key == keys_.end() ? nullptr : &*key;
}

}  // namespace piiscrub
