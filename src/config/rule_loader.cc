#include "piiscrub/rule_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>

#include "base/ascii.h"
#include "config/suggest.h"
#include "config/toml_reader.h"
#include "detect/key_phrase.h"
#include "detect/prose.h"
#include "detect/regex_syntax.h"
#include "detect/shapes.h"
#include "detect/validators.h"
#include "piiscrub/policy.h"

namespace piiscrub {
namespace {

constexpr std::string_view kRuleKeys[] = {"id",         "title",       "type",        "category",
                                          "severity",   "cwe",         "match",       "before",
                                          "after",      "shape",       "block",       "keys",
                                          "whole_keys", "edge_keys",   "unless_keys", "value",
                                          "prose",      "prose_keys",  "context",     "unless_context",
                                          "validator",  "min_entropy", "min_digits",  "allow",
                                          "confidence", "action",      "examples",    "counter_examples",
                                          "references", "override"};
constexpr std::string_view kBlockNames[] = {"pem"};

constexpr double kMaxEntropy = 8;  // bits per byte
constexpr std::int64_t kMaxDigits = 1000;
constexpr std::int64_t kMaxCwe = 99999;
constexpr std::size_t kMinPartBytes = 3;  // shorter parts stand in too many keys

constexpr std::string_view kOpenMark = "\u00AB";
constexpr std::string_view kCloseMark = "\u00BB";

// ---- Names and messages

bool is_known(std::string_view word, std::span<const std::string_view> known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

template <typename Row>
std::vector<std::string_view> names_of(std::span<const Row> rows) {
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

// [a-z0-9][a-z0-9-]*
bool is_name(std::string_view text) {
  const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), allowed);
}

/// `file:line:column`, or nothing if that is not known.
std::string place(const SourceLocation& where) {
  return where.file.empty() ? "" : fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

// ---- Where the fields of a rule stand

/// A place in a rule: a field, an element of it if it is an array, a byte of its text.
struct FieldPath {
  std::string_view key;
  std::optional<std::size_t> index = {};
  std::optional<std::size_t> offset = {};
};

/// Files errors about one rule under the place they are about: in the file if it was loaded from TOML, else at
/// Rule::where with the rule's id in front.
class RuleErrors {
 public:
  /// `table` is the rule's TOML table, or nullptr. What is passed has to outlive this.
  RuleErrors(const Rule& rule, const TomlValue* table, std::vector<Error>& errors)
      : rule_(rule), table_(table), errors_(errors) {}

  void add(const FieldPath& path, std::string_view message, std::string advice = {}) {
    TomlPosition where{rule_.where.line, rule_.where.column};
    if (const TomlEntry* entry = find(path.key)) where = locate(entry->value, path);
    const bool place_is_lost = table_ == nullptr && path.offset;
    add_at(where, place_is_lost ? fmt::format("{}, at byte {}", message, *path.offset + 1) : std::string(message),
           std::move(advice));
    reported_.emplace(path.key, path.index);
  }

  void add_at(TomlPosition where, std::string message, std::string advice) {
    if (table_ == nullptr) {
      message.insert(0, rule_.id.empty() ? "rule without id: " : fmt::format("rule '{}': ", rule_.id));
    }
    errors_.push_back({rule_.where.file, where.line, where.column, std::move(message), std::move(advice)});
    any_ = true;
  }

  /// True if this field or element has been reported as a whole: what follows from that needs no report of its own.
  [[nodiscard]] bool is_reported(const FieldPath& path) const {
    return reported_.contains({path.key, std::nullopt}) || (path.index && reported_.contains({path.key, path.index}));
  }

  /// True if the field is written down, be it empty.
  [[nodiscard]] bool is_given(std::string_view key, std::string_view value) const {
    return !value.empty() || find(key) != nullptr;
  }

  [[nodiscard]] bool any() const { return any_; }

 private:
  [[nodiscard]] const TomlEntry* find(std::string_view key) const {
    return table_ != nullptr ? table_->find(key) : nullptr;
  }

  static TomlPosition locate(const TomlValue& field, const FieldPath& path) {
    const bool has_element = path.index && field.kind == TomlValue::Kind::array && *path.index < field.array.size();
    const TomlValue& value = has_element ? field.array[*path.index] : field;
    if (path.offset && value.kind == TomlValue::Kind::string) return value.position_of(*path.offset);
    return value.where;
  }

  const Rule& rule_;
  const TomlValue* table_;
  std::vector<Error>& errors_;
  std::set<std::pair<std::string_view, std::optional<std::size_t>>> reported_;  // keys are literals of this file
  bool any_ = false;
};

// ---- TOML table to Rule: keys and types

class RuleReader {
 public:
  RuleReader(const TomlValue& table, Rule& rule, RuleErrors& errors) : table_(table), rule_(rule), errors_(errors) {}

  /// Reads all fields; returns the value of `override`.
  bool read() {
    bool replaces = false;
    report_unknown_keys();
    read_string("id", rule_.id);
    read_string("title", rule_.title);
    read_string("type", rule_.type);
    if (table_.find("category") == nullptr) {
      errors_.add({"category"}, "missing 'category'", fmt::format("known: {}", fmt::join(kCategoryNames, ", ")));
    }
    read_enum("category", rule_.category, kCategoryNames);
    read_enum("severity", rule_.severity, kSeverityNames);
    read_cwe();
    read_string("match", rule_.match);
    read_string("before", rule_.before);
    read_string("after", rule_.after);
    read_string("shape", rule_.shape);
    read_string("block", rule_.block);
    read_strings("keys", rule_.keys);
    read_strings("whole_keys", rule_.whole_keys);
    read_strings("edge_keys", rule_.edge_keys);
    read_strings("unless_keys", rule_.unless_keys);
    read_enum("value", rule_.value, kValueKindNames);
    read_string("prose", rule_.prose);
    read_strings("prose_keys", rule_.prose_keys);
    read_strings("context", rule_.context);
    read_strings("unless_context", rule_.unless_context);
    read_string("validator", rule_.validator);
    read_min_entropy();
    read_min_digits();
    read_strings("allow", rule_.allow);
    read_enum("confidence", rule_.confidence, kConfidenceNames);
    read_string("action", rule_.action);
    read_strings("examples", rule_.examples);
    read_strings("counter_examples", rule_.counter_examples);
    read_strings("references", rule_.references);
    if (const TomlValue* value = get("override", {TomlValue::Kind::boolean})) replaces = value->boolean;
    return replaces;
  }

 private:
  using Kind = TomlValue::Kind;

  void report_unknown_keys() {
    for (const TomlEntry& entry : table_.entries) {
      if (is_known(entry.key, kRuleKeys)) continue;
      errors_.add_at(entry.where, fmt::format("unknown key{}", in_quotes(entry.key)), suggestion(entry.key, kRuleKeys));
    }
  }

  void expect(const FieldPath& path, std::string_view expected, const TomlValue& got, std::string advice = {}) {
    errors_.add(path, fmt::format("{}: expected {}, got {}", path.key, expected, with_article(got.kind)),
                std::move(advice));
  }

  /// The field, if it is there and of one of `kinds`, whose first is the one to ask for.
  const TomlValue* get(std::string_view key, std::initializer_list<Kind> kinds) {
    const TomlEntry* entry = table_.find(key);
    if (entry == nullptr) return nullptr;
    if (std::find(kinds.begin(), kinds.end(), entry->value.kind) != kinds.end()) return &entry->value;
    const bool wants_brackets = *kinds.begin() == Kind::array && entry->value.kind != Kind::table;
    expect({key}, with_article(*kinds.begin()), entry->value, wants_brackets ? "put it into [ ]" : "");
    return nullptr;
  }

  void read_string(std::string_view key, std::string& out) {
    if (const TomlValue* value = get(key, {Kind::string})) out = value->string;
  }

  void read_strings(std::string_view key, std::vector<std::string>& out) {
    const TomlValue* value = get(key, {Kind::array});
    if (value == nullptr) return;
    for (std::size_t i = 0; i < value->array.size(); ++i) {
      const TomlValue& element = value->array[i];
      if (element.kind == Kind::string) {
        out.push_back(element.string);
      } else {
        expect({key, i}, "strings", element);
        // Keeps the indices of the elements behind it, for the places of their errors.
        out.emplace_back();
      }
    }
  }

  template <typename Enum>
  void read_enum(std::string_view key, Enum& out, std::span<const std::string_view> names) {
    const TomlValue* value = get(key, {Kind::string});
    if (value == nullptr) return;
    const auto found = std::find(names.begin(), names.end(), value->string);
    if (found == names.end()) {
      errors_.add({key}, fmt::format("unknown {}{}", key, in_quotes(value->string)), suggestion(value->string, names));
    } else {
      out = static_cast<Enum>(found - names.begin());
    }
  }

  void read_cwe() {
    const TomlValue* value = get("cwe", {Kind::array});
    if (value == nullptr) return;
    for (std::size_t i = 0; i < value->array.size(); ++i) {
      const TomlValue& element = value->array[i];
      if (element.kind != Kind::integer) expect({"cwe", i}, "integers", element, "write CWE-532 as 532");
      // Out of range stays out of range, for RuleChecker to say so; what is no integer keeps the indices right.
      rule_.cwe.push_back(static_cast<int>(std::clamp<std::int64_t>(element.integer, 0, kMaxCwe + 1)));
    }
  }

  void read_min_entropy() {
    const TomlValue* value = get("min_entropy", {Kind::number, Kind::integer});
    if (value == nullptr) return;
    rule_.min_entropy = value->kind == Kind::number ? value->number : static_cast<double>(value->integer);
  }

  void read_min_digits() {
    const TomlValue* value = get("min_digits", {Kind::integer});
    if (value == nullptr) return;
    // Out of range stays out of range; RuleChecker says so.
    rule_.min_digits = static_cast<int>(std::clamp<std::int64_t>(value->integer, -1, kMaxDigits + 1));
  }

  const TomlValue& table_;
  Rule& rule_;
  RuleErrors& errors_;
};

// ---- What the fields have to be, wherever they come from

class RuleChecker {
 public:
  RuleChecker(const Rule& rule, RuleErrors& errors) : rule_(rule), errors_(errors) {}

  void check() {
    check_identity();
    check_what_is_found();
    check_surroundings();
    check_conditions();
    check_choices();
    check_examples();
  }

 private:
  /// True if the field holds text to look at; reports it if it does not.
  bool require(std::string_view key, std::string_view value) {
    if (errors_.is_reported({key})) return false;
    if (value.empty())
      errors_.add({key}, fmt::format("{} '{}'", errors_.is_given(key, value) ? "empty" : "missing", key));
    return !value.empty();
  }

  void check_identity() {
    const std::pair<std::string_view, std::string_view> names[] = {{"id", rule_.id}, {"type", rule_.type}};
    for (const auto& [key, value] : names) {
      if (require(key, value) && !is_name(value)) {
        errors_.add({key}, fmt::format("{}: not a name", key),
                    "use lower-case ASCII letters, digits and '-', with no '-' at the start");
      }
    }
    if (require("title", rule_.title) && rule_.title.find_first_of("\r\n") != std::string::npos) {
      errors_.add({"title"}, "title: more than one line");
    }
  }

  void check_what_is_found() {
    const bool match = errors_.is_given("match", rule_.match);
    const bool shape = errors_.is_given("shape", rule_.shape);
    const bool keys = rule_.has_keys();
    if (match + shape + keys > 1) {
      errors_.add({shape ? "shape" : "match"}, "more than one of 'match', 'shape' and 'keys'",
                  "each brings what is to be found: keep one, and write another rule for the other");
    } else if (!match && !shape && !keys) {
      errors_.add({"match"}, "missing 'match', 'shape' or 'keys'", "say what the rule finds");
    }
    if (match && require("match", rule_.match)) {
      const auto parsed = parse({"match"}, rule_.match);
      if (parsed && parsed->can_be_empty()) {
        errors_.add({"match"}, "match: can match nothing at all", "demand at least one byte");
      }
    }
    if (shape && require("shape", rule_.shape)) check_choice("shape", rule_.shape, names_of(shapes()));
    const std::pair<std::string_view, const std::vector<std::string>&> lists[] = {{"keys", rule_.keys},
                                                                                  {"whole_keys", rule_.whole_keys},
                                                                                  {"edge_keys", rule_.edge_keys},
                                                                                  {"unless_keys", rule_.unless_keys},
                                                                                  {"prose_keys", rule_.prose_keys}};
    for (const auto& [key, phrases] : lists) {
      for (std::size_t i = 0; i < phrases.size(); ++i) check_phrase({key, i}, phrases[i]);
    }
    if (keys) check_keys_alone();
    check_prose();
  }

  void check_phrase(const FieldPath& path, std::string_view phrase) {
    if (!require_element(path, phrase)) return;
    if (path.key == std::string_view("prose_keys")) {
      check_words(path, phrase);
      return;
    }
    const std::vector<std::string> phrases = expand_phrase(phrase);
    if (phrases.empty()) {
      errors_.add(
          path, fmt::format("{}: not a phrase with choices", path.key),
          fmt::format("write two or more between braces, none within another: '{{nr,number}} account'; at most {} "
                      "phrases come of it",
                      kMaxPhraseChoices));
    }
    for (const std::string& one : phrases) {
      if (!check_words(path, one)) return;
    }
  }

  // Whether `phrase` is one; else says why not.
  bool check_words(const FieldPath& path, std::string_view phrase) {
    const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || is_high(c) || c == ' '; };
    if (is_key_ending(phrase)) return check_ending(path, phrase.substr(1));
    if (is_key_beginning(phrase) && path.key == std::string_view("edge_keys")) phrase.remove_suffix(1);
    if (!std::all_of(phrase.begin(), phrase.end(), allowed) || phrase.front() == ' ' || phrase.back() == ' ') {
      errors_.add(path, fmt::format("{}: not a phrase", path.key),
                  "write the words of the key in lower case with blanks between them: 'bank account'");
    } else if (std::all_of(phrase.begin(), phrase.end(), [](char c) { return is_digit(c) || c == ' '; })) {
      errors_.add(path, fmt::format("{}: a number is no key", path.key), "write a phrase with a letter in it");
    } else if (path.key == std::string_view("keys") && phrase.size() < kMinPartBytes) {
      errors_.add(path, "keys: too short to count as a part of a key", "put it into whole_keys");
    } else {
      return true;
    }
    return false;
  }

  // The same for an ending of words, which `ending` is.
  bool check_ending(const FieldPath& path, std::string_view ending) {
    const auto allowed = [](char c) { return is_lower(c) || is_high(c) || c == ' '; };
    const std::string_view key = path.key;
    if (key != "edge_keys" && (key != "unless_keys" || rule_.edge_keys.empty())) {
      errors_.add(path, fmt::format("{}: no place for an ending", key),
                  "write endings into edge_keys, or into unless_keys of a rule with edge_keys");
    } else if (ending.size() < kMinEndingBytes || !std::all_of(ending.begin(), ending.end(), allowed)) {
      errors_.add(path, fmt::format("{}: not an ending", key),
                  "write three letters or more in lower case behind '*': '*ware'");
    } else {
      return true;
    }
    return false;
  }

  // What a rule with keys cannot have.
  void check_keys_alone() {
    const std::pair<std::string_view, bool> fields[] = {
        {"before", !rule_.before.empty()}, {"after", !rule_.after.empty()}, {"block", !rule_.block.empty()}};
    for (const auto& [key, given] : fields) {
      if (given) errors_.add({key}, fmt::format("{}: does nothing in a rule with keys", key), "remove it");
    }
  }

  void check_prose() {
    if (errors_.is_given("prose", rule_.prose) && require("prose", rule_.prose)) {
      check_choice("prose", rule_.prose, names_of(prose_forms()));
    }
    if (rule_.prose.empty() != rule_.prose_keys.empty()) {
      errors_.add({rule_.prose.empty() ? "prose" : "prose_keys"},
                  fmt::format("missing '{}'", rule_.prose.empty() ? "prose" : "prose_keys"),
                  "say which words announce the value in a sentence, and which form it has");
    }
  }

  void check_surroundings() {
    if (!rule_.before.empty()) {
      const auto before = parse({"before"}, rule_.before);
      if (before && before->max_width() == std::numeric_limits<std::uint64_t>::max()) {
        errors_.add({"before"}, "before: has no greatest length", "write {0,N} instead of *, {1,N} instead of +");
      }
    }
    if (!rule_.after.empty()) parse({"after"}, rule_.after);
  }

  void check_conditions() {
    for (std::size_t i = 0; i < rule_.allow.size(); ++i) {
      if (require_element({"allow", i}, rule_.allow[i])) parse({"allow", i}, rule_.allow[i]);
    }
    for (std::size_t i = 0; i < rule_.context.size(); ++i) require_element({"context", i}, rule_.context[i]);
    for (std::size_t i = 0; i < rule_.unless_context.size(); ++i) {
      require_element({"unless_context", i}, rule_.unless_context[i]);
    }
    for (std::size_t i = 0; i < rule_.cwe.size(); ++i) {
      if (!errors_.is_reported({"cwe", i}) && (rule_.cwe[i] < 1 || rule_.cwe[i] > kMaxCwe)) {
        errors_.add({"cwe", i}, fmt::format("cwe: not between 1 and {}", kMaxCwe));
      }
    }
    // Written so that NaN fails.
    if (!(rule_.min_entropy >= 0 && rule_.min_entropy <= kMaxEntropy)) {
      errors_.add({"min_entropy"}, fmt::format("min_entropy: not between 0 and {} bits per byte", kMaxEntropy));
    }
    if (rule_.min_digits < 0 || rule_.min_digits > kMaxDigits) {
      errors_.add({"min_digits"}, fmt::format("min_digits: not between 0 and {}", kMaxDigits));
    }
  }

  void check_choices() {
    if (!rule_.validator.empty()) check_choice("validator", rule_.validator, names_of(validators()));
    if (!rule_.block.empty()) check_choice("block", rule_.block, kBlockNames);
    if (!errors_.is_reported({"action"})) check_choice("action", rule_.action, kActionNames);
  }

  void check_examples() {
    if (!errors_.is_reported({"examples"}) && rule_.examples.empty()) {
      errors_.add({"examples"}, "missing 'examples'",
                  "give at least one text, with « » around what the rule must find");
    }
    for (std::size_t i = 0; i < rule_.examples.size(); ++i) {
      const auto marked = parse_example({"examples", i}, rule_.examples[i]);
      if (marked && marked->spans.empty()) {
        errors_.add({"examples", i}, "examples: nothing is marked", "put « » around what the rule must find");
      }
    }
    for (std::size_t i = 0; i < rule_.counter_examples.size(); ++i) {
      const std::string_view text = rule_.counter_examples[i];
      const std::size_t mark = std::min(text.find(kOpenMark), text.find(kCloseMark));
      if (mark != std::string_view::npos) {
        errors_.add({"counter_examples", i, mark}, "counter_examples: holds a mark",
                    "the rule must find nothing here: remove the « and »");
      }
    }
  }

  std::optional<RegexSyntax> parse(FieldPath path, std::string_view expression) {
    if (errors_.is_reported(path)) return std::nullopt;
    Result<RegexSyntax> parsed = RegexSyntax::parse(expression);
    if (parsed) return *std::move(parsed);
    const Error& error = parsed.error();
    if (error.column > 0) path.offset = static_cast<std::size_t>(error.column - 1);
    errors_.add(path, fmt::format("{}: {}", path.key, error.message), error.advice);
    return std::nullopt;
  }

  std::optional<MarkedExample> parse_example(FieldPath path, std::string_view example) {
    if (errors_.is_reported(path)) return std::nullopt;
    Result<MarkedExample> parsed = parse_marks(example);
    if (parsed) return *std::move(parsed);
    const Error& error = parsed.error();
    path.offset = static_cast<std::size_t>(error.column - 1);
    errors_.add(path, fmt::format("{}: {}", path.key, error.message), error.advice);
    return std::nullopt;
  }

  bool require_element(const FieldPath& path, std::string_view value) {
    if (errors_.is_reported(path)) return false;
    if (value.empty()) errors_.add(path, fmt::format("{}: empty string", path.key));
    return !value.empty();
  }

  void check_choice(std::string_view key, std::string_view value, std::span<const std::string_view> known) {
    if (is_known(value, known)) return;
    errors_.add({key}, fmt::format("unknown {}{}", key, in_quotes(value)), suggestion(value, known));
  }

  const Rule& rule_;
  RuleErrors& errors_;
};

// ---- Rules to a pack

class PackBuilder {
 public:
  explicit PackBuilder(RulePack base) : pack_(std::move(base)) {
    for (std::size_t i = 0; i < pack_.rules.size(); ++i)
      ids_.emplace(pack_.rules[i].id, Known{i, pack_.rules[i].where});
  }

