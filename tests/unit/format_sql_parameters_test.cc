// Bound parameters in logs. In a text, «label:value» marks an expected value; the label is the item's name or, in a
// list, its ordinal, with the set in front ("1.0") and the key of an inner dictionary behind ("0/phone").
#include "format/sql_parameters.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

constexpr std::string_view kBegin = "«";
constexpr std::string_view kEnd = "»";

std::string without_marks(std::string_view source) {
  std::string text;
  while (true) {
    const std::size_t begin = source.find(kBegin);
    if (begin == std::string_view::npos) return text += source;
    const std::size_t colon = source.find(':', begin);
    const std::size_t end = source.find(kEnd, begin);
    text += source.substr(0, begin);
    text += source.substr(colon + 1, end - colon - 1);
    source.remove_prefix(end + kEnd.size());
  }
}

std::string label(const SqlParameter& parameter) {
  std::string text = parameter.set > 0 ? std::to_string(parameter.set) + "." : "";
  text += !parameter.name.empty()           ? std::string(parameter.name)
          : parameter.ordinal == kNoOrdinal ? std::string("?")
                                            : std::to_string(parameter.ordinal);
  if (!parameter.key.empty()) text += "/" + std::string(parameter.key);
  return text;
}

void expect_sound(const SqlParameterList& list, std::string_view text) {
  std::size_t at = 0;
  for (const SqlParameter& parameter : list.items) {
    ASSERT_GE(parameter.value.begin, at) << text;
    ASSERT_GE(parameter.value.end, parameter.value.begin) << text;
    ASSERT_LE(parameter.value.end, list.extent.end) << text;
    ASSERT_TRUE(parameter.item.contains(parameter.value)) << text;
    at = parameter.value.end;
  }
  ASSERT_LE(list.extent.begin, list.extent.end) << text;
  ASSERT_LE(list.extent.end, text.size()) << text;
}

std::string with_marks(std::string_view text) {
  SqlParameterList list;
  std::string out;
  std::size_t at = 0;
  std::size_t from = 0;
  while (const std::optional<SqlParameterStart> start = find_parameters(text, from)) {
    read_parameters(text, *start, list);
    expect_sound(list, text);
    for (const SqlParameter& parameter : list.items) {
      out += text.substr(at, parameter.value.begin - at);
      out += std::string(kBegin) + label(parameter) + ":" + std::string(parameter.value.of(text)) + std::string(kEnd);
      at = parameter.value.end;
    }
    from = std::max(list.extent.end, start->at + 1);
  }
  return out + std::string(text.substr(at));
}

