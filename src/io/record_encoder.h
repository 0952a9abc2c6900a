// RecordEncoder: turns the slices of a write, whose records end with LF, into what goes over the wire, a window at a
// time, and knows where the records in the window end: so that what a lost connection cut can be sent again as a whole.
// Sans-IO. Reuses its memory: one window of 64 KiB, or one record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub::io {

enum class WireFraming : std::uint8_t {
  lines,      ///< as they are, but that the last one gets an LF if it has none: others may follow
  counted,    ///< octet counting (RFC 6587, section 3.4.1; RFC 5425, section 4.3); the LF is left out
  datagrams,  ///< each record alone, without its LF; an empty one is none
};

/// What UDP takes over IPv4.
inline constexpr std::size_t kMaxDatagramBytes = 65'507;

class RecordEncoder {
 public:
  explicit RecordEncoder(WireFraming framing) : framing_(framing) {}

  /// Begins with `slices`, which must stay until all is sent. REQUIRES: all of the slices before is sent.
  void start(std::span<const std::string_view> slices);

  /// Encodes more if the window is sent. Returns false if all is sent.
  [[nodiscard]] bool refill();
  /// What is to be sent of the window; records may be cut in front.
  [[nodiscard]] std::string_view window() const { return std::string_view(window_).substr(sent_); }
  /// Says that so many bytes of the window have been sent.
  void advance(std::size_t bytes);
  /// The connection was lost: begins again with the first record that was not sent as a whole.
  void rewind() { sent_ = start_of(next_); }

  /// The records in the window that are not sent, by number from 0. REQUIRES: the first one is not cut.
  [[nodiscard]] std::size_t records() const { return ends_.size() - next_; }
  [[nodiscard]] std::string_view record(std::size_t index) const;

  /// Bytes that are not sent, about: what is in the window with its framing, the rest without.
  [[nodiscard]] std::size_t left() const { return unencoded_ + (window_.size() - sent_); }
  /// How many records were too long for a datagram and were cut (at the start of a UTF-8 sequence, if there is one).
  [[nodiscard]] std::uint64_t truncated() const { return truncated_; }

 private:
  struct Place {
    std::size_t slice = 0;
    std::size_t offset = 0;
  };

  void encode_record();
  void append(std::size_t bytes);
  void skip_lf();
  void cut_datagram(std::size_t start);
  [[nodiscard]] std::size_t start_of(std::size_t record) const { return record == 0 ? 0 : ends_[record - 1]; }

  WireFraming framing_;
  std::span<const std::string_view> slices_;
  Place at_;                   // the start of the first record that is not in the window
  std::size_t unencoded_ = 0;  // bytes from there to the end
  std::string window_;         // whole records as the wire has them
  std::vector<std::size_t> ends_;
  std::size_t sent_ = 0;  // of the window
  std::size_t next_ = 0;  // the first record in the window that is not sent as a whole
  std::uint64_t truncated_ = 0;
};

}  // namespace piiscrub::io
