// Which records are parts of a line that a container runtime has split, and how the framer keeps them together.
#include "piiscrub/container_line.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/framing.h"

namespace piiscrub {
namespace {

constexpr std::size_t kLimit = std::size_t{1} << 20;

std::string cri(std::string_view content, std::string_view tag = "P", std::string_view stream = "stdout") {
  return "2026-11-21T09:14:02.118Z " + std::string(stream) + " " + std::string(tag) + " " + std::string(content) + "\n";
}

std::string docker(std::string_view content, std::string_view stream = "stdout") {
  return R"({"log":")" + std::string(content) + R"(","stream":")" + std::string(stream) + "\"}\n";
}

// The chunks that `pieces` come out as, each pushed for itself, with flush() behind the last if told.
std::vector<std::string> chunks_of(const std::vector<std::string>& pieces, bool flush = false) {
  NewlineFramer framer(kLimit);
  std::vector<std::string> chunks;
  const auto drain = [&] {
    while (const auto chunk = framer.next()) chunks.emplace_back(std::string(chunk->bytes) + (chunk->cut ? "cut" : ""));
  };
  for (const std::string& piece : pieces) {
    framer.push(piece);
    drain();
  }
  framer.push({});
  if (flush) framer.flush();
  drain();
  return chunks;
}

TEST(ContainerLineTest, IsToldByItsForm) {
  const struct {
    std::string record;
    bool is_line;
    bool partial;
    std::string_view content;
  } kCases[] = {
      {cri("a b"), true, true, "a b"},
      {cri("a b", "F", "stderr"), true, false, "a b"},
      {cri("a b", "P:x"), true, true, "a b"},
      {cri("a", "X"), false, false, ""},
      {cri("a", "P", "stdlog"), false, false, ""},
      {docker(R"(a\n)"), true, false, "a"},
      {docker(R"(a\\n)"), true, true, R"(a\\n)"},
      {docker(R"(say \"hi\")"), true, true, R"(say \"hi\")"},
      {docker(""), true, true, ""},
      {"{\"log\":\"a\"}\n", false, false, ""},
      {"plain\n", false, false, ""},
      {"\n", false, false, ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.record);
    const auto line = read_container_line(std::string_view(c.record).substr(0, c.record.size() - 1));
    ASSERT_EQ(line.has_value(), c.is_line);
    if (!line) continue;
    EXPECT_EQ(line->partial, c.partial);
    EXPECT_EQ(line->content, c.content);
  }
}

TEST(ContainerLineTest, AllPartsOfALineLeaveTogether) {
  using Chunks = std::vector<std::string>;
  const std::string p = cri("a");
  const std::string f = cri("b", "F");
  const std::string long_part = docker(std::string(16384, 'x'));
  const std::string end = docker(R"(e\n)");
  EXPECT_EQ(chunks_of({f + p, p, f + f}), (Chunks{f, p + p + f, f}));
  EXPECT_EQ(chunks_of({p, "plain\n"}), (Chunks{p, "plain\n"}));
  EXPECT_EQ(chunks_of({p, cri("a", "F", "stderr")}), (Chunks{p, cri("a", "F", "stderr")}));
  EXPECT_EQ(chunks_of({p}), Chunks{});
  EXPECT_EQ(chunks_of({p.substr(0, 30), p.substr(30), f}), (Chunks{p + f}));
  EXPECT_EQ(chunks_of({long_part, long_part, end}), (Chunks{long_part + long_part + end}));
  EXPECT_EQ(chunks_of({docker("a"), end}), (Chunks{docker("a") + end}));
  EXPECT_EQ(chunks_of({docker("a"), docker("b"), docker("c")}), (Chunks{docker("a"), docker("b")}));
}

TEST(ContainerLineTest, AFlushLetsPartsGoAndLeavesARecordWithoutItsEnd) {
  using Chunks = std::vector<std::string>;
  const std::string p = cri("a");
  EXPECT_EQ(chunks_of({p, p}, true), (Chunks{p + p + "cut"}));
  EXPECT_EQ(chunks_of({p, "2026"}, true), (Chunks{p + "cut"}));
  EXPECT_EQ(chunks_of({docker("a")}, true), (Chunks{docker("a")})) << "a writer that leaves \\n out";
  EXPECT_EQ(chunks_of({"begun"}, true), Chunks{});
}

TEST(ContainerLineTest, ALineEndsAtItsLimits) {
  const std::string large = cri(std::string(700'000, 'x'));
  const std::vector<std::string> chunks = chunks_of({large, large, large, large});
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(chunks[0], large + large + large);

  std::string line;
  for (std::size_t i = 0; i < kMaxSplitParts; ++i) line += cri("x");
  EXPECT_EQ(chunks_of({line + cri("x")}), std::vector<std::string>{line});
  const SplitLine found = split_line_at(line + cri("x"));
  EXPECT_EQ(found.size, line.size());
  EXPECT_TRUE(found.cut);
  EXPECT_FALSE(split_line_at(line.substr(cri("x").size()) + cri("x", "F")).cut);
}

}  // namespace
}  // namespace piiscrub
