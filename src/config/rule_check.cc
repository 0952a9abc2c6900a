#include "piiscrub/rule_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "detect/detector.h"
#include "piiscrub/rule_loader.h"

namespace piiscrub {
namespace {

class ExampleCheck {
 public:
  ExampleCheck(const std::shared_ptr<const RuleDatabase>& database, MarkCheck check)
      : rules_(database->rules()), marks_(check), scanner_(database), detector_(database) {}

  void check(std::size_t rule, std::vector<Error>& errors) {
    const Rule& r = rules_[rule];
    for (std::size_t i = 0; i < r.examples.size(); ++i) {
      const Result<MarkedExample> example = parse_marks(r.examples[i]);
      const std::string problem = example ? missing(r, *example) : example.error().message;
      if (!problem.empty()) errors.push_back(at(r, fmt::format("example {}: {}", i + 1, problem)));
    }
    for (std::size_t i = 0; i < r.counter_examples.size(); ++i) {
      detect(r.counter_examples[i]);
      const bool found = std::any_of(detection_.findings.begin(), detection_.findings.end(),
                                     [&](const Finding& f) { return f.rule == rule; });
      if (found) errors.push_back(at(r, fmt::format("counter-example {} is found", i + 1)));
    }
  }

 private:
  static Error at(const Rule& rule, const std::string& message) {
    return {rule.where.file, rule.where.line, rule.where.column, fmt::format("rule {}: {}", rule.id, message), ""};
  }

  void detect(std::string_view record) {
    scanner_.scan(record, scan_);
    StatementMemory memory;
    detector_.detect(record, 0, {scan_.literals, scan_.shapes, scan_.keys, scan_.weak_keys, scan_.sql}, {}, memory,
                     detection_);
  }

  // What is wrong with the findings in `example`; empty if nothing is.
  std::string missing(const Rule& rule, const MarkedExample& example) {
    detect(example.text);
    for (std::size_t i = 0; i < example.spans.size(); ++i) {
      const Span mark{example.spans[i].first, example.spans[i].second};
      const auto found = std::find_if(detection_.findings.begin(), detection_.findings.end(),
                                      [&](const Finding& f) { return f.span.overlaps(mark); });
      if (found == detection_.findings.end()) return fmt::format("mark {} is not found", i + 1);
      // A key in the example may announce more than the mark, such as the prefix of a token.
      const bool covered = marks_ == MarkCheck::covered || (rules_[found->rule].has_keys() && !rule.has_keys());
      if (covered && found->span.contains(mark)) continue;
      if (found->span != mark) {
        return fmt::format("mark {} is bytes {}-{}, found is {}-{} by {}", i + 1, mark.begin, mark.end,
                           found->span.begin, found->span.end, rules_[found->rule].id);
      }
      if (rules_[found->rule].type != rule.type)
        return fmt::format("mark {} is found by {}", i + 1, rules_[found->rule].id);
    }
    const auto found = std::count_if(detection_.findings.begin(), detection_.findings.end(), [&](const Finding& f) {
      return rule.has_keys() || !rules_[f.rule].has_keys();  // another key in the example is no fault of this rule
    });
    if (marks_ == MarkCheck::exact && static_cast<std::size_t>(found) > example.spans.size()) {
      return fmt::format("{} findings, {} marks", found, example.spans.size());
    }
    return {};
  }

  std::span<const Rule> rules_;
  MarkCheck marks_;
  Scanner scanner_;
  Detector detector_;
  ScanResult scan_;
  Detection detection_;
};

}  // namespace

std::vector<Error> check_examples(const std::shared_ptr<const RuleDatabase>& database, MarkCheck check) {
  std::vector<Error> errors;
  ExampleCheck examples(database, check);
  for (std::size_t i = 0; i < database->rules().size(); ++i) examples.check(i, errors);
  return errors;
}

}  // namespace piiscrub
