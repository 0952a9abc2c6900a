#include "cli/token_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit_distance.h"
#include "cli/database.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/value_prompt.h"
#include "piiscrub/key_ring.h"
#include "piiscrub/token.h"
#include "redact/crypto.h"
#include "redact/replacement.h"

namespace piiscrub::cli {
namespace {

// The setup with its keys, or nothing usable after an error, which was printed.
Setup load_keyed_setup(const Options& options, Console& console) {
  Setup setup = load_setup(options, console);
  if (setup.rules == nullptr || (setup.policy->keys != nullptr && setup.policy->keys->newest() != nullptr)) {
    return setup;
  }
  console.error({.file = options.config,
                 .message = "no key is configured",
                 .advice = options.config.empty() ? "name the configuration that piiscrub scrubs with: -c FILE"
                                                  : "name a key file under [keys]: k1 = \"/etc/piiscrub/k1.key\""});
  return Setup{.exit_code = kConfig};
}

// Complains about a type that no rule has; warns of one that the configuration makes no tokens of.
bool check_type(const std::string& type, const Setup& setup, Console& console) {
  std::vector<std::string_view> types;
  bool known = false;
  bool tokens = false;
  const std::span<const Rule> rules = setup.rules->rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    types.push_back(rules[i].type);
    if (rules[i].type != type) continue;
    known = true;
    tokens = tokens || setup.policy->treatment(i).action == Action::token;
  }
  if (!known) {
    const std::optional<std::string_view> near = closest(type, types);
    // What is no type may be the value itself, so it is not repeated.
    console.error({.file = {},
                   .message = "no rule has this type",
                   .advice = near ? fmt::format("did you mean '{}'?", *near) : "see 'piiscrub rules list --json'"});
  } else if (!tokens) {
    console.warning("the configuration makes no tokens of '" + type + "', so this one is in none of its logs");
  }
  return known;
}

// Prints what is wrong with standard input.
bool has_value(const Result<std::string>& input, Console& console) {
  if (!input) {
    console.error(input.error());
  } else if (input->find_first_not_of(" \t\r\n") == std::string::npos) {
    console.error("standard input: empty");
  } else {
    return true;
  }
  return false;
}

// A value may hold what a terminal obeys.
void append_shown(std::string_view value, bool escape, std::string& to) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (escape && (byte < ' ' || byte == 0x7f)) {
      to += fmt::format("\\x{:02x}", byte);
    } else {
      to += c;
    }
  }
  to += '\n';
}

}  // namespace

int run_token(const Options& options, Console& console) {
  const Setup setup = load_keyed_setup(options, console);
  if (setup.rules == nullptr) return setup.exit_code;
  const std::string& type = options.operands[0];
  if (!check_type(type, setup, console)) return kUsage;
  Result<std::string> value = read_value("Value: ");
  if (!has_value(value, console)) return value ? kUsage : kFileFailed;
  if (value->ends_with('\n')) value->pop_back();
  if (value->find('\n') != std::string::npos) {
    console.error("standard input: more than one line");
    return kUsage;
  }
  const Result<std::string> token = make_token(*setup.policy->keys, type, *value);
  cleanse(*value);
  if (!token) {
    console.error(token.error());
    return kUsage;
  }
  return print_to_stdout(*token + "\n", console);
}

int run_reveal(const Options& options, Console& console) {
  const Setup setup = load_keyed_setup(options, console);
  if (setup.rules == nullptr) return setup.exit_code;
  const Result<std::string> input = read_value("Replacement: ");
  if (!has_value(input, console)) return input ? kUsage : kFileFailed;
  const bool escape = ::isatty(STDOUT_FILENO) != 0;
  const std::string_view text = *input;
  std::string values;
  std::size_t count = 0;
  bool failed = false;
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at)) {
    const std::optional<EncryptedParts> parts = parse_encrypted(text.substr(at));
    if (!parts) {
      ++at;
      continue;
    }
    ++count;
    Result<std::string> value = reveal(*setup.policy->keys, text.substr(at, parts->size));
    at += parts->size;
    if (value) {
      append_shown(*value, escape, values);
      cleanse(*value);
    } else {
      failed = true;
      Error error = value.error();
      error.message = fmt::format("value {}: {}", count, error.message);
      console.error(error);
    }
  }
  if (count == 0) {
    console.error({.file = "standard input",
                   .message = "no encrypted value",
                   .advice = "one looks like [EMAIL:enc:k1:gAAAA…]; tokens cannot be undone"});
    return kFileFailed;
  }
  const int printed = print_to_stdout(values, console);
  cleanse(values);
  return printed != kDone || !failed ? printed : kFileFailed;
}

}  // namespace piiscrub::cli
