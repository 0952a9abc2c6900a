// A Channel with TLS. For use inside src/io only.
#pragma once

#include <memory>

#include "io/channel.h"

struct ssl_st;

namespace piiscrub::io {

/// Takes over `ssl`, which knows whether it is a client or a server. `keep` lives as long as the channel.
std::unique_ptr<Channel> make_tls_channel(Fd fd, ssl_st* ssl, std::shared_ptr<const void> keep);

}  // namespace piiscrub::io
