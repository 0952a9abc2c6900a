#include "io/stream_listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "io/connection_source.h"
#include "io/socket_address.h"
#include "io/socket_watcher.h"

namespace piiscrub::io {
namespace {

// Connections accepted per turn of the loop, so that those that are open have their turn.
constexpr int kAcceptsPerTurn = 64;
// How long a listener that has run out of descriptors or memory waits before it tries again.
constexpr std::uint64_t kRetryMs = 100;

// A connection in front of its TLS handshake.
class Handshake final : private SocketWatcher::Client {
 public:
  class Owner {
   public:
    /// The handshake is done or has failed. May destroy it.
    virtual void on_handshake(Handshake& handshake, bool done) = 0;

   protected:
    ~Owner() = default;
  };

  Handshake(Loop& loop, std::unique_ptr<Channel> opened, Ticket its_ticket, std::string its_peer, Owner& owner)
      : channel(std::move(opened)),
        ticket(std::move(its_ticket)),
        peer(std::move(its_peer)),
        started_ms(loop.now_ms()),
        owner_(owner) {
    watcher_.emplace(loop, channel->fd(), static_cast<SocketWatcher::Client&>(*this));
    watcher_->watch(SocketWatcher::kReadable);  // the client speaks first
  }

  std::unique_ptr<Channel> channel;
  Ticket ticket;
  std::string peer;
  std::uint64_t started_ms;

 private:
  void on_ready() override {
    switch (channel->handshake().status) {
      case Channel::Status::wants_read:
        watcher_->watch(SocketWatcher::kReadable);
        break;
      case Channel::Status::wants_write:
        watcher_->watch(SocketWatcher::kWritable);
        break;
      case Channel::Status::done:
        watcher_.reset();
        owner_.on_handshake(*this, true);
        break;
      case Channel::Status::closed:
      case Channel::Status::failed:
        owner_.on_handshake(*this, false);
        break;
    }
  }

  Owner& owner_;
  std::optional<SocketWatcher> watcher_;
};

class StreamListener final : public Listener, private SocketWatcher::Client, private Handshake::Owner {
 public:
  StreamListener(Loop& loop, BufferPool& buffers, ListenSocket socket, const ListenerOptions& options,
                 std::unique_ptr<const TlsContext> tls, Observer& observer)
      : loop_(loop),
        buffers_(buffers),
        socket_(std::move(socket)),
        tls_(std::move(tls)),
        observer_(observer),
        admission_(std::make_shared<Admission>(options)),
        retry_(loop, [this] { watch(); }),
        handshake_timer_(loop, [this] { drop_slow_handshakes(); }) {
    watcher_.emplace(loop, socket_.fd.get(), static_cast<SocketWatcher::Client&>(*this));
    watch();
  }

  [[nodiscard]] const Endpoint& endpoint() const override { return socket_.endpoint; }
  [[nodiscard]] ListenerStats stats() const override {
    ListenerStats stats = admission_->stats;
    if (tls_ != nullptr) stats.expiry.own = tls_->expires().value_or(0);
    return stats;
  }

  void use(const ListenerOptions& options, std::unique_ptr<const TlsContext> tls) override {
    admission_->options = options;
    tls_ = std::move(tls);
  }

  void close() override {
    retry_.stop();
    handshake_timer_.stop();
    handshakes_.clear();
    watcher_.reset();
    socket_.path.remove();
    socket_.fd.reset();
  }

 private:
  void watch() {
    if (watcher_) watcher_->watch(SocketWatcher::kReadable);
  }

