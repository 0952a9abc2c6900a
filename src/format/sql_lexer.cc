#include "format/sql_lexer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "base/ascii.h"
#include "format/sql_words.h"

namespace piiscrub {
namespace {

using Kind = SqlToken::Kind;

constexpr std::size_t kMaxNameBytes = 256;  // PostgreSQL cuts at 63
// How far the ends of comments and marks and of dollar quotes are looked for. A reader that stops may be started again
// right behind, where the next search runs over the same bytes.
constexpr std::size_t kMaxCommentBytes = 4096;
constexpr std::size_t kMaxMarkedBytes = 4096;
constexpr std::size_t kMaxDollarBytes = std::size_t{16} * 1024;
constexpr std::size_t kMaxTagBytes = 64;  // of a dollar quote or a named placeholder
constexpr std::string_view kPostcompile = "__[POSTCOMPILE_";

// Behind these a value stands, so that `?` is a placeholder and `[` no subscript.
bool is_operand(SqlWord word) {
  switch (word) {
    case SqlWord::none:
    case SqlWord::null:
    case SqlWord::true_:
    case SqlWord::false_:
    case SqlWord::default_:
    case SqlWord::end:
    case SqlWord::key:
    case SqlWord::row:
      return true;
    default:
      return false;
  }
}

// What operators consist of.
constexpr auto kOperatorBytes = [] {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view("!~*<>=-#:@&^|?+/%")) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}();

// Whether a mark, or a quote that is spelled as another character, can begin with `c`.
constexpr bool may_be_quote(char c) { return c == '\'' || c == '"' || c == '`' || c == '\\' || c == '&'; }

// PERF NOTE: what is walked over byte by byte is told by one look at a table.
template <typename Predicate>
constexpr std::array<bool, 256> bytes_that(Predicate predicate) {
  std::array<bool, 256> bytes{};
  for (unsigned byte = 0; byte < bytes.size(); ++byte) bytes[byte] = predicate(static_cast<char>(byte));
  return bytes;
}
constexpr auto kInWord = bytes_that([](char c) { return is_word(c) || c == '$'; });
constexpr auto kInQuoted = bytes_that([](char c) { return !may_be_quote(c) && c != '\n'; });
constexpr auto kInString = bytes_that([](char c) { return !may_be_quote(c); });
bool is(const std::array<bool, 256>& bytes, char c) { return bytes[static_cast<unsigned char>(c)]; }

bool is_space_escape(char c) { return c == 'n' || c == 't' || c == 'r'; }

}  // namespace

void SqlLexer::start(std::string_view text, std::size_t at, std::size_t unit) {
  const std::uint64_t steps = steps_;
  *this = SqlLexer();
  text_ = text;
  pos_ = std::min(at, text.size());
  steps_ = steps;
  frame_ = find_surrounding(text, pos_);
  unit_ = unit > 0 ? unit : frame_.unit;
}

void SqlLexer::resume(std::string_view text) {
  text_ = text;
  pos_ = 0;
  ahead_ = cut_ ? Ahead::rest_of_literal : Ahead::any;
  searched_from_ = 1;
  searched_to_ = 0;
}

// The first closing mark at or a little behind `from`, or npos. What was searched is not searched again.
std::size_t SqlLexer::find_closer(std::size_t from) {
  const std::size_t limit = std::min(text_.size(), from + kMaxMarkedBytes);
  std::size_t i = from;
  if (searched_from_ <= from && from <= searched_to_) {
    if (closer_ != std::string_view::npos) return closer_ < limit ? closer_ : std::string_view::npos;
    i = searched_to_;
  }
  const std::size_t begin = i;
  while (i < limit && !(may_be_mark(text_[i]) && mark_end_at(text_, i) > 0))
    i += std::max<std::size_t>(backslashes_at(text_, i), 1);
  steps_ += i - begin;
  closer_ = i < limit ? i : std::string_view::npos;
  searched_from_ = from;
  searched_to_ = i;
  return closer_;
}

SqlToken SqlLexer::take(Kind kind, std::size_t length) {
  SqlToken token;
  token.kind = kind;
  token.whole = token.value = {pos_, pos_ + length};
  pos_ += length;
  return token;
}

