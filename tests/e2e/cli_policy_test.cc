// Configuration, rule choice, terms, counts, and the commands that test and compare rules.

#include <gtest/gtest.h>

#include <string>

#include "process.h"

namespace piiscrub::e2e {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr std::string_view kLine = "alice@example.com 93.184.216.34 +41 44 668 18 00\n";

constexpr std::string_view kTicketRule =
    "[[rule]]\nid = \"own-ticket\"\ntitle = \"Ticket\"\ntype = \"ticket\"\ncategory = \"contact\"\n"
    "match = '''TCK-[0-9]{6}'''\nexamples = [\"see «TCK-123456»\", \"«TCK-654321» done\"]\n"
    "counter_examples = [\"TCK-12\"]\n";

std::string configuration(std::string_view lines) { return "config_version = 1\n" + std::string(lines); }

// ----- options that choose rules

TEST(Policy, OptionsChooseRules) {
  const struct {
    Arguments arguments;
    std::string_view out;
  } kCases[] = {
      {{"--only", "email"}, "[EMAIL] 93.184.216.34 +41 44 668 18 00\n"},
      {{"--only", "email,phone-international"}, "[EMAIL] 93.184.216.34 [PHONE]\n"},
      {{"--only", "email", "--only", "ipv4"}, "[EMAIL] [IPV4] +41 44 668 18 00\n"},
      {{"--except", "phone,ipv4"}, "[EMAIL] 93.184.216.34 +41 44 668 18 00\n"},
      {{"--category", "network"}, "alice@example.com [IPV4] +41 44 668 18 00\n"},
      {{"--category", "network,contact", "--except", "email"}, "alice@example.com [IPV4] [PHONE]\n"},
      {{"--min-confidence", "high"}, "[EMAIL] [IPV4] [PHONE]\n"},
  };
  for (const auto& [arguments, out] : kCases) {
    const Outcome outcome = run_piiscrub(arguments, kLine);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out, out) << arguments[0] << " " << arguments[1];
  }
}

TEST(Policy, OptionsAreRefusedBeforeAByteIsRead) {
  const struct {
    Arguments arguments;
    int status;
    std::string_view message;
  } kCases[] = {
      {{"--only", "emial"}, 64, "piiscrub: --only: unknown type or rule 'emial' (did you mean 'email'?)\n"},
      {{"--except", "ipv5"}, 64, "piiscrub: --except: unknown type or rule 'ipv5' (did you mean 'ipv4'?)\n"},
      {{"--category", "contcat"}, 64, "--category 'contcat' is not a category"},
      {{"--category", "contact,"}, 64, "--category 'contact,' must be names, separated by commas"},
      {{"--min-confidence", "sure"}, 64, "--min-confidence 'sure' must be low, medium or high"},
      {{"--only", "email", "--except", "email"}, 64, "--except: 'email' is in '--only' as well"},
      {{"--only", "email", "--category", "network"}, 78, "no rule is left to look for"},
      {{"-c", "/nonexistent/c.toml"}, 78, "/nonexistent/c.toml: cannot read: No such file or directory"},
      {{"--terms", "/nonexistent/terms"}, 78, "/nonexistent/terms: cannot read: No such file or directory"},
  };
  for (const auto& [arguments, status, message] : kCases) {
    const Outcome outcome = run_piiscrub(arguments, kLine);
    EXPECT_EQ(outcome.status, status) << message;
    EXPECT_EQ(outcome.out, "") << message;
    EXPECT_TRUE(contains(outcome.err, message)) << outcome.err;
  }
}

TEST(Policy, CategoryStillChoosesWhatIsListed) {
  const std::string list = run_piiscrub({"rules", "list", "--category", "contact,network"}).out;
  EXPECT_TRUE(contains(list, "email"));
  EXPECT_TRUE(contains(list, "ipv4"));
  EXPECT_FALSE(contains(list, "us-ssn"));
}

// ----- configuration

