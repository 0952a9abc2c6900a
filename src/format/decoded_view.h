// DecodedView: a text with its escapes decoded, and where in the source each byte of it stands.
//
//   mail=alice%2540example.com  →  mail=alice@example.com        @ ↔ %2540
//
// What is found in the decoded text is edited in the source: source_of() never cuts an escape sequence. Escapes nest
// (JSON in JSON, percent twice), so decoding is repeated until nothing changes. Linear in the bytes read; the text
// never grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/span.h"
#include "format/escape.h"

namespace piiscrub {

/// Whether `c` can be part of base64 (RFC 4648 4 and 5), padding aside.
inline bool is_base64(char c) { return is_word(c) || c == '+' || c == '/' || c == '-'; }

/// Whether `text` holds what base64 of JSON begins with.
inline bool has_base64_json(std::string_view text) {
  return text.find("eyJ") != std::string_view::npos || text.find("W3si") != std::string_view::npos;
}

/// Reuse it: after warm-up it does not allocate.
class DecodedView {
 public:
  /// Decodes `source` (at most 1 GiB), of which nothing is kept. Reads at most `limit` bytes in all its rounds; returns
  /// false if that was not enough: then there are still escapes in text().
  [[nodiscard]] bool decode(std::string_view source, Encodings encodings, std::size_t limit);

  [[nodiscard]] std::string_view text() const { return text_; }
  /// Whether text() is anything else than the source.
  [[nodiscard]] bool changed() const { return !pieces_.empty(); }

  /// The bytes of the source that `decoded`, a span of text(), was made of: whole escape sequences. What stands for
  /// nothing belongs to a span that it lies within.
  [[nodiscard]] Span source_of(Span decoded) const;
  /// The smallest span of text() that `source`, a span of the source, touches.
  [[nodiscard]] Span decoded_of(Span source) const;

 private:
  // A stretch that is not copied. Pieces are in order, in the text as well as in the source; between them the two are
  // equal. Behind a round several can share a stretch of the source.
  struct Piece {
    std::uint32_t at = 0;      // in the text
    std::uint32_t size = 0;    // in the text
    std::uint32_t from = 0;    // in the source
    std::uint32_t length = 0;  // in the source
  };

  bool decode_once(Encodings encodings);
  void copy(std::size_t begin, std::size_t end);
  void put(std::size_t begin, std::size_t end, std::string_view bytes);
  std::size_t put_word(std::size_t at);
  [[nodiscard]] static std::size_t source_begin(const std::vector<Piece>& pieces, std::size_t at);
  [[nodiscard]] static std::size_t source_end(const std::vector<Piece>& pieces, std::size_t at);

  std::string text_;
  std::vector<Piece> pieces_;
  // Of the round before, while one is made:
  std::string before_;
  std::vector<Piece> pieces_before_;
  std::size_t copied_ = 0;  // pieces_before_ in front of this end in front of what comes next
  std::string scratch_;
};

}  // namespace piiscrub
