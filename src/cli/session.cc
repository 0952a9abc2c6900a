#include "cli/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/search.h"
#include "io/output_file.h"
#include "pipeline/metrics_text.h"

namespace piiscrub::cli {
namespace {

constexpr std::uint64_t kStatsPeriodMs = 10'000;

bool is_called_csv(std::string_view file) {
  constexpr std::size_t kEndingBytes = 4;
  constexpr std::string_view kZipped = ".gz";
  if (file.ends_with(kZipped)) file.remove_suffix(kZipped.size());
  if (file.size() <= kEndingBytes) return false;
  const std::string_view ending = file.substr(file.size() - kEndingBytes);
  return equals_ignoring_case(ending, ".csv") || equals_ignoring_case(ending, ".tsv");
}

// What the records are: files say by their names where nothing else does.
Format format_of(const Options& options) {
  const std::vector<std::string>& files = options.operands;
  const bool csv = options.format == Format::automatic && options.command == Command::scrub && !files.empty() &&
                   std::all_of(files.begin(), files.end(), is_called_csv);
  return csv ? Format::csv : options.format;
}

}  // namespace

Session::Session(const Options& options, Console& console, Setup setup)
    : options_(options),
      console_(console),
      setup_(std::move(setup)),
      workers_(loop_,
               {setup_.rules,
                {.max_record_bytes = options.max_record_bytes, .format = format_of(options), .policy = setup_.policy},
                !options.receipts.empty()},
               options.workers) {
  if (!options.receipts.empty()) {
    Result<std::unique_ptr<io::ReceiptFile>> file = io::ReceiptFile::open(options.receipts);
    if (file) {
      receipts_ = *std::move(file);
      pack_ = pack_digest(*setup_.rules);
    } else {
      console_.error(file.error());
    }
  }
  if (options.stats_file.empty()) return;
  stats_timer_.emplace(loop_, [this] { write_stats_file(); });
  stats_timer_->start_every(kStatsPeriodMs);
}

Session::~Session() = default;

std::unique_ptr<io::Relay> Session::make_relay(io::Source& source, io::Sink& sink, std::string name) {
  io::Relay::Observer& observer = *this;
  auto relay = std::make_unique<io::Relay>(source, sink, workers_, observer);
  relays_.push_back({relay.get(), std::move(name)});
  return relay;
}

void Session::retire(const io::Relay& relay) {
  std::erase_if(relays_, [&](const Running& running) { return running.relay == &relay; });
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

void Session::on_receipts(io::Relay& relay, std::span<const Receipt> receipts) {
  if (receipts_ == nullptr) return;
  const auto of =
      std::find_if(relays_.begin(), relays_.end(), [&](const Running& running) { return running.relay == &relay; });
  for (const Receipt& receipt : receipts) {
    receipts_->add({.source = of->name,
                    .offset = receipt.offset,
                    .rule = receipt.masked ? std::string_view() : RuleList(*setup_.rules)[receipt.rule].id,
                    .action = receipt.action,
                    .masked = receipt.masked ? name(*receipt.masked) : std::string_view(),
                    .pack = pack_});
  }
  receipts_->flush();
}

RunStats Session::counted() const {
  RunStats sum = total_;
  for (const Running& running : relays_) sum.stats.add(running.relay->stats());
  return sum;
}

bool Session::report() {
  const bool lost = receipts_ != nullptr && receipts_->lost() > 0;
  if (lost) console_.error(*receipts_->error());
  if (options_.stats) console_.print(stats_table(counted(), setup_.rules->rules(), console_.color()));
  return (options_.stats_file.empty() || write_stats_file()) && !lost;
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
