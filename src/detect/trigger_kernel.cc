// The kernel that runs the trigger table. Compiled once for each instruction set; picked at run time.
//
// A tile of text is seen as eight columns side by side, column c being its c-th eighth. A mask is a row of bytes: bit c
// of byte i belongs to byte i of column c. So a mask is bit-sliced text without any shuffling of bytes (eight loads and
// an exchange of bits between them), a class is a Boolean function of the eight bits of the text's bytes, worked out
// for all bytes of a vector at once, and "k bytes back" is a load k bytes further back: no shifts. In front of each row
// lies its own end, moved by one column, as that is what stands in front of the columns.
#include "detect/triggers.h"

#define HWY_WANT_AVX3_DL 1
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/trigger_kernel.cc"
#include <hwy/foreach_target.h>  // must come before highway.h

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL && HWY_TARGET <= HWY_AVX2
#pragma GCC target("lzcnt")  // of which Highway makes no use; without, a count of leading zeros takes eight operations
#endif
namespace piiscrub {
namespace HWY_NAMESPACE {
namespace {

static_assert(std::endian::native == std::endian::little);

// --- vectors ---------------------------------------------------------------------------------------------------------

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
// Without vectors, a machine word is one of eight bytes.
using Vec = std::uint64_t;
constexpr std::size_t kVec = sizeof(Vec);

HWY_INLINE Vec load(const std::uint8_t* bytes) {
  Vec v;
  std::memcpy(&v, bytes, sizeof v);
  return v;
}
HWY_INLINE void store(Vec v, std::uint8_t* bytes) { std::memcpy(bytes, &v, sizeof v); }
HWY_INLINE Vec repeat(std::uint8_t byte) { return byte * std::uint64_t{0x0101010101010101}; }
HWY_INLINE Vec not_of(Vec a) { return ~a; }
HWY_INLINE Vec without(Vec a, Vec b) { return a & ~b; }
HWY_INLINE Vec select(Vec where, Vec yes, Vec no) { return (where & yes) | (~where & no); }
HWY_INLINE bool is_zero(Vec v) { return v == 0; }
// Shifts that may move bits from byte to byte: the caller masks them.
template <int kBits>
HWY_INLINE Vec left(Vec v) {
  return v << kBits;
}
template <int kBits>
HWY_INLINE Vec right(Vec v) {
  return v >> kBits;
}
// The highest bit of each byte, one after the other.
HWY_INLINE void store_high_bits(Vec v, std::uint8_t* bits) {
  *bits = static_cast<std::uint8_t>(((v >> 7 & repeat(1)) * 0x0102040810204080U) >> 56);
}
// A bit for each byte of the vector, which stands at `bytes`, that is not zero.
HWY_INLINE std::uint64_t nonzero_bytes(Vec, const std::uint8_t* bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < kVec; ++i) bits |= std::uint64_t{bytes[i] != 0} << i;
  return bits;
}
#else
namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::ScalableTag<std::uint8_t>;
using Vec = hn::Vec<Bytes>;
constexpr std::size_t kVec = HWY_LANES(std::uint8_t);

HWY_INLINE Vec load(const std::uint8_t* bytes) { return hn::LoadU(Bytes(), bytes); }
HWY_INLINE void store(Vec v, std::uint8_t* bytes) { hn::StoreU(v, Bytes(), bytes); }
HWY_INLINE Vec repeat(std::uint8_t byte) { return hn::Set(Bytes(), byte); }
HWY_INLINE Vec not_of(Vec a) { return hn::Not(a); }
HWY_INLINE Vec without(Vec a, Vec b) { return hn::AndNot(b, a); }
HWY_INLINE Vec select(Vec where, Vec yes, Vec no) { return hn::OrAnd(hn::AndNot(where, no), where, yes); }
HWY_INLINE bool is_zero(Vec v) {
#if HWY_TARGET == HWY_AVX2
  return _mm256_testz_si256(v.raw, v.raw) != 0;
#elif HWY_TARGET == HWY_SSE4
  return _mm_testz_si128(v.raw, v.raw) != 0;
#else
  return hn::AllTrue(Bytes(), hn::Eq(v, hn::Zero(Bytes())));
#endif
}
template <int kBits>
HWY_INLINE Vec left(Vec v) {
  const hn::Repartition<std::uint16_t, Bytes> wide;
  return hn::BitCast(Bytes(), hn::ShiftLeft<kBits>(hn::BitCast(wide, v)));
}
template <int kBits>
HWY_INLINE Vec right(Vec v) {
  const hn::Repartition<std::uint16_t, Bytes> wide;
  return hn::BitCast(Bytes(), hn::ShiftRight<kBits>(hn::BitCast(wide, v)));
}
HWY_INLINE void store_high_bits(Vec v, std::uint8_t* bits) {
#if HWY_ARCH_X86
  hn::StoreMaskBits(Bytes(), hn::MaskFromVec(v), bits);  // of which x86 reads the highest bits only
#else
  const hn::RebindToSigned<Bytes> d;
  hn::StoreMaskBits(d, hn::Lt(hn::BitCast(d, v), hn::Zero(d)), bits);
#endif
}
HWY_INLINE std::uint64_t nonzero_bytes(Vec v, const std::uint8_t*) {
  std::uint8_t bits[sizeof(std::uint64_t)] = {};
  hn::StoreMaskBits(Bytes(), hn::Ne(v, hn::Zero(Bytes())), bits);
  std::conditional_t<kVec == 64, std::uint64_t, std::conditional_t<kVec == 32, std::uint32_t, std::uint16_t> > word = 0;
  std::memcpy(&word, bits, sizeof word);
  return word;
}
#endif

// --- classes ---------------------------------------------------------------------------------------------------------

constexpr std::size_t kColumns = 8;

// Exchanges bit b of v[c] with bit c of v[b], in each byte.
template <int kDistance>
HWY_INLINE void exchange(Vec& low, Vec& high, Vec mask) {
  const Vec change = (right<kDistance>(low) ^ high) & mask;
  high = high ^ change;
  low = low ^ left<kDistance>(change);
}

// PERF NOTE: no loops: the compiler would keep the vectors in memory.
HWY_INLINE void transpose(Vec (&v)[kColumns]) {
  const Vec four = repeat(0x0f);
  exchange<4>(v[0], v[4], four);
  exchange<4>(v[1], v[5], four);
  exchange<4>(v[2], v[6], four);
  exchange<4>(v[3], v[7], four);
  const Vec two = repeat(0x33);
  exchange<2>(v[0], v[2], two);
  exchange<2>(v[1], v[3], two);
  exchange<2>(v[4], v[6], two);
  exchange<2>(v[5], v[7], two);
  const Vec one = repeat(0x55);
  exchange<1>(v[0], v[1], one);
  exchange<1>(v[2], v[3], one);
  exchange<1>(v[4], v[5], one);
  exchange<1>(v[6], v[7], one);
}

// A set of bytes, by their first four bits: bit n of kSet[h] says whether the byte h * 16 + n is in it.
using Set = std::array<std::uint16_t, 16>;

template <typename Contains>
constexpr Set set_of(Contains contains) {
  Set set{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (contains(byte)) set[byte / 16] = static_cast<std::uint16_t>(set[byte / 16] | 1U << byte % 16);
  }
  return set;
}

// The predicates are ORs of numbers, not of truth values: that is what they are in vectors, too.
#define PIISCRUB_SET(name, predicate)                                                           \
  constexpr Set kSet_##name = set_of([](unsigned byte) {                                        \
    [[maybe_unused]] const auto is = [&](char c) {                                              \
      return static_cast<unsigned>(byte == static_cast<unsigned char>(c));                      \
    };                                                                                          \
    [[maybe_unused]] const auto in = [&](char first, unsigned count) {                          \
      return static_cast<unsigned>(byte - static_cast<unsigned char>(first) < count);           \
    };                                                                                          \
    [[maybe_unused]] const auto letter_in = [&](char first, unsigned count) {                   \
      return static_cast<unsigned>((byte | 0x20U) - static_cast<unsigned char>(first) < count); \
    };                                                                                          \
    return (predicate) != 0;                                                                    \
  });
