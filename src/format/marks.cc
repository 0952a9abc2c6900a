#include "format/marks.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/search.h"
#include "format/quote.h"

namespace piiscrub {
namespace {

constexpr std::string_view kHashed = "\xe2\x80\xa0";  // †
constexpr std::string_view kTimes = "\xc3\x97";       // ×
constexpr std::string_view kCodedBegin = "u2039";

// The length of `plain`, or of `coded` behind backslashes, at the start of `text`; 0 if it is neither.
std::size_t spelled(std::string_view text, std::string_view plain, std::string_view coded) {
  if (text.starts_with(plain)) return plain.size();
  const std::size_t run = backslashes_at(text, 0);
  return run > 0 && text.substr(run).starts_with(coded) ? run + coded.size() : 0;
}

// Without the marks.
std::string_view inside(std::string_view marked) {
  marked.remove_prefix(mark_begin_at(marked, 0));
  if (marked.ends_with(kMarkEnd)) return marked.substr(0, marked.size() - kMarkEnd.size());
  constexpr std::size_t kCodedBytes = 5;  // u203a
  if (marked.size() <= kCodedBytes) return marked;
  std::size_t end = marked.size() - kCodedBytes;
  while (end > 0 && marked[end - 1] == '\\') --end;
  return mark_end_at(marked, end) == marked.size() - end ? marked.substr(0, end) : marked;
}

bool is_redacted(std::string_view content) {
  const std::size_t length = spelled(content, kTimes, "u00d7");
  return length > 0 && length == content.size();
}

// Where the first JSON of `text` begins, or its end.
std::size_t find_json(std::string_view text) { return std::min(text.find("{\""), text.size()); }

}  // namespace

OpenMark find_marks(std::string_view text, std::size_t from, OpenMark open, std::span<const Span> opaque,
                    std::vector<Span>& marks) {
  const std::size_t json = open == OpenMark::string ? from : find_json(text);
  std::size_t depth = open == OpenMark::none ? 0 : 1;
  std::size_t begin = from;                   // of the mark that is open
  bool in_string = open == OpenMark::string;  // of JSON
  bool ends_with_string = in_string;          // the mark that is open
  const auto close = [&](std::size_t end) {
    depth = 0;
    const Span span{begin, end};
    const auto known = std::lower_bound(opaque.begin(), opaque.end(), begin,
                                        [](const Span& replacement, std::size_t at) { return replacement.begin < at; });
    if (known != opaque.end() && *known == span) return;
    if (span.size() > 0 && !is_redacted(inside(span.of(text)))) marks.push_back(span);
  };
  // What a mark, an escape or a string may begin or end with:
  const auto next_sign = [&](std::size_t at) { return find_one_of<'"', '\\', kMarkBegin.front()>(text, at); };
  for (std::size_t i = next_sign(from); i < text.size(); i = next_sign(i)) {
    const char c = text[i];
    if (c == '"' && i >= json) {
      in_string = !in_string;
      if (depth > 0 && ends_with_string) close(i);
    }
    if (const std::size_t length = mark_begin_at(text, i); length > 0) {
      if (depth++ == 0) {
        begin = i;
        ends_with_string = in_string;
      }
      i += length;
    } else if (const std::size_t ending = mark_end_at(text, i); ending > 0) {
      i += ending;
      if (depth > 0 && --depth == 0) close(i);
    } else if (c == '\\') {
      const std::size_t run = backslashes_at(text, i);
      const bool escapes_quote = i >= json && run % 2 == 1 && i + run < text.size() && text[i + run] == '"';
      i += run + (escapes_quote ? 1 : 0);
    } else {
      ++i;
    }
  }
  if (depth == 0) return OpenMark::none;
  close(text.size());
  return ends_with_string ? OpenMark::string : OpenMark::text;
}

bool may_have_marks(std::string_view text) {
  return find_text(text, kMarkBegin, 0) != std::string_view::npos ||
         find_text(text, kCodedBegin, 0) != std::string_view::npos;
}

std::string_view unmarked(std::string_view marked) {
  const std::string_view content = inside(marked);
  return content.substr(spelled(content, kHashed, "u2020"));
}

bool asks_for_hash(std::string_view marked) {
  const std::size_t length = mark_begin_at(marked, 0);
  return length > 0 && spelled(marked.substr(length), kHashed, "u2020") > 0;
}

bool wants_hash(std::string_view marked) {
  return asks_for_hash(marked) && mark_begin_at(marked, 0) + inside(marked).size() < marked.size();
}

MarkCursor::MarkCursor(std::string_view text)
    : text_(text), plain_(find_text(text, kMarkBegin, 0)), coded_(find_text(text, kCodedBegin, 0)) {}

std::size_t MarkCursor::seek(std::size_t from) {
  if (plain_ < from) plain_ = find_text(text_, kMarkBegin, from);
  if (coded_ < from) coded_ = find_text(text_, kCodedBegin, from);
  return std::min(plain_, coded_);
}

// I261121 00:42:47.570790 10568 9@util/log/event_log.go:32 ⋮ [n1,client=…] 790 |…
std::size_t crdb_payload(std::string_view record) {
  constexpr std::string_view kSeverities = "IWEF";
  constexpr std::size_t kDateDigits = 6;
  if (record.size() < 24 || kSeverities.find(record[0]) == std::string_view::npos) return std::string_view::npos;
  if (!std::all_of(record.begin() + 1, record.begin() + 1 + kDateDigits, is_digit)) return std::string_view::npos;
  // A tag may hold anything between marks.
  std::size_t tags = kDateDigits;
  while (!record.substr(tags).starts_with("] ")) {
    const bool marked = record.substr(tags).starts_with(kMarkBegin);
    if (marked) {
      tags = record.find(kMarkEnd, tags);
    } else {
      for (++tags; tags < record.size() && record[tags] != ']' && record[tags] != '\xe2';) ++tags;
    }
    if (tags >= record.size()) return std::string_view::npos;
  }
  std::size_t at = tags + 2;
  while (at < record.size() && is_digit(record[at])) ++at;
  return at + 1 < record.size() && record[at] == ' ' ? at + 2 : std::string_view::npos;
}

std::size_t crdb_continuation(std::string_view record) {
  const std::size_t payload = crdb_payload(record);
  return payload != std::string_view::npos && record[payload - 1] == '|' ? payload : std::string_view::npos;
}

}  // namespace piiscrub
