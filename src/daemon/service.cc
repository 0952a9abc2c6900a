#include "daemon/service.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>

#include "daemon/endpoints.h"
#include "daemon/service_metrics.h"
#include "io/background.h"
#include "io/output_file.h"

namespace piiscrub::daemon {
namespace {

constexpr std::uint64_t kSweepMs = 1'000;
constexpr std::uint64_t kCheckpointMs = 1'000;
constexpr std::uint64_t kCheckpointBytes = std::uint64_t{1} << 20;
// A checkpoint waits for the disk: no more often than this, however much flows, and for no more than a tenth of the
// time.
constexpr std::uint64_t kCheckpointGapMs = 20;
constexpr std::uint64_t kCheckpointGapTimes = 10;
constexpr std::uint64_t kDrainMs = 10'000;
constexpr unsigned kReadableByCollectors = 0644;

// What is in memory has not been scrubbed.
void forbid_core_dumps() {
  (void)::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

Service::Service(std::string config_path)
    : config_path_(std::move(config_path)),
      signals_(loop_, {SIGTERM, SIGINT, SIGHUP}, [this](io::Signal signal) { on_signal(signal); }),
      sweep_timer_(loop_, [this] { sweep(); }),
      checkpoint_timer_(loop_, [this] { save_checkpoint(); }),
      checkpoint_soon_(loop_, [this] { save_checkpoint(); }),
      metrics_timer_(loop_, [this] { write_metrics_file(); }),
      watchdog_timer_(loop_, [this] { feed_watchdog(); }),
      canary_timer_(loop_, [this] { check_canaries(); }),
      drain_deadline_(loop_, [this] { finish_draining(); }),
      look_soon_(loop_, [this] { sweep(); }) {}

Service::~Service() = default;

Ended Service::run() {
  forbid_core_dumps();
  (void)std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is like a full disk: AppendSink tries again
  LoadedConfig loaded = load_config(config_path_);
  log_.set_format(loaded.config.log_format);
  report_warnings(loaded);
  if (!loaded.errors.empty() || !open(loaded)) return Ended::refused;
  save_checkpoint();  // nothing was written yet: what is written from now on can be cut off again
  check_canaries();
  if (!ended_) {
    log_.write(Level::info, "started", fmt::format("running {} pipelines of {}", pipelines_.size(), config_path_));
    notify_.send("READY=1\nSTATUS=" + status());
    start_timers();
    loop_.run();
  }
  notify_.send("STOPPING=1");
  if (!config_.metrics_file) return *ended_;
  write_metrics_file();
  return *ended_;
}

void Service::report_warnings(const LoadedConfig& loaded) {
  for (const Error& warning : loaded.warnings) log_.write(Level::warning, "configuration", warning);
  for (const Error& error : loaded.errors) log_.write(Level::error, "configuration", error);
}

bool Service::open(const LoadedConfig& loaded) {
  config_ = loaded.config;
  Result<StateDirectory> state = StateDirectory::open(config_.state_directory);
  if (!state) return log_.write(Level::error, "state-directory", state.error()), false;
  state_ = *std::move(state);
  Result<StateDirectory::Loaded> state_before = state_->load();
  if (!state_before) return log_.write(Level::error, "checkpoint", state_before.error()), false;
  if (state_before->migrated > 0) {
    log_.write(Level::info, "checkpoint-migrated",
               fmt::format("{}/checkpoint: was in format {}, goes on in format {}", config_.state_directory,
                           state_before->migrated, kCheckpointFormat));
  }
  if (state_before->damaged) {
    log_.write(Level::error, "checkpoint-damaged",
               config_.state_directory + "/checkpoint.bad: damaged; files are read as if for the first time");
  }
  loaded_checkpoint_ = std::move(state_before->checkpoint);
  scrubbers_ = std::make_shared<ScrubberPool>(loop_, config_.workers);
  Prepared reports;
  std::optional<Error> error = open_reports(config_, reports);
  if (!error) use_reports(reports, config_);
  if (!error) error = open_pipelines(make_scrubbers(scrubbers_, loaded));
  if (error) log_.write(Level::error, "start-failed", *error);
  return !error;
}

TailGroup::Parts Service::parts() { return {loop_, buffers_, state_->marker(), log_, config_.state_directory}; }

std::optional<Error> Service::open_pipelines(const std::vector<PipelineScrubbers>& scrubbers) {
  RunningPipeline::Owner& owner = *this;
  for (std::size_t i = 0; i < config_.pipelines.size(); ++i) {
    Result<std::unique_ptr<RunningPipeline>> pipeline =
        RunningPipeline::open(parts(), config_.pipelines[i], scrubbers[i], loaded_checkpoint_, owner);
    if (!pipeline) return pipeline.error();
    pipelines_.push_back(*std::move(pipeline));
  }
  // All sinks are cut to the checkpoint before anything is read behind it.
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) pipeline->start(loaded_checkpoint_);
  return std::nullopt;
}

// Opens what `config` wants and is not there.
std::optional<Error> Service::open_reports(const ServiceConfig& config, Prepared& prepared) {
  const auto is_new = [](bool is_there, const std::optional<ServiceConfig::Text>& wanted,
                         const std::optional<ServiceConfig::Text>& present) {
    return wanted && (!is_there || !present || wanted->value != present->value);
  };
  if (is_new(metrics_server_ != nullptr, config.metrics_socket, config_.metrics_socket)) {
    Result<std::unique_ptr<io::TextServer>> server =
        io::TextServer::listen(loop_, config.metrics_socket->value, [this] { return metrics(); });
    if (!server) return server.error();
    prepared.metrics_server = *std::move(server);
  }
  if (is_new(http_server_ != nullptr, config.metrics_http, config_.metrics_http)) {
    Result<std::unique_ptr<io::HttpServer>> server =
        io::HttpServer::listen(loop_, config.metrics_http->value, [this] { return metrics(); });
    if (!server) return server.error();
    prepared.http_server = *std::move(server);
  }
  return std::nullopt;
}

void Service::use_reports(Prepared& prepared, const ServiceConfig& config) {
  if (!config.metrics_socket || prepared.metrics_server != nullptr) {
    metrics_server_ = std::move(prepared.metrics_server);
  }
  if (!config.metrics_http || prepared.http_server != nullptr) http_server_ = std::move(prepared.http_server);
}

void Service::start_timers() {
  started_at_ = loop_.now_ms();
  sweep_timer_.start_every(kSweepMs);
  checkpoint_timer_.start_every(kCheckpointMs);
  schedule_metrics();
  schedule_canaries();
  if (notify_.watchdog_ms() > 0) watchdog_timer_.start_every(notify_.watchdog_ms());
}

void Service::schedule_metrics() {
  metrics_timer_.stop();
  if (config_.metrics_file) metrics_timer_.start_every(config_.metrics_interval_ms);
}

// ---- The end

void Service::on_signal(io::Signal signal) {
  if (signal.number == SIGHUP) return reload();
  if (draining_) {
    log_.write(Level::warning, "ended-at-once", "ending at once");
    return end(Ended::done);
  }
  drain();
}

void Service::drain() {
  draining_ = true;
  notify_.send("STOPPING=1\nSTATUS=writing what was read");
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) pipeline->drain();
  drain_deadline_.start_once(kDrainMs);
  on_ended();
}

void Service::finish_draining() {
  std::uint64_t pending = 0;
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) pending += pipeline->pending();
  for (const Leaving& leaving : leaving_) pending += leaving.pipeline->pending();
  if (pending > 0) {
    log_.write(Level::warning, "not-drained", fmt::format("{} bytes could not be written in time", pending));
  }
  end(Ended::done);
}

