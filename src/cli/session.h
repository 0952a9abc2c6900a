// Session: what every scrubbing command shares: the loop, the workers, the counts and their reports.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "cli/console.h"
#include "cli/database.h"
#include "cli/options.h"
#include "cli/stats_report.h"
#include "io/buffer_pool.h"
#include "io/error_budget.h"
#include "io/loop.h"
#include "io/receipt_file.h"
#include "io/relay.h"
#include "io/worker_pool.h"

namespace piiscrub::cli {

/// Lives on the loop thread.
class Session final : private io::Relay::Observer {
 public:
  Session(const Options& options, Console& console, Setup setup);
  ~Session();

  [[nodiscard]] io::Loop& loop() { return loop_; }
  [[nodiscard]] io::BufferPool& buffers() { return buffers_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] Console& console() { return console_; }

  /// Makes a relay that counts into this session; destroy it before the session.
  /// `name` is what receipts call the source.
  std::unique_ptr<io::Relay> make_relay(io::Source& source, io::Sink& sink, std::string name);
  /// Adds the counts of a relay that is about to be destroyed.
  void retire(const io::Relay& relay);
  /// Called whenever a relay has finished, with the loop still running.
  void on_relay_finished(std::function<void()> call) { on_relay_finished_ = std::move(call); }

  /// Whether what the options ask for could be opened; if not, it was printed.
  [[nodiscard]] bool ready() const { return options_.receipts.empty() || receipts_ != nullptr; }
  /// Ten scans failed within 60 s: the loop was stopped and nothing more should be scrubbed.
  [[nodiscard]] bool broken() const { return broken_; }

  /// Prints and writes the reports that were asked for. Returns whether all could be written.
  bool report();

 private:
  void on_finished(io::Relay& relay) override;
  void on_failed_scans(unsigned count) override;
  void on_receipts(io::Relay& relay, std::span<const Receipt> receipts) override;
  [[nodiscard]] RunStats counted() const;
  bool write_stats_file();

  const Options& options_;
  Console& console_;
  Setup setup_;
  io::Loop loop_;
  io::BufferPool buffers_;
  io::WorkerPool workers_;
  std::optional<io::Timer> stats_timer_;
  std::function<void()> on_relay_finished_;
  struct Running {
    const io::Relay* relay;
    std::string name;
  };
  std::vector<Running> relays_;                // their counts are not in total_ yet
  std::unique_ptr<io::ReceiptFile> receipts_;  // null: nobody wants them
  std::string pack_;                           // for them
  RunStats total_;
  io::ErrorBudget budget_;
  bool broken_ = false;
};

}  // namespace piiscrub::cli
