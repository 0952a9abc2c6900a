#include "bench/raw_scan.h"

#include <fmt/format.h>
#include <hs.h>

#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "detect/database_parts.h"
#include "detect/regex_syntax.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub::bench {
namespace {

struct HyperscanDatabaseFree {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using HyperscanDatabase = std::unique_ptr<hs_database_t, HyperscanDatabaseFree>;

int count_match(unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
  ++*static_cast<std::uint64_t*>(context);
  return 0;
}

int count_match_by_id(unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
  ++(*static_cast<std::vector<std::uint64_t>*>(context))[id];
  return 0;
}

// The end of the group that opens at `open`.
std::size_t end_of_group(std::string_view expression, std::size_t open) {
  int depth = 0;
  bool in_class = false;
  for (std::size_t i = open; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
      if (i + 1 < expression.size() && expression[i + 1] == '^') ++i;
      if (i + 1 < expression.size() && expression[i + 1] == ']') ++i;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return expression.size();
}

std::string without_look_around(std::string_view expression) {
  std::string plain;
  for (std::size_t i = 0; i < expression.size();) {
    const std::string_view rest = expression.substr(i);
    if (rest.starts_with("(?=") || rest.starts_with("(?!") || rest.starts_with("(?<=") || rest.starts_with("(?<!")) {
      i = end_of_group(expression, i);
    } else if (rest.size() >= 2 && rest.front() == '\\') {
      plain.append(rest.substr(0, 2));
      i += 2;
    } else {
      plain.push_back(expression[i++]);
    }
  }
  return plain;
}

}  // namespace

struct RawScan::Handles {
  HyperscanDatabase owned;
  const hs_database_t* database = nullptr;
  hs_scratch_t* scratch = nullptr;

  Handles() = default;
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() { hs_free_scratch(scratch); }
};

RawScan::RawScan(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {
  if (handles_->database != nullptr && hs_alloc_scratch(handles_->database, &handles_->scratch) != HS_SUCCESS) {
    throw std::bad_alloc();
  }
}
RawScan::RawScan(RawScan&&) noexcept = default;
RawScan& RawScan::operator=(RawScan&&) noexcept = default;
RawScan::~RawScan() = default;

namespace {

// Compiles into `database`. If Hyperscan refuses, `refused` is the expression at fault, if it is a single one's fault.
std::optional<Error> compile_database(const std::vector<std::string>& expressions, HyperscanDatabase& database,
                                      std::optional<std::size_t>& refused) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    if (expressions[i].empty()) continue;
    texts.push_back(expressions[i].c_str());
    flags.push_back(0);
    ids.push_back(static_cast<unsigned>(i));
  }
  if (texts.empty()) return std::nullopt;
  const hs_platform_info_t generic{};  // as the engine does
  hs_database_t* compiled = nullptr;
  hs_compile_error_t* problem = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       &generic, &compiled, &problem) == HS_SUCCESS) {
    database.reset(compiled);
    return std::nullopt;
  }
  Error error{.message = problem != nullptr && problem->message != nullptr ? problem->message : "out of memory"};
  if (problem != nullptr && problem->expression >= 0) refused = ids[static_cast<std::size_t>(problem->expression)];
  hs_free_compile_error(problem);
  return error;
}

}  // namespace

Result<RawScan> RawScan::compile(const std::vector<std::string>& expressions) {
  auto handles = std::make_unique<Handles>();
  std::optional<std::size_t> refused;
  if (auto error = compile_database(expressions, handles->owned, refused)) return *std::move(error);
  handles->database = handles->owned.get();
  return RawScan(std::move(handles));
}

Result<RawScan> RawScan::compile_most(std::vector<std::string>& expressions) {
  auto handles = std::make_unique<Handles>();
  while (true) {
    std::optional<std::size_t> refused;
    auto error = compile_database(expressions, handles->owned, refused);
    if (!error) break;
    if (!refused) return *std::move(error);
    expressions[*refused].clear();
  }
  handles->database = handles->owned.get();
  return RawScan(std::move(handles));
}

RawScan RawScan::of_literals(const RuleDatabase& rules) {
  auto handles = std::make_unique<Handles>();
  handles->database = rules.parts().literals;
  return RawScan(std::move(handles));
}

std::uint64_t RawScan::scan(const std::vector<std::string_view>& chunks) const {
  std::uint64_t matches = 0;
  if (handles_->database == nullptr) return matches;
  for (const std::string_view chunk : chunks) {
    hs_scan(handles_->database, chunk.data(), static_cast<unsigned>(chunk.size()), 0, handles_->scratch, count_match,
            &matches);
  }
  return matches;
}

void RawScan::count(const std::vector<std::string_view>& chunks, std::vector<std::uint64_t>& matches) const {
  if (handles_->database == nullptr) return;
  for (const std::string_view chunk : chunks) {
    hs_scan(handles_->database, chunk.data(), static_cast<unsigned>(chunk.size()), 0, handles_->scratch,
            count_match_by_id, &matches);
  }
}

std::vector<std::string_view> cut_into_chunks(std::string_view text) {
  std::vector<std::string_view> chunks;
  while (!text.empty()) {
    std::size_t size = text.size();
    if (size > kChunkBytes) {
      const std::size_t lf = text.rfind('\n', kChunkBytes - 1);
      size = lf == std::string_view::npos ? kChunkBytes : lf + 1;
    }
    chunks.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return chunks;
}

std::vector<std::string> literal_expressions(const RuleDatabase& rules) {
  std::vector<std::string> expressions;
  for (const RulePlan& plan : rules.parts().plans) {
    // A rule that sentences name may have several, one for each form.
    std::string& all = expressions.emplace_back();
    for (const std::string_view one : plan.expressions) all += (all.empty() ? "(?:" : "|(?:") + std::string(one) + ")";
    if (plan.caseless && !all.empty()) all.insert(0, "(?i)");
  }
  return expressions;
}

std::vector<std::string> ordinary_expressions(const RuleDatabase& rules) {
  std::vector<std::string> expressions;
  for (const Rule& rule : rules.rules()) {
    if (!rule.shape.empty()) {
      const ShapeInfo* shape = find_shape(rule.shape);
      expressions.push_back(shape == nullptr ? std::string() : without_look_around(shape->expression));
      continue;
    }
    std::string expression;
    for (const std::string& part : {rule.before, rule.match}) {
      if (part.empty()) continue;
      const Result<RegexSyntax> syntax = RegexSyntax::parse(part);
      if (syntax) expression += syntax->text();
    }
    expressions.push_back(std::move(expression));
  }
  return expressions;
}

RulePack load_usable_rules(const std::vector<std::string>& paths) {
  std::vector<Error> errors;
  RulePack loaded = load_rule_files(paths, errors);
  RulePack usable;
  if (RuleDatabase::compile(loaded)) usable.rules.swap(loaded.rules);  // the usual case; one by one takes a minute
  for (Rule& rule : loaded.rules) {
    RulePack alone;
    alone.rules.push_back(rule);
    const auto compiled = RuleDatabase::compile(std::move(alone));
    if (compiled) {
      usable.rules.push_back(std::move(rule));
    } else {
      errors.push_back(compiled.error());
    }
  }
  for (const Error& error : errors) fmt::print(stderr, "left out: {}\n", error.text());
  return usable;
}

}  // namespace piiscrub::bench