// Saves where everything stands and stops the loop.
void Service::end(Ended how) {
  if (ended_) return;
  ended_ = how;
  save_checkpoint();
  loop_.stop();
}

void Service::on_ended() { look_soon_.start_once(0); }

// ---- The course

void Service::sweep() {
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) pipeline->sweep();
  sweep_leaving();
  const auto all = [&](bool (RunningPipeline::*state)() const) {
    return leaving_.empty() &&
           std::all_of(pipelines_.begin(), pipelines_.end(), [&](const auto& p) { return (p.get()->*state)(); });
  };
  if (draining_ && all(&RunningPipeline::drained)) return end(Ended::done);
  // What cannot be written any more (standard output) is read again by the next process: a supervisor starts it.
  const int error = sink_error();
  if (error != 0 || all(&RunningPipeline::ended)) end(error == 0 || error == EPIPE ? Ended::done : Ended::write_failed);
}

void Service::sweep_leaving() {
  std::erase_if(leaving_, [&](const Leaving& leaving) {
    RunningPipeline& pipeline = *leaving.pipeline;
    pipeline.sweep();
    if (pipeline.drained()) return true;
    if (loop_.now_ms() < leaving.until_ms) return false;
    log_.write(Level::warning, "not-drained",
               fmt::format("{}: {} bytes could not be written in time", pipeline.config().name, pipeline.pending()));
    return true;
  });
}

