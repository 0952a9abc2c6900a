// The promises of pipeline.h on generated logs.
//
// A log is a list of pieces, so that a failing one shrinks to the few pieces that matter. The seed is fixed; explore
// with RC_PARAMS="seed=42 max_success=20000" in the environment.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/database_parts.h"
#include "format/entry.h"
#include "piiscrub/container_line.h"
#include "redact/replacement.h"
#include "support/policies.h"
#include "support/scrub.h"

namespace piiscrub {
namespace {

using test::Cuts;
using test::Scrubbed;

const bool kSeeded = [] {
  setenv("RC_PARAMS", "seed=20261010 max_success=150", 0);
  return true;
}();

// --- pieces of logs --------------------------------------------------------------------------------------------------

using Pieces = std::vector<std::string>;

const Pieces kWords = {
    "GET",     "user", "status=200", "alice",      " ",        "  ",   "id", "key=",   "token ",  "a",
    "x",       "0",    "12",         "2026-10-10", "12:34",    "null", "ok", "mail ",  "service", "\"msg\":\"",
    "{\"a\":", "}",    "[1,2]",      "password=",  "https://", "db",   "_",  "secret", "ssn "};
// Keys, columns and what stands between them and their values; the values are any piece.
const Pieces kStructure = {"\"email\": \"",
                           "'ssn': '",
                           "user_password: ",
                           "\\\"phone\\\": \\\"",
                           "--token ",
                           "<ssn>",
                           "</ssn>",
                           "name=\"",
                           "Authorization: Bearer ",
                           "('password', '",
                           "')",
                           "', '",
                           "\", \"",
                           "';",
                           "birth_date=",
                           "INSERT INTO p (id, ssn, full_name) VALUES (",
                           "UPDATE p SET email = '",
                           " WHERE ssn = $1",
                           "', $2 = '",
                           "parameters: $1 = '",
                           "args=('",
                           "Key (email)=(",
                           "Failing row contains (",
                           ") already exists.",
                           "Row ('",
                           "Col ('id', 'iban')",
                           "[generated in 0.1s] {'ssn_1': '",
                           "'}",
                           "\u2039",
                           "\u203a",
                           "\u2039\u2020",
                           "\u2039\u00d7\u203a",
                           "\\u2039",
                           "\\u203a",
                           "\nVALUES ('",
                           "{\"name\": \"ssn\", \"value\": \"",
                           "\", \"Key\": \"password\"}",
                           "'value': '",
                           "\n\tWHERE ssn = '",
                           "\nFROM p",
                           "\n  AND full_name = '",
                           "\n (ssn, email)",
                           "UPDATE p\nSET ssn = '",
                           "={\"Statement\":\"SELECT \u2039'",
                           "\nI250101 00:00:00.000000 9 1@a.go:1 \u22ee [T1] 5 |",
                           "\nI250101 00:00:00.000000 9 1@a.go:1 \u22ee [T1] 5 ={\"x\":\"\u2039",
                           "salary = 1234.5",
                           "SELECT email FROM p",
                           "{\"card\": ",
                           "\"pin\": 1234, ",
                           "\n id | ssn | email \n----+-----+-------\n 1 | ",
                           "\n----+-----\n",
                           " | ",
                           "\n-[ RECORD 1 ]---\nssn | ",
                           "\\x616c696365406578616d706c652e636f6d",
                           "\n2026-11-21T09:14:02.118Z stdout P ",
                           "\n2026-11-21T09:14:02.118Z stdout F ",
                           "\n{\"log\":\"",
                           "\",\"stream\":\"stdout\"}",
                           "\\n\",\"stream\":\"stdout\"}\n",
                           "\n  ",
                           "\nTraceback (most recent call last):\n  File x\nValueError: ",
                           "\nDETAIL:  ",
                           "; args=(1,\n  '",
                           "parameters: $1 = 'x\n\t",
                           "\n  'ssn': '",
                           "VALUES ('x\n"};
const Pieces kValues = {"alice@example.com",
                        "bob.x+1@mail.example.org",
                        "jürgen@müller.example",
                        "192.0.2.1",
                        "10.20.30.40",
                        "2001:db8::1",
                        "1:2:3:4:5:6:7:8",
                        "fe80::",
                        "02:42:ac:11:00:02",
                        "02-42-ac-11-00-02",
                        "536-90-4399",
                        "536 90 4399",
                        "4111111111111111",
                        "4111 1111 1111 1111",
                        "3782 822463 10005",
                        "DE89370400440532013000",
                        "DE89 3704 0044 0532 0130 00",
                        "+12025550143",
                        "+49 (0)30 901820",
                        "(202) 555-0143",
                        "AB123456C",
                        "2345 6789 0124",
                        "12345678Z",
                        "RSSMRA85T10A562S",
                        "529.982.247-25",
                        "811228-9874",
                        "900101-1234568",
                        "postgres://app:s3cr3t@db/x",
                        "ghp_FAKEQUSI4rpJlikPWXFAKEVFfQcdsMeBQvgG",
                        "AKIAFAKEXONARKZ656J9",
                        "sk_live_FAKEab12cd34ef56gh",
                        "xoxb-FAKE12345678-FAKE12345678-FAKEabcdefghijklmnop",
                        "eyJhbGciOiJGQUtFIn0.eyJzdWIiOiJGQUtFIn0.FAKEabcdefghijklmnop"};
const Pieces kNearMisses = {"4111111111111112",
                            "192.0.2.",
                            "alice@",
                            "@example.com",
                            "536-90-",
                            "ghp_",
                            "ghp_FAKE",
                            "ghp_FAKEabcdef",
                            "ghp_FAKE...",
                            "…",
                            "AKIA",
                            "+1202",
                            "DE89",
                            "v1.2.3.4",
                            "version ",
                            "127.0.0.1",
                            "::1",
                            "255.255.255.0",
                            "dead::beef",
                            "1.2.3",
                            "eyJ",
                            "00:00:00:00:00:00",
                            "a@b",
                            "41111111",
                            "1111",
                            "Message-ID: <",
                            "%40",
                            "%2B",
                            "550e8400-e29b-41d4-a716-446655440000",
                            "AKIAIOSFODNN7EXAMPLE",
                            "EXAMPLE",
                            "xxxxxxxx"};
const Pieces kDelimiters = {"\n", "\n", "\n", "\r\n", "\r", ",", ";", ":", "\"", "'", "=", "&", "|",
                            "\t", "/",  "-",  ".",    "<",  ">", "(", ")", "@",  "+", "#", "//"};
const Pieces kEscapes = {"\\n",      "\\t",     "\\x22",      "\\u0022", "%22",  "%20", "#012",
                         "\x1b[31m", "\x1b[0m", "\\u001b[1m", "\\",      "\\\\", "\\\""};
// Values and parts of them as encodings spell them.
const Pieces kEncoded = {"alice%40example.com",
                         "alice\\u0040example.com",
                         "bob%252Bx%2540example.org",
                         "bob\\x40example&#46;org",
                         "alice=40example.com",
                         "al\x1b[31mice@exam\x1b[0mple.com",
                         "al\xe2\x80\x8bice@example.com",
                         "536\\u002d90\\u002D4399",
                         "536%2D90%2D4399",
                         "536\xe2\x80\x91"
                         "90\xe2\x80\x91"
                         "4399",
                         "02%3A42%3aac%3A11%3A00%3A02",
                         "4111%201111%201111%201111",
                         "4111+1111+1111+1111",
                         "%2B12025550143",
                         "\\\\u002b12025550143",
                         "192%2E0%2E2%2E1",
                         "\xef\xbc\x91\xef\xbc\x99\xef\xbc\x92.0.2.1",
                         "%22password%22%3A%22hunter2%22",
                         "pass%77ord=hunter2",
                         "password\\u003dhunter2",
                         "=?utf-8?q?alice=40example.com?=",
                         "=?utf-8?b?YWxpY2VAZXhhbXBsZS5jb20=?=",
                         "[EM%41IL]",
                         "[US%5FSSN]",
                         "%5BEMAIL]"};
const Pieces kSequences = {"%40",
                           "%2540",
                           "%25",
                           "%3A",
                           "%2D",
                           "%2B",
                           "%",
                           "\\u0040",
                           "\\x40",
                           "\\x5C",
                           "\\x5Cu0040",
                           "\\u00e9",
                           "\\ud83d\\ude00",
                           "&#64;",
                           "&amp;#64;",
                           "&commat;",
                           "&",
                           "=40",
                           "=3D",
                           "=?utf-8?q?",
                           "?=",
                           "%0A",
                           "%22",
                           "%5B",
                           "%5D",
                           "\\/",
                           "\\u0022",
                           "\\u005c",
                           "\xc2\xad",
                           "\xe2\x80\x8b",
                           "\xef\xbc\xa0",
                           "\xd9\xa3",
                           "\x1b[1m",
                           "%31",
                           "%61",
                           "&quot;",
                           "+"};
const Pieces kOddities = {std::string("\0", 1),
                          "\x1b",
                          "\xff",
                          "\xc3",
                          "\xe2\x80\xae",
                          "\xe2\x80\x8b",
                          "\x7f",
                          "‹",
                          "›",
                          "«",
                          "¿",
                          "`",
                          "$$",
                          "e'"};
const Pieces kReplacements = {"[EMAIL]",
                              "[IPV4]",
                              "[CARD]",
                              "[PRIVATE_KEY]",
                              "[NOT_A_LABEL]",
                              "[email]",
                              "[",
                              "]",
                              "[EMAIL",
                              "[piiscrub:masked overlong 12]",
                              "[piiscrub:masked x 1]",
                              "[piiscrub:masked budget ",
                              "[EMAIL:k1:zco6mxn34idqef5e6tu773c7qu]",
                              "[EMAIL:k1:",
                              "[CARD:enc:k1:",
                              "‹2bd806c9›",
                              "al***e@example.com",
                              "***@example.com",
                              "***-**-4399",
                              "************1111",
                              "192.0.2.***",
                              "***",
                              "*",
                              "redacted@redacted.invalid",
                              "0.0.0.0",
                              "00:00:00:00:00:00"};
const Pieces kKeys = {"-----BEGIN RSA PRIVATE KEY-----",
                      "-----BEGIN PRIVATE KEY-----\nFAKEbase64line0123FAKEbase64line0123\n-----END PRIVATE KEY-----\n",
                      "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
                      "-----END RSA PRIVATE KEY-----",
                      "-----BEGIN",
                      "-----",
                      "\nFAKEbase64line0123FAKEbase64line0123\n",
                      "FAKEbase64line0123",
                      "\nProc-Type: 4,ENCRYPTED\n",
                      "\nVersion: 1\n",
                      "LS0tLS1CRUdJTiBQUklWQVRFIEtFFAKESO8KU4f4RDx3AyXtFAKE2PNKGvH1saE5p9jn"};

rc::Gen<std::string> piece(bool with_keys) {
  const auto raw = rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  if (!with_keys) {
    return rc::gen::weightedOneOf<std::string>({{6, rc::gen::elementOf(kWords)},
                                                {7, rc::gen::elementOf(kValues)},
                                                {4, rc::gen::elementOf(kNearMisses)},
                                                {7, rc::gen::elementOf(kDelimiters)},
                                                {2, rc::gen::elementOf(kEscapes)},
                                                {2, rc::gen::elementOf(kEncoded)},
                                                {2, rc::gen::elementOf(kSequences)},
                                                {1, rc::gen::elementOf(kOddities)},
                                                {2, rc::gen::elementOf(kReplacements)},
                                                {1, raw}});
  }
  return rc::gen::weightedOneOf<std::string>({{10, piece(false)}, {2, rc::gen::elementOf(kKeys)}});
}

std::string join(const Pieces& pieces) {
  std::string text;
  for (const std::string& p : pieces) text += p;
  return text;
}

enum class Keys { none, some };

// Records whose values are told by keys, columns and earlier records.
std::string structured_log() {
  const auto any = rc::gen::weightedOneOf<std::string>({{10, piece(true)}, {6, rc::gen::elementOf(kStructure)}});
  return join(*rc::gen::container<Pieces>(any).as("pieces"));
}

std::string log_of(Keys keys = Keys::some) {
  return join(*rc::gen::container<Pieces>(piece(keys == Keys::some)).as("pieces"));
}

Cuts cuts_of(std::size_t size) {
  auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, size + 1)).as("cuts");
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

PipelineOptions some_limit() {
  return {.max_record_bytes = *rc::gen::element<std::size_t>(1U << 20, 16, 40, 100).as("limit")};
}

Scrubbed scrub(std::string_view input, PipelineOptions options = {}, const Cuts& cuts = {}) {
  return test::scrub(builtin_rules(), input, options, cuts);
}

// Every way to treat marks and literals.
PipelineOptions some_structure() {
  static const auto kPolicies = [] {
    std::vector<std::shared_ptr<const Policy>> all;
    for (const Markers markers : {Markers::scan, Markers::redact, Markers::keep}) {
      for (const SqlLiterals literals : {SqlLiterals::sensitive, SqlLiterals::all, SqlLiterals::off}) {
        for (const Action action : {Action::redact, Action::mask, Action::token}) {
          Policy policy = *test::policy_of(builtin_rules(), {.action = action});
          policy.markers = markers;
          policy.sql_literals = literals;
          if (action == Action::redact && literals == SqlLiterals::all) policy.keys = nullptr;
          all.push_back(std::make_shared<const Policy>(std::move(policy)));
        }
      }
    }
    return all;
  }();
  PipelineOptions options = some_limit();
  options.policy = kPolicies[*rc::gen::inRange<std::size_t>(0, kPolicies.size()).as("structure")];
  return options;
}

// Some rules off, some observed, some values allowed.
Policy some_policy() {
  static const std::vector<std::size_t> kRules = [] {
    std::vector<std::size_t> chosen;
    const std::span<const Rule> rules = builtin_rules()->rules();
    for (const std::string_view id :
         {"email", "email-encoded", "ipv4", "ipv6", "mac-address", "phone-international", "phone-nanp", "card-number",
          "card-number-grouped", "iban", "us-ssn", "url-password", "github-ghp-token"}) {
      const auto at = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
      if (at == rules.end()) std::abort();
      chosen.push_back(static_cast<std::size_t>(at - rules.begin()));
    }
    return chosen;
  }();
  Policy policy;
  policy.treatments.resize(builtin_rules()->rules().size());
  const int seed = *rc::gen::inRange(0, 1 << 26).as("policy");  // two bits per rule
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    const int choice = seed >> (2 * i) & 3;
    policy.treatments[kRules[i]].enabled = choice != 3;
    policy.treatments[kRules[i]].observed = choice == 1;
  }
  policy.allow = {
      {.domains = {"example.org", "x"}},
      {.networks = {*parse_network("10.0.0.0/8"), *parse_network("192.0.2.0/25"), *parse_network("fe80::/10")}},
      {.values = {"alice@example.com", "4111 1111 1111 1111", "4111111111111111"}}};
  if (seed % 3 == 0) policy.allow.clear();
  return policy;
}

