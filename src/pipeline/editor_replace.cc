// What is found in a record goes, and what comes up then.
#include <algorithm>

#include "base/ascii.h"
#include "format/escape.h"
#include "pipeline/editor_parts.h"
#include "pipeline/hit_cursor.h"
#include "pipeline/json_quote.h"
#include "pipeline/record_bounds.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

// An edit can make its neighbour matchable, which is then edited in the next round. A record that has not settled
// after this many rounds is masked.
constexpr int kMaxRounds = 8;

// Whether a bare value that a key tells ends in front of `at`. Commas and brackets do not end one alone.
bool ends_value(std::string_view record, std::size_t at) {
  constexpr std::string_view kEnds = "\"'`<>&|";
  constexpr std::string_view kTrailers = ",;)]}";
  at = std::min(record.find_first_not_of(kTrailers, at), record.size());
  return at == record.size() || static_cast<unsigned char>(record[at]) <= ' ' ||
         kEnds.find(record[at]) != std::string_view::npos;
}

}  // namespace

// Replaces what `detection` holds of `whole`, and what comes up then.
Verdict Editor::Impl::replace(std::string_view whole, Stats& stats) {
  as_it_came = true;
  is_masked = false;
  if (drops()) return drop(whole.size(), stats);
  leaves_text = false;
  apply(whole, stats);
  const bool keys = needs_keys_again(without_delimiter(whole));
  as_it_came = false;
  if (leaves_text && edited == whole) return Verdict::unchanged;  // masks of an earlier run
  if (!settle(whole, keys, stats)) return drop(whole.size(), stats);
  ++stats.records_edited;
  return Verdict::edited;
}

bool Editor::Impl::drops() const {
  return std::any_of(detection.findings.begin(), detection.findings.end(), [&](const Finding& finding) {
    return finding.rule != Finding::kUnchecked && redactor.drops(finding.rule);
  });
}

void Editor::Impl::count(const Finding& finding, Stats& stats) {
  const Action action = actions[finding.rule];
  stats.count_finding(finding.rule, action);
  if (receipts == nullptr) return;
  receipts->push_back(
      {.offset = record_at + (as_it_came ? finding.span.begin : 0), .rule = finding.rule, .action = action});
}

// Of what stands in the place of what begins at `offset` in the input.
void Editor::Impl::count_mask(MaskReason reason, std::uint64_t offset, Stats& stats) {
  stats.count_mask(reason);
  if (receipts != nullptr) receipts->push_back({.offset = offset, .masked = reason});
}

Verdict Editor::Impl::drop(std::size_t bytes, Stats& stats) {
  for (const Finding& finding : detection.findings) {
    if (finding.rule != Finding::kUnchecked) count(finding, stats);
  }
  ++stats.records_dropped;
  stats.bytes_dropped += bytes;
  return Verdict::dropped;
}

// Sets `edited` to `whole` with the findings replaced.
void Editor::Impl::apply(std::string_view whole, Stats& stats) {
  edited.clear();
  shifts.clear();
  adds_quotes = false;
  std::size_t done = 0;
  StringCursor strings;
  for (Finding& finding : detection.findings) {
    // The sign of a number in JSON goes with it.
    const std::size_t front = finding.span.begin - std::min<std::size_t>(finding.span.begin, 1);
    if (front >= done && whole[front] == '-' && finding.rule != Finding::kUnchecked &&
        !json_quote(whole, {front, finding.span.end}, strings).empty()) {
      finding.span.begin = front;
    }
    edited.append(whole.substr(done, finding.span.begin - done));
    const std::size_t begin = edited.size();
    if (finding.rule == Finding::kUnchecked) {
      write_mask(finding.reason, finding.span.size(), edited);
      count_mask(finding.reason, record_at + (as_it_came ? finding.span.begin : 0), stats);
    } else if (finding.part != Finding::Part::rest) {
      const std::string_view value = finding.span.of(whole);
      const bool goes_on = finding.part == Finding::Part::first;
      if (finding.mixed && options.policy != nullptr && options.policy->shows_parts(finding.rule)) {
        redactor.write_label(finding.rule, edited);
      } else {
        redactor.write(finding.rule, goes_on ? split_lines.value_of(finding) : decoding.value_of(whole, finding),
                       edited);
      }
      const bool leaves = redactor.leaves_text(finding.rule);
      leaves_text |= leaves;
      if (!leaves || std::string_view(edited).substr(begin) != value) {
        count(finding, stats);
      }
      // A number in JSON or SQL that is none any more must become a string.
      const std::string_view quote = finding.quote.empty() ? json_quote(whole, finding.span, strings) : finding.quote;
      if (!quote.empty() && !is_number(std::string_view(edited).substr(begin))) {
        edited.insert(begin, quote);
        edited.append(quote);
        adds_quotes = true;
      }
    }
    if (is_wide(finding.span.of(whole))) widen(edited, begin);
    shifts.push_back(static_cast<std::ptrdiff_t>(edited.size() - begin) -
                     static_cast<std::ptrdiff_t>(finding.span.size()));
    done = finding.span.end;
  }
  edited.append(whole.substr(done));
}

// Moves hits to where their bytes are now that the findings have been replaced, and drops those that went with them.
void Editor::Impl::move_hits(const std::vector<Hit>& hits, std::size_t back, std::vector<Hit>& moved) const {
  moved.clear();
  std::size_t finding = 0;
  std::ptrdiff_t shift = 0;
  for (Hit hit : hits) {
    while (finding < detection.findings.size() && detection.findings[finding].span.end <= hit.at - back) {
      shift += shifts[finding++];
    }
    if (finding < detection.findings.size() && detection.findings[finding].span.begin <= hit.at - back) continue;
    hit.at = static_cast<std::uint32_t>(hit.at + shift);
    moved.push_back(hit);
  }
}

