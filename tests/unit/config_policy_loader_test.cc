// Policies: what is written is read, what is wrong is refused at its place, and the closest word counts.
#include "piiscrub/policy_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/detector.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

constexpr std::int32_t kToday = 20'000;  // 2024-10-04

std::vector<std::string> texts(const std::vector<Error>& errors) {
  std::vector<std::string> out;
  for (const Error& error : errors) out.push_back(error.text());
  return out;
}

std::string joined(const std::vector<Error>& errors) {
  std::string out;
  for (const std::string& text : texts(errors)) out += text + "\n";
  return out;
}

// The lines stand behind `config_version`, from line 2 on.
std::string configuration(std::string_view lines) { return "config_version = 1\n" + std::string(lines); }

PolicySource load(std::string_view lines) {
  std::vector<Error> errors;
  PolicySource source = load_policy(configuration(lines), "c.toml", errors);
  EXPECT_EQ(joined(errors), "");
  return source;
}

Rule rule(std::string_view id, std::string_view type, Category category, Confidence confidence = Confidence::high) {
  Rule rule;
  rule.id = id;
  rule.type = type;
  rule.category = category;
  rule.confidence = confidence;
  rule.where = {"rules.toml", 1, 1};
  return rule;
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      rule("mail", "email", Category::contact),     rule("mail-encoded", "email", Category::contact),
      rule("phone", "phone", Category::contact),    rule("user", "user-name", Category::contact, Confidence::low),
      rule("address", "ipv4", Category::network),   rule("pat", "token", Category::credential),
      rule("cvv", "cvv", Category::payment),        rule("ssn", "us-ssn", Category::government, Confidence::medium),
      rule("term-1", "term", Category::credential),
  };
  return all;
}

std::size_t index_of(std::string_view id) {
  for (std::size_t i = 0; i < rules().size(); ++i) {
    if (rules()[i].id == id) return i;
  }
  ADD_FAILURE() << id;
  return 0;
}

struct Resolved {
  ResolvedPolicy policy;
  std::vector<Error> errors;

  [[nodiscard]] Treatment of(std::string_view id) const { return policy.policy.treatment(index_of(id)); }
  [[nodiscard]] std::string enabled() const {
    std::string out;
    for (const Rule& r : rules()) {
      if (of(r.id).enabled) out += (out.empty() ? "" : " ") + r.id;
    }
    return out;
  }
};

Resolved resolve(const PolicySource& source) {
  Resolved resolved;
  resolved.policy = resolve_policy(source, rules(), kToday, resolved.errors);
  return resolved;
}

Resolved resolve(std::string_view lines) { return resolve(load(lines)); }

// ---- reading

