// A Output holds log data: it cannot be printed by mistake.
#include <fmt/format.h>
#include <string>

#include "piiscrub/output.h"

std::string print(const piiscrub::Output& value) {
#ifdef PIISCRUB_MUST_NOT_COMPILE
  return fmt::format("{}", value);
#else
  return fmt::format("{}", sizeof value);
#endif
}
