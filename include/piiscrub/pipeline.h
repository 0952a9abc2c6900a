// START HERE. Pipeline: bytes in, scrubbed bytes out.
//
//   bytes ─▶ NewlineFramer ─chunk─▶ Scanner::scan ─hits─▶ Editor::edit ─▶ Output
//            whole records          one pass, no state     clean stretches pass as slices; records with hits are
//                                                          confirmed (Detector) and rewritten (Redactor)
//
// Promises (each a property test and a fuzz oracle):
//  1. Transparent. What is not a finding leaves byte for byte as it came.
//  2. Chunk-blind. The output depends on the bytes, never on how they were cut nor on the number of workers.
//  3. Closed. No byte is emitted before the check of its record has finished; what cannot be checked is masked.
//  4. Done. Scrubbing the output again changes nothing (records grown past the size limit excepted).
//  5. Structure-keeping. One record in is one record out.
//  6. Silent. No counter or error holds payload.
//  7. Accounted. bytes in = bytes checked + bytes discarded + bytes pending.
//  8. Unerasable. Text in one record never hides another record's ordinary text.
//
// The core holds no fd, no loop, no clock and no thread. Errors cannot happen on this path: it masks and counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "piiscrub/detector.h"
#include "piiscrub/framing.h"
#include "piiscrub/output.h"
#include "piiscrub/stats.h"

namespace piiscrub {

struct PipelineOptions {
  std::size_t max_record_bytes = std::size_t{1} << 20;  ///< longer records are cut (text) or masked whole (JSON)
};

/// What must be remembered from one record to the next: a key block that was opened. Small; copy and compare freely.
struct EntryState {
  std::uint16_t block_rule = 0;          ///< the rule that found its BEGIN
  std::uint16_t block_records_left = 0;  ///< > 0: inside a key block, for at most this many further records
  std::uint16_t block_prefix_words = 0;  ///< words of log prefix in front of the record that opened it
  bool block_wrapped = false;            ///< the block is base64 of PEM: it has no END line

  [[nodiscard]] bool idle() const { return block_records_left == 0; }
  bool operator==(const EntryState&) const = default;
};

/// Edits scanned chunks: the only step that has state, which it takes and returns. One per thread.
class Editor {
 public:
  Editor(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options);
  ~Editor();
  Editor(Editor&&) noexcept;
  Editor& operator=(Editor&&) noexcept;

  /// Appends the scrubbed form of `chunk` to `out` and adds to `stats`. `scan` is the chunk's scan result. Returns the
  /// state behind the chunk. `out` refers to the chunk's bytes.
  EntryState edit(const Chunk& chunk, const ScanResult& scan, EntryState state, Output& out, Stats& stats);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The whole core on one thread.
class Pipeline {
 public:
  explicit Pipeline(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options = {});

  /// Takes `bytes`, cut anywhere, and appends to `out` what could be checked. `out` refers to `bytes` and to the
  /// pipeline: use it before the next call.
  void push(std::string_view bytes, Output& out);
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
