// The value that a command is about: payload, so it comes from standard input or a prompt, never from the command line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "piiscrub/result.h"

namespace piiscrub::cli {

/// More than this is refused.
inline constexpr std::size_t kMaxPromptedBytes = std::size_t{16} << 20;

/// Standard input to its end; from a terminal one line, which it asks for with `prompt` on standard error and does not
/// show. A signal at the prompt ends the process once the terminal shows again what is typed. Fails if nothing can be
/// read or too much comes. No error holds anything of the value.
Result<std::string> read_value(std::string_view prompt);

}  // namespace piiscrub::cli
