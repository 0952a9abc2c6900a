// What rules and shapes find.
#include <algorithm>

#include "base/ascii.h"
#include "base/edges.h"
#include "detect/detector_look.h"
#include "format/placeholder.h"

namespace piiscrub {
namespace {

// Longest match that is followed to its end. What goes on behind it is matched by the next hit or not at all.
constexpr std::size_t kMaxMatchBytes = std::size_t{64} * 1024;
// What must be left of a token behind its prefix to count when the rest is cut off; the entropy keeps xxxxxx out.
constexpr std::size_t kCutTailBytes = 6;
constexpr double kCutTailEntropy = 1.5;

bool is_token(char c) { return is_word(c) || c == '-' || c == '.' || c == '+' || c == '/' || c == '='; }

}  // namespace

// A known prefix whose token is cut off by the end of the record or by an ellipsis. `at` counts from the gap's start.
std::optional<Span> Detector::cut_token(Look& look, const RulePlan& plan, Span gap, std::size_t at) {
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  const std::string_view text = gap.of(look.record);
  const std::size_t begin = at + plan.prefix;
  const std::size_t most = std::min(text.size(), begin + std::min<std::size_t>(plan.max_bytes, kMaxMatchBytes));
  std::size_t end = begin;
  while (end < most && is_token(text[end])) ++end;
  look.charge(end - begin + 1);
  const bool dots = text.substr(0, end).ends_with("...");
  const bool cut = dots || gap.begin + end == look.record.size() || text.substr(end).starts_with(kEllipsis);
  if (dots) end -= 3;
  if (!cut || end < begin + kCutTailBytes || !begins_word(text, at)) return std::nullopt;
  const std::string_view rest = text.substr(begin, end - begin);
  if (entropy(rest) < kCutTailEntropy) return std::nullopt;
  // At the end of a line a word is no token: `name: secret-dockercfg`.
  if (gap.begin + end == look.record.size() && std::none_of(rest.begin(), rest.end(), is_digit) &&
      (std::none_of(rest.begin(), rest.end(), is_upper) || std::none_of(rest.begin(), rest.end(), is_lower))) {
    return std::nullopt;
  }
  return Span{gap.begin + at, gap.begin + end};
}

void Detector::look_at_literal(Look& look, std::size_t end, std::uint16_t rule) {
  const Use& use = uses_[rule];
  if (!use.enabled) return;
  const Look::Account account(look, use.observed);
  const RuleDatabase::Parts& parts = rules_->parts();
  const RulePlan& plan = parts.plans[rule];
  const RuleCode& code = parts.code[rule];
  const Span gap = look.gap_around(end - 1);
  if (end < gap.begin + plan.min_width || gap.size() == 0) return;
  const std::string_view text = gap.of(look.record);
  const std::string_view window = text.substr(0, std::min(text.size(), end - gap.begin + kMaxMatchBytes));
  const std::size_t last = end - gap.begin - plan.min_width;
  const std::size_t first = last - std::min<std::size_t>(last, plan.max_width - plan.min_width);
  if (code.shape != nullptr) {
    look_at_literal_shape(look, gap, end, rule);
    return;
  }
  const Hit hit{static_cast<std::uint32_t>(end), rule};
  if (use.may_keep()) look.detection.rejected_literals.push_back(hit);  // what stays may be cut by another's edit
  if (look.covered({end - 1, end}, rule)) return;
  for (std::size_t at = first; at <= last; ++at) {
    if (!plan.first[static_cast<unsigned char>(text[at])]) continue;
    if (look.covered({gap.begin + at, gap.begin + at + 1}, rule)) continue;
    if (look.budget == 0) {
      if (use.observed) return;
      const Span word = look.detection.findings.empty() || look.detection.findings.back().span.end <= end
                            ? word_around(look.record, gap, end - 1)
                            : look.detection.findings.back().span;
      look.detection.findings.push_back({word, Finding::kUnchecked});
      return;
    }
    const auto match_at = [&](std::string_view in, std::size_t from) {
      return plan.linear.empty() ? code.confirm.match_at(in, from)
                                 : match_linear(plan.linear, parts.quick_sets, in, from);
    };
    std::optional<Span> span = match_at(window, at);
    if (!span && ends_with_escape(text, at)) {  // for \b and ^ an escape sequence is no word
      span = match_at(window.substr(at), 0);
      if (span) span = Span{at + span->begin, at + span->end};
    }
    if (span && code.prose != nullptr) {
      const ProseLink link = link_of(span->of(text));
      look.charge(span->size());
      span = code.prose->find(text, span->end, link);
      if (span && is_placeholder(span->of(text))) span.reset();
    }
    if (span) {
      look.charge(span->size() + 64);
      const Span found{gap.begin + span->begin, gap.begin + span->end};
      if (look.accepts(parts.rules[rule], code, found)) {
        file(look, {found, rule});
        // What leads to the value may lead to another one in front of it: `mysql -pOLD -pNEW`.
        if (found.begin > end && code.prose == nullptr) {
          look_at_literal_in_front(look, {gap.begin, found.begin}, gap.begin + at, rule);
        }
        if (found.end > gap.begin + last) return;  // else the hit may be another match's, which starts behind this one
      }
    } else {
      // A bounded expression fails within its width; an open one may have read on to the end.
      look.charge(std::min<std::uint64_t>(plan.max_bytes, window.size() - at) + 64);
      if (plan.can_be_cut) {
        if (const std::optional<Span> cut = cut_token(look, plan, gap, at)) {
          file(look, {*cut, rule});
          if (cut->end > gap.begin + last) return;
        }
      }
    }
  }
  if (!use.may_keep()) look.detection.rejected_literals.push_back(hit);
}

// The values of `rule` in `gap` whose match begins at byte `at`, from the last to the first: the rest of the record is
// taken to be replaced.
void Detector::look_at_literal_in_front(Look& look, Span gap, std::size_t at, std::uint16_t rule) const {
  const RuleDatabase::Parts& parts = rules_->parts();
  const RulePlan& plan = parts.plans[rule];
  const RuleCode& code = parts.code[rule];
  while (look.budget > 0) {
    const std::string_view text = gap.of(look.record);
    const std::size_t from = at - gap.begin;
    const std::optional<Span> span = plan.linear.empty() ? code.confirm.match_at(text, from)
                                                         : match_linear(plan.linear, parts.quick_sets, text, from);
    look.charge(std::min<std::uint64_t>(plan.max_bytes, gap.end - at) + 64);
    if (!span) return;
    const Span found{gap.begin + span->begin, gap.begin + span->end};
    if (found.begin <= at) return;
    if (look.accepts(parts.rules[rule], code, found)) file(look, {found, rule});
    gap.end = found.begin;
  }
}

// A shape that a fixed text in [gap.begin, end) gave away.
void Detector::look_at_literal_shape(Look& look, Span gap, std::size_t end, std::uint16_t rule) {
  const RuleDatabase::Parts& parts = rules_->parts();
  const RuleCode& code = parts.code[rule];
  const Use& use = uses_[rule];
  const Hit hit{static_cast<std::uint32_t>(end), rule};
  if (use.may_keep()) look.detection.rejected_literals.push_back(hit);
  if (look.covered({end - 1, end}, rule)) return;
  if (look.budget == 0) {
    if (use.observed) return;
    look.leave_unchecked(gap, end - 1);
    return;
  }
  look.charge(64);
  if (const std::optional<Span> span = code.shape->find(gap.of(look.record), end - gap.begin)) {
    const Span found{gap.begin + span->begin, gap.begin + span->end};
    look.charge(found.size());
    if (look.accepts(parts.rules[rule], code, found)) {
      file(look, {found, rule});
      return;
    }
  }
  if (!use.may_keep()) look.detection.rejected_literals.push_back(hit);
}

// The name that belongs to the mail address `address`, and where else the record says it.
void Detector::look_at_display_name(Look& look, Span gap, Span address) const {
  if (display_name_rule_ == KeyFinder::kTellsNothing || !uses_[display_name_rule_].enabled) return;
  const std::optional<Span> span = find_display_name(gap.of(look.record), address.begin - gap.begin);
  if (!span) return;
  look.charge(address.size() + span->size());
  const Span name{gap.begin + span->begin, gap.begin + span->end};
  file(look, {name, display_name_rule_});
  if (remembers_) look_for(look, name.of(look.record), display_name_rule_, name);
}

void Detector::look_at_shape(Look& look, std::size_t at, std::uint16_t trigger) {
  const RuleDatabase::Parts& parts = rules_->parts();
  const Span gap = look.gap_around(at);
  if (at < gap.begin + kTriggerReach[trigger] || gap.size() == 0) return;  // a replacement cuts into it
  const std::string_view text = gap.of(look.record);
  bool rejected = false;
  for (const std::uint16_t rule : rules_of_trigger_[trigger]) {
    const Use& use = uses_[rule];
    const Look::Account account(look, use.observed);
    if (use.may_keep()) rejected = true;
    if (look.covered({at, at + 1}, rule)) continue;
    if (look.budget == 0) {
      if (use.observed) continue;
      look.leave_unchecked(gap, at);
      return;
    }
    look.charge(64);
    const RuleCode& code = parts.code[rule];
    const std::optional<Span> span = code.shape->find(text, at - gap.begin);
    if (!span) {
      rejected = true;
      continue;
    }
    const Span found{gap.begin + span->begin, gap.begin + span->end};
    look.charge(found.size());
    if (look.accepts(parts.rules[rule], code, found)) {
      file(look, {found, rule});
      if (trigger == static_cast<std::uint16_t>(Trigger::at_sign)) look_at_display_name(look, gap, found);
    } else {
      rejected = true;
    }
  }
  if (rejected) look.detection.rejected_shapes.push_back({static_cast<std::uint32_t>(at), trigger});
}

}  // namespace piiscrub
