// SqlLexer: the tokens of SQL as it stands in a log, which is often inside a JSON string, a CSV field or a Python repr.
//
// Takes PostgreSQL, CockroachDB, MySQL, SQLite and T-SQL spelling. A quote may be written ' or " or `, with any number
// of backslashes in front of it, as \u0027 or as &#39;; it ends at the same spelling. How deep the text is escaped is
// learnt from the quote that the statement stands in and from the first quoted identifier or escaped line feed.
//
// Any bytes; every step goes forward, so the whole is linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/span.h"
#include "format/quote.h"

namespace piiscrub {

enum class SqlLiteral : std::uint8_t {
  string,         ///< 'x', N'x'
  escape_string,  ///< e'x'
  dollar,         ///< $$x$$, $tag$x$tag$
  bytes,          ///< b'x', x'x'
  number,         ///< -1.5e3, with its sign
  boolean,        ///< TRUE, FALSE
  null,           ///< NULL
  placeholder,    ///< $1, %s, ?, %(name)s, :name, @name
  marker,  ///< ‹alice›, ‹×›, '‹×›': what stands between CockroachDB's marks, unless it is one of the above
  other,
};

/// The words that mean something to the reader. All others are names.
enum class SqlWord : std::uint8_t {
  none,
  all,
  and_,
  any,
  array,
  as,
  asc,
  between,
  by,
  call,
  case_,
  collate,
  copy,
  cross,
  default_,
  delete_,
  desc,
  distinct,
  do_,
  else_,
  end,
  escape,
  except,
  execute,
  exists,
  false_,
  fetch,
  for_,
  from,
  full,
  glob,
  group,
  having,
  ilike,
  in,
  inner,
  insert,
  intersect,
  interval,
  into,
  is,
  join,
  key,
  lateral,
  left,
  like,
  limit,
  merge,
  natural,
  not_,
  null,
  offset,
  on,
  or_,
  order,
  outer,
  regexp,
  replace,
  returning,
  right,
  rlike,
  row,
  select,
  set,
  similar,
  some,
  then,
  to,
  true_,
  union_,
  update,
  upsert,
  using_,
  values,
  when,
  where,
  with,
};

struct SqlToken {
  enum class Kind : std::uint8_t {
    end,            ///< of the text
    stop,           ///< here it ceases to look like SQL
    word,           ///< unquoted; `word` says which
    quoted,         ///< "name", `name`, [name]
    literal,        ///< `literal` says which; words are tokens of kind word
    comparison,     ///< =, <>, ~*, @>, =>, …
    arrow,          ///< ->, ->>, #>, #>>
    op,             ///< any other operator
    open,           ///< (
    close,          ///< )
    open_bracket,   ///< [
    close_bracket,  ///< ]
    comma,
    semicolon,
    dot,
    cast,  ///< :: and :::
  };

  Kind kind = Kind::end;
  SqlLiteral literal = SqlLiteral::other;
  SqlWord word = SqlWord::none;
  bool marked = false;    ///< stands between ‹ and ›
  bool unclosed = false;  ///< a literal that the end of the text cuts
  Span whole;             ///< with quotes and marks
  Span value;             ///< without
};

class SqlLexer {
 public:
  /// Starts at `at` in `text`, which must stay alive. Looks back a little to learn what quotes the statement stands in.
  /// `unit`, if not 0, is the number of bytes that a backslash of the statement is written with: 2 in a JSON string.
  void start(std::string_view text, std::size_t at, std::size_t unit = 0);
  /// Goes on in another `text`, which is the next line of the same statement. If the last line was cut inside a
  /// literal, the first token is the rest of it.
  void resume(std::string_view text);

  SqlToken next();

  [[nodiscard]] std::string_view text() const { return text_; }
  /// Bytes looked at, for tests of linear time.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// Whether it depends on the contents of literals, or on what stands further behind, where one of them ends.
  [[nodiscard]] bool guessed() const { return guessed_; }

 private:
  // What may come next.
  enum class Ahead : std::uint8_t {
    any,
    rest_of_literal,  // with which the last text ended
    maybe_closed,     // behind a placeholder, by what the statement stands in
  };

  bool skip_space();
  SqlToken lex();
  SqlToken lex_marked(std::size_t mark_length);
  SqlToken lex_string(std::size_t begin, const Quote& quote, SqlLiteral kind);
  void read_string(std::size_t from, const Quote& quote, SqlLiteral kind, SqlToken& token);
  SqlToken lex_quoted(const Quote& quote);
  SqlToken lex_brackets();
  SqlToken lex_number();
  SqlToken lex_word();
  SqlToken lex_dollar();
  SqlToken lex_operator();
  SqlToken take(SqlToken::Kind kind, std::size_t length);
  SqlToken placeholder(std::size_t length);

  bool is_apostrophe(std::size_t after, const Quote& quote);
  [[nodiscard]] bool closes(std::size_t after, std::size_t extra, const Quote& quote, SqlLiteral kind) const;
  std::size_t find_closer(std::size_t from);
  [[nodiscard]] char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  [[nodiscard]] bool starts(std::size_t i, std::string_view with) const {
    return i <= text_.size() && text_.substr(i).starts_with(with);
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::uint64_t steps_ = 0;
  // The first › in [searched_from_, searched_to_], or npos.
  std::size_t closer_ = 0;
  std::size_t searched_from_ = 1;
  std::size_t searched_to_ = 0;
  std::size_t unit_ = 0;  // bytes that a backslash of the statement is written with; 0: not known
  Surrounding frame_;     // the quote that the statement stands in
  bool csv_ = false;      // quotes are doubled
  bool operand_ = false;  // the last token was an operand: ? is an operator, [ a subscript
  bool guessed_ = false;  // a letter stands behind what may be an apostrophe
  bool cut_ = false;      // the text ends inside a literal,
  Quote literal_quote_;   // which began with this quote
  SqlLiteral literal_kind_ = SqlLiteral::string;
  Ahead ahead_ = Ahead::any;
};

}  // namespace piiscrub
