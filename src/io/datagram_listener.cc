#include "io/datagram_listener.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "io/octet_counting.h"
#include "io/socket_watcher.h"

namespace piiscrub::io {
namespace {

// A burst is lost if it does not fit here while the loop is busy. The system may grant less.
constexpr int kReceiveBytes = 8 << 20;
// Datagrams per system call, and calls per turn of the loop.
constexpr std::size_t kBatch = 32;
constexpr int kBatchesPerTurn = 8;
// The largest that UDP can bring, IPv6 without jumbograms; longer ones of unix sockets are cut.
constexpr std::size_t kDatagramBytes = 65'535;
static_assert(kEscapeGrowth * kDatagramBytes + 1 <= kBufferBytes, "each record fits into a buffer");

// Room for a batch, of which pages that no datagram has reached take no memory.
class DatagramBatch {
 public:
  DatagramBatch() : memory_(std::make_unique_for_overwrite<char[]>(kBatch * kDatagramBytes)) {}

  // Receives what there is, as long as all that was received before is taken.
  void receive(int fd) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts_[i] = {&memory_[i * kDatagramBytes], kDatagramBytes};
      msghdr& header = messages_[i].msg_hdr;
      header = {};
      header.msg_iov = &parts_[i];
      header.msg_iovlen = 1;
      header.msg_control = controls_[i].bytes.data();
      header.msg_controllen = controls_[i].bytes.size();
    }
    const int got = ::recvmmsg(fd, messages_.data(), kBatch, MSG_DONTWAIT, nullptr);
    count_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    next_ = 0;
  }

  [[nodiscard]] bool empty() const { return next_ == count_; }
  [[nodiscard]] bool was_full() const { return count_ == kBatch; }
  [[nodiscard]] std::string_view front() const { return {&memory_[next_ * kDatagramBytes], messages_[next_].msg_len}; }
  [[nodiscard]] bool front_is_truncated() const { return (messages_[next_].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
  /// How many datagrams the socket had lost when the first one came, modulo 2^32 (SO_RXQ_OVFL).
  [[nodiscard]] std::optional<std::uint32_t> front_lost() {
    msghdr& header = messages_[next_].msg_hdr;
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr; control = CMSG_NXTHDR(&header, control)) {
      if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t lost = 0;
      std::memcpy(&lost, CMSG_DATA(control), sizeof lost);
      return lost;
    }
    return std::nullopt;
  }
  void pop() { ++next_; }

 private:
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(std::uint32_t))> bytes;
  };

  std::unique_ptr<char[]> memory_;
  std::array<mmsghdr, kBatch> messages_{};
  std::array<iovec, kBatch> parts_{};
  std::array<Control, kBatch> controls_{};
  std::size_t count_ = 0;
  std::size_t next_ = 0;
};

// What is counted of one socket. Each datagram brings how many were lost before it came; those behind the last one, the
// socket itself tells.
struct Counts {
  ListenerStats stats;
  std::uint32_t lost = 0;

  /// `lost_until_now`, modulo 2^32: may come later than a newer one.
  void count_lost(std::uint32_t lost_until_now) {
    const std::uint32_t more = lost_until_now - lost;
    if (more > std::numeric_limits<std::uint32_t>::max() / 2) return;
    stats.datagrams_dropped += more;
    lost = lost_until_now;
  }
  void ask(int socket) {
    std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t size = sizeof values;
    if (::getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values.data(), &size) != 0) return;
    if (size > SK_MEMINFO_DROPS * sizeof(std::uint32_t)) count_lost(values[SK_MEMINFO_DROPS]);
  }
};

