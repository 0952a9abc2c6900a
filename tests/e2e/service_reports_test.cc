// What `piiscrub run` says over HTTP, and what it keeps to itself.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include "service.h"
#include "support/certificates.h"

namespace piiscrub::e2e {
namespace {

class ServiceReportsTest : public ServiceTest {
 protected:
  /// The configuration so far with `text` in [service].
  void add_to_service(const std::string& text) {
    std::string all = read_file(config());
    write_file(config(), all.insert(all.find("[[pipeline]]"), text));
  }
};

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

// ---- Certificates

// Two pipelines, the second one sends to the first: each sees the other's certificate.
TEST_F(ServiceReportsTest, SaysWhenCertificatesExpire) {
  const std::uint16_t port = free_port();
  using io::test::Certificate;
  const Certificate authority({.name = "authority", .alternatives = "", .is_authority = true});
  const Certificate server({.valid_to_s = 100'000}, &authority);
  const Certificate client({.valid_to_s = 200'000}, &authority);
  authority.write_certificate(directory_ / "ca.pem");
  server.write_certificate(directory_ / "server.pem");
  server.write_key(directory_ / "server.key");
  client.write_certificate(directory_ / "client.pem");
  client.write_key(directory_ / "client.key");
  const std::string address = "\"tls://127.0.0.1:" + std::to_string(port) + "\"";
  const auto tls = [](const std::string& name) {
    return "tls = { certificate = \"" + name + ".pem\", key = \"" + name + ".key\", ca = \"ca.pem\" }\n";
  };
  write_file(config(),
             "config_version = 1\n[service]\nstate_directory = \"state\"\nmetrics_socket = \"metrics\"\n"
             "[[pipeline]]\nname = \"in\"\nsinks = [\"file:" +
                 out() + "\"]\n[[pipeline.source]]\nendpoint = " + address + "\n" + tls("server") +
                 "[[pipeline]]\nname = \"out\"\nsources = [\"file:" + in("*.log") +
                 "\"]\n[[pipeline.sink]]\nendpoint = " + address + "\n" + tls("client"));
  const long long now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  start();
  append(in("a.log"), lines(1, 10));
  expect_output(scrubbed(1, 10));
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  const auto expires_in = [&](const std::string& labels) {
    const std::size_t at = status.find(labels);
    EXPECT_NE(at, std::string::npos) << labels << "\n" << status;
    if (at == std::string::npos) return 0LL;
    return std::strtoll(status.c_str() + status.rfind('\n', at), nullptr, 10) - now;
  };
  for (const auto& [labels, seconds] : std::vector<std::pair<std::string, std::int64_t>>{
           {"pipeline=\"in\",endpoint=" + address + ",certificate=\"own\"", 100'000},
           {"pipeline=\"in\",endpoint=" + address + ",certificate=\"peer\"", 200'000},
           {"pipeline=\"out\",sink=" + address + ",certificate=\"own\"", 200'000},
           {"pipeline=\"out\",sink=" + address + ",certificate=\"peer\"", 100'000}}) {
    EXPECT_NEAR(static_cast<double>(expires_in(labels)), static_cast<double>(seconds), 60) << labels;
  }
  EXPECT_NE(status.find("sink_tls\n              1  pipeline=\"out\""), std::string::npos) << status;
  EXPECT_EQ(stop(), 0);
}

// ---- Metrics over HTTP

std::string ask(std::uint16_t port, std::string_view request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    EXPECT_EQ(::send(fd, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  return answer;
}

TEST_F(ServiceReportsTest, MetricsComeOverHttpOfThisMachine) {
  const std::uint16_t port = free_port();
  add_to_service("metrics_http = \"127.0.0.1:" + std::to_string(port) + "\"\n");
  append(in("a.log"), lines(1, 3));
  start();
  expect_output(scrubbed(1, 3));
  const std::string end = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::string answer = ask(port, "GET /metrics" + end);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer.substr(0, 200);
  EXPECT_NE(answer.find("Content-Type: text/plain; version=0.0.4"), std::string::npos);
  EXPECT_NE(answer.find("piiscrub_records_total{pipeline=\"app\"} 3\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\n"));
  EXPECT_TRUE(ask(port, "GET /" + end).starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(ask(port, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
                  .starts_with("HTTP/1.1 405 "));
  // A client that says nothing keeps nobody waiting.
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_FALSE(ask(port, "GET /metrics" + end).empty());
  ::close(silent);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReportsTest, HttpIsForThisMachineOnlyAndOffUnlessAskedFor) {
  for (const char* const address : {"0.0.0.0:9477", "192.0.2.1:9477", "[::]:9477", "localhost", "127.0.0.1"}) {
    configure("");
    add_to_service(std::string("metrics_http = \"") + address + "\"\n");
    const Outcome outcome = run_piiscrub({"validate", "-c", config()});
    EXPECT_EQ(outcome.status, 78) << address;
    EXPECT_NE(outcome.err.find(":5:16: metrics_http: not an address of this machine alone"), std::string::npos)
        << outcome.err;
  }
}

// ---- Silence

TEST_F(ServiceReportsTest, LeavesNoCoreAndKeepsKeysInMemory) {
  write_file(directory_ / "k1.key", std::string(64, 'a'));
  ASSERT_EQ(::chmod((directory_ / "k1.key").c_str(), 0600), 0);
  write_file(directory_ / "policy.toml",
             "config_version = 1\n[policy.type.email]\naction = \"token\"\n[keys]\nk1 = \"k1.key\"\n");
  const auto locked_kilobytes = [&] {
    const std::string status = read_file("/proc/" + std::to_string(service_->pid()) + "/status");
    const std::size_t at = status.find("VmLck:");
    return at == std::string::npos ? -1 : std::stoi(status.substr(at + 6));
  };
  start();
  EXPECT_EQ(locked_kilobytes(), 0);
  const std::string limits = read_file("/proc/" + std::to_string(service_->pid()) + "/limits");
  EXPECT_NE(limits.find("Max core file size        0                    0"), std::string::npos) << limits;
  configure("policy = \"policy.toml\"\n");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
#ifndef __SANITIZE_ADDRESS__  // the address sanitizer makes mlock(2) do nothing
  EXPECT_GT(locked_kilobytes(), 0);
#endif
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
