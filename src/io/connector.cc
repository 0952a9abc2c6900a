#include "io/connector.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace piiscrub::io {
namespace {

// How long a server that has shaken hands is given to refuse our certificate.
constexpr std::uint64_t kRefusalMs = 1000;

std::string text_of(int error) { return std::generic_category().message(error); }

void set_options(int fd, int family) {
  if (family == AF_UNIX) return;
  const int yes = 1;
  (void)::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  // Writes are as large as they get; the last one should not wait for the receiver's acknowledgement.
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// To a local port that nobody listens on, TCP can connect the very socket that asks, if the system gave it this port.
bool is_connected_to_itself(int fd) {
  SocketAddress ours;
  SocketAddress theirs;
  return ::getsockname(fd, ours.get(), &ours.size) == 0 && ::getpeername(fd, theirs.get(), &theirs.size) == 0 &&
         ours.port() != 0 && ours.port() == theirs.port() && ours.host() == theirs.host();
}

}  // namespace

Connector::Connector(Loop& loop, Endpoint endpoint, std::uint64_t timeout_ms, std::unique_ptr<const TlsContext> tls,
                     Client& client)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      timeout_ms_(timeout_ms),
      tls_(std::move(tls)),
      client_(client),
      resolver_(loop, static_cast<Resolver::Client&>(*this)),
      timer_(loop, [this] { on_timeout(); }) {}

void Connector::start() {
  error_.clear();
  const int type = socket_type(endpoint_.transport);
  if (is_unix(endpoint_.transport)) {
    addresses_ = {unix_address(endpoint_.path)};
  } else {
    addresses_ = numeric_addresses(endpoint_.host, endpoint_.port, type);
  }
  if (!addresses_.empty()) return try_next();
  timer_.start_once(timeout_ms_);
  resolver_.start(endpoint_.host, endpoint_.port, type);
}

void Connector::on_resolved(std::vector<SocketAddress> addresses, std::string error) {
  error_ = std::move(error);
  std::reverse(addresses.begin(), addresses.end());
  addresses_ = std::move(addresses);
  try_next();
}

void Connector::try_next() {
  while (!addresses_.empty()) {
    const SocketAddress address = addresses_.back();
    addresses_.pop_back();
    if (connect_to(address)) return;
  }
  timer_.stop();
  client_.on_connect_failed(error_);
}

// Returns whether it is worth waiting for.
bool Connector::connect_to(const SocketAddress& address) {
  fd_ = open_socket(address.family(), socket_type(endpoint_.transport));
  set_options(fd_.get(), address.family());
  if (!fd_.valid() || (::connect(fd_.get(), address.get(), address.size) != 0 && errno != EINPROGRESS)) {
    error_ = text_of(errno);
    fd_.reset();
    return false;
  }
  timer_.start_once(timeout_ms_);
  watcher_.emplace(loop_, fd_.get(), static_cast<SocketWatcher::Client&>(*this));
  watcher_->watch(SocketWatcher::kWritable);
  return true;
}

void Connector::on_ready() {
  if (handshake_done_) return finish();
  if (channel_ != nullptr) return shake_hands();
  if (const int error = socket_error(fd_.get()); error != 0) return fail_address(text_of(error));
  if (is_connected_to_itself(fd_.get())) return fail_address(text_of(ECONNREFUSED));
  channel_ = tls_ == nullptr ? make_plain_channel(std::move(fd_)) : tls_->open(std::move(fd_));
  shake_hands();
}

void Connector::shake_hands() {
  switch (channel_->handshake().status) {
    case Channel::Status::wants_read:
      return watcher_->watch(SocketWatcher::kReadable);
    case Channel::Status::wants_write:
      return watcher_->watch(SocketWatcher::kWritable);
    case Channel::Status::done:
      break;
    case Channel::Status::closed:
      return fail_address("closed in the handshake");
    case Channel::Status::failed:
      return fail_address(channel_->error());
  }
  if (!channel_->may_still_be_refused()) return finish();
  // What were sent before the refusal comes would be lost.
  handshake_done_ = true;
  timer_.start_once(std::min(kRefusalMs, timeout_ms_));
  watcher_->watch(SocketWatcher::kReadable);
}

void Connector::finish() {
  handshake_done_ = false;
  timer_.stop();
  watcher_.reset();
  client_.on_connected(std::move(channel_));
}

void Connector::on_timeout() {
  if (handshake_done_) return finish();
  fail_address(text_of(ETIMEDOUT));
}

void Connector::fail_address(std::string why) {
  error_ = std::move(why);
  resolver_.cancel();
  watcher_.reset();
  channel_.reset();
  fd_.reset();
  try_next();
}

}  // namespace piiscrub::io
