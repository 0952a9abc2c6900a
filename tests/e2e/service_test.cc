// `piiscrub run`: configuration, reload, the end, and what it says of itself.

#include "service.h"

#include <sys/resource.h>
#include <sys/stat.h>

namespace piiscrub::e2e {
namespace {

TEST_F(ServiceTest, RefusesAWrongConfigurationWithItsPlace) {
  write_file(config(), "config_version = 1\n[[pipeline]]\nsources = [\"file:/x/*.log\"]\nsnks = [\"stdout:\"]\n");
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find(config() + ":4:1: unknown key 'snks' (did you mean 'sinks'?"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(run_piiscrub({"validate", "-c", config()}).status, 78);
}

TEST_F(ServiceTest, RefusesAnEndpointThatIsNoneWithItsPlace) {
  configure("", "fle:/x.log");
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find(config() + ":7:12: "), std::string::npos) << outcome.err;
}

TEST_F(ServiceTest, RefusesAPolicyThatIsWrong) {
  write_file(directory_ / "policy.toml", "config_version = 1\n[policy]\naction = \"hide\"\n");
  configure("policy = \"policy.toml\"\n");
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find("policy.toml:3:10: "), std::string::npos) << outcome.err;
}

TEST_F(ServiceTest, ValidatesAConfigurationThatIsRight) {
  const Outcome outcome = run_piiscrub({"validate", "-c", config()});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "OK: 1 pipelines\n");
}

TEST_F(ServiceTest, NeedsAConfiguration) {
  EXPECT_EQ(run_piiscrub({"run"}).status, 64);
  EXPECT_EQ(run_piiscrub({"run", "-c", config(), "--stats"}).status, 64);
}

TEST_F(ServiceTest, RefusesStateAndOutputsThatAnotherServiceUses) {
  start();
  const Outcome second = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(second.status, 78);
  EXPECT_NE(second.err.find("state: in use by another piiscrub"), std::string::npos) << second.err;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, RefusesAnOutputThatIsALink) {
  write_file(directory_ / "elsewhere", "");
  std::filesystem::create_symlink(directory_ / "elsewhere", out());
  EXPECT_EQ(run_piiscrub({"run", "-c", config()}).status, 78);
}

TEST_F(ServiceTest, ScrubsAStreamToItsEnd) {
  configure("", "stdin:", "stdout:");
  const Outcome outcome = run_piiscrub({"run", "-c", config()}, lines(1, 1000) + "cut@example.com");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, scrubbed(1, 1000) + "[EMAIL]");
}

TEST_F(ServiceTest, WritesWhatItHasReadWhenItIsToldToEnd) {
  append(in("a.log"), lines(1, 20000));
  start();
  EXPECT_EQ(stop(), 0) << log();
  const std::string first = read_file(out());
  EXPECT_TRUE(first.empty() || first.back() == '\n');
  start();
  expect_output(scrubbed(1, 20000));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, KeepsItsFilesToItself) {
  append(in("a.log"), line(1));
  start();
  expect_output(scrubbed(1, 1));
  EXPECT_EQ(stop(), 0);
  const auto mode_of = [](const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
  };
  EXPECT_EQ(mode_of(out()), 0600U);
  EXPECT_EQ(mode_of(directory_ / "state"), 0700U);
  EXPECT_EQ(mode_of(directory_ / "state/checkpoint"), 0600U);
  EXPECT_EQ(mode_of(directory_ / "state/marker.key"), 0600U);
}

// ---- Reload

