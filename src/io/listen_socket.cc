#include "io/listen_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "io/socket_address.h"
#include "io/systemd_sockets.h"

namespace piiscrub::io {
namespace {

Error cannot_listen(const Endpoint& endpoint, int error, std::string advice = {}) {
  return {.file = {},
          .message = "cannot listen on " + endpoint.text + ": " + std::generic_category().message(error),
          .advice = std::move(advice)};
}

// Returns an errno, or 0.
int bind_and_listen(int fd, const SocketAddress& address, int type) {
  if (::bind(fd, address.get(), address.size) != 0) return errno;
  if (type == SOCK_STREAM && ::listen(fd, SOMAXCONN) != 0) return errno;
  return 0;
}

SocketAddress bound_address(int fd) {
  SocketAddress address;
  (void)::getsockname(fd, address.get(), &address.size);
  return address;
}

void set_real_port(Endpoint& endpoint, std::uint16_t port) {
  endpoint.port = port;
  endpoint.text.replace(endpoint.text.rfind(':') + 1, std::string::npos, std::to_string(port));
}

Result<ListenSocket> open_internet_socket(const Endpoint& endpoint) {
  const int type = socket_type(endpoint.transport);
  Result<std::vector<SocketAddress>> addresses = look_up(endpoint.host, endpoint.port, type);
  if (!addresses) return std::move(addresses).error();
  int error = EADDRNOTAVAIL;
  for (const SocketAddress& address : *addresses) {
    ListenSocket socket{open_socket(address.family(), type), endpoint, address.family(), {}};
    const int yes = 1;
    // So that a restart need not wait for old connections. A UDP socket would share its port with another one instead.
    if (type == SOCK_STREAM) (void)::setsockopt(socket.fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    error = socket.fd.valid() ? bind_and_listen(socket.fd.get(), address, type) : errno;
    if (error != 0) continue;
    set_real_port(socket.endpoint, bound_address(socket.fd.get()).port());
    return socket;
  }
  return cannot_listen(endpoint, error, error == EACCES ? "ports below 1024 take CAP_NET_BIND_SERVICE" : "");
}

bool is_socket(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

// A socket that its process has left behind refuses connections of whatever type.
bool is_stale(const SocketAddress& address, int type) {
  const Fd probe = open_socket(AF_UNIX, type);
  return ::connect(probe.get(), address.get(), address.size) != 0 && errno == ECONNREFUSED;
}

Result<ListenSocket> open_unix_socket(const Endpoint& endpoint, unsigned mode) {
  const int type = socket_type(endpoint.transport);
  const SocketAddress address = unix_address(endpoint.path);
  ListenSocket socket{open_socket(AF_UNIX, type), endpoint, AF_UNIX, {}};
  // bind() makes the file with the mode of the socket: nobody else gets in before chmod() has said who may.
  (void)::fchmod(socket.fd.get(), 0600 & mode);
  if (is_socket(endpoint.path)) {
    if (!is_stale(address, type)) return cannot_listen(endpoint, EADDRINUSE, "another process listens there");
    (void)::unlink(endpoint.path.c_str());
  }
  if (const int error = bind_and_listen(socket.fd.get(), address, type); error != 0) {
    return cannot_listen(endpoint, error, error == EADDRINUSE ? "a file that is no socket stands there" : "");
  }
  SocketPath path(endpoint.path);
  if (::chmod(endpoint.path.c_str(), mode) != 0) return cannot_listen(endpoint, errno);
  return ListenSocket{std::move(socket.fd), endpoint, AF_UNIX, std::move(path)};
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

Result<ListenSocket> adopt_systemd_socket(const Endpoint& endpoint) {
  Result<Fd> fd = open_systemd_socket(ListenEnvironment::of_process(), endpoint.path);
  if (!fd) return std::move(fd).error();
  const int type = option_of(fd->get(), SO_TYPE);
  const int family = option_of(fd->get(), SO_DOMAIN);
  const bool of_unix = family == AF_UNIX;
  if ((type != SOCK_STREAM && type != SOCK_DGRAM) || (!of_unix && family != AF_INET && family != AF_INET6)) {
    return cannot_listen(endpoint, EPROTONOSUPPORT, "it takes ListenStream= or ListenDatagram=");
  }
  if (type == SOCK_STREAM && option_of(fd->get(), SO_ACCEPTCONN) != 1) {
    return cannot_listen(endpoint, EINVAL, "it is one connection: set Accept=no");
  }
  ListenSocket socket{*std::move(fd), endpoint, family, {}};
  if (type == SOCK_STREAM) {
    socket.endpoint.transport = of_unix ? Transport::unix_stream : Transport::tcp;
  } else {
    socket.endpoint.transport = of_unix ? Transport::unix_datagram : Transport::udp;
  }
  socket.endpoint.port = bound_address(socket.fd.get()).port();
  return socket;
}

}  // namespace

SocketPath::SocketPath(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::lstat(path_.c_str(), &status) != 0) path_.clear();
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketPath::SocketPath(SocketPath&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

void SocketPath::remove() {
  struct stat status {};
  if (path_.empty() || ::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) (void)::unlink(path_.c_str());
  path_.clear();
}

Result<ListenSocket> open_listen_socket(const Endpoint& endpoint, unsigned mode) {
  if (endpoint.transport == Transport::systemd) return adopt_systemd_socket(endpoint);
  return is_unix(endpoint.transport) ? open_unix_socket(endpoint, mode) : open_internet_socket(endpoint);
}

}  // namespace piiscrub::io
