// SQL in logs: which column each value belongs to.
//
// In a text, «column:value» marks a value that is expected, with its column, which may be empty. Everything else that
// the reader reports is an error.
#include "format/sql.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace piiscrub {
namespace {

struct Expected {
  std::string column;
  Span value;
};

struct Marked {
  std::string text;
  std::vector<Expected> values;
};

constexpr std::string_view kBegin = "«";
constexpr std::string_view kEnd = "»";

Marked read_marks(std::string_view source) {
  Marked marked;
  while (true) {
    const std::size_t begin = source.find(kBegin);
    if (begin == std::string_view::npos) break;
    marked.text += source.substr(0, begin);
    source.remove_prefix(begin + kBegin.size());
    const std::size_t colon = source.find(':');
    const std::size_t end = source.find(kEnd);
    Expected expected;
    expected.column = source.substr(0, colon);
    expected.value.begin = marked.text.size();
    marked.text += source.substr(colon + 1, end - colon - 1);
    expected.value.end = marked.text.size();
    marked.values.push_back(expected);
    source.remove_prefix(end + kEnd.size());
  }
  marked.text += source;
  return marked;
}

// The text with what was found marked.
std::string write_marks(std::string_view text, const std::vector<SqlValue>& values) {
  std::string out;
  std::size_t at = 0;
  for (const SqlValue& value : values) {
    out += text.substr(at, value.value.begin - at);
    out +=
        std::string(kBegin) + std::string(value.column) + ":" + std::string(value.value.of(text)) + std::string(kEnd);
    at = value.value.end;
  }
  return out + std::string(text.substr(at));
}

void expect_sound(const SqlReading& reading, std::string_view text) {
  std::size_t at = 0;
  for (const SqlValue& value : reading.values) {
    ASSERT_GE(value.value.begin, at) << text;
    ASSERT_GE(value.value.end, value.value.begin) << text;
    ASSERT_LE(value.value.end, text.size()) << text;
    at = value.value.end;
  }
  ASSERT_LE(reading.extent.begin, reading.extent.end) << text;
  ASSERT_LE(reading.extent.end, text.size()) << text;
}

// Texts whose first statement is looked for.
const std::vector<std::string_view> kCases = {
    // INSERT
    R"(INSERT INTO t (email, ssn) VALUES ('«email:alice@example.com»', '«ssn:000-00-0001»'))",
    R"(insert into "s"."t" ("email","ssn") values ('«email:a@b.example»', '«ssn:1»'), ('«email:c@d.example»', '«ssn:2»') returning "id")",
    R"(INSERT INTO t(a,b,c,d) VALUES («a:5», NULL, DEFAULT, «d:-1.5e3»);)",
    R"(INSERT INTO t VALUES ('«:x»', «:5»))",
    R"(UPSERT INTO t (name, user, order) VALUES ('«name:Ann»', '«user:u»', «order:7»))",
    R"(REPLACE INTO t (pw) VALUES ("«pw:hunter2»"))",
    R"(INSERT IGNORE INTO `t` (`pw`) VALUES (_utf8'«pw:x»'))",
    R"(INSERT INTO t (a, b) SELECT '«a:x»', lower('«b:Y»') FROM u WHERE c = '«c:z»')",
    R"(INSERT INTO t (email, n) VALUES ('«email:x»', «n:1») ON CONFLICT (email) DO UPDATE SET phone = '«phone:y»', n = t.n + «n:1» WHERE t.ssn = '«ssn:z»')",
    R"(INSERT INTO t (a) VALUES ('«a:x»') ON DUPLICATE KEY UPDATE a = VALUES(a), b = '«b:y»')",
    R"(INSERT INTO t SET ssn = '«ssn:1»', dob = DATE '«dob:1990-01-02»')",
    R"(INSERT INTO t (pw, k) VALUES (crypt('«pw:p»', gen_salt('«:bf»')), pgp_sym_encrypt('«k:v»', '«k:key»')))",
    R"(INSERT INTO t (tags, c, d) VALUES (ARRAY['«tags:a»','«tags:b»'], '«c:{a,b}»'::text[], CAST('«d:x»' AS varchar(20))))",
    R"(INSERT INTO t (a, b) VALUES (('«a:x»'), («b:1» + «b:2»)))",
    R"(INSERT INTO t (doc, e) VALUES (jsonb_build_object('ssn', '«ssn:1»', 'n', «n:2»), '«e:z»'))",
    R"(INSERT INTO t (a, b) VALUES (CASE WHEN x = '«x:1»' THEN '«a:2»' ELSE '«a:3»' END, '«b:4»'))",
    R"(INSERT INTO t (a, b) VALUES ('«a:it''s»', '«b:C:\»'))",
    R"(INSERT INTO t (a, b) VALUES (e'«a:it\'s \\»', E'«b:\u00e9»'))",
    R"(INSERT INTO t (a, b, c) VALUES ($$«a:it's»$$, $f$«b:$$»$f$, x'«c:00ff»'))",
    R"(INSERT INTO t (email, ssn) VALUES («email:%s», «ssn:%s»))",
    R"(WITH x AS (INSERT INTO a (p) VALUES ('«p:1»') RETURNING id) INSERT INTO b (q) VALUES ('«q:2»'))",
    // UPDATE, DELETE
    R"(UPDATE t SET a = '«a:x»', b = «b:2» WHERE c = '«c:y»')",
    R"(UPDATE "t" SET "email" = '«email:x»', (b, c) = ('«b:y»', '«c:z»') WHERE "t"."id" = «id:5»)",
    R"(UPDATE t AS u SET pw = md5('«pw:x»' || salt), n = n + «n:1» FROM v WHERE u.a = v.a AND v.d = '«d:w»')",
    R"(UPDATE t SET s = CASE WHEN status = «status:$1» THEN «s:$2» ELSE s END)",
    R"(UPDATE bank SET balance = CASE id WHEN «id:$1» THEN balance - «balance:$3» ELSE '«balance:0»' END WHERE id IN («id:$1», «id:$2»))",
    R"(DELETE FROM t WHERE ssn = '«ssn:1»' AND NOT email LIKE '«email:%x%»' ESCAPE '«:\»')",
    // SELECT
    R"(SELECT * FROM t WHERE email = '«email:x»')",
    R"(SELECT a, b FROM t WHERE (a = '«a:x»' OR b <> '«b:y»') AND c IS NOT NULL LIMIT «:10» OFFSET «:5»)",
    R"(SELECT «:1» FROM t WHERE a != '«a:x»' AND b >= '«b:y»' AND c ILIKE '«c:z»' AND d ~* '«d:w»' AND e SIMILAR TO '«e:v»')",
    R"(SELECT («a:1») AS "a" FROM "hr" WHERE "hr"."ssn" = '«ssn:1»' LIMIT «:1»)",
    R"(SELECT x FROM t WHERE '«email:v»' = email)",
    R"(SELECT x FROM t WHERE '«email:v»' = lower(t.email) AND b = «b:1»)",
    R"(SELECT x FROM t WHERE lower(t.email) = lower('«email:X»'))",
    R"(SELECT x FROM t WHERE lower(email::text) = '«email:x»'::text)",
    R"(SELECT x FROM t WHERE a IN ('«a:1»', '«a:2»') AND b NOT IN («b:3», «b:-4»))",
    R"(SELECT x FROM t WHERE (a, b) IN (('«a:1»', '«b:2»'), ('«a:3»', '«b:4»')) OR (a, b) = ('«a:5»', '«b:6»'))",
    R"(SELECT x FROM t WHERE a = ANY(ARRAY['«a:1»', '«a:2»']) AND b = ANY('«b:{1,2}»'::text[]))",
    R"(SELECT x FROM t WHERE '«tags:a»' = ANY(tags))",
    R"(SELECT x FROM t WHERE dob BETWEEN '«dob:1990-01-01»' AND DATE '«dob:1990-12-31»' AND z = '«z:q»')",
    R"(SELECT x FROM t WHERE created > now() - INTERVAL '«:1 day»' AND z = '«z:q»')",
    R"(SELECT x FROM t WHERE prefs->>'ssn' = '«ssn:1»' AND doc #>> '{home,zip}' = '«zip:2»')",
    R"(SELECT x FROM t WHERE prefs['ssn'] = '«ssn:"1"»' AND prefs->0->>'k' = '«k:2»')",
    R"(SELECT x FROM t WHERE prefs @> '«prefs:{"ssn": "1"}»'::jsonb)",
    R"(SELECT '«email:x»' AS email, «n:5» n, first || '«:, »' || last AS full_name FROM t)",
    R"(SELECT t.a FROM t JOIN u ON t.id = u.id AND u.ssn = '«ssn:1»' LEFT JOIN v USING (id) WHERE v.x = '«x:2»')",
    R"(SELECT a FROM t WHERE id = (SELECT id FROM u WHERE ssn = '«ssn:1»') AND b = '«b:2»')",
    R"(SELECT a FROM t WHERE EXISTS (SELECT «:1» FROM u WHERE pan = '«pan:1»'))",
    R"(SELECT a FROM t WHERE a IS DISTINCT FROM '«a:x»' ORDER BY b DESC LIMIT «:3» FOR UPDATE)",
    R"(SELECT a FROM t WHERE email = '«email:x»' /* ssn='1' */ AND b = '«b:y»' -- c = 'z')",
    R"(SELECT a FROM t WHERE [t].[email] = N'«email:x»')",
    R"(SELECT a FROM t WHERE email = "«email:x@y.example»" AND b = "c")",
    R"(SELECT a FROM t WHERE extract(year FROM dob) = «dob:1990» AND substring(ssn from «:1» for «:3») = '«ssn:000»')",
    R"(SELECT f('«:x»'); SELECT a FROM t WHERE b = '«b:y»')",
    R"(SELECT login(email => '«email:x»', pw := '«pw:y»'))",
    R"(SELECT a FROM t WHERE ok = «ok:true» AND u = '«u:1»')",
    // Others
    R"(CREATE USER bob WITH PASSWORD '«PASSWORD:p»')",
    R"(ALTER ROLE "bob" ENCRYPTED PASSWORD '«PASSWORD:p»' VALID UNTIL '«UNTIL:2030-01-01»')",
    R"(CREATE USER '«USER:bob»'@'«:%»' IDENTIFIED BY '«password:p»')",
    R"(ALTER USER bob IDENTIFIED WITH caching_sha2_password BY '«password:p»')",
    R"(SET PASSWORD FOR bob = '«PASSWORD:p»')",
    R"(SET SESSION app.user_email = '«user_email:x»')",
    R"(SET search_path TO '«search_path:x»')",
    R"(CREATE USER MAPPING FOR bob SERVER s OPTIONS (user '«user:u»', password '«password:p»'))",
    R"(EXECUTE stmt('«:a»', '«:b»'))",
    R"(CALL f('«:a»', «:5»))",
    R"(VALUES ('«:a»', «:1»))",
    R"(PREPARE p (text) AS SELECT a FROM t WHERE b = «b:$1» AND c = '«c:x»')",
    R"(MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = '«a:x»' WHEN NOT MATCHED THEN INSERT (b, c) VALUES ('«b:y»', '«c:z»'))",
};

// The same inside other text.
const std::vector<std::string_view> kEmbedded = {
    // JSON, once and twice; the end of the string is the end of the statement.
    R"({"Statement":"SELECT a FROM \"\".\"\".t WHERE \"t\".\"ssn\" = '«ssn:1»'","Tag":"SELECT","User":"x = 'y'"})",
    R"({"Statement":"INSERT INTO t(a, b) VALUES (e'«a:\\u00C1 it\\'s»', '«b:2»') RETURNING id","Tag":"INSERT"})",
    R"({"Statement":"SELECT «:1»","Tag":"SELECT ssn = 'x'"})",
    R"({"m":"{\"q\":\"SELECT a FROM \\\"t\\\" WHERE \\\"email\\\" = '«email:x»'\",\"z\":\"'\"}"})",
    R"({"q":"SELECT a\n\tFROM t\nWHERE\tx \u003e '«x:5»' AND y = \u0027«y:it\u0027\u0027s»\u0027"})",
    R"({"q":"UPDATE t SET a = '«a:cut in the middle»","x":"'"})",
    // CSV
    R"(LOG,00000,"statement: SELECT ""t"".""id"" FROM ""t"" WHERE ""t"".""ssn"" = '«ssn:1»' AND c = '«c:{""k"": 1}»' LIMIT «:21»",,,"psql ssn = 'x'")",
    R"x(LOG,00000,"statement: INSERT INTO t (a, b) VALUES ('«a:{""n"": ""{\""k\"": 1}""}»', '«b:x»')",,)x",
    // Python
    R"(DEBUG (0.003) SELECT "t"."a" FROM "t" WHERE "t"."ssn" = '«ssn:1»' LIMIT «:21»; args=('x', 'y'); alias=default)",
    R"({'sql': 'SELECT a FROM t WHERE b = \'«b:it\'\'s»\' AND c = \'«c:x»\'', 'time': '0.1'})",
    R"(execute("SELECT a FROM t WHERE b = '«b:x»'", ('y',)))",
    R"([SQL: INSERT INTO t (a, b) VALUES (%(«a:a»)s, %(«b:b_1»)s)]  [parameters: {'a': 'x'}])",
    R"(SELECT a FROM t WHERE id IN (__[POSTCOMPILE_«id:id_1»]) AND b = %(«b:b_1»)s::VARCHAR AND c = «c:?» AND d = :«d:name» AND e ? '«e:k»')",
    // rsyslog, logfmt, HTML
    R"(pg: SELECT a#012#011FROM t#012 WHERE b = '«b:x»')",
    R"(level=info query="SELECT a FROM \"t\" WHERE b = '«b:x»'" user="d = 'e'")",
    R"(<pre>SELECT a FROM &quot;t&quot; WHERE &quot;t&quot;.&quot;b&quot; = &#x27;«b:it&#x27;&#x27;s»&#x27; AND c &lt; &#39;«c:x»&#39;</pre>)",
    // CockroachDB
    R"({"Statement":"‹INSERT INTO \"\".\"\".t(name, ssn) VALUES ('«name:Ann»', «ssn:1»)›","User":"‹root›"})",
    R"({"Statement":"INSERT INTO ‹\"\"›.‹\"\"›.‹t›(‹name›, ‹ssn›, ‹d›) VALUES (‹'«name:Ann»'›, ‹«ssn:1»›, ‹'«d:x»'›:::DATE) RETURNING ‹t›.‹id›"})",
    R"(SELECT ‹t›.‹a› FROM ‹t› AS ‹u› JOIN ‹v› ON ‹u›.‹id› = ‹v›.‹id› WHERE ‹t›.‹ssn› = ‹'«ssn:1»'› LIMIT ‹«:21»›)",
    R"(UPDATE t SET a = ‹NULL›, b = '‹«b:alice»›', c = ‹«c:alice smith, x»›, d = ‹«d:×»›)",
    R"(SELECT a FROM t WHERE b = \u2039'«b:x»'\u203a AND c = \u2039«c:alice»\u203a)",
    R"(exec "psql" {} "SELECT a FROM t WHERE ssn = '«ssn:1»'" {} 0.795 1 "")",
    // Query plans
    R"(  Index Cond: (((email)::text = '«email:x»'::text) AND (n > «n:5»)))",
    R"(filter: (ssn = '«ssn:x»') AND (b IN ('«b:y»', '«b:z»')))",
    // Cut
    R"(SELEC * FROM t WHERE a = '«a:x»' AND b = «b:5»)",
    R"(WHERE t.a = '«a:x»' OR lower(t.b) IN ('«b:y»', '«b:z»'))",
    R"(SELECT a FROM t WHERE b = '«b:x»' AND c = '«c:yz»)",
    R"(INSERT INTO t (a, b) VALUES ('«a:x»', '«b:y...»)",
    R"(INSERT INTO t (a, b) VALUES ('«a:x»', ... ssn = 'y')",
};

