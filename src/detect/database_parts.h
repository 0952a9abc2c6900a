// What a RuleDatabase holds, for the files that compile, load, scan and confirm.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "detect/image.h"
#include "detect/key_vocabulary.h"
#include "detect/lazy_regex.h"
#include "detect/linear_match.h"
#include "detect/prose_finder.h"
#include "detect/shapes.h"
#include "detect/triggers.h"
#include "detect/validators.h"
#include "piiscrub/detector.h"

struct hs_database;

namespace piiscrub {

/// What Hyperscan reports for expressions that belong to no rule: one that matters to nobody; the words at which a
/// record may hold SQL, in which a column says what is to be hidden; those that columns may stand in front of; those
/// where no column need be named; base64 that may be JSON; what goes into ScanResult::seams.
inline constexpr std::uint16_t kNoRule = UINT16_MAX;
inline constexpr std::uint16_t kSqlWord = UINT16_MAX - 1;
inline constexpr std::uint16_t kSqlLate = UINT16_MAX - 2;
inline constexpr std::uint16_t kEcho = UINT16_MAX - 3;
inline constexpr std::uint16_t kEncodedJson = UINT16_MAX - 4;
inline constexpr std::uint16_t kSeam = UINT16_MAX - 5;

/// What scrubbing needs of a Rule: all but its texts for people and compilers. In an image.
struct RuleTraits {
  Text id;
  Text type;
  Text label;  ///< "[US_SSN]"
  Text block;
  Text action;
  Text prose;
  Text file;                   ///< of Rule::where
  Slice<Text> context;         ///< lower case
  Slice<Text> unless_context;  ///< lower case
  double min_entropy;
  std::int32_t min_digits;
  std::int32_t line;
  std::int32_t column;
  Category category;
  Confidence confidence;
  ValueKind value;
  bool keyed;  ///< Rule::has_keys()

  [[nodiscard]] bool has_keys() const { return keyed; }
};

/// How a rule is searched for and confirmed. Shape rules have only `allow` and what their literal needs. In an image.
struct RulePlan {
  Slice<Text> expressions;         ///< what Hyperscan searches
  Slice<StoredLinearForm> linear;  ///< what confirms instead of RE2 where the expression allows it
  Text confirm;                    ///< what RE2 confirms with: (before)(match)(after)
  Text allow;                      ///< what RE2 compares whole values with; empty: nothing is allowed
  std::uint64_t max_bytes;         ///< of before+match+after; UINT64_MAX if unbounded
  std::bitset<256> first;          ///< bytes before+match can start with
  std::uint32_t min_width;         ///< from the start of before+match to the reported end, at least
  std::uint32_t max_width;         ///< at most
  std::uint32_t prefix;            ///< fixed literal bytes at the start of before+match
  std::uint16_t shape;             ///< index in shapes() and one, or 0
  std::uint16_t prose;             ///< the same in prose_forms(), of a rule that expressions search for in sentences
  std::uint16_t validator;         ///< the same in validators()
  bool caseless;                   ///< the expressions stand for all their spellings in capitals
  bool open;                       ///< no literal text in it: searched for in the separate database
  bool can_be_cut;                 ///< the prefix alone says what it is: a token that is cut off behind it still counts
};

/// The code for a rule.
struct RuleCode {
  const ShapeInfo* shape = nullptr;
  const ProseForm* prose = nullptr;  // what follows a match of `confirm`, which is context then
  Validate validate = nullptr;
  LazyRegex confirm;
  LazyRegex allow;  // absent: nothing is allowed
};

/// The start of an image.
struct ImageHeader {
  std::array<char, 16> magic;
  std::uint64_t size;  // of the whole image
  Text tables;         // what the indices in plans count, to be sure that they count the same
  Text engine;         // hs_version()
  Slice<RuleTraits> rules;
  Slice<RulePlan> plans;
  Slice<QuickByteSet> sets;  // of all linear steps
  Slice<Text> labels;        // all labels without brackets, sorted, unique
  Slice<char> keys;          // KeyVocabulary::save()
  Slice<char> prose;         // ProseFinder::save()
  Slice<char> literals;      // Hyperscan's database as it lies in memory, or nothing
  Slice<char> open;          // the same of rules without literals
  Slice<char> packed;        // RuleDatabase::pack_rules()
};

/// Where an image and Hyperscan's databases in it must begin: multiples of this.
inline constexpr std::size_t kImageAlignment = 64;

struct RuleDatabase::Parts {
  std::unique_ptr<char, void (*)(void*)> owned{nullptr, nullptr};  // the image, unless it is part of the program
  const ImageHeader* image = nullptr;
  std::span<const RuleTraits> rules;
  std::span<const RulePlan> plans;           // by rule
  std::span<const QuickByteSet> quick_sets;  // of all linear steps
  KeyVocabulary keys;                        // of all rules with keys
  ProseFinder prose;                         // of all rules with prose
  const hs_database* literals = nullptr;     // nullptr if no rule is literal
  const hs_database* open = nullptr;         // nullptr if no rule is open
  std::vector<RuleCode> code;                // by rule
  std::array<std::vector<std::uint16_t>, kTriggers> rules_of_trigger;
  std::vector<std::string> labels;  // all labels without brackets, sorted, unique

  /// The rules with all that their authors wrote; unpacked at the first call. Thread-safe.
  [[nodiscard]] std::span<const Rule> full_rules() const;

 private:
  mutable std::once_flag unpacked_;
  mutable std::vector<Rule> full_rules_;
};

}  // namespace piiscrub
