// FanOut: every sink gets every write in order, the slowest sets the pace, and a change loses nothing that waits.
#include "io/fan_out.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <deque>
#include <string>
#include <utility>

namespace piiscrub::io {
namespace {

// Writes at once, or when it is told to.
class FakeSink final : public Sink {
 public:
  explicit FakeSink(bool waits = false) : waits_(waits) {}

  Written write(std::span<const std::string_view> slices, Writer& writer) override {
    std::string text;
    for (const std::string_view slice : slices) text += slice;
    if (!waits_) {
      written += text;
      return Written::now;
    }
    queue_.emplace_back(text, &writer);
    return Written::later;
  }
  [[nodiscard]] std::size_t queued_bytes() const override {
    std::size_t sum = 0;
    for (const auto& [text, writer] : queue_) sum += text.size();
    return sum;
  }
  [[nodiscard]] int error() const override { return failure; }

  void write_one() {
    const auto [text, writer] = queue_.front();
    queue_.pop_front();
    written += text;
    writer->on_written();
  }

  std::string written;
  int failure = 0;

 private:
  bool waits_;
  std::deque<std::pair<std::string, Writer*>> queue_;
};

struct CountingWriter final : Sink::Writer {
  void on_written() override { ++calls; }
  int calls = 0;
};

// A write whose slices stay.
struct Write {
  explicit Write(std::string_view text) : slices{text} {}
  std::vector<std::string_view> slices;
  CountingWriter writer;
};

TEST(FanOutTest, GivesEachWriteToAll) {
  FakeSink a;
  FakeSink b;
  FanOut out;
  out.use({&a, &b});
  Write one("one\n");
  EXPECT_EQ(out.write(one.slices, one.writer), Sink::Written::now);
  EXPECT_EQ(a.written, "one\n");
  EXPECT_EQ(b.written, "one\n");
  EXPECT_EQ(one.writer.calls, 0);
}

TEST(FanOutTest, IsDoneWhenTheSlowestIs) {
  FakeSink fast;
  FakeSink slow(true);
  FakeSink slower(true);
  FanOut out;
  out.use({&fast, &slow, &slower});
  Write one("one\n");
  Write two("two\n");
  EXPECT_EQ(out.write(one.slices, one.writer), Sink::Written::later);
  EXPECT_EQ(out.write(two.slices, two.writer), Sink::Written::later);
  EXPECT_EQ(out.queued_bytes(), 16U);
  slow.write_one();
  slow.write_one();
  EXPECT_EQ(one.writer.calls + two.writer.calls, 0);
  slower.write_one();
  EXPECT_EQ(one.writer.calls, 1);
  EXPECT_EQ(two.writer.calls, 0);
  slower.write_one();
  EXPECT_EQ(two.writer.calls, 1);
  EXPECT_EQ(fast.written, "one\ntwo\n");
  EXPECT_EQ(slower.written, "one\ntwo\n");
}

TEST(FanOutTest, GivesWhatWaitsForASinkThatGoesToTheOneThatComes) {
  FakeSink stays;
  FakeSink comes;
  Write one("one\n");
  Write two("two\n");
  Write three("three\n");
  FanOut out;
  {
    FakeSink goes(true);
    out.use({&stays, &goes});
    (void)out.write(one.slices, one.writer);
    (void)out.write(two.slices, two.writer);
    goes.write_one();
    out.use({&stays, &comes});
  }
  EXPECT_EQ(one.writer.calls, 1);
  EXPECT_EQ(two.writer.calls, 1);
  EXPECT_EQ(out.write(three.slices, three.writer), Sink::Written::now);
  EXPECT_EQ(stays.written, "one\ntwo\nthree\n");  // nothing twice
  EXPECT_EQ(comes.written, "two\nthree\n");       // what waited, and what followed
}

TEST(FanOutTest, DoesNotWaitForASinkThatIsGone) {
  FakeSink stays;
  Write one("one\n");
  FanOut out;
  {
    FakeSink goes(true);
    out.use({&stays, &goes});
    EXPECT_EQ(out.write(one.slices, one.writer), Sink::Written::later);
    out.use({&stays});
  }
  EXPECT_EQ(one.writer.calls, 1);
  EXPECT_EQ(out.queued_bytes(), 0U);
}

TEST(FanOutTest, HasTheErrorOfAnySink) {
  FakeSink a;
  FakeSink b;
  FanOut out;
  out.use({&a, &b});
  EXPECT_EQ(out.error(), 0);
  b.failure = EPIPE;
  EXPECT_EQ(out.error(), EPIPE);
}

}  // namespace
}  // namespace piiscrub::io