PipelineOptions with(const Policy& policy) { return {.policy = std::make_shared<const Policy>(policy)}; }

bool is_clean(const Stats& stats) {
  return std::all_of(stats.findings.begin(), stats.findings.end(), [](std::uint64_t n) { return n == 0; }) &&
         std::all_of(stats.masked.begin(), stats.masked.end(), [](std::uint64_t n) { return n == 0; });
}

// Appends the replacements in UTF-16LE: what stands in the place of text that is spelled so is spelled so, too.
void find_wide_replacements(std::string_view output, std::vector<Span>& replacements) {
  std::vector<Span> narrow;
  std::string scratch;
  const auto is_wide_at = [&](std::size_t i) { return i + 1 < output.size() && output[i] != 0 && output[i + 1] == 0; };
  for (std::size_t begin = 0; begin < output.size(); ++begin) {
    std::string text;
    for (std::size_t i = begin; is_wide_at(i); i += 2) text += output[i];
    if (text.empty()) continue;
    if (begin + 2 * text.size() < output.size())
      text += output[begin + 2 * text.size()];  // the last has no NUL behind it
    narrow.clear();
    find_replacements(text, {.labels = builtin_rules()->parts().labels}, narrow, scratch);
    for (const Span& span : narrow) replacements.push_back({begin + 2 * span.begin, begin + 2 * span.end - 1});
    begin += 2 * text.size() - 1;
  }
}

