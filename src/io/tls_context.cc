#include "io/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "io/tls_channel.h"

namespace piiscrub::io {
namespace {

using Fingerprint = std::array<unsigned char, 32>;  // SHA-256

enum class Role : std::uint8_t { server, client };

// RFC 9662, section 5: what RFC 5425 asks for today. TLS 1.3 has no others.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20";

// OpenSSL's reason for the call that has just failed.
std::string last_reason() {
  const unsigned long code = ERR_peek_error();  // what follows it only says who asked
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* const reason = ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

Error tls_error(const std::string& file, std::string what) {
  what += ": " + last_reason();
  ERR_clear_error();
  return {.file = file, .message = std::move(what), .advice = {}};
}

Error misuse(std::string message, std::string advice) {
  return {.file = {}, .message = std::move(message), .advice = std::move(advice)};
}

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ':'; });
  Fingerprint fingerprint{};
  if (digits.size() != 2 * fingerprint.size() || !std::all_of(digits.begin(), digits.end(), is_hex)) return {};
  const auto value = [&](std::size_t at) {
    return is_digit(digits[at]) ? digits[at] - '0' : to_lower(digits[at]) - 'a' + 10;
  };
  for (std::size_t i = 0; i < fingerprint.size(); ++i) {
    fingerprint[i] = static_cast<unsigned char>(value(2 * i) * 16 + value(2 * i + 1));
  }
  return fingerprint;
}

// In place of OpenSSL's check of the chain: the certificate itself must be known (RFC 5425, section 4.2.2).
int verify_fingerprint(X509_STORE_CTX* store, void* fingerprints) {
  const auto& known = *static_cast<const std::vector<Fingerprint>*>(fingerprints);
  Fingerprint fingerprint{};
  unsigned size = 0;
  X509* const certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate != nullptr && X509_digest(certificate, EVP_sha256(), fingerprint.data(), &size) == 1 &&
      std::find(known.begin(), known.end(), fingerprint) != known.end()) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

}  // namespace

struct TlsContext::Shared {
  ~Shared() { SSL_CTX_free(context); }

  Role role = Role::client;
  SSL_CTX* context = nullptr;
  std::vector<Fingerprint> fingerprints;
  std::string server_name;  // client only

  std::optional<Error> set_up(const TlsOptions& options);
  std::optional<Error> load_own_certificate(const TlsOptions& options) const;
  std::optional<Error> load_authorities(const TlsOptions& options) const;
  std::optional<Error> set_verification(const TlsOptions& options);
};

std::optional<Error> TlsContext::Shared::set_up(const TlsOptions& options) {
  context = SSL_CTX_new(role == Role::server ? TLS_server_method() : TLS_client_method());
  if (context == nullptr) return tls_error({}, "TLS is not available");
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  // A ticket that leads to no session: it only tells the client that its certificate is accepted (tls_channel.cc).
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // An idle connection holds no buffers; a write may be repeated from where the bytes have moved to.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Without it OpenSSL would ask on the terminal for the passphrase of a key.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  if (std::optional<Error> error = load_own_certificate(options)) return error;
  return set_verification(options);
}

std::optional<Error> TlsContext::Shared::load_own_certificate(const TlsOptions& options) const {
  const std::string& key_file = options.key_file;
  if (options.certificate_file.empty() != key_file.empty()) {
    return misuse("a certificate and its key go together", "set both");
  }
  if (options.certificate_file.empty()) {
    if (role == Role::client) return std::nullopt;
    return misuse("a TLS listener needs a certificate and its key", "set both");
  }
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    return tls_error(options.certificate_file, "no certificate can be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return tls_error(key_file, "no key of the certificate can be read");
  }
  return std::nullopt;
}

std::optional<Error> TlsContext::Shared::load_authorities(const TlsOptions& options) const {
  if (options.ca_file.empty()) {
    if (role == Role::server) return misuse("verifying clients takes a CA or fingerprints", "or verify = false");
    if (SSL_CTX_set_default_verify_paths(context) != 1)
      return tls_error({}, "the system's certificates cannot be read");
    return std::nullopt;
  }
  const char* const file = options.ca_file.c_str();
  if (SSL_CTX_load_verify_file(context, file) != 1) return tls_error(options.ca_file, "no CA can be read");
  if (role == Role::server) SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file));
  return std::nullopt;
}

std::optional<Error> TlsContext::Shared::set_verification(const TlsOptions& options) {
  for (const std::string& text : options.fingerprints) {
    const std::optional<Fingerprint> fingerprint = parse_fingerprint(text);
    if (!fingerprint) return misuse("\"" + text + "\" is no SHA-256 fingerprint", "64 hexadecimal digits");
    fingerprints.push_back(*fingerprint);
  }
  if (!fingerprints.empty()) {
    SSL_CTX_set_cert_verify_callback(context, verify_fingerprint, &fingerprints);
  } else if (!options.verify) {
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    return std::nullopt;
  } else if (std::optional<Error> error = load_authorities(options)) {
    return error;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return std::nullopt;
}

TlsContext::TlsContext(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}

TlsContext::~TlsContext() = default;

Result<std::unique_ptr<const TlsContext>> TlsContext::for_server(const TlsOptions& options) {
  const auto shared = std::make_shared<Shared>();
  shared->role = Role::server;
  if (std::optional<Error> error = shared->set_up(options)) return *std::move(error);
  return std::unique_ptr<const TlsContext>(new TlsContext(shared));
}

Result<std::unique_ptr<const TlsContext>> TlsContext::for_client(const TlsOptions& options, const std::string& host) {
  const auto shared = std::make_shared<Shared>();
  shared->role = Role::client;
  shared->server_name = options.server_name.empty() ? host.substr(0, host.find('%')) : options.server_name;
  if (std::optional<Error> error = shared->set_up(options)) return *std::move(error);
  return std::unique_ptr<const TlsContext>(new TlsContext(shared));
}

std::unique_ptr<Channel> TlsContext::open(Fd fd) const {
  SSL* const ssl = SSL_new(shared_->context);
  if (shared_->role == Role::server) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
    const char* const name = shared_->server_name.c_str();
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) != 1) {
      SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      SSL_set1_host(ssl, name);
      SSL_set_tlsext_host_name(ssl, name);  // RFC 6066, section 3: not for addresses
    }
    ERR_clear_error();
  }
  return make_tls_channel(std::move(fd), ssl, shared_);
}

std::optional<std::int64_t> TlsContext::expires() const {
  return expiry_of(SSL_CTX_get0_certificate(shared_->context));
}

}  // namespace piiscrub::io
