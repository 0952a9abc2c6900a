#include "cli/destination.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace piiscrub::cli {
namespace {

struct stat status_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) status = {};
  return status;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Error cannot_write(const std::string& name, int error) {
  return {.file = name, .message = "cannot write: " + std::generic_category().message(error), .advice = {}};
}

Error input_is_output(const std::string& name) {
  return {.file = name, .message = "is the output file as well", .advice = "name another output"};
}

}  // namespace

Result<std::unique_ptr<Destination>> Destination::make(io::Loop& loop, const Options& options) {
  Kind kind = Kind::one_file;
  if (options.output.empty() || options.output == "-") kind = Kind::standard_output;
  if (kind == Kind::one_file && is_directory(options.output)) kind = Kind::directory;
  if (options.dry_run) kind = Kind::nowhere;
  if (kind == Kind::one_file && options.output.ends_with('/')) {
    return Error{.file = options.output, .message = "no such directory", .advice = "create it first"};
  }
  std::unique_ptr<Destination> made(new Destination(loop, kind, options.output));
  if (kind == Kind::standard_output) made->sink_ = io::make_sink_for(loop, STDOUT_FILENO);
  if (kind == Kind::nowhere) made->sink_ = io::make_discard_sink();
  return made;
}

std::optional<Error> Destination::open(const io::Input& input, const std::string& name) {
  if (std::optional<Error> error = refuse_own_input(input, name)) return error;
  if (kind_ == Kind::one_file && sink_ == nullptr) return open_one_file(input);
  if (kind_ == Kind::directory) return open_in_directory(input, name);
  return std::nullopt;
}

std::optional<Error> Destination::refuse_own_input(const io::Input& input, const std::string& name) const {
  if (kind_ == Kind::standard_output && io::reads_from(input, STDOUT_FILENO)) return input_is_output(name);
  if (kind_ != Kind::one_file || input.kind != io::Input::Kind::file) return std::nullopt;
  const struct stat status = status_of(path_);
  const bool same = S_ISREG(status.st_mode) && status.st_dev == input.device && status.st_ino == input.inode;
  return same ? std::optional(input_is_output(name)) : std::nullopt;
}

// What a live stream brings is wanted while it comes, and a device or FIFO cannot be replaced.
std::optional<Error> Destination::open_one_file(const io::Input& input) {
  current_ = path_;
  const mode_t mode = status_of(path_).st_mode;
  const bool replaceable = mode == 0 || S_ISREG(mode) || S_ISLNK(mode);
  if (input.kind == io::Input::Kind::file && replaceable) {
    Result<io::OutputFile> file = io::OutputFile::create(path_);
    if (!file) return file.error();
    file_.emplace(*std::move(file));
    sink_ = io::make_file_sink(file_->fd());
    return std::nullopt;
  }
  Result<io::Fd> fd = io::open_in_place(path_);
  if (!fd) return fd.error();
  in_place_ = *std::move(fd);
  sink_ = io::make_sink_for(loop_, in_place_.get());
  return std::nullopt;
}

std::optional<Error> Destination::open_in_directory(const io::Input& input, const std::string& name) {
  std::string file_name = base_name(name);
  if (input.gzip && file_name.ends_with(".gz")) file_name.resize(file_name.size() - 3);
  if (name == "-" || file_name.empty()) {
    return Error{.file = name, .message = "has no name to write to in " + path_, .advice = "use -o FILE"};
  }
  current_ = path_ + (path_.ends_with('/') ? "" : "/") + file_name;
  const struct stat status = status_of(current_);
  if (S_ISREG(status.st_mode) && status.st_dev == input.device && status.st_ino == input.inode) {
    return input_is_output(name);
  }
  if (!names_.insert(file_name).second) {
    return Error{.file = name, .message = current_ + " was written for another FILE of this name", .advice = {}};
  }
  Result<io::OutputFile> file = io::OutputFile::create(current_);
  if (!file) return file.error();
  file_.emplace(*std::move(file));
  sink_ = io::make_file_sink(file_->fd());
  return std::nullopt;
}

std::optional<Error> Destination::close(Outcome outcome) {
  if (kind_ != Kind::directory) return std::nullopt;
  sink_.reset();
  std::optional<Error> error;
  if (outcome == Outcome::complete) error = file_->commit();
  file_.reset();
  return error;
}

std::optional<Error> Destination::finish(Outcome outcome) {
  sink_.reset();
  std::optional<Error> error;
  if (file_ && outcome == Outcome::complete) error = file_->commit();
  file_.reset();
  // Some file systems report a full disk no earlier than at the last close.
  const bool plain_output = kind_ == Kind::standard_output && !io::is_stream(STDOUT_FILENO);
  if (plain_output && ::close(STDOUT_FILENO) != 0) return cannot_write("standard output", errno);
  if (in_place_.valid() && ::close(in_place_.release()) != 0) return cannot_write(path_, errno);
  return error;
}

Error Destination::write_error() const {
  return cannot_write(kind_ == Kind::standard_output ? "standard output" : current_, sink_->error());
}

}  // namespace piiscrub::cli
