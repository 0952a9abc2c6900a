// Policy: what is done with what has been found, resolved for the rules of one RuleDatabase.
//
// Plain values without names to look up: config/policy_loader.h makes one from TOML. Immutable once a pipeline has it;
// shared between threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/network.h"
#include "piiscrub/rule.h"

namespace piiscrub {

class KeyRing;  // piiscrub/key_ring.h

enum class Action : std::uint8_t {
  redact,     ///< [EMAIL], or a typed stand-in
  mask,       ///< ***-**-6789
  token,      ///< [EMAIL:k1:…]: keyed, the same for equal values
  cockroach,  ///< ‹2bd806c9›: CockroachDB's own hash
  encrypt,    ///< [EMAIL:enc:k1:…]: a Fernet token
  drop,       ///< the whole record goes
  truncate,   ///< 203.0.113.0, 2001:db8:1::: IP addresses only, cut to /24 and /48
};
inline constexpr std::string_view kActionNames[] = {"redact",  "mask", "token",   "cockroach",
                                                    "encrypt", "drop", "truncate"};
constexpr std::string_view name(Action action) { return kActionNames[static_cast<std::size_t>(action)]; }

/// The higher, the less is left of a value.
constexpr int strictness(Action action) {
  constexpr int kStrictness[] = {5, 1, 3, 2, 4, 6, 0};  // in the order of Action
  return kStrictness[static_cast<std::size_t>(action)];
}

/// How `redact` writes.
enum class Style : std::uint8_t {
  label,  ///< [EMAIL]
  typed,  ///< redacted@redacted.invalid, 0.0.0.0: typed fields stay parseable
};
inline constexpr std::string_view kStyleNames[] = {"label", "typed"};
constexpr std::string_view name(Style style) { return kStyleNames[static_cast<std::size_t>(style)]; }

/// What is done with the values that CockroachDB has put between ‹ and ›.
enum class Markers : std::uint8_t {
  scan,    ///< they are text like any other; what is marked to be hashed, ‹†…›, goes
  redact,  ///< they go, whatever they are: ‹×›
  keep,    ///< they are text like any other, ‹†…› too
};
inline constexpr std::string_view kMarkersNames[] = {"scan", "redact", "keep"};
constexpr std::string_view name(Markers markers) { return kMarkersNames[static_cast<std::size_t>(markers)]; }
/// The type of the rule by which they go.
inline constexpr std::string_view kMarkedType = "marked";

/// Which literals of SQL go.
enum class SqlLiterals : std::uint8_t {
  sensitive,  ///< those of telling columns
  all,        ///< every one, bound parameters too: '_'
  off,        ///< columns tell nothing
};
inline constexpr std::string_view kSqlLiteralsNames[] = {"sensitive", "all", "off"};
constexpr std::string_view name(SqlLiterals literals) { return kSqlLiteralsNames[static_cast<std::size_t>(literals)]; }
/// The type of the rule by which those go that no column announces, and what is written for them.
inline constexpr std::string_view kSqlLiteralType = "sql-literal";
inline constexpr std::string_view kFingerprint = "_";

/// How far a value that was found by its key or column is hidden where nothing else gives it away.
enum class Remember : std::uint8_t {
  entry,  ///< elsewhere in its record and in the records that follow it in its entry
  off,    ///< nowhere
};
inline constexpr std::string_view kRememberNames[] = {"entry", "off"};
constexpr std::string_view name(Remember remember) { return kRememberNames[static_cast<std::size_t>(remember)]; }

/// Whether values of `category` are secrets: they are exempted only where an allowance says so, and never made into
/// what equal values have in common.
constexpr bool is_secret(Category category) {
  return category == Category::credential || category == Category::key || category == Category::web;
}

/// What is done with the findings of one rule.
struct Treatment {
  Action action = Action::redact;
  Style style = Style::label;
  bool enabled = true;    ///< false: the rule finds nothing
  bool observed = false;  ///< counted only; all other rules edit as if it were not there

  [[nodiscard]] bool edits() const { return enabled && !observed; }
  bool operator==(const Treatment&) const = default;
};

/// An [[allow]] entry: values that stay although a rule finds them. An empty list demands nothing; all others must
/// hold.
struct Allowance {
  std::vector<std::string> values;      ///< the whole value, byte for byte
  std::vector<std::string> domains;     ///< lower case; of an e-mail address or URL, subdomains included
  std::vector<Network> networks;        ///< of an IP address
  std::vector<std::string> keys;        ///< lower case; the key or column that the value was found under
  std::vector<std::uint16_t> rules;     ///< rule indexes, sorted
  bool secrets = false;                 ///< may exempt secrets too, see is_secret()
  std::string reason;                   ///< for people
  std::optional<std::int32_t> expires;  ///< days since 1970-01-01; what has expired is left out by the loader

  /// Whether it can exempt findings of the rule `index`, which is a Rule or its traits.
  template <typename R>
  [[nodiscard]] bool covers(std::size_t index, const R& rule) const {
    if (is_secret(rule.category) && !secrets) return false;
    return rules.empty() || std::binary_search(rules.begin(), rules.end(), index);
  }
};

struct Policy {
  std::vector<Treatment> treatments;  ///< by rule index; a rule without one has the default
  std::vector<Allowance> allow;
  Markers markers = Markers::scan;
  SqlLiterals sql_literals = SqlLiterals::sensitive;
  Remember remember = Remember::entry;
  std::shared_ptr<const KeyRing> keys;  ///< for token, cockroach and encrypt; nullptr if none of them is used
  bool hashes_marked = true;            ///< what CockroachDB has marked to be hashed is, if there is a salt
  /// What redact/tighten.h has made this one of; empty: it was not. A value stays only if each of them that edits what
  /// its rule finds allows that; `allow` is empty.
  std::vector<std::shared_ptr<const Policy>> parts;

  [[nodiscard]] Treatment treatment(std::size_t rule) const {
    return rule < treatments.size() ? treatments[rule] : Treatment{};
  }
  /// Whether what `rule` leaves of a value must not be made of more than it has found: it shows a part of it, and the
  /// policy is made of others, by which another part might show.
  [[nodiscard]] bool shows_parts(std::size_t rule) const {
    return !parts.empty() && strictness(treatment(rule).action) <= strictness(Action::mask);
  }
  /// Of findings that overlap the one whose rule has the highest rank says what becomes of all of it.
  [[nodiscard]] int rank(std::size_t rule) const {
    const Action action = treatment(rule).action;
    if (parts.empty()) return action == Action::drop ? 1 : 0;
    return strictness(action);
  }
};

/// A field that a record must have: format/record_field.h.
struct FieldCondition {
  std::string key;                  ///< in lower case
  std::vector<std::string> values;  ///< one of them, in lower case; with * at the end: whatever begins so
  bool operator==(const FieldCondition&) const = default;
};

/// A policy for the records that meet all of its conditions, on top of the one that they have anyway.
struct FieldPolicy {
  std::vector<FieldCondition> fields;
  std::shared_ptr<const Policy> policy;
};

}  // namespace piiscrub
