// Values that hide nothing: what stands for a value, or says that there is none.
#pragma once

#include <string_view>

namespace piiscrub {

/// Whether `value` as a whole says nothing: null, true, None, ****, ****4399, ${VAR}, <redacted>, %s, $1 and the like.
bool is_placeholder(std::string_view value);

}  // namespace piiscrub
