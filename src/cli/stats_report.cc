#include "cli/stats_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "cli/console.h"

namespace piiscrub::cli {
namespace {

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

void add_metric(std::string& text, std::string_view name, std::string_view help, std::uint64_t value) {
  fmt::format_to(std::back_inserter(text), "# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name, help, value);
}

std::uint64_t findings_of(const Stats& stats, std::size_t rule) {
  return rule < stats.findings.size() ? stats.findings[rule] : 0;
}

using Row = std::pair<std::uint64_t, std::string_view>;

void add_rows(std::string& text, std::string_view heading, std::vector<Row> rows, bool color) {
  std::erase_if(rows, [](const Row& row) { return row.first == 0; });
  if (rows.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.first > b.first; });
  text += styled(heading, Style::bold, color) + "\n";
  for (const auto& [count, what] : rows) {
    fmt::format_to(std::back_inserter(text), "{:>15}  {}\n", with_commas(count), what);
  }
}

}  // namespace

std::string human_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 99.95 ? 0 : 1, kUnits[unit]);
}

std::string stats_table(const RunStats& run, std::span<const Rule> rules, bool color) {
  const Stats& stats = run.stats;
  std::string text = styled("Totals", Style::bold, color) + "\n";
  const std::array<Row, 7> totals = {{{stats.records, "records read"},
                                      {stats.records_edited, "records changed"},
                                      {stats.bytes_in, "bytes read"},
                                      {stats.bytes_out, "bytes written"},
                                      {stats.bytes_discarded, "bytes of over-long records discarded"},
                                      {stats.candidates, "hits in changed records"},
                                      {run.failed_scans, "scans failed"}}};
  for (const auto& [count, what] : totals) {
    fmt::format_to(std::back_inserter(text), "{:>15}  {}\n", with_commas(count), what);
  }
  std::vector<Row> masked;
  for (std::size_t i = 0; i < kMaskReasons; ++i) masked.emplace_back(stats.masked[i], kMaskReasonNames[i]);
  add_rows(text, "Masked unchecked", std::move(masked), color);
  std::vector<Row> found;
  for (std::size_t i = 0; i < rules.size(); ++i) found.emplace_back(findings_of(stats, i), rules[i].id);
  add_rows(text, "Found", std::move(found), color);
  return text;
}

std::string prometheus_text(const RunStats& run, std::span<const Rule> rules) {
  const Stats& stats = run.stats;
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out,
                 "# HELP piiscrub_build_info Version of piiscrub.\n# TYPE piiscrub_build_info gauge\n"
                 "piiscrub_build_info{{version=\"{}\"}} 1\n",
                 PIISCRUB_VERSION);
  add_metric(text, "piiscrub_records_total", "Records read.", stats.records);
  add_metric(text, "piiscrub_edited_records_total", "Records that left changed.", stats.records_edited);
  add_metric(text, "piiscrub_input_bytes_total", "Bytes read.", stats.bytes_in);
  add_metric(text, "piiscrub_output_bytes_total", "Bytes written.", stats.bytes_out);
  add_metric(text, "piiscrub_discarded_bytes_total", "Bytes of over-long records that did not leave.",
             stats.bytes_discarded);
  add_metric(text, "piiscrub_candidates_total", "Hits in records that left changed.", stats.candidates);
  add_metric(text, "piiscrub_failed_scans_total", "Scans that did not finish.", run.failed_scans);
  text +=
      "# HELP piiscrub_masked_total Records, or parts of them, masked because they could not be checked.\n"
      "# TYPE piiscrub_masked_total counter\n";
  for (std::size_t i = 0; i < kMaskReasons; ++i) {
    fmt::format_to(out, "piiscrub_masked_total{{reason=\"{}\"}} {}\n", kMaskReasonNames[i], stats.masked[i]);
  }
  text += "# HELP piiscrub_findings_total Findings.\n# TYPE piiscrub_findings_total counter\n";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    fmt::format_to(out, "piiscrub_findings_total{{rule=\"{}\",type=\"{}\",category=\"{}\"}} {}\n", rules[i].id,
                   rules[i].type, name(rules[i].category), findings_of(stats, i));
  }
  return text;
}

}  // namespace piiscrub::cli
