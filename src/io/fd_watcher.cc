#include "io/fd_watcher.h"

#include <sys/epoll.h>

namespace piiscrub::io {

FdWatcher::FdWatcher(Loop& loop, const StreamFd& fd, Access access, std::function<void()> on_ready)
    : on_ready_(std::move(on_ready)), events_(access == Access::read ? UV_READABLE : UV_WRITABLE) {
  int watched = fd.fd();
  if (fd.mode() != StreamFd::Mode::private_description) {
    watch_shared(fd);
    watched = epoll_.get();
  }
  poll_.open(this, [&](uv_poll_t* poll) { return uv_poll_init(loop.uv(), poll, watched); });
}

// uv_poll_init sets O_NONBLOCK on what it is given. An epoll descriptor that holds the shared one is ready when that
// is, and takes the flag instead.
void FdWatcher::watch_shared(const StreamFd& fd) {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = events_ == UV_READABLE ? EPOLLIN : EPOLLOUT;
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.fd(), &event);
  events_ = UV_READABLE;
}

void FdWatcher::start() {
  if (!poll_.valid()) return;
  uv_poll_start(poll_.get(), events_, [](uv_poll_t* poll, int status, int /*events*/) {
    auto* const watcher = static_cast<FdWatcher*>(poll->data);
    // libuv stops polling at POLLERR, such as a pipe without reader. The caller's next call will show what is wrong.
    if (status < 0) watcher->start();
    watcher->on_ready_();
  });
}

void FdWatcher::stop() {
  if (poll_.valid()) uv_poll_stop(poll_.get());
}

}  // namespace piiscrub::io