PIISCRUB_BYTE_CLASSES(PIISCRUB_SET)
#undef PIISCRUB_SET

// Where the number that kBits planes spell, the lowest bit first, is one whose bit is set in kTruth.
template <unsigned kBits, std::uint32_t kTruth>
HWY_INLINE Vec decide(const Vec* planes) {
  constexpr unsigned kHalf = 1U << (kBits - 1);
  constexpr std::uint32_t kAll = (1U << kHalf) - 1;
  constexpr std::uint32_t kNo = kTruth & kAll;
  constexpr std::uint32_t kYes = kTruth >> kHalf;
  const Vec plane = planes[kBits - 1];
  if constexpr (kNo == kYes) {
    return decide<kBits - 1, kNo>(planes);
  } else if constexpr (kNo == 0 && kYes == kAll) {
    return plane;
  } else if constexpr (kNo == kAll && kYes == 0) {
    return not_of(plane);
  } else if constexpr (kNo == 0) {
    return decide<kBits - 1, kYes>(planes) & plane;
  } else if constexpr (kYes == 0) {
    return without(decide<kBits - 1, kNo>(planes), plane);
  } else if constexpr (kNo == kAll) {
    return decide<kBits - 1, kYes>(planes) | not_of(plane);
  } else if constexpr (kYes == kAll) {
    return decide<kBits - 1, kNo>(planes) | plane;
  } else {
    return select(plane, decide<kBits - 1, kYes>(planes), decide<kBits - 1, kNo>(planes));
  }
}

