// NewlineFramer: whole records in, whole records out, whatever the pushes looked like.
#include "piiscrub/framing.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "support/scrub.h"

namespace piiscrub {
namespace {

constexpr std::size_t kLimit = 8;
constexpr std::size_t kHeld = kLimit + kLookaheadBytes;

// What the framer says about one record.
struct Seen {
  std::string text;       // with its delimiter; of an over-long record the head
  bool overlong = false;  // the rest is of over-long records only
  bool json = false;
  std::string delimiter = {};
  std::uint64_t record_bytes = 0;
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << fmt::format("{}{}'{}' ({} bytes, {} in all)", seen.overlong ? "overlong " : "",
                            seen.json ? "json " : "", test::printable(seen.text), seen.text.size(), seen.record_bytes);
}

// A framer that is fed, and what came of it.
class Framed {
 public:
  explicit Framed(std::size_t limit = kLimit) : framer_(limit) {}

  Framed& push(std::string_view bytes) {
    const std::vector<char> own(bytes.begin(), bytes.end());  // dies with this call
    taken_ += own.size();
    framer_.push({own.data(), own.size()});
    drain();
    return *this;
  }
  Framed& finish() {
    framer_.push({});
    framer_.finish();
    drain();
    EXPECT_EQ(framer_.pending(), 0U);
    EXPECT_EQ(handed_out_, taken_) << "every byte is handed out or counted";
    return *this;
  }

  const std::vector<Seen>& seen() const { return seen_; }
  std::size_t chunks() const { return chunks_; }
  std::size_t pending() const { return framer_.pending(); }

