// Fuzz target: octet counting. The first byte chooses the cuts, the rest is the stream.
//
// Oracle: the records are those of the whole stream, however it is cut, and never take more room than promised; what is
// encoded again, record by record, decodes to the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/octet_counting.h"
#include "io/record_encoder.h"

namespace {

using piiscrub::io::kEscapeGrowth;

constexpr std::size_t kMaxMessageBytes = 1000;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Decoded {
  std::string records;
  bool malformed = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view stream, std::size_t step) {
  piiscrub::io::SyslogDecoder decoder(kMaxMessageBytes);
  Decoded decoded;
  for (; !stream.empty(); stream.remove_prefix(std::min(step, stream.size()))) {
    const std::string_view part = stream.substr(0, step);
    const std::size_t room = kEscapeGrowth * part.size();
    const auto memory = std::make_unique<char[]>(room);
    char* const in = memory.get() + room - part.size();
    std::copy(part.begin(), part.end(), in);
    const std::size_t size = decoder.decode({in, part.size()}, memory.get());
    require(size <= room);
    decoded.records.append(memory.get(), size);
  }
  decoded.malformed = decoder.malformed();
  return decoded;
}

std::string encode(std::string_view records) {
  const std::vector<std::string_view> slices = {records};
  piiscrub::io::RecordEncoder encoder(piiscrub::io::WireFraming::counted);
  encoder.start(slices);
  std::string wire;
  while (encoder.refill()) {
    wire += encoder.window();
    encoder.advance(encoder.window().size());
  }
  require(encoder.left() == 0);
  return wire;
}

// Without what does not come back: empty records, which are not encoded, and NULs at the end, where one is a trailer.
std::string without_oddities(std::string_view records) {
  std::string text;
  for (std::size_t at = 0; at < records.size();) {
    const std::size_t end = std::min(records.find('\n', at), records.size());
    std::string_view record = records.substr(at, std::min(end - at, kMaxMessageBytes));
    while (record.ends_with('\0')) record.remove_suffix(1);
    if (!record.empty()) text += std::string(record) + '\n';
    at = end + 1;
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Decoded whole = decode(stream, std::max<std::size_t>(stream.size(), 1));
  require(decode(stream, 1 + data[0]) == whole);
  require(decode(stream, 1) == whole);

  const std::string records = without_oddities(whole.records);
  const Decoded again = decode(encode(records), 1 + data[0]);
  require(!again.malformed && again.records == records);
  return 0;
}
