// `piiscrub run`: bytes in are bytes checked, discarded and pending, at any time and whatever happens. Each of these is
// counted somewhere else: what comes in by the relay, what was checked by the editor, what waits by the positions.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <map>

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

class ServiceAccountingTest : public ServiceTest {
 protected:
  /// A metric's sum over its labels.
  using Metrics = std::map<std::string, std::uint64_t, std::less<>>;
  [[nodiscard]] Metrics metrics() const {
    Metrics sums;
    const std::string text = UnixClient(directory_ / "metrics").read_to_end();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t lf = text.find('\n', at);
      const std::string line = text.substr(at, lf - at);
      at = lf == std::string::npos ? text.size() : lf + 1;
      const std::size_t space = line.rfind(' ');
      if (line.starts_with('#') || space == std::string::npos) continue;
      sums[line.substr(0, line.find_first_of("{ "))] += std::strtoull(line.c_str() + space + 1, nullptr, 10);
    }
    return sums;
  }
  static std::uint64_t of(const Metrics& all, std::string_view name) {
    const auto at = all.find(name);
    EXPECT_NE(at, all.end()) << name;
    return at == all.end() ? 0 : at->second;
  }
  void expect_sum(const Metrics& all) {
    const std::uint64_t in = of(all, "piiscrub_input_bytes_total");
    const std::uint64_t checked = of(all, "piiscrub_checked_bytes_total");
    const std::uint64_t discarded = of(all, "piiscrub_discarded_bytes_total");
    const std::uint64_t pending = of(all, "piiscrub_pending_bytes");
    EXPECT_EQ(in, checked + discarded + pending) << checked << " checked, " << discarded << " discarded, " << pending;
    EXPECT_LE(of(all, "piiscrub_dropped_bytes_total"), checked);
    ++looked_;
    if (pending > 0) ++looked_while_pending_;
  }
  void expect_sum() { expect_sum(metrics()); }
  [[nodiscard]] std::string out_text() const { return read_file(out()); }
  std::size_t count_out() const {
    const std::string text = out_text();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  /// Looks until as many lines are out.
  void look_until(std::size_t lines) {
    EXPECT_TRUE(eventually([&] {
      expect_sum();
      return count_out() >= lines;
    })) << log();
  }

  int looked_ = 0;
  int looked_while_pending_ = 0;
};

