// A Finding holds log data: it cannot be printed by mistake.
#include <sstream>
#include <string>

#include "detect/detector.h"

std::string print(const piiscrub::Finding& value) {
#ifdef PIISCRUB_MUST_NOT_COMPILE
  std::ostringstream out;
  out << value;
  return out.str();
#else
  std::ostringstream out;
  out << sizeof value;
  return out.str();
#endif
}
