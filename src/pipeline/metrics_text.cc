#include "pipeline/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/append_format.h"

namespace piiscrub {
namespace {

using Type = MetricsText::Type;

struct TotalRow {
  std::string_view metric;
  std::string_view help;
  std::uint64_t (*value)(const CountedPipeline&);
};

constexpr TotalRow kTotals[] = {
    {"piiscrub_records_total", "Records read.", [](const CountedPipeline& p) { return p.stats.records; }},
    {"piiscrub_edited_records_total", "Records that left changed.",
     [](const CountedPipeline& p) { return p.stats.records_edited; }},
    {"piiscrub_input_bytes_total", "Bytes read.", [](const CountedPipeline& p) { return p.stats.bytes_in; }},
    {"piiscrub_output_bytes_total", "Bytes written.", [](const CountedPipeline& p) { return p.stats.bytes_out; }},
    {"piiscrub_checked_bytes_total", "Bytes of records that were checked and have left, or were dropped.",
     [](const CountedPipeline& p) { return p.stats.bytes_checked; }},
    {"piiscrub_discarded_bytes_total", "Bytes of over-long records that did not leave.",
     [](const CountedPipeline& p) { return p.stats.bytes_discarded; }},
    {"piiscrub_dropped_records_total", "Records that were dropped.",
     [](const CountedPipeline& p) { return p.stats.records_dropped; }},
    {"piiscrub_dropped_bytes_total", "Bytes of dropped records.",
     [](const CountedPipeline& p) { return p.stats.bytes_dropped; }},
    {"piiscrub_candidates_total", "Hits in records in which something was found.",
     [](const CountedPipeline& p) { return p.stats.candidates; }},
    {"piiscrub_failed_scans_total", "Scans that did not finish.",
     [](const CountedPipeline& p) { return p.failed_scans; }},
};

std::uint64_t count_of(const std::vector<std::uint64_t>& by_rule, std::size_t rule) {
  return rule < by_rule.size() ? by_rule[rule] : 0;
}

bool can_be_allowed(const Policy& policy, std::size_t index, const Rule& rule) {
  return std::any_of(policy.allow.begin(), policy.allow.end(),
                     [&](const Allowance& allowance) { return allowance.covers(index, rule); });
}

std::string joined(std::string labels, std::string_view more) {
  if (!labels.empty() && !more.empty()) labels += ',';
  return labels.append(more);
}

std::string pipeline_label(const CountedPipeline& pipeline) {
  return pipeline.name.empty() ? std::string() : metrics_label("pipeline", pipeline.name);
}

std::string rule_labels(const Rule& rule) {
  return fmt::format("rule=\"{}\",type=\"{}\",category=\"{}\"", rule.id, rule.type, name(rule.category));
}

// A row per rule that `wanted` lets through.
template <typename Wanted>
void add_by_rule(MetricsText& text, const CountedPipeline& pipeline, const std::vector<std::uint64_t>& counts,
                 Wanted wanted) {
  for (std::size_t i = 0; i < pipeline.rules.size(); ++i) {
    if (!wanted(i)) continue;
    const Rule& rule = pipeline.rules[i];
    text.add(joined(pipeline_label(pipeline), rule_labels(rule)), count_of(counts, i));
  }
}

// Whether findings of `rule` may be treated by `action`.
bool may_act(const CountedPipeline& pipeline, std::size_t rule, Action action) {
  return pipeline.policy.treatment(rule).action == action ||
         std::any_of(pipeline.others.begin(), pipeline.others.end(),
                     [&](const auto& other) { return other->treatment(rule).action == action; });
}

// A row per rule and action that it may have, or has had under another configuration.
void add_findings(MetricsText& text, const CountedPipeline& pipeline) {
  for (std::size_t i = 0; i < pipeline.rules.size(); ++i) {
    for (std::size_t a = 0; a < std::size(kActionNames); ++a) {
      const auto action = static_cast<Action>(a);
      const std::uint64_t count = count_of(pipeline.stats.actions, Stats::action_index(i, action));
      if (count == 0 && !may_act(pipeline, i, action)) continue;
      const std::string labels = rule_labels(pipeline.rules[i]) + fmt::format(",action=\"{}\"", name(action));
      text.add(joined(pipeline_label(pipeline), labels), count);
    }
  }
}

}  // namespace

MetricsText::MetricsText() {
  begin("piiscrub_build_info", Type::gauge, "Version of piiscrub.");
  add(metrics_label("version", PIISCRUB_VERSION), std::uint64_t{1});
}

void MetricsText::begin(std::string_view metric, Type type, std::string_view help) {
  metric_ = metric;
  append_format(text_, "# HELP {0} {1}\n# TYPE {0} {2}\n", metric, help, type == Type::counter ? "counter" : "gauge");
}

void MetricsText::add_name(std::string_view labels) {
  text_ += metric_;
  if (!labels.empty()) append_format(text_, "{{{}}}", labels);
}

void MetricsText::add(std::string_view labels, std::uint64_t value) {
  add_name(labels);
  append_format(text_, " {}\n", value);
}

void MetricsText::add(std::string_view labels, double value) {
  add_name(labels);
  append_format(text_, " {}\n", value);
}

std::string metrics_label(std::string_view name, std::string_view value) {
  std::string label = fmt::format("{}=\"", name);
  for (const char c : value) {
    if (c == '\n') {
      label += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') label += '\\';
    label += c;
  }
  return label + '"';
}

void add_pipelines(MetricsText& text, std::span<const CountedPipeline> pipelines) {
  for (const TotalRow& row : kTotals) {
    text.begin(row.metric, Type::counter, row.help);
    for (const CountedPipeline& pipeline : pipelines) text.add(pipeline_label(pipeline), row.value(pipeline));
  }
  text.begin("piiscrub_masked_total", Type::counter,
             "Records, or parts of them, masked because they could not be checked.");
  for (const CountedPipeline& pipeline : pipelines) {
    for (std::size_t i = 0; i < kMaskReasons; ++i) {
      text.add(joined(pipeline_label(pipeline), metrics_label("reason", kMaskReasonNames[i])),
               pipeline.stats.masked[i]);
    }
  }
  text.begin("piiscrub_findings_total", Type::counter, "Findings, by what was done with them.");
  for (const CountedPipeline& pipeline : pipelines) {
    add_findings(text, pipeline);
  }
  text.begin("piiscrub_allowed_total", Type::counter, "Findings that stayed because an allow entry exempts them.");
  for (const CountedPipeline& pipeline : pipelines) {
    add_by_rule(text, pipeline, pipeline.stats.allowed,
                [&](std::size_t i) { return can_be_allowed(pipeline.policy, i, pipeline.rules[i]); });
  }
  text.begin("piiscrub_observed_total", Type::counter, "Findings of rules that are only observed.");
  for (const CountedPipeline& pipeline : pipelines) {
    add_by_rule(text, pipeline, pipeline.stats.observed,
                [&](std::size_t i) { return pipeline.policy.treatment(i).observed; });
  }
}

}  // namespace piiscrub
