// Triggers: every instruction set gives what the table says, word for word, wherever the bytes lie.
#include "detect/triggers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/scrub.h"

namespace piiscrub {
namespace {

// --- the table, read one byte at a time ------------------------------------------------------------------------------

// A truth value for which the table's | and & mean what they mean for masks.
struct Bit {
  bool on;
  Bit operator|(Bit other) const { return {on || other.on}; }
  Bit operator&(Bit other) const { return {on && other.on}; }
};

class Interpreter {
 public:
  explicit Interpreter(std::string_view bytes) : bytes_(bytes), rows_(kRows, std::vector<bool>(bytes.size())) {
    for (std::size_t i = 0; i < bytes.size(); ++i) classify(i);
  }

  std::vector<Hit> hits() const {
    std::vector<Hit> all;
    for (std::size_t i = 0; i < bytes_.size(); ++i) fire(i, all);
    return all;
  }
  /// The places where a key may end, each with the key's length; 0 if it is too far away or too long to tell.
  std::vector<KeyPlace> places() const {
    constexpr std::size_t kKnown = 56;
    std::vector<KeyPlace> all;
    for (std::size_t i = 1; i < bytes_.size(); ++i) {
      if (!is_separator(i)) continue;
      std::size_t gap = 0;
      while (gap < i - 1 && gap <= kKnown && !is_key_byte(i - 2 - gap)) ++gap;
      std::size_t length = 0;
      while (gap + length < i - 1 && length <= kKnown && is_key_byte(i - 2 - gap - length)) ++length;
      all.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(gap),
                     static_cast<std::uint8_t>(gap + length <= kKnown ? length : 0)});
    }
    return all;
  }
  std::uint64_t newlines() const { return static_cast<std::uint64_t>(std::count(bytes_.begin(), bytes_.end(), '\n')); }

 private:
  enum Row : std::size_t {
#define PIISCRUB_ROW(name, ...) row_##name,
    PIISCRUB_BYTE_CLASSES(PIISCRUB_ROW) PIISCRUB_RUNS(PIISCRUB_ROW)
#undef PIISCRUB_ROW
        row_key,
    kRows
  };

  // What the table writes as B(name, k) and N(name, k) at position `i`. Nothing stands in front of the first byte.
  Bit back(Row row, std::size_t i, std::size_t k) const { return {i >= k && rows_[row][i - k]}; }
#define B(name, k) back(row_##name, i, k)
#define N(name, k) \
  Bit { !back(row_##name, i, k).on }

  void classify(std::size_t i) {
    const auto byte = static_cast<unsigned char>(bytes_[i]);
    const unsigned folded = byte | 0x20U;
    const auto is = [&](char c) { return Bit{byte == static_cast<unsigned char>(c)}; };
    const auto in = [&](char first, int count) {
      const auto from = static_cast<unsigned char>(first);
      return Bit{byte >= from && byte < from + count};
    };
    const auto letter_in = [&](char first, int count) {
      return Bit{folded >= static_cast<unsigned>(first) && folded < static_cast<unsigned>(first + count)};
    };
#define PIISCRUB_ROW(name, expression) rows_[row_##name][i] = (expression).on;
    PIISCRUB_BYTE_CLASSES(PIISCRUB_ROW)
    PIISCRUB_RUNS(PIISCRUB_ROW)
    PIISCRUB_ROW(key, PIISCRUB_KEY_BYTE)
#undef PIISCRUB_ROW
  }

  bool is_key_byte(std::size_t i) const { return rows_[row_key][i]; }
  bool is_separator(std::size_t i) const { return (PIISCRUB_SEPARATOR).on; }

  void fire(std::size_t i, std::vector<Hit>& all) const {
#define PIISCRUB_ROW(name, gate, rest, example, reach) \
  if (((gate) & (rest)).on) all.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(Trigger::name)});
    PIISCRUB_TRIGGERS(PIISCRUB_ROW)
#undef PIISCRUB_ROW
  }
#undef N
#undef B

  std::string_view bytes_;
  std::vector<std::vector<bool>> rows_;
};

struct TriggerRow {
  std::string_view name;
  std::string_view example;
};

constexpr TriggerRow kRows[] = {
#define PIISCRUB_ROW(name, gate, rest, example, reach) {#name, example},
    PIISCRUB_TRIGGERS(PIISCRUB_ROW)
#undef PIISCRUB_ROW
};

// --- the tests -------------------------------------------------------------------------------------------------------

// Each test runs under every instruction set of this machine.
class TriggersTest : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { limit_trigger_target(GetParam()); }
  void TearDown() override { limit_trigger_target({}); }
};

// By offset, then by trigger: order among the triggers of one byte says nothing.
std::vector<std::pair<std::uint32_t, std::uint16_t>> sorted(const std::vector<Hit>& hits) {
  EXPECT_TRUE(std::is_sorted(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.at < b.at; }));
  std::vector<std::pair<std::uint32_t, std::uint16_t>> pairs;
  for (const Hit& hit : hits) pairs.emplace_back(hit.at, hit.source);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// The gap in front of a key that is too far away says nothing.
