#include "cli/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "io/output_file.h"
#include "pipeline/metrics_text.h"

namespace piiscrub::cli {
namespace {

constexpr std::uint64_t kStatsPeriodMs = 10'000;

}  // namespace

Session::Session(const Options& options, Console& console, Setup setup)
    : options_(options),
      console_(console),
      setup_(std::move(setup)),
      workers_(loop_,
               {setup_.rules,
                {.max_record_bytes = options.max_record_bytes, .format = options.format, .policy = setup_.policy}},
               options.workers) {
  if (options.stats_file.empty()) return;
  stats_timer_.emplace(loop_, [this] { write_stats_file(); });
  stats_timer_->start_every(kStatsPeriodMs);
}

Session::~Session() = default;

std::unique_ptr<io::Relay> Session::make_relay(io::Source& source, io::Sink& sink) {
  io::Relay::Observer& observer = *this;
  auto relay = std::make_unique<io::Relay>(source, sink, workers_, observer);
  relays_.push_back(relay.get());
  return relay;
}

void Session::retire(const io::Relay& relay) {
  std::erase(relays_, &relay);
  total_.stats.add(relay.stats());
}

void Session::on_finished(io::Relay& /*relay*/) { on_relay_finished_(); }

void Session::on_failed_scans(unsigned count) {
  total_.failed_scans += count;
  if (broken_ || !budget_.spend(count, loop_.now_ms())) return;
  broken_ = true;
  console_.error("ten scans failed within 60 s; what they concerned was masked; giving up");
  loop_.stop();
}

RunStats Session::counted() const {
  RunStats sum = total_;
  for (const io::Relay* const relay : relays_) sum.stats.add(relay->stats());
  return sum;
}

bool Session::report() {
  if (options_.stats) console_.print(stats_table(counted(), setup_.rules->rules(), console_.color()));
  return options_.stats_file.empty() || write_stats_file();
}

bool Session::write_stats_file() {
  constexpr unsigned kReadableByCollectors = 0644;
  const RunStats run = counted();
  MetricsText text;
  add_pipelines(text, std::array{CountedPipeline{.stats = run.stats,
                                                 .failed_scans = run.failed_scans,
                                                 .rules = setup_.rules->rules(),
                                                 .policy = *setup_.policy}});
  const std::optional<Error> error = io::replace_file(options_.stats_file, text.text(), kReadableByCollectors);
  if (error) console_.error(*error);
  return !error;
}

}  // namespace piiscrub::cli
