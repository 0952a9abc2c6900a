#include "detect/detector.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/ascii.h"
#include "base/edges.h"
#include "base/search.h"
#include "detect/allowance.h"
#include "detect/database_parts.h"
#include "format/placeholder.h"

namespace piiscrub {
namespace {

// Longest match that is followed to its end. What goes on behind it is matched by the next hit or not at all.
constexpr std::size_t kMaxMatchBytes = 64 * 1024;
// Work allowed per record: 64 bytes looked at per byte of it, and a start so that short records never run out.
constexpr std::uint64_t kBudgetPerByte = 64;
constexpr std::uint64_t kBudgetAtLeast = 256 * 1024;
// Context words count from this many bytes in front of the span to this many behind it.
constexpr std::size_t kContextBefore = 64;
constexpr std::size_t kContextAfter = 24;
// What must be left of a token behind its prefix to count when the rest is cut off; the entropy keeps xxxxxx out.
constexpr std::size_t kCutTailBytes = 6;
constexpr double kCutTailEntropy = 1.5;

// Shorter values are not looked for elsewhere.
constexpr std::size_t kMinRememberedBytes = 6;
// Where the date of a record stands: a birth date that is today's is not to take it along.
constexpr std::size_t kLogDateBytes = 32;

constexpr std::size_t kEntropyBytes = 1024;  // a longer value is judged by its start

// n * log2(n)
const std::array<double, kEntropyBytes + 1>& n_log_n() {
  static const auto table = [] {
    std::array<double, kEntropyBytes + 1> values{};
    for (std::size_t n = 2; n < values.size(); ++n)
      values[n] = static_cast<double>(n) * std::log2(static_cast<double>(n));
    return values;
  }();
  return table;
}

// Shannon entropy in bits per byte: log2(n) - sum(c * log2(c)) / n over the byte counts c.
double entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<std::uint16_t, 256> counts{};
  const std::string_view looked = text.substr(0, kEntropyBytes);
  for (const char c : looked) ++counts[static_cast<unsigned char>(c)];
  const auto& table = n_log_n();
  double sum = 0;
  for (const char c : looked) {  // by the bytes there are, not by the 256 there could be; each only once
    std::uint16_t& count = counts[static_cast<unsigned char>(c)];
    sum += table[count];
    count = 0;
  }
  return (table[looked.size()] - sum) / static_cast<double>(looked.size());
}

// What stands near a span, in lower case.
class Neighbourhood {
 public:
  Neighbourhood(std::string_view in_front, std::string_view behind)
      : in_front_(fold(in_front, 0)), behind_(fold(behind, in_front.size())) {}

  [[nodiscard]] bool has_one_of(const Slice<Text>& words) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
      return in_front_.find(word) != std::string_view::npos || behind_.find(word) != std::string_view::npos;
    });
  }

 private:
  std::string_view fold(std::string_view text, std::size_t at) {
    std::transform(text.begin(), text.end(), folded_.begin() + static_cast<std::ptrdiff_t>(at), to_lower);
    return {folded_.data() + at, text.size()};
  }

  std::array<char, kContextBefore + kContextAfter> folded_;
  std::string_view in_front_;
  std::string_view behind_;
};

// Whether `value` says enough to be taken for the same where only its bytes speak for it: no plain word of a sentence,
// no small number, nothing that an edit has left.
bool is_distinctive(std::string_view value) {
  constexpr std::size_t kMaxBytes = 256;
  constexpr std::size_t kMaxPlainWord = 12;
  constexpr std::ptrdiff_t kMaxPlainDigits = 7;
  if (value.size() < kMinRememberedBytes || value.size() > kMaxBytes) return false;
  if (value.size() <= kMaxPlainWord && std::all_of(value.begin(), value.end(), is_lower)) return false;
  const auto in_number = [](char c) { return is_digit(c) || c == '.' || c == ',' || c == '-' || c == '+'; };
  if (std::all_of(value.begin(), value.end(), in_number) &&
      std::count_if(value.begin(), value.end(), is_digit) <= kMaxPlainDigits) {
    return false;
  }
  return value.find("***") == std::string_view::npos;
}

