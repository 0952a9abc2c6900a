#include "cli/print.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "cli/exit_codes.h"

namespace piiscrub::cli {

int print_to_stdout(std::string_view text, Console& console) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return kDone;
    } else if (errno != EINTR) {
      console.error("standard output: cannot write: " + std::generic_category().message(errno));
      return kWriteFailed;
    }
  }
  return kDone;
}

}  // namespace piiscrub::cli
