#include "io/version.h"

#include <uv.h>
#include <zlib.h>

namespace piiscrub::io {

std::string library_versions() { return std::string("libuv ") + uv_version_string() + ", zlib " + zlibVersion(); }

}  // namespace piiscrub::io