 private:
  void drain() {
    while (const std::optional<Chunk> chunk = framer_.next()) {
      ASSERT_LT(++chunks_, 100'000U) << "the framer does not come to an end";
      switch (chunk->kind) {
        case Chunk::Kind::records:
          add_records(chunk->bytes);
          break;
        case Chunk::Kind::overlong_head:
          add_head(*chunk);
          break;
        case Chunk::Kind::overlong_tail:
          add_tail(*chunk);
          break;
      }
    }
    EXPECT_LE(framer_.pending(), kHeld) << "more is held than promised";
  }
  void add_records(std::string_view bytes) {
    EXPECT_FALSE(bytes.empty());
    EXPECT_FALSE(discarding_) << "records inside of an over-long one";
    for (const std::string_view record : test::records_of(bytes)) seen_.push_back({.text = std::string(record)});
    handed_out_ += bytes.size();
  }
  void add_head(const Chunk& chunk) {
    EXPECT_FALSE(discarding_);
    discarding_ = true;
    seen_.push_back({.text = std::string(chunk.bytes), .overlong = true, .json = chunk.json});
  }
  void add_tail(const Chunk& chunk) {
    EXPECT_TRUE(discarding_);
    discarding_ = false;
    EXPECT_EQ(chunk.json, seen_.back().json);
    seen_.back().delimiter = chunk.bytes;
    seen_.back().record_bytes = chunk.record_bytes;
    handed_out_ += chunk.record_bytes + chunk.bytes.size();
  }

  NewlineFramer framer_;
  std::vector<Seen> seen_;
  std::size_t chunks_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t handed_out_ = 0;
  bool discarding_ = false;
};

// What must be seen, worked out from the whole input.
std::vector<Seen> expected(std::string_view input, std::size_t limit = kLimit) {
  std::vector<Seen> all;
  for (const std::string_view whole : test::records_of(input)) {
    const bool ended = whole.ends_with('\n');
    const std::string_view record = whole.substr(0, whole.size() - (ended ? 1 : 0));
    if (record.size() <= limit) {
      all.push_back({.text = std::string(whole)});
      continue;
    }
    const std::size_t start = std::min(record.find_first_not_of(" \t"), record.size() - 1);
    all.push_back({.text = std::string(record.substr(0, limit + kLookaheadBytes)),
                   .overlong = true,
                   .json = record[start] == '{' || record[start] == '[',
                   .delimiter = ended ? "\n" : "",
                   .record_bytes = record.size()});
  }
  return all;
}

void expect_under_every_chunking(std::string_view input, std::size_t most_splits = 512) {
  const std::vector<Seen> wanted = expected(input);
  for (const test::NamedCuts& chunking : test::chunkings(input.size(), most_splits)) {
    SCOPED_TRACE(chunking.name);
    Framed framed;
    std::size_t done = 0;
    for (const std::size_t cut : chunking.cuts) {
      framed.push(input.substr(done, cut - done));
      done = cut;
    }
    framed.push(input.substr(done)).finish();
    ASSERT_EQ(framed.seen(), wanted);
  }
}

std::string xs(std::size_t count) { return std::string(count, 'x'); }

TEST(NewlineFramerTest, WholeRecordsLeaveInOneChunk) {
  Framed framed;
  framed.push("one\ntwo\nthree\n");
  EXPECT_EQ(framed.chunks(), 1U);
  EXPECT_EQ(framed.pending(), 0U);
  EXPECT_EQ(framed.seen(), expected("one\ntwo\nthree\n"));
}

TEST(NewlineFramerTest, WholeRecordsAreViewsOfTheCallersBytes) {
  const std::string input = "one\ntwo\nthr";
  NewlineFramer framer(kLimit);
  framer.push(input);
  const std::optional<Chunk> chunk = framer.next();
  ASSERT_TRUE(chunk);
  EXPECT_EQ(static_cast<const void*>(chunk->bytes.data()), input.data());
  EXPECT_EQ(chunk->bytes.size(), 8U);
  EXPECT_FALSE(framer.next());
  EXPECT_EQ(framer.pending(), 3U);
}

TEST(NewlineFramerTest, AnUnfinishedRecordWaits) {
  Framed framed;
  framed.push("on");
  EXPECT_TRUE(framed.seen().empty());
  EXPECT_EQ(framed.pending(), 2U);
  framed.push("e");
  EXPECT_TRUE(framed.seen().empty());
  framed.push("\ntw");
  EXPECT_EQ(framed.seen(), expected("one\n"));
  EXPECT_EQ(framed.pending(), 2U);
  framed.finish();
  EXPECT_EQ(framed.seen(), expected("one\ntw"));
}

TEST(NewlineFramerTest, NothingComesOfNothing) {
  Framed framed;
  framed.push("").push("").finish();
  EXPECT_TRUE(framed.seen().empty());
}

TEST(NewlineFramerTest, EveryRecordIsSeenUnderEveryChunking) {
  const struct {
    std::string_view what;
    std::string input;
  } kCases[] = {
      {"complete", "one\ntwo\n"},
      {"empty records", "\n\n\none\n\n"},
      {"one delimiter", "\n"},
      {"no delimiter", "one"},
      {"CRLF", "one\r\n\r\ntwo\r\n"},
      {"lone CR", "a\rb\r\rc\n\r"},
      {"NUL and high bytes", std::string("a\0b\n\xff\xfe\n\0", 8)},
      {"end without delimiter", "one\ntwo"},
      {"end with CR", "one\r"},
      {"limit - 1", xs(7) + "\n" + xs(7)},
      {"limit", xs(8) + "\n" + xs(8)},
      {"limit with CR", xs(7) + "\r\n"},
      {"limit + 1", xs(9) + "\n" + xs(9)},
      {"limit + 1 with CR", xs(8) + "\r\nok\n"},
      {"over-long between others", "a\n" + xs(20) + "\nb\n"},
      {"several over-long", xs(9) + "\n" + xs(10) + "\nok\n" + xs(11)},
      {"over-long JSON", "{\"a\":1,\"b\":2}\n \t[1,2,3,4,5]\n<1234567890>\n"},
      {"blanks only", "           \n"},
      {"garbage, then recovery", xs(300) + std::string(3, '\0') + "\xff\n\nok\nok\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    expect_under_every_chunking(c.input);
  }
}

TEST(NewlineFramerTest, TheEndOfTheLookAheadIsNoPlaceOfItsOwn) {
  for (const std::size_t size : {kHeld - 1, kHeld, kHeld + 1, 2 * kHeld, 3 * kHeld + 1}) {
    SCOPED_TRACE(size);
    expect_under_every_chunking("a\n" + xs(size) + "\nb\n", 64);
    expect_under_every_chunking(xs(size), 64);
    expect_under_every_chunking(xs(size - 1) + "\r\nb", 64);
    // Cuts right there.
    for (std::size_t cut = kHeld - 3; cut <= kHeld + 3 && cut <= size + 1; ++cut) {
      const std::string input = xs(size) + "\nb\n";
      Framed framed;
      framed.push(std::string_view(input).substr(0, cut)).push(std::string_view(input).substr(cut)).finish();
      ASSERT_EQ(framed.seen(), expected(input)) << "cut at " << cut;
    }
  }
}

TEST(NewlineFramerTest, AnEndlessRecordIsNotHeld) {
  Framed framed;
  for (int i = 0; i < 1000; ++i) framed.push(xs(4096));
  framed.push("\nok\n").finish();
  ASSERT_EQ(framed.seen().size(), 2U);
  EXPECT_EQ(framed.seen()[0].record_bytes, 4'096'000U);
  EXPECT_EQ(framed.seen()[1].text, "ok\n");
}

// Offsets in a chunk have 32 bits, and more can be pushed at once.
TEST(NewlineFramerTest, ALongPushComesInSeveralChunks) {
  constexpr std::size_t kMost = std::size_t{16} << 20;
  std::string input;
  while (input.size() < 2 * kMost) input += xs(99) + "\n";
  NewlineFramer framer(kLimit * 100);
  framer.push(input);
  std::size_t seen = 0;
  while (const std::optional<Chunk> chunk = framer.next()) {
    EXPECT_LE(chunk->bytes.size(), kMost);
    EXPECT_TRUE(chunk->bytes.ends_with('\n'));
    seen += chunk->bytes.size();
  }
  EXPECT_EQ(seen, input.size());
}

TEST(NewlineFramerTest, RandomBytesUnderRandomChunkings) {
  std::mt19937_64 random(20261010);
  constexpr std::string_view kBytes = "aaaaaaab{ \r\n\n";
  for (int round = 0; round < 300; ++round) {
    std::string input;
    for (std::size_t size = random() % 200; input.size() < size;) input += kBytes[random() % kBytes.size()];
    if (round % 10 == 0) input.insert(random() % (input.size() + 1), xs(kHeld - 4 + random() % 8));
    SCOPED_TRACE(round);
    expect_under_every_chunking(input, 8);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace piiscrub
