// HttpServer: one text over HTTP, under /metrics, for a collector on this machine.
//
// The library behind it (libmicrohttpd) is loaded when a server is first wanted, not when piiscrub starts: it brings a
// TLS library of its own along, and most runs of piiscrub are pipes that should start at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "io/loop.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// Whether `text` is ADDRESS:PORT with an address of the loopback interface, as 127.0.0.1:9477 or [::1]:9477.
bool is_loopback_address(std::string_view text);

/// Lives on the loop thread; does not keep the loop running.
class HttpServer {
 public:
  /// REQUIRES: is_loopback_address(address).
  static Result<std::unique_ptr<HttpServer>> listen(Loop& loop, const std::string& address,
                                                    std::function<std::string()> make_text);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

 private:
  HttpServer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace piiscrub::io
