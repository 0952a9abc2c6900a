// Rule cache: users' rules are compiled once, in a child process with limits, and loaded from then on.
//
// Compiling takes from tens of milliseconds to for ever: an expression of sixty bytes can keep the compiler busy for
// minutes. So it never happens in the process that scrubs. The compiled form is kept in a file that is believed only if
// nobody else could have written it: owned by root or the effective user, and neither it nor any directory on its path
// writable by others; the content is checked against a checksum and against the rules it must hold. Anything else is
// compiled again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "piiscrub/detector.h"
#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub {

struct RuleCacheOptions {
  std::string directory;  ///< created if missing, mode 0700; empty: nothing is kept
  std::string compiler;   ///< program to run as `compiler kCompileRulesCommand`; it must call compile_rules_child()
  std::uint64_t cpu_seconds = 20;
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
};

/// The hidden first argument that makes a program the compiler child.
inline constexpr const char* kCompileRulesCommand = "--compile-rules-child";

/// The directory of the current user: $XDG_CACHE_HOME/piiscrub or $HOME/.cache/piiscrub; for root /var/cache/piiscrub.
/// Empty if there is none.
std::string default_rule_cache_directory();

/// `pack` compiled, from the cache if that holds it. A rule that makes the compiler exceed its limits is named in the
/// error. A cache that cannot be written is no error.
Result<std::shared_ptr<const RuleDatabase>> load_cached_rules(const RulePack& pack, const RuleCacheOptions& options);

/// The child's part: reads packed rules from fd 0, compiles them under the limits that its arguments give, writes the
/// compiled form or an error to fd 1. Returns the exit status.
int compile_rules_child(int argc, char** argv);

}  // namespace piiscrub