constexpr unsigned kNibbles = 16;
// The first of the nibbles from `from` on whose bytes are not none, nor those of a nibble before; kNibbles if none is.
constexpr unsigned next_pattern(const Set& set, unsigned from) {
  while (from < kNibbles &&
         (set[from] == 0 || std::find(set.begin(), set.begin() + from, set[from]) != set.begin() + from))
    ++from;
  return from;
}
constexpr std::uint16_t nibbles_like(const Set& set, unsigned like) {
  std::uint16_t same = 0;
  for (unsigned i = 0; i < kNibbles; ++i)
    same = static_cast<std::uint16_t>(same | (set[i] == set[like] ? 1U << i : 0U));
  return same;
}

// The bytes of kSet whose first nibble is one of those that share the pattern of kNibble.
template <const Set& kSet, unsigned kNibble>
HWY_INLINE Vec classify_pattern(const Vec* planes) {
  constexpr std::uint32_t kAny = 0xffff;
  constexpr std::uint32_t kHigh = nibbles_like(kSet, kNibble);
  constexpr std::uint32_t kLow = kSet[kNibble];
  static_assert(kHigh != kAny || kLow != kAny);
  if constexpr (kLow == kAny) {
    return decide<4, kHigh>(planes + 4);
  } else if constexpr (kHigh == kAny) {
    return decide<4, kLow>(planes);
  } else {
    return decide<4, kHigh>(planes + 4) & decide<4, kLow>(planes);
  }
}

// The mask of kSet by the eight planes of the text. The compiler finds what sets have in common.
template <const Set& kSet, unsigned kNibble = next_pattern(kSet, 0)>
HWY_INLINE Vec classify(const Vec* planes) {
  constexpr unsigned kNext = next_pattern(kSet, kNibble + 1);
  const Vec pattern = classify_pattern<kSet, kNibble>(planes);
  if constexpr (kNext == kNibbles) {
    return pattern;
  } else {
    return pattern | classify<kSet, kNext>(planes);
  }
}

// --- tiles -----------------------------------------------------------------------------------------------------------