SqlToken SqlLexer::placeholder(std::size_t length) {
  SqlToken token = take(Kind::literal, length);
  token.literal = SqlLiteral::placeholder;
  return token;
}

// Skips white space, written out or escaped, and comments. False at a comment that does not end soon.
bool SqlLexer::skip_space() {
  while (pos_ < text_.size()) {
    const char c = text_[pos_];
    if (is_space(c)) {
      ++pos_;
    } else if (c == '\\') {
      const std::size_t run = backslashes_at(text_, pos_);
      if (!is_space_escape(at(pos_ + run)) || (run & (run - 1)) != 0) return true;
      if (unit_ == 0) unit_ = 2 * run;
      pos_ += run + 1;
    } else if (c == '#' && (starts(pos_, "#012") || starts(pos_, "#011"))) {  // rsyslog's spelling
      pos_ += 4;
    } else if (c == '-' && at(pos_ + 1) == '-') {
      const std::size_t limit = pos_ + kMaxCommentBytes;
      while (pos_ < text_.size() && text_[pos_] != '\n') {
        if (pos_ == limit) return false;
        if (text_[pos_] == '\\' && at(pos_ + 1) == 'n') break;
        if (text_[pos_] == frame_.mark && frame_.ends_at(text_, pos_, 0)) return true;
        ++pos_;
      }
    } else if (c == '/' && at(pos_ + 1) == '*') {
      const std::string_view comment = text_.substr(pos_, kMaxCommentBytes);
      const std::size_t end = comment.find("*/", 2);
      if (end == std::string_view::npos) {
        if (comment.size() == kMaxCommentBytes) return false;
        pos_ = text_.size();
        return true;
      }
      pos_ += end + 2;
    } else {
      return true;
    }
  }
  return true;
}

SqlToken SqlLexer::next() {
  const std::size_t from = pos_;
  SqlToken token;
  // PERF NOTE: one byte to read for each token, and not two.
  if (const Ahead ahead = ahead_; ahead == Ahead::rest_of_literal) {
    token.kind = Kind::literal;
    token.literal = literal_kind_;
    read_string(0, literal_quote_, literal_kind_, token);
    token.whole.begin = 0;
  } else if (ahead == Ahead::maybe_closed && (at(pos_) == '\'' || at(pos_) == '"')) {
    token = take(Kind::stop, 0);  // closes what the statement stands in: executing 'SELECT … = ?' with …
  } else {
    token = skip_space() ? lex() : take(Kind::stop, 0);
  }
  steps_ += pos_ - from + 1;
  const bool is_placeholder = token.kind == Kind::literal && token.literal == SqlLiteral::placeholder;
  ahead_ = is_placeholder ? Ahead::maybe_closed : Ahead::any;
  operand_ = token.kind == Kind::literal || token.kind == Kind::quoted || token.kind == Kind::close ||
             token.kind == Kind::close_bracket || (token.kind == Kind::word && is_operand(token.word));
  return token;
}

SqlToken SqlLexer::lex() {
  if (pos_ >= text_.size()) return take(Kind::end, 0);
  const char c = text_[pos_];
  if (const std::size_t mark = may_be_mark(c) ? mark_begin_at(text_, pos_) : 0; mark > 0) return lex_marked(mark);
  if (is_digit(c) || (c == '.' && is_digit(at(pos_ + 1)) && !operand_)) return lex_number();
  if ((c == '-' || c == '+') && !operand_ && (is_digit(at(pos_ + 1)) || at(pos_ + 1) == '.')) return lex_number();
  if (is_alpha(c) || c == '_' || (is_high(c) && mark_end_at(text_, pos_) == 0)) return lex_word();
  switch (c) {
    case '(':
      return take(Kind::open, 1);
    case ')':
      return take(Kind::close, 1);
    case ']':
      return take(Kind::close_bracket, 1);
    case ',':
      return take(Kind::comma, 1);
    case ';':
      return take(Kind::semicolon, 1);
    case '.':
      if (starts(pos_, "...")) return take(Kind::stop, 0);
      return take(Kind::dot, 1);
    case '[':
      return lex_brackets();
    case '$':
      return lex_dollar();
    default:
      break;
  }
  Quote quote;
  if (quote_at(text_, pos_, quote)) {
    if (!quote.coded && frame_.ends_at(text_, pos_ + quote.run, quote.run)) return take(Kind::stop, 0);
    if (quote.mark == '\'') return lex_string(pos_, quote, SqlLiteral::string);
    return lex_quoted(quote);
  }
  return lex_operator();
}

