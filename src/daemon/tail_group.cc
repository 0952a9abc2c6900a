#include "daemon/tail_group.h"

#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

namespace piiscrub::daemon {
namespace {

// Writers wake us with every line: a few milliseconds make many lines one read.
constexpr std::uint64_t kHintDelayMs = 5;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

bool has_wildcards(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

bool exists_beside(const std::string& path, const io::FileId& id) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory_of(path), failed)) {
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) == 0 && io::id_of(status) == id) return true;
  }
  return false;
}

}  // namespace

TailGroup::TailGroup(const Parts& parts, std::string pipeline, std::string pattern, StartAt start, io::Links links,
                     Owner& owner)
    : parts_(parts),
      pipeline_(std::move(pipeline)),
      pattern_(std::move(pattern)),
      start_(start),
      links_(links),
      owner_(owner),
      watcher_(parts.loop, [this](const std::string& directory, std::string_view name) { on_hint(directory, name); }),
      soon_(parts.loop, [this] { follow_hints(); }) {}

TailGroup::~TailGroup() = default;

void TailGroup::start(const Checkpoint& checkpoint) {
  std::set<std::string> paths;
  if (start_ == StartAt::checkpoint) {
    for (const Checkpoint::Tail& tail : checkpoint.tails) {
      if (tail.pipeline != pipeline_ ||
          ::fnmatch(pattern_.c_str(), tail.path.c_str(), FNM_PATHNAME | FNM_PERIOD) != 0) {
        continue;
      }
      past_.tails.push_back(tail);
      paths.insert(tail.path);
    }
  }
  // Files that were being read come first: what is beside them may be theirs.
  for (const std::string& path : paths) begin(path);
  find_files();
  starting_ = false;
}

void TailGroup::sweep() {
  if (holding_) return;
  soon_.stop();
  sweep_soon_ = false;
  hinted_.clear();
  for (auto& [path, tail] : tails_) look_at(path, tail);
  remove_ended();
  find_files();
  forget_removed_files();
}

// Looks at one tail, and remembers where the files stand that it gives up. Nothing is to be said of those that were
// empty.
void TailGroup::look_at(const std::string& path, Tail& tail) {
  const io::Relay::Progress progress = tail.relay->progress();
  const std::vector<io::FilePosition> before = tail.source->positions(progress.done, progress.replay);
  tail.source->check();
  for (const io::FilePosition& position : before) {
    if (position.offset > 0 && !tail.source->holds(position.id)) past_.tails.push_back({pipeline_, path, position});
  }
}

void TailGroup::hold() {
  holding_ = true;
  for (auto& [path, tail] : tails_) tail.relay->hold();
}

// ---- Finding files

