// TlsContext: what all TLS connections of a listener or sink share: certificates, whom to believe, versions.
//
// TLS 1.2 and later, forward secrecy only, no renegotiation, no resumption.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "io/channel.h"
#include "io/listener.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

class TlsContext {
 public:
  /// Reads the files that `options` names. A server needs a certificate and its key and, to verify clients, a CA or
  /// fingerprints: that some public CA knows a client says nothing.
  static Result<std::unique_ptr<const TlsContext>> for_server(const TlsOptions& options);
  /// `host` is expected of the server's certificate, unless the options expect something else.
  static Result<std::unique_ptr<const TlsContext>> for_client(const TlsOptions& options, const std::string& host);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// TLS on a connected, non-blocking socket. The channel may outlive the context.
  [[nodiscard]] std::unique_ptr<Channel> open(Fd fd) const;

  /// When its own certificate expires, in seconds since 1970; nothing: it has none.
  [[nodiscard]] std::optional<std::int64_t> expires() const;

  struct Shared;

 private:
  explicit TlsContext(std::shared_ptr<const Shared> shared);

  std::shared_ptr<const Shared> shared_;
};

}  // namespace piiscrub::io
