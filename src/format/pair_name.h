// Pairs: values whose key only says that they are values, and whose name stands beside them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

/// Whether `key` is that of a value whose name stands beside it: value, ParameterValue, old and new in a log of
/// changes.
bool is_pair_value(std::string_view key);
/// Whether the value of `key` is such a name: key, field, column_name.
bool is_pair_name(std::string_view key);
/// Whether the value of `name`, for which is_pair_name() holds, may be the name of that of `key`: {"type": "email",
/// "content": …} is a message.
bool names_value(std::string_view name, std::string_view key);
/// Whether the name of a pair may stand beside the value of `key`, for which is_pair_value() holds. Anything may have a
/// number: its name is a type or kind in front of it.
bool may_be_named(std::string_view text, Span key);

/// Whether `key` is the name of an XML element, behind whose start tag `at` is, and whose text has another name:
/// `<property name="ssn">…`, `<member><name>ssn</name><value><string>…`. Not if it is one of HTML's that hold prose.
bool is_named_element(std::string_view text, Span key, std::size_t at);

/// Names that stand beside a value, the likeliest first.
class PairNames {
 public:
  void add(std::string_view name) {
    if (!name.empty() && count_ < names_.size()) names_[count_++] = name;
  }
  [[nodiscard]] std::span<const std::string_view> all() const { return std::span(names_).first(count_); }
  [[nodiscard]] bool full() const { return count_ == names_.size(); }

 private:
  std::array<std::string_view, 6> names_;
  std::size_t count_ = 0;
};

/// What may be the name of the value of `key`, whose separator is in front of `at`, in its object: `{"id": "f1",
/// "name": "ssn", "value": …}`, `{"Value": …, "Key": "ssn"}`, in Python's repr and escaped too, in its tag: `<add
/// key="ssn" value="…"/>`, or in an element that is_named_element(). Of a name that is a URI the last part, and of a
/// path the last:
/// {"loc": ["body", "ssn"], "input": …}. Looks at a few hundred bytes, none of them in another line.
PairNames pair_names(std::string_view text, Span key, std::size_t at);

/// What holds the pair of `key`, by its name: "patient": {"id": 7, "name": …}, Patient(name=…), <Patient name=…>; empty
/// if nothing near does that has a name. Looks at little more than a hundred bytes, all of them in front of the key and
/// in its line.
std::string_view holder_of(std::string_view text, Span key);

/// A part of a form: Content-Disposition: form-data; name="ssn", its other headers and an empty line, which all stand
/// in one record, as what is printed of a request's body.
struct FormPart {
  std::string_view name;
  Span value;  ///< up to the end of its line
};
/// The one whose `name` is `key`, with the separator in front of `at`.
std::optional<FormPart> form_part(std::string_view text, Span key, std::size_t at);

/// The name of the part of a form whose headers `line` begins, where they have lines of their own; empty: it begins
/// none, or that of a file.
std::string_view part_name_in_line(std::string_view line);

/// Where the value begins in a line that holds nothing in front of it but `value:` and its indentation, whose name may
/// stand in the line in front: `- name: DB_PASSWORD⏎  value: …`, in JSON too; npos: it is no such line.
std::size_t value_in_line(std::string_view line);
/// The name that `line` gives to the value in the next one; empty: none.
std::string_view name_in_line(std::string_view line);

}  // namespace piiscrub
