// How streams of syslog are cut into records and put together again: the same whatever the reads and writes are.

#include "io/octet_counting.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/record_encoder.h"

namespace piiscrub::io {
namespace {

using namespace std::string_literals;

constexpr std::size_t kMaxMessageBytes = 300;

struct Decoded {
  std::string text;
  bool malformed;
  bool operator==(const Decoded&) const = default;
};

// Decodes each part in a buffer of exactly the promised size, with the input at its very end.
Decoded decode(const std::vector<std::string_view>& parts) {
  SyslogDecoder decoder(kMaxMessageBytes);
  std::string text;
  for (const std::string_view part : parts) {
    const std::size_t room = kEscapeGrowth * part.size();
    const auto memory = std::make_unique<char[]>(room);
    char* const in = memory.get() + room - part.size();
    std::copy(part.begin(), part.end(), in);
    const std::size_t size = decoder.decode({in, part.size()}, memory.get());
    EXPECT_LE(size, room);
    text.append(memory.get(), size);
  }
  return {text, decoder.malformed()};
}

struct Row {
  std::string wire;
  std::string records;
  bool malformed = false;
};

const std::vector<Row> kRows = {
    {"", ""},
    // Octet counting.
    {"5 <1>ab", "<1>ab\n"},
    {"5 <1>ab3 <2>", "<1>ab\n<2>\n"},
    {"6 <1>ab\n4 <2>\0"s, "<1>ab\n<2>\n"},
    {"6 a\nb\n\nc", "a#012b#012#012c\n"},
    {"1 \n1 \0"s, "\n\n"},
    {"2 \n\n", "#012\n"},
    {"4 a\0\0b"s, "a\0\0b\n"s},
    {"10 <1>\xff\r\n 5 x", "<1>\xff\r#012 5 x\n"},
    {"300 " + std::string(300, '\n'),
     [] {
       std::string text;
       for (int i = 0; i < 299; ++i) text += "#012";
       return text + "\n";
     }()},
    {"5 ab", "ab"},
    {"12", ""},
    {"12 ", ""},
    // Not a count, or too much of it.
    {"3 abcx", "abc\n", true},
    {"3 abc\n3 def", "abc\n", true},
    {"3 abc0 ", "abc\n", true},
    {"3 abc03 def", "abc\n", true},
    {"3 abc 3 def", "abc\n", true},
    {"3x", "", true},
    {"301 a", "", true},
    {"99999999999999999999999999999999999999999 a", "", true},
    // Lines.
    {"<1>ab\n<2>\n", "<1>ab\n<2>\n"},
    {"<1>ab\n\n5 x\ny", "<1>ab\n\n5 x\ny"},
    {"0 ab\n", "0 ab\n"},
    {" 1 ab\n", " 1 ab\n"},
    {"<1>ab\0<2>\0"s, "<1>ab\n<2>\n"},
    {"<1>ab\n\0<2>\n\0"s, "<1>ab\n<2>\n"},
    {"\0\0a\0\0b"s, "a\nb"},
};

TEST(SyslogDecoder, FindsTheRecordsWhateverTheCuts) {
  for (const Row& row : kRows) {
    const Decoded expected{row.records, row.malformed};
    EXPECT_EQ(decode({row.wire}), expected) << row.wire;
    for (std::size_t cut = 0; cut <= row.wire.size(); ++cut) {
      const std::string_view wire = row.wire;
      EXPECT_EQ(decode({wire.substr(0, cut), wire.substr(cut)}), expected) << row.wire << " cut at " << cut;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < row.wire.size(); ++i) bytes.push_back(std::string_view(row.wire).substr(i, 1));
    EXPECT_EQ(decode(bytes), expected) << row.wire << " byte by byte";
  }
}

TEST(WriteRecord, MakesOneRecordOfADatagram) {
  for (const auto& [message, record] : std::vector<std::pair<std::string, std::string>>{
           {"<1>a", "<1>a\n"}, {"<1>a\n", "<1>a\n"}, {"<1>a\0"s, "<1>a\n"}, {"a\nb\n\n", "a#012b#012\n"}, {"", "\n"}}) {
    std::string to(kEscapeGrowth * message.size() + 1, '.');
    const char* const end = write_record(message, to.data());
    EXPECT_EQ(std::string_view(to.data(), static_cast<std::size_t>(end - to.data())), record);
  }
}

// ----- and back

// Sends in steps of `step` bytes and loses the connection after `lose_after` of them.
struct Sent {
  std::string before;  // what the first connection took
  std::string after;   // what the second one took
};

Sent send(RecordEncoder& encoder, std::span<const std::string_view> slices, std::size_t step, std::size_t lose_after) {
  Sent sent;
  encoder.start(slices);
  bool lost = false;
  while (encoder.refill()) {
    std::string_view bytes = encoder.window().substr(0, step);
    if (!lost) bytes = bytes.substr(0, lose_after - sent.before.size());
    (lost ? sent.after : sent.before) += bytes;
    encoder.advance(bytes.size());
    if (!lost && sent.before.size() == lose_after) {
      lost = true;
      encoder.rewind();
    }
  }
  EXPECT_EQ(encoder.left(), 0U);
  return sent;
}

std::vector<std::string_view> slices_of(std::string_view text, std::size_t size) {
  std::vector<std::string_view> slices;
  for (; text.size() > size; text.remove_prefix(size)) slices.insert(slices.end(), {text.substr(0, size), ""});
  slices.push_back(text);
  return slices;
}

TEST(RecordEncoder, CountsWhatTheDecoderFinds) {
  const std::string text = "<1>ab\n<2>\n" + std::string(250, 'x') + "\n\nlast\n";
  const std::string wire = "5 <1>ab3 <2>250 " + std::string(250, 'x') + "4 last";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto slices = slices_of(text, size);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, wire.size()}) {
      RecordEncoder encoder(WireFraming::counted);
      EXPECT_EQ(send(encoder, slices, step, wire.size()).before, wire) << size << ' ' << step;
    }
  }
  EXPECT_EQ(decode({wire}).text, "<1>ab\n<2>\n" + std::string(250, 'x') + "\nlast\n");
}

