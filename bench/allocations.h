// Counts calls of operator new in the whole program it is linked into. Hyperscan's malloc() is not seen.
#pragma once

#include <cstdint>

namespace piiscrub::bench {

/// Calls so far, by all threads.
std::uint64_t allocations();

}  // namespace piiscrub::bench
