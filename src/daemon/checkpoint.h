// Checkpoint: how far everything had come, so that a service that ended in whatever way goes on there.
//
// Positions in files and lengths of files; never a byte of what is in them. Text, a line per position, the fields
// between tabs, paths percent-encoded:
//
//   piiscrub-checkpoint 2
//   by VERSION-OF-PIISCRUB
//   tail PIPELINE PATH DEVICE INODE OFFSET REPLAY MARKER[!] WRITTEN      !: the file was lost, which has been said
//   sink PIPELINE PATH DEVICE INODE LENGTH
//   end SHA256-OF-THE-LINES-ABOVE
//
// Format 1 had no `by`. It is read, and what is saved next is of the present format. Whatever formats come later begin
// with the first two lines and end with the last one, so that one that is too new is told from one that is damaged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/append_sink.h"
#include "io/file_identity.h"

namespace piiscrub::daemon {

struct Checkpoint {
  struct Tail {
    std::string pipeline;
    std::string path;  ///< of the file that was tailed; the position may be in one that was rotated away from it
    io::FilePosition position;
  };
  struct Sink {
    std::string pipeline;
    std::string path;
    io::SinkMark mark;
  };

  std::vector<Tail> tails;  ///< those of one path in the order of reading
  std::vector<Sink> sinks;

  /// Those of one file.
  [[nodiscard]] std::vector<io::FilePosition> tails_of(std::string_view pipeline, std::string_view path) const;
  [[nodiscard]] std::optional<io::SinkMark> sink_of(std::string_view pipeline, std::string_view path) const;

  [[nodiscard]] std::string text() const;

  struct Read;
  /// Reads what text() has written, or that of an older piiscrub.
  static Read read(std::string_view text);
};

inline constexpr unsigned kCheckpointFormat = 2;

struct Checkpoint::Read {
  std::optional<Checkpoint> checkpoint;  ///< nothing: it is damaged, or too new
  unsigned format = 0;                   ///< more than kCheckpointFormat: too new; 0: damaged
  std::string by;                        ///< the version of piiscrub that has written it; empty: not known
};

}  // namespace piiscrub::daemon
