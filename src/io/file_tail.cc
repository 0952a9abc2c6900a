#include "io/file_tail.h"

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "io/arrivals.h"
#include "io/uv_handle.h"

namespace piiscrub::io {
namespace {

// Reads per turn of the loop, so that one busy file does not starve the others.
constexpr int kReadsPerTurn = 4;
// An unlinked file takes up disk space as long as it is open.
constexpr std::uint64_t kLingerDeletedMs = 5'000;
constexpr FileTime kEver = std::numeric_limits<FileTime>::max();

}  // namespace

struct FileTail::File {
  Fd fd;
  FileId id;
  std::uint64_t offset = 0;     // read so far
  std::uint64_t stop_at = 0;    // a buffer must end here, if it is in front
  std::uint64_t done = 0;       // written so far, and a record begins here
  std::uint64_t replay = 0;     // see FilePosition
  std::uint64_t run_begin = 0;  // see Segment
  std::uint64_t size = 0;       // when last looked at, or known to be reached
  std::uint64_t grew_at = 0;    // when it was last seen to grow, or was rotated
  std::uint64_t done_marker_at = 0;
  std::string done_marker;      // at that offset; empty: not known
  timespec changed{};           // ctime when last looked at
  FilePosition seen;            // the end when last looked at: what is in front of it is known by its marker
  FilePosition read;            // a place further in front, up to which all was read; 0: not known
  FileTime written = 0;         // see FilePosition
  Arrivals arrivals;            // what was seen and not read
  bool inside_record = false;   // what was read does not end with an LF
  bool skip_to_record = false;  // until the first LF
  bool rotated = false;         // the path names another file
  bool over = false;            // truncated: what this object was about is gone

