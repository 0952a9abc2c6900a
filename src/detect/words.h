// Words: the runs of bytes of which names are made, found 64 bytes at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace piiscrub {

struct Word {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  std::uint32_t digits = 0;  ///< among its bytes
  bool operator==(const Word&) const = default;
};

/// Fills `words` with the words of `text` (less than 4 GiB), in order: letters, digits, `_` and bytes that are no
/// ASCII. UTF-8 from U+2000 to U+203F is none of them: CockroachDB's marks and other punctuation.
void find_words(std::string_view text, std::vector<Word>& words);

}  // namespace piiscrub
