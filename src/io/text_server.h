// TextServer: a unix socket that gives everyone who connects one text and hangs up; and its client.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "io/loop.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// Lives on the loop thread; does not keep the loop running.
class TextServer {
 public:
  /// Listens on `path`, mode 0660. A socket that nobody listens on any more is replaced.
  static Result<std::unique_ptr<TextServer>> listen(Loop& loop, const std::string& path,
                                                    std::function<std::string()> make_text);
  ~TextServer();
  TextServer(const TextServer&) = delete;
  TextServer& operator=(const TextServer&) = delete;

 private:
  TextServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What the server at `path` has to say. Waits for at most 5 s.
Result<std::string> read_text_from(const std::string& path);

}  // namespace piiscrub::io
