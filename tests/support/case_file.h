// Data cases: texts with what must become of them. The format is described in tests/cases/README.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/pipeline.h"
#include "piiscrub/result.h"

namespace piiscrub::test {

struct Case {
  std::string name;
  std::string where;  ///< file:line, for messages
  std::string input;
  std::string output;
  std::string rules;  ///< rule file, relative to the case's file; empty: the built-in rules
  PipelineOptions options;
  std::optional<std::uint64_t> discarded;  ///< bytes of over-long records that are dropped
};

/// The cases of one file.
Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file);

/// Bytes of one line of a case, escapes replaced; nothing if an escape is wrong.
std::optional<std::string> unescape(std::string_view line);

/// All cases below `directory`, in the order of their files' names. Ends the process if one cannot be read.
std::vector<Case> read_cases(const std::string& directory);

}  // namespace piiscrub::test
