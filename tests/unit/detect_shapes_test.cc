// Shapes: the span that each finds, and what it leaves. Check digits are the rules' business, unless the span depends
// on them. « » mark the span; a text without marks holds none.
#include "detect/shapes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "detect/triggers.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub {
namespace {

// What the shape finds at all its triggers, or behind all texts that announce it.
std::set<std::pair<std::size_t, std::size_t>> spans_in(const ShapeInfo& shape, std::string_view text) {
  std::set<std::pair<std::size_t, std::size_t>> spans;
  Seen seen;
  find_triggers(text, seen);
  for (const Hit& hit : seen.hits) {
    if (std::find(shape.triggers.begin(), shape.triggers.end(), static_cast<Trigger>(hit.source)) ==
        shape.triggers.end())
      continue;
    if (hit.at < kTriggerReach[hit.source]) continue;  // as the detector does: no value can lie around it
    if (const auto span = shape.find(text, hit.at)) {
      EXPECT_LE(span->begin, hit.at);
      EXPECT_LT(span->begin, span->end);
      EXPECT_LE(span->end, text.size());
      spans.emplace(span->begin, span->end);
    }
  }
  return spans;
}

std::string marked(std::string_view text, const std::set<std::pair<std::size_t, std::size_t>>& spans) {
  std::string result;
  std::size_t done = 0;
  for (const auto& [begin, end] : spans) {
    if (begin < done) return result + " (overlapping)";
    result.append(text.substr(done, begin - done)).append("«").append(text.substr(begin, end - begin)).append("»");
    done = end;
  }
  return result.append(text.substr(done));
}

const std::map<std::string_view, std::vector<std::string_view>>& table() {
  static const std::map<std::string_view, std::vector<std::string_view>> kTable = {
      {"email",
       {"«a@b.co»",
        "x «alice.smith+tag@example.com», y",
        "<«a_b%c-d@sub.example.co.uk»>",
        "“«a@example.com»”",
        "«jürgen@müller.example»",
        "'«o'brien@example.org»'",
        "b'«alice@example.org»'",
        "(«a@b.com»)",
        "«a@b.com».",
        "«a@b.com»:25",
        "«a@b.com»/x",
        "«a@xn--bcher-kva.xn--p1ai»",
        "-«a@b.com»",
        "..«a@b.com»",
        "«a@b.com»,«c@d.com»",
        "«a@b.com»-",
        "«a@1.2.com»",
        "a@b",
        "a@b.c",
        "@b.com",
        "a.@b.com",
        "a@.com",
        "a@-b.com",
        "a@b..com",
        "a@b.com_x",
        "a@2x.png",
        "x@1.2.3.4",
        "a @b.com",
        "a@ b.com",
        "«a@b.com»\\nx",
        "«a@b.example»?x=1",
        "amqp://user:secret@host.example"}},
      {"url-password",
       {"postgresql://app:«s3cr3t»@db:1/x", "redis://:«x»@cache", "amqp://u:«p@ss»@mq/v", "x=https://u:«p»@h?x",
        "http://u:«a%20b»@h", "postgres://app@db", "http://h:80/a@b", "mailto:a:b@c", "u:p@h", "://u:p@h",
        "http://u:@h", "\"http://u:«p»@h\""}},
      {"ipv4",
       {"«1.2.3.4»",
        "x=«192.0.2.1»,",
        "[«192.0.2.1»]:80",
        "«192.0.2.1»:80",
        "«192.0.2.1»/24",
        "«192.0.2.1».",
        "«10.0.0.1»-«10.0.0.9»",
        "\\n«192.0.2.1»",
        "\\x22«1.2.3.4»\\x22",
        "%20«192.0.2.1»",
        "1.2.3",
        "1.2.3.4.5",
        "a1.2.3.4",
        "1.2.3.4a",
        "v1.2.3.4",
        "1.2.3.4-rc1",
        "~1.2.3.4",
        "1.2.3.1234",
        "version 1.2.3.4",
        "Chrome/126.0.0.0",
        "urn:oid:2.5.4.42",
        "x==1.2.3.4",
        "lib-1.2.3.4"}},
      {"ipv6",
       {"«2001:db8::1»", "[«2001:db8::1»]:443", "«fe80::1»%eth0", "«::1»", "«::ffff:192.0.2.1»", "«1:2:3:4:5:6:7:8»",
        "/«0:0:0:0:0:0:0:1»:2181", "x=«2001:db8::1»,", "«2001:db8::1».", "12:34:56", "1:2:3:4:5:6:7", "std::vector",
        "dead::beef", "a::b", "x2001:db8::1", "iface:«fe80::1»", "addr:«2001:db8::1»", "02:42:ac:11:00:02"}},
      {"mac",
       {"«02:42:ac:11:00:02»", "x=«02:42:AC:11:00:02»,", "«02:42:ac:ff:fe:11:00:02»", "02:42:ac:11:00",
        "02:42:ac:11:00:02:03", "mac:«02:42:ac:11:00:02»", "MAC:«02:42:ac:11:00:02»", "x02:42:ac:11:00:02",
        "2:42:ac:11:00:02"}},
      {"dashed-mac",
       {"«02-42-ac-11-00-02»", "x=«02-42-AC-11-00-02»,", "02-42-ac-11-00", "02-42-ac-11-00-02-03",
        "x-02-42-ac-11-00-02", "x02-42-ac-11-00-02"}},
      {"ssn",
       {"«123-45-6789»", "«123 45 6789»", "(«123-45-6789»)", "«123-45-6789».", "\\x22«123-45-6789»", "123-45 6789",
        "123-45-67890", "0123-45-6789", "a-123-45-6789", "123-45-6789-1", "123-45-6789.5"}},
      {"card-groups",
       {"«1234 5678 9012 3456»", "«1234-5678-9012-3456»", "«1234 5678 9012 3456 789»", "1234 5678-9012 3456",
        "1234 5678 9012", "1234 5678 9012 3456 7890", "x-1234-5678-9012-3456"}},
      {"card-464",
       {"«1234 567890 1234»", "«1234-567890-12345»", "1234 567890-1234", "1234 567890 123456", "1234 567890 123"}},
      {"aadhaar", {"«1234 5678 9012»", "«1234-5678-9012»", "1234 5678 9012 3456", "1234 5678-9012", "x1234 5678 9012"}},
      {"nir-digits", {"«123456789012345»", "12345678901234", "1234567890123456", "a123456789012345"}},
      {"nir-groups",
       {"«1 23 45 67 890 123 45»", "«1 23 45 2A 890 123 45»", "1 23 45-67 890 123 45", "11 23 45 67 890 123 45"}},
      {"iban",
       {"«DE89370400440532013000»", "x=«GB29NWBK60161331926819»,", "DE893704004405", "xDE89370400440532013000",
        "DE89370400440532013000x", "de89370400440532013000"}},
      {"iban-groups",
       {"«DE89 3704 0044 0532 0130 00»", "«DE89 3704 0044 0532 0130 00» ABC", "«GB29-NWBK-6016-1331-9268-19»",
        "DE89 3704 0044 0532 0130 01", "xDE89 3704 0044 0532 0130 00"}},
      {"phone-plus",
       {"«+12025550143»", "«+1 202 555 0143»", "«+1 (202) 555-0143»", "«+49 (0)30 901820»", "tel:«+442079460958»;",
        "«+12025550143» 7", "a+12025550143", "+123", "2026-10-10T13:55:36+02:00", "+0000 1234567"}},
      {"phone-nanp",
       {"«(202) 555-0143»", "«(202)555-0143»", "«202-555-0143»", "«202.555.0143»", "«1-202-555-0143»", "202-555.0143",
        "202-555-01433", "x-202-555-0143", "555-0143"}},
      {"cpf", {"«123.456.789-01»", "x=«123.456.789-01»,", "123.456.789.01", "1123.456.789-01", "123.456.789-012"}},
      {"cnpj", {"«12.345.678/0001-90»", "12.345.678-0001-90", "12.345.678/0001-901"}},
      {"nino", {"«AB123456C»", "xAB123456C", "AB123456CD", "ab123456c"}},
      {"nino-groups", {"«AB 12 34 56 C»", "«AB-12-34-56-C»", "AB 12-34 56 C", "AB 12 34 56 CD"}},
      {"pan", {"«ABCDE1234F»", "xABCDE1234F", "ABCDE1234FG", "abcde1234f"}},
      {"fiscal-code", {"«RSSMRA85T10A562S»", "xRSSMRA85T10A562S", "RSSMRA85T10A562SX"}},
      {"dni", {"«12345678Z»", "«12345678-Z»", "112345678Z", "12345678ZZ", "12345678-Z1"}},
      {"nie", {"«X1234567L»", "«Y1234567-L»", "W1234567L", "XX1234567L"}},
      {"personnummer", {"«811228-9874»", "«811228+9874»", "«19811228-9874»", "1811228-9874", "811228-98745"}},
      {"hetu", {"«131052-308T»", "«131052+308T»", "1131052-308T", "131052-308TT"}},
      {"rrn", {"«900101-1234567»", "900101-123456", "900101-12345678", "1900101-1234567"}},
      {"lv-code", {"«161175-19997»", "161175-1999", "161175-199978", "161175+19997"}},
      {"cn-id",
       {"«11010519491231002X»", "«440106198807143523»", "«34052419800101001x»", "1440106198807143523",
        "11010519491231002XY"}},
      {"curp", {"«GODE561231HDFRRN00»", "«MAAR910507MJCRLSA5»", "xGODE561231HDFRRN00", "GODE561231HDFRRN001"}},
      {"ahv", {"«756.1047.3295.14»", "1.756.1047.3295.14", "756.1047.3295.141", "7561.1047.3295.14"}},
      {"rut", {"«12.345.678-5»", "«7.654.321-K»", "112.345.678-5", "12.345.678-55", "1.12.345.678-5"}},
      {"be-national", {"«85.07.30-033.28»", "185.07.30-033.28", "85.07.30-033.281", "85.07.30.033.28"}},
      {"cuit", {"«20-28471936-1»", "120-28471936-1", "20-28471936-11", "20-2847193-1"}},
      {"snils", {"«112-233-445 95»", "1112-233-445 95", "112-233-445 951", "112-233-445-95"}},
      {"th-id", {"«1-1015-00012-34-1»", "11-1015-00012-34-1", "1-1015-00012-34-11", "1-1015-00012-341"}},
      {"nric", {"«S8412736A»", "«T0123456G»", "A8412736A", "SS8412736A", "S8412736AB"}},
      {"hk-id", {"«G123456(A)»", "«WX804217(9)»", "xG123456(A)", "G1234567(A)", "G123456[A]", "G123456(A)7"}},
      {"svnr", {"«15070649C103»", "115070649C103", "15070649C1034", "15070649c103"}},
      {"mbi", {"«1EG4-TE5-MK73»", "1EG4-TE5-MK7", "1EG4-TE5-MK731", "x1EG4-TE5-MK73"}},
      {"nhs", {"«943 476 5919»", "«121-358-4620»", "943 476-5919", "1943 476 5919", "943 476 59190"}},
      {"gstin", {"«27AAPFU0939F1ZV»", "27AAPFU0939F1AV", "127AAPFU0939F1ZV", "27AAPFU0939F1ZVX"}},
  };
  return kTable;
}

TEST(ShapesTest, EveryShapeFindsItsSpanAndNothingElse) {
  for (const auto& [name, texts] : table()) {
    const ShapeInfo* shape = find_shape(name);
    ASSERT_NE(shape, nullptr) << name;
    for (const std::string_view text : texts) {
      const Result<MarkedExample> example = parse_marks(text);
      ASSERT_TRUE(example) << name << ": " << text;
      EXPECT_EQ(marked(example->text, spans_in(*shape, example->text)), text) << name;
    }
  }
}

// Replacements on both sides cut the text down to the value itself.
TEST(ShapesTest, AValueIsFoundWithNothingAroundIt) {
  for (const auto& [name, texts] : table()) {
    if (name == "url-password") continue;  // its URL is what gives it away
    for (const std::string_view text : texts) {
      const MarkedExample example = *parse_marks(text);
      for (const auto& [begin, end] : example.spans) {
        const std::string value = example.text.substr(begin, end - begin);
        EXPECT_EQ(marked(value, spans_in(*find_shape(name), value)), "«" + value + "»") << name;
      }
    }
  }
}

TEST(ShapesTest, TheTableIsWellFormed) {
  std::set<std::string_view> names;
  for (const ShapeInfo& shape : shapes()) {
    EXPECT_TRUE(names.insert(shape.name).second) << shape.name << " stands twice";
    EXPECT_EQ(find_shape(shape.name), &shape);
    EXPECT_FALSE(shape.expression.empty()) << shape.name;
    EXPECT_TRUE(shape.find != nullptr) << shape.name;
    EXPECT_NE(shape.triggers.empty(), shape.literal.empty()) << shape.name << ": triggers or a literal";
  }
  EXPECT_EQ(find_shape(""), nullptr);
  EXPECT_EQ(find_shape("no-such-shape"), nullptr);
}

// A shape looks at its text only: buffers of exact size let the address sanitizer see a step beyond.
TEST(ShapesTest, NoTextIsTooShortOrTooOdd) {
  std::mt19937_64 random(11);
  constexpr std::string_view kBytes = "0123456789012345678901234567890123456789ABXYabfx-.: +()@/%\\\"\x1b#m\xc3\xbc";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto& [name, texts] = *std::next(table().begin(), static_cast<std::ptrdiff_t>(random() % table().size()));
    if (round % 2 == 0) text = parse_marks(texts[random() % texts.size()])->text;
    for (std::size_t i = random() % 6; i > 0; --i) {
      text.insert(random() % (text.size() + 1), 1, kBytes[random() % kBytes.size()]);
      if (random() % 2 == 0) text.erase(random() % text.size(), 1);
    }
    const std::vector<char> own(text.begin(), text.end());
    for (const ShapeInfo& shape : shapes()) {
      for (const auto& [begin, end] : spans_in(shape, {own.data(), own.size()})) {
        ASSERT_LT(begin, end) << shape.name;
        ASSERT_LE(end, own.size()) << shape.name;
      }
    }
  }
}

// The detector takes it that a shape finds the same wherever in a chunk its record lies.
TEST(ShapesTest, NeighbouringRecordsMakeNoDifference) {
  for (const auto& [name, texts] : table()) {
    const ShapeInfo& shape = *find_shape(name);
    for (const std::string_view text : texts) {
      const std::string record = parse_marks(text)->text;
      const auto alone = spans_in(shape, record);
      for (const std::string_view neighbour :
           {"a@b.com", "12", "1.", "version", "x-", "::1:", "+1", "http://u:p", "-----", "\\n", "4111 "}) {
        const std::string chunk = std::string(neighbour) + "\n" + record + "\n" + std::string(neighbour);
        std::set<std::pair<std::size_t, std::size_t>> inside;
        for (const auto& [begin, end] : spans_in(shape, chunk)) {
          const std::size_t offset = neighbour.size() + 1;
          ASSERT_TRUE(chunk.substr(begin, end - begin).find('\n') == std::string::npos) << name << ": " << chunk;
          if (begin >= offset && end <= offset + record.size()) inside.emplace(begin - offset, end - offset);
        }
        ASSERT_EQ(inside, alone) << name << ": " << chunk;
      }
    }
  }
}

}  // namespace
}  // namespace piiscrub
