#include "detect/rule_plan.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/ascii.h"
#include "detect/prose.h"
#include "detect/prose_finder.h"
#include "detect/regex_syntax.h"
#include "detect/shapes.h"

namespace piiscrub {
namespace {

// What the scan keeps of a token behind a telling prefix (`ghp_`): enough to be rare, and a token that is cut off
// behind it is still found. Behind a prefix that could be a word (`pat`) more is needed.
constexpr std::uint32_t kTailBytes = 6;
constexpr std::uint32_t kLongTailBytes = 32;

// Whether text that starts with `prefix` is this kind of token and no word.
bool is_telling(std::string_view prefix) {
  return prefix.size() >= 4 && std::any_of(prefix.begin(), prefix.end(), [](char c) { return !is_alpha(c); });
}

std::uint16_t index_of(const std::bitset<256>& set, ByteTable& sets) {
  const auto known = std::find(sets.begin(), sets.end(), set);
  const auto index = static_cast<std::uint16_t>(known - sets.begin());
  if (known == sets.end()) sets.push_back(set);
  return index;
}

constexpr std::size_t kMaxProseBytes = std::size_t{64} << 10;

// Adds to the plan of a rule with keys what its phrases look like in a sentence.
Result<NewPlan> plan_prose(const Rule& rule, NewPlan plan) {
  const ProseForm* form = find_prose_form(rule.prose);
  if (form == nullptr) return plan;
  const ProseExpressions prose = prose_expressions(rule, *form);
  const Result<RegexSyntax> before = RegexSyntax::parse(prose.before, kMaxProseBytes);
  if (!before) return at_rule(rule, "prose: " + before.error().message, before.error().advice);
  if (ProseFinder::covers(*form)) plan.min_width = plan.max_width = 1;  // hits are behind the first byte
  for (const std::string& expression : prose.scan) {
    const Result<RegexSyntax> scan = RegexSyntax::parse(expression);
    if (!scan) return at_rule(rule, "prose: " + scan.error().message, scan.error().advice);
    const auto min = static_cast<std::uint32_t>(scan->min_width());
    plan.min_width = plan.expressions.empty() ? min : std::min(plan.min_width, min);
    plan.max_width = std::max(plan.max_width, static_cast<std::uint32_t>(scan->max_width()));
    plan.expressions.push_back(scan->text());
  }
  plan.caseless = true;
  plan.first = RegexSyntax::plan(nullptr, *before, 0).first;
  plan.max_bytes = before->max_width();
  plan.confirm = before->text();
  return plan;
}

}  // namespace

Error at_rule(const Rule& rule, std::string message, std::string advice) {
  return {rule.where.file, rule.where.line, rule.where.column, fmt::format("rule {}: {}", rule.id, message),
          std::move(advice)};
}

Result<NewPlan> make_plan(const Rule& rule, OpenRules open, ByteTable& sets) {
  NewPlan plan;
  for (const std::string& expression : rule.allow) {
    Result<RegexSyntax> allow = RegexSyntax::parse(expression);
    if (!allow) return at_rule(rule, "allow: " + allow.error().message, allow.error().advice);
    plan.allow += fmt::format("{}(?:{})", plan.allow.empty() ? "" : "|", allow->text());
  }
  if (rule.has_keys()) return plan_prose(rule, std::move(plan));
  if (const ShapeInfo* shape = find_shape(rule.shape)) {
    if (shape->literal.empty()) return plan;
    const Result<RegexSyntax> literal = RegexSyntax::parse(shape->literal);
    plan.expressions = {literal->text()};
    plan.min_width = static_cast<std::uint32_t>(literal->min_width());
    plan.max_width = static_cast<std::uint32_t>(literal->max_width());
    return plan;
  }
  Result<RegexSyntax> match = RegexSyntax::parse(rule.match);
  if (!match) return at_rule(rule, "match: " + match.error().message, match.error().advice);
  if (match->can_be_empty()) return at_rule(rule, "match can be empty", "make at least one character mandatory");
  std::optional<RegexSyntax> before;
  std::string after;
  std::uint64_t width = match->max_width();
  const auto widen = [&](const RegexSyntax& part) {
    width = part.max_width() > UINT64_MAX - width ? UINT64_MAX : width + part.max_width();
  };
  if (!rule.before.empty()) {
    Result<RegexSyntax> parsed = RegexSyntax::parse(rule.before);
    if (!parsed) return at_rule(rule, "before: " + parsed.error().message, parsed.error().advice);
    before = *std::move(parsed);
    widen(*before);
  }
  if (!rule.after.empty()) {
    Result<RegexSyntax> parsed = RegexSyntax::parse(rule.after);
    if (!parsed) return at_rule(rule, "after: " + parsed.error().message, parsed.error().advice);
    after = parsed->text();
    widen(*parsed);
  }
  ScanPlan scan = RegexSyntax::plan(before ? &*before : nullptr, *match, kTailBytes);
  plan.can_be_cut = !before && is_telling(std::string_view(rule.match).substr(0, scan.prefix));
  if (!before && !plan.can_be_cut) scan = RegexSyntax::plan(nullptr, *match, kLongTailBytes);
  plan.open = scan.literal < 2;
  if (plan.open && open == OpenRules::refuse) {
    return at_rule(rule, "no literal text to search for",
                   "start the expression with fixed text, or use a shape (piiscrub rules list --shapes)");
  }
  plan.expressions = {scan.expression};
  plan.min_width = scan.min_width;
  plan.max_width = scan.max_width;
  plan.prefix = scan.prefix;
  plan.first = scan.first;
  plan.max_bytes = width;
  if (after.empty()) {
    for (const LinearSets& sets_of_form : RegexSyntax::linear(before ? &*before : nullptr, *match)) {
      LinearForm& form = plan.linear.emplace_back();
      form.first = sets_of_form.first;
      for (const RepeatedSet& step : sets_of_form.steps) {
        form.steps.push_back(
            {index_of(step.set, sets), step.min, step.max, step.optional, step.word_boundary ? 1U : 0U});
      }
    }
  }
  plan.confirm = before || !after.empty() ? fmt::format("{}({}){}", before ? before->text() : "", match->text(), after)
                                          : match->text();
  return plan;
}

}  // namespace piiscrub
