// Signals as events of the loop.
#pragma once

#include <csignal>
#include <functional>
#include <initializer_list>
#include <memory>

#include "io/loop.h"

namespace piiscrub::io {

struct Signal {
  int number;
  /// Raised by the kernel, as Ctrl-C on a terminal does: then every process of the foreground group has got it too.
  bool from_kernel;
};

/// Blocks the signals in the calling thread, and so in all threads that it starts later, and reports them from the
/// loop. A signal that was ignored when the program started (nohup, a shell's background jobs) stays ignored, SIGCHLD
/// excepted. Keeps the loop running until it is stopped. One at a time; the destructor unblocks.
class Signals {
 public:
  Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(Signal)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// What was blocked before; for programs that are started.
  [[nodiscard]] const sigset_t& original_mask() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Ends this process as `number` would have, so that the parent sees what happened. REQUIRES: `number` is not blocked.
[[noreturn]] void die_by_signal(int number);

}  // namespace piiscrub::io
