// The primitives give what their specifications publish, and Fernet what its specification and Python's do.
#include "redact/crypto.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "redact/fernet.h"

namespace piiscrub {
namespace {

using namespace std::string_view_literals;

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

Block16 block(std::string_view text) {
  const std::string bytes = unhex(text);
  Block16 made{};
  std::copy(bytes.begin(), bytes.end(), made.begin());
  return made;
}

TEST(CryptoTest, Sha256) {  // FIPS 180-4 examples
  EXPECT_EQ(hex(view(sha256(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(view(sha256("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(CryptoTest, HmacSha256) {  // RFC 4231 4.2 to 4.8
  EXPECT_EQ(hex(view(HmacKey(std::string(20, '\x0b')).mac({"Hi There"}))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(view(HmacKey("Jefe").mac({"what do ya want ", "", "for nothing?"}))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(view(HmacKey(std::string(20, '\xaa')).mac({std::string(50, '\xdd')}))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(
      hex(view(HmacKey(std::string(131, '\xaa')).mac({"Test Using Larger Than Block-Size Key - Hash Key First"}))),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  const HmacKey key("Jefe");
  EXPECT_EQ(key.mac({"x"}), key.mac({"x"})) << "a key is not used up";
}

TEST(CryptoTest, Aes128Cbc) {  // NIST SP 800-38A F.2.1, without the padding
  const Block16 key = block("2b7e151628aed2a6abf7158809cf4f3c");
  const Block16 iv = block("000102030405060708090a0b0c0d0e0f");
  const std::string plain = unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  std::string encrypted = "x";
  append_aes128_cbc(key, iv, plain, encrypted);
  ASSERT_EQ(encrypted.size(), 1 + 48U);
  EXPECT_EQ(hex(std::string_view(encrypted).substr(1, 32)),
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
  std::string again = "y";
  EXPECT_TRUE(decrypt_aes128_cbc(key, iv, std::string_view(encrypted).substr(1), again));
  EXPECT_EQ(again, "y" + plain);
  for (const std::string_view bad : {std::string_view(), std::string_view(encrypted).substr(1, 15)})
    EXPECT_FALSE(decrypt_aes128_cbc(key, iv, bad, again));
  EXPECT_FALSE(decrypt_aes128_cbc(key, iv, std::string_view(encrypted).substr(1, 32), again)) << "no padding there";
  EXPECT_EQ(again, "y" + plain) << "nothing appended";
}

TEST(CryptoTest, EveryLengthOfPlainTextComesBack) {
  const Block16 key = block("2b7e151628aed2a6abf7158809cf4f3c");
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string plain(size, 'p');
    std::string encrypted;
    std::string again;
    append_aes128_cbc(key, {}, plain, encrypted);
    EXPECT_TRUE(decrypt_aes128_cbc(key, {}, encrypted, again));
    EXPECT_EQ(again, plain);
  }
}

TEST(CryptoTest, Base64) {  // RFC 4648 10
  const std::pair<std::string, std::string> kRows[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xfb\xff\xfe", "-__-"}};
  for (const auto& [bytes, text] : kRows) {
    std::string encoded;
    append_base64url(bytes, encoded);
    EXPECT_EQ(encoded, text);
    std::string decoded = "x";
    EXPECT_TRUE(decode_base64(text, Base64::url, decoded));
    EXPECT_EQ(decoded, "x" + bytes);
  }
  std::string decoded;
  EXPECT_TRUE(decode_base64("+//+", Base64::standard, decoded));
  for (const std::string_view bad : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v=", "Zg==Zg==", "Zm9vZ",
                                     "Zm 9", "+//+", "Zh==", "Zm9=", "Zm8=\n", "Zm\xc3\xbc"}) {
    EXPECT_FALSE(decode_base64(bad, Base64::url, decoded)) << bad;
  }
}

TEST(CryptoTest, Base32Of128Bits) {
  Digest digest{};
  std::string text;
  append_base32_128(digest, text);
  EXPECT_EQ(text, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_TRUE(is_base32_128(text));
  digest.fill('\xff');
  text.clear();
  append_base32_128(digest, text);
  EXPECT_EQ(text,
            "7777777777777777777777777"
            "4");
  EXPECT_TRUE(is_base32_128(text));
  for (const std::string_view bad :
       {"", "aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaab",
        "Aaaaaaaaaaaaaaaaaaaaaaaaaa", "a1aaaaaaaaaaaaaaaaaaaaaaaa", "a=aaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(is_base32_128(bad)) << bad;
  }
}

TEST(CryptoTest, RandomBytesDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    Block16 bytes{};
    ASSERT_TRUE(fill_random(bytes));
    seen.insert(std::string(view(bytes)));
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(CryptoTest, SecretsAreComparedAndCleansed) {
  EXPECT_TRUE(equal_secrets("abc", "abc"));
  EXPECT_TRUE(equal_secrets("", ""));
  EXPECT_FALSE(equal_secrets("abc", "abd"));
  EXPECT_FALSE(equal_secrets("abc", "ab"));
  std::string secret(100, 's');
  const char* memory = secret.data();
  cleanse(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(std::string_view(memory + 1, 1), "\0"sv);
}

// --- Fernet ----------------------------------------------------------------------------------------------------------

Fernet fernet_of(std::string_view base64) {
  std::string key;
  EXPECT_TRUE(decode_base64(base64, Base64::url, key));
  Digest digest{};
  std::copy(key.begin(), key.end(), digest.begin());
  return Fernet(digest);
}

// generate.json and verify.json of the specification
constexpr std::string_view kSpecKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
constexpr std::string_view kSpecToken =
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

TEST(FernetTest, TheSpecificationsTokenIsRead) {
  std::string value = "is ";
  EXPECT_TRUE(fernet_of(kSpecKey).decrypt(kSpecToken, value));
  EXPECT_EQ(value, "is hello");
}

// Made with Python's cryptography (Fernet._encrypt_from_parts with this IV) and the key that fernet.h says to derive.
TEST(FernetTest, PythonsTokenIsWritten) {
  std::string secret;
  for (int i = 0; i < 32; ++i) secret += static_cast<char>(i);
  const Block16 iv = block("000102030405060708090a0b0c0d0e0f");
  std::string token;
  Fernet::of_secret(secret).encrypt("alice@example.com", iv, token);
  EXPECT_EQ(
      token,
      "gAAAAAAAAAAAAAECAwQFBgcICQoLDA0OD_tHaGK1ImJrAUS7rd7kESliR-3mVDyYgZE-Lt-U8rTG36pg2-qM3Hwoe0thRuiZPK9HJcsx0MFq"
      "A3xqeY9aSHQ=");
  std::string same;
  fernet_of("uSJ_Bpk3LTt-Dx_1mRXXpsLGT6bBowBsFtPhgFWGqIw=").encrypt("alice@example.com", iv, same);
  EXPECT_EQ(same, token);
}

TEST(FernetTest, NoChangeGoesUnnoticed) {
  const Fernet fernet = fernet_of(kSpecKey);
  std::string scratch;
  ASSERT_TRUE(fernet.verify(kSpecToken, scratch));
  for (std::size_t i = 0; i < kSpecToken.size(); ++i) {
    for (const char c : {'A', 'B', '=', '-', ' ', '\0'}) {
      std::string changed(kSpecToken);
      if (changed[i] == c) continue;
      changed[i] = c;
      EXPECT_FALSE(fernet.verify(changed, scratch)) << i << " to " << c;
    }
  }
  for (std::size_t size = 0; size < kSpecToken.size(); ++size)
    EXPECT_FALSE(fernet.verify(kSpecToken.substr(0, size), scratch)) << size;
  EXPECT_FALSE(fernet.verify(std::string(kSpecToken) + "AAAA", scratch));
  EXPECT_FALSE(fernet_of("uSJ_Bpk3LTt-Dx_1mRXXpsLGT6bBowBsFtPhgFWGqIw=").verify(kSpecToken, scratch));
}

TEST(FernetTest, EveryTokenIsAnother) {
  const Fernet fernet = fernet_of(kSpecKey);
  std::set<std::string> tokens;
  for (int i = 0; i < 50; ++i) {
    std::string token;
    ASSERT_TRUE(fernet.encrypt("same", token));
    std::string value;
    EXPECT_TRUE(fernet.decrypt(token, value));
    EXPECT_EQ(value, "same");
    tokens.insert(token);
  }
  EXPECT_EQ(tokens.size(), 50U);
}

}  // namespace
}  // namespace piiscrub
