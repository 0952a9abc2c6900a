#include <zlib.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "io/reader.h"

namespace piiscrub::io {
namespace {

constexpr std::array<unsigned char, 3> kMagic = {0x1f, 0x8b, 8};  // the third byte is the method, deflate
constexpr std::size_t kCompressedBytes = std::size_t{128} * 1024;
constexpr int kGzipOnly = 16 + MAX_WBITS;

class GzipReader final : public Reader {
 public:
  explicit GzipReader(Fd fd) : file_(make_file_reader(std::move(fd))), compressed_(kCompressedBytes) {
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) fail("too little memory to decompress");
  }
  ~GzipReader() override { inflateEnd(&stream_); }
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  std::size_t read(char* to, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out > 0 && !ended_) step();
    return size - stream_.avail_out;
  }

  [[nodiscard]] std::string error() const override { return error_; }
  [[nodiscard]] std::uint64_t position() const override { return file_->position() - stream_.avail_in; }

 private:
  void step() {
    if (stream_.avail_in == 0 && !refill()) return end_of_file();
    if (!in_member_ && !start_member()) return;
    switch (inflate(&stream_, Z_NO_FLUSH)) {
      case Z_OK:
      case Z_BUF_ERROR:
        break;
      case Z_STREAM_END:
        in_member_ = false;
        break;
      default:
        fail("damaged gzip data");
    }
  }

  bool refill() {
    const std::size_t got = file_->read(reinterpret_cast<char*>(compressed_.data()), compressed_.size());
    stream_.next_in = compressed_.data();
    stream_.avail_in = static_cast<uInt>(got);
    return got > 0;
  }

  // Between members. Tapes and some tools pad with zeros; anything else that is no member is not silently left out.
  bool start_member() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
    }
    if (stream_.avail_in == 0) return false;
    if (*stream_.next_in != kMagic[0]) {
      fail("data behind the end of the gzip data");
      return false;
    }
    in_member_ = inflateReset(&stream_) == Z_OK;
    return in_member_;
  }

  void end_of_file() {
    ended_ = true;
    error_ = file_->error();
    if (error_.empty() && in_member_) error_ = "the gzip data ends early";
  }

  void fail(std::string_view what) {
    ended_ = true;
    error_ = what;
  }

  std::unique_ptr<Reader> file_;
  std::vector<unsigned char> compressed_;
  z_stream stream_{};
  bool in_member_ = false;
  bool ended_ = false;
  std::string error_;
};

}  // namespace

std::unique_ptr<Reader> make_gzip_reader(Fd fd) { return std::make_unique<GzipReader>(std::move(fd)); }

bool is_gzip(int fd) {
  std::array<unsigned char, kMagic.size()> start{};
  return ::pread(fd, start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) && start == kMagic;
}

}  // namespace piiscrub::io
