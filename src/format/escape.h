// Escapes: how logs spell characters that their encoding does not let stand for themselves, one sequence at a time.
//
//   percent           %40 (RFC 3986 2.1); also of UTF-8, and quoted itself: %2540
//   backslash         \u0040 with surrogates, \u{40}, \U00000040, \x40, \100, \/; quoted any number of times: \\u0040,
//                     \x5Cu0040
//   html              &#64; &#x40; &commat;; quoted itself: &amp;#64;
//   octal_hash        #012, #303#244, as rsyslog writes control characters and bytes that are not ASCII's
//   quoted_printable  =40 and soft breaks (RFC 2045 6.7)
//   encoded_words     =?utf-8?q?J=C3=B6rg?=, =?utf-8?b?SsO2cmc=?= (RFC 2047)
//   plus_as_space     + between digits or capitals in a query or form (HTML 5 4.10.21.8)
//   ansi              ESC [ … m and other control sequences (ECMA-48 5.4): they stand for nothing
//   invisible         zero-width characters, soft hyphens, direction marks: they stand for nothing
//   digits            digits of other scripts, hyphens and blanks of other kinds, full-width ASCII
//   base64_json       base64 of a JSON object or of an array of them (RFC 4648 4 and 5): eyJlbWFpbCI6 …
//   wide              UTF-16 of ASCII in either byte order: the NULs between stand for nothing
//
// What is malformed stands for itself. A line feed is read as \n and a carriage return as \r, two characters each: what
// comes out of a record is one record.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace piiscrub {

/// A set of encodings.
using Encodings = std::uint16_t;
namespace encoding {
inline constexpr Encodings percent = 1 << 0;
inline constexpr Encodings backslash = 1 << 1;
inline constexpr Encodings html = 1 << 2;
inline constexpr Encodings octal_hash = 1 << 3;
inline constexpr Encodings quoted_printable = 1 << 4;
inline constexpr Encodings encoded_words = 1 << 5;
inline constexpr Encodings plus_as_space = 1 << 6;
inline constexpr Encodings ansi = 1 << 7;
inline constexpr Encodings invisible = 1 << 8;
inline constexpr Encodings digits = 1 << 9;
inline constexpr Encodings base64_json = 1 << 10;
inline constexpr Encodings wide = 1 << 11;
inline constexpr Encodings all = (1 << 12) - 1;
}  // namespace encoding

/// An escape sequence.
struct Escape {
  std::size_t length = 0;       ///< of the sequence; 0: there is none
  std::array<char, 4> bytes{};  ///< what it stands for, UTF-8
  std::uint8_t size = 0;        ///< of `bytes`; 0: nothing

  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

/// The sequence of one of `encodings` that starts at `at`. Encoded words, base64_json and plus_as_space are
/// DecodedView's: they depend on what is around.
Escape read_escape(std::string_view text, std::size_t at, Encodings encodings);

/// Where the text of at least 8 bytes ends that stands at `at` in hexadecimal digits behind one \x, as PostgreSQL
/// prints a bytea: \x616c696365406578. `at` if there is none.
std::size_t hex_text_end(std::string_view text, std::size_t at);
/// Appends what such a text, from \x on, stands for.
void append_hex_text(std::string_view sequence, std::string& to);

/// The first place behind `at`, where no sequence starts, at which one may.
std::size_t next_begin(std::string_view text, std::size_t at);

/// Whether `bytes` are characters with a NUL between each two.
bool is_wide(std::string_view bytes);
/// Puts such NULs into `text` behind `from`.
void widen(std::string& text, std::size_t from);

/// Whether an escape of any kind can start with `c`.
bool begins_escape(char c);

/// What the escapes of a record can hide.
enum class EscapeSignal : std::uint8_t {
  none,
  weak,    ///< a letter, a digit or a sign that values have, somewhere: worth decoding where something else is found
  strong,  ///< one that stands where a shape or a key would be seen without it
};
EscapeSignal escape_signal(std::string_view record);

/// The same of the sequence at `at` in `chunk`; looks no further than the record around it.
EscapeSignal escape_signal_at(std::string_view chunk, std::size_t at);

/// Whether `record` is likely quoted-printable; elsewhere =40 is a value of 40.
bool is_quoted_printable(std::string_view record);

}  // namespace piiscrub
