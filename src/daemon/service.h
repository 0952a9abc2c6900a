// Service: `piiscrub run`: all pipelines of a configuration, from the first byte to the last checkpoint.
//
//   start    load, test, open everything; READY=1
//   SIGHUP   load and test again beside the running state; swap, or keep the old one and say why; open files anew
//   SIGTERM  read nothing more, write what was read, checkpoint, end; a second one ends at once
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/log.h"
#include "daemon/running_pipeline.h"
#include "daemon/scrubber.h"
#include "daemon/state_directory.h"
#include "io/buffer_pool.h"
#include "io/error_budget.h"
#include "io/http_server.h"
#include "io/loop.h"
#include "io/notify_socket.h"
#include "io/signals.h"
#include "io/text_server.h"

namespace piiscrub::daemon {

/// How a run has ended.
enum class Ended : std::uint8_t {
  done,          ///< on request, or because nothing more can come
  refused,       ///< the configuration is wrong, or something that it names; it was logged
  scan_errors,   ///< ten scan errors within 60 s
  write_failed,  ///< standard output could not be written
  leaking,       ///< a canary came out unscrubbed
};

/// Lives on the thread that runs it.
class Service final : private RunningPipeline::Owner {
 public:
  explicit Service(std::string config_path);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Runs to the end.
  Ended run();

 private:
  /// What a reload needs that can fail, opened.
  struct Prepared {
    std::vector<RunningPipeline::Change> changes;          // by pipeline that goes on; of the others without meaning
    std::vector<std::unique_ptr<RunningPipeline>> opened;  // by pipeline; null: it goes on
    std::unique_ptr<io::TextServer> metrics_server;        // null: none, or the present one
    std::unique_ptr<io::HttpServer> http_server;           // null: none, or the present one
  };

  bool open(const LoadedConfig& loaded);
  std::optional<Error> open_pipelines(const std::vector<PipelineScrubbers>& scrubbers);
  std::optional<Error> open_reports(const ServiceConfig& config, Prepared& prepared);
  void use_reports(Prepared& prepared, const ServiceConfig& config);
  void start_timers();
  void schedule_metrics();
  void on_signal(io::Signal signal);
  void drain();
  void finish_draining();
  void end(Ended how);

  void reload();
  void take_over(LoadedConfig loaded);
  Result<Prepared> prepare(const ServiceConfig& config, const std::vector<PipelineScrubbers>& scrubbers);
  void use(Prepared prepared, ServiceConfig config, const std::vector<PipelineScrubbers>& scrubbers);
  void reopen_files();

  void sweep();
  void sweep_leaving();
  [[nodiscard]] RunningPipeline* present(const std::string& name);
  [[nodiscard]] TailGroup::Parts parts();
  [[nodiscard]] int sink_error() const;  // the errno that made a sink fail for good; 0: none
  void save_checkpoint();
  void write_metrics_file();
  void feed_watchdog();
  void check_canaries();
  void schedule_canaries();
  [[nodiscard]] std::string metrics() const;
  [[nodiscard]] std::string status() const;
  void report_warnings(const LoadedConfig& loaded);

  void on_done(std::uint64_t bytes) override;
  void on_new_file() override { checkpoint_soon_.start_once(0); }
  void on_reopened() override { save_checkpoint(); }
  void on_ended() override;
  void on_failed_scans(unsigned count) override;

  std::string config_path_;
  Log log_;
  io::NotifySocket notify_;
  io::Loop loop_;
  io::BufferPool buffers_;
  io::Signals signals_;
  ServiceConfig config_;
  std::optional<StateDirectory> state_;
  Checkpoint loaded_checkpoint_;
  std::shared_ptr<ScrubberPool> scrubbers_;
  std::vector<std::unique_ptr<RunningPipeline>> pipelines_;  // in the order of the configuration
  /// What a reload has removed, while what it has read is being written.
  struct Leaving {
    std::unique_ptr<RunningPipeline> pipeline;
    std::uint64_t until_ms;
  };
  std::vector<Leaving> leaving_;
  std::unique_ptr<io::TextServer> metrics_server_;
  std::unique_ptr<io::HttpServer> http_server_;
  io::ErrorBudget budget_;

  io::Timer sweep_timer_;
  io::Timer checkpoint_timer_;
  io::Timer checkpoint_soon_;
  io::Timer metrics_timer_;
  io::Timer watchdog_timer_;
  io::Timer canary_timer_;
  io::Timer drain_deadline_;
  io::Timer look_soon_;

  std::string saved_;  // the text of the last checkpoint
  std::uint64_t bytes_since_checkpoint_ = 0;
  std::uint64_t checkpoint_soon_at_ = 0;  // when bytes, not time, last asked for one
  std::uint64_t checkpoint_took_ms_ = 0;  // the last one
  std::uint64_t started_at_ = 0;
  std::uint64_t generation_ = 1;
  std::uint64_t failed_reloads_ = 0;
  std::uint64_t checkpoints_ = 0;
  bool reloading_ = false;
  bool reload_again_ = false;
  bool draining_ = false;
  std::optional<Ended> ended_;
};

}  // namespace piiscrub::daemon
