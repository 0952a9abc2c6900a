// `piiscrub -- COMMAND [ARGUMENT]...`.
#pragma once

#include "cli/console.h"
#include "cli/options.h"

namespace piiscrub::cli {

/// Runs the program, scrubs its standard output and standard error apart, and returns its exit status; 128 + n if
/// signal n ended it; 126 or 127 if it could not be started, as env(1). Its standard input is ours.
///
/// Signals are passed on to it, but those that a terminal sends to all of the foreground group. Its output is read to
/// the end even if it leaves processes behind that hold it open; then signals act as for `piiscrub` without it. If the
/// output cannot be written the program gets SIGPIPE; a status of 0 becomes 74.
int run_run_command(const Options& options, Console& console);

}  // namespace piiscrub::cli
