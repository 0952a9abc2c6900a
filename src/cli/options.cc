#include "cli/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "base/edit_distance.h"
#include "cli/option_table.h"

namespace piiscrub::cli {
namespace {

Error usage_error(std::string message, std::string advice = {}) {
  return {.file = {}, .message = std::move(message), .advice = std::move(advice)};
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> words, std::string_view prefix = {}) {
  const std::optional<std::string_view> near = closest(word, words);
  return near ? "did you mean '" + std::string(prefix) + std::string(*near) + "'?" : std::string();
}

// What is too much may be payload: it is not repeated.
Error too_much_for(const CommandRow& row) {
  return usage_error(std::string("'") + std::string(row.words) + "' was given too much",
                     "the value goes to standard input or into the prompt");
}

std::string display_name(const OptionRow& row) { return "--" + std::string(row.name); }

// CLI11's own notation: `-o,--output`.
std::string parser_name(const OptionRow& row) {
  return row.letter == 0 ? display_name(row) : std::string("-") + row.letter + "," + display_name(row);
}

// One parse: CLI11 takes the arguments apart, the rows of the tables say what they mean.
class Parser {
 public:
  Parser();
  Result<Options> parse(std::vector<std::string> arguments, std::vector<std::string> program);

 private:
  void add_option(const OptionRow& row);
  void add_command(const CommandRow& row);
  std::optional<Error> check_unknown_options();
  std::optional<Error> choose_command();
  std::optional<Error> check_command_words();
  std::optional<Error> check_operands(const CommandRow& row);

  CLI::App app_;
  std::map<std::string, CLI::App*> commands_;
  Options options_;
  std::optional<Error> error_;           // the first wrong value
  const CommandRow* command_ = nullptr;  // the subcommand, if there was one
  std::string incomplete_;               // first word of a subcommand that lacks its second
};

Parser::Parser() {
  app_.set_help_flag("");
  app_.allow_extras();
  for (const OptionRow& row : option_table()) add_option(row);
  for (const CommandRow& row : command_table()) add_command(row);
  app_.add_option("FILE", options_.operands);
}

void Parser::add_option(const OptionRow& row) {
  const auto apply = [this, &row](const std::string& argument) {
    const std::optional<std::string> problem = row.apply(options_, argument);
    if (problem && !error_) error_ = usage_error(display_name(row) + " '" + argument + "' " + *problem);
  };
  if (row.argument.empty()) {
    app_.add_flag_function(parser_name(row), [apply](std::int64_t) { apply(""); });
    return;
  }
  CLI::Option* const option = app_.add_option_function<std::vector<std::string>>(
      parser_name(row), [apply](const std::vector<std::string>& all) { std::for_each(all.begin(), all.end(), apply); });
  option->type_size(1)->allow_extra_args(false);
  option->multi_option_policy(row.repeatable ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
}

void Parser::add_command(const CommandRow& row) {
  const std::size_t space = row.words.find(' ');
  const std::string first(row.words.substr(0, space));
  CLI::App*& command = commands_[first];
  if (command == nullptr) command = app_.add_subcommand(first)->fallthrough();
  command->set_help_flag("");
  if (space == std::string_view::npos) {
    command->callback([this, &row] { command_ = &row; });
    return;
  }
  command->preparse_callback([this, first](std::size_t) { incomplete_ = first; });
  CLI::App* const second = command->add_subcommand(std::string(row.words.substr(space + 1)))->fallthrough();
  second->set_help_flag("");
  second->callback([this, &row] { command_ = &row; });
}

Result<Options> Parser::parse(std::vector<std::string> arguments, std::vector<std::string> program) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app_.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  options_.program = std::move(program);
  if (std::optional<Error> error = check_unknown_options()) return *error;
  if (error_) return *error_;
  if (std::optional<Error> error = choose_command()) return *error;
  return std::move(options_);
}

std::optional<Error> Parser::check_unknown_options() {
  for (const std::string& word : app_.remaining(true)) {
    if (command_ != nullptr && command_->reads_value) return too_much_for(*command_);
    if (!word.starts_with('-')) return usage_error("unexpected argument '" + word + "'");
    std::vector<std::string_view> names;
    for (const OptionRow& row : option_table()) names.push_back(row.name);
    const std::string name = word.substr(0, word.find('='));
    const std::size_t dashes = std::min(name.find_first_not_of('-'), name.size());
    return usage_error("unknown option '" + name + "'", did_you_mean(name.substr(dashes), names, "--"));
  }
  return std::nullopt;
}

std::optional<Error> Parser::choose_command() {
  if (options_.command != Command::scrub) return std::nullopt;  // --help and the like win
  if (!options_.program.empty()) {
    if (command_ != nullptr || !options_.operands.empty()) {
      return usage_error("FILEs and subcommands do not go with '--'");
    }
    if (!options_.output.empty()) return usage_error("--output does not go with '--'");
    options_.command = Command::run;
    return std::nullopt;
  }
  if (command_ == nullptr) return check_command_words();
  options_.command = command_->command;
  return check_operands(*command_);
}

// A subcommand with a misspelt word.
std::optional<Error> Parser::check_command_words() {
  const std::vector<std::string>& operands = options_.operands;
  std::vector<std::string_view> firsts;
  std::vector<std::string_view> seconds;
  for (const CommandRow& row : command_table()) {
    const std::size_t space = row.words.find(' ');
    firsts.push_back(row.words.substr(0, space));
    if (space != std::string_view::npos && firsts.back() == incomplete_) seconds.push_back(row.words.substr(space + 1));
  }
  if (!incomplete_.empty()) {
    std::string all;
    for (const std::string_view second : seconds) all += (all.empty() ? "" : ", ") + std::string(second);
    if (operands.empty()) return usage_error("'" + incomplete_ + "' needs a subcommand: " + all);
    return usage_error("unknown subcommand '" + incomplete_ + " " + operands[0] + "'",
                       did_you_mean(operands[0], seconds, incomplete_ + " "));
  }
  if (operands.empty() || std::filesystem::exists(std::filesystem::symlink_status(operands[0]))) return std::nullopt;
  if (const std::string hint = did_you_mean(operands[0], firsts); !hint.empty()) {
    return usage_error("'" + operands[0] + "' is neither a file nor a subcommand", hint);
  }
  return std::nullopt;
}

std::optional<Error> Parser::check_operands(const CommandRow& row) {
  const auto count = static_cast<int>(options_.operands.size());
  const std::string words(row.words);
  if (count < row.min_operands) return usage_error("'" + words + "' needs " + std::string(row.operands));
  if (row.max_operands >= 0 && count > row.max_operands) {
    if (row.reads_value) return too_much_for(row);
    return usage_error("unexpected argument '" + options_.operands[static_cast<std::size_t>(row.max_operands)] +
                       "' for '" + words + "'");
  }
  return std::nullopt;
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
  if (argc <= 1) return Options{};  // the usual pipe: no need for a parser
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::vector<std::string> program;
  if (const auto separator = std::find(arguments.begin(), arguments.end(), "--"); separator != arguments.end()) {
    program.assign(separator + 1, arguments.end());
    arguments.erase(separator, arguments.end());
    if (program.empty()) return usage_error("'--' needs a COMMAND to run");
  }
  return Parser().parse(std::move(arguments), std::move(program));
}

}  // namespace piiscrub::cli
