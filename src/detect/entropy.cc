#include "detect/entropy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace piiscrub {
namespace {

constexpr std::size_t kEntropyBytes = 1024;  // a longer value is judged by its start

// n * log2(n)
const std::array<double, kEntropyBytes + 1>& n_log_n() {
  static const auto table = [] {
    std::array<double, kEntropyBytes + 1> values{};
    for (std::size_t n = 2; n < values.size(); ++n)
      values[n] = static_cast<double>(n) * std::log2(static_cast<double>(n));
    return values;
  }();
  return table;
}

}  // namespace

// log2(n) - sum(c * log2(c)) / n over the byte counts c.
double entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<std::uint16_t, 256> counts{};
  const std::string_view looked = text.substr(0, kEntropyBytes);
  for (const char c : looked) ++counts[static_cast<unsigned char>(c)];
  const auto& table = n_log_n();
  double sum = 0;
  for (const char c : looked) {  // by the bytes there are, not by the 256 there could be; each only once
    std::uint16_t& count = counts[static_cast<unsigned char>(c)];
    sum += table[count];
    count = 0;
  }
  return (table[looked.size()] - sum) / static_cast<double>(looked.size());
}

}  // namespace piiscrub
