// `piiscrub run`: files that grow, rotate, shrink and go, and a service that is killed while they do.

#include "redact/crypto.h"
#include "service.h"

#include <algorithm>
#include <random>
#include <thread>

namespace piiscrub::e2e {
namespace {

namespace fs = std::filesystem;

TEST_F(ServiceTest, WaitsForTheEndOfALine) {
  start();
  append(in("a.log"), line(1) + "line 2 of us");
  expect_output(scrubbed(1, 1));
  append(in("a.log"), "er2@example.com\n");
  expect_output(scrubbed(1, 2));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, CompletesALineAcrossARestart) {
  append(in("a.log"), line(1) + "line 2 of us");
  start();
  expect_output(scrubbed(1, 1));
  EXPECT_EQ(stop(), 0);
  append(in("a.log"), "er2@example.com\n");
  start();
  expect_output(scrubbed(1, 2));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, FollowsRenamesAndReadsWhatIsWrittenLate) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  fs::rename(in("a.log"), in("a.log.1"));
  append(in("a.log.1"), lines(11, 20));
  append(in("a.log"), lines(21, 30));
  expect_output(scrubbed(1, 30));
  append(in("a.log.1"), lines(31, 31));
  expect_output(scrubbed(1, 31));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, FollowsTruncation) {
  append(in("a.log"), lines(1, 100));
  start();
  expect_output(scrubbed(1, 100));
  fs::copy_file(in("a.log"), in("a.log.1"));
  fs::resize_file(in("a.log"), 0);
  append(in("a.log"), lines(101, 110));
  expect_output(scrubbed(1, 110));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, NoticesATruncationAndGrowthBetweenTwoLooks) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  for (const auto& [first, last] : {std::pair{11, 110}, {111, 310}, {311, 1000}}) {
    fs::resize_file(in("a.log"), 0);
    append(in("a.log"), lines(first, last));
    expect_output(scrubbed(1, last));
  }
  EXPECT_EQ(stop(), 0);
}

// The checkpoint knows the file by its number, which the copy does not have.
TEST_F(ServiceTest, ReadsACopyThatWasMadeWhileItDidNotRunOnce) {
  append(in("a.log"), lines(1, 100));
  start();
  expect_output(scrubbed(1, 100));
  EXPECT_EQ(stop(), 0);
  append(in("a.log"), lines(101, 200));
  fs::copy_file(in("a.log"), in("a.log.1"));
  fs::resize_file(in("a.log"), 0);
  append(in("a.log"), lines(201, 300));
  for (int last : {300, 301, 302}) {
    if (last > 300) append(in("a.log"), line(last));
    start();
    expect_output(scrubbed(1, last));
    EXPECT_EQ(stop(), 0);
  }
}

TEST_F(ServiceTest, NoticesAFileThatWasTruncatedAndHasGrownFurther) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  fs::copy_file(in("a.log"), in("a.log.1"));
  fs::resize_file(in("a.log"), 0);
  append(in("a.log"), lines(11, 100));
  start();
  expect_output(scrubbed(1, 100));
  EXPECT_EQ(stop(), 0);
}

// The checkpoint knows a new file before anything of it was read, by its number only; that of the copy is another one.
TEST_F(ServiceTest, FindsTheCopyOfAFileThatWasEmptyAtTheCheckpoint) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  fs::rename(in("a.log"), in("a.log.1"));
  append(in("a.log"), "");
  const std::string checkpoint = directory_ / "state/checkpoint";
  const auto of_new_file = [&] {
    const std::string text = read_file(checkpoint);
    return std::count(text.begin(), text.end(), '\n') == 5 ? text : "";  // two files, the sink, first and last line
  };
  ASSERT_TRUE(eventually([&] { return !of_new_file().empty(); })) << read_file(checkpoint);
  const std::string before = of_new_file();
  append(in("a.log"), lines(11, 100));
  expect_output(scrubbed(1, 100));
  fs::rename(in("a.log.1"), in("a.log.2"));
  fs::copy_file(in("a.log"), in("a.log.1"));
  fs::resize_file(in("a.log"), 0);
  append(in("a.log"), lines(101, 110));
  kill();
  write_file(checkpoint, before);  // as if it had been killed before it made another one
  start();
  expect_output(scrubbed(1, 110));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, FindsCopiesThatWereMadeWhileItDidNotRun) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  append(in("a.log"), lines(11, 20));
  fs::copy_file(in("a.log"), in("a.log.3"));
  fs::resize_file(in("a.log"), 0);
  ::usleep(20'000);  // the times of files have a grain
  append(in("a.log"), lines(21, 30));
  fs::copy_file(in("a.log"), in("a.log.2"));
  ::usleep(20'000);
  fs::resize_file(in("a.log"), 0);
  append(in("a.log"), lines(31, 40));
  fs::rename(in("a.log"), in("a.log.1"));
  append(in("a.log"), lines(41, 50));
  for (int last = 50; last < 53; ++last) {
    if (last > 50) append(in("a.log"), line(last));
    start();
    expect_output(scrubbed(1, last));
    EXPECT_EQ(stop(), 0);
  }
}

TEST_F(ServiceTest, ReadsWhatCameAfterAFileThatIsGone) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  fs::remove(in("a.log"));
  ::usleep(20'000);  // the times of files have a grain
  append(in("a.log.1"), lines(11, 20));
  append(in("a.log"), lines(21, 30));
  start();
  expect_output(scrubbed(1, 30));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, SaysOnceThatAFileIsLostAndKnowsItWhenItIsBack) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  fs::create_directories(directory_ / "away/in");
  fs::rename(in("a.log"), directory_ / "away/in/a.log");
  for (int i = 0; i < 3; ++i) {
    start();
    EXPECT_EQ(stop(), 0);
  }
  constexpr std::string_view kLost = "is not there any more";
  const std::string said = log();
  const std::size_t first = said.find(kLost);
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(said.find(kLost, first + 1), std::string::npos) << said;
  append(directory_ / "away/in/a.log", lines(11, 12));
  fs::rename(directory_ / "away/in/a.log", in("a.log"));
  start();
  expect_output(scrubbed(1, 12));
  EXPECT_EQ(stop(), 0);
}

