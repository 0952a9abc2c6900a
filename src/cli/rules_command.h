// `piiscrub rules list`, `rules show`, `rules test`, `rules diff` and `validate`.
#pragma once

#include "cli/console.h"
#include "cli/options.h"

namespace piiscrub::cli {

/// Each returns the exit code.
int run_rules_list(const Options& options, Console& console);
int run_rules_show(const Options& options, Console& console);
int run_rules_test(const Options& options, Console& console);
int run_rules_diff(const Options& options, Console& console);
int run_validate(const Options& options, Console& console);

}  // namespace piiscrub::cli
