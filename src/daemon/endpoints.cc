#include "daemon/endpoints.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "io/http_server.h"

namespace piiscrub::daemon {
namespace {

using Config = ServiceConfig;
using io::Transport;

void add_at(const SourceLocation& where, Error error, std::vector<Error>& errors) {
  error.file = where.file;
  error.line = where.line;
  error.column = where.column;
  errors.push_back(std::move(error));
}

void check_source(const Config::Source& source, std::vector<Error>& errors) {
  const SourceLocation& where = source.endpoint.where;
  const Result<io::Endpoint> endpoint = io::parse_endpoint(source.endpoint.value, io::Direction::source);
  if (!endpoint) return add_at(where, endpoint.error(), errors);
  if (endpoint->transport == Transport::file && !endpoint->path.starts_with('/')) {
    add_at(where, {.message = "the path of a file must be absolute", .advice = "begin it with /"}, errors);
  }
  if (endpoint->transport == Transport::tls && (!source.tls.certificate || !source.tls.key)) {
    add_at(where,
           {.message = "TLS needs a certificate and its key", .advice = "write tls = { certificate = ..., key = ... }"},
           errors);
  }
}

void check_sink(const Config::Sink& sink, std::vector<Error>& errors) {
  const SourceLocation& where = sink.endpoint.where;
  const Result<io::Endpoint> endpoint = io::parse_endpoint(sink.endpoint.value, io::Direction::sink);
  if (!endpoint) return add_at(where, endpoint.error(), errors);
  if (endpoint->transport == Transport::file && !endpoint->path.starts_with('/')) {
    add_at(where, {.message = "the path of a file must be absolute", .advice = "begin it with /"}, errors);
  }
  if (endpoint->transport == Transport::exec) {
    const std::string& program = endpoint->argv.front();
    if (!program.starts_with('/')) {
      add_at(where, {.message = "the path of a program must be absolute", .advice = "begin it with /"}, errors);
    } else if (::access(program.c_str(), X_OK) != 0) {
      add_at(where, {.message = program + ": no program that piiscrub may run"}, errors);
    }
  }
}

std::string path_or_nothing(const std::optional<Config::Text>& text) { return text ? text->value : std::string(); }

io::TlsOptions tls_options(const Config::Tls& tls) {
  return {.certificate_file = path_or_nothing(tls.certificate),
          .key_file = path_or_nothing(tls.key),
          .ca_file = path_or_nothing(tls.ca),
          .verify = tls.verify,
          .server_name = tls.server_name,
          .fingerprints = tls.fingerprints};
}

bool same_tls(const Config::Tls& a, const Config::Tls& b) {
  return path_or_nothing(a.certificate) == path_or_nothing(b.certificate) &&
         path_or_nothing(a.key) == path_or_nothing(b.key) && path_or_nothing(a.ca) == path_or_nothing(b.ca) &&
         a.server_name == b.server_name && a.fingerprints == b.fingerprints && a.verify == b.verify;
}

// Each endpoint once: two readers or writers of one would get in each other's way.
template <typename Ends>
void check_no_twins(const Ends& ends, std::vector<Error>& errors) {
  for (auto end = ends.begin(); end != ends.end(); ++end) {
    const bool twin =
        std::any_of(ends.begin(), end, [&](const auto& other) { return other.endpoint.value == end->endpoint.value; });
    if (twin) add_at(end->endpoint.where, {.message = "the pipeline has this endpoint already"}, errors);
  }
}

// Who sends a datagram is not known for sure.
void check_peers(const Config& config, const Config::PolicyChoice& choice, std::vector<Error>& errors) {
  if (choice.peers.empty() && choice.users.empty()) return;
  for (const Config::Pipeline& pipeline : config.pipelines) {
    for (const Config::Source& source : pipeline.sources) {
      if (!covers(choice, pipeline, source)) continue;
      const Result<io::Endpoint> endpoint = io::parse_endpoint(source.endpoint.value, io::Direction::source);
      if (!endpoint || (endpoint->transport != Transport::udp && endpoint->transport != Transport::unix_datagram)) {
        continue;
      }
      add_at(choice.where,
             {.message = "policy: the sender of a datagram is not known for sure, which " + pipeline.name + " reads",
              .advice = "name the sources of connections under 'sources'"},
             errors);
    }
  }
}

}  // namespace

void check_endpoints(const Config& config, std::vector<Error>& errors) {
  for (const Config::Pipeline& pipeline : config.pipelines) {
    for (const Config::Source& source : pipeline.sources) check_source(source, errors);
    for (const Config::Sink& sink : pipeline.sinks) check_sink(sink, errors);
    check_no_twins(pipeline.sources, errors);
    check_no_twins(pipeline.sinks, errors);
  }
  if (config.metrics_http && !io::is_loopback_address(config.metrics_http->value)) {
    add_at(config.metrics_http->where,
           {.message = "metrics_http: not an address of this machine alone, with a port",
            .advice = "write 127.0.0.1:9477 or [::1]:9477; a proxy can say it to others"},
           errors);
  }
  for (const Config::PolicyChoice& choice : config.policies) check_peers(config, choice, errors);
}

io::Endpoint endpoint_of(const Config::Source& source) {
  return *io::parse_endpoint(source.endpoint.value, io::Direction::source);
}

io::Endpoint endpoint_of(const Config::Sink& sink) {
  return *io::parse_endpoint(sink.endpoint.value, io::Direction::sink);
}

io::ListenerOptions listener_options(const Config::Source& source, std::size_t max_record_bytes) {
  io::ListenerOptions options;
  options.max_connections = source.max_connections;
  options.max_connections_per_address = source.max_connections_per_address;
  options.idle_timeout_ms = source.idle_timeout_ms;
  options.max_record_bytes = max_record_bytes;
  options.allowed_users = source.allowed_users;
  options.socket_mode = source.socket_mode;
  options.tls = tls_options(source.tls);
  return options;
}

io::NetworkSinkOptions network_sink_options(const Config::Sink& sink) {
  io::NetworkSinkOptions options;
  options.reconnect_min_ms = sink.reconnect_min_ms;
  options.reconnect_max_ms = sink.reconnect_max_ms;
  options.connect_timeout_ms = sink.connect_timeout_ms;
  options.tls = tls_options(sink.tls);
  return options;
}

io::ExecSinkOptions exec_sink_options(const Config::Sink& sink) {
  return {.restart_min_ms = sink.reconnect_min_ms, .restart_max_ms = sink.reconnect_max_ms};
}

bool same_sink(const Config::Sink& a, const Config::Sink& b) {
  return a.endpoint.value == b.endpoint.value && a.fsync == b.fsync && a.mode == b.mode &&
         a.reconnect_min_ms == b.reconnect_min_ms && a.reconnect_max_ms == b.reconnect_max_ms &&
         a.connect_timeout_ms == b.connect_timeout_ms && same_tls(a.tls, b.tls);
}

bool can_replay(const Config::Pipeline& pipeline) {
  return pipeline.sinks.size() == 1 && !pipeline.spool &&
         endpoint_of(pipeline.sinks.front()).transport == Transport::file &&
         std::all_of(pipeline.sources.begin(), pipeline.sources.end(), [](const Config::Source& source) {
           return endpoint_of(source).transport == Transport::file && source.start == StartAt::checkpoint;
         });
}

bool covers(const Config::PolicyChoice& choice, const Config::Pipeline& pipeline, const Config::Source& source) {
  const auto names = [](const std::vector<Config::Text>& texts, const std::string& value) {
    return texts.empty() ||
           std::any_of(texts.begin(), texts.end(), [&](const Config::Text& text) { return text.value == value; });
  };
  return names(choice.pipelines, pipeline.name) && names(choice.sources, source.endpoint.value);
}

}  // namespace piiscrub::daemon
