// Synthetic log corpora: seeded, the same bytes on every platform, with the place of every planted value.
//
// Nothing in a corpus belongs to anyone: addresses come from documentation ranges, mail domains and telephone numbers
// are reserved ones, cards begin like published test cards, vendor tokens contain FAKE. Check digits are right, so that
// validators accept the values. Not measured by these corpora: encodings, multi-line values, names in prose.
//
// Thread rule: a generator belongs to one thread; there is no global state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub::bench {

enum class CorpusKind : std::uint8_t {
  plain,  ///< nginx, syslog, Django and Java lines; a value in 1 line of 20
  json,   ///< structured lines; a value in 1 line of 20
  crdb,   ///< CockroachDB SQL events with about 9 ‹ › pairs each; self-identifying value in 1 line of 20
  dense,  ///< application log with a value in nearly every line
  clean,  ///< as plain, without values: look-alikes only (UUIDs, versions, hashes, order numbers)
  sql,    ///< every line belongs to a statement log; a value in 1 line of 20
};

struct CorpusInfo {
  CorpusKind kind;
  std::string_view name;  ///< as the command line takes it
  std::string_view doc;   ///< one line for usage texts
  unsigned line_bytes;    ///< intended mean line length, LF included
  unsigned density;       ///< lines that hold a planted value, per thousand
};

/// Every kind, in the order of the enumeration.
std::span<const CorpusInfo> corpus_kinds();

/// The kind called `name`, or nullptr.
const CorpusInfo* find_corpus_kind(std::string_view name);

/// One planted value: exactly the sensitive span, without quotes, key or surrounding URL.
struct Planted {
  std::size_t offset;     ///< into the text it was appended to
  std::size_t length;     ///< in bytes, never 0
  std::string_view type;  ///< one of planted_types(); static storage
};

/// All values `Planted::type` can have.
std::span<const std::string_view> planted_types();

/// xoshiro256** seeded through SplitMix64: the standard distributions differ between libraries, this does not.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();

  /// A number in [0, bound). REQUIRES: bound > 0. The bias of the multiply-shift is below bound / 2^32.
  std::uint32_t below(std::uint32_t bound);

 private:
  std::array<std::uint64_t, 4> state_;
};

/// An endless log of one kind.
class CorpusGenerator {
 public:
  CorpusGenerator(CorpusKind kind, std::uint64_t seed);

  /// Appends the next entry to `text`: one line, or two where a logger writes statement and parameters apart. Always
  /// ends with LF. If `planted` is not null, appends the entry's values to it in the order of their offsets.
  void append_entry(std::string& text, std::vector<Planted>* planted);

 private:
  CorpusKind kind_;
  Random random_;
  std::uint64_t now_ms_;  ///< time of the last entry, Unix epoch
};

struct Corpus {
  std::string text;
  std::vector<Planted> planted;  ///< by offset, never overlapping
};

/// Whole entries, the last ends with LF: the shortest such text of at least `bytes` bytes (empty for 0). A smaller
/// corpus of the same kind and seed is a prefix of a larger one.
std::string make_corpus(CorpusKind kind, std::size_t bytes, std::uint64_t seed);

/// The same text with its ground truth.
Corpus make_labelled_corpus(CorpusKind kind, std::size_t bytes, std::uint64_t seed);

}  // namespace piiscrub::bench
