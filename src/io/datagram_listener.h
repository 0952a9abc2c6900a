// A Listener whose one source reads datagrams.
#pragma once

#include <memory>

#include "io/listen_socket.h"
#include "io/listener.h"

namespace piiscrub::io {

/// Hands its source to `observer` before it returns. Each datagram becomes a record; an empty one is none.
std::unique_ptr<Listener> make_datagram_listener(Loop& loop, BufferPool& buffers, ListenSocket socket,
                                                 Listener::Observer& observer);

}  // namespace piiscrub::io
