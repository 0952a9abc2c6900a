#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "config/suggest.h"
#include "piiscrub/policy_loader.h"
#include "redact/refusal.h"

namespace piiscrub {
namespace {

using Text = PolicySource::Text;
using Choice = PolicySource::Choice;

struct PresetAction {
  Preset preset;
  std::string_view type;
  Action action;
};
constexpr PresetAction kPresetActions[] = {
    {Preset::ops, "ipv4", Action::truncate},
    {Preset::ops, "ipv6", Action::truncate},
    {Preset::ops, "ip-address", Action::truncate},
};

// The networks that `ops` keeps: RFC 1918, RFC 4193, RFC 6598 (carrier-grade NAT), RFC 3927, RFC 4291 § 2.5.6.
constexpr std::string_view kPrivateNetworks[] = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16", "fc00::/7",
                                                 "100.64.0.0/10", "169.254.0.0/16", "fe80::/10"};

// Types of too few values to be hashed, whatever their category.
constexpr std::string_view kGuessableTypes[] = {"cvv", "cvc", "card-cvv", "card-cvc"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Text* find_text(const std::vector<Text>& texts, std::string_view text) {
  if (texts.empty()) return nullptr;  // nearly always, for each rule at every start
  const auto at = std::find_if(texts.begin(), texts.end(), [&](const Text& t) { return t.value == text; });
  return at == texts.end() ? nullptr : &*at;
}

const Text* find_rule_or_type(const std::vector<Text>& texts, const RuleSummary& rule) {
  const Text* const by_id = find_text(texts, rule.id);
  return by_id != nullptr ? by_id : find_text(texts, rule.type);
}

const Choice* find_choice(const std::vector<Choice>& choices, std::string_view subject) {
  const auto at =
      std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return c.subject.value == subject; });
  return at == choices.end() ? nullptr : &*at;
}

// `WHAT, line 12`, or the option's name.
std::string described(const SourceLocation& where, std::string_view what) {
  return where.line == 0 ? where.file : fmt::format("{}, line {}", what, where.line);
}

class Resolver {
 public:
  Resolver(const PolicySource& source, RuleList rules, std::int32_t today, std::vector<Error>& errors)
      : source_(source), rules_(rules), today_(today), errors_(errors) {}

  ResolvedPolicy resolve() {
    check_names();
    check_contradictions();
    decide_structure();
    out_.policy.treatments.reserve(rules_.size());
    out_.decisions.assign(rules_.size(), {.action = "default", .style = "default", .state = "default"});
    for (std::size_t i = 0; i < rules_.size(); ++i) decide(rules_[i], out_.decisions[i]);
    check_something_is_left();
    check_choices_matter();
    if (source_.preset == Preset::ops) allow_private_networks();
    for (const PolicySource::Allow& allow : source_.allow) add_allowance(allow);
    return std::move(out_);
  }

 private:
  static Error at(const SourceLocation& where, std::string message, std::string advice = {}) {
    return {where.file, where.line, where.column, std::move(message), std::move(advice)};
  }
  void add_error(const SourceLocation& where, std::string message, std::string advice = {}) {
    // One decision for many rules is one mistake.
    if (where.line != 0 && !reported_.emplace(where.file, where.line, where.column).second) return;
    errors_.push_back(at(where, std::move(message), std::move(advice)));
  }
  void warn(const SourceLocation& where, std::string message, std::string advice = {}) {
    out_.warnings.push_back(at(where, std::move(message), std::move(advice)));
  }

  // ---- Names

  [[nodiscard]] static std::string near_or(std::string_view word, std::span<const std::string_view> known,
                                           std::string_view otherwise) {
    const std::string near = did_you_mean(word, known);
    return near.empty() ? std::string(otherwise) : near;
  }

