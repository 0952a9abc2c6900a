#include "config/rule_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/append_format.h"
#include "piiscrub/policy_check.h"
#include "piiscrub/rule_cache.h"
#include "piiscrub/rule_check.h"
#include "piiscrub/rule_loader.h"
#include "redact/crypto.h"

namespace piiscrub {
namespace {

RulePack builtin_pack() {
  const std::span<const Rule> rules = builtin_rules()->rules();
  return {.rules = {rules.begin(), rules.end()}};
}

std::shared_ptr<const RuleDatabase> compiled(const RulePack& pack, const std::string& cache_directory,
                                             std::vector<Error>& errors) {
  if (!errors.empty()) return nullptr;
  Result<std::shared_ptr<const RuleDatabase>> database = load_cached_rules(
      pack, {.directory = cache_directory, .compiler = "/proc/self/exe"});  // main() knows the child's part
  if (!database) {
    errors.push_back(database.error());
    return nullptr;
  }
  errors = check_examples(*database, MarkCheck::covered);
  return errors.empty() ? *std::move(database) : nullptr;
}

std::shared_ptr<const RuleDatabase> load_rules_and_terms(const std::vector<std::string>& rule_paths,
                                                         const std::vector<std::string>& term_paths,
                                                         std::vector<Error>& errors) {
  if (rule_paths.empty() && term_paths.empty()) return builtin_rules();
  RulePack pack = load_rule_files(rule_paths, errors, builtin_pack());
  for (const std::string& path : term_paths) add_terms(path, pack, errors);
  // No copy of what is to be hidden outlives the process.
  return compiled(pack, term_paths.empty() ? default_rule_cache_directory() : std::string(), errors);
}

std::int32_t today() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<std::int32_t>(days.time_since_epoch().count());
}

// What was said on the command line, as if it stood in the configuration, in place of what stands there.
void apply_choices(const RuleRequest& request, PolicySource& source) {
  const auto add = [](std::vector<PolicySource::Text>& texts, const std::vector<std::string>& names,
                      const char* option) {
    for (const std::string& name : names) texts.push_back({name, {.file = option}});
  };
  add(source.only, request.only, "--only");
  add(source.except, request.except, "--except");
  if (!request.categories.empty()) source.only_categories.clear();
  for (const Category category : request.categories)
    source.only_categories.push_back({category, {.file = "--category"}});
  if (request.markers) source.markers = {*request.markers, {.file = "--markers"}};
  if (request.sql_literals) source.sql_literals = {*request.sql_literals, {.file = "--sql-literals"}};
  if (request.remember) source.remember = {*request.remember, {.file = "--remember"}};
  if (request.min_confidence) source.min_confidence = {*request.min_confidence, {.file = "--min-confidence"}};
}

std::vector<std::string> joined(const std::vector<PolicySource::Text>& configured,
                                const std::vector<std::string>& named) {
  std::vector<std::string> paths;
  paths.reserve(configured.size() + named.size());
  for (const PolicySource::Text& path : configured) paths.push_back(path.value);
  paths.insert(paths.end(), named.begin(), named.end());
  return paths;
}

// A user's rule that is off without anybody having said so is a surprise.
void warn_of_idle_rules(const RuleSetup& setup, std::vector<Error>& warnings) {
  if (setup.rules == builtin_rules()) return;
  const std::span<const Rule> rules = setup.rules->rules();
  for (std::size_t i = RuleList(*builtin_rules()).size(); i < rules.size(); ++i) {
    if (setup.policy->treatment(i).enabled || !setup.decisions[i].state.starts_with("default")) continue;
    const SourceLocation& where = rules[i].where;
    warnings.push_back({where.file, where.line, where.column,
                        fmt::format("rule {} is off: its confidence is {}", rules[i].id, name(rules[i].confidence)),
                        "use --min-confidence, or 'enable' in the configuration"});
  }
}

// Makes `source` the policy of setup.rules.
void resolve(const PolicySource& source, const std::string& policy_file, RuleSetup& setup, std::vector<Error>& found,
             std::vector<Error>& warnings) {
  ResolvedPolicy resolved = resolve_policy(source, *setup.rules, today(), found);
  resolved.policy.keys = load_keys(source, found);
  if (found.empty()) found = check_policy(resolved.policy, *setup.rules);
  for (Error& error : found) {
    if (error.file.empty()) error.file = policy_file;
  }
  setup.policy = std::make_shared<const Policy>(std::move(resolved.policy));
  setup.decisions = std::move(resolved.decisions);
  setup.markers_decision = std::move(resolved.markers_decision);
  setup.sql_decision = std::move(resolved.sql_decision);
  setup.remember_decision = std::move(resolved.remember_decision);
  if (found.empty()) {
    warnings.insert(warnings.end(), resolved.warnings.begin(), resolved.warnings.end());
    warn_of_idle_rules(setup, warnings);
  }
}

}  // namespace

