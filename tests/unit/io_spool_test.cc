// The spool: what was committed is there again, in order, until it is removed; the sink in front of it passes it on.
#include "io/spool.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "io/spool_sink.h"
#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using test::CountingWriter;
using test::run_until;
using test::TemporaryDirectory;

class SpoolTest : public testing::Test {
 protected:
  std::unique_ptr<Spool> open() {
    Result<std::unique_ptr<Spool>> spool = Spool::open(path_, quarantined_);
    EXPECT_TRUE(spool.has_value()) << spool.error().text();
    return *std::move(spool);
  }
  static void append(Spool& spool, const std::vector<std::string_view>& texts) {
    std::vector<Spool::Write> writes;
    for (const std::string_view& text : texts) writes.push_back({&text, 1});
    const std::optional<Error> error = spool.append(writes);
    EXPECT_FALSE(error.has_value()) << error->text();
  }
  static std::string all(Spool& spool) {
    std::string text;
    for (std::int64_t id = 0;;) {
      const Result<Spool::Entry> entry = spool.next(id);
      EXPECT_TRUE(entry.has_value());
      if (entry->id == 0) return text;
      id = entry->id;
      text += entry->bytes;
    }
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_ / "spool.db";
  bool quarantined_ = false;
};

TEST_F(SpoolTest, KeepsWhatWasAppendedInOrder) {
  append(*open(), {"one\n", "two\n"});
  const std::unique_ptr<Spool> spool = open();
  append(*spool, {std::string_view("three\0\n", 7)});
  EXPECT_EQ(all(*spool), std::string("one\ntwo\nthree\0\n", 15));
  EXPECT_EQ(spool->bytes(), 15U);
  EXPECT_FALSE(quarantined_);
}

TEST_F(SpoolTest, ForgetsWhatWasRemovedAndGivesNoIdTwice) {
  std::unique_ptr<Spool> spool = open();
  append(*spool, {"one\n", "two\n"});
  const std::int64_t last = spool->next(spool->next(0)->id)->id;
  EXPECT_FALSE(spool->remove_through(last).has_value());
  EXPECT_EQ(spool->bytes(), 0U);
  spool = nullptr;
  spool = open();
  append(*spool, {"three\n"});
  EXPECT_EQ(all(*spool), "three\n");
  EXPECT_GT(spool->next(0)->id, last);
}

TEST_F(SpoolTest, IsForItsUserAlone) {
  const std::unique_ptr<Spool> spool = open();
  append(*spool, {"one\n"});
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(path_).parent_path())) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
  }
}

TEST_F(SpoolTest, PutsWhatIsDamagedAside) {
  for (int round = 1; round <= 2; ++round) {
    std::ofstream(path_) << std::string(8192, 'x');
    const std::unique_ptr<Spool> spool = open();
    EXPECT_TRUE(quarantined_);
    EXPECT_EQ(all(*spool), "");
    EXPECT_TRUE(std::filesystem::exists(path_ + ".bad-" + std::to_string(round)));
  }
}

TEST_F(SpoolTest, DoesNotFollowALink) {
  std::filesystem::create_symlink(directory_ / "elsewhere", path_);
  EXPECT_FALSE(Spool::open(path_, quarantined_).has_value());
}

// ---- SpoolSink

class FakeSink final : public Sink {
 public:
  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    for (const std::string_view slice : slices) written += slice;
    if (!waits) return Written::now;
    waiting_ = &writer;
    return Written::later;
  }
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  [[nodiscard]] int error() const override { return 0; }
  void forget_writer() { waiting_ = nullptr; }
  void go_on() {
    waits = false;
    if (waiting_ != nullptr) std::exchange(waiting_, nullptr)->on_written();
  }

  bool waits = false;
  std::string written;

 private:
  Writer* waiting_ = nullptr;
};

struct NoFailures final : SpoolSink::Observer {
  void on_spool_failed(const Error& error) override { ADD_FAILURE() << error.text(); }
};

TEST_F(SpoolTest, SinkIsDoneWhenAWriteIsOnTheDiskAndPassesItOn) {
  Loop loop;
  FakeSink to;
  to.waits = true;
  NoFailures observer;
  CountingWriter writer;
  const std::vector<std::string_view> slices = {"one ", "record\n"};
  {
    SpoolSink sink(loop, open(), 1 << 20, to, observer);
    EXPECT_EQ(sink.write(slices, writer), Sink::Written::later);
    EXPECT_EQ(sink.queued_bytes(), 11U);
    EXPECT_TRUE(run_until(loop, [&] { return !to.written.empty(); }));
    EXPECT_EQ(sink.queued_bytes(), 0U);
    EXPECT_EQ(sink.spooled_bytes(), 11U);
  }
  // It was passed on, but nobody has said that it arrived.
  to.forget_writer();
  SpoolSink sink(loop, open(), 1 << 20, to, observer);
  to.written.clear();
  to.go_on();
  EXPECT_TRUE(run_until(loop, [&] { return sink.spooled_bytes() == 0; }));
  EXPECT_EQ(to.written, "one record\n");
}

TEST_F(SpoolTest, SinkMakesWritersWaitWhileItIsFull) {
  Loop loop;
  FakeSink to;
  to.waits = true;
  NoFailures observer;
  CountingWriter first;
  CountingWriter second;
  const std::string record = std::string(600, 'x') + "\n";
  const std::vector<std::string_view> slices = {record};
  SpoolSink sink(loop, open(), 1000, to, observer);
  (void)sink.write(slices, first);
  (void)sink.write(slices, second);
  EXPECT_TRUE(run_until(loop, [&] { return sink.full() && !to.written.empty(); }));
  EXPECT_EQ(sink.queued_bytes(), record.size());
  to.go_on();
  EXPECT_TRUE(run_until(loop, [&] { return to.written == record + record; }));
  EXPECT_FALSE(sink.full());
}

}  // namespace
}  // namespace piiscrub::io
