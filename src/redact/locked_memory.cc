#include "redact/locked_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace piiscrub {

void lock_in_memory(std::span<const char> bytes) {
  static const auto kPage = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data()) & ~(kPage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size();
  auto* const first = reinterpret_cast<void*>(begin);
  (void)::mlock(first, end - begin);
  (void)::madvise(first, end - begin, MADV_DONTDUMP);
}

}  // namespace piiscrub
