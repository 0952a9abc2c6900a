#include "redact/replacement.h"

#include <algorithm>

#include "base/append_format.h"
#include "base/ascii.h"
#include "format/marks.h"
#include "redact/mask.h"

namespace piiscrub {
namespace {

constexpr std::string_view kMaskStart = "[piiscrub:masked ";
constexpr std::string_view kEncrypted = "enc:";
constexpr std::string_view kHashStart = "\xE2\x80\xB9";  // ‹
constexpr std::string_view kHashEnd = "\xE2\x80\xBA";    // ›
constexpr std::string_view kStars = "***";
constexpr std::size_t kHashDigits = 8;
constexpr std::size_t kMaxKeyIdBytes = 8;
constexpr std::size_t kMaxLabelBytes = 64;
constexpr std::size_t kMaxMaskDigits = 12;  // fewer than a card number has: it must not pass as a count of bytes

// The label behind the bracket that `text` starts with.
std::string_view label_at(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && end <= kMaxLabelBytes && (is_upper(text[end]) || is_digit(text[end]) || text[end] == '_'))
    ++end;
  return text.substr(1, end - 1);
}

// The key id that `text` starts with and the colon behind it; empty if it does not.
std::string_view key_id_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end <= kMaxKeyIdBytes && (is_lower(text[end]) || is_digit(text[end]))) ++end;
  return end > 0 && end <= kMaxKeyIdBytes && end < text.size() && text[end] == ':' ? text.substr(0, end)
                                                                                   : std::string_view();
}

template <typename Labels>
bool contains(const Labels& labels, std::string_view label) {
  return std::binary_search(labels.begin(), labels.end(), label);
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

// The length of the token at the start of `text`, whose label has been looked at, or 0.
std::size_t token_length(std::string_view text, std::string_view label, const TokenKeys& keys) {
  const std::string_view rest = text.substr(label.size() + 2);
  const std::string_view id = key_id_at(rest);
  if (id.empty() || keys.find(id) == nullptr) return 0;
  const std::string_view token = rest.substr(id.size() + 1);
  if (token.size() <= kBase32Chars128 || token[kBase32Chars128] != ']') return 0;
  if (!is_base32_128(token.substr(0, kBase32Chars128))) return 0;
  return label.size() + 2 + id.size() + 1 + kBase32Chars128 + 1;
}

std::size_t encrypted_length(std::string_view text, const TokenKeys& keys, std::string& scratch) {
  const std::optional<EncryptedParts> parts = parse_encrypted(text);
  if (!parts) return 0;
  const TokenKeys::Key* key = keys.find(parts->key_id);
  return key != nullptr && key->fernet.verify(parts->token, scratch) ? parts->size : 0;
}

// The length of the replacement in brackets at the start of `text`, or 0.
std::size_t bracket_length(std::string_view text, const Grammar& grammar, std::string& scratch) {
  const std::string_view label = label_at(text);
  if (label.empty()) return mask_length(text);
  const std::size_t end = label.size() + 1;
  if (end >= text.size()) return 0;
  if (text[end] == ']') return contains(grammar.labels, label) ? end + 1 : 0;
  if (text[end] != ':') return 0;
  std::size_t length = 0;
  if (contains(grammar.token_labels, label)) length = token_length(text, label, *grammar.keys);
  if (length == 0 && contains(grammar.encrypt_labels, label)) length = encrypted_length(text, *grammar.keys, scratch);
  return length;
}

// The length of the hash or of the ‹×› at the start of `text`, or 0.
std::size_t marked_length(std::string_view text, bool hashes) {
  if (text.starts_with(kMarkRedacted)) return kMarkRedacted.size();
  if (!hashes) return 0;
  constexpr std::size_t kBytes = kHashStart.size() + kHashDigits + kHashEnd.size();
  if (text.size() < kBytes || !text.substr(0, kBytes).ends_with(kHashEnd)) return 0;
  const std::string_view digits = text.substr(kHashStart.size(), kHashDigits);
  return std::all_of(digits.begin(), digits.end(), [](char c) { return is_hex(c) && !is_upper(c); }) ? kBytes : 0;
}

void find_marked(std::string_view record, bool hashes, std::vector<Span>& spans) {
  for (std::size_t at = record.find(kHashStart); at != std::string_view::npos; at = record.find(kHashStart, at)) {
    const std::size_t length = marked_length(record.substr(at), hashes);
    if (length != 0) spans.push_back({at, at + length});
    at += std::max<std::size_t>(length, 1);
  }
}

void find_email_masks(std::string_view record, std::vector<Span>& spans) {
  std::size_t done = 0;
  for (std::size_t at = record.find(kStars); at != std::string_view::npos; at = record.find(kStars, at)) {
    if (const std::optional<Span> mask = email_mask_at(record, done, at)) {
      spans.push_back(*mask);
      at = done = mask->end;
    } else {
      ++at;
    }
  }
}

}  // namespace

