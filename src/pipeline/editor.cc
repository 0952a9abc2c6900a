#include <algorithm>
#include <utility>

#include "detect/database_parts.h"
#include "detect/triggers.h"
#include "format/drawn.h"
#include "format/entry.h"
#include "format/marks.h"
#include "format/pair_name.h"
#include "format/sql_parameters.h"
#include "format/table.h"
#include "piiscrub/pipeline.h"
#include "pipeline/editor_parts.h"
#include "pipeline/entry_values.h"
#include "pipeline/hit_cursor.h"
#include "pipeline/record_bounds.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

// For what the first record of a chunk may go on with where nobody knows.
const OpenList kAnyList;

// Whether there are records that can only be read with `record` in front of them.
bool may_be_needed(std::string_view record) {
  return may_be_table_header(record) || may_be_frame_header(record) || may_be_drawn_below(record) ||
         !name_in_line(record).empty() || is_plan_line(record);
}

// Whether `record` can only be read with the line in front of it.
bool needs_line_before(std::string_view record) {
  return is_table_ruler(record) || is_first_frame_row(record) || drawn_value(record) != std::string_view::npos ||
         value_in_line(record) != std::string_view::npos || has_portal_parameters(record);
}

// Takes `state` to the front of `record`: what it does not go on with is closed.
void enter_record(std::string_view record, EntryState& state) {
  if ((state.statement_open || state.list != nullptr) && !continues(record, state.statement.get(), state.list.get())) {
    state.statement_open = false;
    state.list = nullptr;
  }
  enter_entry(record, state);
}

// Whether `policy` has any use for what stands under a name.
bool uses_names(const Policy& policy, const RuleDatabase& rules) {
  const std::span<const RuleTraits> all = rules.parts().rules;
  for (std::size_t rule = 0; rule < all.size(); ++rule) {
    if (all[rule].has_keys() && policy.treatment(rule).enabled) return true;
  }
  return false;
}

// A policy under which columns tell nothing says so of the format.
PipelineOptions with_sql(PipelineOptions options, const RuleDatabase& rules) {
  const Policy* policy = options.policy.get();
  if (policy != nullptr && (policy->sql_literals == SqlLiterals::off || !uses_names(*policy, rules))) {
    options.format = Format::text;
  }
  return options;
}

// The state behind records that could not be checked: what was open in front of them, whatever they are, may be still.
EntryState behind_unchecked(EntryState before, Format format) {
  EntryState state;
  state.block_rule = before.block_rule;
  state.block_records_left = before.block_records_left;
  state.block_prefix_words = before.block_prefix_words;
  state.block_wrapped = before.block_wrapped;
  state.open_mark = before.open_mark;
  state.cut_line = before.cut_line;
  if (format == Format::csv) state.table = std::move(before.table);
  return state;
}

std::optional<std::uint16_t> rule_of_type(const RuleDatabase& rules, std::string_view type) {
  const std::span<const RuleTraits> all = rules.parts().rules;
  const auto at = std::find_if(all.begin(), all.end(), [&](const RuleTraits& rule) { return rule.type == type; });
  if (at == all.end()) return std::nullopt;
  return static_cast<std::uint16_t>(at - all.begin());
}

}  // namespace

Editor::Impl::Impl(std::shared_ptr<const RuleDatabase> database, PipelineOptions o)
    : rules(std::move(database)),
      options(with_sql(std::move(o), *rules)),
      detector(rules, options.policy),
      key_finder(rules),
      redactor(rules, options.policy),
      decoding(rules, options.format, options.policy.get(), detector, redactor),
      split_lines(rules, options.format, options.policy.get(), detector, redactor) {
  if (redactor.leaves_text()) scanner.emplace(rules);
  const Policy* policy = options.policy.get();
  marked_rule = rule_of_type(*rules, kMarkedType);
  const Treatment treatment = policy == nullptr || !marked_rule ? Treatment{} : policy->treatment(*marked_rule);
  const Markers markers = policy == nullptr ? Markers::scan : policy->markers;
  if (!treatment.enabled || treatment.observed || markers == Markers::keep) marked_rule.reset();
  redacts_marked = marked_rule && markers == Markers::redact;
  for (std::size_t i = 0; policy != nullptr && i < policy->parts.size(); ++i) {
    PipelineOptions of_part = options;
    of_part.policy = policy->parts[i];
    parts.push_back(std::make_unique<Impl>(rules, std::move(of_part)));
  }
  for (std::size_t rule = 0; rule < rules->parts().rules.size(); ++rule) {
    actions.push_back(policy == nullptr ? Action::redact : policy->treatment(rule).action);
  }
}

