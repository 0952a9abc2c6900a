#include "io/record_encoder.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace piiscrub::io {
namespace {

// A few TLS records; as much as a socket takes at once by default.
constexpr std::size_t kWindowBytes = std::size_t{64} << 10;

bool is_utf8_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }
bool is_utf8_lead(char c) { return static_cast<unsigned char>(c) >= 0xC0U; }

}  // namespace

void RecordEncoder::start(std::span<const std::string_view> slices) {
  slices_ = slices;
  at_ = {};
  unencoded_ = 0;
  for (const std::string_view slice : slices) unencoded_ += slice.size();
}

bool RecordEncoder::refill() {
  if (sent_ < window_.size()) return true;
  window_.clear();
  ends_.clear();
  sent_ = 0;
  next_ = 0;
  while (unencoded_ > 0 && window_.size() < kWindowBytes) encode_record();
  return !window_.empty();
}

void RecordEncoder::encode_record() {
  std::size_t length = 0;  // without LF
  bool terminated = false;
  for (Place end = at_; end.slice < slices_.size() && !terminated; end = {end.slice + 1, 0}) {
    const std::string_view rest = slices_[end.slice].substr(end.offset);
    const std::size_t lf = rest.find('\n');
    terminated = lf != std::string_view::npos;
    length += terminated ? lf : rest.size();
  }
  const std::size_t start = window_.size();
  if (framing_ == WireFraming::counted) {
    std::array<char, 24> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), length);
    window_.append(digits.data(), static_cast<std::size_t>(written.ptr - digits.data()));
    window_ += ' ';
  }
  append(length);
  if (terminated) skip_lf();
  if (framing_ == WireFraming::lines) window_ += '\n';
  if (framing_ == WireFraming::counted && length == 0) window_.resize(start);  // no count is 0
  if (framing_ == WireFraming::datagrams) cut_datagram(start);
  if (window_.size() > start) ends_.push_back(window_.size());
}

// Appends the next `bytes` of the slices.
void RecordEncoder::append(std::size_t bytes) {
  unencoded_ -= bytes;
  while (bytes > 0) {
    const std::string_view part = slices_[at_.slice].substr(at_.offset, bytes);
    window_ += part;
    bytes -= part.size();
    at_.offset += part.size();
    if (at_.offset == slices_[at_.slice].size()) at_ = {at_.slice + 1, 0};
  }
}

void RecordEncoder::skip_lf() {
  append(1);
  window_.pop_back();
}

void RecordEncoder::cut_datagram(std::size_t start) {
  if (window_.size() - start <= kMaxDatagramBytes) return;
  ++truncated_;
  const std::size_t limit = start + kMaxDatagramBytes;
  std::size_t end = limit;
  // A sequence has at most three bytes behind its first (RFC 3629); what is longer is no UTF-8 and is cut anywhere.
  while (limit - end < 3 && is_utf8_continuation(window_[end])) --end;
  if (end < limit && !is_utf8_lead(window_[end])) end = limit;
  window_.resize(end);
}

void RecordEncoder::advance(std::size_t bytes) {
  sent_ += bytes;
  while (next_ < ends_.size() && ends_[next_] <= sent_) ++next_;
}

std::string_view RecordEncoder::record(std::size_t index) const {
  const std::size_t start = start_of(next_ + index);
  return std::string_view(window_).substr(start, ends_[next_ + index] - start);
}

}  // namespace piiscrub::io
