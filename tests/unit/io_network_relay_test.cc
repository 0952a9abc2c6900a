// Relays between sockets: thousands of records over many connections into one sink, each whole and scrubbed, and a slow
// receiver that holds the senders back.

#include <algorithm>
#include <array>
#include <map>

#include "io/octet_counting.h"
#include "io/relay.h"
#include "piiscrub/pipeline.h"
#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using test::connect_to;
using test::listen_on;
using test::run_until;

// Relays each connection of a listener to one sink.
class Relays final : public Listener::Observer, private Relay::Observer {
 public:
  Relays(Sink& sink, WorkerPool& workers) : sink_(sink), workers_(workers) {}

  void on_source(std::unique_ptr<Source> source, std::string /*peer*/) override {
    sources_.push_back(std::move(source));
    relays_.push_back(std::make_unique<Relay>(*sources_.back(), sink_, workers_, static_cast<Relay::Observer&>(*this)));
    relays_.back()->start();
  }

  std::size_t finished = 0;
  [[nodiscard]] std::uint64_t bytes_in() const {
    std::uint64_t bytes = 0;
    for (const auto& relay : relays_) bytes += relay->stats().bytes_in;
    return bytes;
  }

 private:
  void on_finished(Relay& /*relay*/) override { ++finished; }
  void on_failed_scans(unsigned count) override { ADD_FAILURE() << count << " scans failed"; }

  Sink& sink_;
  WorkerPool& workers_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::unique_ptr<Relay>> relays_;
};

