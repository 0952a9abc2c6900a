// TLS between listeners and network sinks: who is not believed gets and gives nothing, and nothing ever leaves in
// plain.

#include "io/tls_context.h"

#include <array>
#include <deque>
#include <fstream>
#include <random>

#include "support/certificates.h"
#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;
using test::Certificate;
using test::connect_to;
using test::CountingWriter;
using test::run_until;
using test::send_all;

class Tls : public testing::Test {
 protected:
  Tls() {
    authority_.write_certificate(file("ca.pem"));
    install("server", Certificate({}, &authority_));
    install("client", Certificate({.name = "client", .alternatives = ""}, &authority_));
    Certificate({.name = "other authority", .alternatives = "", .is_authority = true})
        .write_certificate(file("other-ca.pem"));
  }

  [[nodiscard]] std::string file(const std::string& name) const { return directory_ / name; }
  // Returns the fingerprint.
  std::string install(const std::string& name, const Certificate& certificate) const {
    certificate.write_certificate(file(name + ".pem"));
    certificate.write_key(file(name + ".key"));
    return certificate.fingerprint();
  }
  // The options of a listener that shows `name` and asks nobody for a certificate.
  [[nodiscard]] ListenerOptions server(const std::string& name = "server") const {
    return {.tls = {.certificate_file = file(name + ".pem"), .key_file = file(name + ".key"), .verify = false}};
  }
  std::unique_ptr<Listener> listen(const ListenerOptions& options, const std::string& scheme = "tls") {
    return test::listen_on(loop_, buffers_, scheme + "://127.0.0.1:0", options, receiver_);
  }
  std::unique_ptr<Sink> sink_to(const Endpoint& endpoint, const TlsOptions& options) {
    Result<std::unique_ptr<Sink>> sink = make_network_sink(
        loop_, endpoint, {.reconnect_min_ms = 1, .reconnect_max_ms = 4, .tls = options, .stats = &stats_});
    EXPECT_TRUE(sink) << sink.error().text();
    return *std::move(sink);
  }
  [[nodiscard]] static Endpoint by_name(Endpoint endpoint) {
    endpoint.host = "localhost";
    return endpoint;
  }

  test::TemporaryDirectory directory_;
  Certificate authority_{{.name = "authority", .alternatives = "", .is_authority = true}};
  Loop loop_;
  BufferPool buffers_;
  test::Receiver receiver_;
  NetworkSinkStats stats_;
  CountingWriter writer_;
};

TEST_F(Tls, CarriesRecordsBetweenThoseWhoKnowEachOther) {
  ListenerOptions mutual = server();
  mutual.tls.verify = true;
  mutual.tls.ca_file = file("ca.pem");
  const auto listener = listen(mutual, "syslog+tls");
  const TlsOptions client = {
      .certificate_file = file("client.pem"), .key_file = file("client.key"), .ca_file = file("ca.pem")};
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "<1>record " + std::to_string(i) + '\n';
  const std::array<std::string_view, 1> slices = {text};
  std::size_t ends = 0;
  for (const Endpoint& endpoint : {listener->endpoint(), by_name(listener->endpoint())}) {
    {
      const auto sink = sink_to(endpoint, client);
      const int before = writer_.written;
      EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
      ASSERT_TRUE(run_until(loop_, [&] { return writer_.written == before + 1; }));
    }
    ++ends;
    ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(ends); }));
    EXPECT_EQ(receiver_.all.back()->peer, "127.0.0.1");
    EXPECT_EQ(receiver_.all.back()->error, "") << "the sink ends TLS in order";
    EXPECT_TRUE(receiver_.all.back()->text == text);
  }
  EXPECT_EQ(stats_.failed_connections, 0U) << stats_.last_error;
  EXPECT_EQ(listener->stats().failed_handshakes, 0U);
}

