// TailGroup: all files that one `file:` source means, now and later.
//
// A sweep once a second decides: which paths the pattern matches, which files are new, rotated, truncated or gone.
// Hints of the kernel only make it look earlier.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/service_config.h"
#include "daemon/checkpoint.h"
#include "daemon/log.h"
#include "io/directory_watcher.h"
#include "io/file_tail.h"
#include "io/relay.h"

namespace piiscrub::daemon {

class TailGroup final : private io::FileTail::Observer {
 public:
  /// Makes the relays that read, and keeps them.
  class Owner {
   public:
    virtual io::Relay& add_relay(io::FileTail& source) = 0;
    /// `relay` has finished and its source goes away.
    virtual void remove_relay(io::Relay& relay) = 0;
    /// A file has come that no checkpoint knows. One that is made before the loop turns knows it before it is read: it
    /// will be found again even if it is rotated while nobody looks.
    virtual void on_new_file() = 0;

   protected:
    ~Owner() = default;
  };

  struct Parts {
    io::Loop& loop;
    io::BufferPool& buffers;
    const io::Marker& marker;
    Log& log;
    const std::string& state_directory;
  };

  /// `pattern` as glob(7) has it. `parts` and `owner` must outlive it.
  TailGroup(const Parts& parts, std::string pipeline, std::string pattern, StartAt start, io::Links links,
            Owner& owner);
  ~TailGroup();
  TailGroup(const TailGroup&) = delete;
  TailGroup& operator=(const TailGroup&) = delete;

  /// Begins with the files that are there, as `checkpoint` and the source's `start` say.
  void start(const Checkpoint& checkpoint);
  /// Looks at everything. Also forgets what has ended: not to be called by relays.
  void sweep();
  /// For files that are found from now on.
  void set_links(io::Links links) { links_ = links; }
  /// Reads nothing more, for good.
  void hold();

  /// Adds where all files stand.
  void add_positions(Checkpoint& checkpoint);

  struct FileStats {
    std::string_view path;
    std::uint64_t unread = 0;
    std::uint64_t unread_ms = 0;
    io::TailStats tail;
  };
  [[nodiscard]] std::vector<FileStats> stats() const;

 private:
  struct Tail {
    std::unique_ptr<io::FileTail> source;
    io::Relay* relay = nullptr;
  };

  std::optional<std::uint64_t> begin_of(const io::OpenFile& file) override;
  void on_open_failed(const io::FileTail& tail, int error) override;
  void on_replay_cut(const io::FileTail& tail) override;

  void on_hint(const std::string& directory, std::string_view name);
  void follow_hints();
  void look_at(const std::string& path, Tail& tail);
  [[nodiscard]] std::vector<std::string> matching_paths() const;
  void find_files();
  void begin(const std::string& path);
  struct Found {
    io::OpenFile file;
    bool current;  // the path names it
  };
  [[nodiscard]] std::optional<Found> find(const std::string& path, const io::FilePosition& position) const;
  std::optional<io::FileTime> add_known(io::FileTail& tail, const std::vector<io::FilePosition>& known);
  void add_current(io::FileTail& tail, std::optional<io::FileTime> since);
  [[nodiscard]] bool held(const io::FileId& id) const;
  void remove_ended();
  void forget_removed_files();

  Parts parts_;
  std::string pipeline_;
  std::string pattern_;
  StartAt start_;
  io::Links links_;
  Owner& owner_;
  io::DirectoryWatcher watcher_;
  io::Timer soon_;
  std::map<std::string, Tail, std::less<>> tails_;  // by path
  Checkpoint past_;                                 // files that no tail holds any more, or not yet
  unsigned sweeps_ = 0;
  std::set<std::string, std::less<>> hinted_;  // paths of tails
  bool sweep_soon_ = false;                    // something else was hinted at
  bool starting_ = true;
  bool holding_ = false;
};

}  // namespace piiscrub::daemon
