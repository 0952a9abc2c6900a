#include "io/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace piiscrub::io {
namespace {

Error cannot_read(const std::string& name, int error) {
  return {.file = name, .message = "cannot read: " + std::generic_category().message(error), .advice = {}};
}

// Fills in what the descriptor tells. Returns an errno, or 0.
int describe(int fd, Input& input) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return errno;
  if (S_ISDIR(status.st_mode)) return EISDIR;
  input.device = status.st_dev;
  input.inode = status.st_ino;
  if (!is_stream(fd)) {
    input.kind = Input::Kind::file;
  } else if (::isatty(fd) != 0) {
    input.kind = Input::Kind::terminal;
  }
  if (S_ISREG(status.st_mode)) {
    const off_t at = std::max<off_t>(::lseek(fd, 0, SEEK_CUR), 0);
    input.bytes = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - at, 0));
  }
  return 0;
}

Result<Input> open_standard_input(Loop& loop, BufferPool& buffers) {
  Input input;
  if (const int error = describe(STDIN_FILENO, input); error != 0) return cannot_read("standard input", error);
  if (input.kind == Input::Kind::file) {
    input.source = make_file_source(loop, buffers, make_borrowed_file_reader(STDIN_FILENO));
  } else {
    input.source = make_stream_source(loop, buffers, StreamFd::borrow(STDIN_FILENO, Access::read));
  }
  return input;
}

}  // namespace

Result<Input> open_input(Loop& loop, BufferPool& buffers, const std::string& name) {
  if (name == "-") return open_standard_input(loop, buffers);
  // O_NONBLOCK: opening a FIFO must not stop the loop until a writer comes.
  Fd fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) return cannot_read(name, errno);
  Input input;
  if (const int error = describe(fd.get(), input); error != 0) return cannot_read(name, error);
  if (input.kind != Input::Kind::file) {
    input.source = make_stream_source(loop, buffers, StreamFd::own(std::move(fd)));
    return input;
  }
  input.gzip = is_gzip(fd.get());
  (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  input.source =
      make_file_source(loop, buffers, input.gzip ? make_gzip_reader(std::move(fd)) : make_file_reader(std::move(fd)));
  return input;
}

bool reads_from(const Input& input, int fd) {
  struct stat status {};
  return input.kind == Input::Kind::file && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_dev == input.device && status.st_ino == input.inode;
}

}  // namespace piiscrub::io
