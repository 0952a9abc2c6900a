#include "pipeline/split_lines.h"

#include <algorithm>
#include <tuple>

#include "base/ascii.h"
#include "piiscrub/container_line.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

// What of a value may go on behind the end of a part: its last word, and words in front that are numbers like it.
constexpr std::size_t kMaxTailBytes = 4096;

std::string_view record_at(std::string_view bytes, std::size_t begin) {
  const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
  return bytes.substr(begin, end - begin);
}

bool in_word(char c) { return !is_blank(c) && c != '"' && c != '\'' && c != ','; }
bool in_number(char c) { return is_digit(c) || c == '-' || c == '+' || c == '(' || c == ')' || c == '.'; }

bool is_number(std::string_view word) { return !word.empty() && std::all_of(word.begin(), word.end(), in_number); }

// Where that begins in `content`.
std::size_t tail_of(std::string_view content) {
  std::size_t tail = content.size();
  std::size_t end = content.size();
  if (end > 1 && content[end - 1] == ' ' && is_digit(content[end - 2])) --end;
  while (content.size() - end < kMaxTailBytes) {
    std::size_t begin = end;
    while (begin > 0 && in_word(content[begin - 1])) --begin;
    const std::string_view word = content.substr(begin, end - begin);
    if (word.empty() || (tail < content.size() && !is_number(word))) break;
    tail = begin;
    if (!is_number(word) || begin == 0 || content[begin - 1] != ' ') break;
    end = begin - 1;
  }
  return tail;
}

// Where the rest of it ends in the part behind.
std::size_t head_of(std::string_view content) {
  std::size_t head = 0;
  std::size_t begin = content.size() > 1 && content[0] == ' ' && is_digit(content[1]) ? 1 : 0;
  while (begin < kMaxTailBytes) {
    std::size_t end = begin;
    while (end < content.size() && in_word(content[end])) ++end;
    const std::string_view word = content.substr(begin, end - begin);
    if (word.empty() || (head > 0 && !is_number(word))) break;
    head = end;
    if (!is_number(word) || end == content.size() || content[end] != ' ') break;
    begin = end + 1;
  }
  return head;
}

// A backslash that begins an escape sequence stays with it.
std::size_t keep_escape(std::string_view content, std::size_t end) {
  while (end > 0 && content[end - 1] == '\\') --end;
  return end;
}

Span span_in(std::string_view part, std::string_view whole) {
  const auto begin = static_cast<std::size_t>(part.data() - whole.data());
  return {begin, begin + part.size()};
}

}  // namespace

SplitLines::SplitLines(const std::shared_ptr<const RuleDatabase>& rules, Format format, const Policy* policy,
                       Detector& detector, Redactor& redactor)
    : rules_(rules),
      format_(format),
      detector_(detector),
      redactor_(redactor),
      decoding_(rules, format, policy, detector, redactor) {}

bool SplitLines::find(const Chunk& chunk, std::span<const Hit> seams, bool cut) {
  clear();
  values_.clear();
  const std::string_view bytes = chunk.bytes;
  if (cut) mask_head(bytes, 0);
  bool cut_behind = false;
  std::size_t behind_cut = 0;  // where the last line begins that goes on with one whose end was masked
  std::size_t done = 0;
  for (const Hit& seam : seams) {
    if (seam.at < done) continue;  // PERF NOTE: before the line is looked for, which may be long
    const std::size_t lf = bytes.rfind('\n', seam.at - 1);
    const std::size_t begin = lf == std::string_view::npos ? 0 : lf + 1;
    if (begin < done) continue;
    const std::string_view record = record_at(bytes, begin);
    const SplitLine line = split_line_at(bytes.substr(begin));
    done = begin + std::max(line.size, record.size() + 1);
    if (line.size > record.size() + 1) {
      lines_.push_back({.span = {begin, begin + line.size}, .behind_cut = begin == 0 ? cut : begin == behind_cut});
      join(bytes.substr(begin, line.size), begin);
      look();
    }
    if (!line.cut) continue;
    (void)mask_tail(bytes, done);
    cut_behind = done >= bytes.size();
    if (cut_behind) continue;
    mask_head(bytes, done);
    behind_cut = done;
  }
  if (chunk.cut) cut_behind = mask_tail(bytes, bytes.size());
  sort();
  return cut_behind;
}

// Masks may lie upon each other.
void SplitLines::sort() {
  std::sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.span.begin, b.span.end, a.rule, a.reason) < std::tie(b.span.begin, a.span.end, b.rule, b.reason);
  });
}

const SplitLines::Line* SplitLines::line_around(std::size_t at) const {
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), at,
                                     [](std::size_t offset, const Line& one) { return offset < one.span.end; });
  return line != lines_.end() && line->span.begin <= at ? &*line : nullptr;
}

void SplitLines::mask_line(std::string_view bytes, const Line& line) {
  join(line.span.of(bytes), line.span.begin);
  std::erase_if(found_, [&](const Finding& finding) { return line.span.contains(finding.span); });
  for (const Piece& piece : pieces_) mask(piece.content, MaskReason::unstable);
  sort();
}

// Masks what may be the rest of a value in the record at `begin`.
void SplitLines::mask_head(std::string_view bytes, std::size_t begin) {
  const auto line = read_container_line(record_at(bytes, begin));
  if (!line) return;
  const std::size_t end = keep_escape(line->content, head_of(line->content));
  mask(span_in(line->content.substr(0, end), bytes));
}