// What a crash leaves behind the checkpoint in the output is not in it: it is written again, whole.
TEST_F(ServiceTest, CutsTheOutputToTheCheckpointAfterACrash) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  append(in("a.log"), lines(11, 20));
  const std::string next = scrubbed(11, 13);
  append(out(), std::string_view(next).substr(0, next.size() - 5));
  start();
  expect_output(scrubbed(1, 20));
  EXPECT_EQ(stop(), 0);
}

// Without a checkpoint nobody knows of it: it stays, and the next record does not run into it.
TEST_F(ServiceTest, EndsARecordInTheOutputThatACrashHasCut) {
  append(out(), "line 0 of [EM");
  append(in("a.log"), lines(1, 10));
  start();
  expect_output("line 0 of [EM\n" + scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, FindsWhatWasRotatedTwiceWhileItDidNotRun) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  append(in("a.log"), lines(11, 20));
  fs::rename(in("a.log"), in("a.log.2"));
  ::usleep(20'000);  // the times of files have a grain
  append(in("a.log.1"), lines(21, 30));
  append(in("a.log"), lines(31, 40));
  start();
  expect_output(scrubbed(1, 40));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, ReadsANewFileUnderAnOldNumberFromItsBeginning) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  for (int round = 0; round < 20; ++round) {  // the number is used again sooner or later
    fs::remove(in("a.log"));
    append(in("a.log"), lines(11, 40));
  }
  start();
  expect_output(scrubbed(1, 40));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, BeginsBehindWhatIsThereIfToldTo) {
  write_file(config(),
             "config_version = 1\n[service]\nstate_directory = \"state\"\n[[pipeline]]\n[[pipeline.source]]\n"
             "endpoint = \"file:" +
                 directory_ / "in/*.log" +
                 "\"\nstart = \"end\"\n[[pipeline.sink]]\n"
                 "endpoint = \"file:" +
                 out() + "\"\n");
  append(in("a.log"), lines(1, 10) + "the end of a line of cut");
  start();
  append(in("a.log"), "@example.com\n" + lines(11, 12));
  append(in("b.log"), lines(13, 13));
  EXPECT_TRUE(eventually([&] { return read_file(out()).size() >= scrubbed(11, 13).size(); }));
  const std::string text = read_file(out());
  EXPECT_TRUE(text == scrubbed(11, 13) || text == scrubbed(13, 13) + scrubbed(11, 12)) << text;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, ReadsNoLinksUnlessToldTo) {
  append(in("target"), lines(1, 1));
  fs::create_symlink(in("target"), in("link.log"));
  append(in("a.log"), lines(2, 2));
  start();
  expect_output(scrubbed(2, 2));
  EXPECT_TRUE(eventually([&] { return log().find("link.log: cannot read: is a symbolic link") != std::string::npos; }));
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(read_file(out()), scrubbed(2, 2));
}

TEST_F(ServiceTest, TakesADamagedCheckpointForNone) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  std::string checkpoint = read_file(directory_ / "state/checkpoint");
  checkpoint[checkpoint.size() / 2] ^= 1;
  write_file(directory_ / "state/checkpoint", checkpoint);
  start();
  expect_output(scrubbed(1, 10) + scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  EXPECT_NE(log().find("checkpoint.bad"), std::string::npos);
}