const std::vector<std::string_view> kCases = {
    // Django
    R"((0.003) SELECT a FROM t WHERE b = 'x'; args=('«0:x»', «1:5», None, True, "«4:it's»", '«5:it\'s»'); alias=default)",
    R"(args=('«0:x»',))",
    R"(args=['«0:a»', «1:-1.5»])",
    R"(params={'ssn': '«ssn:1»', "n": «n:2», 'z': None})",
    R"(args=(«0:datetime.datetime(2026, 11, 21, 0, 42, tzinfo=<UTC>)», Decimal('«1:1.5»'), UUID('«2:0-0»')))",
    R"(args=(«0:datetime.date(1990, 1, 2)», b'«1:\x00»', b"«2:k»", «3:<memory at 0x7f>», '«4:(x, y)»'))",
    R"(args=())",
    // SQLAlchemy
    R"([generated in 0.00011s] {'email': '«email:x»', 'tags': ['«tags:a»', '«tags:b»'], 'meta': '«meta:{"k": "v"}»'})",
    R"([cached since 3.155s ago] ('«0:a»', «1:1»))",
    R"([no key 0.1s] ("«0:Héloïse d'Aubigné»",))",
    R"([generated in 0.0001s (insertmanyvalues) 1/1 (unordered)] {'a__0': '«a__0:x»'})",
    R"([SQL: SELECT 1] [parameters: [('«0:a»', «1:1»), ('«1.0:b»', «1.1:2»)  ... displaying 10 of 20 total bound parameter sets ...  ('«1.0:y»', «1.1:8»)]])",
    R"([parameters: {'ssn': '«ssn:1»'}] (Background on this error at: https://sqlalche.me/e/14/gkpj))",
    R"([parameters: [{'a': '«a:x»'}, {'a': '«1.a:y»'}]])",
    R"([parameters: ('«0:a»', '«1:b»' ... 5 parameters truncated ... '«?:z»')])",
    R"(Row («0:17», '«1:a»', {'phone': '«2/phone:x»', 'z': {'k': ['«2/k:y»']}}, Decimal('«3:1.0»')))",
    R"(Col ('«0:id»', '«1:email»'))",
    // PostgreSQL
    R"(DETAIL:  parameters: $1 = '«$1:a»', $2 = NULL, $3 = '«$3:it''s, $4»', $10 = '«$10:{"k": "v"}»')",
    R"(DETAIL:  Parameters: $1 = '«$1:a...»)",
    R"(CONTEXT:  unnamed portal with parameters: $1 = '«$1:a»', $2 = '«$2:b»')",
    R"("unnamed portal with parameters: $1 = '«$1:a»', $2 = '«$2:{""k"": ""v""}»'","UPDATE t SET a = '1'")",
    R"({"detail":"parameters: $1 = '«$1:{\"k\": \"it''s\"}»', $2 = '«$2:cut»","x":"$3 = 'y'"})",
    // CockroachDB
    R"({"PlaceholderValues":["'«0:a»'","«1:5»","NULL","‹'«3:b»'›","‹«4:-1.5»›","ARRAY['«5:a»','«5:b»']","e'«6:it\\'s»'"],"ExecMode":"exec"})",
    R"({"PlaceholderValues":["‹'«0:2020-01-01»'›:::DATE","‹«1:×»›","‹NULL›","«3:x y»"]})",
    R"({\"PlaceholderValues\":[\"'«0:a»'\"],\"z\":\"'b'\"})",
    R"(exec "app" {} "SELECT $1" {$1:"'«$1:a»'", $2:"«$2:5»"} 0.795 1 "" 0)",
    // Drivers
    R"(with args ('«0:a»', Jsonb({'phone': '«1/phone:x»'}), [«2:1», «2:2»]))",
    R"(parameters: ['«0:a»', «1:1»])",
    R"({"sql":"SELECT %s","args":["«0:a»",«1:5»,null],"params":{"x":"«x:\"y\"»"}})",
    R"({"message": "… args=('«0:x»', \"«1:it's»\", '«2:c\\'d»', '«3:cut»", "z": "'"})",
    R"(bindings: [ '«0:a»', «1:1» ])",
    // Hibernate, MyBatis, ADO.NET
    R"(binding parameter [1] as [VARCHAR] - [«0:a [b] c»])",
    R"(binding parameter (2:VARCHAR) <- [«1:a»])",
    R"(binding parameter [1] as [VARCHAR] - [null])",
    R"({"m":"binding parameter [3] as [DATE] - [«2:x»]","n":"y"})",
    R"(==> Parameters: «0:Ann (Lee) B., C.»(String), null, «2:5»(Integer))",
    R"-({"m":"==> Parameters: «0:a»(String)","n":"b(Long)"})-",
    R"([Parameters=[@p0='«p0:it's, x»' (Size = 256), @p1='?' (DbType = Int32), @p2='«p2:3»'], CommandType='Text'])",
    R"({"parameters":"@p0='«p0:a»', @p1='«p1:5»'","z":"@p2='b'"})",
    R"(extracted value ([name2_0_] : [VARCHAR]) - [«?/name:a»])",
    R"(extracted value (2:VARCHAR) -> [«1:a»])",
    R"(<==    Columns: «0:id», «1:email»)",
    R"(<==        Row: «0:17», «1:a»)",
    // Spring, R2DBC, EclipseLink
    R"(column index 1, parameter value [«0:a [b]»], value class [java.lang.String], SQL type unknown)",
    R"(Bind parameter [0] to: «0:a, b»)",
    R"(	bind => [«0:17», «1:Jane Roe», «2:x»])",
    // Go, JavaScript, Python, Elixir
    R"(Args: []interface {}{"«0:a»", «1:17»})",
    R"({"params":"[\"«0:a»\",«1:5»]","z":"b"})",
    R"(params: '["«0:a»",«1:5»]',)",
    R"(values: [ '«0:a»', «1:1» ])",
    R"({'p1':'«p1:a»', 'p2':«p2:17»})",
    R"(args=[~D[«0:1974-10-02»], "«1:a»"])",
    // Not parameters
    R"(VALUES (1); <- Row: 5; column index out of range; values: many; bind => x)",
    R"(the parameters: are many; args (see below); Row 5; {'args': None}; *args)",
};

TEST(SqlParametersTest, EachValueIsFoundWithItsPlace) {
  for (const std::string_view source : kCases) EXPECT_EQ(with_marks(without_marks(source)), source);
}

