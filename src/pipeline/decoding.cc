#include "pipeline/decoding.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "detect/triggers.h"

namespace piiscrub {
namespace {

// Decoding stops behind this many bytes for each of the record's; what is still escaped then is masked.
constexpr std::size_t kBytesPerByte = 8;

bool ends_in_front(const Span& a, const Span& b) { return a.end <= b.begin; }

bool overlaps_one(std::span<const Span> spans, Span span) {
  const auto at = std::lower_bound(spans.begin(), spans.end(), span, ends_in_front);
  return at != spans.end() && at->overlaps(span);
}

// Whether an odd number of backslashes ends at `at`: what follows is escaped.
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t run = 0;
  while (run < at && text[at - run - 1] == '\\') ++run;
  return run % 2 == 1;
}

// Cuts `span` so that the record keeps its structure: a quote that stands for itself is none of the value, and an
// escape sequence that has not been decoded stays whole.
Span within_structure(std::string_view record, Span span) {
  for (std::size_t i = span.begin; i < span.end; ++i) {
    if (record[i] == '"' && !is_escaped(record, i)) span.end = i;
  }
  if (span.end < record.size() && is_escaped(record, span.end)) {
    while (span.end > span.begin && record[span.end - 1] == '\\') --span.end;
  }
  return span;
}

// Drops the hits whose byte, `back` bytes in front of their offset, lies in a finding.
void drop_covered(const std::vector<Finding>& findings, std::vector<Hit>& hits, std::size_t back) {
  auto finding = findings.begin();
  std::erase_if(hits, [&](const Hit& hit) {
    while (finding != findings.end() && finding->span.end <= hit.at - back) ++finding;
    return finding != findings.end() && finding->span.begin <= hit.at - back;
  });
}

// Whether `policy` makes a difference between what is found within another finding and what is not found at all: it may
// drop the record, or is counted.
bool counts_all(const Policy* policy, std::size_t rules) {
  if (policy == nullptr) return false;
  if (!policy->allow.empty() || !policy->parts.empty()) return true;
  for (std::size_t rule = 0; rule < rules; ++rule) {
    const Treatment treatment = policy->treatment(rule);
    if (treatment.observed || treatment.action == Action::drop) return true;
  }
  return false;
}

}  // namespace

Decoding::Decoding(std::shared_ptr<const RuleDatabase> rules, Format format, const Policy* policy, Detector& detector,
                   Redactor& redactor)
    : rules_(std::move(rules)),
      format_(format),
      all_counts_(counts_all(policy, rules_->parts().rules.size())),
      detector_(detector),
      redactor_(redactor) {
  decoded_.keeps_parts = true;
}

// Whether `record` has base64 of JSON that does not lie within one of `findings` as a whole.
bool Decoding::hides_json(std::string_view record, std::size_t base, std::span<const Hit> sql,
                          const std::vector<Finding>& findings) const {
  constexpr std::string_view kObject = "eyJ";  // and 16 bytes; an array's begins with one more
  constexpr std::size_t kHitBytes = kObject.size() + 16;
  return std::any_of(sql.begin(), sql.end(), [&](const Hit& hit) {
    if (hit.source != kEncodedJson) return false;
    const std::size_t at = hit.at - base;
    const auto around =
        std::lower_bound(findings.begin(), findings.end(), at,
                         [](const Finding& finding, std::size_t end) { return finding.span.end < end; });
    const std::size_t begin = at - kHitBytes - (record.substr(at - kHitBytes).starts_with(kObject) ? 0 : 1);
    const bool covered = around != findings.end() && around->span.begin <= begin &&
                         (around->span.end == record.size() || !is_base64(record[around->span.end]));
    return all_counts_ || !covered;
  });
}

