// The kernel that runs the trigger table. Compiled once for each instruction set; picked at run time.
#include "detect/triggers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/trigger_kernel.cc"
#include <hwy/foreach_target.h>  // must come before highway.h

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace piiscrub {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::ScalableTag<std::uint8_t>;
using Words = hn::ScalableTag<std::uint64_t>;
using WordVec = hn::Vec<Words>;

constexpr std::size_t kBlock = 64;      // bytes to a mask word
constexpr std::size_t kTileWords = 64;  // a tile's masks, about 12 KiB, stay in the first-level cache
constexpr std::size_t kTileBytes = kTileWords * kBlock;
constexpr std::size_t kLanes = HWY_LANES(std::uint64_t);

enum MaskIndex : std::size_t {
#define PIISCRUB_ENUM(name, expression) k_##name,
  PIISCRUB_BYTE_CLASSES(PIISCRUB_ENUM) PIISCRUB_RUNS(PIISCRUB_ENUM)
#undef PIISCRUB_ENUM
      kMasks
};

constexpr std::size_t kPad = 8;  // words in front of a row: the last is the word before the tile, the rest align it

// Per class or run one row of mask words, and the word of the tile before in front of it, so that a shift back is two
// loads, whatever the number of lanes.
struct Tile {
  alignas(64) std::uint64_t masks[kMasks][kPad + kTileWords];
  std::uint64_t fired[kTriggers][HWY_LANES(std::uint64_t)];

  HWY_INLINE std::uint64_t* row(std::size_t mask) { return masks[mask] + kPad; }
  HWY_INLINE const std::uint64_t* row(std::size_t mask) const { return masks[mask] + kPad; }
};

// Predicates combine with |, as the table writes them.
struct Predicate {
  hn::Mask<Bytes> mask;
  HWY_INLINE Predicate operator|(Predicate other) const { return {hn::Or(mask, other.mask)}; }
};

HWY_INLINE Predicate in_range(hn::Vec<Bytes> v, char first, int count) {
  const Bytes d;
  const auto offset = hn::Sub(v, hn::Set(d, static_cast<std::uint8_t>(first)));
  return {hn::Lt(offset, hn::Set(d, static_cast<std::uint8_t>(count)))};
}

// Stores the bits of one byte vector, the one at offset `at` of the block, into its class's mask word.
HWY_INLINE void store_bits(Predicate p, std::uint64_t* word, std::size_t at) {
  if constexpr (HWY_LANES(std::uint8_t) >= 8) {
    hn::StoreMaskBits(Bytes(), p.mask, reinterpret_cast<std::uint8_t*>(word) + at / 8);
  } else {  // the scalar fallback has one lane
    const std::uint64_t bit = hn::CountTrue(Bytes(), p.mask) != 0 ? 1 : 0;
    *word = at == 0 ? bit : *word | bit << at;
  }
}

HWY_INLINE void classify_block(const std::uint8_t* bytes, Tile& tile, std::size_t word) {
  const Bytes d;
  for (std::size_t at = 0; at < kBlock; at += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, bytes + at);
    const auto folded = hn::Or(v, hn::Set(d, std::uint8_t{0x20}));
    const auto is = [&](char c) HWY_ATTR { return Predicate{hn::Eq(v, hn::Set(d, static_cast<std::uint8_t>(c)))}; };
    const auto in = [&](char first, int count) HWY_ATTR { return in_range(v, first, count); };
    const auto letter_in = [&](char first, int count) HWY_ATTR { return in_range(folded, first, count); };
#define PIISCRUB_CLASSIFY(name, predicate) store_bits(predicate, &tile.row(k_##name)[word], at);
    PIISCRUB_BYTE_CLASSES(PIISCRUB_CLASSIFY)
#undef PIISCRUB_CLASSIFY
  }
}

// The mask in `row`, `kBack` bytes back, for the words from `row` on.
template <int kBack>
HWY_INLINE WordVec back(const std::uint64_t* row) {
  const Words d;
  const WordVec now = hn::Load(d, row);
  if constexpr (kBack == 0) {
    return now;
  } else {
    return hn::Or(hn::ShiftLeft<kBack>(now), hn::ShiftRight<64 - kBack>(hn::LoadU(d, row - 1)));
  }
}

