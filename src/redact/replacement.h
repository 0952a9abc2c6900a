// Replacements: the text that stands where something was hidden, and how to recognise it again.
//
//   [LABEL]                              LABEL is the type of a rule in capitals: [EMAIL], [US_SSN]
//   [piiscrub:masked REASON BYTES]       a region or a record that could not be checked
//   {"piiscrub":{"masked":"REASON","bytes":BYTES}}     the same for a whole JSON record
//
// Only these, to the letter, are recognised; anything else in brackets is ordinary text.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/stats.h"

namespace piiscrub {

/// Fills `spans` with the replacements in `record`, in order. `labels` are the known labels without brackets, sorted.
void find_replacements(std::string_view record, std::span<const std::string> labels, std::vector<Span>& spans);

/// Appends the mark for `bytes` masked bytes.
void write_mask(MaskReason reason, std::uint64_t bytes, std::string& to);
/// Appends the mark for a whole record, as JSON if the record was.
void write_record_mask(MaskReason reason, std::uint64_t bytes, bool json, std::string& to);

/// Whether `record` starts like a JSON object or array.
bool looks_like_json(std::string_view record);

}  // namespace piiscrub
