// How random text looks: what tells generated secrets from words.
#pragma once

#include <string_view>

namespace piiscrub {

/// Shannon entropy of the bytes of `text` in bits per byte, of which a longer one's first 1,024 count. 0 if it is
/// empty.
double entropy(std::string_view text);

}  // namespace piiscrub
