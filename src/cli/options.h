// Options: what was asked for on the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/pipeline.h"
#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub::cli {

enum class When : std::uint8_t { automatic, always, never };

enum class Command : std::uint8_t {
  scrub,
  run,      ///< `-- COMMAND`
  service,  ///< `run -c FILE`
  status,
  rules_list,
  rules_show,
  rules_test,
  rules_diff,
  validate,
  token,
  reveal,
  generate,
  version,
  help
};

struct Options {
  Command command = Command::scrub;
  std::vector<std::string> operands;  ///< FILEs, a rule id, or rule files
  std::vector<std::string> program;   ///< what stands behind `--`
  std::string output;                 ///< -o; empty or `-`: standard output
  std::string stats_file;
  std::string receipts;
  std::string config;  ///< -c; empty: none
  std::vector<std::string> rule_paths;
  std::vector<std::string> term_paths;
  std::vector<std::string> only;             ///< types or rule ids; empty: all
  std::vector<std::string> except;           ///< types or rule ids
  std::string generate;                      ///< what to generate
  std::vector<Category> categories;          ///< empty: all
  std::optional<Markers> markers;            ///< nothing: as the configuration says
  std::optional<SqlLiterals> sql_literals;   ///< nothing: as the configuration says
  std::optional<Remember> remember;          ///< nothing: as the configuration says
  std::optional<Confidence> min_confidence;  ///< nothing: as the configuration says
  unsigned workers = 1;
  int verbosity = 0;  ///< -1 quiet, 1 verbose
  Format format = Format::automatic;
  std::size_t max_record_bytes = std::size_t{1} << 20;
  When color = When::automatic;
  When progress = When::automatic;
  bool stats = false;
  bool dry_run = false;
  bool json = false;
  bool explain = false;
  bool cost = false;
};

/// Parses the arguments of main(). Errors are for people and to be followed by kUsage.
Result<Options> parse_options(int argc, const char* const* argv);

}  // namespace piiscrub::cli
