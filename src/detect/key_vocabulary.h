// KeyVocabulary: which keys announce which kind of value.
//
// A key is taken apart into words (employee_ssn, ssnNumber, bank-account) and runs of them are looked up. The run that
// ends last counts, since it is the noun: an email_password is a password. A word beside it that makes the whole a
// property of the value (password_min_length, token_count, email_verified) cancels it.
//
// Words that are some attribute of whatever stands beside them (name, nombre, konto) count at the edges of a key only,
// and only if nothing else in it does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/rule.h"

namespace piiscrub {

class KeyWords;

/// Immutable; shared between threads.
class KeyVocabulary {
 public:
  KeyVocabulary() = default;
  KeyVocabulary(KeyVocabulary&&) noexcept = default;
  KeyVocabulary& operator=(KeyVocabulary&&) noexcept = default;
  explicit KeyVocabulary(std::span<const Rule> rules);

  /// The index of the rule that `key` belongs to, or nothing; identifiers in hexadecimal belong to none. Never
  /// allocates. Linear in the key's length.
  [[nodiscard]] std::optional<std::uint16_t> find(std::string_view key) const;
  struct Meaning {
    std::optional<std::uint16_t> rule;  ///< as find() says
    std::optional<std::uint16_t> edge;  ///< what `edge_keys` of rules without a context say, for a `rule` that has one
    bool ends_phrase = false;           ///< a phrase of several words ends with the word: "name" of "last name"
  };
  [[nodiscard]] Meaning look_up(std::string_view key) const;
  [[nodiscard]] bool empty() const { return phrases_.empty(); }

  /// The vocabulary as bytes, for use().
  [[nodiscard]] std::string_view save() const;
  /// Uses `bytes` in place: they must outlive the vocabulary and begin at a multiple of kAlignment. Returns false and
  /// leaves an empty vocabulary if they cannot be what save() wrote.
  bool use(std::string_view bytes);
  static constexpr std::size_t kAlignment = alignof(std::uint64_t);

 private:
  enum class Kind : std::uint8_t { part, whole, edge, weak_edge, end, beginning, exception, last_word, word };
  static bool is_edge(Kind kind) { return kind >= Kind::edge && kind <= Kind::beginning; }
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
  enum class Edges { strong, any, ends, beginnings };  // which edge_keys: of rules without a context, of all; *x, x*

  static constexpr int kIndexBits = 14;
  static constexpr std::size_t kEnds = std::size_t{1} << 16;
  struct Tables {
    std::uint64_t phrases;                                                 // behind the tables, by hash
    std::array<std::uint32_t, (std::size_t{1} << kIndexBits) + 2> starts;  // by the hash's first bits: of its phrases
    std::array<std::uint64_t, kEnds / 64> ends;                            // bits: the last bytes of phrases
    std::array<std::uint64_t, kEnds / 64> tails;
    std::array<std::uint64_t, kEnds / 64> edges;    // as `ends`, of what counts at an edge
    std::array<std::uint64_t, kEnds / 64> words;    // by a part of the hash
    std::array<std::uint64_t, kEnds / 64> closing;  // of both, and of what words are short for
  };

  using KnownEnds = std::array<bool, 4>;  // by length; of more bytes as of three

  enum class Reach { any, end };  // where in a key what tells may stand: anywhere, at its end only

  [[nodiscard]] std::optional<std::uint16_t> find(const KeyWords& words, Reach reach) const;
  [[nodiscard]] bool ends_phrase(const KeyWords& words) const;
  [[nodiscard]] bool is_word(std::uint64_t hash) const;
  [[nodiscard]] bool may_close(const KeyWords& words) const;
  [[nodiscard]] bool is_of_keys(std::string_view word) const;
  [[nodiscard]] std::uint64_t begins_in(std::string_view word) const;
  static std::size_t bucket(std::uint64_t hash) { return static_cast<std::size_t>(hash >> (64 - kIndexBits)); }
  [[nodiscard]] std::span<const Phrase> equal(std::uint64_t hash) const;
  [[nodiscard]] bool cancelled(const KeyWords& words, std::size_t begin, std::size_t end, std::uint16_t rule) const;
  [[nodiscard]] KnownEnds known_ends(std::string_view folded) const;
  [[nodiscard]] std::optional<std::uint16_t> find_tail(const KeyWords& words) const;
  [[nodiscard]] std::optional<std::uint16_t> find_edge(const KeyWords& words, Edges which, Reach reach) const;
  static bool counts(const Phrase& phrase, Edges which);
  [[nodiscard]] std::optional<std::uint16_t> last_edge(const KeyWords& words, std::size_t first, std::size_t end,
                                                       Edges which) const;
  [[nodiscard]] std::optional<std::uint16_t> edge_at(const KeyWords& words, std::size_t begin, std::size_t end,
                                                     Edges which) const;
  [[nodiscard]] std::optional<std::uint16_t> edge_in(const KeyWords& words, std::size_t at, Edges which) const;
  [[nodiscard]] bool edge_cancelled(const KeyWords& words, std::size_t begin, std::size_t end,
                                    const Phrase& phrase) const;
  [[nodiscard]] bool is_exception(std::string_view folded, std::uint16_t rule) const;
  [[nodiscard]] bool ends_as_exception(std::string_view word, std::uint16_t rule) const;

  std::vector<std::uint64_t> own_;  // what was made here; else the tables are somebody else's
  const Tables* tables_ = nullptr;  // nullptr if there are no phrases
  std::span<const Phrase> phrases_;
};

}  // namespace piiscrub
