#include "io/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>
#include <uv.h>

#include <cstdlib>
#include <utility>

#include "io/fd.h"
#include "io/uv_handle.h"

namespace piiscrub::io {
namespace {

bool is_ignored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

struct Signals::Impl {
  std::function<void(Signal)> on_signal;
  sigset_t original{};
  Fd fd;
  UvHandle<uv_poll_t> poll;

  void read() const {
    signalfd_siginfo info{};
    while (::read(fd.get(), &info, sizeof info) == sizeof info) {
      on_signal({static_cast<int>(info.ssi_signo), info.ssi_code > 0});
    }
  }
};

// libuv's own signal handles do not tell who sent a signal.
Signals::Signals(Loop& loop, std::initializer_list<int> numbers, std::function<void(Signal)> on_signal)
    : impl_(std::make_unique<Impl>()) {
  impl_->on_signal = std::move(on_signal);
  sigset_t set{};
  sigemptyset(&set);
  for (const int number : numbers) {
    if (number == SIGCHLD) {
      (void)std::signal(number, SIG_DFL);  // ignored, it would throw the child's exit status away
    } else if (is_ignored(number)) {
      continue;
    }
    sigaddset(&set, number);
  }
  pthread_sigmask(SIG_BLOCK, &set, &impl_->original);
  impl_->fd.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  impl_->poll.open(impl_.get(), [&](uv_poll_t* poll) { return uv_poll_init(loop.uv(), poll, impl_->fd.get()); });
  if (!impl_->poll.valid()) return;
  uv_poll_start(impl_->poll.get(), UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<const Impl*>(poll->data)->read(); });
}

Signals::~Signals() { pthread_sigmask(SIG_SETMASK, &impl_->original, nullptr); }

const sigset_t& Signals::original_mask() const { return impl_->original; }

void die_by_signal(int number) {
  (void)std::signal(number, SIG_DFL);
  (void)::raise(number);
  std::_Exit(128 + number);  // as PID 1, to which its own signals do nothing
}

}  // namespace piiscrub::io
