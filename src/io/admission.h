// Who may connect, and how many: the part of a listener that its connections share with it and that outlives it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/listener.h"

namespace piiscrub::io {

struct Admission {
  explicit Admission(const ListenerOptions& listener_options) : options(listener_options) {}

  ListenerOptions options;
  ListenerStats stats;
  std::map<std::string, std::size_t, std::less<>> per_address;  // connections that are open; of unix sockets none
};

/// A place among the connections that may be open. Gives it back when it is destroyed.
class Ticket {
 public:
  /// Nothing if there is no place left; counts either way. `address` is empty for unix sockets.
  static std::optional<Ticket> take(std::shared_ptr<Admission> admission, std::string address);
  ~Ticket() { release(); }
  Ticket(Ticket&& other) noexcept = default;
  Ticket& operator=(Ticket&& other) = delete;

  void release();
  [[nodiscard]] Admission& admission() const { return *admission_; }

 private:
  Ticket(std::shared_ptr<Admission> admission, std::string address)
      : admission_(std::move(admission)), address_(std::move(address)) {}

  std::shared_ptr<Admission> admission_;  // null: released
  std::string address_;
};

}  // namespace piiscrub::io
