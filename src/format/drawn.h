// Variables that tracebacks draw below the line of code that they stand in, as loguru and better-exceptions do:
//
//       login(user, password)
//       │     │     └ 'hunter2'
//       │     └ <User 3>
//       └ <function login at 0x7f…>
//
// Each hangs below the first letter of its name. Any bytes; linear in the lines.
#pragma once

#include <cstddef>
#include <string_view>

namespace piiscrub {

/// Where the value begins that `line` draws; npos: it draws none.
std::size_t drawn_value(std::string_view line);
/// Whether variables may be drawn below `line`: it is indented.
bool may_be_drawn_below(std::string_view line);
/// The name in `code` below which the value hangs that begins at `value` of `line`; empty: there is none.
std::string_view drawn_name(std::string_view code, std::string_view line, std::size_t value);

}  // namespace piiscrub
