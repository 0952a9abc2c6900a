// A Source for one connection of a listener.
#pragma once

#include <memory>

#include "io/admission.h"
#include "io/channel.h"
#include "io/source.h"

namespace piiscrub::io {

/// Reads `channel`, whose handshake is done. With `syslog` the stream is decoded (io/octet_counting.h). What the end
/// cuts gets an LF. Holds no buffer while there is nothing to read.
std::unique_ptr<Source> make_connection_source(Loop& loop, BufferPool& buffers, std::unique_ptr<Channel> channel,
                                               Ticket ticket, bool syslog);

}  // namespace piiscrub::io
