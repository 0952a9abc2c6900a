// Replacements are recognised to the letter, and by nothing less.
#include "redact/replacement.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace piiscrub {
namespace {

const std::vector<std::string> kLabels = {"A", "EMAIL", "US_SSN", "X9"};  // sorted

// The replacements in `record`, joined by spaces.
std::string found_in(std::string_view record) {
  std::vector<Span> spans = {{1, 2}};  // of an earlier call
  find_replacements(record, kLabels, spans);
  std::string found;
  std::size_t last = 0;
  for (const Span& span : spans) {
    EXPECT_GE(span.begin, last) << "in order and disjoint";
    last = span.end;
    found += (found.empty() ? "" : " ") + std::string(span.of(record));
  }
  return found;
}

TEST(ReplacementTest, KnownLabelsAreRecognised) {
  EXPECT_EQ(found_in("mail [EMAIL] ssn [US_SSN]"), "[EMAIL] [US_SSN]");
  EXPECT_EQ(found_in("[EMAIL][EMAIL][A]"), "[EMAIL] [EMAIL] [A]");
  EXPECT_EQ(found_in("[[EMAIL]]"), "[EMAIL]");
  EXPECT_EQ(found_in("[X9"), "");
  EXPECT_EQ(found_in("[X9]"), "[X9]");
}

TEST(ReplacementTest, AnythingElseInBracketsIsText) {
  for (const std::string_view text :
       {"", "[", "[]", "]", "[email]", "[NAME]", "[EMAIL", "EMAIL]", "[ EMAIL]", "[EMAIL ]", "[EMAIL:x]", "[EMAI]",
        "[EMAILS]", "(EMAIL)", "[US-SSN]", "[U\0S_SSN]", "[US_\nSSN]",
        "[AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA]"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
}

TEST(ReplacementTest, MaskMarksAreRecognisedAsTheyAreWritten) {
  for (std::size_t i = 0; i < kMaskReasons; ++i) {
    for (const std::uint64_t bytes : {0ULL, 1ULL, 1048576ULL, 999'999'999'999ULL}) {
      std::string mark;
      write_mask(static_cast<MaskReason>(i), bytes, mark);
      EXPECT_EQ(mark, fmt::format("[piiscrub:masked {} {}]", kMaskReasonNames[i], bytes));
      EXPECT_EQ(found_in("x " + mark + " y"), mark);
    }
  }
}

TEST(ReplacementTest, NothingButAMaskMarkIsOne) {
  for (const std::string_view text :
       {"[piiscrub:masked]", "[piiscrub:masked ]", "[piiscrub:masked overlong]", "[piiscrub:masked overlong ]",
        "[piiscrub:masked overlong x]", "[piiscrub:masked overlong 1", "[piiscrub:masked overlong 1 ]",
        "[piiscrub:masked nothing 1]", "[piiscrub:masked Overlong 1]", "[piiscrub:masked overlong -1]",
        "[piiscrub:masked  overlong 1]", "[piiscrub:Masked overlong 1]", "[piiscrub:masked overlong 1 1]",
        "[piiscrub:masked overlong 4111111111111111]"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
}

TEST(ReplacementTest, AWholeRecordIsMaskedInItsOwnForm) {
  std::string text;
  write_record_mask(MaskReason::overlong, 12, false, text);
  EXPECT_EQ(text, "[piiscrub:masked overlong 12]");
  text.clear();
  write_record_mask(MaskReason::scan_error, 12, true, text);
  EXPECT_EQ(text, R"({"piiscrub":{"masked":"scan-error","bytes":12}})");
}

TEST(ReplacementTest, JsonIsRecognisedByItsStart) {
  for (const std::string_view json : {"{", "[", "{\"a\":1}", " {", "\t [1]"})
    EXPECT_TRUE(looks_like_json(json)) << json;
  for (const std::string_view text : {"", " ", "\t", "a{", "\"a\"", "1", "\r{"})
    EXPECT_FALSE(looks_like_json(text)) << text;
}

}  // namespace
}  // namespace piiscrub
