// RunningSink: one opened sink of a pipeline, and what is said of it in log and metrics.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "config/service_config.h"
#include "daemon/log.h"
#include "io/append_sink.h"
#include "io/exec_sink.h"
#include "io/listener.h"
#include "io/sink.h"

namespace piiscrub::daemon {

/// Lives on the loop thread.
class RunningSink final : private io::AppendSink::Observer, private io::ExecSink::Observer {
 public:
  class Owner {
   public:
    /// The child of an exec sink has ended after finish().
    virtual void on_child_finished() = 0;
    /// A file goes on in a new one: a checkpoint is wanted at once, before anything is written to it.
    virtual void on_reopened() = 0;

   protected:
    ~Owner() = default;
  };

  /// Opens it; a file is cut at `mark`. `log` and `owner` must outlive it.
  static Result<std::unique_ptr<RunningSink>> open(io::Loop& loop, Log& log, ServiceConfig::Sink config,
                                                   const std::optional<io::SinkMark>& mark, Owner& owner);
  ~RunningSink();

  /// Whether this sink can do what `other` says without being opened anew.
  [[nodiscard]] bool can_become(const ServiceConfig::Sink& other) const;
  /// REQUIRES: can_become(config).
  void use(ServiceConfig::Sink config);

  /// Says in the log what has changed. Call it about once a second.
  void look();
  /// Opens a file anew.
  std::optional<Error> reopen();
  /// Ends the input of a child. REQUIRES: nothing is queued, and no further write.
  void finish();
  /// Whether no child runs after finish(); true of all other sinks.
  [[nodiscard]] bool finished() const;
  /// Of a file: where it stands, on the disk then if the configuration asks for it.
  [[nodiscard]] std::optional<io::SinkMark> mark();

  [[nodiscard]] io::Sink& sink() { return *sink_; }
  [[nodiscard]] const io::Sink& sink() const { return *sink_; }
  [[nodiscard]] const ServiceConfig::Sink& config() const { return config_; }
  /// Of a network sink: its connection; of an exec sink: its child.
  [[nodiscard]] const io::NetworkSinkStats& network() const { return network_stats_; }
  [[nodiscard]] bool blocked() const { return blocked_; }
  [[nodiscard]] bool is_child() const { return child_ != nullptr; }
  [[nodiscard]] bool is_network() const { return network_; }

 private:
  RunningSink(Log& log, ServiceConfig::Sink config, Owner& owner);
  std::optional<Error> open(io::Loop& loop, const std::optional<io::SinkMark>& mark);
  void log_connection();

  void on_blocked(int error) override;
  void on_unblocked() override;
  void on_reopened(const std::optional<Error>& error) override;
  void on_child_finished() override { owner_.on_child_finished(); }

  Log& log_;
  ServiceConfig::Sink config_;
  Owner& owner_;
  io::NetworkSinkStats network_stats_;
  std::uint64_t seen_failures_ = 0;
  bool was_connected_ = false;
  bool network_ = false;
  bool blocked_ = false;
  bool failed_ = false;
  io::AppendSink* file_ = nullptr;  // sink_, if it is one
  io::ExecSink* child_ = nullptr;   // sink_, if it is one
  std::unique_ptr<io::Sink> sink_;  // last: it calls and counts to the end
};

}  // namespace piiscrub::daemon
