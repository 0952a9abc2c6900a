#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/span.h"
#include "detect/database_parts.h"
#include "detect/detector.h"
#include "detect/key_finder.h"
#include "detect/triggers.h"
#include "format/entry.h"
#include "format/escape.h"
#include "format/marks.h"
#include "format/table.h"
#include "piiscrub/pipeline.h"
#include "pipeline/decoding.h"
#include "pipeline/entry_values.h"
#include "pipeline/hit_cursor.h"
#include "pipeline/key_block.h"
#include "pipeline/split_lines.h"
#include "pipeline/tightening.h"
#include "redact/redactor.h"
#include "redact/replacement.h"
#include "redact/tighten.h"

namespace piiscrub {
namespace {

// An edit can make its neighbour matchable, which is then edited in the next round. A record that has not settled
// after this many rounds is masked.
constexpr int kMaxRounds = 8;
// For what the first record of a chunk may go on with where nobody knows.
const OpenList kAnyList;

// What becomes of a record.
enum class Verdict : std::uint8_t { unchanged, edited, dropped };

std::string_view without_delimiter(std::string_view record) {
  if (record.ends_with('\n')) record.remove_suffix(1);
  if (record.ends_with('\r')) record.remove_suffix(1);
  return record;
}

// The record of `bytes` that byte `at` belongs to, delimiter included, not looking in front of `from`.
Span record_around(std::string_view bytes, std::size_t from, std::size_t at) {
  const void* lf = at > from ? memrchr(bytes.data() + from, '\n', at - from) : nullptr;
  const std::size_t begin =
      lf == nullptr ? from : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1;
  lf = std::memchr(bytes.data() + at, '\n', bytes.size() - at);
  const std::size_t end =
      lf == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1;
  return {begin, end};
}

std::string_view first_record(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  return lf == std::string_view::npos ? bytes : bytes.substr(0, lf + 1);
}

// `state` with the key block of `block`.
EntryState with_block(EntryState state, const EntryState& block) {
  state.block_rule = block.block_rule;
  state.block_records_left = block.block_records_left;
  state.block_prefix_words = block.block_prefix_words;
  state.block_wrapped = block.block_wrapped;
  return state;
}

// Takes `state` to the front of `record`: what it does not go on with is closed.
void enter_record(std::string_view record, EntryState& state) {
  if ((state.statement_open || state.list != nullptr) && !continues(record, state.statement.get(), state.list.get())) {
    state.statement_open = false;
    state.list = nullptr;
  }
  enter_entry(record, state);
}

// -12.5e3; near enough to RFC 8259, section 6.
bool is_number(std::string_view text) {
  const auto in_number = [](char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || to_lower(c) == 'e'; };
  return !text.empty() && (is_digit(text.front()) || text.front() == '-' || text.front() == '.') &&
         std::all_of(text.begin(), text.end(), in_number);
}

// Whether places of a record lie in a JSON string; for places in ascending order.
class StringCursor {
 public:
  bool in_string(std::string_view record, std::size_t at) {
    for (; at_ < at; ++at_) {
      if (record[at_] == '\\') {
        ++at_;
      } else if (record[at_] == '"') {
        in_string_ = !in_string_;
      }
    }
    return in_string_;
  }

 private:
  std::size_t at_ = 0;
  bool in_string_ = false;
};

// What a replacement for `span` must be put between: a number that stands in JSON without quotes becomes a string.
std::string_view json_quote(std::string_view record, Span span, StringCursor& strings) {
  if (!is_number(span.of(record))) return {};
  std::size_t behind = span.end;
  while (behind < record.size() && is_blank(record[behind])) ++behind;
  if (behind < record.size() && record[behind] != ',' && record[behind] != '}' && record[behind] != ']') return {};
  std::size_t front = span.begin;
  while (front > 0 && is_blank(record[front - 1])) --front;
  if (front == 0) return {};
  const char opener = record[front - 1];
  if (opener == ':') {  // "key": 123, or \"key\": 123
    std::size_t quote = front - 1;
    while (quote > 0 && is_blank(record[quote - 1])) --quote;
    if (quote == 0 || record[quote - 1] != '"') return {};
    std::size_t begin = quote - 1;
    while (begin > 0 && record[begin - 1] == '\\') --begin;
    return record.substr(begin, quote - begin);
  }
  if ((opener != '[' && opener != ',') || !looks_like_json(record)) return {};
  // An element of an array, unless the bracket stands in a string.
  return strings.in_string(record, front) ? std::string_view() : "\"";
}

// A policy that says that columns tell nothing says so of the format.
PipelineOptions with_sql(PipelineOptions options) {
  if (options.policy != nullptr && options.policy->sql_literals == SqlLiterals::off) options.format = Format::text;
  return options;
}

std::optional<std::uint16_t> rule_of_type(const RuleDatabase& rules, std::string_view type) {
  const std::span<const Rule> all = rules.rules();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Rule& rule) { return rule.type == type; });
  if (at == all.end()) return std::nullopt;
  return static_cast<std::uint16_t>(at - all.begin());
}

}  // namespace

