// A service under test: its directory, configuration, files, and what it tells its supervisor.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "process.h"

namespace piiscrub::e2e {

/// Receives what a service sends to $NOTIFY_SOCKET.
class Supervisor {
 public:
  explicit Supervisor(const std::string& path) : path_(path), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Supervisor() { ::close(fd_); }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Waits for a message with the line `line`; those before it are gone. Returns it.
  std::string wait_for(std::string_view line) const {
    while (true) {
      pollfd poll{fd_, POLLIN, 0};
      if (::poll(&poll, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) <= 0) {
        ADD_FAILURE() << "the service never said " << line;
        return {};
      }
      std::array<char, 4096> buffer{};
      const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      const std::string message(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (("\n" + message + "\n").find("\n" + std::string(line) + "\n") != std::string::npos) return message;
    }
  }

 private:
  std::string path_;
  int fd_;
};

/// Waits until `condition` holds. False if it does not within patience.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::usleep(2000);
  }
  return true;
}

inline void append(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0) << path;
  ASSERT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(fd);
}

/// `in/*.log` to `out.log`, unless configured otherwise. Each line that goes in holds an address that must not come
/// out.
class ServiceTest : public testing::Test {
 protected:
  ServiceTest() : supervisor_(directory_ / "notify") {
    std::filesystem::create_directory(directory_ / "in");
    configure("");
  }
  ~ServiceTest() override { expect_no_leak(); }

  /// `more`: further lines of the pipeline's table.
  void configure(const std::string& more, const std::string& source = {}, const std::string& sink = {}) {
    const std::string from = source.empty() ? "file:" + directory_ / "in/*.log" : source;
    const std::string to = sink.empty() ? "file:" + out() : sink;
    write_file(config(),
               "config_version = 1\n[service]\nstate_directory = \"state\"\nmetrics_socket = \"metrics\"\n"
               "[[pipeline]]\nname = \"app\"\nsources = [\"" +
                   from + "\"]\nsinks = [\"" + to + "\"]\n" + more);
  }

  void start() {
    ::setenv("NOTIFY_SOCKET", supervisor_.path().c_str(), 1);
    log_ = std::make_unique<Redirection>(directory_ / "log", O_WRONLY | O_CREAT | O_APPEND);
    service_ = std::make_unique<Process>(piiscrub({"run", "-c", config()}), Process::Streams{-1, -1, log_->fd()});
    ::unsetenv("NOTIFY_SOCKET");
    supervisor_.wait_for("READY=1");
  }
  /// Ends the service in good order. Returns its exit code.
  int stop() {
    service_->kill(SIGTERM);
    return service_->wait();
  }
  void kill() {
    service_->kill(SIGKILL);
    EXPECT_EQ(service_->wait(), -SIGKILL);
  }

  [[nodiscard]] std::string config() const { return directory_ / "config.toml"; }
  [[nodiscard]] std::string in(const std::string& name) const { return directory_ / ("in/" + name); }
  [[nodiscard]] std::string out() const { return directory_ / "out.log"; }
  [[nodiscard]] std::string log() const { return read_file(directory_ / "log"); }

  /// Line `number` as it goes in, and as it must come out.
  static std::string line(int number) {
    return "line " + std::to_string(number) + " of user" + std::to_string(number) + "@example.com\n";
  }
  static std::string lines(int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i) text += line(i);
    return text;
  }
  static std::string scrubbed(int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i) text += "line " + std::to_string(i) + " of [EMAIL]\n";
    return text;
  }
  /// Waits for exactly these lines.
  void expect_output(const std::string& text) {
    EXPECT_TRUE(eventually([&] { return read_file(out()).size() >= text.size(); })) << log();
    EXPECT_TRUE(read_file(out()) == text) << "got:\n" << read_file(out()).substr(0, 2000);
  }

  /// No address is in any file but the inputs.
  void expect_no_leak() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
      if (!entry.is_regular_file() || entry.path().parent_path().filename() == "in") continue;
      EXPECT_EQ(read_file(entry.path().string()).find("@example.com"), std::string::npos) << entry.path();
    }
  }

  TemporaryDirectory directory_;
  Supervisor supervisor_;
  std::unique_ptr<Redirection> log_;
  std::unique_ptr<Process> service_;
};

}  // namespace piiscrub::e2e
