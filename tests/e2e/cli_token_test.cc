// Keys, `piiscrub token` and `piiscrub reveal`.

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "process.h"

namespace piiscrub::e2e {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Bytes 0 to 31.
constexpr std::string_view kSecret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
// Computed in Python: tests/unit/redact_token_test.cc.
constexpr std::string_view kToken = "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]";

void write_secret(const std::string& path, std::string_view text) {
  write_file(path, text);
  std::filesystem::permissions(path, std::filesystem::perms(0600));
}

// A configuration with the key k1 that makes tokens of e-mail addresses and encrypts social security numbers.
class TokenTest : public testing::Test {
 protected:
  TokenTest() {
    write_secret(directory_ / "k1.key", kSecret);
    write_config("k1 = 'k1.key'\n");
  }
  void write_config(std::string_view keys) const {
    write_file(config(),
               "config_version = 1\n[policy.type.email]\naction = 'token'\n[policy.type.us-ssn]\n"
               "action = 'encrypt'\n[keys]\n" +
                   std::string(keys));
  }
  [[nodiscard]] std::string config() const { return directory_ / "c.toml"; }
  [[nodiscard]] std::string scrubbed(std::string_view text) const { return run_piiscrub({"-c", config()}, text).out; }
  [[nodiscard]] Outcome token(const std::string& type, std::string_view value) const {
    return run_piiscrub({"token", type, "-c", config()}, value);
  }
  [[nodiscard]] Outcome reveal(std::string_view text) const { return run_piiscrub({"reveal", "-c", config()}, text); }

  TemporaryDirectory directory_;
};

// ----- token

TEST_F(TokenTest, IsTheOneInTheLog) {
  EXPECT_EQ(scrubbed("from alice@example.com\n"), "from " + std::string(kToken) + "\n");
  for (const std::string_view value : {"alice@example.com", "alice@example.com\n", " Alice@EXAMPLE.com\r\n"}) {
    const Outcome outcome = token("email", value);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out, std::string(kToken) + "\n");
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_F(TokenTest, IsMadeWithTheNewestKey) {
  write_secret(directory_ / "k2.key", std::string(64, 'a'));
  write_config("k1 = 'k1.key'\nk2 = 'k2.key'\n");
  EXPECT_TRUE(token("email", "alice@example.com").out.starts_with("[EMAIL:k2:"));
}

TEST_F(TokenTest, OfATypeThatTheLogHasNoneOfIsAWarning) {
  const Outcome outcome = token("us-ssn", "536-90-4399");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "[US_SSN:k1:aeowrot76zbl42i7x4tyvpyxse]\n");
  EXPECT_EQ(outcome.err,
            "piiscrub: the configuration makes no tokens of 'us-ssn', so this one is in none of its logs\n");
}

TEST_F(TokenTest, WhatCannotBeMadeIsSaidWithoutPayload) {
  const struct {
    Arguments arguments;
    std::string_view input;
    int status;
    std::string_view message;
  } kCases[] = {
      {{"token"}, "", 64, "'token' needs TYPE"},
      {{"token", "emial", "-c", config()}, "a@example.com", 64, "no rule has this type (did you mean 'email'?)"},
      {{"token", "alice@example.com", "-c", config()}, "x", 64, "no rule has this type"},
      {{"token", "email", "alice@example.com", "-c", config()}, "x", 64, "'token' was given too much (the value goes"},
      {{"token", "email", "-alice", "-c", config()}, "x", 64, "'token' was given too much (the value goes"},
      {{"token", "email", "--alice=1", "-c", config()}, "x", 64, "'token' was given too much (the value goes"},
      {{"token", "email", "-c", config()}, "", 64, "standard input: empty"},
      {{"token", "email", "-c", config()}, " \n", 64, "standard input: empty"},
      {{"token", "email", "-c", config()}, "alice@example.com\nbob@example.com\n", 64, "standard input: more than one"},
      {{"token", "email"}, "alice@example.com", 78, "no key is configured (name the configuration"},
  };
  for (const auto& [arguments, input, status, message] : kCases) {
    const Outcome outcome = run_piiscrub(arguments, input);
    EXPECT_EQ(outcome.status, status) << message;
    EXPECT_EQ(outcome.out, "") << message;
    EXPECT_TRUE(outcome.err.starts_with("piiscrub: " + std::string(message))) << outcome.err;
    EXPECT_FALSE(contains(outcome.err, "alice")) << outcome.err;
  }
}

// At a terminal the value is asked for and not shown; a signal leaves a terminal that shows what is typed.
TEST_F(TokenTest, PromptShowsNothing) {
  const std::string script = R"(
import os, pty, signal, sys, termios
def run(keys):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    seen = b''
    while b'Value: ' not in seen:
        seen += os.read(fd, 1000)
    assert not termios.tcgetattr(fd)[3] & termios.ECHO
    os.write(fd, keys)
    try:
        while data := os.read(fd, 1000):
            seen += data
    except OSError:
        pass
    return seen.decode(), os.waitpid(pid, 0)[1]
seen, status = run(b'alice@example.com\n')
assert status == 0 and 'alice' not in seen and sys.stdin.read() in seen, (seen, status)
seen, status = run(b'ali\x03')
assert os.WTERMSIG(status) == signal.SIGINT, status
)";
  const Outcome outcome =
      run_program({"python3", "-c", script, piiscrub_binary(), "token", "email", "-c", config()}, kToken);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
}

