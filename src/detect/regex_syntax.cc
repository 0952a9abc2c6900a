#include "detect/regex_syntax.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "detect/regex_node.h"

namespace piiscrub {

namespace regex {
namespace {

std::uint64_t ranges(const ByteSet& set) {
  std::uint64_t result = 0;
  for (unsigned low = set.next(0); low < ByteSet::kEnd; low = set.next(set.next_gap(low))) ++result;
  return result;
}

std::uint32_t product(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{a} * b, kUnbounded));
}

}  // namespace

Node make_bytes(const ByteSet& set) {
  Node node;
  node.kind = Node::Kind::bytes;
  node.set = set;
  node.min_width = node.max_width = 1;
  // RE2 spends a range and a branch on each range but the last.
  node.size = set.count() == 1 ? 1 : 2 * ranges(set);
  return node;
}

Node make_assertion(Node::Kind kind) {
  Node node;
  node.kind = kind;
  node.size = 1;
  return node;
}

Node make_sequence(std::vector<Node> children) {
  if (children.size() == 1) return std::move(children.front());
  Node node;
  node.size = 1;
  for (const Node& child : children) {
    node.min_width = add(node.min_width, child.min_width);
    node.max_width = add(node.max_width, child.max_width);
    node.size = add(node.size, child.size);
    node.repeats = std::max(node.repeats, child.repeats);
  }
  node.children = std::move(children);
  return node;
}

Node make_alternation(std::vector<Node> children) {
  if (children.size() == 1) return std::move(children.front());
  Node node;
  node.kind = Node::Kind::alternation;
  node.min_width = kInfinite;
  for (const Node& child : children) {
    node.min_width = std::min(node.min_width, child.min_width);
    node.max_width = std::max(node.max_width, child.max_width);
    node.size = add(node.size, add(child.size, 1));
    node.repeats = std::max(node.repeats, child.repeats);
  }
  node.children = std::move(children);
  return node;
}

Node make_repeat(Node body, std::uint32_t min, std::uint32_t max, bool lazy) {
  if (max == 0) return {};
  // What has no width is the same once or many times, and no condition at all if it may be left out. Engines differ in
  // which of these they accept.
  if (body.max_width == 0) return min == 0 ? Node{} : body;
  if (min == 1 && max == 1) return body;
  Node node;
  node.kind = Node::Kind::repeat;
  node.lazy = lazy && min != max;
  node.min = min;
  node.max = max;
  node.min_width = multiply(body.min_width, min);
  node.max_width = max == kUnbounded ? kInfinite : multiply(body.max_width, max);
  const std::uint32_t copies = std::max(max == kUnbounded ? min : max, 1U);
  node.repeats = product(body.repeats, copies);
  node.size = multiply(add(body.size, 1), copies);
  node.children.push_back(std::move(body));
  return node;
}

void append(std::vector<Node>& children, Node node) {
  if (node.kind != Node::Kind::sequence) {
    children.push_back(std::move(node));
  } else {
    children.insert(children.end(), std::make_move_iterator(node.children.begin()),
                    std::make_move_iterator(node.children.end()));
  }
}

}  // namespace regex

Result<RegexSyntax> RegexSyntax::parse(std::string_view expression, std::size_t max_bytes) {
  Result<Node> node = regex::parse(expression, max_bytes);
  if (!node) return std::move(node).error();
  RegexSyntax syntax;
  syntax.root_ = std::make_shared<const Node>(*std::move(node));
  return syntax;
}

std::string RegexSyntax::text() const {
  std::string out;
  if (root_ != nullptr) regex::print(*root_, out);
  return out;
}

bool RegexSyntax::can_be_empty() const { return min_width() == 0; }

std::uint64_t RegexSyntax::min_width() const { return root_ == nullptr ? 0 : root_->min_width; }

std::uint64_t RegexSyntax::max_width() const { return root_ == nullptr ? 0 : root_->max_width; }

}  // namespace piiscrub
