#include "cli/option_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

Problem apply_format(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kFormatNames), std::end(kFormatNames), text);
  if (at == std::end(kFormatNames)) return fmt::format("must be one of {}", fmt::join(kFormatNames, ", "));
  options.format = static_cast<Format>(at - std::begin(kFormatNames));
  return std::nullopt;
}

Problem apply_max_record_bytes(Options& options, std::string_view text) {
  const std::optional<std::size_t> size = parse_size(text);
  if (!size || *size == 0 || *size > kMostRecordBytes) return "must be a number of bytes from 1 to 256M, such as 64K";
  options.max_record_bytes = *size;
  return std::nullopt;
}

// Calls `take` for each word between commas until one of them is a problem.
template <typename Take>
Problem for_each_word(std::string_view list, Take take) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view word = list.substr(0, comma);
    if (word.empty()) return "must be names, separated by commas";
    if (Problem problem = take(word)) return problem;
    if (comma == std::string_view::npos) return std::nullopt;
    list.remove_prefix(comma + 1);
  }
}

Problem apply_names(std::vector<std::string>& names, std::string_view list) {
  return for_each_word(list, [&](std::string_view word) { return names.emplace_back(word), Problem(); });
}

Problem apply_categories(Options& options, std::string_view list) {
  return for_each_word(list, [&](std::string_view word) {
    const auto* const at = std::find(std::begin(kCategoryNames), std::end(kCategoryNames), word);
    if (at == std::end(kCategoryNames)) return Problem("is not a category");
    options.categories.push_back(static_cast<Category>(at - std::begin(kCategoryNames)));
    return Problem();
  });
}

Problem apply_min_confidence(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kConfidenceNames), std::end(kConfidenceNames), text);
  if (at == std::end(kConfidenceNames)) return "must be low, medium or high";
  options.min_confidence = static_cast<Confidence>(at - std::begin(kConfidenceNames));
  return std::nullopt;
}

Problem apply_markers(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kMarkersNames), std::end(kMarkersNames), text);
  if (at == std::end(kMarkersNames)) return "must be scan, redact or keep";
  options.markers = static_cast<Markers>(at - std::begin(kMarkersNames));
  return std::nullopt;
}

Problem apply_sql_literals(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kSqlLiteralsNames), std::end(kSqlLiteralsNames), text);
  if (at == std::end(kSqlLiteralsNames)) return "must be sensitive, all or off";
  options.sql_literals = static_cast<SqlLiterals>(at - std::begin(kSqlLiteralsNames));
  return std::nullopt;
}

