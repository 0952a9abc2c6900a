#include <algorithm>
#include <cstring>

#include "piiscrub/framing.h"

namespace piiscrub {
namespace {

constexpr char kDelimiter = '\n';

std::size_t find_delimiter(std::string_view bytes) {
  const void* at = bytes.empty() ? nullptr : std::memchr(bytes.data(), kDelimiter, bytes.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
}

std::size_t find_last_delimiter(std::string_view bytes) {
  const void* at = bytes.empty() ? nullptr : memrchr(bytes.data(), kDelimiter, bytes.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
}

bool looks_like_json(std::string_view record) {
  const std::size_t at = record.find_first_not_of(" \t");
  return at != std::string_view::npos && (record[at] == '{' || record[at] == '[');
}

// Length of the longest run of whole records at the front of `bytes` (which ends with a delimiter) in which no record
// exceeds `limit`. Looks at one delimiter per `limit` bytes only.
std::size_t records_within_limit(std::string_view bytes, std::size_t limit) {
  std::size_t at = 0;
  while (bytes.size() - at > limit) {
    const std::size_t last = find_last_delimiter(bytes.substr(at, limit + 1));
    if (last == std::string_view::npos) break;
    at += last + 1;
  }
  return bytes.size() - at > limit ? at : bytes.size();
}

}  // namespace

void NewlineFramer::push(std::string_view bytes) {
  input_ = bytes;
  handed_out_.clear();
}

std::optional<Chunk> NewlineFramer::next() {
  if (discarding_) return next_discarding();
  if (!carry_.empty()) return next_record_across_pushes();
  return next_records();
}

// The carried start of a record plus the input up to its delimiter.
std::optional<Chunk> NewlineFramer::next_record_across_pushes() {
  const std::size_t held = max_record_bytes_ + kLookaheadBytes;
  if (carry_.back() != kDelimiter) {
    const std::size_t delimiter = find_delimiter(input_);
    const std::size_t wanted = delimiter == std::string_view::npos ? input_.size() : delimiter + 1;
    const std::size_t taken = std::min(wanted, held - std::min(held, carry_.size()));
    carry_.append(input_.substr(0, taken));
    input_.remove_prefix(taken);
  }

  const bool whole = carry_.back() == kDelimiter || (finished_ && input_.empty());
  const std::size_t length = carry_.size() - (carry_.back() == kDelimiter ? 1 : 0);
  if (length > max_record_bytes_ && (whole || carry_.size() == held)) {
    handed_out_.swap(carry_);
    carry_.clear();
    return start_overlong(handed_out_);
  }
  if (!whole) return std::nullopt;
  handed_out_.swap(carry_);
  carry_.clear();
  return Chunk{.bytes = handed_out_};
}

std::optional<Chunk> NewlineFramer::next_records() {
  if (input_.empty()) return std::nullopt;
  const std::size_t last = find_last_delimiter(input_);
  if (last != std::string_view::npos) {
    const std::size_t size = records_within_limit(input_.substr(0, last + 1), max_record_bytes_);
    if (size > 0) {
      const std::string_view bytes = input_.substr(0, size);
      input_.remove_prefix(size);
      return Chunk{.bytes = bytes};
    }
  }
  // The first record of the input has no end here, or is too long: collect it.
  const std::size_t delimiter = find_delimiter(input_);
  const std::size_t wanted = delimiter == std::string_view::npos ? input_.size() : delimiter + 1;
  const std::size_t taken = std::min(wanted, max_record_bytes_ + kLookaheadBytes);
  carry_.assign(input_.substr(0, taken));
  input_.remove_prefix(taken);
  return next_record_across_pushes();
}

// Hands out `head` up to the limit and the look-ahead; its delimiter, if it is in there, goes to the tail.
Chunk NewlineFramer::start_overlong(std::string_view head) {
  discarding_ = true;
  overlong_json_ = looks_like_json(head);
  head_ends_record_ = head.back() == kDelimiter;
  if (head_ends_record_) head.remove_suffix(1);
  overlong_bytes_ = head.size();
  return Chunk{.kind = Chunk::Kind::overlong_head, .bytes = head, .json = overlong_json_};
}

// Counts and drops bytes up to the delimiter. A CR in front of the LF counts as part of the record: it was discarded.
std::optional<Chunk> NewlineFramer::next_discarding() {
  Chunk tail{.kind = Chunk::Kind::overlong_tail, .json = overlong_json_};
  if (head_ends_record_) {
    tail.bytes = std::string_view(&kDelimiter, 1);
  } else {
    const std::size_t delimiter = find_delimiter(input_);
    const std::size_t dropped = delimiter == std::string_view::npos ? input_.size() : delimiter;
    overlong_bytes_ += dropped;
    input_.remove_prefix(dropped);
    if (delimiter != std::string_view::npos) {
      tail.bytes = input_.substr(0, 1);
      input_.remove_prefix(1);
    } else if (!finished_) {
      return std::nullopt;
    }
  }
  tail.record_bytes = overlong_bytes_;
  discarding_ = false;
  return tail;
}

}  // namespace piiscrub
