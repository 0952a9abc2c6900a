// Sockets that systemd has opened and passes on (sd_listen_fds(3)): LISTEN_FDS of them from descriptor 3, named in
// LISTEN_FDNAMES, meant for the process LISTEN_PID.
#pragma once

#include <string>
#include <string_view>

#include "io/fd.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// What the environment says about passed sockets.
struct ListenEnvironment {
  std::string pid;
  std::string fds;
  std::string names;

  static ListenEnvironment of_process();
};

/// Another descriptor, closed on exec, of the passed socket that is called `name`. The passed one stays open, so that
/// this works again after a reload, and is from now on closed on exec too.
Result<Fd> open_systemd_socket(const ListenEnvironment& environment, std::string_view name);

}  // namespace piiscrub::io
