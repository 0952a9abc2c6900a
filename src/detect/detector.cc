#include "detect/detector.h"

#include <algorithm>

#include "detect/allowance.h"
#include "detect/detector_look.h"

namespace piiscrub {
namespace {

// Work allowed per record: 64 bytes looked at per byte of it, and a start so that short records never run out.
constexpr std::uint64_t kBudgetPerByte = 64;
constexpr std::uint64_t kBudgetAtLeast = std::uint64_t{256} * 1024;

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

// What an unchecked hit hides: the word it stands in.
Span word_around(std::string_view record, Span gap, std::size_t at) {
  const auto in_word = [](char c) { return c != ' ' && c != '\t' && c != '"' && c != '\''; };
  Span word{at, at};
  while (word.begin > gap.begin && in_word(record[word.begin - 1])) --word.begin;
  while (word.end < gap.end && in_word(record[word.end])) ++word.end;
  while (word.end < record.size() && word.end > at && record[word.end - 1] == '\\')
    --word.end;  // of a quote's spelling
  return word;
}

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

// `span` without half an escape sequence at its ends, so that what reads the record still can. Backslashes at its end
// are how what follows is spelled (\" in a string of JSON, \\\" in one within); those in front take its first byte
// along.
Span with_whole_escapes(std::string_view record, Span span) {
  constexpr std::string_view kEscaped = "bfnrtu/\"";
  if (span.begin > 0 && record[span.begin - 1] == '\\' && kEscaped.find(record[span.begin]) != std::string_view::npos) {
    while (span.begin > 0 && record[span.begin - 1] == '\\') --span.begin;
  }
  if (span.end == record.size()) return span;
  while (span.end > span.begin && record[span.end - 1] == '\\') --span.end;
  return span;
}

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
  if (finding.span.size() == 0) return;
  finding.span = with_whole_escapes(look.record, finding.span);
  if (finding.span.size() == 0) return;
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
  for (const Hit& key : keys) detection.has_open_keys |= !look_at_key(look, key.at - base, key.source);
  // What only hints at a value (Rule::edge_keys with a validator) and has none is nothing to stand beside.
  const auto hints = [&](const Hit& key) { return rules_->parts().code[key.source].validate != nullptr; };
  const bool only_hints = literals.empty() && shapes.empty() && sql.empty() && !keys.empty() &&
                          detection.findings.empty() && std::all_of(keys.begin(), keys.end(), hints);
  if (only_hints) {
    detection.has_open_keys |= !weak_keys.empty();
  } else {
    for (const Hit& key : weak_keys) detection.has_open_keys |= !look_at_key(look, key.at - base, key.source);
  }
  memory.open_key = memory_key_;
  const auto first_sql =
      std::find_if(sql.begin(), sql.end(), [](const Hit& hit) { return hit.source != kEncodedJson; });
  if (first_sql != sql.end() || memory.csv || memory.open || memory.table != nullptr || memory.list != nullptr) {
    const bool echo = std::any_of(first_sql, sql.end(), [](const Hit& hit) { return hit.source == kEcho; });
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
