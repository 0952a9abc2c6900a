#include <fmt/format.h>

#include <set>
#include <string>

#include "cli/help.h"
#include "cli/option_table.h"

namespace piiscrub::cli {
namespace {

std::string all_option_names() {
  std::string out;
  for (const OptionRow& row : option_table()) {
    if (row.letter != 0) out += fmt::format("-{} ", row.letter);
    out += fmt::format("--{} ", row.name);
  }
  return out;
}

// The first or, behind `first`, the second words of the subcommands.
std::set<std::string> subcommand_words(std::string_view first) {
  std::set<std::string> words;
  for (const CommandRow& row : command_table()) {
    const std::size_t space = row.words.find(' ');
    if (first.empty()) {
      words.emplace(row.words.substr(0, space));
    } else if (row.words.substr(0, space) == first && space != std::string_view::npos) {
      words.emplace(row.words.substr(space + 1));
    }
  }
  return words;
}

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The first sentence, without code marks, fit for single quotes.
std::string summary(std::string_view help) {
  std::string out;
  for (const char c : help.substr(0, help.find(". "))) {
    if (c == '\'') out += "'\\''";
    if (c != '`' && c != '\'') out += c;
  }
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string bash_action(const OptionRow& row) {
  if (row.complete == Complete::files) return "COMPREPLY=($(compgen -f -- \"$current\"))";
  if (row.complete == Complete::directories) return "COMPREPLY=($(compgen -d -- \"$current\"))";
  return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", row.words);
}

std::string bash() {
  std::string out =
      "# bash completion for piiscrub; made by: piiscrub --generate complete-bash\n"
      "_piiscrub() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word index\n"
      "  for ((index = 1; index < COMP_CWORD; index++)); do\n"
      "    if [[ ${COMP_WORDS[index]} == -- ]]; then\n"
      "      if ((index + 1 == COMP_CWORD)); then COMPREPLY=($(compgen -c -- \"$current\")); else "
      "COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
      "      return\n"
      "    fi\n"
      "  done\n"
      "  case $previous in\n";
  for (const OptionRow& row : option_table()) {
    if (row.argument.empty()) continue;
    const std::string names =
        row.letter == 0 ? fmt::format("--{}", row.name) : fmt::format("-{}|--{}", row.letter, row.name);
    out += fmt::format("    {}) {}; return ;;\n", names, bash_action(row));
  }
  for (const std::string& first : subcommand_words("")) {
    const std::set<std::string> seconds = subcommand_words(first);
    if (seconds.empty()) continue;
    out += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n", first, joined(seconds));
  }
  out += fmt::format(
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W '{}' -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "    if ((COMP_CWORD == 1)); then COMPREPLY+=($(compgen -W '{}' -- \"$current\")); fi\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _piiscrub piiscrub\n",
      all_option_names(), joined(subcommand_words("")));
  return out;
}

std::string zsh_argument(const OptionRow& row) {
  if (row.argument.empty()) return "";
  if (row.complete == Complete::words) return fmt::format(":{}:({})", row.argument, row.words);
  return fmt::format(":{}:{}", row.argument, row.complete == Complete::nothing ? "" : "_files");
}

std::string zsh_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh() {
  std::string out = "#compdef piiscrub\n# made by: piiscrub --generate complete-zsh\n_arguments -s \\\n";
  for (const OptionRow& row : option_table()) {
    const std::string rest = fmt::format("[{}]{}", zsh_escaped(summary(row.help)), zsh_argument(row));
    const std::string_view repeat = row.repeatable ? "*" : "";
    if (row.letter != 0) out += fmt::format("  '{}-{}{}' \\\n", repeat, row.letter, rest);
    out += fmt::format("  '{}--{}{}' \\\n", repeat, row.name, rest);
  }
  out += fmt::format(
      "  '1:FILE or subcommand:{{ _alternative \"subcommands:subcommand:({})\" \"files:file:_files\" }}' \\\n"
      "  '*:file:_files'\n",
      joined(subcommand_words("")));
  return out;
}

std::string fish() {
  std::string out = "# fish completion for piiscrub; made by: piiscrub --generate complete-fish\n";
  for (const OptionRow& row : option_table()) {
    out += fmt::format("complete -c piiscrub -l {}", row.name);
    if (row.letter != 0) out += fmt::format(" -s {}", row.letter);
    if (!row.argument.empty()) out += row.complete == Complete::files ? " -r -F" : " -x";
    if (row.complete == Complete::words) out += fmt::format(" -a '{}'", row.words);
    out += fmt::format(" -d '{}'\n", summary(row.help));
  }
  for (const CommandRow& row : command_table()) {
    const std::size_t space = row.words.find(' ');
    const std::string_view first = row.words.substr(0, space);
    if (space == std::string_view::npos) {
      out += fmt::format("complete -c piiscrub -n __fish_use_subcommand -a {} -d '{}'\n", first, summary(row.help));
    } else {
      out += fmt::format("complete -c piiscrub -n __fish_use_subcommand -a {}\n", first);
      out += fmt::format("complete -c piiscrub -f -n '__fish_seen_subcommand_from {}' -a {} -d '{}'\n", first,
                         row.words.substr(space + 1), summary(row.help));
    }
  }
  return out;
}

}  // namespace

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash();
  return shell == "zsh" ? zsh() : fish();
}

}  // namespace piiscrub::cli
