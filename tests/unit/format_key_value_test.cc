// Values and their keys in text. ¦ stands behind the separator that is looked at, « » mark each value that is expected.
#include "format/key_value.h"
#include "format/placeholder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "support/scrub.h"

namespace piiscrub {
namespace {

constexpr std::string_view kPlace = "¦";
constexpr std::string_view kBegin = "«";
constexpr std::string_view kEnd = "»";

struct Marked {
  std::string text;
  std::size_t at = std::string::npos;
};

Marked parse(std::string_view source) {
  Marked marked;
  while (!source.empty()) {
    std::string_view mark;
    for (const std::string_view one : {kPlace, kBegin, kEnd}) {
      if (source.starts_with(one)) mark = one;
    }
    if (mark == kPlace) marked.at = marked.text.size();
    if (mark.empty()) marked.text += source.front();
    source.remove_prefix(std::max<std::size_t>(mark.size(), 1));
  }
  return marked;
}

std::string with_marks(const Marked& marked, ValueKind kind) {
  const std::optional<Span> key = key_before(marked.text, marked.at);
  std::vector<KeyedValue> values;
  if (key) find_values(marked.text, {}, *key, marked.at, kind, values);
  std::string out;
  std::size_t done = 0;
  const auto copy_to = [&](std::size_t end) {
    if (done <= marked.at && marked.at <= end) {
      out += marked.text.substr(done, marked.at - done) + std::string(kPlace);
      done = marked.at;
    }
    out += marked.text.substr(done, end - done);
    done = end;
  };
  for (const KeyedValue& value : values) {
    copy_to(value.span.begin);
    out += std::string(kBegin) + std::string(value.span.of(marked.text)) + std::string(kEnd);
    done = value.span.end;
  }
  copy_to(marked.text.size());
  return out;
}

struct KindCase {
  ValueKind kind;
  std::string_view text;
};

using enum ValueKind;
const KindCase kCases[] = {
    // bare
    {secret, "password=¦«hunter2x»"},
    {secret, "password=¦«hunter2x» next=1"},
    {secret, "password:¦ «hunter2x»"},
    {secret, "password:¦ «hunter2x», user: anna"},
    {secret, "password =¦ «hunter2x»\tuser"},
    {secret, "password=¦«pass,w0rd!»"},
    {secret, "password=¦«a;b»"},
    {secret, "password=¦«a»,user=anna"},
    {secret, "password=¦«a», user=anna"},
    {secret, "{Password:¦«x9» Email:y}"},
    {secret, "{Email:y Password:¦«x9»}"},
    {secret, "Config(password=¦«x9», host=db)"},
    {secret, "password=¦«x9»."},
    {secret, "password:=¦«x9»"},
    {secret, "password=¦Password{value='«x9»', type=bcrypt}"},
    {secret, "Password:¦ main.secret{Value:«x 9» Len:5} Port:5"},
    {secret, "password=¦«Secret{x9»"},
    {secret, "password=¦«secret{x:9»}"},
    {secret, "tokens=¦{a=«x9=», b={c=«y8»}}"},
    {secret, "password =>¦ «x9»"},
    {secret, "password==¦«x9»"},
    {secret, "password=¦"},
    {secret, "password=¦   "},
    {secret, "password:¦ «incorrect» for anna"},  // whether that is prose is for the detector to say
    {secret, "password=¦«x9»\nsecond line"},
    {secret, "line\\npassword=¦«x9»\\nnext"},
    // quoted
    {secret, "\"password\":¦ \"«hunter2x»\""},
    {secret, "\"password\":¦\"«a b, c=d»\",\"x\":1"},
    {secret, "'password':¦ '«hunter2x»'"},
    {secret, "`password` =¦ `«hunter2x»`"},
    {secret, "'password':¦ \"«it's»\""},
    {secret, "\"password\":¦ \"«a\\\"b»\", \"x\": 1"},
    {secret, "\"password\":¦ \"«a\\\\»\", \"x\": \"y\""},
    {secret, "password =¦ '«it''s»' WHERE"},
    {secret, "'password':¦ u'«x9»'"},
    {secret, "'password':¦ b\"«x9»\""},
    {secret, "password =¦ E'«x9»'"},
    {secret, "\"password\":¦ \"\", \"x\": \"y\""},
    {secret, "password=¦\"«never» closed, x=1"},
    // escaped once, twice, as CSV, as entities, percent-encoded
    {secret, R"({\"password\":¦ \"«x9»\", \"a\": \"b\"})"},
    {secret, R"({\"password\":¦ \"«x\\\"9»\", \"a\": \"b\"})"},
    {secret, R"({\"password\":¦ \"«x\\\\»\", \"a\": \"b\"})"},
    {secret, R"('{\\"password\\":¦ \\"«x\\\\\\"9»\\", \\"a\\": 1}')"},
    {secret, R"({\\\"password\\\":¦ \\\"«x9»\\\", \\\"a\\\": 1})"},
    {secret, R"(x,"{""password"":¦ ""«x9»"", ""a"": ""b""}",y)"},
    {secret, "{&quot;password&quot;:¦ &quot;«x9»&quot;, &quot;a&quot;: 1}"},
    {secret, "{&#39;password&#39;:¦ &#39;«x9»&#39;}"},
    {secret, "{\\u0022password\\u0022:¦ \\u0022«x9»\\u0022}"},
    {secret, "{\\x22password\\x22:¦ \\x22«x9»\\x22}"},
    {secret, "%22password%22:¦%22«x9»%22"},
    // markers
    {secret, "‹password› =¦ ‹«x9»›"},
    {secret, "password =¦ ‹'«x 9»'›"},
    {secret, "\"password\" =¦ '‹«x9»›'"},
    {word, "email=¦‹«a»› ‹b›"},
    {secret, "password=¦‹«x9»"},
    // arrays, tuples, objects
    {secret, "\"tokens\":¦ [\"«a1»\", \"«b2»\"], \"x\": \"y\""},
    {secret, "'password':¦ ['«a1»', '«b2»']"},
    {secret, "'password':¦ ('«a1»', '«b2»')"},
    {secret, R"([["email", "x"], ["password",¦ "«a1»"], ["id", 7]])"},
    {name, R"("recipient":¦ {"name": "Ann Lee", "city": "Kiel"})"},
    {name, R"("recipients":¦ ["«Ann Lee»", {"city": "Kiel"}])"},
    {secret, R"(["password"]=¦> string(8) "«a1»")"},
    {secret, "\"password\":¦ {\"old\": \"«a1»\", \"new\": \"«b2»\"}"},
    {secret, "\"password\":¦ {\"deep\": {\"er\": [\"«a1»\"]}}, \"x\": \"y\""},
    {word, "\"emails\":¦ [\"«a1»\", «b2»]"},
    {secret, R"(\"tokens\":¦ [\"«a1»\", \"«b2»\"])"},
    {word, "'email':¦ [ErrorDetail(string='Enter a valid one.', code='invalid')]"},
    {secret, "\"password\":¦ []"},
    {secret, "\"password\":¦ {}"},
    {secret, "password=¦«[hunter2x» ssn=1"},
    {secret, "password=¦«(hunter2x» ssn=1"},
    {secret, "password=¦«(hunt)er2x» ssn=1"},
    {secret, "password=¦«{a}!» ssn=1"},
    {secret, "password=¦[«hunter2x»] ssn=1"},
    {word, "email=¦(«a», ssn=1"},
    {secret, "\"tokens\":¦ [\"«a1»\", \"«b»"},
    {secret, "password=¦{{ db_password }} ssn=1"},
    {secret, "password=¦{{a: «x»}} ssn=1"},
    // calls
    {date, "'dob':¦ datetime.date(«1969, 5, 22»), 'x': 1"},
    {number, "'salary':¦ Decimal('«85000.00»'), 'x': 1"},
    {secret, "password=¦SecretStr('«x9»')"},
    {secret, "password =¦ crypt('«x9»', gen_salt('bf'))"},
    {secret, "password=¦«hunter2(x)y»"},
    // schemes
    {secret, "Authorization:¦ Bearer «abc.def»"},
    {secret, "Authorization:¦ Basic «YTpi»"},
    {secret, "Authorization:¦ Custom «abc123»"},
    {secret, "'Authorization':¦ 'Bearer «abc.def»'"},
    {secret, "token:¦ bearer «abc.def»"},
    {secret, "Authorization:¦ Digest username=\"x\", response=\"y\""},
    {secret, "authorization=¦«Bearer%20abc»"},
    // connection strings, query strings, options
    {secret, "Server=db1;Uid=app;Pwd=¦«Zk8»;Database=x"},
    {secret, "Pwd=¦«Z;k8»;Initial Catalog=x"},
    {secret, "host=db user=app password=¦«Zk8» dbname=x"},
    {secret, "GET /x?a=1&password=¦«Zk%208»&b=2 HTTP/1.1"},
    {secret, "user%5Bpassword%5D=¦«Zk8»&b=2"},
    {word, "?email=¦«a%40b.example»&x"},
    {secret, "psql --password ¦«Zk8» -h db"},
    {secret, "psql --password=¦«Zk8» -h db"},
    // elements
    {secret, "<password>¦«Zk 8»</password>"},
    {secret, "<ns:password>¦«Zk8»</ns:password>"},
    {secret, "<password>¦</password>"},
    {secret, "a password>¦ Zk8 < x"},
    {secret, "<input name=\"password\" value=¦\"«Zk8»\">"},
    // kinds
    {word, "email=¦«a@b.example», next"},
    {word, "client=¦«192.0.2.1»; x"},
    {word, "client:¦ «192.0.2.1»."},
    {number, "phone=¦«+44 20 7946 0958» x"},
    {number, "phone:¦ «(020) 7946 0958», x"},
    {number, "ssn=¦«536-90-4399»."},
    {number, "card=¦«4111 1111 1111 1111»"},
    {number, "iban:¦ «DE89 3704 0044 0532 0130 00» x"},
    {date, "dob=¦«1969-05-22» x"},
    {date, "dob:¦ «22/05/1969», x"},
    {words, "name=¦«Ann O'Hara» age=3"},
    {words, "full_name:¦ «Ludwig van der Rohe»"},
    {words, "name=¦«Ann Lee» logged in"},
    {words, "address:¦ «1 Main Street, Springfield», zip: 3"},
    {words, "name:¦ «Ann Lee» (admin)"},
};

TEST(KeyValueTest, ValuesAreFoundExactly) {
  for (const auto& [kind, source] : kCases) {
    EXPECT_EQ(with_marks(parse(source), kind), source) << kValueKindNames[static_cast<std::size_t>(kind)];
  }
}

// --- keys ------------------------------------------------------------------------------------------------------------

// ¦ stands behind the separator, « » around the key; none if there is no key.
constexpr std::string_view kKeys[] = {
    "«password»=¦x",
    "user%5B«password»%5D=¦x",
    "user%5Ba%5D%5b«password»%5d=¦x",
    "user[«password»]=¦x",
    "user «db.pass-word_2»:¦ x",
    "\"«password»\":¦ x",
    "'«password»' =¦ x",
    R"(\"«password»\":¦ x)",
    R"(\\\"«password»\\\":¦ x)",
    R"(""«password»"":¦ x)",
    "%22«password»%22:¦x",
    "&quot;«password»&quot;:¦x",
    "\\n«password»:¦ x",
    "\\x22«password»=¦x",
    "«contraseña»=¦x",
    "«password» =¦ x",
    "«password»  =¦ x",
    "«password»:=¦x",
    "«password» =>¦ x",
    "«password» ->¦ x",
    "«password»!=¦x",
    "(«password»)=¦x",
    "«--password» ¦x",
    "‹«password»› =¦ x",
    "<«password»>¦x",
    "std::¦cout",
    "std:¦:cout",
    "=¦x",
    "¦x",
    ":¦ x",
    "\"\":¦ x",
    "sshd[311]:¦ x",
    "f(x):¦ y",
};

TEST(KeyValueTest, KeysAreFoundExactly) {
  for (const std::string_view source : kKeys) {
    const Marked marked = parse(source);
    const std::optional<Span> key = key_before(marked.text, marked.at);
    std::string out = marked.text;
    out.insert(marked.at, kPlace);
    if (key) {
      out.insert(key->end, kEnd);
      out.insert(key->begin, kBegin);
    }
    EXPECT_EQ(out, source);
  }
}

TEST(KeyValueTest, KeysHaveAGreatestLength) {
  EXPECT_TRUE(key_before(std::string(kMaxKeyBytes, 'k') + "=", kMaxKeyBytes + 1));
  EXPECT_FALSE(key_before(std::string(kMaxKeyBytes + 1, 'k') + "=", kMaxKeyBytes + 2));
  EXPECT_FALSE(key_before("password=", 0));
  EXPECT_FALSE(key_before("password=", 10));
}

// --- quotes of replacements ------------------------------------------------------------------------------------------

TEST(KeyValueTest, ABareValueInAStructureSaysWhatItsReplacementNeeds) {
  const struct {
    ValueKind kind;
    std::string_view text;
    std::string_view quote;
  } kRows[] = {
      {number, "{\"ssn\":¦ «536904399»}", "\""},
      {number, R"({\"ssn\":¦ «536904399»})", "\\\""},
      {number, R"("{""ssn"":¦ «536904399»}")", "\"\""},
      {number, "\"ssn\" =¦ «536904399»", "'"},
      {number, "{\"ssn\":¦ \"«536904399»\"}", ""},
      {number, "{'ssn':¦ «536904399»}", "'"},
      {number, R"({\'ssn\':¦ «536904399»})", R"(\')"},
      {number, "'ssn' =¦ «536904399»", ""},
      {number, "ssn=¦«536904399»", ""},
      {number, "{\"ssn\":¦ [«536904399»]}", "\""},
  };
  for (const auto& row : kRows) {
    const Marked marked = parse(row.text);
    const std::optional<Span> key = key_before(marked.text, marked.at);
    ASSERT_TRUE(key) << row.text;
    std::vector<KeyedValue> values;
    find_values(marked.text, {}, *key, marked.at, row.kind, values);
    ASSERT_EQ(values.size(), 1U) << row.text;
    EXPECT_EQ(values[0].quote, row.quote) << row.text;
  }
}

// --- replacements ----------------------------------------------------------------------------------------------------

TEST(KeyValueTest, AReplacementIsOneWord) {
  const std::string text = "password=[piiscrub:masked budget 12]x9 next";
  const Span mask{9, text.find(']') + 1};
  std::vector<KeyedValue> values;
  find_values(text, std::vector{mask}, {0, 8}, 9, secret, values);
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].span, (Span{9, text.find(' ', mask.end)}));
}

