// Network sinks on real sockets: they wait for their peer as long as it takes, notice when it goes, and begin again
// with the record that was cut.

#include <array>
#include <deque>

#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;
using test::CountingWriter;
using test::run_until;
using test::Server;

class NetworkSinks : public testing::Test {
 protected:
  std::unique_ptr<Sink> sink_to(const Endpoint& endpoint) {
    Result<std::unique_ptr<Sink>> sink = make_network_sink(loop_, endpoint, options_);
    EXPECT_TRUE(sink) << sink.error().text();
    return *std::move(sink);
  }
  // Writes `text`, as one slice that stays.
  Sink::Written write(Sink& sink, std::string text) {
    const std::string& kept = texts_.emplace_back(std::move(text));
    slices_.push_back({kept});
    return sink.write(slices_.back(), writer_);
  }
  void write_all(Sink& sink, std::string text) {
    const int before = writer_.written;
    if (write(sink, std::move(text)) == Sink::Written::now) return;
    ASSERT_TRUE(run_until(loop_, [&] { return writer_.written == before + 1; }));
  }
  void connect(Server& server) {
    ASSERT_TRUE(run_until(loop_, [&] { return server.accept(); }));
    ASSERT_TRUE(run_until(loop_, [&] { return stats_.connected; }));
  }
  void expect_text(Server& server, const std::string& expected) {
    std::string text;
    EXPECT_TRUE(run_until(loop_, [&] { return (text += server.read()).size() >= expected.size(); }));
    EXPECT_EQ(text, expected);
  }
  [[nodiscard]] Endpoint in_directory(const std::string& scheme) const {
    return test::endpoint(scheme + ":" + (directory_ / "out.sock"), Direction::sink);
  }
  static Endpoint on_loopback(const std::string& scheme) {
    return test::endpoint(scheme + "://127.0.0.1:0", Direction::source);
  }

  test::TemporaryDirectory directory_;
  Loop loop_;
  NetworkSinkStats stats_;
  NetworkSinkOptions options_{.reconnect_min_ms = 1, .reconnect_max_ms = 4, .stats = &stats_};
  CountingWriter writer_;
  std::deque<std::string> texts_;
  std::deque<std::array<std::string_view, 1>> slices_;
};

// ----- streams

TEST_F(NetworkSinks, SpeakTheFramingOfTheirEndpoint) {
  const std::string records = "<1>a\n<22>bc\nno end";
  for (const auto& [endpoint, expected] :
       std::vector<std::pair<Endpoint, std::string>>{{on_loopback("tcp"), records + '\n'},
                                                     {on_loopback("syslog+tcp"), "4 <1>a6 <22>bc6 no end"},
                                                     {in_directory("unix"), records + '\n'},
                                                     {in_directory("syslog+unix"), "4 <1>a6 <22>bc6 no end"}}) {
    Server server(endpoint);
    const auto sink = sink_to(server.endpoint);
    connect(server);
    EXPECT_EQ(write(*sink, records), Sink::Written::now);
    EXPECT_EQ(sink->queued_bytes(), 0U);
    EXPECT_EQ(sink->error(), 0);
    expect_text(server, expected);
  }
}

TEST_F(NetworkSinks, LookNamesUp) {
  Server server(on_loopback("tcp"));
  Endpoint by_name = server.endpoint;
  by_name.host = "localhost";  // ::1 comes first where there is one, and nobody listens there
  const auto sink = sink_to(by_name);
  connect(server);
  write_all(*sink, "found\n");
  expect_text(server, "found\n");
}

TEST_F(NetworkSinks, WaitForAPeerThatIsNotThereYet) {
  const Endpoint endpoint = in_directory("unix");
  const auto sink = sink_to(endpoint);
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 3; }));
  EXPECT_EQ(stats_.last_error, "No such file or directory");
  EXPECT_EQ(write(*sink, "early\n"), Sink::Written::later);
  EXPECT_EQ(sink->queued_bytes(), 6U);
  Server server(endpoint);
  connect(server);
  ASSERT_TRUE(run_until(loop_, [&] { return writer_.written == 1; }));
  expect_text(server, "early\n");
  EXPECT_EQ(sink->queued_bytes(), 0U);
  EXPECT_EQ(stats_.connections, 1U);
}

