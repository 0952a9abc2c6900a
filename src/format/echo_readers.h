// What finding values that messages repeat, and reading each form of them, share. Private to echo*.cc.
//
// A reader gets the words that announce a value, and adds what it finds behind or in front of them. It returns the
// place behind all that it has read, or 0 if there is nothing. Whatever it looks for is bounded, or kept in EchoEnds.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/span.h"
#include "format/echo.h"
#include "format/quote.h"

namespace piiscrub::echoes {

inline constexpr std::size_t kMaxNameBytes = 96;
inline constexpr std::size_t kMaxColumnBytes = 2048;  // of a list of columns
// Of a key or a value. PostgreSQL's keys are at most 2,704 bytes; six times that if escaped.
inline constexpr std::size_t kMaxKeyBytes = std::size_t{16} * 1024;

// The first place of some kind behind another, which holds for all places between the two.
class NextPlace {
 public:
  // `search` finds it from a place on; it must be npos or behind that.
  template <typename Search>
  std::size_t find(std::size_t from, Search search) {
    if (from < from_ || from > at_) {
      at_ = search(from);
      from_ = from;
    }
    return at_;
  }

 private:
  std::size_t from_ = 1;  // at first: none
  std::size_t at_ = 0;
};

// Where what the messages of a record repeat ends. What begins within another that does not end ends where that does:
// it is looked for once.
class EchoEnds {
 public:
  explicit EchoEnds(std::string_view text) : text_(text) {}

  // Of the line that `at` is in, written out or escaped, or `limit`.
  std::size_t line(std::size_t at, std::size_t limit);
  // Of the values of a key that begin at `at`: the bracket, or npos.
  std::size_t key(std::size_t at);
  // The same of a key that no English words announce.
  std::size_t translated_key(std::size_t at);
  // Of the row that begins at `at`: the bracket, or npos.
  std::size_t row(std::size_t at);
  // Of the list that begins at `at`: the bracket, or npos.
  std::size_t list(std::size_t at);

  struct Value {
    std::size_t end = 0;
    bool closed = false;  // by a quote; else the line ends it, a quote around the message, or its length
  };
  // Of the value behind `quote`, spelled as `spelling`, that begins at `begin`.
  Value value(std::size_t begin, const Quote& quote, std::string_view spelling);

 private:
  std::size_t key_end(NextPlace& next, std::size_t at, std::span<const std::string_view> ends) const;

  std::string_view text_;
  NextPlace line_;
  NextPlace key_;
  NextPlace translated_key_;
  NextPlace row_;
  NextPlace list_;
  // The value that was looked at last.
  std::size_t begin_ = 0;
  Quote quote_;
  std::size_t spelling_bytes_ = 0;  // 0: none was
  Value value_;
  bool cut_ = false;  // only its length ended it
};

// A text, and what was found in it.
struct Echoes {
  std::string_view text;
  EchoEnds ends;
  std::vector<Echo>& found;
};

// Keys that no words announce: (nachname, vorname)=(Schmidt, Anna), in whatever language the rest is.
class Keys {
 public:
  explicit Keys(std::string_view text);
  // The bracket of the next key, if it opens in front of `at`; then that key is passed.
  std::optional<Span> in_front_of(std::size_t at);
  // What is in front of `at` was read.
  void pass(std::size_t at);

 private:
  void find(std::size_t from);

  std::string_view text_;
  std::size_t equals_ = 0;  // of the next key, where its columns end; npos: there is none
  std::size_t open_ = 0;    // where they begin
};

using Reader = std::size_t (*)(Echoes& in, Span lead);

// Values as such (echo_values.cc).
std::size_t read_value(Echoes& in, Span lead);               // "v", of unknown meaning
std::size_t read_value_behind_colon(Echoes& in, Span lead);  // for type date: "v"
std::size_t read_bracketed_value(Echoes& in, Span lead);     // (v)
// Rows and keys of databases (echo_rows.cc).
std::size_t read_key(Echoes& in, Span lead);        // (a, b)=(x, y) already exists
std::size_t read_row(Echoes& in, Span lead);        // (1, ann, null).
std::size_t read_entry(Echoes& in, Span lead);      // 'v' for key 't.email'
std::size_t read_list(Echoes& in, Span lead);       // (a@b.example, 7).
std::size_t read_truncated(Echoes& in, Span lead);  // column 'c'. Truncated value: 'v'
std::size_t read_preview(Echoes& in, Span lead);    // field [c] … Preview of field's value: 'v'
std::size_t read_copied(Echoes& in, Span lead);     // t, line 3, column email: "v"
std::size_t read_decoded(Echoes& in, Span lead);    // full_name[character varying]:'Ann'
// CockroachDB's keys (echo_segments.cc).
std::size_t read_segments(Echoes& in, Span lead);     // /Table/106/1/"v"/0
std::size_t read_primary_key(Echoes& in, Span lead);  // "PrimaryKey": "/106/1/\"v\"/0"
std::size_t read_spans(Echoes& in, Span lead);        // spans: [/'a' - /'b']
// What a parser or a validator refused (echo_refusals.cc).
std::size_t read_judged(Echoes& in, Span lead);          // value 'v' is out of range, “v” value has an invalid …
std::size_t read_named_in_front(Echoes& in, Span lead);  // Field 'age' expected a number but got 'v'
std::size_t read_value_in_front(Echoes& in, Span lead);  // 'v' is not of type 'integer', 'v' is not a 'date'
std::size_t read_rejected(Echoes& in, Span lead);        // on field 'ssn': rejected value [v]; codes …, of Spring
std::size_t read_chained(Echoes& in, Span lead);         // from String "v": … reference chain: …, of Jackson
std::size_t read_path(Echoes& in, Span lead);            // Path `ssn` (`v`) is longer than …, of Mongoose
// Values before and after a change (echo_changes.cc).
std::size_t read_change(Echoes& in, Span lead);         // changed ssn from 'a' to 'b', field "ssn" changed: 'a' -> 'b'
std::size_t read_change_abroad(Echoes& in, Span lead);  // geändert von 'a' auf 'b'

// Shared by these.
// Reads the quoted value at `at`.
std::size_t read_quoted(Echoes& in, std::size_t at, EchoKind kind);
// Where the string ends that `from` is in and `lead` began, or `limit`.
std::size_t string_end(std::string_view text, std::size_t lead, std::size_t from, std::size_t limit);
// Takes marks and quotes off both ends: ‹'x'› is x.
Span bare(std::string_view text, Span value);
inline bool is_in_name(char c) { return is_word(c) || is_high(c) || c == '-' || c == '.'; }

}  // namespace piiscrub::echoes
