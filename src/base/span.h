// Span: a half-open range of byte offsets.
#pragma once

#include <cstddef>
#include <string_view>

namespace piiscrub {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] bool overlaps(const Span& other) const { return begin < other.end && other.begin < end; }
  [[nodiscard]] bool contains(const Span& other) const { return begin <= other.begin && other.end <= end; }
  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const Span&) const = default;
};

}  // namespace piiscrub