  [[nodiscard]] bool has_more() const { return !over && size > offset; }
};

struct FileTail::Segment {
  std::uint64_t end;       // of the source's bytes
  std::uint64_t file_end;  // the offset in the file there
  std::uint64_t file_begin;
  std::uint64_t run_begin;  // the offset from which on nothing but this file was read
  File* file;
};

struct FileTail::Idle {
  UvHandle<uv_idle_t> handle;
};

FileTail::FileTail(Loop& loop, BufferPool& buffers, std::string path, const Marker& marker, TailOptions options,
                   Observer& observer)
    : loop_(loop),
      buffers_(buffers),
      path_(std::move(path)),
      marker_(marker),
      options_(options),
      observer_(observer),
      idle_(std::make_unique<Idle>()) {
  idle_->handle.open(this, [&](uv_idle_t* idle) { return uv_idle_init(loop.uv(), idle); });
}

FileTail::~FileTail() = default;

void FileTail::add(OpenFile file, const FilePosition& position) {
  // What is still to be read of the files in front comes before a replay, which would not see it: so there is none.
  const bool first = next_unread() == nullptr;
  if (!files_.empty()) files_.back()->rotated = true;
  files_.push_back(made_of(std::move(file), position));
  if (!first) files_.back()->offset = files_.back()->replay = position.offset;
}

std::unique_ptr<FileTail::File> FileTail::made_of(OpenFile file, const FilePosition& position) const {
  auto made = std::make_unique<File>();
  made->fd = std::move(file.fd);
  made->id = file.id;
  made->offset = made->replay = position.replay;
  made->stop_at = made->done = position.offset;
  made->size = file.size;
  made->grew_at = now();
  // Not now: it may have been rotated since it was opened, and what followed it, too.
  made->written = position.written != 0 ? position.written : file.opened;
  made->arrivals.see(made->size, now());
  made->arrivals.read_to(made->offset);
  made->seen.id = made->read.id = made->id;
  made->seen.marker = marker_.of(made->fd.get(), 0);
  mark(made->seen, *made, made->size);
  mark(made->read, *made, position.offset);
  return made;
}

void FileTail::skip_to_record() {
  File& file = *files_.back();
  char before = '\n';
  if (file.offset > 0) (void)::pread(file.fd.get(), &before, 1, static_cast<off_t>(file.offset - 1));
  file.skip_to_record = before != '\n';
}

std::uint64_t FileTail::replayed() const {
  const File* const first = next_unread();
  return first == nullptr ? 0 : first->stop_at - first->offset;
}

void FileTail::start(Listener& listener) {
  listener_ = &listener;
  resume();
}

void FileTail::pause() {
  running_ = false;
  uv_idle_stop(idle_->handle.get());
}

void FileTail::resume() {
  if (running_ || ended_) return;
  running_ = true;
  wake();
}

void FileTail::wake() {
  if (!running_ || next_to_read() == nullptr) return;
  uv_idle_start(idle_->handle.get(), [](uv_idle_t* idle) { static_cast<FileTail*>(idle->data)->turn(); });
}

// ---- What has become of the files

void FileTail::check() {
  if (ended_) return;
  look_at_path();
  look_at_files();
  forget_finished();
  if (!ended_) wake();
}

// Files may be added while this goes on.
void FileTail::look_at_files() {
  for (std::size_t i = 0; i < files_.size(); ++i) (void)look_at(*files_[i]);
}

void FileTail::look_at_path() {
  struct stat status {};
  const int failed = options_.links == Links::follow ? ::stat(path_.c_str(), &status) : ::lstat(path_.c_str(), &status);
  if (failed != 0) {
    if (errno == ENOENT && path_missing_since_ == 0) {
      path_missing_since_ = now() + 1;
      if (!files_.empty()) {
        files_.back()->rotated = true;
        files_.back()->grew_at = now();
      }
    }
    return;
  }
  path_missing_since_ = 0;
  if (!files_.empty() && files_.back()->id == id_of(status)) {
    files_.back()->rotated = false;
    return;
  }
  int error = 0;
  std::optional<OpenFile> file = open_log_file(path_, options_.links, error);
  if (!file) {
    if (error != ENOENT) observer_.on_open_failed(*this, error);
    return;
  }
  if (holds(file->id)) return;
  if (!files_.empty()) {
    const FileTime since = files_.back()->written;
    files_.back()->grew_at = now();
    ++stats_.rotations;
    // It may have been truncated before it was rotated, and rotated more than once since the last look.
    look_at_files();
    add_rotated(since, kEver);
    if (holds(file->id)) return;  // rotated just now: the next look sees what has the path then
  }
  const std::optional<std::uint64_t> begin = observer_.begin_of(*file);
  if (begin) add(*std::move(file), {.id = {}, .offset = *begin, .replay = *begin, .marker = {}, .written = 0});
}

void FileTail::add_rotated(FileTime since, FileTime until) {
  Files unknown = unknown_files(since, until);
  if (!unknown.empty() && !files_.empty()) files_.back()->rotated = true;
  std::move(unknown.begin(), unknown.end(), std::back_inserter(files_));
}

void FileTail::add_unknown_before(const File& file, FileTime since, FileTime until) {
  Files unknown = unknown_files(since, until);
  files_.insert(place_of(file), std::move_iterator(unknown.begin()), std::move_iterator(unknown.end()));
}

FileTail::Files FileTail::unknown_files(FileTime since, FileTime until) {
  Files unknown;
  int error = 0;
  const std::optional<OpenFile> current = open_log_file(path_, options_.links, error);
  for (OpenFile& file : rotated_since(path_, since)) {
    if (file.written > until || file.size == 0 || holds(file.id)) continue;
    // A copy of what is still there is being made, before it is truncated.
    if (current && begin_alike(current->fd.get(), file.fd.get())) continue;
    const std::optional<std::uint64_t> begin = observer_.begin_of(file);
    if (!begin) continue;
    // What followed it may have been written to, and rotated, before this one was found.
    const FileTime written = file.written;
    unknown.push_back(
        made_of(std::move(file), {.id = {}, .offset = *begin, .replay = *begin, .marker = {}, .written = written}));
    unknown.back()->rotated = true;
  }
  return unknown;
}

FileTail::Files::iterator FileTail::place_of(const File& file) {
  return std::find_if(files_.begin(), files_.end(), [&](const auto& other) { return other.get() == &file; });
}

// Returns whether it still holds what was read of it.
bool FileTail::look_at(File& file) {
  struct stat status {};
  if (file.over || ::fstat(file.fd.get(), &status) != 0) return !file.over;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const bool changed = status.st_ctim.tv_sec != file.changed.tv_sec || status.st_ctim.tv_nsec != file.changed.tv_nsec;
  if (!changed && size == file.size) return true;
  file.changed = status.st_ctim;
  if (size > file.size) file.grew_at = now();
  file.size = size;
  file.arrivals.see(size, now());
  if (size < file.seen.offset || !marker_.fits(file.fd.get(), file.seen)) {
    replace_truncated(file);
    return false;
  }
  // What was in it until now was never seen, if it was truncated before.
  if (file.seen.offset == 0 && size > 0) add_unknown_before(file, file.written, written_at(status));
  // As long as nothing of it is done, a copy of it is known by nothing else.
  if (file.done > 0) file.written = std::max(file.written, written_at(status));
  mark(file.seen, file, size);
  return true;
}

// What is truncated just now keeps its mark, by which the next look will see it.
void FileTail::mark(FilePosition& known, const File& file, std::uint64_t offset) const {
  if (known.offset == offset) return;
  std::string marker = marker_.of(file.fd.get(), offset);
  if (marker.empty()) return;
  known.offset = offset;
  known.marker = std::move(marker);
}

// The content that was seen is gone, and the file begins anew. A copy of it, made by what truncated it, takes its
// place: there may be more in it than was read.
void FileTail::replace_truncated(File& file) {
  ++stats_.truncations;
  OpenFile same;
  same.fd.reset(::fcntl(file.fd.get(), F_DUPFD_CLOEXEC, 0));
  same.id = file.id;
  same.size = file.size;
  same.opened = file_time_now();
  std::unique_ptr<File> anew = made_of(std::move(same), {});
  anew->changed = file.changed;
  anew->rotated = file.rotated;
  std::optional<OpenFile> copy = copy_of(file);
  // When it was truncated again before this look, there is another copy, of what was never seen.
  const bool more_copies = copy || file.offset == 0;
  const FileTime since = copy ? copy->written : file.written;
  if (copy) {
    file.fd = std::move(copy->fd);
    file.id = file.seen.id = file.read.id = copy->id;
    file.size = copy->size;
    file.arrivals.see(file.size, now());
    file.grew_at = now();
    file.changed = {};
    mark(file.seen, file, file.size);
    file.rotated = true;
    file.done_marker.clear();
  } else {
    file.over = true;
    if (file.offset < file.stop_at) observer_.on_replay_cut(*this);
  }
  const File& begun = **files_.insert(place_of(file) + 1, std::move(anew));
  if (more_copies) add_unknown_before(begun, since, kEver);
}

// The copy that was made before the file was truncated, if there is one and it is not being read.
std::optional<OpenFile> FileTail::copy_of(const File& file) const {
  for (const FilePosition& known : {std::cref(file.seen), std::cref(file.read)}) {
    if (known.offset == 0) continue;
    std::optional<Successor> copy = find_rotated(path_, known, marker_);
    if (copy && copy->file.id != file.id && !holds(copy->file.id) && copy->file.size >= file.offset) {
      return std::move(copy->file);
    }
  }
  return std::nullopt;
}

void FileTail::forget_finished() {
  std::erase_if(files_, [&](const std::unique_ptr<File>& file) {
    const bool referred = std::any_of(segments_.begin(), segments_.end(),
                                      [&](const Segment& segment) { return segment.file == file.get(); });
    if (referred || file->has_more() || (reading_ == file.get() && file->inside_record)) return false;
    if (!file->over) {
      struct stat status {};
      const bool deleted = ::fstat(file->fd.get(), &status) == 0 && status.st_nlink == 0;
      const std::uint64_t linger = deleted ? std::min(options_.linger_ms, kLingerDeletedMs) : options_.linger_ms;
      if (!file->rotated || now() - file->grew_at < linger) return false;
    }
    if (reading_ == file.get()) reading_ = nullptr;
    return true;
  });
  if (!files_.empty() || path_missing_since_ == 0) return;
  ended_ = true;
  pause();
  if (listener_ != nullptr) listener_->on_end("");
}

// ---- Reading

void FileTail::turn() {
  for (int reads = 0; reads < kReadsPerTurn && running_; ++reads) {
    if (read_once()) continue;
    uv_idle_stop(idle_->handle.get());
    return;
  }
}

// The file to read from now; nullptr: none has anything.
FileTail::File* FileTail::next_to_read() {
  if (reading_ != nullptr && reading_->inside_record) {
    if (reading_->has_more()) return reading_;
    // A live file's record is waited for; that of a rotated one only for a while, and only if another file waits.
    const bool others = std::any_of(files_.begin(), files_.end(), [](const auto& file) { return file->has_more(); });
    if (!reading_->over && (!reading_->rotated || now() - reading_->grew_at < options_.partial_ms)) return nullptr;
    if (!others && !reading_->over && now() - reading_->grew_at < options_.linger_ms) return nullptr;
    return reading_;
  }
  return next_unread();
}

FileTail::File* FileTail::next_unread() const {
  // Whoever counts on a replay counts on its being first, though a rotated file may have grown.
  auto found = std::find_if(files_.begin(), files_.end(),
                            [](const auto& file) { return file->has_more() && file->offset < file->stop_at; });
  if (found == files_.end()) {
    found = std::find_if(files_.begin(), files_.end(), [](const auto& file) { return file->has_more(); });
  }
  return found == files_.end() ? nullptr : found->get();
}

bool FileTail::read_once() {
  File* const file = next_to_read();
  if (file == nullptr) return false;
  if (!file->has_more()) {
    end_record();
    return true;
  }
  if (reading_ != file) file->run_begin = file->offset;
  reading_ = file;
  Buffer buffer = buffers_.take();
  std::size_t size = Buffer::capacity();
  if (file->offset < file->stop_at) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, file->stop_at - file->offset));
  }
  ssize_t got = 0;
  do {
    got = ::pread(file->fd.get(), buffer.data(), size, static_cast<off_t>(file->offset));
  } while (got < 0 && errno == EINTR);
  // Looked at before, it may have been truncated and have grown beyond this place before it was read.
  if (!look_at(*file)) return true;
  if (got <= 0) {
    file->size = file->offset;  // until the next look
    file->arrivals.read_to(UINT64_MAX);
    return true;
  }
  buffer.set_size(static_cast<std::size_t>(got));
  hand_over(*file, std::move(buffer), static_cast<std::uint64_t>(got));
  if (!file->has_more()) mark(file->read, *file, file->offset);
  return true;
}

