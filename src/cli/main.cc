// The program: options, then one command. Data flow: scrub_command.cc, io/relay.h, piiscrub/pipeline.h.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/exit_codes.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/rules_command.h"
#include "cli/run_command.h"
#include "cli/scrub_command.h"
#include "cli/service_command.h"
#include "cli/token_command.h"
#include "io/stream_fd.h"
#include "piiscrub/rule_cache.h"

namespace piiscrub::cli {
namespace {

std::string generated(const std::string& what) {
  return what == "man" ? manual_page() : completions(what.substr(what.find('-') + 1));
}

int run(const Options& options, Console& console) {
  switch (options.command) {
    case Command::scrub:
      return run_scrub_command(options, console);
    case Command::run:
      return run_run_command(options, console);
    case Command::service:
      return run_service(options, console);
    case Command::status:
      return run_status(options, console);
    case Command::rules_list:
      return run_rules_list(options, console);
    case Command::rules_show:
      return run_rules_show(options, console);
    case Command::rules_test:
      return run_rules_test(options, console);
    case Command::rules_diff:
      return run_rules_diff(options, console);
    case Command::validate:
      return run_validate(options, console);
    case Command::token:
      return run_token(options, console);
    case Command::reveal:
      return run_reveal(options, console);
    case Command::generate:
      return print_to_stdout(generated(options.generate), console);
    case Command::version:
      return print_to_stdout(version_text(), console);
    case Command::help:
      return print_to_stdout(help_text(use_color(options.color, STDOUT_FILENO)), console);
  }
  return kUsage;
}

// What is in memory has not been scrubbed.
void forbid_core_dumps() { (void)::prctl(PR_SET_DUMPABLE, 0); }

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == kCompileRulesCommand) return compile_rules_child(argc, argv);
  io::ensure_standard_fds();
  (void)std::signal(SIGPIPE, SIG_IGN);
  forbid_core_dumps();
  const Result<Options> options = parse_options(argc, argv);
  if (options) {
    Console console(*options);
    return run(*options, console);
  }
  Console console{Options{}};
  console.error(options.error());
  console.print("Try 'piiscrub --help'.\n");
  return kUsage;
}

}  // namespace
}  // namespace piiscrub::cli

int main(int argc, char** argv) { return piiscrub::cli::main(argc, argv); }
