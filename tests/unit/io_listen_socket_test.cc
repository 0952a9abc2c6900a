// The sockets that listeners make: whose path it is, who may connect, what is in the way.

#include "io/listen_socket.h"

#include <sys/stat.h>

#include <fstream>

#include "support/sockets.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;
using test::connect_to;
using test::listen_on;
using test::run_until;

class ListenSockets : public testing::Test {
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

TEST_F(ListenSockets, GiveTheirPathTheModeThatWasAskedFor) {
  for (const unsigned mode : {0600U, 0660U, 0666U}) {
    const auto listener = listen("unix:" + (directory_ / "in.sock"), {.socket_mode = mode});
    struct stat status {};
    ASSERT_EQ(::stat((directory_ / "in.sock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, mode);
  }
}

TEST_F(ListenSockets, ReplaceOnlySocketsThatNobodyListensOn) {
  for (const std::string& scheme : {"unix:"s, "unixgram:"s}) {
    const std::string path = directory_ / "in.sock";
    {
      const auto listener = listen(scheme + path);
      for (const std::string& other : {"unix:"s, "unixgram:"s}) {
        EXPECT_EQ(error_of(other + path),
                  "cannot listen on " + other + path + ": Address already in use (another process listens there)");
      }
      // As if its process had been killed.
      std::filesystem::rename(path, path + ".left");
      receiver_.all.clear();
    }
    std::filesystem::rename(path + ".left", path);
    EXPECT_EQ(error_of(scheme + path), "");
  }
  const std::string file = directory_ / "precious.log";
  std::ofstream(file) << "x";
  EXPECT_EQ(error_of("unix:" + file),
            "cannot listen on unix:" + file + ": Address already in use (a file that is no socket stands there)");
  EXPECT_EQ(std::filesystem::file_size(file), 1U);
}

TEST_F(ListenSockets, LeaveAPathThatIsNoLongerTheirs) {
  const std::string path = directory_ / "in.sock";
  const auto first = listen("unix:" + path);
  std::filesystem::remove(path);
  const auto second = listen("unix:" + path);
  first->close();
  const Fd client = connect_to(second->endpoint());
  ASSERT_TRUE(run_until(loop_, [&] { return receiver_.all.size() == 1; }));
}

TEST_F(ListenSockets, SayWhatIsWrong) {
  EXPECT_EQ(error_of("unix:/nonexistent/in.sock"),
            "cannot listen on unix:/nonexistent/in.sock: No such file or directory");
  EXPECT_EQ(error_of("tcp://192.0.2.1:0"), "cannot listen on tcp://192.0.2.1:0: Cannot assign requested address");
}

}  // namespace
}  // namespace piiscrub::io
