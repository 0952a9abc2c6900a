// What a configuration means, for people.
#pragma once

#include <string>

#include "config/rule_setup.h"

namespace piiscrub::cli {

/// A table: by type, which of its rules are treated how, and where that was decided. Below it the allowances, by reason
/// and extent; of values only their number.
std::string policy_table(const RuleSetup& setup, bool color);

}  // namespace piiscrub::cli
