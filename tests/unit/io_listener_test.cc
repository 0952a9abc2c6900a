// Listeners on real sockets: what arrives becomes records, whoever may not connect is refused, and nobody waits for
// anybody else.

#include "io/listener.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;
using test::connect_to;
using test::listen_on;
using test::read_to_end;
using test::run_until;
using test::send_all;

class Listeners : public testing::Test {
 protected:
  std::unique_ptr<Listener> listen(const std::string& text, const ListenerOptions& options = {}) {
    return listen_on(loop_, buffers_, text, options, receiver_);
  }
  [[nodiscard]] std::string error_of(const std::string& text) {
    const Result<std::unique_ptr<Listener>> listener =
        io::listen(loop_, buffers_, test::endpoint(text, Direction::source), {}, receiver_);
    return listener ? "" : listener.error().text();
  }

  test::TemporaryDirectory directory_;
  Loop loop_;
  BufferPool buffers_;
  test::Receiver receiver_;
};

// ----- streams

TEST_F(Listeners, PassLinesOnAsTheyAre) {
  for (const std::string& text : {"tcp://127.0.0.1:0"s, "tcp://[::1]:0"s, "unix:" + (directory_ / "in.sock")}) {
    const auto listener = listen(text);
    Fd client = connect_to(listener->endpoint());
    const std::string sent = "5 a\r\n\0b\n\xff\n"s;
    send_all(client, sent);
    client.reset();
    const std::size_t count = receiver_.all.size() + 1;
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(count); }));
    EXPECT_EQ(receiver_.all.back()->text, sent) << text;
    EXPECT_EQ(receiver_.all.back()->error, "");
    EXPECT_EQ(receiver_.all.back()->source->position(), sent.size());
    EXPECT_EQ(listener->stats().accepted, 1U);
    EXPECT_EQ(listener->stats().connections, 0U);
  }
  EXPECT_EQ(receiver_.all[0]->peer, "127.0.0.1");
  EXPECT_EQ(receiver_.all[1]->peer, "::1");
  EXPECT_EQ(receiver_.all[2]->peer, "uid:" + std::to_string(::getuid()));
}

TEST_F(Listeners, TellOfThePortThatTheSystemChose) {
  const auto listener = listen("tcp://127.0.0.1:0");
  EXPECT_NE(listener->endpoint().port, 0);
  EXPECT_EQ(listener->endpoint().text, "tcp://127.0.0.1:" + std::to_string(listener->endpoint().port));
  EXPECT_EQ(error_of(listener->endpoint().text),
            "cannot listen on " + listener->endpoint().text + ": Address already in use");
}

TEST_F(Listeners, FindTheFramingOfEachSyslogConnection) {
  const auto listener = listen("syslog+tcp://127.0.0.1:0");
  for (const auto& [sent, expected] :
       std::vector<std::pair<std::string, std::string>>{{"8 <1>a\nb\nc3 <2>", "<1>a#012b#012c\n<2>\n"},
                                                        {"<1>a\n<2>b\n", "<1>a\n<2>b\n"},
                                                        {"<1>a\0<2>"s, "<1>a\n<2>\n"},
                                                        {"10 <1>cut", "<1>cut\n"}}) {
    Fd client = connect_to(listener->endpoint());
    for (const char c : sent) send_all(client, {&c, 1});
    client.reset();
    const std::size_t count = receiver_.all.size() + 1;
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(count); }));
    EXPECT_EQ(receiver_.all.back()->text, expected);
  }
}

TEST_F(Listeners, CloseWhatIsMalformed) {
  const auto listener = listen("syslog+tcp://127.0.0.1:0", {.max_record_bytes = 10});
  for (const auto& [sent, expected] : std::vector<std::pair<std::string, std::string>>{
           {"3 abc11 abcdefghijk", "abc\n"}, {"3 abc3", "abc\n"}, {"9x", ""}}) {
    const Fd client = connect_to(listener->endpoint());
    send_all(client, sent);
    const bool complete = sent.ends_with('3');  // and no more follows
    if (complete) ::shutdown(client.get(), SHUT_WR);
    const std::size_t count = receiver_.all.size() + 1;
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(count); }));
    EXPECT_EQ(receiver_.all.back()->text, expected);
    EXPECT_EQ(receiver_.all.back()->error, complete ? "" : "malformed octet count");
    EXPECT_EQ(read_to_end(client), "");  // the connection is closed while the source lives
  }
  EXPECT_EQ(listener->stats().malformed_frames, 2U);
  EXPECT_EQ(listener->stats().connections, 0U);
}