// --- bounds ----------------------------------------------------------------------------------------------------------

// How often a byte may be looked at: once for each bracket that may be open around it, and once for itself.
std::size_t levels(std::string_view text) { return text.find_first_of("([{") == std::string_view::npos ? 1 : 12; }

void expect_sound(std::string_view text, std::size_t at, ValueKind kind) {
  const std::optional<Span> key = key_before(text, at);
  if (!key) return;
  ASSERT_LT(key->begin, key->end);
  ASSERT_LT(key->end, at + (text[at - 1] == ' ' ? 1 : 0));
  std::vector<KeyedValue> values;
  const std::size_t looked = find_values(text, {}, *key, at, kind, values);
  ASSERT_LE(looked, levels(text) * (text.size() - at + 4)) << test::printable(text);
  std::size_t last = at;
  for (const KeyedValue& value : values) {
    ASSERT_GE(value.span.begin, last) << test::printable(text);
    ASSERT_LT(value.span.begin, value.span.end) << test::printable(text);
    ASSERT_LE(value.span.end, text.size()) << test::printable(text);
    last = value.span.end;
  }
}

// In a buffer of exactly its size, so that the address sanitizer sees a read outside.
TEST(KeyValueTest, EveryPrefixOfEveryCaseStaysInsideOfIt) {
  std::vector<std::string> texts;
  for (const KindCase& one : kCases) texts.push_back(parse(one.text).text);
  for (const std::string_view key : kKeys) texts.push_back(parse(key).text);
  for (const std::string& text : texts) {
    for (std::size_t size = 1; size <= text.size(); ++size) {
      const std::vector<char> own(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view prefix(own.data(), own.size());
      for (std::size_t at = 1; at <= size; ++at) {
        if (std::string_view("=:> ").find(prefix[at - 1]) == std::string_view::npos) continue;
        for (const ValueKind kind : {secret, word, words, name, date, number}) expect_sound(prefix, at, kind);
        if (HasFatalFailure()) return;
      }
    }
  }
}

// Takes seconds where a byte is looked at again and again.
TEST(KeyValueTest, LongAndNestedTextIsReadOnceAndNotForever) {
  for (const std::string_view start : {"password=", "password=[", "password=(", "password=\"", "password=a("}) {
    for (const std::string_view part :
         {"[", "{\"a\":", "\"", "\\", "(", "‹", "a(", "a(b=", "'a',", "[]", ", ", "x=", "%22", "''", "\\'", "[' "}) {
      std::string text(start);
      while (text.size() < 300'000) text += part;
      std::vector<KeyedValue> values;
      for (const ValueKind kind : {secret, word, words, name, date, number}) {
        EXPECT_LE(find_values(text, {}, {0, 8}, 9, kind, values), levels(text) * 65 * 1024) << start << part;
      }
    }
  }
  std::string text = "password=[";  // no two of these quotes are the same
  for (std::size_t i = 0; i < 300; ++i) text += std::string(i, '\\') + "' ";
  std::vector<KeyedValue> values;
  EXPECT_LE(find_values(text, {}, {0, 8}, 9, secret, values), levels(text) * 65 * 1024);
}

// --- placeholders ----------------------------------------------------------------------------------------------------

TEST(KeyValueTest, PlaceholdersSayNothing) {
  for (const std::string_view value : {"",
                                       " ",
                                       "null",
                                       "None",
                                       "NULL",
                                       "true",
                                       "****",
                                       "xxxxxxxx",
                                       "...",
                                       "…",
                                       "•••",
                                       "***-**-***",
                                       "${VAR}",
                                       "$VAR",
                                       "$1",
                                       "$(cat x)",
                                       "{name}",
                                       "{{ x }}",
                                       "<name>",
                                       "<redacted>",
                                       "%s",
                                       "%+v",
                                       "${{ a == 'b' && c == 'd' }}",
                                       "%(password)s",
                                       "%VAR%",
                                       ":name",
                                       "?",
                                       "@VAR@",
                                       "0",
                                       "000",
                                       "-",
                                       "not set",
                                       "N/A",
                                       "redacted",
                                       "****4399",
                                       "***-**-4399",
                                       "**** **** **** 1111",
                                       "a***@example.com",
                                       "al***e@example.com",
                                       "sensitive value",
                                       "%db_password%",
                                       "%env(DB_PASSWORD)%",
                                       "AAAAAAAAAAaaAA",
                                       "/run/secrets/db_password",
                                       "/etc/ssl/private/server-2.key",
                                       "client-key.pem",
                                       "Pipfile.lock"}) {
    EXPECT_TRUE(is_placeholder(value)) << value;
  }
  for (const std::string_view value : {"hunter2x",
                                       "1",
                                       "xx1",
                                       "$ecret pass!",
                                       "nullable9",
                                       "<a b=c>",
                                       "%x9%z",
                                       "secret1",
                                       "0123",
                                       "*a*",
                                       "****43991",
                                       "p***word",
                                       "a***",
                                       "al***ice@example.com",
                                       "**4399",
                                       "***x!",
                                       "\xC3\xA9\xC3\xA9",
                                       "aaaaaaaaaaa",
                                       "111111111111",
                                       "%Meier%",
                                       "/abc/DEFGHIJKLMNOP",
                                       "/etc/12345678",
                                       "/tmp/a b",
                                       "hunter2.txt",
                                       ".env",
                                       "Summer.com"}) {
    EXPECT_FALSE(is_placeholder(value)) << value;
  }
}

}  // namespace
}  // namespace piiscrub
