// Loop: the event loop that all sources, sinks and timers of one thread share.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

struct uv_loop_s;

namespace piiscrub::io {

/// One per thread. Must outlive everything made with it.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop() is called or nothing is left to wait for. May be called again.
  void run();
  /// Makes run() return once the current callback has returned.
  void stop();
  /// A monotonic clock, in milliseconds, as of the current turn of the loop.
  [[nodiscard]] std::uint64_t now_ms() const;

  [[nodiscard]] uv_loop_s* uv() const { return loop_.get(); }

 private:
  std::unique_ptr<uv_loop_s> loop_;
};

/// Calls back once after a while, or again and again. Does not keep the loop running.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> on_time);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void start_once(std::uint64_t after_ms);
  void start_every(std::uint64_t period_ms);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace piiscrub::io
