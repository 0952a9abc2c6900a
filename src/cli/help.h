// Texts made from the option table.
#pragma once

#include <string>
#include <string_view>

namespace piiscrub::cli {

/// What --help prints.
std::string help_text(bool color);
/// The manual page, in man(7) macros.
std::string manual_page();
/// Completions for `shell`: bash, zsh or fish.
std::string completions(std::string_view shell);
/// What --version prints.
std::string version_text();

}  // namespace piiscrub::cli