Editor::Editor(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options)
    : impl_(std::make_unique<Impl>(rules, options)) {
  if (options.tighter.empty()) return;
  options.tighter.resize(std::min(options.tighter.size(), kMaxFieldPolicies));
  tighter_ = std::make_unique<Tighter>();
  tighter_->by_set.resize(std::size_t{1} << options.tighter.size());
  tighter_->rules = std::move(rules);
  tighter_->options = std::move(options);
}
Editor::~Editor() = default;
Editor::Editor(Editor&&) noexcept = default;
Editor& Editor::operator=(Editor&&) noexcept = default;

EntryState Editor::edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                        std::vector<Receipt>* receipts) {
  if (tighter_ != nullptr) return tighter_->edit(*impl_, chunk, scan, std::move(state), out, stats, receipts);
  return impl_->edit(chunk, scan, std::move(state), out, stats, receipts);
}

EntryState Editor::Impl::edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                              std::vector<Receipt>* its_receipts) {
  receipts = its_receipts;
  chunk_at = record_at = chunk.offset;
  switch (chunk.kind) {
    case Chunk::Kind::overlong_head:
      (void)split_lines.find({.bytes = chunk.bytes}, {}, std::exchange(state.cut_line, false));
      line_before.clear();
      no_line_before = false;
      state = edit_overlong_head(chunk, scan, std::move(state), out, stats);
      // What follows the mark of finish_overlong() continues nothing.
      if (options.format != Format::csv) state.table = nullptr;
      state.line_before.clear();
      return state;
    case Chunk::Kind::overlong_tail:
      finish_overlong(chunk, out, stats);
      // What is open behind its head, only who knows the head can say.
      if (state.statement_unknown) state.begins_continued = state.begins_in_entry = true;
      return state;
    case Chunk::Kind::records:
      stats.bytes_checked += chunk.bytes.size();
      break;
  }
  if (scan.failed) {
    mask_records(chunk.bytes, MaskReason::scan_error, out, stats);
    return behind_unchecked(std::move(state), options.format);
  }
  stats.records += scan.newlines + (chunk.bytes.ends_with('\n') ? 0 : 1);
  const bool cut_behind = split_lines.find(chunk, scan.seams, std::exchange(state.cut_line, false));
  state = edit_records(chunk.bytes, scan, std::move(state), out, stats);
  state.cut_line = cut_behind;
  return state;
}

