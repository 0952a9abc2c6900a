// piiscrub-rulec: compiles rule files at build time into the tables that piiscrub embeds.
//
//   piiscrub-rulec -o builtin_rules.cc FILE.toml…
//
// Refuses rules that do not find their own examples, or that find one of their counter-examples.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/append_format.h"
#include "piiscrub/detector.h"
#include "piiscrub/rule_check.h"
#include "piiscrub/rule_loader.h"

namespace {

constexpr std::size_t kBytesOfLine = 24;

int fail(const std::string& message) {
  fmt::print(stderr, "piiscrub-rulec: {}\n", message);
  return 1;
}

// `bytes` as a C++ source that defines builtin_rules().
std::string embed(const std::string& bytes) {
  std::string source = R"(// Made by piiscrub-rulec.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include "piiscrub/detector.h"
#ifdef __clang__
#pragma clang diagnostic ignored "-Woverlength-strings"
#endif
namespace piiscrub {
namespace {
alignas(64) constexpr char kBytes[] =)";
  // A string, which a compiler reads in a tenth of the time that it takes for as many numbers.
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % kBytesOfLine == 0) source += i == 0 ? "\n\"" : "\"\n\"";
    piiscrub::append_format(source, "\\{:03o}", static_cast<unsigned char>(bytes[i]));
  }
  source += R"(";
std::shared_ptr<const RuleDatabase> load() {
  const std::string_view bytes(kBytes, sizeof kBytes - 1);
  if (auto loaded = RuleDatabase::use(bytes)) return *std::move(loaded);
  // Built against another version of the matching library than the one installed.
  if (auto rules = RuleDatabase::saved_rules(bytes)) {
    if (auto compiled = RuleDatabase::compile(*rules)) return *std::move(compiled);
  }
  std::fputs("piiscrub: the built-in rules cannot be loaded: install it again\n", stderr);
  std::abort();
}
}  // namespace
const std::shared_ptr<const RuleDatabase>& builtin_rules() {
  static const std::shared_ptr<const RuleDatabase> rules = load();
  return rules;
}
}  // namespace piiscrub
)";
  return source;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  std::string output;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "-o" && i + 1 < argc) {
      output = argv[++i];
    } else {
      files.push_back(arg);
    }
  }
  if (output.empty() || files.empty()) return fail("usage: piiscrub-rulec -o FILE.cc RULES.toml...");
  auto pack = piiscrub::load_rule_files(files);
  if (!pack) return fail(pack.error().text());
  auto database = piiscrub::RuleDatabase::compile(*pack);
  if (!database) return fail(database.error().text());
  int failures = 0;
  for (const piiscrub::Error& error : piiscrub::check_examples(*database, piiscrub::MarkCheck::exact)) {
    fail(error.text());
    ++failures;
  }
  if (failures > 0) return 1;
  std::ofstream out(output, std::ios::binary);
  out << embed((*database)->save());
  out.close();
  return out ? 0 : fail(output + ": cannot be written");
}
