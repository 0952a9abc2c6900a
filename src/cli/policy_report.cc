#include "cli/policy_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace piiscrub::cli {
namespace {

constexpr std::size_t kColumns = 5;
using Row = std::array<std::string, kColumns>;
constexpr std::size_t kMostNamed = 3;  // rules of a row that are named

// Rules of one type that are treated alike for the same reasons.
struct Group {
  std::string_view type;
  Treatment treatment;
  const Decision* decision;
  std::vector<std::string_view> rules;
};

std::vector<Group> groups_of(const RuleSetup& setup) {
  std::vector<Group> groups;
  const std::span<const Rule> rules = setup.rules->rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Treatment treatment = setup.policy->treatment(i);
    const Decision& decision = setup.decisions[i];
    const auto alike = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.type == rules[i].type && group.treatment == treatment && group.decision->action == decision.action &&
             group.decision->style == decision.style && group.decision->state == decision.state;
    });
    if (alike != groups.end()) {
      alike->rules.push_back(rules[i].id);
    } else {
      groups.push_back({rules[i].type, treatment, &decision, {rules[i].id}});
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.type < b.type; });
  return groups;
}

Row row_of(const Group& group) {
  const Treatment& treatment = group.treatment;
  const Decision& decision = *group.decision;
  const std::string rules = group.rules.size() <= kMostNamed ? fmt::format("{}", fmt::join(group.rules, ", "))
                                                             : fmt::format("{} rules", group.rules.size());
  std::string action(name(treatment.action));
  if (treatment.observed) action = "observe";
  if (!treatment.enabled) action = "off";
  if (!treatment.enabled || treatment.observed) {
    return {std::string(group.type), rules, action, "", decision.state};
  }
  const bool styled = treatment.action == Action::redact;
  const auto table_of = [](std::string_view why) { return why.substr(0, why.find(',')); };
  std::vector<std::string_view> why;
  for (const std::string* const part : {&decision.action, styled ? &decision.style : nullptr, &decision.state}) {
    if (part == nullptr || *part == "default") continue;
    const bool said = std::any_of(why.begin(), why.end(), [&](auto one) { return table_of(one) == table_of(*part); });
    if (!said) why.emplace_back(*part);
  }
  if (why.empty()) why.emplace_back("default");
  return {std::string(group.type), rules, action, styled ? std::string(name(treatment.style)) : "",
          fmt::format("{}", fmt::join(why, "; "))};
}

std::string day_text(std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string allowance_text(const Allowance& allowance) {
  std::vector<std::string> conditions;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) conditions.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  };
  add(allowance.values.size(), "value");
  add(allowance.domains.size(), "domain");
  add(allowance.networks.size(), "network");
  add(allowance.keys.size(), "key");
  add(allowance.rules.size(), "rule");
  std::string out = fmt::format("  {}: {}", allowance.reason, fmt::join(conditions, ", "));
  if (allowance.secrets) out += ", secrets too";
  if (allowance.expires) out += fmt::format(", until {}", day_text(*allowance.expires));
  return out + "\n";
}

}  // namespace

std::string policy_table(const RuleSetup& setup, bool color) {
  std::vector<Row> rows = {{"TYPE", "RULES", "ACTION", "STYLE", "DECIDED BY"}};
  for (const Group& group : groups_of(setup)) rows.push_back(row_of(group));
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < kColumns; ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    out += styled(line + row.back(), &row == &rows.front() ? Style::bold : Style::plain, color) + "\n";
  }
  out += fmt::format("\nCockroachDB's marks: {} ({})\nSQL literals: {} ({})\nRemembered values: {} ({})\n",
                     name(setup.policy->markers), setup.markers_decision, name(setup.policy->sql_literals),
                     setup.sql_decision, name(setup.policy->remember), setup.remember_decision);
  if (setup.policy->allow.empty()) return out;
  out += "\n" + styled("Allowed to stay", Style::bold, color) + "\n";
  for (const Allowance& allowance : setup.policy->allow) out += allowance_text(allowance);
  return out;
}

}  // namespace piiscrub::cli
