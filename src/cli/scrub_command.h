// `piiscrub` and `piiscrub FILE...`.
#pragma once

#include "cli/console.h"
#include "cli/options.h"

namespace piiscrub::cli {

/// Scrubs the operands, or standard input if there are none. Returns the exit code; or, if a signal has cut the input
/// short, does not return. A first SIGINT or SIGTERM lets a live stream run on to its end, for at most 5 s: reached,
/// the exit code is as ever. Files end at once, and their -o file does not appear.
int run_scrub_command(const Options& options, Console& console);

}  // namespace piiscrub::cli
