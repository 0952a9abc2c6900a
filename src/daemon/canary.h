// Canaries: synthetic values that must never come out. If one does, nothing that the same rules let through can be
// trusted.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/service_config.h"
#include "piiscrub/pipeline.h"

namespace piiscrub::daemon {

/// Passes values of several kinds, and those of `own`, through rules and policy, each as a log of its own; nothing goes
/// to a sink. Of the built-in values those are left out that the policy does not hide, or may let stay. Returns names
/// of those that came out: `rule email`, `entry 2 of canaries`.
std::vector<std::string> escaped_canaries(const std::shared_ptr<const RuleDatabase>& rules,
                                          const PipelineOptions& options, std::span<const ServiceConfig::Text> own);

}  // namespace piiscrub::daemon
