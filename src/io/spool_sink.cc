#include "io/spool_sink.h"

#include <utility>

namespace piiscrub::io {
namespace {

// A commit waits for the disk, for some milliseconds: what comes meanwhile shares the next one.
constexpr std::uint64_t kGatherMs = 2;
constexpr std::uint64_t kRetryMs = 1'000;
// Entries that were passed on are removed together; they come again if the process is killed before.
constexpr std::uint64_t kRemoveMs = 200;
// So many entries are passed on in a turn of the loop, so that others have their turn.
constexpr int kEntriesPerTurn = 16;

}  // namespace

SpoolSink::SpoolSink(Loop& loop, std::unique_ptr<Spool> spool, std::uint64_t max_bytes, Sink& to, Observer& observer)
    : spool_(std::move(spool)),
      max_bytes_(max_bytes),
      to_(to),
      observer_(observer),
      commit_soon_(loop, [this] { commit(); }),
      pass_on_soon_(loop, [this] { pass_on(); }),
      remove_soon_(loop, [this] { remove_passed(); }) {
  pass_on_soon_.start_once(0);
}

SpoolSink::~SpoolSink() {
  if (remove_wanted_) (void)spool_->remove_through(passed_);
}

Sink::Written SpoolSink::write(std::span<const std::string_view> slices, Sink::Writer& writer) {
  std::size_t size = 0;
  for (const std::string_view slice : slices) size += slice.size();
  if (size == 0 && waiting_.empty()) return Written::now;
  if (waiting_.empty()) commit_soon_.start_once(kGatherMs);
  waiting_.push_back({slices, size, &writer});
  return Written::later;
}

std::size_t SpoolSink::queued_bytes() const {
  std::size_t sum = 0;
  for (const Waiting& waiting : waiting_) sum += waiting.size;
  return sum;
}

// Puts on the disk what there is room for; what is larger than the spool goes alone.
void SpoolSink::commit() {
  std::vector<Spool::Write> writes;
  std::uint64_t bytes = spool_->bytes();
  for (const Waiting& waiting : waiting_) {
    if (bytes > 0 && bytes + waiting.size > max_bytes_) break;
    bytes += waiting.size;
    writes.push_back(waiting.slices);
  }
  full_ = writes.size() < waiting_.size();
  if (writes.empty()) return;
  if (const std::optional<Error> error = spool_->append(writes)) {
    observer_.on_spool_failed(*error);
    return commit_soon_.start_once(kRetryMs);
  }
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(writes.size());
  const std::vector<Waiting> done(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  if (entry_.id == 0) pass_on_soon_.start_once(0);
  for (const Waiting& waiting : done) waiting.writer->on_written();
}

void SpoolSink::pass_on() {
  for (int entries = 0; entry_.id == 0 && !stopped_; ++entries) {
    if (entries == kEntriesPerTurn) return pass_on_soon_.start_once(0);
    Result<Spool::Entry> next = spool_->next(passed_);
    if (!next) {
      observer_.on_spool_failed(next.error());
      return pass_on_soon_.start_once(kRetryMs);
    }
    if (next->id == 0) return;
    entry_ = *std::move(next);
    entry_view_ = entry_.bytes;
    if (to_.write({&entry_view_, 1}, *this) == Written::later) return;
    note_passed();
  }
}

void SpoolSink::on_written() {
  note_passed();
  pass_on_soon_.start_once(0);
}

void SpoolSink::note_passed() {
  if (to_.error() != 0) return;  // it was dropped: it stays, for the next process
  passed_ = std::exchange(entry_.id, 0);
  if (!std::exchange(remove_wanted_, true)) remove_soon_.start_once(kRemoveMs);
}

void SpoolSink::remove_passed() {
  if (const std::optional<Error> error = spool_->remove_through(passed_)) {
    observer_.on_spool_failed(*error);
    return remove_soon_.start_once(kRetryMs);
  }
  remove_wanted_ = false;
  if (full_) commit();
}

}  // namespace piiscrub::io
