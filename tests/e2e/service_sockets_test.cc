// `piiscrub run` between sockets and files.

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

TEST_F(ServiceTest, WritesWhatConnectionsBring) {
  configure("", "unix:" + directory_ / "in/socket");
  start();
  send_to(in("socket"), lines(1, 100));
  expect_output(scrubbed(1, 100));
  send_to(in("socket"), lines(101, 101) + "cut@example.com");
  expect_output(scrubbed(1, 101) + "[EMAIL]\n");
  EXPECT_EQ(stop(), 0);
}

// What cannot be read again stays, though the checkpoint may be older.
TEST_F(ServiceTest, KeepsWhatConnectionsBroughtWhenItIsKilled) {
  configure("", "unix:" + directory_ / "in/socket");
  start();
  send_to(in("socket"), lines(1, 100));
  expect_output(scrubbed(1, 100));
  kill();
  start();
  send_to(in("socket"), lines(101, 101));
  expect_output(scrubbed(1, 101));
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServiceTest, SendsAllThereIsOnceTheCollectorComes) {
  configure("", "", "unix:" + directory_ / "in/collector");
  append(in("a.log"), lines(1, 1000));
  start();
  Collector collector(in("collector"));
  collector.accept();
  EXPECT_TRUE(collector.read(scrubbed(1, 1000).size()) == scrubbed(1, 1000));
  append(in("a.log"), lines(1001, 1001));
  EXPECT_EQ(collector.read(scrubbed(1001, 1001).size()), scrubbed(1001, 1001));
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
