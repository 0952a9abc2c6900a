// A Listener that accepts connections.
#pragma once

#include <memory>

#include "io/listen_socket.h"
#include "io/listener.h"
#include "io/tls_context.h"

namespace piiscrub::io {

/// `tls` is null for plain connections.
std::unique_ptr<Listener> make_stream_listener(Loop& loop, BufferPool& buffers, ListenSocket socket,
                                               const ListenerOptions& options, std::unique_ptr<const TlsContext> tls,
                                               Listener::Observer& observer);

}  // namespace piiscrub::io
