// FileIdentity: which file a position belongs to, though names move and inode numbers are used again.
//
// A file is known by device and inode and by a marker: a keyed digest of its first bytes and of those right in front of
// the position. A file that was truncated and has grown again, a new file under an old inode number, or a copy under a
// new one are told by it. Without the key, which never leaves the state directory, a marker says nothing about content.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/fd.h"
#include "piiscrub/result.h"
#include "redact/crypto.h"

namespace piiscrub::io {

struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileId&) const = default;
};

FileId id_of(const struct stat& status);

/// A moment by the clock of a file system, in nanoseconds since 1970.
using FileTime = std::int64_t;
/// When it was last written.
FileTime written_at(const struct stat& status);
/// Now, by the clock of local file systems, which is a coarse one.
FileTime file_time_now();

/// Where reading a file stands.
struct FilePosition {
  FileId id;
  std::uint64_t offset = 0;  ///< a record begins here
  std::uint64_t replay = 0;  ///< ≤ offset: reading again from here gives the state at `offset`; a record begins here
  std::string marker;        ///< of the file at `offset`, see Marker
  FileTime written = 0;      ///< what took the file's place later, and later copies of it, were written then or later
  bool lost = false;         ///< it was not found at a start, which has been said
};

/// Makes markers under one key.
class Marker {
 public:
  explicit Marker(std::string_view key) : key_(key) {}

  /// The marker of the open file `fd` at `offset`, as hexadecimal digits; empty if the file is shorter or cannot be
  /// read.
  [[nodiscard]] std::string of(int fd, std::uint64_t offset) const;
  /// Whether the open file `fd` holds what the position was taken in.
  [[nodiscard]] bool fits(int fd, const FilePosition& position) const;

 private:
  HmacKey key_;
};

/// Whether links may be followed.
enum class Links : std::uint8_t { refuse, follow };

/// A log file opened for reading.
struct OpenFile {
  Fd fd;
  FileId id;
  std::uint64_t size = 0;
  FileTime written = 0;
  FileTime opened = 0;  ///< no later than that: whatever takes its place comes after
};

/// Opens the regular file `path`; nothing else is opened, and a FIFO does not block. Files are opened only as long as a
/// few descriptors are left for everything else (EMFILE). The errno, or 0, goes into `error`; ELOOP: `path` is a link
/// and `links` refuses it, EINVAL: not a regular file.
std::optional<OpenFile> open_log_file(const std::string& path, Links links, int& error);

/// The file that goes on where `position` stands, if it is not `path` itself any more: `path` under the name that
/// rotation gave it (`PATH.1`, `PATH-20300131`), or a copy of it. Looks at the files in the directory of `path` whose
/// names begin with its name. Of several, the one with the same inode.
struct Successor {
  OpenFile file;
  std::string path;
};
std::optional<Successor> find_rotated(const std::string& path, const FilePosition& position, const Marker& marker);

/// Rotated siblings of `path` (by name: its name, `.` or `-`, then digits) that were last written at `since` or later,
/// the oldest first. Clocks of file systems are coarse: a file that was written right before may be among them.
std::vector<OpenFile> rotated_since(const std::string& path, FileTime since);

/// Whether one of two open files, neither empty, begins with the other, as far as the first 64 KiB tell.
bool begin_alike(int fd, int other);

}  // namespace piiscrub::io
