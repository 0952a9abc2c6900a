#include "cli/service_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_codes.h"
#include "cli/policy_report.h"
#include "cli/print.h"
#include "config/service_config.h"
#include "daemon/scrubber.h"
#include "daemon/service.h"
#include "io/text_server.h"

namespace piiscrub::cli {
namespace {

// Options that say what a service's configuration says.
bool refused(const Options& options, const char* command, Console& console) {
  if (options.config.empty()) {
    console.error(fmt::format("'{}' needs --config FILE", command));
    return true;
  }
  const bool others = !options.rule_paths.empty() || !options.term_paths.empty() || !options.only.empty() ||
                      !options.except.empty() || !options.categories.empty() || options.min_confidence ||
                      !options.output.empty() || !options.stats_file.empty() || !options.receipts.empty() ||
                      options.stats || options.dry_run;
  if (others) console.error(fmt::format("'{}' takes rules, policies and outputs from the configuration only", command));
  return others;
}

// A line of the metrics: `NAME{LABELS} VALUE`.
struct Sample {
  std::string_view name;
  std::string_view labels;
  std::string_view value;
};

std::optional<Sample> sample_in(std::string_view line) {
  const std::size_t space = line.rfind(' ');
  if (line.empty() || line.front() == '#' || space == std::string_view::npos) return std::nullopt;
  Sample sample{.name = line.substr(0, space), .labels = {}, .value = line.substr(space + 1)};
  if (const std::size_t brace = sample.name.find('{'); brace != std::string_view::npos) {
    sample.labels = sample.name.substr(brace + 1, sample.name.size() - brace - 2);
    sample.name = sample.name.substr(0, brace);
  }
  return sample;
}

// What is not zero, a metric to a paragraph.
std::string readable(std::string_view metrics, bool color) {
  std::string out;
  std::string_view last;
  while (!metrics.empty()) {
    const std::size_t newline = metrics.find('\n');
    const std::optional<Sample> sample = sample_in(metrics.substr(0, newline));
    metrics.remove_prefix(newline == std::string_view::npos ? metrics.size() : newline + 1);
    if (!sample || sample->value == "0" || !sample->name.starts_with("piiscrub_")) continue;
    if (sample->name != last) out += styled(sample->name.substr(9), Style::bold, color) + "\n";
    last = sample->name;
    out += fmt::format("{:>15}  {}\n", sample->value, sample->labels);
  }
  return out;
}

// `tenant = acme or ga*, level = debug`
std::string fields_text(const std::vector<FieldCondition>& fields) {
  std::vector<std::string> texts;
  texts.reserve(fields.size());
  for (const FieldCondition& field : fields) {
    texts.push_back(fmt::format("{} = {}", field.key, fmt::join(field.values, " or ")));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

// What the policies of a configuration mean.
std::string explanation(const daemon::LoadedConfig& loaded, bool color) {
  std::string text;
  for (std::size_t i = 0; i < loaded.config.pipelines.size(); ++i) {
    const ServiceConfig::Pipeline& pipeline = loaded.config.pipelines[i];
    const daemon::PipelineSetup& setup = loaded.setups[i];
    const std::string of = "Pipeline " + pipeline.name;
    text += styled(of, Style::bold, color) + "\n\n" + policy_table(setup.own, color) + "\n";
    for (std::size_t choice = 0; choice < loaded.config.policies.size(); ++choice) {
      const ServiceConfig::PolicyChoice& policy = loaded.config.policies[choice];
      const RuleSetup& in_place = setup.chosen[choice];
      const std::vector<RuleSetup>& on_top = setup.tighter[choice];
      if (in_place.rules == nullptr && on_top.empty()) continue;
      const std::string where = fmt::format("{}, [[policy]] in line {}", of, policy.where.line);
      if (on_top.empty()) {
        text += styled(where + ", in its place where the conditions hold", Style::bold, color) + "\n\n" +
                policy_table(in_place, color) + "\n";
      } else {
        text += styled(fmt::format("{}, for records with {}", where, fields_text(policy.fields)), Style::bold, color) +
                "\nOn top of what holds otherwise: of two actions the stricter one counts, what both allow stays.\n\n" +
                policy_table(on_top.front(), color) + "\n";
      }
    }
  }
  return text;
}

}  // namespace

int run_service(const Options& options, Console& console) {
  if (refused(options, "run", console)) return kUsage;
  daemon::Service service(options.config);
  switch (service.run()) {
    case daemon::Ended::done:
      return kDone;
    case daemon::Ended::refused:
      return kConfig;
    case daemon::Ended::scan_errors:
    case daemon::Ended::leaking:
      return kScanErrors;
    case daemon::Ended::write_failed:
      return kWriteFailed;
  }
  return kConfig;
}

int run_status(const Options& options, Console& console) {
  if (refused(options, "status", console)) return kUsage;
  std::vector<Error> errors;
  const ServiceConfig config = load_service_config_file(options.config, errors);
  if (errors.empty() && !config.metrics_socket) {
    errors.push_back({.file = options.config,
                      .message = "there is no metrics_socket",
                      .advice = "write one into the table [service]"});
  }
  for (const Error& error : errors) console.error(error);
  if (!errors.empty()) return kConfig;
  const Result<std::string> text = io::read_text_from(config.metrics_socket->value);
  if (text) return print_to_stdout(readable(*text, use_color(options.color, 1)), console);
  console.error(text.error());
  return kFileFailed;
}

int validate_service(const Options& options, Console& console) {
  const daemon::LoadedConfig loaded = daemon::load_config(options.config);
  for (const Error& warning : loaded.warnings) console.warning(warning.text());
  for (const Error& error : loaded.errors) console.error(error);
  if (!loaded.errors.empty()) return kConfig;
  if (options.explain) {
    return print_to_stdout(explanation(loaded, use_color(options.color, STDOUT_FILENO)), console);
  }
  if (options.verbosity < 0) return kDone;
  return print_to_stdout(fmt::format("OK: {} pipelines\n", loaded.config.pipelines.size()), console);
}

}  // namespace piiscrub::cli
