#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/stats_report.h"

namespace piiscrub::cli {
namespace {

constexpr std::uint64_t kPeriodMs = 100;
constexpr std::size_t kCells = 24;

std::string clock_time(std::uint64_t seconds) {
  if (seconds >= 3600) return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace

std::string progress_line(std::uint64_t done, std::uint64_t total, std::uint64_t elapsed_ms, bool color) {
  done = std::min(done, total);  // the file may have grown
  const double share = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
  const double rate = static_cast<double>(done) * 1000 / static_cast<double>(std::max<std::uint64_t>(elapsed_ms, 1));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kCells));
  std::string line = styled(std::string(filled, '#'), Style::green, color) +
                     styled(std::string(kCells - filled, '.'), Style::dim, color) +
                     fmt::format(" {:3.0f} %  {} of {}  {}/s", share * 100, human_bytes(static_cast<double>(done)),
                                 human_bytes(static_cast<double>(total)), human_bytes(rate));
  if (rate > 0) {
    line += "  ETA " + clock_time(static_cast<std::uint64_t>(std::ceil(static_cast<double>(total - done) / rate)));
  }
  return line;
}

Progress::Progress(io::Loop& loop, Console& console, std::uint64_t total, std::function<std::uint64_t()> done)
    : loop_(loop),
      console_(console),
      total_(total),
      done_(std::move(done)),
      start_ms_(loop.now_ms()),
      timer_(loop, [this] { draw(); }) {
  timer_.start_every(kPeriodMs);
}

Progress::~Progress() { console_.progress(""); }

void Progress::draw() {
  console_.progress(progress_line(done_(), total_, loop_.now_ms() - start_ms_, console_.color()));
}

}  // namespace piiscrub::cli
