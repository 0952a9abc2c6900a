// HitCursor: what a scan has found in a chunk, record by record.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "detect/detector.h"
#include "piiscrub/detector.h"
#include "piiscrub/pipeline.h"

namespace piiscrub {

/// The words of SQL in `scan` that count under `format`.
inline std::span<const Hit> sql_hits(const ScanResult& scan, Format format) {
  return has_columns(format) ? std::span<const Hit>(scan.sql) : std::span<const Hit>();
}

/// The hits of a chunk, taken off the front record by record. Refers to the scan result.
class HitCursor {
 public:
  HitCursor(const ScanResult& scan, Format format)
      : literals_(scan.literals),
        shapes_(scan.shapes),
        keys_(scan.keys),
        weak_keys_(scan.weak_keys),
        sql_(sql_hits(scan, format)) {}

  [[nodiscard]] bool empty() const { return literals_.empty() && shapes_.empty() && keys_.empty() && sql_.empty(); }
  /// Skips the shape hits in front of all other hits that `keep` does not want.
  template <typename Keep>
  void skip_shapes(Keep keep) {
    while (!shapes_.empty() && (literals_.empty() || shapes_.front().at < literals_.front().at) &&
           (keys_.empty() || shapes_.front().at < keys_.front().at) &&
           (sql_.empty() || shapes_.front().at < sql_.front().at) && !keep(shapes_.front())) {
      shapes_ = shapes_.subspan(1);
      ++skipped_;
    }
  }
  /// Takes the skipped hits at or behind `begin` back: in a record that is edited each hit counts, since an edit beside
  /// it can make it one that may come to something. Returns how many they are.
  std::size_t take_back(std::size_t begin) {
    std::size_t taken = 0;
    for (; skipped_ > 0 && (shapes_.data() - 1)->at >= begin; --skipped_, ++taken)
      shapes_ = {shapes_.data() - 1, shapes_.size() + 1};
    skipped_ = 0;
    return taken;
  }
  /// A byte of the record with the next hit. REQUIRES: !empty().
  [[nodiscard]] std::size_t next() const {
    const std::size_t literal = literals_.empty() ? SIZE_MAX : literals_.front().at - 1;  // `at` is behind the match
    const std::size_t shape = shapes_.empty() ? SIZE_MAX : shapes_.front().at;
    const std::size_t key = keys_.empty() ? SIZE_MAX : keys_.front().at - 1;
    const std::size_t sql = sql_.empty() ? SIZE_MAX : sql_.front().at - 1;
    return std::min({literal, shape, key, sql});
  }
  /// The hits in [begin, end). REQUIRES: no hits but weak ones are in front of `begin`.
  RecordHits take(std::size_t begin, std::size_t end) {
    take(weak_keys_, begin);
    return {take(literals_, end), take(shapes_, end - 1), take(keys_, end), take(weak_keys_, end), take(sql_, end)};
  }

 private:
  // Those at or in front of `last`.
  static std::span<const Hit> take(std::span<const Hit>& hits, std::size_t last) {
    std::size_t count = 0;
    while (count < hits.size() && hits[count].at <= last) ++count;
    const auto taken = hits.first(count);
    hits = hits.subspan(count);
    return taken;
  }

  std::span<const Hit> literals_;
  std::span<const Hit> shapes_;
  std::span<const Hit> keys_;
  std::span<const Hit> weak_keys_;
  std::span<const Hit> sql_;
  std::size_t skipped_ = 0;  // hits directly in front of shapes_
};

}  // namespace piiscrub
