// Relay: one source, one pipeline, one sink, with back-pressure.
//
//   Source ─buffer▶ NewlineFramer ─chunks▶ Batch ─▶ Engine, here or on a worker ─▶ in order ─▶ Sink
//      ▲                                                                                        │
//      └──── pause, resume: so many batches may be under way, and one of them may be being written ┘
//
// Does what piiscrub::Pipeline does, with the same parts, but can process several batches at a time: workers edit as if
// their batch began in the idle state; where it did not, the relay repeats the edit (never the scan). The output is the
// same, byte for byte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/batch.h"
#include "io/loop.h"
#include "io/sink.h"
#include "io/source.h"
#include "io/worker_pool.h"

namespace piiscrub::io {

/// Lives on the loop thread. `sink`, `workers` and `observer` must outlive it; `source` is not used once it is
/// finished.
class Relay final : private Source::Listener, private Sink::Writer, private WorkerPool::Client {
 public:
  class Observer {
   public:
    /// All input has been scrubbed and written, or dropped because the sink has failed. Called once. Must not destroy
    /// the relay.
    virtual void on_finished(Relay& relay) = 0;
    /// `count` scans have failed; what they concern was masked.
    virtual void on_failed_scans(unsigned count) = 0;
    /// What was found in records that are about to be written; offsets count from the first byte of the source.
    virtual void on_receipts(Relay& /*relay*/, std::span<const Receipt> /*receipts*/) {}
    /// Something was written: progress() has changed, or may have.
    virtual void on_progress(Relay& /*relay*/) {}
    /// The workers that use_workers() gave have taken over. `before`: what was counted since the last such call, by the
    /// rules of those before them; stats() begins anew.
    virtual void on_workers_changed(Relay& /*relay*/, const Stats& /*before*/) {}

   protected:
    ~Observer() = default;
  };

  Relay(Source& source, Sink& sink, WorkerPool& workers, Observer& observer);
  /// Stops the workers if batches are under way.
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  void start();
  /// Treats what has been read as all there is.
  void end_input();
  /// Reads nothing more; what was read is written, but for a record whose end has not come. For good.
  void hold();

  /// Scrubs the first `bytes` of the input only to know the state behind them: their output was written before, by
  /// another process. A buffer that the source hands over must not reach beyond them. REQUIRES: before start().
  void replay(std::uint64_t bytes) { replay_bytes_ = bytes; }
  /// What was not handed over of them will not come: all that comes from now on is new.
  void cut_replay() { replay_bytes_ = std::min(replay_bytes_, input_bytes_); }

  /// Goes on with `workers` and their rules as soon as nothing is under way with the present ones, perhaps at once.
  /// Both pools must stay until then.
  void use_workers(WorkerPool& workers);

  /// How much of the input, in bytes, has been written for good.
  struct Progress {
    std::uint64_t done = 0;    ///< all records in front of it have been written; a record begins here
    std::uint64_t replay = 0;  ///< replaying from here gives the state at `done`; a record begins here too
  };
  [[nodiscard]] Progress progress() const { return progress_; }
  /// Bytes that were read and are not written; replayed ones do not count.
  [[nodiscard]] std::uint64_t pending() const;
  /// Whether no batch is under way.
  [[nodiscard]] bool idle() const { return in_flight_.empty(); }

  [[nodiscard]] bool finished() const { return finished_; }
  /// What went wrong in reading; empty: nothing.
  [[nodiscard]] const std::string& read_error() const { return read_error_; }
  [[nodiscard]] const Stats& stats() const { return stats_; }

 private:
  void on_bytes(Buffer bytes) override;
  void on_end(std::string error) override;
  void on_written() override;
  void on_processed() override;

  Batch& take_batch();
  void dispatch(Batch& batch, bool share);
  void advance();
  void write_first();
  void retire_first();
  void hold_back_or_resume();
  void note_progress(const Batch& batch);
  void change_workers();
  void pause();
  void await_parts();
  void on_silence();
  void flush();

  Source& source_;
  Sink& sink_;
  WorkerPool* workers_;
  WorkerPool* next_workers_ = nullptr;  // takes over when nothing is under way
  Observer& observer_;
  NewlineFramer framer_;
  EntryState state_;  // behind the last batch that was written
  Stats stats_;
  std::vector<std::unique_ptr<Batch>> batches_;  // all, for ownership
  std::vector<Batch*> free_;
  std::vector<Batch*> in_flight_;  // in order of the input
  std::optional<Timer> silence_;   // runs while parts of a line wait for the last one
  std::string read_error_;
  std::uint64_t input_bytes_ = 0;
  std::uint64_t replay_bytes_ = 0;
  Progress progress_;
  std::uint64_t next_replay_ = 0;         // becomes progress_.replay when `done` is far enough behind it
  std::string held_output_;               // of a record whose tail has not come: writes end with whole records
  std::vector<std::string_view> joined_;  // scratch of write_first()
  bool reading_ = false;                  // the source is not paused
  bool asked_again_ = false;              // the silence has lasted, and the source has its last turn
  bool held_ = false;                     // hold() was called
  bool writing_ = false;                  // the first batch in flight waits for the sink
  bool input_ended_ = false;
  bool finished_ = false;
};

}  // namespace piiscrub::io