TEST(SqlTest, EachValueHasItsColumn) {
  SqlReader reader;
  for (const auto* cases : {&kCases, &kEmbedded}) {
    for (const std::string_view source : *cases) {
      const Marked marked = read_marks(source);
      const std::string& text = marked.text;
      std::vector<SqlValue> values;
      std::string columns;
      std::size_t from = 0;
      while (const std::optional<std::size_t> at = find_statement(text, from)) {
        const SqlReading& reading = reader.read(text, *at);
        expect_sound(reading, text);
        values.insert(values.end(), reading.values.begin(), reading.values.end());
        from = std::max(reading.extent.end, *at + 1);
      }
      std::string expected;
      std::size_t last = 0;
      for (const Expected& e : marked.values) {
        expected += text.substr(last, e.value.begin - last);
        expected +=
            std::string(kBegin) + e.column + ":" + text.substr(e.value.begin, e.value.size()) + std::string(kEnd);
        last = e.value.end;
      }
      expected += text.substr(last);
      EXPECT_EQ(write_marks(text, values), expected);
    }
  }
}

TEST(SqlTest, StatementsStartWhereTheirGrammarGoesOn) {
  const struct {
    std::string_view text;
    std::optional<std::size_t> at;
  } kStarts[] = {
      {"SELECT 1", 0},
      {"LOG:  statement: select pg_catalog.version()", 17},
      {R"(x\nSELECT a FROM t)", 3},
      {"x#012UPDATE t SET a = 1", 5},
      {"EXPLAIN ANALYZE SELECT * FROM t", 16},
      {"‹SELECT ‹a›, b", 3},
      {"with x as (select 1) select 2", 0},
      {"COPY t (a, b) FROM stdin", 0},
      {"DELETE FROM t", 0},
      {"UPDATE t SET", 0},
      {"SET x = 'y'", 0},
      {"SELEC * FROM t WHERE a = 'x'", 15},
      {"WHERE lower(t.a) LIKE 'x'", 0},
      {"that is where it is", std::nullopt},
      {"where (if at all)", std::nullopt},
      {"Please select from the list", std::nullopt},
      {"select a plan, then pay", std::nullopt},
      {"Select your name from the menu", std::nullopt},
      {"select item from the list", std::nullopt},
      {"update available", std::nullopt},
      {"update the set of rules", std::nullopt},
      {"could not update config: set x", std::nullopt},
      {"delete from the cart", std::nullopt},
      {"insert into the slot", std::nullopt},
      {"with care, as (noted)", std::nullopt},
      {"copy that from me", std::nullopt},
      {"set timeout = 5", std::nullopt},
      {"create user failed", std::nullopt},
      {"call me (maybe)", std::nullopt},
      {"default values (none)", std::nullopt},
      {"preselect 1, reselect 2, x.select 3", std::nullopt},
      {"SELECT", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : kStarts) EXPECT_EQ(find_statement(c.text, 0), c.at) << c.text;
  EXPECT_EQ(find_statement("SELECT 1", 1), std::nullopt);
  EXPECT_EQ(find_statement("SELECT 1", 100), std::nullopt);
}

TEST(SqlTest, PlaceholdersAndResultColumnsAreListed) {
  SqlReader reader;
  const auto names = [](const SqlReading& reading) {
    std::string all;
    for (const SqlPlaceholder& p : reading.placeholders) all += std::string(p.name) + "=" + std::string(p.column) + " ";
    all += "|";
    for (const std::string_view column : reading.columns) all += " " + std::string(column);
    return all;
  };
  EXPECT_EQ(names(reader.read("SELECT t.a, b AS c, lower(d), count(e), 'x', f g FROM t WHERE a = $1 OR b = $1", 0)),
            "$1=a $1=b | a c d   g");
  EXPECT_EQ(names(reader.read("INSERT INTO t (a, b) VALUES (%(x)s, lower(:y)), (?, ?) RETURNING id, a", 0)),
            "x=a y=b ?=a ?=b | id a");
  EXPECT_EQ(names(reader.read("SELECT * FROM t WHERE %s = a AND b LIKE %s LIMIT %s OFFSET %s", 0)),
            "%s=a %s=b %s= %s= | *");
  EXPECT_EQ(names(reader.read("COPY t (a, \"b\") FROM stdin", 0)), "| a b");
  EXPECT_EQ(names(reader.read("UPDATE t SET (a, b) = ($2, $1) WHERE c BETWEEN $3 AND $4", 0)), "$2=a $1=b $3=c $4=c |");
  EXPECT_EQ(names(reader.read("SELECT a FROM t WHERE ip = $1::text::inet AND n = @p1", 0)), "$1=ip p1=n | a");
}

TEST(SqlTest, AStatementGoesOnInTheNextLine) {
  SqlReader reader;
  const std::vector<std::string> lines = {"INSERT INTO t (email,", "  ssn) VALUES ('a@b", ".example',", "  %s), ('c',",
                                          "'d')"};
  std::string found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SqlReading& reading = i == 0 ? reader.read(lines[0], 0) : reader.resume(lines[i]);
    expect_sound(reading, lines[i]);
    EXPECT_TRUE(reader.open());
    EXPECT_EQ(reading.complete, i + 1 == lines.size()) << lines[i];
    found += write_marks(lines[i], reading.values) + "/";
    if (i == 3) {
      ASSERT_EQ(reading.placeholders.size(), 1U);
      EXPECT_EQ(reading.placeholders[0].column, "ssn");
    }
  }
  EXPECT_EQ(
      found,
      "INSERT INTO t (email,/  ssn) VALUES ('«email:a@b»/«email:.example»',/  «ssn:%s»), ('«email:c»',/'«ssn:d»')/");
}

