// SocketAddress: where a socket is bound or connected to.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "io/endpoint.h"
#include "io/fd.h"
#include "piiscrub/result.h"

struct addrinfo;

namespace piiscrub::io {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);  // room, for calls that fill it in

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] sa_family_t family() const { return storage.ss_family; }
  [[nodiscard]] std::uint16_t port() const;
  /// The address of the host without port; an IPv4 address in IPv6 as IPv4. Of unix sockets empty.
  [[nodiscard]] std::string host() const;
};

/// SOCK_STREAM or SOCK_DGRAM. REQUIRES: a transport with sockets of its own.
int socket_type(Transport transport);
[[nodiscard]] inline bool is_unix(Transport transport) {
  return transport == Transport::unix_stream || transport == Transport::unix_datagram;
}

/// REQUIRES: `path` came out of parse_endpoint().
SocketAddress unix_address(const std::string& path);
std::vector<SocketAddress> addresses_of(const addrinfo* list);
/// Looks `host` up, which blocks unless it is an address.
Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port, int type);
/// As look_up(), if `host` is an address; else none.
std::vector<SocketAddress> numeric_addresses(const std::string& host, std::uint16_t port, int type);

/// A non-blocking socket; invalid, with errno, if there can be none.
Fd open_socket(int family, int type);

}  // namespace piiscrub::io
