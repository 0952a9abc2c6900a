#include "redact/replacement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::string_view kMaskStart = "[piiscrub:masked ";
constexpr std::size_t kMaxLabelBytes = 64;
constexpr std::size_t kMaxMaskDigits = 12;  // fewer than a card number has: it must not pass as a count of bytes

// The length of the label in brackets at the start of `text`, or 0.
std::size_t label_length(std::string_view text, std::span<const std::string> labels) {
  std::size_t end = 1;
  while (end < text.size() && end <= kMaxLabelBytes && (is_upper(text[end]) || is_digit(text[end]) || text[end] == '_'))
    ++end;
  if (end == 1 || end >= text.size() || text[end] != ']') return 0;
  return std::binary_search(labels.begin(), labels.end(), text.substr(1, end - 1)) ? end + 1 : 0;
}

// The length of the mask mark at the start of `text`, or 0.
std::size_t mask_length(std::string_view text) {
  if (!text.starts_with(kMaskStart)) return 0;
  const std::string_view rest = text.substr(kMaskStart.size());
  for (const std::string_view reason : kMaskReasonNames) {
    if (!rest.starts_with(reason) || rest.size() <= reason.size() || rest[reason.size()] != ' ') continue;
    std::size_t end = reason.size() + 1;
    while (end < rest.size() && is_digit(rest[end])) ++end;
    const std::size_t digits = end - reason.size() - 1;
    if (digits > 0 && digits <= kMaxMaskDigits && end < rest.size() && rest[end] == ']')
      return kMaskStart.size() + end + 1;
  }
  return 0;
}

}  // namespace

void find_replacements(std::string_view record, std::span<const std::string> labels, std::vector<Span>& spans) {
  spans.clear();
  for (std::size_t at = record.find('['); at != std::string_view::npos; at = record.find('[', at)) {
    const std::string_view rest = record.substr(at);
    std::size_t length = label_length(rest, labels);
    if (length == 0) length = mask_length(rest);
    if (length != 0) spans.push_back({at, at + length});
    at += std::max<std::size_t>(length, 1);
  }
}

void write_mask(MaskReason reason, std::uint64_t bytes, std::string& to) {
  fmt::format_to(std::back_inserter(to), "{}{} {}]", kMaskStart, name(reason), bytes);
}

void write_record_mask(MaskReason reason, std::uint64_t bytes, bool json, std::string& to) {
  if (!json) return write_mask(reason, bytes, to);
  fmt::format_to(std::back_inserter(to), R"({{"piiscrub":{{"masked":"{}","bytes":{}}}}})", name(reason), bytes);
}

bool looks_like_json(std::string_view record) {
  const std::size_t at = record.find_first_not_of(" \t");
  return at != std::string_view::npos && (record[at] == '{' || record[at] == '[');
}

}  // namespace piiscrub
