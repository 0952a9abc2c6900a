#include "io/datagrams_out.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace piiscrub::io {
namespace {

constexpr std::size_t kBatch = 64;

// Returns how many were sent, or -1 with errno if none was.
int send_batch(int fd, const RecordEncoder& encoder) {
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> parts{};
  const std::size_t count = std::min(encoder.records(), kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view record = encoder.record(i);
    parts[i] = {const_cast<char*>(record.data()), record.size()};  // sendmmsg does not write to it
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  return ::sendmmsg(fd, messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

Channel::Status send_datagrams(int fd, RecordEncoder& encoder, std::uint64_t& dropped) {
  bool refused = false;
  while (encoder.records() > 0) {
    const int sent = send_batch(fd, encoder);
    for (int i = 0; i < sent; ++i) encoder.advance(encoder.record(0).size());
    if (sent > 0) refused = false;
    if (sent >= 0 || errno == EINTR) continue;
    if (errno == EAGAIN) return Channel::Status::wants_write;
    if (errno == EMSGSIZE) {
      ++dropped;
      encoder.advance(encoder.record(0).size());
    } else if (errno == ECONNREFUSED && !refused) {
      // Of UDP, this tells of an earlier datagram; this one has not been sent. Of a unix socket, it comes again at
      // once.
      refused = true;
    } else {
      return Channel::Status::failed;
    }
  }
  return Channel::Status::done;
}

}  // namespace piiscrub::io
