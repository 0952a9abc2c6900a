#include "cli/console.h"

#include <unistd.h>

#include <cstdlib>

namespace piiscrub::cli {
namespace {

constexpr std::string_view kClearLine = "\r\x1b[K";

std::string_view code(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[1;31m";
    case Style::yellow:
      return "\x1b[33m";
    case Style::green:
      return "\x1b[32m";
  }
  return "";
}

// One write per message, so that messages of several processes do not mix. Nothing can be done if it fails.
void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string styled(std::string_view text, Style style, bool color) {
  if (!color || style == Style::plain) return std::string(text);
  return std::string(code(style)) + std::string(text) + "\x1b[0m";
}

bool use_color(When when, int fd) {
  if (when != When::automatic) return when == When::always;
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return ::isatty(fd) != 0;
}

Console::Console(const Options& options)
    : color_(use_color(options.color, STDERR_FILENO)), verbosity_(options.verbosity) {}

void Console::error(std::string_view text) { message(text, Style::red); }

void Console::warning(std::string_view text) {
  if (verbosity_ >= 0) message(text, Style::yellow);
}

void Console::note(std::string_view text) {
  if (verbosity_ > 0) message(text, Style::plain);
}

// A file's name may hold control characters, which are no business of the terminal.
void Console::message(std::string_view text, Style style) {
  std::string line = styled("piiscrub:", style, color_) + " ";
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
  print(line + "\n");
}

void Console::print(std::string_view text) {
  progress("");
  write_all(text);
}

void Console::progress(std::string_view line) {
  if (line.empty() && !progress_shown_) return;
  progress_shown_ = !line.empty();
  write_all(std::string(kClearLine) + std::string(line));
}

}  // namespace piiscrub::cli
