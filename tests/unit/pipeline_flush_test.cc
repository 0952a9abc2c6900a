// Pipeline::flush(): the parts of a split line that wait go, with the word at their end masked, and what continues it
// is.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "piiscrub/pipeline.h"

namespace piiscrub {
namespace {

constexpr std::string_view kPart = "2026-11-21T09:14:02.118Z stdout P ";
constexpr std::string_view kLast = "2026-11-21T09:14:02.119Z stdout F ";

class Flushed {
 public:
  std::string push(std::string_view bytes) {
    Output out;
    pipeline_.push(bytes, out);
    return text_of(out);
  }
  std::string flush() {
    Output out;
    pipeline_.flush(out);
    return text_of(out);
  }
  const Stats& stats() const { return pipeline_.stats(); }
  std::size_t pending() const { return pipeline_.pending(); }

 private:
  static std::string text_of(const Output& out) {
    std::string text;
    out.copy_to(text);
    return text;
  }
  Pipeline pipeline_{builtin_rules()};
};

std::string line(std::string_view head, std::string_view content) {
  return std::string(head) + std::string(content) + "\n";
}

TEST(PipelineFlushTest, MasksTheOpenEndAndWhatContinuesIt) {
  Flushed p;
  EXPECT_EQ(p.push(line(kPart, "mail alice@exa")), "");
  EXPECT_GT(p.pending(), 0U);
  EXPECT_EQ(p.flush(), line(kPart, "mail [piiscrub:masked cut 9]"));
  EXPECT_EQ(p.pending(), 0U);
  EXPECT_EQ(p.push(line(kLast, "mple.com is new")), line(kLast, "[piiscrub:masked cut 8] is new"));
  EXPECT_EQ(p.push(line(kLast, "mple.com is new")), line(kLast, "mple.com is new"));
  EXPECT_EQ(p.stats().masked[static_cast<std::size_t>(MaskReason::cut)], 2U);
  EXPECT_EQ(p.stats().records, 3U);
}

TEST(PipelineFlushTest, MasksGroupsOfDigitsTogether) {
  Flushed p;
  p.push(line(kPart, "card 4111 1111"));
  EXPECT_EQ(p.flush(), line(kPart, "card [piiscrub:masked cut 9]"));
  EXPECT_EQ(p.push(line(kLast, " 1111 1111 declined")), line(kLast, "[piiscrub:masked cut 10] declined"));
}

TEST(PipelineFlushTest, ChangesNothingWhereNothingWaits) {
  Flushed p;
  EXPECT_EQ(p.flush(), "");
  EXPECT_EQ(p.push("password=\"Tr0ub4dor\"\nPassword: "), "password=\"[PASSWORD]\"\n");
  EXPECT_EQ(p.flush(), "");
  EXPECT_EQ(p.push("x\n"), "Password: x\n");
}

}  // namespace
}  // namespace piiscrub
