#include "detect/allowance.h"

#include <algorithm>

#include "base/ascii.h"

namespace piiscrub {
namespace {

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return to_lower(a) == b; });
}

// Whether `domain` is `parent`, which is in lower case, or lies below it.
bool is_within(std::string_view domain, std::string_view parent) {
  if (domain.size() < parent.size()) return false;
  const std::size_t below = domain.size() - parent.size();
  return equals_lower(domain.substr(below), parent) && (below == 0 || domain[below - 1] == '.');
}

}  // namespace

std::string_view domain_of(std::string_view value) {
  constexpr std::string_view kAuthority = "://";
  if (const std::size_t scheme = value.find(kAuthority); scheme != std::string_view::npos) {
    value.remove_prefix(scheme + kAuthority.size());
    value = value.substr(0, value.find_first_of("/?#\\"));
    if (const std::size_t at = value.rfind('@'); at != std::string_view::npos) value.remove_prefix(at + 1);
    if (value.starts_with('[')) return {};
    return value.substr(0, value.find(':'));
  }
  for (const std::string_view sign : {"@", "%40", "\\u0040"}) {
    if (const std::size_t at = value.rfind(sign); at != std::string_view::npos) return value.substr(at + sign.size());
  }
  return {};
}

bool exempts(const Allowance& allowance, std::string_view value, std::string_view key) {
  const auto is_key = [&](std::string_view allowed) {
    return std::equal(key.begin(), key.end(), allowed.begin(), allowed.end(),
                      [](char a, char b) { return to_lower(a) == b; });
  };
  if (!allowance.keys.empty() && std::none_of(allowance.keys.begin(), allowance.keys.end(), is_key)) return false;
  if (!allowance.values.empty() &&
      std::find(allowance.values.begin(), allowance.values.end(), value) == allowance.values.end()) {
    return false;
  }
  if (!allowance.domains.empty()) {
    const std::string_view domain = domain_of(value);
    const auto holds = [&](const std::string& parent) { return is_within(domain, parent); };
    if (std::none_of(allowance.domains.begin(), allowance.domains.end(), holds)) return false;
  }
  if (!allowance.networks.empty()) {
    const std::optional<IpAddress> address = parse_address(value);
    const auto holds = [&](const Network& network) { return network.contains(*address); };
    if (!address || std::none_of(allowance.networks.begin(), allowance.networks.end(), holds)) return false;
  }
  return true;
}

}  // namespace piiscrub
