// Console: everything that piiscrub says to people on standard error. Names of files and rules only, never payload.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "piiscrub/result.h"

namespace piiscrub::cli {

enum class Style : std::uint8_t { plain, bold, dim, red, yellow, green };

/// `text` between escape sequences, or as it is.
std::string styled(std::string_view text, Style style, bool color);

/// Whether to color what goes to `fd`.
bool use_color(When when, int fd);

class Console {
 public:
  explicit Console(const Options& options);

  /// `piiscrub: MESSAGE`.
  void error(std::string_view message);
  void error(const Error& error) { this->error(error.text()); }
  /// Not with --quiet.
  void warning(std::string_view message);
  /// With --verbose only.
  void note(std::string_view message);
  /// Prints `text` as it is, ending the progress line.
  void print(std::string_view text);

  /// Shows `line` in place of the last such line; empty: takes it away.
  void progress(std::string_view line);

  [[nodiscard]] bool color() const { return color_; }

 private:
  void message(std::string_view text, Style style);

  bool color_;
  int verbosity_;
  bool progress_shown_ = false;
};

}  // namespace piiscrub::cli