TEST(Policy, ConfigurationIsObeyedAndCounted) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  const std::string stats = directory / "stats.prom";
  write_file(config, configuration("[policy]\nobserve = ['phone-international']\ndisable = ['us-ssn']\n"
                                   "[[allow]]\nreason = 'ours'\ndomains = ['example.org']\n"));
  const Outcome outcome =
      run_piiscrub({"-c", config, "--stats", "--stats-file", stats}, std::string(kLine) + "bob@example.org\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "[EMAIL] [IPV4] +41 44 668 18 00\nbob@example.org\n");
  EXPECT_TRUE(contains(outcome.err,
                       "Found\n              1  email: redact\n              1  ipv4: redact\n"
                       "Allowed to stay\n              1  email\n"
                       "Observed only\n              1  phone-international\n"))
      << outcome.err;
  const std::string text = read_file(stats);
  for (const char* const row :
       {"\npiiscrub_findings_total{rule=\"email\",type=\"email\",category=\"contact\",action=\"redact\"} 1\n",
        "\npiiscrub_allowed_total{rule=\"email\",type=\"email\",category=\"contact\"} 1\n",
        "\npiiscrub_allowed_total{rule=\"ipv4\",type=\"ipv4\",category=\"network\"} 0\n",
        "\npiiscrub_observed_total{rule=\"phone-international\",type=\"phone\",category=\"contact\"} 1\n",
        "\npiiscrub_masked_total{reason=\"budget\"} 0\n"}) {
    EXPECT_TRUE(contains(text, row)) << row;
  }
  EXPECT_FALSE(contains(text, "piiscrub_observed_total{rule=\"email\"")) << "rules that are not observed have no row";
}

TEST(Policy, WorkersCountTheSame) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  write_file(config, configuration("[policy]\npreset = 'ops'\nobserve = ['phone-international']\n"));
  std::string input;
  for (int i = 0; i < 20'000; ++i) input += i % 3 == 0 ? std::string(kLine) : "GET / from 10.0.0.7\n";
  const std::string one = run_piiscrub({"-c", config, "--dry-run"}, input).err;
  EXPECT_TRUE(contains(one, "Allowed to stay\n         13,333  ipv4\n")) << one;
  EXPECT_TRUE(contains(one, "Observed only\n          6,667  phone-international\n")) << one;
  EXPECT_EQ(run_piiscrub({"-c", config, "--dry-run", "-j", "4"}, input).err, one);
}

TEST(Policy, CommandsAreScrubbedByItToo) {
  EXPECT_EQ(run_piiscrub({"--only", "email", "--", "echo", "alice@example.com 93.184.216.34"}).out,
            "[EMAIL] 93.184.216.34\n");
}

TEST(Policy, AnExpiredAllowanceIsAWarning) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  write_file(config, configuration("[[allow]]\nreason = 'x'\nexpires = 2020-01-01\ndomains = ['example.com']\n"));
  const Outcome outcome = run_piiscrub({"-c", config}, "alice@example.com\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "[EMAIL]\n");
  EXPECT_TRUE(contains(outcome.err, config + ":4:11: allow: has expired")) << outcome.err;
}

TEST(Policy, AWrongConfigurationLetsNothingThrough) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  const struct {
    std::string_view lines;
    std::string_view message;
  } kCases[] = {
      {"[policy]\naction = 'msk'", ":3:10: unknown action 'msk' (did you mean 'mask'?"},
      {"[policy]\ndisable = ['email']\nobserve = ['email']", ":4:12: observe: 'email' is in 'disable' as well"},
      {"[policy.type.emial]\naction = 'mask'", ":2:14: unknown type 'emial' (did you mean 'email'?)"},
      {"[policy.type.github-token]\naction = 'token'", ":3:10: action: token is refused"},
      {"[[allow]]\nreason = 'x'\nrules = ['github-ghp-token']", ":4:10: rules: 'github-ghp-token' finds secrets"},
      {"[rules]\nfiles = ['missing.toml']", "/missing.toml: cannot read"},
      {"[rules]\nterms = ['missing.txt']", "/missing.txt: cannot read"},
  };
  for (const auto& [lines, message] : kCases) {
    write_file(config, configuration(lines));
    for (const Arguments& arguments : {Arguments{"-c", config}, Arguments{"validate", "-c", config}}) {
      const Outcome outcome = run_piiscrub(arguments, kLine);
      EXPECT_EQ(outcome.status, 78) << lines;
      EXPECT_EQ(outcome.out, "") << lines;
      EXPECT_TRUE(contains(outcome.err, message)) << outcome.err;
    }
  }
}