// Walks forward from dirty record to dirty record; what lies between leaves as it came.
struct Editor::Impl {
  std::shared_ptr<const RuleDatabase> rules;
  PipelineOptions options;
  std::optional<std::uint16_t> marked_rule;  // nothing: marks are text
  bool redacts_marked = false;               // all of them, not only those that ask for a hash
  std::vector<Action> actions;               // by rule; for counting
  std::vector<std::unique_ptr<Impl>> parts;  // of a policy made of others: what each of them finds is hidden
  std::vector<Finding> merged;               // reused
  Detector detector;
  KeyFinder key_finder;
  Redactor redactor;
  Decoding decoding;
  SplitLines split_lines;
  std::optional<Scanner> scanner;  // for records that are left with text which rules may find again
  // Reused:
  Detection detection;
  std::vector<RememberedValue> learned;  // in the record
  std::vector<Hit> literals_again;
  std::vector<Hit> shapes_again;
  std::vector<Hit> keys_again;
  std::vector<Hit> weak_keys_again;
  std::vector<Hit> sql_again;     // any: whether there are some is what counts
  StatementMemory memory;         // in front of the record
  StatementMemory memory_behind;  // behind it
  ScanResult scan_again;
  std::string line_before;      // the record in front of one that may be a ruler, as it left
  bool no_line_before = false;  // it is not known
  std::vector<Span> opaque;
  std::vector<Span> opaque_before;
  std::vector<Span> marks;
  std::vector<std::ptrdiff_t> shifts;  // by finding: how much longer its replacement is
  std::string edited;                  // the record as it is to leave, with its delimiter
  std::string previous;                // the same, one round before
  bool leaves_text = false;            // `edited` holds such text
  // For receipts:
  std::vector<Receipt>* receipts = nullptr;  // null: nobody wants them
  std::uint64_t chunk_at = 0;                // in the input
  std::uint64_t record_at = 0;
  bool as_it_came = false;  // what is found lies in the record as it came

  Impl(std::shared_ptr<const RuleDatabase> database, PipelineOptions o)
      : rules(std::move(database)),
        options(with_sql(std::move(o))),
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
    for (std::size_t rule = 0; rule < rules->rules().size(); ++rule) {
      actions.push_back(policy == nullptr ? Action::redact : policy->treatment(rule).action);
    }
  }

  EntryState edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                  std::vector<Receipt>* its_receipts);
  void count(const Finding& finding, Stats& stats);
  EntryState edit_records(std::string_view bytes, const ScanResult& scan, EntryState state, Output& out, Stats& stats);
  Verdict edit_record(std::string_view whole, std::size_t base, const RecordHits& hits, EntryState& state,
                      Stats& stats);
  [[nodiscard]] std::string_view line_in_front(std::string_view bytes, std::size_t end, std::size_t written) const;
  void take_marks(std::string_view record, const RecordHits& hits, EntryState& state);
  void add_opaque(std::span<const Span> spans);
  bool join_with_marks(Span hidden);
  [[nodiscard]] bool may_find(std::string_view bytes, Span record, const RecordHits& hits, std::size_t turned_down,
                              const EntryState& state);
  void detect(std::string_view record, std::size_t base, const RecordHits& hits, EntryState& state, Stats& stats);
  void add_findings(const std::vector<Finding>& findings);
  [[nodiscard]] bool needs_keys_again(std::string_view record) const;
  void count_kept(std::size_t before, Stats& stats) const;
  void remember_statement(EntryState& state) const;
  void remember_values(std::string_view bytes, Span record, EntryState& state) const;
  void apply(std::string_view whole, Stats& stats);
  void move_hits(const std::vector<Hit>& hits, std::size_t back, std::vector<Hit>& moved) const;
  [[nodiscard]] bool drops() const;
  Verdict drop(std::size_t bytes, Stats& stats);
  Verdict replace(std::string_view whole, Stats& stats);
  bool settle(std::string_view whole, bool keys, Stats& stats);
  void mask_records(std::string_view bytes, MaskReason reason, Output& out, Stats& stats);
  EntryState edit_overlong_head(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                Stats& stats);
  void finish_overlong(const Chunk& chunk, Output& out, Stats& stats);
};

