// StreamFd: a pipe, FIFO, terminal, socket or other descriptor that can be polled, ready for an event loop.
//
// O_NONBLOCK belongs to the open file description, which standard streams share with other processes: setting it there
// makes their reads and writes fail. So it is never set on a description that piiscrub did not open itself.
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>

#include "io/fd.h"

namespace piiscrub::io {

enum class Access : std::uint8_t { read, write };

class StreamFd {
 public:
  /// How calls are kept from blocking.
  enum class Mode : std::uint8_t {
    private_description,  ///< O_NONBLOCK is set, on a description of our own
    shared_socket,        ///< MSG_DONTWAIT with each call
    shared,               ///< calls only when poll says so, writes of at most PIPE_BUF bytes, which then do not block
  };

  /// Takes over `fd`, whose description must be our own (just opened, or our end of a new pipe), and sets O_NONBLOCK.
  static StreamFd own(Fd fd);
  /// Borrows `fd`, such as 0, 1 or 2, which must stay open. Opens it anew through /proc/self/fd where that works, which
  /// gives a description of our own.
  static StreamFd borrow(int fd, Access access);

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] Mode mode() const { return mode_; }

  /// As read(2): bytes, 0 at the end of input, or -1 with errno; EAGAIN means: poll first.
  [[nodiscard]] ssize_t read(char* to, std::size_t size) const;
  /// As writev(2), with at most `count` parts. Call it only after poll said so if mode() is `shared`.
  [[nodiscard]] ssize_t write(const iovec* parts, int count) const;

 private:
  StreamFd(Fd owned, int fd, Mode mode) : owned_(std::move(owned)), fd_(fd), mode_(mode) {}

  Fd owned_;
  int fd_;
  Mode mode_;
};

/// Whether `fd` is something to poll (true), or a regular file, block device, /dev/null and the like (false).
bool is_stream(int fd);

/// Whether both descriptors lead to the same pipe, terminal, socket or file.
bool same_file(int a, int b);

/// Makes sure that 0, 1 and 2 are open, so that no other file gets these numbers. Where one was closed, using it fails
/// with EBADF as before.
void ensure_standard_fds();

}  // namespace piiscrub::io
