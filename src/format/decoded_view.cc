#include "format/decoded_view.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMaxWordBytes = 256;  // of an encoded word; RFC 2047 allows 75

// An encoded word: =?charset?encoding?text?=
struct EncodedWord {
  char encoding = 0;  // b or q; 0: there is none
  Span text;
  std::size_t end = 0;
};

EncodedWord encoded_word_at(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("=?")) return {};
  const std::size_t most = std::min(text.size(), at + kMaxWordBytes);
  std::size_t i = at + 2;
  while (i < most && (is_alnum(text[i]) || text[i] == '-' || text[i] == '_' || text[i] == '*')) ++i;
  if (i + 3 > most || text[i] != '?' || text[i + 2] != '?') return {};
  const char encoding = to_lower(text[i + 1]);
  if (encoding != 'b' && encoding != 'q') return {};
  const Span inner{i + 3, std::min(text.find('?', i + 3), most)};
  if (inner.end + 1 >= most || text[inner.end + 1] != '=') return {};
  return {encoding, inner, inner.end + 2};
}

// Appends what `text` is the base64 of (RFC 4648); false if it is not.
bool append_base64(std::string_view text, std::string& to) {
  unsigned bits = 0;
  int count = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char c : text) {
    const int value = is_upper(c)            ? c - 'A'
                      : is_lower(c)          ? c - 'a' + 26
                      : is_digit(c)          ? c - '0' + 52
                      : c == '+' || c == '-' ? 62
                      : c == '/' || c == '_' ? 63
                                             : -1;
    if (value < 0) return false;
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const char byte = static_cast<char>(bits >> count & 0xFF);
    to.append(byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : std::string_view(&byte, 1));
  }
  return true;
}

// Appends the JSON that begins in base64 at `at` and returns where the base64 ends; `at` if there is none.
std::size_t append_base64_json(std::string_view text, std::size_t at, std::string& to) {
  constexpr std::size_t kMinBytes = 16;
  if (!has_base64_json(text.substr(at, 4)) || (at > 0 && is_base64(text[at - 1]))) return at;
  std::size_t end = at;
  while (end < text.size() && is_base64(text[end])) ++end;
  if (end - at < kMinBytes || !append_base64(text.substr(at, end - at), to)) return at;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; };
  if (std::any_of(to.begin(), to.end(), is_control)) return at;
  while (end < text.size() && text[end] == '=') ++end;
  return end;
}

// What + stands between where it is a blank and no part of an address.
bool is_number_byte(char c) { return is_digit(c) || is_upper(c); }

}  // namespace

// The source offset where the byte `at` of the text begins.
std::size_t DecodedView::source_begin(const std::vector<Piece>& pieces, std::size_t at) {
  const auto behind = std::upper_bound(pieces.begin(), pieces.end(), at,
                                       [](std::size_t offset, const Piece& piece) { return offset < piece.at; });
  if (behind == pieces.begin()) return at;
  const Piece& piece = *std::prev(behind);
  return at < piece.at + piece.size ? piece.from : piece.from + piece.length + (at - piece.at - piece.size);
}

// The source offset where the byte in front of `at` ends.
std::size_t DecodedView::source_end(const std::vector<Piece>& pieces, std::size_t at) {
  if (at == 0) return 0;
  const auto behind = std::upper_bound(pieces.begin(), pieces.end(), at - 1,
                                       [](std::size_t offset, const Piece& piece) { return offset < piece.at; });
  if (behind == pieces.begin()) return at;
  const Piece& piece = *std::prev(behind);
  return at <= piece.at + piece.size ? piece.from + piece.length
                                     : piece.from + piece.length + (at - piece.at - piece.size);
}

Span DecodedView::source_of(Span decoded) const {
  const std::size_t begin = source_begin(pieces_, decoded.begin);
  return {begin, decoded.size() == 0 ? begin : std::max(begin, source_end(pieces_, decoded.end))};
}

Span DecodedView::decoded_of(Span source) const {
  // The first piece that ends behind the begin of `source`.
  const auto first = std::upper_bound(pieces_.begin(), pieces_.end(), source.begin,
                                      [](std::size_t at, const Piece& p) { return at < p.from + p.length; });
  const auto shift = [&](std::vector<Piece>::const_iterator piece, std::size_t at) {
    if (piece == pieces_.begin()) return at;
    const Piece& last = *std::prev(piece);
    return last.at + last.size + (at - (last.from + last.length));
  };
  Span decoded;
  decoded.begin = first != pieces_.end() && first->from <= source.begin ? first->at : shift(first, source.begin);
  // The first piece that begins at or behind the end of `source`.
  const auto behind =
      std::lower_bound(first, pieces_.end(), source.end, [](const Piece& p, std::size_t at) { return p.from < at; });
  if (behind != pieces_.begin() && std::prev(behind)->from + std::prev(behind)->length >= source.end) {
    decoded.end = std::prev(behind)->at + std::prev(behind)->size;
  } else {
    decoded.end = shift(behind, source.end);
  }
  decoded.end = std::max(decoded.begin, decoded.end);
  return decoded;
}

