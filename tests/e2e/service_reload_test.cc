// `piiscrub run`: what SIGHUP changes of sources, sinks and pipelines, and what goes on meanwhile.

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

class ServiceReloadTest : public ServiceTest {
 protected:
  /// A whole configuration; `service`: further lines of [service].
  void configure_all(const std::string& pipelines, const std::string& service = {}) {
    write_file(config(), "config_version = 1\n[service]\nstate_directory = \"state\"\nmetrics_socket = \"metrics\"\n" +
                             service + pipelines);
  }
  [[nodiscard]] std::string pipeline(const std::string& name, const std::string& sources,
                                     const std::string& sinks) const {
    return "[[pipeline]]\nname = \"" + name + "\"\nsources = [" + sources + "]\nsinks = [" + sinks + "]\n";
  }
  [[nodiscard]] std::string file(const std::string& name) const { return "\"file:" + directory_ / name + "\""; }
  [[nodiscard]] std::string socket(const std::string& name) const { return "\"unix:" + directory_ / name + "\""; }
  void reload() {
    service_->kill(SIGHUP);
    supervisor_.wait_for("READY=1");
  }
  void expect_in(const std::string& name, const std::string& text) {
    const std::string path = directory_ / name;
    EXPECT_TRUE(eventually([&] { return read_file(path).size() >= text.size(); })) << log();
    EXPECT_EQ(read_file(path), text);
  }
};

TEST_F(ServiceReloadTest, AddsAndRemovesFilesWhileOthersGoOn) {
  append(in("a.log"), lines(1, 100));
  append(in("b.log"), lines(101, 200));
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  start();
  expect_output(scrubbed(1, 100));
  configure_all(pipeline("app", file("in/a.log") + ", " + file("in/b.log"), file("out.log")));
  reload();
  expect_output(scrubbed(1, 200));
  configure_all(pipeline("app", file("in/b.log"), file("out.log")));
  reload();
  append(in("a.log"), line(999));
  append(in("b.log"), lines(201, 300));
  expect_output(scrubbed(1, 300));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, GoesOnInAnotherFileWhereItStood) {
  append(in("a.log"), lines(1, 100));
  configure_all(pipeline("app", file("in/*.log"), file("out.log")));
  start();
  expect_output(scrubbed(1, 100));
  configure_all(pipeline("app", file("in/*.log"), file("other.log")));
  reload();
  append(in("a.log"), lines(101, 200));
  expect_in("other.log", scrubbed(101, 200));
  EXPECT_EQ(read_file(out()), scrubbed(1, 100));
  kill();
  append(in("a.log"), lines(201, 300));
  start();
  expect_in("other.log", scrubbed(101, 300));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, AddsAndRemovesPipelines) {
  append(in("a.log"), line(1));
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  start();
  expect_output(scrubbed(1, 1));
  append(in("b.log"), line(2));
  configure_all(pipeline("other", file("in/b.log"), file("other.log")) +
                pipeline("app", file("in/a.log"), file("out.log")));
  reload();
  expect_in("other.log", scrubbed(2, 2));
  configure_all(pipeline("other", file("in/b.log"), file("other.log")));
  reload();
  append(in("a.log"), line(999));
  append(in("b.log"), line(3));
  expect_in("other.log", scrubbed(2, 3));
  expect_output(scrubbed(1, 1));
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  EXPECT_EQ(status.find("pipeline=\"app\""), std::string::npos) << status;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, KeepsAllOfTheOldStateIfSomethingCannotBeOpened) {
  append(in("a.log"), line(1));
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  start();
  expect_output(scrubbed(1, 1));
  std::filesystem::create_symlink("/dev/null", directory_ / "link.log");
  configure_all(pipeline("new", socket("in.sock"), file("new.log")) +
                pipeline("app", file("in/a.log") + ", " + socket("too.sock"), file("link.log")));
  reload();
  EXPECT_NE(log().find("link.log: cannot write: is a symbolic link"), std::string::npos) << log();
  EXPECT_NE(log().find("the old one goes on"), std::string::npos) << log();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "in.sock"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "too.sock"));
  append(in("a.log"), line(2));
  expect_output(scrubbed(1, 2));
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  EXPECT_NE(status.find("failed_reloads_total"), std::string::npos) << status;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, SaysWhatCannotChange) {
  start();
  std::string text = read_file(config());
  write_file(config(), text.replace(text.find("\"state\""), 7, "\"elsewhere\""));
  reload();
  EXPECT_NE(log().find("state_directory does not change by a reload"), std::string::npos) << log();
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, MovesItsMetrics) {
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  start();
  std::string text = read_file(config());
  write_file(config(), text.replace(text.find("\"metrics\""), 9, "\"metrics-2\"\nmetrics_file = \"metrics.prom\""));
  reload();
  EXPECT_NE(run_piiscrub({"status", "-c", config()}).out.find("reload_generation"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "metrics"));
  EXPECT_EQ(stop(), 0);
  EXPECT_NE(read_file(directory_ / "metrics.prom").find("piiscrub_reload_generation 2\n"), std::string::npos);
}

// What is open stays open: limits, sinks and other sources may change around it.
TEST_F(ServiceReloadTest, KeepsConnectionsOfASocketThatStays) {
  configure_all(pipeline("app", socket("in.sock"), file("out.log")));
  start();
  UnixClient client(directory_ / "in.sock");
  client.send(lines(1, 10) + "line 11 of user11@");
  expect_output(scrubbed(1, 10));
  configure_all("[[pipeline]]\nname = \"app\"\nsources = [" + file("in/a.log") + "]\nsinks = [" + file("out.log") +
                ", " + file("second.log") + "]\n[[pipeline.source]]\nendpoint = " + socket("in.sock") +
                "\nmax_connections = 1\nidle_timeout = 3600\n");
  reload();
  client.send("example.com\n");
  expect_output(scrubbed(1, 11));
  expect_in("second.log", scrubbed(11, 11));
  const UnixClient refused(directory_ / "in.sock");
  EXPECT_TRUE(refused.closed_by_peer());
  const std::string status = run_piiscrub({"status", "-c", config()}).out;
  EXPECT_NE(status.find("refused_connections_total\n              1  "), std::string::npos) << status;
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceReloadTest, WritesWhatASocketThatGoesHasBrought) {
  configure_all(pipeline("app", socket("in.sock"), file("out.log")));
  start();
  UnixClient client(directory_ / "in.sock");
  client.send(lines(1, 5000));
  expect_output(scrubbed(1, 5000));
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  reload();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "in.sock"));
  kill();  // what the socket has brought is not cut off
  start();
  append(in("a.log"), line(5001));
  expect_output(scrubbed(1, 5001));
  EXPECT_EQ(stop(), 0);
}

// What waits for a collector that does not answer goes to the sink that replaces it.
TEST_F(ServiceReloadTest, ReplacesACollectorThatIsGone) {
  append(in("a.log"), lines(1, 20000));
  configure_all(pipeline("app", file("in/a.log"), socket("nobody.sock")));
  start();
  EXPECT_TRUE(eventually([&] { return log().find("not connected") != std::string::npos; }));
  configure_all(pipeline("app", file("in/a.log"), file("out.log")));
  reload();
  expect_output(scrubbed(1, 20000));
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
