// Resolver: finds the addresses of a host without stopping the loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/loop.h"
#include "io/socket_address.h"

namespace piiscrub::io {

/// One query at a time.
class Resolver {
 public:
  class Client {
   public:
    /// What was found, or nothing and why. May start the next query.
    virtual void on_resolved(std::vector<SocketAddress> addresses, std::string error) = 0;

   protected:
    ~Client() = default;
  };

  /// `client` must outlive the resolver.
  Resolver(Loop& loop, Client& client) : loop_(loop), client_(client) {}
  /// The client is not called any more.
  ~Resolver() { cancel(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// `type` is SOCK_STREAM or SOCK_DGRAM. REQUIRES: no query is under way. Calls back later, never from here.
  void start(const std::string& host, std::uint16_t port, int type);
  void cancel();

 private:
  struct Query;

  Loop& loop_;
  Client& client_;
  Query* query_ = nullptr;  // libuv's until it has called back
};

}  // namespace piiscrub::io
