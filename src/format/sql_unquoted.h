// Statements into which values were put without quotes, as Laravel does in the messages of its exceptions:
//
//   (Connection: pgsql, SQL: insert into "users" ("name", "note") values (Ann Example, likes tea, (cold)))
//   (SQL: update `users` set `phone` = 044 668 18 00 where `id` = 7)
//
// Names are in quotes, values are whatever stands up to the next name. Any bytes; linear in the text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "format/sql.h"

namespace piiscrub {

/// Whether the statement at `at` is one of these.
bool is_unquoted_statement(std::string_view text, std::size_t at);

/// Appends the values of the statement at `at`, with their columns, to `values`, and returns where it ends. Where
/// commas do not tell the values of a row apart, each has the stretch in which it must lie; they overlap then.
std::size_t read_unquoted_statement(std::string_view text, std::size_t at, std::vector<SqlValue>& values);

}  // namespace piiscrub