TEST(Policy, ConfigurationNamesRulesAndTermsBesideItself) {
  const TemporaryDirectory directory;
  write_file(directory / "own.toml", kTicketRule);
  write_file(directory / "terms.txt", "Acme Corp\n");
  const std::string config = directory / "c.toml";
  write_file(config, configuration("[rules]\nfiles = ['own.toml']\nterms = ['terms.txt']\n"));
  EXPECT_EQ(run_piiscrub({"-c", config}, "TCK-111111 Acme Corp\n").out, "[TICKET] [TERM]\n");
}

TEST(Policy, RulesOfTheUserThatAreOffByDefaultAreNamed) {
  const TemporaryDirectory directory;
  const std::string path = directory / "own.toml";
  write_file(path, std::string(kTicketRule) + "confidence = \"low\"\n");
  const Outcome off = run_piiscrub({"--rules", path}, "TCK-111111\n");
  EXPECT_EQ(off.out, "TCK-111111\n");
  EXPECT_TRUE(contains(off.err, path + ":1:1: rule own-ticket is off: its confidence is low")) << off.err;
  const Outcome on = run_piiscrub({"--rules", path, "--min-confidence", "low"}, "TCK-111111\n");
  EXPECT_EQ(on.out, "[TICKET]\n");
  EXPECT_EQ(on.err, "");
}

// ----- terms

TEST(Terms, AreHiddenAsWholeWordsWhateverElseIsChosen) {
  const TemporaryDirectory directory;
  const std::string path = directory / "terms.txt";
  write_file(path, "# people\nZo\xC3\xAB Example\n\nProject X\n");
  const Outcome outcome = run_piiscrub({"--terms", path, "--only", "email", "--stats"},
                                       "Zo\xC3\xAB Example, Project X, Project XY, 93.184.216.34\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "[TERM], [TERM], Project XY, 93.184.216.34\n");
  EXPECT_FALSE(contains(outcome.err, "Zo")) << outcome.err;
  EXPECT_FALSE(contains(outcome.err, "Project")) << outcome.err;
}

TEST(Terms, ThatAreWrongAreRefusedWithTheirPlace) {
  const TemporaryDirectory directory;
  const std::string path = directory / "terms.txt";
  write_file(path, "fine\nab\n");
  const Outcome outcome = run_piiscrub({"--terms", path}, "fine\n");
  EXPECT_EQ(outcome.status, 78);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "piiscrub: " + path + ":2:1: term of 2 bytes: not between 3 and 1000 (give more of it)\n");
}

TEST(Terms, LeaveNoCopyInTheCache) {
  const TemporaryDirectory directory;
  write_file(directory / "terms.txt", "Kingfisher\n");
  const Outcome outcome = run_program({"env", "XDG_CACHE_HOME=" + (directory / "cache"), "HOME=" + (directory / "home"),
                                       piiscrub_binary(), "--terms", directory / "terms.txt"},
                                      "Kingfisher\n");
  EXPECT_EQ(outcome.out, "[TERM]\n");
  EXPECT_EQ(run_program({"grep", "-rl", "Kingfisher", directory / "."}).out, directory / "./terms.txt\n");
}

// ----- validate

TEST(Validate, ChecksAConfiguration) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  write_file(config, configuration("[policy.type.mac]\naction = 'mask'\n"));
  const Outcome outcome = run_piiscrub({"validate", "-c", config});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("OK: 0 rules besides ")) << outcome.out;
}

