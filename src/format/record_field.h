// Fields of records as conditions: whether a record says `key=value`, `"key": "value"`, `<key>value</key>` or the like.
//
// For what may only add to what is hidden: a field counts wherever in the record it stands, in nested objects and in
// escaped strings too, and whoever has written it. Keys and values are compared as they are written, letters of ASCII
// without regard to case; what escapes stand for is not looked at.
#pragma once

#include <string_view>

#include "piiscrub/policy.h"

namespace piiscrub {

/// Whether `record` has a field with the key of `condition` and one of its values. Linear in the record. Does not
/// allocate after warm-up.
bool has_field(std::string_view record, const FieldCondition& condition);

/// Whether the key of `condition` stands anywhere in `bytes`: quicker to say of many records than what each has.
bool may_have_field(std::string_view bytes, const FieldCondition& condition);

/// Whether has_field() can ever find `key`.
bool can_be_field(std::string_view key);

}  // namespace piiscrub
