#include <fmt/format.h>
#include <CLI/Version.hpp>

#include "cli/help.h"
#include "io/version.h"
#include "piiscrub/detector.h"

namespace piiscrub::cli {

std::string version_text() {
  return fmt::format(
      "piiscrub {}\n"
      "matching: {}\n"
      "libraries: {}, fmt {}.{}.{}, CLI11 {}\n"
      "built-in rules: {}\n",
      PIISCRUB_VERSION, engine_version(), io::library_versions(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
      FMT_VERSION % 100, CLI11_VERSION, builtin_rules()->rules().size());
}

}  // namespace piiscrub::cli
