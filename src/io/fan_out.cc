#include "io/fan_out.h"

#include <algorithm>
#include <utility>

namespace piiscrub::io {

// A write that some sinks have not done yet.
struct FanOut::Pending {
  std::span<const std::string_view> slices;
  Writer* writer = nullptr;
  std::vector<Part*> parts;  // of those sinks
};

// What one sink has of a write.
struct FanOut::Part final : Sink::Writer {
  explicit Part(FanOut& owner) : of(owner) {}
  void on_written() override { of.on_written(*this); }

  FanOut& of;
  Pending* pending = nullptr;
  Sink* sink = nullptr;
};

FanOut::FanOut() = default;
FanOut::~FanOut() = default;

Sink::Written FanOut::write(std::span<const std::string_view> slices, Writer& writer) {
  std::unique_ptr<Pending> pending = spare_ == nullptr ? std::make_unique<Pending>() : std::move(spare_);
  pending->slices = slices;
  pending->writer = &writer;
  for (Sink* const sink : sinks_) give(*pending, *sink);
  if (pending->parts.empty()) {
    spare_ = std::move(pending);
    return Written::now;
  }
  pending_.push_back(std::move(pending));
  return Written::later;
}

void FanOut::give(Pending& pending, Sink& sink) {
  if (free_.empty()) {
    parts_.push_back(std::make_unique<Part>(*this));
    free_.push_back(parts_.back().get());
  }
  Part& part = *free_.back();
  part.pending = &pending;
  part.sink = &sink;
  if (sink.write(pending.slices, part) == Written::now) return;
  free_.pop_back();
  pending.parts.push_back(&part);
}

void FanOut::on_written(Part& part) {
  Pending& pending = *part.pending;
  std::erase(pending.parts, &part);
  free_.push_back(&part);
  if (!pending.parts.empty()) return;
  const std::unique_ptr<Pending> done = take(pending);
  done->writer->on_written();
}

std::unique_ptr<FanOut::Pending> FanOut::take(const Pending& pending) {
  const auto at = std::find_if(pending_.begin(), pending_.end(), [&](const auto& p) { return p.get() == &pending; });
  std::unique_ptr<Pending> taken = std::move(*at);
  pending_.erase(at);
  return taken;
}

void FanOut::use(std::vector<Sink*> sinks) {
  const auto before = std::exchange(sinks_, std::move(sinks));
  const auto stays = [&](Sink* sink) { return std::find(sinks_.begin(), sinks_.end(), sink) != sinks_.end(); };
  const auto is_new = [&](Sink* sink) { return std::find(before.begin(), before.end(), sink) == before.end(); };
  std::vector<Pending*> done;
  for (const std::unique_ptr<Pending>& pending : pending_) {
    const std::size_t left_out = std::erase_if(pending->parts, [&](Part* part) {
      if (stays(part->sink)) return false;
      free_.push_back(part);
      return true;
    });
    if (left_out == 0) continue;
    for (Sink* const sink : sinks_) {
      if (is_new(sink)) give(*pending, *sink);
    }
    if (pending->parts.empty()) done.push_back(pending.get());
  }
  // Writers may write again: only now, when the list does not change under us.
  for (const Pending* const pending : done) take(*pending)->writer->on_written();
}

std::size_t FanOut::queued_bytes() const {
  std::size_t sum = 0;
  for (const Sink* const sink : sinks_) sum += sink->queued_bytes();
  return sum;
}

int FanOut::error() const {
  const auto failed = std::find_if(sinks_.begin(), sinks_.end(), [](const Sink* sink) { return sink->error() != 0; });
  return failed == sinks_.end() ? 0 : (*failed)->error();
}

}  // namespace piiscrub::io