// CockroachDB marks literals (‹'alice'›), names (‹t›.‹c›) or, in old versions, any text.
SqlToken SqlLexer::lex_marked(std::size_t mark_length) {
  const std::size_t begin = pos_;
  const std::size_t inner = pos_ + mark_length;
  const std::size_t closer = find_closer(inner);
  if (closer == std::string_view::npos) {  // cut, or long: what follows is read as if there were no mark
    pos_ = inner;
    if (!skip_space() || mark_begin_at(text_, pos_) > 0) return take(Kind::stop, 0);
    SqlToken token = lex();
    if (token.kind == Kind::literal && !token.unclosed) pos_ += mark_end_at(text_, pos_);
    return token;
  }
  // A dollar quote is left to the marks: looking for ends of ever other tags would not be linear.
  if (at(inner) != '$' || is_digit(at(inner + 1))) {
    pos_ = inner;
    const bool nested = mark_begin_at(text_, inner) > 0 || inner == closer;
    SqlToken token;
    if (!nested) token = lex();
    const bool whole_value = token.kind == Kind::literal || token.kind == Kind::word || token.kind == Kind::quoted;
    if (whole_value && token.unclosed) {
      token.whole.begin = begin;
      return token;
    }
    if (const std::size_t length = mark_end_at(text_, pos_); whole_value && length > 0) {
      pos_ += length;
      token.whole = {begin, pos_};
      token.marked = true;
      return token;
    }
  }
  SqlToken token;
  token.kind = Kind::literal;
  token.literal = SqlLiteral::marker;
  token.marked = true;
  token.value = {inner, closer};
  pos_ = closer + mark_end_at(text_, closer);
  token.whole = {begin, pos_};
  cut_ = false;
  return token;
}

// Whether a quote with more backslashes in front of it than its opener ends the literal. `after` is behind the quote,
// `extra` the backslashes too many.
bool SqlLexer::closes(std::size_t after, std::size_t extra, const Quote& quote, SqlLiteral kind) const {
  const std::size_t unit = quote.run > 0 ? quote.run + 1 : unit_;
  const std::size_t written = unit == 0 ? extra : extra / unit;
  const bool odd = written % 2 == 1;
  if (kind == SqlLiteral::escape_string && (unit > 0 || odd)) return !odd;
  if (!odd && (unit > 0 || written % 4 == 0)) return true;
  // A backslash escapes in MySQL and in reprs and does not in standard SQL. What follows decides.
  return goes_on_behind_literal(text_, after);
}

// Whether a quote that would end the literal is an apostrophe which nobody doubled: WHERE name = 'O'Brien'. `after` is
// behind it. No literal ends between two letters, unless a word of SQL follows, and the one that ends it cannot be far.
bool SqlLexer::is_apostrophe(std::size_t after, const Quote& quote) {
  constexpr std::size_t kMaxRest = 64;
  const std::size_t before = after - quote.length;
  const auto in_name = [](char c) { return is_alpha(c) || is_high(c); };
  if (!in_name(at(after))) return false;
  guessed_ = true;
  if (before == 0 || !in_name(text_[before - 1])) return false;
  std::size_t word_end = after;
  while (word_end < text_.size() && is_word(text_[word_end])) ++word_end;
  if (find_sql_word(text_, {after, word_end}) != SqlWord::none) return false;
  const std::string_view rest = text_.substr(after, kMaxRest);
  const std::size_t end = rest.find(quote.mark);
  if (end == std::string_view::npos || rest.substr(0, end).find_first_of("\"\\(=,") < end - quote.run) return false;
  return goes_on_behind_literal(text_, after + end + 1);
}

