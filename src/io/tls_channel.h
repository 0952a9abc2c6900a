// A Channel with TLS. For use inside src/io only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "io/channel.h"

struct ssl_st;
struct x509_st;

namespace piiscrub::io {

/// When `certificate` expires, in seconds since 1970; nothing if there is none.
std::optional<std::int64_t> expiry_of(const x509_st* certificate);

/// Takes over `ssl`, which knows whether it is a client or a server. `keep` lives as long as the channel.
std::unique_ptr<Channel> make_tls_channel(Fd fd, ssl_st* ssl, std::shared_ptr<const void> keep);

}  // namespace piiscrub::io
