#include "daemon/running_sink.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "daemon/endpoints.h"

namespace piiscrub::daemon {

using io::Transport;

RunningSink::RunningSink(Log& log, ServiceConfig::Sink config, Owner& owner)
    : log_(log), config_(std::move(config)), owner_(owner) {}

RunningSink::~RunningSink() = default;

Result<std::unique_ptr<RunningSink>> RunningSink::open(io::Loop& loop, Log& log, ServiceConfig::Sink config,
                                                       const std::optional<io::SinkMark>& mark, Owner& owner) {
  std::unique_ptr<RunningSink> sink(new RunningSink(log, std::move(config), owner));
  if (std::optional<Error> error = sink->open(loop, mark)) return *error;
  return sink;
}

std::optional<Error> RunningSink::open(io::Loop& loop, const std::optional<io::SinkMark>& mark) {
  const io::Endpoint endpoint = endpoint_of(config_);
  if (endpoint.transport == Transport::standard) {
    sink_ = io::make_sink_for(loop, STDOUT_FILENO);
  } else if (endpoint.transport == Transport::exec) {
    io::ExecSinkOptions options = exec_sink_options(config_);
    options.stats = &network_stats_;
    io::ExecSink::Observer& observer = *this;
    std::unique_ptr<io::ExecSink> child = io::make_exec_sink(loop, endpoint.argv, options, observer);
    child_ = child.get();
    sink_ = std::move(child);
  } else if (endpoint.transport == Transport::file) {
    io::AppendSink::Observer& observer = *this;
    Result<std::unique_ptr<io::AppendSink>> file =
        io::AppendSink::open(loop, endpoint.path, config_.mode, mark, observer);
    if (!file) return file.error();
    file_ = file->get();
    sink_ = *std::move(file);
  } else {
    io::NetworkSinkOptions options = network_sink_options(config_);
    options.stats = &network_stats_;
    Result<std::unique_ptr<io::Sink>> sink = io::make_network_sink(loop, endpoint, options);
    if (!sink) return sink.error();
    network_ = true;
    sink_ = *std::move(sink);
  }
  return std::nullopt;
}

// A connection or a child is made with all its options; a file only with its mode.
bool RunningSink::can_become(const ServiceConfig::Sink& other) const {
  return network_ || child_ != nullptr ? same_sink(config_, other) : config_.endpoint.value == other.endpoint.value;
}

void RunningSink::use(ServiceConfig::Sink config) {
  config_ = std::move(config);
  if (file_ != nullptr) file_->set_mode(config_.mode);
}

void RunningSink::look() {
  log_connection();
  const int error = sink_->error();
  if (error == 0 || std::exchange(failed_, true)) return;
  log_.write(Level::error, "write-failed",
             config_.endpoint.value + ": cannot write: " + std::generic_category().message(error));
}

// A collector that cannot be reached, or a child that has ended, is said once, and again when it is back.
void RunningSink::log_connection() {
  if (network_stats_.failed_connections == seen_failures_ && network_stats_.connected == was_connected_) return;
  const bool failed = network_stats_.failed_connections != seen_failures_;
  seen_failures_ = network_stats_.failed_connections;
  was_connected_ = network_stats_.connected;
  const std::string& sink = config_.endpoint.value;
  if (failed) {
    const std::string_view state = child_ == nullptr ? ": not connected: " : ": not running: ";
    log_.write(Level::warning, "not-connected", sink + std::string(state) + network_stats_.last_error);
  }
  if (was_connected_) log_.write(Level::info, "connected", sink + (child_ == nullptr ? ": connected" : ": running"));
}

void RunningSink::on_blocked(int error) {
  blocked_ = true;
  log_.write(Level::error, "sink-blocked",
             config_.endpoint.value + ": cannot write, trying again: " + std::generic_category().message(error));
}

void RunningSink::on_unblocked() {
  blocked_ = false;
  log_.write(Level::info, "sink-unblocked", config_.endpoint.value + ": writing again");
}

void RunningSink::on_reopened(const std::optional<Error>& error) {
  if (error) log_.write(Level::error, "reopen-failed", *error);
  owner_.on_reopened();
}

std::optional<Error> RunningSink::reopen() { return file_ == nullptr ? std::nullopt : file_->reopen(); }

void RunningSink::finish() {
  if (child_ != nullptr) child_->finish();
}

bool RunningSink::finished() const { return child_ == nullptr || child_->finished(); }

std::optional<io::SinkMark> RunningSink::mark() {
  if (file_ == nullptr) return std::nullopt;
  if (config_.fsync && !file_->sync()) {
    log_.write(Level::error, "sync-failed", config_.endpoint.value + ": cannot write to the disk");
  }
  return file_->mark();
}

}  // namespace piiscrub::daemon
