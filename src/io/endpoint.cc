#include "io/endpoint.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/edit_distance.h"

namespace piiscrub::io {
namespace {

// What stands behind the scheme.
enum class Form : std::uint8_t { nothing, address, path, socket_path, name, command };

struct Scheme {
  std::string_view name;
  Transport transport;
  Form form;
  std::string_view usage;
  bool is_source;
  bool is_sink;
  bool may_be_syslog;
};

constexpr Scheme kSchemes[] = {
    {"stdin", Transport::standard, Form::nothing, "stdin:", true, false, false},
    {"stdout", Transport::standard, Form::nothing, "stdout:", false, true, false},
    {"file", Transport::file, Form::path, "file:PATH", true, true, false},
    {"tcp", Transport::tcp, Form::address, "tcp://HOST:PORT", true, true, true},
    {"tls", Transport::tls, Form::address, "tls://HOST:PORT", true, true, true},
    {"udp", Transport::udp, Form::address, "udp://HOST:PORT", true, true, true},
    {"unix", Transport::unix_stream, Form::socket_path, "unix:PATH", true, true, true},
    {"unixgram", Transport::unix_datagram, Form::socket_path, "unixgram:PATH", true, true, true},
    {"exec", Transport::exec, Form::command, "exec:PROGRAM ARG...", false, true, false},
    {"systemd", Transport::systemd, Form::name, "systemd:NAME", true, false, true},
};
constexpr std::string_view kSyslog = "syslog+";
constexpr std::string_view kLoopback = "127.0.0.1";
constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035, section 2.3.4, as text

Error wrong(std::string message, std::string advice = {}) {
  return {.file = {}, .message = std::move(message), .advice = std::move(advice)};
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string write_it(const Scheme& scheme) { return "write " + std::string(scheme.usage); }

Error unknown_scheme(std::string_view name) {
  std::vector<std::string_view> names;
  std::string known;
  for (const Scheme& scheme : kSchemes) {
    names.push_back(scheme.name);
    known += (known.empty() ? "" : ", ") + std::string(scheme.usage);
  }
  const std::optional<std::string_view> meant = closest(name, names);
  return wrong("unknown kind of endpoint " + quoted(name),
               meant ? "did you mean " + std::string(*meant) + "?" : "known: " + known);
}

bool is_ipv6(std::string_view host) {
  in6_addr address{};
  const std::string text(host.substr(0, host.find('%')));  // RFC 4007, section 11: a zone may follow
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_host_name(std::string_view host) {
  return host.size() <= kMaxHostBytes && host.front() != '.' && host.front() != '-' &&
         std::all_of(host.begin(), host.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

std::optional<Error> parse_port(std::string_view text, Direction direction, Endpoint& endpoint) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), endpoint.port);
  if (error != std::errc() || end != text.data() + text.size()) {
    return wrong(quoted(text) + " is not a port", "a number from 1 to 65535");
  }
  if (endpoint.port == 0 && direction == Direction::sink) return wrong("port 0 cannot be connected to");
  return std::nullopt;
}

// HOST:PORT, [IPv6]:PORT or, for a source, :PORT
std::optional<Error> parse_address(std::string_view text, Direction direction, Endpoint& endpoint) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return wrong("the bracket of the IPv6 address is not closed");
  const std::size_t colon = text.find(':', bracket);
  if (colon == std::string_view::npos) return wrong("there is no port", "write HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return wrong("there is text between the IPv6 address and the port");
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return wrong(quoted(host) + " is not an IPv6 address");
  } else if (port.find(':') != std::string_view::npos) {
    return wrong("an IPv6 address needs brackets", "write [ADDRESS]:PORT");
  } else if (host.empty()) {
    if (direction == Direction::sink) return wrong("there is no host to connect to", "write HOST:PORT");
    host = kLoopback;
  } else if (!is_host_name(host)) {
    return wrong(quoted(host) + " is not a host name or address");
  }
  endpoint.host = host;
  return parse_port(port, direction, endpoint);
}

std::optional<Error> parse_socket_path(std::string_view text, Endpoint& endpoint) {
  // Abstract names have no permissions: whoever runs on the machine could connect, or be there first.
  if (text.starts_with('@')) return wrong("abstract socket names are not supported", "use a path");
  if (text.size() >= sizeof(sockaddr_un::sun_path)) {
    return wrong("the path is too long for a socket",
                 "at most " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes");
  }
  endpoint.path = text;
  return std::nullopt;
}

// At blanks, without quoting: nothing here is a shell's, and nobody should think that it is.
std::optional<Error> parse_command(std::string_view text, Endpoint& endpoint) {
  if (text.find_first_of("\"'\\`$|<>;&") != std::string_view::npos) {
    return wrong("a command is split at blanks and not run by a shell", "put what needs a shell into a script");
  }
  for (std::size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    endpoint.argv.emplace_back(text.substr(at, end - at));
    at = end;
  }
  if (endpoint.argv.empty()) return wrong("there is no program to run");
  return std::nullopt;
}

// `rest` is what follows the colon.
std::optional<Error> parse_rest(const Scheme& scheme, std::string_view rest, Direction direction, Endpoint& endpoint) {
  if (scheme.form == Form::nothing) {
    if (!rest.empty()) return wrong("nothing may follow " + std::string(scheme.usage));
    return std::nullopt;
  }
  if (scheme.form == Form::address) {
    if (!rest.starts_with("//")) return wrong("there is no // behind the colon", write_it(scheme));
    return parse_address(rest.substr(2), direction, endpoint);
  }
  if (rest.empty()) return wrong("nothing follows the colon", write_it(scheme));
  if (scheme.form == Form::command) return parse_command(rest, endpoint);
  if (scheme.form == Form::socket_path) return parse_socket_path(rest, endpoint);
  endpoint.path = rest;
  return std::nullopt;
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text, Direction direction) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return wrong(quoted(text) + " is not an endpoint", "such as file:PATH or tcp://HOST:PORT");
  }
  const bool control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (control) return wrong("an endpoint holds no control characters");
  Endpoint endpoint;
  endpoint.text = text;
  std::string_view name = text.substr(0, colon);
  endpoint.syslog = name.starts_with(kSyslog);
  if (endpoint.syslog) name.remove_prefix(kSyslog.size());
  const auto* const scheme =
      std::find_if(std::begin(kSchemes), std::end(kSchemes), [&](const Scheme& row) { return row.name == name; });
  if (scheme == std::end(kSchemes)) return unknown_scheme(name);
  endpoint.transport = scheme->transport;
  if (endpoint.syslog && !scheme->may_be_syslog) return wrong(std::string(scheme->usage) + " takes no syslog+");
  if (direction == Direction::source && !scheme->is_source)
    return wrong(std::string(scheme->usage) + " is not a source");
  if (direction == Direction::sink && !scheme->is_sink) return wrong(std::string(scheme->usage) + " is not a sink");
  if (std::optional<Error> error = parse_rest(*scheme, text.substr(colon + 1), direction, endpoint)) {
    return *std::move(error);
  }
  return endpoint;
}

}  // namespace piiscrub::io
