// In a file of its own: where the compiler can inline only one of the pair, it takes new and free() for a mismatch.
#include "bench/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::uint64_t> calls{0};
}

void* operator new(std::size_t size) {
  calls.fetch_add(1, std::memory_order_relaxed);
  if (void* bytes = std::malloc(size == 0 ? 1 : size)) return bytes;
  throw std::bad_alloc();
}
void operator delete(void* bytes) noexcept { std::free(bytes); }
void operator delete(void* bytes, std::size_t) noexcept { std::free(bytes); }

namespace piiscrub::bench {

std::uint64_t allocations() { return calls.load(std::memory_order_relaxed); }

}  // namespace piiscrub::bench
