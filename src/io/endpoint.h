// Endpoint: an address as users write it, such as syslog+tcp://127.0.0.1:5514, unix:/run/app.sock, file:/var/log/*.log.
//
//   stdin:  stdout:            the standard streams                       (source; sink)
//   file:PATH                  a file; as a source PATH may be a glob pattern
//   [syslog+]tcp://HOST:PORT   records end with LF; with syslog+ also octet counting (RFC 6587)
//   [syslog+]tls://HOST:PORT   the same inside TLS (RFC 5425)
//   [syslog+]udp://HOST:PORT   a datagram is a record (RFC 5426)
//   [syslog+]unix:PATH         a stream socket
//   [syslog+]unixgram:PATH     a datagram socket, such as /dev/log
//   exec:PROGRAM [ARG...]      a child that reads records from its stdin; split at blanks, no shell, no quoting (sink)
//   [syslog+]systemd:NAME      a socket that systemd passes under this name (source)
//
// A host in brackets is an IPv6 address (RFC 3986, section 3.2.2); without a host a source listens on 127.0.0.1 only.
// Port 0 lets the system choose (source). Abstract socket names are refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/result.h"

namespace piiscrub::io {

enum class Transport : std::uint8_t { standard, file, tcp, tls, udp, unix_stream, unix_datagram, exec, systemd };
enum class Direction : std::uint8_t { source, sink };

struct Endpoint {
  Transport transport = Transport::standard;
  bool syslog = false;            ///< octet counting is understood (source) or spoken (sink)
  std::string host;               ///< tcp, tls, udp; without brackets
  std::uint16_t port = 0;         ///< tcp, tls, udp
  std::string path;               ///< file, unix_stream, unix_datagram; the name for systemd
  std::vector<std::string> argv;  ///< exec
  std::string text;               ///< as the user wrote it

  bool operator==(const Endpoint&) const = default;
};

/// Parses `text`. The error names what is wrong, not where: file, line and column are the caller's.
Result<Endpoint> parse_endpoint(std::string_view text, Direction direction);

}  // namespace piiscrub::io