enum MaskIndex : std::size_t {
#define PIISCRUB_ENUM(name, expression) k_##name,
  PIISCRUB_BYTE_CLASSES(PIISCRUB_ENUM) PIISCRUB_RUNS(PIISCRUB_ENUM)
#undef PIISCRUB_ENUM
      k_key,
  kMasks
};

constexpr std::size_t kMostBack = 32;  // bytes that an expression may look back
constexpr std::size_t kPad = kVec < kMostBack ? kMostBack : kVec;
constexpr std::size_t kWidth = 256;  // of a column: the masks of a tile, about 20 KiB, stay in the first-level cache
constexpr std::size_t kTileBytes = kColumns * kWidth;

struct Tile {
  alignas(64) std::uint8_t masks[kMasks][kPad + kWidth];
  std::uint8_t carry[kMasks][kPad] = {};  // the end of the last column of the tile before, in bit 0
  // In the order of the text, one bit to a byte of it, with the end of the tile before in front.
  static constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint8_t separators[kTileBytes / 8];
  std::uint8_t keys[kWord + kTileBytes / 8] = {};
  std::uint8_t named[kTileBytes / 8];
  std::size_t width = kWidth;

  HWY_INLINE std::uint8_t* row(std::size_t mask) { return masks[mask] + kPad; }
  HWY_INLINE const std::uint8_t* row(std::size_t mask) const { return masks[mask] + kPad; }
};

// Puts what stands in front of the columns in front of the row.
HWY_INLINE void wrap(Tile& tile, std::size_t mask) {
  std::uint8_t* const row = tile.row(mask);
  for (std::size_t back = kVec; back <= kPad; back += kVec) {
    const Vec end = load(row + tile.width - back);
    std::uint8_t* const carry = tile.carry[mask] + kPad - back;
    store((left<1>(end) & repeat(0xfe)) | load(carry), row - back);
    store(right<7>(end) & repeat(0x01), carry);
  }
}

void classify_tile(const std::uint8_t* bytes, Tile& tile) {
  for (std::size_t i = 0; i < tile.width; i += kVec) {
    const auto column = [&](std::size_t c) HWY_ATTR { return load(bytes + c * tile.width + i); };
    Vec planes[kColumns] = {column(0), column(1), column(2), column(3), column(4), column(5), column(6), column(7)};
    transpose(planes);
#define PIISCRUB_CLASSIFY(name, predicate) store(classify<kSet_##name>(planes), tile.row(k_##name) + i);
    PIISCRUB_BYTE_CLASSES(PIISCRUB_CLASSIFY)
#undef PIISCRUB_CLASSIFY
  }
#define PIISCRUB_WRAP(name, predicate) wrap(tile, k_##name);
  PIISCRUB_BYTE_CLASSES(PIISCRUB_WRAP)
#undef PIISCRUB_WRAP
}

template <std::size_t kBack>
HWY_INLINE Vec back(const std::uint8_t* row) {
  static_assert(kBack <= kMostBack);
  return load(row - kBack);
}
#define B(name, k) back<k>(tile.row(k_##name) + i)
#define N(name, k) not_of(B(name, k))

