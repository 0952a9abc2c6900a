// The configuration of a service: what is written is read, what is wrong is refused at its place.
#include "config/service_config.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/scrub.h"

namespace piiscrub {
namespace {

std::string errors_of(std::string_view text) {
  std::vector<Error> errors;
  (void)load_service_config(text, "c.toml", errors);
  std::string all;
  for (const Error& error : errors) all += error.text() + "\n";
  return all;
}

ServiceConfig load(std::string_view text) {
  std::vector<Error> errors;
  ServiceConfig config = load_service_config(text, "/etc/piiscrub/c.toml", errors);
  EXPECT_TRUE(errors.empty()) << errors.front().text();
  return config;
}

constexpr std::string_view kShort = "config_version = 1\n[[pipeline]]\nsources = ['file:/a']\nsinks = ['file:/b']\n";

TEST(ServiceConfigTest, ThreeLinesAreEnough) {
  const ServiceConfig config = load(kShort);
  ASSERT_EQ(config.pipelines.size(), 1U);
  const ServiceConfig::Pipeline& pipeline = config.pipelines[0];
  EXPECT_EQ(pipeline.name, "pipeline-1");
  ASSERT_EQ(pipeline.sources.size(), 1U);
  EXPECT_EQ(pipeline.sources[0].endpoint.value, "file:/a");
  EXPECT_EQ(pipeline.sources[0].endpoint.where.line, 3);
  ASSERT_EQ(pipeline.sinks.size(), 1U);
  EXPECT_EQ(pipeline.sinks[0].endpoint.value, "file:/b");
  EXPECT_EQ(config.state_directory, "/var/lib/piiscrub");
}

// The reference shows every default as it is: loading it makes no difference to leaving all of it out.
TEST(ServiceConfigTest, TheReferenceShowsTheDefaults) {
  const std::string path = std::string(PIISCRUB_SOURCE_DIR) + "/packaging/piiscrub.toml";
  std::vector<Error> errors;
  const ServiceConfig shown = load_service_config_file(path, errors);
  ASSERT_TRUE(errors.empty()) << errors.front().text();
  const ServiceConfig plain = load(kShort);
  EXPECT_EQ(shown.state_directory, plain.state_directory);
  EXPECT_EQ(shown.workers, plain.workers);
  EXPECT_EQ(shown.log_format, plain.log_format);
  EXPECT_EQ(shown.metrics_interval_ms, plain.metrics_interval_ms);
  EXPECT_EQ(shown.canary_interval_ms, plain.canary_interval_ms);
  const ServiceConfig::Pipeline& pipeline = shown.pipelines.at(0);
  EXPECT_EQ(pipeline.name, plain.pipelines[0].name);
  EXPECT_EQ(pipeline.format, plain.pipelines[0].format);
  EXPECT_EQ(pipeline.max_record_bytes, plain.pipelines[0].max_record_bytes);
  EXPECT_EQ(pipeline.canaries.size(), plain.pipelines[0].canaries.size());
  EXPECT_EQ(pipeline.spool, plain.pipelines[0].spool);
  EXPECT_EQ(pipeline.spool_max_bytes, plain.pipelines[0].spool_max_bytes);
  const ServiceConfig::Source& source = pipeline.sources.at(0);
  const ServiceConfig::Source& plain_source = plain.pipelines[0].sources[0];
  EXPECT_EQ(source.start, plain_source.start);
  EXPECT_EQ(source.follow_symlinks, plain_source.follow_symlinks);
  EXPECT_EQ(source.max_connections, plain_source.max_connections);
  EXPECT_EQ(source.max_connections_per_address, plain_source.max_connections_per_address);
  EXPECT_EQ(source.idle_timeout_ms, plain_source.idle_timeout_ms);
  EXPECT_EQ(source.allowed_users, plain_source.allowed_users);
  EXPECT_EQ(source.socket_mode, plain_source.socket_mode);
  const ServiceConfig::Sink& sink = pipeline.sinks.at(0);
  const ServiceConfig::Sink& plain_sink = plain.pipelines[0].sinks[0];
  EXPECT_EQ(sink.fsync, plain_sink.fsync);
  EXPECT_EQ(sink.mode, plain_sink.mode);
  EXPECT_EQ(sink.reconnect_min_ms, plain_sink.reconnect_min_ms);
  EXPECT_EQ(sink.reconnect_max_ms, plain_sink.reconnect_max_ms);
  EXPECT_EQ(sink.connect_timeout_ms, plain_sink.connect_timeout_ms);
}

// The errors of an unknown key list the known ones: each of them stands in the reference.
TEST(ServiceConfigTest, TheReferenceShowsEveryKey) {
  const std::string reference = test::read_file(std::string(PIISCRUB_SOURCE_DIR) + "/packaging/piiscrub.toml");
  const std::string errors = errors_of(
      "config_version = 1\nx = 1\n[service]\nx = 1\n[[pipeline]]\nx = 1\n[[pipeline.source]]\nx = 1\nendpoint = "
      "'stdin:'\ntls = { x = 1 }\n[[pipeline.sink]]\nx = 1\nendpoint = 'stdout:'\n[[policy]]\nx = 1\n");
  std::size_t tables = 0;
  for (std::size_t at = errors.find("known: "); at != std::string::npos; at = errors.find("known: ", at + 1)) {
    ++tables;
    std::string list = errors.substr(at + 7, errors.find(')', at) - at - 7) + ", ";
    for (std::size_t comma = list.find(", "); comma != std::string::npos; comma = list.find(", ")) {
      const std::string key = list.substr(0, comma);
      EXPECT_NE(reference.find(key), std::string::npos) << key;
      list.erase(0, comma + 2);
    }
  }
  EXPECT_EQ(tables, 7U);
}

TEST(ServiceConfigTest, ReadsEverything) {
  const ServiceConfig config = load(R"(
config_version = 1
[service]
state_directory = "state"
workers = 3
metrics_socket = "/run/m"
metrics_http = "127.0.0.1:9477"
metrics_interval = 0.5e1
log_format = "json"
[[pipeline]]
name = "a"
format = "text"
max_record_bytes = 1000
spool = true
spool_max_bytes = 2000000
policy = "p.toml"
rules = ["r.toml"]
terms = ["/t"]
receipts = "r.json"
sources = ["stdin:"]
[[pipeline.source]]
endpoint = "syslog+tls://[::1]:6514"
format = "text"
idle_timeout = 1.5
allowed_users = [0, 1000]
socket_mode = "0600"
tls = { certificate = "c.pem", key = "/k.pem", verify = false, fingerprints = ["AB"] }
[[pipeline.sink]]
endpoint = "tcp://h:1"
mode = "0640"
reconnect_min = 0.1
[[pipeline.sink]]
endpoint = "stdout:"
[[policy]]
policy = "q.toml"
pipelines = ["a"]
sources = ["stdin:"]
paths = ["/var/log/*.log"]
peers = ["10.0.0.0/8", "::1"]
users = [7]
fields = { Tenant = ["Acme", "ga*"], level = "debug" }
)");
  EXPECT_EQ(config.state_directory, "/etc/piiscrub/state");
  EXPECT_EQ(config.workers, 3U);
  EXPECT_EQ(config.metrics_socket->value, "/run/m");
  EXPECT_EQ(config.metrics_interval_ms, 5000U);
  EXPECT_EQ(config.log_format, LogFormat::json);
  const ServiceConfig::Pipeline& pipeline = config.pipelines.at(0);
  EXPECT_EQ(pipeline.name, "a");
  EXPECT_EQ(pipeline.format, Format::text);
  EXPECT_EQ(pipeline.max_record_bytes, 1000U);
  EXPECT_EQ(pipeline.policy->value, "/etc/piiscrub/p.toml");
  EXPECT_EQ(pipeline.rules.at(0).value, "/etc/piiscrub/r.toml");
  EXPECT_EQ(pipeline.terms.at(0).value, "/t");
  ASSERT_EQ(pipeline.sources.size(), 2U);
  const ServiceConfig::Source& source = pipeline.sources[1];
  EXPECT_EQ(pipeline.sources[0].format, std::nullopt);
  EXPECT_EQ(source.format, Format::text);
  EXPECT_EQ(source.idle_timeout_ms, 1500U);
  EXPECT_EQ(source.allowed_users, (std::vector<std::uint32_t>{0, 1000}));
  EXPECT_EQ(source.socket_mode, 0600U);
  EXPECT_EQ(source.tls.certificate->value, "/etc/piiscrub/c.pem");
  EXPECT_EQ(source.tls.key->value, "/k.pem");
  EXPECT_FALSE(source.tls.verify);
  EXPECT_EQ(pipeline.sinks.at(0).mode, 0640U);
  EXPECT_EQ(pipeline.sinks[0].reconnect_min_ms, 100U);
  EXPECT_EQ(pipeline.sinks.at(1).endpoint.value, "stdout:");
  const ServiceConfig::PolicyChoice& choice = config.policies.at(0);
  EXPECT_EQ(choice.where.line, 34);
  EXPECT_EQ(choice.policy.value, "/etc/piiscrub/q.toml");
  EXPECT_EQ(choice.pipelines.at(0).value, "a");
  EXPECT_EQ(choice.sources.at(0).value, "stdin:");
  EXPECT_EQ(choice.paths.at(0).value, "/var/log/*.log");
  EXPECT_EQ(choice.peers, (std::vector<Network>{*parse_network("10.0.0.0/8"), *parse_network("::1")}));
  EXPECT_EQ(choice.users, std::vector<std::uint32_t>{7});
  EXPECT_EQ(choice.fields, (std::vector<FieldCondition>{{"tenant", {"acme", "ga*"}}, {"level", {"debug"}}}));
  EXPECT_EQ(pipeline.receipts->value, "/etc/piiscrub/r.json");
  EXPECT_TRUE(pipeline.spool);
  EXPECT_EQ(pipeline.spool_max_bytes, 2'000'000U);
  EXPECT_EQ(config.metrics_http->value, "127.0.0.1:9477");
}

struct Refusal {
  std::string_view text;  // behind config_version = 1
  std::string_view error;
};

TEST(ServiceConfigTest, RefusesWithThePlace) {
  constexpr Refusal kRefusals[] = {
      {"", "c.toml: no pipeline (write a [[pipeline]] with sources and sinks)"},
      {"pipeline = 1\n", "c.toml:2:12: pipeline: expected an array, got an integer (write [[pipeline]]"},
      {"[[pipeline]]\nsinks = ['stdout:']\n", "c.toml:2:1: pipeline: no source"},
      {"[[pipeline]]\nsources = ['stdin:']\n", "c.toml:2:1: pipeline: no sink"},
      {"[[pipeline]]\nsources = 'stdin:'\n", "c.toml:3:11: sources: expected an array, got a string (put it into [ ])"},
      {"[policy]\n", "c.toml:2:1: policy: expected an array, got a table (write [[policy]], with two brackets)"},
      {"[[policy]]\npaths = ['/x']\n", "c.toml:2:1: missing 'policy'"},
      {"[[policy]]\npolicy = 'p'\n", "c.toml:2:1: policy: no condition"},
      {"[[policy]]\npolicy = 'p'\nfields = {}\n", "c.toml:4:10: fields: none is named"},
      {"[[policy]]\npolicy = 'p'\nfields = { 'a b' = 'x' }\n", "c.toml:4:12: fields: no record has such a key"},
      {"[[policy]]\npolicy = 'p'\nfields = { a = [] }\n", "c.toml:4:16: fields: no value"},
      {"[[policy]]\npolicy = 'p'\nfields = { a = 1 }\n", "c.toml:4:16: fields: 'a' must be texts"},
      {"[[pipeline]]\nspool_max_bytes = 1\n", "c.toml:3:19: spool_max_bytes: must be from 1048576 to"},
      {"[[policy]]\npolicy = 'p'\npeers = ['10.0.0.1/8']\n", "c.toml:4:10: peers: not an address or network"},
      {"[[policy]]\npolicy = 'p'\nusers = [-1]\n", "c.toml:4:10: users: not a user id"},
      {"[[pipeline]]\nname = 'app'\n[[policy]]\npolicy = 'p'\npipelines = ['ap']\n",
       "c.toml:6:14: pipelines: there is no pipeline 'ap' (did you mean 'app'?"},
      {"[[pipeline]]\nsources = ['stdin:']\n[[policy]]\npolicy = 'p'\nsources = ['stdin']\n",
       "c.toml:6:12: sources: no pipeline has the source"},
      {"[servce]\n", "c.toml:2:2: unknown key 'servce' (did you mean 'service'?"},
      {"[[pipeline]]\ncanaries = [\"a\\nb\"]\n", "c.toml:3:13: canaries: not one line"},
      {"[service]\nworkers = 0\n", "c.toml:3:11: workers: must be from 1 to 256"},
      {"[service]\nlog_format = 'jsn'\n", "c.toml:3:14: unknown log_format 'jsn' (did you mean 'json'?"},
      {"[service]\nmetrics_interval = 'x'\n", "c.toml:3:20: metrics_interval: must be seconds"},
      {"[[pipeline]]\nname = 'a b'\n", "c.toml:3:8: name: not a name"},
      {"[[pipeline]]\nname = 'a'\n[[pipeline]]\nname = 'a'\n", "c.toml:5:8: name: another pipeline has it"},
      {"[[pipeline]]\n[[pipeline.source]]\nstart = 'end'\n", "c.toml:3:1: missing 'endpoint'"},
      {"[[pipeline]]\n[[pipeline.source]]\nendpoint = 'stdin:'\nstart = 'ned'\n",
       "c.toml:5:9: unknown start 'ned' (did you mean 'end'?"},
      {"[[pipeline]]\n[[pipeline.sink]]\nendpoint = 'stdout:'\nmode = 640\n",
       "c.toml:5:8: mode: expected a string, got an integer (write it in quotes"},
      {"[[pipeline]]\n[[pipeline.sink]]\nendpoint = 'stdout:'\nmode = '0888'\n",
       "c.toml:5:8: mode: not permission bits"},
      {"[[pipeline]]\n[[pipeline.source]]\nendpoint = 'stdin:'\ntls = { certifcate = 'x' }\n",
       "c.toml:5:9: unknown key 'certifcate' (did you mean 'certificate'?"},
  };
  for (const Refusal& refusal : kRefusals) {
    const std::string errors = errors_of("config_version = 1\n" + std::string(refusal.text));
    EXPECT_NE(errors.find(refusal.error), std::string::npos) << refusal.error << "\ngot:\n" << errors;
  }
  EXPECT_NE(errors_of(kShort.substr(19)).find("missing 'config_version'"), std::string::npos);
}

}  // namespace
}  // namespace piiscrub