bool DecodedView::decode(std::string_view source, Encodings encodings, std::size_t limit) {
  text_.assign(source);
  pieces_.clear();
  do {
    if (text_.size() > limit) return std::none_of(text_.begin(), text_.end(), begins_escape);
    limit -= text_.size();
  } while (decode_once(encodings));
  return true;
}

// Takes bytes of before_ over as they are.
void DecodedView::copy(std::size_t begin, std::size_t end) {
  const std::size_t at = text_.size();
  text_.append(before_, begin, end - begin);
  for (; copied_ < pieces_before_.size(); ++copied_) {
    const Piece& piece = pieces_before_[copied_];
    if (piece.at >= end && (piece.at > end || piece.size > 0)) break;
    const std::size_t from = std::max<std::size_t>(piece.at, begin);
    const std::size_t to = std::min<std::size_t>(piece.at + piece.size, end);
    if (to < from || (to == from && piece.size > 0)) continue;
    pieces_.push_back({static_cast<std::uint32_t>(at + from - begin), static_cast<std::uint32_t>(to - from), piece.from,
                       piece.length});
    if (piece.at + piece.size > end) break;  // the rest of it comes next
  }
}

// Puts `bytes` where [begin, end) of before_ was.
void DecodedView::put(std::size_t begin, std::size_t end, std::string_view bytes) {
  const std::size_t from = source_begin(pieces_before_, begin);
  const std::size_t length = std::max(from, source_end(pieces_before_, end)) - from;
  pieces_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(bytes.size()),
                     static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(length)});
  text_.append(bytes);
}

// Decodes the encoded word at `at` and returns where it ends; `at` if there is none.
std::size_t DecodedView::put_word(std::size_t at) {
  const EncodedWord word = encoded_word_at(before_, at);
  if (word.encoding == 0) return at;
  const std::string_view inner = word.text.of(before_);
  if (word.encoding == 'b') {
    scratch_.clear();
    if (!append_base64(inner, scratch_)) return at;
    put(at, word.end, scratch_);
    return word.end;
  }
  put(at, word.text.begin, "");
  for (std::size_t i = word.text.begin; i < word.text.end;) {
    const Escape escape = read_escape(before_, i, encoding::quoted_printable);
    if (escape.length > 0 && i + escape.length <= word.text.end) {
      put(i, i + escape.length, escape.text());
      i += escape.length;
    } else {
      if (before_[i] == '_') {
        put(i, i + 1, " ");
      } else {
        copy(i, i + 1);
      }
      ++i;
    }
  }
  put(word.text.end, word.end, "");
  return word.end;
}

// One round. Returns whether it changed anything.
bool DecodedView::decode_once(Encodings encodings) {
  text_.swap(before_);
  pieces_.swap(pieces_before_);
  text_.clear();
  pieces_.clear();
  copied_ = 0;
  const auto wanted = [&](Encodings one) { return (encodings & one) != 0; };
  bool changed = false;
  bool in_query = false;
  std::size_t done = 0;
  const std::string_view text = before_;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t end = i;
    if (c == '+' && in_query && wanted(encoding::plus_as_space) && is_number_byte(text[i - 1]) && i + 1 < text.size() &&
        is_number_byte(text[i + 1])) {
      copy(done, i);
      put(i, i + 1, " ");
      end = i + 1;
    } else if ((c == 'e' || c == 'W') && wanted(encoding::base64_json)) {
      scratch_.clear();
      if (const std::size_t behind = append_base64_json(text, i, scratch_); behind > i) {
        copy(done, i);
        end = behind;
        put(i, end, scratch_);
      }
    } else if (begins_escape(c)) {
      if (c == '=' && wanted(encoding::encoded_words) && i + 1 < text.size() && text[i + 1] == '?') {
        // put_word() appends, so what is in front of the word must be there first.
        if (encoded_word_at(text, i).encoding != 0) {
          copy(done, i);
          done = i;
          end = put_word(i);
        }
      } else if (const std::size_t hex = wanted(encoding::backslash) ? hex_text_end(text, i) : i; hex > i) {
        copy(done, i);
        end = hex;
        scratch_.clear();
        append_hex_text(text.substr(i, end - i), scratch_);
        put(i, end, scratch_);
      } else if (const Escape escape = read_escape(text, i, encodings); escape.length > 0) {
        copy(done, i);
        end = i + escape.length;
        put(i, end, escape.text());
      }
    }
    if (end > i) {
      changed = true;
      done = i = end;
      continue;
    }
    if (c == '=') in_query = true;
    if (c == ' ' || c == '"' || c == '\'') in_query = false;
    i = c == '\\' ? next_begin(text, i) : i + 1;
  }
  if (changed) {
    copy(done, text.size());
  } else {
    text_.swap(before_);
    pieces_.swap(pieces_before_);
  }
  return changed;
}

}  // namespace piiscrub
