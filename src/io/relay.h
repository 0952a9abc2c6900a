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

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/batch.h"
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

  Source& source_;
  Sink& sink_;
  WorkerPool& workers_;
  Observer& observer_;
  NewlineFramer framer_;
  EntryState state_;  // behind the last batch that was written
  Stats stats_;
  std::vector<std::unique_ptr<Batch>> batches_;  // all, for ownership
  std::vector<Batch*> free_;
  std::vector<Batch*> in_flight_;  // in order of the input
  std::string read_error_;
  bool writing_ = false;  // the first batch in flight waits for the sink
  bool input_ended_ = false;
  bool finished_ = false;
};

}  // namespace piiscrub::io
