#include "io/append_sink.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace piiscrub::io {
namespace {

constexpr std::uint64_t kFirstWaitMs = 100;
constexpr std::uint64_t kLongestWaitMs = 5'000;

Error cannot_write(const std::string& path, std::string_view why, std::string advice = {}) {
  return {.file = path, .message = "cannot write: " + std::string(why), .advice = std::move(advice)};
}

Error cannot_write(const std::string& path, int error) {
  return cannot_write(path, std::generic_category().message(error));
}

struct Opened {
  Fd fd;
  struct stat status {};
};

Result<Opened> open_locked(const std::string& path, int create, unsigned mode) {
  Opened file;
  constexpr int kFlags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  file.fd.reset(::open(path.c_str(), kFlags | create, mode));
  if (!file.fd.valid() && errno == ELOOP) {
    return cannot_write(path, "is a symbolic link", "name the file that it leads to");
  }
  if (!file.fd.valid() || ::fstat(file.fd.get(), &file.status) != 0) return cannot_write(path, errno);
  if (!S_ISREG(file.status.st_mode)) return cannot_write(path, "is not a regular file");
  if (::flock(file.fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return cannot_write(
        path, errno == EWOULDBLOCK ? "in use by another piiscrub or pipeline" : std::generic_category().message(errno));
  }
  return file;
}

// The mark's file under the name that it has now: `path`, or one next to it.
std::optional<std::string> path_of(const std::string& path, const FileId& id) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && id_of(status) == id) return path;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(parent.empty() ? "." : parent, failed)) {
    const std::string other = entry.path().string();
    if (::lstat(other.c_str(), &status) == 0 && S_ISREG(status.st_mode) && id_of(status) == id) return other;
  }
  return std::nullopt;
}

std::optional<Error> cut(const std::string& path, const SinkMark& mark) {
  const std::optional<std::string> now = path_of(path, mark.id);
  if (!now) return std::nullopt;  // removed, and what was in it with it
  const Result<Opened> file = open_locked(*now, 0, 0);
  if (!file) return file.error();
  if (static_cast<std::uint64_t>(file->status.st_size) <= mark.length) return std::nullopt;
  if (::ftruncate(file->fd.get(), static_cast<off_t>(mark.length)) != 0) return cannot_write(*now, errno);
  return std::nullopt;
}

bool ends_inside_record(int fd, std::uint64_t length) {
  char last = '\n';
  return length > 0 && ::pread(fd, &last, 1, static_cast<off_t>(length - 1)) == 1 && last != '\n';
}

}  // namespace

AppendSink::AppendSink(Loop& loop, std::string path, unsigned mode, Observer& observer)
    : path_(std::move(path)), mode_(mode), observer_(observer), timer_(loop, [this] { try_again(); }) {}

Result<std::unique_ptr<AppendSink>> AppendSink::open(Loop& loop, std::string path, unsigned mode,
                                                     const std::optional<SinkMark>& mark, Observer& observer) {
  if (mark) {
    if (const std::optional<Error> error = cut(path, *mark)) return *error;
  }
  std::unique_ptr<AppendSink> sink(new AppendSink(loop, std::move(path), mode, observer));
  if (const std::optional<Error> error = sink->open_path()) return *error;
  return sink;
}

std::optional<Error> AppendSink::open_path() {
  Result<Opened> file = open_locked(path_, O_CREAT, mode_);
  if (!file) return file.error();
  mark_ = {id_of(file->status), static_cast<std::uint64_t>(file->status.st_size)};
  fd_ = std::move(file->fd);
  owes_newline_ = ends_inside_record(fd_.get(), mark_.length);
  (void)end_last_record();
  return std::nullopt;
}

Sink::Written AppendSink::write(std::span<const std::string_view> slices, Writer& writer) {
  Gather bytes(slices);
  const std::size_t size = bytes.left();
  if (pending_.empty()) {
    const int error = write_some(bytes);
    if (bytes.done()) {
      mark_.length += size;
      return Written::now;
    }
    observer_.on_blocked(error);
    wait();
  }
  pending_.push_back({bytes, size, &writer});
  return Written::later;
}

// Ends a record that was cut by a crash, so that the next one does not run into it. Returns the errno, or 0.
int AppendSink::end_last_record() {
  while (owes_newline_) {
    if (::write(fd_.get(), "\n", 1) == 1) {
      ++mark_.length;
      owes_newline_ = false;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// Writes what can be written. Returns the errno that stopped it, or 0.
int AppendSink::write_some(Gather& bytes) {
  if (const int error = end_last_record(); error != 0) return error;
  Gather::Room room;
  while (!bytes.done()) {
    const std::span<const iovec> parts = bytes.parts(room);
    const ssize_t written = ::writev(fd_.get(), parts.data(), static_cast<int>(parts.size()));
    if (written >= 0) {
      bytes.advance(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void AppendSink::wait() {
  wait_ms_ = wait_ms_ == 0 ? kFirstWaitMs : std::min(wait_ms_ * 2, kLongestWaitMs);
  timer_.start_once(wait_ms_);
}

void AppendSink::try_again() {
  // Writers that are told of their writes may write again: behind those that wait.
  while (!pending_.empty()) {
    Pending& first = pending_.front();
    (void)write_some(first.bytes);
    if (!first.bytes.done()) return wait();
    mark_.length += first.size;
    Writer& writer = *first.writer;
    pending_.pop_front();
    if (pending_.empty()) {
      wait_ms_ = 0;
      observer_.on_unblocked();
    }
    writer.on_written();
  }
  // Not before all writers know what is in the old file: what they count as done and the mark belong together.
  if (std::exchange(reopen_wanted_, false)) observer_.on_reopened(reopen());
}

std::size_t AppendSink::queued_bytes() const {
  std::size_t sum = 0;
  for (const Pending& pending : pending_) sum += pending.bytes.left();
  return sum;
}

bool AppendSink::sync() const { return ::fdatasync(fd_.get()) == 0; }

std::optional<Error> AppendSink::reopen() {
  if (!pending_.empty()) {
    reopen_wanted_ = true;
    return std::nullopt;
  }
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0 && id_of(status) == mark_.id) return std::nullopt;
  return open_path();
}

}  // namespace piiscrub::io