void FileTail::hand_over(File& file, Buffer buffer, std::uint64_t file_bytes) {
  std::uint64_t begin = file.offset;
  file.offset += file_bytes;
  file.arrivals.read_to(file.offset);
  if (file.skip_to_record) {
    const std::size_t newline = buffer.bytes().find('\n');
    if (newline == std::string_view::npos) return;
    file.skip_to_record = false;
    begin += newline + 1;
    file.done = file.replay = begin;
    const std::size_t rest = buffer.size() - newline - 1;
    std::copy_n(buffer.data() + newline + 1, rest, buffer.data());
    buffer.set_size(rest);
    if (rest == 0) return;
  }
  file.inside_record = buffer.bytes().back() != '\n';
  handed_over_ += buffer.size();
  if (!segments_.empty() && segments_.back().file == &file && segments_.back().file_end == begin) {
    segments_.back().end = handed_over_;
    segments_.back().file_end = file.offset;
  } else {
    segments_.push_back({handed_over_, file.offset, begin, file.run_begin, &file});
  }
  listener_->on_bytes(std::move(buffer));
}

// An LF of our own, which no file holds.
void FileTail::end_record() {
  File& file = *reading_;
  file.inside_record = false;
  Buffer buffer = buffers_.take();
  buffer.data()[0] = '\n';
  buffer.set_size(1);
  segments_.push_back({++handed_over_, file.offset, file.offset, file.run_begin, &file});
  listener_->on_bytes(std::move(buffer));
}

