// `piiscrub` as a filter: what a shell user sees.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>
#include <string_view>

#include "process.h"

namespace piiscrub::e2e {
namespace {

constexpr std::string_view kDirty = "user=7 mail alice@example.com ok\n";
constexpr std::string_view kScrubbed = "user=7 mail [EMAIL] ok\n";

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "line " + std::to_string(i) + " of a quiet log\n";
  return text;
}

// ----- bytes

TEST(Filter, ScrubsStandardInput) {
  const Outcome outcome = run_piiscrub({}, kDirty);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, kScrubbed);
  EXPECT_EQ(outcome.err, "");
}

TEST(Filter, EmptyInputGivesEmptyOutput) {
  const Outcome outcome = run_piiscrub({});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(Filter, KeepsTheLastRecordWithoutNewline) {
  EXPECT_EQ(run_piiscrub({}, "a\r\nb alice@example.com").out, "a\r\nb [EMAIL]");
}

TEST(Filter, PassesCleanBytesUnchanged) {
  std::string bytes = lines(100'000);
  bytes[777] = '\0';
  bytes[7777] = '\xff';
  EXPECT_EQ(run_piiscrub({}, bytes).out, bytes);
}

TEST(Filter, PassesBytesThroughPipes) {
  const std::string bytes = lines(200'000);
  const TemporaryDirectory directory;
  write_file(directory / "in", bytes);
  const Outcome outcome =
      run_program({"sh", "-c", "cat \"$1\" | \"$2\" | cat", "sh", directory / "in", piiscrub_binary()});
  EXPECT_EQ(outcome.out, bytes);
}

TEST(Filter, ReadsAndWritesSockets) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out.data()), 0);
  Process process(piiscrub(), {.in = in[1], .out = out[1]});
  ASSERT_EQ(::write(in[0], kDirty.data(), kDirty.size()), static_cast<ssize_t>(kDirty.size()));
  ::shutdown(in[0], SHUT_WR);
  EXPECT_EQ(process.wait(), 0);
  std::array<char, 100> buffer{};
  const ssize_t got = ::read(out[0], buffer.data(), buffer.size());
  EXPECT_EQ(std::string_view(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))), kScrubbed);
  for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
}

TEST(Filter, ReadsANamedFifoWhoseWriterHasGone) {
  const TemporaryDirectory directory;
  const Outcome outcome = run_program({"sh", "-c", "mkfifo \"$1\"; echo hello > \"$1\" & \"$2\" < \"$1\"", "sh",
                                       directory / "fifo", piiscrub_binary()});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "hello\n");
}

// ----- time

TEST(Filter, ReturnsATypedLineAtOnce) {
  Process process(piiscrub());
  process.write(kDirty);
  EXPECT_EQ(process.read_until("\n"), kScrubbed);
  process.write("again\n");
  EXPECT_EQ(process.read_until("\n"), "again\n");
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
}

TEST(Filter, ReturnsATypedLineAtOnceWithWorkers) {
  Process process(piiscrub({"-j", "4"}));
  process.write(kDirty);
  EXPECT_EQ(process.read_until("\n"), kScrubbed);
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
}

// A reader that stops reading must stop the writer: bounded memory. 64 MiB are far more than all pipes and buffers.
TEST(Filter, HoldsItsWriterBackWhenItsReaderIsSlow) {
  for (const char* const workers : {"1", "4"}) {
    Process process(piiscrub({"-j", workers}));
    ::fcntl(process.input_fd(), F_SETFL, O_NONBLOCK);
    const std::string block = lines(2000);
    std::size_t taken = 0;
    for (int refusals = 0; refusals < 200 && taken < (std::size_t{64} << 20);) {
      const ssize_t written = ::write(process.input_fd(), block.data(), block.size());
      if (written > 0) {
        taken += static_cast<std::size_t>(written);
        refusals = 0;
      } else {
        ++refusals;
        ::usleep(2000);
      }
    }
    EXPECT_LT(taken, std::size_t{16} << 20);
  }
}

// ----- ends

