// RuleDatabase, Scanner: from bytes to places that deserve a closer look.
//
// The rules are compiled once into an immutable RuleDatabase that all threads share. A Scanner, one per thread, makes
// one pass over a whole chunk of records and only records where something might be; src/detect/detector.h then works
// out, at those places alone, what is a finding.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// What to do with rules whose expressions have no literal text to search for. They cost several times what all others
/// cost together, so the built-in rules have none.
enum class OpenRules : std::uint8_t {
  refuse,
  separate,  ///< search for them in a database of their own, so that only they are slow
};

/// Whether the words that announce structure (SQL, encoded JSON, split lines) are searched for beside the rules' text.
/// Without them a database holds its rules alone: for what one rule finds and costs, not for records.
enum class StructureWords : std::uint8_t { searched, left_out };

/// Rules compiled; immutable; shared between threads.
class RuleDatabase {
 public:
  struct Parts;  // src/detect/database_parts.h
  explicit RuleDatabase(std::unique_ptr<Parts> parts);
  ~RuleDatabase();
  RuleDatabase(const RuleDatabase&) = delete;
  RuleDatabase& operator=(const RuleDatabase&) = delete;

  /// Compiles `pack`. Takes tens of milliseconds and up: use load() where it matters. Errors name the rule and its
  /// place. Limits on CPU and memory are the caller's business (config/rule_cache.h).
  static Result<std::shared_ptr<const RuleDatabase>> compile(const RulePack& pack, OpenRules open = OpenRules::refuse,
                                                             StructureWords words = StructureWords::searched);

  /// The compiled form as bytes, for load(). Holds no pointers; ends with a checksum.
  [[nodiscard]] std::string save() const;
  /// Loads what save() wrote, in well under a millisecond. Fails if the bytes are damaged or were written by another
  /// version of piiscrub or of the matching library; compile() again then.
  static Result<std::shared_ptr<const RuleDatabase>> load(std::string_view bytes);
  /// The same of bytes that are part of the program: saved by this very build, at a multiple of 64, never moved. They
  /// are used in place and trusted as the program's code is.
  static Result<std::shared_ptr<const RuleDatabase>> use(std::string_view bytes);

  /// The rules in what save() wrote, to compile() them where load() fails for the version of the matching library.
  static Result<RulePack> saved_rules(std::string_view bytes);

  /// The rules as bytes, for unpack_rules(): equal packs give equal bytes.
  static std::string pack_rules(const RulePack& pack);
  static Result<RulePack> unpack_rules(std::string_view bytes);

  /// The rules as their authors wrote them. Unpacked at the first call: scrubbing does without.
  [[nodiscard]] std::span<const Rule> rules() const;
  /// The same as pack_rules() would pack them.
  [[nodiscard]] std::string_view packed_rules() const;
  /// Whether the rule at `index` is searched for in the separate, slow database.
  [[nodiscard]] bool is_open(std::size_t index) const;
  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/// What policies ask about a rule.
struct RuleSummary {
  std::string_view id;
  std::string_view type;
  std::string_view action;
  Category category;
  Confidence confidence;
  std::string_view file;  ///< of Rule::where
  int line;
  int column;
};

struct RuleTraits;

/// Rules as policies see them, whether they are those of a database, which need not be unpacked for it, or not. Refers
/// to what it was made of.
class RuleList {
 public:
  RuleList(std::span<const Rule> rules) : count_(rules.size()), rules_(rules.data()) {}  // NOLINT: they are one
  RuleList(const std::vector<Rule>& rules) : RuleList(std::span<const Rule>(rules)) {}   // NOLINT
  RuleList(const RuleDatabase& database);                                                // NOLINT

  [[nodiscard]] std::size_t size() const { return count_; }
  RuleSummary operator[](std::size_t i) const;

 private:
  std::size_t count_ = 0;
  const Rule* rules_ = nullptr;
  const RuleTraits* traits_ = nullptr;  // where there are no rules
};

/// The rules that piiscrub was built with. Loaded at the first call; thread-safe.
const std::shared_ptr<const RuleDatabase>& builtin_rules();

/// A place where a rule or a shape fired.
struct Hit {
  std::uint32_t at;  ///< offset behind the scan match of a literal rule or the separator of a key; of a trigger byte
  std::uint16_t source;  ///< literals and keys: rule index; shapes: trigger index
};

/// What a scan found out about a chunk. Reuse it: after warm-up it does not allocate.
struct ScanResult {
  std::vector<Hit> literals;  ///< by `at`, ascending
  std::vector<Hit> shapes;    ///< by `at`, ascending
  std::vector<Hit> keys;      ///< by `at`, ascending
  std::vector<Hit>
      weak_keys;           ///< the same, of rules with context words: they count beside other hits of their record only
  std::vector<Hit> sql;    ///< words at which a record may hold SQL; by `at`, behind the word, ascending
  std::vector<Hit> seams;  ///< at which a record may be a part of a line that a container runtime has split; ascending
  std::uint64_t newlines = 0;
  bool failed = false;  ///< the scan did not finish: nothing in the chunk counts as checked
};

/// Per-thread scratch for scanning. Stateless between calls.
class Scanner {
 public:
  explicit Scanner(std::shared_ptr<const RuleDatabase> rules);
  ~Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;

  /// Scans `chunk` (at most 1 GiB) in one pass. Its result equals that of scanning it record by record.
  void scan(std::string_view chunk, ScanResult& result);
  /// The part of scan() that depends on expressions: fills `result.literals` (without what sentences name),
  /// `result.sql` and `result.seams` only.
  void scan_literals(std::string_view chunk, ScanResult& result);

  [[nodiscard]] const std::shared_ptr<const RuleDatabase>& rules() const { return rules_; }

 private:
  struct Scratch;
  std::shared_ptr<const RuleDatabase> rules_;
  std::unique_ptr<Scratch> scratch_;
};

/// The matching library with its version, and the instruction set in use here; for people.
std::string engine_version();

}  // namespace piiscrub
