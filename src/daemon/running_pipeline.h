// RunningPipeline: the sources and sinks of one [[pipeline]].
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/checkpoint.h"
#include "daemon/log.h"
#include "daemon/running_sink.h"
#include "daemon/running_source.h"
#include "daemon/scrubber.h"
#include "daemon/tail_group.h"
#include "io/fan_out.h"
#include "io/spool_sink.h"

namespace piiscrub::daemon {

/// Lives on the loop thread.
class RunningPipeline final : private RunningSource::Owner,
                              private RunningSink::Owner,
                              private io::SpoolSink::Observer {
 public:
  class Owner {
   public:
    /// Something was written. Since the last call `bytes` of the input were done that would be sent again if this
    /// process ended before the next checkpoint.
    virtual void on_done(std::uint64_t bytes) = 0;
    /// A checkpoint is wanted in the next turn of the loop, before anything is read.
    virtual void on_new_file() = 0;
    /// A sink goes on in a new file: a checkpoint is wanted at once, before anything is written to it.
    virtual void on_reopened() = 0;
    /// Something has ended; perhaps all.
    virtual void on_ended() = 0;
    virtual void on_failed_scans(unsigned count) = 0;

   protected:
    ~Owner() = default;
  };

  /// Opens sinks and sources; a file is cut to where `checkpoint` says if all of the input behind it can be read again.
  /// `parts` and `owner` must outlive the pipeline.
  static Result<std::unique_ptr<RunningPipeline>> open(const TailGroup::Parts& parts, ServiceConfig::Pipeline config,
                                                       PipelineScrubbers scrubbers, const Checkpoint& checkpoint,
                                                       Owner& owner);
  ~RunningPipeline();

  /// Begins to read files.
  void start(const Checkpoint& checkpoint);
  /// Looks after everything, and takes away what has ended. Call it about once a second, not from a callback.
  void sweep();
  /// Passes canaries through all rules and policies. Returns false if one came out, which is logged: then nothing may
  /// be written any more.
  bool check_canaries();
  /// Opens the files of sinks anew; the last error, if there is one.
  std::optional<Error> reopen();
  /// Reads nothing more; what was read is written.
  void drain();

  /// What a change needs that can fail, opened.
  struct Change {
    std::vector<std::unique_ptr<RunningSink>> sinks;      // by sink; null: the present one goes on
    std::vector<std::unique_ptr<RunningSource>> sources;  // by source; null: the present one goes on
    std::vector<std::optional<RunningSource::Change>> source_changes;
    std::unique_ptr<io::ReceiptFile> receipts;  // null: there are none, or the present one goes on
  };
  /// Opens what `config` has and this one has not. Nothing is read or written there before use().
  Result<Change> prepare(const ServiceConfig::Pipeline& config);
  /// Becomes what `config` says. Sources and sinks that stay go on where they are; those that go are drained first.
  void use(Change change, ServiceConfig::Pipeline config, PipelineScrubbers scrubbers);

  /// Whether nothing that was read waits to be written, and the children of exec sinks have ended.
  [[nodiscard]] bool drained() const;
  /// Whether nothing more can come.
  [[nodiscard]] bool ended() const;
  /// The errno that made a sink fail for good; 0: none.
  [[nodiscard]] int sink_error() const { return out_.error(); }

  /// Adds where everything stands. With `fsync`, what was written is on the disk then.
  void add_to(Checkpoint& checkpoint);

  [[nodiscard]] const ServiceConfig::Pipeline& config() const { return config_; }
  [[nodiscard]] const PipelineScrubbers& scrubbers() const { return scrubbers_; }
  /// What was counted since the start, by the rules of scrubbers().own().
  [[nodiscard]] Stats counted() const;
  [[nodiscard]] std::uint64_t failed_scans() const { return failed_scans_; }
  /// Bytes that were read and are not written.
  [[nodiscard]] std::uint64_t pending() const;
  [[nodiscard]] std::uint64_t canary_checks() const { return canary_checks_; }
  [[nodiscard]] bool canary_escaped() const { return canary_escaped_; }
  [[nodiscard]] const std::vector<std::unique_ptr<RunningSink>>& sinks() const { return sinks_; }
  /// Null: there is none.
  [[nodiscard]] const io::SpoolSink* spool() const { return spool_.get(); }
  [[nodiscard]] std::vector<TailGroup::FileStats> files() const;
  /// By endpoint as the configuration has it.
  [[nodiscard]] std::vector<std::pair<std::string_view, io::ListenerStats>> listeners() const;
  /// Files and connections that are being read.
  [[nodiscard]] std::size_t relays() const;
  [[nodiscard]] std::uint64_t lost_receipts() const { return receipts_ == nullptr ? 0 : receipts_->lost(); }

 private:
  RunningPipeline(const TailGroup::Parts& parts, ServiceConfig::Pipeline config, PipelineScrubbers scrubbers,
                  Owner& owner);
  Result<std::unique_ptr<io::ReceiptFile>> open_receipts(const ServiceConfig::Pipeline& config) const;
  void look_at_receipts();
  Result<std::unique_ptr<RunningSink>> open_sink(const ServiceConfig::Sink& sink,
                                                 const std::optional<io::SinkMark>& mark);
  [[nodiscard]] RunningSource::Parts source_parts();
  std::optional<Error> open_spool();
  [[nodiscard]] bool spool_is_empty() const { return spool_ == nullptr || spool_->spooled_bytes() == 0; }
  void use_sinks(std::vector<std::unique_ptr<RunningSink>> opened);
  void finish_children();
  void remove_what_has_left();
  [[nodiscard]] bool replays() const;
  [[nodiscard]] bool all_read() const;
  [[nodiscard]] bool all_written() const;

  void on_done(std::uint64_t bytes) override;
  void on_new_file() override { owner_.on_new_file(); }
  void on_ended() override;
  void on_failed_scans(unsigned count) override;
  io::ReceiptFile* receipts() override { return receipts_.get(); }
  void on_child_finished() override { owner_.on_ended(); }
  void on_reopened() override { owner_.on_reopened(); }
  void on_spool_failed(const Error& error) override { parts_.log.write(Level::error, "spool-failed", error); }

  TailGroup::Parts parts_;
  ServiceConfig::Pipeline config_;
  PipelineScrubbers scrubbers_;
  Owner& owner_;
  std::vector<std::unique_ptr<RunningSink>> sinks_;
  std::vector<std::unique_ptr<RunningSink>> leaving_sinks_;  // children that have not ended
  io::FanOut out_;                                           // all of sinks_
  std::unique_ptr<io::SpoolSink> spool_;                     // in front of out_; null: none
  std::vector<std::unique_ptr<RunningSource>> sources_;
  std::vector<std::unique_ptr<RunningSource>> leaving_sources_;  // what they have read is being written
  Stats total_;                                                  // of sources that are gone
  std::unique_ptr<io::ReceiptFile> receipts_;                    // null: nobody wants them
  std::uint64_t seen_lost_receipts_ = 0;
  std::uint64_t failed_scans_ = 0;
  std::uint64_t canary_checks_ = 0;
  bool canary_escaped_ = false;
  bool draining_ = false;
};

}  // namespace piiscrub::daemon
