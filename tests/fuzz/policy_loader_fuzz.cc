// Any text as a configuration: errors have their place, a policy that loads resolves and scrubs.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "piiscrub/pipeline.h"
#include "piiscrub/policy_loader.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string scrub(const piiscrub::PipelineOptions& options, std::string_view input) {
  piiscrub::Pipeline pipeline(piiscrub::builtin_rules(), options);
  piiscrub::Output out;
  pipeline.push(input, out);
  std::string text;
  out.copy_to(text);
  piiscrub::Output rest;
  pipeline.finish(rest);
  rest.copy_to(text);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<piiscrub::Error> errors;
  const piiscrub::PolicySource source = piiscrub::load_policy(text, "fuzz.toml", errors);
  for (const piiscrub::Error& error : errors) require(!error.message.empty() && error.file == "fuzz.toml");
  if (!errors.empty()) return 0;
  const std::span<const piiscrub::Rule> rules = piiscrub::builtin_rules()->rules();
  piiscrub::ResolvedPolicy resolved = piiscrub::resolve_policy(source, rules, 20'000, errors);
  for (const piiscrub::Error& error : errors) require(!error.message.empty());
  if (!errors.empty()) return 0;
  require(resolved.policy.treatments.size() == rules.size() && resolved.decisions.size() == rules.size());
  const piiscrub::PipelineOptions options{.policy =
                                              std::make_shared<const piiscrub::Policy>(std::move(resolved.policy))};
  const std::string once =
      scrub(options, "alice@example.com 10.0.0.1,93.184.216.34 +41 44 668 18 00 4111 1111 1111 1111\n078-05-1120\n");
  require(scrub(options, once) == once);
  return 0;
}
