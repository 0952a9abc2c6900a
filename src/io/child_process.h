// A program started with its output, or its input, in our hands.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <span>
#include <string>

#include "io/fd.h"

namespace piiscrub::io {

struct ChildProcess {
  pid_t pid = -1;
  Fd output;             ///< what it writes to its standard output
  Fd error;              ///< what it writes to its standard error
  int error_number = 0;  ///< why it could not be started; 0: it was
};

/// Starts `command` (found as a shell would) with our standard input and environment, `mask` as its blocked signals.
/// What was ignored when this process was started stays ignored, SIGPIPE and SIGXFSZ excepted.
///
/// Not by uv_spawn(): that resets every signal, so that under `nohup` the program would die of SIGHUP.
ChildProcess start_child(std::span<const std::string> command, const sigset_t& mask);

struct ChildReader {
  pid_t pid = -1;        ///< also the number of its process group
  Fd input;              ///< what is written here, it reads from its standard input; does not block
  Fd end;                ///< can be read once the child has ended and waits to be collected (pidfd_open(2))
  int error_number = 0;  ///< why it could not be started; 0: it was
};

/// Starts `command` with a pipe as its standard input, in a process group of its own: what a terminal or a supervisor
/// tells our group must not end it before it has read what we have. What it writes goes to our standard error. Blocks
/// no signals.
ChildReader start_reader(std::span<const std::string> command);

/// Collects all children that have ended, those inherited as PID 1 of a container among them. Returns the wait status
/// of `pid` if it was one of them.
std::optional<int> reap_children(pid_t pid);

}  // namespace piiscrub::io