TEST(PolicyLoaderTest, ReadsEveryField) {
  const PolicySource source = load(R"([policy]
preset = "ops"
action = "mask"
style = "typed"
min_confidence = "low"
categories = ["contact", "web"]
enable = ["a"]
disable = ["b"]
observe = ["c"]
markers = "redact"
sql.literals = "all"
remember = "off"
[policy.category.contact]
action = "mask"
[policy.type.email]
action = "token"
[policy.rule.us-ssn]
style = "label"
[[allow]]
reason = "why"
expires = 2027-01-01
values = ["v"]
domains = ["Example.COM"]
networks = ["10.0.0.0/8"]
keys = ["Contact"]
rules = ["mail"]
allow_secrets = true
[rules]
files = ["own.toml"]
terms = ["/etc/terms"]
[keys]
k2 = "/k2"
k1 = "k1"
[cockroach]
salt_file = "salt"
)");
  EXPECT_EQ(source.preset, Preset::ops);
  EXPECT_EQ(source.general.action->value, Action::mask);
  EXPECT_EQ(source.general.style->value, Style::typed);
  EXPECT_EQ(source.min_confidence->value, Confidence::low);
  ASSERT_EQ(source.only_categories.size(), 2U);
  EXPECT_EQ(source.only_categories[1].value, Category::web);
  EXPECT_EQ(source.only_categories[1].where.line, 7);
  EXPECT_EQ(source.only_categories[1].where.column, 26);
  EXPECT_EQ(source.markers->value, Markers::redact);
  EXPECT_EQ(source.sql_literals->value, SqlLiterals::all);
  EXPECT_EQ(source.remember->value, Remember::off);
  EXPECT_EQ(source.enable[0].value, "a");
  EXPECT_EQ(source.disable[0].value, "b");
  EXPECT_EQ(source.observe[0].value, "c");
  EXPECT_EQ(source.categories[0].subject.value, "contact");
  EXPECT_EQ(source.types[0].action->value, Action::token);
  EXPECT_EQ(source.rules[0].style->value, Style::label);
  EXPECT_FALSE(source.rules[0].action);
  ASSERT_EQ(source.allow.size(), 1U);
  const PolicySource::Allow& allow = source.allow[0];
  EXPECT_EQ(allow.reason, "why");
  EXPECT_EQ(allow.expires->value, 20'819);
  EXPECT_EQ(allow.values, std::vector<std::string>{"v"});
  EXPECT_EQ(allow.domains, std::vector<std::string>{"example.com"});
  EXPECT_EQ(allow.networks[0], *parse_network("10.0.0.0/8"));
  EXPECT_EQ(allow.keys, std::vector<std::string>{"contact"});
  EXPECT_EQ(allow.rules[0].value, "mail");
  EXPECT_TRUE(allow.secrets);
  EXPECT_EQ(source.rule_files[0].value, "own.toml");
  EXPECT_EQ(source.term_files[0].value, "/etc/terms");
  ASSERT_EQ(source.keys.size(), 2U);
  EXPECT_EQ(source.keys[0].id, "k2") << "the order of the file is the age";
  EXPECT_EQ(source.keys[1].path.value, "k1");
  EXPECT_EQ(source.salt_file->value, "salt");
}

TEST(PolicyLoaderTest, PathsCountFromTheFilesDirectory) {
  std::vector<Error> errors;
  const PolicySource source = load_policy(
      configuration("[rules]\nfiles = ['r', '/r']\nterms = ['t']\n[keys]\nk = 'k'\n[cockroach]\nsalt_file = 's'\n"),
      "/etc/piiscrub/c.toml", errors);
  EXPECT_EQ(joined(errors), "");
  EXPECT_EQ(source.rule_files[0].value, "/etc/piiscrub/r");
  EXPECT_EQ(source.rule_files[1].value, "/r");
  EXPECT_EQ(source.term_files[0].value, "/etc/piiscrub/t");
  EXPECT_EQ(source.keys[0].path.value, "/etc/piiscrub/k");
  EXPECT_EQ(source.salt_file->value, "/etc/piiscrub/s");
}

TEST(PolicyLoaderTest, RefusesWithThePlace) {
  const struct {
    std::string_view lines;
    std::string_view error;
  } kCases[] = {
      {"polcy = 1",
       "c.toml:2:1: unknown key 'polcy' (did you mean 'policy'? known: config_version, policy, allow, "
       "rules, keys, cockroach)"},
      {"policy = 1", "c.toml:2:10: policy: expected a table, got an integer"},
      {"[policy]\nactoin = 'mask'", "c.toml:3:1: unknown key 'actoin' (did you mean 'action'?"},
      {"[policy]\naction = 'msk'", "c.toml:3:10: unknown action 'msk' (did you mean 'mask'?"},
      {"[policy]\naction = 1", "c.toml:3:10: action: expected a string, got an integer"},
      {"[policy]\naction = 'token'",
       "c.toml:3:10: action: token for everything (say it for the types that need it, "
       "under [policy.type.TYPE])"},
      {"[policy]\naction = 'cockroach'", "c.toml:3:10: action: cockroach for everything"},
      {"[policy]\nstyle = 'bold'", "c.toml:3:9: unknown style 'bold' (known: label, typed)"},
      {"[policy]\npreset = 'strct'", "c.toml:3:10: unknown preset 'strct' (did you mean 'strict'?"},
      {"[policy]\nmarkers = 'scna'", "c.toml:3:11: unknown markers 'scna' (did you mean 'scan'?"},
      {"[policy]\nremember = 'record'", "c.toml:3:12: unknown remember 'record' (known: entry, off)"},
      {"[policy]\nsql.literals = 'none'", "c.toml:3:16: unknown literals 'none' (known: sensitive, all, off)"},
      {"[policy]\nsql.literal = 'all'", "c.toml:3:5: unknown key 'literal' (did you mean 'literals'?"},
      {"[policy]\nsql = 'all'", "c.toml:3:7: sql: expected a table, got a string (write sql.literals)"},
      {"[policy]\nmin_confidence = 'sure'", "c.toml:3:18: unknown min_confidence 'sure'"},
      {"[policy]\ncategories = ['contact', 'contcat']", "c.toml:3:26: unknown category 'contcat' (did you mean"},
      {"[policy]\ncategories = []", "c.toml:3:14: categories: empty list (leave it out)"},
      {"[policy]\nobserve = 'x'", "c.toml:3:11: observe: expected an array, got a string (put it into [ ])"},
      {"[policy]\nobserve = [1]", "c.toml:3:12: observe: expected a string, got an integer"},
      {"[policy]\nobserve = ['']", "c.toml:3:12: observe: empty string"},
      {"[policy.category.contct]\naction = 'mask'", "c.toml:2:18: unknown category 'contct' (did you mean 'contact'?"},
      {"[policy.type]\nemail = 'mask'", "c.toml:3:9: type: expected a table, got a string (write [policy.type.NAME])"},
      {"[policy.type.email]\nactions = 'mask'", "c.toml:3:1: unknown key 'actions' (did you mean 'action'?"},
      {"[allow]\nreason = 'x'",
       "c.toml:2:1: allow: expected an array, got a table (write [[allow]], with two brackets)"},
      {"[[allow]]\nvalues = ['x']", "c.toml:2:1: allow: missing 'reason' (say why these values may stay)"},
      {"[[allow]]\nreason = ''\nvalues = ['x']", "c.toml:3:10: allow: missing 'reason'"},
      {"[[allow]]\nreason = 'x'",
       "c.toml:2:1: allow: no condition, so everything would stay (give one or more of: "
       "values, domains, networks, keys, rules)"},
      {"[[allow]]\nreason = 'x'\nvalues = ['x']\nexpires = '2027-01-01'",
       "c.toml:5:11: expires: expected a date, got a string (write a day without quotes, as 2030-12-31)"},
      {"[[allow]]\nreason = 'x'\nvalues = ['x']\nexpires = 2027-01-01T00:00:00Z",
       "c.toml:5:11: expires: expected a date, got a date or time"},
      {"[[allow]]\nreason = 'x'\ndomains = ['a b']", "c.toml:4:12: domains: not a domain (write example.com;"},
      {"[[allow]]\nreason = 'x'\ndomains = ['.com']", "c.toml:4:12: domains: not a domain"},
      {"[[allow]]\nreason = 'x'\nnetworks = ['10.0.0.0/8', '10.0.0.1/8']", "c.toml:4:27: networks: not a network"},
      {"[[allow]]\nreason = 'x'\nvalue = ['x']\nrules = ['x']",
       "c.toml:4:1: unknown key 'value' (did you mean 'values'?"},
      {"[[allow]]\nreason = 'x'\nrules = ['x']\nallow_secrets = 1", "c.toml:5:17: allow_secrets: expected a boolean"},
      {"[rules]\nfile = ['x']", "c.toml:3:1: unknown key 'file' (did you mean 'files'?"},
      {"[rules]\nterms = 't'", "c.toml:3:9: terms: expected an array, got a string (put it into [ ])"},
      {"[keys]\nKEY = '/k'", "c.toml:3:1: keys: not a key id 'KEY' (use one to eight lower-case"},
      {"[keys]\nk12345678 = '/k'", "c.toml:3:1: keys: not a key id 'k12345678'"},
      {"[keys]\nk1 = 7", "c.toml:3:6: keys: expected a string, got an integer (name the file that holds the key)"},
      {"[keys]\nk1 = ''", "c.toml:3:6: keys: empty string"},
      {"[cockroach]\nsalt = 'x'", "c.toml:3:1: unknown key 'salt'"},
      {"[cockroach]\nsalt_file = 's'\nallow_unsalted = true",
       "c.toml:4:1: allow_unsalted: there is a salt_file as well (remove one of them)"},
      {"[policy", "c.toml:2:8: "},
  };
  for (const auto& [lines, error] : kCases) {
    std::vector<Error> errors;
    load_policy(configuration(lines), "c.toml", errors);
    ASSERT_EQ(errors.size(), 1U) << lines << "\n" << joined(errors);
    EXPECT_TRUE(errors[0].text().starts_with(error)) << errors[0].text() << "\n" << error;
  }
}

TEST(PolicyLoaderTest, DemandsAVersionThatItKnows) {
  std::vector<Error> errors;
  load_policy("[policy]\n", "c.toml", errors);
  load_policy("config_version = 2\n", "c.toml", errors);
  load_policy("config_version = '1'\n", "c.toml", errors);
  EXPECT_EQ(texts(errors),
            (std::vector<std::string>{
                "c.toml: missing 'config_version' (write config_version = 1)",
                "c.toml:1:18: config_version: not known to this version of piiscrub (write config_version = 1)",
                "c.toml:1:18: config_version: expected an integer, got a string (write config_version = 1)"}));
}

TEST(PolicyLoaderTest, ReportsAllProblemsByLine) {
  std::vector<Error> errors;
  load_policy("[[allow]]\n[policy]\naction = 'x'\nstile = 'y'\n", "c.toml", errors);
  std::vector<int> lines;
  for (const Error& error : errors) lines.push_back(error.line);
  EXPECT_EQ(lines, (std::vector<int>{0, 1, 1, 3, 4}));
}

TEST(PolicyLoaderTest, MessagesHoldNoValues) {
  std::vector<Error> errors;
  load_policy(configuration("[[allow]]\nreason = 'x'\ndomains = ['alice@example.com']\nnetworks = ['4111 1111']\n"
                            "[policy]\naction = 'alice@example.com'\n"),
              "c.toml", errors);
  EXPECT_EQ(errors.size(), 3U);
  EXPECT_EQ(joined(errors).find("alice"), std::string::npos);
  EXPECT_EQ(joined(errors).find("4111"), std::string::npos);
}

TEST(PolicyLoaderTest, AFileThatCannotBeReadIsAnError) {
  std::vector<Error> errors;
  load_policy_file("/nonexistent/c.toml", errors);
  EXPECT_EQ(joined(errors), "/nonexistent/c.toml: cannot read: No such file or directory\n");
}

// ---- precedence

TEST(PolicyResolverTest, TheClosestWordCountsForActionAndStyleEach) {
  const Resolved resolved = resolve(R"([policy]
action = "drop"
style = "typed"
[policy.category.contact]
action = "mask"
[policy.type.email]
style = "label"
[policy.rule.mail]
action = "redact"
)");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(resolved.of("mail"), (Treatment{.action = Action::redact, .style = Style::label}));
  EXPECT_EQ(resolved.of("mail-encoded"), (Treatment{.action = Action::mask, .style = Style::label}));
  EXPECT_EQ(resolved.of("phone"), (Treatment{.action = Action::mask, .style = Style::typed}));
  EXPECT_EQ(resolved.of("pat"), (Treatment{.action = Action::drop, .style = Style::typed}));
  const Decision& mail = resolved.policy.decisions[index_of("mail")];
  EXPECT_EQ(mail.action, "[policy.rule.mail], line 10");
  EXPECT_EQ(mail.style, "[policy.type.email], line 8");
  EXPECT_EQ(mail.state, "default");
}

TEST(PolicyResolverTest, AnEmptyPolicyRedactsWhatIsSure) {
  const Resolved resolved = resolve("");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(resolved.enabled(), "mail mail-encoded phone address pat cvv ssn term-1");
  EXPECT_EQ(resolved.of("mail"), Treatment{});
  EXPECT_TRUE(resolved.policy.policy.allow.empty());
}

TEST(PolicyResolverTest, RulesAreChosenByIdCategoryAndConfidence) {
  const struct {
    std::string_view lines;
    std::string_view enabled;
  } kCases[] = {
      {"[policy]\npreset = 'strict'", "mail mail-encoded phone user address pat cvv ssn term-1"},
      {"[policy]\nmin_confidence = 'low'", "mail mail-encoded phone user address pat cvv ssn term-1"},
      {"[policy]\nmin_confidence = 'high'", "mail mail-encoded phone address pat cvv term-1"},
      {"[policy]\npreset = 'strict'\nmin_confidence = 'high'", "mail mail-encoded phone address pat cvv term-1"},
      {"[policy]\ncategories = ['network', 'contact']", "mail mail-encoded phone address term-1"},
      {"[policy]\nenable = ['user']", "mail mail-encoded phone user address pat cvv ssn term-1"},
      {"[policy]\ncategories = ['network']\nenable = ['pat']", "address pat term-1"},
      {"[policy]\ndisable = ['mail', 'term-1']", "mail-encoded phone address pat cvv ssn"},
      {"[policy]\ncategories = ['network']\nobserve = ['user']", "user address term-1"},
  };
  for (const auto& [lines, enabled] : kCases) {
    const Resolved resolved = resolve(lines);
    EXPECT_EQ(joined(resolved.errors), "");
    EXPECT_EQ(resolved.enabled(), enabled) << lines;
  }
}

TEST(PolicyResolverTest, OptionsChooseByTypeOrRule) {
  PolicySource source;
  source.only = {{"email", {.file = "--only"}}, {"user", {.file = "--only"}}};
  EXPECT_EQ(resolve(source).enabled(), "mail mail-encoded user term-1");
  source.except = {{"mail", {.file = "--except"}}, {"term", {.file = "--except"}}};
  const Resolved resolved = resolve(source);
  EXPECT_EQ(resolved.enabled(), "mail-encoded user");
  EXPECT_EQ(resolved.policy.decisions[index_of("mail")].state, "--except");
  EXPECT_EQ(resolved.policy.decisions[index_of("phone")].state, "--only");
}

// ---- presets

TEST(PolicyResolverTest, OpsKeepsPrivateAddressesAndCutsOthers) {
  const Resolved resolved = resolve("[policy]\npreset = 'ops'\naction = 'mask'\n");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(resolved.of("address").action, Action::truncate);
  EXPECT_EQ(resolved.of("mail").action, Action::mask);
  ASSERT_EQ(resolved.policy.policy.allow.size(), 1U);
  const Allowance& allowance = resolved.policy.policy.allow[0];
  EXPECT_EQ(allowance.rules, std::vector<std::uint16_t>{static_cast<std::uint16_t>(index_of("address"))});
  for (const std::string_view kept :
       {"10.9.8.7", "172.31.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "fd00::1", "fe80::1%eth0"}) {
    EXPECT_TRUE(std::any_of(allowance.networks.begin(), allowance.networks.end(), [&](const Network& n) {
      return n.contains(*parse_address(kept));
    })) << kept;
  }
  for (const std::string_view other : {"93.184.216.34", "172.32.0.1", "100.128.0.1", "2001:db8::1"}) {
    EXPECT_TRUE(std::none_of(allowance.networks.begin(), allowance.networks.end(), [&](const Network& n) {
      return n.contains(*parse_address(other));
    })) << other;
  }
}

TEST(PolicyResolverTest, TheFileCountsForMoreThanThePreset) {
  EXPECT_EQ(resolve("[policy]\npreset = 'ops'\n[policy.category.network]\naction = 'drop'\n").of("address").action,
            Action::drop);
}

// ---- refusals

TEST(PolicyResolverTest, RefusesWithThePlace) {
  const struct {
    std::string_view lines;
    std::string_view error;
  } kCases[] = {
      {"[policy]\nobserve = ['mial']", "c.toml:3:12: unknown rule 'mial' (did you mean 'mail'?)"},
      {"[policy]\nobserve = ['email']",
       "c.toml:3:12: unknown rule 'email' (that is a type; rules of it: mail, mail-encoded)"},
      {"[policy]\ndisable = ['zzzzzz']", "c.toml:3:12: unknown rule 'zzzzzz' (see 'piiscrub rules list')"},
      {"[policy]\nenable = ['zzzzzz']", "c.toml:3:11: unknown rule 'zzzzzz'"},
      {"[policy.type.emial]\naction = 'mask'", "c.toml:2:14: unknown type 'emial' (did you mean 'email'?)"},
      {"[policy.rule.phones]\naction = 'mask'", "c.toml:2:14: unknown rule 'phones' (did you mean 'phone'?)"},
      {"[policy]\ndisable = ['mail']\nobserve = ['mail']",
       "c.toml:4:12: observe: 'mail' is in 'disable' as well (remove one of them)"},
      {"[policy]\ndisable = ['mail']\nenable = ['mail']", "c.toml:4:11: enable: 'mail' is in 'disable' as well"},
      {"[keys]\nk1 = '/k'\n[policy.type.token]\naction = 'token'",
       "c.toml:5:10: action: token is refused for the rule 'pat', category credential (whoever can log chosen values "
       "could test guesses: use redact or encrypt)"},
      {"[keys]\nk1 = '/k'\n[policy.category.payment]\naction = 'token'",
       "c.toml:5:10: action: token is refused for the rule 'cvv', category payment"},
      {"[cockroach]\nallow_unsalted = true\n[policy.rule.pat]\naction = 'cockroach'",
       "c.toml:5:10: action: cockroach is refused for the rule 'pat'"},
      {"[policy.type.email]\naction = 'token'", "c.toml:3:10: action: token needs a key (name its file under [keys])"},
      {"[policy]\naction = 'encrypt'", "c.toml:3:10: action: encrypt needs a key"},
      {"[policy.type.email]\naction = 'cockroach'", "c.toml:3:10: action: cockroach needs a salt (name salt_file"},
      {"[policy.type.email]\naction = 'truncate'",
       "c.toml:3:10: action: truncate is refused for the rule 'mail' (only these types can be cut: ipv4, ipv6, "
       "ip-address)"},
      {"[policy]\naction = 'truncate'", "c.toml:3:10: action: truncate is refused for the rule 'mail'"},
      {"[[allow]]\nreason = 'x'\nrules = ['mial']", "c.toml:4:10: unknown rule 'mial'"},
      {"[[allow]]\nreason = 'x'\nrules = ['mail', 'pat']",
       "c.toml:4:18: rules: 'pat' finds secrets, category credential (say allow_secrets = true if they are to stay)"},
      {"[policy]\ncategories = ['health']\ndisable = ['term-1']", "no rule is left to look for"},
  };
  for (const auto& [lines, error] : kCases) {
    const Resolved resolved = resolve(lines);
    ASSERT_EQ(resolved.errors.size(), 1U) << lines << "\n" << joined(resolved.errors);
    EXPECT_TRUE(resolved.errors[0].text().starts_with(error)) << resolved.errors[0].text() << "\n" << error;
  }
}

TEST(PolicyResolverTest, RefusesUnknownNamesInOptions) {
  PolicySource source;
  source.only = {{"emial", {.file = "--only"}}};
  source.except = {{"zzzzzz", {.file = "--except"}}};
  EXPECT_EQ(texts(resolve(source).errors),
            (std::vector<std::string>{"--only: unknown type or rule 'emial' (did you mean 'email'?)",
                                      "--except: unknown type or rule 'zzzzzz' (see 'piiscrub rules list')"}));
}

TEST(PolicyResolverTest, AnActionOfARuleThatIsOffIsNotRefused) {
  EXPECT_EQ(joined(resolve("[policy]\ndisable = ['cvv']\n[keys]\nk = '/k'\n[policy.category.payment]\n"
                           "action = 'token'\n")
                       .errors),
            "");
}

// ---- allowances

TEST(PolicyResolverTest, ExpiredAllowancesAreLeftOutWithAWarning) {
  const Resolved resolved = resolve(
      "[[allow]]\nreason = 'old'\nvalues = ['x']\nexpires = 2024-10-04\n"
      "[[allow]]\nreason = 'new'\nvalues = ['x']\nexpires = 2024-10-05\n");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(joined(resolved.policy.warnings),
            "c.toml:5:11: allow: has expired, so what it let stay is treated as ever (remove it, or give it another "
            "day)\n");
  ASSERT_EQ(resolved.policy.policy.allow.size(), 1U);
  EXPECT_EQ(resolved.policy.policy.allow[0].reason, "new");
}

TEST(PolicyResolverTest, AnAllowanceForAnUnknownRuleIsNotOneForAll) {
  EXPECT_TRUE(resolve("[[allow]]\nreason = 'x'\nrules = ['mial']\n").policy.policy.allow.empty());
}

TEST(PolicyResolverTest, AllowancesNameRulesByIndex) {
  const Resolved resolved = resolve("[[allow]]\nreason = 'x'\nrules = ['pat', 'phone']\nallow_secrets = true\n");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(resolved.policy.policy.allow[0].rules, (std::vector<std::uint16_t>{2, 5}));
}

// ---- warnings

TEST(PolicyResolverTest, WarnsOfWhatChangesNothing) {
  const Resolved resolved = resolve(R"([policy]
disable = ["phone"]
observe = ["mail", "mail-encoded"]
[policy.type.phone]
action = "mask"
[policy.rule.mail]
action = "mask"
[[allow]]
reason = "x"
rules = ["phone"]
)");
  EXPECT_EQ(joined(resolved.errors), "");
  EXPECT_EQ(texts(resolved.policy.warnings),
            (std::vector<std::string>{
                "c.toml:5:14: [policy.type.phone] changes nothing: its rules are off or only observed",
                "c.toml:7:14: [policy.rule.mail] changes nothing: its rules are off or only observed",
                "c.toml:11:10: rules: 'phone' is off, so there is nothing to allow",
            }));
}

// ---- keys

TEST(PolicyKeysTest, NothingIsNeededWhereNoneIsNamed) {
  std::vector<Error> errors;
  EXPECT_EQ(load_keys(load(""), errors), nullptr);
  EXPECT_EQ(joined(errors), "");
}

// ---- the example

TEST(PolicyExampleTest, LoadsWithoutAWord) {
  const std::string path = std::string(PIISCRUB_SOURCE_DIR) + "/packaging/example-policy.toml";
  std::vector<Error> errors;
  const PolicySource source = load_policy_file(path, errors);
  const ResolvedPolicy resolved = resolve_policy(source, builtin_rules()->rules(), kToday, errors);
  EXPECT_EQ(joined(errors), "");
  EXPECT_EQ(joined(resolved.warnings), "");
  EXPECT_EQ(resolved.policy.allow.size(), 2U);
}

TEST(PolicyResolverTest, DecidesWhatMarksLiteralsAndRememberedValuesBecome) {
  const struct {
    std::string_view lines;
    Markers markers;
    SqlLiterals literals;
    Remember remember;
    std::string_view why;
  } kCases[] = {
      {"", Markers::scan, SqlLiterals::sensitive, Remember::entry, "default; default; default"},
      {"[policy]\npreset = 'strict'", Markers::redact, SqlLiterals::all, Remember::entry,
       "preset strict; preset strict; default"},
      {"[policy]\npreset = 'strict'\nmarkers = 'keep'\nsql.literals = 'off'\nremember = 'off'", Markers::keep,
       SqlLiterals::off, Remember::off, "markers, line 4; sql.literals, line 5; remember, line 6"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.lines);
    const Resolved resolved = resolve(c.lines);
    EXPECT_EQ(joined(resolved.errors), "");
    EXPECT_EQ(resolved.policy.policy.markers, c.markers);
    EXPECT_EQ(resolved.policy.policy.sql_literals, c.literals);
    EXPECT_EQ(resolved.policy.policy.remember, c.remember);
    EXPECT_EQ(resolved.policy.markers_decision + "; " + resolved.policy.sql_decision + "; " +
                  resolved.policy.remember_decision,
              c.why);
  }
}

}  // namespace
}  // namespace piiscrub
