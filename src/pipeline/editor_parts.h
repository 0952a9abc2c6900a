// What an Editor consists of. It walks from record to record (editor.cc), works out what is to be hidden in one
// (editor_find.cc), and replaces that until nothing more comes up (editor_replace.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "detect/detector.h"
#include "detect/key_finder.h"
#include "piiscrub/pipeline.h"
#include "pipeline/decoding.h"
#include "pipeline/split_lines.h"
#include "pipeline/tightening.h"
#include "redact/redactor.h"

namespace piiscrub {

/// What becomes of a record.
enum class Verdict : std::uint8_t { unchanged, edited, dropped };

/// Walks forward from dirty record to dirty record; what lies between leaves as it came.
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
  std::optional<Scanner> scanner;   // for what is looked at as a second run would; made when first needed
  std::unique_ptr<Impl> rehearsal;  // edits split lines in advance; made when first needed
  bool rehearses = true;
  // Reused:
  Detection detection;
  std::vector<RememberedValue> learned;  // in the record
  std::vector<Hit> literals_again;
  std::vector<Hit> shapes_again;
  std::vector<Hit> keys_again;
  std::vector<Hit> weak_keys_again;
  std::vector<Hit> sql_again;  // without base64
  std::vector<Hit> sql_before;
  StatementMemory memory;         // in front of the record
  StatementMemory memory_behind;  // behind it
  ScanResult scan_again;
  std::string line_before;      // the record in front of one that may be a ruler, as it left
  bool no_line_before = false;  // it is not known
  bool closes = false;          // the record does not go on with what the one in front left open: the statement of
  std::shared_ptr<const OpenList> closed_list;  // `memory`, or this
  std::vector<Span> opaque;
  std::vector<Span> opaque_before;
  std::vector<Span> marks;
  std::vector<std::ptrdiff_t> shifts;  // by finding: how much longer its replacement is
  std::string edited;                  // the record as it is to leave, with its delimiter
  std::string previous;                // the same, one round before
  std::string once;                    // a split line as it is to leave
  std::string twice;                   // what a second run makes of that
  bool leaves_text = false;            // `edited` holds such text
  bool adds_quotes = false;            // in `edited`, around what stood without
  bool has_keys = false;               // the record as it came has keys that may tell something
  bool is_masked = false;              // `edited` is a mask, as the record does not settle
  bool again = false;                  // what is looked at is what leaves
  // For receipts:
  std::vector<Receipt>* receipts = nullptr;  // null: nobody wants them
  std::uint64_t chunk_at = 0;                // in the input
  std::uint64_t record_at = 0;
  bool as_it_came = false;  // what is found lies in the record as it came

  Impl(std::shared_ptr<const RuleDatabase> database, PipelineOptions o);

  EntryState edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                  std::vector<Receipt>* its_receipts);
  void count(const Finding& finding, Stats& stats);
  void count_mask(MaskReason reason, std::uint64_t offset, Stats& stats);
  EntryState edit_records(std::string_view bytes, const ScanResult& scan, EntryState state, Output& out, Stats& stats);
  Verdict edit_record(std::string_view whole, std::size_t base, const RecordHits& hits, EntryState& state,
                      Stats& stats);
  bool settles(std::string_view line, bool behind_cut, EntryState& state);
  EntryState rehearse(std::string_view line, EntryState state, std::string& to);
  [[nodiscard]] std::string_view line_in_front(std::string_view bytes, std::size_t end, std::size_t written) const;
  void take_marks(std::string_view record, const RecordHits& hits, EntryState& state);
  void add_opaque(std::span<const Span> spans);
  bool join_with_marks(Span hidden);
  [[nodiscard]] bool may_find(std::string_view bytes, Span record, const RecordHits& hits, std::size_t turned_down,
                              const EntryState& state);
  void detect(std::string_view record, std::size_t base, const RecordHits& hits, EntryState& state, Stats& stats);
  void add_findings(const std::vector<Finding>& findings);
  [[nodiscard]] bool needs_keys_again(std::string_view record) const;
  [[nodiscard]] EntryState in_front() const;
  bool is_done(EntryState& state);
  [[nodiscard]] bool may_come_up_again(bool has_key_material) const;
  void count_kept(std::size_t before, Stats& stats) const;
  void remember_statement(EntryState& state) const;
  void remember_values(std::string_view bytes, Span record, EntryState& state) const;
  void apply(std::string_view whole, Stats& stats);
  void move_hits(const std::vector<Hit>& hits, std::size_t back, std::vector<Hit>& moved) const;
  [[nodiscard]] bool drops() const;
  Verdict drop(std::size_t bytes, Stats& stats);
  Verdict replace(std::string_view whole, Stats& stats);
  bool settle(std::string_view whole, bool keys, Stats& stats);
  void mask_unstable(std::string_view whole, Stats& stats);
  void mask_records(std::string_view bytes, MaskReason reason, Output& out, Stats& stats);
  EntryState edit_overlong_head(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out,
                                Stats& stats);
  void finish_overlong(const Chunk& chunk, Output& out, Stats& stats);
};

/// Under which policies the records of a chunk are edited that depend on their fields.
struct Editor::Tighter {
  std::shared_ptr<const RuleDatabase> rules;
  PipelineOptions options;
  std::vector<std::unique_ptr<Impl>> by_set;  // by PolicySet; made when first needed
  ScanResult scan_of_part;                    // reused

  Impl& editor_for(PolicySet set);
  EntryState edit(Impl& base, const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                  std::vector<Receipt>* receipts);
};

}  // namespace piiscrub
