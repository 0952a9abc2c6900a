// `piiscrub run`: [[policy]] and `format` by where records come from.

#include <arpa/inet.h>
#include <netinet/in.h>

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

class ServicePolicyTest : public ServiceTest {
 protected:
  ServicePolicyTest() {
    write_file(directory_ / "typed.toml", "config_version = 1\n[policy.type.email]\nstyle = \"typed\"\n");
  }
  /// The configuration so far, with `text` behind it.
  void add(const std::string& text) { write_file(config(), read_file(config()) + text); }
  void expect_lines_of(const std::string& first, const std::string& second) {
    EXPECT_TRUE(eventually([&] { return read_file(out()).size() >= first.size() + second.size(); })) << log();
    const std::string got = read_file(out());
    EXPECT_TRUE(got == first + second || got == second + first) << got;
  }
  static constexpr std::string_view kTyped = "line 2 of redacted@redacted.invalid\n";
};

TEST_F(ServicePolicyTest, IsChosenByPath) {
  add("[[policy]]\npolicy = \"typed.toml\"\npaths = [\"" + directory_ / "in/b*" + "\"]\n");
  append(in("a.log"), line(1));
  append(in("b.log"), line(2));
  start();
  expect_lines_of(scrubbed(1, 1), std::string(kTyped));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServicePolicyTest, IsChosenBySource) {
  const std::string second = "file:" + directory_ / "in/b.txt";
  configure("[[pipeline.source]]\nendpoint = \"" + second + "\"\n");
  add("[[policy]]\npolicy = \"typed.toml\"\npipelines = [\"app\"]\nsources = [\"" + second + "\"]\n");
  append(in("a.log"), line(1));
  append(in("b.txt"), line(2));
  start();
  expect_lines_of(scrubbed(1, 1), std::string(kTyped));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServicePolicyTest, IsChosenByTheUserOfAUnixSocket) {
  configure("", "unix:" + directory_ / "in.sock");
  const std::string me = std::to_string(::geteuid());
  const std::string other = std::to_string(::geteuid() + 1);
  add("[[policy]]\npolicy = \"typed.toml\"\nusers = [" + other + "]\n");
  start();
  send_to(directory_ / "in.sock", line(1));
  expect_output(scrubbed(1, 1));
  configure("", "unix:" + directory_ / "in.sock");
  add("[[policy]]\npolicy = \"typed.toml\"\nusers = [" + other + ", " + me + "]\n");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  send_to(directory_ / "in.sock", line(2));
  expect_output(scrubbed(1, 1) + std::string(kTyped));
  EXPECT_EQ(stop(), 0);
}

// A client of 127.0.0.1 that calls itself `from`.
void send_from(const char* from, std::uint16_t port, std::string_view text) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, from, &address.sin_addr);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  address.sin_port = htons(port);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0) << std::strerror(errno);
  ASSERT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  ::close(fd);
}

// A port that nobody listens on; perhaps somebody does when it is used.
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

