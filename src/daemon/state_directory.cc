#include "daemon/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "io/output_file.h"
#include "redact/crypto.h"

namespace piiscrub::daemon {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxCheckpointBytes = std::size_t{64} << 20;
constexpr unsigned kPrivate = 0600;

Error cannot_use(const std::string& path, std::string message, std::string advice = {}) {
  return {.file = path, .message = std::move(message), .advice = std::move(advice)};
}

Error cannot_use(const std::string& path, int error) {
  return cannot_use(path, "cannot use: " + std::generic_category().message(error));
}

// The whole file; nothing if it cannot be read, with the reason in errno.
std::optional<std::string> read_private_file(const std::string& path, std::size_t most) {
  const io::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer;
  while (text.size() <= most) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  errno = EFBIG;
  return std::nullopt;
}

// Temporary files of a process that was killed while it saved.
void remove_leftovers(const std::string& path) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    if (entry.path().filename().string().starts_with(".checkpoint.piiscrub-")) {
      std::filesystem::remove(entry.path(), failed);
    }
  }
}

Result<std::string> read_or_make_key(const std::string& path) {
  std::optional<std::string> key = read_private_file(path, kKeyBytes);
  if (key && key->size() == kKeyBytes) return *std::move(key);
  if (key || errno != ENOENT) return cannot_use(path, "is no key that piiscrub has made", "remove it");
  std::string made(kKeyBytes, '\0');
  if (!fill_random(made)) return cannot_use(path, "the system has no random numbers");
  if (std::optional<Error> error = io::replace_file(path, made, kPrivate, io::Durability::at_once)) return *error;
  return made;
}

}  // namespace

StateDirectory::StateDirectory(std::string path, io::Fd lock, std::string_view key)
    : path_(std::move(path)), lock_(std::move(lock)), marker_(std::make_unique<io::Marker>(key)) {}

Result<StateDirectory> StateDirectory::open(const std::string& path) {
  std::error_code failed;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, failed);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot_use(path, errno);
  io::Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!directory.valid() || ::fstat(directory.get(), &status) != 0) return cannot_use(path, errno);
  if (status.st_uid != ::geteuid() || (status.st_mode & 077U) != 0) {
    return cannot_use(path, "must belong to the user that piiscrub runs as, and nobody else may have rights to it",
                      "chmod 0700 and chown it");
  }
  if (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0) return cannot_use(path, "in use by another piiscrub");
  remove_leftovers(path);
  Result<std::string> key = read_or_make_key(path + "/marker.key");
  if (!key) return key.error();
  return StateDirectory(path, std::move(directory), *key);
}

Result<StateDirectory::Loaded> StateDirectory::load() const {
  const std::string path = path_ + "/checkpoint";
  const std::optional<std::string> text = read_private_file(path, kMaxCheckpointBytes);
  if (!text && errno == ENOENT) return Loaded{};
  if (!text && errno != EFBIG) return cannot_use(path, errno);
  Checkpoint::Read read = text ? Checkpoint::read(*text) : Checkpoint::Read{};
  if (read.format > kCheckpointFormat) {
    return cannot_use(path,
                      "was written by piiscrub " + read.by + " in format " + std::to_string(read.format) +
                          "; this one knows formats up to " + std::to_string(kCheckpointFormat),
                      "run that version, or move the file away: then all files are read from the beginning");
  }
  if (read.checkpoint) {
    return Loaded{.checkpoint = *std::move(read.checkpoint),
                  .migrated = read.format == kCheckpointFormat ? 0 : read.format};
  }
  if (std::rename(path.c_str(), (path + ".bad").c_str()) != 0) return cannot_use(path, errno);
  return Loaded{.checkpoint = {}, .damaged = true};
}

std::optional<Error> StateDirectory::save(const Checkpoint& checkpoint) const {
  return io::replace_file(path_ + "/checkpoint", checkpoint.text(), kPrivate, io::Durability::at_once);
}

}  // namespace piiscrub::daemon
