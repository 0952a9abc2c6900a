// LazyRegex: an expression compiled by RE2 when it is first needed. The only file that knows RE2.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/span.h"

namespace piiscrub {

/// Thread-safe. Linear time; no JIT, so it works where memory may not become executable.
class LazyRegex {
 public:
  LazyRegex();
  /// `expression` is the printed form of a RegexSyntax, with at most one capturing group around the wanted span.
  explicit LazyRegex(std::string expression);
  ~LazyRegex();
  LazyRegex(LazyRegex&&) noexcept;
  LazyRegex& operator=(LazyRegex&&) noexcept;

  /// The wanted span (group 1 if there is one, else all) of the match that starts exactly at `at`, or nothing.
  [[nodiscard]] std::optional<Span> match_at(std::string_view text, std::size_t at) const;
  /// Whether `text` matches as a whole.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace piiscrub
