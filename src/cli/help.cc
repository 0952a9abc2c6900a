#include "cli/help.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "cli/console.h"
#include "cli/option_table.h"

namespace piiscrub::cli {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 30;

// Appends `text`, broken at spaces, each line but the first behind `indent` spaces. The first starts at `column`.
void add_wrapped(std::string& out, std::string_view text, std::size_t column, std::size_t indent) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (column > indent && column + 1 + word.size() > kWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  out += '\n';
}

// One entry: `what` on the left, its explanation on the right or below.
void add_entry(std::string& out, const std::string& what, std::string_view help, bool color) {
  out += "  " + styled(what, Style::bold, color);
  std::size_t column = 2 + what.size();
  if (column + 2 > kIndent) {
    out += '\n';
    column = 0;
  }
  out += std::string(kIndent - column, ' ');
  add_wrapped(out, help, kIndent, kIndent);
}

std::string left_column(const OptionRow& row) {
  std::string what = row.letter == 0 ? "    " : fmt::format("-{}, ", row.letter);
  what += fmt::format("--{}", row.name);
  if (!row.argument.empty()) what += fmt::format(" {}", row.argument);
  return what;
}

}  // namespace

std::string help_text(bool color) {
  std::string out = "piiscrub removes personal data and secrets from logs.\n\n";
  out += styled("Usage", Style::bold, color) + "\n";
  for (const UsageRow& row : usage_table()) {
    out += fmt::format("  piiscrub {}\n      ", row.arguments);
    add_wrapped(out, row.help, 6, 6);
  }
  out += "\n" + styled("Subcommands", Style::bold, color) + "\n";
  for (const CommandRow& row : command_table()) {
    add_entry(out, std::string(row.words) + (row.operands.empty() ? "" : " ") + std::string(row.operands), row.help,
              color);
  }
  std::string_view group;
  for (const OptionRow& row : option_table()) {
    if (row.group != group) out += "\n" + styled(row.group, Style::bold, color) + "\n";
    group = row.group;
    add_entry(out, left_column(row), row.help, color);
  }
  out += "\n" + styled("Exit codes", Style::bold, color) + "\n";
  for (const ExitCodeRow& row : exit_code_table()) add_entry(out, fmt::format("{:>3}", row.code), row.meaning, color);
  return out;
}

}  // namespace piiscrub::cli