bool is_token(char c) { return is_word(c) || c == '-' || c == '.' || c == '+' || c == '/' || c == '='; }

}  // namespace

namespace {

// What an unchecked hit hides: the word it stands in.
Span word_around(std::string_view record, Span gap, std::size_t at) {
  const auto in_word = [](char c) { return c != ' ' && c != '\t' && c != '"' && c != '\''; };
  Span word{at, at};
  while (word.begin > gap.begin && in_word(record[word.begin - 1])) --word.begin;
  while (word.end < gap.end && in_word(record[word.end])) ++word.end;
  return word;
}

}  // namespace

struct Detector::Look {
  std::string_view record;
  std::span<const Span> opaque;
  Detection& detection;
  std::uint64_t budget;
  std::uint64_t observers_budget;

  // Observed rules work on a budget of their own, so that all others edit as if they were not there.
  class Account {
   public:
    Account(Look& look, bool observed) : look_(look), observed_(observed) { swap(); }
    ~Account() { swap(); }
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;

   private:
    void swap() {
      if (observed_) std::swap(look_.budget, look_.observers_budget);
    }
    Look& look_;
    bool observed_;
  };

  // The part of the record around byte `at` that no replacement interrupts; empty if `at` lies in a replacement.
  [[nodiscard]] Span gap_around(std::size_t at) const {
    const auto behind = std::upper_bound(opaque.begin(), opaque.end(), at,
                                         [](std::size_t offset, const Span& span) { return offset < span.end; });
    const std::size_t begin = behind == opaque.begin() ? 0 : std::prev(behind)->end;
    const std::size_t end = behind == opaque.end() ? record.size() : behind->begin;
    return at < end ? Span{begin, end} : Span{at, at};
  }

  // Hands the word around byte `at` back as unchecked, if it has not been.
  void leave_unchecked(Span gap, std::size_t at) {
    std::vector<Finding>& findings = detection.findings;
    const bool known =
        !findings.empty() && findings.back().rule == Finding::kUnchecked && findings.back().span.contains({at, at + 1});
    if (!known) findings.push_back({word_around(record, gap, at), Finding::kUnchecked});
  }

  void charge(std::uint64_t bytes) { budget -= std::min(budget, bytes); }

  [[nodiscard]] bool covered(Span span, std::uint16_t rule) const {
    // Hits come in order, so only a recent finding of the rule can cover this one.
    const auto covers = [&](const std::vector<Finding>& findings) {
      const std::size_t looked = std::min<std::size_t>(findings.size(), 4);
      return std::any_of(findings.end() - static_cast<std::ptrdiff_t>(looked), findings.end(),
                         [&](const Finding& f) { return f.rule == rule && f.span.contains(span); });
    };
    return covers(detection.findings) || covers(detection.observed) || covers(detection.allowed);
  }

  // Replacements do not count as context, or an edit could bring a word near.
  [[nodiscard]] Neighbourhood around(Span span) const {
    const Span gap = gap_around(span.begin);
    const std::size_t from = std::max(gap.begin, span.begin - std::min(span.begin, kContextBefore));
    return {record.substr(from, span.begin - from),
            record.substr(span.end, std::min(kContextAfter, gap.end - span.end))};
  }

  // Everything about a rule but its expression.
  [[nodiscard]] bool accepts(const RuleTraits& rule, const RuleCode& code, Span span) const {
    return accepts_value(rule, code, span) && accepts_context(rule, span);
  }

  [[nodiscard]] bool accepts_context(const RuleTraits& rule, Span span) const {
    if (rule.context.empty() && rule.unless_context.empty()) return true;
    const Neighbourhood near = around(span);
    return (rule.context.empty() || near.has_one_of(rule.context)) && !near.has_one_of(rule.unless_context);
  }

