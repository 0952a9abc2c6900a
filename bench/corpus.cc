#include "bench/corpus.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace piiscrub::bench {
namespace {

using std::string_view;

// ---------------------------------------------------------------------------------------------------------------------
// The language of the templates: '%' and one letter stand for a generated field; '%@' and one letter plant a value.
//
//   time    %A nginx  %S syslog  %L log4j and Django  %I ISO 8601  %P PostgreSQL  %V CockroachDB  %N ns  %s s.ns  %E ms
//   number  %d 1-9  %n 10-999  %t 1000-65000  %i six digits  %f decimal fraction  %T 17 digits, no card prefix
//   entry   the same throughout an entry: %y process id  %r database role
//   id      %u UUID  %x %X %z %Z hex of 8, 32, 40, 64  %o order number  %b version
//   word    %h host name  %g short host  %m method  %p path  %k HTTP status  %a user agent  %v level  %l logger
//           %j Java logger  %w state  %q stock item
//   %U      CockroachDB's User and ApplicationName members, both marked
//   %1-%9   the first to ninth field of this template again; a planted value counts as planted again
//   %%      a percent sign
//
// Fields other than '%@' are no personal data under the default rules, though many look like it.

constexpr string_view kFieldLetters = "ASLIPVNsEdntifTuxXzZobhgmpkavljwryqU@";
constexpr string_view kValueLetters = "e46mscbpgaktjd";

// In the order of kValueLetters.
constexpr string_view kPlantedTypes[] = {
    "email", "ipv4",         "ipv6",           "mac",         "us-ssn",     "card", "iban",
    "phone", "github-token", "aws-access-key", "slack-token", "stripe-key", "jwt",  "dsn-password",
};
static_assert(std::size(kPlantedTypes) == kValueLetters.size());

constexpr std::size_t kMaxFields = 16;     // per template
constexpr std::size_t kMaxPathFields = 4;  // per path, on top of the template around it

constexpr bool is_well_formed(string_view form, std::size_t max_fields = kMaxFields) {
  std::size_t fields = 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') continue;
    if (++i == form.size()) return false;
    const char letter = form[i];
    if (letter == '%') continue;
    if (letter >= '1' && letter <= '9') {
      if (static_cast<std::size_t>(letter - '0') > fields) return false;
      continue;
    }
    if (kFieldLetters.find(letter) == string_view::npos || ++fields > max_fields) return false;
    if (letter == '@' && (++i == form.size() || kValueLetters.find(form[i]) == string_view::npos)) return false;
  }
  return true;
}

constexpr bool plants_value(string_view form) { return form.find("%@") != string_view::npos; }

// ---------------------------------------------------------------------------------------------------------------------
// Templates.

// Messages with one value or two, for any logger: no quotes, no backslashes.
constexpr string_view kTellingMessages[] = {
    "password reset requested by %@e",
    "signup completed email=%@e plan=%d",
    "mail to=<%@e> queued as %x",
    "login ok for %@e from %@4",
    "connection from %@4 port %t accepted",
    "rate limit exceeded for client %@4 (%n requests)",
    "peer [%@6]:443 closed the connection after %n ms",
    "allow-list entry %@6 added by deploy",
    "DHCPACK for lease %i to %@m via eth0",
    "new device mac=%@m joined vlan %d",
    "tax form %i: ssn=%@s verified",
    "applicant SSN %@s matched record %i",
    "payment %o: card %@c declined by issuer",
    "card_number=%@c authorised, amount=%f EUR",
    "transfer %o to IBAN %@b scheduled",
    "refund to %@b failed, retry %d",
    "sms sent to %@p in %n ms",
    "callback phone: %@p, ticket %i",
    "contact changed: email=%@e phone=%@p",
    "clone failed with token %@g (status %k)",
    "s3 client uses key %@a in eu-west-1",
    "chat post failed: invalid_auth token=%@k",
    "charge with key %@t timed out after %n ms",
    "rejected Authorization: Bearer %@j",
    "connecting to postgres://shop:%@d@%h:5432/shop",
    "cache at redis://worker:%@d@%h:6379/0 is ready",
};

constexpr string_view kSyslogClean[] = {
    "systemd[1]: Started Session %i of User deploy.",
    "systemd[1]: shop-worker-%d.service: Scheduled restart job, restart counter is at %d.",
    "kernel: [%i.%i] EXT4-fs (nvme0n1p%d): mounted filesystem with ordered data mode. Quota mode: none.",
    "CRON[%t]: (root) CMD (/usr/lib/shop/rotate --keep %d --older-than %nh)",
    "dockerd[%t]: level=info msg=\"image pulled\" digest=sha256:%Z",
    "sshd[%t]: Server listening on 0.0.0.0 port 22.",
    "shop[%t]: request %u finished status=%k in %f ms",
    "shop[%t]: release %b deployed from commit %z",
    "chronyd[%t]: System clock wrong by 0.%i seconds, host %h selected",
    "dpkg[%t]: upgraded libssl3:amd64 3.0.%d-1~deb12u%d to 3.0.1%d-1~deb12u%d, trigger libc-bin (2.36-9+deb12u%d)",
};

constexpr string_view kNginxClean[] = {
    R"(%h - - [%A] "%m %p HTTP/1.1" %k %t "-" "%a")",
    R"(%h - - [%A] "%m %p HTTP/1.1" %k %n "-" "%a")",
    R"(127.0.0.1 - - [%A] "GET /healthz HTTP/1.1" 200 %d "-" "kube-probe/1.29")",
    R"(- - - [%A] "%m %p HTTP/2.0" %k %t "https://%h/" "%a")",
};

