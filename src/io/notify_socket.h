// NotifySocket: what a service tells systemd, by the protocol of sd_notify(3), without its library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/fd.h"

namespace piiscrub::io {

class NotifySocket {
 public:
  /// Opens $NOTIFY_SOCKET, if it is set, and removes it and the watchdog's variables from the environment, so that no
  /// child speaks for this process.
  NotifySocket();

  /// Sends `state`: lines such as `READY=1`. Nothing happens without a socket, nor when it is full.
  void send(std::string_view state) const;
  /// `RELOADING=1` with the time at which it began.
  void send_reloading() const;
  /// How often the watchdog wants to hear, in milliseconds: half its time-out. 0: it wants nothing.
  [[nodiscard]] std::uint64_t watchdog_ms() const { return watchdog_ms_; }

 private:
  Fd fd_;
  std::string address_;  // the sun_path, a leading NUL for an abstract one
  std::uint64_t watchdog_ms_ = 0;
};

}  // namespace piiscrub::io
