// Masks keep what they say, and the mask of a mask is that mask.
#include "redact/mask.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace piiscrub {
namespace {

struct Row {
  std::string_view type;
  std::string_view value;
  std::string_view mask;
};

const Row kRows[] = {
    {"email", "alice@example.com", "al***e@example.com"},
    {"email", "alice.smith+billing@mail.example.co.uk", "al***g@mail.example.co.uk"},
    {"email", "bob@example.com", "***@example.com"},
    {"email", "anna@example.com", "***@example.com"},
    {"email", "j\xc3\xbcrgen@example.com", "***@example.com"},
    {"email", "jurgen@m\xc3\xbcller.example", "***"},
    {"email", "alice.smith%40example.com", "al***h@example.com"},
    {"email", "alice&#64;example.com", "al***e@example.com"},
    {"email", "a.bcde@example.com", "***@example.com"},
    {"email", "alice@localhost", "***"},
    {"email", "alice", "***"},
    {"email", "al***ex***e@example.com", "***@example.com"},
    {"email", "", "***"},
    {"card", "4111111111111111", "************1111"},
    {"card", "4111 1111 1111 1111", "************1111"},
    {"card", "3782 822463 10005", "***********0005"},
    {"card", "1111", "***"},
    {"card", "4111x1111x1111x1111", "***"},
    {"us-ssn", "536-90-4399", "***-**-4399"},
    {"us-ssn", "536904399", "***-**-4399"},
    {"us-ssn", "4399", "***"},
    {"iban", "DE89370400440532013000", "DE****************3000"},
    {"iban", "DE89 3704 0044 0532 0130 00", "DE****************3000"},
    {"iban", "NO9386011117947", "NO*********7947"},
    {"iban", "DE89", "***"},
    {"phone", "+1 (202) 555-0143", "***43"},
    {"phone", "110", "***"},
    {"ipv4", "192.0.2.17", "192.0.2.***"},
    {"ipv4", "192.0.2.999", "***"},
    {"ipv6", "2001:db8::17", "2001:db8:0:***"},
    {"ipv6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:***"},
    {"ipv6", "::1", "0:0:0:***"},
    {"ipv6", "::ffff:192.0.2.17", "192.0.2.***"},
    {"ipv6", "fe80::1%eth0", "fe80:0:0:***"},
    {"mac", "02:42:AC:11:00:02", "02:42:AC:***"},
    {"mac", "02-42-ac-11-00-02", "02:42:ac:***"},
    {"mac", "0242.ac11.0002", "***"},
    {"person-name", "Jane Doe", "***"},
    {"github-token", "ghp_FAKE", "***"},
};

std::string mask(std::string_view type, std::string_view value) {
  std::string to;
  masker_of(type)(value, to);
  return to;
}

TEST(MaskTest, Table) {
  for (const Row& row : kRows) EXPECT_EQ(mask(row.type, row.value), row.mask) << row.type << " " << row.value;
}

TEST(MaskTest, TheMaskOfAMaskIsThatMask) {
  for (const Row& row : kRows) EXPECT_EQ(mask(row.type, row.mask), row.mask) << row.type;
}

// Whatever rule finds a mask again hides no less than the first.
TEST(MaskTest, ForgedMasksAreMasked) {
  for (const auto& [type, value] :
       {std::pair("card", "************hunter2"), std::pair("us-ssn", "***-**-hunt"), std::pair("iban", "DE****3000"),
        std::pair("iban", "DE*****************************3000"), std::pair("ipv4", "192.0.2.17.***"),
        std::pair("ipv4", "hunter2***"), std::pair("ipv6", "2001:db8:0:1:***"), std::pair("ipv6", "2001:db8:***"),
        std::pair("mac", "hunter2!!***"), std::pair("email", "hunter2***@x")}) {
    EXPECT_EQ(mask(type, value), "***") << value;
  }
}

std::string found(std::string_view text) {
  for (std::size_t at = text.find("***"); at != std::string_view::npos; at = text.find("***", at + 1)) {
    if (const std::optional<Span> span = email_mask_at(text, 0, at)) return std::string(span->of(text));
  }
  return {};
}

TEST(MaskTest, OnlyTheMaskOfAnEmailAddressIsRecognised) {
  for (const std::string_view text :
       {"al***e@example.com", "to al***e@example.com.", "<al***e@example.com>", "\\nal***e@example.com",
        "-al***e@example.com", "al***e@example.com.1", "*al***e@example.com", "\"al***e@example.com\""}) {
    EXPECT_EQ(found(text), "al***e@example.com") << text;
  }
  for (const std::string_view text :
       {"***@example.com", "l***e@example.com", "al**e@example.com", "al****e@example.com", "al***ee@example.com",
        "al***@example.com", "al***e@", "al***e@example", "al***e@1.2.3.4", "xal***e@example.com",
        "x.al***e@example.com", "al***e@example.com_", "al***e@example.c", "al***", "***", "al***e"}) {
    EXPECT_EQ(found(text), "") << text;
  }
}

TEST(MaskTest, StandInsParse) {
  EXPECT_EQ(stand_in_of("email"), "redacted@redacted.invalid");
  EXPECT_EQ(stand_in_of("ipv4"), "0.0.0.0");
  EXPECT_EQ(stand_in_of("ipv6"), "::");
  EXPECT_EQ(stand_in_of("birth-date"), "1900-01-01");
  EXPECT_EQ(stand_in_of("mac"), "00:00:00:00:00:00");
  EXPECT_EQ(stand_in_of("salary"), "0");
  EXPECT_EQ(stand_in_of("card"), "");
  EXPECT_EQ(stand_in_of("github-token"), "");
}

}  // namespace
}  // namespace piiscrub