TEST(SqlTest, WhatIsKeptOutlivesItsText) {
  SqlReader reader;
  std::string text = "SELECT a AS some_name FROM a_table WHERE some_column = %(some_parameter)s AND";
  reader.read(text, 0);
  reader.keep();
  text.assign(text.size(), 'x');
  ASSERT_EQ(reader.reading().placeholders.size(), 1U);
  EXPECT_EQ(reader.reading().placeholders[0].name, "some_parameter");
  EXPECT_EQ(reader.reading().placeholders[0].column, "some_column");
  ASSERT_EQ(reader.reading().columns.size(), 1U);
  EXPECT_EQ(reader.reading().columns[0], "some_name");
  EXPECT_EQ(reader.resume("b = %(c)s").placeholders.size(), 2U);
  EXPECT_EQ(reader.reading().placeholders[0].column, "some_column");
  EXPECT_EQ(reader.reading().placeholders[1].column, "b");
}

TEST(SqlTest, EveryPrefixIsReadSoundly) {
  SqlReader reader;
  for (const auto* cases : {&kCases, &kEmbedded}) {
    for (const std::string_view source : *cases) {
      const std::string text = read_marks(source).text;
      for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::vector<char> prefix(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
        const std::string_view view(prefix.data(), prefix.size());
        const std::optional<std::size_t> at = find_statement(view, 0);
        expect_sound(reader.read(view, at.value_or(0)), view);
        if (reader.open()) expect_sound(reader.resume(text), text);
        expect_sound(reader.read(view, size / 2), view);
      }
    }
  }
}

