// `piiscrub run`, `piiscrub status`, and `piiscrub validate` of a service's configuration.
#pragma once

#include "cli/console.h"
#include "cli/options.h"

namespace piiscrub::cli {

/// Each returns the exit code.
int run_service(const Options& options, Console& console);
int run_status(const Options& options, Console& console);
int validate_service(const Options& options, Console& console);

}  // namespace piiscrub::cli
