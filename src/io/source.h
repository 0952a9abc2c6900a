// Source: where bytes enter.
//
// A source reads on its own once started, hands over one buffer after the other and can be held back at any time, so
// that no queue grows. Sources, their listeners and everything else in this module live on the loop thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/buffer_pool.h"
#include "io/loop.h"
#include "io/reader.h"
#include "io/stream_fd.h"

namespace piiscrub::io {

class Source {
 public:
  class Listener {
   public:
    /// Some bytes, never none. May call pause().
    virtual void on_bytes(Buffer bytes) = 0;
    /// The end of the input, or what went wrong (empty: nothing). The last call.
    virtual void on_end(std::string error) = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Source() = default;

  /// Begins to read. REQUIRES: called once. `listener` must outlive this, or the source be paused for good.
  virtual void start(Listener& listener) = 0;
  /// No call to the listener until resume(). Both may be called at any time, more than once.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// How far the source has read into its file, in bytes as stored there; for progress.
  [[nodiscard]] virtual std::uint64_t position() const = 0;
};

/// Reads a pipe, FIFO, terminal or socket whenever it has something.
std::unique_ptr<Source> make_stream_source(Loop& loop, BufferPool& buffers, StreamFd fd);
/// Reads to the end of a file. Reads block the loop briefly, which is what a page cache does best; other events have
/// their turn in between.
std::unique_ptr<Source> make_file_source(Loop& loop, BufferPool& buffers, std::unique_ptr<Reader> reader);

}  // namespace piiscrub::io