SqlToken SqlLexer::lex_string(std::size_t begin, const Quote& quote, SqlLiteral kind) {
  SqlToken token;
  token.kind = Kind::literal;
  token.literal = kind;
  read_string(pos_ + quote.length, quote, kind, token);
  token.whole.begin = begin;
  // '‹alice›': the marks are no part of the value.
  const std::string_view content = token.value.of(text_);
  if (content.starts_with(kMarkBegin) && content.ends_with(kMarkEnd) &&
      content.size() >= kMarkBegin.size() + kMarkEnd.size()) {
    token.value = {token.value.begin + kMarkBegin.size(), token.value.end - kMarkEnd.size()};
    token.marked = true;
    if (token.value.of(text_) == "\xc3\x97") token.literal = SqlLiteral::marker;
  }
  return token;
}

// Reads to the end of a literal whose content begins at `from`.
void SqlLexer::read_string(std::size_t from, const Quote& quote, SqlLiteral kind, SqlToken& token) {
  std::size_t i = from;
  token.unclosed = true;
  while (i < text_.size()) {
    const char c = text_[i];
    if (is(kInString, c)) {
      ++i;
      continue;
    }
    const std::size_t run = c == '\\' ? backslashes_at(text_, i) : 0;
    const std::size_t mark = i + run;
    if (quote.coded) {
      Quote here;
      if ((c == '\\' || c == '&') && quote_at(text_, i, here) && here == quote) {
        Quote again;
        if (quote_at(text_, i + here.length, again) && again == quote) {
          i += here.length + again.length;
          continue;
        }
        token.unclosed = false;
        break;
      }
    } else if (at(mark) == quote.mark) {
      if (run < quote.run) break;  // the quote around the statement
      if (run == quote.run) {
        const std::size_t after = mark + 1;
        if (backslashes_at(text_, after) == quote.run && at(after + quote.run) == quote.mark) {
          i = after + quote.run + 1;
          continue;
        }
        if (is_apostrophe(after, quote)) {
          i = after;
          continue;
        }
        token.unclosed = false;
        break;
      }
      if (closes(mark + 1, run - quote.run, quote, kind)) {
        i = mark - quote.run;
        token.unclosed = false;
        break;
      }
      i = mark + 1;
      continue;
    }
    if (at(mark) == '"' && frame_.mark == '"') {
      if (frame_.ends_at(text_, mark, run)) break;
      const bool csv = frame_.unit == 0 && unit_ <= 1;  // there \"" is one quote, in JSON the end of the string
      i = mark + (at(mark + 1) == '"' && (csv || run == 0) ? 2 : 1);
      continue;
    }
    i += std::max<std::size_t>(run, 1);
  }
  i = std::min(i, text_.size());
  token.value = {from, i};
  pos_ = token.unclosed ? i : i + quote.length;
  cut_ = token.unclosed && i == text_.size();
  if (cut_) {
    literal_quote_ = quote;
    literal_kind_ = kind;
    while (token.value.size() > 0 && (text_[token.value.end - 1] == '\n' || text_[token.value.end - 1] == '\r'))
      --token.value.end;
  }
  token.whole = {from, pos_};
}

SqlToken SqlLexer::lex_quoted(const Quote& quote) {
  const std::size_t begin = pos_;
  std::size_t length = quote.length;
  std::size_t from = pos_ + length;
  const bool plain = quote.mark == '"' && quote.run == 0 && !quote.coded;
  if (plain && at(from) == '"') {
    if (!csv_ && (is_word(at(from + 1)) || is_high(at(from + 1)))) {
      csv_ = true;
      unit_ = 1;
    }
    if (csv_) {
      length = 2;
      ++from;
    }
  } else if (plain && csv_) {
    return take(Kind::stop, 0);
  }
  std::size_t i = from;
  while (true) {
    if (i >= text_.size() || i - from > kMaxNameBytes || text_[i] == '\n') return take(Kind::stop, 0);
    if (is(kInQuoted, text_[i])) {
      ++i;
      continue;
    }
    Quote here;
    if (quote_at(text_, i, here)) {
      if (here.mark == quote.mark && here.coded == quote.coded && here.run == quote.run &&
          (length == quote.length || at(i + 1) == '"'))
        break;
      if (here.mark == quote.mark && here.run < quote.run) return take(Kind::stop, 0);
      i += here.length;
    } else {
      i += text_[i] == '\\' ? backslashes_at(text_, i) : 1;
    }
  }
  const std::string_view name = text_.substr(from, i - from);
  // What looks like a name is what stands between two strings: "SELECT 1","Tag"
  if (plain && length == 1 && (name.empty() ? at(i + 1) != '.' : std::strchr(",:;}]) =", name.front()) != nullptr))
    return take(Kind::stop, 0);
  if (unit_ == 0 && quote.mark == '"' && !quote.coded) unit_ = quote.run + 1;
  SqlToken token = take(Kind::quoted, i + length - begin);
  token.value = {from, i};
  return token;
}

