#include "io/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

namespace piiscrub::io {
namespace {

Error cannot_write(const std::string& path, int error) {
  return {.file = path, .message = "cannot write: " + std::generic_category().message(error), .advice = {}};
}

Error is_link(const std::string& path) {
  return {.file = path, .message = "is a symbolic link", .advice = "name the file that it leads to"};
}

// A dot in front: globs such as *.log do not pick up what is not finished.
std::string temporary_beside(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return path.substr(0, name) + "." + path.substr(name) + ".piiscrub-XXXXXX";
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path, unsigned mode) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (S_ISLNK(status.st_mode)) return is_link(path);
    if (S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
  }
  std::string temporary = temporary_beside(path);
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600, O_EXCL
  if (!fd.valid()) return cannot_write(path, errno);
  return OutputFile(path, std::move(temporary), std::move(fd), mode);
}

OutputFile::OutputFile(std::string path, std::string temporary, Fd fd, unsigned mode)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)), mode_(mode) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)),
      mode_(other.mode_) {}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) (void)::unlink(temporary_.c_str());
}

std::optional<Error> OutputFile::commit() {
  const bool done = (mode_ == 0600 || ::fchmod(fd_.get(), mode_) == 0) &&
                    ::close(fd_.release()) == 0 &&  // some file systems report a full disk no earlier than here
                    ::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (!done) return cannot_write(path_, errno);
  temporary_.clear();
  return std::nullopt;
}

Result<Fd> open_in_place(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600));
  if (fd.valid()) return fd;
  if (errno == ELOOP) return is_link(path);
  return cannot_write(path, errno);
}

std::optional<Error> replace_file(const std::string& path, std::string_view text, unsigned mode,
                                  Durability durability) {
  Result<OutputFile> file = OutputFile::create(path, mode);
  if (!file) return file.error();
  while (!text.empty()) {
    const ssize_t written = ::write(file->fd(), text.data(), text.size());
    if (written < 0 && errno != EINTR) return cannot_write(path, errno);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (durability == Durability::eventually) return file->commit();
  if (::fsync(file->fd()) != 0) return cannot_write(path, errno);
  if (std::optional<Error> error = file->commit()) return error;
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Fd parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.valid() || ::fsync(parent.get()) != 0) return cannot_write(path, errno);
  return std::nullopt;
}

}  // namespace piiscrub::io
