// Key blocks: private keys that go on over several records.
//
// Behind a BEGIN line only records that are wholly key material are hidden; everything else is treated as always, so
// that a planted BEGIN hides nothing but itself (promise 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/span.h"
#include "piiscrub/pipeline.h"

namespace piiscrub {

/// A block ends after this many records at the latest, not counting whole lines of its body.
inline constexpr std::uint16_t kKeyBlockRecords = 64;

/// The state behind a record in which `rule`'s match, `found`, is the start of a key. Idle if the key also ends there.
EntryState open_key_block(std::string_view record, Span found, std::uint16_t rule);

struct KeyBlockLine {
  std::optional<Span> hidden;  ///< what of the record is key material
  EntryState next;             ///< the state behind the record
};

/// Takes one record (without delimiter) inside a block. REQUIRES: !state.idle().
KeyBlockLine continue_key_block(std::string_view record, const EntryState& state);

}  // namespace piiscrub
