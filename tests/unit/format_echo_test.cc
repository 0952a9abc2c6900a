// Values in databases' messages. In a text, «column:value» marks a value that is expected, with its column.
#include "format/echo.h"

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

void expect_sound(const std::vector<Echo>& echoes, std::string_view text) {
  Span last;
  for (const Echo& echo : echoes) {
    ASSERT_TRUE(echo.value.begin >= last.end || echo.value == last) << text;
    ASSERT_LE(echo.value.begin, echo.value.end) << text;
    ASSERT_LE(echo.value.end, text.size()) << text;
    last = echo.value;
  }
}

std::string with_marks(std::string_view text) {
  std::vector<Echo> echoes;
  find_echoes(text, echoes);
  expect_sound(echoes, text);
  std::string out;
  std::size_t at = 0;
  for (const Echo& echo : echoes) {
    out += text.substr(at, echo.value.begin - at);
    out += std::string(kBegin) + std::string(echo.column) + ":" + std::string(echo.value.of(text)) + std::string(kEnd);
    at = echo.value.end;
  }
  return out + std::string(text.substr(at));
}

const std::vector<std::string_view> kCases = {
    "DETAIL:  Key (email)=(«email:a@b.example») already exists.",
    "Key (a, b)=(«a:x», «b:1») is not present in table \"t\".",
    "Key (lower(email::text), \"user id\")=(«email:a», «user id:2») is still referenced from table \"t\".",
    "Key (name)=(«name:Ann (x), O'Hara)») already exists.",
    // PostgreSQL in other languages: keys tell themselves, rows and values are announced
    "Schlüssel (nachname, vorname)=(«nachname:Schmidt», «vorname:Anna») ist doppelt vorhanden.",
    "La clé (nom, prenom)=(«nom:Dupont», «prenom:Jean (fils)») est dupliquée.",
    "Ключ \"(фамилия, имя)=(«фамилия:Иванов», «имя:Пётр»)\" уже существует.",
    "キー (email, 氏名)=(«email:a@b.example», «氏名:山田») はすでに存在します。",
    "(이름)=(«이름:홍길동») 키가 이미 있습니다.",
    "WHERE (a, b)=('«a:x»', '«b:y»') AND id IN (1, 2)",
    "f(x) a)=(b)",
    "Key (name)=(«name:Rob \"Bob (x)\" Roe (Y) ist Z») already exists.",
    "~ey (a)=(«a:x) z: ~ey (b)=(y») already exists.",
    "Fehlgeschlagene Zeile enthält («:17», «:Anna», null).",
    "失敗した行は(«:17», «:山田»)を含みます",
    "失败, 行包含(«:17», «:张伟»).",
    "ungültige Eingabesyntax für Typ integer: „«:Anna»“",
    "la sintaxis de entrada no es válida para tipo date: \"«:x»\"",
    "syntaxe en entrée invalide pour le type integer : \"«:a»\"",
    "неверный синтаксис для типа integer: \"«:Иванов»\"",
    "无效的类型 integer 输入语法: \"«:张伟»\"",
    R"({"detail":"ungültige Eingabesyntax für Typ date: „«:x»“","user":"„y“"})",
    "COPY patient, Zeile 3, Spalte nachname: \"«nachname:Schmidt»\"",
    R"("violates unique constraint ""t_key""","Key (""a"")=(«a:x») already exists.",,)",
    R"({"detail":"Key (\"a\", b)=(«a:x», «b:y») already exists."})",
    R"({"detail":"Key (c)=(«c:z, it»","x":"y) already"})",
    "Key (a)=(«a:cut»",
    R"(duplicate key value (ssn)=('«ssn:000-00-0000»') violates unique constraint "k")",
    "Key (‹email›)=(‹'«email:x»'›) already exists.",
    "Key (period, a)=(«period:[2020-01-01,2021-01-01)», «a:1») conflicts with existing key (period, "
    "a)=(«period:[2020-02-01,)», «a:1»).",
    "key (of the door)=broken; Key (a) is missing",
    "DETAIL:  Failing row contains («:1», «:ann», null, «:Ann (x)», «:a@b.example»).",
    R"("Failing row contains («:45», «:E-1», null).",,,,"x (y).")",
    "Failing row contains («:1», «:cu...»",
    R"(invalid input syntax for type inet: "«:+1 (415) 555-0100»")",
    R"(ERROR:  invalid input syntax for integer: "«:x "y" z»")",
    R"("invalid input syntax for type inet: ""«:+1 555»""",,)",
    R"({"m":"invalid input value for enum kind: \"«:x»\"","y":"z"})",
    R"(date/time field value out of range: "«:1990-13-01»")",
    R"("ErrorText":"could not parse \"«:x»\" as type int: strconv.ParseInt: parsing \"«:x»\": invalid syntax")",
    R"("ErrorText":"could not parse ‹\"«:x»\"› as type ‹date›")",
    R"(value "«:99999999999»" is out of range for type integer)",
    R"(invalid input for query argument $1: '«:x»' (expected str, got int))",
    R"(Duplicate entry '«email:a@b.example»' for key 'users.email')",
    R"(Incorrect integer value: '«age:x»' for column 'age' at row 1)",
    R"(value too long for type character varying(20))",
    R"(duplicate key value violates unique constraint "users_email_key")",
    R"(range r12 /Table/106/1/"«:a@b.example»"/0 split)",
    R"([n1,r1115/3:‹/Table/106/1/{«:113338»-«:899841»…}›] x)",
    R"(key "/Tenant/5/Table/106/2/"«:x y»"/«:19900102»/0")",
    R"({"k":"/Table/106/1/\"«:x»\"/0","Table/9":"y"})",
    R"(spans: [/'«:a»' - /'«:b»'] [/«:123» - /«:123»])",
    R"(r77/1:‹/Table/106/{1/"«:a@b.example»"-2/"«:x»"/"«:y»"}›] x)",
    "the key (see above) could not parse it; parsing done; /Table/x",
};