TEST_F(NetworkSinks, NoticeAPeerThatHasGoneBeforeTheNextWrite) {
  for (const Endpoint& endpoint : {on_loopback("tcp"), in_directory("unix")}) {
    Server server(endpoint);
    const auto sink = sink_to(server.endpoint);
    connect(server);
    write_all(*sink, "one\n");
    expect_text(server, "one\n");
    server.connection.reset();
    // The loop has had no turn to tell of the end.
    const int written = writer_.written;
    EXPECT_EQ(write(*sink, "two\n"), Sink::Written::later);
    ASSERT_TRUE(run_until(loop_, [&] { return server.accept(); }));
    ASSERT_TRUE(run_until(loop_, [&] { return writer_.written == written + 1; }));
    expect_text(server, "two\n");
    // Nor has it anything to write: the end alone is a reason to connect again.
    server.connection.reset();
    ASSERT_TRUE(run_until(loop_, [&] { return server.accept(); }));
  }
  EXPECT_EQ(stats_.last_error, "closed by the peer");
}

TEST_F(NetworkSinks, IgnoreWhatThePeerSays) {
  Server server(on_loopback("tcp"));
  const auto sink = sink_to(server.endpoint);
  connect(server);
  (void)!::write(server.connection.get(), "hello", 5);
  write_all(*sink, "one\n");
  expect_text(server, "one\n");
  EXPECT_EQ(stats_.failed_connections, 0U);
}

TEST_F(NetworkSinks, SendTheCutRecordAgainAsAWhole) {
  for (const std::string& scheme : {"unix"s, "syslog+unix"s}) {
    Server server(in_directory(scheme));
    const auto sink = sink_to(server.endpoint);
    connect(server);
    std::string text;
    std::vector<std::string> records;  // as sent
    for (int i = 0; i < 5000; ++i) {
      const std::string record =
          "record " + std::to_string(i) + ' ' + std::string(static_cast<std::size_t>(i % 997), 'x');
      text += record + '\n';
      records.push_back(scheme == "unix" ? record + '\n' : std::to_string(record.size()) + ' ' + record);
    }
    const int written = writer_.written;
    EXPECT_EQ(write(*sink, text), Sink::Written::later);  // more than the socket holds
    const std::size_t queued = sink->queued_bytes();
    EXPECT_LT(queued, text.size() + 65536);
    EXPECT_GT(queued, 0U);
    // The loop has no turn in between, and a unix socket has no queue but its reader's: this is all that was sent.
    const std::string first = server.read();
    server.connection.reset();
    ASSERT_TRUE(run_until(loop_, [&] { return server.accept(); }));
    std::string second;
    ASSERT_TRUE(run_until(loop_, [&] {
      second += server.read();
      return writer_.written == written + 1;
    }));
    second += server.read();

    std::string whole;  // records of the first connection
    std::size_t next = 0;
    while (whole.size() + records[next].size() <= first.size()) whole += records[next++];
    EXPECT_LT(whole.size(), first.size()) << "no record was cut: the test shows nothing";
    EXPECT_EQ(first.compare(0, whole.size(), whole), 0);
    std::string rest;
    for (; next < records.size(); ++next) rest += records[next];
    EXPECT_TRUE(second == rest);
  }
}

TEST_F(NetworkSinks, KeepTheOrderOfTheirWriters) {
  Server server(in_directory("unix"));
  const auto sink = sink_to(server.endpoint);
  connect(server);
  const std::string large(std::size_t{1} << 20, 'l');
  std::array<CountingWriter, 3> writers;
  const std::array<std::array<std::string_view, 2>, 3> slices = {{{large, "1\n"}, {"2", "\n"}, {"", "3\n"}}};
  EXPECT_EQ(sink->write(slices[0], writers[0]), Sink::Written::later);
  EXPECT_EQ(sink->write(slices[1], writers[1]), Sink::Written::later);
  // Whose turn it is writes again at once.
  writers[0].then = [&] { EXPECT_EQ(sink->write(slices[2], writers[2]), Sink::Written::later); };
  std::string text;
  ASSERT_TRUE(run_until(loop_, [&] {
    text += server.read();
    return writers[2].written == 1;
  }));
  text += server.read();
  EXPECT_TRUE(text == large + "1\n2\n3\n");
  EXPECT_EQ(writers[0].written, 1);
  EXPECT_EQ(writers[1].written, 1);
}

