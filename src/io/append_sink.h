// AppendSink: a file that only grows, and that others may rotate.
//
// It is locked while it is open, so that two processes never mix their records. When the disk is full, or the file
// cannot be written for another reason, writes wait and are tried again: nothing is dropped. Opened behind a mark, it
// is cut there first, so that what was written after the mark does not appear twice.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "io/fd.h"
#include "io/file_identity.h"
#include "io/gather.h"
#include "io/loop.h"
#include "io/sink.h"
#include "piiscrub/result.h"

namespace piiscrub::io {

/// A place in an output file behind which nothing counts.
struct SinkMark {
  FileId id;
  std::uint64_t length = 0;
};

class AppendSink final : public Sink {
 public:
  class Observer {
   public:
    /// Writing fails for the reason `error`, an errno, and will be tried again.
    virtual void on_blocked(int error) = 0;
    virtual void on_unblocked() = 0;
    /// A reopen() that had to wait is done, or stayed with the old file because of `error`. Nothing was written to the
    /// new one yet.
    virtual void on_reopened(const std::optional<Error>& error) = 0;

   protected:
    ~Observer() = default;
  };

  /// Opens `path`, or creates it with the permission bits `mode`. With `mark`, cuts the file of that identity, under
  /// this name or the one that rotation gave it, to its length. Refused: links, what is no regular file, what another
  /// process or sink has locked. `observer` must outlive the sink.
  static Result<std::unique_ptr<AppendSink>> open(Loop& loop, std::string path, unsigned mode,
                                                  const std::optional<SinkMark>& mark, Observer& observer);

  Written write(std::span<const std::string_view> slices, Writer& writer) override;
  [[nodiscard]] std::size_t queued_bytes() const override;
  [[nodiscard]] int error() const override { return 0; }

  /// The permission bits of files that reopen() creates.
  void set_mode(unsigned mode) { mode_ = mode; }
  /// Where the file stands behind the last write that is complete.
  [[nodiscard]] SinkMark mark() const { return mark_; }
  /// Whether what was written before mark() has reached the disk now.
  [[nodiscard]] bool sync() const;
  /// Goes on in the file that has the path now, after the writes that are pending; creates it if there is none. On an
  /// error it stays with the old one.
  std::optional<Error> reopen();

 private:
  struct Pending {
    Gather bytes;
    std::size_t size;
    Writer* writer;
  };

  AppendSink(Loop& loop, std::string path, unsigned mode, Observer& observer);
  std::optional<Error> open_path();
  int end_last_record();
  int write_some(Gather& bytes);
  void try_again();
  void wait();

  std::string path_;
  unsigned mode_;
  Observer& observer_;
  Fd fd_;
  SinkMark mark_;
  std::deque<Pending> pending_;
  bool reopen_wanted_ = false;
  bool owes_newline_ = false;  // the last record was cut by a crash, and not ended yet
  std::uint64_t wait_ms_ = 0;
  Timer timer_;
};

}  // namespace piiscrub::io
