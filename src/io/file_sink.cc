#include <cerrno>

#include "io/gather.h"
#include "io/sink.h"

namespace piiscrub::io {
namespace {

class FileSink final : public Sink {
 public:
  explicit FileSink(int fd) : fd_(fd) {}

  Written write(std::span<const std::string_view> slices, Writer& /*writer*/) override {
    Gather bytes(slices);
    Gather::Room room;
    while (!bytes.done() && error_ == 0) {
      const std::span<const iovec> parts = bytes.parts(room);
      const ssize_t written = ::writev(fd_, parts.data(), static_cast<int>(parts.size()));
      if (written >= 0) {
        bytes.advance(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
    return Written::now;
  }

  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  [[nodiscard]] int error() const override { return error_; }

 private:
  int fd_;
  int error_ = 0;
};

class DiscardSink final : public Sink {
 public:
  Written write(std::span<const std::string_view> /*slices*/, Writer& /*writer*/) override { return Written::now; }
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  [[nodiscard]] int error() const override { return 0; }
};

}  // namespace

std::unique_ptr<Sink> make_file_sink(int fd) { return std::make_unique<FileSink>(fd); }

std::unique_ptr<Sink> make_discard_sink() { return std::make_unique<DiscardSink>(); }

}  // namespace piiscrub::io
