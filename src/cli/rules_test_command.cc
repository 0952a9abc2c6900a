#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/append_format.h"
#include "cli/database.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/rules_command.h"
#include "piiscrub/pipeline.h"
#include "piiscrub/rule_check.h"
#include "piiscrub/rule_cost.h"

namespace piiscrub::cli {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10;

bool complain(const std::vector<Error>& errors, Console& console) {
  for (const Error& error : errors) console.error(error);
  return !errors.empty();
}

bool same_place(const SourceLocation& a, const SourceLocation& b) {
  return a.file == b.file && a.line == b.line && a.column == b.column;
}

// The rules that were named: all of the built-in ones if none was.
std::vector<std::size_t> rules_to_test(std::span<const Rule> rules) {
  const std::span<const Rule> builtin = builtin_rules()->rules();
  const bool all = rules.data() == builtin.data();
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (all || i >= builtin.size() || !same_place(rules[i].where, builtin[i].where)) chosen.push_back(i);
  }
  return chosen;
}

// One row: the search with and without the rule. Shapes are no part of it.
Result<std::string> cost_row(std::span<const Rule> rules, std::size_t index, double with) {
  const Rule& rule = rules[index];
  if (!rule.shape.empty()) return fmt::format("{:>10}  {:>10}  {:>8}  {}\n", "", "", "shape", rule.id);
  RulePack others{.rules = {rules.begin(), rules.end()}};
  others.rules.erase(others.rules.begin() + static_cast<std::ptrdiff_t>(index));
  const Result<std::shared_ptr<const RuleDatabase>> database = compile_apart(others);
  if (!database) return database.error();
  const double without = seconds_per_mib(*database);
  return fmt::format("{:>10.1f}  {:>10.1f}  {:>+7.1f}%  {}\n", with * 1e6, without * 1e6, (with / without - 1) * 100,
                     rule.id);
}

int print_costs(const std::shared_ptr<const RuleDatabase>& database, const std::vector<std::size_t>& chosen,
                Console& console) {
  const double with = seconds_per_mib(database);
  int exit_code = print_to_stdout("with µs/MiB  without    cost  rule\n", console);
  for (std::size_t i = 0; i < chosen.size() && exit_code == kDone; ++i) {
    const Result<std::string> row = cost_row(database->rules(), chosen[i], with);
    if (!row) {
      console.error(row.error());
      return kConfig;
    }
    exit_code = print_to_stdout(*row, console);
  }
  return exit_code;
}

using Counts = std::map<std::string, std::uint64_t>;

// What one pack finds in a stream.
class Counter {
 public:
  Counter(std::shared_ptr<const RuleDatabase> rules, std::size_t max_record_bytes)
      : rules_(std::move(rules)), pipeline_(rules_, {.max_record_bytes = max_record_bytes}) {}

  void push(std::string_view bytes) {
    Output out;
    pipeline_.push(bytes, out);
  }
  Counts finish() {
    Output out;
    pipeline_.finish(out);
    const std::vector<std::uint64_t>& findings = pipeline_.stats().findings;
    Counts counts;
    for (std::size_t i = 0; i < findings.size(); ++i) {
      if (findings[i] > 0) counts[rules_->rules()[i].id] = findings[i];
    }
    return counts;
  }

 private:
  std::shared_ptr<const RuleDatabase> rules_;
  Pipeline pipeline_;
};

std::uint64_t count_of(const Counts& counts, const std::string& id) {
  const auto at = counts.find(id);
  return at == counts.end() ? 0 : at->second;
}

std::string difference_table(const Counts& before, const Counts& after) {
  Counts all = before;
  all.insert(after.begin(), after.end());
  std::string rows;
  for (const auto& [id, unused] : all) {
    const std::uint64_t old_count = count_of(before, id);
    const std::uint64_t new_count = count_of(after, id);
    if (old_count == new_count) continue;
    append_format(rows, "{:>12}  {:>12}  {}\n", old_count, new_count, id);
  }
  if (rows.empty()) return rows;
  return fmt::format("{:>12}  {:>12}  {}\n", "old", "new", "rule") + rows;
}

}  // namespace

int run_rules_test(const Options& options, Console& console) {
  Options all = options;
  all.rule_paths.insert(all.rule_paths.end(), options.operands.begin(), options.operands.end());
  std::vector<Error> errors;
  const std::shared_ptr<const RuleDatabase> database = load_database(all, errors);  // runs the examples of users' rules
  if (complain(errors, console)) return kConfig;
  if (all.rule_paths.empty() && complain(check_examples(database, MarkCheck::exact), console)) return kConfig;

  const std::vector<std::size_t> chosen = rules_to_test(database->rules());
  std::size_t examples = 0;
  std::size_t counter_examples = 0;
  for (const std::size_t i : chosen) {
    examples += database->rules()[i].examples.size();
    counter_examples += database->rules()[i].counter_examples.size();
  }
  if (options.cost) {
    if (const int exit_code = print_costs(database, chosen, console); exit_code != kDone) return exit_code;
  }
  if (options.verbosity < 0) return kDone;
  return print_to_stdout(
      fmt::format("OK: {} rules, {} examples, {} counter-examples\n", chosen.size(), examples, counter_examples),
      console);
}

int run_rules_diff(const Options& options, Console& console) {
  std::vector<Error> errors;
  const std::shared_ptr<const RuleDatabase> before = load_pack(options.operands[0], errors);
  std::vector<Error> more_errors;
  const std::shared_ptr<const RuleDatabase> after = load_pack(options.operands[1], more_errors);
  errors.insert(errors.end(), more_errors.begin(), more_errors.end());
  if (complain(errors, console)) return kConfig;

  Counter old_counter(before, options.max_record_bytes);
  Counter new_counter(after, options.max_record_bytes);
  std::vector<char> buffer(kReadBytes);
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      console.error("standard input: cannot read: " + std::generic_category().message(errno));
      return kFileFailed;
    }
    if (got == 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    old_counter.push(bytes);
    new_counter.push(bytes);
  }
  return print_to_stdout(difference_table(old_counter.finish(), new_counter.finish()), console);
}

}  // namespace piiscrub::cli