constexpr string_view kNginxTelling[] = {
    R"(%@4 - - [%A] "%m %p HTTP/1.1" %k %t "-" "%a")",
    R"(%@6 - - [%A] "%m %p HTTP/1.1" %k %t "-" "%a")",
    R"(%h - - [%A] "GET /account/confirm?email=%@e HTTP/1.1" %k %n "-" "%a")",
    R"(%h - - [%A] "GET /sso/callback?id_token=%@j HTTP/1.1" 302 %d "-" "%a")",
    R"(%h - - [%A] "GET /api/v2/repos?access_token=%@g HTTP/1.1" %k %n "-" "%a")",
};

constexpr string_view kApplicationClean[] = {
    "order %o accepted, total=%f EUR, items=%d",
    "order %o moved from %w to %w, request %u",
    "GET %p finished in %f ms, status %k",
    "transaction %T committed on %h after %d retries",
    "cache key catalogue:%X expired, age %n s",
    "upload of build %b finished, sha1 %z, %t bytes",
    "job %u took %f s on queue %l, %n rows written",
    "stock of item %q is %n after shipment %i",
    "slow call to https://%h%p: %n ms (limit 250 ms)",
    "worker %d heartbeat, lag=%f s, epoch=%E",
};

// python-json-logger and structured lines: the message, or one more member, makes the difference.
constexpr string_view kPythonJsonHead =
    R"({"asctime": "%L", "levelname": "%v", "name": "shop.%l.views", "lineno": %n, "process": %t, "message": ")";
constexpr string_view kPythonJsonTail =
    R"(", "request_id": "%u", "method": "%m", "path": "%p", "status": %k, "duration_ms": %f, )"
    R"("host": "%h"})";

constexpr string_view kEventJsonHead =
    R"({"time":"%I","level":"%v","caller":"%l/handler.go:%n","msg":"order %w","request_id":"%u",)"
    R"("service":"shop-%l","host":"%h","http":{"method":"%m","path":"%p","status":%k,"bytes":%t},)";
constexpr string_view kEventJsonTail =
    R"(,"order":{"number":"%o","state":"%w","items":%d,"total":%f},"duration_ms":%f})";

constexpr string_view kMembersClean[] = {
    R"("cache":{"hit":true,"age":%n})",
    R"("upstream":{"host":"%h","attempts":%d})",
    R"("build":{"commit":"%z"})",
};

constexpr string_view kMembersTelling[] = {
    R"("customer":{"email":"%@e"})",
    R"("client_ip":"%@4")",
    R"("client_ip":"%@6")",
    R"("device":{"mac":"%@m"})",
    R"("applicant":{"ssn":"%@s"})",
    R"("payment":{"card_number":"%@c"})",
    R"("payout":{"iban":"%@b"})",
    R"("contact":{"phone":"%@p"})",
    R"("headers":{"authorization":"Bearer %@j"})",
    R"("github":{"token":"%@g"})",
    R"("aws":{"access_key_id":"%@a"})",
    R"("chat":{"token":"%@k"})",
    R"("stripe":{"api_key":"%@t"})",
    R"("database_url":"postgresql://shop:%@d@%h:5432/shop")",
};

// CockroachDB: the statement as printed since 24.2 (names unmarked) and its bound values.
constexpr string_view kCrdbTextHead =
    R"(I%V %t 9@util/log/event_log.go:32 ⋮ [n%d,client=127.0.0.1:%t,user=‹%r›] %i ={"Timestamp":%N,)"
    R"("EventType":"query_execute",)";
constexpr string_view kCrdbTextTail = R"(,"NumRows":%d})";

constexpr string_view kCrdbJsonHead =
    R"({"c":9,"t":"%s","N":%d,"sev":"I","g":%t,"n":%i,"r":1,)"
    R"("tags":{"n":"%d","user":"‹%r›"},"event":{"Timestamp":%N,"EventType":"query_execute",)";
constexpr string_view kCrdbJsonTail = R"(,"NumRows":%d}})";

constexpr string_view kStatementsClean[] = {
    R"~("Statement":"UPDATE \"\".\"\".orders SET status = ‹'%w'›, total = ‹%f›, revision = ‹%d›)~"
    R"~( WHERE (id = $1) AND (depot = $2)","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹%i›","‹'%g'›","‹%n›"])~",
    R"~("Statement":"SELECT id FROM \"\".\"\".orders)~"
    R"~( WHERE ((status = ‹'%w'›) AND (total > ‹%f›)) AND (depot = $1) LIMIT ‹%n›","Tag":"SELECT",%U)~"
    R"~("PlaceholderValues":["‹'%g'›","‹%i›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".stock(item, depot, n, lot))~"
    R"~( VALUES ($1, $2, $3, $4)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%q'›","‹'%g'›","‹%n›","‹'%x'›","‹NULL›","‹%d›"])~",
    R"~("Statement":"UPSERT INTO \"\".\"\".parcels(id, state, weight, tries))~"
    R"~( VALUES ($1, ‹'%w'›, ‹%f›, ‹%d›)","Tag":"UPSERT",%U)~"
    R"~("PlaceholderValues":["‹'%o'›","‹%n›","‹%d›"])~",
    R"~("Statement":"DELETE FROM \"\".\"\".carts)~"
    R"~( WHERE (revision < ‹%d›) AND (state IN (‹'%w'›, ‹'%w'›)) LIMIT ‹%n›","Tag":"DELETE",%U)~"
    R"~("PlaceholderValues":["‹%d›","‹%i›"])~",
};