// [name] of T-SQL, or the bracket of an array or subscript.
SqlToken SqlLexer::lex_brackets() {
  if (!operand_) {
    std::size_t i = pos_ + 1;
    while (i - pos_ < kMaxTagBytes && (is_word(at(i)) || at(i) == ' ')) ++i;
    if (at(i) == ']' && i > pos_ + 1 && !is_digit(at(pos_ + 1))) {
      SqlToken token = take(Kind::quoted, i + 1 - pos_);
      token.value = {token.whole.begin + 1, i};
      return token;
    }
  }
  return take(Kind::open_bracket, 1);
}

SqlToken SqlLexer::lex_number() {
  std::size_t i = pos_;
  if (text_[i] == '-' || text_[i] == '+') ++i;
  if (at(i) == '0' && (at(i + 1) == 'x' || at(i + 1) == 'X')) {
    i += 2;
    while (is_hex(at(i))) ++i;
  } else {
    while (is_digit(at(i)) || at(i) == '_') ++i;
    if (at(i) == '.' && is_digit(at(i + 1))) {
      ++i;
      while (is_digit(at(i))) ++i;
    } else if (at(i) == '.' && !starts(i, "..")) {
      ++i;
    }
    if ((at(i) == 'e' || at(i) == 'E') &&
        (is_digit(at(i + 1)) || ((at(i + 1) == '-' || at(i + 1) == '+') && is_digit(at(i + 2))))) {
      i += 2;
      while (is_digit(at(i))) ++i;
    }
  }
  i = std::max(i, pos_ + 1);
  SqlToken token = take(Kind::literal, i - pos_);
  token.literal = SqlLiteral::number;
  return token;
}

SqlToken SqlLexer::lex_word() {
  const std::size_t begin = pos_;
  const char c = to_lower(text_[pos_]);
  Quote quote;
  // e'…', b'…', x'…', n'…', u'…' and u&'…'
  if (c == 'e' || c == 'b' || c == 'x' || c == 'n' || c == 'u') {
    const std::size_t prefix = c == 'u' && at(pos_ + 1) == '&' ? 2 : 1;
    if (may_be_quote(at(pos_ + prefix)) && quote_at(text_, pos_ + prefix, quote) && quote.mark == '\'' &&
        !frame_.ends_at(text_, pos_ + prefix + quote.run, quote.run)) {
      pos_ += prefix;
      const SqlLiteral kind = c == 'e'               ? SqlLiteral::escape_string
                              : c == 'b' || c == 'x' ? SqlLiteral::bytes
                                                     : SqlLiteral::string;
      return lex_string(begin, quote, kind);
    }
  }
  if (c == '_' && starts(pos_, kPostcompile)) {
    std::size_t i = pos_ + kPostcompile.size();
    while (is_word(at(i)) && i - pos_ < kMaxTagBytes * 2) ++i;
    if (at(i) == ']') {
      SqlToken token = placeholder(i + 1 - pos_);
      token.value = {begin + kPostcompile.size(), i};
      return token;
    }
  }
  std::size_t i = pos_;
  while (i < text_.size()) {
    if (!is(kInWord, text_[i]) &&
        (!is_high(text_[i]) || starts(i, kMarkBegin) || starts(i, kMarkEnd) || starts(i, "\xe2\x80\xa6")))
      break;
    ++i;
  }
  if (i == pos_) return take(Kind::stop, 0);
  SqlToken token = take(Kind::word, i - pos_);
  token.word = find_sql_word(text_, token.whole);
  return token;
}

