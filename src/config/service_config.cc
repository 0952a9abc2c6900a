#include "config/service_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "config/table_reader.h"
#include "format/record_field.h"

namespace piiscrub {
namespace {

constexpr std::string_view kTopKeys[] = {"config_version", "service", "pipeline", "policy"};
constexpr std::string_view kServiceKeys[] = {"state_directory", "workers",          "metrics_file",    "metrics_socket",
                                             "metrics_http",    "metrics_interval", "canary_interval", "log_format"};
constexpr std::string_view kPipelineKeys[] = {"name",     "sources", "source",          "sinks",   "sink",
                                              "format",   "policy",  "rules",           "terms",   "max_record_bytes",
                                              "canaries", "spool",   "spool_max_bytes", "receipts"};
constexpr std::string_view kSourceKeys[] = {"endpoint",        "format",
                                            "start",           "follow_symlinks",
                                            "max_connections", "max_connections_per_address",
                                            "idle_timeout",    "allowed_users",
                                            "socket_mode",     "tls"};
constexpr std::string_view kSinkKeys[] = {"endpoint",      "fsync",           "mode", "reconnect_min",
                                          "reconnect_max", "connect_timeout", "tls"};
constexpr std::string_view kPolicyKeys[] = {"policy", "pipelines", "sources", "paths", "peers", "users", "fields"};
constexpr std::string_view kTlsKeys[] = {"certificate", "key", "ca", "verify", "server_name", "fingerprints"};

constexpr std::int64_t kMostWorkers = 256;
constexpr std::int64_t kMostRecordBytes = std::int64_t{256} << 20;
constexpr std::int64_t kLeastSpoolBytes = std::int64_t{1} << 20;
constexpr std::int64_t kMostSpoolBytes = std::int64_t{1} << 44;
constexpr std::int64_t kMostConnections = 1'000'000;
constexpr std::int64_t kMostSeconds = 86'400;
constexpr std::size_t kMostNameBytes = 64;

// Names become labels of metrics and fields of checkpoints.
bool is_pipeline_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostNameBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

class ServiceReader : TableReader {
 public:
  ServiceReader(const std::string& file, std::vector<Error>& errors) : TableReader(file, errors) {}

  ServiceConfig read(const TomlValue& root) {
    check_keys(root, kTopKeys);
    read_version(root);
    if (const TomlValue* service = get(root, "service", Kind::table)) read_service(*service);
    const TomlValue* const pipelines = get(root, "pipeline", Kind::array, "write [[pipeline]], with two brackets");
    if (root.find("pipeline") == nullptr) add_error({}, "no pipeline", "write a [[pipeline]] with sources and sinks");
    if (pipelines != nullptr) {
      for (const TomlValue& table : pipelines->array) read_pipeline(table);
    }
    if (const TomlValue* const policies = get(root, "policy", Kind::array, "write [[policy]], with two brackets")) {
      for (const TomlValue& table : policies->array) read_policy(table);
    }
    return std::move(config_);
  }

 private:
  void read_service(const TomlValue& table) {
    check_keys(table, kServiceKeys);
    if (auto path = read_path(table, "state_directory")) config_.state_directory = path->value;
    config_.workers = static_cast<unsigned>(read_number(table, "workers", 1, 1, kMostWorkers));
    config_.metrics_file = read_path(table, "metrics_file");
    config_.metrics_socket = read_path(table, "metrics_socket");
    config_.metrics_http = read_text(table, "metrics_http");
    config_.metrics_interval_ms = read_seconds(table, "metrics_interval", config_.metrics_interval_ms, 1);
    config_.canary_interval_ms = read_seconds(table, "canary_interval", config_.canary_interval_ms, 0);
    if (const auto format = read_name<LogFormat>(table, "log_format", kLogFormatNames)) {
      config_.log_format = format->value;
    }
  }