// Under which policies the records of a chunk are edited that depend on their fields.
struct Editor::Tighter {
  std::shared_ptr<const RuleDatabase> rules;
  PipelineOptions options;
  std::vector<std::unique_ptr<Impl>> by_set;  // by PolicySet; made when first needed
  ScanResult scan_of_part;                    // reused

  Impl& editor_for(PolicySet set);
  EntryState edit(Impl& base, const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                  std::vector<Receipt>* receipts);
};

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

Editor::Impl& Editor::Tighter::editor_for(PolicySet set) {
  std::unique_ptr<Impl>& editor = by_set[set];
  if (editor != nullptr) return *editor;
  std::vector<std::shared_ptr<const Policy>> policies = {options.policy == nullptr ? std::make_shared<const Policy>()
                                                                                   : options.policy};
  for (std::size_t i = 0; i < options.tighter.size(); ++i) {
    if ((set >> i & 1U) != 0) policies.push_back(options.tighter[i].policy);
  }
  PipelineOptions tightened = options;
  tightened.policy = tighten(policies, rules->rules());
  editor = std::make_unique<Impl>(rules, std::move(tightened));
  return *editor;
}

// The records of a chunk follow each other through the editors of their policies, which hand on the state.
EntryState Editor::Tighter::edit(Impl& base, const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                 Stats& stats, std::vector<Receipt>* receipts) {
  const std::string_view bytes = chunk.bytes;
  const bool may = chunk.kind != Chunk::Kind::overlong_tail && !scan.failed && may_tighten(bytes, options.tighter);
  if (!may) return base.edit(chunk, scan, std::move(state), out, stats, receipts);
  if (chunk.kind == Chunk::Kind::overlong_head) {
    const PolicySet set = policies_for(bytes, options.tighter);
    return (set == 0 ? base : editor_for(set)).edit(chunk, scan, std::move(state), out, stats, receipts);
  }
  bool begins_continued = false;
  bool begins_in_entry = false;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const Run run = first_run(bytes.substr(begin), options.tighter);
    const Span part{begin, begin + run.size};
    Chunk of_run = chunk;
    of_run.bytes = part.of(bytes);
    of_run.offset = chunk.offset + begin;
    of_run.cut = chunk.cut && part.end == bytes.size();
    take_part(scan, bytes, part, scan_of_part);
    state =
        (run.set == 0 ? base : editor_for(run.set)).edit(of_run, scan_of_part, std::move(state), out, stats, receipts);
    // What the first record of a chunk goes on with, no other one can say.
    if (begin == 0) {
      begins_continued = state.begins_continued;
      begins_in_entry = state.begins_in_entry;
    }
    begin = part.end;
  }
  state.begins_continued = begins_continued;
  state.begins_in_entry = begins_in_entry;
  return state;
}

