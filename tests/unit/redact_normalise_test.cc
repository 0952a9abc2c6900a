// One spelling per value.
#include "redact/normalise.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

struct Row {
  std::string_view type;
  std::string_view value;
  std::string_view normal;
  std::string_view normal_type = {};  // the type, unless given
};

const Row kRows[] = {
    {"email", "Alice.Smith@Example.COM", "alice.smith@example.com"},
    {"email", " alice@example.com\t", "alice@example.com"},
    {"email", "J\xc3\x9cRGEN@example.com", "j\xc3\x9crgen@example.com"},
    {"email", "alice%40example.com", "alice%40example.com"},
    {"phone", "+1 (202) 555-0143", "+12025550143"},
    {"phone", "+12025550143", "+12025550143"},
    {"phone", "001 202 555 0143", "+12025550143"},
    {"phone", "+49 (0)30 901820", "+4930901820"},
    {"phone", "0049 (0)30 901820", "+4930901820"},
    {"phone", "(030) 901820", "030901820"},
    {"phone", "(202) 555-0143", "2025550143"},
    {"phone", "(+44) 20 7946 0958", "+442079460958"},
    {"phone", "none", "none"},
    {"card", "4111 1111-1111.1111", "4111111111111111"},
    {"us-ssn", "536-90-4399", "536904399"},
    {"us-ssn", "536904399", "536904399"},
    {"iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"},
    {"uk-nino", "ab 12 34 56 c", "AB123456C"},
    {"br-cnpj", "11.222.333/0001-81", "11222333000181"},
    {"fi-hetu", "131052-308t", "131052308T"},
    {"fi-hetu", "131052+308T", "131052+308T"},
    {"cl-rut", "12.345.678-k", "12345678K"},
    {"ch-ahv", "756.1047.3295.14", "7561047329514"},
    {"ipv4", "192.0.2.1", "192.0.2.1"},
    {"ipv4", "192.0.2.01", "192.0.2.01"},
    {"ipv6", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"ipv6", "2001:0db8::0001", "2001:db8::1"},
    {"ipv6", "::ffff:192.0.2.1", "192.0.2.1", "ipv4"},
    {"ipv6", "::FFFF:C000:0201", "192.0.2.1", "ipv4"},
    {"ip", "192.0.2.1", "192.0.2.1", "ipv4"},
    {"ip", "2001:DB8::1", "2001:db8::1", "ipv6"},
    {"ipv6", "fe80::1%eth0", "fe80::1"},
    {"mac", "02-42-AC-11-00-02", "02:42:ac:11:00:02"},
    {"mac", "0242.ac11.0002", "02:42:ac:11:00:02"},
    {"mac", "02:42:ac", "02:42:ac"},
    {"mac", "not a mac", "not a mac"},
    {"uuid", "{550E8400-E29B-41D4-A716-446655440000}", "550e8400-e29b-41d4-a716-446655440000"},
    {"person-name", "  Jane \t van  der\r\nBerg ", "jane van der berg"},
    {"person-name", "", ""},
    {"person-name", " \t", ""},
    {"employee-id", "E-1234", "e-1234"},
};

TEST(NormaliseTest, Table) {
  std::string to = "of an earlier call";
  for (const Row& row : kRows) {
    const std::string_view type = normaliser_of(row.type)(row.type, row.value, to);
    EXPECT_EQ(to, row.normal) << row.type << " " << row.value;
    EXPECT_EQ(type, row.normal_type.empty() ? row.type : row.normal_type) << row.value;
  }
}

TEST(NormaliseTest, ANormalFormIsItsOwn) {
  std::string to;
  for (const Row& row : kRows) {
    normaliser_of(row.type)(row.type, row.normal, to);
    EXPECT_EQ(to, row.normal) << row.type;
  }
}

}  // namespace
}  // namespace piiscrub
