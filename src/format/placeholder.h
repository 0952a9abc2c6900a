// Values that hide nothing: what stands for a value, or says that there is none.
#pragma once

#include <string_view>

namespace piiscrub {

/// Whether `value` as a whole says nothing: null, true, None, ****, ****4399, ${VAR}, <redacted>, %s, $1 and the like.
bool is_placeholder(std::string_view value);

/// Whether a sentence that says what is wrong with a value begins `text`, which follows the value's name without
/// quotes: email: must be a well-formed address, email: Path `email` is required.
bool begins_complaint(std::string_view text);

}  // namespace piiscrub