constexpr string_view kStatementsTelling[] = {
    R"~("Statement":"INSERT INTO \"\".\"\".customers(id, email, tier, credit))~"
    R"~( VALUES ($1, $2, ‹%d›, ‹%f›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹'%@e'›","‹%d›","‹NULL›"])~",
    R"~("Statement":"SELECT id, tier FROM \"\".\"\".customers)~"
    R"~( WHERE ((email = ‹'%@e'›) AND (tier > ‹%d›)) AND (depot = $1) LIMIT ‹%n›","Tag":"SELECT",%U)~"
    R"~("PlaceholderValues":["‹'%g'›","‹%i›"])~",
    R"~("Statement":"UPDATE \"\".\"\".customers SET phone = $1, revision = ‹%d›, state = ‹'%w'›)~"
    R"~( WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%@p'›","‹'%u'›","‹%n›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".logins(id, client_ip, attempts) VALUES ($1, $2, ‹%d›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹'%@4'›","‹'%w'›","‹%n›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".logins(id, client_ip, attempts) VALUES ($1, $2, ‹%d›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹'%@6'›","‹'%w'›","‹%n›"])~",
    R"~("Statement":"UPDATE \"\".\"\".devices SET mac = $1, vlan = ‹%d› WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%@m'›","‹'%u'›","‹'%w'›","‹%n›"])~",
    R"~("Statement":"UPSERT INTO \"\".\"\".applicants(id, ssn, state, score))~"
    R"~( VALUES ($1, $2, ‹'%w'›, ‹%n›)","Tag":"UPSERT",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹'%@s'›","‹%d›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".payments(id, card_number, amount, state))~"
    R"~( VALUES ($1, $2, ‹%f›, ‹'%w'›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%o'›","‹'%@c'›","‹%d›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".payouts(id, iban, amount, state))~"
    R"~( VALUES ($1, $2, ‹%f›, ‹'%w'›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%o'›","‹'%@b'›","‹%d›"])~",
    R"~("Statement":"UPDATE \"\".\"\".integrations SET token = ‹'%@g'›, attempts = ‹%d›)~"
    R"~( WHERE id = $1","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹%n›","‹'%w'›"])~",
    R"~("Statement":"UPDATE \"\".\"\".integrations SET access_key = $1, attempts = ‹%d›)~"
    R"~( WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%@a'›","‹'%u'›","‹%n›","‹'%w'›"])~",
    R"~("Statement":"UPDATE \"\".\"\".integrations SET token = $1, attempts = ‹%d› WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%@k'›","‹'%u'›","‹%n›","‹'%w'›"])~",
    R"~("Statement":"UPDATE \"\".\"\".integrations SET api_key = $1, attempts = ‹%d›)~"
    R"~( WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'%@t'›","‹'%u'›","‹%n›","‹'%w'›"])~",
    R"~("Statement":"INSERT INTO \"\".\"\".grants(id, token, scope) VALUES ($1, $2, ‹%d›)","Tag":"INSERT",%U)~"
    R"~("PlaceholderValues":["‹'%u'›","‹'%@j'›","‹'%w'›","‹%n›"])~",
    R"~("Statement":"UPDATE \"\".\"\".sources SET url = $1, attempts = ‹%d› WHERE id = $2","Tag":"UPDATE",%U)~"
    R"~("PlaceholderValues":["‹'postgres://shop:%@d@%h:5432/shop'›","‹'%u'›","‹%n›","‹'%w'›"])~",
};

// Statement logs. Clean statements may read personal columns, as ORMs do; only values would be personal data.
constexpr string_view kDjangoSqlClean[] = {
    R"(SELECT "auth_user"."id", "auth_user"."last_login", "auth_user"."email", "auth_user"."is_active" )"
    R"(FROM "auth_user" WHERE "auth_user"."id" = %i LIMIT 21; args=(%1,); alias=default)",
    R"(SELECT "shop_order"."id", "shop_order"."number", "shop_order"."total" FROM "shop_order" )"
    R"(WHERE "shop_order"."number" = '%o' ORDER BY "shop_order"."id" DESC LIMIT %n; args=('%1',); alias=default)",
    R"(UPDATE "shop_order" SET "status" = '%w', "total" = '%f' WHERE "shop_order"."id" = %i; )"
    R"(args=('%1', Decimal('%2'), %3); alias=default)",
    R"(SELECT COUNT(*) AS "__count" FROM "shop_item" WHERE "shop_item"."stock" > %n; args=(%1,); alias=replica)",
    R"(INSERT INTO "shop_event" ("uuid", "kind", "order_id") VALUES ('%u', '%w', %i) )"
    R"(RETURNING "shop_event"."id"; args=('%1', '%2', %3); alias=default)",
};
constexpr string_view kDjangoSqlTelling[] = {
    R"(SELECT "auth_user"."id", "auth_user"."email", "auth_user"."is_active" FROM "auth_user" )"
    R"(WHERE "auth_user"."email" = '%@e' LIMIT 21; args=('%1',); alias=default)",
    R"(UPDATE "shop_customer" SET "phone" = '%@p', "tier" = %d WHERE "shop_customer"."id" = %i; )"
    R"(args=('%1', %2, %3); alias=default)",
    R"(INSERT INTO "shop_payment" ("card_number", "total") VALUES ('%@c', '%f') )"
    R"(RETURNING "shop_payment"."id"; args=('%1', Decimal('%2')); alias=default)",
    R"(SELECT "shop_login"."id", "shop_login"."created" FROM "shop_login" )"
    R"(WHERE "shop_login"."client_ip" = '%@4'::inet LIMIT 21; args=('%1',); alias=default)",
    R"(UPDATE "shop_payout" SET "iban" = '%@b' WHERE "shop_payout"."id" = %i; args=('%1', %2); alias=default)",
};

