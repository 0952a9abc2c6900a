// RawScan: Hyperscan on its own, as the yardstick: nothing but hs_scan over chunks, and a callback that counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/detector.h"
#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub::bench {

/// Bytes per hs_scan, cut at the last LF.
inline constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

/// The chunks of `text`: at most kChunkBytes each, whole lines if they fit.
std::vector<std::string_view> cut_into_chunks(std::string_view text);

/// One block-mode database without start of match. Belongs to one thread.
class RawScan {
 public:
  /// Compiles `expressions`; a match of the i-th reports i.
  static Result<RawScan> compile(const std::vector<std::string>& expressions);
  /// The same without those that Hyperscan refuses, which become empty.
  static Result<RawScan> compile_most(std::vector<std::string>& expressions);
  /// A view of the literal database that `rules` ships, and which must outlive it.
  static RawScan of_literals(const RuleDatabase& rules);

  RawScan(RawScan&&) noexcept;
  RawScan& operator=(RawScan&&) noexcept;
  ~RawScan();

  /// Scans the chunks; returns the number of matches.
  std::uint64_t scan(const std::vector<std::string_view>& chunks) const;
  /// The same, counting by expression into `matches`, which must be large enough.
  void count(const std::vector<std::string_view>& chunks, std::vector<std::uint64_t>& matches) const;

 private:
  struct Handles;
  explicit RawScan(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
};

/// What the engine's scan searches for, by rule; empty for shapes.
std::vector<std::string> literal_expressions(const RuleDatabase& rules);

/// Each rule as the ordinary regular expression that one would give to Hyperscan: before+match as written; a shape's
/// expression without its look-around.
std::vector<std::string> ordinary_expressions(const RuleDatabase& rules);

/// The rules of files and directories, those that do not load or compile left out; each of these is a line on stderr.
RulePack load_usable_rules(const std::vector<std::string>& paths);

}  // namespace piiscrub::bench
