// Rule, RulePack: one kind of sensitive data, as data.
//
// A rule is written as a [[rule]] table of a TOML file (patterns/README.md) and compiled, together with all others,
// into a RuleDatabase (detector.h). Plain values: copy, move and compare freely.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {

enum class Category : std::uint8_t { contact, payment, government, network, health, credential, key, web, sql };
enum class Severity : std::uint8_t { low, medium, high, critical };
enum class Confidence : std::uint8_t { low, medium, high };

inline constexpr std::string_view kCategoryNames[] = {"contact",    "payment", "government", "network", "health",
                                                      "credential", "key",     "web",        "sql"};
inline constexpr std::string_view kSeverityNames[] = {"low", "medium", "high", "critical"};
inline constexpr std::string_view kConfidenceNames[] = {"low", "medium", "high"};

constexpr std::string_view name(Category c) { return kCategoryNames[static_cast<std::size_t>(c)]; }
constexpr std::string_view name(Severity s) { return kSeverityNames[static_cast<std::size_t>(s)]; }
constexpr std::string_view name(Confidence c) { return kConfidenceNames[static_cast<std::size_t>(c)]; }

/// Where a rule stands, for messages.
struct SourceLocation {
  std::string file;  ///< as the user named it
  int line = 0;      ///< from 1; 0 if unknown
  int column = 0;    ///< from 1; 0 if unknown
};

/// What a value found by its key may consist of where no quotes bound it.
enum class ValueKind : std::uint8_t {
  secret,  ///< anything up to white space or the end of what encloses it
  word,    ///< the same up to punctuation: addresses and numbers of people and machines
  words,   ///< several words: street addresses
  text,    ///< the same, also in small letters: illnesses
  name,    ///< several words, none of them in an object: that has keys for its parts
  date,    ///< a date, also as datetime.date(…)
  number,  ///< digits with their separators
};
inline constexpr std::string_view kValueKindNames[] = {"secret", "word", "words", "text", "name", "date", "number"};

/// One kind of sensitive data. A rule finds its candidates in one of three ways: `match` anchored on a literal;
/// `shape`, the name of a row of the shape table (src/detect/shapes.h) that brings its own expression; or `keys`, the
/// names that such values go by.
struct Rule {
  std::string id;     ///< stable, [a-z0-9-]+; appears in metrics and reports
  std::string title;  ///< one line for people
  std::string type;   ///< [a-z0-9-]+; gives the label: `us-ssn` becomes [US_SSN]
  Category category = Category::credential;
  Severity severity = Severity::high;
  std::vector<int> cwe;  ///< CWE numbers

  std::string match;   ///< expression for exactly the sensitive span; empty if `shape` or `keys` is set
  std::string before;  ///< what must stand directly in front of the span, not redacted; may be empty
  std::string after;   ///< what must follow the span, not redacted; may be empty
  std::string shape;   ///< name of a built-in shape; empty if `match` or `keys` is set
  std::string block;   ///< "pem": a match without its END marker opens a key block; else empty

  std::vector<std::string> keys;         ///< phrases in lower case; a key that holds one as a run of its words counts
  std::vector<std::string> whole_keys;   ///< the same, but only as the entire key
  std::vector<std::string> edge_keys;    ///< the same, but only as a key's first or last words, or as its end
  std::vector<std::string> unless_keys;  ///< a key that holds one of these does not count
  ValueKind value = ValueKind::secret;   ///< for `keys`
  std::string
      prose;  ///< for `keys`: the form (src/detect/prose.h) that values have behind a phrase in a sentence, or ""
  std::vector<std::string> prose_keys;    ///< phrases that count in sentences only
  std::vector<std::string> prose_unless;  ///< phrases of `keys` and `whole_keys` that do not count in sentences

  std::vector<std::string> context;         ///< one of these words must be near the span, in any case; empty: no demand
  std::vector<std::string> unless_context;  ///< none of these words may be near the span
  std::string validator;                    ///< name from the validator registry; empty: none
  double min_entropy = 0;                   ///< Shannon entropy of the span in bits per byte, at least
  int min_digits = 0;                       ///< decimal digits in the span, at least
  std::vector<std::string> allow;           ///< expressions; a span that matches one as a whole is left alone
  Confidence confidence = Confidence::high;
  std::string action = "redact";

  std::vector<std::string> examples;          ///< « » mark each expected span
  std::vector<std::string> counter_examples;  ///< no finding of this rule
  std::vector<std::string> references;
  SourceLocation where;

  /// Whether the rule finds values by their keys, or by such words in sentences.
  [[nodiscard]] bool has_keys() const {
    return !keys.empty() || !whole_keys.empty() || !edge_keys.empty() || !prose_keys.empty();
  }
};

/// Rules in the order of their files; ids are unique.
struct RulePack {
  std::vector<Rule> rules;
};

}  // namespace piiscrub
