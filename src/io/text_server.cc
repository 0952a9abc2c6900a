#include "io/text_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "io/fd.h"
#include "io/uv_handle.h"

namespace piiscrub::io {
namespace {

constexpr int kBacklog = 16;
constexpr int kPatienceMs = 5'000;

Error cannot(const std::string& path, const char* what, int error) {
  return {.file = path, .message = std::string(what) + std::generic_category().message(error), .advice = {}};
}

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// Returns an errno, or 0.
int connect_to(const Fd& socket, const sockaddr_un& address) {
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

// A connection that is being answered: owns itself until the text is written.
struct Answer {
  uv_pipe_t pipe{};
  uv_write_t request{};
  std::string text;

  static void close(Answer* answer) {
    uv_close(reinterpret_cast<uv_handle_t*>(&answer->pipe),
             [](uv_handle_t* handle) { delete static_cast<Answer*>(handle->data); });
  }
};

void answer(uv_stream_t* server, std::string text) {
  auto owned = std::make_unique<Answer>();
  if (uv_pipe_init(server->loop, &owned->pipe, 0) != 0) return;
  Answer* const self = owned.release();
  self->pipe.data = self->request.data = self;
  self->text = std::move(text);
  if (uv_accept(server, reinterpret_cast<uv_stream_t*>(&self->pipe)) != 0) return Answer::close(self);
  uv_unref(reinterpret_cast<uv_handle_t*>(&self->pipe));
  uv_buf_t bytes = uv_buf_init(self->text.data(), static_cast<unsigned>(self->text.size()));
  const auto done = [](uv_write_t* request, int /*status*/) { Answer::close(static_cast<Answer*>(request->data)); };
  if (uv_write(&self->request, reinterpret_cast<uv_stream_t*>(&self->pipe), &bytes, 1, done) != 0) Answer::close(self);
}

}  // namespace

struct TextServer::Impl {
  std::function<std::string()> make_text;
  std::string path;
  UvHandle<uv_pipe_t> pipe;
};

TextServer::TextServer() : impl_(std::make_unique<Impl>()) {}

TextServer::~TextServer() {
  if (impl_->pipe.valid()) (void)::unlink(impl_->path.c_str());
}

Result<std::unique_ptr<TextServer>> TextServer::listen(Loop& loop, const std::string& path,
                                                       std::function<std::string()> make_text) {
  const std::optional<sockaddr_un> address = address_of(path);
  if (!address) return cannot(path, "cannot listen: ", ENAMETOOLONG);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // What a process that died has left.
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) && connect_to(socket, *address) == ECONNREFUSED) {
    (void)::unlink(path.c_str());
  }
  socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t mask = ::umask(0117);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  const int error = errno;
  (void)::umask(mask);
  if (bound != 0) return cannot(path, "cannot listen: ", error);

  std::unique_ptr<TextServer> server(new TextServer);
  Impl& impl = *server->impl_;
  impl.make_text = std::move(make_text);
  impl.path = path;
  impl.pipe.open(&impl, [&](uv_pipe_t* pipe) { return uv_pipe_init(loop.uv(), pipe, 0); });
  if (!impl.pipe.valid() || uv_pipe_open(impl.pipe.get(), socket.release()) != 0) {
    return cannot(path, "cannot listen: ", EMFILE);
  }
  const auto on_connection = [](uv_stream_t* stream, int failed) {
    if (failed == 0) answer(stream, static_cast<const Impl*>(stream->data)->make_text());
  };
  const int failed = uv_listen(reinterpret_cast<uv_stream_t*>(impl.pipe.get()), kBacklog, on_connection);
  if (failed != 0) return cannot(path, "cannot listen: ", -failed);
  uv_unref(impl.pipe.base());
  return server;
}

Result<std::string> read_text_from(const std::string& path) {
  const std::optional<sockaddr_un> address = address_of(path);
  if (!address) return cannot(path, "cannot connect: ", ENAMETOOLONG);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (const int error = connect_to(socket, *address); error != 0) return cannot(path, "cannot connect: ", error);
  std::string text;
  while (true) {
    pollfd readable{socket.get(), POLLIN, 0};
    if (::poll(&readable, 1, kPatienceMs) <= 0) return cannot(path, "no answer: ", ETIMEDOUT);
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(socket.get(), buffer.data(), buffer.size());
    if (got < 0) return cannot(path, "no answer: ", errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace piiscrub::io