// PERF NOTE: a loop over the tile for each run: loading what has just been stored at another place stalls.
#define PIISCRUB_RUN(name, expression)                                                            \
  HWY_INLINE void run_##name(Tile& tile) {                                                        \
    for (std::size_t i = 0; i < tile.width; i += kVec) store(expression, tile.row(k_##name) + i); \
    wrap(tile, k_##name);                                                                         \
  }
PIISCRUB_RUNS(PIISCRUB_RUN)
PIISCRUB_RUN(key, PIISCRUB_KEY_BYTE)
#undef PIISCRUB_RUN

// --- triggers --------------------------------------------------------------------------------------------------------

// Appends the places where `fired`, in no order; `at` is the offset of the first byte of the vector in the first
// column.
HWY_INLINE void append_hits(Vec fired, Trigger trigger, std::size_t at, std::size_t width, std::vector<Hit>& hits) {
  alignas(64) std::uint8_t mask[kVec];
  store(fired, mask);
  for (std::uint64_t bytes = nonzero_bytes(fired, mask); bytes != 0; bytes &= bytes - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(bytes));
    unsigned columns = mask[i];
    do {
      const auto column = static_cast<std::size_t>(std::countr_zero(columns));
      hits.push_back({static_cast<std::uint32_t>(at + i + column * width), static_cast<std::uint16_t>(trigger)});
      columns &= columns - 1;
    } while (columns != 0);
  }
}

#define PIISCRUB_TRIGGER(name, gate, rest, example, reach) \
  if (const Vec open = gate; !is_zero(open)) append_hits(open&(rest), Trigger::name, base + i, tile.width, hits);
void run_rare_triggers(const Tile& tile, std::size_t i, std::size_t base, std::vector<Hit>& hits) {
  PIISCRUB_RARE_TRIGGERS(PIISCRUB_TRIGGER)
}

// PERF NOTE: most branches here would be taken at random, and each costs more than a dozen operations on masks.
void run_triggers(const Tile& tile, std::size_t base, std::vector<Hit>& hits) {
  for (std::size_t i = 0; i < tile.width; i += kVec) {
    PIISCRUB_COMMON_TRIGGERS(PIISCRUB_TRIGGER)
#define PIISCRUB_GATE(name, gate, rest, example, reach) | (gate)
    const Vec rare = repeat(0) PIISCRUB_RARE_TRIGGERS(PIISCRUB_GATE);
#undef PIISCRUB_GATE
    if (!is_zero(rare)) run_rare_triggers(tile, i, base, hits);
  }
}
#undef PIISCRUB_TRIGGER

// Stores the bits of a vector of each column in the order of the text.
HWY_INLINE void store_in_order(Vec mask, std::uint8_t* bits, std::size_t width) {
  for (std::size_t column = kColumns; column-- > 0;) {
    store_high_bits(mask, bits + column * width / 8);
    mask = left<1>(mask);
  }
}

constexpr int kAtOnce = 4;

// Appends the numbers of the bits that are set to `numbers`, and returns their end; needs room for kAtOnce more.
//
// PERF NOTE: writes more than there are, since the number of bits in a word cannot be predicted.
HWY_INLINE std::uint16_t* append_bits(std::uint64_t bits, std::size_t first, std::uint16_t* numbers) {
  std::uint16_t* const end = numbers + std::popcount(bits);
  do {
    for (int i = 0; i < kAtOnce; ++i) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(bits | std::uint64_t{1} << 63));
      *numbers++ = static_cast<std::uint16_t>(first + bit);
      bits &= bits - 1;
    }
  } while (numbers < end);
  return end;
}

// The place of the key whose separator ends in front of `at`, an offset into the tile, which starts at `base`.
HWY_INLINE KeyPlace key_place(const Tile& tile, std::size_t base, std::size_t at) {
  constexpr unsigned kKnown = 57;
  // The key bits in front of the separator, the nearest in the highest place; kKnown of them or more.
  const std::size_t last = at + Tile::kWord * 8 - 2;
  std::uint64_t bits = 0;
  std::memcpy(&bits, tile.keys + last / 8 - 7, sizeof bits);
  bits <<= 7 - last % 8;
  const auto gap = static_cast<unsigned>(std::countl_zero(bits | 1));
  const auto length = static_cast<unsigned>(std::countl_zero(~(bits << gap) | 1));
  return {static_cast<std::uint32_t>(base + at), static_cast<std::uint8_t>(gap),
          static_cast<std::uint8_t>(gap + length < kKnown ? length : 0)};
}

