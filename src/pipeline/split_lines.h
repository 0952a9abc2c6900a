// Split lines: what the parts of a line that a container runtime has split (piiscrub/container_line.h) hold together.
//
// The parts are joined, looked at as one record, and what is found is led back to the parts. Each of them is also
// looked at for itself, as any record is: joining only adds. A value that goes over a seam is replaced in its first
// part, and nothing is left of it in the others.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/detector.h"
#include "piiscrub/detector.h"
#include "piiscrub/framing.h"
#include "pipeline/decoding.h"

namespace piiscrub {

/// One per thread.
class SplitLines {
 public:
  /// The parts of one line, as they stand in the chunk.
  struct Line {
    Span span;
    bool behind_cut = false;  ///< it goes on with a part whose end was masked
  };

  /// `detector` and `redactor` must outlive it.
  SplitLines(const std::shared_ptr<const RuleDatabase>& rules, Format format, const Policy* policy, Detector& detector,
             Redactor& redactor);

  /// Looks through the lines that `seams` show in `chunk`. `cut`: the record in front of the chunk was a part whose end
  /// was masked, so that what goes on with it at the start of the chunk is masked, too. Returns the same for the record
  /// behind the chunk.
  bool find(const Chunk& chunk, std::span<const Hit> seams, bool cut);
  /// Forgets what was found.
  void clear() {
    found_.clear();
    lines_.clear();
  }

  /// The line that byte `at` of the chunk belongs to; nullptr if it was not split.
  [[nodiscard]] const Line* line_around(std::size_t at) const;
  /// Finds that all parts of `line` in `bytes`, the chunk, are to be masked, since they do not settle.
  void mask_line(std::string_view bytes, const Line& line);

  /// Where the next record with something found begins or lies at or behind `from`, or npos.
  [[nodiscard]] std::size_t next(std::size_t from) const;
  /// The value that `finding`, the first part of one, stands for.
  [[nodiscard]] std::string_view value_of(const Finding& finding) const { return values_[finding.value]; }
  /// Merges what lies in the `record` of the chunk into `findings`, which are offsets within it, in order.
  void add_to(Span record, std::span<const Span> opaque, std::vector<Finding>& findings);

 private:
  // A stretch of the joined line and where it stands in the chunk.
  struct Piece {
    std::size_t joined;
    Span source;
    Span content;  // of it: without what the runtime has written around it
  };

  void mask_head(std::string_view bytes, std::size_t begin);
  bool mask_tail(std::string_view bytes, std::size_t end);
  void join(std::string_view line, std::size_t base);
  void look();
  void lead_back(const Finding& finding);
  void sort();
  void mask(Span span, MaskReason reason = MaskReason::cut) {
    if (span.size() > 0) found_.push_back({.span = span, .rule = Finding::kUnchecked, .reason = reason});
  }

  std::shared_ptr<const RuleDatabase> rules_;
  Format format_;
  Detector& detector_;
  Redactor& redactor_;
  Decoding decoding_;
  std::optional<Scanner> scanner_;   // made when first needed
  std::vector<Line> lines_;          // in order
  std::vector<Finding> found_;       // offsets in the chunk, in order
  std::vector<std::string> values_;  // of found_
  // Reused:
  std::string joined_;
  std::vector<Piece> pieces_;
  ScanResult scan_;
  Detection detection_;
  std::vector<Span> opaque_;
  std::vector<Finding> merged_;
};

}  // namespace piiscrub
