#include "cli/rules_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/append_format.h"
#include "base/edit_distance.h"
#include "base/json_text.h"
#include "cli/database.h"
#include "cli/exit_codes.h"
#include "cli/policy_report.h"
#include "cli/print.h"
#include "cli/service_command.h"
#include "config/service_config.h"
#include "piiscrub/rule_cost.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub::cli {
namespace {

std::string json_list(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const std::string& item : list) out += (out.size() > 1 ? "," : "") + json_string(item);
  return out + "]";
}

std::string json_rule(const Rule& rule) {
  std::string cwe;
  for (const int number : rule.cwe) cwe += (cwe.empty() ? "" : ",") + std::to_string(number);
  std::string out = fmt::format(
      R"({{"id":{},"title":{},"type":{},"category":"{}","severity":"{}","confidence":"{}","cwe":[{}],"action":{})",
      json_string(rule.id), json_string(rule.title), json_string(rule.type), name(rule.category), name(rule.severity),
      name(rule.confidence), cwe, json_string(rule.action));
  const auto add_text = [&out](std::string_view key, const std::string& value) {
    if (!value.empty()) out += fmt::format(",\"{}\":{}", key, json_string(value));
  };
  const auto add_list = [&out](std::string_view key, const std::vector<std::string>& list) {
    if (!list.empty()) out += fmt::format(",\"{}\":{}", key, json_list(list));
  };
  add_text("match", rule.match);
  add_text("before", rule.before);
  add_text("after", rule.after);
  add_text("shape", rule.shape);
  add_text("block", rule.block);
  add_list("keys", rule.keys);
  add_list("whole_keys", rule.whole_keys);
  add_list("edge_keys", rule.edge_keys);
  add_list("unless_keys", rule.unless_keys);
  if (rule.has_keys()) out += fmt::format(",\"value\":\"{}\"", kValueKindNames[static_cast<std::size_t>(rule.value)]);
  add_text("prose", rule.prose);
  add_list("prose_keys", rule.prose_keys);
  add_text("validator", rule.validator);
  if (rule.min_entropy > 0) out += fmt::format(",\"min_entropy\":{}", rule.min_entropy);
  if (rule.min_digits > 0) out += fmt::format(",\"min_digits\":{}", rule.min_digits);
  add_list("context", rule.context);
  add_list("unless_context", rule.unless_context);
  add_list("allow", rule.allow);
  add_list("examples", rule.examples);
  add_list("counter_examples", rule.counter_examples);
  add_list("references", rule.references);
  return out + "}";
}

std::string text_rule(const Rule& rule, bool color) {
  std::string out = styled(rule.id, Style::bold, color) + ": " + rule.title + "\n";
  const auto add = [&out](std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format("  {:<16} {}\n", key, value);
  };
  const auto add_list = [&add](std::string_view key, const std::vector<std::string>& list) {
    for (const std::string& item : list) add(&item == &list.front() ? key : "", item);
  };
  std::vector<std::string> cwe;
  for (const int number : rule.cwe) cwe.push_back("CWE-" + std::to_string(number));
  add("type", rule.type);
  add("category", name(rule.category));
  add("severity", name(rule.severity));
  add("confidence", name(rule.confidence));
  add("action", rule.action);
  add_list("cwe", cwe);
  add("match", rule.match);
  add("before", rule.before);
  add("after", rule.after);
  add("shape", rule.shape);
  add("block", rule.block);
  add_list("keys", rule.keys);
  add_list("whole_keys", rule.whole_keys);
  add_list("edge_keys", rule.edge_keys);
  add_list("unless_keys", rule.unless_keys);
  if (rule.has_keys()) add("value", kValueKindNames[static_cast<std::size_t>(rule.value)]);
  add("prose", rule.prose);
  add_list("prose_keys", rule.prose_keys);
  add("validator", rule.validator);
  if (rule.min_entropy > 0) add("min_entropy", fmt::format("{}", rule.min_entropy));
  if (rule.min_digits > 0) add("min_digits", std::to_string(rule.min_digits));
  add_list("context", rule.context);
  add_list("unless_context", rule.unless_context);
  add_list("allow", rule.allow);
  add_list("examples", rule.examples);
  add_list("counter_examples", rule.counter_examples);
  add_list("references", rule.references);
  return out;
}

