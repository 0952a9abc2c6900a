// Phrases of keys with choices: `{nr,numero} {conta,cuenta}` stands for four of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {

/// More phrases than this from one are refused: a slip of the pen, not a vocabulary.
inline constexpr std::size_t kMaxPhraseChoices = 4096;

/// The phrases that `phrase` stands for: itself, if it has no braces. Empty if its braces do not pair, stand within
/// each other or hold less than two choices or an empty one, or if they make more than kMaxPhraseChoices.
std::vector<std::string> expand_phrase(std::string_view phrase);

}  // namespace piiscrub