EntryState Editor::Impl::edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                              std::vector<Receipt>* its_receipts) {
  receipts = its_receipts;
  chunk_at = record_at = chunk.offset;
  switch (chunk.kind) {
    case Chunk::Kind::overlong_head:
      split_lines.clear();
      line_before.clear();
      no_line_before = false;
      state = edit_overlong_head(chunk, scan, std::move(state), out, stats);
      state.table = nullptr;  // what follows the mark of finish_overlong() continues nothing
      state.line_before.clear();
      return state;
    case Chunk::Kind::overlong_tail:
      finish_overlong(chunk, out, stats);
      return state;
    case Chunk::Kind::records:
      stats.bytes_checked += chunk.bytes.size();
      break;
  }
  if (scan.failed) {
    mask_records(chunk.bytes, MaskReason::scan_error, out, stats);
    return {};
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
  int in_a_row = 0;         // edited records without another between them
  if (state.statement_unknown) {
    const std::string_view first = without_delimiter(first_record(bytes));
    state.begins_continued = continues(first, nullptr, &kAnyList);
    state.begins_in_entry = continues_entry(first, true);
  }
  while (looked < bytes.size()) {
    if (state.statement_open || state.list != nullptr || state.remembered != nullptr) {
      const std::string_view next = without_delimiter(first_record(bytes.substr(looked)));
      enter_record(next, state);
    }
    const bool passes = state.idle() && !state.statement_open && state.list == nullptr;  // over records without hits
    // Most shape hits come to nothing. Only one that may come to something is worth finding the record's bounds, unless
    // record after record has something anyway.
    if (passes && in_a_row < 2) hits.skip_shapes([&](Hit hit) { return detector.may_find(bytes, hit); });
    const std::size_t mark = std::min(marked.seek(looked), split_lines.next(looked));
    if (passes && hits.empty() && mark == MarkCursor::kNone) break;
    const Span record = record_around(bytes, looked, passes ? std::min(hits.next(), mark) : looked);
    const std::size_t turned_down = hits.take_back(record.begin);
    const RecordHits of_record = hits.take(record.begin, record.end);
    const bool reached = in_a_row < 2 && of_record.sql.empty();  // by a hit that may come to something
    const bool looks = reached || !parts.empty() || !passes || mark < record.end ||
                       may_find(bytes, record, of_record, turned_down, state);
    line_before.clear();
    no_line_before = record.begin == 0 && state.statement_unknown;
    if (looks && is_table_ruler(without_delimiter(record.of(bytes)))) {
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
      if (verdict == Verdict::dropped) edited.clear();
      if (verdict == Verdict::edited) out.write(edited);
      written = record.end;
    }
    looked = record.end;
  }
  out.pass(bytes.substr(written));
  if (!bytes.empty()) {
    const std::string_view last = line_in_front(bytes, bytes.size(), written);
    state.line_before.assign(may_be_table_header(last) ? last : std::string_view());
  }
  return state;
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
  const std::string_view behind = bytes.substr(record.end);
  const bool goes_on = behind.empty() || continues_statement(without_delimiter(first_record(behind)));
  return weak || goes_on || state.statement_unknown || is_known(state.statement.get()) ||
         detector.may_find_columns(record.of(bytes), record.begin, hits.sql);
}

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
  if (open == OpenMark::none && !hashed && (!redacts_marked || MarkCursor(record).seek(0) == MarkCursor::kNone)) {
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
  memory.list = std::exchange(state.list, nullptr);
  memory.line_before = line_before;
  memory.no_line_before = no_line_before;
  sql_again.clear();
  std::copy_if(hits.sql.begin(), hits.sql.end(), std::back_inserter(sql_again),
               [](const Hit& hit) { return hit.source != kEncodedJson; });
  memory_behind = memory;
  memory_behind.seen = memory_behind.wanted = false;
  learned.clear();
  memory.remembered = memory_behind.remembered = state.remembered.get();
  memory.learned = memory_behind.learned = &learned;
  detector.detect(record, base, hits, opaque, memory_behind, detection);
  state.open_key = memory_behind.open_key;
  state.statement_wanted = state.statement_wanted || (state.statement_unknown && memory_behind.wanted);
  for (const Finding& finding : detection.findings) {
    if (finding.rule != Finding::kUnchecked && !rules->rules()[finding.rule].block.empty()) {
      state = with_block(state, open_key_block(record, finding.span, finding.rule));
    }
  }
  if (key) {
    const auto place = std::find_if(detection.findings.begin(), detection.findings.end(),
                                    [&](const Finding& finding) { return finding.span.begin > key->span.begin; });
    detection.findings.insert(place, *key);
  }
  decoding.add(record, base, hits, opaque, memory, detection);
  memory.learned = nullptr;  // what an edit leaves says nothing of what was there
  state.statement_wanted = state.statement_wanted || (state.statement_unknown && decoding.wanted());
  split_lines.add_to({base, base + record.size()}, opaque, detection.findings);
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

// If the record is edited, `edited` holds it.
Verdict Editor::Impl::edit_record(std::string_view whole, std::size_t base, const RecordHits& hits, EntryState& state,
                                  Stats& stats) {
  record_at = chunk_at + base;
  detect(without_delimiter(whole), base, hits, state, stats);
  count_kept(whole.size(), stats);
  const Verdict verdict = detection.findings.empty() ? Verdict::unchanged : replace(whole, stats);
  if (verdict != Verdict::dropped) remember_statement(state);
  return verdict;
}

// Replaces what `detection` holds of `whole`, and what comes up then.
Verdict Editor::Impl::replace(std::string_view whole, Stats& stats) {
  as_it_came = true;
  if (drops()) return drop(whole.size(), stats);
  leaves_text = false;
  const bool keys = needs_keys_again(without_delimiter(whole));
  apply(whole, stats);
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
  receipts->push_back({record_at + (as_it_came ? finding.span.begin : 0), finding.rule, action});
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
  std::size_t done = 0;
  StringCursor strings;
  for (const Finding& finding : detection.findings) {
    edited.append(whole.substr(done, finding.span.begin - done));
    const std::size_t begin = edited.size();
    if (finding.rule == Finding::kUnchecked) {
      write_mask(finding.reason, finding.span.size(), edited);
      stats.count_mask(finding.reason);
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
      }
    }
    if (is_wide(finding.span.of(whole))) widen(edited, begin);
    shifts.push_back(static_cast<std::ptrdiff_t>(edited.size() - begin) -
                     static_cast<std::ptrdiff_t>(finding.span.size()));
    done = finding.span.end;
  }
  edited.append(whole.substr(done));
}

// Moves hits to where their bytes are now that the findings have been replaced.
void Editor::Impl::move_hits(const std::vector<Hit>& hits, std::size_t back, std::vector<Hit>& moved) const {
  moved.clear();
  std::size_t finding = 0;
  std::ptrdiff_t shift = 0;
  for (Hit hit : hits) {
    while (finding < detection.findings.size() && detection.findings[finding].span.end <= hit.at - back) {
      shift += shifts[finding++];
    }
    hit.at = static_cast<std::uint32_t>(hit.at + shift);
    moved.push_back(hit);
  }
}

// Whether the keys of the edited record can say anything that they did not before: one was left open, or a finding was
// the edge of one.
bool Editor::Impl::needs_keys_again(std::string_view record) const {
  return detection.has_open_keys ||
         std::any_of(detection.findings.begin(), detection.findings.end(), [&](const Finding& finding) {
           return finding.span.end < record.size() && is_key_byte(record[finding.span.end]);
         });
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
          memory.table == nullptr && memory.list == nullptr && !decoding.escaped()) {
        return true;
      }
      move_hits(detection.rejected_literals, 1, literals_again);
      move_hits(detection.rejected_shapes, 0, shapes_again);
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
    keys = keys || needs_keys_again(record);
    previous.swap(edited);
    apply(previous, stats);
    if (leaves_text && edited == previous) return true;
  }
  const std::string_view record = without_delimiter(whole);
  edited.clear();
  write_record_mask(MaskReason::unstable, record.size(), looks_like_json(record), edited);
  edited.append(whole.substr(record.size()));
  stats.count_mask(MaskReason::unstable);
  return true;
}

void Editor::Impl::mask_records(std::string_view bytes, MaskReason reason, Output& out, Stats& stats) {
  while (!bytes.empty()) {
    const Span whole = record_around(bytes, 0, 0);
    const std::string_view record = without_delimiter(whole.of(bytes));
    edited.clear();
    if (!record.empty()) {
      write_record_mask(reason, record.size(), looks_like_json(record), edited);
      stats.count_mask(reason);
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
    if (chunk.json) return {};
    edited.clear();
    write_mask(MaskReason::scan_error, limit, edited);
    stats.count_mask(MaskReason::scan_error);
    out.write(edited);
    return {};
  }
  const RecordHits hits{scan.literals, scan.shapes, scan.keys, scan.weak_keys, sql_hits(scan, options.format)};
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
    return state;
  }
  if (verdict == Verdict::unchanged) edited = checked;
  remember_statement(state);
  state.list = nullptr;
  state.statement_open = false;  // what follows the mark of finish_overlong() continues nothing
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
  stats.count_mask(MaskReason::overlong);
}

}  // namespace piiscrub
