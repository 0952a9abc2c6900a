#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "detect/regex_node.h"

namespace piiscrub {

namespace regex {
namespace {

// From here on a literal run is selective enough for what follows to be optional.
constexpr std::uint64_t kLiteralRun = 3;
// What an open repeat in front of the first literal run is limited to. Written out, repeats within repeats become too
// large for Hyperscan, so the outer ones get fewer.
constexpr std::uint32_t kOpenRepeats = 64;
constexpr std::uint32_t kOpenRepeatsAtLeast = 4;
constexpr std::uint64_t kOpenPositions = 1024;
// Behind a literal run, a repeat that varies by more bytes costs more in the scan than its followers can save.
constexpr std::uint64_t kMaxSlack = 64;

std::uint32_t saturate(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

/// Bytes and classes in `node` with repeats written out.
std::uint64_t positions(const Node& node) {
  std::uint64_t result = node.kind == Node::Kind::bytes ? 1 : 0;
  for (const Node& child : node.children) result = add(result, positions(child));
  return node.kind == Node::Kind::repeat ? multiply(result, std::max(node.max, 1U)) : result;
}

/// The most repeats of `body` that are worth scanning for if there may be any number from `min` on.
std::uint32_t limit_open(const Node& body, std::uint32_t min) {
  const std::uint64_t fitting = kOpenPositions / std::max<std::uint64_t>(positions(body), 1);
  const std::uint32_t limit = std::clamp(saturate(fitting), kOpenRepeatsAtLeast, kOpenRepeats);
  return std::max(limit, min + limit / 2);
}

/// Literal runs of what has been kept so far. With alternatives: what holds for each of them.
struct Runs {
  std::uint64_t current = 0;  // length of the run at the end
  std::uint64_t longest = 0;
  std::uint64_t tail = 0;  // bytes kept behind the last run of kLiteralRun or more; no meaning before it

  [[nodiscard]] bool anchored() const { return longest >= kLiteralRun; }

  void add(bool literal) {
    current = literal ? current + 1 : 0;
    longest = std::max(longest, current);
    tail = current >= kLiteralRun ? 0 : tail + 1;
  }
  void merge(const Runs& other) {
    current = std::min(current, other.current);
    longest = std::min(longest, other.longest);
    tail = std::max(tail, other.tail);
  }
};

/// What is searched for in the place of `set` behind a literal run: any letter or digit for a hexadecimal one.
///
/// PERF NOTE: Hyperscan writes a small class behind a literal out, as 16 literals or as 256, and with a hundred such
/// rules its literal matcher is a quarter slower for all. Confirmation looks at the digits anyway.
ByteSet to_search(ByteSet set) {
  constexpr auto kHex = [] {
    ByteSet hex;
    hex.add_range('0', '9');
    hex.add_range('A', 'F');
    hex.add_range('a', 'f');
    return hex;
  }();
  constexpr int kDigits = 10;
  ByteSet with_hex = set;
  with_hex |= kHex;
  if (set.count() <= kDigits || with_hex.count() != kHex.count()) return set;
  set.add_range('0', '9');
  set.add_range('A', 'Z');
  set.add_range('a', 'z');
  return set;
}

// Copies a tree from left to right up to where the plan may end. What is copied is such that for each string of the
// original some prefix is in the language of the copy, open repeats beyond their limit aside.
class Cutter {
 public:
  explicit Cutter(std::uint32_t tail_bytes) : tail_bytes_(tail_bytes) {}

  /// Appends what is kept of `node`. Returns false if the plan ends in it or in front of it. With `whole` set, the plan
  /// may not end, and the result is true.
  bool keep(const Node& node, bool whole, Runs& runs, std::vector<Node>& out) const {
    switch (node.kind) {
      case Node::Kind::bytes:
        if (!keep_byte(node.set.is_literal(), whole, runs)) return false;
        out.push_back(runs.anchored() ? make_bytes(to_search(node.set)) : node);
        return true;
      case Node::Kind::sequence:
        return std::ranges::all_of(node.children, [&](const Node& child) { return keep(child, whole, runs, out); });
      case Node::Kind::alternation:
        return keep_alternation(node, whole, runs, out);
      case Node::Kind::repeat:
        return keep_repeat(node, whole, runs, out);
      default:
        return true;
    }
  }

 private:
  bool keep_byte(bool literal, bool whole, Runs& runs) const {
    const bool extends_run = literal && runs.current >= kLiteralRun;
    if (!whole && runs.anchored() && runs.tail >= tail_bytes_ && !extends_run) return false;
    runs.add(literal);
    return true;
  }

  bool keep_alternation(const Node& node, bool whole, Runs& runs, std::vector<Node>& out) const {
    std::vector<Node> branches;
    Runs merged;
    bool all_kept = true;
    for (const Node& branch : node.children) {
      Runs branch_runs = runs;
      std::vector<Node> kept;
      if (!keep(branch, whole, branch_runs, kept)) all_kept = false;
      if (branches.empty()) merged = branch_runs;
      merged.merge(branch_runs);
      branches.push_back(make_sequence(std::move(kept)));
    }
    // To end here because of one branch would leave the others with next to nothing to look for.
    if (!all_kept && !merged.anchored()) return keep_alternation(node, true, runs, out);
    runs = merged;
    out.push_back(make_alternation(std::move(branches)));
    return all_kept;
  }

  bool keep_repeat(const Node& node, bool whole, Runs& runs, std::vector<Node>& out) const {
    const Node& body = node.children.front();
    std::vector<Node> copy;
    if (!keep_copies(body, node.min, whole, runs, copy, out)) return false;
    if (node.max == node.min) {
      append(out, make_repeat(make_sequence(std::move(copy)), node.min, node.min, false));
      return true;
    }

    const bool open = node.max == kUnbounded;
    const std::uint64_t slack = open ? kInfinite : multiply(node.max - node.min, body.max_width);
    const bool ends = !whole && runs.anchored() && slack > kMaxSlack;
    if (!ends && node.min == 0) {
      Runs ignored = runs;
      if (!keep(body, whole, ignored, copy)) {
        copy.clear();
        if (!runs.anchored()) keep(body, true, ignored, copy);
      }
    }
    if (ends || copy.empty()) {
      append(out, make_repeat(make_sequence(std::move(copy)), node.min, node.min, false));
      return false;
    }
    Node kept = make_sequence(std::move(copy));
    const std::uint32_t max = open ? limit_open(kept, node.min) : node.max;
    append(out, make_repeat(std::move(kept), node.min, max, false));
    runs.current = 0;
    return true;
  }

  /// Goes through `count` copies of `body`, and gives one in `copy` if all can be kept. Else appends those that can be
  /// and the kept part of the next, and returns false.
  bool keep_copies(const Node& body, std::uint32_t count, bool whole, Runs& runs, std::vector<Node>& copy,
                   std::vector<Node>& out) const {
    for (std::uint32_t kept = 0; kept < count; ++kept) {
      std::vector<Node> next;
      if (body.kind == Node::Kind::bytes && kept > 0) {
        if (keep_byte(body.set.is_literal(), whole, runs)) continue;
      } else if (keep(body, whole, runs, next)) {
        if (kept == 0) copy = std::move(next);
        continue;
      }
      append(out, make_repeat(make_sequence(std::move(copy)), kept, kept, false));
      for (Node& part : next) out.push_back(std::move(part));
      return false;
    }
    return true;
  }

  std::uint32_t tail_bytes_;
};

/// Leaves out what the end of `nodes` can do without: each variable tail would report every end it can have.
void trim(std::vector<Node>& nodes) {
  while (!nodes.empty()) {
    Node& last = nodes.back();
    if (last.min_width == 0) {
      nodes.pop_back();
    } else if (last.min_width == last.max_width) {
      return;
    } else if (last.kind == Node::Kind::alternation) {
      for (Node& branch : last.children) {
        std::vector<Node> parts;
        append(parts, std::move(branch));
        trim(parts);
        branch = make_sequence(std::move(parts));
      }
      last = make_alternation(std::move(last.children));
      return;
    } else {
      // A repeat, since sequences are not nested. Its last copy can be trimmed further.
      const Node repeat = std::move(last);
      nodes.pop_back();
      const Node& body = repeat.children.front();
      if (body.min_width == body.max_width) {
        append(nodes, make_repeat(body, repeat.min, repeat.min, false));
        return;
      }
      append(nodes, make_repeat(body, repeat.min - 1, repeat.min - 1, false));
      append(nodes, body);
    }
  }
}

void measure(const Node& node, Runs& runs) {
  switch (node.kind) {
    case Node::Kind::bytes:
      runs.add(node.set.is_literal());
      break;
    case Node::Kind::sequence:
      for (const Node& child : node.children) measure(child, runs);
      break;
    case Node::Kind::alternation: {
      Runs merged = runs;
      measure(node.children.front(), merged);
      for (const Node& branch : node.children) {
        Runs branch_runs = runs;
        measure(branch, branch_runs);
        merged.merge(branch_runs);
      }
      runs = merged;
      break;
    }
    case Node::Kind::repeat:
      for (std::uint32_t i = 0; i < node.min; ++i) measure(node.children.front(), runs);
      if (node.max != node.min) runs.current = 0;
      break;
    default:
      break;
  }
}

/// Adds the literal bytes at the start of `node` to `length`; false if something else comes before its end.
bool measure_prefix(const Node& node, std::uint64_t& length) {
  switch (node.kind) {
    case Node::Kind::bytes:
      if (node.set.is_literal()) ++length;
      return node.set.is_literal();
    case Node::Kind::sequence:
      return std::ranges::all_of(node.children, [&](const Node& child) { return measure_prefix(child, length); });
    case Node::Kind::repeat:
      for (std::uint32_t i = 0; i < node.min; ++i) {
        if (!measure_prefix(node.children.front(), length)) return false;
      }
      return node.max == node.min;
    case Node::Kind::alternation:
      return false;
    default:
      return true;
  }
}

/// Adds the bytes that a match of `node` can start with; false if the match can be empty.
bool add_first(const Node& node, ByteSet& first) {
  switch (node.kind) {
    case Node::Kind::bytes:
      first |= node.set;
      return true;
    case Node::Kind::sequence:
      return std::ranges::any_of(node.children, [&](const Node& child) { return add_first(child, first); });
    case Node::Kind::alternation:
      for (const Node& child : node.children) add_first(child, first);
      break;
    case Node::Kind::repeat:
      add_first(node.children.front(), first);
      break;
    default:
      break;
  }
  return node.min_width > 0;
}

}  // namespace
}  // namespace regex

ScanPlan RegexSyntax::plan(const RegexSyntax* before, const RegexSyntax& match, std::uint32_t tail_bytes) {
  std::vector<Node> kept;
  regex::Runs runs;
  regex::ByteSet first;
  const regex::Cutter cutter(tail_bytes);
  bool reading = true;
  bool nullable = true;
  for (const Node* part : {before == nullptr ? nullptr : before->root_.get(), match.root_.get()}) {
    if (part == nullptr) continue;
    if (nullable && regex::add_first(*part, first)) nullable = false;
    reading = reading && cutter.keep(*part, false, runs, kept);
  }
  regex::trim(kept);

  const Node node = regex::make_sequence(std::move(kept));
  regex::Runs kept_runs;
  regex::measure(node, kept_runs);
  std::uint64_t prefix = 0;
  regex::measure_prefix(node, prefix);
  ScanPlan plan;
  regex::print(node, plan.expression);
  plan.min_width = regex::saturate(node.min_width);
  plan.max_width = regex::saturate(node.max_width);
  plan.literal = regex::saturate(kept_runs.longest);
  plan.prefix = regex::saturate(prefix);
  for (unsigned byte = first.next(0); byte < regex::ByteSet::kEnd; byte = first.next(byte + 1)) plan.first.set(byte);
  return plan;
}

}  // namespace piiscrub
