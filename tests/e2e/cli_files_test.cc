// `piiscrub FILE...` and -o: which file is read, which is written, and what happens to those that cannot be.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "process.h"

namespace piiscrub::e2e {
namespace {

constexpr std::string_view kDirty = "mail alice@example.com ok\n";
constexpr std::string_view kScrubbed = "mail [EMAIL] ok\n";

unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

std::size_t entries_of(const std::string& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

class Files : public testing::Test {
 protected:
  void SetUp() override {
    write_file(dirty_, kDirty);
    write_file(plain_, "plain\n");
    std::filesystem::create_directory(out_);
  }
  // Makes NAME.gz from `members`, each compressed on its own.
  std::string gzip(std::string_view name, const std::vector<std::string>& members) {
    const std::string path = directory_ / (std::string(name) + ".gz");
    write_file(path, "");
    for (const std::string& member : members) {
      EXPECT_EQ(run_program({"sh", "-c", "gzip -c >> \"$1\"", "sh", path}, member).status, 0);
    }
    return path;
  }

  TemporaryDirectory directory_;
  std::string dirty_ = directory_ / "dirty.log";
  std::string plain_ = directory_ / "plain.log";
  std::string missing_ = directory_ / "missing.log";
  std::string out_ = directory_ / "out";
};

// ----- reading

TEST_F(Files, AreScrubbedInOrder) {
  const Outcome outcome = run_piiscrub({plain_, dirty_, "-", plain_}, "from stdin\n");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "plain\n" + std::string(kScrubbed) + "from stdin\nplain\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Files, ThatCannotBeReadAreReportedAndTheOthersDone) {
  const Outcome outcome = run_piiscrub({plain_, missing_, out_, dirty_});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "plain\n" + std::string(kScrubbed));
  EXPECT_EQ(outcome.err, "piiscrub: " + missing_ + ": cannot read: No such file or directory\n" +  //
                             "piiscrub: " + out_ + ": cannot read: Is a directory\n");
}

TEST_F(Files, CalledSoAreCsv) {
  const std::string rows = "id,last_name\n17,Example\n";
  const std::string table = directory_ / "people.CSV";
  const std::string tabs = directory_ / "people.tsv";
  write_file(table, rows);
  write_file(tabs, "id\tlast_name\n17\tExample\n");
  const std::string zipped = gzip("more.csv", {rows});
  EXPECT_EQ(run_piiscrub({table, tabs, zipped}).out,
            "id,last_name\n17,[PERSON_NAME]\nid\tlast_name\n17\t[PERSON_NAME]\nid,last_name\n17,[PERSON_NAME]\n");
  EXPECT_EQ(run_piiscrub({"--format", "text", table}).out, rows);
  EXPECT_EQ(run_piiscrub({table, plain_}).out, rows + "plain\n");
}

TEST_F(Files, WithGzipDataAreDecompressed) {
  const std::string members = gzip("rotated.log", {"one\n", std::string(kDirty), "three"});
  EXPECT_EQ(run_piiscrub({members}).out, "one\n" + std::string(kScrubbed) + "three");
}

TEST_F(Files, AreTakenForGzipByTheirFirstBytesOnly) {
  const std::string packed = gzip("rotated.log", {std::string(kDirty)});
  std::filesystem::rename(packed, directory_ / "packed.log");
  write_file(directory_ / "named.gz", "not packed\n");
  const Outcome outcome = run_piiscrub({directory_ / "packed.log", directory_ / "named.gz"});
  EXPECT_EQ(outcome.out, std::string(kScrubbed) + "not packed\n");
}

TEST_F(Files, WithDamagedGzipDataAreReported) {
  const std::string packed = gzip("cut.log", {std::string(100'000, 'x') + "\n"});
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 6);
  const Outcome cut = run_piiscrub({packed, plain_});
  EXPECT_EQ(cut.status, 1);
  EXPECT_EQ(cut.err, "piiscrub: " + packed + ": cannot read: the gzip data ends early\n");
  EXPECT_TRUE(cut.out.ends_with("plain\n"));

  write_file(packed, "\x1f\x8b\x08 but nothing that inflates");
  EXPECT_EQ(run_piiscrub({packed}).err, "piiscrub: " + packed + ": cannot read: damaged gzip data\n");

  const std::string longer = gzip("longer.log", {"whole\n"});
  write_file(longer, read_file(longer) + std::string(512, '\0'));
  EXPECT_EQ(run_piiscrub({longer}).status, 0);
  write_file(longer, read_file(longer) + "secret tail");
  EXPECT_EQ(run_piiscrub({longer}).err,
            "piiscrub: " + longer + ": cannot read: data behind the end of the gzip data\n");
}

TEST_F(Files, MayBeFifosAndProcessSubstitutions) {
  const Outcome outcome =
      run_program({"bash", "-c", "mkfifo \"$1\"; echo fifo > \"$1\" & \"$2\" \"$1\" <(echo substituted)", "bash",
                   directory_ / "fifo", piiscrub_binary()});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "fifo\nsubstituted\n");
}

// ----- writing one file

TEST_F(Files, GoToOneFile) {
  const std::string target = directory_ / "scrubbed.log";
  const Outcome outcome = run_piiscrub({plain_, "-o", target, dirty_});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
  EXPECT_EQ(read_file(target), "plain\n" + std::string(kScrubbed));
  EXPECT_EQ(mode_of(target), 0600U);
}

TEST_F(Files, ReplaceTheOutputOnlyWhenAllIsDone) {
  const std::string target = directory_ / "scrubbed.log";
  write_file(target, "old\n");
  Process process(piiscrub({plain_, "-", "-o", target}));
  process.write("from stdin\n");
  process.kill(0);
  EXPECT_EQ(read_file(target), "old\n");
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
  EXPECT_EQ(read_file(target), "plain\nfrom stdin\n");
}

TEST_F(Files, LeaveNothingBehindWhenASignalEndsThem) {
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string target = out_ + "/scrubbed.log";
  Process process(piiscrub({plain_, fifo, "-o", target}));
  while (entries_of(out_) == 0) ::usleep(1000);
  EXPECT_FALSE(std::filesystem::exists(target));
  process.kill(SIGTERM);
  process.kill(SIGINT);
  EXPECT_LT(process.wait(), 0);
  EXPECT_EQ(entries_of(out_), 0U);
}

TEST_F(Files, OfALiveStreamGrowInPlace) {
  const std::string target = directory_ / "live.log";
  Process process(piiscrub({"-o", target}));
  process.write(kDirty);
  while (read_file(target) != kScrubbed) ::usleep(1000);
  EXPECT_EQ(mode_of(target), 0600U);
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
}

TEST_F(Files, AreNotWrittenThroughSymbolicLinks) {
  const std::string link = directory_ / "link.log";
  std::filesystem::create_symlink(plain_, link);
  for (const Arguments& arguments : {Arguments{dirty_, "-o", link}, Arguments{"-o", link}}) {
    const Outcome outcome = run_piiscrub(arguments, "x\n");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, "piiscrub: " + link + ": is a symbolic link (name the file that it leads to)\n");
  }
  EXPECT_EQ(read_file(plain_), "plain\n");
}

TEST_F(Files, AreNotOverwrittenByTheirOwnOutput) {
  const Outcome outcome = run_piiscrub({plain_, dirty_, "-o", dirty_});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "piiscrub: " + dirty_ + ": is the output file as well (name another output)\n");
  EXPECT_EQ(read_file(dirty_), "plain\n");

