// `piiscrub run` with several sinks: each record to all, at the pace of the slowest.

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

class ServiceSinksTest : public ServiceTest {
 protected:
  void configure_sinks(const std::string& second) {
    configure("", "", out() + "\", \"" + second);
    std::string text = read_file(config());
    write_file(config(), text.replace(text.find("sinks = [\""), 10, "sinks = [\"file:"));
  }
};

TEST_F(ServiceSinksTest, GetTheSameRecords) {
  configure_sinks("file:" + directory_ / "second.log");
  append(in("a.log"), lines(1, 5000));
  start();
  expect_output(scrubbed(1, 5000));
  EXPECT_TRUE(eventually([&] { return read_file(directory_ / "second.log").size() >= scrubbed(1, 5000).size(); }));
  EXPECT_TRUE(read_file(directory_ / "second.log") == scrubbed(1, 5000));
  EXPECT_EQ(stop(), 0);
}

// The collector comes late: what was read waits for it, and the file is not far ahead.
TEST_F(ServiceSinksTest, WaitForTheSlowest) {
  configure_sinks("unix:" + directory_ / "collector.sock");
  append(in("a.log"), lines(1, 100'000));
  start();
  EXPECT_TRUE(eventually([&] { return !read_file(out()).empty(); }));
  EXPECT_TRUE(eventually([&] { return log().find("not connected") != std::string::npos; }));
  EXPECT_LT(read_file(out()).size(), std::size_t{1} << 20U);
  Collector collector(directory_ / "collector.sock");
  collector.accept();
  EXPECT_TRUE(collector.read(scrubbed(1, 100'000).size()) == scrubbed(1, 100'000));
  expect_output(scrubbed(1, 100'000));
  EXPECT_EQ(stop(), 0);
}

// The checkpoint is that of the slowest: a kill costs nothing, but what the file was ahead comes again.
TEST_F(ServiceSinksTest, LoseNothingOverAKill) {
  configure_sinks("unix:" + directory_ / "collector.sock");
  append(in("a.log"), lines(1, 20'000));
  start();
  EXPECT_TRUE(eventually([&] { return !read_file(out()).empty(); }));
  kill();
  Collector collector(directory_ / "collector.sock");
  start();
  collector.accept();
  EXPECT_TRUE(collector.read(scrubbed(1, 20'000).size()) == scrubbed(1, 20'000));
  EXPECT_TRUE(eventually([&] { return read_file(out()).ends_with(scrubbed(1, 20'000)); })) << log();
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceSinksTest, AreNamedInMetrics) {
  configure_sinks("file:" + directory_ / "second.log");
  std::string text = read_file(config());
  write_file(config(), text.insert(text.find("[[pipeline]]"), "metrics_file = \"metrics.prom\"\n"));
  start();
  EXPECT_EQ(stop(), 0);
  const std::string metrics = read_file(directory_ / "metrics.prom");
  for (const std::string& path : {out(), directory_ / "second.log"}) {
    EXPECT_NE(metrics.find("piiscrub_sink_queue_bytes{pipeline=\"app\",sink=\"file:" + path + "\"} 0\n"),
              std::string::npos)
        << metrics;
  }
}

}  // namespace
}  // namespace piiscrub::e2e
