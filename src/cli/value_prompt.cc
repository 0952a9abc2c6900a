#include "cli/value_prompt.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "redact/crypto.h"

namespace piiscrub::cli {
namespace {

constexpr auto kSignals = std::to_array<int>({SIGHUP, SIGINT, SIGQUIT, SIGTERM});

volatile std::sig_atomic_t g_signal = 0;

// While one lives, the terminal on standard input shows nothing of what is typed, and signals come in wait() only.
class HiddenInput {
 public:
  HiddenInput() {
    g_signal = 0;
    struct sigaction note {};
    note.sa_handler = [](int number) { g_signal = number; };
    sigset_t held;
    (void)::sigemptyset(&held);
    for (const int number : kSignals) (void)::sigaddset(&held, number);
    (void)::sigprocmask(SIG_BLOCK, &held, &mask_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) (void)::sigaction(kSignals[i], &note, &actions_[i]);
    hidden_ = ::tcgetattr(STDIN_FILENO, &shown_) == 0;
    termios quiet = shown_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE;  // the shell would be left with a terminal that shows nothing
    hidden_ = hidden_ && ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~HiddenInput() {
    if (hidden_) (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown_);
    for (std::size_t i = 0; i < kSignals.size(); ++i) (void)::sigaction(kSignals[i], &actions_[i], nullptr);
    (void)::sigprocmask(SIG_SETMASK, &mask_, nullptr);
    if (hidden_) say("\n");
    if (g_signal != 0) (void)std::raise(g_signal);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

  [[nodiscard]] bool hidden() const { return hidden_; }

  /// Until there is something to read or a signal has come.
  void wait() const {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    (void)::ppoll(&input, 1, nullptr, &mask_);
  }

  static void say(std::string_view text) { [[maybe_unused]] const ssize_t n = ::write(2, text.data(), text.size()); }

 private:
  termios shown_{};
  sigset_t mask_{};
  std::array<struct sigaction, kSignals.size()> actions_{};
  bool hidden_ = false;
};

Error failed(std::string message) { return {.file = "standard input", .message = std::move(message), .advice = {}}; }

// Up to the end of input, or with `terminal` of the line.
Result<std::string> read_all(const HiddenInput* terminal) {
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    if (terminal != nullptr) terminal->wait();
    if (g_signal != 0) return failed("interrupted");
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read: " + std::generic_category().message(errno));
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0 || (terminal != nullptr && text.ends_with('\n'))) break;
    if (text.size() > kMaxPromptedBytes) break;
  }
  cleanse(buffer);
  if (text.size() <= kMaxPromptedBytes) return text;
  cleanse(text);
  return failed("more than 16 MiB");
}

}  // namespace

Result<std::string> read_value(std::string_view prompt) {
  if (::isatty(STDIN_FILENO) == 0) return read_all(nullptr);
  const HiddenInput hidden;
  if (!hidden.hidden()) return failed("the terminal cannot be kept from showing what is typed");
  HiddenInput::say(prompt);
  return read_all(&hidden);
}

}  // namespace piiscrub::cli
