// The socket that a listener listens on: made and bound, or passed by systemd.
#pragma once

#include <sys/stat.h>

#include <string>

#include "io/endpoint.h"
#include "io/fd.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// The file of a unix socket, which goes with this if it has not been replaced.
class SocketPath {
 public:
  SocketPath() = default;
  /// `path` has just been bound.
  explicit SocketPath(std::string path);
  ~SocketPath() { remove(); }
  SocketPath(SocketPath&& other) noexcept;
  SocketPath& operator=(SocketPath&& other) = delete;

  void remove();

 private:
  std::string path_;  // empty: none
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct ListenSocket {
  Fd fd;              ///< non-blocking, bound, and listening if it is a stream
  Endpoint endpoint;  ///< with the real port; of a systemd socket with its real transport
  int family = 0;
  SocketPath path;
};

/// Makes and binds a socket. A unix socket's path gets `mode`; a socket that stands there and on which nobody listens
/// is replaced. REQUIRES: `endpoint` is tcp, tls, udp, unix_stream, unix_datagram or systemd.
Result<ListenSocket> open_listen_socket(const Endpoint& endpoint, unsigned mode);

}  // namespace piiscrub::io
