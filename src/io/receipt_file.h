// ReceiptFile: a line of JSON for each finding: where it was, which rule found it, what was done; never what it was.
// And one for each mask: where what could not be checked was, and why.
//
//   {"source":"/var/log/app.log","inode":42,"offset":1337,"rule":"email","action":"redact","pack":"sha256:0c1f…"}
//   {"source":"/var/log/app.log","inode":42,"offset":1984,"masked":"overlong","pack":"sha256:0c1f…"}
//
// Lines are there before the records that they are about leave, so that after a crash some may be there twice, and none
// is missing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/fd.h"
#include "piiscrub/policy.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// Lives on the loop thread.
class ReceiptFile {
 public:
  /// Appends to `path`; a new file gets mode 0600, a link is refused.
  static Result<std::unique_ptr<ReceiptFile>> open(const std::string& path);

  struct Line {
    std::string_view source;
    std::uint64_t inode = 0;  ///< 0: the source is no file, or it does not matter
    std::uint64_t offset = 0;
    std::string_view rule;
    Action action = Action::redact;
    std::string_view masked = {};  ///< why; then there is no rule
    std::string_view pack;
  };
  void add(const Line& line);
  /// Writes what was added. What cannot be written is lost and counted.
  void flush();
  /// Goes on in the file that has the path now: it was rotated by renaming it.
  std::optional<Error> reopen();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  /// Why the last of those that are lost were.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  ReceiptFile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  Fd fd_;
  std::string text_;  // reused
  std::uint64_t lines_ = 0;
  std::uint64_t lost_ = 0;
  std::optional<Error> error_;
};

}  // namespace piiscrub::io
