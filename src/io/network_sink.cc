#include <array>
#include <cerrno>
#include <optional>
#include <random>
#include <system_error>
#include <utility>

#include "io/backoff.h"
#include "io/connector.h"
#include "io/datagrams_out.h"
#include "io/listener.h"
#include "io/socket_watcher.h"
#include "io/write_queue.h"

namespace piiscrub::io {
namespace {

// How much of a peer that talks instead of listening is heard at a time.
constexpr int kReadsPerTurn = 16;

WireFraming framing_of(const Endpoint& endpoint) {
  if (socket_type(endpoint.transport) == SOCK_DGRAM) return WireFraming::datagrams;
  return endpoint.syslog ? WireFraming::counted : WireFraming::lines;
}

//   waiting ──▶ connecting ──▶ connected ──▶ lost: waiting
//      ▲            │ failed
//      └────────────┘
// Connected is who has a channel_; connecting or waiting is connector_'s or retry_'s business.
class NetworkSink final : public Sink, private Connector::Client, private SocketWatcher::Client {
 public:
  NetworkSink(Loop& loop, const Endpoint& endpoint, const NetworkSinkOptions& options,
              std::unique_ptr<const TlsContext> tls, std::int64_t own_expiry)
      : loop_(loop),
        stats_(options.stats == nullptr ? own_stats_ : *options.stats),
        queue_(framing_of(endpoint)),
        datagrams_(framing_of(endpoint) == WireFraming::datagrams),
        backoff_(options.reconnect_min_ms, options.reconnect_max_ms, std::random_device()()),
        retry_(loop, [this] { connector_.start(); }),
        connector_(loop, endpoint, options.connect_timeout_ms, std::move(tls), static_cast<Connector::Client&>(*this)) {
    stats_.expiry.own = own_expiry;
    connector_.start();
  }
  // What has not been read when a socket is closed makes the system reset the connection, and drop what is under way.
  ~NetworkSink() override {
    if (channel_ != nullptr) (void)is_alive();
    stats_.connected = false;
  }
  NetworkSink(const NetworkSink&) = delete;
  NetworkSink& operator=(const NetworkSink&) = delete;

  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    const Written written = queue_.write(slices, writer, [this] { return channel_ != nullptr && send(); });
    if (written == Written::later) watch();
    return written;
  }

  [[nodiscard]] std::size_t queued_bytes() const override { return queue_.bytes(); }
  [[nodiscard]] int error() const override { return 0; }

 private:
  // ----- connecting

  void on_connected(std::unique_ptr<Channel> channel) override {
    ++stats_.connections;
    stats_.connected = true;
    connected_ms_ = loop_.now_ms();
    stats_.expiry.peer = channel->peer_expires().value_or(0);
    channel_ = std::move(channel);
    watcher_.emplace(loop_, channel_->fd(), static_cast<SocketWatcher::Client&>(*this));
    wanted_ = SocketWatcher::kWritable;
    watch();
  }

  void on_connect_failed(std::string why) override {
    ++stats_.failed_connections;
    stats_.last_error = std::move(why);
    retry_.start_once(backoff_.next_ms());
  }

  void lose(std::string why) {
    stats_.connected = false;
    watcher_.reset();
    channel_.reset();
    queue_.encoder().rewind();
    // A peer that accepts and hangs up at once is no better than one that does not accept.
    if (loop_.now_ms() - connected_ms_ > backoff_.last_ms()) backoff_.reset();
    on_connect_failed(std::move(why));
  }

  // ----- sending

  void on_ready() override {
    if (queue_.empty()) (void)is_alive();
    queue_.send_pending([this] { return channel_ != nullptr && send(); });
    watch();
  }

  void watch() {
    if (!watcher_) return;
    // The end of a connection shows when it is read. Datagrams know no end, and have errors that only sending clears.
    unsigned events = datagrams_ ? SocketWatcher::kNothing : SocketWatcher::kReadable;
    if (!queue_.empty()) events |= wanted_;
    watcher_->watch(events);
  }

  // Sends all that the encoder has. Returns false if that must wait, or the connection is lost.
  bool send() {
    // What is written to a peer that has gone is lost: so it is looked for right before.
    if (!is_alive()) return false;
    while (queue_.encoder().refill()) {
      const Channel::Status status = datagrams_ ? send_records() : send_bytes();
      if (status == Channel::Status::done) continue;
      if (status == Channel::Status::wants_read) wanted_ = SocketWatcher::kReadable;
      if (status == Channel::Status::wants_write) wanted_ = SocketWatcher::kWritable;
      if (status == Channel::Status::closed) lose("closed by the peer");
      return false;
    }
    return true;
  }

  Channel::Status send_bytes() {
    const Channel::Progress progress = channel_->write(queue_.encoder().window());
    queue_.encoder().advance(progress.bytes);
    if (progress.status == Channel::Status::failed) lose(channel_->error());
    return progress.status;
  }

  Channel::Status send_records() {
    const std::uint64_t truncated = queue_.encoder().truncated();
    stats_.truncated += truncated - std::exchange(truncated_, truncated);
    const Channel::Status status = send_datagrams(channel_->fd(), queue_.encoder(), stats_.dropped);
    if (status == Channel::Status::failed) lose(std::generic_category().message(errno));
    return status;
  }

  // Reads what the peer has to say, which is nothing of interest, to see whether it is still there.
  bool is_alive() {
    if (datagrams_) return true;
    std::array<char, Channel::kMinReadBytes> room;
    for (int reads = 0; reads < kReadsPerTurn; ++reads) {
      const Channel::Progress progress = channel_->read(room.data(), room.size());
      if (progress.status == Channel::Status::closed) lose("closed by the peer");
      if (progress.status == Channel::Status::failed) lose(channel_->error());
      if (channel_ == nullptr) return false;
      if (progress.status != Channel::Status::done) break;
    }
    return true;
  }

  Loop& loop_;
  NetworkSinkStats own_stats_;
  NetworkSinkStats& stats_;
  WriteQueue queue_;
  std::uint64_t truncated_ = 0;
  std::uint64_t connected_ms_ = 0;
  unsigned wanted_ = SocketWatcher::kWritable;  // what sending waits for
  bool datagrams_;
  std::unique_ptr<Channel> channel_;
  std::optional<SocketWatcher> watcher_;
  Backoff backoff_;
  Timer retry_;
  Connector connector_;
};

}  // namespace

Result<std::unique_ptr<Sink>> make_network_sink(Loop& loop, const Endpoint& endpoint,
                                                const NetworkSinkOptions& options) {
  std::unique_ptr<const TlsContext> tls;
  if (endpoint.transport == Transport::tls) {
    Result<std::unique_ptr<const TlsContext>> made = TlsContext::for_client(options.tls, endpoint.host);
    if (!made) return std::move(made).error();
    tls = *std::move(made);
  }
  const std::int64_t own_expiry = tls == nullptr ? 0 : tls->expires().value_or(0);
  return std::unique_ptr<Sink>(std::make_unique<NetworkSink>(loop, endpoint, options, std::move(tls), own_expiry));
}

}  // namespace piiscrub::io