  [[nodiscard]] bool accepts_value(const RuleTraits& rule, const RuleCode& code, Span span) const {
    const std::string_view value = span.of(record);
    if (code.validate != nullptr && !code.validate(value)) return false;
    if (rule.min_digits > 0 && std::count_if(value.begin(), value.end(), is_digit) < rule.min_digits) return false;
    if (rule.min_entropy > 0 && entropy(value) < rule.min_entropy) return false;
    return !code.allow || !code.allow.matches(value);
  }
};

namespace {

// Takes what does not stay after all out of `allowed`, because a finding of another rule changes it. Where that lies
// within, what is left of the value is not what was allowed any more: then all of it goes to `findings`, if its rule
// `edits`. Returns whether any does.
template <typename Edits>
bool take_replaced(std::vector<Finding>& findings, std::vector<Finding>& allowed, Edits edits) {
  const std::size_t before = findings.size();
  std::erase_if(allowed, [&](const Finding& kept) {
    const auto first = findings.begin();
    const auto last = first + static_cast<std::ptrdiff_t>(before);
    const auto behind = std::upper_bound(first, last, kept.span.begin,
                                         [](std::size_t at, const Finding& finding) { return at < finding.span.end; });
    if (behind == last || !behind->span.overlaps(kept.span)) return false;
    if (!behind->span.contains(kept.span) && edits(kept.rule)) findings.push_back(kept);
    return true;
  });
  return findings.size() != before;
}

// Drops the hits whose byte, `back` bytes in front of their offset, lies in a finding. Both lists are in order.
void drop_covered(const std::vector<Finding>& findings, std::vector<Hit>& hits, std::size_t back) {
  auto finding = findings.begin();
  std::erase_if(hits, [&](const Hit& hit) {
    while (finding != findings.end() && finding->span.end <= hit.at - back) ++finding;
    return finding != findings.end() && finding->span.begin <= hit.at - back;
  });
}

}  // namespace

Detector::Detector(std::shared_ptr<const RuleDatabase> rules, std::shared_ptr<const Policy> policy)
    : rules_(std::move(rules)),
      policy_(std::move(policy)),
      remembers_(policy_ == nullptr || policy_->remember == Remember::entry),
      uses_(rules_->parts().rules.size()),
      column_finder_(rules_, policy_ == nullptr ? SqlLiterals::sensitive : policy_->sql_literals) {
  for (std::size_t i = 0; policy_ != nullptr && i < uses_.size(); ++i) {
    const Treatment treatment = policy_->treatment(i);
    const bool is_text = rules_->parts().rules[i].type == kMarkedType && policy_->markers == Markers::keep;
    uses_[i].enabled = treatment.enabled && !is_text;
    uses_[i].observed = treatment.observed;
    if (policy_->parts.empty() && !policy_->allow.empty()) use_allowances(*policy_, i);
    for (const std::shared_ptr<const Policy>& part : policy_->parts) {
      if (part->treatment(i).edits()) use_allowances(*part, i);
    }
    const auto none = [](const std::vector<const Allowance*>& of_one) { return of_one.empty(); };
    std::vector<std::vector<const Allowance*>>& all = uses_[i].allowances;
    if (std::any_of(all.begin(), all.end(), none)) all.clear();
  }
  for (std::size_t i = 0; i < uses_.size(); ++i) {
    if (rules_->parts().rules[i].prose == "name") display_name_rule_ = static_cast<std::uint16_t>(i);
  }
  for (std::size_t trigger = 0; trigger < kTriggers; ++trigger) {
    for (const std::uint16_t rule : rules_->parts().rules_of_trigger[trigger]) {
      if (uses_[rule].enabled) rules_of_trigger_[trigger].push_back(rule);
    }
  }
}

// Adds what `policy` allows to stay of what `rule` finds.
void Detector::use_allowances(const Policy& policy, std::size_t rule) {
  std::vector<const Allowance*>& of_policy = uses_[rule].allowances.emplace_back();
  for (const Allowance& allowance : policy.allow) {
    if (allowance.covers(rule, rules_->parts().rules[rule])) of_policy.push_back(&allowance);
  }
}