TEST_F(ServiceTest, TakesOverNewRulesWithoutLosingARecord) {
  append(in("a.log"), line(1));
  start();
  expect_output(scrubbed(1, 1));
  write_file(directory_ / "policy.toml", "config_version = 1\n[policy.type.email]\nstyle = \"typed\"\n");
  configure("policy = \"policy.toml\"\n");
  service_->kill(SIGHUP);
  const std::string reloading = supervisor_.wait_for("RELOADING=1");
  EXPECT_NE(reloading.find("MONOTONIC_USEC="), std::string::npos);
  supervisor_.wait_for("READY=1");
  append(in("a.log"), line(2));
  expect_output(scrubbed(1, 1) + "line 2 of redacted@redacted.invalid\n");
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, KeepsTheOldRulesIfTheNewOnesAreWrong) {
  write_file(directory_ / "policy.toml", "config_version = 1\n[policy.type.email]\nstyle = \"typed\"\n");
  configure("policy = \"policy.toml\"\n");
  start();
  write_file(directory_ / "policy.toml", "config_version = 1\n[policy.type.emial]\nstyle = \"label\"\n");
  service_->kill(SIGHUP);
  supervisor_.wait_for("RELOADING=1");
  supervisor_.wait_for("READY=1");
  append(in("a.log"), line(1));
  expect_output("line 1 of redacted@redacted.invalid\n");
  EXPECT_NE(log().find("policy.toml:2:14: "), std::string::npos) << log();
  EXPECT_NE(log().find("the old one goes on"), std::string::npos) << log();
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, ReloadsUnderLoad) {
  start();
  for (int round = 0; round < 10; ++round) {
    append(in("a.log"), lines(round * 500 + 1, round * 500 + 500));
    service_->kill(SIGHUP);
    supervisor_.wait_for("READY=1");
  }
  expect_output(scrubbed(1, 5000));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, GoesOnInANewFileWhenItsOutputIsRotated) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  std::filesystem::rename(out(), directory_ / "out.log.1");
  append(in("a.log"), lines(11, 20));
  EXPECT_TRUE(eventually([&] { return read_file(directory_ / "out.log.1") == scrubbed(1, 20); }));
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  append(in("a.log"), lines(21, 30));
  expect_output(scrubbed(21, 30));
  EXPECT_EQ(stop(), 0);
}

// ---- Canaries

constexpr std::string_view kBadgeRule =
    "[[rule]]\nid = \"badge\"\ntitle = \"Badge\"\ntype = \"badge\"\ncategory = \"contact\"\n"
    "match = '''BADGE-[0-9]{5}'''\n"
    "examples = [\"«BADGE-12345»\"]\ncounter_examples = [\"BADGE-1\"]\n";

