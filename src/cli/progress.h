// Progress: a bar with rate and remaining time, on standard error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/console.h"
#include "io/loop.h"

namespace piiscrub::cli {

/// The line to show: what share of `total` bytes is done after `elapsed_ms`.
std::string progress_line(std::uint64_t done, std::uint64_t total, std::uint64_t elapsed_ms, bool color);

class Progress {
 public:
  /// Shows the bar while it lives. `done` tells the bytes read so far, of `total` > 0.
  Progress(io::Loop& loop, Console& console, std::uint64_t total, std::function<std::uint64_t()> done);
  ~Progress();

 private:
  void draw();

  io::Loop& loop_;
  Console& console_;
  std::uint64_t total_;
  std::function<std::uint64_t()> done_;
  std::uint64_t start_ms_;
  io::Timer timer_;
};

}  // namespace piiscrub::cli