std::vector<std::string> TailGroup::matching_paths() const {
  if (!has_wildcards(pattern_)) return {pattern_};
  std::vector<std::string> paths;
  glob_t found{};
  if (::glob(pattern_.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

void TailGroup::find_files() {
  for (const std::string& path : matching_paths()) {
    if (!tails_.contains(path)) begin(path);
  }
  const std::string directory = directory_of(pattern_);
  if (!has_wildcards(directory)) watcher_.watch(directory);
}

void TailGroup::begin(const std::string& path) {
  io::FileTail::Observer& observer = *this;
  auto source = std::make_unique<io::FileTail>(parts_.loop, parts_.buffers, path, parts_.marker,
                                               io::TailOptions{.links = links_}, observer);
  std::vector<io::FilePosition> known;
  if (starting_) known = past_.tails_of(pipeline_, path);
  add_current(*source, add_known(*source, known));
  if (source->empty()) return;
  Tail& tail = tails_[path];
  tail.source = std::move(source);
  tail.relay = &owner_.add_relay(*tail.source);
  tail.relay->replay(tail.source->replayed());
  tail.relay->start();
  owner_.on_new_file();
  watcher_.watch(directory_of(path));
}

// The file of `position` under whatever name it has now, or a copy that was made before it was truncated.
std::optional<TailGroup::Found> TailGroup::find(const std::string& path, const io::FilePosition& position) const {
  int error = 0;
  std::optional<io::OpenFile> file = io::open_log_file(path, links_, error);
  if (file && file->size >= position.offset && parts_.marker.fits(file->fd.get(), position) &&
      (position.offset > 0 || file->id == position.id)) {
    return Found{*std::move(file), true};
  }
  std::optional<io::Successor> rotated = io::find_rotated(path, position, parts_.marker);
  if (!rotated) return std::nullopt;
  return Found{std::move(rotated->file), false};
}

// The files that were being read at the checkpoint, and those that came after them.
std::optional<io::FileTime> TailGroup::add_known(io::FileTail& tail, const std::vector<io::FilePosition>& known) {
  constexpr io::FileTime kEver = std::numeric_limits<io::FileTime>::max();
  const std::string& path = tail.path();
  std::optional<io::FileTime> rotated_since;
  std::optional<io::FileTime> last;
  for (const io::FilePosition& position : known) {
    last = position.written;
    std::optional<Found> found = find(path, position);
    if (!found) {
      // It may come back, as with a mount, and is remembered until then or until a sweep finds it gone; said once.
      if (!position.lost) {
        parts_.log.write(Level::warning, "file-lost", path + ": a file that was being read is not there any more");
      }
      for (Checkpoint::Tail& past : past_.tails) {
        past.position.lost |= past.pipeline == pipeline_ && past.path == path && past.position.id == position.id;
      }
      rotated_since = position.written;
      continue;
    }
    if (tail.holds(found->file.id) || held(found->file.id)) continue;
    // Where nothing was read, there is no content to tell by whether it was copied and truncated since.
    if (position.offset == 0) tail.add_rotated(position.written, found->file.written);
    rotated_since.reset();
    if (!found->current) rotated_since = position.written;
    if (!tail.holds(found->file.id)) tail.add(std::move(found->file), position);
    // By the id in the checkpoint: a copy that was made before truncation has another one.
    std::erase_if(past_.tails, [&](const Checkpoint::Tail& past) {
      return past.pipeline == pipeline_ && past.path == path && past.position.id == position.id;
    });
  }
  std::erase_if(past_.tails, [&](const Checkpoint::Tail& past) { return tail.holds(past.position.id); });
  if (rotated_since) tail.add_rotated(*rotated_since, kEver);
  return last;
}

// `since` is the time from which on what took the place of the last known file was written.
void TailGroup::add_current(io::FileTail& tail, std::optional<io::FileTime> since) {
  int error = 0;
  std::optional<io::OpenFile> file = io::open_log_file(tail.path(), links_, error);
  if (!file) {
    if (error != ENOENT) on_open_failed(tail, error);
    return;
  }
  if (tail.holds(file->id) || held(file->id)) return;
  if (since) {
    // There may have been rotations since the known files were looked at. If this file was rotated, too, the next look
    // sees what has the path then.
    tail.add_rotated(*since, std::numeric_limits<io::FileTime>::max());
    if (tail.holds(file->id)) return;
  }
  if (starting_ && start_ == StartAt::end) {
    const std::uint64_t size = file->size;
    tail.add(*std::move(file), {.id = {}, .offset = size, .replay = size, .marker = {}, .written = 0});
    tail.skip_to_record();
    return;
  }
  const std::uint64_t offset = begin_of(*file).value_or(0);
  tail.add(*std::move(file), {.id = {}, .offset = offset, .replay = offset, .marker = {}, .written = 0});
}

// A rotated file that was read and that the pattern matches under its new name, too.
std::optional<std::uint64_t> TailGroup::begin_of(const io::OpenFile& file) {
  if (held(file.id)) return std::nullopt;
  owner_.on_new_file();
  for (const Checkpoint::Tail& past : past_.tails) {
    const io::FilePosition& position = past.position;
    if (position.id != file.id || !parts_.marker.fits(file.fd.get(), position)) continue;
    const std::uint64_t offset = position.offset;
    std::erase_if(past_.tails, [&](const Checkpoint::Tail& other) { return other.position.id == file.id; });
    return offset;
  }
  return 0;
}

bool TailGroup::held(const io::FileId& id) const {
  return std::any_of(tails_.begin(), tails_.end(), [&](const auto& entry) { return entry.second.source->holds(id); });
}

void TailGroup::on_open_failed(const io::FileTail& tail, int error) {
  std::string why = std::generic_category().message(error);
  if (error == ELOOP) why = "is a symbolic link, which follow_symlinks = true would follow";
  if (error == EINVAL) why = "is not a regular file";
  parts_.log.write(Level::warning, "file-not-read", tail.path() + ": cannot read: " + why);
}

void TailGroup::on_replay_cut(const io::FileTail& tail) {
  const auto cut =
      std::find_if(tails_.begin(), tails_.end(), [&](const auto& entry) { return entry.second.source.get() == &tail; });
  if (cut != tails_.end()) cut->second.relay->cut_replay();
}

void TailGroup::on_hint(const std::string& directory, std::string_view name) {
  const std::string path = directory + "/" + std::string(name);
  const bool none_before = hinted_.empty() && !sweep_soon_;
  if (tails_.contains(path)) {
    hinted_.insert(path);
  } else if (name.empty() || ::fnmatch(pattern_.c_str(), path.c_str(), FNM_PATHNAME) == 0) {
    sweep_soon_ = true;
  } else {
    return;
  }
  if (none_before) soon_.start_once(kHintDelayMs);
}

void TailGroup::follow_hints() {
  if (sweep_soon_) return sweep();
  if (holding_) return;
  for (const std::string& path : std::exchange(hinted_, {})) {
    if (const auto tail = tails_.find(path); tail != tails_.end()) look_at(path, tail->second);
  }
}

void TailGroup::remove_ended() {
  std::erase_if(tails_, [&](const auto& entry) {
    const Tail& tail = entry.second;
    if (!tail.relay->finished()) return false;
    owner_.remove_relay(*tail.relay);
    return true;
  });
}

// Files are remembered as long as they could be found again.
void TailGroup::forget_removed_files() {
  constexpr unsigned kEverySweeps = 60;
  if (++sweeps_ % kEverySweeps != 0) return;
  std::erase_if(past_.tails, [](const Checkpoint::Tail& past) { return !exists_beside(past.path, past.position.id); });
}

void TailGroup::add_positions(Checkpoint& checkpoint) {
  checkpoint.tails.insert(checkpoint.tails.end(), past_.tails.begin(), past_.tails.end());
  for (auto& [path, tail] : tails_) {
    const io::Relay::Progress progress = tail.relay->progress();
    for (io::FilePosition& position : tail.source->positions(progress.done, progress.replay)) {
      checkpoint.tails.push_back({pipeline_, path, std::move(position)});
    }
  }
}

std::vector<TailGroup::FileStats> TailGroup::stats() const {
  std::vector<FileStats> all;
  for (const auto& [path, tail] : tails_)
    all.push_back({path, tail.source->unread(), tail.source->unread_ms(), tail.source->stats()});
  return all;
}

}  // namespace piiscrub::daemon
