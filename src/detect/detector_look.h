// What the parts of Detector share while they look at a record: what stays in one piece, what it may cost, what was
// found.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "detect/detector.h"
#include "detect/entropy.h"

namespace piiscrub {

// Context words count from this many bytes in front of the span to this many behind it.
inline constexpr std::size_t kContextBefore = 64;
inline constexpr std::size_t kContextAfter = 24;
// For what goes by a key, those of the same object count, too, up to this many bytes away.
inline constexpr std::size_t kObjectReach = 192;

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

  std::array<char, 2 * kObjectReach> folded_;
  std::string_view in_front_;
  std::string_view behind_;
};

/// What an unchecked hit at `at` hides: the word it stands in.
Span word_around(std::string_view record, Span gap, std::size_t at);

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
  [[nodiscard]] Neighbourhood around(Span span, bool keyed) const {
    const Span gap = gap_around(span.begin);
    std::size_t from = std::max(gap.begin, span.begin - std::min(span.begin, kContextBefore));
    std::size_t to = span.end + std::min(kContextAfter, gap.end - span.end);
    if (const Span object = keyed ? object_around(span, gap) : Span{span.begin, span.begin}; object.size() > 0) {
      from = std::min(from, object.begin);
      to = std::max(to, object.end);
    }
    return {record.substr(from, span.begin - from), record.substr(span.end, to - span.end)};
  }

  // What the brackets around `span` hold, as far as it is near and in `gap`; empty if none are.
  [[nodiscard]] Span object_around(Span span, Span gap) const {
    const std::size_t first = std::max(gap.begin, span.begin - std::min(span.begin, kObjectReach));
    std::size_t begin = span.begin;
    for (int depth = 0; begin > first; --begin) {
      const char c = record[begin - 1];
      if ((c == '{' || c == '(') && depth-- == 0) break;
      if (c == '}' || c == ')') ++depth;
    }
    if (begin == first) return {span.begin, span.begin};
    const std::size_t last = std::min(gap.end, span.end + kObjectReach);
    std::size_t end = span.end;
    for (int depth = 0; end < last; ++end) {
      const char c = record[end];
      if ((c == '}' || c == ')') && depth-- == 0) break;
      if (c == '{' || c == '(') ++depth;
    }
    return {begin, end};
  }

  // Everything about a rule but its expression.
  [[nodiscard]] bool accepts(const RuleTraits& rule, const RuleCode& code, Span span) const {
    return accepts_value(rule, code, span) && accepts_context(rule, span);
  }

  [[nodiscard]] bool accepts_context(const RuleTraits& rule, Span span) const {
    if (rule.context.empty() && rule.unless_context.empty()) return true;
    const Neighbourhood near = around(span, rule.has_keys());
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

}  // namespace piiscrub