TEST(SqlTest, ReadingIsLinear) {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  for (const std::string_view piece : {"(",
                                       ")",
                                       "'",
                                       "\"",
                                       "\\",
                                       ",",
                                       "''",
                                       "\\'",
                                       "\\\"",
                                       "\\n",
                                       "‹",
                                       "›",
                                       "‹'",
                                       "‹\"",
                                       "‹e'\\'",
                                       "$a$",
                                       "‹$a$",
                                       "$",
                                       "/*",
                                       "--",
                                       "[",
                                       "a[",
                                       "a ",
                                       "a.",
                                       "CASE ",
                                       "SELECT ",
                                       "SELECT (",
                                       "SELECT/*",
                                       "x = 'y' AND ",
                                       "('a',1),",
                                       "%(a)s,",
                                       "\\u0027",
                                       "&#39;",
                                       "'x›‹",
                                       "‹''",
                                       "(a,b)=",
                                       "a::",
                                       "INSERT INTO t (",
                                       "WITH x AS (",
                                       "UPDATE t SET a = 'b';"}) {
    std::string text = "SELECT a FROM t WHERE b IN (";
    while (text.size() < kSize) text += piece;
    SqlReader reader;
    expect_sound(reader.read(text, 0), text);
    EXPECT_LE(reader.steps(), 8 * text.size()) << piece;
    std::size_t starts = 0;
    for (std::optional<std::size_t> at = find_statement(text, 0); at; at = find_statement(text, *at + 1)) ++starts;
    EXPECT_LE(starts, text.size());
  }
}

