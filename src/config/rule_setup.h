// RuleSetup: what to scrub with and how, from the files and names that a command or a pipeline gives.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/policy.h"
#include "piiscrub/policy_loader.h"

namespace piiscrub {

/// What is asked for. The options that choose rules count for more than the policy file.
struct RuleRequest {
  std::string policy_file;  ///< empty: none
  std::vector<std::string> rule_paths;
  std::vector<std::string> term_paths;
  std::vector<std::string> only;
  std::vector<std::string> except;
  std::vector<Category> categories;
  std::optional<Confidence> min_confidence;
  std::optional<Markers> markers;
  std::optional<SqlLiterals> sql_literals;
  std::optional<Remember> remember;
};

/// Rules, and the policy that was made for them.
struct RuleSetup {
  std::shared_ptr<const RuleDatabase> rules;  ///< nullptr: something is wrong
  std::shared_ptr<const Policy> policy;
  std::vector<Decision> decisions;  ///< by rule index
  std::string markers_decision;     ///< as in ResolvedPolicy
  std::string sql_decision;         ///< as in ResolvedPolicy
  std::string remember_decision;    ///< as in ResolvedPolicy
};

/// The built-in rules and those of `rule_paths`, compiled or from the cache, with all their examples checked. If
/// anything is wrong, returns null and says all of it in `errors`. The program must know its part as the compiler's
/// child (rule_cache.h).
std::shared_ptr<const RuleDatabase> load_rules(const std::vector<std::string>& rule_paths, std::vector<Error>& errors);
/// What tells these rules from all others, for receipts: `sha256:` and digits. Terms to hide are left out.
std::string pack_digest(const RuleDatabase& rules);
/// Only the rules of the file or directory `path`.
std::shared_ptr<const RuleDatabase> load_rules_alone(const std::string& path, std::vector<Error>& errors);
/// `pack` compiled in a child process with limits; nothing is kept on disk.
Result<std::shared_ptr<const RuleDatabase>> compile_apart(const RulePack& pack);

/// The policy in `policy_file` for `rules`, which are another policy's: one that names rules or terms of its own is
/// refused. Appends to `errors` and to `warnings`.
RuleSetup load_policy_setup(const std::string& policy_file, std::shared_ptr<const RuleDatabase> rules,
                            std::vector<Error>& errors, std::vector<Error>& warnings);

/// Rules and policy for `request`. Appends to `errors`, of which those about an option's value have its name in place
/// of a file, and to `warnings`.
RuleSetup load_rule_setup(const RuleRequest& request, std::vector<Error>& errors, std::vector<Error>& warnings);

}  // namespace piiscrub
