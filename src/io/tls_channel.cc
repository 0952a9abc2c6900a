#include "io/tls_channel.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>
#include <utility>

namespace piiscrub::io {
namespace {

// ----- a BIO as OpenSSL's own for sockets, but for SIGPIPE: a library must not need that signal to be ignored

int fd_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool would_block() { return errno == EAGAIN || errno == EINTR; }

int bio_write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = ::send(fd_of(bio), from, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* to, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(fd_of(bio), to, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (got < 0 && would_block()) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "socket");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

BIO* make_bio(int fd) {
  BIO* const bio = BIO_new(bio_method());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the data of a BIO is a pointer
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  BIO_set_init(bio, 1);
  return bio;
}

// -----

class TlsChannel final : public Channel {
 public:
  TlsChannel(Fd fd, SSL* ssl, std::shared_ptr<const void> keep)
      : keep_(std::move(keep)), fd_(std::move(fd)), ssl_(ssl) {
    BIO* const bio = make_bio(fd_.get());
    SSL_set_bio(ssl_, bio, bio);
    // Called when the server asks for a certificate.
    const auto on_asked = [](SSL* /*ssl*/, void* channel) {
      static_cast<TlsChannel*>(channel)->asked_for_certificate_ = true;
      return 1;
    };
    if (SSL_is_server(ssl_) == 0) SSL_set_cert_cb(ssl_, on_asked, this);
  }

  // close_notify goes out if there is room for it: nobody waits for it, nor for the peer's.
  ~TlsChannel() override {
    if (SSL_is_init_finished(ssl_) == 1 && !failed_) SSL_shutdown(ssl_);
    ERR_clear_error();
    SSL_free(ssl_);
  }

  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  [[nodiscard]] int fd() const override { return fd_.get(); }

  Progress handshake() override {
    begin_call();
    const int result = SSL_do_handshake(ssl_);
    return result == 1 ? Progress{} : stopped(result);
  }

  // In TLS 1.3 a client is done before the server has looked at its certificate (RFC 8446, section 2). What most
  // servers send when they have, a session ticket, shows that they liked it.
  [[nodiscard]] bool may_still_be_refused() const override {
    return asked_for_certificate_ && SSL_version(ssl_) >= TLS1_3_VERSION;
  }

  [[nodiscard]] std::optional<std::int64_t> peer_expires() const override {
    return expiry_of(SSL_get0_peer_certificate(ssl_));
  }

  // OpenSSL hands out one TLS record per call.
  Progress read(char* to, std::size_t size) override {
    std::size_t total = 0;
    while (size - total >= kMinReadBytes) {
      begin_call();
      std::size_t got = 0;
      const int result = SSL_read_ex(ssl_, to + total, size - total, &got);
      if (result != 1) {
        const Progress end = stopped(result);
        // How a connection has ended is told when it is asked again.
        return total == 0 ? end : Progress{Status::done, total, end.status != Status::wants_read};
      }
      total += got;
    }
    return {Status::done, total, true};
  }

  Progress write(std::string_view bytes) override {
    begin_call();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent);
    return result == 1 ? Progress{Status::done, sent} : stopped(result);
  }

  [[nodiscard]] std::string error() const override { return error_; }

 private:
  static void begin_call() {
    ERR_clear_error();
    errno = 0;
  }

  Progress stopped(int result) {
    const int system_error = errno;
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_READ:
        return {Status::wants_read};
      case SSL_ERROR_WANT_WRITE:
        return {Status::wants_write};
      case SSL_ERROR_ZERO_RETURN:
        return {Status::closed};
      default:
        break;
    }
    // The first failure is the one that says what is wrong.
    if (!std::exchange(failed_, true)) error_ = describe(system_error);
    return {Status::failed};
  }

  [[nodiscard]] std::string describe(int system_error) const {
    if (const long verdict = SSL_get_verify_result(ssl_); verdict != X509_V_OK) {
      return std::string("certificate: ") + X509_verify_cert_error_string(verdict);
    }
    if (const char* const reason = ERR_reason_error_string(ERR_peek_last_error())) return std::string("TLS: ") + reason;
    return system_error == 0 ? "closed without close_notify" : std::generic_category().message(system_error);
  }

  std::shared_ptr<const void> keep_;
  Fd fd_;
  SSL* ssl_;
  std::string error_;
  bool failed_ = false;
  bool asked_for_certificate_ = false;  // client only
};

}  // namespace

std::optional<std::int64_t> expiry_of(const x509_st* certificate) {
  if (certificate == nullptr) return std::nullopt;
  std::tm when{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1) return std::nullopt;
  return std::int64_t{::timegm(&when)};
}

std::unique_ptr<Channel> make_tls_channel(Fd fd, ssl_st* ssl, std::shared_ptr<const void> keep) {
  return std::make_unique<TlsChannel>(std::move(fd), ssl, std::move(keep));
}

}  // namespace piiscrub::io
