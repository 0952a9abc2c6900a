#include "config/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/ascii.h"
#include "piiscrub/key_ring.h"
#include "redact/crypto.h"

namespace piiscrub {
namespace {

namespace fs = std::filesystem;

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Whether `path` really lies in the directory that systemd has put this service's credentials into.
bool is_credential(const std::string& path) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr || *directory == '\0') return false;
  std::error_code failed;
  const fs::path file = fs::canonical(path, failed);
  if (failed) return false;
  const fs::path top = fs::canonical(directory, failed);
  return !failed && file.parent_path() == top;
}

// The content of the file, or why it is not to be had or not to be trusted.
Result<std::string> read_secret(const std::string& path) {
  const auto refuse = [&](std::string message, std::string advice) {
    return Error{.file = path, .message = std::move(message), .advice = std::move(advice)};
  };
  const auto failed = [&](int number) { return refuse("cannot read: " + std::generic_category().message(number), ""); };
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not keep us waiting
  struct stat status {};
  if (fd.get() < 0 || fstat(fd.get(), &status) != 0) return failed(errno);
  if (!S_ISREG(status.st_mode))
    return refuse("is not a regular file", "name a file that holds the key and nothing else");
  if (!is_credential(path)) {
    if (status.st_uid != 0 && status.st_uid != geteuid()) {
      return refuse("belongs to another user", "a key file belongs to root or to the user that piiscrub runs as");
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      return refuse("is accessible to group or others", fmt::format("run: chmod 600 {}", path));
    }
  }
  std::string content(kMaxKeyFileBytes + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = read(fd.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int number = errno;
      cleanse(content);
      return failed(number);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxKeyFileBytes) {
    cleanse(content);
    return refuse(fmt::format("has more than {} bytes", kMaxKeyFileBytes), "is this the key file?");
  }
  content.resize(size);
  return content;
}

std::string_view without_newline(std::string_view text) {
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
  }
  return text;
}

int value_of(char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; }

bool decode_hex(std::string_view text, std::string& to) {
  if (text.empty() || text.size() % 2 != 0 || !std::all_of(text.begin(), text.end(), is_hex)) return false;
  for (std::size_t i = 0; i < text.size(); i += 2)
    to += static_cast<char>(value_of(text[i]) << 4 | value_of(text[i + 1]));
  return true;
}

bool decode_unpadded(std::string_view text, std::string& to) {
  std::string padded;
  padded.reserve(text.size() + 3);
  padded = text;
  if (!text.ends_with('=')) padded.append((4 - text.size() % 4) % 4, '=');
  const std::size_t begin = to.size();
  bool decoded = false;
  for (const Base64 alphabet : {Base64::standard, Base64::url}) {
    to.resize(begin);
    decoded = decode_base64(padded, alphabet, to);
    if (decoded) break;
  }
  cleanse(padded);
  return decoded && to.size() > begin;
}

}  // namespace

Result<std::string> read_key_file(const std::string& path) {
  Result<std::string> content = read_secret(path);
  if (!content) return content;
  std::string key;
  key.reserve(kMaxKeyFileBytes);  // nothing is left behind by growing
  const std::string_view text = without_newline(*content);
  if (!decode_hex(text, key)) {
    key.clear();
    if (!decode_unpadded(text, key)) key = *content;
  }
  cleanse(*content);
  if (key.size() >= kMinKeyBytes) return key;
  const std::size_t size = key.size();
  cleanse(key);
  return Error{.file = path,
               .message = fmt::format("holds a key of {} bytes", size),
               .advice = fmt::format("a key has {} bytes or more: openssl rand -hex 32", kMinKeyBytes)};
}

Result<std::string> read_salt_file(const std::string& path) {
  Result<std::string> content = read_secret(path);
  if (!content) return content;
  content->resize(without_newline(*content).size());
  return content;
}

}  // namespace piiscrub
