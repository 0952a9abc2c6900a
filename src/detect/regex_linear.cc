#include <limits>

#include "detect/regex_node.h"
#include "detect/regex_syntax.h"

namespace piiscrub {
namespace {

using regex::Node;

std::bitset<256> bits(const regex::ByteSet& set) {
  std::bitset<256> result;
  for (unsigned byte = set.next(0); byte < regex::ByteSet::kEnd; byte = set.next(byte + 1)) result.set(byte);
  return result;
}

// Appends the step that `node` is; false if it is none.
bool append_step(const Node& node, std::vector<RepeatedSet>& steps) {
  if (node.kind == Node::Kind::bytes) {
    steps.push_back({bits(node.set), 1, 1});
    return true;
  }
  if (node.kind != Node::Kind::repeat || node.lazy || node.children.front().kind != Node::Kind::bytes) return false;
  static_assert(regex::kUnbounded == std::numeric_limits<std::uint32_t>::max());
  steps.push_back({bits(node.children.front().set), node.min, node.max});
  return true;
}

bool append_steps(const Node& node, std::vector<RepeatedSet>& steps) {
  if (node.kind != Node::Kind::sequence) return append_step(node, steps);
  for (const Node& child : node.children) {
    if (!append_steps(child, steps)) return false;
  }
  return true;
}

// Whether taking as much as possible at every step is always right.
bool needs_no_backtracking(const std::vector<RepeatedSet>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].min == steps[i].max) continue;
    for (std::size_t next = i + 1; next < steps.size(); ++next) {
      if ((steps[i].set & steps[next].set).any()) return false;
      if (steps[next].min > 0) break;
    }
  }
  return true;
}

}  // namespace

std::vector<RepeatedSet> RegexSyntax::linear(const RegexSyntax* before, const RegexSyntax& match,
                                             std::uint32_t& first) {
  std::vector<RepeatedSet> steps;
  if (before != nullptr && !append_steps(*before->root_, steps)) return {};
  first = static_cast<std::uint32_t>(steps.size());
  if (!append_steps(*match.root_, steps) || !needs_no_backtracking(steps)) return {};
  return steps;
}

}  // namespace piiscrub
