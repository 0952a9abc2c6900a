#include "detect/lazy_regex.h"

#include <re2/re2.h>

#include <mutex>

namespace piiscrub {

struct LazyRegex::State {
  std::string expression;
  std::once_flag once;
  std::unique_ptr<const re2::RE2> compiled;

  const re2::RE2& get() {
    std::call_once(once, [this] {
      re2::RE2::Options options;
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_log_errors(false);
      compiled = std::make_unique<const re2::RE2>(expression, options);
    });
    return *compiled;
  }
};

LazyRegex::LazyRegex() = default;
LazyRegex::LazyRegex(std::string expression) : state_(std::make_unique<State>()) {
  state_->expression = std::move(expression);
}
LazyRegex::~LazyRegex() = default;
LazyRegex::LazyRegex(LazyRegex&&) noexcept = default;
LazyRegex& LazyRegex::operator=(LazyRegex&&) noexcept = default;

std::optional<Span> LazyRegex::match_at(std::string_view text, std::size_t at) const {
  const re2::RE2& regex = state_->get();
  const re2::StringPiece all(text.data(), text.size());
  re2::StringPiece groups[2];
  const int wanted = regex.NumberOfCapturingGroups() > 0 ? 1 : 0;
  if (!regex.Match(all, at, text.size(), re2::RE2::ANCHOR_START, groups, wanted + 1)) return std::nullopt;
  const auto begin = static_cast<std::size_t>(groups[wanted].data() - text.data());
  return Span{begin, begin + groups[wanted].size()};
}

bool LazyRegex::matches(std::string_view text) const {
  const re2::StringPiece all(text.data(), text.size());
  return state_->get().Match(all, 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

}  // namespace piiscrub
