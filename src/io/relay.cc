#include "io/relay.h"

#include <utility>

namespace piiscrub::io {

Relay::Relay(Source& source, Sink& sink, WorkerPool& workers, Observer& observer)
    : source_(source),
      sink_(sink),
      workers_(workers),
      observer_(observer),
      framer_(workers.options().pipeline.max_record_bytes) {}

Relay::~Relay() {
  if (!in_flight_.empty()) workers_.stop();
}

void Relay::start() { source_.start(*this); }

void Relay::end_input() {
  if (input_ended_) return;
  source_.pause();
  on_end("");
}

void Relay::on_bytes(Buffer bytes) {
  const std::size_t size = bytes.size();
  stats_.bytes_in += size;
  Batch& batch = take_batch();
  batch.fill(framer_, std::move(bytes));
  dispatch(batch, workers_.worth_sharing(size));
}

void Relay::on_end(std::string error) {
  input_ended_ = true;
  read_error_ = std::move(error);
  framer_.finish();
  Batch& batch = take_batch();
  batch.fill_rest(framer_);
  dispatch(batch, false);
}

Batch& Relay::take_batch() {
  if (free_.empty()) {
    batches_.push_back(std::make_unique<Batch>());
    free_.push_back(batches_.back().get());
  }
  Batch& batch = *free_.back();
  free_.pop_back();
  return batch;
}

void Relay::dispatch(Batch& batch, bool share) {
  const bool first = in_flight_.empty();
  in_flight_.push_back(&batch);
  if (share) {
    workers_.submit(batch, *this);
  } else {
    // The state in front of the batch is known only if no other one is under way.
    batch.process(workers_.engine(), first ? state_ : EntryState{});
    batch.set_processed();
  }
  advance();
}

void Relay::on_processed() { advance(); }

void Relay::on_written() {
  writing_ = false;
  retire_first();
  advance();
}

void Relay::advance() {
  while (!writing_ && !in_flight_.empty() && in_flight_.front()->processed()) write_first();
  hold_back_or_resume();
  if (!input_ended_ || !in_flight_.empty() || finished_) return;
  finished_ = true;
  observer_.on_finished(*this);
}

void Relay::write_first() {
  Batch& batch = *in_flight_.front();
  if (batch.before() != state_) batch.edit_again(workers_.engine().editor, state_);
  state_ = batch.after();
  stats_.add(batch.stats());
  if (const unsigned failed = batch.failed_scans(); failed > 0) observer_.on_failed_scans(failed);
  writing_ = sink_.write(batch.output().slices(), *this) == Sink::Written::later;
  if (!writing_) retire_first();
}

void Relay::retire_first() {
  Batch* const batch = in_flight_.front();
  in_flight_.erase(in_flight_.begin());
  batch->recycle();
  free_.push_back(batch);
}

void Relay::hold_back_or_resume() {
  if (input_ended_) return;
  if (sink_.error() != 0) {
    // Nobody will read what follows.
    end_input();
  } else if (in_flight_.size() >= workers_.batches_in_flight()) {
    source_.pause();
  } else {
    source_.resume();
  }
}

}  // namespace piiscrub::io
