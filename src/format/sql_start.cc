// Where statements start.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "base/word_starts.h"
#include "format/sql.h"
#include "format/sql_lexer.h"

namespace piiscrub {
namespace {

using Kind = SqlToken::Kind;

// What a start is judged by. Bounds the work per keyword.
constexpr std::size_t kWindowBytes = 256;

class Probe {
 public:
  Probe(std::string_view text, std::size_t at) : text_(text.substr(at, kWindowBytes)) {
    lexer_.start(text_, 0);
    token_ = lexer_.next();
  }

  [[nodiscard]] bool is(Kind kind) const { return token_.kind == kind; }
  [[nodiscard]] bool is(SqlWord word) const { return token_.kind == Kind::word && token_.word == word; }
  [[nodiscard]] bool is(std::string_view lower) const {
    const std::string_view word = text();
    return token_.kind == Kind::word && word.size() == lower.size() &&
           std::equal(word.begin(), word.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
  }
  template <typename What, typename... More>
  requires(sizeof...(More) > 0) [[nodiscard]] bool is(What what, More... more) const { return is(what) || is(more...); }
  bool take() {
    token_ = lexer_.next();
    return true;
  }
  template <typename... What>
  bool takes(What... what) {
    return is(what...) && take();
  }
  // A name with its qualifiers.
  bool takes_name() {
    if (is(Kind::quoted)) {
      take();
    } else if (is(Kind::word) && !is_article()) {
      take();
    } else {
      return false;
    }
    while (takes(Kind::dot)) {
      if (!is(Kind::word, Kind::quoted)) return true;
      take();
    }
    return true;
  }
  // The text ends, or only what this looks at.
  [[nodiscard]] bool at_end() const { return is(Kind::end); }
  [[nodiscard]] const SqlToken& token() const { return token_; }
  [[nodiscard]] bool is_article() const {
    static constexpr auto kArticles = std::to_array<std::string_view>(
        {"the", "an", "your", "this", "that", "these", "those", "our", "my", "its", "any", "each"});
    return token_.kind == Kind::word &&
           std::any_of(kArticles.begin(), kArticles.end(), [&](std::string_view article) { return is(article); });
  }
  [[nodiscard]] std::string_view text() const { return token_.value.of(text_); }

 private:
  std::string_view text_;
  SqlLexer lexer_;
  SqlToken token_;
};

bool goes_on_as_select(Probe& p) {
  if (p.takes(SqlWord::distinct, SqlWord::all)) return true;
  if (p.is(Kind::literal, Kind::quoted, Kind::open)) return true;
  if (p.is(SqlWord::case_, SqlWord::null, SqlWord::true_, SqlWord::false_)) return true;
  if (p.is(SqlWord::exists, SqlWord::not_, SqlWord::array, SqlWord::interval)) return true;
  if (p.is(Kind::op)) return p.text() == "*";
  if (p.takes("top")) return p.is(Kind::literal, Kind::open);
  if (!p.is(Kind::word) || p.is_article()) return false;
  const bool marked = p.token().marked;
  p.take();
  if (p.takes(Kind::dot)) return p.is(Kind::word, Kind::quoted, Kind::op);
  if (p.takes(SqlWord::from)) return !p.is_article();
  return marked || p.is(Kind::open, Kind::comma, Kind::op, Kind::cast) || p.is(Kind::arrow, SqlWord::as, SqlWord::into);
}

// INSERT t (a, b) VALUES, as MySQL and SQL Server allow it: only with all of the list, since INSERT is a word, too.
bool goes_on_without_into(Probe& p) {
  if (!p.takes_name() || !p.takes(Kind::open)) return false;
  bool name_is_next = true;
  for (; !p.at_end() && !p.is(Kind::close); name_is_next = !name_is_next) {
    if (!(name_is_next ? p.takes_name() : p.takes(Kind::comma))) return false;
  }
  if (p.at_end()) return true;
  p.take();
  return p.at_end() || p.is(SqlWord::values, SqlWord::select, SqlWord::with) || p.is("value", "output");
}

bool goes_on_as_insert(Probe& p) {
  p.takes("ignore", "overwrite");
  if (!p.is(SqlWord::into)) return goes_on_without_into(p);
  p.take();
  if (!p.takes_name()) return false;
  if (p.takes(SqlWord::as)) p.take();
  return p.at_end() || p.is(Kind::open, SqlWord::values, SqlWord::select, SqlWord::default_) ||
         p.is(SqlWord::with, SqlWord::set) || p.is("overriding");
}

bool goes_on_as_update(Probe& p) {
  p.takes("only");
  if (!p.takes_name()) return false;
  p.takes(SqlWord::as);
  if (!p.is(SqlWord::set) && !p.takes_name()) return false;
  if (!p.takes(SqlWord::set)) return false;
  if (p.at_end() || p.is(Kind::open)) return true;
  return p.takes_name() && (p.at_end() || p.is(Kind::comparison, Kind::open_bracket));
}

bool goes_on_as_delete(Probe& p) {
  if (!p.takes(SqlWord::from)) return false;
  p.takes("only");
  if (!p.takes_name()) return false;
  p.takes(SqlWord::as);
  if (p.is(Kind::word) && p.token().word == SqlWord::none) p.take();
  return p.at_end() || p.is(SqlWord::where, SqlWord::using_, SqlWord::returning, Kind::semicolon) ||
         p.is(SqlWord::limit, SqlWord::order, Kind::stop);
}

bool goes_on_as_with(Probe& p) {
  p.takes("recursive");
  if (!p.takes_name()) return false;
  if (p.takes(Kind::open)) {
    while (p.is(Kind::word, Kind::quoted, Kind::comma)) p.take();
    if (!p.takes(Kind::close)) return p.at_end();
  }
  if (!p.takes(SqlWord::as)) return false;
  p.takes(SqlWord::not_);
  p.takes("materialized");
  return p.is(Kind::open);
}

bool goes_on_as_copy(Probe& p) {
  if (p.takes(Kind::open)) return p.is(SqlWord::select, SqlWord::with, SqlWord::values);
  if (!p.takes_name()) return false;
  if (p.is(Kind::open)) return true;
  if (!p.takes(SqlWord::from, SqlWord::to)) return false;
  return p.is(Kind::literal) || p.is("stdin", "stdout", "program");
}

// CREATE and ALTER, of what can hold a secret or name columns.
bool goes_on_as_ddl(Probe& p) {
  if (p.takes(SqlWord::or_)) p.takes(SqlWord::replace);
  p.takes("temporary", "temp", "unlogged", "materialized");
  if (p.takes("user", "role", "login", "group")) {
    if (p.takes("if")) return p.is(SqlWord::not_, SqlWord::exists);
    if (p.takes("mapping")) return p.is(SqlWord::for_);
    if (!p.takes(Kind::literal) && !p.takes_name()) return false;
    if (p.takes(Kind::op)) p.take();  // 'user'@'host'
    return p.is(SqlWord::with, SqlWord::set, Kind::semicolon) || p.is("password", "encrypted", "identified", "valid") ||
           p.is("login", "nologin", "superuser", "createdb") || p.is("createrole", "inherit", "noinherit", "rename");
  }
  if (p.takes("server", "subscription", "foreign")) return p.is(Kind::word, Kind::quoted);
  if (p.takes("table", "view", "database", "system")) {
    if (p.takes("if")) return p.is(SqlWord::not_, SqlWord::exists);
    if (p.is(SqlWord::set)) return true;
    return p.takes_name() && (p.is(Kind::open, SqlWord::as, SqlWord::set) || p.is("add", "alter", "drop", "rename"));
  }
  return false;
}

bool goes_on_as_set(Probe& p) {
  p.takes("session", "local", "global");
  if (p.takes("cluster") && !p.takes("setting")) return false;
  if (p.takes("role", "authorization")) return p.is(Kind::literal);
  if (p.takes("time")) return p.is("zone");
  const bool password = p.is("password");
  if (!p.takes_name()) return false;
  if (password && p.is(SqlWord::for_)) return true;
  if (!p.takes(Kind::comparison, SqlWord::to)) return false;
  return p.is(Kind::literal) && p.token().literal != SqlLiteral::number;
}

bool goes_on_as_call(Probe& p) {
  if (!p.takes_name() || !p.takes(Kind::open)) return false;
  if (p.is(Kind::literal, SqlWord::null, SqlWord::array)) return true;
  return p.takes_name() && p.is(Kind::comparison, Kind::open);
}

bool goes_on_as_prepare(Probe& p) {
  if (!p.takes_name()) return false;
  if (p.takes(Kind::open)) {
    while (p.is(Kind::word, Kind::comma)) p.take();
    if (!p.takes(Kind::close)) return p.at_end();
  }
  return p.is(SqlWord::as) || p.is(SqlWord::from);
}

bool goes_on_as_merge(Probe& p) {
  if (!p.takes(SqlWord::into) || !p.takes_name()) return false;
  p.takes(SqlWord::as);
  if (p.is(Kind::word) && p.token().word == SqlWord::none) p.take();
  return p.is(SqlWord::using_);
}

bool goes_on_as_values(Probe& p) {
  return p.takes(Kind::open) && (p.is(Kind::literal, SqlWord::null, SqlWord::default_) || p.at_end());
}

bool goes_on_as_identified(Probe& p) { return p.takes(SqlWord::by) && p.is(Kind::literal, Kind::quoted); }

// The middle of a statement, whose beginning is in an earlier record or misspelt.
bool goes_on_as_where(Probe& p) {
  while (p.takes(Kind::open, SqlWord::not_)) {
  }
  if (!p.takes_name()) return false;
  if (p.takes(Kind::open)) {
    if (!p.takes_name()) return false;
    if (p.takes(Kind::cast)) p.take();
    if (!p.takes(Kind::close)) return false;
  }
  while (p.takes(Kind::close)) {
  }
  return p.is(Kind::comparison, Kind::cast, Kind::arrow) || p.is(SqlWord::in, SqlWord::like, SqlWord::ilike) ||
         p.is(SqlWord::between, SqlWord::similar);
}

// PostgreSQL puts parentheses around every operand of its conditions: ((data ->> 'a'::text) = 'b'::text).
bool goes_on_as_condition(Probe& p) {
  if (!p.is(Kind::open)) return goes_on_as_where(p);
  while (p.takes(Kind::open, SqlWord::not_)) {
  }
  return p.is(Kind::word, Kind::quoted);
}

// What is left of INSERT INTO where PostgreSQL has cut the start off: LINE 1: ...RT INTO t (a, b) VALUES ('…
bool goes_on_as_into(Probe& p) {
  return p.takes_name() && (p.at_end() || p.is(Kind::open, SqlWord::values, SqlWord::select));
}

bool is_cut_off(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxRest = 5;  // of INSERT or UPSERT
  if (at > 0 && text[at - 1] == ' ') --at;
  for (std::size_t rest = 0; rest < kMaxRest && at > 0 && is_alpha(text[at - 1]); ++rest) --at;
  return text.substr(0, at).ends_with("...");
}

// Whether nothing else stands in the line, which is indented: Hibernate writes `    insert⏎    into⏎        users`.
bool is_line_of_verb(std::string_view text, std::size_t at, std::size_t word_end) {
  constexpr auto kWords = std::to_array<std::string_view>({"delete", "insert", "merge", "select", "update"});
  constexpr std::size_t kMinIndent = 2;
  const std::string_view word = text.substr(at, word_end - at);
  return at >= kMinIndent && std::find(kWords.begin(), kWords.end(), word) != kWords.end() &&
         text.find_first_not_of(' ') == at && text.find_first_not_of(" \r", word_end) == std::string_view::npos;
}

struct Verb {
  std::string_view word;
  bool (*goes_on)(Probe&);
};
// By word.
constexpr auto kVerbs = std::to_array<Verb>({
    {"alter", goes_on_as_ddl},
    {"call", goes_on_as_call},
    {"copy", goes_on_as_copy},
    {"create", goes_on_as_ddl},
    {"delete", goes_on_as_delete},
    {"execute", goes_on_as_call},
    {"identified", goes_on_as_identified},
    {"insert", goes_on_as_insert},
    {"into", goes_on_as_into},
    {"merge", goes_on_as_merge},
    {"prepare", goes_on_as_prepare},
    {"replace", goes_on_as_insert},
    {"select", goes_on_as_select},
    {"set", goes_on_as_set},
    {"update", goes_on_as_update},
    {"upsert", goes_on_as_insert},
    {"values", goes_on_as_values},
    {"where", goes_on_as_where},
    {"with", goes_on_as_with},
});
static_assert(std::is_sorted(kVerbs.begin(), kVerbs.end(),
                             [](const Verb& a, const Verb& b) { return a.word < b.word; }));
// By initial, where its verbs begin; they end where the next letter's begin.
constexpr auto kVerbsOf = [] {
  std::array<std::uint8_t, 27> begins{};
  for (const Verb& verb : kVerbs) {
    for (std::size_t letter = static_cast<std::size_t>(verb.word.front() - 'a') + 1; letter < begins.size(); ++letter)
      ++begins[letter];
  }
  return begins;
}();
constexpr std::size_t kMinVerb = 3;
constexpr std::size_t kMaxVerb = 10;

// What is in front of the condition in a query plan.
constexpr auto kConditionWords = std::to_array<std::string_view>({"cond", "filter"});

// By length, the letters that verbs and kConditionWords begin with, as bits: nearly all other words are told by it.
constexpr auto kInitials = [] {
  std::array<std::uint32_t, kMaxVerb + 1> initials{};
  const auto add = [&](std::string_view word) { initials[word.size()] |= std::uint32_t{1} << (word.front() - 'a'); };
  for (const Verb& verb : kVerbs) add(verb.word);
  for (const std::string_view word : kConditionWords) add(word);
  return initials;
}();

// Conditions of query plans: Index Cond: (a = 'x'::text), filter: a = 'x'. Returns where they start.
std::optional<std::size_t> condition_behind(std::string_view text, std::size_t at, std::size_t word_end) {
  const auto is = [&](std::string_view lower) {
    return word_end - at == lower.size() &&
           std::equal(lower.begin(), lower.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, char b) { return a == to_lower(b); });
  };
  if (std::none_of(kConditionWords.begin(), kConditionWords.end(), is)) return std::nullopt;
  if (!text.substr(word_end).starts_with(": ")) return std::nullopt;
  Probe probe(text, word_end + 2);
  if (!goes_on_as_condition(probe)) return std::nullopt;
  return word_end + 2;
}

bool begins_word(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const char c = text[at - 1];
  if (!is_word(c)) {
    return (c != '.' || text.substr(0, at).ends_with("...")) && c != '$' &&
           (c != '-' || text.substr(0, at).ends_with(")--"));  // as EclipseLink has it behind Connection(17)
  }
  if (at >= 2 && text[at - 2] == '\\') return c == 'n' || c == 't' || c == 'r';
  return text.substr(0, at).ends_with("#012") || text.substr(0, at).ends_with("#011");
}

bool starts_statement(std::string_view text, std::size_t at, std::size_t word_end) {
  const std::string_view word = text.substr(at, word_end - at);
  const auto initial = static_cast<std::size_t>(to_lower(word.front()) - 'a');
  const auto last = kVerbs.begin() + kVerbsOf[initial + 1];
  const auto verb = std::find_if(kVerbs.begin() + kVerbsOf[initial], last, [&](const Verb& v) {
    return v.word.size() == word.size() &&
           std::equal(word.begin(), word.end(), v.word.begin(), [](char a, char b) { return to_lower(a) == b; });
  });
  if (verb == last || (verb->goes_on == goes_on_as_into && !is_cut_off(text, at))) return false;
  Probe probe(text, word_end);
  return verb->goes_on(probe) || is_line_of_verb(text, at, word_end);
}

constexpr std::size_t letter_index(char letter) { return static_cast<std::size_t>(to_lower(letter) - 'a'); }

// By the first letter, the second ones of verbs and kConditionWords, as bits.
constexpr auto kSecondLetters = [] {
  std::array<std::uint32_t, 26> letters{};
  const auto add = [&](std::string_view word) { letters[letter_index(word[0])] |= 1U << letter_index(word[1]); };
  for (const Verb& verb : kVerbs) add(verb.word);
  for (const std::string_view word : kConditionWords) add(word);
  return letters;
}();

bool may_be_initials(std::string_view two) {
  return two.size() == 2 && is_alpha(two[0]) && is_alpha(two[1]) &&
         (kSecondLetters[letter_index(two[0])] >> letter_index(two[1]) & 1) != 0;
}

}  // namespace

bool may_start_statement(std::string_view word) {
  return word.size() >= kMinVerb && word.size() <= kMaxVerb && is_alpha(word.front()) &&
         (kInitials[word.size()] >> (to_lower(word.front()) - 'a') & 1) != 0;
}

std::optional<std::size_t> find_statement(std::string_view text, std::size_t from) {
  WordStarts starts(text, from);
  for (std::size_t at = starts.next(); at != WordStarts::kNone; at = starts.next()) {
    // Escapes end in letters: in `\nSELECT` the word begins behind the n.
    const bool escaped = at > 0 && text[at - 1] == '\\' && (text[at] == 'n' || text[at] == 't' || text[at] == 'r');
    if (escaped) ++at;
    if (!may_be_initials(text.substr(at, 2))) continue;
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (!may_start_statement(text.substr(at, end - at)) || !begins_word(text, at)) continue;
    if (starts_statement(text, at, end)) return at;
    if (const std::optional<std::size_t> condition = condition_behind(text, at, end)) return condition;
  }
  return std::nullopt;
}

}  // namespace piiscrub