TEST_F(Tls, HoldsBackWhoeverSendsTooFast) {
  const auto listener = listen(server());
  receiver_.on_each = [](test::Received& received) { received.on_each = [&received] { received.pause(); }; };
  const auto sink = sink_to(listener->endpoint(), {.ca_file = file("ca.pem")});
  std::string text;
  std::minstd_rand random(1);
  while (text.size() < std::size_t{16} << 20)
    text += std::string(random() % 5000, 'x') + std::to_string(text.size()) + '\n';
  const std::array<std::string_view, 1> slices = {text};
  EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return !receiver_.all.empty() && receiver_.all[0]->paused; }));
  // Nobody resumes: the sink comes to a halt.
  std::size_t queued = 0;
  int quiet = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    quiet = queued == sink->queued_bytes() ? quiet + 1 : 0;
    queued = sink->queued_bytes();
    return quiet == 20;
  }));
  EXPECT_GT(queued, 0U);
  EXPECT_EQ(writer_.written, 0);
  ASSERT_TRUE(run_until(loop_, [&] {
    receiver_.all[0]->resume();
    return receiver_.text().size() == text.size();
  }));
  EXPECT_TRUE(receiver_.text() == text);
}

// ----- servers that are not believed

TEST_F(Tls, SendsNothingToAServerThatIsNotBelieved) {
  const std::string right = install("server", Certificate({}, &authority_));
  install("expired", Certificate({.valid_from_s = -7200, .valid_to_s = -3600}, &authority_));
  install("future", Certificate({.valid_from_s = 3600, .valid_to_s = 7200}, &authority_));
  install("elsewhere", Certificate({.alternatives = "DNS:elsewhere.example.com,IP:192.0.2.1"}, &authority_));
  install("of-client", Certificate({.purpose = "clientAuth"}, &authority_));
  const std::string itself = install("self-signed", Certificate({}));
  const std::string ca = file("ca.pem");
  struct Case {
    std::string server;
    TlsOptions options;
    std::string error;
  };
  for (const Case& row : std::vector<Case>{
           {"server", {.ca_file = file("other-ca.pem")}, "certificate: unable to get local issuer certificate"},
           {"server", {}, "certificate: unable to get local issuer certificate"},  // the system's store
           {"server", {.ca_file = ca, .server_name = "log.example.com"}, "certificate: hostname mismatch"},
           {"server", {.ca_file = ca, .server_name = "192.0.2.1"}, "certificate: IP address mismatch"},
           {"elsewhere", {.ca_file = ca}, "certificate: IP address mismatch"},
           {"expired", {.ca_file = ca}, "certificate: certificate has expired"},
           {"future", {.ca_file = ca}, "certificate: certificate is not yet valid"},
           {"of-client", {.ca_file = ca}, "certificate: unsuitable certificate purpose"},
           {"self-signed", {.ca_file = ca}, "certificate: self-signed certificate"},
           {"self-signed", {.fingerprints = {right}}, "certificate: certificate rejected"},
           // A fingerprint counts whatever else is said.
           {"server",
            {.ca_file = ca, .verify = false, .fingerprints = {itself}},
            "certificate: certificate rejected"}}) {
    const auto listener = listen(server(row.server));
    stats_ = {};
    const auto sink = sink_to(listener->endpoint(), row.options);
    const std::array<std::string_view, 1> slices = {"secret\n"};
    EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
    ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 2; }));
    ASSERT_TRUE(run_until(loop_, [&] { return listener->stats().failed_handshakes >= 2; }));
    EXPECT_EQ(stats_.last_error, row.error) << row.server;
    EXPECT_EQ(stats_.connections, 0U);
  }
  EXPECT_EQ(receiver_.text(), "");
  EXPECT_EQ(writer_.written, 0);
}

TEST_F(Tls, BelievesAFingerprintAlone) {
  const std::string right = install("self-signed", Certificate({.name = "whoever", .alternatives = ""}));
  const auto listener = listen(server("self-signed"));
  const auto sink = sink_to(listener->endpoint(), {.fingerprints = {std::string(64, '0'), right}});
  const std::array<std::string_view, 1> slices = {"x\n"};
  EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "x\n"; }));
}