// Sends what it has as fast as it is taken, then hangs up.
struct Client {
  Client(const Endpoint& endpoint, std::string all) : fd(connect_to(endpoint)), text(std::move(all)), unsent(text) {
    (void)::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  }
  void send_some() {
    while (!unsent.empty()) {
      const ssize_t sent = ::send(fd.get(), unsent.data(), std::min<std::size_t>(unsent.size(), 10'000), MSG_NOSIGNAL);
      if (sent < 0) return;
      unsent.remove_prefix(static_cast<std::size_t>(sent));
    }
    fd.reset();
  }
  Fd fd;
  std::string text;
  std::string_view unsent;
};

std::string record_of(std::size_t client, std::size_t number, std::string_view address) {
  return "<14>app: client " + std::to_string(client) + " number " + std::to_string(number) + " mail " +
         std::string(address) + " done";
}

class NetworkRelays : public testing::Test {
 protected:
  test::TemporaryDirectory directory_;
  Loop loop_;
  BufferPool buffers_;
  WorkerPool workers_{loop_, {builtin_rules(), {}}, 1};
};

TEST_F(NetworkRelays, BringEveryRecordOfEveryConnectionWhole) {
  constexpr std::size_t kClients = 20;
  constexpr std::size_t kRecords = 500;
  // The receiver is a listener of ours, which decodes what the sink has encoded.
  test::Receiver receiver;
  const auto far = listen_on(loop_, buffers_, "syslog+tcp://127.0.0.1:0", {}, receiver);
  Result<std::unique_ptr<Sink>> sink = make_network_sink(loop_, far->endpoint(), {});
  ASSERT_TRUE(sink);
  Relays relays(**sink, workers_);
  const auto listener = listen_on(loop_, buffers_, "syslog+tcp://127.0.0.1:0", {}, relays);
  std::vector<std::unique_ptr<Client>> clients;
  std::map<std::string, int> expected;
  for (std::size_t client = 0; client < kClients; ++client) {
    std::string text;
    for (std::size_t number = 0; number < kRecords; ++number) {
      const std::string record = record_of(client, number, "alice@example.com");
      const bool counted = client % 2 == 0;
      const bool cut = number + 1 == kRecords;  // the last one has no end
      text += counted ? std::to_string(record.size() + (cut ? 9 : 0)) + ' ' + record : record + (cut ? "" : "\n");
      ++expected[record_of(client, number, "[EMAIL]")];
    }
    clients.push_back(std::make_unique<Client>(listener->endpoint(), std::move(text)));
  }
  ASSERT_TRUE(run_until(loop_, [&] {
    for (const auto& client : clients) client->send_some();
    return relays.finished == kClients;
  }));
  sink->reset();
  ASSERT_TRUE(run_until(loop_, [&] { return receiver.ended(1); }));
  std::map<std::string, int> received;
  std::string_view text = receiver.all[0]->text;
  for (std::size_t lf = 0; (lf = text.find('\n')) != std::string_view::npos; text.remove_prefix(lf + 1)) {
    ++received[std::string(text.substr(0, lf))];
  }
  EXPECT_EQ(text, "");
  EXPECT_EQ(received.size(), kClients * kRecords);
  EXPECT_TRUE(received == expected);
  EXPECT_EQ(listener->stats().accepted, kClients);
}

TEST_F(NetworkRelays, HoldSendersBackWhileTheReceiverIsSlow) {
  test::Receiver receiver;
  const auto far = listen_on(loop_, buffers_, "unix:" + (directory_ / "out.sock"), {}, receiver);
  receiver.on_each = [](test::Received& received) { received.on_each = [&received] { received.pause(); }; };
  Result<std::unique_ptr<Sink>> sink = make_network_sink(loop_, far->endpoint(), {});
  ASSERT_TRUE(sink);
  Relays relays(**sink, workers_);
  const auto listener = listen_on(loop_, buffers_, "unix:" + (directory_ / "in.sock"), {}, relays);
  std::string text;
  for (std::size_t number = 0; text.size() < std::size_t{16} << 20; ++number)
    text += record_of(0, number, "nobody") + '\n';
  Client client(listener->endpoint(), text);
  // Nobody resumes the receiver: some day nobody sends any more.
  std::size_t unsent = 0;
  int quiet = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    client.send_some();
    quiet = unsent == client.unsent.size() ? quiet + 1 : 0;
    unsent = client.unsent.size();
    return quiet == 20;
  }));
  EXPECT_GT(unsent, text.size() / 2) << "sockets and buffers hold a few MiB at most";
  EXPECT_LT(relays.bytes_in(), std::uint64_t{4} << 20);
  EXPECT_GT((*sink)->queued_bytes(), 0U);
  ASSERT_TRUE(run_until(loop_, [&] {
    client.send_some();
    if (!receiver.all.empty()) receiver.all[0]->resume();
    return relays.finished == 1 && receiver.all[0]->text.size() == text.size();
  }));
  EXPECT_TRUE(receiver.text() == text);
  EXPECT_EQ((*sink)->queued_bytes(), 0U);
}

TEST_F(NetworkRelays, LoseNothingThatTheReceiverHadRead) {
  // The receiver restarts again and again, each time after it has read what there was.
  test::Receiver receiver;
  auto far = listen_on(loop_, buffers_, "unix:" + (directory_ / "out.sock"), {}, receiver);
  NetworkSinkStats stats;
  Result<std::unique_ptr<Sink>> sink =
      make_network_sink(loop_, far->endpoint(), {.reconnect_min_ms = 1, .reconnect_max_ms = 2, .stats = &stats});
  ASSERT_TRUE(sink);
  Relays relays(**sink, workers_);
  const auto listener = listen_on(loop_, buffers_, "unix:" + (directory_ / "in.sock"), {}, relays);
  Fd client = connect_to(listener->endpoint());
  std::string expected;
  std::string received;
  for (std::size_t number = 0; number < 20; ++number) {
    const std::string record = record_of(0, number, "nobody") + '\n';
    expected += record;
    test::send_all(client, record);
    ASSERT_TRUE(run_until(loop_, [&] { return (received + receiver.text()).size() == expected.size(); }));
    received += receiver.text();
    receiver.all.clear();
    const Endpoint endpoint = far->endpoint();
    far.reset();
    far = listen_on(loop_, buffers_, endpoint.text, {}, receiver);
  }
  EXPECT_EQ(received, expected);
  EXPECT_GE(stats.failed_connections, 19U);
}

}  // namespace
}  // namespace piiscrub::io
