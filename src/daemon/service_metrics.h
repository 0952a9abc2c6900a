// What a service reports of itself, as Prometheus reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/running_pipeline.h"

namespace piiscrub::daemon {

struct ServiceCounts {
  std::uint64_t uptime_ms = 0;
  std::uint64_t generation = 0;
  std::uint64_t failed_reloads = 0;
  std::uint64_t checkpoints = 0;
};

std::string service_metrics(const std::vector<std::unique_ptr<RunningPipeline>>& pipelines,
                            const ServiceCounts& counts);

}  // namespace piiscrub::daemon