TEST_F(Tls, BelievesEverybodyOnlyWhenToldTo) {
  install("self-signed", Certificate({.name = "whoever", .alternatives = ""}));
  const auto listener = listen(server("self-signed"));
  const auto sink = sink_to(listener->endpoint(), {.verify = false});
  const std::array<std::string_view, 1> slices = {"x\n"};
  EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "x\n"; }));
}

TEST_F(Tls, NeverFallsBackToPlainText) {
  const auto plain = listen({}, "tcp");
  Endpoint endpoint = plain->endpoint();
  endpoint.transport = Transport::tls;
  const auto sink = sink_to(endpoint, {.verify = false});
  const std::array<std::string_view, 1> slices = {"secret\n"};
  EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return !receiver_.text().empty(); }));
  EXPECT_EQ(receiver_.text()[0], '\x16');  // a TLS handshake
  receiver_.all.clear();                   // hangs up
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 1; }));
  ASSERT_TRUE(run_until(loop_, [&] { return !receiver_.text().empty(); }));  // and tries again
  EXPECT_EQ(receiver_.text().find("secret"), std::string::npos);
  EXPECT_EQ(writer_.written, 0);
}

TEST_F(Tls, TakesNothingFromAServerThatDoesNotAnswer) {
  const auto plain = listen({}, "tcp");
  Endpoint endpoint = plain->endpoint();
  endpoint.transport = Transport::tls;
  Result<std::unique_ptr<Sink>> sink =
      make_network_sink(loop_, endpoint, {.connect_timeout_ms = 20, .tls = {.verify = false}, .stats = &stats_});
  ASSERT_TRUE(sink);
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 1; }));
  EXPECT_EQ(stats_.last_error, "Connection timed out");
}

// ----- clients that are not believed

TEST_F(Tls, TakesNothingFromAClientThatIsNotBelieved) {
  const Certificate other_authority({.name = "third authority", .alternatives = "", .is_authority = true});
  install("stranger", Certificate({.name = "client", .alternatives = ""}, &other_authority));
  const std::string right = install("client", Certificate({.name = "client", .alternatives = ""}, &authority_));
  ListenerOptions by_authority = server();
  by_authority.tls.verify = true;
  by_authority.tls.ca_file = file("ca.pem");
  ListenerOptions by_fingerprint = server();
  by_fingerprint.tls.fingerprints = {right};
  const std::array<std::string_view, 1> slices = {"secret\n"};
  for (const ListenerOptions& options : {by_authority, by_fingerprint}) {
    for (const std::string& client : {"stranger"s, ""s}) {
      const auto listener = listen(options);
      stats_ = {};
      TlsOptions tls = {.ca_file = file("ca.pem")};
      if (!client.empty()) tls.certificate_file = file(client + ".pem");
      if (!client.empty()) tls.key_file = file(client + ".key");
      const auto sink = sink_to(listener->endpoint(), tls);
      // TLS 1.3 lets a client speak before it is refused: what it said would be lost.
      EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
      ASSERT_TRUE(run_until(loop_, [&] { return stats_.failed_connections >= 2; }));
      EXPECT_GE(listener->stats().failed_handshakes, 2U);
      EXPECT_TRUE(stats_.last_error.starts_with("TLS: ")) << stats_.last_error;
    }
  }
  EXPECT_TRUE(receiver_.all.empty());
  EXPECT_EQ(writer_.written, 0);

  const auto listener = listen(by_fingerprint);
  const auto sink =
      sink_to(listener->endpoint(),
              {.certificate_file = file("client.pem"), .key_file = file("client.key"), .ca_file = file("ca.pem")});
  EXPECT_EQ(sink->write(slices, writer_), Sink::Written::later);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.text() == "secret\n"; }));
}