class DatagramSource final : public Source, private SocketWatcher::Client {
 public:
  DatagramSource(Loop& loop, BufferPool& buffers, ListenSocket socket, std::shared_ptr<Counts> counts)
      : buffers_(buffers),
        socket_(std::move(socket)),
        counts_(std::move(counts)),
        watcher_(loop, socket_.fd.get(), static_cast<SocketWatcher::Client&>(*this)) {
    const int fd = socket_.fd.get();
    const int yes = 1;
    (void)::setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
    // More than the system's limit takes CAP_NET_ADMIN.
    if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBytes, sizeof kReceiveBytes) != 0) {
      (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
    }
    counts_->stats.connections = 1;
    counts_->stats.accepted = 1;
  }
  ~DatagramSource() override { counts_->stats.connections = 0; }
  DatagramSource(const DatagramSource&) = delete;
  DatagramSource& operator=(const DatagramSource&) = delete;

  void start(Listener& listener) override {
    listener_ = &listener;
    resume();
  }
  void pause() override {
    running_ = false;
    watcher_.watch(SocketWatcher::kNothing);
  }
  void resume() override {
    running_ = true;
    watch();
  }
  [[nodiscard]] std::uint64_t position() const override { return position_; }

 private:
  // What is left of a batch needs a turn of its own, which a writable socket gives.
  void watch() {
    watcher_.watch(batch_.empty() ? SocketWatcher::kReadable : SocketWatcher::kReadable | SocketWatcher::kWritable);
  }

  void on_ready() override {
    for (int batches = 0; batches < kBatchesPerTurn && running_; ++batches) {
      if (batch_.empty()) batch_.receive(socket_.fd.get());
      if (batch_.empty()) break;
      const bool more = batch_.was_full();
      while (running_ && !batch_.empty()) deliver_buffer();
      if (!more) break;
    }
    if (running_) watch();
  }

  void deliver_buffer() {
    Buffer buffer = buffers_.take();
    char* to = buffer.data();
    const char* const end = to + Buffer::capacity();
    for (; !batch_.empty(); batch_.pop()) {
      const std::string_view datagram = batch_.front();
      if (kEscapeGrowth * datagram.size() + 1 > static_cast<std::size_t>(end - to)) break;
      count();
      if (!datagram.empty()) to = write_record(datagram, to);
    }
    buffer.set_size(static_cast<std::size_t>(to - buffer.data()));
    if (buffer.size() > 0) listener_->on_bytes(std::move(buffer));
  }

  void count() {
    position_ += batch_.front().size();
    if (batch_.front_is_truncated()) ++counts_->stats.datagrams_truncated;
    if (const std::optional<std::uint32_t> lost = batch_.front_lost()) counts_->count_lost(*lost);
  }

  BufferPool& buffers_;
  ListenSocket socket_;
  std::shared_ptr<Counts> counts_;
  DatagramBatch batch_;
  Listener* listener_ = nullptr;
  std::uint64_t position_ = 0;
  bool running_ = false;
  SocketWatcher watcher_;
};

// The socket belongs to the source: it may outlive the listener.
class DatagramListener final : public Listener {
 public:
  DatagramListener(Loop& loop, BufferPool& buffers, ListenSocket socket, Observer& observer)
      : endpoint_(socket.endpoint),
        socket_(::fcntl(socket.fd.get(), F_DUPFD_CLOEXEC, 0)),
        counts_(std::make_shared<Counts>()) {
    observer.on_source(std::make_unique<DatagramSource>(loop, buffers, std::move(socket), counts_), "");
  }

  [[nodiscard]] const Endpoint& endpoint() const override { return endpoint_; }
  void use(const ListenerOptions& /*options*/, std::unique_ptr<const TlsContext> /*tls*/) override {}
  void close() override {}
  [[nodiscard]] ListenerStats stats() const override {
    counts_->ask(socket_.get());
    return counts_->stats;
  }

 private:
  Endpoint endpoint_;
  Fd socket_;
  std::shared_ptr<Counts> counts_;
};

}  // namespace

std::unique_ptr<Listener> make_datagram_listener(Loop& loop, BufferPool& buffers, ListenSocket socket,
                                                 Listener::Observer& observer) {
  return std::make_unique<DatagramListener>(loop, buffers, std::move(socket), observer);
}

}  // namespace piiscrub::io
