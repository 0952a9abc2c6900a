// Runs programs for the end-to-end tests: piiscrub itself, as piiscrub_binary() names it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace piiscrub::e2e {

/// Long enough for a loaded machine under sanitizers; reached only when a test fails.
inline constexpr std::chrono::seconds kPatience{120};

using Arguments = std::vector<std::string>;

/// A running program with pipes, or with descriptors of the test's choice, as its standard streams.
class Process {
 public:
  struct Streams {
    int in = -1;  ///< -1: a pipe; else this descriptor, which stays the caller's
    int out = -1;
    int err = -1;
  };

  explicit Process(const Arguments& command) : Process(command, Streams{}) {}
  Process(const Arguments& command, Streams streams);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void write(std::string_view text);
  void close_input() { close_end(in_); }
  void close_output() { close_end(out_); }
  /// Reads standard output until it holds `text` (not yet seen), its end or patience has come. Returns what was read.
  std::string read_until(std::string_view text) { return read(out_, text); }
  std::string read_error_until(std::string_view text) { return read(err_, text); }
  void kill(int signal) const { ::kill(pid_, signal); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int input_fd() const { return in_; }
  [[nodiscard]] int output_fd() const { return out_; }

  /// Waits for the end. Returns the exit code, or minus the number of the signal that ended it.
  int wait();

 private:
  static void close_end(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  static void open_pipe(std::array<int, 2>& ends) { EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0); }
  static std::string read(int fd, std::string_view until);

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
};

inline Process::Process(const Arguments& command, Streams streams) {
  std::array<int, 2> in{-1, -1};
  std::array<int, 2> out{-1, -1};
  std::array<int, 2> err{-1, -1};
  if (streams.in < 0) open_pipe(in);
  if (streams.out < 0) open_pipe(out);
  if (streams.err < 0) open_pipe(err);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(streams.in < 0 ? in[0] : streams.in, STDIN_FILENO);
    ::dup2(streams.out < 0 ? out[1] : streams.out, STDOUT_FILENO);
    ::dup2(streams.err < 0 ? err[1] : streams.err, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  close_end(in[0]);
  close_end(out[1]);
  close_end(err[1]);
  in_ = in[1];
  out_ = out[0];
  err_ = err[0];
}

inline Process::~Process() {
  close_end(in_);
  close_end(out_);
  close_end(err_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

inline void Process::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(in_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // the program has closed its input; its output tells
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

inline std::string Process::read(int fd, std::string_view until) {
  std::string text;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (until.empty() || text.find(until) == std::string::npos) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd poll{fd, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&poll, 1, static_cast<int>(left.count())) <= 0) {
      ADD_FAILURE() << "nothing came within " << kPatience.count() << " s";
      break;
    }
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

inline int Process::wait() {
  int status = 0;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the program did not end within " << kPatience.count() << " s";
      ::kill(pid_, SIGKILL);
    }
    ::usleep(1000);
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/// A fresh directory that goes away with its object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "piiscrub-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// A file opened as a shell redirection would.
class Redirection {
 public:
  Redirection(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    EXPECT_GE(fd_, 0) << path;
  }
  ~Redirection() { ::close(fd_); }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs a program to its end with `input` as its standard input. Through files, so that no pipe can fill up.
inline Outcome run_program(const Arguments& command, std::string_view input = {}) {
  const TemporaryDirectory directory;
  write_file(directory / "in", input);
  Outcome outcome;
  {
    const Redirection in(directory / "in", O_RDONLY);
    const Redirection out(directory / "out", O_WRONLY | O_CREAT);
    const Redirection err(directory / "err", O_WRONLY | O_CREAT);
    Process process(command, {in.fd(), out.fd(), err.fd()});
    outcome.status = process.wait();
  }
  outcome.out = read_file(directory / "out");
  outcome.err = read_file(directory / "err");
  return outcome;
}

/// The piiscrub that is tested: the one that PIISCRUB_BINARY in the environment names, else the one built with the
/// tests.
inline std::string piiscrub_binary() {
  const char* other = std::getenv("PIISCRUB_BINARY");  // NOLINT(concurrency-mt-unsafe): nothing here changes it
  return other == nullptr ? PIISCRUB_BUILT_BINARY : other;
}

inline Arguments piiscrub(const Arguments& arguments = {}) {
  Arguments command = {piiscrub_binary()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

/// Runs piiscrub to its end.
inline Outcome run_piiscrub(const Arguments& arguments, std::string_view input = {}) {
  return run_program(piiscrub(arguments), input);
}

}  // namespace piiscrub::e2e