TEST(Filter, EndsQuietlyWhenItsReaderIsGone) {
  const TemporaryDirectory directory;
  write_file(directory / "in", lines(200'000));
  const Outcome outcome = run_program({"bash", "-c", "\"$2\" < \"$1\" | head -n 1; exit ${PIPESTATUS[0]}", "bash",
                                       directory / "in", piiscrub_binary()});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "line 0 of a quiet log\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(Filter, ReportsAFullDisk) {
  const TemporaryDirectory directory;
  write_file(directory / "in", kDirty);
  const Redirection in(directory / "in", O_RDONLY);
  const Redirection full("/dev/full", O_WRONLY);
  Process process(piiscrub(), {.in = in.fd(), .out = full.fd()});
  const std::string error = process.read_error_until("");
  EXPECT_EQ(process.wait(), 74);
  EXPECT_EQ(error, "piiscrub: standard output: cannot write: No space left on device\n");
}

TEST(Filter, ReportsClosedStandardStreams) {
  const TemporaryDirectory directory;
  EXPECT_EQ(run_program({"sh", "-c", "\"$1\" <&-", "sh", piiscrub_binary()}).status, 1);
  EXPECT_EQ(run_program({"sh", "-c", "echo x | \"$1\" >&-", "sh", piiscrub_binary()}).status, 74);
}

// ----- signals

TEST(Filter, ReadsOnToTheEndAfterTheFirstSignal) {
  Process process(piiscrub());
  process.write("ready\n");
  process.read_until("ready\n");
  process.kill(SIGTERM);
  process.write("last words\n");
  EXPECT_EQ(process.read_until("last words\n"), "last words\n");
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
}

TEST(Filter, EndsAtOnceAtTheSecondSignal) {
  Process process(piiscrub());
  process.write("ready\n");
  process.read_until("ready\n");
  process.kill(SIGTERM);
  process.write("still here\n");
  process.read_until("still here\n");
  process.kill(SIGTERM);
  EXPECT_EQ(process.wait(), -SIGTERM);
}

TEST(Filter, GivesUpWaitingForTheEndAfterAWhile) {
  Process process(piiscrub());
  process.write("ready\nhalf a li");
  process.read_until("ready\n");
  process.kill(SIGTERM);
  EXPECT_EQ(process.read_until(""), "half a li");
  EXPECT_EQ(process.wait(), -SIGTERM);
}

TEST(Filter, LeavesIgnoredSignalsIgnored) {
  Process process({"sh", "-c", "trap '' TERM; exec \"$1\"", "sh", piiscrub_binary()});
  process.write("ready\n");
  process.read_until("ready\n");
  process.kill(SIGTERM);
  process.kill(SIGTERM);
  process.write("still here\n");
  EXPECT_EQ(process.read_until("still here\n"), "still here\n");
  process.close_input();
  EXPECT_EQ(process.wait(), 0);
}

// ----- manners

// O_NONBLOCK belongs to the open file description, which the shell and its other programs share.
TEST(Filter, LeavesSharedDescriptionsBlocking) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  std::array<int, 2> socket{};
  ASSERT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socket.data()), 0);
  for (const bool sockets : {false, true}) {
    const int input = sockets ? socket[0] : in[0];
    const int output = sockets ? socket[0] : out[1];
    Process process(piiscrub(), {.in = input, .out = output});
    ASSERT_EQ(::write(sockets ? socket[1] : in[1], "x\n", 2), 2);
    std::array<char, 2> buffer{};
    ASSERT_EQ(::read(sockets ? socket[1] : out[0], buffer.data(), buffer.size()), 2);
    EXPECT_EQ(::fcntl(input, F_GETFL) & O_NONBLOCK, 0) << "sockets: " << sockets;
    EXPECT_EQ(::fcntl(output, F_GETFL) & O_NONBLOCK, 0) << "sockets: " << sockets;
    process.kill(SIGKILL);
    EXPECT_EQ(process.wait(), -SIGKILL);
    EXPECT_EQ(::fcntl(input, F_GETFL) & O_NONBLOCK, 0) << "sockets: " << sockets;
  }
  for (const auto& pair : {in, out, socket}) {
    for (const int fd : pair) ::close(fd);
  }
}

// ----- workers

// PEM blocks and long records lie across the borders of the chunks; every cut must give the same bytes.
std::string mixed_log(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) {
    text += "2026-01-02 03:04:05 INFO request " + std::to_string(i * 7919 % 1'000'003) + " served\n";
    if (i % 50 == 7) text += kDirty;
    if (i % 997 == 3) {
      text += "-----BEGIN RSA PRIVATE KEY-----\n";
      for (int row = 0; row < 20; ++row) text += std::string(64, static_cast<char>('A' + row)) + "\n";
      text += "-----END RSA PRIVATE KEY-----\n";
    }
    if (i % 5003 == 11) text += "{\"long\":\"" + std::string(70'000, 'x') + "\"}\n";
  }
  return text;
}

TEST(Filter, GivesTheSameOutputWithAnyNumberOfWorkers) {
  const std::string input = mixed_log(std::size_t{20} << 20);
  const Outcome one = run_piiscrub({"-j", "1", "--max-record-bytes", "64K"}, input);
  ASSERT_EQ(one.status, 0);
  EXPECT_EQ(one.out.find("alice"), std::string::npos);
  EXPECT_EQ(one.out.find(std::string(64, 'C')), std::string::npos);
  for (const char* const workers : {"2", "4", "9"}) {
    const Outcome many = run_piiscrub({"-j", workers, "--max-record-bytes", "64K"}, input);
    EXPECT_EQ(many.status, 0);
    EXPECT_TRUE(many.out == one.out) << workers << " workers";
  }
}

TEST(Filter, GivesTheSameOutputThroughPipesWithWorkers) {
  const std::string input = mixed_log(std::size_t{8} << 20);
  const TemporaryDirectory directory;
  write_file(directory / "in", input);
  const std::string one = run_piiscrub({}, input).out;
  const Outcome many =
      run_program({"sh", "-c", "cat \"$1\" | \"$2\" -j 4 | cat", "sh", directory / "in", piiscrub_binary()});
  EXPECT_TRUE(many.out == one);
}

}  // namespace
}  // namespace piiscrub::e2e