constexpr string_view kAlchemyClean[] = {
    "SELECT orders.id, orders.number, orders.status, orders.total FROM orders WHERE orders.id = %%(id_1)s\n"
    "%L INFO sqlalchemy.engine.Engine [cached since %f s ago] {'id_1': %i}",
    "UPDATE stock SET amount=%%(amount)s, depot=%%(depot)s WHERE stock.item = %%(stock_item)s\n"
    "%L INFO sqlalchemy.engine.Engine [generated in 0.000%ns] {'amount': %n, 'depot': '%g', 'stock_item': '%q'}",
    "SELECT customers.id, customers.email, customers.phone FROM customers WHERE customers.id = ? LIMIT ? OFFSET ?\n"
    "%L INFO sqlalchemy.engine.Engine [cached since %f s ago] (%i, 1, 0)",
    "INSERT INTO events (uuid, kind, order_id) VALUES (?, ?, ?)\n"
    "%L INFO sqlalchemy.engine.Engine [generated in 0.000%ns] ('%u', '%w', %i)",
};
constexpr string_view kAlchemyTelling[] = {
    "SELECT customers.id, customers.email, customers.tier FROM customers WHERE customers.email = %%(email_1)s\n"
    "%L INFO sqlalchemy.engine.Engine [cached since %f s ago] {'email_1': '%@e'}",
    "UPDATE applicants SET ssn=%%(ssn)s WHERE applicants.id = %%(applicants_id)s\n"
    "%L INFO sqlalchemy.engine.Engine [generated in 0.000%ns] {'ssn': '%@s', 'applicants_id': %i}",
    "INSERT INTO devices (uuid, mac, client_ip) VALUES (?, ?, ?)\n"
    "%L INFO sqlalchemy.engine.Engine [cached since %f s ago] ('%u', '%@m', '%@6')",
    "INSERT INTO integrations (uuid, github_token) VALUES (?, ?)\n"
    "%L INFO sqlalchemy.engine.Engine [cached since %f s ago] ('%u', '%@g')",
};

constexpr string_view kPostgresClean[] = {
    "statement: SELECT id, number, status FROM orders WHERE number = '%o' AND total > %f ORDER BY id LIMIT %n",
    "duration: %f ms  statement: UPDATE stock SET amount = amount - %d WHERE item = '%q' AND depot = '%g'",
    "statement: INSERT INTO events (uuid, kind, order_id, total) VALUES ('%u', '%w', %i, %f)",
    "statement: SELECT id, email, phone FROM customers WHERE id IN (%i, %i, %i)",
    "statement: COMMIT",
};
constexpr string_view kPostgresTelling[] = {
    "statement: SELECT id, tier FROM customers WHERE email = '%@e' AND tier > %d LIMIT %n",
    "statement: INSERT INTO payments (number, card_number, total) VALUES ('%o', '%@c', %f)",
    "duration: %f ms  statement: UPDATE customers SET phone = '%@p' WHERE id = %i",
    "statement: UPDATE sources SET url = 'postgres://shop:%@d@%h:5432/shop' WHERE uuid = '%u'",
};

constexpr string_view kPostgresBoundClean[] = {
    "SELECT id, number, status, total FROM orders WHERE id = $1 AND depot = $2\n"
    "%P [%y] shop@shop DETAIL:  parameters: $1 = '%i', $2 = '%g'",
    "UPDATE shipments SET state = $1, weight = $2 WHERE number = $3\n"
    "%P [%y] shop@shop DETAIL:  parameters: $1 = '%w', $2 = '%f', $3 = '%o'",
};
constexpr string_view kPostgresBoundTelling[] = {
    "SELECT id, tier FROM customers WHERE email = $1 AND tier > $2\n"
    "%P [%y] shop@shop DETAIL:  parameters: $1 = '%@e', $2 = '%d'",
    "INSERT INTO payouts (number, iban, total) VALUES ($1, $2, $3)\n"
    "%P [%y] shop@shop DETAIL:  parameters: $1 = '%o', $2 = '%@b', $3 = '%f'",
};

// One logger: an entry is head, one of `clean` or one of `telling`, and tail.
struct Family {
  unsigned weight;  ///< share among the families of a kind
  unsigned lines;   ///< lines per entry; at most one of them holds values
  string_view head;
  std::span<const string_view> clean;
  std::span<const string_view> telling;
  string_view tail;
};

constexpr Family kPlainFamilies[] = {
    {4, 1, "", kNginxClean, kNginxTelling, ""},
    {3, 1, "%S %g ", kSyslogClean, kTellingMessages, ""},
    {3, 1, "%L %v shop.%l.views ", kApplicationClean, kTellingMessages, ""},
    {3, 1, "%L %v [http-nio-8080-exec-%d] %j - ", kApplicationClean, kTellingMessages, ""},
};

constexpr Family kJsonFamilies[] = {
    {1, 1, kPythonJsonHead, kApplicationClean, kTellingMessages, kPythonJsonTail},
    {1, 1, kEventJsonHead, kMembersClean, kMembersTelling, kEventJsonTail},
};

constexpr Family kCrdbFamilies[] = {
    {3, 1, kCrdbTextHead, kStatementsClean, kStatementsTelling, kCrdbTextTail},
    {1, 1, kCrdbJsonHead, kStatementsClean, kStatementsTelling, kCrdbJsonTail},
};

constexpr Family kDenseFamilies[] = {
    {1, 1, "%L %v [worker-%d] shop.%l.service thread=%y ", kApplicationClean, kTellingMessages, ""},
};

constexpr Family kSqlFamilies[] = {
    {4, 1, "%L DEBUG django.db.backends (0.00%d) ", kDjangoSqlClean, kDjangoSqlTelling, ""},
    {2, 2, "%L INFO sqlalchemy.engine.Engine ", kAlchemyClean, kAlchemyTelling, ""},
    {2, 1, "%P [%y] shop@shop LOG:  ", kPostgresClean, kPostgresTelling, ""},
    {1, 2, "%P [%y] shop@shop LOG:  execute S_%d: ", kPostgresBoundClean, kPostgresBoundTelling, ""},
};

