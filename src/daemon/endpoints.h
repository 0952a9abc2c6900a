// What the endpoints of a configuration amount to.
#pragma once

#include <vector>

#include "config/service_config.h"
#include "io/endpoint.h"
#include "io/exec_sink.h"
#include "io/listener.h"

namespace piiscrub::daemon {

/// Appends an error, with its place, for each endpoint that cannot be parsed, and for each option that does not fit.
void check_endpoints(const ServiceConfig& config, std::vector<Error>& errors);

/// The endpoint of a source or sink that has been checked.
io::Endpoint endpoint_of(const ServiceConfig::Source& source);
io::Endpoint endpoint_of(const ServiceConfig::Sink& sink);

io::ListenerOptions listener_options(const ServiceConfig::Source& source, std::size_t max_record_bytes);
io::NetworkSinkOptions network_sink_options(const ServiceConfig::Sink& sink);
io::ExecSinkOptions exec_sink_options(const ServiceConfig::Sink& sink);

/// Whether two sinks are to be the same in all.
bool same_sink(const ServiceConfig::Sink& a, const ServiceConfig::Sink& b);

/// Whether every byte that reaches the sink of `pipeline` can be read again, and goes to one file at once: then that
/// can be cut at a checkpoint.
bool can_replay(const ServiceConfig::Pipeline& pipeline);

/// Whether `choice` may hold for what comes from `source`: its conditions on pipelines and sources do.
bool covers(const ServiceConfig::PolicyChoice& choice, const ServiceConfig::Pipeline& pipeline,
            const ServiceConfig::Source& source);

}  // namespace piiscrub::daemon
