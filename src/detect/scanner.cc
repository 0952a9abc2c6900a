#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/ascii.h"
#include "detect/database_parts.h"
#include "detect/key_finder.h"
#include "detect/triggers.h"
#include "piiscrub/detector.h"

namespace piiscrub {
namespace {

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

// Keys, and what sentences name.
class Names : public TellingKeys {
 public:
  Names(KeyFinder& finder, const ProseFinder& prose, std::string_view text, ScanResult& result)
      : TellingKeys(finder, text, result.keys, result.weak_keys), prose_(prose), text_(text), hits_(result.literals) {}
  void take_named(std::span<const std::uint32_t> places) override { prose_.find(text_, places, hits_); }

 private:
  const ProseFinder& prose_;
  std::string_view text_;
  std::vector<Hit>& hits_;
};

}  // namespace

struct Scanner::Scratch {
  hs_scratch_t* hs = nullptr;  // for both databases
  KeyFinder keys;

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
  result.shapes.clear();
  result.newlines = 0;
  result.keys.clear();
  result.weak_keys.clear();
  scan_literals(chunk, result);
  Names names(scratch_->keys, rules_->parts().prose, chunk, result);
  find_triggers(chunk, result.shapes, names, result.newlines);
  sort(result.literals);
  std::erase_if(result.shapes, [&](Hit hit) { return !fires_in_record(chunk, hit); });
}

void Scanner::scan_literals(std::string_view chunk, ScanResult& result) {
  result.literals.clear();
  result.sql.clear();
  result.seams.clear();
  result.failed = false;
  for (const hs_database_t* const database : {rules_->parts().literals, rules_->parts().open}) {
    if (database == nullptr || chunk.empty()) continue;
    const hs_error_t status =
        hs_scan(database, chunk.data(), static_cast<unsigned>(chunk.size()), 0, scratch_->hs, record_hit, &result);
    result.failed = result.failed || status != HS_SUCCESS;
  }
  sort(result.literals);
  sort(result.sql);
  std::sort(result.seams.begin(), result.seams.end(), before);
}

}  // namespace piiscrub
