// ProseFinder: which of the places where a value may begin in a sentence stand behind a phrase that names it.
//
// Phrases are many and their words are common, so that hundreds of them would halve the rate of the literal scan.
// Places are rare instead (a capital, a digit or a sign behind a word and a blank), and nearly each is done with after
// a look at the last bytes of the word in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/image.h"
#include "detect/prose.h"
#include "piiscrub/detector.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// The phrases of all rules whose values begin with what the kernel takes for such a place. Immutable.
class ProseFinder {
 public:
  ProseFinder() = default;
  ProseFinder(ProseFinder&&) noexcept = default;
  ProseFinder& operator=(ProseFinder&&) noexcept = default;
  explicit ProseFinder(std::span<const Rule> rules);

  /// The finder as bytes, for use().
  [[nodiscard]] std::string_view save() const;
  /// Uses `bytes`, from save(), in place: they must outlive the finder and begin at a multiple of kAlignment.
  void use(std::string_view bytes);
  static constexpr std::size_t kAlignment = alignof(std::uint64_t);

  /// Whether values of `form` begin at such places: others are searched for by expressions.
  static bool covers(const ProseForm& form) { return form.begins != nullptr; }

  /// Appends a hit for each phrase that may name a value at one of `places`: `at` is one behind its first byte,
  /// `source` the rule. In no order. Looks at the record of a place only.
  void find(std::string_view text, std::span<const std::uint32_t> places, std::vector<Hit>& hits) const;

 private:
  struct Phrase {
    Text text;           // words in lower case, a blank between them
    std::uint16_t form;  // index in prose_forms()
    std::uint16_t rule;
    char before;  // the last byte of the last word but one, or 0
  };
  struct Word {
    Text text;              // in lower case
    Slice<Phrase> phrases;  // that end with it
    bool is_link;
  };
  struct Tables {
    std::uint64_t bytes;  // of all
    Slice<Word> words;
    Slice<std::uint16_t> slots;       // by hash: index in words and one, or 0; open addressing
    Slice<std::uint8_t> ends;         // bits by hash: the last eight bytes of words
    Slice<std::uint8_t> phrase_ends;  // and of those that end phrases
  };

  [[nodiscard]] const Word* find_word(std::string_view text, std::size_t begin, std::size_t end) const;
  [[nodiscard]] unsigned may_end_with_word(std::uint64_t end) const;
  [[nodiscard]] unsigned may_name(const char* at) const;
  void find_at(std::string_view text, std::size_t place, std::vector<Hit>& hits) const;

  std::vector<std::uint64_t> own_;  // what was made here; else the tables are somebody else's
  const Tables* tables_ = nullptr;  // nullptr if there are no phrases
};

}  // namespace piiscrub
