// Refusal: why an action may not or cannot be used for a rule.
#pragma once

#include <cstdint>

#include "piiscrub/key_ring.h"
#include "piiscrub/policy.h"
#include "piiscrub/rule.h"

namespace piiscrub {

enum class Refusal : std::uint8_t { none, guessable_secret, no_key, no_salt };

/// The types whose values Action::truncate can cut; of others it leaves the label.
inline constexpr std::string_view kAddressTypes[] = {"ipv4", "ipv6", "ip-address"};

/// `rule` is a Rule or its traits; `keys` may be nullptr.
template <typename R>
Refusal refusal_of(Action action, const R& rule, const KeyRing* keys) {
  const bool deterministic = action == Action::token || action == Action::cockroach;
  const bool secret = is_secret(rule.category) || rule.type == "cvv";
  if (deterministic && secret) return Refusal::guessable_secret;
  const bool keyed = action == Action::token || action == Action::encrypt;
  if (keyed && (keys == nullptr || keys->newest() == nullptr)) return Refusal::no_key;
  if (action == Action::cockroach && (keys == nullptr || keys->cockroach_salt() == nullptr)) return Refusal::no_salt;
  return Refusal::none;
}

}  // namespace piiscrub
