// The libraries of this module, for --version.
#pragma once

#include <string>

namespace piiscrub::io {

/// Name and version of each, separated by commas.
std::string library_versions();

}  // namespace piiscrub::io