TEST_F(ServiceAccountingTest, HoldsWhileRecordsFlowAndWait) {
  start();
  const rlimit small{100'000, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  append(in("a.log"), lines(1, 50'000) + "half a line");
  EXPECT_TRUE(eventually([&] {
    expect_sum();
    return looked_while_pending_ > 3;
  })) << log();
  const rlimit large{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(service_->pid(), RLIMIT_FSIZE, &large, nullptr), 0);
  look_until(50'000);
  const Metrics all = metrics();
  expect_sum(all);
  EXPECT_EQ(of(all, "piiscrub_pending_bytes"), 11U);
  EXPECT_EQ(of(all, "piiscrub_input_bytes_total"), lines(1, 50'000).size() + 11);
  EXPECT_EQ(of(all, "piiscrub_records_total"), 50'000U);
  EXPECT_EQ(of(all, "piiscrub_output_bytes_total"), out_text().size());
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceAccountingTest, HoldsForRecordsThatAreDroppedMaskedAndTooLong) {
  write_file(directory_ / "drop.toml", "config_version = 1\n[policy.type.email]\naction = \"drop\"\n");
  configure("policy = \"drop.toml\"\nmax_record_bytes = 10000\n");
  std::string text;
  std::size_t dropped = 0;
  for (int i = 1; i <= 300; ++i) {
    text += line(i) + "nothing in it\n";
    dropped += line(i).size();
    if (i % 50 != 0) continue;
    text += std::string(25'000, 'x') + "\n{\"json\": \"" + std::string(20'000, 'y') + "\"}\n";
    text += line(i).substr(0, line(i).size() - 1) + " " + std::string(20'000, 'z') + "\n";
  }
  append(in("a.log"), text);
  start();
  const std::size_t kept = 300 + 6 * 3;  // of the over-long ones their marks
  look_until(kept);
  const Metrics all = metrics();
  EXPECT_EQ(of(all, "piiscrub_input_bytes_total"), text.size());
  EXPECT_EQ(of(all, "piiscrub_pending_bytes"), 0U);
  EXPECT_EQ(of(all, "piiscrub_records_total"), 300U + 300U + 18U);
  EXPECT_EQ(of(all, "piiscrub_dropped_records_total"), 300U + 6U);
  EXPECT_GE(of(all, "piiscrub_dropped_bytes_total"), dropped);
  EXPECT_GT(of(all, "piiscrub_discarded_bytes_total"), 6U * (15'000 + 20'000 + 10'000));
  EXPECT_EQ(of(all, "piiscrub_masked_total"), 18U);
  EXPECT_EQ(count_out(), kept);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceAccountingTest, HoldsOverKillsAndReloads) {
  write_file(directory_ / "typed.toml", "config_version = 1\n[policy.type.email]\nstyle = \"typed\"\n");
  start();
  int written = 0;
  const auto write = [&](int count) {
    append(in("a.log"), lines(written + 1, written + count));
    written += count;
  };
  std::uint64_t before = 0;
  for (int round = 0; round < 6; ++round) {
    write(3'000);
    expect_sum();
    if (round % 2 == 0) {
      kill();
      start();
      before = 0;
    } else {
      configure(round == 1 ? "policy = \"typed.toml\"\n" : "");
      service_->kill(SIGHUP);
      expect_sum();
      supervisor_.wait_for("READY=1");
    }
    look_until(static_cast<std::size_t>(written));
    const std::uint64_t records = of(metrics(), "piiscrub_records_total");
    EXPECT_GE(records, before) << "a reload counts on";
    before = records;
  }
  const Metrics all = metrics();
  expect_sum(all);
  EXPECT_EQ(of(all, "piiscrub_pending_bytes"), 0U);
  EXPECT_EQ(count_out(), static_cast<std::size_t>(written));
  EXPECT_EQ(of(all, "piiscrub_findings_total"), of(all, "piiscrub_records_total"));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceAccountingTest, HoldsForConnectionsThatEndInTheMidst) {
  configure("", "unix:" + directory_ / "in.sock");
  start();
  for (int i = 0; i < 20; ++i) {
    UnixClient client(directory_ / "in.sock");
    client.send(lines(1, 500) + "cut off here");
    expect_sum();
  }
  look_until(20 * 501);
  const Metrics all = metrics();
  EXPECT_EQ(of(all, "piiscrub_pending_bytes"), 0U);
  EXPECT_EQ(of(all, "piiscrub_records_total"), 20U * 501U);
  EXPECT_EQ(stop(), 0);
}

// What the kernel has dropped never came in; it is counted beside.
TEST_F(ServiceAccountingTest, DatagramsAreWrittenOrCountedAsLost) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  configure("", "syslog+udp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  start();
  const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::uint64_t sent = 0;
  const auto send = [&] {
    const std::string text = "<14>" + line(static_cast<int>(++sent));
    ASSERT_EQ(::sendto(sender, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&address), size),
              static_cast<ssize_t>(text.size()));
  };
  service_->kill(SIGSTOP);
  while (sent < 60'000) send();
  service_->kill(SIGCONT);
  // The kernel tells of a loss with the next datagram that it delivers.
  EXPECT_TRUE(eventually([&] {
    send();
    ::usleep(20'000);
    const Metrics all = metrics();
    expect_sum(all);
    return of(all, "piiscrub_records_total") + of(all, "piiscrub_lost_datagrams_total") == sent;
  })) << sent
      << " sent\n"
      << run_piiscrub({"status", "-c", config()}).out.substr(0, 3000);
  ::close(sender);
  const Metrics all = metrics();
  EXPECT_GT(of(all, "piiscrub_lost_datagrams_total"), 0U) << "none was dropped: nothing was tried";
  EXPECT_EQ(count_out(), of(all, "piiscrub_records_total"));
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