// Where a statement stops early the next one begins, and what the first looked at ahead is looked at again.
TEST(SqlTest, ReadingManyStatementsIsLinear) {
  constexpr std::size_t kSize = std::size_t{1} << 18;
  for (const std::string_view piece :
       {"SELECT 1) ‹", "SELECT 1) /*", "SELECT 1) --", "SELECT 1) '", "SELECT 1) e'\\'", "SELECT 1) &#39;&#39;&#39;",
        "SELECT a b c $", "SELECT 1 ", "SELECT 1) \"", "SELECT 1) "}) {
    std::string text;
    for (std::size_t i = 0; text.size() < kSize; ++i) {
      text += piece;
      if (piece.ends_with('$')) text += "t" + std::to_string(i) + "$";  // ever other tags
    }
    SqlReader reader;
    std::size_t from = 0;
    while (const std::optional<std::size_t> at = find_statement(text, from)) {
      const SqlReading& reading = reader.read(text, *at);
      expect_sound(reading, text);
      from = std::max(reading.extent.end, *at + 1);
    }
    EXPECT_LE(reader.steps(), 512 * text.size()) << piece;
  }
}

// Where names in a recalled reading stand elsewhere than in the text, it has come from memory.
bool is_remembered(const SqlReading& reading, std::string_view text) {
  const std::string_view name = !reading.columns.empty()        ? reading.columns.front()
                                : !reading.placeholders.empty() ? reading.placeholders.front().column
                                                                : reading.values.front().column;
  return name.data() < text.data() || name.data() >= text.data() + text.size();
}

