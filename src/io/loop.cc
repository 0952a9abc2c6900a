#include "io/loop.h"

#include <uv.h>

#include <cstdio>
#include <cstdlib>

#include "io/uv_handle.h"

namespace piiscrub::io {

Loop::Loop() : loop_(std::make_unique<uv_loop_t>()) {
  if (uv_loop_init(loop_.get()) != 0) {
    // Only exhausted file descriptors or memory lead here, and nothing can be done without a loop.
    std::fputs("piiscrub: cannot make an event loop: too many open files or too little memory\n", stderr);
    std::_Exit(71);
  }
}

Loop::~Loop() {
  while (uv_loop_close(loop_.get()) == UV_EBUSY) uv_run(loop_.get(), UV_RUN_NOWAIT);
}

void Loop::run() { uv_run(loop_.get(), UV_RUN_DEFAULT); }

void Loop::stop() { uv_stop(loop_.get()); }

std::uint64_t Loop::now_ms() const { return uv_now(loop_.get()); }

struct Timer::Impl {
  std::function<void()> on_time;
  UvHandle<uv_timer_t> handle;

  void start(std::uint64_t after_ms, std::uint64_t period_ms) const {
    uv_timer_start(
        handle.get(), [](uv_timer_t* timer) { static_cast<Impl*>(timer->data)->on_time(); }, after_ms, period_ms);
  }
};

Timer::Timer(Loop& loop, std::function<void()> on_time) : impl_(std::make_unique<Impl>()) {
  impl_->on_time = std::move(on_time);
  impl_->handle.open(impl_.get(), [&](uv_timer_t* timer) { return uv_timer_init(loop.uv(), timer); });
  uv_unref(impl_->handle.base());
}

Timer::~Timer() = default;

void Timer::start_once(std::uint64_t after_ms) { impl_->start(after_ms, 0); }

void Timer::start_every(std::uint64_t period_ms) { impl_->start(period_ms, period_ms); }

void Timer::stop() { uv_timer_stop(impl_->handle.get()); }

}  // namespace piiscrub::io