TEST(SqlParametersTest, EveryPrefixIsReadSoundly) {
  SqlParameterList list;
  for (const std::string_view source : kCases) {
    const std::string text = without_marks(source);
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::vector<char> prefix(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      const std::string_view view(prefix.data(), prefix.size());
      (void)with_marks(view);
      for (const bool sql_literals : {false, true}) {
        read_parameters(view, {.at = size / 2, .sql_literals = sql_literals}, list);
        expect_sound(list, view);
      }
    }
  }
}

TEST(SqlParametersTest, HostileListsAreReadSoundly) {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  SqlParameterList list;
  for (const std::string_view piece : {"(",
                                       "[(",
                                       "{",
                                       ")",
                                       "'",
                                       "\"",
                                       "\\",
                                       ",",
                                       "\\'",
                                       "\\\"",
                                       "a(",
                                       "d(1",
                                       "‹",
                                       "''",
                                       ":",
                                       "1,",
                                       "'a',",
                                       "args=(",
                                       "Row (",
                                       "[no key ",
                                       "$1=",
                                       "args=a(B), ",
                                       "params=a(B) ",
                                       "args=[@a='",
                                       "binding parameter [1",
                                       "bind parameter [0] to: ",
                                       "column index 1, parameter value [",
                                       "extracted value ([",
                                       "<== Row: ",
                                       "args: []any{",
                                       "~D[",
                                       "@a=N'"}) {
    std::string text = "args=(";
    while (text.size() < kSize) text += piece;
    read_parameters(text, {.at = 5}, list);
    expect_sound(list, text);
    read_parameters(text, {.at = 5, .sql_literals = true}, list);
    expect_sound(list, text);
    std::size_t starts = 0;
    for (auto start = find_parameters(text, 0); start; start = find_parameters(text, start->at + 1)) ++starts;
    EXPECT_LE(starts, text.size());
  }
}

TEST(SqlParametersTest, ParametersAreMatchedWithPlaceholders) {
  const struct {
    std::string_view statement;
    std::string_view parameters;
    std::string_view columns;
  } kPairs[] = {
      {"INSERT INTO t (a, b, c) VALUES (%s, now(), %s), (%s, 1, %s)", "args=(1, 2, 3, 4)", "a c a c "},
      {"UPDATE t SET a = $2 WHERE b = $1 OR $1 IS NULL", "parameters: $1 = 'x', $2 = 'y'", "b a "},
      {"UPDATE t SET a = $2 WHERE b = $1", R"("PlaceholderValues":["'x'","'y'"])", "b a "},
      {"SELECT a FROM t WHERE f(%s) AND b = %s", "args=('x', 'y')", " b "},
      {"SELECT a FROM t WHERE email = %(email_1)s LIMIT %(param_1)s", "[no key 0s] {'email_1': 'x', 'param_1': 5}",
       "email param "},
      {"SELECT a FROM t WHERE z = %(email_1)s", "[no key 0s] {'email_1': 'x'}", "z "},
      {"INSERT INTO t (a, b) VALUES (?, ?)", "[parameters: [(1, 2), (3, 4)]]", "a b a b "},
      {"INSERT INTO t (a, b) VALUES (?, ?)", "args=(1, 2, 3)", "a b  "},
      {"INSERT INTO t (a, b, c, d) VALUES ('it''s', 1, '1990-01-02'::date, 2.5) LIMIT 21",
       R"(args=("it's", None, datetime.date(1990, 1, 2), Decimal('2.5'), 'z'))", "a c d  "},
      {"SELECT id, email AS e, lower(x) FROM t", "Row (1, 'a', 'b')", "id e x "},
      {"SELECT *, b FROM t", "Row (1, 'a')", "  "},
  };
  SqlReader reader;
  SqlParameterList list;
  std::vector<std::string_view> found;
  for (const auto& c : kPairs) {
    const SqlReading& reading = reader.read(c.statement, 0);
    const auto start = find_parameters(c.parameters, 0);
    ASSERT_TRUE(start) << c.parameters;
    read_parameters(c.parameters, *start, list);
    pair_columns(c.parameters, list, c.statement, reading, found);
    ASSERT_EQ(found.size(), list.items.size());
    std::string columns;
    for (const std::string_view column : found) columns += std::string(column) + " ";
    EXPECT_EQ(columns, c.columns) << c.statement;
  }
}

}  // namespace
}  // namespace piiscrub