TEST_F(Tls, GivesUpOnHandshakesThatAreNoneOrTakeTooLong) {
  ListenerOptions options = server();
  options.handshake_timeout_ms = 50;
  const auto listener = listen(options);
  const Fd silent = connect_to(listener->endpoint());
  const Fd slow = connect_to(listener->endpoint());
  send_all(slow, "\x16\x03\x01");
  const Fd junk = connect_to(listener->endpoint());
  send_all(junk, "<1>plain text\n");
  ASSERT_TRUE(run_until(loop_, [&] { return listener->stats().failed_handshakes == 3; }));
  EXPECT_EQ(listener->stats().connections, 0U);
  EXPECT_TRUE(receiver_.all.empty());
  // And goes on.
  const auto sink = sink_to(listener->endpoint(), {.ca_file = file("ca.pem")});
  ASSERT_TRUE(run_until(loop_, [&] { return stats_.connected; }));
}

TEST_F(Tls, TellsACutConnectionFromAnEndedOne) {
  const auto listener = listen(server());
  const auto context = TlsContext::for_client({.ca_file = file("ca.pem")}, "127.0.0.1");
  ASSERT_TRUE(context);
  Fd fd = connect_to(listener->endpoint());
  (void)::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  const auto channel = (*context)->open(std::move(fd));
  ASSERT_TRUE(run_until(loop_, [&] { return channel->handshake().status == Channel::Status::done; }));
  ASSERT_EQ(channel->write("cut").bytes, 3U);
  ::shutdown(channel->fd(), SHUT_WR);
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.ended(1); }));
  EXPECT_EQ(receiver_.all[0]->text, "cut\n");
  EXPECT_EQ(receiver_.all[0]->error, "closed without close_notify");
}

// ----- options

TEST_F(Tls, SaysWhichOptionsAreOfNoUse) {
  const Certificate other({});
  other.write_key(file("other.key"));
  other.write_key(file("locked.key"), "passphrase");
  std::ofstream(file("empty.pem")) << "";
  const std::string certificate = file("server.pem");
  const std::string key = file("server.key");
  const auto server_error = [](const TlsOptions& options) {
    const auto made = TlsContext::for_server(options);
    return made ? "" : made.error().text();
  };
  const auto client_error = [](const TlsOptions& options) {
    const auto made = TlsContext::for_client(options, "localhost");
    return made ? "" : made.error().text();
  };
  EXPECT_EQ(server_error({}), "a TLS listener needs a certificate and its key (set both)");
  EXPECT_EQ(server_error({.certificate_file = certificate}), "a certificate and its key go together (set both)");
  EXPECT_EQ(client_error({.key_file = key}), "a certificate and its key go together (set both)");
  EXPECT_EQ(server_error({.certificate_file = certificate, .key_file = key}),
            "verifying clients takes a CA or fingerprints (or verify = false)");
  EXPECT_EQ(server_error({.certificate_file = file("none.pem"), .key_file = key}),
            file("none.pem") + ": no certificate can be read: No such file or directory");
  EXPECT_EQ(server_error({.certificate_file = certificate, .key_file = file("other.key")}),
            file("other.key") + ": no key of the certificate can be read: key values mismatch");
  // Nobody is asked for the passphrase.
  EXPECT_TRUE(server_error({.certificate_file = certificate, .key_file = file("locked.key")})
                  .starts_with(file("locked.key") + ": no key of the certificate can be read: "));
  EXPECT_EQ(client_error({.ca_file = file("empty.pem")}),
            file("empty.pem") + ": no CA can be read: no certificate or crl found");
  EXPECT_EQ(client_error({.fingerprints = {"AB:CD"}}), "\"AB:CD\" is no SHA-256 fingerprint (64 hexadecimal digits)");
  const Result<std::unique_ptr<Sink>> sink =
      make_network_sink(loop_, test::endpoint("tls://h:1", Direction::sink), {.tls = {.fingerprints = {"x"}}});
  EXPECT_FALSE(sink);
}

}  // namespace
}  // namespace piiscrub::io
