#include "format/record_field.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/ascii.h"
#include "format/key_value.h"

namespace piiscrub {
namespace {

constexpr ValueKind kReadings[] = {ValueKind::secret, ValueKind::word};  // up to a blank, and up to punctuation
// Between a key and its separator: quotes, their escapes, blanks.
constexpr std::size_t kMostBetween = 8;

bool same(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return to_lower(a) == b; });
}

bool matches(std::string_view value, std::string_view pattern) {
  if (!pattern.ends_with('*')) return same(value, pattern);
  pattern.remove_suffix(1);
  return same(value.substr(0, pattern.size()), pattern);
}

// Where `key`, in lower case, stands next at or behind `from`, or npos.
std::size_t find_key(std::string_view text, std::string_view key, std::size_t from) {
  const char first[] = {key.front(), is_lower(key.front()) ? static_cast<char>(key.front() - 'a' + 'A') : key.front()};
  while (from + key.size() <= text.size()) {
    const std::string_view rest = text.substr(from, text.size() - from - key.size() + 1);
    std::size_t at = rest.size();
    for (const char c : first) {
      const void* const found = std::memchr(rest.data(), c, at);
      if (found != nullptr) at = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
    }
    if (at == rest.size()) break;
    if (same(text.substr(from + at, key.size()), key)) return from + at;
    from += at + 1;
  }
  return std::string_view::npos;
}

// Whether the separator in front of `at` belongs to `key` and one of the values behind it is wanted.
bool has_value(std::string_view record, std::size_t at, const FieldCondition& condition) {
  const std::optional<Span> key = key_before(record, at);
  if (!key || !same(key->of(record), condition.key)) return false;
  static thread_local std::vector<KeyedValue> values;
  for (const ValueKind reading : kReadings) {
    values.clear();
    find_values(record, {}, *key, at, reading, values);
    const bool wanted = std::any_of(values.begin(), values.end(), [&](const KeyedValue& value) {
      return std::any_of(condition.values.begin(), condition.values.end(),
                         [&](const std::string& pattern) { return matches(value.span.of(record), pattern); });
    });
    if (wanted) return true;
  }
  return false;
}

}  // namespace

bool has_field(std::string_view record, const FieldCondition& condition) {
  constexpr std::string_view kBetween = "\"'\\ \t";
  constexpr std::string_view kSeparators = "=:>,";
  for (std::size_t at = find_key(record, condition.key, 0); at != std::string_view::npos;
       at = find_key(record, condition.key, at + condition.key.size())) {
    std::size_t behind = at + condition.key.size();
    const std::size_t most = std::min(record.size(), behind + kMostBetween);
    while (behind < most && kBetween.find(record[behind]) != std::string_view::npos) ++behind;
    // `=>` and `::` are separators too: the value stands behind their last byte.
    for (; behind < most && kSeparators.find(record[behind]) != std::string_view::npos; ++behind) {
      if (has_value(record, behind + 1, condition)) return true;
    }
  }
  return false;
}

bool may_have_field(std::string_view bytes, const FieldCondition& condition) {
  return find_key(bytes, condition.key, 0) != std::string_view::npos;
}

bool can_be_field(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKeyBytes && std::all_of(key.begin(), key.end(), is_key_byte);
}

}  // namespace piiscrub