TEST_F(ServiceTest, PassesCanariesAgainAndAgain) {
  write_file(directory_ / "own.toml", kBadgeRule);
  configure("rules = [\"own.toml\"]\ncanaries = [\"went in with BADGE-00042\"]\n");
  std::string text = read_file(config());
  write_file(config(), text.insert(text.find("[[pipeline]]"), "canary_interval = 0.02\n"));
  start();
  EXPECT_TRUE(eventually([&] {
    const std::string status = run_piiscrub({"status", "-c", config()}).out;
    const std::size_t at = status.find("canary_checks_total\n");
    return at != std::string::npos && std::stoi(status.substr(status.find('\n', at))) >= 5;
  })) << log();
  append(in("a.log"), line(1));
  expect_output(scrubbed(1, 1));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, DoesNotStartIfACanaryComesOut) {
  append(in("a.log"), line(1));
  configure("canaries = [\"mail to someone at x.org, a@b.example.org\", \"went in with BADGE-00042\"]\n");
  std::string text = read_file(config());
  write_file(config(), text.insert(text.find("[[pipeline]]"), "metrics_file = \"metrics.prom\"\n"));
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 70);
  EXPECT_NE(outcome.err.find("app: a canary came out unscrubbed: entry 2 of canaries"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(outcome.err.find("entry 1"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("BADGE"), std::string::npos) << outcome.err;
  EXPECT_EQ(read_file(out()), "");
  EXPECT_NE(read_file(directory_ / "metrics.prom").find("piiscrub_canary_escaped{pipeline=\"app\"} 1\n"),
            std::string::npos);
}

TEST_F(ServiceTest, EndsIfACanaryComesOutAfterAReload) {
  write_file(directory_ / "own.toml", kBadgeRule);
  const std::string canaries = "canaries = [\"went in with BADGE-00042\"]\n";
  configure("rules = [\"own.toml\"]\n" + canaries);
  append(in("a.log"), line(1));
  start();
  expect_output(scrubbed(1, 1));
  configure(canaries);
  service_->kill(SIGHUP);
  EXPECT_EQ(service_->wait(), 70);
  EXPECT_NE(log().find("canary came out"), std::string::npos) << log();
}

// What a policy lets stay is no leak.
TEST_F(ServiceTest, LeavesOutCanariesThatThePolicyLetsStay) {
  write_file(directory_ / "policy.toml",
             "config_version = 1\n[policy]\ncategories = [\"contact\"]\nobserve = [\"phone-international\"]\n"
             "[[allow]]\nreason = \"documentation\"\ndomains = [\"example.com\"]\n");
  configure("policy = \"policy.toml\"\n");
  start();
  EXPECT_EQ(stop(), 0);
}

// ---- Trouble

TEST_F(ServiceTest, WaitsForRoomAndLosesNothing) {
  start();
  const rlimit small{8192, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  append(in("a.log"), lines(1, 2000));
  EXPECT_TRUE(eventually([&] { return log().find("cannot write, trying again") != std::string::npos; }));
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  EXPECT_NE(status.find("sink_blocked"), std::string::npos) << status;
  const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &large, nullptr), 0);
  expect_output(scrubbed(1, 2000));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, LeavesNothingTwiceWhenItIsKilledWhileItWaitsForRoom) {
  start();
  const rlimit small{8192, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  append(in("a.log"), lines(1, 2000));
  EXPECT_TRUE(eventually([&] { return log().find("cannot write, trying again") != std::string::npos; }));
  kill();
  start();
  expect_output(scrubbed(1, 2000));
  EXPECT_EQ(stop(), 0);
}

// A checkpoint that knew what is in the new file but not the new file would let it be written again.
TEST_F(ServiceTest, LeavesNothingTwiceWhenItIsKilledRightAfterItsOutputWasRotatedForWantOfRoom) {
  start();
  const rlimit small{8192, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  append(in("a.log"), lines(1, 20'000));
  EXPECT_TRUE(eventually([&] { return log().find("cannot write, trying again") != std::string::npos; }));
  std::filesystem::rename(out(), directory_ / "out.log.1");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &large, nullptr), 0);
  EXPECT_TRUE(eventually([&] { return !read_file(out()).empty(); }));
  kill();
  start();
  EXPECT_TRUE(eventually([&] {
    return read_file(directory_ / "out.log.1").size() + read_file(out()).size() >= scrubbed(1, 20'000).size();
  }));
  EXPECT_EQ(stop(), 0);
  EXPECT_TRUE(read_file(directory_ / "out.log.1") + read_file(out()) == scrubbed(1, 20'000));
}

// ---- Reports

TEST_F(ServiceTest, CountsWhatComesInGoesOutAndWaits) {
  append(in("a.log"), lines(1, 100) + "half a line of half@example.com");
  start();
  expect_output(scrubbed(1, 100));
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  EXPECT_NE(status.find("records_total\n            100  pipeline=\"app\"\n"), std::string::npos) << status;
  const std::string findings =
      R"(            100  pipeline="app",rule="email",type="email",category="contact",action="redact")";
  EXPECT_NE(status.find("findings_total\n" + findings + "\n"), std::string::npos) << status;
  // in = out of it + pending
  const std::size_t in_bytes = lines(1, 100).size() + 31;
  EXPECT_NE(status.find(std::to_string(in_bytes) + "  pipeline=\"app\"\n"), std::string::npos) << status;
  EXPECT_NE(status.find("pending_bytes\n             31  pipeline=\"app\"\n"), std::string::npos) << status;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, SaysForHowLongBytesHaveBeenWaiting) {
  start();
  const rlimit small{8192, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  append(in("a.log"), lines(1, 200'000));
  const auto says_a_time = [&] {
    const std::string status = run_piiscrub({"status", "-c", config()}).out;
    return status.find("file_lag_seconds\n") != std::string::npos &&
           status.find("file_lag_bytes\n") != std::string::npos;
  };
  EXPECT_TRUE(eventually(says_a_time)) << log();
  const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &large, nullptr), 0);
  expect_output(scrubbed(1, 200'000));
  EXPECT_FALSE(says_a_time());
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, LogsAsJson) {
  write_file(config(),
             "config_version = 1\n[service]\nstate_directory = \"state\"\nlog_format = \"json\"\n"
             "[[pipeline]]\nsources = [\"stdin:\"]\nsinks = [\"stdout:\"]\n");
  const Outcome outcome = run_piiscrub({"run", "-c", config()}, line(1));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find(R"("level":"info","event":"started","message":)"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace piiscrub::e2e