TEST_F(ServicePolicyTest, IsChosenByTheAddressOfAConnection) {
  const std::uint16_t port = free_port();
  configure("", "tcp://127.0.0.1:" + std::to_string(port));
  add("[[policy]]\npolicy = \"typed.toml\"\npeers = [\"127.0.9.0/24\", \"127.7.7.7\"]\n");
  start();
  send_from("127.0.8.1", port, line(1));
  expect_output(scrubbed(1, 1));
  send_from("127.0.9.1", port, line(2));
  expect_output(scrubbed(1, 1) + std::string(kTyped));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServicePolicyTest, IsNotChosenBySendersOfDatagrams) {
  configure("", "syslog+udp://127.0.0.1:0");
  add("[[policy]]\npolicy = \"typed.toml\"\npeers = [\"127.0.9.0/24\"]\n");
  const Outcome outcome = run_piiscrub({"validate", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find(":9:1: policy: the sender of a datagram is not known for sure"), std::string::npos)
      << outcome.err;
}

TEST_F(ServicePolicyTest, IsReadWhenTheConfigurationIs) {
  write_file(directory_ / "typed.toml", "config_version = 1\n[policy.type.emial]\nstyle = \"typed\"\n");
  add("[[policy]]\npolicy = \"typed.toml\"\npaths = [\"/x\"]\n");
  const Outcome outcome = run_piiscrub({"validate", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find("typed.toml:2:14: "), std::string::npos) << outcome.err;
}

TEST_F(ServicePolicyTest, CanBeThatOfCanariesToo) {
  write_file(directory_ / "observing.toml", "config_version = 1\n[policy]\nobserve = [\"badge\"]\n");
  write_file(directory_ / "own.toml",
             "[[rule]]\nid = \"badge\"\ntitle = \"Badge\"\ntype = \"badge\"\ncategory = \"contact\"\n"
             "match = '''BADGE-[0-9]{5}'''\nexamples = [\"«BADGE-12345»\"]\ncounter_examples = [\"BADGE-1\"]\n");
  configure("rules = [\"own.toml\"]\ncanaries = [\"went in with BADGE-00042\"]\n");
  add("[[policy]]\npolicy = \"observing.toml\"\npaths = [\"/x\"]\n");
  const Outcome outcome = run_piiscrub({"run", "-c", config()});
  EXPECT_EQ(outcome.status, 70);
  EXPECT_NE(outcome.err.find("observing.toml: entry 1 of canaries"), std::string::npos) << outcome.err;
}

// ---- By what records say

class ServiceFieldPolicyTest : public ServicePolicyTest {
 protected:
  ServiceFieldPolicyTest() {
    write_file(directory_ / "own.toml", "config_version = 1\n[policy.type.email]\naction = \"mask\"\n");
    write_file(directory_ / "strict.toml", "config_version = 1\n[policy]\npreset = \"strict\"\n");
    write_file(directory_ / "loose.toml",
               "config_version = 1\n[policy]\ndisable = [\"email\"]\n[[allow]]\nreason = \"all\"\n"
               "networks = [\"0.0.0.0/0\"]\n");
    configure("policy = \"own.toml\"\n");
  }
};

TEST_F(ServiceFieldPolicyTest, TightensForRecordsWithTheFields) {
  add("[[policy]]\npolicy = \"strict.toml\"\nfields = { tenant = [\"acme\", \"ga*\"] }\n");
  append(in("a.log"),
         "tenant=other bob.builder@example.com\n{\"tenant\": \"Gamma\", \"to\": \"bob.builder@example.com\"}\n");
  start();
  expect_output("tenant=other bo***r@example.com\n{\"tenant\": \"Gamma\", \"to\": \"[EMAIL]\"}\n");
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  for (const char* const action : {"redact", "mask"}) {
    const std::string row =
        "              1  pipeline=\"app\",rule=\"email\",type=\"email\",category=\"contact\",action=\"";
    EXPECT_NE(status.find(row + action + "\"\n"), std::string::npos) << status;
  }
  EXPECT_EQ(stop(), 0);
  std::filesystem::remove(out());  // a mask leaves the domain, which expect_no_leak() looks for
}

// Whoever writes logs decides what is in them: that must not open anything.
TEST_F(ServiceFieldPolicyTest, NeverLoosens) {
  configure("");
  add("[[policy]]\npolicy = \"loose.toml\"\nfields = { tenant = \"*\" }\n");
  append(in("a.log"), "tenant=a bob@example.com from 93.184.216.34\n");
  start();
  expect_output("tenant=a [EMAIL] from [IPV4]\n");
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceFieldPolicyTest, ChangesByAReload) {
  configure("");
  append(in("a.log"), "tenant=a bob@example.com\n");
  start();
  expect_output("tenant=a [EMAIL]\n");
  write_file(directory_ / "drop.toml", "config_version = 1\n[policy.type.email]\naction = \"drop\"\n");
  add("[[policy]]\npolicy = \"drop.toml\"\nfields = { tenant = \"a\" }\n");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  append(in("a.log"), "tenant=a bob@example.com\ntenant=b bob@example.com\n");
  expect_output("tenant=a [EMAIL]\ntenant=b [EMAIL]\n");
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceFieldPolicyTest, HasNoRulesOfItsOwn) {
  write_file(directory_ / "strict.toml", "config_version = 1\n[rules]\nfiles = [\"own-rules.toml\"]\n");
  add("[[policy]]\npolicy = \"strict.toml\"\nfields = { tenant = \"acme\" }\n");
  const Outcome outcome = run_piiscrub({"validate", "-c", config()});
  EXPECT_EQ(outcome.status, 78);
  EXPECT_NE(outcome.err.find("strict.toml:3:10: a policy that depends on fields has no rules of its own"),
            std::string::npos)
      << outcome.err;
}

TEST_F(ServiceFieldPolicyTest, IsExplained) {
  add("[[policy]]\npolicy = \"typed.toml\"\npaths = [\"/x\"]\n"
      "[[policy]]\npolicy = \"strict.toml\"\nfields = { tenant = [\"acme\", \"ga*\"], level = \"debug\" }\n");
  const Outcome outcome = run_piiscrub({"validate", "-c", config(), "--explain"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* const text : {"Pipeline app\n", "[[policy]] in line 10, in its place where the conditions hold\n",
                                 "[[policy]] in line 13, for records with tenant = acme or ga*, level = debug\n",
                                 "preset strict", "[policy.type.email]"}) {
    EXPECT_NE(outcome.out.find(text), std::string::npos) << text << outcome.out.substr(0, 1000);
  }
}

TEST_F(ServicePolicyTest, FormatIsThatOfTheSource) {
  const std::string sql = "INSERT INTO staff (id, salary) VALUES (7, 91234)\n";
  configure("[[pipeline.source]]\nendpoint = \"file:" + directory_ / "in/b.txt" + "\"\nformat = \"text\"\n");
  append(in("a.log"), sql);
  append(in("b.txt"), sql);
  start();
  EXPECT_TRUE(eventually([&] {
    const std::string got = read_file(out());
    return got.find("91234") != std::string::npos && std::count(got.begin(), got.end(), '\n') == 2;
  })) << read_file(out());
  const std::string got = read_file(out());
  EXPECT_EQ(got.find("91234"), got.rfind("91234")) << got;
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