EntryState Editor::Impl::edit_records(std::string_view bytes, const ScanResult& scan, EntryState state, Output& out,
                                      Stats& stats) {
  HitCursor hits(scan, options.format);
  MarkCursor marked(redacts_marked ? bytes : std::string_view());
  std::size_t looked = 0;   // records in front of this have been looked at
  std::size_t written = 0;  // bytes in front of this are in `out`
  std::size_t dropped = 0;  // all records in front of this were
  std::size_t settled = 0;  // split lines that end in front of this have been edited in advance
  int in_a_row = 0;         // edited records without another between them
  const bool unknown = state.statement_unknown;
  if (unknown) {
    const std::string_view first = without_delimiter(first_record(bytes));
    state.begins_continued = continues(first, nullptr, &kAnyList);
    state.begins_in_entry = continues_entry(first, true);
  }
  while (looked < bytes.size()) {
    closes = false;
    const bool was_open = state.statement_open;
    const std::shared_ptr<const OpenList> list_in_front = state.list;
    if (state.statement_open || state.list != nullptr || state.remembered != nullptr) {
      const std::string_view next = without_delimiter(first_record(bytes.substr(looked)));
      const bool open = state.statement_open || state.list != nullptr;
      closed_list = state.list;
      enter_record(next, state);
      closes = open && !state.statement_open && state.list == nullptr;
    }
    const bool passes = options.format != Format::csv && state.idle() && !state.statement_open &&
                        state.list == nullptr;  // over records without hits
    // Most shape hits come to nothing. Only one that may come to something is worth finding the record's bounds, unless
    // record after record has something anyway.
    if (passes && in_a_row < 2) hits.skip_shapes([&](Hit hit) { return detector.may_find(bytes, hit); });
    std::size_t mark = std::min(marked.seek(looked), split_lines.next(looked));
    if (passes && hits.empty() && mark == MarkCursor::kNone) break;
    Span record = record_around(bytes, looked, passes ? std::min(hits.next(), mark) : looked);
    if (const SplitLines::Line* line = split_lines.line_around(record.begin);
        rehearses && line != nullptr && line->span.end > settled) {
      settled = line->span.end;
      if (!settles(line->span.of(bytes), line->behind_cut, state)) {
        split_lines.mask_line(bytes, *line);
        record = record_around(bytes, line->span.begin, line->span.begin);
        mark = record.begin;
      }
    }
    closes = closes && record.begin == looked;
    const std::size_t turned_down = hits.take_back(record.begin);
    const RecordHits of_record = hits.take(record.begin, record.end);
    const bool reached = in_a_row < 2 && of_record.sql.empty();  // by a hit that may come to something
    const bool looks = reached || !parts.empty() || !passes || mark < record.end ||
                       may_find(bytes, record, of_record, turned_down, state);
    line_before.clear();
    no_line_before = record.begin == 0 && state.statement_unknown;
    if (looks && needs_line_before(without_delimiter(record.of(bytes)))) {
      line_before = record.begin == 0 ? state.line_before : line_in_front(bytes, record.begin, written);
    }
    const Verdict verdict =
        looks ? edit_record(record.of(bytes), record.begin, of_record, state, stats) : Verdict::unchanged;
    if (looks) remember_values(bytes, record, state);
    if (verdict == Verdict::unchanged) {
      in_a_row = 0;
    } else {
      in_a_row = record.begin == written ? in_a_row + 1 : 1;
      out.pass(bytes.substr(written, record.begin - written));
      if (verdict == Verdict::dropped) {
        edited.clear();
        // Who reads the output sees what is behind it go on with what is in front.
        if (record.begin == looked) {
          state.statement_open = was_open;
          state.list = list_in_front;
        }
        state.open_key = memory.open_key;
        if (unknown && record.begin == dropped) {
          dropped = record.end;
          const std::string_view next = without_delimiter(first_record(bytes.substr(record.end)));
          state.begins_continued |= record.end == bytes.size() || continues(next, nullptr, &kAnyList);
          state.begins_in_entry |= record.end == bytes.size() || continues_entry(next, true);
        }
      }
      if (verdict == Verdict::edited) out.write(edited);
      if (verdict == Verdict::edited && unknown && record.begin == 0) {
        state.begins_continued |= continues(without_delimiter(edited), nullptr, &kAnyList);
      }
      written = record.end;
    }
    looked = record.end;
  }
  out.pass(bytes.substr(written));
  if (!bytes.empty()) {
    const std::string_view last = line_in_front(bytes, bytes.size(), written);
    state.line_before.assign(may_be_needed(last) ? last : std::string_view());
  }
  return state;
}

// Whether a second run leaves the parts of a split `line`, which `state` is in front of, as this one lets them leave.
// Each is edited by itself and for what they hold together, and what becomes of one can change what they hold.
bool Editor::Impl::settles(std::string_view line, bool behind_cut, EntryState& state) {
  if (rehearsal == nullptr) {
    rehearsal = std::make_unique<Impl>(rules, options);
    rehearsal->rehearses = false;
  }
  EntryState in_front = state;
  in_front.cut_line = behind_cut;
  EntryState behind = rehearse(line, in_front, once);
  if (once != line) behind.statement_wanted |= rehearse(once, in_front, twice).statement_wanted;
  state.statement_wanted |= behind.statement_wanted;
  return once == line || twice == once;
}

