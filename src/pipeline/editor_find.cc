// What is to be hidden in one record, and what it says about those behind it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "detect/database_parts.h"
#include "format/entry.h"
#include "format/marks.h"
#include "pipeline/editor_parts.h"
#include "pipeline/entry_values.h"
#include "pipeline/key_block.h"
#include "pipeline/record_bounds.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

// `state` with the key block of `block`.
EntryState with_block(EntryState state, const EntryState& block) {
  state.block_rule = block.block_rule;
  state.block_records_left = block.block_records_left;
  state.block_prefix_words = block.block_prefix_words;
  state.block_wrapped = block.block_wrapped;
  return state;
}

}  // namespace

// Makes `spans`, in order, opaque in place of what lies in them.
void Editor::Impl::add_opaque(std::span<const Span> spans) {
  if (spans.empty()) return;
  opaque_before.swap(opaque);
  opaque.clear();
  auto other = opaque_before.begin();
  for (const Span& span : spans) {
    for (; other != opaque_before.end() && other->end <= span.begin; ++other) opaque.push_back(*other);
    while (other != opaque_before.end() && other->begin < span.end) ++other;
    opaque.push_back(span);
  }
  opaque.insert(opaque.end(), other, opaque_before.end());
}

// Adds `hidden` to the marks that it overlaps, if there are any.
bool Editor::Impl::join_with_marks(Span hidden) {
  Span all = hidden;
  const auto first = std::find_if(marks.begin(), marks.end(), [&](const Span& mark) { return mark.overlaps(hidden); });
  if (first == marks.end()) return false;
  auto last = first;
  for (; last != marks.end() && last->overlaps(hidden); ++last) {
    all = {std::min(all.begin, last->begin), std::max(all.end, last->end)};
  }
  *first = all;
  marks.erase(first + 1, last);
  add_opaque(marks);
  return true;
}

// Fills `marks` with what goes because CockroachDB has marked it, and makes it opaque.
void Editor::Impl::take_marks(std::string_view record, const RecordHits& hits, EntryState& state) {
  marks.clear();
  auto open = static_cast<OpenMark>(std::exchange(state.open_mark, std::uint8_t{0}));
  const std::size_t rest = open == OpenMark::none ? std::string_view::npos : crdb_continuation(record);
  if (rest == std::string_view::npos) open = OpenMark::none;
  const bool hashed = marked_rule && std::any_of(hits.literals.begin(), hits.literals.end(),
                                                 [&](const Hit& hit) { return hit.source == *marked_rule; });
  if (open == OpenMark::none && !hashed && (!redacts_marked || !may_have_marks(record))) {
    return;
  }
  OpenMark behind = find_marks(record, open == OpenMark::none ? 0 : rest, open, opaque, marks);
  if (!redacts_marked) {
    std::erase_if(marks, [&](const Span& mark) { return mark.begin != rest && !asks_for_hash(mark.of(record)); });
    if (marks.empty() || marks.back().end != record.size()) behind = OpenMark::none;
  }
  // Only a line of CockroachDB is continued.
  if (crdb_payload(record) != std::string_view::npos) state.open_mark = static_cast<std::uint8_t>(behind);
  add_opaque(marks);
}

