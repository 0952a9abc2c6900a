#include "base/edit_distance.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMaxEdits = 2;

// Optimal string alignment, three rows at a time. REQUIRES: both words hold at most kMaxWordBytes.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kMaxWordBytes + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;

  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) && to_lower(a[i - 2]) == to_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string_view> closest(std::string_view word, std::span<const std::string_view> words) {
  if (word.empty() || word.size() > kMaxWordBytes) return std::nullopt;

  std::optional<std::string_view> best;
  std::size_t best_edits = kMaxEdits + 1;
  for (const std::string_view known : words) {
    if (known.empty() || known.size() > kMaxWordBytes) continue;
    const std::size_t edits = edit_distance(word, known);
    if (edits < best_edits && edits * 3 <= std::max(word.size(), known.size())) {
      best = known;
      best_edits = edits;
    }
  }
  return best;
}

}  // namespace piiscrub
