// Entry values: what keys and columns have given away in an entry, for the records that follow in it.
//
// A traceback, DETAIL or parameter line repeats values without the names that they were found by. They are kept as long
// as the entry goes on, which its records must show themselves (format/entry.h), for kEntryRecords or kEntryBytes at
// most.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "piiscrub/pipeline.h"

namespace piiscrub {

inline constexpr std::size_t kEntryRecords = 1000;
inline constexpr std::size_t kEntryBytes = std::size_t{256} * 1024;

/// Takes `state` to the front of `record`, which is without its delimiter: forgets the values if the record is none of
/// their entry, or the entry has become too long.
void enter_entry(std::string_view record, EntryState& state);

/// Adds what was `learned` in `record`, without its delimiter, to the values of its entry. Of many the last stay.
void remember(std::string_view record, const std::vector<RememberedValue>& learned, EntryState& state);

}  // namespace piiscrub