// $1, or $tag$ … $tag$
SqlToken SqlLexer::lex_dollar() {
  std::size_t i = pos_ + 1;
  if (is_digit(at(i))) {
    while (is_digit(at(i))) ++i;
    return placeholder(i - pos_);
  }
  while ((is_word(at(i)) || is_high(at(i))) && i - pos_ < kMaxTagBytes) ++i;
  if (at(i) != '$') return take(Kind::stop, 0);
  const std::string_view tag = text_.substr(pos_, i + 1 - pos_);
  const std::size_t from = pos_ + tag.size();
  const std::size_t found = text_.substr(0, std::min(text_.size(), from + kMaxDollarBytes)).find(tag, from);
  if (found == std::string_view::npos && text_.size() > from + kMaxDollarBytes) return take(Kind::stop, 0);
  SqlToken token;
  token.kind = Kind::literal;
  token.literal = SqlLiteral::dollar;
  token.unclosed = found == std::string_view::npos;
  token.value = {from, token.unclosed ? text_.size() : found};
  token.whole = {pos_, token.unclosed ? text_.size() : found + tag.size()};
  pos_ = token.whole.end;
  return token;
}

SqlToken SqlLexer::lex_operator() {
  const char c = text_[pos_];
  // Placeholders that begin like operators.
  const char d = at(pos_ + 1);
  if (c == '%' && (d == 's' || d == 'b' || d == 't' || d == 'd') && !is_word(at(pos_ + 2))) return placeholder(2);
  if (c == '%' && d == '(') {
    std::size_t i = pos_ + 2;
    while (at(i) != ')' && (is_word(at(i)) || at(i) == ' ' || at(i) == '-') && i - pos_ < kMaxTagBytes * 2) ++i;
    if (at(i) == ')' && is_alpha(at(i + 1))) {
      SqlToken token = placeholder(i + 2 - pos_);
      token.value = {token.whole.begin + 2, i};
      return token;
    }
  }
  if (c == '?' && !operand_) {
    std::size_t i = pos_ + 1;
    while (is_digit(at(i))) ++i;
    return placeholder(i - pos_);
  }
  if ((c == ':' || c == '@') && is_word(d)) {
    if (operand_) return c == ':' ? take(Kind::stop, 0) : take(Kind::op, 1);
    std::size_t i = pos_ + 1;
    while (is_word(at(i)) && i - pos_ < kMaxTagBytes * 2) ++i;
    SqlToken token = placeholder(i - pos_);
    ++token.value.begin;
    return token;
  }
  // Up to four operator characters, each of which may be coded.
  struct Coded {
    std::string_view text;
    char c;
  };
  static constexpr auto kCoded = std::to_array<Coded>(
      {{"u003c", '<'}, {"u003C", '<'}, {"u003e", '>'}, {"u003E", '>'}, {"u003d", '='}, {"u003D", '='}, {"u0026", '&'}});
  static constexpr auto kHtml = std::to_array<Coded>({{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}});
  char chars[4];
  std::size_t ends[4];
  std::size_t count = 0;
  std::size_t i = pos_;
  while (count < 4 && i < text_.size()) {
    char e = text_[i];
    std::size_t length = 1;
    if (e == '\\') {
      const std::size_t run = backslashes_at(text_, i);
      const auto* row =
          std::find_if(kCoded.begin(), kCoded.end(), [&](const Coded& coded) { return starts(i + run, coded.text); });
      if (row == kCoded.end()) break;
      e = row->c;
      length = run + row->text.size();
    } else if (e == '&') {
      const auto* row =
          std::find_if(kHtml.begin(), kHtml.end(), [&](const Coded& coded) { return starts(i, coded.text); });
      if (row != kHtml.end()) {
        e = row->c;
        length = row->text.size();
      }
    }
    if (!kOperatorBytes[static_cast<unsigned char>(e)]) break;
    i += length;
    chars[count] = e;
    ends[count] = i;
    ++count;
  }
  if (count == 0) return take(Kind::stop, 0);
  const std::string_view seen(chars, count);
  if (const SqlOperator found = find_sql_operator(seen); found.size > 0)
    return take(found.kind, ends[found.size - 1] - pos_);
  return take(Kind::stop, 0);
}

}  // namespace piiscrub
