// Loading rules: TOML text, files and directories to a RulePack, with every problem found at once.
//
// A loaded pack is well formed: fields have their types and known names, expressions parse, examples are marked. That
// its rules compile together and find their examples is the RuleDatabase's business (detector.h). Pure functions but
// for reading the named files; thread-safe. The format is described for authors in patterns/README.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// Loads the [[rule]] tables of one TOML text, in their order. `file_name` goes into errors and Rule::where only.
///
/// Returns `base` with the rules added. A rule whose id exists already (in `base` or further up) is an error, unless it
/// says `override = true`: then it takes the place of the earlier one. Problems are appended to `errors`, ordered by
/// line; each names the line and column of the value at fault. A rule with a problem is left out, so the result is for
/// use only if nothing was appended. A text without any rule is a problem: it was cut off, or named by mistake.
RulePack load_rules(std::string_view toml_text, std::string_view file_name, std::vector<Error>& errors,
                    RulePack base = {});

/// The same for files, one after the other: a path is a file, or a directory, which stands for the regular files
/// `*.toml` directly in it, sorted by name, those starting with a dot left out. A path that cannot be read, or a
/// directory without such a file, is a problem.
RulePack load_rule_files(std::span<const std::string> paths, std::vector<Error>& errors, RulePack base = {});

/// The same, where the first problem is enough.
Result<RulePack> load_rules(std::string_view toml_text, std::string_view file_name);
Result<RulePack> load_rule_files(std::span<const std::string> paths);

/// The checks of load_rules() on rules that were made or changed by a program. Errors start with `rule 'ID': ` and have
/// Rule::where as their place, since the places of single fields are not kept.
std::vector<Error> check_rules(const RulePack& pack);

/// The text of an example without its marks, and the byte ranges {begin, end} of it that stood between marks, in order.
struct MarkedExample {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> spans;
};

/// Takes the marks « (C2 AB) and » (C2 BB) out of an example or counter-example of a rule. The spans are disjoint and
/// not empty. Refused: a mark without its partner, marks in each other, nothing between two marks. Errors have the
/// column (in bytes, from 1) of the mark at fault.
Result<MarkedExample> parse_marks(std::string_view example);

}  // namespace piiscrub
