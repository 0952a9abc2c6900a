// Compiled once for each instruction set; picked at run time, as in trigger_kernel.cc.
#include "detect/words.h"

// Records are short: wider vectors bring nothing.
#define HWY_DISABLED_TARGETS (HWY_AVX3_DL | HWY_AVX3)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "detect/words.cc"
#include <hwy/foreach_target.h>  // must come before highway.h

#include <hwy/highway.h>

#include <bit>
#include <cstring>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace piiscrub {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kBlock = 64;

// A bit for each byte of a block.
struct Block {
  std::uint64_t name = 0;
  std::uint64_t digit = 0;
  std::uint64_t lead = 0;         // E2
  std::uint64_t punctuation = 0;  // 80, which makes punctuation of an E2 in front of it
};

using Bytes = hn::ScalableTag<std::uint8_t>;

HWY_INLINE void store_bits(hn::Mask<Bytes> mask, std::uint64_t& word, std::size_t at) {
  if constexpr (HWY_LANES(std::uint8_t) >= 8) {
    std::uint8_t bits[8] = {};  // StoreMaskBits may write eight bytes
    hn::StoreMaskBits(Bytes(), mask, bits);
    // PERF NOTE: a word that is written in parts and read as a whole stalls.
    using Part = std::conditional_t<HWY_LANES(std::uint8_t) == 64, std::uint64_t,
                                    std::conditional_t<HWY_LANES(std::uint8_t) == 32, std::uint32_t, std::uint16_t>>;
    Part part = 0;
    std::memcpy(&part, bits, sizeof part);
    word |= std::uint64_t{part} << at;
  } else {  // the scalar fallback has one lane
    word |= std::uint64_t{hn::CountTrue(Bytes(), mask)} << at;
  }
}

HWY_INLINE hn::Mask<Bytes> in_range(hn::Vec<Bytes> v, char first, int count) {
  const Bytes d;
  return hn::Lt(hn::Sub(v, hn::Set(d, static_cast<std::uint8_t>(first))), hn::Set(d, static_cast<std::uint8_t>(count)));
}

HWY_INLINE Block look(const std::uint8_t* bytes) {
  const Bytes d;
  Block block;
  for (std::size_t at = 0; at < kBlock; at += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, bytes + at);
    const auto digit = in_range(v, '0', 10);
    const auto letter = in_range(hn::Or(v, hn::Set(d, std::uint8_t{0x20})), 'a', 26);
    const auto high = in_range(v, '\x80', 128);
    const auto underscore = hn::Eq(v, hn::Set(d, std::uint8_t{'_'}));
    store_bits(hn::Or(hn::Or(letter, digit), hn::Or(high, underscore)), block.name, at);
    store_bits(digit, block.digit, at);
    store_bits(hn::Eq(v, hn::Set(d, std::uint8_t{0xE2})), block.lead, at);
    store_bits(hn::Eq(v, hn::Set(d, std::uint8_t{0x80})), block.punctuation, at);
  }
  return block;
}

Block look_at(std::string_view text, std::size_t at) {
  std::uint8_t bytes[kBlock] = {};
  if (text.size() - at >= kBlock) return look(reinterpret_cast<const std::uint8_t*>(text.data()) + at);
  std::memcpy(bytes, text.data() + at, text.size() - at);
  return look(bytes);
}

// Takes words out of blocks.
class Collector {
 public:
  explicit Collector(std::vector<Word>& words) : words_(words) {}

  // `name` and `digit` are those of the block at `at`.
  void take(std::size_t at, std::uint64_t name, std::uint64_t digit) {
    const std::uint64_t behind_name = name << 1 | std::uint64_t{open_};
    std::uint64_t begins = name & ~behind_name;
    std::uint64_t ends = behind_name & ~name;
    // All digits in front of the next end are the next word's.
    const auto take_digits = [&](std::uint64_t in_front) {
      word_.digits += static_cast<std::uint32_t>(std::popcount(digit & in_front));
      digit &= ~in_front;
    };
    const auto begin = [&] {
      word_ = {.begin = static_cast<std::uint32_t>(at + static_cast<unsigned>(std::countr_zero(begins)))};
      begins &= begins - 1;
      open_ = true;
    };
    for (; ends != 0; ends &= ends - 1) {
      if (!open_) begin();
      take_digits((ends & -ends) - 1);
      close(at + static_cast<unsigned>(std::countr_zero(ends)));
    }
    if (begins != 0) begin();
    if (open_) take_digits(~std::uint64_t{0});
  }
  void close(std::size_t end) {
    if (!open_) return;
    word_.size = static_cast<std::uint32_t>(end - word_.begin);
    words_.push_back(word_);
    open_ = false;
  }

 private:
  std::vector<Word>& words_;
  Word word_;
  bool open_ = false;
};

}  // namespace

void find_words(std::string_view text, std::vector<Word>& words) {
  words.clear();
  Collector collector(words);
  std::uint64_t marks_before = 0;  // bytes of this block that belong to a mark which begins in the one before
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const Block block = look_at(text, at);
    std::uint64_t marks = marks_before;
    marks_before = 0;
    if (block.lead != 0) {
      const bool next = at + kBlock < text.size() && text[at + kBlock] == '\x80';
      const std::uint64_t begins = block.lead & (block.punctuation >> 1 | std::uint64_t{next} << 63);
      marks |= begins | begins << 1 | begins << 2;
      marks_before = begins >> 63 | begins >> 62;
    }
    collector.take(at, block.name & ~marks, block.digit);
  }
  collector.close(text.size());
}

}  // namespace HWY_NAMESPACE
}  // namespace piiscrub
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace piiscrub {

void find_words(std::string_view text, std::vector<Word>& words) {
#if HWY_TARGETS & HWY_AVX2
  static const bool has_avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  if (has_avx2) return N_AVX2::find_words(text, words);
#endif
#if HWY_TARGETS & HWY_SSE4
  static const bool has_sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
  if (has_sse4) return N_SSE4::find_words(text, words);
#endif
  HWY_STATIC_DISPATCH(find_words)(text, words);
}

}  // namespace piiscrub
#endif
