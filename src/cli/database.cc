#include "cli/database.h"

#include <utility>

#include "piiscrub/rule_cache.h"
#include "piiscrub/rule_check.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub::cli {
namespace {

RulePack builtin_pack() {
  const std::span<const Rule> rules = builtin_rules()->rules();
  return {.rules = {rules.begin(), rules.end()}};
}

}  // namespace

std::shared_ptr<const RuleDatabase> load_database(const Options& options, std::vector<Error>& errors) {
  if (options.rule_paths.empty()) return builtin_rules();
  const RulePack pack = load_rule_files(options.rule_paths, errors, builtin_pack());
  if (!errors.empty()) return nullptr;
  Result<std::shared_ptr<const RuleDatabase>> database = load_cached_rules(
      pack,
      {.directory = default_rule_cache_directory(), .compiler = "/proc/self/exe"});  // main() knows the child's part
  if (!database) {
    errors.push_back(database.error());
    return nullptr;
  }
  errors = check_examples(*database, MarkCheck::covered);
  return errors.empty() ? *std::move(database) : nullptr;
}

}  // namespace piiscrub::cli
