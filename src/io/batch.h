// Batch: what one read brought, on its way through an engine and out.
//
// The loop thread fills it; one thread processes it; the loop thread, in order of the input, makes up for a state that
// the processing thread could not know, and writes it. Used again and again; after warm-up it does not allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/buffer_pool.h"
#include "io/engine.h"
#include "piiscrub/pipeline.h"

namespace piiscrub::io {

class Batch {
 public:
  /// Takes the chunks that `buffer` completes. The batch keeps the buffer until recycle().
  void fill(NewlineFramer& framer, Buffer buffer);
  /// Takes what is left after framer.finish().
  void fill_rest(NewlineFramer& framer);

  /// Scans and edits all chunks, the first one in state `before`.
  void process(Engine& engine, EntryState before);
  /// Replaces the result of process() by what it would have been with `before`, without scanning again.
  void edit_again(Editor& editor, EntryState before);

  /// How much of the relay's input is behind the batch once it is written, and whether its output ends inside a record.
  struct End {
    std::uint64_t input_bytes = 0;
    bool inside_record = false;
  };
  void set_end(End end) { end_ = end; }
  [[nodiscard]] End end() const { return end_; }

  [[nodiscard]] bool processed() const { return processed_; }
  /// Marks the batch processed; for the thread that owns the order.
  void set_processed() { processed_ = true; }

  // REQUIRES for these: process() has returned.
  [[nodiscard]] EntryState before() const { return before_; }
  [[nodiscard]] EntryState after() const { return after_; }
  [[nodiscard]] Output& output() { return output_; }
  [[nodiscard]] const Stats& stats() const { return stats_; }
  /// In order of the records, if the engine tells of them.
  [[nodiscard]] const std::vector<Receipt>& receipts() const { return receipts_; }
  [[nodiscard]] unsigned failed_scans() const;

  /// Gives the buffer back and empties everything.
  void recycle();

 private:
  void take_chunks(NewlineFramer& framer);
  void edit(Editor& editor, std::size_t chunk);

  Buffer buffer_;
  std::string copied_;                     // bytes of chunks that do not lie in buffer_: the framer's own
  std::vector<std::size_t> copy_offsets_;  // scratch of take_chunks()
  std::vector<Chunk> chunks_;
  std::vector<ScanResult> scans_;  // the first chunks_.size() are in use
  EntryState before_;
  EntryState after_;
  Output output_;
  Stats stats_;
  std::vector<Receipt> receipts_;
  bool wants_receipts_ = false;
  End end_;
  bool processed_ = false;
};

}  // namespace piiscrub::io
