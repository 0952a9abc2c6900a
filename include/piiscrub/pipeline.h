// START HERE. Pipeline: bytes in, scrubbed bytes out.
//
//   bytes ─▶ NewlineFramer ─chunk─▶ Scanner::scan ─hits─▶ Editor::edit ─▶ Output
//            whole records          one pass, no state     clean stretches pass as slices; records with hits are
//                                                          confirmed (Detector) and rewritten (Redactor)
//
// Promises (each a property test and a fuzz oracle):
//  1. Transparent. What is not a finding leaves byte for byte as it came.
//  2. Chunk-blind. The output depends on the bytes and on flush(), never on how they were cut nor on the number of
//  workers.
//  3. Closed. No byte is emitted before the check of its record has finished; what cannot be checked is masked.
//  4. Done. Scrubbing the output again changes nothing (records grown past the size limit excepted).
//  5. Structure-keeping. One record in is one record out, unless it is dropped.
//  6. Silent. No counter or error holds payload.
//  7. Accounted. bytes in = bytes checked + bytes discarded + bytes pending; dropped bytes are checked ones.
//  8. Unerasable. Text in one record never hides another record's ordinary text; a record is taken for the continuation
//     of another only where it shows that itself.
//
// The core holds no fd, no loop, no clock and no thread. Errors cannot happen on this path: it masks and counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/framing.h"
#include "piiscrub/output.h"
#include "piiscrub/policy.h"
#include "piiscrub/receipt.h"
#include "piiscrub/statement.h"
#include "piiscrub/stats.h"

namespace piiscrub {

/// What kind of log the records are. It only says what need not be looked for, and what no record can show by itself;
/// whatever structure a record shows is read under each of them.
enum class Format : std::uint8_t {
  automatic,
  text,    ///< keys and values, but no columns of SQL
  logfmt,  ///< as text
  access,  ///< of web servers; as text
  csv,     ///< a line of names says whose the fields of the lines behind it are
  json,    ///< this and those behind it as automatic
  syslog,
  docker,
  cri,
  postgres_stderr,
  postgres_csv,
  postgres_json,
  crdb_v1,
  crdb_v1_count,
  crdb_v2,
  crdb_json,
  crdb_json_compact,
  crdb_json_fluent,
  crdb_json_fluent_compact,
};
inline constexpr std::string_view kFormatNames[] = {"auto",
                                                    "text",
                                                    "logfmt",
                                                    "access",
                                                    "csv",
                                                    "json",
                                                    "syslog",
                                                    "docker",
                                                    "cri",
                                                    "postgres-stderr",
                                                    "postgres-csv",
                                                    "postgres-json",
                                                    "crdb-v1",
                                                    "crdb-v1-count",
                                                    "crdb-v2",
                                                    "crdb-json",
                                                    "crdb-json-compact",
                                                    "crdb-json-fluent",
                                                    "crdb-json-fluent-compact"};

/// Whether records of a format can hold SQL.
constexpr bool has_columns(Format format) {
  return format != Format::text && format != Format::logfmt && format != Format::access;
}

inline constexpr std::size_t kMaxFieldPolicies = 8;

struct PipelineOptions {
  std::size_t max_record_bytes = std::size_t{1} << 20;  ///< longer records are cut (text) or masked whole (JSON)
  Format format = Format::automatic;
  std::shared_ptr<const Policy> policy = nullptr;  ///< for the pipeline's rules; nullptr: redact everything
  /// Policies for the same rules that hold besides for records with certain fields. They only ever tighten
  /// (redact/tighten.h). kMaxFieldPolicies at most.
  std::vector<FieldPolicy> tighter = {};
};

/// What must be remembered from one record to the next: a key block that was opened, the statement whose parameters may
/// follow, the table whose rows may, the values that may be repeated. Small; copy and compare freely.
struct EntryState {
  std::uint16_t block_rule = 0;          ///< the rule that found its BEGIN
  std::uint16_t block_records_left = 0;  ///< > 0: inside a key block, for at most this many further records
  std::uint16_t block_prefix_words = 0;  ///< words of log prefix in front of the record that opened it
  bool block_wrapped = false;            ///< the block is base64 of PEM: it has no END line

  std::uint16_t open_key =
      0;  ///< the last record ends with a key of this rule (its index plus one) and no value; 0: none
  std::uint8_t open_mark = 0;  ///< what the last record leaves open for the line that continues it (format/marks.h)

