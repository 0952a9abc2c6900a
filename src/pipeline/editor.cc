#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/span.h"
#include "detect/database_parts.h"
#include "detect/detector.h"
#include "piiscrub/pipeline.h"
#include "pipeline/key_block.h"
#include "redact/replacement.h"

namespace piiscrub {
namespace {

// An edit can make its neighbour matchable, which is then edited in the next round. A record that has not settled
// after this many rounds is masked.
constexpr int kMaxRounds = 8;

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

// The hits of a chunk, taken off the front record by record.
class HitCursor {
 public:
  explicit HitCursor(const ScanResult& scan) : literals_(scan.literals), shapes_(scan.shapes) {}

  [[nodiscard]] bool empty() const { return literals_.empty() && shapes_.empty(); }
  /// Skips the shape hits in front of all other hits that `keep` does not want.
  template <typename Keep>
  void skip_shapes(Keep keep) {
    while (!shapes_.empty() && (literals_.empty() || shapes_.front().at < literals_.front().at) &&
           !keep(shapes_.front())) {
      shapes_ = shapes_.subspan(1);
      ++skipped_;
    }
  }
  /// Takes the skipped hits at or behind `begin` back: in a record that is edited each hit counts, since an edit beside
  /// it can make it one that may come to something.
  void take_back(std::size_t begin) {
    for (; skipped_ > 0 && (shapes_.data() - 1)->at >= begin; --skipped_)
      shapes_ = {shapes_.data() - 1, shapes_.size() + 1};
    skipped_ = 0;
  }
  /// A byte of the record with the next hit. REQUIRES: !empty().
  [[nodiscard]] std::size_t next() const {
    const std::size_t literal = literals_.empty() ? SIZE_MAX : literals_.front().at - 1;  // `at` is behind the match
    const std::size_t shape = shapes_.empty() ? SIZE_MAX : shapes_.front().at;
    return std::min(literal, shape);
  }
  /// The hits in front of `end`.
  std::span<const Hit> take_literals(std::size_t end) { return take(literals_, end); }
  std::span<const Hit> take_shapes(std::size_t end) { return take(shapes_, end - 1); }

 private:
  // The hits at or in front of `last`.
  static std::span<const Hit> take(std::span<const Hit>& hits, std::size_t last) {
    std::size_t count = 0;
    while (count < hits.size() && hits[count].at <= last) ++count;
    const auto taken = hits.first(count);
    hits = hits.subspan(count);
    return taken;
  }

  std::span<const Hit> literals_;
  std::span<const Hit> shapes_;
  std::size_t skipped_ = 0;  // hits directly in front of shapes_
};

}  // namespace

// Walks forward from dirty record to dirty record; what lies between leaves as it came.
struct Editor::Impl {
  std::shared_ptr<const RuleDatabase> rules;
  PipelineOptions options;
  Detector detector;
  // Reused:
  Detection detection;
  std::vector<Hit> literals_again;
  std::vector<Hit> shapes_again;
  std::vector<Span> opaque;
  std::vector<std::ptrdiff_t> shifts;  // by finding: how much longer its replacement is
  std::string edited;                  // the record as it is to leave, with its delimiter
  std::string previous;                // the same, one round before

  Impl(std::shared_ptr<const RuleDatabase> database, PipelineOptions o)
      : rules(std::move(database)), options(o), detector(rules) {}

  EntryState edit_records(std::string_view bytes, const ScanResult& scan, EntryState state, Output& out, Stats& stats);
  bool edit_record(std::string_view whole, std::size_t base, std::span<const Hit> literals, std::span<const Hit> shapes,
                   EntryState& state, Stats& stats);
  void detect(std::string_view record, std::size_t base, std::span<const Hit> literals, std::span<const Hit> shapes,
              EntryState& state, Stats& stats);
  void apply(std::string_view whole, Stats& stats);
  void move_hits(const std::vector<Hit>& hits, std::size_t back, std::vector<Hit>& moved) const;
  void settle(Stats& stats);
  void mask_records(std::string_view bytes, MaskReason reason, Output& out, Stats& stats);
  EntryState edit_overlong_head(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                Stats& stats);
  void finish_overlong(const Chunk& chunk, Output& out, Stats& stats);
};

Editor::Editor(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options)
    : impl_(std::make_unique<Impl>(std::move(rules), options)) {}
Editor::~Editor() = default;
Editor::Editor(Editor&&) noexcept = default;
Editor& Editor::operator=(Editor&&) noexcept = default;

EntryState Editor::edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats) {
  switch (chunk.kind) {
    case Chunk::Kind::overlong_head:
      return impl_->edit_overlong_head(chunk, scan, state, out, stats);
    case Chunk::Kind::overlong_tail:
      impl_->finish_overlong(chunk, out, stats);
      return state;
    case Chunk::Kind::records:
      break;
  }
  if (scan.failed) {
    impl_->mask_records(chunk.bytes, MaskReason::scan_error, out, stats);
    return {};
  }
  stats.records += scan.newlines + (chunk.bytes.ends_with('\n') ? 0 : 1);
  return impl_->edit_records(chunk.bytes, scan, state, out, stats);
}

