// Both ends of a stream over a unix socket.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>
#include <string_view>

#include "process.h"

namespace piiscrub::e2e {

inline sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  return address;
}

class UnixClient {
 public:
  explicit UnixClient(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = address_of(path);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
        << path << ": " << std::strerror(errno);
  }
  ~UnixClient() { ::close(fd_); }
  UnixClient(const UnixClient&) = delete;
  UnixClient& operator=(const UnixClient&) = delete;

  void send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      ASSERT_GT(written, 0);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  /// All that the other end says before it closes.
  [[nodiscard]] std::string read_to_end() const {
    std::string text;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::recv(fd_, buffer.data(), buffer.size(), 0)) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  /// Waits for the other end to close; false if it speaks, or does neither. Who is refused may be so before he has
  /// said a word: do not send() there.
  [[nodiscard]] bool closed_by_peer() const {
    pollfd poll{fd_, POLLIN, 0};
    if (::poll(&poll, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) <= 0) return false;
    char byte = 0;
    return ::recv(fd_, &byte, 1, 0) <= 0;
  }

 private:
  int fd_;
};

/// A client that sends `text` and closes.
inline void send_to(const std::string& path, std::string_view text) { UnixClient(path).send(text); }

/// A collector that takes one connection at a time and keeps what comes.
class Collector {
 public:
  explicit Collector(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = address_of(path);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
  }
  ~Collector() {
    ::close(connection_);
    ::close(fd_);
  }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void accept() { connection_ = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
  std::string read(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
      pollfd poll{connection_, POLLIN, 0};
      if (::poll(&poll, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) <= 0) break;
      std::array<char, 65536> buffer{};
      const ssize_t got = ::read(connection_, buffer.data(), std::min(buffer.size(), bytes - text.size()));
      if (got <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int fd_;
  int connection_ = -1;
};

}  // namespace piiscrub::e2e
