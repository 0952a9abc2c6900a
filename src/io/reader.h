// Reader: a file read front to back by blocking calls, as it is or decompressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "io/fd.h"

namespace piiscrub::io {

class Reader {
 public:
  virtual ~Reader() = default;
  /// Reads up to `size` > 0 bytes. Returns their number; 0 means the end, or an error if error() says so.
  virtual std::size_t read(char* to, std::size_t size) = 0;
  /// What went wrong; empty: nothing.
  [[nodiscard]] virtual std::string error() const = 0;
  /// Bytes read from the file so far.
  [[nodiscard]] virtual std::uint64_t position() const = 0;
};

/// Reads `fd` from where it stands.
std::unique_ptr<Reader> make_file_reader(Fd fd);
/// As make_file_reader(), but leaves `fd` open.
std::unique_ptr<Reader> make_borrowed_file_reader(int fd);
/// Decompresses the gzip file `fd` (RFC 1952, any number of members), which must stand at its start.
std::unique_ptr<Reader> make_gzip_reader(Fd fd);
/// Whether the seekable file `fd` starts like a gzip file.
bool is_gzip(int fd);

}  // namespace piiscrub::io
