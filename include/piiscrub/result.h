// Result<T>: a value, or an Error that tells the operator what to do.
//
// The shape of std::expected (C++23), so that it can become it. Used on the control plane only (rules, configuration,
// command line); the data plane cannot fail: it masks and counts. Errors never hold payload.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace piiscrub {

/// What went wrong, where, and what to do about it.
struct Error {
  std::string file;     ///< as the user named it; empty if the error has no file
  int line = 0;         ///< from 1; 0 if unknown
  int column = 0;       ///< from 1; 0 if unknown
  std::string message;  ///< one sentence, lower case, no final full stop
  std::string advice;   ///< what to do; may be empty

  /// `file:line:column: message (advice)`, leaving out what is unknown.
  [[nodiscard]] std::string text() const;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  /// The value. REQUIRES: has_value().
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// The error. REQUIRES: !has_value().
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace piiscrub
