// Datagram listeners: each datagram a record, and what is lost is counted.

#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;
using test::connect_to;
using test::listen_on;
using test::run_until;

class Datagrams : public testing::Test {
 protected:
  std::unique_ptr<Listener> listen(const std::string& text) { return listen_on(loop_, buffers_, text, {}, receiver_); }
  void send(const Fd& client, std::string_view datagram) {
    EXPECT_EQ(::send(client.get(), datagram.data(), datagram.size(), 0), static_cast<ssize_t>(datagram.size()));
  }

  test::TemporaryDirectory directory_;
  Loop loop_;
  BufferPool buffers_;
  test::Receiver receiver_;
};

TEST_F(Datagrams, BecomeOneRecordEach) {
  for (const std::string& text :
       {"syslog+udp://127.0.0.1:0"s, "udp://[::1]:0"s, "syslog+unixgram:" + (directory_ / "log")}) {
    receiver_.all.clear();
    const auto listener = listen(text);
    ASSERT_EQ(receiver_.all.size(), 1U);
    EXPECT_EQ(receiver_.all[0]->peer, "");
    const Fd client = connect_to(listener->endpoint());
    for (const std::string& datagram : {"<1>a"s, "<2>b\n"s, "<3>c\0"s, ""s, "5 d\ne\n\nf"s, "\n"s})
      send(client, datagram);
    const std::string expected = "<1>a\n<2>b\n<3>c\n5 d#012e#012#012f\n\n";
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text().size() >= expected.size(); }));
    EXPECT_EQ(receiver_.text(), expected) << text;
    EXPECT_EQ(listener->stats().connections, 1U);
    EXPECT_EQ(listener->stats().datagrams_truncated, 0U);
  }
}

TEST_F(Datagrams, MayBeAsLargeAsUdpAllows) {
  const auto listener = listen("syslog+udp://127.0.0.1:0");
  const Fd client = connect_to(listener->endpoint());
  const std::string plain(65'507, 'x');
  const std::string lines(65'507, '\n');  // grow the most
  std::string escaped;
  for (int i = 0; i < 65'506; ++i) escaped += "#012";
  for (const std::string& datagram : {plain, lines, lines, plain}) {
    const std::size_t before = receiver_.text().size();
    send(client, datagram);
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text().size() > before; }));
  }
  EXPECT_TRUE(receiver_.text() == plain + '\n' + escaped + '\n' + escaped + '\n' + plain + '\n');
}

TEST_F(Datagrams, AreCutWhereTheyAreLongerAndCounted) {
  const auto listener = listen("unixgram:" + (directory_ / "log"));
  const Fd client = connect_to(listener->endpoint());
  send(client, std::string(65'535, 'x'));
  send(client, std::string(65'536, 'y'));
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text().size() == 2 * 65'536; }));
  EXPECT_EQ(listener->stats().datagrams_truncated, 1U);
}

TEST_F(Datagrams, WaitInTheSystemWhileTheirSourceIsPaused) {
  const auto listener = listen("syslog+unixgram:" + (directory_ / "log"));
  const Fd client = connect_to(listener->endpoint());
  test::Received& received = *receiver_.all.at(0);
  received.on_each = [&] { received.pause(); };
  // Several buffers of one batch: what is left of it waits as well.
  std::string large(30'000, '\n');
  large += 'x';
  std::string record;
  for (int i = 0; i < 30'000; ++i) record += "#012";
  record += "x\n";
  for (int i = 0; i < 3; ++i) send(client, large);
  ASSERT_TRUE(run_until(loop_, [&] { return received.paused; }));
  EXPECT_EQ(received.text.size(), 2 * record.size());
  received.resume();
  ASSERT_TRUE(run_until(loop_, [&] { return received.text.size() == 3 * record.size(); }));
  EXPECT_TRUE(received.text == record + record + record);
}

TEST_F(Datagrams, ThatTheSystemDropsAreCounted) {
  const auto listener = listen("syslog+udp://127.0.0.1:0");
  const Fd client = connect_to(listener->endpoint());
  test::Received& received = *receiver_.all.at(0);
  received.pause();
  constexpr std::size_t kSent = 400;  // 24 MB: more than any receive buffer that is asked for
  const std::string datagram(60'000, 'x');
  for (std::size_t i = 0; i < kSent; ++i) send(client, datagram);
  received.resume();
  ASSERT_TRUE(run_until(loop_, [&] { return !received.text.empty(); }));
  // The counter comes with the datagrams that follow.
  send(client, "last");
  ASSERT_TRUE(run_until(loop_, [&] { return received.text.ends_with("last\n"); }));
  const std::size_t arrived = (received.text.size() - 5) / (datagram.size() + 1);
  EXPECT_GT(arrived, 0U);
  EXPECT_LT(arrived, kSent);
  EXPECT_EQ(arrived + listener->stats().datagrams_dropped, kSent);
}

TEST_F(Datagrams, GiveTheirPathBackWithTheirSource) {
  auto listener = listen("unixgram:" + (directory_ / "log"));
  const Endpoint endpoint = listener->endpoint();
  listener->close();
  listener.reset();
  const Fd client = connect_to(endpoint);
  send(client, "still here");
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "still here\n"; }));
  receiver_.all.clear();
  EXPECT_FALSE(std::filesystem::exists(endpoint.path));
}

}  // namespace
}  // namespace piiscrub::io
