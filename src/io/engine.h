// Engine: what one thread needs to scrub batches.
#pragma once

#include <memory>
#include <utility>

#include "piiscrub/pipeline.h"

namespace piiscrub::io {

struct EngineOptions {
  std::shared_ptr<const RuleDatabase> rules;
  PipelineOptions pipeline;
  bool receipts = false;  ///< what is found is told of
};

/// One per thread.
struct Engine {
  explicit Engine(const EngineOptions& options)
      : scanner(options.rules), editor(options.rules, options.pipeline), receipts(options.receipts) {}

  Scanner scanner;
  Editor editor;
  bool receipts;
};

}  // namespace piiscrub::io