struct Pair {
  std::string first;
  std::string second;
  bool same_shape;
};

TEST(SqlTest, StatementsOfOneShapeAreRecalledAsTheyWouldBeRead) {
  for (const Pair& pair : std::vector<Pair>{
           {"SELECT a FROM t WHERE b = 'x' AND c > 5 LIMIT 3",
            "SELECT a FROM t WHERE b = 'long one' AND c > 17 LIMIT 1", true},
           {"UPDATE t SET email = 'a', n = -1.5 WHERE id = 7; args=('a',)",
            "UPDATE t SET email = '', n = -20 WHERE id = 12345; args=('b', 'c')", true},
           {"INSERT INTO t (a, b) VALUES ('x', $1) RETURNING id", "INSERT INTO t (a, b) VALUES ('yy', $1) RETURNING id",
            true},
           {"UPDATE t SET a = crypt('x', 'y'), b = 'z'", "UPDATE t SET a = crypt('xx', 'yy'), b = 'zz'", true},
           // An apostrophe, or the end: that depends on what stands in front of it, and on what stands far behind it.
           {"UPDATE t SET a = 'x('pl_in text', b = 'z'", "UPDATE t SET a = 'xa'pl_in text', b = 'z'", false},
           {"SELECT a FROM t WHERE b = 'O'Neil x y z, 'c' OR d = 1",
            "SELECT a FROM t WHERE b = 'O'Neil x y z', c OR d = 1", false},
           {"UPDATE t SET a = ARRAY[1, 2], b = %(c)s WHERE d = 5",
            "UPDATE t SET a = ARRAY[11, 22], b = %(c)s WHERE d = 6", true},
           {R"({"Statement":"UPDATE \"t\" SET \"a\" = 'x'","Tag":"UPDATE"})",
            R"({"Statement":"UPDATE \"t\" SET \"a\" = 'yyy'","Tag":"DELETE"})", true},
           // What is not plain is read.
           {"UPDATE t SET email = 'abc' WHERE id = 7", "UPDATE t SET email = 'it''s' WHERE id = 7", false},
           {"UPDATE t SET email = 'abc' WHERE id = 7", "UPDATE t SET email = 'a\\'b' WHERE id = 7", false},
           {"UPDATE t SET email = 'abc' WHERE id = 7", "UPDATE t SET email = '\u2039a\u203a' WHERE id = 7", false},
           {"UPDATE t SET email = 'abc' WHERE id = 7", "UPDATE t SET email = 'abc' WHERE id = 0x7f", false},
           {"UPDATE t SET email = 'abc' WHERE id = 7", "UPDATE t SET email = 'abc' WHERE id = 1e5", false},
           {"UPDATE t SET email = 'abc' WHERE id = #7", "UPDATE t SET email = 'abc' WHERE id = #012", false},
           {R"("UPDATE t SET email = 'abc', b = 'c'")", R"("UPDATE t SET email = 'a"c', b = 'c'")", false},
           // Keys, methods and what else counts.
           {"SELECT a->>'x', b FROM t WHERE a->>'x' = 'v'", "SELECT a->>'y', b FROM t WHERE a->>'y' = 'v'", false},
           {"UPDATE t SET a = json_build_object('x', 'v')", "UPDATE t SET a = json_build_object('y', 'v')", false},
           {"UPDATE t SET a = digest('v', 'x')", "UPDATE t SET a = digest('v', 'md5')", false},
           {"UPDATE t SET a['x'] = 'abcdef'", "UPDATE t SET a['y'] = 'abcdef'", false},
           {"UPDATE t SET a = 'abcdef' WHERE b = ‹5›", "UPDATE t SET a = 'abcdef' WHERE b = ‹6›", false},
           // What stands behind.
           {"UPDATE t SET a = 'abcdefg'", "UPDATE t SET a = 'abcdefg' ", false},
           {"UPDATE t SET a = 'abcdefg'", "UPDATE t SET a = 'abcdefg'' or'", false},
           {"UPDATE t SET a = 'abcdefg'; args", "UPDATE t SET a = 'abcdefg'; argsx", false},
           {"UPDATE t SET a = 'abcdefg'; select b from t", "UPDATE t SET a = 'abcdefg'; select the b", false},
       }) {
    SqlReader reader;
    const std::size_t at = pair.second.starts_with('{') ? pair.second.find("UPDATE") : pair.second.find_first_of("SUI");
    reader.recall(pair.first, at);
    const std::uint64_t steps = reader.steps();
    const SqlReading& recalled = reader.recall(pair.second, at);
    EXPECT_EQ(is_remembered(recalled, pair.second), pair.same_shape) << pair.second;
    SqlReader cold;
    EXPECT_EQ(recalled, cold.read(pair.second, at)) << pair.second;
    EXPECT_EQ(reader.open(), cold.open()) << pair.second;
    EXPECT_EQ(reader.steps() - steps, cold.steps()) << pair.second;
  }
}

