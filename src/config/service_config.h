// Loading the configuration of `piiscrub run`: TOML text to a ServiceConfig.
//
//   config_version = 1
//
//   [[pipeline]]
//   sources = ["file:/var/log/app/*.log"]
//   sinks = ["file:/var/log/scrubbed/app.log"]
//
// packaging/piiscrub.toml shows every key with its default. Endpoints stay text here: src/daemon takes them apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/network.h"
#include "piiscrub/pipeline.h"
#include "piiscrub/policy_loader.h"
#include "piiscrub/result.h"

namespace piiscrub {

/// Where a file source begins to read a file.
enum class StartAt : std::uint8_t {
  checkpoint,  ///< where it stopped the last time; at the beginning of a file that it has never seen
  beginning,   ///< at the beginning, whatever was read before
  end,         ///< behind what is there at the start; at the beginning of files that appear later
};
inline constexpr std::string_view kStartAtNames[] = {"checkpoint", "beginning", "end"};

enum class LogFormat : std::uint8_t { text, json };
inline constexpr std::string_view kLogFormatNames[] = {"text", "json"};

struct ServiceConfig {
  using Text = Placed<std::string>;

  struct Tls {
    SourceLocation where;  ///< of the table; line 0: there is none
    std::optional<Text> certificate;
    std::optional<Text> key;
    std::optional<Text> ca;
    std::string server_name;
    std::vector<std::string> fingerprints;
    bool verify = true;
  };

  struct Source {
    Text endpoint;
    std::optional<Format> format;  ///< in place of the pipeline's
    StartAt start = StartAt::checkpoint;
    bool follow_symlinks = false;
    std::size_t max_connections = 10'000;
    std::size_t max_connections_per_address = 1'000;
    std::uint64_t idle_timeout_ms = 0;  ///< 0: never
    std::vector<std::uint32_t> allowed_users;
    unsigned socket_mode = 0660;
    Tls tls;
  };

  struct Sink {
    Text endpoint;
    bool fsync = false;    ///< of a file: before each checkpoint
    unsigned mode = 0600;  ///< of a file that is created
    std::uint64_t reconnect_min_ms = 200;
    std::uint64_t reconnect_max_ms = 30'000;
    std::uint64_t connect_timeout_ms = 10'000;
    Tls tls;
  };

  struct Pipeline {
    SourceLocation where;  ///< of its [[pipeline]]
    std::string name;      ///< unique; `pipeline-N` if it is not given
    std::vector<Source> sources;
    std::vector<Sink> sinks;
    Format format = Format::automatic;
    std::size_t max_record_bytes = std::size_t{1} << 20;
    std::optional<Text> policy;  ///< a file as policy_loader.h describes
    std::vector<Text> rules;     ///< files and directories
    std::vector<Text> terms;
    bool spool = false;  ///< scrubbed records are on the disk before they count as accepted
    std::uint64_t spool_max_bytes = std::uint64_t{1} << 30;
    std::vector<Text> canaries;    ///< texts that must not come out
    std::optional<Text> receipts;  ///< a file that tells of each finding (io/receipt_file.h)
  };

  /// A [[policy]]: used in place of a pipeline's own one where all its conditions hold, of each list one entry. The
  /// first that holds counts. With `fields` it depends on what records say: then it is used on top of the one that
  /// holds otherwise, and only tightens that (redact/tighten.h); all such that hold count.
  struct PolicyChoice {
    SourceLocation where;
    Text policy;                         ///< a file as policy_loader.h describes
    std::vector<Text> pipelines;         ///< names
    std::vector<Text> sources;           ///< endpoints, as a pipeline has them
    std::vector<Text> paths;             ///< of files that are read; as glob(7) has it
    std::vector<Network> peers;          ///< of connections
    std::vector<std::uint32_t> users;    ///< of connections over unix sockets
    std::vector<FieldCondition> fields;  ///< of records
  };

  std::string state_directory = "/var/lib/piiscrub";
  unsigned workers = 1;
  std::optional<Text> metrics_file;
  std::optional<Text> metrics_socket;
  std::optional<Text> metrics_http;  ///< ADDRESS:PORT
  std::uint64_t metrics_interval_ms = 5'000;
  std::uint64_t canary_interval_ms = 60'000;  ///< 0: only at the start and after a reload
  LogFormat log_format = LogFormat::text;
  std::vector<Pipeline> pipelines;
  std::vector<PolicyChoice> policies;
};

/// Whether the TOML file at `path` configures a service rather than a policy. False if it cannot be read.
bool is_service_config(const std::string& path);

/// Reads a configuration. Problems are appended to `errors`, ordered by line; the result is for use only if there are
/// none. `file_name` goes into places, and its directory in front of relative paths.
ServiceConfig load_service_config(std::string_view toml_text, const std::string& file_name, std::vector<Error>& errors);
ServiceConfig load_service_config_file(const std::string& path, std::vector<Error>& errors);

}  // namespace piiscrub
