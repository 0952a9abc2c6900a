#include <uv.h>

#include "io/source.h"
#include "io/uv_handle.h"

namespace piiscrub::io {
namespace {

// Reads per turn of the loop: enough to keep all workers supplied, few enough that signals are heard.
constexpr int kReadsPerTurn = 8;

class FileSource final : public Source {
 public:
  FileSource(Loop& loop, BufferPool& buffers, std::unique_ptr<Reader> reader)
      : buffers_(buffers), reader_(std::move(reader)) {
    idle_.open(this, [&](uv_idle_t* idle) { return uv_idle_init(loop.uv(), idle); });
  }

  void start(Listener& listener) override {
    listener_ = &listener;
    resume();
  }

  void pause() override {
    running_ = false;
    uv_idle_stop(idle_.get());
  }

  void resume() override {
    if (running_ || ended_) return;
    running_ = true;
    uv_idle_start(idle_.get(), [](uv_idle_t* idle) { static_cast<FileSource*>(idle->data)->turn(); });
  }

  [[nodiscard]] std::uint64_t position() const override { return reader_->position(); }

 private:
  void turn() {
    for (int reads = 0; reads < kReadsPerTurn && running_; ++reads) {
      Buffer buffer = buffers_.take();
      buffer.set_size(reader_->read(buffer.data(), Buffer::capacity()));
      if (buffer.size() == 0) return end();
      listener_->on_bytes(std::move(buffer));
    }
  }

  void end() {
    ended_ = true;
    pause();
    listener_->on_end(reader_->error());
  }

  BufferPool& buffers_;
  std::unique_ptr<Reader> reader_;
  Listener* listener_ = nullptr;
  bool running_ = false;
  bool ended_ = false;
  UvHandle<uv_idle_t> idle_;
};

}  // namespace

std::unique_ptr<Source> make_file_source(Loop& loop, BufferPool& buffers, std::unique_ptr<Reader> reader) {
  return std::make_unique<FileSource>(loop, buffers, std::move(reader));
}

}  // namespace piiscrub::io
