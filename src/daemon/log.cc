#include "daemon/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "base/json_text.h"

namespace piiscrub::daemon {
namespace {

constexpr std::array<std::string_view, 3> kLevelNames = {"error", "warning", "info"};

std::string_view name(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }

// UTC as RFC 3339 has it.
std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  (void)::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// A file's name may hold anything.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
  return out;
}

}  // namespace

void Log::write(Level level, std::string_view event, std::string_view message) {
  Recent& recent = recent_[event];
  const auto now = std::chrono::steady_clock::now();
  if (recent.lines == 0 || now - recent.since >= std::chrono::minutes(1)) {
    if (recent.held_back > 0) print(level, event, fmt::format("{} more of these in between", recent.held_back));
    recent = {.since = now};
  }
  if (recent.lines >= kMostPerMinute) {
    ++recent.held_back;
    return;
  }
  ++recent.lines;
  print(level, event, message);
}

// One write per line, so that lines of several processes do not mix. Nothing can be done if it fails.
void Log::print(Level level, std::string_view event, std::string_view message) const {
  const std::string text = printable(message);
  const std::string line =
      format_ == LogFormat::json
          ? fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"event\":\"{}\",\"message\":{}}}\n", time_text(),
                        name(level), event, json_string(text))
          : fmt::format("piiscrub: {}{}\n", level == Level::info ? "" : fmt::format("{}: ", name(level)), text);
  (void)!::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace piiscrub::daemon
