// Options, reports and generated texts.

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "process.h"

namespace piiscrub::e2e {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// ----- how records are read

TEST(Options, FormatTextReadsNoColumns) {
  constexpr std::string_view kInput = "INSERT INTO p (id, full_name) VALUES (7, 'Ann Example')\nssn=123\n";
  EXPECT_EQ(run_piiscrub({}, kInput).out, "INSERT INTO p (id, full_name) VALUES (7, '[PERSON_NAME]')\nssn=[US_SSN]\n");
  EXPECT_EQ(run_piiscrub({"--format", "auto"}, kInput).out, run_piiscrub({}, kInput).out);
  EXPECT_EQ(run_piiscrub({"--format", "text"}, kInput).out,
            "INSERT INTO p (id, full_name) VALUES (7, 'Ann Example')\nssn=[US_SSN]\n");
}

// ----- usage errors

TEST(Options, UnknownOnesAreRefusedWithASuggestion) {
  const struct {
    Arguments arguments;
    std::string_view message;
  } kCases[] = {
      {{"--stat"}, "unknown option '--stat' (did you mean '--stats'?)"},
      {{"--dryrun", "x"}, "unknown option '--dryrun' (did you mean '--dry-run'?)"},
      {{"--zzzzzz=1"}, "unknown option '--zzzzzz'"},
      {{"-Z"}, "unknown option '-Z'"},
      {{"rules", "lst"}, "unknown subcommand 'rules lst' (did you mean 'rules list'?)"},
      {{"ruls"}, "'ruls' is neither a file nor a subcommand (did you mean 'rules'?)"},
      {{"rules"}, "'rules' needs a subcommand: list, show, test, diff"},
      {{"rules", "show"}, "'rules show' needs ID"},
      {{"-j", "many"}, "--workers 'many' must be a number up to 256, or auto"},
      {{"--color", "pink"}, "--color 'pink' must be auto, always or never"},
      {{"--format", "xml"},
       "--format 'xml' must be one of auto, text, logfmt, access, csv, json, syslog, docker, cri, postgres-stderr, "
       "postgres-csv, "
       "postgres-json, crdb-v1, crdb-v1-count, crdb-v2, crdb-json, crdb-json-compact, crdb-json-fluent, "
       "crdb-json-fluent-compact"},
      {{"--max-record-bytes", "0"}, "--max-record-bytes '0' must be a number of bytes from 1 to 256M, such as 64K"},
  };
  for (const auto& [arguments, message] : kCases) {
    const Outcome outcome = run_piiscrub(arguments);
    EXPECT_EQ(outcome.status, 64) << message;
    EXPECT_EQ(outcome.out, "") << message;
    EXPECT_EQ(outcome.err, "piiscrub: " + std::string(message) + "\nTry 'piiscrub --help'.\n");
  }
}

TEST(Options, WithoutTheirArgumentAreRefused) {
  for (const char* const option : {"-o", "-j", "--rules", "--stats-file"}) {
    EXPECT_EQ(run_piiscrub({option}).status, 64) << option;
  }
}

// ----- texts from the table

TEST(Options, AreAllInHelpManualAndCompletions) {
  const std::string help = run_piiscrub({"--help"}).out;
  const std::string man = run_piiscrub({"--generate", "man"}).out;
  const std::string bash = run_piiscrub({"--generate", "complete-bash"}).out;
  const std::string zsh = run_piiscrub({"--generate", "complete-zsh"}).out;
  const std::string fish = run_piiscrub({"--generate", "complete-fish"}).out;
  const std::regex option("--([a-z-]+)");
  std::size_t options = 0;
  for (std::sregex_iterator at(help.begin(), help.end(), option), end; at != end; ++at, ++options) {
    const std::string name = (*at)[1];
    EXPECT_TRUE(contains(man, "\\-\\-" + std::regex_replace(name, std::regex("-"), "\\-"))) << name;
    EXPECT_TRUE(contains(bash, "--" + name)) << name;
    EXPECT_TRUE(contains(zsh, "--" + name)) << name;
    EXPECT_TRUE(contains(fish, "-l " + name)) << name;
  }
  EXPECT_GE(options, 15U);
  EXPECT_EQ(run_program({"bash", "-n"}, bash).status, 0);
}

TEST(Options, VersionNamesTheLibraries) {
  const Outcome outcome = run_piiscrub({"--version"});
  EXPECT_EQ(outcome.status, 0);
  for (const char* const part : {"piiscrub ", "libuv ", "zlib ", "Hyperscan "})
    EXPECT_TRUE(contains(outcome.out, part)) << part;
}

TEST(Options, OutputOfACommandToAFullDiskIsReported) {
  EXPECT_EQ(run_program({"sh", "-c", "\"$1\" --help > /dev/full", "sh", piiscrub_binary()}).status, 74);
}

// ----- reports

TEST(Reports, StatsAreATableOnStandardError) {
  const Outcome outcome = run_piiscrub({"--stats"}, "a alice@example.com\nb\n");
  EXPECT_EQ(outcome.out, "a [EMAIL]\nb\n");
  EXPECT_TRUE(contains(outcome.err, "              2  records read\n")) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "             22  bytes read\n")) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "             12  bytes written\n")) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "Found\n              1  ")) << outcome.err;
  EXPECT_FALSE(contains(outcome.err, "alice"));
}

