// Entries: which records go on with what the record in front of them says.
//
//   Traceback (most recent call last):          Error: duplicate key …            I261121 … ⋮ [n1] 790 |rest of a line
//     File "x.py", line 3, in pay               DETAIL:  Key (ssn)=(…)            java.io.IOException: …
//   ValueError: no such card                      └ 'value of a variable'            at a.b.C(C.java:1)
//
// A record is taken for such only where it shows that itself: nothing that stands in a record makes an ordinary one
// behind it a part of its entry. Any bytes; linear in the record.
#pragma once

#include <string_view>

namespace piiscrub {

/// Whether `record`, without its delimiter, begins with a blank and has something behind it.
bool is_indented(std::string_view record);

/// Whether `record` begins as the records of a log do: with an object, a priority, a time or the name of a level.
bool begins_entry(std::string_view record);

/// Whether `record`, without its delimiter, goes on with the entry of the record in front of it. `behind_indented`: the
/// last record that was not empty was indented, as the frames are that a traceback's last line stands behind.
bool continues_entry(std::string_view record, bool behind_indented);

}  // namespace piiscrub
