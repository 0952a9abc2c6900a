#include <cerrno>
#include <vector>

#include "io/fd_watcher.h"
#include "io/gather.h"
#include "io/sink.h"

namespace piiscrub::io {
namespace {

class StreamSink final : public Sink {
 public:
  StreamSink(Loop& loop, StreamFd fd)
      : fd_(std::move(fd)), watcher_(loop, fd_, Access::write, [this] { on_writable(); }) {}

  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    Pending pending{Gather(slices), &writer};
    if (queue_.empty()) {
      // A shared description may block unless poll has just said otherwise.
      if (fd_.mode() != StreamFd::Mode::shared) push(pending.bytes);
      if (pending.bytes.done() || error_ != 0) return Written::now;
      watcher_.start();
    }
    queue_.push_back(pending);
    return Written::later;
  }

  [[nodiscard]] std::size_t queued_bytes() const override {
    std::size_t bytes = 0;
    for (const Pending& pending : queue_) bytes += pending.bytes.left();
    return bytes;
  }

  [[nodiscard]] int error() const override { return error_; }

 private:
  struct Pending {
    Gather bytes;
    Writer* writer;
  };

  // Writes until all is gone or the reader is slow.
  void push(Gather& bytes) {
    Gather::Room room;
    while (!bytes.done() && error_ == 0) {
      const std::span<const iovec> parts = bytes.parts(room);
      const ssize_t written = fd_.write(parts.data(), static_cast<int>(parts.size()));
      if (written >= 0) {
        bytes.advance(static_cast<std::size_t>(written));
        if (fd_.mode() == StreamFd::Mode::shared) return;
      } else if (errno == EAGAIN) {
        return;
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
  }

  void on_writable() {
    Pending& first = queue_.front();
    push(first.bytes);
    if (!first.bytes.done() && error_ == 0) return;
    Writer* const writer = first.writer;
    queue_.erase(queue_.begin());
    if (queue_.empty()) watcher_.stop();
    writer->on_written();
  }

  StreamFd fd_;
  std::vector<Pending> queue_;  // one per writer at most
  int error_ = 0;
  FdWatcher watcher_;
};

}  // namespace

std::unique_ptr<Sink> make_stream_sink(Loop& loop, StreamFd fd) {
  return std::make_unique<StreamSink>(loop, std::move(fd));
}

std::unique_ptr<Sink> make_sink_for(Loop& loop, int fd) {
  if (!is_stream(fd)) return make_file_sink(fd);
  return make_stream_sink(loop, StreamFd::borrow(fd, Access::write));
}

}  // namespace piiscrub::io
