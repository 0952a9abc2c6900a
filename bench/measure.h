// Measuring on a machine that others use too.
//
// Contestants take turns, and what counts is the median over the rounds of the ratio of their times within one round: a
// neighbour that slows the machine down for a second slows both sides of a ratio. Absolute rates are for orientation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace piiscrub::bench {

enum class Clock : std::uint8_t {
  thread_cpu,  ///< processor time of the calling thread: what other processes take does not count
  wall,        ///< for contestants that work on several threads
};

/// Seconds by `clock`, from some fixed point on.
double now(Clock clock);

/// One thing to be timed.
struct Contestant {
  std::string name;
  std::function<void()> run;
  std::size_t bytes = 0;  ///< that one run goes through
};

/// The times of contestants that took turns.
class Contest {
 public:
  /// Runs every contestant once to warm up, then all in turn, `rounds` times.
  Contest(const std::vector<Contestant>& contestants, std::size_t rounds, Clock clock);

  /// Median over the rounds of how many times faster `a` is than `b`, per byte.
  [[nodiscard]] double speed_ratio(std::size_t a, std::size_t b) const;
  /// Best time per byte of `b` divided by that of `a`: with processor time the least noisy figure there is, since all
  /// noise adds.
  [[nodiscard]] double best_speed_ratio(std::size_t a, std::size_t b) const;
  /// Median rate, in bytes per second.
  [[nodiscard]] double rate(std::size_t a) const;

 private:
  std::vector<std::vector<double>> seconds_per_byte_;  // by contestant, by round
};

/// The middle one, or the mean of the middle two. REQUIRES: not empty.
double median(std::vector<double> values);

/// Bytes with an optional suffix K, M or G for powers of 1024; 0 if `text` is no such number.
std::size_t parse_bytes(const std::string& text);

}  // namespace piiscrub::bench
