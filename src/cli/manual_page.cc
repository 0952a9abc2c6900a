#include <fmt/format.h>

#include <string>

#include "cli/help.h"
#include "cli/option_table.h"

namespace piiscrub::cli {
namespace {

// Text for troff: a backslash or hyphen is not what it seems, a dot or quote in front of a line is a request, and code
// in `…` is set in bold.
std::string troff(std::string_view text) {
  std::string out;
  bool code = false;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '`':
        code = !code;
        out += code ? "\\fB" : "\\fR";
        break;
      default:
        out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string option_heading(const OptionRow& row) {
  std::string out = row.letter == 0 ? "" : fmt::format("\\fB\\-{}\\fR, ", row.letter);
  out += fmt::format("\\fB\\-\\-{}\\fR", troff(row.name));
  if (!row.argument.empty()) out += fmt::format(" \\fI{}\\fR", troff(row.argument));
  return out;
}

}  // namespace

std::string manual_page() {
  std::string out = fmt::format(".TH PIISCRUB 1 \"\" \"piiscrub {}\" \"User Commands\"\n", PIISCRUB_VERSION);
  out += ".SH NAME\npiiscrub \\- remove personal data and secrets from logs\n.SH SYNOPSIS\n";
  for (const UsageRow& row : usage_table()) out += fmt::format(".B piiscrub\n{}\n.br\n", troff(row.arguments));
  for (const CommandRow& row : command_table()) {
    out += fmt::format("\\fBpiiscrub {}\\fR {}\n.br\n", row.words, troff(row.operands));
  }
  out += ".SH DESCRIPTION\n";
  for (const UsageRow& row : usage_table()) {
    out += fmt::format(".TP\n.B piiscrub {}\n{}\n", troff(row.arguments), troff(row.help));
  }
  out +=
      ".PP\nOn the first SIGINT or SIGTERM a live stream is read on to its end, for at most 5 seconds, so that an "
      "application's last words arrive. A second signal ends at once.\n";
  out += ".SH SUBCOMMANDS\n";
  for (const CommandRow& row : command_table()) {
    out += fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}\n", row.words, troff(row.operands), troff(row.help));
  }
  out += ".SH OPTIONS\n";
  std::string_view group;
  for (const OptionRow& row : option_table()) {
    if (row.group != group) out += fmt::format(".SS \"{}\"\n", row.group);
    group = row.group;
    out += fmt::format(".TP\n{}\n{}\n", option_heading(row), troff(row.help));
  }
  out += ".SH EXIT STATUS\n";
  for (const ExitCodeRow& row : exit_code_table()) out += fmt::format(".TP\n.B {}\n{}\n", row.code, troff(row.meaning));
  out += ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nIf set and not empty, messages are not colored.\n";
  return out;
}

}  // namespace piiscrub::cli
