#include "io/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>
#include <utility>
#include <vector>

namespace piiscrub::io {
namespace {

struct Pipe {
  Fd read;
  Fd write;
};

int open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  pipe.read.reset(ends[0]);
  pipe.write.reset(ends[1]);
  return 0;
}

// One of our descriptors and what it is in the child.
struct Stream {
  int ours;
  int its;
};

// posix_spawn's two argument objects.
struct Spawn {
  Spawn(std::initializer_list<Stream> streams, const sigset_t& mask, short more_flags = 0) {
    posix_spawn_file_actions_init(&actions);
    for (const Stream& stream : streams) posix_spawn_file_actions_adddup2(&actions, stream.ours, stream.its);
    // These are ignored by piiscrub itself; caught signals become default by themselves.
    sigset_t defaults{};
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setflags(&attributes,
                             static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | more_flags));
  }
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

  // Returns an errno.
  int start(std::span<const std::string> command, pid_t& pid) const {
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    return ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

}  // namespace

ChildProcess start_child(std::span<const std::string> command, const sigset_t& mask) {
  ChildProcess child;
  Pipe output;
  Pipe error;
  if (child.error_number = open_pipe(output); child.error_number != 0) return child;
  if (child.error_number = open_pipe(error); child.error_number != 0) return child;

  const Spawn spawn({{output.write.get(), STDOUT_FILENO}, {error.write.get(), STDERR_FILENO}}, mask);
  child.error_number = spawn.start(command, child.pid);
  child.output = std::move(output.read);
  child.error = std::move(error.read);
  return child;
}

ChildReader start_reader(std::span<const std::string> command) {
  ChildReader child;
  Pipe input;
  if (child.error_number = open_pipe(input); child.error_number != 0) return child;
  sigset_t none{};
  sigemptyset(&none);
  // Process group 0, the default: one of its own.
  const Spawn spawn({{input.read.get(), STDIN_FILENO}, {STDERR_FILENO, STDOUT_FILENO}}, none, POSIX_SPAWN_SETPGROUP);
  if (child.error_number = spawn.start(command, child.pid); child.error_number != 0) return child;
  // Not by pidfd_open() of <sys/pidfd.h>, which glibc 2.36 does not declare for C++.
  child.end.reset(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.end.valid() || ::fcntl(input.write.get(), F_SETFL, O_NONBLOCK) != 0) {
    child.error_number = errno;
    (void)::kill(child.pid, SIGKILL);
    (void)::waitpid(child.pid, nullptr, 0);
    return child;
  }
  child.input = std::move(input.write);
  return child;
}

std::optional<int> reap_children(pid_t pid) {
  std::optional<int> result;
  int status = 0;
  for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (ended == pid) result = status;
  }
  return result;
}

}  // namespace piiscrub::io
