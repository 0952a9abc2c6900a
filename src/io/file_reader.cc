#include <cerrno>
#include <system_error>

#include "io/reader.h"

namespace piiscrub::io {
namespace {

class FileReader final : public Reader {
 public:
  FileReader(Fd owned, int fd) : owned_(std::move(owned)), fd_(fd) {}

  std::size_t read(char* to, std::size_t size) override {
    ssize_t got = 0;
    do {
      got = ::read(fd_, to, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      errno_ = errno;
      return 0;
    }
    position_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }

  [[nodiscard]] std::string error() const override {
    return errno_ == 0 ? std::string() : std::generic_category().message(errno_);
  }

  [[nodiscard]] std::uint64_t position() const override { return position_; }

 private:
  Fd owned_;
  int fd_;
  int errno_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace

std::unique_ptr<Reader> make_file_reader(Fd fd) {
  const int number = fd.get();
  return std::make_unique<FileReader>(std::move(fd), number);
}

std::unique_ptr<Reader> make_borrowed_file_reader(int fd) { return std::make_unique<FileReader>(Fd(), fd); }

}  // namespace piiscrub::io
