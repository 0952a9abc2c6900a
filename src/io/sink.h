// Sink: where bytes leave.
//
// A sink keeps the order in which it was given writes, copies nothing, and queues at most one write per writer: who has
// a write pending waits for on_written(). That is the back-pressure; there is no other queue. Lives on the loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "io/fd.h"
#include "io/loop.h"
#include "io/stream_fd.h"

namespace piiscrub::io {

class Sink {
 public:
  class Writer {
   public:
    /// The write that was pending is done, or was dropped because the sink has failed.
    virtual void on_written() = 0;

   protected:
    ~Writer() = default;
  };

  enum class Written : std::uint8_t { now, later };

  virtual ~Sink() = default;

  /// Writes `slices`, or keeps them: after `later` they and their bytes must stay unchanged until `writer` is called.
  /// After `now` it is not called. REQUIRES: `writer` has no write pending.
  virtual Written write(std::span<const std::string_view> slices, Writer& writer) = 0;
  /// Bytes that were given to the sink and are not written.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
  /// The errno that made the sink fail, EPIPE if its reader is gone; 0: none. A failed sink drops what it is given.
  [[nodiscard]] virtual int error() const = 0;
};

/// Writes to a pipe, FIFO, terminal or socket as fast as its reader reads.
std::unique_ptr<Sink> make_stream_sink(Loop& loop, StreamFd fd);
/// Writes to a file or a device that does not block. Does not close `fd`.
std::unique_ptr<Sink> make_file_sink(int fd);
/// Swallows everything.
std::unique_ptr<Sink> make_discard_sink();
/// A stream or file sink for `fd`, such as 1 or 2, which stays open.
std::unique_ptr<Sink> make_sink_for(Loop& loop, int fd);

}  // namespace piiscrub::io
