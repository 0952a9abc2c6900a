// Sending the records of an encoder as datagrams.
#pragma once

#include <cstdint>

#include "io/channel.h"
#include "io/record_encoder.h"

namespace piiscrub::io {

/// Sends datagrams from `encoder`'s window over the connected socket `fd` until none is left or one cannot be sent now.
/// Those that are too long for the socket are dropped and counted in `dropped`. Returns done, wants_write or failed,
/// with errno.
Channel::Status send_datagrams(int fd, RecordEncoder& encoder, std::uint64_t& dropped);

}  // namespace piiscrub::io
