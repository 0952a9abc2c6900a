#include "redact/redactor.h"

#include <algorithm>
#include <span>
#include <utility>

#include "detect/database_parts.h"
#include "format/marks.h"
#include "piiscrub/network.h"
#include "redact/locked_memory.h"
#include "redact/refusal.h"

namespace piiscrub {
namespace {

void sort_unique(std::vector<std::string_view>& labels) {
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
}

// Enough to tell the network, too little to tell the person: /24, or /48 of IPv6.
void append_network(IpAddress address, std::string& to) {
  constexpr std::size_t kIpv4Bytes = 12 + 3;
  constexpr std::size_t kIpv6Bytes = 6;
  std::fill(address.begin() + (is_ipv4(address) ? kIpv4Bytes : kIpv6Bytes), address.end(), std::uint8_t{0});
  append_address(address, to);
}

std::span<const char> bytes_of(const TokenKeys::Key& key) { return {reinterpret_cast<const char*>(&key), sizeof key}; }

}  // namespace

Redactor::Redactor(std::shared_ptr<const RuleDatabase> rules, std::shared_ptr<const Policy> policy)
    : rules_(std::move(rules)), policy_(std::move(policy)) {
  const RuleDatabase::Parts& parts = rules_->parts();
  const KeyRing* ring = policy_ == nullptr ? nullptr : policy_->keys.get();
  if (ring != nullptr) {
    keys_ = TokenKeys(*ring);
    // What is made of a secret is no less secret.
    for (const KeyRing::Key& key : ring->keys()) lock_in_memory(bytes_of(*keys_.find(key.id)));
  }
  if (ring != nullptr && ring->cockroach_salt() != nullptr && !ring->cockroach_salt()->empty()) {
    salt_.emplace(*ring->cockroach_salt());
  }
  hashes_marked_ = ring != nullptr && policy_->hashes_marked && ring->cockroach_salt() != nullptr &&
                   policy_->markers != Markers::keep;
  grammar_.hashes = hashes_marked_;
  grammar_.labels = parts.labels;
  grammar_.keys = &keys_;
  plans_.resize(parts.rules.size());
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const RuleTraits& rule = parts.rules[i];
    Plan& plan = plans_[i];
    plan.text = rule.label;
    if (rule.type == kMarkedType) {
      plan.text = kMarkRedacted;
      plan.how = How::marked;
      plan.unmarks = true;
    }
    if (rule.type == kSqlLiteralType) plan.text = kFingerprint;
    if (policy_ == nullptr) continue;
    plan.label = rule.label.view().substr(1, rule.label.view().size() - 2);
    plan.type = rule.type;
    const Treatment treatment = policy_->treatment(i);
    if (!treatment.enabled || refusal_of(treatment.action, rule, ring) != Refusal::none) continue;
    switch (treatment.action) {
      case Action::redact:
        if (treatment.style == Style::typed && !stand_in_of(rule.type).empty()) {
          plan.text = stand_in_of(rule.type);
          plan.leaves_text = true;
        }
        break;
      case Action::mask:
        plan.how = How::mask;
        plan.mask = masker_of(rule.type);
        plan.leaves_text = true;
        grammar_.email_masks |= rule.type == "email";
        break;
      case Action::token:
        plan.how = How::token;
        plan.normalise = normaliser_of(rule.type);
        grammar_.token_labels.push_back(plan.label);
        break;
      case Action::cockroach:
        plan.how = How::cockroach;
        grammar_.hashes = true;
        break;
      case Action::encrypt:
        plan.how = How::encrypt;
        grammar_.encrypt_labels.push_back(plan.label);
        break;
      case Action::drop:
        plan.how = How::drop;
        break;
      case Action::truncate:
        plan.how = How::truncate;
        plan.leaves_text = true;
        break;
    }
    any_leaves_text_ |= plan.leaves_text;
  }
  sort_unique(grammar_.token_labels);
  sort_unique(grammar_.encrypt_labels);
}

Redactor::~Redactor() { cleanse(scratch_); }

void Redactor::write_made(const Plan& plan, std::string_view value, std::string& out) {
  if (plan.unmarks) {
    if (plan.how == How::marked && !(hashes_marked_ && wants_hash(value))) return void(out.append(plan.text));
    value = unmarked(value);
  }
  switch (plan.how) {
    case How::mask:
      plan.mask(value, out);
      return;
    case How::token: {
      const std::string_view type = plan.normalise(plan.type, value, scratch_);
      write_token(plan.label, *keys_.newest(), type, scratch_, out);
      return;
    }
    case How::marked:
    case How::cockroach:
      write_hash(salt_ ? &*salt_ : nullptr, value, out);
      return;
    case How::encrypt:
      if (write_encrypted(plan.label, *keys_.newest(), value, out)) return;
      break;
    case How::truncate:
      if (const std::optional<IpAddress> address = parse_address(value)) return append_network(*address, out);
      break;
    case How::fixed:
    case How::drop:
      break;
  }
  out.append(plan.text);
}

}  // namespace piiscrub