RuleSetup load_policy_setup(const std::string& policy_file, std::shared_ptr<const RuleDatabase> rules,
                            std::vector<Error>& errors, std::vector<Error>& warnings) {
  std::vector<Error> found;
  const PolicySource source = load_policy_file(policy_file, found);
  for (const std::vector<PolicySource::Text>* const files : {&source.rule_files, &source.term_files}) {
    for (const PolicySource::Text& file : *files) {
      found.push_back({file.where.file, file.where.line, file.where.column,
                       "a policy that depends on fields has no rules of its own", "name them in the [[pipeline]]"});
    }
  }
  RuleSetup setup;
  setup.rules = std::move(rules);
  if (found.empty()) resolve(source, policy_file, setup, found, warnings);
  errors.insert(errors.end(), found.begin(), found.end());
  return found.empty() ? std::move(setup) : RuleSetup{};
}

std::shared_ptr<const RuleDatabase> load_rules(const std::vector<std::string>& rule_paths, std::vector<Error>& errors) {
  return load_rules_and_terms(rule_paths, {}, errors);
}

std::string pack_digest(const RuleDatabase& rules) {
  RulePack pack;
  for (const Rule& rule : rules.rules()) {
    if (rule.type != kTermType) pack.rules.push_back(rule);
  }
  constexpr std::size_t kBytes = 16;
  std::string text = "sha256:";
  const auto digest = sha256(RuleDatabase::pack_rules(pack));
  for (const char byte : view(digest).substr(0, kBytes)) {
    append_format(text, "{:02x}", static_cast<unsigned char>(byte));
  }
  return text;
}

std::shared_ptr<const RuleDatabase> load_rules_alone(const std::string& path, std::vector<Error>& errors) {
  const RulePack pack = load_rule_files(std::vector{path}, errors);
  return compiled(pack, default_rule_cache_directory(), errors);
}

Result<std::shared_ptr<const RuleDatabase>> compile_apart(const RulePack& pack) {
  return load_cached_rules(pack, {.directory = {}, .compiler = "/proc/self/exe"});
}

RuleSetup load_rule_setup(const RuleRequest& request, std::vector<Error>& errors, std::vector<Error>& warnings) {
  PolicySource source;
  std::vector<Error> found;
  if (!request.policy_file.empty()) source = load_policy_file(request.policy_file, found);
  apply_choices(request, source);
  std::vector<Error> rule_errors;
  RuleSetup setup;
  setup.rules = load_rules_and_terms(joined(source.rule_files, request.rule_paths),
                                     joined(source.term_files, request.term_paths), rule_errors);
  found.insert(found.end(), rule_errors.begin(), rule_errors.end());
  if (found.empty()) resolve(source, request.policy_file, setup, found, warnings);
  errors.insert(errors.end(), found.begin(), found.end());
  return found.empty() ? std::move(setup) : RuleSetup{};
}

}  // namespace piiscrub