RunningPipeline* Service::present(const std::string& name) {
  const auto at = std::find_if(pipelines_.begin(), pipelines_.end(),
                               [&](const auto& p) { return p != nullptr && p->config().name == name; });
  return at == pipelines_.end() ? nullptr : at->get();
}

int Service::sink_error() const {
  const auto failed =
      std::find_if(pipelines_.begin(), pipelines_.end(), [](const auto& p) { return p->sink_error() != 0; });
  return failed == pipelines_.end() ? 0 : (*failed)->sink_error();
}

void Service::on_done(std::uint64_t bytes) {
  bytes_since_checkpoint_ += bytes;
  if (draining_) look_soon_.start_once(0);
  if (bytes_since_checkpoint_ < kCheckpointBytes) return;
  const std::uint64_t now = loop_.now_ms();
  const std::uint64_t due = checkpoint_soon_at_ + std::max(kCheckpointGapMs, kCheckpointGapTimes * checkpoint_took_ms_);
  bytes_since_checkpoint_ = 0;
  checkpoint_soon_.start_once(due > now ? due - now : 0);
}

void Service::on_failed_scans(unsigned count) {
  if (!budget_.spend(count, loop_.now_ms())) return;
  log_.write(Level::error, "scan-errors", "ten scans failed within 60 s; what they concerned was masked; giving up");
  end(Ended::scan_errors);
}

// What is in flight has passed the same rules: it is not written, and not in the checkpoint.
void Service::check_canaries() {
  bool escaped = false;
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) escaped = !pipeline->check_canaries() || escaped;
  if (escaped) end(Ended::leaking);
}

void Service::schedule_canaries() {
  canary_timer_.stop();
  if (config_.canary_interval_ms > 0) canary_timer_.start_every(config_.canary_interval_ms);
}

void Service::save_checkpoint() {
  if (sink_error() != 0) return;  // it drops what it is given: the positions behind that are wrong
  bytes_since_checkpoint_ = 0;
  checkpoint_soon_at_ = loop_.now_ms();
  Checkpoint checkpoint;
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) pipeline->add_to(checkpoint);
  for (const Leaving& leaving : leaving_) leaving.pipeline->add_to(checkpoint);
  std::string text = checkpoint.text();
  if (text == saved_) return;
  const auto began = std::chrono::steady_clock::now();
  const std::optional<Error> error = state_->save(checkpoint);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  checkpoint_took_ms_ = static_cast<std::uint64_t>(took.count());
  if (error) {
    log_.write(Level::error, "checkpoint-failed", *error);
    return;
  }
  saved_ = std::move(text);
  ++checkpoints_;
}

// ---- Reload

void Service::reload() {
  if (draining_) return;
  reopen_files();
  if (reloading_) {
    reload_again_ = true;
    return;
  }
  reloading_ = true;
  notify_.send_reloading();
  auto loaded = std::make_shared<LoadedConfig>();
  io::run_in_background(
      loop_, [loaded, path = config_path_] { *loaded = load_config(path); },
      [this, loaded] { take_over(std::move(*loaded)); });
}

void Service::take_over(LoadedConfig loaded) {
  reloading_ = false;
  report_warnings(loaded);
  bool taken = loaded.errors.empty();
  if (taken) {
    const auto pool = std::make_shared<ScrubberPool>(loop_, loaded.config.workers);
    const std::vector<PipelineScrubbers> scrubbers = make_scrubbers(pool, loaded);
    Result<Prepared> prepared = prepare(loaded.config, scrubbers);
    taken = prepared.has_value();
    if (taken) {
      use(*std::move(prepared), std::move(loaded.config), scrubbers);
      scrubbers_ = pool;
      ++generation_;
      check_canaries();
      if (ended_) return;
      log_.write(Level::info, "reloaded", fmt::format("reloaded {}: generation {}", config_path_, generation_));
    } else {
      log_.write(Level::error, "configuration", prepared.error());
    }
  }
  if (!taken) {
    ++failed_reloads_;
    log_.write(Level::error, "reload-failed", "the configuration was not taken over; the old one goes on");
  }
  notify_.send("READY=1\nSTATUS=" + status());
  if (std::exchange(reload_again_, false)) reload();
}

