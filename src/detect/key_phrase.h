// Phrases of keys with choices: `{nr,numero} {conta,cuenta}` stands for four of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {

/// More phrases than this from one are refused: a slip of the pen, not a vocabulary.
inline constexpr std::size_t kMaxPhraseChoices = 4096;

/// How many bytes the ending of a word must have to say something.
inline constexpr std::size_t kMinEndingBytes = 3;

/// Whether `phrase` stands for the words that end so: *ware.
constexpr bool is_key_ending(std::string_view phrase) { return phrase.starts_with('*'); }
/// Whether `phrase` stands for the keys that begin so: medico*.
constexpr bool is_key_beginning(std::string_view phrase) { return phrase.ends_with('*') && !is_key_ending(phrase); }

/// The phrases that `phrase` stands for: itself, if it has no braces. Empty if its braces do not pair, stand within
/// each other or hold less than two choices or an empty one, or if they make more than kMaxPhraseChoices.
std::vector<std::string> expand_phrase(std::string_view phrase);

}  // namespace piiscrub
