// MetricsText: counts in the text exposition format of Prometheus.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/policy.h"
#include "piiscrub/rule.h"
#include "piiscrub/stats.h"

namespace piiscrub {

/// Builds the text. A metric's rows must follow each other: begin() it, then add its rows.
class MetricsText {
 public:
  enum class Type : std::uint8_t { counter, gauge };

  /// Starts with piiscrub_build_info.
  MetricsText();

  void begin(std::string_view metric, Type type, std::string_view help);
  /// A row of the metric that was begun. `labels` are written as they are: `a="b",c="d"`, or empty.
  void add(std::string_view labels, std::uint64_t value);
  void add(std::string_view labels, double value);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add_name(std::string_view labels);

  std::string text_;
  std::string metric_;
};

/// `name="value"`, with what a label's value cannot hold escaped.
std::string metrics_label(std::string_view name, std::string_view value);

/// What one pipeline has counted.
struct CountedPipeline {
  std::string_view name = {};  ///< the label `pipeline`; empty: none
  const Stats& stats;
  std::uint64_t failed_scans = 0;
  std::span<const Rule> rules;
  const Policy& policy;
  std::vector<std::shared_ptr<const Policy>> others = {};  ///< by which findings may be treated too
};

/// Adds the counters of all `pipelines`. Every rule that can be counted has its row, found or not, so that series do
/// not come and go.
void add_pipelines(MetricsText& text, std::span<const CountedPipeline> pipelines);

}  // namespace piiscrub
