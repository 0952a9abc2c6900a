#include "pipeline/tightening.h"

#include <algorithm>

#include "format/record_field.h"
#include "piiscrub/container_line.h"

namespace piiscrub {
namespace {

bool holds(std::string_view record, const FieldPolicy& policy) {
  return std::all_of(policy.fields.begin(), policy.fields.end(),
                     [&](const FieldCondition& condition) { return has_field(record, condition); });
}

// `hits` from the first one at `from` on to the last one in front of `to`, as offsets from `base`.
void take_hits(const std::vector<Hit>& hits, std::size_t from, std::size_t to, std::size_t base,
               std::vector<Hit>& part) {
  const auto in_front = [](const Hit& hit, std::size_t at) { return hit.at < at; };
  const auto begin = std::lower_bound(hits.begin(), hits.end(), from, in_front);
  const auto end = std::lower_bound(begin, hits.end(), to, in_front);
  part.assign(begin, end);
  for (Hit& hit : part) hit.at -= static_cast<std::uint32_t>(base);
}

}  // namespace

std::size_t first_unit(std::string_view bytes) {
  const std::size_t lf = bytes.find('\n');
  const std::size_t record = lf == std::string_view::npos ? bytes.size() : lf + 1;
  return std::max(record, split_line_at(bytes).size);
}

PolicySet policies_for(std::string_view records, const std::vector<FieldPolicy>& policies) {
  PolicySet set = 0;
  while (!records.empty()) {
    const std::size_t lf = records.find('\n');
    const std::string_view record = records.substr(0, lf);
    for (std::size_t i = 0; i < policies.size(); ++i) {
      const PolicySet bit = PolicySet{1} << i;
      if ((set & bit) == 0 && holds(record, policies[i])) set |= bit;
    }
    records.remove_prefix(lf == std::string_view::npos ? records.size() : lf + 1);
  }
  return set;
}

bool may_tighten(std::string_view records, const std::vector<FieldPolicy>& policies) {
  return std::any_of(policies.begin(), policies.end(), [&](const FieldPolicy& policy) {
    return std::all_of(policy.fields.begin(), policy.fields.end(),
                       [&](const FieldCondition& condition) { return may_have_field(records, condition); });
  });
}

Run first_run(std::string_view bytes, const std::vector<FieldPolicy>& policies) {
  Run run;
  while (run.size < bytes.size()) {
    const std::string_view rest = bytes.substr(run.size);
    const std::size_t unit = first_unit(rest);
    const PolicySet set = policies_for(rest.substr(0, unit), policies);
    if (run.size == 0) run.set = set;
    if (set != run.set) break;
    run.size += unit;
  }
  return run;
}

void take_part(const ScanResult& scan, std::string_view chunk, Span part, ScanResult& result) {
  // Offsets of most hits are behind what was found, those of shapes in it.
  take_hits(scan.literals, part.begin + 1, part.end + 1, part.begin, result.literals);
  take_hits(scan.keys, part.begin + 1, part.end + 1, part.begin, result.keys);
  take_hits(scan.weak_keys, part.begin + 1, part.end + 1, part.begin, result.weak_keys);
  take_hits(scan.sql, part.begin + 1, part.end + 1, part.begin, result.sql);
  take_hits(scan.seams, part.begin + 1, part.end + 1, part.begin, result.seams);
  take_hits(scan.shapes, part.begin, part.end, part.begin, result.shapes);
  const std::string_view bytes = part.of(chunk);
  result.newlines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  result.failed = scan.failed;
}

}  // namespace piiscrub
