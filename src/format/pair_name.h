// Pairs: values whose key only says that they are values, and whose name stands beside them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

/// Whether `key` is that of a value whose name stands beside it: value, ParameterValue, old and new in a log of
/// changes.
bool is_pair_value(std::string_view key);

/// The name that stands beside the value of `key`, whose separator is in front of `at`, in its object:
/// `{"name": "ssn", "value": …}`, `{"Value": …, "Key": "ssn"}`, in Python's repr and escaped too, or in its tag:
/// `<add key="ssn" value="…"/>`. Of a name that is a URI the last part, and of a path the last: {"loc": ["body",
/// "ssn"], "input": …}. Empty if there is none. Looks at a few hundred bytes, none of them in another line.
std::string_view pair_name(std::string_view text, Span key, std::size_t at);

/// A part of a form: Content-Disposition: form-data; name="ssn", its other headers and an empty line, which all stand
/// in one record, as what is printed of a request's body.
struct FormPart {
  std::string_view name;
  Span value;  ///< up to the end of its line
};
/// The one whose `name` is `key`, with the separator in front of `at`.
std::optional<FormPart> form_part(std::string_view text, Span key, std::size_t at);

/// Where the value begins in a line that holds nothing in front of it but `value:` and its indentation, whose name may
/// stand in the line in front: `- name: DB_PASSWORD⏎  value: …`, in JSON too; npos: it is no such line.
std::size_t value_in_line(std::string_view line);
/// The name that `line` gives to the value in the next one; empty: none.
std::string_view name_in_line(std::string_view line);

}  // namespace piiscrub
