// Writing JSON by hand, for the few places that write it.
#pragma once

#include <string>
#include <string_view>

namespace piiscrub {

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 are left as they are.
std::string json_string(std::string_view text);

}  // namespace piiscrub
