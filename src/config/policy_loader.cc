#include "piiscrub/policy_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "config/table_reader.h"

namespace piiscrub {
namespace {

using Text = PolicySource::Text;

constexpr std::size_t kMaxKeyIdBytes = 8;

constexpr std::string_view kTopKeys[] = {"config_version", "policy", "allow", "rules", "keys", "cockroach"};
constexpr std::string_view kPolicyKeys[] = {"preset", "action",  "style",   "min_confidence", "categories",
                                            "enable", "disable", "observe", "category",       "type",
                                            "rule",   "markers", "sql",     "remember"};
constexpr std::string_view kSqlKeys[] = {"literals"};
constexpr std::string_view kChoiceKeys[] = {"action", "style"};
constexpr std::string_view kAllowKeys[] = {"reason",   "expires", "values", "domains",
                                           "networks", "keys",    "rules",  "allow_secrets"};
constexpr std::string_view kRulesKeys[] = {"files", "terms"};
constexpr std::string_view kCockroachKeys[] = {"salt_file", "allow_unsalted"};

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), to_lower);
  return text;
}

// [a-z0-9]{1,8}, see KeyRing.
bool is_key_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxKeyIdBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c); });
}

class PolicyReader : TableReader {
 public:
  PolicyReader(const std::string& file, std::vector<Error>& errors) : TableReader(file, errors) {}

  PolicySource read(const TomlValue& root) {
    check_keys(root, kTopKeys);
    read_version(root);
    if (const TomlValue* policy = get(root, "policy", Kind::table)) read_policy(*policy);
    if (const TomlValue* allow = get(root, "allow", Kind::array, "write [[allow]], with two brackets")) {
      for (const TomlValue& entry : allow->array) read_allow(entry);
    }
    if (const TomlValue* rules = get(root, "rules", Kind::table)) {
      check_keys(*rules, kRulesKeys);
      source_.rule_files = read_paths(*rules, "files");
      source_.term_files = read_paths(*rules, "terms");
    }
    if (const TomlValue* keys = get(root, "keys", Kind::table)) read_keys(*keys);
    if (const TomlValue* cockroach = get(root, "cockroach", Kind::table)) read_cockroach(*cockroach);
    return std::move(source_);
  }

 private:
  void read_policy(const TomlValue& policy) {
    check_keys(policy, kPolicyKeys);
    if (const auto preset = read_name<Preset>(policy, "preset", kPresetNames)) source_.preset = preset->value;
    source_.general = read_choice(policy, {});
    // What is keyed needs a decision per kind of data: whoever can log chosen values can test guesses.
    if (const auto& action = source_.general.action;
        action && (action->value == Action::token || action->value == Action::cockroach)) {
      add_error({action->where.line, action->where.column},
                fmt::format("action: {} for everything", name(action->value)),
                "say it for the types that need it, under [policy.type.TYPE]");
    }
    source_.markers = read_name<Markers>(policy, "markers", kMarkersNames);
    if (const TomlValue* const sql = get(policy, "sql", Kind::table, "write sql.literals")) {
      check_keys(*sql, kSqlKeys);
      source_.sql_literals = read_name<SqlLiterals>(*sql, "literals", kSqlLiteralsNames);
    }
    source_.remember = read_name<Remember>(policy, "remember", kRememberNames);
    source_.min_confidence = read_name<Confidence>(policy, "min_confidence", kConfidenceNames);
    for (const TomlValue* const value : get_strings(policy, "categories")) {
      if (const auto category = parse_name<Category>(*value, "category", kCategoryNames)) {
        source_.only_categories.push_back(*category);
      }
    }
    source_.enable = read_texts(policy, "enable");
    source_.disable = read_texts(policy, "disable");
    source_.observe = read_texts(policy, "observe");
    source_.categories = read_choices(policy, "category");
    for (const PolicySource::Choice& choice : source_.categories) {
      const Names known = kCategoryNames;
      if (std::find(known.begin(), known.end(), choice.subject.value) != known.end()) continue;
      add_error({choice.subject.where.line, choice.subject.where.column},
                fmt::format("unknown category{}", in_quotes(choice.subject.value)),
                suggestion(choice.subject.value, known));
    }
    source_.types = read_choices(policy, "type");
    source_.rules = read_choices(policy, "rule");
  }

  std::vector<PolicySource::Choice> read_choices(const TomlValue& policy, std::string_view key) {
    std::vector<PolicySource::Choice> choices;
    const TomlValue* const tables = get(policy, key, Kind::table, fmt::format("write [policy.{}.NAME]", key));
    if (tables == nullptr) return choices;
    for (const TomlEntry& entry : tables->entries) {
      if (entry.value.kind != Kind::table) {
        expect(key, Kind::table, entry.value, fmt::format("write [policy.{}.NAME]", key));
        continue;
      }
      check_keys(entry.value, kChoiceKeys);
      choices.push_back(read_choice(entry.value, {entry.key, place(entry.where)}));
    }
    return choices;
  }

