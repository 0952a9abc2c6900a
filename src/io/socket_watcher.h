// SocketWatcher: says when a socket of our own is ready. For use inside src/io only (it includes uv.h).
#pragma once

#include "io/loop.h"
#include "io/uv_handle.h"

namespace piiscrub::io {

/// One socket has at most one watcher (libuv's rule).
class SocketWatcher {
 public:
  class Client {
   public:
    /// The socket is ready, or has failed: the next call on it tells. May destroy the watcher.
    virtual void on_ready() = 0;

   protected:
    ~Client() = default;
  };

  enum Events : unsigned { kNothing = 0, kReadable = UV_READABLE, kWritable = UV_WRITABLE };

  /// `fd` must be open and non-blocking as long as the watcher lives, `client` must outlive it.
  SocketWatcher(Loop& loop, int fd, Client& client);

  /// Calls back in every turn of the loop in which the socket is ready for one of `events`.
  void watch(unsigned events);

 private:
  void poll();

  Client& client_;
  unsigned events_ = kNothing;
  UvHandle<uv_poll_t> poll_;
};

}  // namespace piiscrub::io
