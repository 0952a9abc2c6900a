// A Finding holds log data: it cannot be printed by mistake.
#include <fmt/format.h>
#include <string>

#include "detect/detector.h"

std::string print(const piiscrub::Finding& value) {
#ifdef PIISCRUB_MUST_NOT_COMPILE
  return fmt::format("{}", value);
#else
  return fmt::format("{}", sizeof value);
#endif
}