  PolicySource::Choice read_choice(const TomlValue& table, Text subject) {
    return {.subject = std::move(subject),
            .action = read_name<Action>(table, "action", kActionNames),
            .style = read_name<Style>(table, "style", kStyleNames)};
  }

  void read_allow(const TomlValue& table) {
    if (table.kind != Kind::table) {
      expect("allow", Kind::table, table, "write each entry under its own [[allow]]");
      return;
    }
    check_keys(table, kAllowKeys);
    PolicySource::Allow allow;
    allow.where = place(table.where);
    const TomlValue* const reason = get(table, "reason", Kind::string);
    if (table.find("reason") == nullptr || (reason != nullptr && reason->string.empty())) {
      add_error(reason == nullptr ? table.where : reason->where, "allow: missing 'reason'",
                "say why these values may stay");
    } else if (reason != nullptr) {
      allow.reason = reason->string;
    }
    if (const TomlValue* const day = get(table, "expires", Kind::date, "write a day without quotes, as 2030-12-31")) {
      allow.expires = {day->date, place(day->where)};
    }
    for (const TomlValue* const value : get_strings(table, "values")) allow.values.push_back(value->string);
    for (const TomlValue* const value : get_strings(table, "domains")) read_domain(*value, allow.domains);
    for (const TomlValue* const value : get_strings(table, "networks")) read_network(*value, allow.networks);
    for (const TomlValue* const value : get_strings(table, "keys")) allow.keys.push_back(lower_case(value->string));
    allow.rules = read_texts(table, "rules");
    allow.secrets = read_flag(table, "allow_secrets");
    const auto is_condition = [&](std::string_view key) { return table.find(key) != nullptr; };
    constexpr std::string_view kConditions[] = {"values", "domains", "networks", "keys", "rules"};
    if (std::none_of(std::begin(kConditions), std::end(kConditions), is_condition)) {
      add_error(table.where, "allow: no condition, so everything would stay",
                fmt::format("give one or more of: {}", fmt::join(kConditions, ", ")));
    }
    source_.allow.push_back(std::move(allow));
  }

  void read_domain(const TomlValue& value, std::vector<std::string>& domains) {
    const auto allowed = [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_' || is_high(c); };
    const std::string& text = value.string;
    if (std::all_of(text.begin(), text.end(), allowed) && !text.starts_with('.') && !text.ends_with('.')) {
      domains.push_back(lower_case(text));
    } else {
      add_error(value.where, "domains: not a domain", "write example.com; its subdomains are included");
    }
  }

  void read_network(const TomlValue& value, std::vector<Network>& networks) {
    if (const std::optional<Network> network = parse_network(value.string)) {
      networks.push_back(*network);
    } else {
      add_error(value.where, "networks: not a network",
                "write it as 10.0.0.0/8 or 2001:db8::/32, without bits behind the prefix");
    }
  }

  void read_keys(const TomlValue& table) {
    for (const TomlEntry& entry : table.entries) {
      if (!is_key_id(entry.key)) {
        add_error(entry.where, fmt::format("keys: not a key id{}", in_quotes(entry.key)),
                  "use one to eight lower-case ASCII letters and digits");
      } else if (entry.value.kind != Kind::string) {
        expect("keys", Kind::string, entry.value, "name the file that holds the key");
      } else if (entry.value.string.empty()) {
        add_error(entry.value.where, "keys: empty string", "name the file that holds the key");
      } else {
        source_.keys.push_back({entry.key, {beside_file(entry.value.string), place(entry.value.where)}});
      }
    }
  }

  void read_cockroach(const TomlValue& table) {
    check_keys(table, kCockroachKeys);
    source_.allow_unsalted = read_flag(table, "allow_unsalted");
    const TomlValue* const salt = get(table, "salt_file", Kind::string);
    if (salt == nullptr) return;
    if (salt->string.empty()) add_error(salt->where, "salt_file: empty string");
    source_.salt_file = {beside_file(salt->string), place(salt->where)};
    if (source_.allow_unsalted) {
      add_error(table.find("allow_unsalted")->where, "allow_unsalted: there is a salt_file as well",
                "remove one of them");
    }
  }

  PolicySource source_;
};

PolicySource read_policy_source(const Result<TomlValue>& root, const std::string& file, std::vector<Error>& errors) {
  if (!root) {
    errors.push_back(root.error());
    return {};
  }
  std::vector<Error> found;
  PolicySource source = PolicyReader(file, found).read(*root);
  sort_by_place(found);
  errors.insert(errors.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  return source;
}

}  // namespace

PolicySource load_policy(std::string_view toml_text, const std::string& file_name, std::vector<Error>& errors) {
  return read_policy_source(read_toml(toml_text, file_name), file_name, errors);
}

PolicySource load_policy_file(const std::string& path, std::vector<Error>& errors) {
  return read_policy_source(read_toml_file(path), path, errors);
}

}  // namespace piiscrub
