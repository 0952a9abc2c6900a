#include "io/socket_watcher.h"

namespace piiscrub::io {

SocketWatcher::SocketWatcher(Loop& loop, int fd, Client& client) : client_(client) {
  poll_.open(this, [&](uv_poll_t* poll) { return uv_poll_init(loop.uv(), poll, fd); });
}

void SocketWatcher::watch(unsigned events) {
  if (events == events_) return;
  events_ = events;
  poll();
}

void SocketWatcher::poll() {
  if (!poll_.valid()) return;
  if (events_ == kNothing) {
    uv_poll_stop(poll_.get());
    return;
  }
  uv_poll_start(poll_.get(), static_cast<int>(events_), [](uv_poll_t* poll, int status, int /*events*/) {
    auto* const watcher = static_cast<SocketWatcher*>(poll->data);
    // libuv stops polling at an error of the socket. The client's next call will show what is wrong.
    if (status < 0) watcher->poll();
    watcher->client_.on_ready();
  });
}

}  // namespace piiscrub::io
