// Decoding: what a record's escapes hide.
//
// A record with an escape that can hide part of a value is decoded (format/decoded_view.h), the decoded text is scanned
// and looked at like any record, and what is found in it is edited in the record itself, escape sequences as a whole.
// That adds to what the record as it stands has: it never takes anything away.
//
// Whether a record is decoded depends on the record alone: on a strong escape (detect/triggers.h), or on any escape
// that can be part of a value where something else has been found. Base64 that lies within a finding hides no more.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "detect/detector.h"
#include "format/decoded_view.h"
#include "piiscrub/detector.h"
#include "piiscrub/pipeline.h"
#include "redact/redactor.h"

namespace piiscrub {

/// One per thread. After warm-up it does not allocate.
class Decoding {
 public:
  /// `policy` may be nullptr. `detector` and `redactor` must outlive it.
  Decoding(std::shared_ptr<const RuleDatabase> rules, Format format, const Policy* policy, Detector& detector,
           Redactor& redactor);

  /// Adds what the escapes of `record` hide to `detection`, which holds what was found in it as it stands. `opaque` are
  /// the replacements in `record`, `hits` its hits, counted from `base` bytes in front of it.
  /// `memory` is what earlier records say.
  void add(std::string_view record, std::size_t base, const RecordHits& hits, std::span<const Span> opaque,
           const StatementMemory& memory, Detection& detection);
  /// The same for the record last add()ed as it is after an edit; `leaves_text` as in Redactor.
  void add_to_edited(std::string_view record, std::span<const Span> opaque, const StatementMemory& memory,
                     bool leaves_text, Detection& detection);

  /// Whether the record last add()ed had an escape that counts.
  [[nodiscard]] bool escaped() const { return escaped_; }

  /// Whether it held parameters or rows of a statement in front of it.
  [[nodiscard]] bool wanted() const { return escaped_ && memory_.wanted; }

  /// The value that `finding`, of the record last looked at, stands for.
  [[nodiscard]] std::string_view value_of(std::string_view record, const Finding& finding) const;

 private:
  [[nodiscard]] bool hides_json(std::string_view record, std::size_t base, std::span<const Hit> sql,
                                const std::vector<Finding>& findings) const;
  void decode(std::string_view record, std::span<const Span> opaque, const StatementMemory& memory,
              Detection& detection);
  void take(std::string_view record, std::span<const Span> opaque, const std::vector<Finding>& from,
            std::vector<Finding>& to);
  void take_behind_quotes(std::string_view record, std::span<const Span> opaque);
  void add_unchecked(std::string_view record, std::span<const Span> opaque);
  void merge(std::vector<Finding>& findings);

  std::shared_ptr<const RuleDatabase> rules_;
  Format format_;
  bool all_counts_;  // what is found within other findings too
  Detector& detector_;
  Redactor& redactor_;
  std::optional<Scanner> scanner_;  // made when first needed
  DecodedView view_;
  StatementMemory memory_;
  bool escaped_ = false;
  // Reused:
  ScanResult scan_;
  Detection decoded_;
  std::vector<Span> opaque_;
  std::vector<Finding> found_;
  std::vector<Finding> merged_;
  std::vector<Finding> known_;
  std::vector<Finding> behind_;
  std::vector<Span> hidden_;  // the findings of the record last looked at that come from the view, in order
};

}  // namespace piiscrub
