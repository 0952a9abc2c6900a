#include "pipeline/key_block.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::string_view kEnd = "-----END";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kWrappedBegin = "LS0tLS1CRUdJTi";  // base64 of "-----BEGIN"

bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; }

// RFC 1421 4.6 and RFC 4880 6.2
constexpr auto kHeaders = std::to_array<std::string_view>(
    {"Proc-Type:", "DEK-Info:", "Content-Domain:", "Key-Info:", "Version:", "Comment:", "Hash:", "Charset:",
     "MessageID:", "Encryption:", "Public-Lines:", "Private-Lines:", "Private-MAC:"});

std::size_t skip_blanks(std::string_view record, std::size_t at) {
  while (at < record.size() && is_blank(record[at])) ++at;
  return at;
}

std::uint16_t count_words(std::string_view text) {
  std::uint16_t words = 0;
  for (std::size_t at = skip_blanks(text, 0); at < text.size() && words < UINT16_MAX; at = skip_blanks(text, at)) {
    while (at < text.size() && !is_blank(text[at])) ++at;
    ++words;
  }
  return words;
}

// The end of `text` without what source code joins a string to the next one with: " + and ' . and " &
std::size_t before_join(std::string_view text) {
  constexpr std::string_view kJoins = "+.&";
  constexpr std::string_view kQuotes = "\"'";
  if (text.empty() || kJoins.find(text.back()) == std::string_view::npos) return text.size();
  std::size_t end = text.size() - 1;
  while (end > 0 && is_blank(text[end - 1])) --end;
  return end > 0 && kQuotes.find(text[end - 1]) != std::string_view::npos ? end : text.size();
}

// What is left of the record behind `words` words, without blanks, quotes and literal \n around it.
Span behind_words(std::string_view record, std::uint16_t words) {
  std::size_t begin = skip_blanks(record, 0);
  for (; words > 0 && begin < record.size(); --words) {
    while (begin < record.size() && !is_blank(record[begin])) ++begin;
    begin = skip_blanks(record, begin);
  }
  std::size_t end = std::max(begin, before_join(record));
  constexpr std::string_view kTrailing = " \t\r\"',\\;";
  while (end > begin && kTrailing.find(record[end - 1]) != std::string_view::npos) --end;
  if (end - begin >= 2 && record.substr(end - 2, 2) == "\\n") end -= 2;
  while (begin < end && (record[begin] == '"' || record[begin] == '\'')) ++begin;
  return {begin, end};
}

// Lines of a key are of 64 bytes, all but the last, which is of whole groups of four. What others have cut must look
// like base64 and not like a word.
bool is_body(std::string_view text) {
  constexpr std::size_t kLong = 16;
  constexpr std::size_t kMixed = 8;
  constexpr std::size_t kChecksum = 5;
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_base64)) return false;
  const std::size_t padding = text.find('=', 1);
  if (text.front() == '=') return text.size() == kChecksum && padding == std::string_view::npos;  // RFC 4880 6.1
  if (padding != std::string_view::npos && text.find_first_not_of('=', padding) != std::string_view::npos) return false;
  if (text.size() % 4 == 0 || text.size() >= kLong) return true;
  return text.size() >= kMixed && std::any_of(text.begin(), text.end(), is_digit) &&
         std::any_of(text.begin(), text.end(), is_alpha);
}

// A whole line of a body (RFC 7468 2, RFC 4880 6.3), and no digest in hexadecimal. It does not count towards the
// records that close a block, or the rest of a long key would stay.
bool is_full_line(std::string_view text) {
  constexpr std::size_t kFullLine = 64;
  return text.size() >= kFullLine && is_body(text) && std::any_of(text.begin(), text.end(), is_upper) &&
         std::any_of(text.begin(), text.end(), is_lower);
}

bool is_header(std::string_view text) {
  return std::any_of(kHeaders.begin(), kHeaders.end(),
                     [&](std::string_view header) { return text.starts_with(header); });
}

}  // namespace

EntryState open_key_block(std::string_view record, Span found, std::uint16_t rule) {
  const std::string_view key = found.of(record);
  if (key.find(kEnd) != std::string_view::npos) return {};
  return {.block_rule = rule,
          .block_records_left = kKeyBlockRecords,
          .block_prefix_words = count_words(record.substr(0, found.begin)),
          .block_wrapped = key.starts_with(kWrappedBegin)};
}

KeyBlockLine continue_key_block(std::string_view record, const EntryState& state) {
  KeyBlockLine line{.next = state};
  --line.next.block_records_left;
  if (const std::size_t end = record.find(kEnd); end != std::string_view::npos) {
    const std::size_t dashes = record.find(kDashes, end + kEnd.size());
    line.hidden = Span{end, dashes == std::string_view::npos ? record.size() : dashes + kDashes.size()};
    line.next = {};
    return line;
  }
  // Behind the prefix of the BEGIN line, or, where only that line had one, the record as a whole.
  for (const std::uint16_t words : {state.block_prefix_words, std::uint16_t{0}}) {
    const Span rest = behind_words(record, words);
    if (is_body(rest.of(record)) || is_header(rest.of(record))) {
      line.hidden = rest;
      if (is_full_line(rest.of(record))) line.next.block_records_left = state.block_records_left;
      break;
    }
  }
  if (state.block_wrapped && !line.hidden) line.next = {};
  return line;
}

}  // namespace piiscrub
