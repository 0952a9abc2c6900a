#include "detect/detector.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "detect/edges.h"

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

  [[nodiscard]] bool has_one_of(const std::vector<std::string>& words) const {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
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

bool is_token(char c) { return is_word(c) || c == '-' || c == '.' || c == '+' || c == '/' || c == '='; }

}  // namespace

struct Detector::Look {
  std::string_view record;
  std::span<const Span> opaque;
  Detection& detection;
  std::uint64_t budget;

  // The part of the record around byte `at` that no replacement interrupts; empty if `at` lies in a replacement.
  [[nodiscard]] Span gap_around(std::size_t at) const {
    const auto behind = std::upper_bound(opaque.begin(), opaque.end(), at,
                                         [](std::size_t offset, const Span& span) { return offset < span.end; });
    const std::size_t begin = behind == opaque.begin() ? 0 : std::prev(behind)->end;
    const std::size_t end = behind == opaque.end() ? record.size() : behind->begin;
    return at < end ? Span{begin, end} : Span{at, at};
  }

  void charge(std::uint64_t bytes) { budget -= std::min(budget, bytes); }

  [[nodiscard]] bool covered(Span span, std::uint16_t rule) const {
    // Hits come in order, so only a recent finding of the rule can cover this one.
    const auto& findings = detection.findings;
    const std::size_t looked = std::min<std::size_t>(findings.size(), 4);
    return std::any_of(findings.end() - static_cast<std::ptrdiff_t>(looked), findings.end(),
                       [&](const Finding& f) { return f.rule == rule && f.span.contains(span); });
  }

  // Replacements do not count as context, or an edit could bring a word near.
  [[nodiscard]] Neighbourhood around(Span span) const {
    const Span gap = gap_around(span.begin);
    const std::size_t from = std::max(gap.begin, span.begin - std::min(span.begin, kContextBefore));
    return {record.substr(from, span.begin - from),
            record.substr(span.end, std::min(kContextAfter, gap.end - span.end))};
  }

  // Everything about a rule but its expression.
  [[nodiscard]] bool accepts(const Rule& rule, const RuleCode& code, Span span) const {
    const std::string_view value = span.of(record);
    if (code.validate != nullptr && !code.validate(value)) return false;
    if (rule.min_digits > 0 && std::count_if(value.begin(), value.end(), is_digit) < rule.min_digits) return false;
    if (rule.min_entropy > 0 && entropy(value) < rule.min_entropy) return false;
    if (!code.context.empty() || !code.unless_context.empty()) {
      const Neighbourhood near = around(span);
      if (!code.context.empty() && !near.has_one_of(code.context)) return false;
      if (near.has_one_of(code.unless_context)) return false;
    }
    return !code.allow || !code.allow->matches(value);
  }
};

namespace {

// Drops the hits whose byte, `back` bytes in front of their offset, lies in a finding. Both lists are in order.
void drop_covered(const std::vector<Finding>& findings, std::vector<Hit>& hits, std::size_t back) {
  auto finding = findings.begin();
  std::erase_if(hits, [&](const Hit& hit) {
    while (finding != findings.end() && finding->span.end <= hit.at - back) ++finding;
    return finding != findings.end() && finding->span.begin <= hit.at - back;
  });
}

}  // namespace

bool Detector::may_find(std::string_view chunk, Hit hit) const {
  const RuleDatabase::Parts& parts = rules_->parts();
  const auto& rules = parts.rules_of_trigger[hit.source];
  return std::any_of(rules.begin(), rules.end(), [&](std::uint16_t rule) {
    const RuleCode& code = parts.code[rule];
    const std::optional<Span> span = code.shape->find(chunk, hit.at);
    return span && (code.validate == nullptr || code.validate(span->of(chunk)));
  });
}

void Detector::detect(std::string_view record, std::size_t base, std::span<const Hit> literals,
                      std::span<const Hit> shapes, std::span<const Span> opaque, Detection& detection) {
  detection.findings.clear();
  detection.rejected_literals.clear();
  detection.rejected_shapes.clear();
  Look look{record, opaque, detection, std::max(kBudgetAtLeast, kBudgetPerByte * record.size())};
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
  merge(detection.findings);
  drop_covered(detection.findings, detection.rejected_literals, 1);
  drop_covered(detection.findings, detection.rejected_shapes, 0);
}

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
  if (entropy(text.substr(begin, end - begin)) < kCutTailEntropy) return std::nullopt;
  return Span{gap.begin + at, gap.begin + end};
}

