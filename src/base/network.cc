#include "piiscrub/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace piiscrub {
namespace {

constexpr std::array<std::uint8_t, 12> kIpv4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kIpv4PrefixBits = 96;

// Bit `index` of `address`, from the highest.
bool bit(const IpAddress& address, unsigned index) { return (address[index / 8] >> (7 - index % 8) & 1) != 0; }

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  text = text.substr(0, text.find('%'));
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  IpAddress address{};
  if (::inet_pton(AF_INET6, terminated.data(), address.data()) == 1) return address;
  std::copy(kIpv4Prefix.begin(), kIpv4Prefix.end(), address.begin());
  if (::inet_pton(AF_INET, terminated.data(), address.data() + kIpv4Prefix.size()) == 1) return address;
  return std::nullopt;
}

void append_address(const IpAddress& address, std::string& to) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_ipv4(address);
  ::inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kIpv4Prefix.size() : 0), text.data(), text.size());
  to += text.data();
}

bool is_ipv4(const IpAddress& address) { return std::equal(kIpv4Prefix.begin(), kIpv4Prefix.end(), address.begin()); }

bool Network::contains(const IpAddress& other) const {
  if (bits < kIpv4PrefixBits && is_ipv4(other)) return false;
  for (unsigned i = 0; i < bits; ++i) {
    if (bit(address, i) != bit(other, i)) return false;
  }
  return true;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view spelled = text.substr(0, slash);
  const std::optional<IpAddress> address = parse_address(spelled);
  if (!address || spelled.find('%') != std::string_view::npos) return std::nullopt;
  const bool is_quad = spelled.find(':') == std::string_view::npos;
  const unsigned most = is_quad ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (error != std::errc() || end != length.data() + length.size() || bits > most) return std::nullopt;
  }
  if (is_quad) bits += kIpv4PrefixBits;
  for (unsigned i = bits; i < 128; ++i) {
    if (bit(*address, i)) return std::nullopt;
  }
  return Network{*address, static_cast<std::uint8_t>(bits)};
}

}  // namespace piiscrub
