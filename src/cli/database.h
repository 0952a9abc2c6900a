// What to scrub with and how, as the options and the configuration say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/options.h"
#include "config/rule_setup.h"
#include "piiscrub/detector.h"

namespace piiscrub::cli {

/// The built-in rules and those of --rules. If anything is wrong, returns null and says all of it in `errors`.
std::shared_ptr<const RuleDatabase> load_database(const Options& options, std::vector<Error>& errors);

/// Only the rules of the file or directory `path`, or the built-in ones if that is `builtin`.
std::shared_ptr<const RuleDatabase> load_pack(const std::string& path, std::vector<Error>& errors);

/// Rules, and the policy that was made for them; if there are no rules, something is wrong and was printed.
struct Setup : RuleSetup {
  int exit_code = 0;  ///< if something is wrong
};

/// What -c, --rules, --terms and the options that choose rules amount to. Prints warnings and errors.
Setup load_setup(const Options& options, Console& console);

}  // namespace piiscrub::cli
