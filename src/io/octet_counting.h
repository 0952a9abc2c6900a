// Octet counting and its rival: how a stream of syslog messages is cut (RFC 6587, section 3.4), turned into records
// that end with LF and back. Sans-IO.
//
//   octet counting   COUNT SP MESSAGE COUNT SP MESSAGE ...   COUNT: 1 to 9, then digits; may hold anything
//   non-transparent  MESSAGE LF MESSAGE LF ...               or NUL for LF, as glibc's syslog() ends them on streams
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace piiscrub::io {

/// Decoded, bytes take at most so many times their place: an LF inside a message becomes `#012`.
inline constexpr std::size_t kEscapeGrowth = 4;

/// Writes `message` to `to` as a record: its last byte, if LF or NUL, is left out, any other LF becomes `#012`, an LF
/// ends it. Returns the end of what was written, at most kEscapeGrowth * message.size() + 1 bytes.
char* write_record(std::string_view message, char* to);

/// Decodes one connection. Its first byte says how it is framed: a digit from 1 to 9 means octet counting.
class SyslogDecoder {
 public:
  /// A count above `max_message_bytes` is malformed.
  explicit SyslogDecoder(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  /// Decodes `in` to `out`, as far as it is well-formed, and returns how many bytes it wrote: at most
  /// kEscapeGrowth * in.size(). Both may lie in the same memory, if `out` lies at least
  /// (kEscapeGrowth - 1) * in.size() bytes in front of `in`. A message that `in` cuts goes on with the next call.
  [[nodiscard]] std::size_t decode(std::string_view in, char* out);
  /// Something stood where a count should, or it was too large. Nothing is decoded any more.
  [[nodiscard]] bool malformed() const { return state_ == State::malformed; }

 private:
  enum class State : std::uint8_t { undecided, lines, count, message, malformed };

  void read_count(std::string_view& in);
  char* write_message(std::string_view& in, char* to);
  char* write_lines(std::string_view& in, char* to);

  std::size_t max_message_bytes_;
  std::size_t count_ = 0;  // what of it has been read, or the bytes of the message that are still to come
  State state_ = State::undecided;
  bool at_start_ = true;  // of a record; lines only
};

}  // namespace piiscrub::io