TEST(Validate, ExplainsWhatAConfigurationMeans) {
  const TemporaryDirectory directory;
  const std::string config = directory / "c.toml";
  write_file(config, configuration("[policy]\npreset = 'ops'\ndisable = ['mac-address']\nobserve = ['us-ssn']\n"
                                   "[policy.type.email]\nstyle = 'typed'\n"
                                   "[[allow]]\nreason = 'ours'\nexpires = 2099-12-31\ndomains = ['example.org']\n"));
  const Outcome outcome =
      run_piiscrub({"validate", "-c", config, "--explain", "--except", "phone", "--sql-literals", "all"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  std::string squeezed;
  for (const char c : outcome.out) {
    if (c != ' ' || !squeezed.ends_with(' ')) squeezed += c;
  }
  for (const char* const row : {"TYPE RULES ACTION STYLE DECIDED BY\n",
                                "\nemail email, email-encoded, key-email redact typed [policy.type.email], line 7\n",
                                "\nipv4 ipv4 truncate preset ops\n", "\nmac mac-address off disable, line 4\n",
                                "\nmac key-mac-address, key-mac, mac-address-dashed redact label default\n",
                                " rules off --except\n", "\nus-ssn us-ssn observe observe, line 5\n",
                                "\nCockroachDB's marks: scan (default)\nSQL literals: all (--sql-literals)\nRemembered "
                                "values: entry (default)\n",
                                "\n ours: 1 domain, until 2099-12-31\n"}) {
    EXPECT_TRUE(contains(squeezed, row)) << row << "\n" << squeezed.substr(0, 2000);
  }
}

// ----- rules test, rules diff

TEST(RulesTest, RunsTheExamplesOfTheBuiltInRules) {
  const Outcome outcome = run_piiscrub({"rules", "test"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("OK: ")) << outcome.out;
}

TEST(RulesTest, RunsThoseOfAFileAndSaysWhatTheyCost) {
  const TemporaryDirectory directory;
  const std::string path = directory / "own.toml";
  write_file(path, kTicketRule);
  EXPECT_EQ(run_piiscrub({"rules", "test", path}).out, "OK: 1 rules, 2 examples, 1 counter-examples\n");
  const Outcome cost = run_piiscrub({"rules", "test", path, "--cost"});
  EXPECT_EQ(cost.status, 0) << cost.err;
  EXPECT_TRUE(contains(cost.out, "%  own-ticket\n")) << cost.out;
}

TEST(RulesTest, AnExampleThatIsNotFoundIsAnError) {
  const TemporaryDirectory directory;
  const std::string path = directory / "own.toml";
  write_file(path, std::string(kTicketRule) + "validator = \"luhn\"\n");
  const Outcome outcome = run_piiscrub({"rules", "test", path});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(contains(outcome.err, path + ":1:1: rule own-ticket: example 1: mark 1 is not found")) << outcome.err;
}

TEST(RulesDiff, CountsWhatDiffers) {
  const TemporaryDirectory directory;
  const std::string before = directory / "old.toml";
  const std::string after = directory / "new.toml";
  write_file(before, kTicketRule);
  std::string changed(kTicketRule);
  changed.replace(changed.find("{6}"), 3, "{5,6}");
  changed +=
      "[[rule]]\nid = \"own-order\"\ntitle = \"Order\"\ntype = \"order\"\ncategory = \"contact\"\n"
      "match = '''ORDER-[0-9]{3}'''\nexamples = [\"«ORDER-123»\"]\n";
  write_file(after, changed);
  const std::string sample = "TCK-123456 TCK-12345\nORDER-001 alice@example.com\n";
  const Outcome outcome = run_piiscrub({"rules", "diff", before, after}, sample);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "         old           new  rule\n"
            "           0             1  own-order\n"
            "           1             2  own-ticket\n");
  EXPECT_EQ(run_piiscrub({"rules", "diff", after, after}, sample).out, "");
  EXPECT_EQ(run_piiscrub({"rules", "diff", "builtin", before}, sample).out,
            "         old           new  rule\n"
            "           1             0  email\n"
            "           0             1  own-ticket\n");
  EXPECT_EQ(run_piiscrub({"rules", "diff", before}, sample).status, 64);
  EXPECT_EQ(run_piiscrub({"rules", "diff", before, directory / "missing.toml"}, sample).status, 78);
}

}  // namespace
}  // namespace piiscrub::e2e