  // Few policies name any.
  void list_names() {
    if (!ids_.empty()) return;
    std::set<std::string_view> known;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      ids_.push_back(rules_[i].id);
      if (known.insert(rules_[i].type).second) types_.push_back(rules_[i].type);
    }
  }

  bool check_rule(const Text& name) {
    list_names();
    if (contains(ids_, name.value)) return true;
    std::string advice = near_or(name.value, ids_, "see 'piiscrub rules list'");
    if (contains(types_, name.value)) {
      std::vector<std::string_view> of_type;
      for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].type == name.value && of_type.size() < 8) of_type.push_back(rules_[i].id);
      }
      advice = fmt::format("that is a type; rules of it: {}", fmt::join(of_type, ", "));
    }
    add_error(name.where, fmt::format("unknown rule{}", in_quotes(name.value)), std::move(advice));
    return false;
  }

  void check_rule_or_type(const Text& name) {
    list_names();
    if (contains(ids_, name.value) || contains(types_, name.value)) return;
    std::vector<std::string_view> known = types_;
    known.insert(known.end(), ids_.begin(), ids_.end());
    add_error(name.where, fmt::format("unknown type or rule{}", in_quotes(name.value)),
              near_or(name.value, known, "see 'piiscrub rules list'"));
  }

  void check_names() {
    for (const std::vector<Text>* const list : {&source_.enable, &source_.disable, &source_.observe}) {
      for (const Text& name : *list) check_rule(name);
    }
    for (const Choice& choice : source_.rules) check_rule(choice.subject);
    if (!source_.types.empty()) list_names();
    for (const Choice& choice : source_.types) {
      if (contains(types_, choice.subject.value)) continue;
      add_error(choice.subject.where, fmt::format("unknown type{}", in_quotes(choice.subject.value)),
                near_or(choice.subject.value, types_, "see 'piiscrub rules list'"));
    }
    for (const Text& name : source_.only) check_rule_or_type(name);
    for (const Text& name : source_.except) check_rule_or_type(name);
  }

  void refuse_both(const std::vector<Text>& first, std::string_view first_name, const std::vector<Text>& second,
                   std::string_view second_name) {
    for (const Text& name : second) {
      if (find_text(first, name.value) == nullptr) continue;
      add_error(name.where, fmt::format("{}:{} is in '{}' as well", second_name, in_quotes(name.value), first_name),
                "remove one of them");
    }
  }

  void check_contradictions() {
    refuse_both(source_.disable, "disable", source_.observe, "observe");
    refuse_both(source_.disable, "disable", source_.enable, "enable");
    refuse_both(source_.only, "--only", source_.except, "--except");
  }

  // ---- What whole records are looked at for

  void decide_structure() {
    const bool strict = source_.preset == Preset::strict;
    const std::string otherwise = strict ? "preset strict" : "default";
    out_.policy.markers = strict ? Markers::redact : Markers::scan;
    out_.markers_decision = otherwise;
    if (source_.markers) {
      out_.policy.markers = source_.markers->value;
      out_.markers_decision = described(source_.markers->where, "markers");
    }
    out_.policy.sql_literals = strict ? SqlLiterals::all : SqlLiterals::sensitive;
    out_.sql_decision = otherwise;
    if (source_.sql_literals) {
      out_.policy.sql_literals = source_.sql_literals->value;
      out_.sql_decision = described(source_.sql_literals->where, "sql.literals");
    }
    out_.remember_decision = "default";
    if (source_.remember) {
      out_.policy.remember = source_.remember->value;
      out_.remember_decision = described(source_.remember->where, "remember");
    }
  }

  // ---- Treatments

  // `decision` says "default" so far.
  void decide(const RuleSummary& rule, Decision& decision) {
    Treatment treatment;
    decide_state(rule, treatment, decision);
    decide_action(rule, treatment, decision);
    out_.policy.treatments.push_back(treatment);
  }

  void decide_state(const RuleSummary& rule, Treatment& treatment, Decision& decision) const {
    const auto set = [&](bool enabled, std::string why) {
      treatment.enabled = enabled;
      decision.state = std::move(why);
    };
    if (const Text* const name = find_rule_or_type(source_.except, rule)) return set(false, name->where.file);
    if (const Text* const name = find_text(source_.disable, rule.id)) {
      return set(false, described(name->where, "disable"));
    }
    if (const Text* const name = find_text(source_.observe, rule.id)) {
      treatment.observed = true;
      return set(true, described(name->where, "observe"));
    }
    if (rule.type == kMarkedType && out_.policy.markers == Markers::keep) return set(false, out_.markers_decision);
    if (rule.type == kSqlLiteralType && out_.policy.sql_literals != SqlLiterals::all) {
      return set(false, out_.sql_decision);
    }
    if (const Text* const name = find_text(source_.enable, rule.id)) return set(true, described(name->where, "enable"));
    if (rule.type == kTermType) return set(true, "terms");
    if (!source_.only_categories.empty()) {
      const auto& categories = source_.only_categories;
      const bool chosen = std::any_of(categories.begin(), categories.end(),
                                      [&](const auto& category) { return category.value == rule.category; });
      if (!chosen) return set(false, described(categories.front().where, "categories"));
    }
    if (!source_.only.empty()) {
      return set(find_rule_or_type(source_.only, rule) != nullptr, source_.only.front().where.file);
    }
    if (source_.min_confidence) {
      const bool sure = rule.confidence >= source_.min_confidence->value;
      if (!sure) set(false, described(source_.min_confidence->where, "min_confidence"));
      return;
    }
    if (source_.preset == Preset::strict) return set(true, "preset strict");
    if (rule.confidence < kDefaultMinConfidence) {
      set(false, fmt::format("default: confidence {}", name(rule.confidence)));
    }
  }

  void decide_action(const RuleSummary& rule, Treatment& treatment, Decision& decision) {
    const auto* const own_action = std::find(std::begin(kActionNames), std::end(kActionNames), rule.action);
    if (own_action != std::end(kActionNames) && own_action != std::begin(kActionNames)) {
      treatment.action = static_cast<Action>(own_action - std::begin(kActionNames));
      decision.action = "the rule itself";
    }
    const SourceLocation* action_where = nullptr;  // the rule itself
    const auto apply = [&](const Choice* choice, std::string_view kind) {
      if (choice == nullptr) return;
      const std::string table = kind.empty() ? "[policy]" : fmt::format("[policy.{}.{}]", kind, choice->subject.value);
      if (choice->action) {
        treatment.action = choice->action->value;
        decision.action = described(choice->action->where, table);
        action_where = &choice->action->where;
      }
      if (choice->style) {
        treatment.style = choice->style->value;
        decision.style = described(choice->style->where, table);
      }
    };
    apply(&source_.general, "");
    for (const PresetAction& row : kPresetActions) {
      if (row.preset != source_.preset || row.type != rule.type) continue;
      treatment.action = row.action;
      decision.action = fmt::format("preset {}", name(row.preset));
    }
    apply(find_choice(source_.categories, name(rule.category)), "category");
    apply(find_choice(source_.types, rule.type), "type");
    apply(find_choice(source_.rules, rule.id), "rule");
    if (!treatment.enabled || treatment.action == Action::redact) return;
    const SourceLocation own_where{std::string(rule.file), rule.line, rule.column};
    check_action(rule, treatment.action, action_where == nullptr ? own_where : *action_where);
  }

  void check_action(const RuleSummary& rule, Action action, const SourceLocation& where) {
    const auto refused = [&] {
      return fmt::format("action: {} is refused for the rule{}", name(action), in_quotes(rule.id));
    };
    switch (action) {
      case Action::token:
      case Action::cockroach:
        if (is_secret(rule.category) || contains(kGuessableTypes, rule.type)) {
          return add_error(where, fmt::format("{}, category {}", refused(), name(rule.category)),
                           "whoever can log chosen values could test guesses: use redact or encrypt");
        }
        if (action == Action::token) return require_key(action, where);
        if (!source_.salt_file && !source_.allow_unsalted) {
          add_error(where, "action: cockroach needs a salt",
                    "name salt_file under [cockroach], or say allow_unsalted = true there");
        }
        return;
      case Action::encrypt:
        return require_key(action, where);
      case Action::truncate:
        if (!contains(kAddressTypes, rule.type)) {
          add_error(where, refused(), fmt::format("only these types can be cut: {}", fmt::join(kAddressTypes, ", ")));
        }
        return;
      case Action::redact:
      case Action::mask:
      case Action::drop:
        return;
    }
  }

  void require_key(Action action, const SourceLocation& where) {
    if (source_.keys.empty()) {
      add_error(where, fmt::format("action: {} needs a key", name(action)), "name its file under [keys]");
    }
  }

  // ---- What the whole amounts to

  void check_something_is_left() {
    const auto& all = out_.policy.treatments;
    if (all.empty() || !errors_.empty()) return;
    if (std::none_of(all.begin(), all.end(), [](const Treatment& t) { return t.enabled; })) {
      add_error({}, "no rule is left to look for", "what is chosen and what is excluded leave nothing over");
    } else if (std::none_of(all.begin(), all.end(), [](const Treatment& t) { return t.enabled && !t.observed; })) {
      warn({}, "all rules that are left are only observed: nothing is changed");
    }
  }

  template <typename Concerns>
  void check_choice_matters(const Choice& choice, std::string_view kind, Concerns concerns) {
    bool known = false;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (!concerns(rules_[i])) continue;
      known = true;
      const Treatment& treatment = out_.policy.treatments[i];
      if (treatment.enabled && !treatment.observed) return;
    }
    if (!known) return;
    warn(choice.subject.where,
         fmt::format("[policy.{}.{}] changes nothing: its rules are off or only observed", kind, choice.subject.value));
  }

  void check_choices_matter() {
    for (const Choice& choice : source_.types) {
      check_choice_matters(choice, "type", [&](const RuleSummary& rule) { return rule.type == choice.subject.value; });
    }
    for (const Choice& choice : source_.rules) {
      check_choice_matters(choice, "rule", [&](const RuleSummary& rule) { return rule.id == choice.subject.value; });
    }
  }

  // ---- Allowances

  void allow_private_networks() {
    Allowance allowance;
    allowance.reason = "preset ops: private address";
    for (const std::string_view network : kPrivateNetworks) allowance.networks.push_back(*parse_network(network));
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (contains(kAddressTypes, rules_[i].type)) allowance.rules.push_back(static_cast<std::uint16_t>(i));
    }
    if (!allowance.rules.empty()) out_.policy.allow.push_back(std::move(allowance));
  }

  void add_allowance(const PolicySource::Allow& allow) {
    Allowance allowance{.values = allow.values,
                        .domains = allow.domains,
                        .networks = allow.networks,
                        .keys = allow.keys,
                        .secrets = allow.secrets,
                        .reason = allow.reason};
    bool all_known = true;
    for (const Text& name : allow.rules) {
      if (!check_rule(name)) {
        all_known = false;
        continue;
      }
      const auto index = static_cast<std::size_t>(std::find(ids_.begin(), ids_.end(), name.value) - ids_.begin());
      if (is_secret(rules_[index].category) && !allow.secrets) {
        add_error(name.where,
                  fmt::format("rules:{} finds secrets, category {}", in_quotes(name.value),
                              piiscrub::name(rules_[index].category)),
                  "say allow_secrets = true if they are to stay");
      } else if (!out_.policy.treatments[index].enabled) {
        warn(name.where, fmt::format("rules:{} is off, so there is nothing to allow", in_quotes(name.value)));
      }
      allowance.rules.push_back(static_cast<std::uint16_t>(index));
    }
    std::sort(allowance.rules.begin(), allowance.rules.end());
    if (allow.expires) {
      allowance.expires = allow.expires->value;
      if (today_ >= allow.expires->value) {
        warn(allow.expires->where, "allow: has expired, so what it let stay is treated as ever",
             "remove it, or give it another day");
        return;
      }
    }
    if (all_known) out_.policy.allow.push_back(std::move(allowance));
  }

  const PolicySource& source_;
  RuleList rules_;
  std::int32_t today_;
  std::vector<Error>& errors_;
  std::vector<std::string_view> ids_;
  std::vector<std::string_view> types_;
  std::set<std::tuple<std::string, int, int>> reported_;
  ResolvedPolicy out_;
};

}  // namespace

ResolvedPolicy resolve_policy(const PolicySource& source, RuleList rules, std::int32_t today,
                              std::vector<Error>& errors) {
  return Resolver(source, rules, today, errors).resolve();
}

}  // namespace piiscrub
