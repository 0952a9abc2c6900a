#include "cli/option_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include "cli/exit_codes.h"

namespace piiscrub::cli {
namespace {

using Problem = std::optional<std::string>;

constexpr std::size_t kMostRecordBytes = std::size_t{256} << 20;
constexpr unsigned kMostWorkers = 256;

std::optional<std::size_t> parse_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> parse_size(std::string_view text) {
  int shift = 0;
  if (text.ends_with('K')) shift = 10;
  if (text.ends_with('M')) shift = 20;
  if (shift > 0) text.remove_suffix(1);
  const std::optional<std::size_t> number = parse_number(text);
  if (!number || *number > kMostRecordBytes) return std::nullopt;
  return *number << shift;
}

Problem apply_when(When& when, std::string_view text) {
  if (text == "auto") {
    when = When::automatic;
  } else if (text == "always") {
    when = When::always;
  } else if (text == "never") {
    when = When::never;
  } else {
    return "must be auto, always or never";
  }
  return std::nullopt;
}

Problem apply_workers(Options& options, std::string_view text) {
  const std::optional<std::size_t> number = text == "auto" ? 0 : parse_number(text);
  if (!number || *number > kMostWorkers) return "must be a number up to 256, or auto";
  options.workers = *number == 0 ? std::max(1U, std::thread::hardware_concurrency()) : static_cast<unsigned>(*number);
  return std::nullopt;
}

Problem apply_max_record_bytes(Options& options, std::string_view text) {
  const std::optional<std::size_t> size = parse_size(text);
  if (!size || *size == 0 || *size > kMostRecordBytes) return "must be a number of bytes from 1 to 256M, such as 64K";
  options.max_record_bytes = *size;
  return std::nullopt;
}

Problem apply_category(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kCategoryNames), std::end(kCategoryNames), text);
  if (at == std::end(kCategoryNames)) return "is not a category";
  options.category = static_cast<Category>(at - std::begin(kCategoryNames));
  return std::nullopt;
}

Problem apply_generate(Options& options, std::string_view text) {
  if (text != "man" && text != "complete-bash" && text != "complete-zsh" && text != "complete-fish") {
    return "must be man, complete-bash, complete-zsh or complete-fish";
  }
  options.generate = text;
  options.command = Command::generate;
  return std::nullopt;
}

constexpr std::string_view kInOut = "Input and output";
constexpr std::string_view kRules = "Rules";
constexpr std::string_view kReports = "Reports";
constexpr std::string_view kGeneral = "General";
constexpr std::string_view kWhenWords = "auto always never";

