#include "io/stream_fd.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

namespace piiscrub::io {
namespace {

constexpr int kPipeBytes = 1 << 20;

// A larger pipe means fewer switches between the processes at its ends. Refused beyond the user's quota: no harm.
void enlarge_pipe(int fd) { (void)::fcntl(fd, F_SETPIPE_SZ, kPipeBytes); }

Fd open_again(int fd, Access access) {
  std::array<char, 32> path{};
  (void)std::snprintf(path.data(), path.size(), "/proc/self/fd/%d", fd);
  const int flags = access == Access::read ? O_RDONLY : O_WRONLY;
  return Fd(::open(path.data(), flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

struct stat status_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) status = {};
  return status;
}

// On a FIFO that is opened anew after its last writer has gone, poll never reports the end.
bool is_named_fifo(int fd) {
  struct statfs file_system {};
  return S_ISFIFO(status_of(fd).st_mode) && ::fstatfs(fd, &file_system) == 0 && file_system.f_type != PIPEFS_MAGIC;
}

bool epoll_takes(int fd) {
  const Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  return ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

StreamFd StreamFd::own(Fd fd) {
  enlarge_pipe(fd.get());
  (void)::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  const int number = fd.get();
  return {std::move(fd), number, Mode::private_description};
}

StreamFd StreamFd::borrow(int fd, Access access) {
  if (S_ISSOCK(status_of(fd).st_mode)) return {Fd(), fd, Mode::shared_socket};
  enlarge_pipe(fd);
  if (access == Access::read && is_named_fifo(fd)) return {Fd(), fd, Mode::shared};
  Fd again = open_again(fd, access);
  if (!again.valid()) return {Fd(), fd, Mode::shared};
  const int number = again.get();
  return {std::move(again), number, Mode::private_description};
}

ssize_t StreamFd::read(char* to, std::size_t size) const {
  return mode_ == Mode::shared_socket ? ::recv(fd_, to, size, MSG_DONTWAIT) : ::read(fd_, to, size);
}

ssize_t StreamFd::write(const iovec* parts, int count) const {
  switch (mode_) {
    case Mode::private_description:
      // A typed line is one part, and write(2) is quicker than writev(2).
      return count == 1 ? ::write(fd_, parts->iov_base, parts->iov_len) : ::writev(fd_, parts, count);
    case Mode::shared_socket: {
      msghdr message{};
      message.msg_iov = const_cast<iovec*>(parts);  // sendmsg does not write to it
      message.msg_iovlen = static_cast<std::size_t>(count);
      return ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    case Mode::shared:
      break;
  }
  return ::write(fd_, parts->iov_base, std::min<std::size_t>(parts->iov_len, PIPE_BUF));
}

bool is_stream(int fd) {
  const mode_t mode = status_of(fd).st_mode;
  if (S_ISFIFO(mode) || S_ISSOCK(mode)) return true;
  return S_ISCHR(mode) && epoll_takes(fd);
}

bool same_file(int a, int b) {
  struct stat first {};
  struct stat second {};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

void ensure_standard_fds() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is `fd`. Opened the wrong way round, so that its use fails as it would have.
    (void)::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace piiscrub::io
