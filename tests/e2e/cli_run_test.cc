// `piiscrub -- COMMAND`: as if COMMAND had been run, with its output scrubbed.

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <sstream>
#include <string>

#include "process.h"

namespace piiscrub::e2e {
namespace {

Arguments wrap(const Arguments& command) {
  Arguments arguments = {"--"};
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

Outcome run_wrapped(const std::string& script, std::string_view input = {}) {
  return run_piiscrub(wrap({"sh", "-c", script}), input);
}

TEST(Run, ScrubsBothOutputsApart) {
  const Outcome outcome = run_wrapped("echo out alice@example.com; echo err alice@example.com >&2");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "out [EMAIL]\n");
  EXPECT_EQ(outcome.err, "err [EMAIL]\n");
}

TEST(Run, GivesTheCommandItsInputAndArguments) {
  EXPECT_EQ(run_wrapped("cat", "from stdin\n").out, "from stdin\n");
  EXPECT_EQ(run_piiscrub(wrap({"echo", "-n", "--help", "--", "x"})).out, "--help -- x");
}

TEST(Run, PassesTheExitStatusOn) {
  EXPECT_EQ(run_wrapped("exit 0").status, 0);
  EXPECT_EQ(run_wrapped("exit 7").status, 7);
  EXPECT_EQ(run_wrapped("kill -KILL $$").status, 128 + SIGKILL);
}

TEST(Run, ReportsACommandThatCannotBeRun) {
  const Outcome missing = run_piiscrub(wrap({"piiscrub-no-such-command"}));
  EXPECT_EQ(missing.status, 127);
  EXPECT_EQ(missing.err, "piiscrub: piiscrub-no-such-command: cannot run: No such file or directory\n");
  EXPECT_EQ(run_piiscrub(wrap({"/dev/null"})).status, 126);
  EXPECT_EQ(run_piiscrub({"--"}).status, 64);
}

TEST(Run, ReadsOnWhileAnyoneHoldsTheOutputOpen) {
  const Outcome outcome = run_wrapped("(sleep 0.3; echo late) & echo early");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "early\nlate\n");
}

TEST(Run, WaitsForACommandThatHasClosedItsOutput) {
  const Outcome outcome = run_wrapped("exec >&- 2>&-; sleep 0.3; exit 9");
  EXPECT_EQ(outcome.status, 9);
}

TEST(Run, PassesSignalsOn) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) {
    Process process(piiscrub(wrap({"bash", "-c",
                                   "trap 'echo last words; exit 3' TERM INT HUP QUIT USR1 USR2 WINCH;"
                                   "echo ready; while :; do sleep 0.01; done"})));
    process.read_until("ready\n");
    process.kill(signal);
    EXPECT_EQ(process.read_until(""), "last words\n") << signal;
    EXPECT_EQ(process.wait(), 3) << signal;
  }
}

TEST(Run, LetsIgnoredSignalsBeIgnoredByTheCommand) {
  const Outcome outcome = run_program(
      {"sh", "-c", "trap '' HUP; exec \"$1\" -- sh -c 'kill -HUP $$; echo survived'", "sh", piiscrub_binary()});
  EXPECT_EQ(outcome.out, "survived\n");
}

TEST(Run, GivesTheCommandADefaultSigpipeAndNoBlockedSignals) {
  const Outcome outcome = run_piiscrub(wrap({"sed", "-n", "s/^Sig[BI][lg][kn]:.//p", "/proc/self/status"}));
  std::istringstream masks(outcome.out);
  std::uint64_t blocked = ~std::uint64_t{0};
  std::uint64_t ignored = ~std::uint64_t{0};
  masks >> std::hex >> blocked >> ignored;
  EXPECT_EQ(blocked, 0U);
  EXPECT_EQ(ignored & (std::uint64_t{1} << (SIGPIPE - 1)), 0U);
}

TEST(Run, EndsTheCommandWhenItsReaderIsGone) {
  const Outcome outcome =
      run_program({"bash", "-c", "\"$1\" -- yes | head -n 1; exit ${PIPESTATUS[0]}", "bash", piiscrub_binary()});
  EXPECT_EQ(outcome.status, 128 + SIGPIPE);
  EXPECT_EQ(outcome.out, "y\n");
}

TEST(Run, ReportsAFullDiskThatTheCommandDidNotSee) {
  const Outcome outcome = run_program({"sh", "-c", "\"$1\" -- echo x > /dev/full", "sh", piiscrub_binary()});
  EXPECT_EQ(outcome.status, 74);
  EXPECT_EQ(outcome.err, "piiscrub: standard output: cannot write: No space left on device\n");
}

TEST(Run, KeepsRecordsWholeWhereBothOutputsMeet) {
  const std::string script =
      "for i in 1 2 3 4 5; do (yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -n 20000) & "
      "(yes bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb | head -n 20000 >&2) & wait; done";
  const Outcome outcome = run_program(
      {"sh", "-c", "\"$1\" -- sh -c \"$2\" 2>&1 | sort | uniq -c | sed 's/^ *//'", "sh", piiscrub_binary(), script});
  EXPECT_EQ(outcome.out,
            "100000 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
            "100000 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n");
}

TEST(Run, DoesNotGoWithFilesOrOutput) {
  EXPECT_EQ(run_piiscrub({"file", "--", "true"}).status, 64);
  EXPECT_EQ(run_piiscrub({"-o", "x", "--", "true"}).status, 64);
}

}  // namespace
}  // namespace piiscrub::e2e
