// StateDirectory: where a service keeps its checkpoint and the key of its markers. One service at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/checkpoint.h"
#include "io/fd.h"
#include "io/file_identity.h"
#include "piiscrub/result.h"

namespace piiscrub::daemon {

class StateDirectory {
 public:
  /// Makes `path` (mode 0700) with its parents if it is missing, locks it, and makes a key if there is none. Refused: a
  /// directory of another user or that others have rights to, one that another service has locked.
  static Result<StateDirectory> open(const std::string& path);

  [[nodiscard]] const io::Marker& marker() const { return *marker_; }

  struct Loaded {
    Checkpoint checkpoint;
    bool damaged = false;   ///< it is `checkpoint.bad` now
    unsigned migrated = 0;  ///< the older format that it was in; 0: the present one
  };
  /// The checkpoint that was saved last; an empty one if there is none. One that is damaged is renamed. One of a newer
  /// piiscrub is an error, and stays: who goes back a version must decide.
  [[nodiscard]] Result<Loaded> load() const;
  /// Replaces the checkpoint; returns when it is on the disk.
  [[nodiscard]] std::optional<Error> save(const Checkpoint& checkpoint) const;

 private:
  StateDirectory(std::string path, io::Fd lock, std::string_view key);

  std::string path_;
  io::Fd lock_;
  std::unique_ptr<io::Marker> marker_;  // has an address that stays
};

}  // namespace piiscrub::daemon
