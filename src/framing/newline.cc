#include <algorithm>
#include <cstring>
#include <utility>

#include "piiscrub/framing.h"

namespace piiscrub {
namespace {

constexpr char kDelimiter = '\n';
// Chunks of many records are no longer than this, however much is pushed at once: offsets in them have 32 bits.
constexpr std::size_t kMaxChunkBytes = std::size_t{16} << 20;

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
  handed_out_parts_.clear();
}

std::optional<Chunk> NewlineFramer::next() {
  std::optional<Chunk> chunk = next_chunk();
  if (!chunk) return chunk;
  chunk->offset = offset_;
  if (chunk->kind != Chunk::Kind::overlong_head) offset_ += chunk->record_bytes + chunk->bytes.size();
  return chunk;
}

std::optional<Chunk> NewlineFramer::next_chunk() {
  if (!parts_.empty()) return next_parts();
  std::optional<Chunk> chunk = put_back_ ? std::exchange(put_back_, std::nullopt) : next_unjoined();
  if (!chunk) flushed_ = false;
  if (!chunk || chunk->kind != Chunk::Kind::records || !chunk->bytes.ends_with(kDelimiter)) return chunk;
  const std::size_t waiting = open_parts(chunk->bytes);
  if (waiting == 0) return chunk;
  start_parts(chunk->bytes.substr(chunk->bytes.size() - waiting));
  chunk->bytes.remove_suffix(waiting);
  return chunk->bytes.empty() ? next_parts() : chunk;
}

std::optional<Chunk> NewlineFramer::next_unjoined() {
  if (discarding_) return next_discarding();
  if (!carry_.empty()) return next_record_across_pushes();
  return next_records();
}

void NewlineFramer::start_parts(std::string_view parts) {
  parts_.assign(parts);
  joiner_.reset();
  for (std::size_t at = 0; at < parts.size();) {
    const std::size_t size = find_delimiter(parts.substr(at));
    joiner_.add(parts.substr(at, size));
    at += size + 1;
  }
}

// Takes records to the parts of a line until its last one has come, or another record shows that it has.
std::optional<Chunk> NewlineFramer::next_parts() {
  while (true) {
    const std::optional<Chunk> chunk = next_record();
    if (!chunk && !finished_ && !flushed_) return std::nullopt;
    if (!chunk) return hand_out_parts(!finished_ && joiner_.is_certain());
    const bool whole = chunk->bytes.ends_with(kDelimiter);  // else it is over-long, or the last one
    const LineJoiner::Step step = joiner_.add(chunk->bytes.substr(0, chunk->bytes.size() - (whole ? 1 : 0)));
    const bool overlong = chunk->kind != Chunk::Kind::records;
    if (step == LineJoiner::Step::apart || overlong) {
      put_back_ = chunk;
      return hand_out_parts(step != LineJoiner::Step::apart);
    }
    parts_.append(chunk->bytes);
    if (step == LineJoiner::Step::ends) return hand_out_parts(false);
  }
}

Chunk NewlineFramer::hand_out_parts(bool cut) {
  handed_out_parts_.push_back(std::exchange(parts_, {}));
  return Chunk{.bytes = handed_out_parts_.back(), .cut = cut};
}

// The next record alone.
std::optional<Chunk> NewlineFramer::next_record() {
  const std::size_t delimiter = carry_.empty() && !discarding_ ? find_delimiter(input_) : std::string_view::npos;
  if (delimiter == std::string_view::npos || delimiter > max_record_bytes_) return next_unjoined();
  const std::string_view record = input_.substr(0, delimiter + 1);
  input_.remove_prefix(delimiter + 1);
  return Chunk{.bytes = record};
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
  const std::size_t last = find_last_delimiter(input_.substr(0, kMaxChunkBytes));
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