void Decoding::add(std::string_view record, std::size_t base, const RecordHits& hits, std::span<const Span> opaque,
                   const StatementMemory& memory, Detection& detection) {
  hidden_.clear();
  memory_.wanted = false;
  const bool strong = hides_json(record, base, hits.sql, detection.findings) ||
                      std::any_of(hits.shapes.begin(), hits.shapes.end(), [&](Hit hit) {
                        if (!is_escape(hit.source)) return false;
                        hit.at -= static_cast<std::uint32_t>(base);
                        if (hit.at < kTriggerReach[hit.source]) return false;  // it began in the record in front
                        return signal_of(record, hit) == EscapeSignal::strong;
                      });
  const bool found = !detection.findings.empty();
  EscapeSignal signal = strong ? EscapeSignal::strong : EscapeSignal::none;
  if (!strong && (found || !hits.literals.empty() || !hits.keys.empty())) signal = escape_signal(record);
  escaped_ = signal != EscapeSignal::none;
  if (signal == EscapeSignal::strong || (escaped_ && found)) decode(record, opaque, memory, detection);
}

void Decoding::add_to_edited(std::string_view record, std::span<const Span> opaque, const StatementMemory& memory,
                             bool leaves_text, Detection& detection) {
  hidden_.clear();
  memory_.wanted = false;
  // A label makes no escape, but a mask or a stand-in may (%de***e@example.com).
  if (!escaped_ && !leaves_text) return;
  if (escape_signal(record) != EscapeSignal::none || has_base64_json(record)) {
    decode(record, opaque, memory, detection);
  }
}

std::string_view Decoding::value_of(std::string_view record, const Finding& finding) const {
  const auto at = std::lower_bound(hidden_.begin(), hidden_.end(), finding.span, ends_in_front);
  const bool hidden = at != hidden_.end() && *at == finding.span;
  return hidden ? view_.decoded_of(finding.span).of(view_.text()) : finding.span.of(record);
}

