// Interruption: SIGINT and SIGTERM while piiscrub reads a live stream.
#pragma once

#include <cstdint>
#include <functional>

#include "io/loop.h"

namespace piiscrub::cli {

/// The first signal lets the input go on to its end for at most 5 s, so that an application's last words arrive; then
/// what has been read is finished. The second signal ends all at once.
class Interruption {
 public:
  struct Actions {
    std::function<bool()> may_drain;    ///< whether waiting for the end of the input makes sense
    std::function<void()> end_input;    ///< take what has been read as all there is
    std::function<void()> end_at_once;  ///< drop what is left
  };

  Interruption(io::Loop& loop, Actions actions);

  void on_signal(int number);
  /// The signal that cut the input short; 0: none did.
  [[nodiscard]] int ended_by() const { return ended_by_; }
  [[nodiscard]] bool draining() const { return first_ != 0; }

 private:
  void on_deadline();

  Actions actions_;
  io::Timer deadline_;
  int first_ = 0;
  int ended_by_ = 0;
};

}  // namespace piiscrub::cli
