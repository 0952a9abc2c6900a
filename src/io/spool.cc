#include "io/spool.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "io/fd.h"

namespace piiscrub::io {
namespace {

constexpr mode_t kPrivate = 0600;

// One process has it, so no memory is shared; each commit waits for the disk.
constexpr const char* kSetUp =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 16777216;"
    "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL) STRICT;";

// The file itself, made by us so that nobody else may read it; SQLite gives its companions the same rights.
std::optional<Error> make_private(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, kPrivate));
  if (fd.valid()) return std::nullopt;
  return Error{.file = path, .message = "cannot use: " + std::generic_category().message(errno)};
}

// A name that nothing has.
std::string free_name(const std::string& path) {
  for (unsigned i = 1;; ++i) {
    std::string name = path + ".bad-" + std::to_string(i);
    if (::access(name.c_str(), F_OK) != 0) return name;
  }
}

bool quarantine(const std::string& path) {
  const std::string name = free_name(path);
  (void)std::rename((path + "-wal").c_str(), (name + "-wal").c_str());
  (void)std::rename((path + "-shm").c_str(), (name + "-shm").c_str());
  return std::rename(path.c_str(), name.c_str()) == 0;
}

bool is_damage(int code) { return code == SQLITE_CORRUPT || code == SQLITE_NOTADB; }

}  // namespace

// A connection with its statements.
struct Spool::Database {
  explicit Database(std::string file) : path(std::move(file)) {}
  ~Database() {
    for (sqlite3_stmt* const statement : {insert, first, remove, sum}) (void)sqlite3_finalize(statement);
    (void)sqlite3_close(connection);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Returns an SQLite code.
  int open() {
    int code = sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) code = execute(kSetUp);
    if (code == SQLITE_OK) code = check();
    if (code == SQLITE_OK) code = prepare("INSERT INTO entry (bytes) VALUES (?1)", insert);
    if (code == SQLITE_OK) code = prepare("SELECT id, bytes FROM entry WHERE id > ?1 ORDER BY id LIMIT 1", first);
    if (code == SQLITE_OK) code = prepare("DELETE FROM entry WHERE id <= ?1", remove);
    if (code == SQLITE_OK) code = prepare("SELECT coalesce(sum(length(bytes)), 0) FROM entry WHERE id <= ?1", sum);
    return code;
  }

  [[nodiscard]] int execute(const char* sql) const { return sqlite3_exec(connection, sql, nullptr, nullptr, nullptr); }
  int prepare(const char* sql, sqlite3_stmt*& statement) const {
    return sqlite3_prepare_v2(connection, sql, -1, &statement, nullptr);
  }
  [[nodiscard]] int check() const {
    sqlite3_stmt* statement = nullptr;
    int code = prepare("PRAGMA quick_check(1)", statement);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    const bool fine = code == SQLITE_ROW &&
                      std::string_view(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))) == "ok";
    (void)sqlite3_finalize(statement);
    if (fine) return SQLITE_OK;
    return code == SQLITE_ROW ? SQLITE_CORRUPT : code;
  }

  // Bytes of the entries up to `id`.
  [[nodiscard]] std::uint64_t bytes_through(std::int64_t id) const {
    (void)sqlite3_bind_int64(sum, 1, id);
    const std::uint64_t bytes =
        sqlite3_step(sum) == SQLITE_ROW ? static_cast<std::uint64_t>(sqlite3_column_int64(sum, 0)) : 0;
    (void)sqlite3_reset(sum);
    return bytes;
  }

  [[nodiscard]] int insert_one(Write slices) {
    gathered.clear();
    for (const std::string_view slice : slices) gathered += slice;
    (void)sqlite3_bind_blob64(insert, 1, gathered.data(), gathered.size(), SQLITE_STATIC);
    const int code = sqlite3_step(insert);
    (void)sqlite3_reset(insert);
    return code == SQLITE_DONE ? SQLITE_OK : code;
  }

  // SQLite's own messages can quote SQL, never a value: ours are bound.
  [[nodiscard]] Error error() const {
    return {.file = path, .message = std::string("cannot use the spool: ") + sqlite3_errmsg(connection)};
  }

  std::string path;
  sqlite3* connection = nullptr;
  sqlite3_stmt* insert = nullptr;
  sqlite3_stmt* first = nullptr;
  sqlite3_stmt* remove = nullptr;
  sqlite3_stmt* sum = nullptr;
  std::string gathered;  // reused
};

Spool::Spool(std::unique_ptr<Database> database)
    : database_(std::move(database)), bytes_(database_->bytes_through(INT64_MAX)) {}

Spool::~Spool() = default;

Result<std::unique_ptr<Spool>> Spool::open(const std::string& path, bool& quarantined) {
  quarantined = false;
  for (int tries = 0;; ++tries) {
    if (std::optional<Error> error = make_private(path)) return *std::move(error);
    auto database = std::make_unique<Database>(path);
    const int code = database->open();
    if (code == SQLITE_OK) return std::unique_ptr<Spool>(new Spool(std::move(database)));
    const Error error = database->error();
    database.reset();
    if (!is_damage(code) || tries > 0 || !quarantine(path)) return error;
    quarantined = true;
  }
}

std::optional<Error> Spool::append(std::span<const Write> writes) {
  int code = database_->execute("BEGIN IMMEDIATE");
  std::uint64_t added = 0;
  for (std::size_t i = 0; i < writes.size() && code == SQLITE_OK; ++i) {
    code = database_->insert_one(writes[i]);
    added += database_->gathered.size();
  }
  if (code == SQLITE_OK) code = database_->execute("COMMIT");
  if (code == SQLITE_OK) {
    bytes_ += added;
    return std::nullopt;
  }
  Error error = database_->error();
  (void)database_->execute("ROLLBACK");
  return error;
}

Result<Spool::Entry> Spool::next(std::int64_t id) {
  sqlite3_stmt* const statement = database_->first;
  (void)sqlite3_bind_int64(statement, 1, id);
  const int code = sqlite3_step(statement);
  Entry entry;
  if (code == SQLITE_ROW) {
    entry.id = sqlite3_column_int64(statement, 0);
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, 1));
    entry.bytes.assign(bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, 1)));
  }
  (void)sqlite3_reset(statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE) return entry;
  return database_->error();
}

std::optional<Error> Spool::remove_through(std::int64_t id) {
  const std::uint64_t removed = database_->bytes_through(id);
  (void)sqlite3_bind_int64(database_->remove, 1, id);
  const int code = sqlite3_step(database_->remove);
  (void)sqlite3_reset(database_->remove);
  if (code != SQLITE_DONE) return database_->error();
  bytes_ -= removed;
  return std::nullopt;
}

}  // namespace piiscrub::io