// The rules to speak of; null after errors, which were printed.
std::shared_ptr<const RuleDatabase> load_or_complain(const Options& options, Console& console) {
  std::vector<Error> errors;
  std::shared_ptr<const RuleDatabase> rules = load_database(options, errors);
  for (const Error& error : errors) console.error(error);
  return rules;
}

std::string text_list(const std::vector<const Rule*>& rules, bool color) {
  std::size_t width = 0;
  for (const Rule* const rule : rules) width = std::max(width, rule->id.size());
  std::string out;
  for (const Rule* const rule : rules) {
    append_format(out, "{}{:<{}}  {:<10}  {:<8}  {}\n", styled(rule->id, Style::bold, color), "",
                  width - rule->id.size(), name(rule->category), name(rule->severity), rule->title);
  }
  return out;
}

std::string json_list(const std::vector<const Rule*>& rules) {
  std::string out = "[";
  for (const Rule* const rule : rules) out += (out.size() > 1 ? ",\n " : "\n ") + json_rule(*rule);
  return out + "\n]\n";
}

}  // namespace

int run_rules_list(const Options& options, Console& console) {
  const std::shared_ptr<const RuleDatabase> database = load_or_complain(options, console);
  if (database == nullptr) return kConfig;
  std::vector<const Rule*> rules;
  for (const Rule& rule : database->rules()) {
    const auto& chosen = options.categories;
    if (chosen.empty() || std::find(chosen.begin(), chosen.end(), rule.category) != chosen.end()) {
      rules.push_back(&rule);
    }
  }
  return print_to_stdout(options.json ? json_list(rules) : text_list(rules, use_color(options.color, STDOUT_FILENO)),
                         console);
}

int run_rules_show(const Options& options, Console& console) {
  const std::shared_ptr<const RuleDatabase> database = load_or_complain(options, console);
  if (database == nullptr) return kConfig;
  const std::string& id = options.operands[0];
  std::vector<std::string_view> ids;
  for (const Rule& rule : database->rules()) {
    ids.push_back(rule.id);
    if (rule.id != id) continue;
    return print_to_stdout(
        options.json ? json_rule(rule) + "\n" : text_rule(rule, use_color(options.color, STDOUT_FILENO)), console);
  }
  const std::optional<std::string_view> near = closest(id, ids);
  console.error({.file = {},
                 .message = "no rule has the id '" + id + "'",
                 .advice = near ? "did you mean '" + std::string(*near) + "'?" : "see 'piiscrub rules list'"});
  return kUsage;
}

int run_validate(const Options& options, Console& console) {
  Options all = options;
  all.rule_paths.insert(all.rule_paths.end(), options.operands.begin(), options.operands.end());
  if (all.rule_paths.empty() && all.config.empty() && all.term_paths.empty() && !all.explain) {
    console.error("'validate' needs FILE, --rules FILE or --config FILE");
    return kUsage;
  }
  if (is_service_config(all.config)) return validate_service(all, console);
  const Setup setup = load_setup(all, console);
  if (setup.rules == nullptr) return setup.exit_code;
  for (const RuleCost& cost : measure_rules(*setup.rules, builtin_rules())) {
    if (cost.is_high()) console.warning(describe(cost, *setup.rules).text());
  }
  if (options.explain) {
    return print_to_stdout(policy_table(setup, use_color(options.color, STDOUT_FILENO)), console);
  }
  const std::size_t builtin = builtin_rules()->rules().size();
  if (options.verbosity < 0) return kDone;
  return print_to_stdout(
      fmt::format("OK: {} rules besides {} built-in ones\n", setup.rules->rules().size() - builtin, builtin), console);
}

}  // namespace piiscrub::cli
