#pragma once

#include <fmt/core.h>

#include <string>
#include <utility>

namespace piiscrub {

// Appends `args` to `to` as fmt::vformat() writes them. Not a template, for what append_format() says.
void append_vformat(std::string& to, fmt::string_view format, fmt::format_args args);

// Appends `args` to `to` as fmt::format() writes them. fmt::format_to() would do so as well, and compile all of fmt's
// formatting into each file that calls it: five seconds each, twelve under the sanitizers.
template <typename... Args>
void append_format(std::string& to, fmt::format_string<Args...> format, Args&&... args) {
  append_vformat(to, format, fmt::make_format_args(args...));
}

}  // namespace piiscrub
