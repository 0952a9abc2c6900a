// The words and operators of SQL that mean something to SqlLexer and SqlReader.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/span.h"
#include "format/sql_lexer.h"

namespace piiscrub {

/// Which of the words stands at `word` in `text`, in upper or lower case; SqlWord::none for all others.
SqlWord find_sql_word(std::string_view text, Span word);

struct SqlOperator {
  SqlToken::Kind kind = SqlToken::Kind::stop;
  std::size_t size = 0;  ///< of its text; 0: there is none
};

/// The longest operator that `text`, which is not empty, starts with.
SqlOperator find_sql_operator(std::string_view text);

}  // namespace piiscrub