  void read_pipeline(const TomlValue& table) {
    if (table.kind != Kind::table) return expect("pipeline", Kind::table, table, "write each under a [[pipeline]]");
    check_keys(table, kPipelineKeys);
    ServiceConfig::Pipeline pipeline;
    pipeline.where = place(table.where);
    pipeline.name = read_pipeline_name(table);
    for (const Text& endpoint : read_texts(table, "sources")) pipeline.sources.push_back({.endpoint = endpoint});
    for (const TomlValue* const source : tables_of(table, "source")) pipeline.sources.push_back(read_source(*source));
    if (pipeline.sources.empty()) add_error(table.where, "pipeline: no source", R"(write sources = ["file:..."])");
    read_sinks(table, pipeline);
    if (const auto format = read_name<Format>(table, "format", kFormatNames)) pipeline.format = format->value;
    pipeline.max_record_bytes = static_cast<std::size_t>(read_number(
        table, "max_record_bytes", static_cast<std::int64_t>(pipeline.max_record_bytes), 1, kMostRecordBytes));
    pipeline.spool = read_flag(table, "spool");
    pipeline.spool_max_bytes = static_cast<std::uint64_t>(
        read_number(table, "spool_max_bytes", static_cast<std::int64_t>(pipeline.spool_max_bytes), kLeastSpoolBytes,
                    kMostSpoolBytes));
    pipeline.policy = read_path(table, "policy");
    pipeline.rules = read_paths(table, "rules");
    pipeline.terms = read_paths(table, "terms");
    pipeline.canaries = read_canaries(table);
    pipeline.receipts = read_path(table, "receipts");
    config_.pipelines.push_back(std::move(pipeline));
  }

  std::vector<Text> read_canaries(const TomlValue& table) {
    std::vector<Text> canaries = read_texts(table, "canaries");
    for (const Text& canary : canaries) {
      if (canary.value.find('\n') == std::string::npos) continue;
      add_error({canary.where.line, canary.where.column}, "canaries: not one line", "write what must not come out");
    }
    return canaries;
  }

  std::string read_pipeline_name(const TomlValue& table) {
    const std::optional<Text> given = read_text(table, "name");
    if (!given) return fmt::format("pipeline-{}", config_.pipelines.size() + 1);
    const TomlPosition where{given->where.line, given->where.column};
    if (!given->value.empty() && !is_pipeline_name(given->value)) {
      add_error(where, "name: not a name", "use letters, digits, '-', '_' and '.', at most 64");
    }
    const auto same = [&](const ServiceConfig::Pipeline& other) { return other.name == given->value; };
    if (std::any_of(config_.pipelines.begin(), config_.pipelines.end(), same)) {
      add_error(where, "name: another pipeline has it");
    }
    return given->value;
  }

  void read_sinks(const TomlValue& table, ServiceConfig::Pipeline& pipeline) {
    for (const Text& endpoint : read_texts(table, "sinks")) pipeline.sinks.push_back({.endpoint = endpoint});
    for (const TomlValue* const sink : tables_of(table, "sink")) pipeline.sinks.push_back(read_sink(*sink));
    if (pipeline.sinks.empty()) add_error(table.where, "pipeline: no sink", R"(write sinks = ["file:..."])");
  }

  ServiceConfig::Source read_source(const TomlValue& table) {
    check_keys(table, kSourceKeys);
    ServiceConfig::Source source;
    source.endpoint = read_endpoint(table);
    if (const auto format = read_name<Format>(table, "format", kFormatNames)) source.format = format->value;
    if (const auto start = read_name<StartAt>(table, "start", kStartAtNames)) source.start = start->value;
    source.follow_symlinks = read_flag(table, "follow_symlinks");
    source.max_connections = read_count(table, "max_connections", source.max_connections);
    source.max_connections_per_address =
        read_count(table, "max_connections_per_address", source.max_connections_per_address);
    source.idle_timeout_ms = read_seconds(table, "idle_timeout", 0, 0);
    source.socket_mode = read_mode(table, "socket_mode", source.socket_mode);
    source.tls = read_tls(table);
    source.allowed_users = read_users(table, "allowed_users");
    return source;
  }

  // ---- [[policy]]

  void read_policy(const TomlValue& table) {
    if (table.kind != Kind::table) return expect("policy", Kind::table, table, "write each under a [[policy]]");
    check_keys(table, kPolicyKeys);
    ServiceConfig::PolicyChoice choice;
    choice.where = place(table.where);
    if (table.find("policy") == nullptr) add_error(table.where, "missing 'policy'", "name the file of a policy");
    choice.policy = read_path(table, "policy").value_or(Text{});
    choice.pipelines = read_texts(table, "pipelines");
    choice.sources = read_texts(table, "sources");
    choice.paths = read_texts(table, "paths");
    choice.peers = read_peers(table);
    choice.users = read_users(table, "users");
    choice.fields = read_fields(table);
    if (!choice.fields.empty() && ++policies_by_fields_ > kMaxFieldPolicies) {
      add_error(table.where, fmt::format("policy: more than {} with 'fields'", kMaxFieldPolicies));
    }
    if (table.entries.size() < 2) {
      add_error(table.where, "policy: no condition",
                "write sources, paths, peers, users or fields, or policy in a [[pipeline]]");
    }
    check_names(choice);
    config_.policies.push_back(std::move(choice));
  }

