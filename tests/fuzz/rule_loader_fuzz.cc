// Fuzz target: rule files. Oracle: a pack or errors with a place, never a crash; what loads passes the checks that
// programs' rules pass; what compiles can be saved and loaded, and scrubs stably.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "piiscrub/pipeline.h"
#include "piiscrub/rule_loader.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<piiscrub::Error> errors;
  const piiscrub::RulePack pack = piiscrub::load_rules(text, "fuzz.toml", errors);
  for (const piiscrub::Error& error : errors) require(!error.message.empty() && error.file == "fuzz.toml");
  if (!errors.empty()) return 0;
  require(!pack.rules.empty());
  require(piiscrub::check_rules(pack).empty());
  require(piiscrub::RuleDatabase::unpack_rules(piiscrub::RuleDatabase::pack_rules(pack)).has_value());
  // Compiling is the matching library's business, and slow: small rules only.
  if (pack.rules.size() > 2 || size > 600) return 0;
  for (const piiscrub::Rule& rule : pack.rules) {
    if (rule.match.size() + rule.before.size() + rule.after.size() > 40 || rule.match.find('{') != std::string::npos)
      return 0;
  }
  const auto database = piiscrub::RuleDatabase::compile(pack);
  if (!database) return 0;
  const std::string saved = (*database)->save();
  const auto loaded = piiscrub::RuleDatabase::load(saved);
  require(loaded.has_value() && (*loaded)->save() == saved);
  for (const piiscrub::Rule& rule : pack.rules) {
    for (const std::string& example : rule.examples) {
      piiscrub::Pipeline pipeline(*loaded);
      piiscrub::Output out;
      pipeline.push(example, out);
      pipeline.finish(out);
    }
  }
  return 0;
}