// Fills `detection` with what is to be hidden in `record`, and takes `state` behind it.
void Editor::Impl::detect(std::string_view record, std::size_t base, const RecordHits& hits, EntryState& state,
                          Stats& stats) {
  const EntryState before = parts.empty() ? EntryState() : state;
  redactor.find_replacements(record, opaque);
  take_marks(record, hits, state);
  std::optional<Finding> key;  // key material of an open block: nothing else is found in it
  if (state.block_records_left > 0) {
    const KeyBlockLine line = continue_key_block(record, state);
    if (line.hidden && !join_with_marks(*line.hidden)) {
      key = Finding{*line.hidden, state.block_rule};
      add_opaque({&key->span, 1});
    }
    state = with_block(state, line.next);
  }
  memory.statement = state.statement;
  memory.unknown = state.statement_unknown;
  memory.open = std::exchange(state.statement_open, false);
  memory.open_key = std::exchange(state.open_key, std::uint16_t{0});
  memory.table = state.table;
  memory.csv = options.format == Format::csv;
  memory.list = std::exchange(state.list, nullptr);
  memory.line_before = line_before;
  memory.no_line_before = no_line_before;
  sql_again.clear();
  for (Hit hit : hits.sql) {
    if (hit.source == kEncodedJson) continue;
    hit.at -= static_cast<std::uint32_t>(base);
    sql_again.push_back(hit);
  }
  memory_behind = memory;
  memory_behind.seen = memory_behind.wanted = false;
  learned.clear();
  memory.remembered = memory_behind.remembered = state.remembered.get();
  memory.learned = memory_behind.learned = &learned;
  detector.detect(record, base, hits, opaque, memory_behind, detection);
  state.open_key = memory_behind.open_key;
  state.statement_wanted = state.statement_wanted || (state.statement_unknown && memory_behind.wanted);
  const auto is_key = [&](const Finding& finding) {
    return finding.rule != Finding::kUnchecked && !rules->parts().rules[finding.rule].block.empty();
  };
  const auto last_key = std::find_if(detection.findings.rbegin(), detection.findings.rend(), is_key);
  if (last_key != detection.findings.rend()) {
    state = with_block(state, open_key_block(record, last_key->span, last_key->rule));
  }
  if (key) {
    const auto place = std::find_if(detection.findings.begin(), detection.findings.end(),
                                    [&](const Finding& finding) { return finding.span.begin > key->span.begin; });
    detection.findings.insert(place, *key);
  }
  decoding.add(record, base, hits, opaque, memory, detection);
  memory.learned = nullptr;  // what an edit leaves says nothing of what was there
  state.statement_wanted = state.statement_wanted || (state.statement_unknown && decoding.wanted());
  if (!again) split_lines.add_to({base, base + record.size()}, opaque, detection.findings);
  if (!marks.empty()) {
    for (const Span& mark : marks) detection.findings.push_back({mark, *marked_rule});
    std::sort(detection.findings.begin(), detection.findings.end(),
              [](const Finding& a, const Finding& b) { return a.span.begin < b.span.begin; });
  }
  for (const std::unique_ptr<Impl>& part : parts) {
    EntryState own = before;
    Stats uncounted;
    part->line_before = line_before;
    part->no_line_before = no_line_before;
    part->detect(record, base, hits, own, uncounted);
    add_findings(part->detection.findings);
  }
  // Elsewhere it depends on the cutting of chunks how many hits are looked at.
  if (!detection.findings.empty()) stats.candidates += hits.size();
}

// Adds what a policy that this one is made of has found.
void Editor::Impl::add_findings(const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  merged.assign(detection.findings.begin(), detection.findings.end());
  merged.insert(merged.end(), findings.begin(), findings.end());
  std::stable_sort(merged.begin(), merged.end(), [](const Finding& a, const Finding& b) {
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end > b.span.end;
  });
  const auto rank = [&](const Finding& f) { return f.rule == Finding::kUnchecked ? 0 : redactor.rank(f.rule); };
  detection.findings.clear();
  for (const Finding& next : merged) {
    if (detection.findings.empty() || next.span.begin >= detection.findings.back().span.end) {
      detection.findings.push_back(next);
      continue;
    }
    Finding& last = detection.findings.back();
    const bool same = next.rule == last.rule && last.span == next.span;
    last.mixed = last.mixed || next.mixed || !same;
    if (rank(next) > rank(last)) last.rule = next.rule;
    if (next.span.end <= last.span.end) continue;
    last.span.end = next.span.end;
    if (last.part == Finding::Part::rest) last.part = Finding::Part::whole;
  }
}

// Counts what was found and stays, if it begins in front of offset `before`. To be called for the record as it came,
// not for the rounds that follow an edit: they find the same again.
void Editor::Impl::count_kept(std::size_t before, Stats& stats) const {
  for (const Finding& finding : detection.observed) {
    if (finding.span.begin < before) stats.count_observed(finding.rule);
  }
  for (const Finding& finding : detection.allowed) {
    if (finding.span.begin < before) stats.count_allowed(finding.rule);
  }
}

// Takes what the record says about those behind it, as it leaves: a second run sees no other.
void Editor::Impl::remember_statement(EntryState& state) const {
  state.statement = memory_behind.statement;
  state.statement_open = memory_behind.open;
  state.table = memory_behind.table;
  state.list = memory_behind.list;
  state.statement_wanted = state.statement_wanted || (memory.unknown && memory_behind.wanted);
  if (memory_behind.seen) state.statement_unknown = false;
}

// Takes what was learned in `record` of `bytes` along, unless the record behind it shows that nobody will ask for it.
void Editor::Impl::remember_values(std::string_view bytes, Span record, EntryState& state) const {
  if (learned.empty()) return;
  const std::string_view text = without_delimiter(record.of(bytes));
  const bool last = record.end == bytes.size();
  if (last || continues_entry(without_delimiter(first_record(bytes.substr(record.end))), is_indented(text))) {
    remember(text, learned, state);
  }
}

}  // namespace piiscrub
