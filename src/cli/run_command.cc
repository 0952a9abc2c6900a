#include "cli/run_command.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/database.h"
#include "cli/exit_codes.h"
#include "cli/interruption.h"
#include "cli/session.h"
#include "io/child_process.h"
#include "io/signals.h"
#include "io/sink.h"
#include "io/source.h"

namespace piiscrub::cli {
namespace {

int exit_status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? kSignalBase + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

class RunCommand {
 public:
  RunCommand(const Options& options, Console& console, Setup setup);

  int run();
  [[nodiscard]] int ended_by() const { return interruption_.ended_by(); }

 private:
  // One of the two outputs.
  struct Stream {
    int fd;
    const char* name;
    std::unique_ptr<io::Source> source = nullptr;
    io::Sink* sink = nullptr;
    std::unique_ptr<io::Relay> relay = nullptr;
  };

  void make_sinks();
  void connect(Stream& stream, io::Fd output);
  void on_signal(io::Signal signal);
  void close_finished();
  [[nodiscard]] bool all_ended() const;
  int report_start_failure(int error);
  int finish();

  const Options& options_;
  Console& console_;
  Session session_;
  Interruption interruption_;
  io::Signals signals_;
  std::unique_ptr<io::Sink> output_sink_;
  std::unique_ptr<io::Sink> error_sink_;  // null: shares output_sink_
  std::array<Stream, 2> streams_ = {{{STDOUT_FILENO, "standard output"}, {STDERR_FILENO, "standard error"}}};
  pid_t child_ = -1;
  std::optional<int> status_;  // of the child, once it has ended
  bool stop_ = false;          // a signal wants it all to end
};

RunCommand::RunCommand(const Options& options, Console& console, Setup setup)
    : options_(options),
      console_(console),
      session_(options, console, std::move(setup)),
      interruption_(session_.loop(), {.may_drain = [] { return true; },
                                      .end_input =
                                          [this] {
                                            for (const Stream& stream : streams_) stream.relay->end_input();
                                          },
                                      .end_at_once =
                                          [this] {
                                            stop_ = true;
                                            session_.loop().stop();
                                          }}),
      signals_(session_.loop(),
               {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGWINCH},
               [this](io::Signal signal) { on_signal(signal); }) {
  session_.on_relay_finished([this] { session_.loop().stop(); });
}

int RunCommand::run() {
  if (!session_.ready()) return kFileFailed;
  make_sinks();
  io::ChildProcess child = io::start_child(options_.program, signals_.original_mask());
  if (child.error_number != 0) return report_start_failure(child.error_number);
  child_ = child.pid;
  connect(streams_[0], std::move(child.output));
  connect(streams_[1], std::move(child.error));
  for (const Stream& stream : streams_) stream.relay->start();
  while (!all_ended() && !stop_ && !session_.broken()) {
    session_.loop().run();
    close_finished();
  }
  return finish();
}

// Where nobody reads the output any more, the child is told by SIGPIPE, as in a pipe.
void RunCommand::close_finished() {
  for (Stream& stream : streams_) {
    if (stream.relay->finished()) stream.source.reset();
  }
}

// If both go to the same pipe or terminal, one sink keeps the records of the two whole.
void RunCommand::make_sinks() {
  if (options_.dry_run) {
    output_sink_ = io::make_discard_sink();
  } else {
    output_sink_ = io::make_sink_for(session_.loop(), STDOUT_FILENO);
    if (!io::same_file(STDOUT_FILENO, STDERR_FILENO)) error_sink_ = io::make_sink_for(session_.loop(), STDERR_FILENO);
  }
  streams_[0].sink = output_sink_.get();
  streams_[1].sink = error_sink_ == nullptr ? output_sink_.get() : error_sink_.get();
}

void RunCommand::connect(Stream& stream, io::Fd output) {
  stream.source = io::make_stream_source(session_.loop(), session_.buffers(), io::StreamFd::own(std::move(output)));
  stream.relay = session_.make_relay(*stream.source, *stream.sink, &stream == &streams_[0] ? "stdout:" : "stderr:");
}

void RunCommand::on_signal(io::Signal signal) {
  if (signal.number == SIGCHLD) {
    if (std::optional<int> status = io::reap_children(child_)) status_ = status;
    if (all_ended()) session_.loop().stop();
  } else if (status_) {
    if (signal.number == SIGINT || signal.number == SIGTERM) interruption_.on_signal(signal.number);
  } else if (!signal.from_kernel) {
    (void)::kill(child_, signal.number);
  }
}

bool RunCommand::all_ended() const { return status_ && streams_[0].relay->finished() && streams_[1].relay->finished(); }

int RunCommand::report_start_failure(int error) {
  console_.error(options_.program[0] + ": cannot run: " + std::generic_category().message(error));
  return error == ENOENT ? kCommandNotFound : kCannotRunCommand;
}

int RunCommand::finish() {
  int exit_code = status_ ? exit_status_of(*status_) : kDone;
  for (const Stream& stream : streams_) {
    session_.retire(*stream.relay);
    const int error = stream.sink->error();
    if (error == 0 || error == EPIPE) continue;
    console_.error(std::string(stream.name) + ": cannot write: " + std::generic_category().message(error));
    if (exit_code == kDone) exit_code = kWriteFailed;
  }
  if (!session_.report() && exit_code == kDone) exit_code = kFileFailed;
  return session_.broken() ? kScanErrors : exit_code;
}

}  // namespace

int run_run_command(const Options& options, Console& console) {
  Setup setup = load_setup(options, console);
  if (setup.rules == nullptr) return setup.exit_code;
  int ended_by = 0;
  int exit_code = kDone;
  {
    RunCommand command(options, console, std::move(setup));
    exit_code = command.run();
    ended_by = command.ended_by();
  }
  if (ended_by != 0) io::die_by_signal(ended_by);
  return exit_code;
}

}  // namespace piiscrub::cli