TEST(RecordEncoder, SendsTheCutRecordAgainAsAWhole) {
  struct Case {
    WireFraming framing;
    std::vector<std::string> records;  // on the wire
  };
  const std::string text = "abc\n\nde\nfghij";
  for (const Case& row : {Case{WireFraming::lines, {"abc\n", "\n", "de\n", "fghij\n"}},
                          Case{WireFraming::counted, {"3 abc", "2 de", "5 fghij"}}}) {
    std::string wire;
    for (const std::string& record : row.records) wire += record;
    const auto slices = slices_of(text, 2);
    for (std::size_t lose_after = 0; lose_after < wire.size(); ++lose_after) {
      std::size_t start = 0;  // of the record that is cut
      for (const std::string& record : row.records) {
        if (start + record.size() > lose_after) break;
        start += record.size();
      }
      RecordEncoder encoder(row.framing);
      const Sent sent = send(encoder, slices, 1, lose_after);
      EXPECT_EQ(sent.before, wire.substr(0, lose_after));
      EXPECT_EQ(sent.after, wire.substr(start)) << lose_after;
    }
  }
}

TEST(RecordEncoder, HoldsWindowsOfWholeRecords) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "record " + std::to_string(i) + '\n';
  text += std::string(300'000, 'l') + '\n';
  const std::vector<std::string_view> slices = {text};
  RecordEncoder encoder(WireFraming::lines);
  encoder.start(slices);
  std::string sent;
  std::size_t windows = 0;
  for (; encoder.refill(); ++windows) {
    EXPECT_TRUE(encoder.window().ends_with('\n'));
    sent += encoder.window();
    encoder.advance(encoder.window().size());
  }
  EXPECT_TRUE(sent == text);
  EXPECT_GT(windows, 3U);
}

TEST(RecordEncoder, GivesEachRecordADatagram) {
  const std::vector<std::string_view> slices = {"a", "bc\n\n", "de\nf"};
  RecordEncoder encoder(WireFraming::datagrams);
  encoder.start(slices);
  ASSERT_TRUE(encoder.refill());
  ASSERT_EQ(encoder.records(), 3U);
  EXPECT_EQ(encoder.record(0), "abc");
  EXPECT_EQ(encoder.record(1), "de");
  EXPECT_EQ(encoder.record(2), "f");
  encoder.advance(3);
  ASSERT_EQ(encoder.records(), 2U);
  EXPECT_EQ(encoder.record(0), "de");
}

TEST(RecordEncoder, CutsLongDatagramsBetweenCharacters) {
  const std::string a(kMaxDatagramBytes - 2, 'a');
  struct Case {
    std::string record;
    std::size_t size;
    unsigned truncated;
  };
  for (const Case& row :
       {Case{a + "xx", kMaxDatagramBytes, 0}, Case{a + "xxx", kMaxDatagramBytes, 1},
        Case{a + "\xc3\xbc\xc3\xbc", kMaxDatagramBytes, 1}, Case{a + "x\xc3\xbc", kMaxDatagramBytes - 1, 1},
        Case{a + "\xe2\x82\xac", kMaxDatagramBytes - 2, 1}, Case{a + "\xf0\x9f\x98\x80", kMaxDatagramBytes - 2, 1},
        Case{a + std::string(10, '\x80'), kMaxDatagramBytes, 1},
        Case{std::string(kMaxDatagramBytes + 10, '\x80'), kMaxDatagramBytes, 1}}) {
    const std::string text = row.record + '\n';
    const std::vector<std::string_view> slices = {text};
    RecordEncoder encoder(WireFraming::datagrams);
    encoder.start(slices);
    ASSERT_TRUE(encoder.refill());
    EXPECT_EQ(encoder.record(0).size(), row.size);
    EXPECT_EQ(encoder.truncated(), row.truncated);
  }
}

}  // namespace
}  // namespace piiscrub::io