// ---- Where it stands

std::vector<FilePosition> FileTail::positions(std::uint64_t done, std::uint64_t replay) {
  while (!segments_.empty()) {
    Segment& segment = segments_.front();
    const std::uint64_t length = segment.file_end - segment.file_begin;
    const std::uint64_t behind = segment.end > done ? segment.end - done : 0;  // of its bytes, not done
    if (behind >= length && behind > 0) break;
    // What is replayed was done before; until it is behind, it must be replayed from where it began.
    if (const std::uint64_t at = segment.file_end - behind; at >= segment.file->done) {
      segment.file->done = at;
      const std::uint64_t back = done - std::min(done, replay);
      segment.file->replay = at - std::min(back, at - segment.run_begin);
    }
    if (behind > 0) break;
    segments_.pop_front();
  }
  std::vector<FilePosition> all;
  for (const std::unique_ptr<File>& file : files_) {
    if (file->over) continue;
    mark_done(*file);
    all.push_back({file->id, file->done, std::min(file->replay, file->done), file->done_marker, file->written});
  }
  return all;
}

std::optional<FileTail::Place> FileTail::place_of(std::uint64_t position) const {
  const auto segment = std::find_if(segments_.begin(), segments_.end(),
                                    [&](const Segment& candidate) { return candidate.end > position; });
  if (segment == segments_.end()) return std::nullopt;
  const std::uint64_t behind = segment->end - position;
  const std::uint64_t in_file = segment->file_end - std::min(behind, segment->file_end - segment->file_begin);
  return Place{segment->file->id, in_file};
}

// It may have been truncated since it was looked at. What is in it now must not be taken for what was read: after a
// restart that would be passed over, and the copy read again.
void FileTail::mark_done(File& file) const {
  if (!file.done_marker.empty() && file.done == file.done_marker_at) return;
  file.done_marker_at = file.done;
  file.done_marker = marker_.of(file.fd.get(), file.done);
  if (marker_.fits(file.fd.get(), file.seen)) return;
  const std::optional<OpenFile> copy = copy_of(file);
  file.done_marker = copy ? marker_.of(copy->fd.get(), file.done) : std::string();
}

bool FileTail::holds(const FileId& id) const {
  return std::any_of(files_.begin(), files_.end(), [&](const auto& file) { return !file->over && file->id == id; });
}

std::uint64_t FileTail::unread() const {
  std::uint64_t sum = 0;
  for (const std::unique_ptr<File>& file : files_) sum += file->has_more() ? file->size - file->offset : 0;
  return sum;
}

std::uint64_t FileTail::unread_ms() const {
  const File* const first = next_unread();
  return first == nullptr ? 0 : first->arrivals.waiting_ms(now());
}

}  // namespace piiscrub::io
