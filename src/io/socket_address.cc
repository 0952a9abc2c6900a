#include "io/socket_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <memory>

namespace piiscrub::io {
namespace {

struct FreeAddrinfo {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// Returns getaddrinfo's error, or 0.
int resolve(const std::string& host, std::uint16_t port, int type, int flags, std::vector<SocketAddress>& addresses) {
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  const std::unique_ptr<addrinfo, FreeAddrinfo> owned(list);
  if (error == 0) addresses = addresses_of(list);
  return error;
}

}  // namespace

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  return 0;
}

std::string SocketAddress::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family() == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, text.data(), text.size());
  } else if (family() == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
      ::inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
    } else {
      ::inet_ntop(AF_INET6, &address, text.data(), text.size());
    }
  }
  return text.data();
}

int socket_type(Transport transport) {
  return transport == Transport::udp || transport == Transport::unix_datagram ? SOCK_DGRAM : SOCK_STREAM;
}

SocketAddress unix_address(const std::string& path) {
  SocketAddress address;
  auto& unix_address = reinterpret_cast<sockaddr_un&>(address.storage);
  unix_address.sun_family = AF_UNIX;
  path.copy(unix_address.sun_path, sizeof unix_address.sun_path - 1);
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

std::vector<SocketAddress> addresses_of(const addrinfo* list) {
  std::vector<SocketAddress> addresses;
  for (const addrinfo* info = list; info != nullptr; info = info->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, info->ai_addr, info->ai_addrlen);
    address.size = info->ai_addrlen;
  }
  return addresses;
}

Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port, int type) {
  std::vector<SocketAddress> addresses;
  if (const int error = resolve(host, port, type, 0, addresses); error != 0) {
    return Error{.file = {}, .message = host + " cannot be looked up: " + ::gai_strerror(error), .advice = {}};
  }
  return addresses;
}

std::vector<SocketAddress> numeric_addresses(const std::string& host, std::uint16_t port, int type) {
  std::vector<SocketAddress> addresses;
  (void)resolve(host, port, type, AI_NUMERICHOST, addresses);
  return addresses;
}

Fd open_socket(int family, int type) { return Fd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

}  // namespace piiscrub::io
