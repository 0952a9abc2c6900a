#include "cli/stats_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "base/append_format.h"
#include "cli/console.h"

namespace piiscrub::cli {
namespace {

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::uint64_t count_of(const std::vector<std::uint64_t>& by_rule, std::size_t rule) {
  return rule < by_rule.size() ? by_rule[rule] : 0;
}

using Row = std::pair<std::uint64_t, std::string>;

std::vector<Row> rows_by_rule(const std::vector<std::uint64_t>& by_rule, std::span<const Rule> rules) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < rules.size(); ++i) rows.emplace_back(count_of(by_rule, i), rules[i].id);
  return rows;
}

void add_rows(std::string& text, std::string_view heading, std::vector<Row> rows, bool color) {
  std::erase_if(rows, [](const Row& row) { return row.first == 0; });
  if (rows.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.first > b.first; });
  text += styled(heading, Style::bold, color) + "\n";
  for (const auto& [count, what] : rows) {
    append_format(text, "{:>15}  {}\n", with_commas(count), what);
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
  const std::array<Row, 9> totals = {{{stats.records, "records read"},
                                      {stats.records_edited, "records changed"},
                                      {stats.records_dropped, "records dropped"},
                                      {stats.bytes_in, "bytes read"},
                                      {stats.bytes_out, "bytes written"},
                                      {stats.bytes_discarded, "bytes of over-long records discarded"},
                                      {stats.bytes_dropped, "bytes of dropped records"},
                                      {stats.candidates, "hits in records with findings"},
                                      {run.failed_scans, "scans failed"}}};
  for (const auto& [count, what] : totals) {
    append_format(text, "{:>15}  {}\n", with_commas(count), what);
  }
  std::vector<Row> masked;
  for (std::size_t i = 0; i < kMaskReasons; ++i) masked.emplace_back(stats.masked[i], kMaskReasonNames[i]);
  add_rows(text, "Masked unchecked", std::move(masked), color);
  std::vector<Row> found;
  for (std::size_t i = 0; i < rules.size() * std::size(kActionNames); ++i) {
    const std::size_t rule = i / std::size(kActionNames);
    found.emplace_back(count_of(stats.actions, i),
                       fmt::format("{}: {}", rules[rule].id, kActionNames[i % std::size(kActionNames)]));
  }
  add_rows(text, "Found", std::move(found), color);
  add_rows(text, "Allowed to stay", rows_by_rule(stats.allowed, rules), color);
  add_rows(text, "Observed only", rows_by_rule(stats.observed, rules), color);
  return text;
}

}  // namespace piiscrub::cli
