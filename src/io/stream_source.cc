#include <cerrno>
#include <system_error>

#include "io/fd_watcher.h"
#include "io/source.h"

namespace piiscrub::io {
namespace {

// Reads per turn of the loop, so that one busy source does not starve the others.
constexpr int kReadsPerTurn = 16;

class StreamSource final : public Source {
 public:
  StreamSource(Loop& loop, BufferPool& buffers, StreamFd fd)
      : buffers_(buffers), fd_(std::move(fd)), watcher_(loop, fd_, Access::read, [this] { turn(); }) {}

  void start(Listener& listener) override {
    listener_ = &listener;
    resume();
  }

  void pause() override {
    if (!running_) return;
    running_ = false;
    watcher_.stop();
  }

  void resume() override {
    if (running_ || ended_) return;
    running_ = true;
    watcher_.start();
  }

  [[nodiscard]] std::uint64_t position() const override { return position_; }

 private:
  void turn() {
    for (int reads = 0; reads < kReadsPerTurn && running_; ++reads) {
      if (!read_once()) return;
    }
  }

  // Returns whether there may be more at once. A read that did not fill its buffer has emptied the stream: asking again
  // would cost a system call per typed line.
  bool read_once() {
    Buffer buffer = buffers_.take();
    const ssize_t got = fd_.read(buffer.data(), Buffer::capacity());
    if (got < 0) {
      // A terminal that was hung up reads as EIO; its input has ended.
      if (errno != EAGAIN && errno != EINTR) end(errno == EIO ? "" : std::generic_category().message(errno));
      return false;
    }
    if (got == 0) {
      end("");
      return false;
    }
    position_ += static_cast<std::uint64_t>(got);
    buffer.set_size(static_cast<std::size_t>(got));
    const bool filled = buffer.size() == Buffer::capacity();
    listener_->on_bytes(std::move(buffer));
    return filled && fd_.mode() != StreamFd::Mode::shared;
  }

  void end(std::string error) {
    ended_ = true;
    pause();
    listener_->on_end(std::move(error));
  }

  BufferPool& buffers_;
  StreamFd fd_;
  Listener* listener_ = nullptr;
  std::uint64_t position_ = 0;
  bool running_ = false;
  bool ended_ = false;
  FdWatcher watcher_;
};

}  // namespace

std::unique_ptr<Source> make_stream_source(Loop& loop, BufferPool& buffers, StreamFd fd) {
  return std::make_unique<StreamSource>(loop, buffers, std::move(fd));
}

}  // namespace piiscrub::io
