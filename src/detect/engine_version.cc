#include <hs.h>

#include <string>

#include "detect/triggers.h"
#include "piiscrub/detector.h"

namespace piiscrub {

// Vectorscan answers to the same name and interface; its versions have a `Vectorscan` of their own in hs_version().
std::string engine_version() {
  std::string version = hs_version();
  const std::size_t date = version.find(' ');
  if (date != std::string::npos) version.resize(date);
  return "Hyperscan interface " + version + ", " + std::string(trigger_target());
}

}  // namespace piiscrub
