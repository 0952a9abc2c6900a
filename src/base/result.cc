#include "piiscrub/result.h"

namespace piiscrub {

std::string Error::text() const {
  std::string where = file;
  if (line > 0) {
    if (!where.empty()) where += ':';
    where += std::to_string(line);
    if (column > 0) {
      where += ':';
      where += std::to_string(column);
    }
  } else if (column > 0) {
    // A column without a line is an offset into one expression; a bare `:7` would read as line 7.
    if (!where.empty()) where += ": ";
    where += "column " + std::to_string(column);
  }

  std::string out = where;
  if (!out.empty()) out += ": ";
  out += message;
  if (!advice.empty()) out += " (" + advice + ")";
  return out;
}

}  // namespace piiscrub
