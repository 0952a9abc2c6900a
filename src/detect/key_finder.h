// KeyFinder: which of the places where a key may end belong to a telling key.
//
// Logs repeat their keys, so the answer for a key is remembered: most places cost one look into a small table of keys
// that tell nothing, some one into a larger table with any answer. What the tables hold never changes an answer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "detect/triggers.h"
#include "piiscrub/detector.h"

namespace piiscrub {

/// One per thread.
class KeyFinder {
 public:
  static constexpr std::uint16_t kTellsNothing = UINT16_MAX;

  explicit KeyFinder(std::shared_ptr<const RuleDatabase> rules);

  /// Appends the telling keys among `places` to `keys` and `weak`: `at` is the offset behind the separator, `source`
  /// the rule. A `value` without a name beside it is weak and has kTellsNothing: an edit can bring the name near.
  void find(std::string_view text, std::span<const KeyPlace> places, std::vector<Hit>& keys, std::vector<Hit>& weak);
  /// Sets `keys` and `weak` to those of `record`.
  void find(std::string_view record, std::vector<Hit>& keys, std::vector<Hit>& weak);

  /// The rule whose values go by the name `key`, or kTellsNothing.
  std::uint16_t rule_of(std::string_view key) { return rule_of(key, 0, key.size()); }
  /// The same for the `length` bytes of `text` from `begin` on; quicker, since what stands behind the key can be read.
  std::uint16_t rule_of(std::string_view text, std::size_t begin, std::size_t length) {
    return verdict_on(text, begin, length).rule;
  }
  /// The rule whose values go by that name without other personal details beside it, or kTellsNothing.
  std::uint16_t strong_rule_of(std::string_view key) {
    const Verdict verdict = verdict_on(key, 0, key.size());
    return is_strong(verdict.rule) ? verdict.rule : verdict.edge;
  }
  /// Whether it is no rule's: the quickest of the three, for words that come again and again.
  bool tells_nothing(std::string_view text, std::size_t begin, std::size_t length);
  /// Whether the values of `rule` count beside other personal details only.
  [[nodiscard]] bool is_weak(std::uint16_t rule) const;
  /// What the values of `rule` consist of.
  [[nodiscard]] ValueKind kind_of(std::uint16_t rule) const;

 private:
  // A short key in a few words, zeros behind it.
  struct Image {
    static constexpr std::size_t kMaxBytes = 32;
    std::array<std::uint64_t, 4> words{};
    std::uint32_t length = 0;  // 0: no key

    Image() = default;
    Image(std::string_view text, std::size_t begin, std::size_t size);
    [[nodiscard]] std::size_t slot() const;
    // PERF NOTE: the default one calls memcmp().
    bool operator==(const Image& other) const {
      return ((words[0] ^ other.words[0]) | (words[1] ^ other.words[1]) | (words[2] ^ other.words[2]) |
              (words[3] ^ other.words[3]) | (length ^ other.length)) == 0;
    }
  };
  struct Verdict {
    std::uint16_t rule = kTellsNothing;
    std::uint16_t edge = kTellsNothing;  ///< of a weak `rule`: one by Rule::edge_keys that is not
    bool is_pair_value = false;          ///< "value" of {"name": …, "value": …}
    bool ends_phrase = false;            ///< "name" of `Last name: …`
  };
  struct Remembered {
    Image key;
    Verdict verdict;
  };
  // A key of up to 15 bytes, with its length in the last byte. 0, 0: no key.
  struct ShortKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    // PERF NOTE: as above; memcmp() would also read as a whole what has just been written as two words.
    bool operator==(const ShortKey& other) const { return ((low ^ other.low) | (high ^ other.high)) == 0; }
  };

  // A short key with what stands around it: the byte in front, what is between it and its separator, and that. Its
  // length is in the last byte.
  struct Surrounded {
    static constexpr std::size_t kMaxBytes = 23;
    std::uint64_t low = 0;
    std::uint64_t middle = 0;
    std::uint64_t high = 0;
    bool operator==(const Surrounded& other) const {
      return ((low ^ other.low) | (middle ^ other.middle) | (high ^ other.high)) == 0;
    }
  };

  static ShortKey short_key(std::string_view text, std::size_t begin, std::size_t length);
  static std::size_t slot_of(const ShortKey& key);
  static Surrounded surrounded(std::string_view text, std::size_t begin, std::size_t length);
  static std::size_t slot_of(const Surrounded& key);

  void look_at(std::string_view text, KeyPlace place, std::vector<Hit>& keys, std::vector<Hit>& weak);
  [[nodiscard]] Verdict judge(std::string_view key) const;
  Verdict verdict_on(std::string_view text, std::size_t begin, std::size_t length);
  // A rule, and where that is weak, one by Rule::edge_keys that is not.
  struct Rules {
    std::uint16_t rule = kTellsNothing;
    std::uint16_t edge = kTellsNothing;
    bool unnamed = false;  ///< of a value whose name should stand beside it, and does not
  };
  Rules rules_at(std::string_view text, Span key, std::size_t at, char sign);
  std::uint16_t rule_of_held(std::string_view text, Span key);
  [[nodiscard]] std::uint16_t rule_of_words(std::string_view text, Span key, std::size_t at) const;
  [[nodiscard]] bool is_strong(std::uint16_t rule) const { return rule != kTellsNothing && !is_weak(rule); }
  Rules rules_of_odd(std::string_view text, KeyPlace place, std::size_t& at);

  // Entries are zeros at first: no key.
  struct Tables {
    static constexpr int kRememberedBits = 11;
    static constexpr int kNothingBits = 9;    // 8 KiB
    static constexpr int kHarmlessBits = 12;  // 96 KiB, of which few are ever touched
    std::array<Remembered, std::size_t{1} << kRememberedBits> remembered;
    std::array<ShortKey, std::size_t{1} << kNothingBits> nothing;      // names that tell nothing
    std::array<Surrounded, std::size_t{1} << kHarmlessBits> harmless;  // plain keys at which nothing is to be done
  };
  struct Unmap {
    void operator()(Tables* tables) const;
  };

  std::shared_ptr<const RuleDatabase> rules_;
  std::unique_ptr<Tables, Unmap> tables_;  // nullptr if there are no keys
  Seen seen_;                              // reused
};

}  // namespace piiscrub
