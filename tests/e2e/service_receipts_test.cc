// Receipts: a line for each finding, with its place, and nothing of the value.

#include <set>

#include "service.h"
#include "unix_socket.h"

namespace piiscrub::e2e {
namespace {

// The value of `key` in a line of JSON that has no escapes; without quotes.
std::string field(const std::string& line, const std::string& key) {
  const std::size_t at = line.find("\"" + key + "\":");
  if (at == std::string::npos) return {};
  std::size_t begin = at + key.size() + 3;
  const bool quoted = line[begin] == '"';
  if (quoted) ++begin;
  return line.substr(begin, line.find_first_of(quoted ? "\"" : ",}", begin) - begin);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t lf = text.find('\n', at);
    all.push_back(text.substr(at, lf - at));
    at = lf == std::string::npos ? text.size() : lf + 1;
  }
  return all;
}

class ServiceReceiptsTest : public ServiceTest {
 protected:
  [[nodiscard]] std::string receipts() const { return directory_ / "receipts"; }
  [[nodiscard]] std::vector<std::string> all() const { return lines_of(read_file(receipts())); }
  void expect_count(std::size_t count) {
    EXPECT_TRUE(eventually([&] { return all().size() >= count; })) << log();
    EXPECT_EQ(all().size(), count);
  }
};

TEST(Receipts, TellWhereWhatWasFoundAndWhatWasDone) {
  const TemporaryDirectory directory;
  const std::string path = directory / "receipts";
  const std::string log = "first alice@example.com\nnothing\n" + std::string(300'000, 'x') +
                          "\nsecond bob@example.org and 93.184.216.34, password=hunter2xq7\n";
  write_file(directory / "a.log", log);
  const Outcome outcome = run_piiscrub({"--receipts", path, "-j", "2", directory / "a.log"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const std::vector<std::string> all = lines_of(read_file(path));
  const std::vector<std::pair<std::string, std::string>> expected = {{"email", "alice@example.com"},
                                                                     {"email", "bob@example.org"},
                                                                     {"ipv4", "93.184.216.34"},
                                                                     {"key-password", "hunter2xq7"}};
  ASSERT_EQ(all.size(), expected.size()) << read_file(path);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(field(all[i], "source"), directory / "a.log");
    EXPECT_EQ(field(all[i], "offset"), std::to_string(log.find(expected[i].second))) << all[i];
    const std::string rule = field(all[i], "rule");
    EXPECT_TRUE(rule == expected[i].first || i == 3) << rule;  // of passwords there are several rules
    EXPECT_EQ(field(all[i], "action"), "redact");
    EXPECT_EQ(field(all[i], "pack").size(), std::string("sha256:").size() + 32);
    EXPECT_EQ(all[i].find(expected[i].second), std::string::npos);
  }
  // What could not be checked has one too, that says why.
  const std::string record = "over bob@example.org " + std::string(std::size_t{1} << 20, 'x') + " long\n";
  const std::string masks = directory / "masks";
  EXPECT_EQ(run_piiscrub({"--receipts", masks}, "first\n" + record + "third\n").status, 0);
  const std::vector<std::string> of_masks = lines_of(read_file(masks));
  ASSERT_EQ(of_masks.size(), 2U) << read_file(masks);
  EXPECT_EQ(field(of_masks[0], "rule"), "email");
  EXPECT_EQ(field(of_masks[0], "masked"), "");
  EXPECT_EQ(field(of_masks[1], "rule"), "");
  EXPECT_EQ(field(of_masks[1], "masked"), "overlong");
  EXPECT_EQ(field(of_masks[1], "offset"), std::to_string(6 + (std::size_t{1} << 20)));
  // Other rules have another digest; the same ones the same.
  write_file(directory / "own.toml",
             "[[rule]]\nid = \"badge\"\ntitle = \"Badge\"\ntype = \"badge\"\ncategory = \"contact\"\n"
             "match = '''BADGE-[0-9]{5}'''\nexamples = [\"«BADGE-12345»\"]\ncounter_examples = [\"BADGE-1\"]\n");
  EXPECT_EQ(run_piiscrub({"--receipts", path, "--rules", directory / "own.toml"}, "a@example.com\n").status, 0);
  EXPECT_EQ(run_piiscrub({"--receipts", path}, "a@example.com\n").status, 0);
  const std::vector<std::string> more = lines_of(read_file(path));
  ASSERT_EQ(more.size(), all.size() + 2);
  EXPECT_NE(field(more[all.size()], "pack"), field(all[0], "pack"));
  EXPECT_EQ(field(more[all.size() + 1], "pack"), field(all[0], "pack"));
  EXPECT_EQ(field(more[all.size() + 1], "source"), "stdin:");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(Receipts, ThatCannotBeWrittenAreAnError) {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("/dev/null", directory / "link");
  const Outcome outcome = run_piiscrub({"--receipts", directory / "link"}, "a@example.com\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("is a symbolic link"), std::string::npos) << outcome.err;
  const Outcome full = run_piiscrub({"--receipts", "/dev/full"}, "a@example.com\n");
  EXPECT_NE(full.status, 0);
  EXPECT_EQ(full.out, "[EMAIL]\n");
  EXPECT_NE(full.err.find("/dev/full: cannot write receipts"), std::string::npos) << full.err;
}

TEST_F(ServiceReceiptsTest, PlacesAreThoseInTheFiles) {
  configure("receipts = \"receipts\"\n");
  append(in("a.log"), lines(1, 500));
  start();
  expect_output(scrubbed(1, 500));
  std::filesystem::rename(in("a.log"), in("a.log.1"));
  append(in("a.log"), lines(501, 1000));
  expect_output(scrubbed(1, 1000));
  EXPECT_EQ(stop(), 0);
  expect_count(1000);
  const std::vector<std::string> got = all();
  std::set<std::string> inodes;
  for (int i = 1; i <= 1000; ++i) {
    const std::string& receipt = got[static_cast<std::size_t>(i - 1)];
    const std::string text = read_file(i <= 500 ? in("a.log.1") : in("a.log"));
    inodes.insert(field(receipt, "inode"));
    EXPECT_EQ(field(receipt, "source"), in("a.log"));
    const std::string value = "user" + std::to_string(i) + "@example.com";
    EXPECT_EQ(text.compare(std::stoul(field(receipt, "offset")), value.size(), value), 0) << receipt;
  }
  EXPECT_EQ(inodes.size(), 2U);
}

// None is missing for what is in the output, though the process ended in whatever way.
TEST_F(ServiceReceiptsTest, NoneIsMissingOverKills) {
  configure("receipts = \"receipts\"\n");
  start();
  for (int round = 0; round < 5; ++round) {
    append(in("a.log"), lines(1 + 2000 * round, 2000 + 2000 * round));
    EXPECT_TRUE(eventually([&] { return read_file(out()).size() >= scrubbed(1, 1500 + 2000 * round).size(); }));
    kill();
    start();
  }
  expect_output(scrubbed(1, 10'000));
  EXPECT_EQ(stop(), 0);
  std::set<std::string> offsets;
  for (const std::string& receipt : all()) offsets.insert(field(receipt, "offset"));
  EXPECT_EQ(offsets.size(), 10'000U);
}

TEST_F(ServiceReceiptsTest, OfConnectionsNameTheSender) {
  configure("receipts = \"receipts\"\n", "unix:" + directory_ / "in.sock");
  start();
  send_to(directory_ / "in.sock", lines(1, 3));
  expect_output(scrubbed(1, 3));
  EXPECT_EQ(stop(), 0);
  expect_count(3);
  EXPECT_EQ(field(all()[0], "source"), "unix:" + directory_ / "in.sock" + " uid:" + std::to_string(::geteuid()));
  EXPECT_EQ(field(all()[2], "offset"), std::to_string(lines(1, 3).find("user3@")));
}

TEST_F(ServiceReceiptsTest, BeginAndMoveByAReload) {
  append(in("a.log"), lines(1, 10));
  start();
  expect_output(scrubbed(1, 10));
  configure("receipts = \"receipts\"\n");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  append(in("a.log"), lines(11, 20));
  expect_output(scrubbed(1, 20));
  expect_count(10);
  std::filesystem::rename(receipts(), directory_ / "receipts.1");
  service_->kill(SIGHUP);
  supervisor_.wait_for("READY=1");
  append(in("a.log"), lines(21, 30));
  expect_output(scrubbed(1, 30));
  expect_count(10);
  EXPECT_EQ(lines_of(read_file(directory_ / "receipts.1")).size(), 10U);
  EXPECT_EQ(stop(), 0);
}

}  // namespace
}  // namespace piiscrub::e2e