namespace {

// The key that `value` stands under, or nothing.
std::string_view key_of(std::string_view record, Span value) {
  constexpr std::string_view kBetween = "\"'` \\[(";
  std::size_t at = value.begin;
  while (at > 0 && value.begin - at < 8 && kBetween.find(record[at - 1]) != std::string_view::npos) --at;
  if (at == 0 || (record[at - 1] != '=' && record[at - 1] != ':' && record[at - 1] != '>')) return {};
  const std::optional<Span> key = key_before(record, at);
  return key ? key->of(record) : std::string_view();
}

}  // namespace

// Puts a finding where the policy wants it.
void Detector::file(Look& look, Finding finding) const {
  const Use& use = uses_[finding.rule];
  const std::string_view value = finding.span.of(look.record);
  const auto exempt = [&](const Allowance* allowance) {
    return exempts(*allowance, value, key_of(look.record, finding.span));
  };
  const bool allowed =
      !use.allowances.empty() && std::all_of(use.allowances.begin(), use.allowances.end(), [&](const auto& of_policy) {
        return std::any_of(of_policy.begin(), of_policy.end(), exempt);
      });
  Detection& detection = look.detection;
  (allowed ? detection.allowed : use.observed ? detection.observed : detection.findings).push_back(finding);
}

bool Detector::may_find(std::string_view chunk, Hit hit) const {
  if (is_escape(hit.source)) return signal_of(chunk, hit) == EscapeSignal::strong;
  const RuleDatabase::Parts& parts = rules_->parts();
  for (const std::uint16_t rule : rules_of_trigger_[hit.source]) {
    const RuleCode& code = parts.code[rule];
    const std::optional<Span> span = code.shape->find(chunk, hit.at);
    if (span && (code.validate == nullptr || code.validate(span->of(chunk)))) return true;
  }
  return false;
}

namespace {

// Where what may name columns begins in a record at `base`, whose first word of SQL is `hit`; that may have taken the
// first byte of a name.
std::size_t names_from(Hit hit, std::size_t base) { return hit.source == kSqlLate ? 0 : hit.at - base - 1; }

}  // namespace

bool Detector::may_find_columns(std::string_view record, std::size_t base, std::span<const Hit> sql) {
  if (std::any_of(sql.begin(), sql.end(),
                  [](const Hit& hit) { return hit.source != kSqlWord && hit.source != kSqlLate; }))
    return true;
  return column_finder_.may_find(record, names_from(sql.front(), base));
}

void Detector::detect(std::string_view record, std::size_t base, const RecordHits& hits, std::span<const Span> opaque,
                      StatementMemory& memory, Detection& detection) {
  detection.findings.clear();
  detection.observed.clear();
  detection.allowed.clear();
  detection.rejected_literals.clear();
  detection.rejected_shapes.clear();
  detection.has_open_keys = false;
  const std::uint64_t budget = std::max(kBudgetAtLeast, kBudgetPerByte * record.size());
  Look look{record, opaque, detection, budget, budget};
  const auto [literals, shapes, keys, weak_keys, sql] = hits;
  if (memory.open_key != 0) look_at_open_key(look, static_cast<std::uint16_t>(memory.open_key - 1));
  memory_key_ = 0;
  for (const auto& list : {keys, weak_keys}) {
    for (const Hit& key : list) detection.has_open_keys |= !look_at_key(look, key.at - base, key.source);
  }
  memory.open_key = memory_key_;
  const auto first_sql =
      std::find_if(sql.begin(), sql.end(), [](const Hit& hit) { return hit.source != kEncodedJson; });
  if (first_sql != sql.end() || memory.csv || memory.open || memory.table != nullptr || memory.list != nullptr) {
    const bool echo = std::any_of(first_sql, sql.end(), [](const Hit& hit) { return hit.source == kSqlEcho; });
    look_at_columns(look, first_sql == sql.end() ? 0 : names_from(*first_sql, base), echo, memory);
  }
  if (remembers_) {
    if (memory.learned != nullptr) learn(look, *memory.learned);
    look_for_known(look);
    if (memory.remembered != nullptr) look_for_remembered(look, *memory.remembered);
  }
  // In order of offsets, so that a finding is known before the hits inside it come up.
  for (std::size_t l = 0, s = 0; l < literals.size() || s < shapes.size();) {
    if (s == shapes.size() || (l < literals.size() && literals[l].at <= shapes[s].at)) {
      look_at_literal(look, literals[l].at - base, literals[l].source);
      ++l;
    } else {
      look_at_shape(look, shapes[s].at - base, shapes[s].source);
      ++s;
    }
  }
  if (detection.keeps_parts) detection.parts.assign(detection.findings.begin(), detection.findings.end());
  merge(detection.findings);
  const auto edits = [&](std::uint16_t r) { return !uses_[r].observed; };
  while (take_replaced(detection.findings, detection.allowed, edits)) merge(detection.findings);
  drop_covered(detection.findings, detection.rejected_literals, 1);
  drop_covered(detection.findings, detection.rejected_shapes, 0);
}

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

