#include "redact/fernet.h"

#include <algorithm>

namespace piiscrub {
namespace {

constexpr std::string_view kDerivation = "piiscrub/fernet/v1";
constexpr char kVersion = '\x80';
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kHeaderBytes = 1 + kTimeBytes + sizeof(Block16);
constexpr std::size_t kBlockBytes = sizeof(Block16);

}  // namespace

Fernet::Fernet(const Digest& key) : signing_(view(key).substr(0, sizeof(Block16))), encryption_{} {
  std::copy(key.begin() + sizeof(Block16), key.end(), encryption_.begin());
}

Fernet::~Fernet() { cleanse(encryption_); }

Fernet Fernet::of_secret(std::string_view secret) {
  Digest key = HmacKey(secret).mac({kDerivation});
  Fernet fernet(key);
  cleanse(key);
  return fernet;
}

bool Fernet::encrypt(std::string_view value, std::string& to) const {
  Block16 iv;
  if (!fill_random(iv)) return false;
  encrypt(value, iv, to);
  return true;
}

void Fernet::encrypt(std::string_view value, const Block16& iv, std::string& to) const {
  std::string token(1, kVersion);
  token.append(kTimeBytes, '\0').append(view(iv));
  token.reserve(token.size() + value.size() + kBlockBytes + sizeof(Digest));  // no copy of the value is left behind
  append_aes128_cbc(encryption_, iv, value, token);
  token.append(view(signing_.mac({token})));
  append_base64url(token, to);
}

bool Fernet::verify(std::string_view token, std::string& scratch) const {
  scratch.clear();
  if (!decode_base64(token, Base64::url, scratch)) return false;
  if (scratch.size() < kHeaderBytes + kBlockBytes + sizeof(Digest) || scratch.front() != kVersion) return false;
  const std::string_view all = scratch;
  const std::string_view mac = all.substr(all.size() - sizeof(Digest));
  const std::string_view signed_part = all.substr(0, all.size() - sizeof(Digest));
  if ((signed_part.size() - kHeaderBytes) % kBlockBytes != 0) return false;
  return equal_secrets(view(signing_.mac({signed_part})), mac);
}

bool Fernet::decrypt(std::string_view token, std::string& to) const {
  std::string decoded;
  if (!verify(token, decoded)) return false;
  const std::string_view all = decoded;
  Block16 iv;
  std::copy_n(all.begin() + 1 + kTimeBytes, iv.size(), iv.begin());
  return decrypt_aes128_cbc(encryption_, iv, all.substr(kHeaderBytes, all.size() - kHeaderBytes - sizeof(Digest)), to);
}

}  // namespace piiscrub