#define B(name, k) back<k>(&tile.row(k_##name)[i])
#define N(name, k) hn::Not(B(name, k))

// PERF NOTE: a loop over the tile for each run, because a run that is shifted needs its neighbour word, and loading
// what has just been stored across lanes stalls.
#define PIISCRUB_RUN(name, expression)                        \
  HWY_INLINE void run_##name(Tile& tile, std::size_t words) { \
    for (std::size_t i = 0; i < words; i += kLanes) {         \
      hn::Store(expression, Words(), &tile.row(k_##name)[i]); \
    }                                                         \
  }
PIISCRUB_RUNS(PIISCRUB_RUN)
#undef PIISCRUB_RUN

HWY_INLINE bool is_zero(WordVec v) { return hn::AllTrue(Words(), hn::Eq(v, hn::Zero(Words()))); }

// A bit for each word that is not zero.
HWY_INLINE std::uint32_t lanes_in_use(WordVec v) {
  const Words d;
  if constexpr (kLanes == 1) return is_zero(v) ? 0 : 1;  // the scalar fallback stores a byte to each mask bit
  std::uint8_t bits[8] = {};                             // StoreMaskBits may write eight bytes
  hn::StoreMaskBits(d, hn::Ne(v, hn::Zero(d)), bits);
  return bits[0];
}

// What fired in a group of words; the masks of the triggers that did are in tile.fired.
struct Fired {
  std::uint32_t triggers = 0;  // a bit for each trigger whose gate was open
  std::uint32_t lanes = 0;     // a bit for each word in which one of them fired
};

// All triggers of the group of words from `i` on.
//
// PERF NOTE: no second branch on whether the trigger fired behind its open gate, and collect() visits only the words in
// which something did. With gates that seldom open this is worth 9 % on plain logs, 6 % on CockroachDB's (AVX-512).
HWY_INLINE Fired run_triggers(Tile& tile, std::size_t i) {
  static_assert(kTriggers <= 32);
  const Words d;
  Fired result;
  WordVec any = hn::Zero(d);
#define PIISCRUB_TRIGGER(name, gate, rest, example, reach)                     \
  if (const WordVec open = gate; !is_zero(open)) {                             \
    const WordVec fired = hn::And(open, rest);                                 \
    hn::StoreU(fired, d, tile.fired[static_cast<std::size_t>(Trigger::name)]); \
    any = hn::Or(any, fired);                                                  \
    result.triggers |= 1U << static_cast<unsigned>(Trigger::name);             \
  }
  PIISCRUB_TRIGGERS(PIISCRUB_TRIGGER)
#undef PIISCRUB_TRIGGER
  result.lanes = lanes_in_use(any);
  return result;
}
#undef N
#undef B

// The hits of one group of words that starts at byte `base`, in order. Few triggers fire in one word, so insertion is
// enough to sort them.
void collect(const Tile& tile, Fired fired, std::size_t base, std::vector<Hit>& hits) {
  for (std::uint32_t lanes = fired.lanes; lanes != 0; lanes &= lanes - 1) {
    const auto word = static_cast<std::size_t>(std::countr_zero(lanes));
    const std::size_t first = hits.size();
    for (std::uint32_t rest = fired.triggers; rest != 0; rest &= rest - 1) {
      const auto trigger = static_cast<std::size_t>(std::countr_zero(rest));
      for (std::uint64_t bits = tile.fired[trigger][word]; bits != 0; bits &= bits - 1) {
        const std::size_t at = base + word * kBlock + static_cast<std::size_t>(std::countr_zero(bits));
        const Hit hit{static_cast<std::uint32_t>(at), static_cast<std::uint16_t>(trigger)};
        std::size_t place = hits.size();
        hits.push_back(hit);
        for (; place > first && hits[place - 1].at > hit.at; --place) hits[place] = hits[place - 1];
        hits[place] = hit;
      }
    }
  }
}

// Runs the table over the classified tile; `words` of it are input, rounded up to whole vectors.
void run_tile(Tile& tile, std::size_t words, std::size_t base, std::vector<Hit>& hits, std::uint64_t& newlines) {
#define PIISCRUB_RUN(name, expression) run_##name(tile, words);
  PIISCRUB_RUNS(PIISCRUB_RUN)
#undef PIISCRUB_RUN
  for (std::size_t i = 0; i < words; i += kLanes) {
    if (const Fired fired = run_triggers(tile, i); fired.lanes != 0) collect(tile, fired, base + i * kBlock, hits);
  }
  for (std::size_t word = 0; word < words; ++word) {
    newlines += static_cast<std::uint64_t>(std::popcount(tile.row(k_lf)[word]));
  }
  for (auto& row : tile.masks) row[kPad - 1] = row[kPad + kTileWords - 1];
}

}  // namespace