namespace {

// Whether the bare word behind `key: ` is the middle of a sentence ("Password: incorrect for this account") and no
// value.
bool is_prose(std::string_view record, std::size_t at, Span value) {
  if (at < 2 || record[at - 1] != ':' || value.begin == 0 || record[value.begin - 1] != ' ') return false;
  const std::string_view word = value.of(record);
  if (!std::all_of(word.begin(), word.end(), is_lower)) return false;
  return value.end + 1 < record.size() && record[value.end] == ' ' && is_lower(record[value.end + 1]);
}

}  // namespace

// Files what is left of a value between the replacements in it.
void Detector::file_pieces(Look& look, Span value, std::uint16_t rule, std::string_view quote, bool in_context) const {
  const RuleDatabase::Parts& parts = rules_->parts();
  look.charge(value.size());
  std::size_t begin = value.begin;
  const auto first = std::upper_bound(look.opaque.begin(), look.opaque.end(), begin,
                                      [](std::size_t at, const Span& span) { return at < span.end; });
  for (auto i = static_cast<std::size_t>(first - look.opaque.begin()); i <= look.opaque.size() && begin < value.end;
       ++i) {
    const Span next = i < look.opaque.size() ? look.opaque[i] : Span{value.end, value.end};
    Span piece{begin, std::clamp(next.begin, begin, value.end)};
    begin = std::max(begin, next.end);
    while (piece.size() > 0 && !is_key_byte(look.record[piece.begin]) && piece.size() != value.size()) ++piece.begin;
    while (piece.size() > 0 && !is_key_byte(look.record[piece.end - 1]) && piece.size() != value.size()) --piece.end;
    if (rule == column_finder_.literal_rule() && piece.of(look.record) == kFingerprint) continue;
    if (piece.size() == 0 || !look.accepts_value(parts.rules[rule], parts.code[rule], piece)) continue;
    if (in_context || look.accepts_context(parts.rules[rule], piece)) {
      const bool whole = piece.size() == value.size();
      file(look, {.span = piece, .rule = rule, .quote = whole ? quote : std::string_view()});
    }
  }
}

// The values of telling columns.
void Detector::look_at_columns(Look& look, std::size_t from, bool echo, StatementMemory& memory) {
  column_values_.clear();
  look.charge(column_finder_.find(look.record, from, echo, memory, column_values_));
  const std::uint16_t literal = column_finder_.literal_rule();
  for (const ColumnValue& value : column_values_) {
    if (literal != KeyFinder::kTellsNothing && uses_[literal].enabled) {
      file_pieces(look, value.span, literal, value.quote, true);
    }
    if (value.rule == literal || !uses_[value.rule].enabled) continue;
    // '%MEIER%' is a pattern here, no variable of a shell.
    const std::string_view text = value.span.of(look.record);
    const bool pattern = text.size() > 2 && text.front() == '%' && text.back() == '%';
    if (!pattern && is_placeholder(text)) continue;
    const Look::Account account(look, uses_[value.rule].observed);
    file_pieces(look, value.span, value.rule, value.quote, true);
  }
}