TEST(SqlErrorsTest, EachValueIsFoundWithItsColumn) {
  for (const std::string_view source : kCases) EXPECT_EQ(with_marks(without_marks(source)), source);
}

TEST(SqlErrorsTest, ValuesThatCannotBeToldApartBelongToEachColumn) {
  const std::string_view text = "Key (a, b)=(x, y, z) already exists.";
  std::vector<Echo> echoes;
  find_echoes(text, echoes);
  ASSERT_EQ(echoes.size(), 2U);
  EXPECT_EQ(echoes[0].column, "a");
  EXPECT_EQ(echoes[1].column, "b");
  EXPECT_EQ(echoes[0].value.of(text), "x, y, z");
  EXPECT_EQ(echoes[1].value, echoes[0].value);
}

TEST(SqlErrorsTest, EveryPrefixIsReadSoundly) {
  for (const std::string_view source : kCases) {
    const std::string text = without_marks(source);
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::vector<char> prefix(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
      (void)with_marks({prefix.data(), prefix.size()});
    }
  }
}

TEST(SqlErrorsTest, HostileMessagesAreReadSoundly) {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  for (const std::string_view piece : {"(",
                                       ",",
                                       "\"",
                                       "\\",
                                       ")",
                                       "Key (",
                                       "Key (a)=(",
                                       "Failing row contains (",
                                       "parsing \"",
                                       "/Table/1/1/\"",
                                       "spans: [/",
                                       "Failing row contains (\\n",
                                       "Key (a)=(\\n",
                                       "a)=(b",
                                       "value '",
                                       "invalid input syntax for ",
                                       ", ",
                                       "token \"",
                                       "copy a, line 1: \"",
                                       "Key ((",
                                       "string, but found \""}) {
    std::string text = "Key (a)=(";
    while (text.size() < kSize) text += piece;
    std::vector<Echo> echoes;
    find_echoes(text, echoes);
    expect_sound(echoes, text);
  }
}

}  // namespace
}  // namespace piiscrub
