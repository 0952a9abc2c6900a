#include "daemon/service_metrics.h"

#include "daemon/endpoints.h"
#include "pipeline/metrics_text.h"

namespace piiscrub::daemon {
namespace {

using Type = MetricsText::Type;
using Pipelines = std::vector<std::unique_ptr<RunningPipeline>>;

void add_core_counters(MetricsText& text, const Pipelines& pipelines) {
  std::vector<Stats> stats;
  for (const auto& pipeline : pipelines) stats.push_back(pipeline->counted());
  std::vector<CountedPipeline> counted;
  for (std::size_t i = 0; i < pipelines.size(); ++i) {
    const RuleSetup& setup = pipelines[i]->scrubbers().own();
    counted.push_back({.name = pipelines[i]->config().name,
                       .stats = stats[i],
                       .failed_scans = pipelines[i]->failed_scans(),
                       .rules = setup.rules->rules(),
                       .policy = *setup.policy,
                       .others = pipelines[i]->scrubbers().policies()});
  }
  add_pipelines(text, counted);
}

struct Row {
  std::string_view metric;
  Type type;
  std::string_view help;
  std::uint64_t (*value)(const RunningPipeline&);
};

constexpr Row kPipelineRows[] = {
    {"piiscrub_pending_bytes", Type::gauge, "Bytes that were read and are not written.",
     [](const RunningPipeline& p) { return p.pending(); }},
    {"piiscrub_spool_bytes", Type::gauge, "Scrubbed bytes in the spool that no sink has taken yet.",
     [](const RunningPipeline& p) { return p.spool() == nullptr ? std::uint64_t{0} : p.spool()->spooled_bytes(); }},
    {"piiscrub_spool_full", Type::gauge, "Whether writes wait for room in the spool.",
     [](const RunningPipeline& p) { return std::uint64_t{p.spool() != nullptr && p.spool()->full() ? 1U : 0U}; }},
    {"piiscrub_canary_checks_total", Type::counter, "How often canaries were passed through.",
     [](const RunningPipeline& p) { return p.canary_checks(); }},
    {"piiscrub_canary_escaped", Type::gauge, "Whether a canary came out unscrubbed; then the service ends.",
     [](const RunningPipeline& p) { return std::uint64_t{p.canary_escaped() ? 1U : 0U}; }},
    {"piiscrub_lost_receipts_total", Type::counter, "Receipts that could not be written.",
     [](const RunningPipeline& p) { return p.lost_receipts(); }},
    {"piiscrub_inputs", Type::gauge, "Files and connections that are being read.",
     [](const RunningPipeline& p) { return std::uint64_t{p.relays()}; }},
};

bool speaks_tls(const RunningSink& sink) { return endpoint_of(sink.config()).transport == io::Transport::tls; }

struct SinkRow {
  std::string_view metric;
  Type type;
  std::string_view help;
  std::uint64_t (*value)(const RunningSink&);
};

constexpr SinkRow kSinkRows[] = {
    {"piiscrub_sink_queue_bytes", Type::gauge, "Scrubbed bytes that wait for the sink.",
     [](const RunningSink& s) { return std::uint64_t{s.sink().queued_bytes()}; }},
    {"piiscrub_sink_blocked", Type::gauge, "Whether the sink cannot be written, for a full disk, say.",
     [](const RunningSink& s) { return std::uint64_t{s.blocked() ? 1U : 0U}; }},
    {"piiscrub_sink_connected", Type::gauge, "Whether a network sink is connected, or the child of an exec sink runs.",
     [](const RunningSink& s) { return std::uint64_t{s.network().connected ? 1U : 0U}; }},
    {"piiscrub_sink_tls", Type::gauge, "Whether the sink is connected, and by TLS.",
     [](const RunningSink& s) { return std::uint64_t{s.network().connected && speaks_tls(s) ? 1U : 0U}; }},
    {"piiscrub_sink_connections_total", Type::counter, "Connections made, or children started.",
     [](const RunningSink& s) { return s.network().connections; }},
    {"piiscrub_sink_failed_connections_total", Type::counter,
     "Connections that failed or were lost, or children that ended.",
     [](const RunningSink& s) { return s.network().failed_connections; }},
    {"piiscrub_sink_truncated_records_total", Type::counter, "Records cut because they were too long for a datagram.",
     [](const RunningSink& s) { return s.network().truncated; }},
    {"piiscrub_sink_dropped_records_total", Type::counter, "Datagrams that the system refused as too long.",
     [](const RunningSink& s) { return s.network().dropped; }},
};

struct FileRow {
  std::string_view metric;
  Type type;
  std::string_view help;
  std::uint64_t (*value)(const TailGroup::FileStats&);
};

constexpr FileRow kFileRows[] = {
    {"piiscrub_file_lag_bytes", Type::gauge, "Bytes in a file that were not read yet.",
     [](const TailGroup::FileStats& f) { return f.unread; }},
    {"piiscrub_file_lag_seconds", Type::gauge, "For how long the oldest byte that was not read yet has been seen.",
     [](const TailGroup::FileStats& f) { return f.unread_ms / 1000; }},
    {"piiscrub_file_rotations_total", Type::counter, "How often a file was rotated by renaming it.",
     [](const TailGroup::FileStats& f) { return f.tail.rotations; }},
    {"piiscrub_file_truncations_total", Type::counter, "How often a file was truncated.",
     [](const TailGroup::FileStats& f) { return f.tail.truncations; }},
};

struct ListenerRow {
  std::string_view metric;
  Type type;
  std::string_view help;
  std::uint64_t io::ListenerStats::*value;
};

constexpr ListenerRow kListenerRows[] = {
    {"piiscrub_connections", Type::gauge, "Connections that are open.", &io::ListenerStats::connections},
    {"piiscrub_accepted_connections_total", Type::counter, "Connections accepted.", &io::ListenerStats::accepted},
    {"piiscrub_refused_connections_total", Type::counter, "Connections over a limit or from peers not allowed.",
     &io::ListenerStats::refused},
    {"piiscrub_failed_handshakes_total", Type::counter, "TLS handshakes that failed.",
     &io::ListenerStats::failed_handshakes},
    {"piiscrub_idle_connections_closed_total", Type::counter, "Connections closed because they were idle.",
     &io::ListenerStats::timed_out},
    {"piiscrub_malformed_frames_total", Type::counter, "Connections closed for an octet count that is none.",
     &io::ListenerStats::malformed_frames},
    {"piiscrub_lost_datagrams_total", Type::counter, "Datagrams dropped by the kernel before they could be read.",
     &io::ListenerStats::datagrams_dropped},
    {"piiscrub_truncated_datagrams_total", Type::counter, "Datagrams longer than the receive buffer.",
     &io::ListenerStats::datagrams_truncated},
};

// Rows for the certificates there are.
void add_expiry(MetricsText& text, const std::string& labels, const io::CertificateExpiry& expiry) {
  const auto add = [&](std::string_view whose, std::int64_t at) {
    if (at > 0) text.add(labels + "," + metrics_label("certificate", whose), static_cast<std::uint64_t>(at));
  };
  add("own", expiry.own);
  add("peer", expiry.peer);
}

void add_certificates(MetricsText& text, const Pipelines& pipelines) {
  text.begin("piiscrub_certificate_expiry_timestamp_seconds", Type::gauge,
             "When a certificate of TLS expires: our own, and that which the last peer has shown.");
  for (const auto& pipeline : pipelines) {
    const std::string label = metrics_label("pipeline", pipeline->config().name) + ",";
    for (const auto& [endpoint, stats] : pipeline->listeners()) {
      add_expiry(text, label + metrics_label("endpoint", endpoint), stats.expiry);
    }
    for (const auto& sink : pipeline->sinks()) {
      add_expiry(text, label + metrics_label("sink", sink->config().endpoint.value), sink->network().expiry);
    }
  }
}

void add_service(MetricsText& text, std::string_view metric, Type type, std::string_view help, std::uint64_t value) {
  text.begin(metric, type, help);
  text.add("", value);
}

}  // namespace

std::string service_metrics(const Pipelines& pipelines, const ServiceCounts& counts) {
  MetricsText text;
  add_core_counters(text, pipelines);
  for (const Row& row : kPipelineRows) {
    text.begin(row.metric, row.type, row.help);
    for (const auto& pipeline : pipelines) {
      text.add(metrics_label("pipeline", pipeline->config().name), row.value(*pipeline));
    }
  }
  for (const SinkRow& row : kSinkRows) {
    text.begin(row.metric, row.type, row.help);
    for (const auto& pipeline : pipelines) {
      for (const auto& sink : pipeline->sinks()) {
        text.add(metrics_label("pipeline", pipeline->config().name) + "," +
                     metrics_label("sink", sink->config().endpoint.value),
                 row.value(*sink));
      }
    }
  }
  for (const FileRow& row : kFileRows) {
    text.begin(row.metric, row.type, row.help);
    for (const auto& pipeline : pipelines) {
      for (const TailGroup::FileStats& file : pipeline->files()) {
        text.add(metrics_label("pipeline", pipeline->config().name) + "," + metrics_label("path", file.path),
                 row.value(file));
      }
    }
  }
  for (const ListenerRow& row : kListenerRows) {
    text.begin(row.metric, row.type, row.help);
    for (const auto& pipeline : pipelines) {
      for (const auto& [endpoint, stats] : pipeline->listeners()) {
        text.add(metrics_label("pipeline", pipeline->config().name) + "," + metrics_label("endpoint", endpoint),
                 stats.*row.value);
      }
    }
  }
  add_certificates(text, pipelines);
  add_service(text, "piiscrub_uptime_seconds", Type::gauge, "Since the start.", counts.uptime_ms / 1000);
  add_service(text, "piiscrub_reload_generation", Type::gauge, "1 at the start; one more for each reload.",
              counts.generation);
  add_service(text, "piiscrub_failed_reloads_total", Type::counter,
              "Reloads after which the old configuration went on.", counts.failed_reloads);
  add_service(text, "piiscrub_checkpoints_total", Type::counter, "Checkpoints saved.", counts.checkpoints);
  return text.text();
}

}  // namespace piiscrub::daemon
