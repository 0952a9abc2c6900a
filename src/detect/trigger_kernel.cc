// The kernel that runs the trigger table. Compiled once for each instruction set; picked at run time.
#include "detect/triggers.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/trigger_kernel.cc"
#include <hwy/foreach_target.h>  // must come before highway.h

#include <hwy/highway.h>

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

constexpr std::size_t kBlock = 64;        // bytes to a mask word
constexpr std::size_t kTileWords = 32;    // a tile's masks, about 17 KiB, stay in the first-level cache
constexpr std::size_t kTileBytes = kTileWords * kBlock;
constexpr std::size_t kLanes = HWY_LANES(std::uint64_t);

enum MaskIndex : std::size_t {
#define PIISCRUB_ENUM(name, expression) k_##name,
  PIISCRUB_BYTE_CLASSES(PIISCRUB_ENUM) PIISCRUB_RUNS(PIISCRUB_ENUM)
#undef PIISCRUB_ENUM
      kMasks
};

// Per class or run one row of mask words. Word 0 is the last word of the tile before, so that every shift back is two
// unaligned loads, whatever the number of lanes.
struct Tile {
  std::uint64_t masks[kMasks][kTileWords + 1];
  std::uint64_t fired[kTriggers][kTileWords];
  std::uint64_t any[kTileWords];
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
    const auto above = [&](char c) HWY_ATTR { return Predicate{hn::Gt(v, hn::Set(d, static_cast<std::uint8_t>(c)))}; };
#define PIISCRUB_CLASSIFY(name, predicate) store_bits(predicate, &tile.masks[k_##name][word + 1], at);
    PIISCRUB_BYTE_CLASSES(PIISCRUB_CLASSIFY)
#undef PIISCRUB_CLASSIFY
  }
}

// Mask `row`, `kBack` bytes back, for the group of words at `row + 1`.
template <int kBack>
HWY_INLINE WordVec back(const std::uint64_t* row) {
  const Words d;
  const WordVec now = hn::LoadU(d, row + 1);
  if constexpr (kBack == 0) {
    return now;
  } else {
    return hn::Or(hn::ShiftLeft<kBack>(now), hn::ShiftRight<64 - kBack>(hn::LoadU(d, row)));
  }
}

#define B(name, k) back<k>(&tile.masks[k_##name][i])
#define N(name, k) hn::Not(B(name, k))

#define PIISCRUB_RUN(name, expression)                               \
  HWY_INLINE void run_##name(Tile& tile, std::size_t words) {        \
    for (std::size_t i = 0; i < words; i += kLanes) {                \
      hn::StoreU(expression, Words(), &tile.masks[k_##name][i + 1]); \
    }                                                                \
  }
PIISCRUB_RUNS(PIISCRUB_RUN)
#undef PIISCRUB_RUN

// All triggers of one group of words. Returns whether any fired.
HWY_INLINE bool run_triggers(Tile& tile, std::size_t i) {
  const Words d;
  WordVec any = hn::Zero(d);
#define PIISCRUB_TRIGGER(name, expression, example, reach)                               \
  {                                                                               \
    const WordVec fired = expression;                                             \
    any = hn::Or(any, fired);                                                     \
    hn::StoreU(fired, d, &tile.fired[static_cast<std::size_t>(Trigger::name)][i]); \
  }
  PIISCRUB_TRIGGERS(PIISCRUB_TRIGGER)
#undef PIISCRUB_TRIGGER
  hn::StoreU(any, d, &tile.any[i]);
  return !hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
}
#undef N
#undef B

// Hits of one mask word, in order of their offsets. Few triggers fire in one word, so insertion is enough.
void collect(const Tile& tile, std::size_t word, std::size_t base, std::vector<Hit>& hits) {
  const std::size_t first = hits.size();
  for (std::size_t trigger = 0; trigger < kTriggers; ++trigger) {
    for (std::uint64_t bits = tile.fired[trigger][word]; bits != 0; bits &= bits - 1) {
      const Hit hit{static_cast<std::uint32_t>(base + static_cast<std::size_t>(std::countr_zero(bits))),
                    static_cast<std::uint16_t>(trigger)};
      std::size_t at = hits.size();
      hits.push_back(hit);
      for (; at > first && hits[at - 1].at > hit.at; --at) hits[at] = hits[at - 1];
      hits[at] = hit;
    }
  }
}

// Runs the table over the classified tile; `words` of it are input, rounded up to whole vectors.
void run_tile(Tile& tile, std::size_t words, std::size_t base, std::vector<Hit>& hits, std::uint64_t& newlines) {
#define PIISCRUB_RUN(name, expression) run_##name(tile, words);
  PIISCRUB_RUNS(PIISCRUB_RUN)
#undef PIISCRUB_RUN
  for (std::size_t i = 0; i < words; i += kLanes) {
    if (!run_triggers(tile, i)) continue;
    for (std::size_t word = i; word < i + kLanes; ++word) {
      if (tile.any[word] != 0) collect(tile, word, base + word * kBlock, hits);
    }
  }
  for (std::size_t word = 1; word <= words; ++word) {
    newlines += static_cast<std::uint64_t>(std::popcount(tile.masks[k_lf][word]));
  }
  for (auto& row : tile.masks) row[0] = row[kTileWords];
}

}  // namespace

void find_triggers(const std::uint8_t* bytes, std::size_t size, std::vector<Hit>& hits, std::uint64_t& newlines) {
  Tile tile;
  for (auto& row : tile.masks) row[0] = 0;
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
        for (auto& row : tile.masks) row[words + 1] = 0;
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

HWY_EXPORT(find_triggers);

void find_triggers(std::string_view bytes, std::vector<Hit>& hits, std::uint64_t& newlines) {
  HWY_DYNAMIC_DISPATCH(find_triggers)(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), hits, newlines);
}

std::vector<std::string_view> trigger_targets() {
  std::vector<std::string_view> names;
  for (const auto target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

std::string_view trigger_target() { return trigger_targets().front(); }

void limit_trigger_target(std::string_view name) {
  hwy::SetSupportedTargetsForTest(0);
  if (!name.empty()) {
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
      if (name == hwy::TargetName(target)) {
        hwy::SetSupportedTargetsForTest(target);
        break;
      }
    }
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace piiscrub
#endif