// Whether `output` is `input` with stretches exchanged for replacements.
bool is_edited_from(std::string_view output, std::string_view input) {
  std::vector<Span> replacements;
  std::string scratch;
  find_replacements(output, {.labels = builtin_rules()->parts().labels}, replacements, scratch);
  find_wide_replacements(output, replacements);
  std::sort(replacements.begin(), replacements.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  replacements.push_back({output.size(), output.size()});
  std::size_t at = 0;    // in the input
  std::size_t done = 0;  // in the output
  for (std::size_t i = 0; i < replacements.size(); ++i) {
    std::string_view kept = output.substr(done, replacements[i].begin - done);
    // A number without quotes got some.
    const char quote = kept.empty() ? ' ' : kept.back();
    if ((quote == '"' || quote == '\'') && output.substr(replacements[i].end).starts_with(quote) &&
        input.find(kept, at) == std::string_view::npos) {
      kept.remove_suffix(1);
      ++replacements[i].end;
    }
    const bool last = i + 1 == replacements.size();
    const std::size_t found =
        i == 0 ? 0 : (last ? input.size() - std::min(kept.size(), input.size()) : input.find(kept, at));
    if (found == std::string_view::npos || found < at || input.substr(found, kept.size()) != kept) return false;
    at = found + kept.size();
    done = replacements[i].end;
  }
  return replacements.size() > 1 || output == input;
}

std::string_view delimiter_of(std::string_view record) {
  if (record.ends_with("\r\n")) return record.substr(record.size() - 2);
  if (record.ends_with('\n') || record.ends_with('\r')) return record.substr(record.size() - 1);
  return {};
}

// --- the promises ----------------------------------------------------------------------------------------------------

RC_GTEST_PROP(Promises, TransparentWithoutFindings, ()) {
  const std::string input = structured_log();
  const Scrubbed result = scrub(input);
  if (is_clean(result.stats)) RC_ASSERT(result.text == input);
  RC_CLASSIFY(is_clean(result.stats), "clean");
}

RC_GTEST_PROP(Promises, TransparentOutsideOfFindings, ()) {
  const std::string input = log_of();
  const Scrubbed result = scrub(input);
  const auto in = test::records_of(input);
  const auto out = test::records_of(result.text);
  RC_ASSERT(in.size() == out.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!is_edited_from(out[i], in[i])) RC_FAIL(test::printable(in[i]) + "\nbecame\n" + test::printable(out[i]));
  }
}

