// What a RuleDatabase holds, for the files that compile, load, scan and confirm.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
/// record may hold SQL, in which a column says what is to be hidden; those where no column need be named; base64 that
/// may be JSON; what goes into ScanResult::seams.
inline constexpr std::uint16_t kNoRule = UINT16_MAX;
inline constexpr std::uint16_t kSqlWord = UINT16_MAX - 1;
inline constexpr std::uint16_t kSqlEcho = UINT16_MAX - 2;
inline constexpr std::uint16_t kEncodedJson = UINT16_MAX - 3;
inline constexpr std::uint16_t kSeam = UINT16_MAX - 4;

struct HyperscanDatabaseFree {
  void operator()(hs_database* database) const;
};
using HyperscanDatabase = std::unique_ptr<hs_database, HyperscanDatabaseFree>;

/// The saved part of a compiled rule. Shape rules have only `allow`.
struct RulePlan {
  std::vector<std::string> expressions;  ///< what Hyperscan searches
  bool caseless = false;                 ///< they stand for all their spellings in capitals
  bool open = false;                     ///< no literal text in it: searched for in the separate database
  std::vector<LinearForm> linear;        ///< what confirms instead of RE2 where the expression allows it
  std::string confirm;                   ///< what RE2 confirms with: (before)(match)(after)
  std::string allow;                     ///< what RE2 compares whole values with; empty: nothing is allowed
  std::uint32_t min_width = 0;           ///< from the start of before+match to the reported end, at least
  std::uint32_t max_width = 0;           ///< at most
  std::uint32_t prefix = 0;              ///< fixed literal bytes at the start of before+match
  bool can_be_cut = false;      ///< the prefix alone says what it is: a token that is cut off behind it still counts
  std::uint64_t max_bytes = 0;  ///< of before+match+after; UINT64_MAX if unbounded
  std::bitset<256> first;       ///< bytes before+match can start with
};

/// A rule as the detector uses it; derived from Rule and RulePlan when loaded.
struct RuleCode {
  std::string label;  ///< "[US_SSN]"
  const ShapeInfo* shape = nullptr;
  const ProseForm* prose = nullptr;  // what follows a match of `confirm`, which is context then
  Validate validate = nullptr;
  LazyRegex confirm;
  std::optional<LazyRegex> allow;
  std::vector<std::string> context;         // lower case
  std::vector<std::string> unless_context;  // lower case
};

struct RuleDatabase::Parts {
  std::vector<Rule> rules;
  std::vector<RulePlan> plans;  // by rule
  ByteTable sets;               // of all linear steps
  QuickByteTable quick_sets;    // the same
  KeyVocabulary keys;           // of all rules with keys
  ProseFinder prose;            // of all rules with prose
  HyperscanDatabase literals;   // nullptr if no rule is literal
  HyperscanDatabase open;       // nullptr if no rule is open
  std::vector<RuleCode> code;   // by rule
  std::array<std::vector<std::uint16_t>, kTriggers> rules_of_trigger;
  std::vector<std::string> labels;  // all labels without brackets, sorted, unique

  /// Fills `code`, `prose`, `quick_sets`, `rules_of_trigger` and `labels` from the others.
  void link();
};

}  // namespace piiscrub
