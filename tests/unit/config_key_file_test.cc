// Key files are read in every spelling, and refused where others could read them or where they are too short.
#include "config/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace piiscrub {
namespace {

namespace fs = std::filesystem;

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    directory_ = (fs::temp_directory_path() / "piiscrub-key-file-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }
  void TearDown() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    fs::remove_all(directory_);
  }

  [[nodiscard]] std::string path(const std::string& name = "key") const { return directory_ + "/" + name; }
  std::string write(std::string_view content, mode_t mode = 0600) {
    std::ofstream(path(), std::ios::binary) << content;
    EXPECT_EQ(chmod(path().c_str(), mode), 0);
    return path();
  }
  // The key in a file with `content`, or the message of the error.
  std::string key_of(std::string_view content) {
    const Result<std::string> key = read_key_file(write(content));
    return key ? *key : "! " + key.error().message;
  }

  std::string directory_;
};

const std::string kBytes = "0123456789abcdefFAKE\x01\xff!!secret!!!";  // 33, no spelling of anything
constexpr std::string_view kHex = "30313233343536373839616263646566303132333435363738394142434445FF";
const std::string kOfHex = "0123456789abcdef0123456789ABCDE\xFF";
constexpr std::string_view kBase64 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERf8=";

TEST_F(KeyFileTest, EverySpellingIsRead) {
  EXPECT_EQ(key_of(kHex), kOfHex);
  EXPECT_EQ(key_of(std::string(kHex) + "\n"), kOfHex);
  EXPECT_EQ(key_of(std::string(kHex) + "\r\n"), kOfHex);
  EXPECT_EQ(key_of(kBase64), kOfHex);
  EXPECT_EQ(key_of(std::string(kBase64) + "\n"), kOfHex);
  EXPECT_EQ(key_of(kBase64.substr(0, 43)), kOfHex) << "without padding";
  const std::string url = "-_-_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERf8=";
  EXPECT_EQ(key_of(url), "\xfb\xff\xbf" + kOfHex);
  EXPECT_EQ(key_of("+/+/" + url.substr(4)), "\xfb\xff\xbf" + kOfHex);
  EXPECT_EQ(key_of(kBytes), kBytes);
  EXPECT_EQ(key_of(kBytes + "\n"), kBytes + "\n") << "a raw key may end in any byte";
}

TEST_F(KeyFileTest, AKeyHas32Bytes) {
  EXPECT_EQ(key_of(""), "! holds a key of 0 bytes");
  EXPECT_EQ(key_of("\n"), "! holds a key of 1 bytes");
  EXPECT_EQ(key_of(kBytes.substr(0, 31)), "! holds a key of 31 bytes");
  EXPECT_EQ(key_of(kHex.substr(2)), "! holds a key of 31 bytes");
  EXPECT_EQ(key_of(kHex.substr(0, 32)), "! holds a key of 16 bytes") << "32 digits are 16 bytes";
  EXPECT_EQ(key_of(kBase64.substr(0, 40)), "! holds a key of 30 bytes");
  EXPECT_EQ(key_of(std::string(kMaxKeyFileBytes + 1, '!')), "! has more than 4096 bytes");
}

TEST_F(KeyFileTest, OnlyTheOwnerMayHaveRights) {
  for (const mode_t mode : {0400U, 0600U, 0700U}) EXPECT_TRUE(read_key_file(write(kHex, mode)).has_value()) << mode;
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0644U, 0666U}) {
    const Result<std::string> key = read_key_file(write(kHex, mode));
    ASSERT_FALSE(key.has_value()) << mode;
    EXPECT_EQ(key.error().file, path());
    EXPECT_EQ(key.error().message, "is accessible to group or others");
    EXPECT_EQ(key.error().advice, "run: chmod 600 " + path());
  }
}

TEST_F(KeyFileTest, AnotherUsersFileIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  write(kHex, 0600);
  ASSERT_EQ(chown(path().c_str(), 12345, 12345), 0);
  const Result<std::string> key = read_key_file(path());
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().message, "belongs to another user");
}

TEST_F(KeyFileTest, SystemdsCredentialsAreFine) {
  write(kHex, 0440);
  setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  EXPECT_TRUE(read_key_file(path()).has_value());
  setenv("CREDENTIALS_DIRECTORY", "/nonexistent", 1);
  EXPECT_FALSE(read_key_file(path()).has_value());
  setenv("CREDENTIALS_DIRECTORY", "", 1);
  EXPECT_FALSE(read_key_file(path()).has_value());
  // A path that only starts there is not in there.
  fs::create_directory(path("credentials"));
  setenv("CREDENTIALS_DIRECTORY", path("credentials").c_str(), 1);
  EXPECT_FALSE(read_key_file(path("credentials/../key")).has_value());
}

TEST_F(KeyFileTest, OnlyRegularFilesAreRead) {
  EXPECT_EQ(read_key_file(path("missing")).error().message, "cannot read: No such file or directory");
  EXPECT_EQ(read_key_file(directory_).error().message, "is not a regular file");
  EXPECT_EQ(read_key_file("/dev/zero").error().message, "is not a regular file");
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_key_file(path("fifo")).error().message, "is not a regular file");
  write(kHex);
  fs::create_symlink(path(), path("link"));
  EXPECT_TRUE(read_key_file(path("link")).has_value()) << "secrets are mounted as links";
}

TEST_F(KeyFileTest, NoErrorHoldsContent) {
  for (const std::string_view content : {"hunter2hunter2", "deadbeef", "c2VjcmV0"}) {
    const std::string text = read_key_file(write(content)).error().text();
    EXPECT_EQ(text.find(content), std::string::npos) << text;
  }
}

TEST_F(KeyFileTest, ASaltIsTakenAsItIs) {
  EXPECT_EQ(*read_salt_file(write("my-salt\n")), "my-salt");
  EXPECT_EQ(*read_salt_file(write("6d79")), "6d79") << "not decoded: CockroachDB does not either";
  EXPECT_EQ(*read_salt_file(write("two\n\n")), "two\n");
  EXPECT_EQ(*read_salt_file(write("")), "");
  EXPECT_FALSE(read_salt_file(write("my-salt", 0644)).has_value());
}

}  // namespace
}  // namespace piiscrub
