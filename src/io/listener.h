// Listener: a socket on which records arrive, over any number of connections.
//
// Inside piiscrub records end with LF, whatever the framing on the wire: a listener's sources turn octet counts and
// datagrams into it (an LF inside such a record becomes `#012`, as rsyslog writes it), and network sinks turn it back
// (but not `#012`). So nothing between the two needs to know the framing. What the end of a connection cuts is ended
// with LF as well, so that it never joins another connection's record in a sink that both share. Lives on the loop
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/endpoint.h"
#include "io/loop.h"
#include "io/sink.h"
#include "io/source.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// Who certificates are shown to and believed from.
struct TlsOptions {
  std::string certificate_file;  ///< PEM, with its chain; a listener needs one
  std::string key_file;          ///< PEM
  std::string ca_file;           ///< PEM; empty: the system's store, for a sink; a listener that verifies needs one
  bool verify = true;            ///< of the server (sink), or that clients show a certificate (source)
  std::string server_name;       ///< expected of the server; empty: the endpoint's host
  std::vector<std::string> fingerprints;  ///< SHA-256 as hex, colons allowed; if any, only these certificates are
                                          ///< accepted, whoever signed them and whatever verify is (RFC 5425, 4.2.2)
};

struct ListenerOptions {
  std::size_t max_connections = 10000;
  std::size_t max_connections_per_address = 1000;
  std::uint64_t idle_timeout_ms = 0;  ///< a connection that sends nothing for this long is closed; 0: never
  std::size_t max_record_bytes = std::size_t{1} << 20;  ///< of one octet-counted frame; a larger count closes
  std::vector<std::uint32_t> allowed_users;  ///< of unix_stream peers (SO_PEERCRED); empty: whoever may open the path
  unsigned socket_mode = 0660;               ///< of a unix socket's path
  std::uint64_t handshake_timeout_ms = 10'000;  ///< of TLS
  TlsOptions tls;
};

/// When certificates expire, in seconds since 1970; 0: there is none.
struct CertificateExpiry {
  std::int64_t own = 0;
  std::int64_t peer = 0;  ///< that of the last connection
};

struct ListenerStats {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  ///< over a limit, or a peer that is not allowed
  std::uint64_t failed_handshakes = 0;
  std::uint64_t timed_out = 0;            ///< closed because idle
  std::uint64_t malformed_frames = 0;     ///< connections closed for a count that is none or too large
  std::uint64_t datagrams_dropped = 0;    ///< by the kernel, before piiscrub could read them (SO_RXQ_OVFL)
  std::uint64_t datagrams_truncated = 0;  ///< longer than the receive buffer
  CertificateExpiry expiry;
};

class TlsContext;  // io/tls_context.h

class Listener {
 public:
  class Observer {
   public:
    /// A connection (with TLS, after its handshake) or, once and from within listen(), the datagram socket itself.
    /// `peer`: its address as text, without port, or `uid:NUMBER` of a unix stream, for policies and logs; of datagrams
    /// empty. The source may outlive the listener. May call close(), must not destroy the listener.
    virtual void on_source(std::unique_ptr<Source> source, std::string peer) = 0;

   protected:
    ~Observer() = default;
  };

  /// Closes. The path of a unix socket is removed if it is still the listener's.
  virtual ~Listener() = default;
  /// The endpoint it really listens on: with the port that the system chose for port 0.
  [[nodiscard]] virtual const Endpoint& endpoint() const = 0;
  /// Limits and peers as `options` say from now on; further connections use `tls`, which listener_tls() made. What a
  /// path was given when it was bound stays.
  virtual void use(const ListenerOptions& options, std::unique_ptr<const TlsContext> tls) = 0;
  /// No further connections; those that exist go on. A datagram socket is closed with its source instead.
  virtual void close() = 0;
  [[nodiscard]] virtual ListenerStats stats() const = 0;
};

/// Listens on `endpoint` (tcp, tls, udp, unix_stream, unix_datagram, systemd). `observer` must outlive the listener.
/// Looks host names up, and so may block. The socket of a systemd endpoint may be of any of these kinds but tls; it
/// stays open when the listener closes, so that it can be listened on again after a reload.
Result<std::unique_ptr<Listener>> listen(Loop& loop, BufferPool& buffers, const Endpoint& endpoint,
                                         const ListenerOptions& options, Listener::Observer& observer);

/// What TLS at `endpoint` needs, with its files read; null for other endpoints.
Result<std::unique_ptr<const TlsContext>> listener_tls(const Endpoint& endpoint, const ListenerOptions& options);

struct NetworkSinkStats {
  bool connected = false;
  std::uint64_t connections = 0;         ///< made
  std::uint64_t failed_connections = 0;  ///< attempts that failed, or connections that were lost
  std::uint64_t truncated = 0;           ///< records too long for a datagram, cut at the start of a UTF-8 sequence
  std::uint64_t dropped = 0;             ///< datagrams that the system called too long all the same
  CertificateExpiry expiry;
  std::string last_error;  ///< why the last of failed_connections failed; stays
};

struct NetworkSinkOptions {
  std::uint64_t reconnect_min_ms = 200;  ///< the first wait before connecting again; doubles, with jitter, up to
  std::uint64_t reconnect_max_ms = 30'000;
  std::uint64_t connect_timeout_ms = 10'000;  ///< of one address, with the TLS handshake
  TlsOptions tls;
  NetworkSinkStats* stats = nullptr;  ///< counted there, if anywhere; must outlive the sink
};

/// Sends records to `endpoint` (tcp, tls, udp, unix_stream, unix_datagram), connecting as often as it takes: it never
/// fails, it makes writers wait. A record that was cut by a lost connection is sent again as a whole; what the system
/// had accepted and not delivered is lost with the connection. TLS never falls back to plain text. Each write must end
/// with a whole record; a last one without LF gets its end. Only a connection, made or being made, keeps the loop
/// running. What the peer sends is ignored; a peer that ends its side of a connection has ended it. Refuses unusable
/// TLS options.
Result<std::unique_ptr<Sink>> make_network_sink(Loop& loop, const Endpoint& endpoint,
                                                const NetworkSinkOptions& options);

}  // namespace piiscrub::io