RC_GTEST_PROP(Promises, ChunkBlind, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = some_limit();
  const Cuts cuts = cuts_of(input.size());
  const Scrubbed whole = scrub(input, options);
  const Scrubbed cut = scrub(input, options, cuts);
  RC_ASSERT(test::printable(cut.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(cut.stats, whole.stats) == "");
}

RC_GTEST_PROP(Promises, WorkersDoWhatOneDoes, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = some_limit();
  const Cuts cuts = cuts_of(input.size());
  const Scrubbed whole = scrub(input, options);
  const Scrubbed workers = test::scrub_as_workers(builtin_rules(), input, options, cuts);
  RC_ASSERT(test::printable(workers.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(workers.stats, whole.stats) == "");
}

RC_GTEST_PROP(Promises, ChunkBlindUnderAPolicy, ()) {
  const std::string input = structured_log();
  PipelineOptions options = with(some_policy());
  options.max_record_bytes = some_limit().max_record_bytes;
  const Cuts cuts = cuts_of(input.size());
  const Scrubbed whole = scrub(input, options);
  const Scrubbed cut = scrub(input, options, cuts);
  const Scrubbed workers = test::scrub_as_workers(builtin_rules(), input, options, cuts);
  RC_ASSERT(test::printable(cut.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(cut.stats, whole.stats) == "");
  RC_ASSERT(test::printable(workers.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(workers.stats, whole.stats) == "");
}

RC_GTEST_PROP(Promises, DoneUnderAPolicy, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = with(some_policy());
  const std::string once = scrub(input, options).text;
  RC_ASSERT(test::printable(scrub(once, options).text) == test::printable(once));
}

RC_GTEST_PROP(Promises, HoldForMarksAndLiterals, ()) {
  const std::string input = structured_log();
  PipelineOptions options = some_structure();
  const Cuts cuts = cuts_of(input.size());
  const Scrubbed whole = scrub(input, options);
  const Scrubbed cut = scrub(input, options, cuts);
  const Scrubbed workers = test::scrub_as_workers(builtin_rules(), input, options, cuts);
  RC_ASSERT(test::printable(cut.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(cut.stats, whole.stats) == "");
  RC_ASSERT(test::printable(workers.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(workers.stats, whole.stats) == "");
  RC_ASSERT(test::records_of(whole.text).size() == test::records_of(input).size());
  if (test::has_record_above(whole.text, options.max_record_bytes)) return;
  const Scrubbed twice = scrub(whole.text, options);
  RC_ASSERT(test::printable(twice.text) == test::printable(whole.text));
  if (test::has_record_above(input, options.max_record_bytes)) return;
  RC_ASSERT(twice.stats.records_edited == 0U);
}

// With every mark redacted nothing is left of what stood between two.
RC_GTEST_PROP(Promises, NothingMarkedIsLeft, ()) {
  const std::string canary = "canary of 7";
  const auto around = rc::gen::container<Pieces>(
      rc::gen::oneOf(rc::gen::elementOf(kWords), rc::gen::elementOf(kDelimiters), rc::gen::elementOf(kEscapes)));
  Policy policy;
  policy.markers = Markers::redact;
  const std::string in_front = join(*around);
  const std::string result =
      scrub(in_front + "\u2039" + canary + "\u203a" + join(*around), with(std::move(policy))).text;
  if (result.find(canary) != std::string::npos) RC_FAIL(test::printable(result));
}

// Rules that are observed count, and otherwise it is as if they were off.
RC_GTEST_PROP(Promises, ObservingChangesNothing, ()) {
  const std::string input = structured_log();
  Policy policy = some_policy();
  const Scrubbed observed = scrub(input, with(policy));
  for (Treatment& treatment : policy.treatments) treatment.enabled = treatment.enabled && !treatment.observed;
  const Scrubbed without = scrub(input, with(policy));
  RC_ASSERT(test::printable(observed.text) == test::printable(without.text));
  RC_ASSERT(observed.stats.findings == without.stats.findings);
  for (std::size_t i = 0; i < observed.stats.observed.size(); ++i) {
    RC_ASSERT(observed.stats.observed[i] == 0U || policy.treatments[i].observed);
  }
}

RC_GTEST_PROP(Promises, ClosedForPlantedValues, ()) {
  // What may stand beside a value without making it another one.
  static const Pieces kFront = {" ",  "\"", "'",   "(",     "<",       ",",   ";",    "|",        "\t",
                                "\n", "x=", "\\n", "\\x22", "\\u0022", "%22", "#012", "\x1b[31m", "[EMAIL]"};
  static const Pieces kBehind = {" ",  "\"",   "'",   ")",     ">",       ",",   ";",    "|",       "\t",
                                 "\n", "\r\n", "\\n", "\\x22", "\\u0022", "%22", "#012", "\x1b[0m", "[EMAIL]"};
  static const Pieces kCanaries = {
      "canary.7@example.org",   "192.0.2.77",    "2001:db8::77",
      "02:42:ac:77:00:02",      "219-09-9998",   "4012888888881881",
      "GB29NWBK60161331926819", "+442079460958", "ghp_FAKEcanaryQUSI4rpJlikPWXFAKEVFfQcdsAB",
      "AKIAFAKECANARYZ656J9"};
  // Words that excuse the value behind them are another test's.
  const auto around =
      rc::gen::container<Pieces>(rc::gen::weightedOneOf<std::string>({{3, rc::gen::elementOf(kWords)},
                                                                      {3, rc::gen::elementOf(kValues)},
                                                                      {2, rc::gen::elementOf(kEscapes)},
                                                                      {2, rc::gen::elementOf(kEncoded)},
                                                                      {2, rc::gen::elementOf(kSequences)},
                                                                      {1, rc::gen::elementOf(kOddities)},
                                                                      {1, rc::gen::elementOf(kReplacements)}}));
  const std::string in_front = join(*around);
  const std::string canary = *rc::gen::elementOf(kCanaries);
  const std::string front = *rc::gen::elementOf(kFront);
  const std::string back = *rc::gen::elementOf(kBehind);
  const std::string behind = join(*around);
  const Scrubbed result = scrub(in_front + front + canary + back + behind);
  if (result.text.find(canary) != std::string::npos) RC_FAIL(test::printable(result.text));
}

// However many parts a runtime makes of a line, and wherever it cuts.
RC_GTEST_PROP(Promises, ClosedOverTheSeamsOfSplitLines, ()) {
  static const Pieces kCanaries = {"canary.7@example.org", "219-09-9998", "4012888888881881",
                                   "ghp_FAKEcanaryQUSI4rpJlikPWXFAKEVFfQcdsAB"};
  static const Pieces kFillers = {
      "GET ", "user ", "ok ", "x ", "status=200 ", "", "a longer part of the line than the others "};
  const std::string front = "2026-11-21T09:14:02.118Z stdout P ";
  const std::string canary = *rc::gen::elementOf(kCanaries);
  const auto split = *rc::gen::inRange<std::size_t>(1, canary.size()).as("split");
  const auto parts = *rc::gen::inRange<std::size_t>(2, 2 * kMaxSplitParts + 10).as("parts");
  const auto seam = *rc::gen::inRange<std::size_t>(1, parts).as("seam");
  const PipelineOptions options{.max_record_bytes = *rc::gen::element<std::size_t>(1U << 20, 100, 60).as("limit")};
  std::string input;
  for (std::size_t i = 0; i < parts; ++i) {
    std::string part = front + (i == seam ? canary.substr(split) + " " : "") + *rc::gen::elementOf(kFillers);
    if (i + 1 == seam) part += canary.substr(0, split);
    if (i + 1 == parts) part[front.size() - 2] = 'F';
    input += part + "\n";
  }
  if (*rc::gen::arbitrary<bool>()) input.pop_back();
  const Scrubbed result = scrub(input, options, cuts_of(input.size()));
  std::string joined;
  for (std::string_view record : test::records_of(result.text)) {
    record.remove_suffix(delimiter_of(record).size());
    joined += record.substr(std::min(front.size(), record.size()));
  }
  if (joined.find(canary) != std::string::npos) RC_FAIL(test::printable(result.text));
}

// Parts of a few bytes cut values, escape sequences and replacements into pieces that mean something else.
RC_GTEST_PROP(Promises, DoneAndChunkBlindOverTheSeamsOfSplitLines, ()) {
  static const Pieces kPieces = {"alice@example.com",
                                 "219-09-9998",
                                 "4012 8888 8888 1881",
                                 "[EMAIL]",
                                 "password=hunter2xyz",
                                 "status=200 ",
                                 "+12025550143",
                                 "\"",
                                 ", ",
                                 "ghp_FAKEcanaryQUSI4rpJlikPWXFAKEVFfQcdsAB",
                                 "[piiscrub:masked cut 4]",
                                 "***@example.com",
                                 "\\",
                                 "\\n",
                                 "{\"a\":\"",
                                 "\u2039",
                                 "\u203a",
                                 "%40",
                                 " ",
                                 "-----BEGIN RSA PRIVATE KEY-----",
                                 "FAKEbase64line0123"};
  const auto pieces = *rc::gen::container<Pieces>(rc::gen::elementOf(kPieces)).as("pieces");
  const auto size = *rc::gen::element<std::size_t>(3, 7, 15, 40).as("bytes of a part");
  const bool docker = *rc::gen::arbitrary<bool>().as("docker");
  std::string line;
  for (const std::string& piece : pieces) line += piece;
  std::string input;
  for (std::size_t at = 0; at < line.size(); at += size) {
    const std::string part = line.substr(at, size);
    const bool last = at + size >= line.size();
    input += docker ? R"({"log":")" + part + (last ? "\\n" : "") + R"(","stream":"stdout"})"
                    : "2026-11-21T09:14:02.118Z stdout " + std::string(last ? "F " : "P ") + part;
    input += "\n";
  }
  const std::string once = scrub(input).text;
  RC_ASSERT(test::printable(scrub(input, {}, cuts_of(input.size())).text) == test::printable(once));
  const std::string twice = scrub(once).text;
  if (twice != once) RC_FAIL(test::printable(once) + "\nbecame\n" + test::printable(twice));
}

RC_GTEST_PROP(Promises, Done, ()) {
  const std::string input = structured_log();
  const std::string once = scrub(input).text;
  const std::string twice = scrub(once).text;
  RC_ASSERT(test::printable(twice) == test::printable(once));
}

RC_GTEST_PROP(Promises, DoneAboveTheLimitToo, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = some_limit();
  const std::string once = scrub(input, options).text;
  RC_PRE(!test::has_record_above(once, options.max_record_bytes));
  RC_ASSERT(test::printable(scrub(once, options).text) == test::printable(once));
}

// --- the same under every action -------------------------------------------------------------------------------------

std::shared_ptr<const Policy> some_policy(bool with_encryption) {
  static const auto kPolicies = [] {
    std::vector<std::shared_ptr<const Policy>> all;
    for (const Action action : {Action::mask, Action::token, Action::cockroach, Action::drop, Action::encrypt})
      all.push_back(test::policy_of(builtin_rules(), {.action = action}));
    all.push_back(test::policy_of(builtin_rules(), {.style = Style::typed}));
    // Side by side, by the length of the rule's name.
    for (const std::size_t shift : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
      all.push_back(test::policy_by_rule(builtin_rules(), [&](const Rule& rule) {
        constexpr Treatment kTreatments[] = {{.action = Action::mask},
                                             {.style = Style::typed},
                                             {.action = Action::token},
                                             {.action = Action::cockroach}};
        return kTreatments[(rule.id.size() + shift) % std::size(kTreatments)];
      }));
    }
    return all;
  }();
  constexpr std::size_t kEncryption = 4;
  const auto chosen = *rc::gen::inRange<std::size_t>(0, kPolicies.size()).as("policy");
  return kPolicies[chosen == kEncryption && !with_encryption ? 0 : chosen];
}

RC_GTEST_PROP(Actions, Done, ()) {
  const std::string input = structured_log();
  const PipelineOptions options{.policy = some_policy(true)};
  const std::string once = scrub(input, options).text;
  const Scrubbed twice = scrub(once, options);
  if (twice.text != once) RC_FAIL(test::printable(once) + "\nbecame\n" + test::printable(twice.text));
  RC_ASSERT(twice.stats.records_edited == 0U);
  RC_ASSERT(twice.stats.records_dropped == 0U);
}

RC_GTEST_PROP(Actions, ChunkBlind, ()) {
  const std::string input = structured_log();
  PipelineOptions options = some_limit();
  options.policy = some_policy(false);
  const Cuts cuts = cuts_of(input.size());
  const Scrubbed whole = scrub(input, options);
  const Scrubbed cut = scrub(input, options, cuts);
  RC_ASSERT(test::printable(cut.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(cut.stats, whole.stats) == "");
  const Scrubbed workers = test::scrub_as_workers(builtin_rules(), input, options, cuts);
  RC_ASSERT(test::printable(workers.text) == test::printable(whole.text));
  RC_ASSERT(test::difference(workers.stats, whole.stats) == "");
}

// A record is changed where labels change it, and nowhere else.
RC_GTEST_PROP(Actions, FindWhatLabelsHide, ()) {
  const std::string input =
      join(*rc::gen::container<Pieces>(rc::gen::oneOf(rc::gen::elementOf(kWords), rc::gen::elementOf(kValues),
                                                      rc::gen::elementOf(kDelimiters)))
                .as("pieces"));
  const auto labels = test::policy_of(builtin_rules(), Treatment{});
  const auto in = test::records_of(input);
  const std::string labelled = scrub(input, {.policy = labels}).text;
  const std::string other = scrub(input, {.policy = test::policy_of(builtin_rules(), {.action = Action::token})}).text;
  const auto a = test::records_of(labelled);
  const auto b = test::records_of(other);
  RC_ASSERT(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) RC_ASSERT((a[i] == in[i]) == (b[i] == in[i]));
}

RC_GTEST_PROP(Actions, DroppingIsAccountedFor, ()) {
  const std::string input = log_of();
  const auto labels = test::policy_of(builtin_rules(), Treatment{});
  const auto drops = test::policy_of(builtin_rules(), {.action = Action::drop});
  const Scrubbed kept = scrub(input, {.policy = labels});
  const Scrubbed dropped = scrub(input, {.policy = drops});
  RC_ASSERT(dropped.stats.records == kept.stats.records);
  RC_ASSERT(dropped.stats.records_dropped + dropped.stats.records_edited == kept.stats.records_edited);
  std::string expected;
  std::size_t bytes = 0;
  const auto in = test::records_of(input);
  const auto out = test::records_of(kept.text);
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == out[i]) {
      expected += in[i];
    } else {
      bytes += in[i].size();
    }
  }
  if (dropped.stats.records_edited == 0) {  // else some could not be checked, and was masked
    RC_ASSERT(test::printable(dropped.text) == test::printable(expected));
    RC_ASSERT(dropped.stats.bytes_dropped == bytes);
  }
}

RC_GTEST_PROP(Promises, StructureKeeping, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = some_limit();
  const Scrubbed result = scrub(input, options);
  const auto in = test::records_of(input);
  const auto out = test::records_of(result.text);
  RC_ASSERT(in.size() == out.size());
  RC_ASSERT(result.stats.records == in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i].size() <= options.max_record_bytes) RC_ASSERT(delimiter_of(in[i]) == delimiter_of(out[i]));
    RC_ASSERT(in[i].ends_with('\n') == out[i].ends_with('\n'));
  }
}

RC_GTEST_PROP(Promises, Accounted, ()) {
  const std::string input = structured_log();
  const PipelineOptions options = some_limit();
  const Cuts cuts = cuts_of(input.size());
  Pipeline pipeline(builtin_rules(), options);
  std::size_t done = 0;
  std::size_t emitted = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t end = i < cuts.size() ? cuts[i] : input.size();
    Output out;
    pipeline.push(std::string_view(input).substr(done, end - done), out);
    emitted += out.size();
    done = end;
    RC_ASSERT(pipeline.stats().bytes_in == done);
    RC_ASSERT(pipeline.stats().bytes_out == emitted);
    RC_ASSERT(pipeline.pending() <= options.max_record_bytes + kLookaheadBytes);
    RC_ASSERT(pipeline.stats().bytes_discarded + pipeline.pending() <= done);
  }
  Output out;
  pipeline.finish(out);
  RC_ASSERT(pipeline.pending() == 0U);
  RC_ASSERT(pipeline.stats().bytes_checked + pipeline.stats().bytes_discarded == input.size());
  std::size_t above = 0;
  for (std::string_view record : test::records_of(input)) {
    if (record.ends_with('\n')) record.remove_suffix(1);
    if (record.size() <= options.max_record_bytes) continue;
    const std::size_t start = record.find_first_not_of(" \t");
    const bool json = start != std::string_view::npos && (record[start] == '{' || record[start] == '[');
    above += json ? record.size() : record.size() - options.max_record_bytes;
  }
  RC_ASSERT(pipeline.stats().bytes_discarded == above);
}

// What free text shows for sure is found under every format: in what another leaves, `text` finds nothing more.
RC_GTEST_PROP(Promises, Additive, ()) {
  Policy sure;
  for (const Rule& rule : builtin_rules()->rules()) {
    sure.treatments.push_back({.enabled = rule.confidence == Confidence::high && !rule.has_keys()});
  }
  PipelineOptions text = with(sure);
  text.format = Format::text;
  const std::string input = structured_log();
  for (const Format format : {Format::automatic, Format::access, Format::csv}) {
    PipelineOptions options;
    options.format = format;
    const std::string left = scrub(input, options).text;
    RC_ASSERT(test::printable(scrub(left, text).text) == test::printable(left));
  }
}

RC_GTEST_PROP(Promises, UnerasableWithoutKeys, ()) {
  const std::string input = log_of(Keys::none);
  Policy policy;
  policy.remember = Remember::off;
  const PipelineOptions options = with(policy);
  std::string alone;
  for (const std::string_view record : test::records_of(input)) alone += scrub(record, options).text;
  RC_ASSERT(test::printable(scrub(input, options).text) == test::printable(alone));
}

// What a record remembers counts for those only that show that they go on with it.
RC_GTEST_PROP(Promises, UnerasableByRememberedValues, ()) {
  const std::string input = log_of(Keys::none);
  const std::string result = scrub(input).text;
  const auto in = test::records_of(input);
  const auto out = test::records_of(result);
  RC_ASSERT(in.size() == out.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::string_view record = in[i].substr(0, in[i].size() - delimiter_of(in[i]).size());
    if (continues_entry(record, true)) continue;
    RC_ASSERT(test::printable(out[i]) == test::printable(scrub(in[i]).text));
  }
}

// A quote, a list or a part of a line that is open masks nothing of a record that begins as records do.
RC_GTEST_PROP(Promises, UnerasableByWhatIsOpen, ()) {
  const Pieces kOpen = {"INSERT INTO p (ssn) VALUES ('",
                        "INSERT INTO p (ssn) VALUES (%s); args=('",
                        "[parameters: {'ssn': '",
                        "DETAIL:  parameters: $1 = '",
                        "UPDATE p SET full_name = e'",
                        "password='",
                        "password:",
                        "<td>password</td>",
                        "2026-11-21T09:14:02.118Z stdout P password=",
                        "{\"log\":\"password=\\\"x",
                        "{\"log\":\"password=\",\"stream\":\"stdout\"}"};
  const Pieces kHeads = {"2026-11-21 09:14:02 INFO ",
                         "Nov 21 09:14:02 host app: ",
                         "{\"msg\": \"",
                         "<13>1 ",
                         "192.0.2.1 - - [21/Nov/2026:09:14:02 +0000] ",
                         "level=info msg=",
                         "ERROR: "};
  const std::string open = *rc::gen::elementOf(kOpen) + "\n";
  std::string input = open;
  const std::string text = log_of(Keys::none);
  for (const std::string_view record : test::records_of(text)) {
    input += *rc::gen::elementOf(kHeads);
    input += record;
  }
  const std::string result = scrub(input).text;
  const auto in = test::records_of(input);
  const auto out = test::records_of(result);
  RC_ASSERT(in.size() == out.size());
  for (std::size_t i = 1; i < in.size(); ++i) {
    RC_ASSERT(test::printable(out[i]) == test::printable(scrub(in[i]).text));
  }
}

// Behind a BEGIN only what is wholly key material may look different from what it is alone.
RC_GTEST_PROP(Promises, UnerasableBehindKeys, ()) {
  const std::string input = log_of();
  const auto in = test::records_of(input);
  const std::string result = scrub(input).text;
  const auto out = test::records_of(result);
  RC_ASSERT(in.size() == out.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::string alone = scrub(in[i]).text;
    if (out[i] == alone) continue;
    RC_ASSERT(out[i].find("[PRIVATE_KEY]") != std::string_view::npos);
    const bool end = in[i].find("-----END") != std::string_view::npos;
    const bool header =
        in[i].find(": ") != std::string_view::npos || in[i].find("Proc-Type:") != std::string_view::npos;
    // Otherwise the last word was base64, and nothing but quotes and line ends stood behind it.
    std::string_view record = in[i];
    while (!record.empty() && std::string_view(" \t\r\n\"',\\;n").find(record.back()) != std::string_view::npos)
      record.remove_suffix(1);
    const std::string_view word = record.substr(record.find_last_of(" \t\"'") + 1);
    const bool base64 = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' || c == '/' ||
             c == '=';
    });
    if (!end && !header && !base64) RC_FAIL(test::printable(in[i]) + "\nbecame\n" + test::printable(out[i]));
  }
}

}  // namespace
}  // namespace piiscrub