TEST_F(Listeners, HoldBackASenderWhoseSourceIsPaused) {
  const auto listener = listen("syslog+unix:" + (directory_ / "in.sock"));
  receiver_.on_each = [](test::Received& received) { received.on_each = [&received] { received.pause(); }; };
  Fd client = connect_to(listener->endpoint());
  (void)::fcntl(client.get(), F_SETFL, O_NONBLOCK);
  // More than the sockets' buffers and a read hold, all of it escapes.
  const std::string frame = "1000 " + std::string(999, '\n') + "x";
  std::string unsent;
  for (int i = 0; i < 2000; ++i) unsent += frame;
  const std::size_t all = unsent.size();
  const auto send_some = [&] {
    for (ssize_t sent = 0; (sent = ::send(client.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL)) > 0;) {
      unsent.erase(0, static_cast<std::size_t>(sent));
    }
    if (unsent.empty()) client.reset();
  };
  send_some();
  ASSERT_TRUE(run_until(loop_, [&] { return !receiver_.all.empty() && receiver_.all[0]->paused; }));
  send_some();
  EXPECT_FALSE(unsent.empty());
  EXPECT_LT(receiver_.all[0]->source->position(), all / 2);

  int turns = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    if (receiver_.all[0]->ended) return true;
    if (!unsent.empty()) send_some();
    receiver_.all[0]->resume();
    ++turns;
    return false;
  }));
  EXPECT_GT(turns, 10);
  std::string record;
  for (int i = 0; i < 999; ++i) record += "#012";
  record += "x\n";
  ASSERT_EQ(receiver_.all[0]->text.size(), 2000 * record.size());
  for (std::size_t i = 0; i < 2000; ++i)
    ASSERT_EQ(receiver_.all[0]->text.compare(i * record.size(), record.size(), record), 0);
}

TEST_F(Listeners, EndACutRecordOnlyWhenTheSourceMaySpeak) {
  const auto listener = listen("tcp://127.0.0.1:0");
  receiver_.on_each = [](test::Received& received) { received.on_each = [&received] { received.pause(); }; };
  {
    const Fd client = connect_to(listener->endpoint());
    send_all(client, "cut");
  }
  ASSERT_TRUE(run_until(loop_, [&] { return !receiver_.all.empty() && receiver_.all[0]->text == "cut"; }));
  test::Received& received = *receiver_.all[0];
  received.resume();
  ASSERT_TRUE(run_until(loop_, [&] { return received.text == "cut\n"; }));
  EXPECT_FALSE(received.ended);
  received.resume();
  ASSERT_TRUE(run_until(loop_, [&] { return received.ended; }));
  EXPECT_EQ(received.text, "cut\n");
}

TEST_F(Listeners, KeepConnectionsApart) {
  const auto listener = listen("tcp://127.0.0.1:0");
  constexpr int kClients = 50;
  std::vector<Fd> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(connect_to(listener->endpoint()));
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < kClients; ++i) {
      send_all(clients[static_cast<std::size_t>(i)],
               "client " + std::to_string(i) + " round " + std::to_string(round) + '\n');
    }
  }
  clients.clear();
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(kClients); }));
  std::vector<std::string> expected(kClients);
  for (int i = 0; i < kClients; ++i) {
    for (int round = 0; round < 100; ++round) {
      expected[static_cast<std::size_t>(i)] += "client " + std::to_string(i) + " round " + std::to_string(round) + '\n';
    }
  }
  std::vector<std::string> texts;
  for (const auto& received : receiver_.all) texts.push_back(received->text);
  EXPECT_TRUE(std::is_permutation(texts.begin(), texts.end(), expected.begin(), expected.end()));
}

TEST_F(Listeners, HoldNoBufferForIdleConnections) {
  const auto listener = listen("syslog+tcp://127.0.0.1:0", {.idle_timeout_ms = 60'000});
  std::vector<Fd> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(connect_to(listener->endpoint()));
    send_all(clients.back(), "5 ab");  // in the midst of a frame
  }
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text().size() == 200; }));
  EXPECT_EQ(buffers_.idle(), 1U);  // all were read into the same one
}

// ----- limits

