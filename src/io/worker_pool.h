// WorkerPool: processes batches on several threads.
//
// The loop thread is one of the workers: it processes batches itself whenever more of them wait than there are idle
// threads, so that N workers never compete for N processors with it. Threads start when the input turns out to be worth
// it. All functions are for the loop thread.
#pragma once

#include <cstddef>
#include <memory>

#include "io/batch.h"
#include "io/engine.h"
#include "io/loop.h"

namespace piiscrub::io {

class WorkerPool {
 public:
  class Client {
   public:
    /// A batch of this client has become processed(). Batches become so in any order.
    virtual void on_processed() = 0;

   protected:
    ~Client() = default;
  };

  /// `workers` ≥ 1, the loop thread included.
  WorkerPool(Loop& loop, EngineOptions options, unsigned workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Whether a read of `bytes` should go to the pool rather than be processed at once. Counts them.
  [[nodiscard]] bool worth_sharing(std::size_t bytes);
  /// Processes `batch`, as if it began in the idle state, some time soon, on some thread, then tells `client`.
  void submit(Batch& batch, Client& client);

  /// Waits for the threads to end and drops what is queued: no batch and no client is touched afterwards.
  void stop();

  /// Whether batches have been waiting since the last call and none was processed in between.
  [[nodiscard]] bool stalled();

  /// Batches that a client should keep in the pool at most, so that memory is bounded and no worker waits.
  [[nodiscard]] std::size_t batches_in_flight() const;
  /// The loop thread's own engine.
  [[nodiscard]] Engine& engine();
  [[nodiscard]] const EngineOptions& options() const;
  [[nodiscard]] Loop& loop() const { return loop_; }

 private:
  struct Impl;
  Loop& loop_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace piiscrub::io
