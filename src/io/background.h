// run_in_background: work that must not hold up the loop, such as compiling rules.
#pragma once

#include <functional>

#include "io/loop.h"

namespace piiscrub::io {

/// Runs `work` on another thread, then `done` on the loop. Keeps the loop running until then.
void run_in_background(Loop& loop, std::function<void()> work, std::function<void()> done);

}  // namespace piiscrub::io
