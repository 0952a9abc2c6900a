// LazyRegex: an expression compiled by RE2 when it is first needed. The only file that knows RE2.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/span.h"
#include "detect/image.h"

namespace re2 {
class RE2;
}

namespace piiscrub {

/// Thread-safe. Linear time; no JIT, so it works where memory may not become executable.
class LazyRegex {
 public:
  LazyRegex() = default;
  ~LazyRegex();
  LazyRegex(const LazyRegex&) = delete;
  LazyRegex& operator=(const LazyRegex&) = delete;

  /// `expression`, which must outlive this, is the printed form of a RegexSyntax, with at most one capturing group
  /// around the wanted span; empty: none. Before any other use.
  void set(const Text& expression) { expression_ = expression.empty() ? nullptr : &expression; }
  /// Whether there is an expression; without one nothing else may be asked.
  explicit operator bool() const { return expression_ != nullptr; }

  /// The wanted span (group 1 if there is one, else all) of the match that starts exactly at `at`, or nothing.
  [[nodiscard]] std::optional<Span> match_at(std::string_view text, std::size_t at) const;
  /// Whether `text` matches as a whole.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  [[nodiscard]] const re2::RE2& get() const;

  const Text* expression_ = nullptr;
  mutable std::atomic<const re2::RE2*> compiled_ = nullptr;
};

}  // namespace piiscrub