// Writes the offsets of the bits that are set among those of a tile to `places`, and returns their end. The tile starts
// at `base` of the input, which has `size` bytes.
const std::uint16_t* places_of(const std::uint8_t* bits_of_tile, std::size_t width, std::size_t base, std::size_t size,
                               std::uint16_t (&places)[kTileBytes + kAtOnce]) {
  std::uint16_t* end = places;
  for (std::size_t i = 0; i < width; i += sizeof(std::uint64_t)) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, bits_of_tile + i, sizeof bits);
    end = append_bits(bits, i * 8, end);
  }
  while (end != places && base + end[-1] >= size) --end;
  return end;
}

// Appends the places where keys may end, and where named values may begin.
void take_places(const Tile& tile, std::size_t base, std::size_t size, Seen& seen) {
  std::uint16_t places[kTileBytes + kAtOnce];
  const std::uint16_t* end = places_of(tile.separators, tile.width, base, size, places);
  const std::size_t keys = seen.keys.size();
  seen.keys.resize(keys + static_cast<std::size_t>(end - places));
  std::transform(static_cast<const std::uint16_t*>(places), end, seen.keys.data() + keys,
                 [&](std::uint16_t at) HWY_ATTR { return key_place(tile, base, at); });
  end = places_of(tile.named, tile.width, base, size, places);
  const std::size_t named = seen.named.size();
  seen.named.resize(named + static_cast<std::size_t>(end - places));
  std::transform(static_cast<const std::uint16_t*>(places), end, seen.named.data() + named,
                 [&](std::uint16_t at) { return static_cast<std::uint32_t>(base + at); });
}

// Sorts the hits of a tile, which were found in stretches of all columns: within a column they are nearly in order.
void sort_tile(std::size_t base, std::size_t width, std::vector<Hit>& hits, std::size_t from) {
  constexpr std::size_t kFew = 256;
  const std::size_t count = hits.size() - from;
  if (count < 2) return;
  Hit* const first = hits.data() + from;
  const auto in_front = [](const Hit& a, const Hit& b) { return a.at < b.at; };
  if (count > kFew) {
    std::sort(first, first + count, in_front);
    return;
  }
  const auto column_of = [&](const Hit& hit) { return (hit.at - base) / width; };
  std::array<std::size_t, kColumns + 1> ends{};
  for (std::size_t i = 0; i < count; ++i) ++ends[column_of(first[i]) + 1];
  for (std::size_t column = 1; column <= kColumns; ++column) ends[column] += ends[column - 1];
  Hit by_column[kFew];
  for (std::size_t i = 0; i < count; ++i) by_column[ends[column_of(first[i])]++] = first[i];
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = i;
    for (; at > 0 && in_front(by_column[i], first[at - 1]); --at) first[at] = first[at - 1];
    first[at] = by_column[i];
  }
}

void work_out_runs(Tile& tile) {
#define PIISCRUB_RUN(name, expression) run_##name(tile);
  PIISCRUB_RUNS(PIISCRUB_RUN)
  PIISCRUB_RUN(key, )
#undef PIISCRUB_RUN
}

void find_hits(const Tile& tile, std::size_t base, std::vector<Hit>& hits) {
  const std::size_t before = hits.size();
  run_triggers(tile, base, hits);
  sort_tile(base, tile.width, hits, before);
}

void order_keys(Tile& tile) {
  for (std::size_t i = 0; i < tile.width; i += kVec) {
    store_in_order(PIISCRUB_SEPARATOR, tile.separators + i / 8, tile.width);
    store_in_order(B(key, 0), tile.keys + Tile::kWord + i / 8, tile.width);
    store_in_order(PIISCRUB_NAMED, tile.named + i / 8, tile.width);
  }
}

std::uint64_t count_newlines(const Tile& tile) {
  std::uint64_t newlines = 0;
  for (std::size_t i = 0; i < tile.width; i += sizeof(std::uint64_t)) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, tile.row(k_lf) + i, sizeof bits);
    newlines += static_cast<std::uint64_t>(std::popcount(bits));
  }
  return newlines;
}

