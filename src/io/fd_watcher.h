// FdWatcher: says when a StreamFd can be read or written. For use inside src/io only (it includes uv.h).
#pragma once

#include <functional>

#include "io/loop.h"
#include "io/stream_fd.h"
#include "io/uv_handle.h"

namespace piiscrub::io {

/// Calls back in every turn of the loop in which the descriptor is ready, or has failed: the next call on it tells.
class FdWatcher {
 public:
  /// `fd` must outlive the watcher.
  FdWatcher(Loop& loop, const StreamFd& fd, Access access, std::function<void()> on_ready);

  void start();
  void stop();

 private:
  void watch_shared(const StreamFd& fd);

  std::function<void()> on_ready_;
  int events_;
  Fd epoll_;  // holds a shared descriptor, so that libuv never sees it
  UvHandle<uv_poll_t> poll_;
};

}  // namespace piiscrub::io
