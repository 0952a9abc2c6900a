#include "cli/interruption.h"

#include <utility>

namespace piiscrub::cli {
namespace {

constexpr std::uint64_t kDrainMs = 5000;
constexpr std::uint64_t kFinishMs = 1000;

}  // namespace

Interruption::Interruption(io::Loop& loop, Actions actions)
    : actions_(std::move(actions)), deadline_(loop, [this] { on_deadline(); }) {}

void Interruption::on_signal(int number) {
  if (first_ != 0 || !actions_.may_drain()) {
    ended_by_ = number;
    actions_.end_at_once();
    return;
  }
  first_ = number;
  deadline_.start_once(kDrainMs);
}

// What has been read is still written if its reader takes it.
void Interruption::on_deadline() {
  if (ended_by_ != 0) return actions_.end_at_once();
  ended_by_ = first_;
  deadline_.start_once(kFinishMs);
  actions_.end_input();
}

}  // namespace piiscrub::cli