// Runs the table over the tile of text at `bytes`, which is tile.width columns wide, and starts at `base` of the input.
HWY_INLINE void run_tile(const std::uint8_t* bytes, Tile& tile, std::size_t base, std::size_t size, Seen& seen) {
  classify_tile(bytes, tile);
  seen.newlines += count_newlines(tile);
  work_out_runs(tile);
  find_hits(tile, base, seen.hits);
  order_keys(tile);
  take_places(tile, base, size, seen);
  std::memcpy(tile.keys, tile.keys + tile.width, Tile::kWord);
}
#undef N
#undef B

}  // namespace

void find_triggers(const std::uint8_t* bytes, std::size_t size, Seen& seen) {
  Tile tile;
  std::size_t base = 0;
  for (; size - base >= kTileBytes; base += kTileBytes) {
    // PERF NOTE: the columns of a tile are eight short streams, which the processor does not foresee.
    constexpr std::size_t kCacheLine = 64;
    for (std::size_t i = 0; i < kTileBytes && kTileBytes + i < size - base; i += kCacheLine)
      __builtin_prefetch(bytes + base + kTileBytes + i);
    run_tile(bytes + base, tile, base, size, seen);
  }
  if (base == size) return;
  // The last tile: zero bytes are in no class.
  alignas(64) std::uint8_t rest[kTileBytes];
  const std::size_t here = size - base;
  tile.width = std::max((here + kColumns * kVec - 1) / (kColumns * kVec) * kVec, kPad);
  std::memcpy(rest, bytes + base, here);
  std::memset(rest + here, 0, tile.width * kColumns - here);
  run_tile(rest, tile, base, size, seen);
}

}  // namespace HWY_NAMESPACE
}  // namespace piiscrub
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace piiscrub {
namespace {

// Highway's own dispatch would need its library, whose initialisation measures the clock for three milliseconds: more
// than all the rest of a start. So only its headers are used, and the choice is made here.
using FindTriggers = void (*)(const std::uint8_t*, std::size_t, Seen&);

struct Target {
  std::string_view name;
  bool (*is_supported)();
  FindTriggers find;
};

// Only GCC is told to make use of it (above), and only GCC can ask for it.
[[maybe_unused]] bool has_lzcnt() {
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL
  return __builtin_cpu_supports("lzcnt");
#else
  return true;
#endif
}

// Best first; the last one runs everywhere.
constexpr Target kTargets[] = {
#if HWY_TARGETS & HWY_AVX3_DL
    {"AVX3_DL",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
              __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq") &&
              __builtin_cpu_supports("bmi2") && has_lzcnt();
     },
     N_AVX3_DL::find_triggers},
#endif
#if HWY_TARGETS & HWY_AVX3
    {"AVX3",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("bmi2") && has_lzcnt();
     },
     N_AVX3::find_triggers},
#endif
#if HWY_TARGETS & HWY_AVX2
    {"AVX2",
     [] {
       return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && has_lzcnt() &&
              __builtin_cpu_supports("fma");
     },
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

void find_triggers(std::string_view bytes, Seen& seen) {
  seen.hits.clear();
  seen.keys.clear();
  seen.named.clear();
  seen.newlines = 0;
  chosen->find(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), seen);
}

std::vector<std::string_view> trigger_targets() {
  std::vector<std::string_view> names;
  for (const Target& target : kTargets) {
    if (target.is_supported()) names.push_back(target.name);
  }
  return names;
}

EscapeSignal signal_of(std::string_view chunk, Hit hit) {
  std::size_t at = hit.at - kTriggerReach[hit.source];
  // Most text in \uHHHH is of letters that hide nothing.
  if (chunk[at + 1] == 'u' && chunk[at] == '\\' && chunk[hit.at] != '0' && chunk[hit.at] != '2')
    return EscapeSignal::none;
  constexpr std::size_t kMostBackslashes = 16;
  for (std::size_t k = 0; k < kMostBackslashes && chunk[at] == '\\' && at > 0 && chunk[at - 1] == '\\'; ++k) --at;
  return escape_signal_at(chunk, at);
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