TEST_F(NetworkSinks, TryAgainWhereTheQueueOfConnectionsIsFull) {
  Server server(in_directory("unix"));
  // A unix socket says so at once; TCP would be silent.
  std::vector<Fd> others;
  for (;;) {
    Fd fd = open_socket(AF_UNIX, SOCK_STREAM);
    const SocketAddress address = unix_address(server.endpoint.path);
    if (::connect(fd.get(), address.get(), address.size) != 0) break;
    others.push_back(std::move(fd));
  }
  const auto sink = sink_to(server.endpoint);
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 2; }));
  while (server.accept()) {
  }
  EXPECT_EQ(write(*sink, "in the end\n"), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return server.accept(); }));
  expect_text(server, "in the end\n");
}

TEST_F(NetworkSinks, MayGoAtAnyTime) {
  Server server(on_loopback("tcp"));
  Endpoint by_name = server.endpoint;
  by_name.host = "localhost";
  { const auto looking_up = sink_to(by_name); }
  { const auto connecting = sink_to(server.endpoint); }
  {
    const auto waiting = sink_to(in_directory("unix"));
    EXPECT_EQ(write(*waiting, "x\n"), Sink::Written::later);
  }
  EXPECT_FALSE(stats_.connected);
}

// ----- datagrams

TEST_F(NetworkSinks, SendADatagramPerRecord) {
  for (const Endpoint& endpoint : {on_loopback("udp"), in_directory("unixgram")}) {
    Server server(endpoint);
    const auto sink = sink_to(server.endpoint);
    write_all(*sink, "<1>a\n\n<2>bc\nlast");
    std::vector<std::string> datagrams;
    ASSERT_TRUE(run_until(loop_, [&] {
      std::array<char, 100> room{};
      const ssize_t got = ::recv(server.connection.get(), room.data(), room.size(), 0);
      if (got >= 0) datagrams.emplace_back(room.data(), static_cast<std::size_t>(got));
      return datagrams.size() == 3;
    }));
    EXPECT_EQ(datagrams, (std::vector<std::string>{"<1>a", "<2>bc", "last"}));
  }
}

TEST_F(NetworkSinks, CutWhatIsTooLongForADatagramAndCountIt) {
  Server server(on_loopback("udp"));
  const auto sink = sink_to(server.endpoint);
  write_all(*sink, std::string(70'000, 'x') + '\n');
  expect_text(server, std::string(65'507, 'x'));
  EXPECT_EQ(stats_.truncated, 1U);

  Server narrow(in_directory("unixgram"));
  const auto local = sink_to(narrow.endpoint);
  write_all(*local, "before\n" + std::string(70'000, 'x') + "\nafter\n");
  expect_text(narrow, "before" + std::string(65'507, 'x') + "after");
  EXPECT_EQ(stats_.truncated, 2U);
}

TEST_F(NetworkSinks, WaitForASlowOrAbsentReaderOfAUnixSocket) {
  const Endpoint endpoint = in_directory("unixgram");
  std::string text;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string record = "record " + std::to_string(i);
    text += record + '\n';
    expected += record;
  }
  const auto sink = sink_to(endpoint);
  EXPECT_EQ(write(*sink, text), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections > 0; }));
  std::string received;
  {
    Server server(endpoint);
    ASSERT_TRUE(run_until(loop_, [&] { return stats_.connected; }));
    // Its queue holds a few datagrams.
    ASSERT_TRUE(run_until(loop_, [&] { return sink->queued_bytes() < text.size(); }));
    EXPECT_EQ(writer_.written, 0);
    received += server.read();
  }
  Server server(endpoint);
  ASSERT_TRUE(run_until(loop_, [&] {
    received += server.read();
    return writer_.written == 1;
  }));
  received += server.read();
  EXPECT_EQ(received, expected);
}

TEST_F(NetworkSinks, DoNotWaitForAUdpReaderThatIsNotThere) {
  Endpoint nobody;
  { nobody = Server(on_loopback("udp")).endpoint; }
  const auto sink = sink_to(nobody);
  for (int i = 0; i < 100; ++i) write_all(*sink, "a\nb\n");
  EXPECT_EQ(stats_.failed_connections, 0U);
}

}  // namespace
}  // namespace piiscrub::io