// Masks what may be the start of a value in the record that ends at `end`, with its LF. Returns whether it is a part.
bool SplitLines::mask_tail(std::string_view bytes, std::size_t end) {
  const std::size_t lf = end > 1 ? bytes.rfind('\n', end - 2) : std::string_view::npos;
  const auto line = read_container_line(record_at(bytes, lf == std::string_view::npos ? 0 : lf + 1));
  if (line) mask(span_in(line->content.substr(tail_of(line->content)), bytes));
  return line.has_value();
}

// Joins the parts in `line`, which stands at `base` in the chunk: what surrounds the first one and the last one stays.
void SplitLines::join(std::string_view line, std::size_t base) {
  joined_.clear();
  pieces_.clear();
  const auto take = [&](Span span, Span content) {
    pieces_.push_back(
        {joined_.size(), {base + span.begin, base + span.end}, {base + content.begin, base + content.end}});
    joined_.append(span.of(line));
  };
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view record = record_at(line, at);
    if (const auto part = read_container_line(record)) {
      const Span content = span_in(part->content, line);
      const bool last = at + record.size() + 1 >= line.size();
      take({at == 0 ? 0 : content.begin, last ? at + record.size() : content.end}, content);
    }
    at += record.size() + 1;
  }
  if (joined_.ends_with('\r')) joined_.pop_back();
}

// Finds what the joined line holds.
void SplitLines::look() {
  if (!scanner_) scanner_.emplace(rules_);
  scanner_->scan(joined_, scan_);
  if (!has_columns(format_)) scan_.sql.clear();
  if (scan_.failed) return;  // of the parts themselves, too, then: they are masked
  StatementMemory memory;
  redactor_.find_replacements(joined_, opaque_);
  const RecordHits hits{scan_.literals, scan_.shapes, scan_.keys, scan_.weak_keys, scan_.sql};
  StatementMemory behind = memory;
  detector_.detect(joined_, 0, hits, opaque_, behind, detection_);
  decoding_.add(joined_, 0, hits, opaque_, memory, detection_);
  for (const Finding& finding : detection_.findings) lead_back(finding);
}

void SplitLines::lead_back(const Finding& finding) {
  bool first = true;
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), finding.span.begin,
                                [](std::size_t at, const Piece& p) { return at < p.joined; }) -
               1;
  for (; piece != pieces_.end() && piece->joined < finding.span.end; ++piece) {
    const std::size_t begin = std::max(finding.span.begin, piece->joined) - piece->joined;
    const std::size_t end = std::min(finding.span.end - piece->joined, piece->source.size());
    if (begin >= end) continue;
    Finding part = finding;
    part.quote = {};
    part.span = {piece->source.begin + begin, piece->source.begin + end};
    if (part.span.size() < finding.span.size() && finding.rule != Finding::kUnchecked) {
      if (first) values_.emplace_back(decoding_.value_of(joined_, finding));
      part.part = first ? Finding::Part::first : Finding::Part::rest;
      part.value = values_.size() - 1;
      part.mixed = true;
    }
    found_.push_back(part);
    first = false;
  }
}

std::size_t SplitLines::next(std::size_t from) const {
  const auto at = std::lower_bound(found_.begin(), found_.end(), from, [](const Finding& finding, std::size_t offset) {
    return finding.span.end <= offset;
  });
  return at == found_.end() ? std::string_view::npos : std::max(at->span.begin, from);
}

void SplitLines::add_to(Span record, std::span<const Span> opaque, std::vector<Finding>& findings) {
  if (found_.empty()) return;
  merged_.clear();
  auto found = std::lower_bound(found_.begin(), found_.end(), record.begin,
                                [](const Finding& finding, std::size_t at) { return finding.span.begin < at; });
  for (; found != found_.end() && found->span.end <= record.end; ++found) {
    Finding own = *found;
    own.span = {found->span.begin - record.begin, found->span.end - record.begin};
    auto behind = std::lower_bound(opaque.begin(), opaque.end(), own.span,
                                   [](const Span& a, const Span& b) { return a.end <= b.begin; });
    // What cannot be told goes but for the replacements in it; of a value none is a part.
    for (; behind != opaque.end() && behind->overlaps(own.span); ++behind) {
      Finding piece = own;
      piece.span.end = std::max(behind->begin, own.span.begin);
      if (own.rule == Finding::kUnchecked && piece.span.size() > 0) merged_.push_back(piece);
      own.span.begin = own.rule == Finding::kUnchecked ? std::min(behind->end, own.span.end) : own.span.end;
    }
    if (own.span.size() > 0) merged_.push_back(own);
  }
  if (merged_.empty()) return;
  // Of two in the same place the part of a longer value counts, which the record alone cannot know.
  const auto whole = [](const Finding& finding) { return finding.part == Finding::Part::whole; };
  merged_.insert(merged_.end(), findings.begin(), findings.end());
  std::stable_sort(merged_.begin(), merged_.end(), [&](const Finding& a, const Finding& b) {
    if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin;
    return a.span.end != b.span.end ? a.span.end > b.span.end : !whole(a) && whole(b);
  });
  const auto rank = [&](const Finding& f) { return f.rule == Finding::kUnchecked ? 0 : redactor_.rank(f.rule); };
  findings.clear();
  for (const Finding& next : merged_) {
    if (findings.empty() || next.span.begin >= findings.back().span.end) {
      findings.push_back(next);
      continue;
    }
    findings.back().mixed = findings.back().mixed || next.mixed || findings.back().rule != next.rule;
    if (rank(next) > rank(findings.back())) findings.back().rule = next.rule;
    if (next.span.end > findings.back().span.end) {
      findings.back().span.end = next.span.end;
      if (findings.back().part == Finding::Part::rest) findings.back().part = Finding::Part::whole;
    }
  }
}

}  // namespace piiscrub
