#include "cli/scrub_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/database.h"
#include "cli/destination.h"
#include "cli/exit_codes.h"
#include "cli/interruption.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "io/input.h"
#include "io/signals.h"
#include "io/stream_fd.h"

namespace piiscrub::cli {
namespace {

class ScrubCommand {
 public:
  ScrubCommand(const Options& options, Console& console, Setup setup);

  int run();
  /// The signal to die of after run(); 0: none.
  [[nodiscard]] int ended_by() const { return interruption_.ended_by(); }

 private:
  bool must_stop() const { return stop_ || interruption_.ended_by() != 0 || session_.broken(); }
  void start_progress();
  void scrub(const std::string& name);
  void relay(const io::Input& input, const std::string& name);
  void check_sink();
  void fail(const Error& error, int exit_code);
  int finish();

  const Options& options_;
  Console& console_;
  Session session_;
  std::vector<std::string> names_;
  std::unique_ptr<Destination> destination_;
  Interruption interruption_;
  io::Signals signals_;
  std::optional<Progress> progress_;
  const io::Input* input_ = nullptr;  // being read
  io::Relay* relay_ = nullptr;        // reading it
  std::uint64_t bytes_done_ = 0;      // of the inputs before
  bool stop_ = false;                 // nobody wants the rest
  bool broken_off_ = false;           // an input ended early
  int exit_code_ = kDone;
};

ScrubCommand::ScrubCommand(const Options& options, Console& console, Setup setup)
    : options_(options),
      console_(console),
      session_(options, console, std::move(setup)),
      names_(options.operands.empty() ? std::vector<std::string>{"-"} : options.operands),
      interruption_(session_.loop(),
                    {.may_drain = [this] { return input_ != nullptr && input_->kind == io::Input::Kind::stream; },
                     .end_input = [this] { relay_->end_input(); },
                     .end_at_once = [this] { session_.loop().stop(); }}),
      signals_(session_.loop(), {SIGINT, SIGTERM},
               [this](io::Signal signal) { interruption_.on_signal(signal.number); }) {
  session_.on_relay_finished([this] { session_.loop().stop(); });
}

int ScrubCommand::run() {
  if (!session_.ready()) return kFileFailed;
  Result<std::unique_ptr<Destination>> destination = Destination::make(session_.loop(), options_);
  if (!destination) {
    fail(destination.error(), kFileFailed);
    return exit_code_;
  }
  destination_ = *std::move(destination);
  start_progress();
  for (const std::string& name : names_) {
    if (!must_stop()) scrub(name);
  }
  progress_.reset();
  return finish();
}

void ScrubCommand::start_progress() {
  if (options_.progress == When::never || options_.operands.empty() || options_.verbosity < 0) return;
  const bool in_the_way = destination_->kind() == Destination::Kind::standard_output && ::isatty(STDOUT_FILENO) != 0;
  if (options_.progress == When::automatic && (in_the_way || ::isatty(STDERR_FILENO) == 0)) return;
  std::uint64_t total = 0;
  for (const std::string& name : names_) {
    struct stat status {};
    if (::stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      total += static_cast<std::uint64_t>(status.st_size);
  }
  if (total == 0) return;
  progress_.emplace(session_.loop(), console_, total,
                    [this] { return bytes_done_ + (input_ == nullptr ? 0 : input_->source->position()); });
}

void ScrubCommand::scrub(const std::string& name) {
  Result<io::Input> input = io::open_input(session_.loop(), session_.buffers(), name);
  if (!input) return fail(input.error(), kFileFailed);
  if (const std::optional<Error> error = destination_->open(*input, name)) return fail(*error, kFileFailed);
  input_ = &*input;
  relay(*input, name);
  input_ = nullptr;
  bytes_done_ += input->bytes;
}

void ScrubCommand::relay(const io::Input& input, const std::string& name) {
  const std::unique_ptr<io::Relay> relay =
      session_.make_relay(*input.source, destination_->sink(), name == "-" ? "stdin:" : name);
  relay_ = relay.get();
  relay->start();
  session_.loop().run();
  relay_ = nullptr;
  session_.retire(*relay);
  const std::string shown_name = name == "-" ? "standard input" : name;
  const std::string& read_error = relay->read_error();
  if (!read_error.empty()) {
    fail({.file = shown_name, .message = "cannot read: " + read_error, .advice = {}}, kFileFailed);
  }
  check_sink();
  const bool complete = relay->finished() && read_error.empty() && destination_->sink().error() == 0;
  broken_off_ = broken_off_ || !complete;
  const auto outcome = complete ? Destination::Outcome::complete : Destination::Outcome::broken_off;
  if (const std::optional<Error> error = destination_->close(outcome)) fail(*error, kFileFailed);
  console_.note(shown_name + ": " + std::to_string(relay->stats().records) + " records, " +
                std::to_string(relay->stats().records_edited) + " changed");
}

// A reader that has seen enough is no error.
void ScrubCommand::check_sink() {
  const int error = destination_->sink().error();
  if (error == 0) return;
  stop_ = destination_->kind() != Destination::Kind::directory;
  if (error == EPIPE) return;
  const bool standard_output = destination_->kind() == Destination::Kind::standard_output;
  fail(destination_->write_error(), standard_output ? kWriteFailed : kFileFailed);
}

void ScrubCommand::fail(const Error& error, int exit_code) {
  console_.error(error);
  exit_code_ = std::max(exit_code_, exit_code);
}

int ScrubCommand::finish() {
  const bool complete = !broken_off_ && interruption_.ended_by() == 0 && !session_.broken();
  const auto outcome = complete ? Destination::Outcome::complete : Destination::Outcome::broken_off;
  const bool standard_output = destination_->kind() == Destination::Kind::standard_output;
  if (const std::optional<Error> error = destination_->finish(outcome)) {
    if (!stop_) fail(*error, standard_output ? kWriteFailed : kFileFailed);
  }
  if (!session_.report()) exit_code_ = std::max(exit_code_, kFileFailed);
  return session_.broken() ? kScanErrors : exit_code_;
}

}  // namespace

int run_scrub_command(const Options& options, Console& console) {
  Setup setup = load_setup(options, console);
  if (setup.rules == nullptr) return setup.exit_code;
  int ended_by = 0;
  int exit_code = kDone;
  {
    ScrubCommand command(options, console, std::move(setup));
    exit_code = command.run();
    ended_by = command.ended_by();
  }
  if (ended_by != 0) io::die_by_signal(ended_by);
  return exit_code;
}

}  // namespace piiscrub::cli
