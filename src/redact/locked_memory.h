// Keeping secrets out of the swap and of core dumps.
#pragma once

#include <span>

namespace piiscrub {

/// Locks the pages of the bytes in memory, for good, as far as the limit for locked memory goes.
void lock_in_memory(std::span<const char> bytes);

}  // namespace piiscrub
