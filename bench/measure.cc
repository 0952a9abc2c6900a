#include "bench/measure.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string_view>

namespace piiscrub::bench {

double now(Clock clock) {
  timespec time{};
  clock_gettime(clock == Clock::thread_cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Contest::Contest(const std::vector<Contestant>& contestants, std::size_t rounds, Clock clock)
    : seconds_per_byte_(contestants.size()) {
  for (const Contestant& contestant : contestants) contestant.run();
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const double start = now(clock);
      contestants[i].run();
      const auto bytes = static_cast<double>(std::max<std::size_t>(contestants[i].bytes, 1));
      seconds_per_byte_[i].push_back((now(clock) - start) / bytes);
    }
  }
}

double Contest::speed_ratio(std::size_t a, std::size_t b) const {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < seconds_per_byte_[a].size(); ++round) {
    ratios.push_back(seconds_per_byte_[b][round] / seconds_per_byte_[a][round]);
  }
  return median(std::move(ratios));
}

double Contest::best_speed_ratio(std::size_t a, std::size_t b) const {
  return *std::min_element(seconds_per_byte_[b].begin(), seconds_per_byte_[b].end()) /
         *std::min_element(seconds_per_byte_[a].begin(), seconds_per_byte_[a].end());
}

double Contest::rate(std::size_t a) const { return 1 / median(seconds_per_byte_[a]); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::size_t parse_bytes(const std::string& text) {
  std::string_view digits = text;
  unsigned shift = 0;
  if (!digits.empty()) {
    const std::size_t suffix = std::string_view("KMG").find(digits.back());
    if (suffix != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(suffix) + 1);
      digits.remove_suffix(1);
    }
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number > SIZE_MAX >> shift) return 0;
  return number << shift;
}

}  // namespace piiscrub::bench
