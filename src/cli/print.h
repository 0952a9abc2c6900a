// Output of the commands that do not scrub.
#pragma once

#include <string_view>

#include "cli/console.h"

namespace piiscrub::cli {

/// Writes `text` to standard output. Returns the exit code: a reader that goes away is no error, a full disk is.
int print_to_stdout(std::string_view text, Console& console);

}  // namespace piiscrub::cli