namespace {

// Whether nothing but the replacement is read when `value`, of the key whose separator ends at `at`, has been replaced
// and the key is looked at again. What brackets hold depends on what is in them, and names and addresses go on behind a
// blank.
bool ends_with_replacement(std::string_view record, std::size_t at, Span value, ValueKind kind) {
  constexpr std::string_view kBrackets = "([{";
  if (value.begin < at || Span{at, value.begin}.of(record).find_first_of(kBrackets) != std::string_view::npos) {
    return false;
  }
  if (value.end == record.size()) return true;
  const char next = record[value.end];
  return next == '"' || next == '\'' || (is_blank(next) && kind != ValueKind::words && kind != ValueKind::name);
}

}  // namespace

// The values of a telling key. They go whatever they look like, unless they say nothing. Returns whether that is all
// that will ever be found there.
bool Detector::look_at_key(Look& look, std::size_t at, std::uint16_t rule) {
  if (rule == KeyFinder::kTellsNothing) return false;  // a `value` without a name
  const Use& use = uses_[rule];
  if (!use.enabled) return true;
  const Look::Account account(look, use.observed);
  const RuleDatabase::Parts& parts = rules_->parts();
  const Span gap = look.gap_around(at - 1);
  if (gap.size() == 0) return true;
  const std::optional<Span> in_gap = key_before(gap.of(look.record), at - gap.begin);
  if (!in_gap || look.covered({at - 1, at}, rule)) return false;
  const Span key{gap.begin + in_gap->begin, gap.begin + in_gap->end};
  if (look.budget == 0) {
    if (!use.observed) look.leave_unchecked(gap, at - 1);
    return false;
  }
  values_.clear();
  const RuleTraits& r = parts.rules[rule];
  look.charge(64 + find_values(look.record, look.opaque, key, at, r.value, values_));
  if (values_.empty() && is_open_key(look.record, at)) memory_key_ = static_cast<std::uint16_t>(rule + 1);
  bool done = values_.size() == 1;
  for (const KeyedValue& value : values_) {
    if (is_placeholder(value.span.of(look.record)) ||
        (r.value == ValueKind::secret && is_prose(look.record, at, value.span))) {
      done = false;
      continue;
    }
    file_pieces(look, value.span, rule, value.quote, false);
    const std::vector<Finding>& findings = look.detection.findings;
    done = done && !findings.empty() && findings.back().span == value.span && findings.back().rule == rule &&
           ends_with_replacement(look.record, at, value.span, r.value);
  }
  return done;
}

// The value of the key that the record in front of this one ends with.
void Detector::look_at_open_key(Look& look, std::uint16_t rule) {
  const Use& use = uses_[rule];
  if (!use.enabled) return;
  const Look::Account account(look, use.observed);
  values_.clear();
  const RuleTraits& r = rules_->parts().rules[rule];
  look.charge(64 + find_open_value(look.record, look.opaque, r.value, values_));
  for (const KeyedValue& value : values_) {
    if (is_placeholder(value.span.of(look.record))) continue;
    file_pieces(look, value.span, rule, value.quote, false);
  }
}

// The values that keys have announced, wherever else in the record they stand.
void Detector::look_for_known(Look& look) {
  constexpr std::size_t kMaxValues = 32;
  const std::vector<Finding>& findings = look.detection.findings;
  const std::size_t count = std::min(findings.size(), kMaxValues);
  for (std::size_t i = 0; i < count; ++i) {
    const Finding known = findings[i];
    const std::string_view value = known.span.of(look.record);
    if (known.rule != Finding::kUnchecked && value.size() >= kMinRememberedBytes) {
      look_for(look, value, known.rule, known.span);
    }
  }
}

