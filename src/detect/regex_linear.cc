#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "base/ascii.h"
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

constexpr std::size_t kMostForms = 16;

// Takes an expression apart into steps.
class StepWriter {
 public:
  // `expands`: what can be one thing or another becomes as many forms. Else there is one, and a group may be optional.
  explicit StepWriter(bool expands) : expands_(expands) {}

  // Appends the steps of `node` to all forms; false if it has others than steps, or too many forms.
  bool append(const Node& node) {
    switch (node.kind) {
      case Node::Kind::bytes:
        add({.set = bits(node.set)});
        return true;
      case Node::Kind::sequence:
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const Node& child) { return append(child); });
      case Node::Kind::alternation: {
        std::vector<Nodes> choices;
        for (const Node& child : node.children) choices.push_back({&child});
        return expands_ && append_one_of(choices);
      }
      case Node::Kind::repeat:
        return append_repeat(node);
      case Node::Kind::word_boundary:
        for (Path& path : paths_) path.boundary = true;
        return true;
      default:
        return false;
    }
  }
  // What follows belongs to the span.
  void begin_span() {
    for (Path& path : paths_) path.form.first = static_cast<std::uint32_t>(path.form.steps.size());
  }
  // A boundary at the end is a step of its own, which takes nothing.
  [[nodiscard]] std::vector<LinearSets> finish() {
    std::vector<LinearSets> forms;
    for (Path& path : paths_) {
      if (path.boundary) path.form.steps.push_back({.set = {}, .min = 0, .max = 0, .word_boundary = true});
      forms.push_back(std::move(path.form));
    }
    return forms;
  }

 private:
  using Nodes = std::vector<const Node*>;
  struct Path {
    LinearSets form;
    bool boundary = false;  // in front of the next step
  };

  static constexpr std::uint32_t kMostGroups = 4;

  void add(RepeatedSet step) {
    for (Path& path : paths_) {
      step.word_boundary = std::exchange(path.boundary, false);
      path.form.steps.push_back(step);
    }
  }

  // Each form goes on with each of `choices`. An engine prefers the first one that leads to a match, and so do forms in
  // this order, since what stands in front of the choice takes the same bytes in each of them.
  bool append_one_of(const std::vector<Nodes>& choices) {
    const std::vector<Path> before = std::move(paths_);
    std::vector<Path> all;
    for (const Path& path : before) {
      for (const Nodes& choice : choices) {
        paths_ = {path};
        if (!std::all_of(choice.begin(), choice.end(), [&](const Node* node) { return append(*node); })) return false;
        all.insert(all.end(), paths_.begin(), paths_.end());
        if (all.size() > kMostForms) return false;
      }
    }
    paths_ = std::move(all);
    return true;
  }

  bool append_repeat(const Node& node) {
    if (node.lazy) return false;
    const Node& body = node.children.front();
    static_assert(regex::kUnbounded == std::numeric_limits<std::uint32_t>::max());
    if (body.kind == Node::Kind::bytes) {
      add({.set = bits(body.set), .min = node.min, .max = node.max});
      return true;
    }
    if (node.max > kMostGroups) return false;
    if (!expands_) return node.min == 0 && append_optional(body, node.max);
    std::vector<Nodes> choices;
    for (std::uint32_t times = node.max + 1; times-- > node.min;) choices.emplace_back(times, &body);
    return append_one_of(choices);
  }

  bool append_optional(const Node& body, std::uint32_t most) {
    std::vector<RepeatedSet>& steps = paths_.front().form.steps;
    const bool& boundary = paths_.front().boundary;
    if (in_group_ || boundary) return false;
    in_group_ = true;
    for (std::uint32_t i = 0; i < most; ++i) {
      const std::size_t begin = steps.size();
      if (!append(body) || boundary || steps.size() == begin) return false;
      steps[begin].optional = static_cast<std::uint32_t>(steps.size() - begin);
    }
    in_group_ = false;
    return true;
  }

  std::vector<Path> paths_ = std::vector<Path>(1);
  bool expands_;
  bool in_group_ = false;
};

// Whether a word boundary can be at the end of such a repeat only, not between two of its bytes.
bool ends_at_boundaries(const RepeatedSet& step) {
  bool word = false;
  bool other = false;
  for (std::size_t byte = 0; byte < step.set.size(); ++byte) {
    if (step.set[byte]) (is_word(static_cast<char>(byte)) ? word : other) = true;
  }
  return step.min == step.max || (step.min > 0 && word != other);
}