// Opens all that is new. If something cannot be opened, what was opened goes again, and nothing has changed.
Result<Service::Prepared> Service::prepare(const ServiceConfig& config,
                                           const std::vector<PipelineScrubbers>& scrubbers) {
  if (config.state_directory != config_.state_directory) {
    return Error{.file = config_path_,
                 .message = "state_directory does not change by a reload: checkpoints are there",
                 .advice = "restart"};
  }
  RunningPipeline::Owner& owner = *this;
  Prepared prepared;
  for (std::size_t i = 0; i < config.pipelines.size(); ++i) {
    prepared.changes.emplace_back();
    prepared.opened.emplace_back();
    if (RunningPipeline* const pipeline = present(config.pipelines[i].name)) {
      Result<RunningPipeline::Change> change = pipeline->prepare(config.pipelines[i]);
      if (!change) return change.error();
      prepared.changes.back() = *std::move(change);
    } else {
      Result<std::unique_ptr<RunningPipeline>> opened =
          RunningPipeline::open(parts(), config.pipelines[i], scrubbers[i], {}, owner);
      if (!opened) return opened.error();
      prepared.opened.back() = *std::move(opened);
    }
  }
  if (std::optional<Error> error = open_reports(config, prepared)) return *error;
  return prepared;
}

void Service::use(Prepared prepared, ServiceConfig config, const std::vector<PipelineScrubbers>& scrubbers) {
  use_reports(prepared, config);
  std::vector<std::unique_ptr<RunningPipeline>> next;
  for (std::size_t i = 0; i < config.pipelines.size(); ++i) {
    RunningPipeline* const pipeline = present(config.pipelines[i].name);
    if (pipeline == nullptr) {
      next.push_back(std::move(prepared.opened[i]));
      next.back()->start({});
      continue;
    }
    pipeline->use(std::move(prepared.changes[i]), config.pipelines[i], scrubbers[i]);
    next.push_back(std::move(
        *std::find_if(pipelines_.begin(), pipelines_.end(), [&](const auto& p) { return p.get() == pipeline; })));
  }
  for (std::unique_ptr<RunningPipeline>& pipeline : pipelines_) {
    if (pipeline == nullptr) continue;
    pipeline->drain();
    leaving_.push_back({std::move(pipeline), loop_.now_ms() + kDrainMs});
  }
  pipelines_ = std::move(next);
  config_ = std::move(config);
  log_.set_format(config_.log_format);
  schedule_metrics();
  schedule_canaries();
  save_checkpoint();
  on_ended();  // what leaves may be gone at once
}

void Service::reopen_files() {
  for (const std::unique_ptr<RunningPipeline>& pipeline : pipelines_) {
    if (const std::optional<Error> error = pipeline->reopen()) log_.write(Level::error, "reopen-failed", *error);
  }
  save_checkpoint();
}

// ---- Reports

std::string Service::status() const {
  return fmt::format("{} pipelines, generation {}", pipelines_.size(), generation_);
}

std::string Service::metrics() const {
  return service_metrics(pipelines_, {.uptime_ms = loop_.now_ms() - started_at_,
                                      .generation = generation_,
                                      .failed_reloads = failed_reloads_,
                                      .checkpoints = checkpoints_});
}

void Service::write_metrics_file() {
  const std::optional<Error> error = io::replace_file(config_.metrics_file->value, metrics(), kReadableByCollectors);
  if (error) log_.write(Level::error, "metrics-failed", *error);
}

// That this runs shows that the loop does. Workers that have something to do and do nothing are stuck.
void Service::feed_watchdog() {
  if (scrubbers_->stalled()) {
    log_.write(Level::error, "workers-stuck", "workers do not advance");
  } else {
    notify_.send("WATCHDOG=1\nSTATUS=" + status());
  }
}

}  // namespace piiscrub::daemon
