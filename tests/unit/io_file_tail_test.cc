// FileTail, AppendSink and their marks: which bytes come out, in what order, and where each file stands.
#include "io/file_tail.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/append_sink.h"
#include "support/sockets.h"

namespace piiscrub::io {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kGrainUs = 20'000;  // of the times of files

class FileTailTest : public testing::Test, protected Source::Listener, protected FileTail::Observer {
 protected:
  FileTailTest() : marker_("0123456789abcdef0123456789abcdef") {
    std::string pattern = (fs::temp_directory_path() / "piiscrub-tail-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~FileTailTest() override { fs::remove_all(directory_); }

  void make(TailOptions options = {}) {
    FileTail::Observer& observer = *this;
    tail_.emplace(loop_, buffers_, path(), marker_, options, observer);
  }
  void open_at(const FilePosition& position = {}) {
    int error = 0;
    tail_->add(*open_log_file(path(), Links::refuse, error), position);
  }
  void start() {
    tail_->start(*this);
    run();
  }
  // Reads until there is nothing more.
  void run() { loop_.run(); }
  void check() {
    tail_->check();
    run();
  }
  [[nodiscard]] std::string path(const std::string& name = "a.log") const { return (directory_ / name).string(); }
  void append(const std::string& text, const std::string& name = "a.log") const {
    std::ofstream(path(name), std::ios::binary | std::ios::app) << text;
  }
  std::vector<FilePosition> positions() { return tail_->positions(text_.size(), text_.size()); }

  void on_bytes(Buffer bytes) override {
    pieces_.emplace_back(bytes.bytes());
    text_ += bytes.bytes();
  }
  void on_end(std::string error) override {
    EXPECT_EQ(error, "");
    ended_ = true;
  }
  std::optional<std::uint64_t> begin_of(const OpenFile& /*file*/) override {
    if (on_begin_of_) std::exchange(on_begin_of_, nullptr)();
    return 0;
  }
  void on_open_failed(const FileTail& /*tail*/, int error) override { open_error_ = error; }
  void on_replay_cut(const FileTail& /*tail*/) override { replay_cut_at_ = text_.size(); }

  fs::path directory_;
  Loop loop_;
  BufferPool buffers_;
  Marker marker_;
  std::optional<FileTail> tail_;
  std::string text_;
  std::vector<std::string> pieces_;
  int open_error_ = 0;
  std::optional<std::size_t> replay_cut_at_;
  bool ended_ = false;
  std::function<void()> on_begin_of_;  // called once, between opening a file and taking it
};

TEST_F(FileTailTest, ReadsWhatIsThereAndWhatComes) {
  append("1\n");
  make();
  open_at();
  start();
  EXPECT_EQ(text_, "1\n");
  append("2\n");
  EXPECT_EQ(text_, "1\n");
  check();
  EXPECT_EQ(text_, "1\n2\n");
  ASSERT_EQ(positions().size(), 1U);
  EXPECT_EQ(positions()[0].offset, 4U);
}

TEST_F(FileTailTest, SaysWhereWhatIsDoneEnds) {
  append("123456\n789\n");
  make();
  open_at();
  start();
  EXPECT_EQ(tail_->positions(7, 0)[0].offset, 7U);
  EXPECT_EQ(tail_->positions(7, 0)[0].replay, 0U);
  EXPECT_EQ(tail_->positions(11, 7)[0].offset, 11U);
  EXPECT_EQ(tail_->positions(11, 7)[0].replay, 7U);
}

TEST_F(FileTailTest, CutsABufferWhereAReplayEnds) {
  append("old\nnew\n");
  make();
  open_at({.id = {}, .offset = 4, .replay = 0, .marker = {}, .written = 0});
  EXPECT_EQ(tail_->replayed(), 4U);
  start();
  EXPECT_EQ(pieces_, (std::vector<std::string>{"old\n", "new\n"}));
}

// On a busy machine much may happen between opening a file and taking it.
TEST_F(FileTailTest, FindsWhatIsRotatedWhileAFileIsOpened) {
  for (const bool rotated_before : {false, true}) {
    SCOPED_TRACE(rotated_before);
    for (const auto& entry : fs::directory_iterator(directory_)) fs::remove(entry.path());
    text_.clear();
    append("1\n");
    make();
    open_at();
    start();
    const auto rotate = [&](int number, const std::string& text) {
      fs::rename(path(), path("a.log." + std::to_string(number)));
      ::usleep(kGrainUs);
      append(text);
      ::usleep(kGrainUs);
    };
    rotate(1, "2\n");
    if (rotated_before) rotate(2, "3\n");
    on_begin_of_ = [&] {
      rotate(3, "4\n");
      rotate(4, "5\n");
      ::usleep(kGrainUs);
    };
    for (int i = 0; i < 4; ++i) check();
    EXPECT_EQ(text_, rotated_before ? "1\n2\n3\n4\n5\n" : "1\n2\n4\n5\n");
  }
}

TEST_F(FileTailTest, ReadsARotatedFileToItsEndBeforeTheNextOne) {
  append("1\n");
  make();
  open_at();
  start();
  fs::rename(path(), path("a.log.1"));
  append("2\n", "a.log.1");
  append("3\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n");
  EXPECT_EQ(tail_->stats().rotations, 1U);
  const std::vector<FilePosition> at = positions();
  ASSERT_EQ(at.size(), 2U);
  EXPECT_EQ(at[0].offset, 4U);
  EXPECT_EQ(at[1].offset, 2U);
}

TEST_F(FileTailTest, EndsTheLastRecordOfARotatedFile) {
  append("1\nhalf");
  make({.links = Links::refuse, .linger_ms = 60'000, .partial_ms = 0});
  open_at();
  start();
  EXPECT_EQ(text_, "1\nhalf");
  fs::rename(path(), path("a.log.1"));
  append("2\n");
  check();
  EXPECT_EQ(text_, "1\nhalf\n2\n");
  const std::vector<FilePosition> at = positions();
  ASSERT_EQ(at.size(), 2U);
  EXPECT_EQ(at[0].offset, 6U);  // the LF is no byte of the file
  EXPECT_EQ(at[1].offset, 2U);
}

TEST_F(FileTailTest, NeverCutsARecordOfTheCurrentFile) {
  append("1\n");
  make({.links = Links::refuse, .linger_ms = 60'000, .partial_ms = 0});
  open_at();
  start();
  fs::rename(path(), path("a.log.1"));
  append("ha");
  check();
  append("late\n", "a.log.1");
  check();
  EXPECT_EQ(text_, "1\nha");
  append("lf\n");
  check();
  EXPECT_EQ(text_, "1\nhalf\nlate\n");
}

TEST_F(FileTailTest, BeginsAnewWhenTheFileIsTruncated) {
  append("123\n");
  make();
  open_at();
  start();
  fs::resize_file(path(), 0);
  append("4\n");
  check();
  EXPECT_EQ(text_, "123\n4\n");
  EXPECT_EQ(tail_->stats().truncations, 1U);
  ASSERT_EQ(positions().size(), 1U);
  EXPECT_EQ(positions()[0].offset, 2U);
}

TEST_F(FileTailTest, BeginsAnewWhenTheFileWasTruncatedAndHasGrownFurther) {
  append("123\n");
  make();
  open_at();
  start();
  check();
  fs::resize_file(path(), 0);
  append("4\n5\n6\n7\n");
  check();
  EXPECT_EQ(text_, "123\n4\n5\n6\n7\n");
}

TEST_F(FileTailTest, FindsTheRestOfATruncatedFileInItsCopy) {
  append("1\n");
  make();
  open_at();
  start();
  check();
  append("2\n");
  fs::copy_file(path(), path("a.log.1"));
  fs::resize_file(path(), 0);
  append("3\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n");
}

// What was never read cannot be told by what was read; a source that is held back gets there often.
// A checkpoint may be made between the truncation and the next look.
TEST_F(FileTailTest, ItsPositionFitsTheCopyOfAFileThatWasTruncatedSinceItLooked) {
  append("old 1\nold 2\n");
  make();
  open_at();
  start();
  fs::copy_file(path(), path("a.log.1"));
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << "new 1\nnew 2\nnew 3\n";  // longer than what was read
  const std::vector<FilePosition> at = tail_->positions(6, 6);
  ASSERT_EQ(at.size(), 1U);
  EXPECT_EQ(at[0].offset, 6U);
  int error = 0;
  EXPECT_FALSE(marker_.fits(open_log_file(path(), Links::refuse, error)->fd.get(), at[0]));
  EXPECT_TRUE(marker_.fits(open_log_file(path("a.log.1"), Links::refuse, error)->fd.get(), at[0]));
}

TEST_F(FileTailTest, ItsPositionFitsNothingIfWhatWasReadIsGone) {
  append("old 1\nold 2\n");
  make();
  open_at();
  start();
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << "new 1\nnew 2\nnew 3\n";
  const std::vector<FilePosition> at = tail_->positions(6, 6);
  ASSERT_EQ(at.size(), 1U);
  int error = 0;
  EXPECT_FALSE(marker_.fits(open_log_file(path(), Links::refuse, error)->fd.get(), at[0]));
}

TEST_F(FileTailTest, FindsAFileThatWasTruncatedBeforeAnythingOfItWasRead) {
  append("1\n");
  make();
  open_at();
  tail_->start(*this);
  tail_->pause();
  check();
  fs::copy_file(path(), path("a.log.1"));
  fs::resize_file(path(), 0);
  append("2\n");
  check();
  fs::rename(path("a.log.1"), path("a.log.2"));
  fs::copy_file(path(), path("a.log.1"));
  fs::resize_file(path(), 0);
  append("3\n");
  check();
  tail_->resume();
  run();
  EXPECT_EQ(text_, "1\n2\n3\n");
}

TEST_F(FileTailTest, FindsAFileThatWasWrittenAndTruncatedBeforeItWasSeen) {
  append("1\n");
  make();
  open_at();
  start();
  fs::rename(path(), path("a.log.1"));
  append("");
  check();
  ::usleep(kGrainUs);
  append("2\n3\n");
  fs::copy_file(path(), path("a.log.2"));
  ::usleep(kGrainUs);
  fs::resize_file(path(), 0);
  append("4\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n4\n");
}

TEST_F(FileTailTest, FindsACopyOfWhatItSawThoughItWasTruncatedTwice) {
  append("1\n");
  make();
  open_at();
  start();
  append("2\n");
  fs::copy_file(path(), path("a.log.2"));
  fs::resize_file(path(), 0);
  ::usleep(kGrainUs);
  append("3\n");
  fs::copy_file(path(), path("a.log.1"));
  ::usleep(kGrainUs);
  fs::resize_file(path(), 0);
  append("4\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n4\n");
}

TEST_F(FileTailTest, FindsAFileThatWasTruncatedAndRotatedSinceItLooked) {
  append("1\n");
  make();
  open_at();
  start();
  append("2\n");
  fs::copy_file(path(), path("a.log.2"));
  fs::resize_file(path(), 0);
  ::usleep(kGrainUs);
  append("3\n");
  fs::rename(path(), path("a.log.1"));
  append("4\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n4\n");
}

TEST_F(FileTailTest, DoesNotReadACopyOfWhatIsStillThere) {
  append("1\n");
  make();
  open_at();
  start();
  fs::rename(path(), path("a.log.1"));
  append("2\n3\n");
  append("2\n", "a.log.2");  // a copy that is being made
  check();
  append("3\n", "a.log.2");
  ::usleep(kGrainUs);
  fs::resize_file(path(), 0);
  append("4\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n4\n");
}

// Between a look and a read anything may happen.
TEST_F(FileTailTest, ReadsNothingFromTheMiddleOfAFileThatWasTruncatedSinceItLooked) {
  append("1\n");
  make();
  open_at();
  start();
  append("2\n");
  tail_->pause();
  check();
  fs::copy_file(path(), path("a.log.1"));
  fs::resize_file(path(), 0);
  append("3\n4\n5\n");
  tail_->resume();
  run();
  EXPECT_EQ(text_, "1\n2\n3\n4\n5\n");
}

TEST_F(FileTailTest, KeepsARotatedFileThatWasQuietForLong) {
  append("1\n");
  make({.links = Links::refuse, .linger_ms = 200, .partial_ms = 0});
  open_at();
  start();
  ::usleep(300'000);
  run();
  fs::rename(path(), path("a.log.1"));
  check();
  append("2\n", "a.log.1");
  append("3\n");
  check();
  EXPECT_EQ(text_, "1\n2\n3\n");
}

TEST_F(FileTailTest, ReplaysBeforeItReadsWhatCameLate) {
  append("late\n", "a.log.1");
  append("old\nnew\n");
  make();
  int error = 0;
  tail_->add(*open_log_file(path("a.log.1"), Links::refuse, error),
             {.id = {}, .offset = 5, .replay = 5, .marker = {}, .written = 0});
  open_at({.id = {}, .offset = 4, .replay = 0, .marker = {}, .written = 0});
  EXPECT_EQ(tail_->replayed(), 4U);
  append("later\n", "a.log.1");
  tail_->check();
  start();
  EXPECT_EQ(text_, "old\nlater\nnew\n");
}

TEST_F(FileTailTest, SaysThatAReplayIsCut) {
  append("old\nnew\n");
  make();
  open_at({.id = {}, .offset = 4, .replay = 0, .marker = {}, .written = 0});
  fs::resize_file(path(), 0);
  append("3\n");
  start();
  check();
  EXPECT_EQ(replay_cut_at_, 0U);
  EXPECT_EQ(text_, "3\n");
}

TEST_F(FileTailTest, AReplayBeginsWhereItBeganUntilItIsDone) {
  append("1\n2\n3\nnew\n");
  make();
  open_at({.id = {}, .offset = 6, .replay = 0, .marker = {}, .written = 0});
  start();
  EXPECT_EQ(tail_->positions(4, 0)[0].offset, 6U);
  EXPECT_EQ(tail_->positions(4, 0)[0].replay, 0U);
  EXPECT_EQ(tail_->positions(10, 6)[0].offset, 10U);
  EXPECT_EQ(tail_->positions(10, 6)[0].replay, 6U);
}

TEST_F(FileTailTest, EndsWhenTheFileIsGone) {
  append("1\n");
  make({.links = Links::refuse, .linger_ms = 0, .partial_ms = 0});
  open_at();
  start();
  append("2\n");
  fs::remove(path());
  check();
  EXPECT_EQ(text_, "1\n2\n");
  (void)positions();
  check();
  EXPECT_TRUE(ended_);
}

TEST_F(FileTailTest, RefusesLinksAndWhatIsNoFile) {
  append("1\n", "target");
  fs::create_symlink(path("target"), path());
  make();
  tail_->check();
  EXPECT_EQ(open_error_, ELOOP);
  fs::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  tail_->check();
  EXPECT_EQ(open_error_, EINVAL);
}

TEST_F(FileTailTest, MarkersTellFilesApart) {
  append(std::string(100, 'a') + "\n");
  append(std::string(99, 'a') + "b\n", "b.log");
  int error = 0;
  const OpenFile a = *open_log_file(path(), Links::refuse, error);
  const OpenFile b = *open_log_file(path("b.log"), Links::refuse, error);
  EXPECT_EQ(marker_.of(a.fd.get(), 99), marker_.of(b.fd.get(), 99));
  EXPECT_NE(marker_.of(a.fd.get(), 101), marker_.of(b.fd.get(), 101));
  EXPECT_EQ(marker_.of(a.fd.get(), 102), "");
  EXPECT_NE(Marker("another").of(a.fd.get(), 99), marker_.of(a.fd.get(), 99));
}

// ---- AppendSink

class AppendSinkTest : public FileTailTest, protected AppendSink::Observer, protected Sink::Writer {
 protected:
  std::unique_ptr<AppendSink> open(const std::optional<SinkMark>& mark = {}) {
    AppendSink::Observer& observer = *this;
    Result<std::unique_ptr<AppendSink>> sink = AppendSink::open(loop_, path(), 0640, mark, observer);
    EXPECT_TRUE(sink) << sink.error().text();
    return *std::move(sink);
  }
  void write(AppendSink& sink, std::string_view text) {
    EXPECT_EQ(sink.write(std::span(&text, 1), *this), Sink::Written::now);
  }
  [[nodiscard]] std::string content(const std::string& name = "a.log") const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void on_blocked(int /*error*/) override { events_.emplace_back("blocked"); }
  void on_unblocked() override { events_.emplace_back("unblocked"); }
  void on_reopened(const std::optional<Error>& error) override {
    EXPECT_FALSE(error);
    events_.emplace_back("reopened");
  }
  void on_written() override { events_.emplace_back("written"); }

  std::vector<std::string> events_;
};

TEST_F(AppendSinkTest, AppendsAndKnowsHowFarItHasCome) {
  append("0\n");
  const auto sink = open();
  EXPECT_EQ(sink->mark().length, 2U);
  write(*sink, "1\n");
  EXPECT_EQ(sink->mark().length, 4U);
  EXPECT_EQ(content(), "0\n1\n");
}

TEST_F(AppendSinkTest, CutsWhatIsBehindTheMark) {
  SinkMark mark;
  {
    const auto sink = open();
    write(*sink, "1\n");
    mark = sink->mark();
    write(*sink, "2\nhal");
  }
  const auto sink = open(mark);
  EXPECT_EQ(content(), "1\n");
}

TEST_F(AppendSinkTest, CutsTheFileThatTheMarkIsAboutUnderItsNewName) {
  SinkMark mark;
  {
    const auto sink = open();
    write(*sink, "1\n");
    mark = sink->mark();
    write(*sink, "2\n");
  }
  fs::rename(path(), path("a.log.1"));
  append("other\n");
  const auto sink = open(mark);
  EXPECT_EQ(content("a.log.1"), "1\n");
  EXPECT_EQ(content(), "other\n");
}

TEST_F(AppendSinkTest, EndsARecordThatWasCut) {
  append("hal");
  const auto sink = open();
  write(*sink, "1\n");
  EXPECT_EQ(content(), "hal\n1\n");
}

TEST_F(AppendSinkTest, EndsARecordThatWasCutOnceTheDiskHasRoom) {
  append("hal");
  ASSERT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  rlimit unlimited{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  const rlimit full{3, unlimited.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto sink = open();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  EXPECT_EQ(content(), "hal");
  write(*sink, "1\n");
  EXPECT_EQ(content(), "hal\n1\n");
  EXPECT_EQ(sink->mark().length, 6U);
}

TEST_F(AppendSinkTest, IsAlone) {
  const auto sink = open();
  AppendSink::Observer& observer = *this;
  const auto second = AppendSink::open(loop_, path(), 0600, {}, observer);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use by another"), std::string::npos);
}

// What the old file holds must be known before the new one is: a checkpoint in between would count it twice, or not at
// all.
TEST_F(AppendSinkTest, GoesOnInANewFileWhenAllWritersKnowWhatIsInTheOldOne) {
  ASSERT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  const auto sink = open();
  rlimit unlimited{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  const rlimit small{3, unlimited.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string_view text = "1234\n";
  EXPECT_EQ(sink->write(std::span(&text, 1), *this), Sink::Written::later);
  fs::rename(path(), path("a.log.1"));
  EXPECT_FALSE(sink->reopen());
  EXPECT_FALSE(fs::exists(path()));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &unlimited), 0);
  EXPECT_TRUE(test::run_until(loop_, [&] { return fs::exists(path()); }));
  EXPECT_EQ(events_, (std::vector<std::string>{"blocked", "unblocked", "written", "reopened"}));
  EXPECT_EQ(content("a.log.1"), "1234\n");
  EXPECT_EQ(content(), "");
}

TEST_F(AppendSinkTest, GoesOnInANewFileAfterARename) {
  const auto sink = open();
  write(*sink, "1\n");
  EXPECT_FALSE(sink->reopen());
  write(*sink, "2\n");
  fs::rename(path(), path("a.log.1"));
  EXPECT_FALSE(sink->reopen());
  write(*sink, "3\n");
  EXPECT_EQ(content("a.log.1"), "1\n2\n");
  EXPECT_EQ(content(), "3\n");
  EXPECT_EQ(sink->mark().length, 2U);
}

}  // namespace
}  // namespace piiscrub::io
