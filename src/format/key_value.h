// Key and value in free text: `key=value`, `key: value`, `"key": "value"`, `'key': ['v', 'w']`, `--key value`,
// `<key>value</key>`, `?key=value&`, and the same inside escaped strings (`\"key\": \"value\"`, `&quot;key&quot;: …`).
//
// Works outwards from a separator that a scan has found; no state, no allocation after warm-up, linear in the length of
// the pair. Text is bytes: nothing has to be valid.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// Longest key that counts.
inline constexpr std::size_t kMaxKeyBytes = 64;

/// Whether `c` can be part of a key.
bool is_key_byte(char c);

/// The key whose separator is the byte in front of `at`: `=`, `:`, `>`, the blank behind `--key`, or the comma of
/// `('key', …)`. Nothing if there
/// is none, or if it is longer than kMaxKeyBytes.
std::optional<Span> key_before(std::string_view text, std::size_t at);

/// All between the quotes around `key`, which may have words in front of it: "Last name". `key` itself if it has none.
Span between_quotes(std::string_view text, Span key);

/// The name in the cell of a table or list in HTML that ends in front of `at`: <td><b>ssn</b></td>, also <th> and <dt>.
std::optional<Span> cell_name(std::string_view text, std::size_t at);

/// A value that belongs to a key.
struct KeyedValue {
  Span span;               ///< without its quotes; never empty
  std::string_view quote;  ///< what its replacement must be put between to stay valid in its structure; mostly empty
};

/// Appends the values that follow the separator in front of `at` to `values`, in order: one for a string or a bare
/// word, one for each leaf of an array, tuple or object. `opaque` are the replacements in `text`, sorted. Returns the
/// number of bytes looked at.
std::size_t find_values(std::string_view text, std::span<const Span> opaque, Span key, std::size_t at, ValueKind kind,
                        std::vector<KeyedValue>& values);

/// The same for the value that begins at `at`, whatever stands in front of it.
std::size_t find_value(std::string_view text, std::size_t at, ValueKind kind, std::vector<KeyedValue>& values);

/// Whether nothing but blanks follows the separator in front of `at`, so that the value may stand in the next record.
bool is_open_key(std::string_view text, std::size_t at);

/// Appends the value that `record` begins with if the record in front of it ends with an open key: the next cell of a
/// table in HTML, or all of an indented line that is no pair. Returns the number of bytes looked at.
std::size_t find_open_value(std::string_view record, std::span<const Span> opaque, ValueKind kind,
                            std::vector<KeyedValue>& values);

}  // namespace piiscrub
