// Logs cost no allocation once everything has been used once: neither clean ones nor, whatever the action but encrypt,
// findings.
//
// malloc itself is replaced here, so that operator new, the matching library and the C library are counted alike. An
// executable of its own, and not built under sanitizers, which bring their own malloc.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "bench/corpus.h"
#include "piiscrub/key_ring.h"
#include "piiscrub/pipeline.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// glibc's own entry points.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);

void* malloc(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? 12 : 0;
}
void free(void* memory) { __libc_free(memory); }
}

namespace piiscrub {
namespace {

// The first use of the built-in rules in this process, so it must be the first test. A thousand rules' names, keys and
// examples would be some 25,000 allocations, and most of a start.
TEST(AllocationTest, AStartUnpacksNoRules) {
  const std::size_t before = allocations;
  Pipeline pipeline(builtin_rules());
  Output out;
  pipeline.push("nothing here\n", out);
  EXPECT_LT(allocations - before, 1500U);
}

constexpr std::size_t kCorpusBytes = std::size_t{4} << 20;
constexpr std::size_t kPushBytes = 256 * 1024;  // cuts records, so that the carried one is in it
constexpr int kPasses = 16;                     // 64 MiB

// Feeds `text` once and returns the bytes that came out.
std::size_t pass(Pipeline& pipeline, std::string_view text, Output& out) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < text.size(); at += kPushBytes) {
    out.clear();
    pipeline.push(text.substr(at, kPushBytes), out);
    for (const std::string_view slice : out.slices()) bytes += slice.size();
  }
  return bytes;
}

TEST(AllocationTest, TheHookCounts) {
  const std::size_t before = allocations;
  delete new std::string(100, 'x');
  EXPECT_GE(allocations, before + 2);
}

TEST(AllocationTest, CleanInputAllocatesNothing) {
  const std::string text = bench::make_corpus(bench::CorpusKind::clean, kCorpusBytes, 1);
  Pipeline pipeline(builtin_rules());
  Output out;
  pass(pipeline, text, out);
  pass(pipeline, text, out);
  const std::size_t before = allocations;
  std::size_t bytes = 0;
  for (int i = 0; i < kPasses; ++i) bytes += pass(pipeline, text, out);
  const std::size_t after = allocations;
  EXPECT_EQ(after - before, 0U) << "in " << kPasses * text.size() << " bytes";
  EXPECT_EQ(bytes, kPasses * text.size());
}

std::shared_ptr<const Policy> policy_of(Treatment treatment) {
  auto ring = std::make_shared<KeyRing>();
  EXPECT_TRUE(ring->add("k1", std::string(kMinKeyBytes, 'k')).has_value());
  EXPECT_TRUE(ring->set_cockroach_salt("my-salt", false).has_value());
  auto policy = std::make_shared<Policy>();
  policy->treatments.assign(builtin_rules()->rules().size(), treatment);
  policy->keys = std::move(ring);
  return policy;
}

TEST(AllocationTest, FindingsAllocateNothing) {
  std::string text;
  while (text.size() < (1U << 20)) {
    text +=
        "user alice.smith@example.com from 192.0.2.17 ssn 536-90-4399\n"
        "card 4111 1111 1111 1111 call +44 20 7946 0958 via 2001:db8::17\n"
        "nothing to see here\n";
  }
  for (const Treatment treatment : {Treatment{}, Treatment{.style = Style::typed}, Treatment{.action = Action::mask},
                                    Treatment{.action = Action::token}, Treatment{.action = Action::cockroach},
                                    Treatment{.action = Action::drop}}) {
    Pipeline pipeline(builtin_rules(), {.policy = policy_of(treatment)});
    Output out;
    for (int i = 0; i < 3; ++i) pass(pipeline, text, out);
    const std::size_t before = allocations;
    for (int i = 0; i < 3; ++i) pass(pipeline, text, out);
    EXPECT_EQ(allocations - before, 0U) << name(treatment.action) << " " << name(treatment.style);
  }
}

}  // namespace
}  // namespace piiscrub
