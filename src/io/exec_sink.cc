#include "io/exec_sink.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "io/backoff.h"
#include "io/child_process.h"
#include "io/socket_watcher.h"
#include "io/write_queue.h"

namespace piiscrub::io {
namespace {

std::string how_it_ended(int wait_status) {
  if (WIFSIGNALED(wait_status)) return "ended by signal " + std::to_string(WTERMSIG(wait_status));
  return "ended with status " + std::to_string(WEXITSTATUS(wait_status));
}

//   waiting ──▶ running ──▶ input closed ──▶ ended: waiting, or finished
//      ▲  └ failed ┘ └─────────────────────────▲
// Running is who has a child_.pid; waiting is retry_'s business. Whoever runs without input is about to end.
class RestartedProgram final : public ExecSink {
 public:
  RestartedProgram(Loop& loop, std::vector<std::string> argv, const ExecSinkOptions& options, Observer& observer)
      : loop_(loop),
        argv_(std::move(argv)),
        end_ms_(options.end_ms),
        stats_(options.stats == nullptr ? own_stats_ : *options.stats),
        observer_(observer),
        backoff_(options.restart_min_ms, options.restart_max_ms, std::random_device()()),
        retry_(loop, [this] { start(); }),
        deadline_(loop, [this] { signal_child(SIGKILL); }) {
    start();
  }
  ~RestartedProgram() override {
    signal_child(SIGTERM);
    stats_.connected = false;
  }
  RestartedProgram(const RestartedProgram&) = delete;
  RestartedProgram& operator=(const RestartedProgram&) = delete;

  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    const Written written = queue_.write(slices, writer, [this] { return takes_input() && send(); });
    if (written == Written::later) watch();
    return written;
  }

  [[nodiscard]] std::size_t queued_bytes() const override { return queue_.bytes(); }
  [[nodiscard]] int error() const override { return 0; }

  void finish() override {
    if (std::exchange(finishing_, true)) return;
    retry_.stop();
    close_input();
  }
  [[nodiscard]] bool finished() const override { return finishing_ && !runs(); }

 private:
  struct InputReady final : SocketWatcher::Client {
    explicit InputReady(RestartedProgram& of) : program(of) {}
    void on_ready() override { program.on_writable(); }
    RestartedProgram& program;
  };
  struct EndReady final : SocketWatcher::Client {
    explicit EndReady(RestartedProgram& of) : program(of) {}
    void on_ready() override { program.on_end(); }
    RestartedProgram& program;
  };

  [[nodiscard]] bool runs() const { return child_.pid > 0; }
  [[nodiscard]] bool takes_input() const { return child_.input.valid(); }

  // ----- the child

  void signal_child(int number) const {
    if (runs()) (void)::kill(-child_.pid, number);
  }

  void start() {
    child_ = start_reader(argv_);
    if (child_.error_number != 0) {
      child_.pid = -1;
      return fail("cannot start: " + std::generic_category().message(child_.error_number));
    }
    ++stats_.connections;
    stats_.connected = true;
    started_ms_ = loop_.now_ms();
    input_watcher_.emplace(loop_, child_.input.get(), input_ready_);
    end_watcher_.emplace(loop_, child_.end.get(), end_ready_);
    end_watcher_->watch(SocketWatcher::kReadable);
    watch();
  }

  void fail(std::string why) {
    ++stats_.failed_connections;
    stats_.last_error = std::move(why);
    if (!finishing_) retry_.start_once(backoff_.next_ms());
  }

  void close_input() {
    if (!takes_input()) return;
    input_watcher_.reset();
    child_.input.reset();
    queue_.encoder().rewind();
    deadline_.start_once(end_ms_);
  }

  void on_end() {
    int status = 0;
    if (::waitpid(child_.pid, &status, WNOHANG) != child_.pid) return;
    close_input();
    deadline_.stop();
    end_watcher_.reset();
    child_.end.reset();
    child_.pid = -1;
    stats_.connected = false;
    // A child that ends at once is no better than one that cannot be started.
    if (loop_.now_ms() - started_ms_ > backoff_.last_ms()) backoff_.reset();
    if (!finishing_ || status != 0) fail(how_it_ended(status));
    if (finishing_) observer_.on_child_finished();
  }

  // ----- its input

  void on_writable() {
    queue_.send_pending([this] { return takes_input() && send(); });
    watch();
  }

  void watch() {
    if (input_watcher_) input_watcher_->watch(queue_.empty() ? SocketWatcher::kNothing : SocketWatcher::kWritable);
  }

  // Writes all that the encoder has. Returns false if that must wait, or nobody reads any more.
  bool send() {
    while (queue_.encoder().refill()) {
      const std::string_view bytes = queue_.encoder().window();
      const ssize_t written = ::write(child_.input.get(), bytes.data(), bytes.size());
      if (written >= 0) {
        queue_.encoder().advance(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN) {
        return false;
      } else if (errno != EINTR) {
        close_input();
        return false;
      }
    }
    return true;
  }

  Loop& loop_;
  std::vector<std::string> argv_;
  std::uint64_t end_ms_;
  NetworkSinkStats own_stats_;
  NetworkSinkStats& stats_;
  Observer& observer_;
  WriteQueue queue_{WireFraming::lines};
  ChildReader child_;
  std::uint64_t started_ms_ = 0;
  bool finishing_ = false;
  InputReady input_ready_{*this};
  EndReady end_ready_{*this};
  std::optional<SocketWatcher> input_watcher_;
  std::optional<SocketWatcher> end_watcher_;
  Backoff backoff_;
  Timer retry_;
  Timer deadline_;  // of a child that has no input any more
};

}  // namespace

std::unique_ptr<ExecSink> make_exec_sink(Loop& loop, std::vector<std::string> argv, const ExecSinkOptions& options,
                                         ExecSink::Observer& observer) {
  return std::make_unique<RestartedProgram>(loop, std::move(argv), options, observer);
}

}  // namespace piiscrub::io