constexpr bool are_well_formed(std::span<const Family> families) {
  return std::ranges::all_of(families, [](const Family& family) {
    return is_well_formed(family.head) && is_well_formed(family.tail) &&
           std::ranges::all_of(family.clean, [](auto form) { return is_well_formed(form) && !plants_value(form); }) &&
           std::ranges::all_of(family.telling, [](auto form) { return is_well_formed(form) && plants_value(form); });
  });
}
static_assert(are_well_formed(kPlainFamilies) && are_well_formed(kJsonFamilies) && are_well_formed(kCrdbFamilies));
static_assert(are_well_formed(kDenseFamilies) && are_well_formed(kSqlFamilies));

// In the order of CorpusKind.
constexpr CorpusInfo kKinds[] = {
    {CorpusKind::plain, "plain", "nginx, syslog, Django and Java lines, a value in 1 line of 20", 131, 50},
    {CorpusKind::json, "json", "structured JSON lines, a value in 1 line of 20", 412, 50},
    {CorpusKind::crdb, "crdb", "CockroachDB SQL events with redaction markers, a value in 1 line of 20", 437, 50},
    {CorpusKind::dense, "dense", "application log with a value in nearly every line", 130, 950},
    {CorpusKind::clean, "clean", "as plain, with look-alikes only", 131, 0},
    {CorpusKind::sql, "sql", "statement logs of Django, SQLAlchemy and PostgreSQL, a value in 1 line of 20", 165, 50},
};

std::span<const Family> families_of(CorpusKind kind) {
  switch (kind) {
    case CorpusKind::plain:
    case CorpusKind::clean:
      return kPlainFamilies;
    case CorpusKind::json:
      return kJsonFamilies;
    case CorpusKind::crdb:
      return kCrdbFamilies;
    case CorpusKind::dense:
      return kDenseFamilies;
    case CorpusKind::sql:
      return kSqlFamilies;
  }
  return kPlainFamilies;
}

// ---------------------------------------------------------------------------------------------------------------------
// Words.

constexpr string_view kHosts[] = {"web-01.example.net", "api-7.shop.internal", "db-3.shop.internal",
                                  "cdn.example.net",    "edge-12.example.net", "queue-2.shop.internal"};
constexpr string_view kShortHosts[] = {"web-01", "web-02", "api-7", "db-3", "edge-12", "queue-2"};
constexpr string_view kMethods[] = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
constexpr string_view kPaths[] = {"/api/v2/orders/%o", "/static/js/app.%x.js",    "/products/%i?page=%d&sort=price",
                                  "/api/v1/items/%u",  "/search?q=lamp&limit=%n", "/"};
static_assert(std::ranges::all_of(kPaths, [](auto path) {
  return is_well_formed(path, kMaxPathFields) && !plants_value(path);
}));
constexpr string_view kStatuses[] = {"200", "200", "200", "201", "204", "304", "404", "500"};
constexpr string_view kAgents[] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "curl/8.5.0",
    "python-requests/2.31.0",
    "Go-http-client/2.0",
    "okhttp/4.12.0"};
constexpr string_view kLevels[] = {"INFO", "INFO", "INFO", "DEBUG", "WARNING", "ERROR"};
constexpr string_view kLoggers[] = {"orders", "stock", "billing", "search", "checkout"};
constexpr string_view kJavaLoggers[] = {"c.e.shop.OrderService", "c.e.shop.web.StockController",
                                        "o.s.web.servlet.DispatcherServlet", "com.example.shop.billing.InvoiceJob"};
constexpr string_view kStates[] = {"created", "paid", "packed", "shipped", "returned", "cancelled"};
constexpr string_view kRoles[] = {"shop", "billing", "batch"};
constexpr string_view kApplications[] = {"orders", "billing", "web"};

constexpr string_view kGivenNames[] = {"alice", "bob",  "carla", "dmitri", "elena", "farid",
                                       "grace", "hugo", "ines",  "jonas",  "kim",   "lena"};
constexpr string_view kFamilyNames[] = {"moreau", "schmidt", "tanaka", "rossi", "okafor", "novak", "silva", "larsen"};
constexpr string_view kMailDomains[] = {"example.com", "example.org", "example.net", "mail.example.com"};
constexpr string_view kDocumentationNets[] = {"192.0.2.", "198.51.100.", "203.0.113."};
constexpr string_view kAreaCodes[] = {"212", "206", "303", "312", "415", "617"};
constexpr string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr string_view kDecimal = "0123456789";
constexpr string_view kHex = "0123456789abcdef";
constexpr string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Every fake credential carries this word, so that a leak scanner's reader can tell at once.
constexpr string_view kFakeMark = "FAKE";

constexpr std::uint64_t kStartMs = 1'740'787'200'000;  // 2025-03-01T00:00:00Z
constexpr std::uint64_t kDayMs = 24ULL * 3600 * 1000;
constexpr std::uint32_t kMaxGapMs = 25;  // between two entries

char luhn_digit(string_view digits_before) {
  unsigned sum = 0;
  bool doubled = true;
  for (std::size_t i = digits_before.size(); i-- > 0; doubled = !doubled) {
    unsigned digit = static_cast<unsigned>(digits_before[i] - '0');
    if (doubled) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sum += digit;
  }
  return kDecimal[(10 - sum % 10) % 10];
}

