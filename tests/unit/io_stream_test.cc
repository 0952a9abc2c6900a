// Sources and sinks on real descriptors.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/gather.h"
#include "io/signals.h"
#include "io/sink.h"
#include "io/source.h"

namespace piiscrub::io {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  Fd read;
  Fd write;
};

// Collects what a source brings and stops the loop at its end.
class Collector final : public Source::Listener {
 public:
  explicit Collector(Loop& loop) : loop_(loop) {}
  void on_bytes(Buffer bytes) override {
    EXPECT_GT(bytes.size(), 0U);
    text += bytes.bytes();
    if (on_each) on_each();
  }
  void on_end(std::string error) override {
    ++ends;
    last_error = std::move(error);
    loop_.stop();
  }

  std::string text;
  std::string last_error;
  int ends = 0;
  std::function<void()> on_each;

 private:
  Loop& loop_;
};

class CountingWriter final : public Sink::Writer {
 public:
  void on_written() override {
    ++written;
    if (then) then();
  }
  int written = 0;
  std::function<void()> then;
};

std::string read_all(int fd, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::size_t got = 0;
  while (got < bytes) {
    const ssize_t count = ::read(fd, text.data() + got, bytes - got);
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  text.resize(got);
  return text;
}

class Streams : public testing::Test {
 protected:
  void SetUp() override { (void)std::signal(SIGPIPE, SIG_IGN); }
  Loop loop_;
  BufferPool buffers_;
};

// ----- sources

TEST_F(Streams, SourceReadsToTheEnd) {
  Pipe pipe;
  ASSERT_EQ(::write(pipe.write.get(), "hello", 5), 5);
  pipe.write.reset();
  const auto source = make_stream_source(loop_, buffers_, StreamFd::own(std::move(pipe.read)));
  Collector collector(loop_);
  source->start(collector);
  loop_.run();
  EXPECT_EQ(collector.text, "hello");
  EXPECT_EQ(collector.ends, 1);
  EXPECT_EQ(collector.last_error, "");
  EXPECT_EQ(source->position(), 5U);
}

TEST_F(Streams, SourceIsSilentWhilePaused) {
  Pipe pipe;
  const auto source = make_stream_source(loop_, buffers_, StreamFd::own(std::move(pipe.read)));
  Collector collector(loop_);
  collector.on_each = [&] { source->pause(); };
  source->start(collector);
  ASSERT_EQ(::write(pipe.write.get(), "one", 3), 3);
  int ticks = 0;
  std::string while_paused;
  Timer timer(loop_, [&] {
    if (collector.text.empty()) return;  // however long the loop takes to get there
    ++ticks;
    if (ticks == 1) {
      EXPECT_EQ(::write(pipe.write.get(), "two", 3), 3);
    }
    if (ticks == 5) {
      while_paused = collector.text;
      source->resume();
    }
    if (ticks == 10) loop_.stop();
  });
  timer.start_every(2);
  const Signals keep_running(loop_, {SIGUSR1}, [](Signal) {});  // a paused source does not
  loop_.run();
  EXPECT_EQ(while_paused, "one");
  EXPECT_EQ(collector.text, "onetwo");
}

TEST_F(Streams, BorrowedPipesKeepTheirFlagsAndStayOpen) {
  Pipe pipe;
  {
    const StreamFd read = StreamFd::borrow(pipe.read.get(), Access::read);
    const StreamFd write = StreamFd::borrow(pipe.write.get(), Access::write);
    EXPECT_EQ(read.mode(), StreamFd::Mode::private_description);
    EXPECT_NE(::fcntl(read.fd(), F_GETFL) & O_NONBLOCK, 0);
  }
  EXPECT_EQ(::fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(pipe.write.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(Streams, BorrowedSocketsAreNeverMadeNonblocking) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  const Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  const auto source = make_stream_source(loop_, buffers_, StreamFd::borrow(ours.get(), Access::read));
  Collector collector(loop_);
  collector.on_each = [&] {
    EXPECT_EQ(::fcntl(ours.get(), F_GETFL) & O_NONBLOCK, 0);
    ::shutdown(theirs.get(), SHUT_WR);
  };
  source->start(collector);
  EXPECT_EQ(::fcntl(ours.get(), F_GETFL) & O_NONBLOCK, 0);
  ASSERT_EQ(::write(theirs.get(), "x", 1), 1);
  loop_.run();
  EXPECT_EQ(collector.text, "x");
  EXPECT_EQ(collector.ends, 1);
}

// ----- sinks

TEST_F(Streams, SinkWritesAtOnceWhatFits) {
  Pipe pipe;
  const auto sink = make_sink_for(loop_, pipe.write.get());
  CountingWriter writer;
  const std::vector<std::string_view> slices = {"a", "", "bc"};
  EXPECT_EQ(sink->write(slices, writer), Sink::Written::now);
  EXPECT_EQ(sink->queued_bytes(), 0U);
  EXPECT_EQ(read_all(pipe.read.get(), 3), "abc");
  EXPECT_EQ(writer.written, 0);
}

TEST_F(Streams, SinkKeepsTheOrderOfItsWriters) {
  Pipe pipe;
  const auto sink = make_sink_for(loop_, pipe.write.get());
  const std::string large(std::size_t{3} << 20, 'l');
  const std::vector<std::string_view> first = {large, "1"};
  const std::vector<std::string_view> second = {"2"};
  CountingWriter first_writer;
  CountingWriter second_writer;
  second_writer.then = [&] { loop_.stop(); };
  EXPECT_EQ(sink->write(first, first_writer), Sink::Written::later);
  EXPECT_EQ(sink->write(second, second_writer), Sink::Written::later);
  EXPECT_GT(sink->queued_bytes(), std::size_t{1} << 20);

  std::string text;
  const auto reader = make_stream_source(loop_, buffers_, StreamFd::own(std::move(pipe.read)));
  Collector collector(loop_);
  reader->start(collector);
  loop_.run();
  EXPECT_EQ(first_writer.written, 1);
  EXPECT_EQ(second_writer.written, 1);
  EXPECT_EQ(sink->queued_bytes(), 0U);
  pipe.write.reset();
  Timer give_up(loop_, [&] { loop_.stop(); });
  give_up.start_once(200);
  loop_.run();
  EXPECT_TRUE(collector.text == large + "12");
}

TEST_F(Streams, SinkDropsEverythingAfterAnError) {
  Pipe pipe;
  const auto sink = make_sink_for(loop_, pipe.write.get());
  const std::string large(std::size_t{3} << 20, 'l');
  const std::vector<std::string_view> slices = {large};
  CountingWriter writer;
  writer.then = [&] { loop_.stop(); };
  EXPECT_EQ(sink->write(slices, writer), Sink::Written::later);
  pipe.read.reset();
  loop_.run();
  EXPECT_EQ(writer.written, 1);
  EXPECT_EQ(sink->error(), EPIPE);
  EXPECT_EQ(sink->write(slices, writer), Sink::Written::now);
  EXPECT_EQ(sink->queued_bytes(), 0U);
}

TEST_F(Streams, SinkWritesToASharedSocketWithoutBlocking) {
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
  const Fd ours(pair[0]);
  Fd theirs(pair[1]);
  const auto sink = make_sink_for(loop_, ours.get());
  const std::string large(std::size_t{3} << 20, 'l');
  const std::vector<std::string_view> slices = {large};
  CountingWriter writer;
  EXPECT_EQ(sink->write(slices, writer), Sink::Written::later);
  EXPECT_EQ(::fcntl(ours.get(), F_GETFL) & O_NONBLOCK, 0);
  const auto reader = make_stream_source(loop_, buffers_, StreamFd::own(std::move(theirs)));
  Collector collector(loop_);
  writer.then = [&] { ::shutdown(ours.get(), SHUT_WR); };
  reader->start(collector);
  loop_.run();
  EXPECT_EQ(writer.written, 1);
  EXPECT_TRUE(collector.text == large);
}

TEST_F(Streams, FileSinkReportsAFullDevice) {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const auto sink = make_sink_for(loop_, full.get());
  CountingWriter writer;
  const std::vector<std::string_view> slices = {"x"};
  EXPECT_EQ(sink->write(slices, writer), Sink::Written::now);
  EXPECT_EQ(sink->error(), ENOSPC);
}

// ----- gathering

TEST(Gather, GoesOnWhereAPartialWriteEnded) {
  const std::vector<std::string_view> slices = {"abc", "", "de", "f"};
  for (std::size_t step = 1; step <= 6; ++step) {
    Gather bytes(slices);
    std::string text;
    while (!bytes.done()) {
      Gather::Room room;
      std::size_t left = step;
      for (const iovec& part : bytes.parts(room)) {
        const std::size_t taken = std::min(left, part.iov_len);
        text.append(static_cast<const char*>(part.iov_base), taken);
        left -= taken;
      }
      bytes.advance(step - left);
    }
    EXPECT_EQ(text, "abcdef") << step;
  }
}

TEST(Gather, TakesMoreSlicesThanOneCallCan) {
  const std::vector<std::string_view> slices(5000, "xy");
  Gather bytes(slices);
  std::size_t calls = 0;
  for (; !bytes.done(); ++calls) {
    Gather::Room room;
    std::size_t size = 0;
    for (const iovec& part : bytes.parts(room)) size += part.iov_len;
    bytes.advance(size);
  }
  EXPECT_EQ(calls, 20U);
}

// ----- signals

TEST(Signals, TellWhoSentThem) {
  Loop loop;
  std::vector<int> seen;
  const Signals signals(loop, {SIGUSR1, SIGUSR2}, [&](Signal signal) {
    seen.push_back(signal.number);
    EXPECT_FALSE(signal.from_kernel);
    if (seen.size() == 2) loop.stop();
  });
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGUSR2);
  loop.run();
  EXPECT_EQ(seen, (std::vector<int>{SIGUSR1, SIGUSR2}));
}

}  // namespace
}  // namespace piiscrub::io
