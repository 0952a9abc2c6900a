#include "io/octet_counting.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"

namespace piiscrub::io {
namespace {

constexpr std::string_view kEscapedLf = "#012";  // as rsyslog and syslog-ng write it

// The two may overlap, `to` in front.
char* copy(std::string_view from, char* to) {
  std::memmove(to, from.data(), from.size());
  return to + from.size();
}

char* write_escaped(std::string_view message, char* to) {
  for (std::size_t lf = 0; (lf = message.find('\n')) != std::string_view::npos; message.remove_prefix(lf + 1)) {
    to = copy(message.substr(0, lf), to);
    to = copy(kEscapedLf, to);
  }
  return copy(message, to);
}

// Of a whole message, or of the last part of one.
std::string_view without_trailer(std::string_view message) {
  if (message.ends_with('\n') || message.ends_with('\0')) message.remove_suffix(1);
  return message;
}

}  // namespace

char* write_record(std::string_view message, char* to) {
  to = write_escaped(without_trailer(message), to);
  *to++ = '\n';
  return to;
}

std::size_t SyslogDecoder::decode(std::string_view in, char* out) {
  char* to = out;
  while (!in.empty() && state_ != State::malformed) {
    switch (state_) {
      case State::undecided:
        state_ = in.front() >= '1' && in.front() <= '9' ? State::count : State::lines;
        break;
      case State::lines:
        to = write_lines(in, to);
        break;
      case State::count:
        read_count(in);
        break;
      case State::message:
        to = write_message(in, to);
        break;
      case State::malformed:
        break;
    }
  }
  return static_cast<std::size_t>(to - out);
}

void SyslogDecoder::read_count(std::string_view& in) {
  const char c = in.front();
  in.remove_prefix(1);
  if (c == ' ' && count_ > 0) {
    state_ = State::message;
  } else if (!is_digit(c) || (c == '0' && count_ == 0)) {
    state_ = State::malformed;
  } else {
    // Compared before the next digit, so that no run of digits overflows (CVE-2022-24903 of rsyslog).
    count_ = count_ * 10 + static_cast<std::size_t>(c - '0');
    if (count_ > max_message_bytes_) state_ = State::malformed;
  }
}

char* SyslogDecoder::write_message(std::string_view& in, char* to) {
  const std::string_view part = in.substr(0, std::min(count_, in.size()));
  in.remove_prefix(part.size());
  count_ -= part.size();
  if (count_ > 0) return write_escaped(part, to);
  state_ = State::count;
  return write_record(part, to);
}

// A NUL ends a record; one that has nothing to end, such as that of LF NUL, is dropped.
char* SyslogDecoder::write_lines(std::string_view& in, char* to) {
  while (!in.empty()) {
    const std::string_view part = in.substr(0, in.find('\0'));
    in.remove_prefix(part.size());
    if (!part.empty()) {
      at_start_ = part.ends_with('\n');
      to = copy(part, to);
    }
    if (in.empty()) break;
    in.remove_prefix(1);
    if (!at_start_) *to++ = '\n';
    at_start_ = true;
  }
  return to;
}

}  // namespace piiscrub::io