constexpr OptionRow kOptions[] = {
    {"output", "FILE|DIR", kInOut,
     "Write to FILE, or to files of the same names in the existing directory DIR, without `.gz`. The output gets its "
     "name when it is complete; what a live pipe brings is written to FILE as it comes. New files have mode 0600.",
     "", 'o', Complete::files, false,
     [](Options& o, std::string_view v) { return o.output = v, v.empty() ? Problem("must not be empty") : Problem(); }},
    {"workers", "N", kInOut,
     "Scan on N threads; auto: one per processor. The default is 1. The output does not depend on it.", "auto 1 2 4 8",
     'j', Complete::words, false, apply_workers},
    {"max-record-bytes", "N", kInOut,
     "Longer records are cut, longer JSON records masked as a whole. N may end in K or M. The default is 1M.", "", 0,
     Complete::nothing, false, apply_max_record_bytes},
    {"dry-run", "", kInOut, "Write no log data, only count, and print the counts as --stats does.", "", 0,
     Complete::nothing, false, [](Options& o, std::string_view) { return o.dry_run = o.stats = true, Problem(); }},

    {"rules", "FILE|DIR", kRules,
     "Use the rules in FILE, or in all DIR/*.toml, besides the built-in ones. A rule with the id of a built-in one "
     "must say `override = true`.",
     "", 0, Complete::files, true,
     [](Options& o, std::string_view v) { return o.rule_paths.emplace_back(v), Problem(); }},
    {"category", "CATEGORY", kRules, "With `rules list`: only the rules of this category.",
     "contact payment government network health credential key web sql", 0, Complete::words, false, apply_category},
    {"json", "", kRules, "With `rules list` and `rules show`: print JSON.", "", 0, Complete::nothing, false,
     [](Options& o, std::string_view) { return o.json = true, Problem(); }},

    {"stats", "", kReports, "Print a table of counts to standard error at the end.", "", 0, Complete::nothing, false,
     [](Options& o, std::string_view) { return o.stats = true, Problem(); }},
    {"stats-file", "FILE", kReports,
     "Write the counts to FILE in the text format of Prometheus, every 10 s and at the end. FILE is replaced as a "
     "whole, mode 0644.",
     "", 0, Complete::files, false,
     [](Options& o, std::string_view v) {
       return o.stats_file = v, v.empty() ? Problem("must not be empty") : Problem();
     }},
    {"progress", "WHEN", kReports,
     "Show a progress bar on standard error: always, never, or auto, which is when files are read, standard error is a "
     "terminal, and the output goes elsewhere.",
     kWhenWords, 0, Complete::words, false, [](Options& o, std::string_view v) { return apply_when(o.progress, v); }},
    {"color", "WHEN", kReports,
     "Color messages: always, never, or auto, which is when they go to a terminal and NO_COLOR is not set.", kWhenWords,
     0, Complete::words, false, [](Options& o, std::string_view v) { return apply_when(o.color, v); }},
    {"quiet", "", kReports, "Print errors only.", "", 'q', Complete::nothing, true,
     [](Options& o, std::string_view) { return o.verbosity = -1, Problem(); }},
    {"verbose", "", kReports, "Print a line per file.", "", 'v', Complete::nothing, true,
     [](Options& o, std::string_view) { return o.verbosity = 1, Problem(); }},

    {"generate", "WHAT", kGeneral, "Print the manual page or the completions for a shell.",
     "man complete-bash complete-zsh complete-fish", 0, Complete::words, false, apply_generate},
    {"version", "", kGeneral, "Print the version and what it was built with.", "", 'V', Complete::nothing, false,
     [](Options& o, std::string_view) { return o.command = Command::version, Problem(); }},
    {"help", "", kGeneral, "Print this help.", "", 'h', Complete::nothing, false,
     [](Options& o, std::string_view) { return o.command = Command::help, Problem(); }},
};

constexpr CommandRow kCommands[] = {
    {"rules list", "", Command::rules_list, 0, 0, "List the rules."},
    {"rules show", "ID", Command::rules_show, 1, 1, "Show one rule in full."},
    {"validate", "FILE|DIR...", Command::validate, 0, -1,
     "Check rule files and print every error with its place. Without FILE, check what --rules names."},
};

constexpr UsageRow kUsages[] = {
    {"[OPTION]...", "Scrub standard input to standard output."},
    {"[OPTION]... FILE...",
     "Scrub files in order; gzip files are decompressed, `-` is standard input. A FILE named as a subcommand is "
     "written ./NAME."},
    {"[OPTION]... -- COMMAND [ARGUMENT]...",
     "Run COMMAND, scrub its standard output and standard error apart, pass on signals to it and its exit status."},
};

constexpr ExitCodeRow kExitCodes[] = {
    {kDone, "Done, whether or not anything was redacted, or whoever read standard output has closed it."},
    {kFileFailed, "A file could not be read or written; the others were done."},
    {kUsage, "Unknown option, subcommand or value."},
    {kScanErrors, "Ten scan errors within 60 s. What they concerned was masked."},
    {kWriteFailed, "Standard output could not be written."},
    {kConfig, "A rule file is wrong."},
    {kCannotRunCommand, "With `--`: COMMAND was found but could not be started."},
    {kCommandNotFound, "With `--`: COMMAND was not found. Otherwise its own status, or 128 + N if signal N ended it."},
};

}  // namespace

std::span<const OptionRow> option_table() { return kOptions; }
std::span<const CommandRow> command_table() { return kCommands; }
std::span<const ExitCodeRow> exit_code_table() { return kExitCodes; }
std::span<const UsageRow> usage_table() { return kUsages; }

}  // namespace piiscrub::cli
