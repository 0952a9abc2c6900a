// Redactor: what is written in the place of a finding, by the policy in force.
//
// A treatment that the policy cannot carry out (check_policy() says so beforehand) writes the label: nothing leaves in
// clear for want of a key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "piiscrub/detector.h"
#include "piiscrub/policy.h"
#include "redact/mask.h"
#include "redact/normalise.h"
#include "redact/replacement.h"

namespace piiscrub {

/// One per thread. After warm-up only `encrypt` allocates.
class Redactor {
 public:
  /// `policy` may be nullptr: everything becomes its label.
  Redactor(std::shared_ptr<const RuleDatabase> rules, std::shared_ptr<const Policy> policy);
  ~Redactor();
  Redactor(const Redactor&) = delete;  // the grammar refers to the keys
  Redactor& operator=(const Redactor&) = delete;

  /// Fills `spans` with the replacements in `record` that the policy can have written, in order, disjoint.
  void find_replacements(std::string_view record, std::vector<Span>& spans) {
    piiscrub::find_replacements(record, grammar_, spans, scratch_);
  }

  /// Appends what stands for `value`, which `rule` has found.
  void write(std::uint16_t rule, std::string_view value, std::string& out) {
    const Plan& plan = plans_[rule];
    if (plan.how == How::fixed) {
      out.append(plan.text);
    } else {
      write_made(plan, value, out);
    }
  }

  /// write() without what can be seen of the value in a mask or a hash.
  void write_label(std::uint16_t rule, std::string& out) const { out.append(plans_[rule].text); }
  /// Policy::rank().
  [[nodiscard]] int rank(std::uint16_t rule) const { return policy_ == nullptr ? 0 : policy_->rank(rule); }

  /// Whether a record in which `rule` has found something is dropped.
  [[nodiscard]] bool drops(std::uint16_t rule) const { return plans_[rule].how == How::drop; }
  /// Whether write() leaves something for `rule` that a rule may find again: a mask or a stand-in. A record with one is
  /// finished when what is found in it is replaced by itself.
  [[nodiscard]] bool leaves_text(std::uint16_t rule) const { return plans_[rule].leaves_text; }
  /// Whether it does for any rule.
  [[nodiscard]] bool leaves_text() const { return any_leaves_text_; }

 private:
  enum class How : std::uint8_t { fixed, marked, mask, token, cockroach, encrypt, drop, truncate };
  struct Plan {
    How how = How::fixed;
    bool leaves_text = false;
    bool unmarks = false;   // the marks of the value are none of it
    std::string_view text;  // what `fixed` appends: "[US_SSN]", 0.0.0.0
    std::string_view label;
    std::string_view type;
    WriteMask mask = nullptr;
    Normalise normalise = nullptr;
  };

  void write_made(const Plan& plan, std::string_view value, std::string& out);

  std::shared_ptr<const RuleDatabase> rules_;
  std::shared_ptr<const Policy> policy_;
  TokenKeys keys_;
  std::optional<HmacKey> salt_;  // of `cockroach`; without: unsalted
  bool hashes_marked_ = false;   // what CockroachDB has marked to be hashed is
  std::vector<Plan> plans_;      // by rule
  Grammar grammar_;
  bool any_leaves_text_ = false;
  std::string scratch_;  // a normal form, a decoded token
};

}  // namespace piiscrub
