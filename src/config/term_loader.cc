#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>
#include <system_error>

#include "base/append_format.h"
#include "base/ascii.h"
#include "piiscrub/policy_loader.h"

namespace piiscrub {
namespace {

constexpr std::size_t kMinTermBytes = 3;  // shorter ones are in every line
constexpr std::size_t kMaxTermBytes = 1000;
constexpr std::size_t kMaxFileBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxTerms = 10'000;

Result<std::string> read_text(const std::string& path) {
  const auto failed = [&](int number) {
    return Error{path, 0, 0, "cannot read: " + std::generic_category().message(number), ""};
  };
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return failed(errno);
  std::string text;
  char block[64 * 1024];
  while (const std::size_t read = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, read);
    if (text.size() > kMaxFileBytes) return Error{path, 0, 0, "is larger than 8 MiB", "split it into several files"};
  }
  if (std::ferror(file.get()) != 0) return failed(errno);
  return text;
}

// What an expression says for exactly `text`.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_word(c)) {
      out += c;
    } else {
      append_format(out, "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// What must stand beside a term that ends in `c`, so that it is a word of its own. For \b, letters beyond ASCII are
// none.
std::string_view edge(char c, bool in_front) {
  if (is_word(c)) return R"(\b)";
  if (is_high(c)) return in_front ? R"((?:^|[^\w\x80-\xff]))" : R"((?:$|[^\w\x80-\xff]))";
  return "";
}

Rule make_rule(std::string_view term, SourceLocation where) {
  Rule rule;
  rule.title = fmt::format("Term of line {}", where.line);
  rule.type = kTermType;
  rule.category = Category::credential;
  rule.match = escaped(term);
  rule.before = edge(term.front(), true);
  rule.after = edge(term.back(), false);
  rule.where = std::move(where);
  return rule;
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

}  // namespace

void add_terms(const std::string& path, RulePack& pack, std::vector<Error>& errors) {
  const Result<std::string> text = read_text(path);
  if (!text) {
    errors.push_back(text.error());
    return;
  }
  std::set<std::string> known;  // expressions of terms
  std::set<std::string> ids;
  for (const Rule& rule : pack.rules) {
    if (rule.type == kTermType) known.insert(rule.match);
    ids.insert(rule.id);
  }
  const std::size_t errors_before = errors.size();
  std::size_t seen = 0;
  SourceLocation where{path, 0, 1};
  std::string_view rest = *text;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  while (!rest.empty()) {
    ++where.line;
    const std::size_t newline = rest.find('\n');
    const std::string_view term = trimmed(rest.substr(0, newline));
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    if (term.empty() || term.starts_with('#')) continue;
    ++seen;
    if (term.size() < kMinTermBytes || term.size() > kMaxTermBytes) {
      errors.push_back(
          {path, where.line, 1,
           fmt::format("term of {} bytes: not between {} and {}", term.size(), kMinTermBytes, kMaxTermBytes),
           term.size() < kMinTermBytes ? "give more of it" : "give a part of it that is a word of its own"});
      continue;
    }
    Rule rule = make_rule(term, where);
    if (!known.insert(rule.match).second) continue;
    std::size_t number = known.size();
    do {
      rule.id = fmt::format("{}-{}", kTermType, number++);
    } while (!ids.insert(rule.id).second);
    if (known.size() > kMaxTerms) {
      errors.push_back({path, where.line, 1, fmt::format("more than {} terms", kMaxTerms), "write a rule instead"});
      return;
    }
    pack.rules.push_back(std::move(rule));
  }
  if (seen == 0 && errors.size() == errors_before) {
    errors.push_back({path, 0, 0, "holds no term", "write one per line, or do not name the file"});
  }
}

}  // namespace piiscrub