// Whether `set` has a byte that one of `steps` can take first. `ends`: whether one of them must take a byte.
bool can_start_with(std::span<const RepeatedSet> steps, const std::bitset<256>& set, bool& ends) {
  for (const RepeatedSet& step : steps) {
    if ((step.set & set).any()) return true;
    if (step.min > 0) {
      ends = true;
      return false;
    }
  }
  return false;
}

// Whether `set` has a byte that what stands behind step `i` can start with.
bool may_go_on_with(std::span<const RepeatedSet> steps, std::size_t i, std::size_t group_end,
                    const std::bitset<256>& set) {
  bool ends = false;
  if (i + 1 < group_end && can_start_with(steps.subspan(i + 1, group_end - i - 1), set, ends)) return true;
  for (std::size_t next = std::max(i + 1, group_end); next < steps.size() && !ends;) {
    const std::size_t size = std::max<std::size_t>(1, steps[next].optional);
    const bool optional = steps[next].optional > 0;
    if (can_start_with(steps.subspan(next, size), set, ends)) return true;
    if (optional) ends = false;
    next += size;
  }
  return false;
}

// The first step at which taking as much as possible is not always right; their number if there is none.
std::size_t first_doubtful(const std::vector<RepeatedSet>& steps) {
  std::size_t group_end = 0;  // of the optional group that step i is in
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const RepeatedSet& step = steps[i];
    // What is optional must be followed by nothing that could fail for its being there.
    const bool behind_group = group_end > 0 && i >= group_end && step.optional == 0;
    if (behind_group && (step.min > 0 || step.word_boundary)) return i;
    if (step.optional > 0) group_end = i + step.optional;
    if (step.word_boundary && i > 0 && !ends_at_boundaries(steps[i - 1])) return i;
    if (step.min != step.max && may_go_on_with(steps, i, group_end, step.set)) return i;
  }
  return steps.size();
}

bool needs_no_backtracking(const LinearSets& form) { return first_doubtful(form.steps) == form.steps.size(); }

// Appends `form` to `forms`. A short repeat that may have to give bytes back, like that of `[ :=]{1,3}[a-z=]{6,}`,
// becomes as many forms as it has lengths, the longest first. False if that does not help.
bool append_by_length(LinearSets form, std::vector<LinearSets>& forms) {
  constexpr std::uint32_t kMostLengths = 8;
  const std::size_t i = first_doubtful(form.steps);
  if (i == form.steps.size()) {
    forms.push_back(std::move(form));
    return forms.size() <= kMostForms;
  }
  const RepeatedSet step = form.steps[i];
  if (step.min == step.max || step.max - step.min >= kMostLengths || step.word_boundary) return false;
  for (std::uint32_t length = step.max + 1; length-- > step.min;) {
    LinearSets one = form;
    if (length > 0) {
      one.steps[i].min = one.steps[i].max = length;
    } else {
      one.steps.erase(one.steps.begin() + static_cast<std::ptrdiff_t>(i));
      if (i < one.first) --one.first;
    }
    if (!append_by_length(std::move(one), forms)) return false;
  }
  return true;
}

}  // namespace

std::vector<LinearSets> RegexSyntax::linear(const RegexSyntax* before, const RegexSyntax& match) {
  for (const bool expands : {false, true}) {
    StepWriter writer(expands);
    if (before != nullptr && !writer.append(*before->root_)) continue;
    writer.begin_span();
    if (!writer.append(*match.root_)) continue;
    std::vector<LinearSets> forms = writer.finish();
    if (std::all_of(forms.begin(), forms.end(), needs_no_backtracking)) return forms;
    // Of several forms those of all lengths would have to be put in order: a longer one first, whichever form it is of.
    const auto is_optional = [](const RepeatedSet& step) { return step.optional > 0; };
    if (forms.size() > 1 || std::any_of(forms[0].steps.begin(), forms[0].steps.end(), is_optional)) continue;
    std::vector<LinearSets> by_length;
    if (append_by_length(std::move(forms[0]), by_length)) return by_length;
  }
  return {};
}

}  // namespace piiscrub