// Check digits after ISO 13616: the account, then the country, then 00, letters as 10 to 35, modulo 97.
unsigned iban_check(string_view country, string_view account) {
  unsigned remainder = 0;
  const auto feed = [&remainder](string_view part) {
    for (const char c : part) {
      if (c >= 'A') {
        remainder = (remainder * 100 + static_cast<unsigned>(c - 'A') + 10) % 97;
      } else {
        remainder = (remainder * 10 + static_cast<unsigned>(c - '0')) % 97;
      }
    }
  };
  feed(account);
  feed(country);
  feed("00");
  return 98 - remainder;
}

// ---------------------------------------------------------------------------------------------------------------------
// Writing one entry. Draws stand in statements of their own where their order matters: the order in which a call
// evaluates its arguments is the compiler's choice, and the bytes must not be.

class EntryWriter {
 public:
  EntryWriter(std::string& text, std::vector<Planted>* planted, Random& random, std::uint64_t now_ms)
      : text_(text), planted_(planted), random_(random), now_ms_(now_ms), entry_draw_(random.next()) {}

  void expand(string_view form) {
    field_count_ = 0;
    expand_fields(form);
  }

 private:
  void expand_fields(string_view form) {
    for (std::size_t at = form.find('%'); at != string_view::npos; at = form.find('%')) {
      put(form.substr(0, at));
      const char letter = form[at + 1];
      form.remove_prefix(at + 2);
      if (letter == '%') {
        put('%');
      } else if (letter >= '1' && letter <= '9') {
        repeat(fields_[static_cast<std::size_t>(letter - '1')]);
      } else if (letter == '@') {
        value(kValueLetters.find(form.front()));
        form.remove_prefix(1);
      } else {
        field(letter);
      }
    }
    put(form);
  }

  void repeat(const Planted& field) {
    const Planted again{text_.size(), field.length, field.type};
    text_.append(text_, field.offset, field.length);
    if (!again.type.empty() && planted_ != nullptr) planted_->push_back(again);
  }

  void put(string_view bytes) { text_.append(bytes); }
  void put(char byte) { text_.push_back(byte); }

  void number(std::uint64_t value) {
    char buffer[20];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    put(string_view(buffer, static_cast<std::size_t>(end - buffer)));
  }

  /// `value` with exactly `width` digits, zeros in front.
  void padded(std::uint64_t value, std::size_t width) {
    char buffer[20];
    for (std::size_t i = width; i-- > 0; value /= 10) buffer[i] = kDecimal[value % 10];
    put(string_view(buffer, width));
  }

