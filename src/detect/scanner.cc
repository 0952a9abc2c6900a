#include <hs.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "detect/key_finder.h"
#include "detect/triggers.h"
#include "piiscrub/detector.h"

namespace piiscrub {
namespace {

// Offsets of hits have 32 bits, and so has the length that Hyperscan takes.
constexpr std::size_t kMaxScanBytes = std::size_t{1} << 30;

// The callback only records; all thinking happens after the scan.
int record_hit(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  if (id == kNoRule) return 0;
  ScanResult& result = *static_cast<ScanResult*>(context);
  (id >= kEncodedJson ? result.sql
   : id == kSeam      ? result.seams
                      : result.literals)
      .push_back({static_cast<std::uint32_t>(to), static_cast<std::uint16_t>(id)});
  return 0;
}

// Whether the library is Vectorscan, by its number: Hyperscan's own end with 5.4.2.
//
// With AVX-512 its 5.4.9 was seen to miss literals that end within the last 40 bytes of what it is given, so it gets a
// copy with more than those behind it. That is not all that it misses there: README.md, what is not covered.
bool misses_ends() {
  static const bool does = [] {
    constexpr std::array<int, 3> kLastOfHyperscan = {5, 4, 2};
    std::array<int, 3> version{};
    std::string_view text = hs_version();
    for (int& number : version) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc()) return true;
      text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
    }
    return version > kLastOfHyperscan;
  }();
  return does;
}
constexpr std::size_t kSpareBytes = 128;

// Whether the trigger of `hit` fires within its record alone. Two triggers are loose: their chains of dots or colons
// may reach over a delimiter.
bool fires_in_record(std::string_view chunk, Hit hit) {
  const auto trigger = static_cast<Trigger>(hit.source);
  if (trigger != Trigger::dotted_quad && trigger != Trigger::colon_chain) return true;
  const bool dots = trigger == Trigger::dotted_quad;
  int missing = dots ? 3 : 4;
  for (std::size_t at = hit.at; at > 0 && chunk[at] != '\n'; --at) {
    const bool link = dots ? chunk[at] == '.' && is_digit(chunk[at - 1]) : chunk[at] == ':' && is_hex(chunk[at - 1]);
    if (link && --missing == 0) return true;
  }
  return false;
}

bool before(const Hit& a, const Hit& b) { return a.at != b.at ? a.at < b.at : a.source < b.source; }

// Hyperscan promises no order, but nearly always keeps it.
void sort(std::vector<Hit>& hits) {
  if (!std::is_sorted(hits.begin(), hits.end(), before)) std::sort(hits.begin(), hits.end(), before);
}

}  // namespace

struct Scanner::Scratch {
  hs_scratch_t* hs = nullptr;  // for both databases
  KeyFinder keys;
  Seen seen;
  std::string padded;  // a chunk and line feeds, where the library misses ends

  explicit Scratch(const std::shared_ptr<const RuleDatabase>& rules) : keys(rules) {}
  ~Scratch() { hs_free_scratch(hs); }
};

Scanner::Scanner(std::shared_ptr<const RuleDatabase> rules)
    : rules_(std::move(rules)), scratch_(std::make_unique<Scratch>(rules_)) {
  for (const hs_database_t* const database : {rules_->parts().literals, rules_->parts().open}) {
    if (database != nullptr && hs_alloc_scratch(database, &scratch_->hs) != HS_SUCCESS) throw std::bad_alloc();
  }
}

Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

void Scanner::scan(std::string_view chunk, ScanResult& result) {
  result.newlines = 0;
  result.shapes.clear();
  result.keys.clear();
  result.weak_keys.clear();
  scan_literals(chunk, result);
  if (chunk.size() > kMaxScanBytes) return;
  Seen& seen = scratch_->seen;
  find_triggers(chunk, seen);
  result.newlines = seen.newlines;
  scratch_->keys.find(chunk, seen.keys, result.keys, result.weak_keys);
  rules_->parts().prose.find(chunk, seen.named, result.literals);
  sort(result.literals);
  std::copy_if(seen.hits.begin(), seen.hits.end(), std::back_inserter(result.shapes),
               [&](Hit hit) { return fires_in_record(chunk, hit); });
}

void Scanner::scan_literals(std::string_view chunk, ScanResult& result) {
  result.literals.clear();
  result.sql.clear();
  result.seams.clear();
  result.failed = chunk.size() > kMaxScanBytes;
  std::string_view scanned = chunk;
  if (misses_ends() && !result.failed) {
    scratch_->padded.assign(chunk);
    scratch_->padded.append(kSpareBytes, '\n');
    scanned = scratch_->padded;
  }
  for (const hs_database_t* const database : {rules_->parts().literals, rules_->parts().open}) {
    if (database == nullptr || chunk.empty() || result.failed) continue;
    const hs_error_t status =
        hs_scan(database, scanned.data(), static_cast<unsigned>(scanned.size()), 0, scratch_->hs, record_hit, &result);
    result.failed = result.failed || status != HS_SUCCESS;
  }
  if (scanned.size() > chunk.size()) {
    for (std::vector<Hit>* const hits : {&result.literals, &result.sql, &result.seams})
      std::erase_if(*hits, [&](const Hit& hit) { return hit.at > chunk.size(); });
  }
  sort(result.literals);
  sort(result.sql);
  std::sort(result.seams.begin(), result.seams.end(), before);
}

}  // namespace piiscrub
