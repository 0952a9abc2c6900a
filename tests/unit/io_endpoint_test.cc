// parse_endpoint: what users write, and what they are told where it makes no sense.

#include "io/endpoint.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub::io {
namespace {

constexpr auto kSource = Direction::source;
constexpr auto kSink = Direction::sink;

struct Good {
  std::string_view text;
  Direction direction;
  Endpoint expected;  // without text
};

const std::vector<Good> kGood = {
    {"stdin:", kSource, {.transport = Transport::standard}},
    {"stdout:", kSink, {.transport = Transport::standard}},
    {"file:/var/log/*.log", kSource, {.transport = Transport::file, .path = "/var/log/*.log"}},
    {"file:out:1.log", kSink, {.transport = Transport::file, .path = "out:1.log"}},
    {"tcp://127.0.0.1:5514", kSource, {.transport = Transport::tcp, .host = "127.0.0.1", .port = 5514}},
    {"syslog+tcp://log.example.com:514",
     kSink,
     {.transport = Transport::tcp, .syslog = true, .host = "log.example.com", .port = 514}},
    {"tls://[2001:db8::1]:6514", kSink, {.transport = Transport::tls, .host = "2001:db8::1", .port = 6514}},
    {"tcp://[fe80::1%eth0]:1", kSink, {.transport = Transport::tcp, .host = "fe80::1%eth0", .port = 1}},
    {"syslog+tls://[::]:6514", kSource, {.transport = Transport::tls, .syslog = true, .host = "::", .port = 6514}},
    {"tcp://:5170", kSource, {.transport = Transport::tcp, .host = "127.0.0.1", .port = 5170}},
    {"tcp://localhost:0", kSource, {.transport = Transport::tcp, .host = "localhost", .port = 0}},
    {"udp://h_1:65535", kSink, {.transport = Transport::udp, .host = "h_1", .port = 65535}},
    {"syslog+udp://0.0.0.0:514",
     kSource,
     {.transport = Transport::udp, .syslog = true, .host = "0.0.0.0", .port = 514}},
    {"unix:/run/app.sock", kSource, {.transport = Transport::unix_stream, .path = "/run/app.sock"}},
    {"syslog+unix:/run/app.sock",
     kSink,
     {.transport = Transport::unix_stream, .syslog = true, .path = "/run/app.sock"}},
    {"syslog+unixgram:/dev/log", kSource, {.transport = Transport::unix_datagram, .syslog = true, .path = "/dev/log"}},
    {"exec:/bin/cat", kSink, {.transport = Transport::exec, .argv = {"/bin/cat"}}},
    {"exec: logger  -t x ", kSink, {.transport = Transport::exec, .argv = {"logger", "-t", "x"}}},
    {"systemd:syslog", kSource, {.transport = Transport::systemd, .path = "syslog"}},
    {"syslog+systemd:in", kSource, {.transport = Transport::systemd, .syslog = true, .path = "in"}},
};

TEST(ParseEndpoint, UnderstandsEveryForm) {
  for (const Good& row : kGood) {
    const Result<Endpoint> parsed = parse_endpoint(row.text, row.direction);
    ASSERT_TRUE(parsed) << row.text << ": " << parsed.error().text();
    Endpoint expected = row.expected;
    expected.text = row.text;
    EXPECT_EQ(*parsed, expected) << row.text;
  }
}

struct Bad {
  std::string_view text;
  Direction direction;
  std::string_view error;
};

const std::string kLongPath(108, 'p');
const std::string kLongSocket = "unix:" + kLongPath;

const std::vector<Bad> kBad = {
    {"", kSource, "\"\" is not an endpoint (such as file:PATH or tcp://HOST:PORT)"},
    {"/var/log/x", kSource, "\"/var/log/x\" is not an endpoint (such as file:PATH or tcp://HOST:PORT)"},
    {"tpc://h:1", kSink, "unknown kind of endpoint \"tpc\" (did you mean tcp?)"},
    {"syslog+unxi:/x", kSink, "unknown kind of endpoint \"unxi\" (did you mean unix?)"},
    {"kafka://h:1", kSink,
     "unknown kind of endpoint \"kafka\" (known: stdin:, stdout:, file:PATH, tcp://HOST:PORT, tls://HOST:PORT, "
     "udp://HOST:PORT, unix:PATH, unixgram:PATH, exec:PROGRAM ARG..., systemd:NAME)"},
    {"stdin:", kSink, "stdin: is not a sink"},
    {"stdout:", kSource, "stdout: is not a source"},
    {"exec:cat", kSource, "exec:PROGRAM ARG... is not a source"},
    {"systemd:x", kSink, "systemd:NAME is not a sink"},
    {"stdin:x", kSource, "nothing may follow stdin:"},
    {"syslog+file:/x", kSink, "file:PATH takes no syslog+"},
    {"syslog+exec:x", kSink, "exec:PROGRAM ARG... takes no syslog+"},
    {"file:", kSource, "nothing follows the colon (write file:PATH)"},
    {"systemd:", kSource, "nothing follows the colon (write systemd:NAME)"},
    {"tcp:h:1", kSink, "there is no // behind the colon (write tcp://HOST:PORT)"},
    {"tcp://h", kSink, "there is no port (write HOST:PORT)"},
    {"tcp://[::1]", kSink, "there is no port (write HOST:PORT)"},
    {"tcp://h:", kSink, "\"\" is not a port (a number from 1 to 65535)"},
    {"tcp://h:65536", kSink, "\"65536\" is not a port (a number from 1 to 65535)"},
    {"tcp://h:-1", kSink, "\"-1\" is not a port (a number from 1 to 65535)"},
    {"tcp://h:1/x", kSink, "\"1/x\" is not a port (a number from 1 to 65535)"},
    {"tcp://h:0", kSink, "port 0 cannot be connected to"},
    {"tcp://:514", kSink, "there is no host to connect to (write HOST:PORT)"},
    {"tcp://::1:514", kSink, "an IPv6 address needs brackets (write [ADDRESS]:PORT)"},
    {"tcp://[::1:514", kSink, "the bracket of the IPv6 address is not closed"},
    {"tcp://[::1]x:514", kSink, "there is text between the IPv6 address and the port"},
    {"tcp://[h]:514", kSink, "\"h\" is not an IPv6 address"},
    {"tcp://u@h:514", kSink, "\"u@h\" is not a host name or address"},
    {"tcp://-h:514", kSink, "\"-h\" is not a host name or address"},
    {"unix:@name", kSource, "abstract socket names are not supported (use a path)"},
    {kLongSocket, kSink, "the path is too long for a socket (at most 107 bytes)"},
    {"exec:  ", kSink, "there is no program to run"},
    {"exec:a | b", kSink, "a command is split at blanks and not run by a shell (put what needs a shell into a script)"},
    {"file:/a\nb", kSource, "an endpoint holds no control characters"},
};

TEST(ParseEndpoint, SaysWhatIsWrong) {
  for (const Bad& row : kBad) {
    const Result<Endpoint> parsed = parse_endpoint(row.text, row.direction);
    ASSERT_FALSE(parsed) << row.text;
    EXPECT_EQ(parsed.error().text(), row.error) << row.text;
  }
}

}  // namespace
}  // namespace piiscrub::io
