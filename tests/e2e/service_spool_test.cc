// `piiscrub run` with a spool: what a socket has brought is on the disk before it counts as accepted.

#include <thread>

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

class ServiceSpoolTest : public ServiceTest {
 protected:
  void configure_spool(const std::string& sink, const std::string& more = {}) {
    configure("spool = true\n" + more, "unix:" + directory_ / "in.sock", sink);
  }
  [[nodiscard]] std::string collector_path() const { return directory_ / "collector.sock"; }
  [[nodiscard]] std::string spool_path() const { return directory_ / "state/spool-app.db"; }

  /// What the service says that its spool holds.
  [[nodiscard]] long spooled() const {
    const std::string status = run_piiscrub({"status", "-c", config()}).out;
    const std::size_t at = status.find("spool_bytes\n");
    return at == std::string::npos ? 0 : std::stol(status.substr(status.find('\n', at)));
  }
};

TEST_F(ServiceSpoolTest, LosesNothingThatWasCommittedOverKills) {
  configure_spool("unix:" + collector_path());
  std::string expected;
  for (int round = 0; round < 5; ++round) {
    start();
    const std::string sent = lines(round * 1000 + 1, round * 1000 + 1000);
    expected += scrubbed(round * 1000 + 1, round * 1000 + 1000);
    send_to(directory_ / "in.sock", sent);
    EXPECT_TRUE(eventually([&] { return spooled() == static_cast<long>(expected.size()); })) << spooled();
    kill();
  }
  Collector collector(collector_path());
  start();
  collector.accept();
  EXPECT_TRUE(collector.read(expected.size()) == expected);
  EXPECT_TRUE(eventually([&] { return spooled() == 0; }));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceSpoolTest, PassesOnAtOnceWhatCanBeTaken) {
  configure_spool("file:" + out());
  start();
  for (int i = 1; i <= 20; ++i) {
    send_to(directory_ / "in.sock", line(i));
    expect_output(scrubbed(1, i));
  }
  EXPECT_EQ(stop(), 0);
  start();
  send_to(directory_ / "in.sock", line(21));
  expect_output(scrubbed(1, 21));
  EXPECT_EQ(stop(), 0);
}

// Sources wait while it is full: what they have sent comes later.
TEST_F(ServiceSpoolTest, IsBounded) {
  configure_spool("unix:" + collector_path(), "spool_max_bytes = 1048576\n");
  start();
  const std::string expected = scrubbed(1, 200'000);
  std::string sent = lines(1, 200'000);
  std::jthread sender([&] { send_to(directory_ / "in.sock", sent); });
  EXPECT_TRUE(eventually([&] {
    return run_piiscrub({"status", "-c", config()}).out.find("spool_full\n") != std::string::npos;
  }));
  EXPECT_LE(spooled(), 1048576);
  Collector collector(collector_path());
  collector.accept();
  EXPECT_TRUE(collector.read(expected.size()) == expected);
  sender.join();
  EXPECT_LE(std::filesystem::file_size(spool_path()), std::uintmax_t{16} << 20U);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceSpoolTest, PutsADamagedOneAside) {
  configure_spool("unix:" + collector_path());
  start();
  send_to(directory_ / "in.sock", lines(1, 1000));
  EXPECT_TRUE(eventually([&] { return spooled() > 0; }));
  EXPECT_EQ(stop(), 0);
  std::string bytes = read_file(spool_path());
  ASSERT_GT(bytes.size(), 8192U);
  bytes.replace(0, 4096, 4096, 'x');
  write_file(spool_path(), bytes);
  start();
  EXPECT_NE(log().find("spool-app.db: damaged; put aside as .bad-N"), std::string::npos) << log();
  EXPECT_TRUE(std::filesystem::exists(spool_path() + ".bad-1"));
  Collector collector(collector_path());
  send_to(directory_ / "in.sock", line(2000));
  collector.accept();
  EXPECT_EQ(collector.read(scrubbed(2000, 2000).size()), scrubbed(2000, 2000));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceSpoolTest, IsForTheServiceAloneAndStays) {
  configure_spool("unix:" + collector_path());
  start();
  send_to(directory_ / "in.sock", line(1));
  EXPECT_TRUE(eventually([&] { return spooled() > 0; }));
  for (const auto& entry : std::filesystem::directory_iterator(directory_ / "state")) {
    EXPECT_EQ(entry.status().permissions() & std::filesystem::perms::all,
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << entry.path();
  }
  configure("", "unix:" + directory_ / "in.sock", "unix:" + collector_path());
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  EXPECT_NE(log().find("spool does not change by a reload"), std::string::npos) << log();
  EXPECT_EQ(stop(), 0);
  start();
  EXPECT_NE(log().find("spool-app.db: is not used"), std::string::npos) << log();
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
