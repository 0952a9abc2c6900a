// Real sockets for the tests of src/io: clients, servers, and observers that write down what they see.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/listener.h"
#include "io/signals.h"
#include "io/socket_address.h"

namespace piiscrub::io::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "piiscrub-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + '/' + std::string(name); }

 private:
  std::string path_;
};

inline Endpoint endpoint(const std::string& text, Direction direction) {
  Result<Endpoint> parsed = parse_endpoint(text, direction);
  EXPECT_TRUE(parsed) << parsed.error().text();
  return *parsed;
}

/// Turns `loop` until `done` says so. That it never does is a bug, and fails after a generous while.
inline bool run_until(Loop& loop, const std::function<bool()>& done) {
  const Signals keep_running(loop, {SIGUSR1}, [](Signal) {});  // timers alone do not
  if (done()) return true;
  Timer look(loop, [&] {
    if (done()) loop.stop();
  });
  bool late = false;
  Timer give_up(loop, [&] {
    late = true;
    loop.stop();
  });
  look.start_every(1);
  give_up.start_once(60'000);
  loop.run();
  return !late;
}

/// A blocking socket that is connected to `endpoint`.
inline Fd connect_to(const Endpoint& to) {
  const int type = socket_type(to.transport);
  const SocketAddress address =
      is_unix(to.transport) ? unix_address(to.path) : numeric_addresses(to.host, to.port, type).at(0);
  Fd fd(::socket(address.family(), type | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(fd.get(), address.get(), address.size), 0) << to.text;
  return fd;
}

inline void send_all(const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Waits until the other end has closed or reset the connection; returns what came before.
inline std::string read_to_end(const Fd& fd) {
  std::string text;
  char room[4096];
  for (ssize_t got = 0; (got = ::recv(fd.get(), room, sizeof room, 0)) > 0;) {
    text.append(room, static_cast<std::size_t>(got));
  }
  return text;
}

/// One source and what it brought.
class Received final : public Source::Listener {
 public:
  Received(std::unique_ptr<Source> its_source, std::string its_peer)
      : source(std::move(its_source)), peer(std::move(its_peer)) {}
  void on_bytes(Buffer bytes) override {
    EXPECT_FALSE(paused) << "a paused source is silent";
    EXPECT_GT(bytes.size(), 0U);
    text += bytes.bytes();
    if (on_each) on_each();
  }
  void on_end(std::string why) override {
    EXPECT_FALSE(paused) << "a paused source is silent";
    EXPECT_FALSE(ended);
    ended = true;
    error = std::move(why);
  }
  void pause() {
    paused = true;
    source->pause();
  }
  void resume() {
    paused = false;
    source->resume();
  }

  std::unique_ptr<Source> source;
  std::string peer;
  std::string text;
  std::string error;
  std::function<void()> on_each;
  bool ended = false;
  bool paused = false;
};

/// Starts each source at once.
class Receiver final : public Listener::Observer {
 public:
  void on_source(std::unique_ptr<Source> source, std::string peer) override {
    all.push_back(std::make_unique<Received>(std::move(source), std::move(peer)));
    if (on_each) on_each(*all.back());
    all.back()->source->start(*all.back());
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& received : all) text += received->text;
    return text;
  }
  [[nodiscard]] bool ended(std::size_t count) const {
    std::size_t ends = 0;
    for (const auto& received : all) ends += received->ended ? 1U : 0U;
    return ends >= count;
  }

  std::vector<std::unique_ptr<Received>> all;
  std::function<void(Received&)> on_each;
};

inline std::unique_ptr<Listener> listen_on(Loop& loop, BufferPool& buffers, const std::string& text,
                                           const ListenerOptions& options, Listener::Observer& observer) {
  Result<std::unique_ptr<Listener>> listener =
      listen(loop, buffers, endpoint(text, Direction::source), options, observer);
  EXPECT_TRUE(listener) << listener.error().text();
  return listener ? *std::move(listener) : nullptr;
}

class CountingWriter final : public Sink::Writer {
 public:
  void on_written() override {
    ++written;
    if (then) then();
  }
  int written = 0;
  std::function<void()> then;
};

// A peer that accepts and reads when it is told to.
class Server {
 public:
  explicit Server(const Endpoint& at) : endpoint(at) {
    const int type = socket_type(at.transport);
    const SocketAddress address =
        is_unix(at.transport) ? unix_address(at.path) : numeric_addresses(at.host, at.port, type).at(0);
    listening_ = open_socket(address.family(), type);
    EXPECT_EQ(::bind(listening_.get(), address.get(), address.size), 0);
    if (type == SOCK_STREAM) {
      EXPECT_EQ(::listen(listening_.get(), 16), 0);
    } else {
      connection = std::move(listening_);
    }
    SocketAddress bound;
    ::getsockname(connection.valid() ? connection.get() : listening_.get(), bound.get(), &bound.size);
    endpoint.port = bound.port();
  }
  ~Server() {
    if (is_unix(endpoint.transport)) std::filesystem::remove(endpoint.path);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Closes the connection before.
  bool accept() {
    connection.reset(::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    return connection.valid();
  }
  // What has arrived.
  std::string read() {
    std::string text;
    std::array<char, 65536> room{};
    for (ssize_t got = 0; (got = ::recv(connection.get(), room.data(), room.size(), 0)) > 0;) {
      text.append(room.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  Endpoint endpoint;
  Fd connection;

 private:
  Fd listening_;
};

}  // namespace piiscrub::io::test
