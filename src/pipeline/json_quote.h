// What a replacement needs around it so that JSON stays JSON: a number that is none any more becomes a string.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

/// -12.5e3; near enough to RFC 8259, section 6.
bool is_number(std::string_view text);

/// Whether places of a record lie in a JSON string; for places in ascending order.
class StringCursor {
 public:
  bool in_string(std::string_view record, std::size_t at);

 private:
  std::size_t at_ = 0;
  bool in_string_ = false;
};

/// What a replacement for `span` must be put between: a number that stands in JSON without quotes becomes a string.
/// `strings` is that of the record; spans are to be asked for in order.
std::string_view json_quote(std::string_view record, Span span, StringCursor& strings);

}  // namespace piiscrub
