// Destination: where `piiscrub FILE...` writes to: standard output, one file, a file per input, or nowhere.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cli/options.h"
#include "io/input.h"
#include "io/loop.h"
#include "io/output_file.h"
#include "io/sink.h"

namespace piiscrub::cli {

/// For each input: open(), write to sink(), close(). At last finish().
class Destination {
 public:
  enum class Kind : std::uint8_t { nowhere, standard_output, one_file, directory };
  /// What became of an input that was written.
  enum class Outcome : std::uint8_t { complete, broken_off };

  /// Fails if the output cannot be opened.
  static Result<std::unique_ptr<Destination>> make(io::Loop& loop, const Options& options);

  [[nodiscard]] Kind kind() const { return kind_; }

  /// Opens the output for `input`, which the user called `name`. Fails if that is impossible for this input.
  std::optional<Error> open(const io::Input& input, const std::string& name);
  /// REQUIRES: open() has succeeded.
  [[nodiscard]] io::Sink& sink() { return *sink_; }
  /// Ends the output of the last input. A file of a directory gets its name if the outcome is complete.
  std::optional<Error> close(Outcome outcome);
  /// Ends the whole output. One file gets its name if the outcome is complete.
  std::optional<Error> finish(Outcome outcome);

  /// The error to report if the sink has failed, for a reader that went away included.
  [[nodiscard]] Error write_error() const;

 private:
  Destination(io::Loop& loop, Kind kind, std::string path) : loop_(loop), kind_(kind), path_(std::move(path)) {}

  std::optional<Error> open_one_file(const io::Input& input);
  std::optional<Error> open_in_directory(const io::Input& input, const std::string& name);
  [[nodiscard]] std::optional<Error> refuse_own_input(const io::Input& input, const std::string& name) const;

  io::Loop& loop_;
  Kind kind_;
  std::string path_;                    // of the file or directory
  std::string current_;                 // path of the open file
  std::optional<io::OutputFile> file_;  // gets its name at the end
  io::Fd in_place_;                     // written as it comes
  std::unique_ptr<io::Sink> sink_;
  std::set<std::string> names_;  // of the directory that were written
};

}  // namespace piiscrub::cli