  void on_ready() override {
    for (int accepts = 0; accepts < kAcceptsPerTurn && watcher_; ++accepts) {
      SocketAddress address;
      Fd fd(::accept4(socket_.fd.get(), address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd.valid()) {
        admit(std::move(fd), address);
      } else if (errno != EINTR && errno != ECONNABORTED) {
        if (errno != EAGAIN) wait_for_better_times();
        return;
      }
    }
  }

  // Out of descriptors or memory. The connection stays in the system's queue.
  void wait_for_better_times() {
    watcher_->watch(SocketWatcher::kNothing);
    retry_.start_once(kRetryMs);
  }

  void admit(Fd fd, const SocketAddress& address) {
    const std::string host = address.host();
    std::string peer = host;
    if (socket_.family == AF_UNIX) {
      ucred credentials{};
      socklen_t size = sizeof credentials;
      if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 || !is_allowed(credentials.uid)) {
        ++admission_->stats.refused;
        return;
      }
      peer = "uid:" + std::to_string(credentials.uid);
    } else {
      // A peer that has vanished without a word gives its place back some day.
      const int yes = 1;
      (void)::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    }
    std::optional<Ticket> ticket = Ticket::take(admission_, host);
    if (!ticket) return;
    if (tls_ == nullptr) return hand_over(make_plain_channel(std::move(fd)), *std::move(ticket), std::move(peer));
    std::unique_ptr<Channel> channel = tls_->open(std::move(fd));
    if (handshakes_.empty()) handshake_timer_.start_once(admission_->options.handshake_timeout_ms);
    handshakes_.push_back(std::make_unique<Handshake>(loop_, std::move(channel), *std::move(ticket), std::move(peer),
                                                      static_cast<Handshake::Owner&>(*this)));
  }

  [[nodiscard]] bool is_allowed(std::uint32_t user) const {
    const std::vector<std::uint32_t>& allowed = admission_->options.allowed_users;
    return allowed.empty() || std::find(allowed.begin(), allowed.end(), user) != allowed.end();
  }

  void on_handshake(Handshake& handshake, bool done) override {
    const auto entry = std::find_if(handshakes_.begin(), handshakes_.end(),
                                    [&](const auto& candidate) { return candidate.get() == &handshake; });
    const std::unique_ptr<Handshake> ended = std::move(*entry);
    handshakes_.erase(entry);
    if (!done) {
      ++admission_->stats.failed_handshakes;
      return;
    }
    admission_->stats.expiry.peer = ended->channel->peer_expires().value_or(0);
    hand_over(std::move(ended->channel), std::move(ended->ticket), std::move(ended->peer));
  }

  // They are in the order in which they began.
  void drop_slow_handshakes() {
    const std::uint64_t timeout_ms = admission_->options.handshake_timeout_ms;
    const auto is_slow = [&](const auto& handshake) { return loop_.now_ms() - handshake->started_ms >= timeout_ms; };
    const auto first = std::find_if_not(handshakes_.begin(), handshakes_.end(), is_slow);
    admission_->stats.failed_handshakes += static_cast<std::uint64_t>(first - handshakes_.begin());
    handshakes_.erase(handshakes_.begin(), first);
    if (handshakes_.empty()) return;
    handshake_timer_.start_once(handshakes_.front()->started_ms + timeout_ms - loop_.now_ms());
  }

  void hand_over(std::unique_ptr<Channel> channel, Ticket ticket, std::string peer) {
    observer_.on_source(
        make_connection_source(loop_, buffers_, std::move(channel), std::move(ticket), socket_.endpoint.syslog),
        std::move(peer));
  }

  Loop& loop_;
  BufferPool& buffers_;
  ListenSocket socket_;
  std::unique_ptr<const TlsContext> tls_;  // null: plain
  Observer& observer_;
  std::shared_ptr<Admission> admission_;
  std::vector<std::unique_ptr<Handshake>> handshakes_;
  Timer retry_;
  Timer handshake_timer_;
  std::optional<SocketWatcher> watcher_;  // empty: closed
};

}  // namespace

std::unique_ptr<Listener> make_stream_listener(Loop& loop, BufferPool& buffers, ListenSocket socket,
                                               const ListenerOptions& options, std::unique_ptr<const TlsContext> tls,
                                               Listener::Observer& observer) {
  return std::make_unique<StreamListener>(loop, buffers, std::move(socket), options, std::move(tls), observer);
}

}  // namespace piiscrub::io