  /// A number in [low, high].
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + random_.below(high - low + 1); }

  string_view pick(std::span<const string_view> words) {
    return words[random_.below(static_cast<std::uint32_t>(words.size()))];
  }

  void characters(string_view alphabet, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) put(alphabet[random_.below(static_cast<std::uint32_t>(alphabet.size()))]);
  }

  void hex(std::size_t count) {
    char buffer[16];
    for (; count > 0; count -= std::min(count, sizeof buffer)) {
      std::uint64_t bits = random_.next();
      for (char& c : buffer) {
        c = kHex[bits & 15];
        bits >>= 4;
      }
      put(string_view(buffer, std::min(count, sizeof buffer)));
    }
  }

  void uuid() {
    hex(8);
    put('-');
    hex(4);
    put("-4");
    hex(3);
    put('-');
    put(string_view("89ab")[random_.below(4)]);
    hex(3);
    put('-');
    hex(12);
  }

  void field(char letter) {
    const std::size_t begin = text_.size();
    switch (letter) {
      // clang-format off
      case 'd': put(kDecimal[between(1, 9)]); break;
      case 'n': number(between(10, 999)); break;
      case 't': number(between(1000, 65000)); break;
      case 'i': number(between(100000, 999999)); break;
      case 'T': put('9'); characters(kDecimal, 16); break;
      case 'u': uuid(); break;
      case 'x': hex(8); break;
      case 'X': hex(32); break;
      case 'z': hex(40); break;
      case 'Z': hex(64); break;
      case 'o': put("ORD-2025-"); characters(kDecimal, 7); break;
      case 'q': put("SKU-"); characters(kDecimal, 6); break;
      case 'f': decimal_fraction(); break;
      case 'b': version(); break;
      case 'h': put(pick(kHosts)); break;
      case 'g': put(pick(kShortHosts)); break;
      case 'm': put(pick(kMethods)); break;
      case 'p': path(); break;
      case 'k': put(pick(kStatuses)); break;
      case 'a': put(pick(kAgents)); break;
      case 'v': put(pick(kLevels)); break;
      case 'l': put(pick(kLoggers)); break;
      case 'j': put(pick(kJavaLoggers)); break;
      case 'w': put(pick(kStates)); break;
      case 'r': put(role()); break;
      case 'y': number(1000 + entry_draw_ % 60000); break;
      case 'U': crdb_session(); break;
      default:  time(letter); break;
        // clang-format on
    }
    fields_[field_count_++] = {begin, text_.size() - begin, {}};
  }

  // A path holds fields of its own, which the template around it does not number.
  void path() {
    const std::size_t count_before = field_count_;
    expand_fields(pick(kPaths));
    field_count_ = count_before;
  }

  void decimal_fraction() {
    number(between(0, 99));
    put('.');
    padded(random_.below(1000), 3);
  }

  void version() {
    put('v');
    number(between(1, 9));
    put('.');
    number(between(0, 40));
    put('.');
    number(between(0, 20));
  }

  string_view role() const { return kRoles[entry_draw_ % std::size(kRoles)]; }

  void crdb_session() {
    put("\"User\":\"‹");
    put(role());
    put("›\",\"ApplicationName\":\"‹");
    put(pick(kApplications));
    put("›\",");
  }

  void clock_time(char separator_before_ms, std::size_t fraction_digits) {
    const std::uint64_t seconds = now_ms_ / 1000;
    padded(seconds / 3600 % 24, 2);
    put(':');
    padded(seconds / 60 % 60, 2);
    put(':');
    padded(seconds % 60, 2);
    if (fraction_digits == 0) return;
    put(separator_before_ms);
    padded(now_ms_ % 1000, 3);
    characters(kDecimal, fraction_digits - 3);
  }

  void dashed_date(unsigned year, unsigned month, unsigned day) {
    padded(year, 4);
    put('-');
    padded(month, 2);
    put('-');
    padded(day, 2);
  }

  void time(char letter) {
    using std::chrono::days;
    const std::chrono::year_month_day date{std::chrono::sys_days(days(static_cast<days::rep>(now_ms_ / kDayMs)))};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    const auto month = static_cast<unsigned>(date.month());
    const auto day = static_cast<unsigned>(date.day());
    switch (letter) {
      case 'A':
        padded(day, 2);
        put('/');
        put(kMonths[month - 1]);
        put('/');
        padded(year, 4);
        put(':');
        clock_time(' ', 0);
        put(" +0000");
        break;
      case 'S':
        put(kMonths[month - 1]);
        put(day < 10 ? "  " : " ");
        number(day);
        put(' ');
        clock_time(' ', 0);
        break;
      case 'L':
        dashed_date(year, month, day);
        put(' ');
        clock_time(',', 3);
        break;
      case 'I':
        dashed_date(year, month, day);
        put('T');
        clock_time('.', 3);
        put('Z');
        break;
      case 'P':
        dashed_date(year, month, day);
        put(' ');
        clock_time('.', 3);
        put(" UTC");
        break;
      case 'V':
        padded(year % 100, 2);
        padded(month, 2);
        padded(day, 2);
        put(' ');
        clock_time('.', 6);
        break;
      case 'N':
        number(now_ms_);
        characters(kDecimal, 6);
        break;
      case 's':
        number(now_ms_ / 1000);
        put('.');
        padded(now_ms_ % 1000, 3);
        characters(kDecimal, 6);
        break;
      case 'E':
        number(now_ms_);
        break;
      default:
        break;  // is_well_formed() leaves no other letter
    }
  }

  void value(std::size_t type) {
    const std::size_t begin = text_.size();
    switch (kValueLetters[type]) {
      // clang-format off
      case 'e': email(); break;
      case '4': put(pick(kDocumentationNets)); number(between(1, 254)); break;
      case '6': ipv6(); break;
      case 'm': mac(); break;
      case 's': us_ssn(); break;
      case 'c': card(); break;
      case 'b': iban(); break;
      case 'p': phone(); break;
      case 'g': put("ghp"); put('_'); put(kFakeMark); characters(kBase62, 32); break;
      case 'a': put("AK"); put("IA"); put(kFakeMark); characters(kBase32, 12); break;
      case 'k': slack_token(); break;
      case 't': put("sk"); put("_live_"); put(kFakeMark); characters(kBase62, 20); break;
      case 'j': jwt(); break;
      case 'd': put(kFakeMark); characters(kBase62, 14); break;
      default: break;  // is_well_formed() leaves no other letter
        // clang-format on
    }
    const Planted planted{begin, text_.size() - begin, kPlantedTypes[type]};
    fields_[field_count_++] = planted;
    if (planted_ != nullptr) planted_->push_back(planted);
  }

  void email() {
    put(pick(kGivenNames));
    const std::uint32_t style = random_.below(4);
    if (style < 2) {
      put('.');
      put(pick(kFamilyNames));
    } else if (style == 2) {
      number(between(1, 99));
    } else {
      put("+shop");
    }
    put('@');
    put(pick(kMailDomains));
  }

  void ipv6() {
    put("2001:db8:");
    hex(4);
    if (random_.below(2) == 0) {
      put("::");
      number(between(1, 9));
      hex(3);
      return;
    }
    for (int group = 0; group < 5; ++group) {
      put(':');
      hex(4);
    }
  }

  // Locally administered, so never a vendor's.
  void mac() {
    put("02");
    for (int octet = 0; octet < 5; ++octet) {
      put(':');
      hex(2);
    }
  }

  // Areas 001-665 only: 666 and 9xx are never issued; the group and serial are never zero. 078 and 219 are the areas of
  // the two numbers that were printed on sample cards, which detectors may know.
  void us_ssn() {
    std::uint32_t area = between(1, 665);
    if (area == 78 || area == 219) ++area;
    padded(area, 3);
    put('-');
    padded(between(1, 99), 2);
    put('-');
    padded(between(1, 9999), 4);
  }

  void card() {
    static constexpr string_view kPrefixes[] = {"411111", "424242", "555555", "510510", "601111", "378282"};
    const string_view prefix = pick(kPrefixes);
    const bool is_amex = prefix.starts_with("37");
    const std::size_t length = is_amex ? 15 : 16;
    char digits[16];
    std::ranges::copy(prefix, digits);
    for (std::size_t i = prefix.size(); i + 1 < length; ++i) digits[i] = kDecimal[random_.below(10)];
    digits[length - 1] = luhn_digit(string_view(digits, length - 1));

    static constexpr string_view kSeparators[] = {"", " ", "-"};
    const string_view separator = pick(kSeparators);
    for (std::size_t i = 0; i < length; ++i) {
      const bool starts_group = is_amex ? i == 4 || i == 10 : i > 0 && i % 4 == 0;
      if (starts_group) put(separator);
      put(digits[i]);
    }
  }

  void iban() {
    struct Country {
      string_view code;
      string_view bank;    ///< a bank code from published examples
      std::size_t length;  ///< of the account part, bank included
    };
    static constexpr Country kCountries[] = {
        {"DE", "37040044", 18}, {"GB", "WEST123456", 18}, {"NL", "ABNA", 14}, {"BE", "539", 12}};
    const Country& country = kCountries[random_.below(std::size(kCountries))];
    char account[18];
    std::ranges::copy(country.bank, account);
    for (std::size_t i = country.bank.size(); i < country.length; ++i) account[i] = kDecimal[random_.below(10)];
    const unsigned check = iban_check(country.code, string_view(account, country.length));

    const bool is_grouped = random_.below(2) == 0;
    put(country.code);
    padded(check, 2);
    for (std::size_t i = 0; i < country.length; ++i) {
      if (is_grouped && i % 4 == 0) put(' ');
      put(account[i]);
    }
  }

  // 555-01xx is reserved for fiction in North America, 020 7946 0xxx in London.
  void phone() {
    const std::uint32_t style = random_.below(5);
    if (style == 4) {
      put("+442079460");
      characters(kDecimal, 3);
      return;
    }
    static constexpr string_view kBeforeArea[] = {"+1", "+1-", "(", ""};
    static constexpr string_view kAfterArea[] = {"555", "-555-", ") 555-", "-555-"};
    put(kBeforeArea[style]);
    put(pick(kAreaCodes));
    put(kAfterArea[style]);
    put("01");
    characters(kDecimal, 2);
  }

  void slack_token() {
    put("xox");
    put("b-");
    number(between(1, 9));
    characters(kDecimal, 11);
    put('-');
    number(between(1, 9));
    characters(kDecimal, 11);
    put('-');
    put(kFakeMark);
    characters(kBase62, 20);
  }

  void jwt() {
    base64_url(R"({"alg":"HS256","typ":"JWT"})");
    put('.');
    std::string payload = R"({"sub":")";
    payload += std::to_string(between(100000, 999999));
    payload += R"(","iss":"FAKE","exp":)";
    payload += std::to_string(now_ms_ / 1000 + 3600);
    payload += '}';
    base64_url(payload);
    put('.');
    put(kFakeMark);
    characters(kBase64Url, 38);
    put(kBase64Url[std::size_t{4} * random_.below(16)]);  // 43 characters hold 32 bytes: the last two bits are zero
  }

  /// Base64url without padding.
  void base64_url(string_view bytes) {
    std::uint32_t bits = 0;
    unsigned pending = 0;
    for (const char byte : bytes) {
      bits = (bits << 8) | static_cast<unsigned char>(byte);
      for (pending += 8; pending >= 6; pending -= 6) put(kBase64Url[(bits >> (pending - 6)) & 63]);
    }
    if (pending > 0) put(kBase64Url[(bits << (6 - pending)) & 63]);
  }

  std::string& text_;
  std::vector<Planted>* planted_;
  Random& random_;
  std::uint64_t now_ms_;
  std::uint64_t entry_draw_;  ///< decides what stays the same throughout the entry
  std::array<Planted, kMaxFields + kMaxPathFields>
      fields_;  ///< of the template being expanded; type empty unless planted
  std::size_t field_count_ = 0;
};

