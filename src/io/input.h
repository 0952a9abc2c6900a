// Opening what the user named as input.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/source.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

struct Input {
  enum class Kind : std::uint8_t { file, stream, terminal };

  std::unique_ptr<Source> source;
  Kind kind = Kind::stream;
  bool gzip = false;        ///< the source decompresses
  std::uint64_t bytes = 0;  ///< what is to be read of a regular file, as stored; 0: unknown
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

/// `name` is a path, or `-` for standard input. Files that start like gzip are decompressed, but for standard input,
/// whose bytes are records like any other.
Result<Input> open_input(Loop& loop, BufferPool& buffers, const std::string& name);

/// Whether writing to `fd` would write to the file that `input` reads.
bool reads_from(const Input& input, int fd);

}  // namespace piiscrub::io
