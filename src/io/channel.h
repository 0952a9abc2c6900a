// Channel: one connected, non-blocking socket, in plain or with TLS. Owns the descriptor; never raises SIGPIPE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/fd.h"

namespace piiscrub::io {

class Channel {
 public:
  enum class Status : std::uint8_t {
    done,
    wants_read,   ///< again when the socket is readable; TLS may want this to write, and the other way round
    wants_write,  ///< again when it is writable
    closed,       ///< by the peer, in order
    failed,       ///< error() says why
  };
  struct Progress {
    Status status = Status::done;
    std::size_t bytes = 0;  ///< more than 0 if reading or writing is done
    bool more = false;      ///< there may be more to read at once, and no event may tell
  };

  /// Room that read() needs, so that nothing is left inside a channel of which its socket knows nothing: a TLS record.
  static constexpr std::size_t kMinReadBytes = std::size_t{16} << 10;

  /// Ends TLS in order, as far as that does not block.
  virtual ~Channel() = default;

  [[nodiscard]] virtual int fd() const = 0;
  /// What must come before anything is read or written. REQUIRES: repeated until done.
  virtual Progress handshake() = 0;
  /// Whether the peer, after the handshake, may still refuse us, and if not is likely to say something soon.
  [[nodiscard]] virtual bool may_still_be_refused() const { return false; }
  /// When the certificate that the peer has shown expires, in seconds since 1970; nothing: it has shown none.
  [[nodiscard]] virtual std::optional<std::int64_t> peer_expires() const { return std::nullopt; }
  /// Reads what there is, at most `size` bytes. REQUIRES: size >= kMinReadBytes.
  virtual Progress read(char* to, std::size_t size) = 0;
  /// Writes a part of `bytes`. REQUIRES: after wants_* the same bytes come again.
  virtual Progress write(std::string_view bytes) = 0;
  /// What failed; valid until the next call.
  [[nodiscard]] virtual std::string error() const = 0;
};

std::unique_ptr<Channel> make_plain_channel(Fd fd);

}  // namespace piiscrub::io