const Family& pick_family(std::span<const Family> families, Random& random) {
  std::uint32_t total = 0;
  for (const Family& family : families) total += family.weight;
  std::uint32_t ticket = random.below(total);
  for (const Family& family : families) {
    if (ticket < family.weight) return family;
    ticket -= family.weight;
  }
  return families.back();
}

Corpus make(CorpusKind kind, std::size_t bytes, std::uint64_t seed, bool labelled) {
  constexpr std::size_t kLongestEntry = 4096;
  Corpus corpus;
  corpus.text.reserve(bytes + kLongestEntry);
  CorpusGenerator generator(kind, seed);
  while (corpus.text.size() < bytes) generator.append_entry(corpus.text, labelled ? &corpus.planted : nullptr);
  return corpus;
}

}  // namespace

std::span<const CorpusInfo> corpus_kinds() { return kKinds; }

const CorpusInfo* find_corpus_kind(string_view name) {
  const auto found = std::ranges::find(kKinds, name, &CorpusInfo::name);
  return found == std::end(kKinds) ? nullptr : &*found;
}

std::span<const string_view> planted_types() { return kPlantedTypes; }

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t Random::next() {
  const auto rotate = [](std::uint64_t word, unsigned by) { return (word << by) | (word >> (64 - by)); };
  const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate(state_[3], 45);
  return result;
}

std::uint32_t Random::below(std::uint32_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }

CorpusGenerator::CorpusGenerator(CorpusKind kind, std::uint64_t seed) : kind_(kind), random_(seed), now_ms_(kStartMs) {}

void CorpusGenerator::append_entry(std::string& text, std::vector<Planted>* planted) {
  now_ms_ += random_.below(kMaxGapMs);
  const Family& family = pick_family(families_of(kind_), random_);
  // Only one line of a longer entry holds values, so such entries are telling that much more often.
  const unsigned density = kKinds[static_cast<std::size_t>(kind_)].density * family.lines;
  const bool is_telling = random_.below(1000) < density;
  const std::span<const string_view> forms = is_telling ? family.telling : family.clean;
  const string_view form = forms[random_.below(static_cast<std::uint32_t>(forms.size()))];

  EntryWriter writer(text, planted, random_, now_ms_);
  writer.expand(family.head);
  writer.expand(form);
  writer.expand(family.tail);
  text.push_back('\n');
}

std::string make_corpus(CorpusKind kind, std::size_t bytes, std::uint64_t seed) {
  return make(kind, bytes, seed, false).text;
}

Corpus make_labelled_corpus(CorpusKind kind, std::size_t bytes, std::uint64_t seed) {
  return make(kind, bytes, seed, true);
}

}  // namespace piiscrub::bench