// Whether the keys of the edited record can say anything that they did not before: one was left open, a finding was the
// edge of one or of what goes on as one word behind it (its own blanks end no value any more), or quotes were added.
// Those end another string where they meet a quote, as for `X(` in `X('a')`, and where one was open.
bool Editor::Impl::needs_keys_again(std::string_view record) const {
  constexpr std::string_view kQuotes = "\"'";
  const auto is_edge = [&](const Finding& finding) {
    if (finding.span.end >= record.size()) return false;
    const char next = record[finding.span.end];
    return is_key_byte(next) || next == '[' || is_high(next) || (has_keys && !ends_value(record, finding.span.end)) ||
           (adds_quotes && kQuotes.find(next) != std::string_view::npos);
  };
  const auto is_odd = [&](char quote) { return std::count(record.begin(), record.end(), quote) % 2 != 0; };
  return detection.has_open_keys || std::any_of(detection.findings.begin(), detection.findings.end(), is_edge) ||
         (adds_quotes && std::any_of(kQuotes.begin(), kQuotes.end(), is_odd));
}

// Looks at `edited` again until nothing more is found in it, so that a second run over the output finds nothing either.
// Only hits that were turned down need another look: a replacement takes no part in any match, so it makes no new hits,
// but it is an edge, and it can bring a context word nearer. Masks and stand-ins are text like any other: a record with
// one is scanned again as the second run would, until what is found is replaced by itself. Returns false if the record
// is to be dropped.
bool Editor::Impl::settle(std::string_view whole, bool keys, Stats& stats) {
  for (int round = 0; round < kMaxRounds; ++round) {
    if (detection.findings.empty()) return true;
    if (leaves_text) {
      scanner->scan(edited, scan_again);
      if (scan_again.failed) break;
      literals_again = scan_again.literals;
      shapes_again = scan_again.shapes;
      keys_again = scan_again.keys;
      weak_keys_again = scan_again.weak_keys;
      const std::span<const Hit> sql = sql_hits(scan_again, options.format);
      sql_again.assign(sql.begin(), sql.end());
    } else {
      if (detection.rejected_literals.empty() && detection.rejected_shapes.empty() && !keys && sql_again.empty() &&
          !memory.open && memory.table == nullptr && memory.list == nullptr && !decoding.escaped()) {
        return true;
      }
      move_hits(detection.rejected_literals, 1, literals_again);
      move_hits(detection.rejected_shapes, 0, shapes_again);
      sql_before.swap(sql_again);
      move_hits(sql_before, 1, sql_again);
      keys_again.clear();
      weak_keys_again.clear();
      if (keys) key_finder.find(without_delimiter(edited), keys_again, weak_keys_again);
    }
    const std::string_view record = without_delimiter(edited);
    redactor.find_replacements(record, opaque);
    memory_behind = memory;
    detector.detect(record, 0, {literals_again, shapes_again, keys_again, weak_keys_again, sql_again}, opaque,
                    memory_behind, detection);
    decoding.add_to_edited(record, opaque, memory, leaves_text, detection);
    memory_behind.wanted = memory_behind.wanted || decoding.wanted();
    if (drops()) return false;
    previous.swap(edited);
    apply(previous, stats);
    keys = keys || needs_keys_again(without_delimiter(previous));
    if (leaves_text && edited == previous) return true;
  }
  mask_unstable(whole, stats);
  return true;
}

void Editor::Impl::mask_unstable(std::string_view whole, Stats& stats) {
  const std::string_view record = without_delimiter(whole);
  edited.clear();
  write_record_mask(MaskReason::unstable, record.size(), looks_like_json(record), edited);
  edited.append(whole.substr(record.size()));
  count_mask(MaskReason::unstable, record_at, stats);
  is_masked = true;
}

// What a second run knows in front of the record: what is in `memory`, but no key block, mark or value, since nothing
// of those has left.
EntryState Editor::Impl::in_front() const {
  EntryState state;
  state.statement = memory.statement;
  state.statement_unknown = memory.unknown;
  state.statement_open = memory.open;
  state.open_key = memory.open_key;
  state.table = memory.table;
  state.list = memory.list;
  return state;
}

// Whether a second run leaves `edited` as it is. Takes `state`, as it is in front of it, behind it, and
// `memory_behind`.
bool Editor::Impl::is_done(EntryState& state) {
  if (!scanner) scanner.emplace(rules);
  const std::string_view record = without_delimiter(edited);
  scanner->scan(edited, scan_again);  // with its delimiter: a key at the end of a line counts in front of that
  if (scan_again.failed) return false;
  const std::span<const Hit> sql = sql_hits(scan_again, options.format);
  std::vector<RememberedValue> known;  // what was learned of the record as it came counts
  known.swap(learned);
  Stats uncounted;
  std::vector<Receipt>* const kept = std::exchange(receipts, nullptr);
  again = true;
  detect(record, 0, {scan_again.literals, scan_again.shapes, scan_again.keys, scan_again.weak_keys, sql}, state,
         uncounted);
  again = false;
  bool same = detection.findings.empty();
  if (!same && !drops()) {
    previous.swap(edited);
    apply(previous, uncounted);
    same = edited == previous;
    previous.swap(edited);
  }
  receipts = kept;
  learned.swap(known);
  return same;
}

// Whether an edited record is worth a look as a second run has it, since what settle() knows of it is not all: key
// material was taken from it, or it goes on with a literal or a list, or leaves one open.
bool Editor::Impl::may_come_up_again(bool has_key_material) const {
  return has_key_material || memory.open || memory.list != nullptr || memory_behind.open ||
         memory_behind.list != nullptr;
}

}  // namespace piiscrub
