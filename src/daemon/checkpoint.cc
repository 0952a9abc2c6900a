#include "daemon/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "base/append_format.h"
#include "redact/crypto.h"

namespace piiscrub::daemon {
namespace {

constexpr std::string_view kName = "piiscrub-checkpoint ";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kLost = "!";  // behind the marker; who does not know it finds no file that fits, as before

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 15U];
  }
  return text;
}

std::string checksum(std::string_view text) { return hex(view(sha256(text))); }

std::string encoded(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '%' || c == 0x7f) {
      text += "%" + hex({&c, 1});
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string path;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      path += text[at];
      continue;
    }
    unsigned byte = 0;
    const char* const digits = text.data() + at + 1;
    if (at + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
    path += static_cast<char>(byte);
    at += 2;
  }
  return path;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t at = 0;;) {
    const std::size_t tab = line.find('\t', at);
    fields.push_back(line.substr(at, tab - at));
    if (tab == std::string_view::npos) return fields;
    at = tab + 1;
  }
}

// Takes the first line, without its LF, off the front of `text`.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

bool read_line(std::string_view line, Checkpoint& checkpoint) {
  const std::vector<std::string_view> fields = fields_of(line);
  if (fields.size() < 6) return false;
  const std::optional<std::string> path = decoded(fields[2]);
  io::FileId id;
  if (!path || !read_number(fields[3], id.device) || !read_number(fields[4], id.inode)) return false;
  if (fields[0] == "tail" && fields.size() == 9) {
    io::FilePosition position{.id = id, .offset = 0, .replay = 0, .marker = std::string(fields[7]), .written = 0};
    position.lost = position.marker.ends_with(kLost);
    if (position.lost) position.marker.pop_back();
    if (!read_number(fields[5], position.offset) || !read_number(fields[6], position.replay)) return false;
    if (position.replay > position.offset || !read_number(fields[8], position.written)) return false;
    checkpoint.tails.push_back({std::string(fields[1]), *path, std::move(position)});
    return true;
  }
  io::SinkMark mark{.id = id};
  if (fields[0] != "sink" || fields.size() != 6 || !read_number(fields[5], mark.length)) return false;
  checkpoint.sinks.push_back({std::string(fields[1]), *path, mark});
  return true;
}

}  // namespace

std::vector<io::FilePosition> Checkpoint::tails_of(std::string_view pipeline, std::string_view path) const {
  std::vector<io::FilePosition> found;
  for (const Tail& tail : tails) {
    if (tail.pipeline == pipeline && tail.path == path) found.push_back(tail.position);
  }
  return found;
}

std::optional<io::SinkMark> Checkpoint::sink_of(std::string_view pipeline, std::string_view path) const {
  for (const Sink& sink : sinks) {
    if (sink.pipeline == pipeline && sink.path == path) return sink.mark;
  }
  return std::nullopt;
}

std::string Checkpoint::text() const {
  std::string text = fmt::format("{}{}\nby {}\n", kName, kCheckpointFormat, PIISCRUB_VERSION);
  for (const Tail& tail : tails) {
    const io::FilePosition& at = tail.position;
    append_format(text, "tail\t{}\t{}\t{}\t{}\t{}\t{}\t{}{}\t{}\n", tail.pipeline, encoded(tail.path), at.id.device,
                  at.id.inode, at.offset, at.replay, at.marker, at.lost ? kLost : "", at.written);
  }
  for (const Sink& sink : sinks) {
    append_format(text, "sink\t{}\t{}\t{}\t{}\t{}\n", sink.pipeline, encoded(sink.path), sink.mark.id.device,
                  sink.mark.id.inode, sink.mark.length);
  }
  return text + "end\t" + checksum(text) + "\n";
}

Checkpoint::Read Checkpoint::read(std::string_view text) {
  const std::size_t end = text.rfind("end\t");
  if (!text.starts_with(kName) || end == std::string_view::npos) return {};
  if (text.substr(end) != "end\t" + checksum(text.substr(0, end)) + "\n") return {};
  text = text.substr(kName.size(), end - kName.size());
  Read result;
  if (!read_number(take_line(text), result.format) || result.format == 0) return {};
  if (result.format > 1) {
    std::string_view by = take_line(text);
    if (!by.starts_with("by ")) return {};
    by.remove_prefix(3);
    result.by = by;
  }
  if (result.format > kCheckpointFormat) return result;
  Checkpoint checkpoint;
  while (!text.empty()) {
    if (!read_line(take_line(text), checkpoint)) return {};
  }
  result.checkpoint = std::move(checkpoint);
  return result;
}

}  // namespace piiscrub::daemon