// ----- reveal

TEST_F(TokenTest, EncryptedValuesComeBack) {
  const std::string log = scrubbed("ssn=536-90-4399 mail=alice@example.com\nnothing\nssn 536-90-4398 [x] [EMAIL]\n");
  ASSERT_FALSE(contains(log, "536-90")) << log;
  const Outcome outcome = reveal(log);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "536-90-4399\n536-90-4398\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(TokenTest, OldKeysStillReveal) {
  const std::string log = scrubbed("ssn=536-90-4399\n");
  write_secret(directory_ / "k2.key", std::string(64, 'a'));
  write_config("k1 = 'k1.key'\nk2 = 'k2.key'\n");
  EXPECT_EQ(reveal(log).out, "536-90-4399\n");
}

TEST_F(TokenTest, WhatCannotBeRevealedIsSaidAndTheRestIsPrinted) {
  const std::string good = scrubbed("ssn=536-90-4399\n");
  std::string changed = scrubbed("ssn=536-90-4398\n");
  char& c = changed[changed.size() - 20];
  c = c == 'A' ? 'B' : 'A';
  const Outcome some = reveal(changed + good + std::regex_replace(good, std::regex("k1"), "kx"));
  EXPECT_EQ(some.status, 1);
  EXPECT_EQ(some.out, "536-90-4399\n");
  EXPECT_EQ(some.err,
            "piiscrub: value 1: the key 'k1' did not make this value, or it was changed since\n"
            "piiscrub: value 3: the value was encrypted with a key that is not here (give its key file)\n");
  const Outcome none = reveal("alice@example.com [EMAIL] " + std::string(kToken));
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.out, "");
  EXPECT_TRUE(none.err.starts_with("piiscrub: standard input: no encrypted value")) << none.err;
  EXPECT_FALSE(contains(none.err, "alice")) << none.err;
  const Outcome empty = reveal("\n");
  EXPECT_EQ(empty.status, 64);
  EXPECT_EQ(empty.err, "piiscrub: standard input: empty\n");
  const Outcome extra = run_piiscrub({"reveal", "[EMAIL:enc:k1:alice]", "-c", config()});
  EXPECT_EQ(extra.status, 64);
  EXPECT_FALSE(contains(extra.err, "alice")) << extra.err;
}

TEST_F(TokenTest, PythonDecryptsWhatWasEncrypted) {
  if (run_program({"python3", "-c", "import cryptography.fernet"}).status != 0) GTEST_SKIP() << "no cryptography";
  const std::string script = R"(
import base64, hmac, re, sys
from cryptography.fernet import Fernet
secret = bytes.fromhex(open(sys.argv[1]).read())
key = base64.urlsafe_b64encode(hmac.digest(secret, b"piiscrub/fernet/v1", "sha256"))
for token in re.findall(r"\[[A-Z0-9_]+:enc:k1:([A-Za-z0-9_=-]+)\]", sys.stdin.read()):
    print(Fernet(key).decrypt(token.encode()).decode())
)";
  const std::string log = scrubbed("ssn=536-90-4399 {\"ssn\": \"536-90-4398\"}\n");
  const Outcome outcome = run_program({"python3", "-c", script, directory_ / "k1.key"}, log);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "536-90-4399\n536-90-4398\n");
}

// ----- key files

TEST_F(TokenTest, WrongKeyFilesLetNothingThrough) {
  write_secret(directory_ / "short.key", "000102030405060708090a0b0c0d0e0f");
  write_secret(directory_ / "open.key", kSecret);
  std::filesystem::permissions(directory_ / "open.key", std::filesystem::perms(0644));
  const struct {
    std::string_view file;
    std::string_view message;
  } kCases[] = {
      {"missing.key", "missing.key: cannot read: No such file or directory"},
      {"short.key", "short.key: holds a key of 16 bytes (a key has 32 bytes or more: openssl rand -hex 32)"},
      {"open.key", "open.key: is accessible to group or others (run: chmod 600 "},
      {".", "is not a regular file"},
  };
  for (const auto& [file, message] : kCases) {
    write_config("k1 = '" + std::string(file) + "'\n");
    for (const Arguments& arguments :
         {Arguments{"-c", config()}, Arguments{"validate", "-c", config()}, Arguments{"token", "email", "-c", config()},
          Arguments{"reveal", "-c", config()}}) {
      const Outcome outcome = run_piiscrub(arguments, "alice@example.com\n");
      EXPECT_EQ(outcome.status, 78) << file;
      EXPECT_EQ(outcome.out, "") << file;
      EXPECT_TRUE(outcome.err.starts_with("piiscrub: " + config() + ":7:6: ")) << outcome.err;
      EXPECT_TRUE(contains(outcome.err, message)) << outcome.err;
      EXPECT_FALSE(contains(outcome.err, "0001020304")) << outcome.err;
    }
  }
}

}  // namespace
}  // namespace piiscrub::e2e
