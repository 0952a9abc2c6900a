#include "piiscrub/container_line.h"

#include <algorithm>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::string_view kLog = "{\"log\":\"";
constexpr std::string_view kStream = "\",\"stream\":\"";
// Docker cuts at 16 KiB. Other writers of its format leave the \n out: shorter records are parts only if the one behind
// them shows that lines end with it.
constexpr std::size_t kDockerPartBytes = std::size_t{16} * 1024;

// An odd number of backslashes in front of the n makes a line feed.
bool ends_with_newline_escape(std::string_view text) {
  if (!text.ends_with("\\n")) return false;
  std::size_t run = 0;
  while (run < text.size() - 1 && text[text.size() - 2 - run] == '\\') ++run;
  return run % 2 == 1;
}

std::optional<ContainerLine> read_docker(std::string_view record) {
  if (!record.starts_with(kLog)) return std::nullopt;
  const std::size_t end = record.rfind(kStream);
  if (end == std::string_view::npos || end < kLog.size()) return std::nullopt;
  const std::string_view behind = record.substr(end + kStream.size());
  ContainerLine line{.kind = ContainerLine::Kind::docker,
                     .stream = behind.substr(0, behind.find('"')),
                     .content = record.substr(kLog.size(), end - kLog.size())};
  line.partial = !ends_with_newline_escape(line.content);
  if (!line.partial) line.content.remove_suffix(2);
  return line;
}

std::optional<ContainerLine> read_cri(std::string_view record) {
  constexpr std::size_t kMaxTime = 40;
  if (record.size() < 24 || !is_digit(record[0]) || record[10] != 'T') return std::nullopt;
  const std::size_t time = record.substr(0, kMaxTime).find(' ');
  if (time == std::string_view::npos) return std::nullopt;
  ContainerLine line{.kind = ContainerLine::Kind::cri, .stream = record.substr(time + 1, 6), .content = {}};
  if (line.stream != "stdout" && line.stream != "stderr") return std::nullopt;
  const std::string_view tag = record.substr(time + 1 + line.stream.size());
  line.partial = tag.starts_with(" P ") || tag.starts_with(" P:");
  if (!line.partial && !tag.starts_with(" F ") && !tag.starts_with(" F:")) return std::nullopt;
  const std::size_t blank = record.find(' ', time + 1 + line.stream.size() + 1);
  if (blank == std::string_view::npos) return std::nullopt;
  line.content = record.substr(blank + 1);
  return line;
}

std::string_view first_record(std::string_view records) {
  const std::size_t lf = records.find('\n');
  return lf == std::string_view::npos ? records : records.substr(0, lf);
}

std::string_view last_record(std::string_view records) {
  records.remove_suffix(1);
  const std::size_t lf = records.rfind('\n');
  return lf == std::string_view::npos ? records : records.substr(lf + 1);
}

bool is_part(std::string_view record) {
  const auto line = read_container_line(record);
  return line && line->partial;
}

}  // namespace

std::optional<ContainerLine> read_container_line(std::string_view record) {
  if (record.empty()) return std::nullopt;
  if (record.front() == '{') return read_docker(record);
  return read_cri(record);
}

LineJoiner::Step LineJoiner::add(std::string_view record) {
  const auto line = read_container_line(record);
  const bool first = bytes_ == 0;
  const auto close = [&](Step step) { return reset(), step; };
  was_cut_ = false;
  if (!line || (first && !line->partial)) return close(Step::apart);
  const bool is_stderr = line->stream == "stderr";
  if (!first && (line->kind != kind_ || is_stderr != is_stderr_)) return close(Step::apart);
  if (!first && !certain_ && line->partial) return close(Step::apart);
  kind_ = line->kind;
  is_stderr_ = is_stderr;
  certain_ = line->kind == ContainerLine::Kind::cri || line->content.size() >= kDockerPartBytes;
  bytes_ += record.size() + 1;
  if (!line->partial) return close(Step::ends);
  was_cut_ = ++parts_ == kMaxSplitParts || bytes_ >= kMaxSplitBytes;
  return was_cut_ ? close(Step::ends) : Step::open;
}

SplitLine split_line_at(std::string_view records) {
  LineJoiner joiner;
  std::size_t size = 0;
  while (size < records.size()) {
    const std::string_view record = first_record(records.substr(size));
    const LineJoiner::Step step = joiner.add(record);
    if (step != LineJoiner::Step::apart) size = std::min(size + record.size() + 1, records.size());
    if (step != LineJoiner::Step::open) break;
  }
  return {size, joiner.was_cut()};
}

std::size_t open_parts(std::string_view records) {
  std::size_t begin = records.size();
  while (begin > 0) {
    const std::string_view record = last_record(records.substr(0, begin));
    if (!is_part(record)) break;
    begin -= record.size() + 1;
  }
  // From the front, as whoever joins them will: some may be a line of their own.
  LineJoiner joiner;
  std::size_t line = begin;
  for (std::size_t at = begin; at < records.size();) {
    const std::size_t size = first_record(records.substr(at)).size() + 1;
    const LineJoiner::Step step = joiner.add(records.substr(at, size - 1));
    if (step == LineJoiner::Step::apart) {
      line = at;  // and it is the first part of the next
      continue;
    }
    at += size;
    if (step == LineJoiner::Step::ends) line = at;
  }
  return records.size() - line;
}

}  // namespace piiscrub