  void add_file(const TomlValue& root, std::string_view file, std::vector<Error>& errors) {
    std::vector<Error> found;
    const auto add_error = [&](TomlPosition where, std::string message, std::string advice) {
      found.push_back({std::string(file), where.line, where.column, std::move(message), std::move(advice)});
    };

    std::size_t rules = 0;
    for (const auto& [key, where, value] : root.entries) {
      constexpr std::string_view kTopKeys[] = {"rule"};
      if (key != kTopKeys[0]) {
        const std::string near = did_you_mean(key, kTopKeys);
        add_error(where, fmt::format("unknown key{}", in_quotes(key)),
                  near.empty() ? "a rule file holds [[rule]] tables only" : near);
      } else if (value.kind != TomlValue::Kind::array) {
        add_error(value.where, fmt::format("rule: expected an array of tables, got {}", with_article(value.kind)),
                  "write [[rule]], with two brackets");
      } else {
        for (const TomlValue& element : value.array) {
          ++rules;
          if (element.kind == TomlValue::Kind::table) {
            add_rule(element, file, found);
          } else {
            add_error(element.where, fmt::format("rule: expected tables, got {}", with_article(element.kind)),
                      "write each rule under its own [[rule]]");
          }
        }
      }
    }
    if (rules == 0 && found.empty()) {
      add_error({}, "holds no rule", "begin each rule with [[rule]], or do not name the file");
    }

    std::stable_sort(found.begin(), found.end(), [](const Error& a, const Error& b) {
      return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    errors.insert(errors.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  }

  RulePack take() && { return std::move(pack_); }

 private:
  struct Known {
    std::optional<std::size_t> index;  // in pack_; none if the rule was left out for its errors
    SourceLocation where;
  };

  void add_rule(const TomlValue& table, std::string_view file, std::vector<Error>& errors) {
    Rule rule;
    rule.where = {std::string(file), table.where.line, table.where.column};
    RuleErrors rule_errors(rule, &table, errors);
    const bool replaces = RuleReader(table, rule, rule_errors).read();
    RuleChecker(rule, rule_errors).check();

    const auto known = ids_.find(rule.id);
    if (known != ids_.end() && !replaces && !rule_errors.is_reported({"id"})) {
      const std::string first = place(known->second.where);
      rule_errors.add({"id"},
                      fmt::format("id: '{}' is taken{}{}", rule.id, first.empty() ? "" : " by the rule at ", first),
                      "choose another id, or say override = true to replace that rule");
    }

    if (rule_errors.any()) {
      if (!rule_errors.is_reported({"id"})) ids_.emplace(rule.id, Known{std::nullopt, rule.where});
    } else if (known != ids_.end() && known->second.index) {
      known->second.where = rule.where;
      pack_.rules[*known->second.index] = std::move(rule);
    } else {
      ids_.insert_or_assign(rule.id, Known{pack_.rules.size(), rule.where});
      pack_.rules.push_back(std::move(rule));
    }
  }

  RulePack pack_;
  std::map<std::string, Known> ids_;
};

// ---- Paths to files

/// `path` itself if it is a file, else the rule files in it.
std::vector<std::string> files_at(const std::string& path, std::vector<Error>& errors) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};  // what cannot be read is said by the reader

  std::vector<std::string> files;
  std::filesystem::directory_iterator entry(path, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::filesystem::path& file = entry->path();
    std::error_code ignored;
    if (file.extension() == ".toml" && !file.filename().string().starts_with('.') && entry->is_regular_file(ignored)) {
      files.push_back(file.string());
    }
  }
  if (error) {
    errors.push_back({path, 0, 0, "cannot read: " + error.message(), ""});
    return {};
  }
  if (files.empty())
    errors.push_back({path, 0, 0, "directory holds no *.toml file", "name a rule file or its directory"});
  std::sort(files.begin(), files.end());
  return files;
}

Result<RulePack> first_error_or(RulePack pack, std::vector<Error> errors) {
  if (!errors.empty()) return std::move(errors.front());
  return pack;
}

}  // namespace

RulePack load_rules(std::string_view toml_text, std::string_view file_name, std::vector<Error>& errors, RulePack base) {
  PackBuilder builder(std::move(base));
  const Result<TomlValue> root = read_toml(toml_text, file_name);
  if (root) {
    builder.add_file(*root, file_name, errors);
  } else {
    errors.push_back(root.error());
  }
  return std::move(builder).take();
}

RulePack load_rule_files(std::span<const std::string> paths, std::vector<Error>& errors, RulePack base) {
  PackBuilder builder(std::move(base));
  for (const std::string& path : paths) {
    for (const std::string& file : files_at(path, errors)) {
      const Result<TomlValue> root = read_toml_file(file);
      if (root) {
        builder.add_file(*root, file, errors);
      } else {
        errors.push_back(root.error());
      }
    }
  }
  return std::move(builder).take();
}

Result<RulePack> load_rules(std::string_view toml_text, std::string_view file_name) {
  std::vector<Error> errors;
  RulePack pack = load_rules(toml_text, file_name, errors);
  return first_error_or(std::move(pack), std::move(errors));
}

Result<RulePack> load_rule_files(std::span<const std::string> paths) {
  std::vector<Error> errors;
  RulePack pack = load_rule_files(paths, errors);
  return first_error_or(std::move(pack), std::move(errors));
}

std::vector<Error> check_rules(const RulePack& pack) {
  std::vector<Error> errors;
  std::set<std::string_view> ids;
  for (const Rule& rule : pack.rules) {
    RuleErrors rule_errors(rule, nullptr, errors);
    RuleChecker(rule, rule_errors).check();
    if (!rule.id.empty() && !ids.insert(rule.id).second) rule_errors.add({"id"}, "id: is taken by an earlier rule");
  }
  return errors;
}

Result<MarkedExample> parse_marks(std::string_view example) {
  const auto error_at = [](std::size_t offset, std::string message, std::string advice) {
    return Error{"", 0, static_cast<int>(offset) + 1, std::move(message), std::move(advice)};
  };
  static_assert(kOpenMark.size() == kCloseMark.size());

  MarkedExample out;
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t open = kNone;  // where the « is that waits for its », in `example`
  std::size_t begin = 0;     // what it marks, in `out.text`
  for (std::size_t i = 0; i < example.size();) {
    const std::string_view rest = example.substr(i);
    if (rest.starts_with(kOpenMark)) {
      if (open != kNone) return error_at(i, "« inside of « »", "close the first with » before it");
      open = i;
      begin = out.text.size();
    } else if (rest.starts_with(kCloseMark)) {
      if (open == kNone) return error_at(i, "» without «", "put « in front of what the rule must find");
      if (out.text.size() == begin) return error_at(open, "nothing between « and »", "mark at least one byte");
      out.spans.emplace_back(begin, out.text.size());
      open = kNone;
    } else {
      out.text += example[i];
      ++i;
      continue;
    }
    i += kOpenMark.size();
  }
  if (open != kNone) return error_at(open, "« without »", "put » behind what the rule must find");
  return out;
}

}  // namespace piiscrub