// ---- Checkpoints of other versions

std::string with_checksum(const std::string& text) {
  std::string digits;
  const auto digest = sha256(text);
  for (const char c : view(digest)) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    digits += kDigits[static_cast<unsigned char>(c) >> 4U];
    digits += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return text + "end\t" + digits + "\n";
}

// The positions of a checkpoint: its lines but for the first two and the last one.
std::string positions_of(const std::string& checkpoint) {
  const std::size_t begin = checkpoint.find('\n', checkpoint.find('\n') + 1) + 1;
  return checkpoint.substr(begin, checkpoint.rfind("end\t") - begin);
}

TEST_F(ServiceTest, GoesOnFromACheckpointOfFormat1) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  const std::string path = directory_ / "state/checkpoint";
  const std::string positions = positions_of(read_file(path));
  ASSERT_NE(positions.find("tail\tapp\t"), std::string::npos);
  write_file(path, with_checksum("piiscrub-checkpoint 1\n" + positions));
  append(in("a.log"), lines(11, 20));
  start();
  expect_output(scrubbed(1, 20));
  EXPECT_NE(log().find("was in format 1, goes on in format 2"), std::string::npos) << log();
  EXPECT_EQ(read_file(path).find("piiscrub-checkpoint 2\nby "), 0U);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, KeepsACheckpointOfALaterFormatAndRefuses) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  EXPECT_EQ(stop(), 0);
  const std::string path = directory_ / "state/checkpoint";
  const std::string later = with_checksum("piiscrub-checkpoint 3\nby 9.1\n" + positions_of(read_file(path)));
  write_file(path, later);
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find("was written by piiscrub 9.1 in format 3; this one knows formats up to 2"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(read_file(path), later);
  EXPECT_EQ(read_file(out()), scrubbed(1, 10));
}

// A key that is being logged when the service is killed stays hidden afterwards.
TEST_F(ServiceTest, RemembersAnOpenKeyBlockAcrossAKill) {
  const std::string body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  append(in("a.log"), line(1) +
                          "-----BEGIN "
                          "PRIVATE KEY-----\n" +
                          body + "\n");
  start();
  EXPECT_TRUE(eventually([&] {
    return read_file(directory_ / "state/checkpoint").find("\t" + std::to_string(fs::file_size(in("a.log"))) + "\t") !=
           std::string::npos;
  }));
  kill();
  append(in("a.log"), body +
                          "\n-----END "
                          "PRIVATE KEY-----\n" +
                          line(2));
  start();
  EXPECT_TRUE(eventually([&] { return read_file(out()).find("line 2 of [EMAIL]") != std::string::npos; }));
  EXPECT_EQ(read_file(out()).find("MIIEvQ"), std::string::npos);
  EXPECT_EQ(stop(), 0);
}

// Writes numbered lines and rotates the file again and again, as fast as it can but for pauses.
void write_and_rotate(const std::string& path, int first, int lines_in_all,
                      const std::function<std::string(int, int)>& make) {
  std::mt19937 random(7);
  constexpr int kLinesPerWrite = 50;
  int rotations = 0;
  for (int next = first; next <= lines_in_all; next += kLinesPerWrite) {
    append(path, make(next, std::min(next + kLinesPerWrite - 1, lines_in_all)));
    ::usleep(1000);
    if (random() % 40 != 0) continue;
    fs::rename(path, path + "." + std::to_string(++rotations));
    ::usleep(10'000);  // the times of files have a grain
  }
}

TEST_F(ServiceTest, LosesAndDoublesNothingWhenItIsKilled) {
  constexpr int kLines = 60'000;
  constexpr int kKills = 10;
  std::mt19937 random(11);
  append(in("a.log"), line(1));
  start();
  expect_output(scrubbed(1, 1));
  std::thread writer([&] { write_and_rotate(in("a.log"), 2, kLines, lines); });
  for (int round = 0; round < kKills; ++round) {
    ::usleep(20'000 + static_cast<unsigned>(random() % 150'000));
    kill();
    start();
  }
  writer.join();
  EXPECT_TRUE(eventually([&] { return read_file(out()).size() >= scrubbed(1, kLines).size(); })) << log();
  EXPECT_EQ(stop(), 0);
  const std::string expected = scrubbed(1, kLines);
  const std::string got = read_file(out());
  const auto difference = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  EXPECT_TRUE(got == expected) << "instead of: "
                               << std::string(difference.first, std::min(difference.first + 100, expected.end()))
                               << "\ngot: "
                               << std::string(difference.second, std::min(difference.second + 100, got.end())) << "\n"
                               << log();
}

}  // namespace
}  // namespace piiscrub::e2e
