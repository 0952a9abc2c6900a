// Connector: makes one connection to an endpoint: looks its name up, tries one address after the other, shakes hands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/channel.h"
#include "io/endpoint.h"
#include "io/resolver.h"
#include "io/socket_watcher.h"
#include "io/tls_context.h"

namespace piiscrub::io {

class Connector final : private Resolver::Client, private SocketWatcher::Client {
 public:
  class Client {
   public:
    /// The handshake is done as well.
    virtual void on_connected(std::unique_ptr<Channel> channel) = 0;
    /// No address could be connected to. `why` is what the last one said. May start again.
    virtual void on_connect_failed(std::string why) = 0;

   protected:
    ~Client() = default;
  };

  /// Gives each address `timeout_ms`. `tls` is null for plain connections. `client` must outlive the connector.
  Connector(Loop& loop, Endpoint endpoint, std::uint64_t timeout_ms, std::unique_ptr<const TlsContext> tls,
            Client& client);

  /// REQUIRES: not under way. The client is called later, but a failure may be told from here.
  void start();

 private:
  void on_resolved(std::vector<SocketAddress> addresses, std::string error) override;
  void on_ready() override;
  void try_next();
  bool connect_to(const SocketAddress& address);
  void shake_hands();
  void on_timeout();
  void finish();
  void fail_address(std::string why);

  Loop& loop_;
  Endpoint endpoint_;
  std::uint64_t timeout_ms_;
  std::unique_ptr<const TlsContext> tls_;
  Connector::Client& client_;
  Resolver resolver_;
  Timer timer_;                           // of the lookup, then of each address
  std::vector<SocketAddress> addresses_;  // to try, the next one last
  std::string error_;
  Fd fd_;                             // being connected
  std::unique_ptr<Channel> channel_;  // connected, shaking hands
  std::optional<SocketWatcher> watcher_;
  bool handshake_done_ = false;  // and the server may still refuse
};

}  // namespace piiscrub::io
