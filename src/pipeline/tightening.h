// Tightening by fields: which of the policies that depend on fields hold for the records of a chunk.
//
// They add up: a record that meets the conditions of several is edited under all of them at once (redact/tighten.h), so
// that nothing a record says takes a policy away. Parts of a line that a container runtime has split count as one
// record. A record that goes on with a statement or a list is held to the policies of the one that began it, too; other
// records that go on with an entry have their own fields only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/detector.h"
#include "piiscrub/pipeline.h"

namespace piiscrub {

/// Which of PipelineOptions::tighter hold, a bit for each.
using PolicySet = std::uint32_t;

/// Those that hold for one of `records`.
PolicySet policies_for(std::string_view records, const std::vector<FieldPolicy>& policies);

/// The length of the first record of `bytes`, or of the parts of a line that stand for one.
std::size_t first_unit(std::string_view bytes);

/// Whether any of them can hold for one of `records`; quicker than policies_for().
bool may_tighten(std::string_view records, const std::vector<FieldPolicy>& policies);

/// The front of `bytes` for all of whose records the same policies hold, as long as possible.
struct Run {
  std::size_t size = 0;
  PolicySet set = 0;
};
Run first_run(std::string_view bytes, const std::vector<FieldPolicy>& policies);

/// What a scan of `part` alone would find, from that of the chunk. `part` begins and ends with records.
void take_part(const ScanResult& scan, std::string_view chunk, Span part, ScanResult& result);

}  // namespace piiscrub
