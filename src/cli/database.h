// The rules to scrub with, as the options say.
#pragma once

#include <memory>
#include <vector>

#include "cli/options.h"
#include "piiscrub/detector.h"

namespace piiscrub::cli {

/// The built-in rules and those of --rules. If anything is wrong, returns null and says all of it in `errors`.
std::shared_ptr<const RuleDatabase> load_database(const Options& options, std::vector<Error>& errors);

}  // namespace piiscrub::cli