EntryState Editor::Impl::edit_records(std::string_view bytes, const ScanResult& scan, EntryState state, Output& out,
                                      Stats& stats) {
  HitCursor hits(scan);
  std::size_t looked = 0;   // records in front of this have been looked at
  std::size_t written = 0;  // bytes in front of this are in `out`
  int in_a_row = 0;         // edited records without another between them
  while (looked < bytes.size()) {
    // Most shape hits come to nothing. Only one that may come to something is worth finding the record's bounds, unless
    // record after record has something anyway.
    if (state.idle() && in_a_row < 2) hits.skip_shapes([&](Hit hit) { return detector.may_find(bytes, hit); });
    if (state.idle() && hits.empty()) break;
    const Span record = record_around(bytes, looked, state.idle() ? hits.next() : looked);
    hits.take_back(record.begin);
    const auto literals = hits.take_literals(record.end);
    const auto shapes = hits.take_shapes(record.end);
    if (edit_record(record.of(bytes), record.begin, literals, shapes, state, stats)) {
      in_a_row = record.begin == written ? in_a_row + 1 : 1;
      out.pass(bytes.substr(written, record.begin - written));
      out.write(edited);
      written = record.end;
    } else {
      in_a_row = 0;
    }
    looked = record.end;
  }
  out.pass(bytes.substr(written));
  return state;
}

// Fills `detection` with what is to be hidden in `record`, and takes `state` behind it.
void Editor::Impl::detect(std::string_view record, std::size_t base, std::span<const Hit> literals,
                          std::span<const Hit> shapes, EntryState& state, Stats& stats) {
  find_replacements(record, rules->parts().labels, opaque);
  std::optional<Finding> key;  // key material of an open block: nothing else is found in it
  if (!state.idle()) {
    const KeyBlockLine line = continue_key_block(record, state);
    if (line.hidden) {
      key = Finding{*line.hidden, state.block_rule};
      std::erase_if(opaque, [&](const Span& span) { return span.overlaps(key->span); });
      opaque.insert(std::upper_bound(opaque.begin(), opaque.end(), key->span,
                                     [](const Span& a, const Span& b) { return a.begin < b.begin; }),
                    key->span);
    }
    state = line.next;
  }
  detector.detect(record, base, literals, shapes, opaque, detection);
  for (const Finding& finding : detection.findings) {
    if (finding.rule != Finding::kUnchecked && !rules->rules()[finding.rule].block.empty()) {
      state = open_key_block(record, finding.span, finding.rule);
    }
  }
  if (key) {
    const auto behind = std::find_if(detection.findings.begin(), detection.findings.end(),
                                     [&](const Finding& finding) { return finding.span.begin > key->span.begin; });
    detection.findings.insert(behind, *key);
  }
  // Elsewhere it depends on the cutting of chunks how many hits are looked at.
  if (!detection.findings.empty()) stats.candidates += literals.size() + shapes.size();
}

// Returns whether the record changes; `edited` holds it then.
bool Editor::Impl::edit_record(std::string_view whole, std::size_t base, std::span<const Hit> literals,
                               std::span<const Hit> shapes, EntryState& state, Stats& stats) {
  detect(without_delimiter(whole), base, literals, shapes, state, stats);
  if (detection.findings.empty()) return false;
  ++stats.records_edited;
  apply(whole, stats);
  settle(stats);
  return true;
}

// Sets `edited` to `whole` with the findings replaced.
void Editor::Impl::apply(std::string_view whole, Stats& stats) {
  edited.clear();
  shifts.clear();
  std::size_t done = 0;
  for (const Finding& finding : detection.findings) {
    edited.append(whole.substr(done, finding.span.begin - done));
    const std::size_t begin = edited.size();
    if (finding.rule == Finding::kUnchecked) {
      write_mask(MaskReason::budget, finding.span.size(), edited);
      stats.count_mask(MaskReason::budget);
    } else {
      edited.append(rules->parts().code[finding.rule].label);
      stats.count_finding(finding.rule);
    }
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

// Looks at `edited` again until nothing more is found in it, so that a second run over the output finds nothing either.
// Only hits that were turned down need another look: a replacement takes no part in any match, so it makes no new hits,
// but it is an edge, and it can bring a context word nearer.
void Editor::Impl::settle(Stats& stats) {
  for (int round = 0; round < kMaxRounds; ++round) {
    if (detection.findings.empty()) return;
    if (detection.rejected_literals.empty() && detection.rejected_shapes.empty()) return;
    move_hits(detection.rejected_literals, 1, literals_again);
    move_hits(detection.rejected_shapes, 0, shapes_again);
    const std::string_view record = without_delimiter(edited);
    find_replacements(record, rules->parts().labels, opaque);
    detector.detect(record, 0, literals_again, shapes_again, opaque, detection);
    previous.swap(edited);
    apply(previous, stats);
  }
  const std::size_t size = without_delimiter(edited).size();
  previous.swap(edited);
  edited.clear();
  write_record_mask(MaskReason::unstable, size, looks_like_json(previous), edited);
  edited.append(previous, size);
  stats.count_mask(MaskReason::unstable);
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
  if (scan.failed) {
    if (chunk.json) return {};
    edited.clear();
    write_mask(MaskReason::scan_error, limit, edited);
    stats.count_mask(MaskReason::scan_error);
    out.write(edited);
    return {};
  }
  detect(chunk.bytes, 0, scan.literals, scan.shapes, state, stats);
  if (chunk.json) return state;
  // A finding that begins within the limit is replaced as a whole, even if the limit cuts it.
  std::size_t end = limit;
  std::erase_if(detection.findings, [&](const Finding& finding) { return finding.span.begin >= limit; });
  if (!detection.findings.empty()) {
    end = std::max(end, detection.findings.back().span.end);
    ++stats.records_edited;
  }
  apply(chunk.bytes.substr(0, end), stats);
  settle(stats);
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
  stats.count_mask(MaskReason::overlong);
}

}  // namespace piiscrub