std::vector<std::array<unsigned, 3>> as_tuples(const std::vector<KeyPlace>& places) {
  std::vector<std::array<unsigned, 3>> tuples;
  for (const KeyPlace& place : places) tuples.push_back({place.at, place.length, place.length == 0 ? 0U : place.gap});
  return tuples;
}

// The bytes lie in a buffer of exactly their size, so that the address sanitizer sees a read past the end.
void expect_as_the_table_says(std::string_view text) {
  const std::vector<char> own(text.begin(), text.end());
  const std::string_view bytes(own.data(), own.size());
  Seen seen;
  seen.newlines = 7;  // of another text
  find_triggers(bytes, seen);
  const Interpreter table(bytes);
  ASSERT_EQ(sorted(seen.hits), sorted(table.hits())) << test::printable(text.substr(0, 200));
  ASSERT_EQ(seen.newlines, table.newlines());
  ASSERT_EQ(as_tuples(seen.keys), as_tuples(table.places())) << test::printable(text.substr(0, 200));
}

TEST_P(TriggersTest, TheTargetIsInUse) { EXPECT_EQ(trigger_target(), GetParam()); }

TEST_P(TriggersTest, NothingFiresInNothing) { expect_as_the_table_says(""); }

TEST_P(TriggersTest, EveryTriggerFiresInItsExample) {
  for (std::size_t i = 0; i < kTriggers; ++i) {
    SCOPED_TRACE(kRows[i].name);
    Seen seen;
    find_triggers(kRows[i].example, seen);
    const bool fires = std::any_of(seen.hits.begin(), seen.hits.end(), [&](const Hit& hit) { return hit.source == i; });
    EXPECT_TRUE(fires);
    expect_as_the_table_says(kRows[i].example);
  }
}

TEST_P(TriggersTest, EveryExampleAtEveryOffsetOfAWord) {
  for (const TriggerRow& row : kRows) {
    SCOPED_TRACE(row.name);
    for (std::size_t offset = 0; offset < 64; ++offset) {
      std::string text(offset, ' ');
      text += row.example;
      expect_as_the_table_says(text);
      text.resize(128 + offset % 3, '.');
      expect_as_the_table_says(text);
      if (HasFatalFailure()) return;
    }
  }
}

// What lies across the border of a tile or of one of its columns is seen as well.
TEST_P(TriggersTest, EveryExampleAcrossTheBorderOfATile) {
  for (const TriggerRow& row : kRows) {
    SCOPED_TRACE(row.name);
    const std::string example = ' ' + std::string(row.example) + ' ';
    const std::vector<Hit> wanted = Interpreter(example).hits();
    for (std::size_t in_front = 0; in_front <= example.size(); ++in_front) {
      for (const std::size_t border : {std::size_t{256}, std::size_t{512}, std::size_t{2048}, std::size_t{4096}}) {
        std::string text(3 * border, 'x');  // in which nothing fires
        text.replace(border - in_front, example.size(), example);
        Seen seen;
        find_triggers(text, seen);
        for (Hit& hit : seen.hits) hit.at -= static_cast<std::uint32_t>(border - in_front);
        ASSERT_EQ(sorted(seen.hits), sorted(wanted)) << in_front << " bytes in front of " << border;
      }
    }
  }
}

TEST_P(TriggersTest, EveryLengthUpToSomeWords) {
  std::string text;
  for (std::size_t i = 0; text.size() < 600; ++i)
    text += std::string(kRows[i % kTriggers].example) + (i % 3 == 0 ? "\n" : "");
  for (std::size_t size = 0; size <= 600; ++size) {
    expect_as_the_table_says(std::string_view(text).substr(0, size));
    if (HasFatalFailure()) return;
  }
}

TEST_P(TriggersTest, RandomBytes) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 40; ++round) {
    std::string text(random() % 6000, '\0');
    for (char& c : text) c = static_cast<char>(random());
    expect_as_the_table_says(text);
    if (HasFatalFailure()) return;
  }
}

TEST_P(TriggersTest, RandomTextOfTheTablesOwnBytes) {
  std::mt19937_64 random(2);
  constexpr std::string_view kBytes = "0123456789012345678901234567890123456789AFZafz.--: @+()/\n\x80=\">_";
  for (int round = 0; round < 100; ++round) {
    std::string text;
    for (std::size_t size = random() % 6000; text.size() < size;) {
      if (random() % 20 == 0) {
        text += kRows[random() % kTriggers].example;
      } else {
        text += kBytes[random() % kBytes.size()];
      }
    }
    expect_as_the_table_says(text);
    if (HasFatalFailure()) return;
  }
}

TEST_P(TriggersTest, KeysOfManyLengthsAtManyOffsets) {
  for (std::size_t offset = 0; offset < 64; offset += 5) {
    std::string text(offset, '\t');
    for (const std::string_view separator : {"=", "\": ", " : ", "=>", "    = ", "]: ", ") = "}) {
      for (std::size_t length = 1; length < 70; length += 1 + length / 8) {
        text += std::string(length, 'k') + std::string(separator) + "1, ";
      }
    }
    expect_as_the_table_says(text);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, TriggersTest, testing::ValuesIn(trigger_targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace piiscrub