TEST_F(Listeners, RefuseConnectionsOverTheLimits) {
  const auto listener = listen("tcp://127.0.0.1:0", {.max_connections = 3, .max_connections_per_address = 2});
  Fd first = connect_to(listener->endpoint());
  Fd second = connect_to(listener->endpoint());
  const Fd third = connect_to(listener->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return listener->stats().refused == 1; }));
  EXPECT_EQ(read_to_end(third), "");
  EXPECT_EQ(listener->stats().connections, 2U);
  first.reset();
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(1); }));
  const Fd fourth = connect_to(listener->endpoint());
  send_all(fourth, "let in\n");
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "let in\n"; }));

  const auto of_unix =
      listen("unix:" + (directory_ / "in.sock"), {.max_connections = 3, .max_connections_per_address = 2});
  std::vector<Fd> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connect_to(of_unix->endpoint()));
  ASSERT_TRUE(run_until(loop_, [&] { return of_unix->stats().refused == 1; }));
  EXPECT_EQ(of_unix->stats().connections, 3U);  // which have no address
  EXPECT_EQ(read_to_end(clients.back()), "");
}

TEST_F(Listeners, GiveThePlaceOfADroppedSourceToOthers) {
  const auto listener = listen("tcp://127.0.0.1:0", {.max_connections = 1});
  const Fd first = connect_to(listener->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.all.size() == 1; }));
  receiver_.all.clear();
  EXPECT_EQ(read_to_end(first), "");
  const Fd second = connect_to(listener->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.all.size() == 1; }));
  EXPECT_EQ(listener->stats().refused, 0U);
}

TEST_F(Listeners, RefuseUsersWhoAreNotAllowed) {
  const auto closed = listen("unix:" + (directory_ / "closed.sock"), {.allowed_users = {::getuid() + 1}});
  const Fd stranger = connect_to(closed->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return closed->stats().refused == 1; }));
  EXPECT_EQ(read_to_end(stranger), "");
  EXPECT_TRUE(receiver_.all.empty());

  const auto open = listen("unix:" + (directory_ / "open.sock"), {.allowed_users = {::getuid() + 1, ::getuid()}});
  const Fd friendly = connect_to(open->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.all.size() == 1; }));
  EXPECT_EQ(open->stats().refused, 0U);
}

TEST_F(Listeners, CloseIdleConnectionsOnly) {
  const auto listener = listen("tcp://127.0.0.1:0", {.idle_timeout_ms = 100});
  const Fd idle = connect_to(listener->endpoint());
  send_all(idle, "cut");
  const Fd busy = connect_to(listener->endpoint());
  Timer talk(loop_, [&] { send_all(busy, "x\n"); });
  talk.start_every(10);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(1); }));
  EXPECT_EQ(receiver_.all[0]->text, "cut\n");
  EXPECT_EQ(receiver_.all[0]->error, "");
  EXPECT_FALSE(receiver_.all[1]->ended);
  EXPECT_EQ(read_to_end(idle), "");
  EXPECT_EQ(listener->stats().timed_out, 1U);
  EXPECT_EQ(listener->stats().connections, 1U);

  // Whoever is held back is not idle.
  receiver_.all[1]->pause();
  talk.stop();
  std::uint64_t since = loop_.now_ms();
  ASSERT_TRUE(run_until(loop_, [&] { return loop_.now_ms() - since > 200; }));
  EXPECT_EQ(listener->stats().timed_out, 1U);
}

TEST_F(Listeners, AcceptLaterWhatTheyHaveNoDescriptorFor) {
  const auto listener = listen("tcp://127.0.0.1:0");
  // The undefined behaviour sanitizer needs a descriptor for its first look at a type.
  const Fd first = connect_to(listener->endpoint());
  send_all(first, "first\n");
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "first\n"; }));
  const Fd client = connect_to(listener->endpoint());
  send_all(client, "patient\n");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // All numbers below the limit are taken.
  std::vector<Fd> taken;
  while (taken.empty() || taken.back().get() < 63) taken.emplace_back(::dup(client.get()));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, std::array<rlimit, 1>{{{64, before.rlim_max}}}.data()), 0);
  int turns = 0;
  Timer turn(loop_, [&] {
    if (++turns == 20) loop_.stop();
  });
  turn.start_every(1);
  loop_.run();
  const bool early = receiver_.all.size() > 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(early);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "first\npatient\n"; }));
  EXPECT_EQ(listener->stats().refused, 0U);
}

TEST_F(Listeners, GoOnWithWhatTheyHaveWhenClosed) {
  auto listener = listen("unix:" + (directory_ / "in.sock"));
  const Endpoint endpoint = listener->endpoint();
  const Fd client = connect_to(endpoint);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.all.size() == 1; }));
  listener->close();
  EXPECT_FALSE(std::filesystem::exists(endpoint.path));
  listener.reset();
  send_all(client, "still here\n");
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "still here\n"; }));
}

}  // namespace
}  // namespace piiscrub::io