// Sets `to` to what becomes of `line`; nobody counts that. Returns the state behind it.
EntryState Editor::Impl::rehearse(std::string_view line, EntryState state, std::string& to) {
  if (!scanner) scanner.emplace(rules);
  scanner->scan(line, scan_again);
  Output out;
  Stats uncounted;
  EntryState behind = rehearsal->edit({.bytes = line}, scan_again, std::move(state), out, uncounted, nullptr);
  to.clear();
  out.copy_to(to);
  return behind;
}

// The record that ends at `end` as it left, without its delimiter; the bytes in front of `written` are in the output,
// the last of them as `edited`. Empty if it was dropped.
std::string_view Editor::Impl::line_in_front(std::string_view bytes, std::size_t end, std::size_t written) const {
  if (end == written) return without_delimiter(edited);
  return without_delimiter(record_around(bytes, 0, end - 1).of(bytes));
}

// Whether anything can be found in a record of `bytes`, or later for what it says, which is quicker to say than what.
// The first `turned_down` of its shape hits come to nothing.
// That its neighbours were edited must make no difference: what counts only beside something else (a weak key, a weak
// escape) would.
bool Editor::Impl::may_find(std::string_view bytes, Span record, const RecordHits& hits, std::size_t turned_down,
                            const EntryState& state) {
  if (!hits.literals.empty() || !hits.keys.empty()) return true;
  const auto shapes = hits.shapes.subspan(turned_down);
  // What counts only beside something else:
  const bool weak = !hits.weak_keys.empty() ||
                    std::any_of(hits.shapes.begin(), hits.shapes.end(), [](Hit hit) { return is_escape(hit.source); });
  // Then looking finds just what it would find if this said so, and in a row of edited records it mostly finds some.
  if (!shapes.empty() && !weak && hits.sql.empty()) return true;
  if (std::any_of(shapes.begin(), shapes.end(), [&](Hit hit) { return detector.may_find(bytes, hit); })) {
    return true;
  }
  if (hits.sql.empty()) return false;
  // What is looked at for its columns is looked at for all else that may be in it.
  if (weak || state.statement_unknown || is_known(state.statement.get())) return true;
  const std::string_view behind = bytes.substr(record.end);
  return behind.empty() || continues_statement(without_delimiter(first_record(behind))) ||
         detector.may_find_columns(record.of(bytes), record.begin, hits.sql);
}

// If the record is edited, `edited` holds it.
Verdict Editor::Impl::edit_record(std::string_view whole, std::size_t base, const RecordHits& hits, EntryState& state,
                                  Stats& stats) {
  record_at = chunk_at + base;
  has_keys = !hits.keys.empty() || !hits.weak_keys.empty();
  const bool in_block = state.block_records_left > 0;
  detect(without_delimiter(whole), base, hits, state, stats);
  const bool has_key_material =
      in_block || std::any_of(detection.findings.begin(), detection.findings.end(), [&](const Finding& finding) {
        return finding.rule != Finding::kUnchecked && !rules->parts().rules[finding.rule].block.empty();
      });
  count_kept(whole.size(), stats);
  const Verdict verdict = detection.findings.empty() ? Verdict::unchanged : replace(whole, stats);
  if (verdict == Verdict::dropped) return verdict;
  if (verdict == Verdict::edited && !is_masked) {
    if (closes && continues(without_delimiter(edited), memory.statement.get(), closed_list.get())) {
      // With quotes around a value, or without the number it began with, it reads like the rest of an open literal: who
      // reads the output would take it for that.
      mask_unstable(whole, stats);
    } else if (may_come_up_again(has_key_material)) {
      state.statement_wanted |= memory.unknown && memory_behind.wanted;
      EntryState second = in_front();
      enter_record(without_delimiter(edited), second);
      if (!is_done(second)) mask_unstable(whole, stats);
      state.open_key = second.open_key;
      state.statement_wanted |= second.statement_wanted;
    }
  }
  if (verdict == Verdict::edited && is_masked) {
    state.statement_wanted |= memory.unknown && memory_behind.wanted;
    if (options.format != Format::csv) state.table = nullptr;
    state.open_key = 0;
    return verdict;
  }
  remember_statement(state);
  return verdict;
}

