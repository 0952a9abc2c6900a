#include "io/connection_source.h"

#include <optional>
#include <utility>

#include "io/octet_counting.h"
#include "io/socket_watcher.h"

namespace piiscrub::io {
namespace {

// Reads per turn of the loop, so that one busy connection does not starve the others.
constexpr int kReadsPerTurn = 8;
// What is decoded in place is read into the end of its buffer, so that it can grow.
constexpr std::size_t kEncodedBytes = kBufferBytes / kEscapeGrowth;
static_assert(kEncodedBytes >= Channel::kMinReadBytes);

class ConnectionSource final : public Source, private SocketWatcher::Client {
 public:
  ConnectionSource(Loop& loop, BufferPool& buffers, std::unique_ptr<Channel> channel, Ticket ticket, bool syslog)
      : loop_(loop), buffers_(buffers), ticket_(std::move(ticket)), channel_(std::move(channel)) {
    if (syslog) decoder_.emplace(options().max_record_bytes);
    watcher_.emplace(loop, channel_->fd(), static_cast<SocketWatcher::Client&>(*this));
    if (options().idle_timeout_ms > 0) idle_timer_ = std::make_unique<Timer>(loop, [this] { check_idle(); });
  }

  void start(Listener& listener) override {
    listener_ = &listener;
    resume();
  }

  void pause() override {
    if (!running_) return;
    running_ = false;
    watcher_->watch(SocketWatcher::kNothing);
    if (idle_timer_ != nullptr) idle_timer_->stop();
  }

  void resume() override {
    if (running_ || ended_) return;
    running_ = true;
    watch();
    last_read_ms_ = loop_.now_ms();
    if (idle_timer_ != nullptr) idle_timer_->start_once(options().idle_timeout_ms);
  }

  [[nodiscard]] std::uint64_t position() const override { return position_; }

 private:
  [[nodiscard]] const ListenerOptions& options() const { return ticket_.admission().options; }

  void watch() {
    unsigned events = wants_write_ ? SocketWatcher::kWritable : SocketWatcher::kReadable;
    // An end that could not be told because of pause() needs a turn of its own, which a writable socket gives.
    if (last_words_) events = SocketWatcher::kReadable | SocketWatcher::kWritable;
    watcher_->watch(events);
  }

  void on_ready() override {
    for (int reads = 0; reads < kReadsPerTurn && running_ && !last_words_; ++reads) {
      if (!read_once()) break;
    }
    if (running_ && last_words_) return end();
    if (running_) watch();
  }

  // Returns whether there may be more at once.
  bool read_once() {
    Buffer buffer = buffers_.take();
    char* const to = buffer.data() + (decoder_ ? kBufferBytes - kEncodedBytes : 0);
    const Channel::Progress progress = channel_->read(to, decoder_ ? kEncodedBytes : kBufferBytes);
    wants_write_ = progress.status == Channel::Status::wants_write;
    if (progress.status == Channel::Status::closed) last_words_ = "";
    if (progress.status == Channel::Status::failed) last_words_ = channel_->error();
    if (progress.bytes == 0) return false;
    position_ += progress.bytes;
    last_read_ms_ = loop_.now_ms();
    deliver(std::move(buffer), {to, progress.bytes});
    return progress.more;
  }

  void deliver(Buffer buffer, std::string_view read) {
    buffer.set_size(decoder_ ? decoder_->decode(read, buffer.data()) : read.size());
    if (decoder_ && decoder_->malformed()) {
      ++ticket_.admission().stats.malformed_frames;
      last_words_ = "malformed octet count";
    }
    if (buffer.size() == 0) return;
    in_record_ = !buffer.bytes().ends_with('\n');
    listener_->on_bytes(std::move(buffer));
  }

  void end() {
    if (std::exchange(in_record_, false)) end_record();
    if (!running_) return;
    pause();
    ended_ = true;
    watcher_.reset();
    channel_.reset();
    ticket_.release();
    listener_->on_end(*std::move(last_words_));
  }

  void end_record() {
    Buffer buffer = buffers_.take();
    buffer.data()[0] = '\n';
    buffer.set_size(1);
    listener_->on_bytes(std::move(buffer));
  }

  void check_idle() {
    // What has arrived while the loop was busy elsewhere counts.
    (void)read_once();
    if (!running_) return;
    if (last_words_) return end();
    const std::uint64_t idle_ms = loop_.now_ms() - last_read_ms_;
    if (idle_ms < options().idle_timeout_ms) return idle_timer_->start_once(options().idle_timeout_ms - idle_ms);
    ++ticket_.admission().stats.timed_out;
    last_words_ = "";
    end();
  }

  Loop& loop_;
  BufferPool& buffers_;
  Ticket ticket_;
  std::unique_ptr<Channel> channel_;
  std::optional<SyslogDecoder> decoder_;
  std::optional<SocketWatcher> watcher_;
  std::unique_ptr<Timer> idle_timer_;  // null: no limit
  Listener* listener_ = nullptr;
  std::uint64_t position_ = 0;
  std::uint64_t last_read_ms_ = 0;
  std::optional<std::string> last_words_;  // the connection has ended, the listener does not know yet
  bool in_record_ = false;                 // the last byte was no LF
  bool wants_write_ = false;
  bool running_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Source> make_connection_source(Loop& loop, BufferPool& buffers, std::unique_ptr<Channel> channel,
                                               Ticket ticket, bool syslog) {
  return std::make_unique<ConnectionSource>(loop, buffers, std::move(channel), std::move(ticket), syslog);
}

}  // namespace piiscrub::io
