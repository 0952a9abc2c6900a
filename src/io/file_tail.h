// FileTail: a log file that grows and is rotated, as one source that does not end.
//
//   app.log (rotated, read to its end) ─▶ app.log (current) ─▶ ...      one stream of bytes, one state of the editor
//
// The path names the current file. When it names another one, the old file is read to its end first and then kept for
// a while, in case its writer has not noticed; when it was truncated, reading begins again. Files change only between
// records: a rotated file that ends inside one waits briefly for the rest, and then its last record gets an LF, so that
// it does not run into the first one of the next file. Nothing here decides when to look: check() does, when told.
//
// Between two looks anything may happen, more than once. What was seen of a file is known by its marker, under another
// name and in a copy too. What was not seen is told from older files by the time at which it was written.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/file_identity.h"
#include "io/loop.h"
#include "io/source.h"

namespace piiscrub::io {

struct TailOptions {
  Links links = Links::refuse;
  /// How long a rotated or deleted file is kept open at its end.
  std::uint64_t linger_ms = 60'000;
  /// How long a rotated file that ends inside a record is waited for.
  std::uint64_t partial_ms = 2'000;
};

/// What has happened to a tail's files.
struct TailStats {
  std::uint64_t rotations = 0;
  std::uint64_t truncations = 0;
};

class FileTail final : public Source {
 public:
  class Observer {
   public:
    /// `file` is new to the tail: where to begin in it. The offset must be in front of a record. Nothing: not at all,
    /// somebody else reads it.
    virtual std::optional<std::uint64_t> begin_of(const OpenFile& file) = 0;
    /// The path cannot be opened for the reason `error`, an errno. Said at every check.
    virtual void on_open_failed(const FileTail& tail, int error) = 0;
    /// What was not yet handed over of replayed() is gone.
    virtual void on_replay_cut(const FileTail& tail) = 0;

   protected:
    ~Observer() = default;
  };

  /// `marker` and `observer` must outlive it.
  FileTail(Loop& loop, BufferPool& buffers, std::string path, const Marker& marker, TailOptions options,
           Observer& observer);
  ~FileTail() override;

  /// Adds a file to be read, behind those that were added before; the last one is the current one if the path names it.
  /// Reading of the first one begins at `position.replay`, and a buffer ends at `position.offset`, where it begins in
  /// the others. REQUIRES: before start().
  void add(OpenFile file, const FilePosition& position);
  /// Leaves out what is in front of the first LF of the file that was added last, if it begins inside a record.
  void skip_to_record();
  /// Adds the files that were the current one, or copies of it, and were last written between `since` and `until`.
  void add_rotated(FileTime since, FileTime until);
  [[nodiscard]] bool empty() const { return files_.empty(); }
  /// For Relay::replay(). REQUIRES: before start().
  [[nodiscard]] std::uint64_t replayed() const;

  /// Looks whether the files have grown, or changed. Ends the source when its path is gone and all was read.
  void check();

  void start(Listener& listener) override;
  void pause() override;
  void resume() override;
  [[nodiscard]] std::uint64_t position() const override { return handed_over_; }

  /// Where each file stands when `done` bytes of the source count as done and `replay` says how far to go back in the
  /// one that was read last; in the order of reading. For Relay::progress().
  [[nodiscard]] std::vector<FilePosition> positions(std::uint64_t done, std::uint64_t replay);

  /// Where the byte at `position` of the source, which is not done yet, stands: in which file, and where in it.
  struct Place {
    FileId file;
    std::uint64_t offset = 0;
  };
  [[nodiscard]] std::optional<Place> place_of(std::uint64_t position) const;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool holds(const FileId& id) const;
  /// Bytes in the files that were not read yet.
  [[nodiscard]] std::uint64_t unread() const;
  /// For how long the oldest of them has been seen, in milliseconds; 0: all is read.
  [[nodiscard]] std::uint64_t unread_ms() const;
  [[nodiscard]] const TailStats& stats() const { return stats_; }

 private:
  struct File;
  struct Segment;

  using Files = std::vector<std::unique_ptr<File>>;

  void look_at_files();
  void look_at_path();
  bool look_at(File& file);
  [[nodiscard]] std::unique_ptr<File> made_of(OpenFile file, const FilePosition& position) const;
  [[nodiscard]] Files::iterator place_of(const File& file);
  [[nodiscard]] Files unknown_files(FileTime since, FileTime until);
  void add_unknown_before(const File& file, FileTime since, FileTime until);
  void mark(FilePosition& known, const File& file, std::uint64_t offset) const;
  void mark_done(File& file) const;
  void replace_truncated(File& file);
  [[nodiscard]] std::optional<OpenFile> copy_of(const File& file) const;
  void forget_finished();
  void wake();
  void turn();
  bool read_once();
  File* next_to_read();
  [[nodiscard]] File* next_unread() const;
  void hand_over(File& file, Buffer buffer, std::uint64_t file_bytes);
  void end_record();
  std::uint64_t now() const { return loop_.now_ms(); }

  Loop& loop_;
  BufferPool& buffers_;
  std::string path_;
  const Marker& marker_;
  TailOptions options_;
  Observer& observer_;
  Listener* listener_ = nullptr;
  Files files_;                   // in the order of reading; the last is the current one
  File* reading_ = nullptr;       // the file that was read last
  std::deque<Segment> segments_;  // what was handed over and is not done, in order
  std::uint64_t handed_over_ = 0;
  std::uint64_t path_missing_since_ = 0;  // 0: it is not
  TailStats stats_;
  bool running_ = false;
  bool ended_ = false;
  struct Idle;
  std::unique_ptr<Idle> idle_;
};

}  // namespace piiscrub::io
