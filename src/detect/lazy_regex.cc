#include "detect/lazy_regex.h"

#include <re2/re2.h>

#include <memory>
#include <mutex>

namespace piiscrub {

LazyRegex::~LazyRegex() { delete compiled_.load(std::memory_order_relaxed); }

const re2::RE2& LazyRegex::get() const {
  if (const re2::RE2* const known = compiled_.load(std::memory_order_acquire)) return *known;
  // One lock for all: compiling is rare, and a lock for each of a thousand expressions is not for nothing.
  static std::mutex compiling;
  const std::lock_guard lock(compiling);
  if (const re2::RE2* const known = compiled_.load(std::memory_order_relaxed)) return *known;
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  const std::string_view expression = *expression_;
  auto made = std::make_unique<const re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  compiled_.store(made.get(), std::memory_order_release);
  return *made.release();
}

std::optional<Span> LazyRegex::match_at(std::string_view text, std::size_t at) const {
  const re2::RE2& regex = get();
  const re2::StringPiece all(text.data(), text.size());
  re2::StringPiece groups[2];
  const int wanted = regex.NumberOfCapturingGroups() > 0 ? 1 : 0;
  if (!regex.Match(all, at, text.size(), re2::RE2::ANCHOR_START, groups, wanted + 1)) return std::nullopt;
  const auto begin = static_cast<std::size_t>(groups[wanted].data() - text.data());
  return Span{begin, begin + groups[wanted].size()};
}

bool LazyRegex::matches(std::string_view text) const {
  const re2::StringPiece all(text.data(), text.size());
  return get().Match(all, 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

}  // namespace piiscrub
