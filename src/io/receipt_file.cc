#include "io/receipt_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/append_format.h"
#include "base/json_text.h"

namespace piiscrub::io {
namespace {

Result<Fd> open_for_appending(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600));
  if (fd.valid()) return fd;
  const std::string why = errno == ELOOP ? "is a symbolic link" : std::generic_category().message(errno);
  return Error{.file = path, .message = "cannot write receipts: " + why, .advice = {}};
}

}  // namespace

Result<std::unique_ptr<ReceiptFile>> ReceiptFile::open(const std::string& path) {
  Result<Fd> fd = open_for_appending(path);
  if (!fd) return fd.error();
  return std::unique_ptr<ReceiptFile>(new ReceiptFile(path, *std::move(fd)));
}

void ReceiptFile::add(const Line& line) {
  ++lines_;
  text_ += "{\"source\":";
  text_ += json_string(line.source);
  if (line.inode != 0) append_format(text_, ",\"inode\":{}", line.inode);
  append_format(text_, ",\"offset\":{}", line.offset);
  if (line.masked.empty()) {
    append_format(text_, ",\"rule\":\"{}\",\"action\":\"{}\"", line.rule, name(line.action));
  } else {
    append_format(text_, ",\"masked\":\"{}\"", line.masked);
  }
  append_format(text_, ",\"pack\":\"{}\"}}\n", line.pack);
}

void ReceiptFile::flush() {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      lost_ += lines_;
      error_ = Error{
          .file = path_, .message = "cannot write receipts: " + std::generic_category().message(errno), .advice = {}};
      break;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  text_.clear();
  lines_ = 0;
}

std::optional<Error> ReceiptFile::reopen() {
  Result<Fd> fd = open_for_appending(path_);
  if (!fd) return fd.error();
  fd_ = *std::move(fd);
  return std::nullopt;
}

}  // namespace piiscrub::io