  write_file(dirty_, kDirty);
  const Outcome appended = run_program({"sh", "-c", "\"$2\" \"$1\" >> \"$1\"", "sh", dirty_, piiscrub_binary()});
  EXPECT_EQ(appended.status, 1);
  EXPECT_EQ(read_file(dirty_), kDirty);
}

TEST_F(Files, MayGoToADevice) {
  EXPECT_EQ(run_piiscrub({plain_, "-o", "/dev/null"}).status, 0);
  const Outcome full = run_piiscrub({plain_, "-o", "/dev/full"});
  EXPECT_EQ(full.status, 1);
  EXPECT_EQ(full.err, "piiscrub: /dev/full: cannot write: No space left on device\n");
}

TEST_F(Files, CannotGoToADirectoryThatIsMissing) {
  EXPECT_EQ(run_piiscrub({plain_, "-o", directory_ / "nowhere/"}).status, 1);
  EXPECT_EQ(run_piiscrub({plain_, "-o", directory_ / "nowhere/x.log"}).status, 1);
}

// ----- writing a directory

TEST_F(Files, GoToADirectoryUnderTheirNames) {
  const std::string packed = gzip("rotated.log", {std::string(kDirty)});
  const Outcome outcome = run_piiscrub({"-o", out_, dirty_, packed, missing_, plain_});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(read_file(out_ + "/dirty.log"), kScrubbed);
  EXPECT_EQ(read_file(out_ + "/rotated.log"), kScrubbed);
  EXPECT_EQ(read_file(out_ + "/plain.log"), "plain\n");
  EXPECT_EQ(entries_of(out_), 3U);
  EXPECT_EQ(mode_of(out_ + "/dirty.log"), 0600U);
}

TEST_F(Files, OfTheSameNameDoNotOverwriteEachOther) {
  std::filesystem::create_directory(directory_ / "b");
  write_file(directory_ / "b/plain.log", "other\n");
  const Outcome outcome = run_piiscrub({"-o", out_, plain_, directory_ / "b/plain.log"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(read_file(out_ + "/plain.log"), "plain\n");
}

TEST_F(Files, ThatBreakOffDoNotAppearInTheDirectory) {
  const std::string packed = gzip("cut.log", {std::string(100'000, 'x') + "\n"});
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 6);
  EXPECT_EQ(run_piiscrub({"-o", out_, packed, plain_}).status, 1);
  EXPECT_EQ(entries_of(out_), 1U);
}

TEST_F(Files, InADirectoryAreNotOverwrittenByThemselves) {
  EXPECT_EQ(run_piiscrub({"-o", directory_.path(), dirty_}).status, 1);
  EXPECT_EQ(read_file(dirty_), kDirty);
}

TEST_F(Files, FromStandardInputHaveNoNameForADirectory) {
  const Outcome outcome = run_piiscrub({"-o", out_}, "x\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(entries_of(out_), 0U);
}

// ----- counting only

TEST_F(Files, AreOnlyCountedByADryRun) {
  const std::string target = directory_ / "scrubbed.log";
  const Outcome outcome = run_piiscrub({"--dry-run", dirty_, plain_, "-o", target});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("2  records read\n"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("1  records changed\n"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("alice"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(target));
}

}  // namespace
}  // namespace piiscrub::e2e
