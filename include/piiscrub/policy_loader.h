// Loading a policy: TOML text to a PolicySource, and that to a Policy for the rules of one RuleDatabase.
//
//   config_version = 1
//
//   [policy]
//   preset = "ops"                  # none, strict or ops
//   action = "redact"               # for all that has nothing closer
//   style = "label"                 # label or typed
//   min_confidence = "medium"       # rules below it are off
//   categories = ["contact"]        # only these; default: all
//   enable = ["some-rule"]          # on, whatever its category and confidence
//   disable = ["mac-address"]       # off
//   observe = ["phone-nanp"]        # counted, never edited
//   markers = "scan"                # CockroachDB's ‹…›: scan, redact or keep
//   sql.literals = "sensitive"      # of statements: sensitive, all or off
//   remember = "entry"              # values found by name, where they stand without it: entry or off
//   [policy.category.contact]
//   action = "mask"
//   [policy.type.email]
//   action = "token"
//   [policy.rule.us-ssn]
//   style = "typed"
//
//   [[allow]]                       # values that stay: all conditions hold, of each one entry
//   reason = "load balancers"       # required
//   expires = 2027-01-01            # the first day (UTC) on which it does not hold any more
//   networks = ["10.0.0.0/8"]       # and/or values, domains, keys, rules
//   allow_secrets = false           # true: credentials, keys and web secrets too
//
//   [rules]                         # paths count from the directory of this file
//   files = ["own.toml"]
//   terms = ["terms.txt"]
//
//   [keys]                          # id = file; the last is the newest
//   k1 = "/etc/piiscrub/k1.key"
//   [cockroach]
//   salt_file = "salt"              # or allow_unsalted = true
//
// Action and style are decided apart, by whichever says something first: rule, type, category, preset, [policy], the
// rule's own `action`. Problems are reported all at once, each with its place; messages hold names, never values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/key_ring.h"
#include "piiscrub/network.h"
#include "piiscrub/policy.h"
#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub {

enum class Preset : std::uint8_t { none, strict, ops };
inline constexpr std::string_view kPresetNames[] = {"none", "strict", "ops"};
constexpr std::string_view name(Preset preset) { return kPresetNames[static_cast<std::size_t>(preset)]; }

/// Rules below this are off unless the configuration says something else.
inline constexpr Confidence kDefaultMinConfidence = Confidence::medium;

/// The type of rules that --terms makes. Categories, confidence and --only do not switch them off.
inline constexpr std::string_view kTermType = "term";

/// A value and where it stands. Of an option, `where.file` is its name, such as `--only`, without a line.
template <typename T>
struct Placed {
  T value{};
  SourceLocation where;
};

/// A policy as it is written: names are not looked up yet, places are kept.
struct PolicySource {
  using Text = Placed<std::string>;

  /// What one table says about action and style.
  struct Choice {
    Text subject;  ///< a category, type or rule id; empty for [policy]
    std::optional<Placed<Action>> action;
    std::optional<Placed<Style>> style;
  };

  struct Allow {
    SourceLocation where;  ///< of its [[allow]]
    std::string reason;
    std::optional<Placed<std::int32_t>> expires;  ///< days since 1970-01-01
    std::vector<std::string> values;
    std::vector<std::string> domains;  ///< lower case, without a dot in front
    std::vector<Network> networks;
    std::vector<std::string> keys;  ///< lower case
    std::vector<Text> rules;
    bool secrets = false;
  };

  struct KeyFile {
    std::string id;
    Text path;
  };

  Preset preset = Preset::none;
  Choice general;
  std::vector<Choice> categories;
  std::vector<Choice> types;
  std::vector<Choice> rules;

  std::optional<Placed<Markers>> markers;
  std::optional<Placed<SqlLiterals>> sql_literals;
  std::optional<Placed<Remember>> remember;
  std::optional<Placed<Confidence>> min_confidence;
  std::vector<Placed<Category>> only_categories;  ///< empty: all
  std::vector<Text> enable;                       ///< rule ids
  std::vector<Text> disable;                      ///< rule ids
  std::vector<Text> observe;                      ///< rule ids
  std::vector<Text> only;                         ///< types or rule ids; empty: all. --only
  std::vector<Text> except;                       ///< types or rule ids. --except

  std::vector<Allow> allow;

  std::vector<Text> rule_files;  ///< files and directories, to be read besides the built-in rules
  std::vector<Text> term_files;
  std::vector<KeyFile> keys;  ///< by age, the newest last
  std::optional<Text> salt_file;
  bool allow_unsalted = false;
};

/// Reads a configuration. Problems are appended to `errors`, ordered by line; the result is for use only if there are
/// none. `file_name` goes into places, and its directory in front of relative paths.
PolicySource load_policy(std::string_view toml_text, const std::string& file_name, std::vector<Error>& errors);
PolicySource load_policy_file(const std::string& path, std::vector<Error>& errors);

/// Why a rule is treated as it is, for people: `[policy.type.email], line 12`, `preset ops`, `--except`, `default`.
struct Decision {
  std::string action;
  std::string style;
  std::string state;  ///< whether it is on, off or observed
};

struct ResolvedPolicy {
  Policy policy;                    ///< without keys
  std::vector<Decision> decisions;  ///< by rule index
  std::string markers_decision;     ///< why policy.markers is what it is
  std::string sql_decision;         ///< the same of policy.sql_literals
  std::string remember_decision;    ///< the same of policy.remember
  std::vector<Error> warnings;      ///< what is odd, but lets nothing through
};

/// The policy for `rules`. Reports unknown names and contradictions to `errors`; the result is for use only if there
/// are none. Allowances that have expired on the day `today` (days since 1970-01-01, UTC) are left out with a warning.
ResolvedPolicy resolve_policy(const PolicySource& source, RuleList rules, std::int32_t today,
                              std::vector<Error>& errors);

/// The keys that the configuration names; nullptr if it names none. Reports what cannot be used to `errors`.
std::shared_ptr<const KeyRing> load_keys(const PolicySource& source, std::vector<Error>& errors);

/// Adds a rule of the type `term` for each line of the file at `path`: the line's bytes, but for blanks around them,
/// are found as whole words, letter for letter. Blank lines and those that start with # are skipped, terms that `pack`
/// has already too. Problems are appended to `errors`: what cannot be read, terms under 3 or above 1,000 bytes, no term
/// at all. The rules' `match` holds the terms: do not print it, and do not keep the compiled pack.
void add_terms(const std::string& path, RulePack& pack, std::vector<Error>& errors);

}  // namespace piiscrub
