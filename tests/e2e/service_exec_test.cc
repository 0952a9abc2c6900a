// `piiscrub run` that feeds a child process.

#include <sys/stat.h>

#include "service.h"

namespace piiscrub::e2e {
namespace {

class ExecTest : public ServiceTest {
 protected:
  /// Makes a program of `body`, a shell script, and configures it as the sink. Its working directory is the test's.
  void configure_program(const std::string& body) {
    const std::string path = directory_ / "program";
    write_file(path, "#!/bin/sh\ncd '" + directory_.path() + "' || exit 9\n" + body);
    ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
    configure("[[pipeline.sink]]\nendpoint = \"exec:" + path +
              " one two\"\nreconnect_min = 0.01\nreconnect_max = 0.02\n");
    std::string text = read_file(config());
    const std::size_t short_form = text.find("sinks = ");
    write_file(config(), text.erase(short_form, text.find('\n', short_form) + 1 - short_form));
  }
};

TEST_F(ExecTest, FeedsAProgramAndWaitsForItsEnd) {
  configure_program("echo \"$1 $2\" >arguments\ncat >out.log\necho done >finished\n");
  append(in("a.log"), lines(1, 5000));
  start();
  expect_output(scrubbed(1, 5000));
  append(in("a.log"), lines(5001, 5001));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(read_file(directory_ / "arguments"), "one two\n");
  EXPECT_EQ(read_file(directory_ / "finished"), "done\n") << log();
}

TEST_F(ExecTest, ReportsThatItRuns) {
  configure_program("cat >out.log\n");
  start();
  EXPECT_TRUE(eventually([&] {
    return run_piiscrub({"status", "-c", config()}).out.find("sink_connected\n              1") != std::string::npos;
  }));
  EXPECT_EQ(stop(), 0);
}

// The first child reads two lines and a half, and ends. The half one comes again as a whole.
TEST_F(ExecTest, StartsAnEndedProgramAgainWithTheRecordThatWasCut) {
  configure_program(
      "if [ -e second ]; then exec cat >>out.log; fi\n"
      "touch second\nhead -c 200000 >first\nexit 3\n");
  // One record larger than the pipe, so that it is cut for certain.
  const std::string filler(400'000, 'x');
  append(in("a.log"), line(1) + filler + " user2@example.com\n");
  start();
  expect_output(filler + " [EMAIL]\n");
  EXPECT_TRUE(eventually([&] { return log().find("not running: ended with status 3") != std::string::npos; })) << log();
  EXPECT_EQ(read_file(directory_ / "first").substr(0, scrubbed(1, 1).size()), scrubbed(1, 1));
  append(in("a.log"), line(3));
  expect_output(filler + " [EMAIL]\n" + scrubbed(3, 3));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ExecTest, WaitsForAProgramThatDoesNotRead) {
  ASSERT_EQ(::mkfifo((directory_ / "in/release").c_str(), 0600), 0);
  configure_program("read -r go <in/release\ncat >out.log\n");
  append(in("a.log"), lines(1, 20'000));
  start();
  EXPECT_TRUE(eventually([&] {
    return run_piiscrub({"status", "-c", config()}).out.find("sink_queue_bytes\n") != std::string::npos;
  }));
  append(in("release"), "go\n");
  expect_output(scrubbed(1, 20'000));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ExecTest, EndsThoughItsProgramDoesNot) {
  configure_program("cat >out.log\nexec tail -f /dev/null\n");
  append(in("a.log"), line(1));
  start();
  expect_output(scrubbed(1, 1));
  EXPECT_EQ(stop(), 0);
  EXPECT_NE(log().find("not running: ended by signal 9"), std::string::npos) << log();
}

TEST_F(ExecTest, FeedsAProgramFromAStreamToItsEnd) {
  configure("", "stdin:", "exec:/usr/bin/sort -o " + out());
  const Outcome outcome = run_piiscrub({"run", "-c", config()}, lines(1, 9));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(read_file(out()), scrubbed(1, 9));
}

TEST_F(ExecTest, RefusesAProgramThatIsNone) {
  configure("", "", "exec:" + (directory_ / "nothing"));
  const Outcome none = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(none.status, 78);
  EXPECT_NE(none.err.find(":8:10: "), std::string::npos) << none.err;
  EXPECT_NE(none.err.find("nothing: no program that piiscrub may run"), std::string::npos) << none.err;
  configure("", "", "exec:cat");
  const Outcome relative = run_piiscrub({"validate", "-c", config()});
  EXPECT_EQ(relative.status, 78);
  EXPECT_NE(relative.err.find("the path of a program must be absolute"), std::string::npos) << relative.err;
}

}  // namespace
}  // namespace piiscrub::e2e
