#include "io/channel.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace piiscrub::io {
namespace {

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(Fd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int fd() const override { return fd_.get(); }

  Progress handshake() override { return {}; }

  Progress read(char* to, std::size_t size) override {
    const ssize_t got = ::recv(fd_.get(), to, size, MSG_DONTWAIT);
    if (got == 0) return {Status::closed};
    Progress progress = progress_of(got, Status::wants_read);
    progress.more = progress.bytes == size;
    return progress;
  }

  Progress write(std::string_view bytes) override {
    return progress_of(::send(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL), Status::wants_write);
  }

  [[nodiscard]] std::string error() const override { return std::generic_category().message(error_); }

 private:
  Progress progress_of(ssize_t result, Status would_block) {
    if (result >= 0) return {Status::done, static_cast<std::size_t>(result)};
    // After EINTR, which a call that does not block hardly knows, the socket is as ready as before.
    if (errno == EAGAIN || errno == EINTR) return {would_block};
    error_ = errno;
    return {Status::failed};
  }

  Fd fd_;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(Fd fd) { return std::make_unique<PlainChannel>(std::move(fd)); }

}  // namespace piiscrub::io
