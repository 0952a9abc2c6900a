#include "redact/crypto.h"

// The plain functions rather than EVP: they hold their state in the caller's memory, so that a token costs no
// allocation, and they need neither providers nor a configuration file, whose loading costs a pipe a millisecond.
// OpenSSL 3 calls them deprecated; this asks for the interface of 1.1.0.
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/aes.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kHmacBlockBytes = SHA256_CBLOCK;
constexpr std::size_t kAesBlockBytes = AES_BLOCK_SIZE;

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(char* text) { return reinterpret_cast<unsigned char*>(text); }

void update(SHA256_CTX& context, std::string_view bytes) { SHA256_Update(&context, bytes.data(), bytes.size()); }

Digest finish(SHA256_CTX& context) {
  Digest digest;
  SHA256_Final(bytes_of(digest.data()), &context);
  return digest;
}

// The value of a base64 character, or -1.
int value_of(char c, Base64 alphabet) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == (alphabet == Base64::url ? '-' : '+')) return 62;
  return c == (alphabet == Base64::url ? '_' : '/') ? 63 : -1;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  update(context, bytes);
  return finish(context);
}

HmacKey::HmacKey(std::string_view key) {
  static_assert(sizeof(State) == sizeof(SHA256_CTX));
  std::array<char, kHmacBlockBytes> padded{};
  if (key.size() > padded.size()) {
    const Digest digest = sha256(key);
    std::copy(digest.begin(), digest.end(), padded.begin());
  } else {
    std::copy(key.begin(), key.end(), padded.begin());
  }
  const auto begin = [&](char pad, State& state) {
    std::array<char, kHmacBlockBytes> block = padded;
    for (char& c : block) c = static_cast<char>(c ^ pad);
    SHA256_CTX context;
    SHA256_Init(&context);
    update(context, view(block));
    std::memcpy(state.data(), &context, sizeof context);
    OPENSSL_cleanse(&context, sizeof context);
    cleanse(block);
  };
  begin(0x36, inner_);
  begin(0x5c, outer_);
  cleanse(padded);
}

HmacKey::~HmacKey() {
  OPENSSL_cleanse(inner_.data(), sizeof inner_);
  OPENSSL_cleanse(outer_.data(), sizeof outer_);
}

Digest HmacKey::mac(std::initializer_list<std::string_view> parts) const {
  SHA256_CTX context;
  std::memcpy(&context, inner_.data(), sizeof context);
  for (const std::string_view part : parts) update(context, part);
  const Digest inner = finish(context);
  std::memcpy(&context, outer_.data(), sizeof context);
  update(context, view(inner));
  const Digest digest = finish(context);
  OPENSSL_cleanse(&context, sizeof context);
  return digest;
}

void append_aes128_cbc(const Block16& key, const Block16& iv, std::string_view plain, std::string& to) {
  const std::size_t padding = kAesBlockBytes - plain.size() % kAesBlockBytes;
  const std::size_t begin = to.size();
  to.append(plain).append(padding, static_cast<char>(padding));
  AES_KEY schedule;
  AES_set_encrypt_key(bytes_of(view(key)), 128, &schedule);
  Block16 chain = iv;  // AES_cbc_encrypt writes to it
  unsigned char* const text = bytes_of(to.data() + begin);
  AES_cbc_encrypt(text, text, to.size() - begin, &schedule, bytes_of(chain.data()), AES_ENCRYPT);
  OPENSSL_cleanse(&schedule, sizeof schedule);
}

bool decrypt_aes128_cbc(const Block16& key, const Block16& iv, std::string_view encrypted, std::string& to) {
  if (encrypted.empty() || encrypted.size() % kAesBlockBytes != 0) return false;
  const std::size_t begin = to.size();
  to.resize(begin + encrypted.size());
  AES_KEY schedule;
  AES_set_decrypt_key(bytes_of(view(key)), 128, &schedule);
  Block16 chain = iv;
  AES_cbc_encrypt(bytes_of(encrypted), bytes_of(to.data() + begin), encrypted.size(), &schedule, bytes_of(chain.data()),
                  AES_DECRYPT);
  OPENSSL_cleanse(&schedule, sizeof schedule);
  const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(to.back()));
  const bool whole = padding >= 1 && padding <= kAesBlockBytes &&
                     std::all_of(to.end() - static_cast<std::ptrdiff_t>(padding), to.end(),
                                 [&](char c) { return static_cast<unsigned char>(c) == padding; });
  if (!whole) cleanse(std::span(to).subspan(begin));
  to.resize(whole ? to.size() - padding : begin);
  return whole;
}

// Not RAND_bytes: the kernel's generator needs no set-up, no memory and no care about fork().
bool fill_random(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void cleanse(std::span<char> bytes) { OPENSSL_cleanse(bytes.data(), bytes.size()); }

void cleanse(std::string& text) {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

void append_base64url(std::string_view bytes, std::string& to) {
  const auto at = [&](std::size_t i) {
    return i < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t bits = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    to += kBase64Url[bits >> 18];
    to += kBase64Url[bits >> 12 & 63];
    to += i + 1 < bytes.size() ? kBase64Url[bits >> 6 & 63] : '=';
    to += i + 2 < bytes.size() ? kBase64Url[bits & 63] : '=';
  }
}

bool is_base64(char c, Base64 alphabet) { return value_of(c, alphabet) >= 0; }

bool decode_base64(std::string_view text, Base64 alphabet, std::string& to) {
  if (text.size() % 4 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    if (i + 4 == text.size()) {  // padding stands at the end only
      if (group.ends_with('=')) group.remove_suffix(1);
      if (group.ends_with('=')) group.remove_suffix(1);
    }
    if (group.size() < 2) return false;
    std::uint32_t bits = 0;
    for (const char c : group) {
      const int value = value_of(c, alphabet);
      if (value < 0) return false;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    bits <<= 6 * (4 - group.size());
    if ((bits & (0xFFFFFFU >> (8 * (group.size() - 1)))) != 0) return false;
    const std::array<char, 3> bytes = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                                       static_cast<char>(bits)};
    to.append(bytes.data(), group.size() - 1);
  }
  return true;
}

void append_base32_128(const Digest& digest, std::string& to) {
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : view(digest).substr(0, 16)) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    count += 8;
    for (; count >= 5; count -= 5) to += kBase32[bits >> (count - 5) & 31];
    bits &= (1U << count) - 1;
  }
  to += kBase32[bits << (5 - count) & 31];
}

bool is_base32_128(std::string_view text) {
  if (text.size() != kBase32Chars128) return false;
  const bool letters =
      std::all_of(text.begin(), text.end(), [](char c) { return kBase32.find(c) != std::string_view::npos; });
  return letters && kBase32.find(text.back()) % 4 == 0;  // 26 characters hold 130 bits
}

}  // namespace piiscrub
