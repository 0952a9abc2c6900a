// Log: what the service says of itself, on standard error: a line each, as text or JSON. Names of files, endpoints and
// rules only, never payload; what repeats itself is held back and counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "config/service_config.h"
#include "piiscrub/result.h"

namespace piiscrub::daemon {

enum class Level : std::uint8_t { error, warning, info };

class Log {
 public:
  static constexpr unsigned kMostPerMinute = 10;  ///< lines per event

  void set_format(LogFormat format) { format_ = format; }

  /// `event` is a short name for what has happened, such as `reload-failed`, for machines; it must live forever.
  void write(Level level, std::string_view event, std::string_view message);
  void write(Level level, std::string_view event, const Error& error) { write(level, event, error.text()); }

 private:
  struct Recent {
    std::chrono::steady_clock::time_point since;
    unsigned lines = 0;
    unsigned held_back = 0;
  };

  void print(Level level, std::string_view event, std::string_view message) const;

  LogFormat format_ = LogFormat::text;
  std::map<std::string_view, Recent> recent_;
};

}  // namespace piiscrub::daemon