TEST(SqlTest, ManyShapesAreForgottenButNeverMistaken) {
  SqlReader reader;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2000; ++i) {
      const std::string text = "UPDATE t SET column_" + std::to_string(i) + "_x = '" +
                               std::string(static_cast<std::size_t>(round), 'v') + "'";
      const SqlReading& reading = reader.recall(text, 0);
      ASSERT_EQ(reading.values.size(), 1U);
      EXPECT_EQ(reading.values[0].column, "column_" + std::to_string(i) + "_x");
      EXPECT_EQ(reading.values[0].value.size(), static_cast<std::size_t>(round));
    }
  }
}

TEST(SqlTest, LongLiteralsAreReadWhole) {
  const std::string long_text(100'000, 'x');
  const std::string text = "SELECT a FROM t WHERE b = ‹'" + long_text + "'› AND c = 'y'";
  SqlReader reader;
  const SqlReading& reading = reader.read(text, 0);
  ASSERT_EQ(reading.values.size(), 2U);
  EXPECT_EQ(reading.values[0].value.size(), long_text.size());
  EXPECT_EQ(reading.values[1].column, "c");
}

TEST(SqlTest, DeepNestingKeepsTheColumn) {
  const std::string text =
      "SELECT a FROM t WHERE b = " + std::string(500, '(') + "'x'" + std::string(500, ')') + " AND c = 'y'";
  SqlReader reader;
  const SqlReading& reading = reader.read(text, 0);
  ASSERT_EQ(reading.values.size(), 2U);
  EXPECT_EQ(reading.values[0].column, "b");
  EXPECT_EQ(reading.values[1].column, "c");
}

}  // namespace
}  // namespace piiscrub
