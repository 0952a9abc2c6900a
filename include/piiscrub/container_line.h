// Container lines: what container runtimes make of a line that is too long for them.
//
//   {"log":"16 KiB of it","stream":"stdout","time":"…"}     Docker's json-file: only the last part ends with \n
//   {"log":"the rest\n","stream":"stdout","time":"…"}
//   2026-11-21T09:14:02.118Z stdout P 16 KiB of it          CRI (containerd, CRI-O): P partial, F full
//   2026-11-21T09:14:02.120Z stdout F the rest
//
// Any bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace piiscrub {

/// So many parts of one line are followed; what comes then is taken for another line, and the words on both sides of
/// that seam are masked. A number, since an edit changes how long parts are, but not how many.
inline constexpr std::size_t kMaxSplitParts = 64;
/// Nor more than this many bytes, so that there is a limit to what waits.
inline constexpr std::size_t kMaxSplitBytes = std::size_t{2} << 20;

struct ContainerLine {
  enum class Kind : unsigned char { docker, cri };
  Kind kind = Kind::docker;
  bool partial = false;      ///< the next record of the stream goes on with it
  std::string_view stream;   ///< stdout, stderr
  std::string_view content;  ///< of the application's line, as it is written here, without the \n of its end
};

/// What a container runtime has made `record` of; nothing if it is none of its records. Without looking further than it
/// must: a record that begins with something else costs a few bytes.
std::optional<ContainerLine> read_container_line(std::string_view record);

/// Which records are the parts of one line: add() them from the first part on.
class LineJoiner {
 public:
  enum class Step : unsigned char {
    open,   ///< the record belongs to the line, and the next one may
    ends,   ///< the record belongs to the line, as its last part
    apart,  ///< the record is none of its parts: the one before was the last
  };
  /// Takes a record without its LF. After `ends` and `apart` a new line begins with the next call.
  Step add(std::string_view record);
  void reset() { bytes_ = parts_ = 0; }
  /// Whether the last part was the last only because there are so many: the line goes on.
  [[nodiscard]] bool was_cut() const { return was_cut_; }
  /// Whether the parts so far are a line that was split for sure, and not one of a writer that leaves \n out.
  [[nodiscard]] bool is_certain() const { return bytes_ > 0 && certain_; }

 private:
  std::size_t bytes_ = 0;  // of the parts so far; 0: none
  std::size_t parts_ = 0;
  bool was_cut_ = false;
  ContainerLine::Kind kind_ = ContainerLine::Kind::docker;
  bool is_stderr_ = false;
  bool certain_ = false;
};

/// The parts of one line at the front of some records.
struct SplitLine {
  std::size_t size = 0;  ///< LFs included; 0 if the first record is whole
  bool cut = false;      ///< the line goes on behind them, but is not followed any more
};
SplitLine split_line_at(std::string_view records);

/// The length of the parts at the end of `records`, which end with LF, that wait for another one; 0 if there are none.
std::size_t open_parts(std::string_view records);

}  // namespace piiscrub