  std::shared_ptr<const Statement> statement;  ///< nullptr: none that matters
  bool statement_open = false;                 ///< it may go on in the next record
  bool statement_unknown = false;              ///< the chunk was edited out of turn, and has had no statement so far
  bool statement_wanted = false;               ///< and its records would have needed the one in front of it
  bool begins_continued = false;               ///< and its first record may go on with the one in front of it

  std::shared_ptr<const OpenList> list;  ///< the next record may go on with it; nullptr: none
  std::uint32_t tightened =
      0;  ///< which of PipelineOptions::tighter held for the record whose statement or list is open

  std::shared_ptr<const Table> table;  ///< the next record may be a row of it; nullptr: none that matters
  std::string line_before;             ///< the last record, if the next can need it to be read; else empty

  std::shared_ptr<const std::vector<RememberedValue>> remembered;  ///< of the entry (format/entry.h); nullptr: none
  std::uint16_t remembered_records = 0;                            ///< of the entry, since the first of them was found
  std::uint32_t remembered_bytes = 0;                              ///< of these records
  bool behind_indented = false;  ///< while any are remembered: the last record was indented
  bool cut_line = false;         ///< the last record is the first part of a line, and its end was masked
  bool begins_in_entry = false;  ///< the chunk was edited out of turn, and its first record may go on with an entry

  /// What is assumed for a chunk that is edited out of turn.
  static EntryState assumed() {
    EntryState state;
    state.statement_unknown = true;
    return state;
  }
  /// Whether a key block, a mark, a key, a table or a cut line goes on in the next record, whatever that is.
  [[nodiscard]] bool open() const {
    return block_records_left > 0 || open_mark != 0 || open_key != 0 || table != nullptr || cut_line;
  }
  /// Whether nothing is open and no value remembered: only then can records without hits be passed over.
  [[nodiscard]] bool idle() const { return !open() && remembered == nullptr; }
  /// The state behind a chunk that was edited out of turn, with `this` behind it, had it been edited behind `before`.
  /// Nothing if that makes a difference: edit it again then.
  [[nodiscard]] std::optional<EntryState> behind(const EntryState& before) const;
  bool operator==(const EntryState& other) const;
};

/// Edits scanned chunks: the only step that has state, which it takes and returns. One per thread.
class Editor {
 public:
  Editor(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options);
  ~Editor();
  Editor(Editor&&) noexcept;
  Editor& operator=(Editor&&) noexcept;

  /// Appends the scrubbed form of `chunk` to `out` and adds to `stats`. `scan` is the chunk's scan result. Returns the
  /// state behind the chunk. `out` refers to the chunk's bytes. Appends to `receipts`, unless it is null, what counts
  /// as a finding in `stats`.
  EntryState edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats,
                  std::vector<Receipt>* receipts = nullptr);

 private:
  struct Impl;
  struct Tighter;
  std::unique_ptr<Impl> impl_;        // under the policy that holds for all
  std::unique_ptr<Tighter> tighter_;  // null: no policy depends on fields
};

/// The whole core on one thread.
class Pipeline {
 public:
  explicit Pipeline(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options = {});

  /// Takes `bytes`, cut anywhere, and appends to `out` what could be checked. `out` refers to `bytes` and to the
  /// pipeline: use it before the next call.
  void push(std::string_view bytes, Output& out);
  /// Says that nothing came for a while. Records leave as soon as their LF has come; only the parts of a line that a
  /// container runtime has split (framing/container_line.h) wait for the last one, since a value may go over their
  /// seams. Those that wait are appended with the word at their end masked and counted, and what goes on with it will
  /// be masked. A record without its LF goes on waiting: nobody knows what it is yet.
  void flush(Output& out);
  /// End of input: appends what is left; a record without its LF is checked and emitted. The pipeline is used up.
  void finish(Output& out);

  [[nodiscard]] const Stats& stats() const { return stats_; }
  /// Bytes taken in and neither emitted nor discarded.
  [[nodiscard]] std::size_t pending() const { return framer_.pending(); }

 private:
  void drain(Output& out);

  NewlineFramer framer_;
  Scanner scanner_;
  Editor editor_;
  ScanResult scan_;  // reused
  EntryState state_;
  Stats stats_;
};

}  // namespace piiscrub
