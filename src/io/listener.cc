#include "io/listener.h"

#include <utility>

#include "io/datagram_listener.h"
#include "io/socket_address.h"
#include "io/stream_listener.h"
#include "io/tls_context.h"

namespace piiscrub::io {

Result<std::unique_ptr<const TlsContext>> listener_tls(const Endpoint& endpoint, const ListenerOptions& options) {
  if (endpoint.transport != Transport::tls) return std::unique_ptr<const TlsContext>();
  return TlsContext::for_server(options.tls);
}

Result<std::unique_ptr<Listener>> listen(Loop& loop, BufferPool& buffers, const Endpoint& endpoint,
                                         const ListenerOptions& options, Listener::Observer& observer) {
  Result<std::unique_ptr<const TlsContext>> tls = listener_tls(endpoint, options);
  if (!tls) return std::move(tls).error();
  Result<ListenSocket> socket = open_listen_socket(endpoint, options.socket_mode);
  if (!socket) return std::move(socket).error();
  if (socket_type(socket->endpoint.transport) == SOCK_DGRAM) {
    return make_datagram_listener(loop, buffers, *std::move(socket), observer);
  }
  return make_stream_listener(loop, buffers, *std::move(socket), options, *std::move(tls), observer);
}

}  // namespace piiscrub::io
