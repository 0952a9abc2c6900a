// piiscrub-latency: how long a filter keeps one line.
//
//   piiscrub-latency line  COUNT COMMAND [ARG...]     round trips of single lines through one running filter
//   piiscrub-latency start COUNT COMMAND [ARG...]     from fork() to the first byte out, a new process each time
//
// Prints the median and the 99th percentile in microseconds. Pin it to one CPU with taskset: the filter inherits that,
// and wake-ups over CPUs, which differ by the hour, stay out of it. Includes two pipe transfers and two task switches;
// compare with `cat`.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kLine =
    "2025-03-01 00:03:29,049 INFO [worker-7] shop.search.service request finished in 17 ms status=200 items=12\n";
constexpr std::size_t kWarmUp = 200;

double now_us() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

// A child between two pipes.
class Filter {
 public:
  explicit Filter(char** command) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) fail("pipe");
    child_ = fork();
    if (child_ < 0) fail("fork");
    if (child_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      execvp(command[0], command);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  ~Filter() {
    close(to_);
    close(from_);
    waitpid(child_, nullptr, 0);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void send(std::string_view line) const {
    if (write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) fail("write");
  }
  // At least one byte.
  std::size_t receive() {
    const ssize_t got = read(from_, buffer_.data(), buffer_.size());
    if (got <= 0) fail("the filter ended");
    return static_cast<std::size_t>(got);
  }
  void receive(std::size_t bytes) {
    for (std::size_t got = 0; got < bytes;) got += receive();
  }

 private:
  pid_t child_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::array<char, 4096> buffer_{};
};

std::vector<double> time_lines(char** command, std::size_t count) {
  Filter filter(command);
  std::vector<double> times;
  for (std::size_t i = 0; i < count + kWarmUp; ++i) {
    const double start = now_us();
    filter.send(kLine);
    filter.receive(kLine.size());  // a clean line: it comes back as it went
    if (i >= kWarmUp) times.push_back(now_us() - start);
  }
  return times;
}

std::vector<double> time_starts(char** command, std::size_t count) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const double start = now_us();
    Filter filter(command);
    filter.send(kLine);
    filter.receive();
    times.push_back(now_us() - start);
  }
  return times;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  const std::string_view mode = argc > 1 ? argv[1] : "";
  const std::string_view number = argc > 2 ? argv[2] : "";
  std::from_chars(number.data(), number.data() + number.size(), count);
  if (argc < 4 || count == 0 || (mode != "line" && mode != "start")) {
    std::fputs("usage: piiscrub-latency line|start COUNT COMMAND [ARG...]\n", stderr);
    return 64;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<double> times = mode == "line" ? time_lines(argv + 3, count) : time_starts(argv + 3, count);
  std::sort(times.begin(), times.end());
  std::printf("%.2f %.2f\n", times[times.size() / 2], times[times.size() * 99 / 100]);
  return 0;
}
