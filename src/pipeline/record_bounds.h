// Where records begin and end in a chunk.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

inline std::string_view without_delimiter(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

// The record of `bytes` that byte `at` belongs to, delimiter included, not looking in front of `from`.
inline Span record_around(std::string_view bytes, std::size_t from, std::size_t at) {
  const void* lf = at > from ? memrchr(bytes.data() + from, '\n', at - from) : nullptr;
  const std::size_t begin =
      lf == nullptr ? from : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1;
  lf = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
  const std::size_t end =
      lf == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1;
  return {begin, end};
}

inline std::string_view first_record(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  return lf == std::string_view::npos ? bytes : bytes.substr(0, lf + 1);
}

}  // namespace piiscrub
