// What a rule is searched for and confirmed with, worked out from its expressions.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "detect/linear_match.h"
#include "piiscrub/detector.h"
#include "piiscrub/result.h"
#include "piiscrub/rule.h"

namespace piiscrub {

/// A RulePlan while it is made.
struct NewPlan {
  std::vector<std::string> expressions;
  bool caseless = false;
  bool open = false;
  std::vector<LinearForm> linear;
  std::string confirm;
  std::string allow;
  std::uint32_t min_width = 0;
  std::uint32_t max_width = 0;
  std::uint32_t prefix = 0;
  bool can_be_cut = false;
  std::uint64_t max_bytes = 0;
  std::bitset<256> first;
};

/// An error of `rule`: where it stands, which it is, what is wrong and what to do.
Error at_rule(const Rule& rule, std::string message, std::string advice);

/// The plan of `rule`; adds the sets of bytes that its linear forms need to `sets`.
/// ERRORS: at the rule: an expression that cannot be read or can be empty, or one without literal text if `open` says
/// so.
Result<NewPlan> make_plan(const Rule& rule, OpenRules open, ByteTable& sets);

}  // namespace piiscrub
