#include "io/http_server.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "io/socket_address.h"
#include "io/socket_watcher.h"

namespace piiscrub::io {
namespace {

constexpr unsigned kMostConnections = 16;
constexpr unsigned kIdleSeconds = 10;

Error cannot_listen(const std::string& address, std::string why, std::string advice = {}) {
  return {.file = address, .message = "cannot listen: " + std::move(why), .advice = std::move(advice)};
}

// The functions of the library that we use.
struct Library {
  decltype(&MHD_start_daemon) start_daemon = nullptr;
  decltype(&MHD_stop_daemon) stop_daemon = nullptr;
  decltype(&MHD_get_daemon_info) get_daemon_info = nullptr;
  decltype(&MHD_run) run = nullptr;
  decltype(&MHD_get_timeout) get_timeout = nullptr;
  decltype(&MHD_create_response_from_buffer) create_response = nullptr;
  decltype(&MHD_add_response_header) add_header = nullptr;
  decltype(&MHD_queue_response) queue_response = nullptr;
  decltype(&MHD_destroy_response) destroy_response = nullptr;
  bool complete = true;

  Library() {
    void* const handle = ::dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    complete = handle != nullptr;
    find(handle, "MHD_start_daemon", start_daemon);
    find(handle, "MHD_stop_daemon", stop_daemon);
    find(handle, "MHD_get_daemon_info", get_daemon_info);
    find(handle, "MHD_run", run);
    find(handle, "MHD_get_timeout", get_timeout);
    find(handle, "MHD_create_response_from_buffer", create_response);
    find(handle, "MHD_add_response_header", add_header);
    find(handle, "MHD_queue_response", queue_response);
    find(handle, "MHD_destroy_response", destroy_response);
  }

 private:
  template <typename Function>
  void find(void* handle, const char* name, Function& function) {
    function = handle == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(handle, name));
    complete = complete && function != nullptr;
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

// Nothing unless it is ADDRESS:PORT in numbers.
std::optional<SocketAddress> parse_address_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  const std::vector<SocketAddress> addresses = numeric_addresses(host, number, SOCK_STREAM);
  if (addresses.empty()) return std::nullopt;
  return addresses.front();
}

bool is_loopback(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    const auto* const ip = reinterpret_cast<const sockaddr_in*>(address.get());
    return (ntohl(ip->sin_addr.s_addr) >> 24U) == 127;
  }
  const auto* const ip = reinterpret_cast<const sockaddr_in6*>(address.get());
  return IN6_IS_ADDR_LOOPBACK(&ip->sin6_addr);
}

}  // namespace

bool is_loopback_address(std::string_view text) {
  const std::optional<SocketAddress> address = parse_address_and_port(text);
  return address && is_loopback(*address);
}

// The library has its sockets in an epoll descriptor of its own, which the loop watches.
struct HttpServer::Impl final : SocketWatcher::Client {
  explicit Impl(Loop& loop_of) : loop(loop_of), timeout(loop_of, [this] { turn(); }) {}
  ~Impl() {
    watcher.reset();
    if (daemon != nullptr) library().stop_daemon(daemon);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void on_ready() override { turn(); }

  void turn() {
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): nothing is served unless the library is complete
    (void)library().run(daemon);
    unsigned long long wait_ms = 0;
    if (library().get_timeout(daemon, &wait_ms) == MHD_YES) {
      timeout.start_once(wait_ms);
    } else {
      timeout.stop();
    }
  }

  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                               const char* /*version*/, const char* /*body*/, std::size_t* body_size, void** state) {
    // The first call brings the headers, the last one nothing more; what comes between them is not wanted.
    static char seen;
    if (*state == nullptr) {
      *state = &seen;
      return MHD_YES;
    }
    if (*body_size > 0) {
      *body_size = 0;
      return MHD_YES;
    }
    const bool reads = std::strcmp(method, "GET") == 0 || std::strcmp(method, "HEAD") == 0;
    if (!reads) return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
    if (std::strcmp(url, "/metrics") != 0) return answer(connection, MHD_HTTP_NOT_FOUND, "see /metrics\n");
    return answer(connection, MHD_HTTP_OK, static_cast<const Impl*>(self)->make_text());
  }

  static MHD_Result answer(MHD_Connection* connection, unsigned status, std::string text) {
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): as above
    MHD_Response* const response = library().create_response(text.size(), text.data(), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr) return MHD_NO;
    (void)library().add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    const MHD_Result queued = library().queue_response(connection, status, response);
    library().destroy_response(response);
    return queued;
  }

  Loop& loop;
  std::function<std::string()> make_text;
  MHD_Daemon* daemon = nullptr;
  std::optional<SocketWatcher> watcher;
  Timer timeout;
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Loop& loop, const std::string& address,
                                                       std::function<std::string()> make_text) {
  if (!library().complete) return cannot_listen(address, "there is no libmicrohttpd", "install libmicrohttpd12");
  const std::optional<SocketAddress> parsed = parse_address_and_port(address);
  if (!parsed || !is_loopback(*parsed)) return cannot_listen(address, "not an address of the loopback interface");
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->impl_ = std::make_unique<Impl>(loop);
  Impl& impl = *server->impl_;
  impl.make_text = std::move(make_text);
  const unsigned flags = MHD_USE_EPOLL | (parsed->family() == AF_INET6 ? static_cast<unsigned>(MHD_USE_IPv6) : 0U);
  errno = 0;
  impl.daemon = library().start_daemon(flags, 0, nullptr, nullptr, &Impl::on_request, &impl, MHD_OPTION_SOCK_ADDR,
                                       parsed->get(), MHD_OPTION_CONNECTION_LIMIT, kMostConnections,
                                       MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds, MHD_OPTION_END);
  if (impl.daemon == nullptr) return cannot_listen(address, std::generic_category().message(errno));
  const MHD_DaemonInfo* const info = library().get_daemon_info(impl.daemon, MHD_DAEMON_INFO_EPOLL_FD);
  if (info == nullptr) return cannot_listen(address, "the library has no epoll");
  impl.watcher.emplace(loop, info->epoll_fd, static_cast<SocketWatcher::Client&>(impl));
  impl.watcher->watch(SocketWatcher::kReadable);
  return server;
}

}  // namespace piiscrub::io
