// Statements that need not be read to know what they leave behind.
#pragma once

#include <string_view>

namespace piiscrub {

/// Whether all names in `text`, which begins with a statement, are words, and neither a literal nor a comment nor a
/// list is open at its end. Quick, and may say no too often: what backslashes, dollars and marks of CockroachDB quote
/// is not followed.
bool is_plain_statement(std::string_view text);

}  // namespace piiscrub
