#include "cli/database.h"

#include <algorithm>
#include <utility>

#include "cli/exit_codes.h"

namespace piiscrub::cli {

std::shared_ptr<const RuleDatabase> load_database(const Options& options, std::vector<Error>& errors) {
  return load_rules(options.rule_paths, errors);
}

std::shared_ptr<const RuleDatabase> load_pack(const std::string& path, std::vector<Error>& errors) {
  return path == "builtin" ? builtin_rules() : load_rules_alone(path, errors);
}

Setup load_setup(const Options& options, Console& console) {
  std::vector<Error> errors;
  std::vector<Error> warnings;
  const RuleRequest request = {.policy_file = options.config,
                               .rule_paths = options.rule_paths,
                               .term_paths = options.term_paths,
                               .only = options.only,
                               .except = options.except,
                               .categories = options.categories,
                               .min_confidence = options.min_confidence,
                               .markers = options.markers,
                               .sql_literals = options.sql_literals,
                               .remember = options.remember};
  Setup setup{load_rule_setup(request, errors, warnings)};
  for (const Error& warning : warnings) console.warning(warning.text());
  if (errors.empty()) return setup;
  for (const Error& error : errors) console.error(error);
  // What is wrong with an option's value has its name in place of a file.
  const bool usage = std::all_of(errors.begin(), errors.end(), [](const Error& e) { return e.file.starts_with("--"); });
  setup.exit_code = usage ? kUsage : kConfig;
  return setup;
}

}  // namespace piiscrub::cli
