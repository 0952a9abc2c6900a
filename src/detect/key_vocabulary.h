// KeyVocabulary: which keys announce which kind of value.
//
// A key is taken apart into words (employee_ssn, ssnNumber, bank-account) and runs of them are looked up. The run that
// ends last counts, since it is the noun: an email_password is a password. A word beside it that makes the whole a
// property of the value (password_min_length, token_count, email_verified) cancels it.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/rule.h"

namespace piiscrub {

/// Immutable; shared between threads.
class KeyVocabulary {
 public:
  KeyVocabulary() = default;
  explicit KeyVocabulary(std::span<const Rule> rules);

  /// The index of the rule that `key` belongs to, or nothing. Never allocates. Linear in the key's length.
  [[nodiscard]] std::optional<std::uint16_t> find(std::string_view key) const;
  [[nodiscard]] bool empty() const { return phrases_.empty(); }

  /// The vocabulary as bytes, and back; both are quick.
  [[nodiscard]] std::string save() const;
  /// Returns false and leaves an empty vocabulary if `bytes` cannot be what save() wrote.
  bool load(std::string_view bytes);

 private:
  enum class Kind : std::uint8_t { part, whole, exception };
  // Phrases are known by the hash of their words without blanks: a stranger's key that collides with one of a few
  // thousand among 2^64 would hide a value too many, never too few.
  struct Phrase {
    std::uint64_t hash;
    std::uint16_t rule;
    Kind kind;
    bool is_tail;        ///< long enough to be told as the end of a word: benutzerpasswort
    std::uint16_t end;   ///< stands for its last bytes
    std::uint16_t tail;  ///< of is_tail: for more of them
  };

  struct Words;
  void index();
  [[nodiscard]] std::span<const Phrase> equal(std::uint64_t hash) const;
  [[nodiscard]] bool cancelled(const Words& words, std::size_t begin, std::size_t end, std::uint16_t rule) const;
  [[nodiscard]] bool may_end(std::string_view folded) const;
  [[nodiscard]] std::optional<std::uint16_t> find_tail(const Words& words) const;

  std::vector<Phrase> phrases_;        // by hash
  std::vector<std::uint32_t> starts_;  // by the hash's first bits: where its phrases start
  std::bitset<1 << 16> ends_;          // the last bytes of phrases
  std::bitset<1 << 16> tails_;
};

}  // namespace piiscrub
