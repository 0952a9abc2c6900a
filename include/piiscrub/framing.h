// NewlineFramer: cuts a byte stream into chunks of whole records, and never between the parts of one line.
//
// A record ends with LF, which belongs to it; a CR before the LF stays where it is. The framer never changes a byte and
// knows nothing of what the records mean. Whole records are handed on as views of the caller's bytes; only a record
// that spans two push() calls is copied, and parts of a line whose last one has not come (framing/container_line.h).
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "piiscrub/container_line.h"

namespace piiscrub {

/// What next() returns.
struct Chunk {
  enum class Kind : std::uint8_t {
    records,        ///< one or more whole records; the very last one of the stream may lack its LF
    overlong_head,  ///< the first bytes of a record that exceeds the limit: the limit plus kLookaheadBytes
    overlong_tail,  ///< the end of that record: `bytes` is its delimiter, if it has one
  };
  Kind kind = Kind::records;
  std::string_view bytes;          ///< valid until the next push()
  std::uint64_t record_bytes = 0;  ///< overlong_tail: length of the whole record without its delimiter
  bool cut = false;                ///< records: the last one is a part of a line whose next one has not come
  bool json = false;               ///< overlong_*: the record starts like a JSON object or array
  std::uint64_t offset = 0;        ///< of the first byte in all that was pushed; of overlong_tail: of the record
};

/// Bytes of an over-long record that are scanned beyond the limit, so that a value cut by it is still seen whole.
inline constexpr std::size_t kLookaheadBytes = 4096;

/// Not thread-safe; holds at most max_record_bytes + kLookaheadBytes, and kMaxSplitBytes + max_record_bytes of parts.
class NewlineFramer {
 public:
  explicit NewlineFramer(std::size_t max_record_bytes) : max_record_bytes_(max_record_bytes) {}

  /// Offers `bytes`; call next() until it returns nothing before pushing again. `bytes` must stay alive until then.
  void push(std::string_view bytes);
  /// Says that nothing came for a while: next() will deliver the parts that wait for another one. A record without its
  /// LF stays.
  void flush() { flushed_ = true; }
  /// Says that no more bytes come: next() will deliver what is left.
  void finish() { finished_ = true; }
  /// The next chunk, or nothing if more input is needed.
  [[nodiscard]] std::optional<Chunk> next();

  /// Bytes taken in and not yet handed out.
  [[nodiscard]] std::size_t pending() const { return parts_.size() + carry_.size() + input_.size(); }
  /// Whether parts of a line wait for the last one.
  [[nodiscard]] bool holds_parts() const { return !parts_.empty(); }
  /// Whether the head of an over-long record has been handed out and its tail has not.
  [[nodiscard]] bool inside_overlong() const { return discarding_; }

 private:
  std::optional<Chunk> next_chunk();
  std::optional<Chunk> next_unjoined();
  std::optional<Chunk> next_parts();
  std::optional<Chunk> next_record();
  void start_parts(std::string_view parts);
  Chunk hand_out_parts(bool cut);
  std::optional<Chunk> next_record_across_pushes();
  std::optional<Chunk> next_records();
  std::optional<Chunk> next_discarding();
  Chunk start_overlong(std::string_view head);

  std::size_t max_record_bytes_;
  std::string_view input_;                   // what is left of the pushed bytes
  std::string carry_;                        // the start of a record whose end has not come
  std::string handed_out_;                   // the carried record that was returned since the last push()
  std::string parts_;                        // of a line whose last part has not come
  LineJoiner joiner_;                        // has been given them
  std::list<std::string> handed_out_parts_;  // since the last push()
  std::optional<Chunk> put_back_;            // what came behind parts and is none
  std::uint64_t offset_ = 0;                 // behind what was handed out
  bool finished_ = false;
  bool flushed_ = false;
  bool discarding_ = false;           // inside an over-long record, behind its head
  std::uint64_t overlong_bytes_ = 0;  // of that record, so far
  bool overlong_json_ = false;
  bool head_ends_record_ = false;  // the delimiter of that record came with its head
};

}  // namespace piiscrub
