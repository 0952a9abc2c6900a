// OutputFile: a file that appears under its name when it is complete, and not before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/fd.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// Written to a temporary file in the same directory, which takes the name at commit() and is removed otherwise.
class OutputFile {
 public:
  /// Replaced: whatever has the name at commit(), but for a symbolic link or a directory, which are refused here.
  /// `mode`: its permission bits; the temporary file is never more open than 0600 until commit().
  static Result<OutputFile> create(const std::string& path, unsigned mode = 0600);
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Gives the file its name; after an error it is gone.
  std::optional<Error> commit();

 private:
  OutputFile(std::string path, std::string temporary, Fd fd, unsigned mode);

  std::string path_;
  std::string temporary_;  // empty: nothing to remove
  Fd fd_;
  unsigned mode_;
};

/// Opens `path` for writing in place: for output that is read while it grows, and for devices and FIFOs. A new file
/// gets mode 0600; a regular file is emptied; a symbolic link is refused.
Result<Fd> open_in_place(const std::string& path);

/// When a file must have reached the disk.
enum class Durability : std::uint8_t {
  eventually,
  at_once,  ///< before the call returns, its name too: after a power cut there is the old or the new one
};

/// Replaces the file `path` by one with `text` in it. Readers see the old or the new one, never half of it.
std::optional<Error> replace_file(const std::string& path, std::string_view text, unsigned mode,
                                  Durability durability = Durability::eventually);

}  // namespace piiscrub::io