TEST(Reports, StatsFileIsPrometheusText) {
  const TemporaryDirectory directory;
  const std::string path = directory / "stats.prom";
  write_file(path, "old");
  const Outcome outcome = run_piiscrub({"--stats-file", path}, "a alice@example.com\nb\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  const std::string text = read_file(path);
  EXPECT_TRUE(contains(text, "\npiiscrub_records_total 2\n")) << text;
  EXPECT_TRUE(contains(text, "\npiiscrub_edited_records_total 1\n"));
  EXPECT_TRUE(contains(text, "\npiiscrub_input_bytes_total 22\n"));
  EXPECT_TRUE(contains(text, "\npiiscrub_masked_total{reason=\"overlong\"} 0\n"));
  const std::regex line(R"(# (HELP|TYPE) piiscrub_\w+ .+|piiscrub_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+)");
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string one = text.substr(at, text.find('\n', at) - at);
    EXPECT_TRUE(std::regex_match(one, line)) << one;
  }
  EXPECT_TRUE(std::regex_search(
      text,
      std::regex(R"re(piiscrub_findings_total\{rule="[^"]+",type="email",category="contact",action="redact"\} 1)re")))
      << text;
}

TEST(Reports, StatsFileThatCannotBeWrittenIsReported) {
  const Outcome outcome = run_piiscrub({"--stats-file", "/nonexistent/stats.prom"}, "x\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "x\n");
}

TEST(Reports, AreTheSameWithAnyNumberOfWorkers) {
  std::string input;
  for (int i = 0; i < 60'000; ++i) input += i % 9 == 0 ? "mail alice@example.com\n" : "nothing to see on this line\n";
  const std::string one = run_piiscrub({"--dry-run"}, input).err;
  EXPECT_TRUE(contains(one, "60,000  records read\n")) << one;
  EXPECT_EQ(run_piiscrub({"--dry-run", "-j", "4"}, input).err, one);
}

TEST(Reports, ColorFollowsTheOptionAndTheEnvironment) {
  const Arguments wrong = {"--color", "always", "/nonexistent/x"};
  EXPECT_TRUE(contains(run_piiscrub(wrong).err, "\x1b["));
  EXPECT_FALSE(contains(run_piiscrub({"/nonexistent/x"}).err, "\x1b["));
  const std::string script = "script -qec \"$1 /nonexistent/x\" /dev/null";
  EXPECT_TRUE(
      contains(run_program({"sh", "-c", "TERM=xterm; export TERM; " + script, "sh", piiscrub_binary()}).out, "\x1b["));
  EXPECT_FALSE(contains(run_program({"sh", "-c", "NO_COLOR=1 " + script, "sh", piiscrub_binary()}).out, "\x1b["));
}

TEST(Reports, ProgressIsShownOnDemand) {
  const TemporaryDirectory directory;
  const std::string fifo = directory / "fifo";
  write_file(directory / "x.log", "x\n");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  Process process(piiscrub({"--progress", "always", directory / "x.log", fifo, "-o", directory / "out.log"}));
  EXPECT_TRUE(contains(process.read_error_until("100 %"), "2 B of 2 B"));
  const Redirection writer(fifo, O_WRONLY);
}

TEST(Reports, ProgressIsNotShownElsewhere) {
  const TemporaryDirectory directory;
  write_file(directory / "x.log", "x\n");
  EXPECT_EQ(run_piiscrub({directory / "x.log"}).err, "");
}

// ----- rules

TEST(Rules, CanBeListedAndShown) {
  const Outcome list = run_piiscrub({"rules", "list"});
  EXPECT_EQ(list.status, 0);
  EXPECT_TRUE(contains(list.out, "contact"));
  EXPECT_FALSE(contains(run_piiscrub({"rules", "list", "--category", "contact"}).out, "credential"));
  const std::string id = list.out.substr(0, list.out.find(' '));
  EXPECT_TRUE(run_piiscrub({"rules", "show", id}).out.starts_with(id + ": "));
  EXPECT_TRUE(run_piiscrub({"rules", "show", id, "--json"}).out.starts_with("{\"id\":\"" + id + "\""));
  EXPECT_EQ(run_piiscrub({"rules", "show", "no-such-rule-at-all"}).status, 64);
}

TEST(Rules, WithKeysAreShownWithThem) {
  const std::string text = run_piiscrub({"rules", "show", "key-pwd"}).out;
  EXPECT_TRUE(contains(text, "whole_keys       pwd\n")) << text;
  EXPECT_TRUE(contains(text, "value            secret\n")) << text;
  EXPECT_TRUE(
      contains(run_piiscrub({"rules", "show", "key-pwd", "--json"}).out, R"("whole_keys":["pwd"],"value":"secret")"));
}

TEST(Rules, ListedAsJsonAreJson) {
  const std::string json = run_piiscrub({"rules", "list", "--json"}).out;
  EXPECT_EQ(run_program({"python3", "-c", "import json, sys; assert len(json.load(sys.stdin)) > 1"}, json).status, 0);
}

TEST(Rules, OfTheUserAreUsedBesidesTheBuiltInOnes) {
  const TemporaryDirectory directory;
  const std::string path = directory / "own.toml";
  write_file(path,
             "[[rule]]\nid = \"own-ticket\"\ntitle = \"Ticket\"\ntype = \"ticket\"\ncategory = \"credential\"\n"
             "match = '''TCK-[0-9]{6}'''\nexamples = [\"see «TCK-123456»\", \"«TCK-654321» done\"]\n"
             "counter_examples = [\"TCK-12\"]\n");
  const Outcome outcome = run_piiscrub({"--rules", path}, "TCK-111111 of alice@example.com\n");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "[TICKET] of [EMAIL]\n");
  const Outcome valid = run_piiscrub({"validate", path});
  EXPECT_EQ(valid.status, 0);
  EXPECT_TRUE(contains(valid.out, "OK: 1 rules besides ")) << valid.out << valid.err;
}

TEST(Rules, ThatAreWrongAreReportedWithTheirPlaces) {
  const TemporaryDirectory directory;
  const std::string path = directory / "own.toml";
  write_file(path,
             "[[rule]]\nid = \"own-ticket\"\ntitle = \"Ticket\"\ntype = \"ticket\"\ncategory = \"nonsense\"\n"
             "match = '''TCK-['''\nexamples = [\"see «TCK-123456»\", \"«TCK-654321» done\"]\n"
             "counter_examples = [\"TCK-12\"]\n");
  for (const Arguments& arguments : {Arguments{"validate", path}, Arguments{"--rules", path}}) {
    const Outcome outcome = run_piiscrub(arguments, "must not pass\n");
    EXPECT_EQ(outcome.status, 78);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(contains(outcome.err, path + ":5:")) << outcome.err;
    EXPECT_TRUE(contains(outcome.err, path + ":6:")) << outcome.err;
  }
  EXPECT_EQ(run_piiscrub({"validate", directory / "missing.toml"}).status, 78);
  EXPECT_EQ(run_piiscrub({"validate"}).status, 64);
}

}  // namespace
}  // namespace piiscrub::e2e