Problem apply_remember(Options& options, std::string_view text) {
  const auto* const at = std::find(std::begin(kRememberNames), std::end(kRememberNames), text);
  if (at == std::end(kRememberNames)) return "must be entry or off";
  options.remember = static_cast<Remember>(at - std::begin(kRememberNames));
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
    {"config", "FILE", kInOut,
     "Do with what is found as the configuration FILE (TOML) says. Options count for more than FILE. With `run` and "
     "`status`: the configuration of the service.",
     "", 'c', Complete::files, false,
     [](Options& o, std::string_view v) { return o.config = v, v.empty() ? Problem("must not be empty") : Problem(); }},
    {"output", "FILE|DIR", kInOut,
     "Write to FILE, or to files of the same names in the existing directory DIR, without `.gz`. The output gets its "
     "name when it is complete; what a live pipe brings is written to FILE as it comes. New files have mode 0600.",
     "", 'o', Complete::files, false,
     [](Options& o, std::string_view v) { return o.output = v, v.empty() ? Problem("must not be empty") : Problem(); }},
    {"workers", "N", kInOut,
     "Scan on N threads; auto: one per processor. The default is 1. The output does not depend on it.", "auto 1 2 4 8",
     'j', Complete::words, false, apply_workers},
    {"format", "FORMAT", kInOut,
     "What kind of log the records are. auto finds whatever structure they show, and takes FILEs that are all called "
     "*.csv or *.tsv for csv. text, logfmt and access have no columns of SQL, which are not looked for then; in csv a "
     "line of names says whose the fields below it are.",
     "auto text logfmt access csv json syslog docker cri postgres-stderr postgres-csv postgres-json crdb-v1 "
     "crdb-v1-count "
     "crdb-v2 crdb-json crdb-json-compact crdb-json-fluent crdb-json-fluent-compact",
     0, Complete::words, false, apply_format},
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
    {"terms", "FILE", kRules,
     "Hide every line of FILE wherever it stands as a word of its own, letter for letter, as [TERM]. Lines that start "
     "with # do not count.",
     "", 0, Complete::files, true,
     [](Options& o, std::string_view v) { return o.term_paths.emplace_back(v), Problem(); }},
    {"only", "TYPE|RULE[,...]", kRules, "Look for these types and rules only, and for --terms.", "", 0,
     Complete::nothing, true, [](Options& o, std::string_view v) { return apply_names(o.only, v); }},
    {"except", "TYPE|RULE[,...]", kRules, "Do not look for these types and rules.", "", 0, Complete::nothing, true,
     [](Options& o, std::string_view v) { return apply_names(o.except, v); }},
    {"category", "CATEGORY[,...]", kRules, "Use, or list, the rules of these categories only.",
     "contact payment government network health credential key web sql", 0, Complete::words, true, apply_categories},
    {"min-confidence", "LEVEL", kRules,
     "Use rules of at least this confidence only: low, medium or high. The default is medium.", "low medium high", 0,
     Complete::words, false, apply_min_confidence},
    {"markers", "WHAT", kRules,
     "What to do with the values that CockroachDB has put between its marks: scan looks at them as at any text, redact "
     "hides them all, keep does as scan and leaves those alone, too, that are marked to be hashed. The default is "
     "scan.",
     "scan redact keep", 0, Complete::words, false, apply_markers},
    {"sql-literals", "WHAT", kRules,
     "Which literals and parameters of SQL statements to hide: sensitive, those whose column says so; all; off, none "
     "for its column. The default is sensitive.",
     "sensitive all off", 0, Complete::words, false, apply_sql_literals},
    {"remember", "WHAT", kRules,
     "How far a value that was found by its key or column is hidden where it stands without it: entry, in its record "
     "and in those that go on with it, such as the lines of a traceback; off, nowhere. The default is entry.",
     "entry off", 0, Complete::words, false, apply_remember},
    {"explain", "", kRules, "With `validate`: print what is done with each type, and where that was decided.", "", 0,
     Complete::nothing, false, [](Options& o, std::string_view) { return o.explain = true, Problem(); }},
    {"cost", "", kRules,
     "With `rules test`: print what each rule costs: the time to search with it and without it. Takes a second per "
     "rule.",
     "", 0, Complete::nothing, false, [](Options& o, std::string_view) { return o.cost = true, Problem(); }},
    {"json", "", kRules, "With `rules list` and `rules show`: print JSON.", "", 0, Complete::nothing, false,
     [](Options& o, std::string_view) { return o.json = true, Problem(); }},

    {"stats", "", kReports, "Print a table of counts to standard error at the end.", "", 0, Complete::nothing, false,
     [](Options& o, std::string_view) { return o.stats = true, Problem(); }},
    {"receipts", "FILE", kReports,
     "Append a line of JSON to FILE for each finding: source, offset, rule, action, and a digest of the rules; never "
     "the value. Masks have one, too, with the reason. A new FILE gets mode 0600.",
     "", 0, Complete::files, false,
     [](Options& o, std::string_view v) {
       return o.receipts = v, v.empty() ? Problem("must not be empty") : Problem();
     }},
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
    {"run", "", Command::service, 0, 0,
     "Run as a service: read the sources that the configuration -c FILE names, scrub, write to its sinks, until "
     "SIGTERM. "
     "SIGHUP reloads rules and policies and opens output files anew."},
    {"status", "", Command::status, 0, 0,
     "Print what the service of the configuration -c FILE says of itself on its `metrics_socket`."},
    {"rules list", "", Command::rules_list, 0, 0, "List the rules."},
    {"rules show", "ID", Command::rules_show, 1, 1, "Show one rule in full."},
    {"rules test", "[FILE|DIR]...", Command::rules_test, 0, -1,
     "Run every example and counter-example of the rules in FILE, or of the built-in ones."},
    {"rules diff", "OLD NEW", Command::rules_diff, 2, 2,
     "Count what the rules in OLD and in NEW (files, directories, or `builtin`) find on standard input, and print the "
     "rules whose counts differ."},
    {"validate", "[FILE|DIR]...", Command::validate, 0, -1,
     "Check rule files, and with -c a configuration, and print every error with its place. Without FILE, check what "
     "--rules names."},
    {"token", "TYPE", Command::token, 1, 1,
     "Print the token of a value of TYPE, such as `email`, as the action `token` writes it with the keys of -c FILE: "
     "to "
     "search logs for it. The value comes from standard input, or from a prompt that does not show it.",
     true},
    {"reveal", "", Command::reveal, 0, 0,
     "Print the values that the action `encrypt` has hidden with the keys of -c FILE, a line each. What holds them "
     "comes "
     "from standard input, or from a prompt: one `[EMAIL:enc:...]` or any text around some.",
     true},
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
    {kFileFailed,
     "A file could not be read or written; the others were done. With `reveal`: there is no encrypted value, or one "
     "was "
     "changed, or its key is not here; the others were printed."},
    {kUsage, "Unknown option, subcommand or value. With `token` and `reveal`: standard input is empty."},
    {kScanErrors,
     "Ten scan errors within 60 s. What they concerned was masked. With `run`: or a canary came out unscrubbed."},
    {kWriteFailed, "Standard output could not be written."},
    {kConfig, "The configuration, a rule file, a key file or a file of terms is wrong."},
    {kCannotRunCommand, "With `--`: COMMAND was found but could not be started."},
    {kCommandNotFound, "With `--`: COMMAND was not found. Otherwise its own status, or 128 + N if signal N ended it."},
};

}  // namespace

std::span<const OptionRow> option_table() { return kOptions; }
std::span<const CommandRow> command_table() { return kCommands; }
std::span<const ExitCodeRow> exit_code_table() { return kExitCodes; }
std::span<const UsageRow> usage_table() { return kUsages; }

}  // namespace piiscrub::cli
