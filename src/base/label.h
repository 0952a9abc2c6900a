// Label: the name of a type as replacements write it.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"

namespace piiscrub {

/// `us-ssn` becomes US_SSN.
inline std::string label_of(std::string_view type) {
  std::string label(type);
  for (char& c : label) c = c == '-' ? '_' : to_upper(c);
  return label;
}

}  // namespace piiscrub