void Editor::Impl::mask_records(std::string_view bytes, MaskReason reason, Output& out, Stats& stats) {
  const char* const first = bytes.data();
  while (!bytes.empty()) {
    const Span whole = record_around(bytes, 0, 0);
    const std::string_view record = without_delimiter(whole.of(bytes));
    edited.clear();
    if (!record.empty()) {
      write_record_mask(reason, record.size(), looks_like_json(record), edited);
      count_mask(reason, chunk_at + static_cast<std::uint64_t>(bytes.data() - first), stats);
    }
    edited.append(whole.of(bytes).substr(record.size()));
    out.write(edited);
    ++stats.records;
    bytes.remove_prefix(whole.end);
  }
}

// The checked part of an over-long record; JSON leaves nothing of itself, since half an object is none.
EntryState Editor::Impl::edit_overlong_head(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                            Stats& stats) {
  ++stats.records;
  const std::size_t limit = options.max_record_bytes;
  if (state.statement_unknown) {
    state.begins_continued = continues(chunk.bytes, nullptr, &kAnyList);
    state.begins_in_entry = continues_entry(chunk.bytes, true);
  }
  enter_record(chunk.bytes, state);
  if (scan.failed) {
    state = behind_unchecked(std::move(state), options.format);
    if (chunk.json) return state;
    edited.clear();
    write_mask(MaskReason::scan_error, limit, edited);
    count_mask(MaskReason::scan_error, chunk_at, stats);
    out.write(edited);
    return state;
  }
  const RecordHits hits{scan.literals, scan.shapes, scan.keys, scan.weak_keys, sql_hits(scan, options.format)};
  has_keys = true;
  detect(chunk.bytes, 0, hits, state, stats);
  if (chunk.json) return state;
  count_kept(limit, stats);
  // A finding that begins within the limit is replaced as a whole, even if the limit cuts it.
  std::size_t end = limit;
  std::erase_if(detection.findings, [&](const Finding& finding) { return finding.span.begin >= limit; });
  if (!detection.findings.empty()) end = std::max(end, detection.findings.back().span.end);
  const std::string_view checked = chunk.bytes.substr(0, end);
  const Verdict verdict = detection.findings.empty() ? Verdict::unchanged : replace(checked, stats);
  if (verdict == Verdict::dropped) {     // the mark of finish_overlong() is all that is left
    stats.bytes_dropped -= end - limit;  // what is behind the limit counts as discarded
    state.open_key = 0;
    return state;
  }
  if (verdict == Verdict::unchanged) edited = checked;
  state.statement_wanted |= memory.unknown && memory_behind.wanted;
  // What leaves is cut elsewhere than what was looked at, and has a mark behind it: what that leaves open is open.
  const std::size_t size = edited.size();
  write_record_mask(MaskReason::overlong, 1, false, edited);
  EntryState second = in_front();
  enter_record(edited, second);
  const bool done = is_done(second);
  state.statement_wanted |= second.statement_wanted;
  edited.resize(size);
  if (done) {
    state.open_key = second.open_key;
    remember_statement(state);
  } else {
    edited.clear();
    write_mask(MaskReason::unstable, checked.size(), edited);
    count_mask(MaskReason::unstable, chunk_at, stats);
    state.open_key = 0;
  }
  out.write(edited);
  return state;
}

void Editor::Impl::finish_overlong(const Chunk& chunk, Output& out, Stats& stats) {
  const std::uint64_t discarded = chunk.json ? chunk.record_bytes : chunk.record_bytes - options.max_record_bytes;
  edited.clear();
  write_record_mask(MaskReason::overlong, discarded, chunk.json, edited);
  edited.append(chunk.bytes);
  out.write(edited);
  stats.bytes_discarded += discarded;
  stats.bytes_checked +=
      chunk.record_bytes - discarded + chunk.bytes.size();  // of the head, too: it came whole only now
  count_mask(MaskReason::overlong, chunk_at + (chunk.json ? 0 : options.max_record_bytes), stats);
}

}  // namespace piiscrub