// Files every place at which `value` stands as a word of its own, but for `except`.
void Detector::look_for(Look& look, std::string_view value, std::uint16_t rule, Span except) const {
  const bool is_date = rules_->parts().rules[rule].value == ValueKind::date;
  look.charge(look.record.size() / 8);
  for (std::size_t at = find_text(look.record, value, 0); at != std::string_view::npos;
       at = find_text(look.record, value, at + value.size())) {
    const Span span{at, at + value.size()};
    if (span == except || (is_date && at < kLogDateBytes)) continue;
    if (is_word(value.front()) && !begins_word(look.record, span.begin)) continue;
    if (is_word(value.back()) && !ends_word(look.record, span.end)) continue;
    const auto behind = std::upper_bound(look.opaque.begin(), look.opaque.end(), span.begin,
                                         [](std::size_t offset, const Span& o) { return offset < o.end; });
    if (behind != look.opaque.end() && behind->overlaps(span)) continue;
    look.detection.findings.push_back({span, rule, {}});
  }
}

// The values that earlier records of the entry have announced.
void Detector::look_for_remembered(Look& look, const std::vector<RememberedValue>& values) const {
  for (const RememberedValue& value : values) look_for(look, value.text, value.rule, {});
}

// Takes what later records of the entry are to be looked through for from what has been found by key and column.
void Detector::learn(const Look& look, std::vector<RememberedValue>& learned) const {
  for (const Finding& finding : look.detection.findings) {
    if (finding.rule == Finding::kUnchecked) continue;
    const std::string_view value = finding.span.of(look.record);
    const bool is_date = rules_->parts().rules[finding.rule].value == ValueKind::date;
    if (is_date && look.record.substr(0, kLogDateBytes).find(value) != std::string_view::npos) continue;
    if (is_distinctive(value)) learned.push_back({std::string(value), finding.rule});
  }
}

// Overlapping findings become one. Its label is that of the surer rule, then of the longer span, then of the first
// rule.
void Detector::merge(std::vector<Finding>& findings) const {
  if (findings.size() < 2) return;
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin
                                        : (a.span.end != b.span.end ? a.span.end > b.span.end : a.rule < b.rule);
  });
  const auto better = [&](const Finding& a, const Finding& b) {
    if (a.rule == Finding::kUnchecked || b.rule == Finding::kUnchecked) return a.rule != Finding::kUnchecked;
    const auto rank = [&](const Finding& f) { return policy_ == nullptr ? 0 : policy_->rank(f.rule); };
    if (rank(a) != rank(b)) return rank(a) > rank(b);
    const RuleTraits& of_a = rules_->parts().rules[a.rule];
    const RuleTraits& of_b = rules_->parts().rules[b.rule];
    // What a key announces takes the type of the shape it has, unless only the key says that it is a secret.
    if (a.span == b.span && of_a.has_keys() != of_b.has_keys()) {
      const bool key_wins =
          is_secret((of_a.has_keys() ? of_a : of_b).category) && !is_secret((of_a.has_keys() ? of_b : of_a).category);
      return of_a.has_keys() == key_wins;
    }
    if (of_a.confidence != of_b.confidence) return of_a.confidence > of_b.confidence;
    return a.span.size() != b.span.size() ? a.span.size() > b.span.size() : a.rule < b.rule;
  };
  std::size_t kept = 0;
  Finding label = findings[0];  // the finding that names the merged one
  for (std::size_t i = 1; i < findings.size(); ++i) {
    Finding& last = findings[kept];
    if (findings[i].span.begin < last.span.end) {
      last.mixed = last.mixed || findings[i].mixed || last.rule != findings[i].rule;
      last.span.end = std::max(last.span.end, findings[i].span.end);
      if (better(findings[i], label)) label = findings[i];
      last.rule = label.rule;
      if (last.quote.empty()) last.quote = findings[i].quote;
    } else {
      findings[++kept] = findings[i];
      label = findings[i];
    }
  }
  findings.resize(kept + 1);
}

}  // namespace piiscrub
