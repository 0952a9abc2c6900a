// Words for messages about names that nobody knows.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace piiscrub {

/// ` 'text'` if `text` looks like a name and not like data, else nothing.
std::string in_quotes(std::string_view text);

/// `did you mean 'near'?`, or nothing if none of `known` is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

/// The same, with all of `known` behind it.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace piiscrub
