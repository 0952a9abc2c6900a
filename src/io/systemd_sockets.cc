#include "io/systemd_sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace piiscrub::io {
namespace {

constexpr int kFirstFd = 3;  // SD_LISTEN_FDS_START

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// -1 if `text` is no number.
int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

std::vector<std::string_view> split(std::string_view names) {
  std::vector<std::string_view> all;
  for (std::size_t colon = 0; (colon = names.find(':')) != std::string_view::npos; names.remove_prefix(colon + 1)) {
    all.push_back(names.substr(0, colon));
  }
  all.push_back(names);
  return all;
}

Error no_socket(std::string_view name, std::string message, std::string advice) {
  return {.file = {},
          .message = "systemd passes no socket " + std::string(name) + ": " + std::move(message),
          .advice = std::move(advice)};
}

}  // namespace

ListenEnvironment ListenEnvironment::of_process() {
  return {variable("LISTEN_PID"), variable("LISTEN_FDS"), variable("LISTEN_FDNAMES")};
}

Result<Fd> open_systemd_socket(const ListenEnvironment& environment, std::string_view name) {
  if (number(environment.pid) != static_cast<int>(::getpid())) {
    return no_socket(name, "it passes none to this process", "start piiscrub through its socket unit");
  }
  const std::vector<std::string_view> names = split(environment.names);
  const int count = number(environment.fds);
  int found = -1;
  for (int i = 0; i < count && static_cast<std::size_t>(i) < names.size(); ++i) {
    (void)::fcntl(kFirstFd + i, F_SETFD, FD_CLOEXEC);
    if (names[static_cast<std::size_t>(i)] != name) continue;
    if (found >= 0) {
      return Error{.file = {},
                   .message = "systemd passes several sockets " + std::string(name),
                   .advice = "give each a socket unit with its own FileDescriptorName="};
    }
    found = kFirstFd + i;
  }
  if (found < 0) {
    return no_socket(name, "it passes " + (environment.names.empty() ? "unnamed ones" : environment.names),
                     "set FileDescriptorName=" + std::string(name));
  }
  Fd fd(::fcntl(found, F_DUPFD_CLOEXEC, kFirstFd));
  if (!fd.valid()) return no_socket(name, std::generic_category().message(errno), "");
  // Accepting must not block the loop. The description may be shared with systemd, which does not mind.
  (void)::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  return fd;
}

}  // namespace piiscrub::io
