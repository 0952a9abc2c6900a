#include "pipeline/entry_values.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "format/entry.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxValues = 64;

void forget(EntryState& state) {
  state.remembered = nullptr;
  state.remembered_records = 0;
  state.remembered_bytes = 0;
  state.behind_indented = false;
}

}  // namespace

void enter_entry(std::string_view record, EntryState& state) {
  if (state.remembered == nullptr) return;
  const bool full = state.remembered_records >= kEntryRecords || state.remembered_bytes + record.size() > kEntryBytes;
  if (full || !continues_entry(record, state.behind_indented)) return forget(state);
  ++state.remembered_records;
  state.remembered_bytes += static_cast<std::uint32_t>(record.size());
  if (!record.empty()) state.behind_indented = is_indented(record);
}

void remember(std::string_view record, const std::vector<RememberedValue>& learned, EntryState& state) {
  if (learned.empty()) return;
  if (state.remembered == nullptr) state.behind_indented = is_indented(record);
  auto values = state.remembered == nullptr ? std::make_shared<std::vector<RememberedValue>>()
                                            : std::make_shared<std::vector<RememberedValue>>(*state.remembered);
  for (const RememberedValue& value : learned) {
    if (std::find(values->begin(), values->end(), value) == values->end()) values->push_back(value);
  }
  if (values->size() > kMaxValues) values->erase(values->begin(), values->end() - kMaxValues);
  state.remembered = std::move(values);
}

}  // namespace piiscrub
