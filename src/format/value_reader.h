// Reads what stands behind a key: a string, a bare word or words, or the leaves of an array, tuple, object or call.
// Only for key_value.cc, which finds the keys.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "format/key_value.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// Reads one value and appends what of it counts. `text` and `opaque`, the replacements in it, must outlive the reader.
class ValueReader {
 public:
  /// `any_scheme`: words of letters in front of a secret are none of it; `in_csv`: the key stood between doubled
  /// quotes.
  ValueReader(std::string_view text, std::span<const Span> opaque, ValueKind kind, bool any_scheme, bool in_csv,
              std::vector<KeyedValue>& values)
      : text_(text), opaque_(opaque), kind_(kind), any_scheme_(any_scheme), in_csv_(in_csv), values_(values) {}

  /// The value that begins at `at`; `quote` is what a number must be put between. Returns where it ends.
  std::size_t read(std::size_t at, std::string_view quote);

  /// Says that the key begins its line, so that a value of several words ends it.
  void take_whole_line() { whole_line_ = kind_ == ValueKind::words || kind_ == ValueKind::text; }

  /// Bytes looked at for brackets.
  [[nodiscard]] std::size_t work() const { return work_; }

 private:
  // The name in the object printed at `at`, if that is all it says: <Employee: Jane Doe>, <Client 4711: Jane Doe>.
  [[nodiscard]] std::optional<Span> name_of_object(std::size_t at) const;
  std::size_t find_close(std::size_t at);
  // The bracket of the object that is printed at `at` behind its type, if it has a name for its first part or no part
  // at all: Secret{value='…'}, main.Secret{Value:… Len:5}; else `at`.
  [[nodiscard]] std::size_t struct_bracket(std::size_t at) const;
  // Whether the bracket at `open`, maybe behind a blank, has a name and a sign for its first part.
  [[nodiscard]] bool has_named_parts(std::size_t open) const;
  // Whether a function is called at `at`: ANY('…'), upper(last_name), get_name(user). Names of people have both kinds
  // of letters.
  [[nodiscard]] bool is_call(std::size_t at) const;
  // (020) 7946 0958: a number, no tuple.
  [[nodiscard]] bool is_area_code(std::size_t at) const;
  // Of an object that was cut off, or planted, only the first part behind `at`.
  std::size_t read_first_part(std::size_t at, std::string_view quote);
  // Behind the replacements that follow each other from `at` on, or `at`.
  [[nodiscard]] std::size_t behind_replacements(std::size_t at) const;
  [[nodiscard]] bool is_opaque(std::size_t at) const { return behind_replacements(at) != at; }
  void add(Span span, std::string_view quote);
  // Whether the tuple at `at` says what is wrong, as Elixir does: {"has already been taken", [constraint: :unique]}.
  [[nodiscard]] bool is_tuple_of_complaint(std::size_t at) const;
  // A list, tuple or object, or a bare value that begins with a bracket.
  std::size_t read_brackets(std::size_t at, std::string_view quote);
  // Where the string ends, at `stop` at the latest, that the one at `at` lies within, as its backslashes say.
  std::size_t end_of_string_around(std::size_t at, std::size_t stop);
  // Whether the first key of the object behind `at` is an id: {"id": 7}, {id: 7}, {'id' => 7}.
  [[nodiscard]] bool begins_with_id(std::size_t at) const;
  // The end of the {{ name }} at `at`, or `at`.
  [[nodiscard]] std::size_t behind_template(std::size_t at) const;
  // The end of the words that the line ends with; where other pairs follow, the end of those in front of them.
  [[nodiscard]] std::size_t end_of_line(std::size_t at) const;
  // The end of the %(name)s at `at`, or `at`.
  [[nodiscard]] std::size_t behind_parameter(std::size_t at) const;
  // The end of a value in front of the mark that it ends with, if that was opened in front of it: ‹s3://b?secret=x›
  [[nodiscard]] std::size_t before_mark(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool starts_assignment(std::size_t at) const;
  [[nodiscard]] std::size_t secret_from(std::size_t at) const;
  std::size_t read_string(std::size_t at, std::string_view quote);
  std::size_t read_bare(std::size_t at, std::string_view quote);
  // datetime.date(1969, 5, 22) as one, Decimal('85000.00') by its string.
  void read_arguments(std::size_t begin, std::size_t end);
  // Whether `Name(name=` stands at `at`.
  [[nodiscard]] bool is_constructor(std::size_t at) const;
  [[nodiscard]] bool says_what_is_wrong(std::size_t at) const;
  // The strings and bare words in [at, end) that are no keys.
  void read_leaves(std::size_t at, std::size_t end, std::string_view quote, bool object, int depth);
  std::size_t read_leaf(std::size_t at, std::size_t end, std::string_view quote, bool object);
  // Whether the sign between a name and its value stands in front of `at`.
  [[nodiscard]] bool follows_name(std::size_t at) const;
  // Behind the `name=` of a part at `at` of an object, or `at`.
  [[nodiscard]] std::size_t behind_name(std::size_t at, std::size_t end) const;
  // Whether the leaf at `at` of an object is the value that the object's name announces: {"old": "Ann", "new": "Bea"}
  // of a name, which has parts with names of their own otherwise, and of a secret all but what only says something
  // about it: {"type": "IDENT", "line": 3}.
  [[nodiscard]] bool is_meant(std::size_t at) const;

  std::size_t work_ = 0;
  std::string_view text_;
  std::span<const Span> opaque_;
  ValueKind kind_;
  bool any_scheme_;
  bool in_csv_;
  bool whole_line_ = false;
  std::vector<KeyedValue>& values_;
};

}  // namespace piiscrub