void find_triggers(const std::uint8_t* bytes, std::size_t size, std::vector<Hit>& hits, std::uint64_t& newlines) {
  Tile tile;
  for (auto& row : tile.masks) row[kPad - 1] = 0;
  for (std::size_t base = 0; base < size; base += kTileBytes) {
    const std::size_t here = size - base < kTileBytes ? size - base : kTileBytes;
    const std::size_t whole = here / kBlock;
    for (std::size_t word = 0; word < whole; ++word) classify_block(bytes + base + word * kBlock, tile, word);
    std::size_t words = whole;
    if (here < kTileBytes) {  // the last tile: zero bytes are in no class
      alignas(64) std::uint8_t rest[kBlock] = {};
      std::memcpy(rest, bytes + base + whole * kBlock, here - whole * kBlock);
      classify_block(rest, tile, words++);
      for (; words % kLanes != 0; ++words) {
        for (auto& row : tile.masks) row[kPad + words] = 0;
      }
    }
    run_tile(tile, words, base, hits, newlines);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace piiscrub
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace piiscrub {
namespace {

// Highway's own dispatch would need its library, whose initialisation measures the clock for three milliseconds: more
// than all the rest of a start. So only its headers are used, and the choice is made here.
using FindTriggers = void (*)(const std::uint8_t*, std::size_t, std::vector<Hit>&, std::uint64_t&);

struct Target {
  std::string_view name;
  bool (*is_supported)();
  FindTriggers find;
};

// Best first; the last one runs everywhere.
constexpr Target kTargets[] = {
#if HWY_TARGETS & HWY_AVX3
    {"AVX3",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("bmi2");
     },
     N_AVX3::find_triggers},
#endif
#if HWY_TARGETS & HWY_AVX2
    {"AVX2",
     [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"); },
     N_AVX2::find_triggers},
#endif
#if HWY_TARGETS & HWY_SSE4
    {"SSE4", [] { return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul"); },
     N_SSE4::find_triggers},
#endif
    {"baseline", [] { return true; }, HWY_STATIC_DISPATCH(find_triggers)},
};

const Target* chosen = nullptr;  // set once at load, and by tests

const Target& best() {
  return *std::find_if(std::begin(kTargets), std::end(kTargets),
                       [](const Target& target) { return target.is_supported(); });
}

const bool is_chosen = [] {
#if HWY_ARCH_X86
  __builtin_cpu_init();
#endif
  chosen = &best();
  return true;
}();

}  // namespace

void find_triggers(std::string_view bytes, std::vector<Hit>& hits, std::uint64_t& newlines) {
  chosen->find(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), hits, newlines);
}

std::vector<std::string_view> trigger_targets() {
  std::vector<std::string_view> names;
  for (const Target& target : kTargets) {
    if (target.is_supported()) names.push_back(target.name);
  }
  return names;
}

std::string_view trigger_target() { return chosen->name; }

void limit_trigger_target(std::string_view name) {
  chosen = &best();
  for (const Target& target : kTargets) {
    if (target.name == name && target.is_supported()) chosen = &target;
  }
}

}  // namespace piiscrub
#endif
