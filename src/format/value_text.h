// Quotes around values in free text, and where values without quotes end. Only for key_value.cc and
// value_reader.cc.
//
// Text is bytes; every look is bounded, positions beyond the end of the text are none.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.h"
#include "base/span.h"
#include "piiscrub/rule.h"

namespace piiscrub {

inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxWordsBytes = 256;
inline constexpr std::size_t kMaxBlanks = 24;  // around a separator: `password       :  x`

inline constexpr std::string_view kCsvQuote = "\"\"";      // a quote within a quoted CSV field
inline constexpr std::string_view kMarkerOpen = "\u2039";  // CockroachDB: ‹ what follows is sensitive ›
inline constexpr std::string_view kMarkerClose = "\u203a";

inline char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }
std::size_t skip_blanks(std::string_view text, std::size_t at, std::size_t most);

inline bool is_opener(char c) { return c == '(' || c == '[' || c == '{'; }
inline bool is_closer(char c) { return c == ')' || c == ']' || c == '}'; }
inline bool is_quote_start(char c) { return c == '\'' || c == '"' || c == '\\'; }

/// The quote that starts at `at`, with the backslashes in front of it, or nothing.
std::string_view quote_at(std::string_view text, std::size_t at);
/// Whether a spelling of a quote ends with `c`: &#39; and %22, too.
constexpr bool may_end_quote(char c) { return c == '"' || c == '\'' || c == '`' || c == ';' || c == '2' || c == '7'; }
/// The quote that ends at `at`, with the backslashes in front of it, or nothing.
std::string_view quote_before(std::string_view text, std::size_t at);
/// Where the string that `quote` opened in front of `at` is closed, or npos.
std::size_t closing_quote(std::string_view text, std::size_t at, std::string_view quote);
/// Behind the prefix of a string, u'…', b"…", e'…', which belongs to its quote, or `at`.
std::size_t skip_string_prefix(std::string_view text, std::size_t at);
/// The closing bracket of what was opened in front of `at`, or npos. Brackets in strings do not count.
std::size_t closing_bracket(std::string_view text, std::size_t at);

/// `key` or `Key` with a separator right behind it: the next pair. In a connection string keys can have several
/// `words`.
bool starts_pair(std::string_view text, std::size_t at, bool words = false);

/// The end of the bare value of `kind` that begins at `at`.
std::size_t end_of_bare(std::string_view text, std::size_t at, ValueKind kind);

/// The opening bracket of a call such as datetime.date(1969, 5, 22), or npos. A secret that only looks like a call is
/// none: its name would stay.
std::size_t call_bracket(std::string_view text, std::size_t at, ValueKind kind);
/// Behind `Bearer`, `Basic` and the like, which say how the secret behind them is meant; an Authorization header may
/// name `any` scheme.
std::size_t skip_scheme(std::string_view text, std::size_t at, bool any);
/// Behind what PHP's var_dump() says of a string in front of it, `string(8) "…"`, or Go's spew,
/// `(string) (len=8) "…"`, or `at`.
std::size_t skip_dumped_type(std::string_view text, std::size_t at);

}  // namespace piiscrub
