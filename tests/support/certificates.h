// Certificates made on the spot, for the tests of TLS.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace piiscrub::io::test {

struct FreeOpenssl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};

struct CertificateOptions {
  std::string name = "localhost";
  std::string alternatives = "DNS:localhost,IP:127.0.0.1";  ///< subjectAltName; empty: none
  std::string purpose;                                      ///< extendedKeyUsage; empty: any
  bool is_authority = false;
  long valid_from_s = -3600;
  long valid_to_s = 3600;
};

/// A key and its certificate, signed by an authority or by itself.
class Certificate {
 public:
  explicit Certificate(const CertificateOptions& options, const Certificate* authority = nullptr)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    static long serial = 0;
    X509* const x509 = certificate_.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), options.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(x509), options.valid_to_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1, 0);
    const Certificate& signer = authority == nullptr ? *this : *authority;
    X509_set_issuer_name(x509, X509_get_subject_name(signer.certificate_.get()));
    X509_set_pubkey(x509, key_.get());
    if (options.is_authority) add(NID_basic_constraints, "critical,CA:TRUE");
    if (!options.alternatives.empty()) add(NID_subject_alt_name, options.alternatives);
    if (!options.purpose.empty()) add(NID_ext_key_usage, options.purpose);
    EXPECT_GT(X509_sign(x509, signer.key_.get(), EVP_sha256()), 0);
  }

  void write_certificate(const std::string& path) const {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
    EXPECT_EQ(PEM_write_X509(file.get(), certificate_.get()), 1);
  }
  /// Encrypted, if there is a passphrase.
  void write_key(const std::string& path, std::string passphrase = {}) const {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
    const EVP_CIPHER* const cipher = passphrase.empty() ? nullptr : EVP_aes_128_cbc();
    EXPECT_EQ(PEM_write_PKCS8PrivateKey(file.get(), key_.get(), cipher, passphrase.data(),
                                        static_cast<int>(passphrase.size()), nullptr, nullptr),
              1);
  }
  /// SHA-256 as `openssl x509 -fingerprint` prints it.
  [[nodiscard]] std::string fingerprint() const {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    EXPECT_EQ(X509_digest(certificate_.get(), EVP_sha256(), digest.data(), &size), 1);
    std::string text;
    for (const unsigned char byte : digest) {
      std::array<char, 4> hex{};
      (void)std::snprintf(hex.data(), hex.size(), "%02X", byte);
      text += (text.empty() ? "" : ":") + std::string(hex.data());
    }
    return text;
  }

 private:
  void add(int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, FreeOpenssl> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    EXPECT_NE(extension, nullptr);
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  std::unique_ptr<EVP_PKEY, FreeOpenssl> key_;
  std::unique_ptr<X509, FreeOpenssl> certificate_;
};

}  // namespace piiscrub::io::test
