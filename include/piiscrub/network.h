// Network: a range of IP addresses, for allowances and for cutting addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace piiscrub {

/// An address of either family in network byte order; IPv4 as ::ffff:a.b.c.d (RFC 4291 § 2.5.5.2).
using IpAddress = std::array<std::uint8_t, 16>;

/// The address that `text` spells: a dotted quad without leading zeros, or IPv6 (RFC 4291 § 2.2), its zone (RFC 4007)
/// left aside. Does not allocate.
std::optional<IpAddress> parse_address(std::string_view text);

/// Appends the address as RFC 5952 writes it, an IPv4 address as a dotted quad.
void append_address(const IpAddress& address, std::string& to);

/// Whether `address` is an IPv4 address, mapped ones included.
bool is_ipv4(const IpAddress& address);

struct Network {
  IpAddress address{};    ///< its first address
  std::uint8_t bits = 0;  ///< length of the prefix, of 128: 96 more than an IPv4 network's

  /// An IPv6 network holds no IPv4 addresses: ::/0 is all of IPv6.
  [[nodiscard]] bool contains(const IpAddress& other) const;
  bool operator==(const Network&) const = default;
};

/// CIDR (RFC 4632, RFC 4291 § 2.3), or one address. Nothing if `text` is neither or has bits behind its prefix, as
/// 10.0.0.1/8 has.
std::optional<Network> parse_network(std::string_view text);

}  // namespace piiscrub
