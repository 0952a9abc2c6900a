// Addresses and networks: what they spell and what they hold.
#include "piiscrub/network.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

TEST(NetworkTest, HoldsTheAddressesOfItsPrefix) {
  const struct {
    std::string_view network;
    std::string_view address;
    bool holds;
  } kCases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"172.16.0.0/12", "172.31.255.255", true},
      {"172.16.0.0/12", "172.32.0.0", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.8", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "10.0.0.1", false},
      {"fc00::/7", "fd12:3456::1", true},
      {"fc00::/7", "fe80::1", false},
      {"fe80::/10", "fe80::1%eth0", true},
      {"2001:db8::1", "2001:DB8:0:0::1", true},
      {"::ffff:0:0/96", "10.0.0.1", true},
  };
  for (const auto& [network, address, holds] : kCases) {
    const std::optional<Network> parsed = parse_network(network);
    const std::optional<IpAddress> other = parse_address(address);
    ASSERT_TRUE(parsed) << network;
    ASSERT_TRUE(other) << address;
    EXPECT_EQ(parsed->contains(*other), holds) << network << " " << address;
  }
}

TEST(NetworkTest, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10.0.0", "010.0.0.0/8",
        "::1/129", "2001:db8::1/32", "fe80::1%eth0", "example.com", "10.0.0.0/8/8", " 10.0.0.0/8"}) {
    EXPECT_FALSE(parse_network(text)) << text;
  }
}

TEST(NetworkTest, RefusesWhatIsNoAddress) {
  constexpr std::string_view kNul("10.0.0.1\0x", 10);
  for (const std::string_view text :
       {std::string_view(""), std::string_view("1.2.3"), std::string_view("1.2.3.256"), std::string_view("01.2.3.4"),
        std::string_view("1.2.3.4:80"), kNul, std::string_view("1:2:3:4:5:6:7:8:9"), std::string_view("%eth0")}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string(200, '1')));
}

TEST(NetworkTest, KnowsIpv4) {
  EXPECT_TRUE(is_ipv4(*parse_address("192.0.2.1")));
  EXPECT_TRUE(is_ipv4(*parse_address("::ffff:192.0.2.1")));
  EXPECT_FALSE(is_ipv4(*parse_address("::1")));
}

}  // namespace
}  // namespace piiscrub
