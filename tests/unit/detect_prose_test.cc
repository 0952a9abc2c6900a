#include "detect/prose.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace piiscrub {
namespace {

// The value of `form` at the start of `text`, or "-".
std::string found(std::string_view form, std::string_view text, ProseLink link = {}) {
  const std::optional<Span> span = find_prose_form(form)->find(text, 0, link);
  return span ? std::string(span->of(text)) : "-";
}

TEST(ProseTest, FindsWhatHasTheForm) {
  const struct {
    std::string_view form;
    std::string_view text;
    std::string_view value;
  } kRows[] = {
      {"id", "C01X00T47 expired", "C01X00T47"},
      {"id", "536-90-4399, then", "536-90-4399"},
      {"id", "AB 12 34 56 C is", "AB 12 34 56 C"},
      {"id", "943 476 5919 traced", "943 476 5919"},
      {"id", "84729103 12 rows", "84729103"},
      {"id", "40211 rows", "-"},
      {"id", "2026-03-14", "-"},
      {"id", "12345.5", "-"},
      {"id", "1834", "-"},
      {"long-id", "40211 locked", "-"},
      {"long-id", "2076420839 at", "2076420839"},
      {"date", "1971-03-25)", "1971-03-25"},
      {"date", "25.03.1971 in", "25.03.1971"},
      {"date", "March 5, 1971 per", "March 5, 1971"},
      {"date", "5 de marzo de 1971", "5 de marzo de 1971"},
      {"date", "13/32/1971", "-"},
      {"date", "2026-03-14T09:26:53", "-"},
      {"date", "2026-03-14 09:26:53", "-"},
      {"phone", "(312) 555-0148 to", "(312) 555-0148"},
      {"phone", "06 12 34 56 78 est", "06 12 34 56 78"},
      {"phone", "10.0.0.123456", "-"},
      {"phone", "555", "-"},
      {"called", "18446744073 finished", "-"},
      {"called", "3125550148", "3125550148"},
      {"pin", "4821 entered", "4821"},
      {"pin", "4821 times", "-"},
      {"pin", "14:02", "-"},
      {"cvv", "123.", "123"},
      {"card", "4000 1234 5678 9010 charged", "4000 1234 5678 9010"},
      {"card", "3 of 52", "-"},
      {"iban", "DE89 3704 0044 0532 0130 00 SEPA", "DE89 3704 0044 0532 0130 00"},
      {"amount", "$85,000 exceeds", "85,000"},
      {"amount", "1200 rows", "-"},
      {"postal", "SW1A 1AA not", "SW1A 1AA"},
      {"secret", "hunter2, twice", "hunter2"},
      {"secret", "Winter2024! failed", "Winter2024!"},
      {"secret", "reset", "-"},
      {"secret", "sha256 is", "-"},
      {"secret", "/etc/pw1", "-"},
      {"secret", "user=anna7", "-"},
      {"token", "a679f5edcc31de058e164f13bc44e338", "a679f5edcc31de058e164f13bc44e338"},
      {"token", "order_items_2026_07_pk", "-"},
      {"token", "node-12.dc1.example.com", "-"},
      {"name", "Jane Doe called", "Jane Doe"},
      {"name", "Anna van der Berg,", "Anna van der Berg"},
      {"name", "J\u00fcrgen Wei\u00df hat", "J\u00fcrgen Wei\u00df"},
      {"name", "R\\u00e9ka O'Neill", "R\\u00e9ka O'Neill"},
      {"name", "Portal Service", "-"},
      {"name", "Jane", "-"},
      {"name", "HTTP GET", "-"},
      {"name", "Jane Doe: x", "-"},
  };
  for (const auto& row : kRows) EXPECT_EQ(found(row.form, row.text), row.value) << row.form << ": " << row.text;
}

TEST(ProseTest, ANumberIsAPasswordOnlyWhereTheSentenceSaysSo) {
  EXPECT_EQ(found("secret", "123456 then"), "-");
  EXPECT_EQ(found("secret", "123456 then", {.asserts = true}), "123456");
  EXPECT_TRUE(link_of("password is ").asserts);
  EXPECT_FALSE(link_of("password no. ").asserts);
  EXPECT_EQ(link_of("password \"").quote, '"');
}

TEST(ProseTest, FindsTheNameInFrontOfAMailAddress) {
  const auto name = [](std::string_view text) {
    const std::optional<Span> span = find_display_name(text, text.find("a@"));
    return span ? std::string(span->of(text)) : "-";
  };
  EXPECT_EQ(name("for Jane Doe <a@"), "Jane Doe");
  EXPECT_EQ(name("From: \"Jane Q. Doe\" <a@"), "Jane Q. Doe");
  EXPECT_EQ(name("&lt;Employee: Jane Doe &lt;a@"), "Jane Doe");
  EXPECT_EQ(name("mail to <a@"), "-");
  EXPECT_EQ(name("Jane Doe a@"), "-");
}

}  // namespace
}  // namespace piiscrub
