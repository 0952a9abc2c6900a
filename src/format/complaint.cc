#include "format/complaint.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ascii.h"
#include "format/complaints_translated.h"

namespace piiscrub {
namespace {

constexpr std::size_t kShortest = 8;
constexpr std::size_t kLongest = 96;
constexpr std::size_t kSlots = 4096;

constexpr std::size_t slot_of(std::string_view sentence) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : sentence) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return hash % kSlots;
}

// Where the sentence at a hash begins in kTranslatedComplaints, or 0: open addressing. Offsets, since addresses would
// have to be filled in each time the program starts.
constexpr auto kTable = [] {
  std::array<std::uint16_t, kSlots> table{};
  static_assert(kTranslatedComplaints.size() <= UINT16_MAX && kTranslatedComplaints.front() == '\n');
  for (std::size_t at = 1; at < kTranslatedComplaints.size();) {
    const std::size_t end = kTranslatedComplaints.find('\n', at);
    std::size_t slot = slot_of(kTranslatedComplaints.substr(at, end - at));
    while (table[slot] != 0) slot = (slot + 1) % kSlots;
    table[slot] = static_cast<std::uint16_t>(at);
    at = end + 1;
  }
  return table;
}();

}  // namespace

bool is_translated_complaint(std::string_view sentence) {
  if (sentence.size() < kShortest || sentence.size() > kLongest) return false;
  for (std::size_t slot = slot_of(sentence); kTable[slot] != 0; slot = (slot + 1) % kSlots) {
    const std::string_view known = kTranslatedComplaints.substr(kTable[slot], sentence.size() + 1);
    if (known.starts_with(sentence) && known.back() == '\n') return true;
  }
  return false;
}

bool begins_translated_complaint(std::string_view text) {
  if (text.empty() || (!is_upper(text.front()) && !is_high(text.front()))) return false;
  const std::string_view looked = text.substr(0, kLongest);
  const std::size_t end = looked.find_first_of(".!\n");
  return end != std::string_view::npos && is_translated_complaint(looked.substr(0, end + 1));
}

}  // namespace piiscrub
