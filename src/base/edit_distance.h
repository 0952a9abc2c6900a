// "Did you mean": the nearest of a few known words.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace piiscrub {

/// The one of `words` that `word` is most likely a misspelling of, or nullopt.
///
/// Counts inserted, deleted, replaced and swapped neighbouring bytes (Damerau-Levenshtein, each place edited once);
/// ASCII case does not count. A suggestion is at most two such edits away, and at most a third of the longer word's
/// length, so that short words do not suggest each other. Of equally near words the first one wins.
/// The result is a view into `words`. Words above 64 bytes are never near.
std::optional<std::string_view> closest(std::string_view word, std::span<const std::string_view> words);

}  // namespace piiscrub
