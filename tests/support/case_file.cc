#include "support/case_file.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>
#include <type_traits>

#include <fmt/format.h>

#include "piiscrub/key_ring.h"
#include "support/scrub.h"

namespace piiscrub::test {
namespace {

std::optional<std::uint64_t> number(std::string_view text, int base = 10) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  Result<std::vector<Case>> parse() {
    std::vector<Case> cases;
    enum class Section { preamble, options, input, output, unchanged } section = Section::preamble;
    bool empty_line = false;  // the last line of the output so far
    const auto finish = [&] {
      // An empty line in front of the next case belongs to neither.
      if (section == Section::output && empty_line) cases.back().output.pop_back();
      return cases.empty() || section == Section::output || section == Section::unchanged;
    };
    while (!rest_.empty()) {
      const std::string_view line = next_line();
      if (line.starts_with("=== ")) {
        if (!finish()) return error("the case above has no output");
        cases.push_back({.name = std::string(trim(line.substr(4))), .where = fmt::format("{}:{}", file_, line_)});
        section = Section::options;
      } else if (line == "--- input" && section == Section::options) {
        section = Section::input;
      } else if (line == "--- output" && section == Section::input) {
        section = Section::output;
      } else if (line == "--- unchanged" && section == Section::input) {
        cases.back().output = cases.back().input;
        section = Section::unchanged;
      } else if (section == Section::input || section == Section::output) {
        const std::optional<std::string> bytes = unescape(line);
        if (!bytes) return error("unknown escape; a backslash is \\\\");
        (section == Section::input ? cases.back().input : cases.back().output) += *bytes;
        empty_line = line.empty();
      } else if (section == Section::options && !line.empty() && !line.starts_with('#')) {
        if (!set_option(cases.back(), line)) return error("unknown option");
      } else if (!line.empty() && !line.starts_with('#')) {
        return error("text outside of a section");
      }
    }
    if (!finish()) return error("the last case has no output");
    return cases;
  }

 private:
  std::string_view next_line() {
    const std::size_t size = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, size);
    rest_.remove_prefix(std::min(size + 1, rest_.size()));
    ++line_;
    return line;
  }

  Error error(std::string message) const { return {.file = file_, .line = line_, .message = std::move(message)}; }

  static bool set_option(Case& c, std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view key = trim(line.substr(0, equals));
    const std::string_view value = trim(line.substr(equals + 1));
    if (key == "format") {
      const auto* const at = std::find(std::begin(kFormatNames), std::end(kFormatNames), value);
      c.options.format = static_cast<Format>(at - std::begin(kFormatNames));
      return at != std::end(kFormatNames);
    }
    if (key == "rules") {
      c.rules = value;
      return true;
    }
    if (key == "markers" || key == "sql_literals" || key == "remember" || key == "cockroach_salt")
      return set_policy(c, key, value);
    const std::optional<std::uint64_t> count = number(value);
    if (!count) return false;
    if (key == "max_record_bytes") {
      c.options.max_record_bytes = *count;
      return true;
    }
    if (key == "discarded") {
      c.discarded = *count;
      return true;
    }
    return false;
  }

  static bool set_policy(Case& c, std::string_view key, std::string_view value) {
    auto policy = std::make_shared<Policy>(c.options.policy == nullptr ? Policy{} : *c.options.policy);
    c.options.policy = policy;
    const auto choose = [&](auto& choice, std::span<const std::string_view> names) {
      const auto at = std::find(names.begin(), names.end(), value);
      choice = static_cast<std::remove_reference_t<decltype(choice)>>(at - names.begin());
      return at != names.end();
    };
    if (key == "markers") return choose(policy->markers, kMarkersNames);
    if (key == "sql_literals") return choose(policy->sql_literals, kSqlLiteralsNames);
    if (key == "remember") return choose(policy->remember, kRememberNames);
    auto keys = std::make_shared<KeyRing>();
    policy->keys = keys;
    return bool(keys->set_cockroach_salt(std::string(value), false));
  }

  std::string_view rest_;
  std::string file_;
  int line_ = 0;
};

}  // namespace

std::optional<std::string> unescape(std::string_view line) {
  std::string bytes;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      bytes += line[i];
      continue;
    }
    if (++i == line.size()) return bytes;  // no LF
    switch (line[i]) {
      case '\\':
        bytes += '\\';
        break;
      case 'r':
        bytes += '\r';
        break;
      case 't':
        bytes += '\t';
        break;
      case 'n':
        bytes += '\n';
        break;
      case 'e':
        bytes += '\x1b';
        break;
      case '0':
        bytes += '\0';
        break;
      case 'x': {
        const std::optional<std::uint64_t> byte = number(line.substr(i + 1, 2), 16);
        if (!byte || i + 2 >= line.size()) return std::nullopt;
        bytes += static_cast<char>(*byte);
        i += 2;
        break;
      }
      case '(': {  // \(text*count)
        const std::size_t end = line.find(')', i);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view inner = line.substr(i + 1, end - i - 1);
        const std::size_t star = inner.rfind('*');
        if (star == std::string_view::npos) return std::nullopt;
        const std::optional<std::uint64_t> count = number(inner.substr(star + 1));
        const std::optional<std::string> repeated = unescape(std::string(inner.substr(0, star)) + '\\');
        if (!count || !repeated) return std::nullopt;
        for (std::uint64_t n = 0; n < *count; ++n) bytes += *repeated;
        i = end;
        break;
      }
      default:
        return std::nullopt;
    }
  }
  return bytes + '\n';
}

Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file) {
  return Parser(text, file).parse();
}

std::vector<Case> read_cases(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> all;
  for (const auto& file : files) {
    const std::string name = std::filesystem::relative(file, directory).string();
    Result<std::vector<Case>> cases = parse_cases(read_file(file.string()), name);
    if (!cases) {
      std::fputs((cases.error().text() + '\n').c_str(), stderr);
      std::abort();
    }
    for (Case& c : *cases) {
      if (!c.rules.empty()) c.rules = (file.parent_path() / c.rules).string();
      all.push_back(std::move(c));
    }
  }
  return all;
}

}  // namespace piiscrub::test
