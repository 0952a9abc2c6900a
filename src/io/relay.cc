#include "io/relay.h"

#include <algorithm>
#include <span>
#include <utility>

namespace piiscrub::io {
namespace {

// A statement, or a value, is remembered for no more than this much of what follows it (pipeline/entry_values.h), so
// that a replay which begins further back ends in the same state.
constexpr std::uint64_t kReplayBytes = std::uint64_t{256} * 1024;

// For so long the parts of a line wait for the last one (Pipeline::flush()).
constexpr std::uint64_t kSilenceMs = 1000;

// The rule of the same name under other rules, if there is one.
std::optional<std::uint16_t> same_rule(std::span<const Rule> before, std::size_t rule, std::span<const Rule> after) {
  const auto same = [&](const Rule& other) { return other.id == before[rule].id; };
  const auto found = std::find_if(after.begin(), after.end(), same);
  if (found == after.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - after.begin());
}

// Any that opens key blocks: it hides the body of one just as well. The built-in rules have one.
std::uint16_t rule_of_blocks(std::span<const Rule> rules) {
  const auto found = std::find_if(rules.begin(), rules.end(), [](const Rule& rule) { return !rule.block.empty(); });
  return found == rules.end() ? std::uint16_t{0} : static_cast<std::uint16_t>(found - rules.begin());
}

// What `state` says by rules and policies, said by others.
void change_rules(EntryState& state, const PipelineOptions& options, std::span<const Rule> before,
                  std::span<const Rule> after) {
  if (state.block_records_left > 0) {
    state.block_rule = same_rule(before, state.block_rule, after).value_or(rule_of_blocks(after));
  }
  if (state.open_key > 0) {
    const std::optional<std::uint16_t> rule = same_rule(before, state.open_key - std::size_t{1}, after);
    state.open_key = rule ? static_cast<std::uint16_t>(*rule + 1) : std::uint16_t{0};
  }
  if (state.remembered != nullptr) {
    auto values = std::make_shared<std::vector<RememberedValue>>();
    for (const RememberedValue& value : *state.remembered) {
      if (const auto rule = same_rule(before, value.rule, after)) values->push_back({value.text, *rule});
    }
    state.remembered = std::move(values);
  }
  // Which of them hold for a record that came before, nobody knows any more: all of them hide what any does.
  const std::size_t policies = std::min(options.tighter.size(), kMaxFieldPolicies);
  if (state.tightened != 0) state.tightened = (std::uint32_t{1} << policies) - 1;
}

}  // namespace

Relay::Relay(Source& source, Sink& sink, WorkerPool& workers, Observer& observer)
    : source_(source),
      sink_(sink),
      workers_(&workers),
      observer_(observer),
      framer_(workers.options().pipeline.max_record_bytes) {}

Relay::~Relay() {
  if (!in_flight_.empty()) workers_->stop();
}

void Relay::start() {
  reading_ = true;
  source_.start(*this);
}

void Relay::pause() {
  reading_ = false;
  source_.pause();
}

void Relay::end_input() {
  if (input_ended_) return;
  pause();
  on_end("");
}

void Relay::hold() {
  held_ = true;
  pause();
}

void Relay::on_bytes(Buffer bytes) {
  const std::size_t size = bytes.size();
  input_bytes_ += size;
  if (input_bytes_ > replay_bytes_) stats_.bytes_in += size;
  Batch& batch = take_batch();
  // What the run before this one has written, it has written whole: of what waits it did not know more.
  if (input_bytes_ == replay_bytes_) framer_.flush();
  batch.fill(framer_, std::move(bytes));
  batch.set_end({input_bytes_ - framer_.pending(), framer_.inside_overlong()});
  dispatch(batch, workers_->worth_sharing(size));
  await_parts();
}

void Relay::await_parts() {
  if (silence_) silence_->stop();
  if (!framer_.holds_parts()) return;
  if (!silence_) silence_.emplace(workers_->loop(), [this] { on_silence(); });
  asked_again_ = false;
  silence_->start_once(kSilenceMs);
}

// What waits unread breaks a silence: the output must not depend on how long the sink or this thread took.
void Relay::on_silence() {
  if (!reading_) return await_parts();
  if (std::exchange(asked_again_, true)) return flush();
  silence_->start_once(1);  // the source has its turn before
}

// Lets parts of a line go whose last one has not come for a while.
void Relay::flush() {
  if (input_ended_) return;
  framer_.flush();
  Batch& batch = take_batch();
  batch.fill_rest(framer_);
  batch.set_end({input_bytes_ - framer_.pending(), framer_.inside_overlong()});
  dispatch(batch, false);
}

void Relay::on_end(std::string error) {
  input_ended_ = true;
  silence_.reset();
  read_error_ = std::move(error);
  framer_.finish();
  Batch& batch = take_batch();
  batch.fill_rest(framer_);
  batch.set_end({input_bytes_, false});
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
    workers_->submit(batch, *this);
  } else {
    // The state in front of the batch is known only if no other one is under way.
    batch.process(workers_->engine(), first ? state_ : EntryState::assumed());
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
  if (next_workers_ != nullptr && in_flight_.empty()) change_workers();
  hold_back_or_resume();
  if (!input_ended_ || !in_flight_.empty() || finished_) return;
  finished_ = true;
  observer_.on_finished(*this);
}

void Relay::write_first() {
  Batch& batch = *in_flight_.front();
  if (batch.before().statement_unknown) {
    std::optional<EntryState> after = batch.after().behind(state_);
    if (!after) {
      batch.edit_again(workers_->engine().editor, state_);
      after = batch.after();
    }
    state_ = *std::move(after);
  } else {
    state_ = batch.after();
  }
  const bool replayed = batch.end().input_bytes <= replay_bytes_;
  if (const unsigned failed = batch.failed_scans(); failed > 0) observer_.on_failed_scans(failed);
  if (replayed) return retire_first();
  if (!batch.receipts().empty()) observer_.on_receipts(*this, batch.receipts());
  if (batch.end().inside_record) {
    batch.output().copy_to(held_output_);
    return retire_first();
  }
  std::span<const std::string_view> slices = batch.output().slices();
  if (!held_output_.empty()) {
    joined_.assign(1, held_output_);
    joined_.insert(joined_.end(), slices.begin(), slices.end());
    slices = joined_;
  }
  writing_ = sink_.write(slices, *this) == Sink::Written::later;
  if (!writing_) retire_first();
}

void Relay::retire_first() {
  Batch* const batch = in_flight_.front();
  in_flight_.erase(in_flight_.begin());
  // Counted when it has left, so that bytes in are bytes checked, discarded and pending at any time.
  if (batch->end().input_bytes > replay_bytes_) stats_.add(batch->stats());
  if (!batch->end().inside_record) held_output_.clear();
  note_progress(*batch);
  batch->recycle();
  free_.push_back(batch);
  observer_.on_progress(*this);
}

void Relay::note_progress(const Batch& batch) {
  if (batch.end().inside_record) return;
  progress_.done = batch.end().input_bytes;
  if (state_ == EntryState{}) {
    progress_.replay = next_replay_ = progress_.done;
  } else if (!state_.open() && progress_.done - next_replay_ >= kReplayBytes) {
    progress_.replay = std::exchange(next_replay_, progress_.done);
  }
}

std::uint64_t Relay::pending() const {
  return input_bytes_ - std::max(progress_.done, std::min(replay_bytes_, input_bytes_));
}

void Relay::use_workers(WorkerPool& workers) {
  next_workers_ = &workers;
  if (in_flight_.empty()) {
    change_workers();
  } else {
    pause();
  }
}

void Relay::change_workers() {
  const std::shared_ptr<const RuleDatabase> before = workers_->options().rules;
  workers_ = std::exchange(next_workers_, nullptr);
  const EngineOptions& after = workers_->options();
  change_rules(state_, after.pipeline, before->rules(), after.rules->rules());
  const Stats counted = std::exchange(stats_, Stats{});
  observer_.on_workers_changed(*this, counted);
}

void Relay::hold_back_or_resume() {
  if (input_ended_ || held_) return;
  if (sink_.error() != 0) {
    // Nobody will read what follows.
    end_input();
  } else if (next_workers_ != nullptr || in_flight_.size() >= workers_->batches_in_flight()) {
    pause();
  } else {
    reading_ = true;
    source_.resume();
  }
}

}  // namespace piiscrub::io
