// Search for fixed text.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace piiscrub {

/// Where `what` next stands in `text` at or behind `from`, or npos. std::string_view::find() would stop at each of its
/// first byte.
inline std::size_t find_text(std::string_view text, std::string_view what, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const std::string_view rest = text.substr(from);
  const void* const at = memmem(rest.data(), rest.size(), what.data(), what.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace piiscrub