void find_replacements(std::string_view record, const Grammar& grammar, std::vector<Span>& spans,
                       std::string& scratch) {
  spans.clear();
  for (std::size_t at = record.find('['); at != std::string_view::npos; at = record.find('[', at)) {
    const std::size_t length = bracket_length(record.substr(at), grammar, scratch);
    if (length != 0) spans.push_back({at, at + length});
    at += std::max<std::size_t>(length, 1);
  }
  const std::size_t in_brackets = spans.size();
  find_marked(record, grammar.hashes, spans);
  if (grammar.email_masks) find_email_masks(record, spans);
  // The three kinds share no character at their ends, so no two overlap.
  if (spans.size() != in_brackets) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  }
}

void write_token(std::string_view label, const TokenKeys::Key& key, std::string_view type, std::string_view normalised,
                 std::string& to) {
  to.append("[").append(label).append(":").append(key.id).append(":");
  append_base32_128(key.tokens.mac({type, std::string_view("\0", 1), normalised}), to);
  to += ']';
}

bool write_encrypted(std::string_view label, const TokenKeys::Key& key, std::string_view value, std::string& to) {
  const std::size_t begin = to.size();
  to.append("[").append(label).append(":").append(kEncrypted).append(key.id).append(":");
  if (!key.fernet.encrypt(value, to)) {
    to.resize(begin);
    return false;
  }
  to += ']';
  return true;
}

void write_hash(const HmacKey* salt, std::string_view value, std::string& to) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const Digest digest = salt == nullptr ? sha256(value) : salt->mac({value});
  to += kHashStart;
  for (const char c : view(digest).substr(0, kHashDigits / 2)) {
    to += kDigits[static_cast<unsigned char>(c) >> 4];
    to += kDigits[static_cast<unsigned char>(c) & 15];
  }
  to += kHashEnd;
}

std::optional<EncryptedParts> parse_encrypted(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  EncryptedParts parts{.label = label_at(text), .key_id = {}, .token = {}, .size = 0};
  std::string_view rest = text.substr(parts.label.size() + 1);
  if (parts.label.empty() || !rest.starts_with(':') || !rest.substr(1).starts_with(kEncrypted)) return std::nullopt;
  rest.remove_prefix(1 + kEncrypted.size());
  parts.key_id = key_id_at(rest);
  if (parts.key_id.empty()) return std::nullopt;
  rest.remove_prefix(parts.key_id.size() + 1);
  std::size_t end = 0;
  while (end < rest.size() && is_base64(rest[end], Base64::url)) ++end;
  while (end < rest.size() && rest[end] == '=') ++end;
  if (end == 0 || end >= rest.size() || rest[end] != ']') return std::nullopt;
  parts.token = rest.substr(0, end);
  parts.size = text.size() - rest.size() + end + 1;
  return parts;
}

void write_mask(MaskReason reason, std::uint64_t bytes, std::string& to) {
  append_format(to, "{}{} {}]", kMaskStart, name(reason), bytes);
}

void write_record_mask(MaskReason reason, std::uint64_t bytes, bool json, std::string& to) {
  if (!json) return write_mask(reason, bytes, to);
  append_format(to, R"({{"piiscrub":{{"masked":"{}","bytes":{}}}}})", name(reason), bytes);
}

bool looks_like_json(std::string_view record) {
  const std::size_t at = record.find_first_not_of(" \t");
  return at != std::string_view::npos && (record[at] == '{' || record[at] == '[');
}

}  // namespace piiscrub
