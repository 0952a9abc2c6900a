#include "io/file_identity.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <memory>
#include <utility>

#include "base/ascii.h"

namespace piiscrub::io {
namespace {

constexpr std::uint64_t kMarkedBytes = 64;
constexpr std::size_t kMarkerBytes = 12;  // of the digest: 96 bits
constexpr std::size_t kComparedBytes = std::size_t{64} * 1024;
// For checkpoints, connections and what else is not a log.
constexpr int kDescriptorsLeft = 16;
constexpr FileTime kNanoseconds = 1'000'000'000;
// Looks at a directory that others rename files in meanwhile.
constexpr int kLooks = 8;

bool read_exactly(int fd, std::uint64_t offset, char* to, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::pread(fd, to, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Names in the directory of `path` that begin with its name and are longer.
std::vector<std::string> siblings(const std::string& path) {
  std::vector<std::string> found;
  const std::string directory = directory_of(path);
  const std::string_view name = name_of(path);
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::opendir(directory.c_str()), ::closedir);
  if (list == nullptr) return found;
  while (const dirent* const entry = ::readdir(list.get())) {
    const std::string_view other = entry->d_name;
    if (other.size() > name.size() && other.starts_with(name)) found.push_back(directory + "/" + std::string(other));
  }
  return found;
}

// What logrotate and its like append to names.
bool is_rotation_suffix(std::string_view suffix) {
  return suffix.size() > 1 && (suffix[0] == '.' || suffix[0] == '-') &&
         std::all_of(suffix.begin() + 1, suffix.end(), [](char c) { return is_digit(c) || c == '-' || c == '_'; });
}

// When files were last created, renamed or removed beside `path`.
timespec changed_beside(const std::string& path) {
  struct stat status {};
  if (::stat(directory_of(path).c_str(), &status) != 0) return {};
  return status.st_mtim;
}

// A file that is renamed between listing and opening is missed, and another one found in its place: so until nothing
// was. `look` returns whether it needs to be sure.
template <class Look>
void look_beside(const std::string& path, Look look) {
  for (int looks = 0; looks < kLooks; ++looks) {
    const timespec before = changed_beside(path);
    if (!look()) return;
    const timespec after = changed_beside(path);
    if (before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec) return;
  }
}

// Descriptors are given out from the lowest number on.
int most_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<int>::max();
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int>::max()));
}

FileTime to_file_time(const timespec& time) { return time.tv_sec * kNanoseconds + time.tv_nsec; }

std::optional<Successor> look_for_rotated(const std::string& path, const FilePosition& position, const Marker& marker) {
  std::optional<Successor> copy;
  for (const std::string& sibling : siblings(path)) {
    int error = 0;
    std::optional<OpenFile> file = open_log_file(sibling, Links::refuse, error);
    if (!file || file->size < position.offset || !marker.fits(file->fd.get(), position)) continue;
    const bool same = file->id == position.id;
    // Every file fits a position at its very beginning.
    if (!same && position.offset == 0) continue;
    if (same || !copy) copy = Successor{*std::move(file), sibling};
    if (same) break;
  }
  return copy;
}

std::vector<OpenFile> look_for_rotated_since(const std::string& path, FileTime since) {
  std::vector<OpenFile> found;
  for (const std::string& sibling : siblings(path)) {
    if (!is_rotation_suffix(std::string_view(sibling).substr(directory_of(path).size() + 1 + name_of(path).size()))) {
      continue;
    }
    int error = 0;
    std::optional<OpenFile> file = open_log_file(sibling, Links::refuse, error);
    if (!file || file->written < since) continue;
    const auto same = [&](const OpenFile& other) { return other.id == file->id; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(*std::move(file));
  }
  std::sort(found.begin(), found.end(), [](const OpenFile& a, const OpenFile& b) { return a.written < b.written; });
  return found;
}

}  // namespace

FileId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

FileTime written_at(const struct stat& status) { return to_file_time(status.st_mtim); }

FileTime file_time_now() {
  timespec now{};
  (void)::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return to_file_time(now);
}

std::string Marker::of(int fd, std::uint64_t offset) const {
  const auto size = static_cast<std::size_t>(std::min(offset, kMarkedBytes));
  std::array<char, kMarkedBytes> first{};
  std::array<char, kMarkedBytes> last{};
  if (!read_exactly(fd, 0, first.data(), size) || !read_exactly(fd, offset - size, last.data(), size)) return {};
  const Digest digest = key_.mac({{first.data(), size}, {last.data(), size}});
  std::string text;
  for (std::size_t i = 0; i < kMarkerBytes; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(digest[i]);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

bool Marker::fits(int fd, const FilePosition& position) const {
  return !position.marker.empty() && of(fd, position.offset) == position.marker;
}

std::optional<OpenFile> open_log_file(const std::string& path, Links links, int& error) {
  const int no_links = links == Links::refuse ? O_NOFOLLOW : 0;
  OpenFile file;
  file.opened = file_time_now();
  file.fd.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | no_links));
  struct stat status {};
  error = 0;
  if (file.fd.get() >= most_descriptors() - kDescriptorsLeft) {
    error = EMFILE;
    return std::nullopt;
  }
  if (!file.fd.valid() || ::fstat(file.fd.get(), &status) != 0) {
    error = errno;
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) {
    error = EINVAL;
    return std::nullopt;
  }
  file.id = id_of(status);
  file.size = static_cast<std::uint64_t>(status.st_size);
  file.written = written_at(status);
  return file;
}

std::optional<Successor> find_rotated(const std::string& path, const FilePosition& position, const Marker& marker) {
  std::optional<Successor> found;
  look_beside(path, [&] {
    found = look_for_rotated(path, position, marker);
    return !found || found->file.id != position.id;
  });
  return found;
}

std::vector<OpenFile> rotated_since(const std::string& path, FileTime since) {
  std::vector<OpenFile> found;
  look_beside(path, [&] {
    found = look_for_rotated_since(path, since);
    return true;
  });
  return found;
}

bool begin_alike(int fd, int other) {
  struct stat status {};
  struct stat other_status {};
  if (::fstat(fd, &status) != 0 || ::fstat(other, &other_status) != 0) return false;
  const auto common = static_cast<std::uint64_t>(std::min(status.st_size, other_status.st_size));
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(common, kComparedBytes));
  if (size == 0) return false;
  std::string begin(size, '\0');
  std::string other_begin(size, '\0');
  return read_exactly(fd, 0, begin.data(), size) && read_exactly(other, 0, other_begin.data(), size) &&
         begin == other_begin;
}

}  // namespace piiscrub::io