void Decoding::decode(std::string_view record, std::span<const Span> opaque, const StatementMemory& memory,
                      Detection& detection) {
  memory_ = memory;
  memory_.wanted = false;
  Encodings encodings = encoding::all;
  if (!is_quoted_printable(record)) encodings &= static_cast<Encodings>(~encoding::quoted_printable);
  const bool complete = view_.decode(record, encodings, kBytesPerByte * record.size());
  if (!view_.changed()) return;
  const std::string_view text = view_.text();
  if (!scanner_) scanner_.emplace(rules_);
  scanner_->scan(text, scan_);
  if (!has_columns(format_)) scan_.sql.clear();
  found_.clear();
  if (scan_.failed) {
    found_.push_back({{0, record.size()}, Finding::kUnchecked});
  } else {
    redactor_.find_replacements(text, opaque_);
    const std::size_t own = opaque_.size();
    for (const Span& span : opaque) {
      const Span decoded = view_.decoded_of(span);
      if (!overlaps_one({opaque_.data(), own}, decoded)) opaque_.push_back(decoded);
    }
    std::sort(opaque_.begin(), opaque_.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    detector_.detect(text, 0, {scan_.literals, scan_.shapes, scan_.keys, scan_.weak_keys, scan_.sql}, opaque_, memory_,
                     decoded_);
    take(record, opaque, decoded_.findings, found_);
    take_behind_quotes(record, opaque);
    take(record, opaque, decoded_.observed, detection.observed);
    take(record, opaque, decoded_.allowed, detection.allowed);
  }
  if (!complete) add_unchecked(record, opaque);
  if (!found_.empty()) {
    merge(detection.findings);
    drop_covered(detection.findings, detection.rejected_literals, 1);
    drop_covered(detection.findings, detection.rejected_shapes, 0);
  }
}

// Leads findings of the view back to the record.
void Decoding::take(std::string_view record, std::span<const Span> opaque, const std::vector<Finding>& from,
                    std::vector<Finding>& to) {
  if (from.empty()) return;
  const auto in_order = [](const Finding& a, const Finding& b) {
    return a.rule != b.rule ? a.rule < b.rule : a.span.begin < b.span.begin;
  };
  known_ = to;
  std::sort(known_.begin(), known_.end(), in_order);
  for (Finding finding : from) {
    finding.span = within_structure(record, view_.source_of(finding.span));
    finding.quote = {};  // quotes are for numbers in structures that are plain
    if (finding.span.size() == 0 || overlaps_one(opaque, finding.span)) continue;
    const auto behind = std::upper_bound(known_.begin(), known_.end(), finding, in_order);
    const bool known = behind != known_.begin() && std::prev(behind)->rule == finding.rule &&
                       std::prev(behind)->span.contains(finding.span);
    if (!known) to.push_back(finding);
  }
}

// Where the record's structure has cut a finding short: of those that it was made of, what begins behind the cut.
void Decoding::take_behind_quotes(std::string_view record, std::span<const Span> opaque) {
  behind_.clear();
  std::vector<Finding>& parts = decoded_.parts;
  const auto in_order = [](const Finding& a, const Finding& b) { return a.span.begin < b.span.begin; };
  if (parts.size() <= decoded_.findings.size()) return;  // each is one
  std::stable_sort(parts.begin(), parts.end(), in_order);
  auto part = parts.begin();
  for (const Finding& whole : decoded_.findings) {
    const Span source = view_.source_of(whole.span);
    const std::size_t cut = within_structure(record, source).end;
    while (part != parts.end() && part->span.end <= whole.span.begin) ++part;
    for (; part != parts.end() && part->span.begin < whole.span.end; ++part) {
      if (cut < source.end && view_.source_of(part->span).begin > cut) behind_.push_back(*part);
    }
  }
  take(record, opaque, behind_, found_);
}

// Hides the words with escapes that decoding did not get to.
void Decoding::add_unchecked(std::string_view record, std::span<const Span> opaque) {
  const auto in_word = [&](std::size_t at) {
    const char c = record[at];
    return c != ' ' && c != '\t' && c != '"' && c != '\'' && !overlaps_one(opaque, {at, at + 1});
  };
  const std::string_view text = view_.text();
  std::size_t done = 0;
  for (std::size_t i = 0, next = 0; i < text.size(); i = next) {
    next = i + 1;
    if (!begins_escape(text[i])) continue;
    const Escape escape = read_escape(text, i, encoding::all);
    if (escape.length == 0) {
      next = next_begin(text, i);
      continue;
    }
    Span word = view_.source_of({i, i + escape.length});
    if (word.begin < done) continue;
    while (word.begin > done && in_word(word.begin - 1)) --word.begin;
    while (word.end < record.size() && in_word(word.end)) ++word.end;
    word = within_structure(record, word);
    if (word.size() > 0 && !overlaps_one(opaque, word)) found_.push_back({word, Finding::kUnchecked});
    done = std::max(done, word.end);
  }
}

// Merges found_ into `findings`. One that covers what was found before says what it is; else that does.
void Decoding::merge(std::vector<Finding>& findings) {
  std::sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end > b.span.end;
  });
  const auto rank = [&](const Finding& f) { return f.rule == Finding::kUnchecked ? 0 : redactor_.rank(f.rule); };
  merged_.clear();
  bool last_is_hidden = false;  // merged_.back() is or has one of found_
  const auto close = [&] {
    if (last_is_hidden) hidden_.push_back(merged_.back().span);
  };
  for (std::size_t p = 0, h = 0; p < findings.size() || h < found_.size();) {
    const bool hidden = p == findings.size() || (h < found_.size() && found_[h].span.begin < findings[p].span.begin);
    const Finding next = hidden ? found_[h++] : findings[p++];
    if (merged_.empty() || next.span.begin >= merged_.back().span.end) {
      if (!merged_.empty()) close();
      merged_.push_back(next);
      last_is_hidden = hidden;
      continue;
    }
    Finding& last = merged_.back();
    last.mixed = last.mixed || next.mixed || last.rule != next.rule;
    if (last.span.contains(next.span) && (hidden || !last_is_hidden)) {
      if (rank(next) > rank(last)) last.rule = next.rule;
      continue;
    }
    const bool better = last.rule == Finding::kUnchecked || next.span.contains(last.span);
    if (rank(next) > rank(last) || (better && next.rule != Finding::kUnchecked && rank(next) == rank(last))) {
      last.rule = next.rule;
    }
    last.span.end = std::max(last.span.end, next.span.end);
    last.quote = {};
    last_is_hidden = true;
  }
  if (!merged_.empty()) close();
  findings.swap(merged_);
}

}  // namespace piiscrub
