#include "piiscrub/pipeline.h"

#include <utility>

namespace piiscrub {

Pipeline::Pipeline(std::shared_ptr<const RuleDatabase> rules, PipelineOptions options)
    : framer_(options.max_record_bytes), scanner_(rules), editor_(std::move(rules), options) {}

void Pipeline::push(std::string_view bytes, Output& out) {
  stats_.bytes_in += bytes.size();
  framer_.push(bytes);
  drain(out);
}

void Pipeline::finish(Output& out) {
  framer_.finish();
  drain(out);
}

void Pipeline::drain(Output& out) {
  const std::size_t before = out.size();
  while (const std::optional<Chunk> chunk = framer_.next()) {
    scanner_.scan(chunk->bytes, scan_);
    state_ = editor_.edit(*chunk, scan_, state_, out, stats_);
  }
  stats_.bytes_out += out.size() - before;
}

}  // namespace piiscrub
