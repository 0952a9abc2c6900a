// Fuzz target: the newline framer. The first two bytes choose limit and cuts, the rest is the stream.
//
// Oracle: the records and over-long ones that come out are those of the whole stream, however it is cut; every byte is
// handed out, counted or pending; no more is held than promised.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/framing.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Told {
  std::string records;                  // of whole records
  std::vector<std::uint64_t> overlong;  // lengths
  std::uint64_t bytes = 0;
  bool operator==(const Told&) const = default;
};

Told tell(std::string_view stream, std::size_t limit, std::size_t step) {
  piiscrub::NewlineFramer framer(limit);
  Told told;
  bool discarding = false;
  const auto drain = [&] {
    while (const std::optional<piiscrub::Chunk> chunk = framer.next()) {
      switch (chunk->kind) {
        case piiscrub::Chunk::Kind::records:
          require(!discarding && !chunk->bytes.empty());
          told.records += chunk->bytes;
          told.bytes += chunk->bytes.size();
          break;
        case piiscrub::Chunk::Kind::overlong_head:
          require(!discarding && chunk->bytes.size() > limit &&
                  chunk->bytes.size() <= limit + piiscrub::kLookaheadBytes);
          told.records += chunk->bytes;
          discarding = true;
          break;
        case piiscrub::Chunk::Kind::overlong_tail:
          require(discarding && chunk->bytes.size() <= 1);
          told.records += chunk->bytes;
          told.overlong.push_back(chunk->record_bytes);
          told.bytes += chunk->record_bytes + chunk->bytes.size();
          discarding = false;
          break;
      }
    }
    require(framer.pending() <= limit + piiscrub::kLookaheadBytes);
  };
  for (std::size_t at = 0; at < stream.size(); at += step) {
    const std::vector<char> piece(stream.begin() + static_cast<std::ptrdiff_t>(at),
                                  stream.begin() + static_cast<std::ptrdiff_t>(std::min(at + step, stream.size())));
    framer.push({piece.data(), piece.size()});
    drain();
  }
  framer.push({});
  framer.finish();
  drain();
  require(!discarding && framer.pending() == 0 && told.bytes == stream.size());
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t limit = data[0] % 64 + 1;
  const std::size_t step = data[1] % 32 + 1;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  require(tell(stream, limit, stream.size() + 1) == tell(stream, limit, step));
  return 0;
}
