// `piiscrub token` and `piiscrub reveal`: from a value to its token, from an encrypted value back.
#pragma once

#include "cli/console.h"
#include "cli/options.h"

namespace piiscrub::cli {

/// Each returns the exit code.
int run_token(const Options& options, Console& console);
int run_reveal(const Options& options, Console& console);

}  // namespace piiscrub::cli
