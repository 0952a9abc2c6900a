// Socket activation: what systemd passes is found by name, is what it claims to be, and stays.

#include "io/systemd_sockets.h"

#include <cstdlib>

#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using test::connect_to;
using test::run_until;
using test::send_all;

constexpr int kFirst = 3;

// Puts `fds`, which must be far from there, in the places from 3 on, as systemd does, and back what was there.
class Passed {
 public:
  Passed(std::vector<Fd> fds, const char* names) : fds_(std::move(fds)) {
    for (std::size_t i = 0; i < fds_.size(); ++i) {
      const int place = kFirst + static_cast<int>(i);
      saved_.emplace_back(::fcntl(place, F_DUPFD_CLOEXEC, 100));
      EXPECT_EQ(::dup2(fds_[i].get(), place), place);
    }
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", std::to_string(fds_.size()).c_str(), 1);
    ::setenv("LISTEN_FDNAMES", names, 1);
  }
  ~Passed() {
    for (std::size_t i = 0; i < fds_.size(); ++i) {
      const int place = kFirst + static_cast<int>(i);
      if (saved_[i].valid()) {
        ::dup2(saved_[i].get(), place);
      } else {
        ::close(place);
      }
    }
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  }
  Passed(const Passed&) = delete;
  Passed& operator=(const Passed&) = delete;

 private:
  std::vector<Fd> fds_;  // at places far from those of systemd
  std::vector<Fd> saved_;
};

Fd far_away(Fd fd) { return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 200)); }

Fd bound(const std::string& text, bool listening) {
  const Endpoint to = test::endpoint(text, Direction::source);
  const int type = socket_type(to.transport);
  const SocketAddress address =
      is_unix(to.transport) ? unix_address(to.path) : numeric_addresses(to.host, 0, type).at(0);
  Fd fd(::socket(address.family(), type, 0));
  EXPECT_EQ(::bind(fd.get(), address.get(), address.size), 0);
  if (listening) {
    EXPECT_EQ(::listen(fd.get(), 8), 0);
  }
  return far_away(std::move(fd));
}

template <typename... T>
std::vector<Fd> fds(T... fd) {
  std::vector<Fd> all;
  (all.push_back(std::move(fd)), ...);
  return all;
}

TEST(SystemdSockets, AreListenedOnByNameAgainAndAgain) {
  const test::TemporaryDirectory directory;
  const Passed passed(fds(bound("unixgram:" + (directory / "log"), false), bound("tcp://127.0.0.1:0", true),
                          bound("udp://127.0.0.1:0", false), bound("unix:" + (directory / "in"), true)),
                      "log:lines:udp:in");
  Loop loop;
  BufferPool buffers;
  for (int reload = 0; reload < 2; ++reload) {
    test::Receiver receiver;
    const auto lines = test::listen_on(loop, buffers, "syslog+systemd:lines", {}, receiver);
    const auto udp = test::listen_on(loop, buffers, "systemd:udp", {}, receiver);
    const auto in = test::listen_on(loop, buffers, "systemd:in", {}, receiver);
    EXPECT_EQ(lines->endpoint().transport, Transport::tcp);
    EXPECT_TRUE(lines->endpoint().syslog);
    EXPECT_EQ(udp->endpoint().transport, Transport::udp);
    EXPECT_EQ(in->endpoint().transport, Transport::unix_stream);
    Endpoint tcp = lines->endpoint();
    tcp.host = "127.0.0.1";
    const Fd client = connect_to(tcp);
    send_all(client, "3 <1>");
    ASSERT_TRUE(run_until(loop, [&] { return receiver.text() == "<1>\n"; }));
  }
  EXPECT_TRUE(std::filesystem::exists(directory / "in")) << "the path is systemd's";
  EXPECT_EQ(::fcntl(kFirst, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

std::string error_of(const ListenEnvironment& environment, std::string_view name) {
  const Result<Fd> fd = open_systemd_socket(environment, name);
  return fd ? "" : fd.error().text();
}

TEST(SystemdSockets, AreRefusedWhereTheyAreNotMeant) {
  const Passed passed(fds(bound("tcp://127.0.0.1:0", true), bound("tcp://127.0.0.1:0", true)), "one:two");
  const std::string pid = std::to_string(::getpid());
  EXPECT_EQ(error_of({pid, "2", "one:two"}, "two"), "");
  EXPECT_EQ(error_of({}, "two"),
            "systemd passes no socket two: it passes none to this process (start piiscrub through its socket unit)");
  EXPECT_EQ(error_of({std::to_string(::getpid() + 1), "2", "one:two"}, "two"),
            "systemd passes no socket two: it passes none to this process (start piiscrub through its socket unit)");
  EXPECT_EQ(error_of({pid, "2", "one:two"}, "three"),
            "systemd passes no socket three: it passes one:two (set FileDescriptorName=three)");
  EXPECT_EQ(error_of({pid, "1", "one:two"}, "two"),
            "systemd passes no socket two: it passes one:two (set FileDescriptorName=two)");
  EXPECT_EQ(error_of({pid, "x", "one:two"}, "one"),
            "systemd passes no socket one: it passes one:two (set FileDescriptorName=one)");
  EXPECT_EQ(error_of({pid, "2", "two:two"}, "two"),
            "systemd passes several sockets two (give each a socket unit with its own FileDescriptorName=)");
}

TEST(SystemdSockets, MustBeListeningSockets) {
  // Made first: what they were made from must be closed by then.
  std::vector<Fd> sockets = fds(bound("tcp://127.0.0.1:0", false), far_away(Fd(::open("/dev/null", O_RDONLY))));
  const Passed passed(std::move(sockets), "deaf:null");
  Loop loop;
  BufferPool buffers;
  test::Receiver receiver;
  const auto error_of_listening = [&](const std::string& text) {
    const auto listener = listen(loop, buffers, test::endpoint(text, Direction::source), {}, receiver);
    return listener ? "" : listener.error().text();
  };
  EXPECT_EQ(error_of_listening("systemd:deaf"),
            "cannot listen on systemd:deaf: Invalid argument (it is one connection: set Accept=no)");
  EXPECT_EQ(error_of_listening("systemd:null"),
            "cannot listen on systemd:null: Protocol not supported (it takes ListenStream= or ListenDatagram=)");
}

}  // namespace
}  // namespace piiscrub::io