  std::vector<FieldCondition> read_fields(const TomlValue& policy) {
    std::vector<FieldCondition> fields;
    const TomlValue* const table =
        get(policy, "fields", Kind::table, R"(write fields = { tenant = ["acme"], level = "debug" })");
    if (table == nullptr) return fields;
    if (table->entries.empty()) add_error(table->where, "fields: none is named");
    for (const TomlEntry& entry : table->entries) {
      FieldCondition& field = fields.emplace_back();
      field.key = lower(entry.key);
      if (!can_be_field(entry.key)) {
        add_error(entry.where, "fields: no record has such a key", "use letters, digits, '-', '_' and '.', at most 64");
      }
      const auto add = [&](const TomlValue& value) {
        if (value.kind != Kind::string || value.string.empty()) {
          add_error(value.where, fmt::format("fields:{} must be texts", in_quotes(entry.key)),
                    R"(write "text", or "te*" for whatever begins so)");
        } else {
          field.values.push_back(lower(value.string));
        }
      };
      if (entry.value.kind != Kind::array) {
        add(entry.value);
        continue;
      }
      for (const TomlValue& value : entry.value.array) add(value);
      if (entry.value.array.empty()) add_error(entry.value.where, "fields: no value", R"(write ["*"] for any)");
    }
    return fields;
  }

  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), to_lower);
    return text;
  }

  std::vector<Network> read_peers(const TomlValue& table) {
    std::vector<Network> networks;
    for (const TomlValue* const value : get_strings(table, "peers")) {
      if (const std::optional<Network> network = parse_network(value->string)) {
        networks.push_back(*network);
      } else {
        add_error(value->where, "peers: not an address or network", "write 10.0.0.0/8 or 192.0.2.7");
      }
    }
    return networks;
  }

  // A name that nothing has would leave records under another policy than was meant.
  void check_names(const ServiceConfig::PolicyChoice& choice) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> endpoints;
    for (const ServiceConfig::Pipeline& pipeline : config_.pipelines) {
      names.emplace_back(pipeline.name);
      for (const ServiceConfig::Source& source : pipeline.sources) endpoints.emplace_back(source.endpoint.value);
    }
    check_known(choice.pipelines, names, "pipelines: there is no pipeline");
    check_known(choice.sources, endpoints, "sources: no pipeline has the source");
  }

  void check_known(const std::vector<Text>& texts, Names known, std::string_view problem) {
    for (const Text& text : texts) {
      if (std::find(known.begin(), known.end(), text.value) != known.end()) continue;
      add_error({text.where.line, text.where.column}, fmt::format("{}{}", problem, in_quotes(text.value)),
                suggestion(text.value, known));
    }
  }

  ServiceConfig::Sink read_sink(const TomlValue& table) {
    check_keys(table, kSinkKeys);
    ServiceConfig::Sink sink;
    sink.endpoint = read_endpoint(table);
    sink.fsync = read_flag(table, "fsync");
    sink.mode = read_mode(table, "mode", sink.mode);
    sink.reconnect_min_ms = read_seconds(table, "reconnect_min", sink.reconnect_min_ms, 0);
    sink.reconnect_max_ms = read_seconds(table, "reconnect_max", sink.reconnect_max_ms, 0);
    sink.connect_timeout_ms = read_seconds(table, "connect_timeout", sink.connect_timeout_ms, 0);
    sink.tls = read_tls(table);
    if (sink.reconnect_min_ms > sink.reconnect_max_ms) {
      add_error(table.where, "reconnect_min: more than reconnect_max");
    }
    return sink;
  }

  ServiceConfig::Tls read_tls(const TomlValue& of) {
    ServiceConfig::Tls tls;
    const TomlValue* const table = get(of, "tls", Kind::table, "write tls = { certificate = ..., key = ... }");
    if (table == nullptr) return tls;
    check_keys(*table, kTlsKeys);
    tls.where = place(table->where);
    tls.certificate = read_path(*table, "certificate");
    tls.key = read_path(*table, "key");
    tls.ca = read_path(*table, "ca");
    if (const auto name = read_text(*table, "server_name")) tls.server_name = name->value;
    for (const Text& fingerprint : read_texts(*table, "fingerprints")) tls.fingerprints.push_back(fingerprint.value);
    tls.verify = read_flag(*table, "verify", true);
    return tls;
  }

  // ---- Kinds of values

  std::vector<const TomlValue*> tables_of(const TomlValue& table, std::string_view key) {
    std::vector<const TomlValue*> tables;
    const TomlValue* const array = get(table, key, Kind::array, fmt::format("write [[pipeline.{}]]", key));
    if (array == nullptr) return tables;
    for (const TomlValue& element : array->array) {
      if (element.kind == Kind::table) {
        tables.push_back(&element);
      } else {
        expect(key, Kind::table, element, fmt::format("write {}s = [...]", key));
      }
    }
    return tables;
  }

  Text read_endpoint(const TomlValue& table) {
    if (table.find("endpoint") == nullptr) add_error(table.where, "missing 'endpoint'");
    return read_text(table, "endpoint").value_or(Text{{}, place(table.where)});
  }

  std::size_t read_count(const TomlValue& table, std::string_view key, std::size_t otherwise) {
    return static_cast<std::size_t>(read_number(table, key, static_cast<std::int64_t>(otherwise), 1, kMostConnections));
  }

  std::vector<std::uint32_t> read_users(const TomlValue& table, std::string_view key) {
    std::vector<std::uint32_t> users;
    const TomlValue* const array = get(table, key, Kind::array);
    if (array == nullptr) return users;
    for (const TomlValue& user : array->array) {
      if (user.kind != Kind::integer || user.integer < 0 || user.integer > UINT32_MAX) {
        add_error(user.where, fmt::format("{}: not a user id", key), "write numbers");
      } else {
        users.push_back(static_cast<std::uint32_t>(user.integer));
      }
    }
    return users;
  }

  // Seconds, whole or not, as milliseconds.
  std::uint64_t read_seconds(const TomlValue& table, std::string_view key, std::uint64_t otherwise_ms,
                             std::int64_t least) {
    const TomlEntry* const entry = table.find(key);
    if (entry == nullptr) return otherwise_ms;
    double seconds = -1;
    if (entry->value.kind == Kind::integer) {
      seconds = static_cast<double>(entry->value.integer);
    } else if (entry->value.kind == Kind::number) {
      seconds = entry->value.number;
    }
    if (seconds >= static_cast<double>(least) && seconds <= static_cast<double>(kMostSeconds)) {
      return static_cast<std::uint64_t>(seconds * 1000);
    }
    add_error(entry->value.where, fmt::format("{}: must be seconds, from {} to {}", key, least, kMostSeconds));
    return otherwise_ms;
  }

  // Permission bits, as chmod(1) takes them.
  unsigned read_mode(const TomlValue& table, std::string_view key, unsigned otherwise) {
    const TomlValue* const value = get(table, key, Kind::string, "write it in quotes, as \"0640\"");
    if (value == nullptr) return otherwise;
    unsigned mode = 0;
    const std::string& text = value->string;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (error == std::errc() && end == text.data() + text.size() && mode <= 0777) return mode;
    add_error(value->where, fmt::format("{}: not permission bits", key), "write them in octal, as \"0640\"");
    return otherwise;
  }

  ServiceConfig config_;
  std::size_t policies_by_fields_ = 0;
};

ServiceConfig read_service_config(const Result<TomlValue>& root, const std::string& file, std::vector<Error>& errors) {
  if (!root) {
    errors.push_back(root.error());
    return {};
  }
  std::vector<Error> found;
  ServiceConfig config = ServiceReader(file, found).read(*root);
  sort_by_place(found);
  errors.insert(errors.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  return config;
}

}  // namespace

bool is_service_config(const std::string& path) {
  const Result<TomlValue> root = read_toml_file(path);
  return root && (root->find("pipeline") != nullptr || root->find("service") != nullptr);
}

ServiceConfig load_service_config(std::string_view toml_text, const std::string& file_name,
                                  std::vector<Error>& errors) {
  return read_service_config(read_toml(toml_text, file_name), file_name, errors);
}

ServiceConfig load_service_config_file(const std::string& path, std::vector<Error>& errors) {
  return read_service_config(read_toml_file(path), path, errors);
}

}  // namespace piiscrub
