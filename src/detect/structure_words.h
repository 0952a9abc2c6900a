// The texts at which the scan finds that a record has a structure: statements, parameters, messages of databases. As
// expressions for Hyperscan, in any case.
#pragma once

namespace piiscrub {

/// What a record with values that belong to columns holds at least: the start of a statement or of its condition
/// (format/sql.h), a list of parameters or a row (format/sql_parameters.h), a message that repeats values
/// (format/echo.h). They may be seen too often, never too seldom.
inline constexpr const char* kSqlWords[] = {R"(insert[ \t]into[ \t])",
                                            R"(insert[ \t](?:overwrite|ignore|or)[ \t])",
                                            R"(upsert[ \t]into[ \t])",
                                            R"(\.\.\.[a-z]{0,5} ?into[ \t])",
                                            R"(replace[ \t]into[ \t])",
                                            R"(set[ \t]["'`\[(\\\w\xe2 \t])",
                                            R"(delete[ \t]from[ \t])",
                                            R"(select[ \t])",
                                            R"(where[ \t])",
                                            R"((?:select|where|from|set)\\n)",
                                            R"((?:create|alter)[ \t](?:user|role)[ \t])",
                                            R"(set[ \t](?:session|local|global|password|cluster|role)[ \t])",
                                            R"(call[ \t]\w{1,32}\()",
                                            R"(cond: )",
                                            R"(filter: )",
                                            R"(parameters: )",
                                            R"(: \$1 = )",
                                            R"(placeholdervalues)",
                                            R"(args[="'\\])",
                                            R"(params[="'\\])",
                                            R"(binds[="'\\])",
                                            R"(bindings[:="'\\])",
                                            R"((?m)^ {2,16}(?:insert|select|update|delete|merge) ?\r?$)",
                                            R"(binding parameter [\[(][0-9])",
                                            R"(bind parameter \[[0-9])",
                                            R"(bind => \[)",
                                            R"(, parameter value \[)",
                                            R"(extracted value \()",
                                            R"(<== {1,16}(?:columns|row): )",
                                            R"(params: ["'\[({])",
                                            R"(args: [\[({])",
                                            R"([ {,\\]values: ?\[)",
                                            R"("values": ?\[)",
                                            R"(\{'p1':)",
                                            R"(:params \[)",
                                            R"(:bindings \[)",
                                            R"(with args)",
                                            R"(generated in [0-9])",
                                            R"(cached since [0-9])",
                                            R"(no key [0-9])",
                                            R"(caching disabled [0-9])",
                                            R"(dialect [0-9])",
                                            R"(raw sql)",
                                            R"(row \()",
                                            R"(col \()",
                                            R"(\{(?:\xe2\x80\xb9)?\$1(?:\xe2\x80\xba)?:)",
                                            R"(key \()",
                                            R"(key value \()"};
/// The same where columns stand in front.
inline constexpr const char* kSqlLateWords[] = {R"(values[ \t]?\()", R"(values\\n)", R"(from[ \t]stdin)"};
/// The same where no column need be named. "from" in small letters, or each FROM of SQL would be looked back from.
inline constexpr const char* kEchoWords[] = {
    R"(\] [0-9]{0,12} \|)",
    R"(execute[ \t][\w.]{1,64} ?\()",
    R"((?-i:CALL)[ \t][\w.]{1,32}\()",
    R"(into[ \t][\w."`\[\]\\]{1,64}[ \t]values[ \t]?\()",
    R"(identified[ \t]by)",
    R"(failing row)",
    R"(invalid input (?:syntax|value) for )",
    R"(invalid input for query argument)",
    R"(out of range: )",
    R"(, (?:line|zeile|línea|ligne|riga|rad|строка|рядок|行) [0-9]{1,12}(?:, \S{2,24} [\w.\-\x80-\xff]{1,96})? ?: ["\\\xe2\xc2])",
    R"(token ["\\]\S{1,64} is invalid)",
    R"((?:value|input|string), but found ["\\])",
    R"(time data ["'\\])",
    R"(isoformat string: )",
    R"(invalid literal for int)",
    R"(could not convert string to )",
    R"(for input string: )",
    R"(text ["'\\][^"'\\\n]{1,64}["'\\]{1,3} could not be parsed)",
    R"(unparseable date: )",
    R"(parsing time ["\\])",
    R"(invalid value for integer)",
    R"(failed for value ["\\])",
    R"(["'] is not of type ["'\\])",
    R"(["'] is not a ')",
    R"(["'] does not match '\^)",
    R"(malformed (?:array|record) literal)",
    R"(could not parse )",
    R"(parsing (?:as|["'\\&\xe2]))",
    R"(value ["'\\&\xe2])",
    R"(expected a number but got )",
    R"(got invalid value ["\\])",
    R"((?:\xe2\x80\x9d|\\u201d) value )",
    R"(rejected value \[)",
    R"(from string ["\\])",
    R"((?:renamed|ge\xc3\xa4ndert|modifi\xc3\xa9|chang\xc3\xa9|cambi(?:ado|\xc3\xb3)|alterado|modificato|gewijzigd|zmieniono) (?:[^ ]{1,32} )?(?:von|de|da|van|z|from) ["'\\])",
    R"((?:chang|updat|modifi)ed: old=["'\\])",
    R"(parse time string \()",
    R"(string ["'][^"'\n]{1,64}["'] was not )",
    R"(path `)",
    R"((?:chang|updat)ing (?:[^ ]{1,32} ){1,3}(?-i:from ))",
    R"((?:chang|updat|modifi)ed (?:[^ ]{1,32} ){0,3}(?-i:from ))",
    R"((?:chang|updat|modifi)ed: ["'\\])",
    R"(duplicate entry )",
    R"(incorrect (?:integer|date|datetime|string) value)",
    R"(table/[0-9\xe2])",
    R"(key value is \()",
    R"(truncated value: )",
    R"(preview of field)",
    R"((?:text|varying|character|date|zone|integer|bigint|numeric|inet)\]:['0-9])",
    R"(primary ?key[\\":\xe2\x80\xb9 ]{1,16}/[0-9])",
    R"(-\+-)",         // format/table.h
    R"((?:^|\n)0  )",  // of a data frame
    R"(-\[ record [0-9])",
    R"(\xe2\x94\x94 )",  // format/drawn.h
    R"(with parameters: )",
    R"(parameters=\[@)",
    R"(  bindings: \[)",
    R"(  value: )",  // format/pair_name.h
    R"(  "value": )",
    R"(content-disposition: form-data; name=)",
    R"(spans: \[)",
    R"(\)=\()"};

/// Base64 of {" and of [{" (DecodedView).
inline constexpr const char* kEncodedJsonStart = R"((?:eyJ|W3si)[A-Za-z0-9+/_\-]{16})";

/// A part of a line that a container runtime has split (piiscrub/container_line.h).
inline constexpr const char* kSeams[] = {R"x((?:[^n]|[^\\]n)","stream":"std)x", R"x( std(?:out|err) P[ :])x"};

}  // namespace piiscrub
