// Spool: scrubbed records on the disk, from when they are committed until a sink has taken them; a SQLite database.
//
// What append() has returned for outlives the process and the power. What is removed may come again if the process ends
// soon after: nothing waits for that to reach the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "piiscrub/result.h"

namespace piiscrub::io {

/// Lives on the loop thread, which waits for the disk.
class Spool {
 public:
  /// Opens the database at `path`, or makes it, mode 0600. One that is damaged is renamed to `path`.bad-N, which
  /// `quarantined` says, and a new one begun.
  static Result<std::unique_ptr<Spool>> open(const std::string& path, bool& quarantined);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// One write: whole records. The span and its bytes are not kept.
  using Write = std::span<const std::string_view>;
  /// Appends all of `writes` or none, in order; on the disk when it returns.
  std::optional<Error> append(std::span<const Write> writes);

  struct Entry {
    std::int64_t id = 0;
    std::string bytes;
  };
  /// The first entry behind `id`; one with id 0 if there is none.
  Result<Entry> next(std::int64_t id);
  /// Removes the entries up to `id`.
  std::optional<Error> remove_through(std::int64_t id);

  /// Bytes of the records that are kept.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Database;
  explicit Spool(std::unique_ptr<Database> database);

  std::unique_ptr<Database> database_;
  std::uint64_t bytes_ = 0;
};

}  // namespace piiscrub::io
