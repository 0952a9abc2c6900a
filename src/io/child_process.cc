#include "io/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
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

// posix_spawn's two argument objects.
struct Spawn {
  Spawn(int output, int error, const sigset_t& mask) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
    // SIGPIPE is ignored by piiscrub itself; caught signals become default by themselves.
    sigset_t defaults{};
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;

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

  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const Spawn spawn(output.write.get(), error.write.get(), mask);
  child.error_number =
      ::posix_spawnp(&child.pid, arguments[0], &spawn.actions, &spawn.attributes, arguments.data(), environ);
  child.output = std::move(output.read);
  child.error = std::move(error.read);
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
