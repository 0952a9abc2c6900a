#include "io/resolver.h"

#include <netdb.h>
#include <uv.h>

#include <csignal>
#include <memory>
#include <utility>

namespace piiscrub::io {
namespace {

// The first query starts libuv's threads, which must not take signals that are meant for the loop (io/signals.h).
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &original_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &original_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t original_{};
};

}  // namespace

struct Resolver::Query {
  uv_getaddrinfo_t request{};
  Resolver* resolver = nullptr;  // null: it has lost interest
};

void Resolver::start(const std::string& host, std::uint16_t port, int type) {
  auto query = std::make_unique<Query>();
  query->resolver = this;
  query->request.data = query.get();
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV;
  const auto on_done = [](uv_getaddrinfo_t* request, int status, addrinfo* list) {
    const std::unique_ptr<Query> done(static_cast<Query*>(request->data));
    std::vector<SocketAddress> addresses = addresses_of(list);
    uv_freeaddrinfo(list);
    if (done->resolver == nullptr) return;
    done->resolver->query_ = nullptr;
    done->resolver->client_.on_resolved(std::move(addresses), status == 0 ? "" : uv_strerror(status));
  };
  const SignalsBlocked blocked;
  // Fails only without memory: then nobody calls back, and the timeout of the connection holds.
  const int error =
      uv_getaddrinfo(loop_.uv(), &query->request, on_done, host.c_str(), std::to_string(port).c_str(), &hints);
  if (error == 0) query_ = query.release();
}

void Resolver::cancel() {
  if (query_ == nullptr) return;
  query_->resolver = nullptr;
  (void)uv_cancel(reinterpret_cast<uv_req_t*>(&std::exchange(query_, nullptr)->request));
}

}  // namespace piiscrub::io
