// Crypto: the few primitives that tokens are made with, and the spellings they are written in. OpenSSL's only home.
//
// Bytes travel as std::string_view and std::array<char, N>. Nothing here allocates but where it appends to a string.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace piiscrub {

using Digest = std::array<char, 32>;
using Block16 = std::array<char, 16>;  ///< an AES-128 key, an initialisation vector

template <std::size_t N>
constexpr std::string_view view(const std::array<char, N>& bytes) {
  return {bytes.data(), N};
}

/// FIPS 180-4.
Digest sha256(std::string_view bytes);

/// A key of HMAC-SHA-256 (RFC 2104), ready for use. Zeroed when destroyed.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  ~HmacKey();
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;

  /// Of `parts`, one behind the other.
  [[nodiscard]] Digest mac(std::initializer_list<std::string_view> parts) const;

 private:
  using State = std::array<std::uint32_t, 28>;  // an SHA256_CTX, which this header does not name
  State inner_;                                 // behind the key's inner block
  State outer_;
};

/// Appends `plain`, padded as in RFC 5652 6.3, encrypted with AES-128 in CBC mode.
void append_aes128_cbc(const Block16& key, const Block16& iv, std::string_view plain, std::string& to);
/// Appends the plain text of what append_aes128_cbc() wrote; false, and nothing appended, if the padding is broken.
/// Authenticate `encrypted` first.
[[nodiscard]] bool decrypt_aes128_cbc(const Block16& key, const Block16& iv, std::string_view encrypted,
                                      std::string& to);

/// From the system's generator; false if it refuses.
[[nodiscard]] bool fill_random(std::span<char> bytes);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b);

/// Overwrites the bytes in a way that no compiler leaves out.
void cleanse(std::span<char> bytes);
/// The same for all memory of `text`, which is empty then.
void cleanse(std::string& text);

/// RFC 4648: `standard` is 4 (+ and /), `url` is 5 (- and _).
enum class Base64 : std::uint8_t { standard, url };

/// Appends `bytes` in base64url with padding.
void append_base64url(std::string_view bytes, std::string& to);
/// Appends the bytes that `text` spells. Padding is demanded, unused bits must be zero: each value has one spelling.
/// On false `to` holds something undefined behind its old content.
[[nodiscard]] bool decode_base64(std::string_view text, Base64 alphabet, std::string& to);
[[nodiscard]] bool is_base64(char c, Base64 alphabet);  ///< padding aside

/// Appends the first 128 bits of `digest` in base32 (RFC 4648 6), lower case, without padding.
void append_base32_128(const Digest& digest, std::string& to);
inline constexpr std::size_t kBase32Chars128 = 26;
/// Whether `text` is what append_base32_128() can write: 26 characters, the last with two bits of zero.
[[nodiscard]] bool is_base32_128(std::string_view text);

}  // namespace piiscrub
