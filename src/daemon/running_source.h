// RunningSource: one opened source of a pipeline, with a relay for each of its files and connections.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/checkpoint.h"
#include "daemon/scrubber.h"
#include "daemon/tail_group.h"
#include "io/listener.h"
#include "io/receipt_file.h"
#include "io/relay.h"
#include "io/sink.h"
#include "io/tls_context.h"

namespace piiscrub::daemon {

/// Lives on the loop thread.
class RunningSource final : private io::Relay::Observer, private TailGroup::Owner, private io::Listener::Observer {
 public:
  class Owner {
   public:
    /// `bytes` of the input have been written.
    virtual void on_done(std::uint64_t bytes) = 0;
    /// A checkpoint is wanted in the next turn of the loop, before anything is read.
    virtual void on_new_file() = 0;
    /// A relay has ended.
    virtual void on_ended() = 0;
    virtual void on_failed_scans(unsigned count) = 0;
    /// Where receipts go; null: nowhere.
    virtual io::ReceiptFile* receipts() = 0;

   protected:
    ~Owner() = default;
  };

  /// All must outlive the source.
  struct Parts {
    const TailGroup::Parts& tails;
    const std::string& pipeline;  ///< its name
    io::Sink& sink;
    const PipelineScrubbers& scrubbers;
    Owner& owner;
  };

  /// Opens it: a socket listens then, but nothing is read before the loop turns.
  static Result<std::unique_ptr<RunningSource>> open(const Parts& parts, ServiceConfig::Source config);
  ~RunningSource();

  /// Begins to read files where `checkpoint` says. REQUIRES: called once.
  void start(const Checkpoint& checkpoint);

  /// What use() needs that can fail.
  struct Change {
    ServiceConfig::Source config;
    std::unique_ptr<const io::TlsContext> tls;
  };
  [[nodiscard]] bool can_become(const ServiceConfig::Source& other) const;
  /// REQUIRES: can_become(config).
  [[nodiscard]] Result<Change> prepare(ServiceConfig::Source config) const;
  void use(Change change);
  /// Goes on with what Parts::scrubbers choose now, as soon as what is under way is written. What was counted by
  /// `before` counts by theirs.
  void use_scrubbers(const RuleSetup& before);

  /// Looks after files, and takes away what has ended. Call it about once a second, not from a callback.
  void sweep();
  /// Reads nothing more; what was read is written.
  void drain();
  /// Whether nothing more can come.
  [[nodiscard]] bool all_read() const;
  /// Whether nothing that was read waits to be written.
  [[nodiscard]] bool all_written() const;

  void add_positions(Checkpoint& checkpoint);

  [[nodiscard]] const ServiceConfig::Source& config() const { return config_; }
  /// By the pipeline's own rules.
  [[nodiscard]] Stats counted() const;
  /// Bytes that were read and are not written.
  [[nodiscard]] std::uint64_t pending() const;
  [[nodiscard]] std::size_t relays() const { return relays_.size(); }
  [[nodiscard]] const TailGroup* files() const { return files_.get(); }
  [[nodiscard]] const io::Listener* listener() const { return listener_.get(); }

 private:
  /// A relay, with what it reads from if that is not kept elsewhere.
  struct Running {
    std::unique_ptr<io::Source> source;
    const io::FileTail* tail = nullptr;  // null: it is no file
    std::unique_ptr<io::Relay> relay;
    Origin origin;
    std::shared_ptr<Scrubber> scrubber;  // whose rules it counts by
    std::shared_ptr<Scrubber> next;      // takes over when nothing is under way; null: none
    std::uint64_t done = 0;
  };

  RunningSource(const Parts& parts, ServiceConfig::Source config);
  std::optional<Error> open();
  Running& add(std::unique_ptr<io::Source> owned, io::Source& source, Origin origin);
  Running& running(const io::Relay& relay);
  void retire(const Running& running);
  [[nodiscard]] const RuleSetup& own() const { return parts_.scrubbers.own(); }

  void on_finished(io::Relay& relay) override;
  void on_failed_scans(unsigned count) override { parts_.owner.on_failed_scans(count); }
  void on_progress(io::Relay& relay) override;
  void on_receipts(io::Relay& relay, std::span<const Receipt> receipts) override;
  void on_workers_changed(io::Relay& relay, const Stats& before) override;
  io::Relay& add_relay(io::FileTail& source) override;
  void remove_relay(io::Relay& relay) override;
  void on_new_file() override { parts_.owner.on_new_file(); }
  void on_source(std::unique_ptr<io::Source> source, std::string peer) override;

  Parts parts_;
  ServiceConfig::Source config_;
  std::unique_ptr<TailGroup> files_;        // of a file source
  std::unique_ptr<io::Listener> listener_;  // of a socket
  std::vector<std::unique_ptr<Running>> relays_;
  std::vector<std::shared_ptr<Scrubber>> retired_;  // a relay may just be leaving one
  Stats total_;  // of relays that are gone, and of those that have changed their workers
};

}  // namespace piiscrub::daemon