void Detector::look_at_literal(Look& look, std::size_t end, std::uint16_t rule) {
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
  if (look.covered({end - 1, end}, rule)) return;
  for (std::size_t at = first; at <= last; ++at) {
    if (!plan.first[static_cast<unsigned char>(text[at])]) continue;
    if (look.covered({gap.begin + at, gap.begin + at + 1}, rule)) continue;
    if (look.budget == 0) {
      const Span word = look.detection.findings.empty() || look.detection.findings.back().span.end <= end
                            ? word_around(look.record, gap, end - 1)
                            : look.detection.findings.back().span;
      look.detection.findings.push_back({word, Finding::kUnchecked});
      return;
    }
    std::optional<Span> span = plan.linear.empty()
                                   ? code.confirm.match_at(window, at)
                                   : match_linear(plan.linear, plan.linear_first, parts.sets, window, at);
    if (!span && plan.linear.empty() && ends_with_escape(text, at)) {  // for \b and ^ an escape sequence is no word
      span = code.confirm.match_at(window.substr(at), 0);
      if (span) span = Span{at + span->begin, at + span->end};
    }
    if (span) {
      look.charge(span->size() + 64);
      const Span found{gap.begin + span->begin, gap.begin + span->end};
      if (look.accepts(parts.rules[rule], code, found)) {
        look.detection.findings.push_back({found, rule});
        if (found.end > gap.begin + last) return;  // else the hit may be another match's, which starts behind this one
      }
    } else {
      // A bounded expression fails within its width; an open one may have read on to the end.
      look.charge(std::min<std::uint64_t>(plan.max_bytes, window.size() - at) + 64);
      if (plan.can_be_cut) {
        if (const std::optional<Span> cut = cut_token(look, plan, gap, at)) {
          look.detection.findings.push_back({*cut, rule});
          if (cut->end > gap.begin + last) return;
        }
      }
    }
  }
  look.detection.rejected_literals.push_back({static_cast<std::uint32_t>(end), rule});
}

// A shape that a fixed text in [gap.begin, end) gave away.
void Detector::look_at_literal_shape(Look& look, Span gap, std::size_t end, std::uint16_t rule) {
  const RuleDatabase::Parts& parts = rules_->parts();
  const RuleCode& code = parts.code[rule];
  if (look.covered({end - 1, end}, rule)) return;
  if (look.budget == 0) {
    look.detection.findings.push_back({word_around(look.record, gap, end - 1), Finding::kUnchecked});
    return;
  }
  look.charge(64);
  if (const std::optional<Span> span = code.shape->find(gap.of(look.record), end - gap.begin)) {
    const Span found{gap.begin + span->begin, gap.begin + span->end};
    look.charge(found.size());
    if (look.accepts(parts.rules[rule], code, found)) {
      look.detection.findings.push_back({found, rule});
      return;
    }
  }
  look.detection.rejected_literals.push_back({static_cast<std::uint32_t>(end), rule});
}

void Detector::look_at_shape(Look& look, std::size_t at, std::uint16_t trigger) {
  const RuleDatabase::Parts& parts = rules_->parts();
  const Span gap = look.gap_around(at);
  if (at < gap.begin + kTriggerReach[trigger] || gap.size() == 0) return;  // a replacement cuts into it
  const std::string_view text = gap.of(look.record);
  bool rejected = false;
  for (const std::uint16_t rule : parts.rules_of_trigger[trigger]) {
    if (look.covered({at, at + 1}, rule)) continue;
    if (look.budget == 0) {
      look.detection.findings.push_back({word_around(look.record, gap, at), Finding::kUnchecked});
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
      look.detection.findings.push_back({found, rule});
    } else {
      rejected = true;
    }
  }
  if (rejected) look.detection.rejected_shapes.push_back({static_cast<std::uint32_t>(at), trigger});
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
    const Confidence of_a = rules_->rules()[a.rule].confidence;
    const Confidence of_b = rules_->rules()[b.rule].confidence;
    if (of_a != of_b) return of_a > of_b;
    return a.span.size() != b.span.size() ? a.span.size() > b.span.size() : a.rule < b.rule;
  };
  std::size_t kept = 0;
  Finding label = findings[0];  // the finding that names the merged one
  for (std::size_t i = 1; i < findings.size(); ++i) {
    Finding& last = findings[kept];
    if (findings[i].span.begin < last.span.end) {
      last.span.end = std::max(last.span.end, findings[i].span.end);
      if (better(findings[i], label)) label = findings[i];
      last.rule = label.rule;
    } else {
      findings[++kept] = findings[i];
      label = findings[i];
    }
  }
  findings.resize(kept + 1);
}

}  // namespace piiscrub
