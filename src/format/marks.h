// Marks: what CockroachDB has put between ‹ and ›, which is all that it does not know to be harmless.
//
//   user=‹ann›                            one value
//   ‹(‹1›,‹'bob'›)›                       one value, up to the › that belongs to the first ‹
//   "ApplicationName":"‹","Tag":"…"       in JSON a value ends with its string at the latest
//   …"SELECT ‹'ann@exam                   and with the record, if nothing closes it
//   \u2039ann\u203a                       as a relay may write them
//
// Any bytes; linear in the text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace piiscrub {

inline constexpr std::string_view kMarkRedacted = "\xe2\x80\xb9\xc3\x97\xe2\x80\xba";  // ‹×›

/// What a record leaves open for the line that continues it.
enum class OpenMark : std::uint8_t {
  none,
  text,    ///< a mark
  string,  ///< a mark in a JSON string
};

/// Appends the stretches of `text` between marks, with them, to `marks`: in order, disjoint. Left out are those with a
/// × in them, and those that are one of `opaque`, the replacements in `text`. Begins at `from`, where `open` is open;
/// returns what is open at the end.
OpenMark find_marks(std::string_view text, std::size_t from, OpenMark open, std::span<const Span> opaque,
                    std::vector<Span>& marks);

/// Whether `text` may have an opening mark.
bool may_have_marks(std::string_view text);

/// What stands between the marks of `marked`, without them and without the † of a value that is to be hashed.
std::string_view unmarked(std::string_view marked);
/// Whether `marked` begins with ‹† and is closed.
bool wants_hash(std::string_view marked);
/// Whether `marked` begins with ‹†.
bool asks_for_hash(std::string_view marked);

/// The places in a text where an opening mark may stand, for places that go forward. Linear over all calls.
class MarkCursor {
 public:
  static constexpr std::size_t kNone = std::string_view::npos;
  /// An empty `text` has none.
  explicit MarkCursor(std::string_view text);
  /// The first place at or behind `from`, or kNone.
  std::size_t seek(std::size_t from);

 private:
  std::string_view text_;
  std::size_t plain_;  // the next ‹
  std::size_t coded_;  // the next \u2039
};

/// Behind the mark with which CockroachDB (crdb-v2) says how a line goes on: ` ` or `=` for a new entry, `|` for the
/// rest of a line that was too long; npos if `record` is none of its lines.
std::size_t crdb_payload(std::string_view record);
/// The same, but only of a line that is the rest of the one in front of it.
std::size_t crdb_continuation(std::string_view record);

}  // namespace piiscrub
