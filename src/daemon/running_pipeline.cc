#include "daemon/running_pipeline.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "daemon/canary.h"
#include "daemon/endpoints.h"

namespace piiscrub::daemon {

RunningPipeline::RunningPipeline(const TailGroup::Parts& parts, ServiceConfig::Pipeline config,
                                 PipelineScrubbers scrubbers, Owner& owner)
    : parts_(parts), config_(std::move(config)), scrubbers_(std::move(scrubbers)), owner_(owner) {}

RunningPipeline::~RunningPipeline() = default;

Result<std::unique_ptr<RunningPipeline>> RunningPipeline::open(const TailGroup::Parts& parts,
                                                               ServiceConfig::Pipeline config,
                                                               PipelineScrubbers scrubbers,
                                                               const Checkpoint& checkpoint, Owner& owner) {
  std::unique_ptr<RunningPipeline> pipeline(new RunningPipeline(parts, std::move(config), std::move(scrubbers), owner));
  std::vector<std::unique_ptr<RunningSink>> sinks;
  for (const ServiceConfig::Sink& config_of : pipeline->config_.sinks) {
    // What a socket or pipe has brought cannot be read again: its records must stay.
    std::optional<io::SinkMark> mark;
    if (can_replay(pipeline->config_)) mark = checkpoint.sink_of(pipeline->config_.name, endpoint_of(config_of).path);
    Result<std::unique_ptr<RunningSink>> sink = pipeline->open_sink(config_of, mark);
    if (!sink) return sink.error();
    sinks.push_back(*std::move(sink));
  }
  pipeline->use_sinks(std::move(sinks));
  if (std::optional<Error> error = pipeline->open_spool()) return *error;
  Result<std::unique_ptr<io::ReceiptFile>> receipts = pipeline->open_receipts(pipeline->config_);
  if (!receipts) return receipts.error();
  pipeline->receipts_ = *std::move(receipts);
  for (const ServiceConfig::Source& config_of : pipeline->config_.sources) {
    Result<std::unique_ptr<RunningSource>> source = RunningSource::open(pipeline->source_parts(), config_of);
    if (!source) return source.error();
    pipeline->sources_.push_back(*std::move(source));
  }
  return pipeline;
}

Result<std::unique_ptr<RunningSink>> RunningPipeline::open_sink(const ServiceConfig::Sink& sink,
                                                                const std::optional<io::SinkMark>& mark) {
  RunningSink::Owner& owner = *this;
  return RunningSink::open(parts_.loop, parts_.log, sink, mark, owner);
}

// Null: `config` wants none, or those that there are.
Result<std::unique_ptr<io::ReceiptFile>> RunningPipeline::open_receipts(const ServiceConfig::Pipeline& config) const {
  if (!config.receipts || (receipts_ != nullptr && receipts_->path() == config.receipts->value)) {
    return std::unique_ptr<io::ReceiptFile>();
  }
  return io::ReceiptFile::open(config.receipts->value);
}

void RunningPipeline::look_at_receipts() {
  if (receipts_ == nullptr || receipts_->lost() == seen_lost_receipts_) return;
  seen_lost_receipts_ = receipts_->lost();
  parts_.log.write(Level::error, "receipts-lost", *receipts_->error());
}

RunningSource::Parts RunningPipeline::source_parts() {
  RunningSource::Owner& owner = *this;
  io::Sink& out = spool_ == nullptr ? static_cast<io::Sink&>(out_) : *spool_;
  return {parts_, config_.name, out, scrubbers_, owner};
}

std::optional<Error> RunningPipeline::open_spool() {
  const std::string path = parts_.state_directory + "/spool-" + config_.name + ".db";
  if (!config_.spool) {
    if (::access(path.c_str(), F_OK) == 0) {
      parts_.log.write(Level::warning, "spool-left",
                       path + ": is not used; with spool = true what it holds is written");
    }
    return std::nullopt;
  }
  bool quarantined = false;
  Result<std::unique_ptr<io::Spool>> spool = io::Spool::open(path, quarantined);
  if (!spool) return spool.error();
  if (quarantined) {
    parts_.log.write(Level::error, "spool-damaged", path + ": damaged; put aside as .bad-N, and begun anew");
  }
  io::SpoolSink::Observer& observer = *this;
  spool_ = std::make_unique<io::SpoolSink>(parts_.loop, *std::move(spool), config_.spool_max_bytes, out_, observer);
  return std::nullopt;
}

void RunningPipeline::start(const Checkpoint& checkpoint) {
  for (const std::unique_ptr<RunningSource>& source : sources_) source->start(checkpoint);
}

// ---- Changing

Result<RunningPipeline::Change> RunningPipeline::prepare(const ServiceConfig::Pipeline& config) {
  const auto fixed = [&](const char* key) {
    return Error{.file = config.where.file,
                 .line = config.where.line,
                 .column = config.where.column,
                 .message = std::string(key) + " does not change by a reload",
                 .advice = "restart, or give the pipeline another name"};
  };
  if (config.spool != config_.spool) return fixed("spool");
  if (config.max_record_bytes != config_.max_record_bytes) return fixed("max_record_bytes");
  Change change;
  for (const ServiceConfig::Sink& wanted : config.sinks) {
    const bool goes_on =
        std::any_of(sinks_.begin(), sinks_.end(), [&](const auto& s) { return s->can_become(wanted); });
    change.sinks.emplace_back();
    if (goes_on) continue;
    Result<std::unique_ptr<RunningSink>> sink = open_sink(wanted, std::nullopt);
    if (!sink) return sink.error();
    change.sinks.back() = *std::move(sink);
  }
  Result<std::unique_ptr<io::ReceiptFile>> receipts = open_receipts(config);
  if (!receipts) return receipts.error();
  change.receipts = *std::move(receipts);
  for (const ServiceConfig::Source& wanted : config.sources) {
    const auto present =
        std::find_if(sources_.begin(), sources_.end(), [&](const auto& s) { return s->can_become(wanted); });
    change.sources.emplace_back();
    change.source_changes.emplace_back();
    if (present != sources_.end()) {
      Result<RunningSource::Change> prepared = (*present)->prepare(wanted);
      if (!prepared) return prepared.error();
      change.source_changes.back() = *std::move(prepared);
    } else {
      Result<std::unique_ptr<RunningSource>> source = RunningSource::open(source_parts(), wanted);
      if (!source) return source.error();
      change.sources.back() = *std::move(source);
    }
  }
  return change;
}

void RunningPipeline::use(Change change, ServiceConfig::Pipeline config, PipelineScrubbers scrubbers) {
  const PipelineScrubbers before = std::exchange(scrubbers_, std::move(scrubbers));
  total_ = recounted(total_, before.own(), scrubbers_.own());
  config_ = std::move(config);
  if (spool_ != nullptr) spool_->set_max_bytes(config_.spool_max_bytes);
  if (!config_.receipts || change.receipts != nullptr) {
    receipts_ = std::move(change.receipts);
    seen_lost_receipts_ = 0;
  }
  use_sinks(std::move(change.sinks));
  std::vector<std::unique_ptr<RunningSource>> old = std::exchange(sources_, {});
  for (std::size_t i = 0; i < config_.sources.size(); ++i) {
    if (std::optional<RunningSource::Change>& of = change.source_changes[i]) {
      const auto present = std::find_if(old.begin(), old.end(),
                                        [&](const auto& s) { return s != nullptr && s->can_become(of->config); });
      sources_.push_back(std::move(*present));
      sources_.back()->use(*std::move(of));
    } else {
      sources_.push_back(std::move(change.sources[i]));
      sources_.back()->start({});
    }
    sources_.back()->use_scrubbers(before.own());
  }
  for (std::unique_ptr<RunningSource>& source : old) {
    if (source == nullptr) continue;
    source->use_scrubbers(before.own());
    source->drain();
    leaving_sources_.push_back(std::move(source));
  }
}

// `opened` has what is new at its place among config_.sinks; the others are there.
void RunningPipeline::use_sinks(std::vector<std::unique_ptr<RunningSink>> opened) {
  std::vector<std::unique_ptr<RunningSink>> old = std::exchange(sinks_, {});
  std::vector<io::Sink*> targets;
  for (std::size_t i = 0; i < config_.sinks.size(); ++i) {
    if (opened[i] == nullptr) {
      const auto present = std::find_if(old.begin(), old.end(),
                                        [&](const auto& s) { return s != nullptr && s->can_become(config_.sinks[i]); });
      opened[i] = std::move(*present);
      opened[i]->use(config_.sinks[i]);
    }
    targets.push_back(&opened[i]->sink());
    sinks_.push_back(std::move(opened[i]));
  }
  out_.use(std::move(targets));
  for (std::unique_ptr<RunningSink>& sink : old) {
    if (sink == nullptr || sink->sink().queued_bytes() > 0) continue;  // what it has not written goes elsewhere
    sink->finish();
    if (!sink->finished()) leaving_sinks_.push_back(std::move(sink));
  }
}

void RunningPipeline::remove_what_has_left() {
  std::erase_if(leaving_sinks_, [](const auto& sink) { return sink->finished(); });
  std::erase_if(leaving_sources_, [&](const std::unique_ptr<RunningSource>& source) {
    source->sweep();
    if (!source->all_written()) return false;
    total_.add(source->counted());
    return true;
  });
}

// ---- What the sources say

void RunningPipeline::on_done(std::uint64_t bytes) {
  owner_.on_done(replays() ? 0 : bytes);
  if (out_.error() != 0) on_ended();
}

void RunningPipeline::on_ended() { owner_.on_ended(); }

void RunningPipeline::on_failed_scans(unsigned count) {
  failed_scans_ += count;
  owner_.on_failed_scans(count);
}

// ---- What the service asks for

void RunningPipeline::sweep() {
  for (const std::unique_ptr<RunningSource>& source : sources_) source->sweep();
  remove_what_has_left();
  for (const std::unique_ptr<RunningSink>& sink : sinks_) sink->look();
  look_at_receipts();
  finish_children();
}

bool RunningPipeline::check_canaries() {
  ++canary_checks_;
  for (const PipelineScrubbers::Checked& checked : scrubbers_.all()) {
    const PipelineOptions options{.max_record_bytes = scrubbers_.max_record_bytes(),
                                  .format = scrubbers_.format(),
                                  .policy = checked.setup.policy};
    for (const std::string& name : escaped_canaries(checked.setup.rules, options, config_.canaries)) {
      canary_escaped_ = true;
      const std::string under = checked.policy.empty() ? "" : fmt::format(" under {}", checked.policy);
      parts_.log.write(Level::error, "canary-escaped",
                       fmt::format("{}: a canary came out unscrubbed{}: {}", config_.name, under, name));
    }
  }
  return !canary_escaped_;
}

std::optional<Error> RunningPipeline::reopen() {
  std::optional<Error> last;
  for (const std::unique_ptr<RunningSink>& sink : sinks_) {
    if (std::optional<Error> error = sink->reopen()) last = std::move(error);
  }
  if (receipts_ != nullptr) {
    if (std::optional<Error> error = receipts_->reopen()) last = std::move(error);
  }
  return last;
}

void RunningPipeline::drain() {
  draining_ = true;
  if (spool_ != nullptr) spool_->stop();
  for (const std::unique_ptr<RunningSource>& source : sources_) source->drain();
}

// A child that is told of the end of its input when all of it is there can deal with it before we end.
void RunningPipeline::finish_children() {
  if (!all_written() || out_.queued_bytes() > 0) return;
  if (!draining_ && !(all_read() && spool_is_empty())) return;
  for (const std::unique_ptr<RunningSink>& sink : sinks_) sink->finish();
}

bool RunningPipeline::all_read() const {
  return leaving_sources_.empty() &&
         std::all_of(sources_.begin(), sources_.end(), [](const auto& source) { return source->all_read(); });
}

bool RunningPipeline::all_written() const {
  const auto written = [](const auto& source) { return source->all_written(); };
  return std::all_of(sources_.begin(), sources_.end(), written) &&
         std::all_of(leaving_sources_.begin(), leaving_sources_.end(), written) &&
         (spool_ == nullptr ? out_.queued_bytes() : spool_->queued_bytes()) == 0;
}

bool RunningPipeline::drained() const {
  return all_written() && std::all_of(sinks_.begin(), sinks_.end(), [](const auto& sink) { return sink->finished(); });
}

bool RunningPipeline::ended() const {
  return all_read() && spool_is_empty() &&
         std::all_of(sinks_.begin(), sinks_.end(), [](const auto& s) { return s->finished(); });
}

// What a source that is leaving has brought is in the file too.
bool RunningPipeline::replays() const {
  const auto replays = [](const auto& source) { return source->files() != nullptr; };
  return can_replay(config_) && std::all_of(leaving_sources_.begin(), leaving_sources_.end(), replays);
}

void RunningPipeline::add_to(Checkpoint& checkpoint) {
  for (const std::unique_ptr<RunningSource>& source : sources_) source->add_positions(checkpoint);
  for (const std::unique_ptr<RunningSource>& source : leaving_sources_) source->add_positions(checkpoint);
  for (const std::unique_ptr<RunningSink>& sink : sinks_) {
    const std::optional<io::SinkMark> mark = sink->mark();
    if (mark && replays()) checkpoint.sinks.push_back({config_.name, endpoint_of(sink->config()).path, *mark});
  }
}

Stats RunningPipeline::counted() const {
  Stats sum = total_;
  for (const std::unique_ptr<RunningSource>& source : sources_) sum.add(source->counted());
  for (const std::unique_ptr<RunningSource>& source : leaving_sources_) sum.add(source->counted());
  return sum;
}

std::uint64_t RunningPipeline::pending() const {
  std::uint64_t sum = 0;
  for (const std::unique_ptr<RunningSource>& source : sources_) sum += source->pending();
  for (const std::unique_ptr<RunningSource>& source : leaving_sources_) sum += source->pending();
  return sum;
}

std::size_t RunningPipeline::relays() const {
  std::size_t sum = 0;
  for (const std::unique_ptr<RunningSource>& source : sources_) sum += source->relays();
  return sum;
}

std::vector<std::pair<std::string_view, io::ListenerStats>> RunningPipeline::listeners() const {
  std::vector<std::pair<std::string_view, io::ListenerStats>> all;
  for (const std::unique_ptr<RunningSource>& source : sources_) {
    const io::Listener* const listener = source->listener();
    if (listener != nullptr) all.emplace_back(listener->endpoint().text, listener->stats());
  }
  return all;
}

std::vector<TailGroup::FileStats> RunningPipeline::files() const {
  std::vector<TailGroup::FileStats> all;
  for (const std::unique_ptr<RunningSource>& source : sources_) {
    if (source->files() == nullptr) continue;
    const std::vector<TailGroup::FileStats> files = source->files()->stats();
    all.insert(all.end(), files.begin(), files.end());
  }
  return all;
}

}  // namespace piiscrub::daemon
