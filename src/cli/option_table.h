// The one table of options and subcommands: the parser, --help, the man page and the shell completions all read it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace piiscrub::cli {

/// What a shell can complete an argument with.
enum class Complete : std::uint8_t { nothing, files, directories, words };

struct OptionRow {
  std::string_view name;      ///< long name without dashes
  std::string_view argument;  ///< what the argument is called; empty: the option takes none
  std::string_view group;     ///< heading in help
  std::string_view help;      ///< sentences without line breaks
  std::string_view words;     ///< for Complete::words: separated by spaces
  char letter;                ///< short name; 0: none
  Complete complete;
  bool repeatable;
  /// Puts the argument (empty if there is none) into the options. Returns what is wrong with it, or nothing.
  std::optional<std::string> (*apply)(Options& options, std::string_view argument);
};

struct CommandRow {
  std::string_view words;     ///< as typed, such as `rules list`
  std::string_view operands;  ///< as shown, such as `ID`
  Command command;
  int min_operands;
  int max_operands;  ///< -1: any number
  std::string_view help;
  bool reads_value = false;  ///< from standard input: what is too much on the command line may be one
};

struct ExitCodeRow {
  int code;
  std::string_view meaning;
};

std::span<const OptionRow> option_table();
/// Subcommands only.
std::span<const CommandRow> command_table();
std::span<const ExitCodeRow> exit_code_table();
/// The ways to call the program without a subcommand: arguments and what happens.
struct UsageRow {
  std::string_view arguments;
  std::string_view help;
};
std::span<const UsageRow> usage_table();

}  // namespace piiscrub::cli
